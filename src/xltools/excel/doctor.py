"""``xltools addin doctor``: whatever has kept the buttons from working on some machine, checked one by one."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from xltools import __version__
from xltools.errors import CouldNotRun
from xltools.excel.building import ADDIN_FILE, build_addin
from xltools.excel.installing import configured_interpreter
from xltools.excel.places import MAC, WINDOWS, Profile, this_profile

# (key, value's name, "" for the default) → its data as text, None where absent
Registry = Callable[[str, str], str | None]
_INSTALL: Final = "xltools addin install"
# Excel 2016 and later, 2013, 2010; what the user chose, and what an administrator imposes
_EXCELS: Final = tuple(
    rf"HKCU\Software\{branch}Microsoft\Office\{version}"
    for version in ("16.0", "15.0", "14.0") for branch in ("Policies\\", "")
)  # fmt: skip
_ASR: Final = (
    r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
    r"HKLM\SOFTWARE\Microsoft\Windows Defender\Windows Defender Exploit Guard\ASR\Rules",
)
_MANAGED: Final = r"HKLM\SOFTWARE\Policies\Microsoft\Windows Defender\Policy Manager"
# Microsoft: attack surface reduction, "Block all Office applications from creating child processes"
_NO_CHILDREN: Final = "D4F940AB-401B-4EFC-AADC-AD5F3C50688A"
_BLOCKED, _NEVER = ("1", "6"), "4"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing looked at: fine, or what to do."""

    name: str
    fine: bool
    words: str

    @property
    def line(self) -> str:
        return f"{'√' if self.fine else '×'} {self.name}:{self.words}"


def diagnosis(profile: Profile | None = None, registry: Registry | None = None) -> list[Check]:
    """Every check that can be made on this system, in the order in which to mend things."""
    here = profile or this_profile()
    if not here.has_excel:
        return [Check("系统", False, f"{here.system} 上没有 Excel,按钮用不了;命令行(xltools check 等)照常可用")]
    checks = [_versions(), _xlwings(), *_interpreter(here), _addin(here), *_paths(here)]
    if here.system == WINDOWS:
        look = registry or _registry()
        checks += [*_mark_of_the_web(here), _trust(look), _wps(look), _children(look)]
    if here.system == MAC:
        checks.append(_script(here))
    return checks


def _versions() -> Check:
    python = ".".join(map(str, sys.version_info[:3]))
    return Check("版本", sys.version_info >= (3, 11), f"xltools {__version__},Python {python}(要 3.11 以上)")


def _xlwings() -> Check:
    try:
        version = importlib.metadata.version("xlwings")
    except importlib.metadata.PackageNotFoundError:
        return Check("xlwings", False, "没有安装;装 xltools 时要写成 xltools[excel](见 docs/安装.md)")
    if sys.platform == "win32" and importlib.util.find_spec("win32com") is None:
        return Check("xlwings", False, "缺 pywin32;请重装 xltools[excel](见 docs/安装.md)")
    return Check("xlwings", True, version)


def _interpreter(profile: Profile) -> Iterator[Check]:
    configured = configured_interpreter(profile)
    if not configured:
        yield Check("解释器", False, f"还没有配置;请运行 {_INSTALL}")
    elif not Path(configured).is_file():
        yield Check("解释器", False, f"{configured} 不存在(Python 换了位置?);请重新运行 {_INSTALL}")
    elif os.path.normcase(configured) != os.path.normcase(sys.executable):
        yield Check("解释器", False, f"按钮用的是 {configured},不是现在这个 {sys.executable};请重新运行 {_INSTALL}")
    else:
        yield Check("解释器", True, configured)


def _addin(profile: Profile) -> Check:
    path = profile.startup_folder / ADDIN_FILE
    if not path.is_file():
        return Check("加载项", False, f"不在 {path};请运行 {_INSTALL}")
    try:
        current = path.read_bytes() == build_addin()
    except CouldNotRun as problem:
        return Check("加载项", False, problem.message)
    if not current:
        return Check("加载项", False, f"是别的版本生成的;请关闭 Excel,重新运行 {_INSTALL}")
    return Check("加载项", True, str(path))


def _paths(profile: Profile) -> Iterator[Check]:
    """The macros read the configuration in the machine's code page, and cmd.exe expands %."""
    try:
        text = profile.configuration_file.read_bytes()
    except OSError:
        return
    if text.isascii():
        yield Check("路径", True, "配置里没有中文路径")
    else:
        words = f"解释器的路径里有中文,按钮可能找不到它;点了没反应时,把 xltools 装到没有中文的文件夹,再运行 {_INSTALL}"
        yield Check("路径", False, words)


def _mark_of_the_web(profile: Profile) -> Iterator[Check]:
    addin = profile.startup_folder / ADDIN_FILE
    if sys.platform == "win32" and Path(f"{addin}:Zone.Identifier").exists():
        words = f"加载项带有“来自网络”的标记,宏会被禁用;请运行 {_INSTALL} 重装,不要复制下载的"
        yield Check("来源标记", False, words)
    elif addin.is_file():
        yield Check("来源标记", True, "加载项是本机生成的")


def _trust(look: Registry) -> Check:
    """Macros in trusted locations run whatever VBAWarnings says; the start folder is such a location by default."""
    for tail, value, words in _AGAINST_ADDINS:
        if any(look(rf"{office}\{tail}", value) == "1" for office in _EXCELS):
            return Check("宏", False, f"{words};请在 Excel“选项—信任中心”里放开,放不开的请管理员放开")
    if any(look(rf"{office}\Excel\Security", "VBAWarnings") == _NEVER for office in _EXCELS):
        words = "功能区的按钮可以用;这里的 Excel 禁用其他位置的宏,带按钮的 统计表.xlsm 要放进受信任位置才能用"
        return Check("宏", True, words)
    return Check("宏", True, "Excel 信任它启动文件夹里的加载项")


_AGAINST_ADDINS: Final = (
    (r"Excel\Security\Trusted Locations", "AllLocationsDisabled", "受信任位置已被全部禁用,加载项里的宏不能运行"),
    (r"Excel\Security", "DisableAllAddins", "Excel 的加载项已被全部禁用"),
    (r"Excel\Security", "RequireAddinSig", "Excel 只许用签了名的加载项,这个没有签名"),
    (r"Common\Security", "RequireAlwaysOnMacroSig", "Office 只许自动打开签了名的宏,这个加载项没有签名"),
    ("Common", "VBAOff", "Office 的宏(VBA)已被整个关闭"),
)


def _wps(look: Registry) -> Check:
    identifier = look(r"HKCR\Excel.Application\CLSID", "")
    if not identifier:
        return Check("Excel", False, "这台电脑没有登记 Excel;只有 WPS 的话按钮用不了,请用空表自带的核对和命令行")
    # a 32-bit Excel on a 64-bit Windows may be entered in the second place only
    places = (rf"HKCR\CLSID\{identifier}\LocalServer32", rf"HKCR\WOW6432Node\CLSID\{identifier}\LocalServer32")
    servers = [server for place in places if (server := look(place, ""))]
    if any(word in server.lower() for server in servers for word in ("wps", "kingsoft", r"\et.exe")):
        words = "Excel 的登记被 WPS 接管;请在“WPS 配置工具—兼容设置”里取消与 Office 的兼容,再修复 Office"
        return Check("Excel", False, words)
    return Check("Excel", True, servers[0].strip('"') if servers else "已登记")


def _children(look: Registry) -> Check:
    rules = [look(key, name) or "" for key in _ASR for name in (_NO_CHILDREN, _NO_CHILDREN.lower())]
    managed = (look(_MANAGED, "ASRRules") or "").upper().split("|")  # GUID=action|GUID=action…
    rules += [rule.partition("=")[2] for rule in managed if rule.startswith(_NO_CHILDREN)]
    if any(rule in _BLOCKED for rule in rules):
        words = "安全策略禁止 Office 启动别的程序,按钮叫不动 Python;请管理员把 Excel 加为例外,否则请用命令行"
        return Check("安全策略", False, words)
    return Check("安全策略", True, "没有发现禁止 Office 启动程序的规则(第三方杀毒软件查不到,拦截时请放行)")


def _script(profile: Profile) -> Check:
    if list(profile.script_folder.glob("xlwings-*.applescript")):
        return Check("脚本", True, str(profile.script_folder))
    return Check("脚本", False, f"缺 xlwings 的脚本;请运行 {_INSTALL}")


def _registry() -> Registry:
    if sys.platform != "win32":
        return lambda key, name: None
    import winreg

    roots = {"HKCU": winreg.HKEY_CURRENT_USER, "HKLM": winreg.HKEY_LOCAL_MACHINE, "HKCR": winreg.HKEY_CLASSES_ROOT}

    def look(key: str, name: str) -> str | None:
        root, _, path = key.partition("\\")
        try:
            with winreg.OpenKey(roots[root], path) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        except OSError:
            return None

    return look
