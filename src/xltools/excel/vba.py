"""The VBA behind the buttons: xlwings' own modules, and one Sub a button that calls one function of xltools.macros.

The project's code page is 1252, so its text is ASCII: Chinese stands in the ribbon, on the sheet and in Python.
xlwings' modules are taken from the installed wheel, so that both halves of xlwings are always of one version.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from xltools.errors import CouldNotRun
from xltools.excel.buttons import Button

PROJECT = "xltools"
BUTTONS_MODULE = "XltButtons"
CONFIGURATION_SHEET = f"{PROJECT}.conf"
PROJECT_PART = "xl/vbaProject.bin"
# [MS-OVBA] 2.3.4.1: a version of 0xFFFF and no cache make Excel compile from the source.
_NO_CACHE = b"\xcc\x61\xff\xff\x00\x01\x00"
# A settings file beside a workbook must not name the program that runs: it may have come in the same archive.
_NO_SETTINGS_BESIDE = (('If GetFullName({book}) <> "" Then', "If False Then"),)
# Nor must a file that is merely looked at, nor may it stop us by a sheet called *.py.
_TRUSTED_ONLY = (
    ('SheetExists(ActiveWorkbook, PROJECT_NAME & ".conf")', 'SheetExists(ThisWorkbook, PROJECT_NAME & ".conf")'),
    ("GetConfigFromSheet(ActiveWorkbook)", "GetConfigFromSheet(ThisWorkbook)"),
    ("If i = 1 Then\n            Set wb = ActiveWorkbook", "If i = 1 Then\n            Set wb = ThisWorkbook"),
)


@dataclass(frozen=True, slots=True)
class Module:
    """A module of the project; ``is_class`` for a class module."""

    name: str
    source: str
    is_class: bool = False


def form_modules(buttons: Iterable[Button]) -> tuple[Module, ...]:
    """The modules of 统计表.xlsm, whose buttons stand on its sheet and act on itself."""
    changes = [(found.format(book="ThisWorkbook"), put) for found, put in _NO_SETTINGS_BESIDE]
    xlwings = _changed(_xlwings_source("xlwings.bas"), changes)
    return (Module("xlwings", xlwings), _dictionary(), Module(BUTTONS_MODULE, _subs(buttons, "", "")))


def addin_modules(buttons: Iterable[Button]) -> tuple[Module, ...]:
    """The modules of xltools.xlam, whose ribbon acts on the active workbook."""
    changes = [(found.format(book="ActiveWorkbook"), put) for found, put in _NO_SETTINGS_BESIDE]
    xlwings = _changed(_xlwings_source("xlwings_custom_addin.bas"), [*changes, *_TRUSTED_ONLY])
    ready = "    If InProtectedView() Then Exit Sub\n    If ActiveWorkbook Is Nothing Then Workbooks.Add\n"
    buttons_source = _subs(buttons, "control As IRibbonControl", ready) + _IN_PROTECTED_VIEW.format(_vba_text(_ENABLE))
    return (Module("xlwings", xlwings), _dictionary(), Module(BUTTONS_MODULE, buttons_source))


def embedded_version(source: str) -> str:
    """The version of xlwings that a module's source is of."""
    line = next(line for line in source.splitlines() if "XLWINGS_VERSION As String" in line)
    return line.partition('"')[2].rstrip('"')


def project_of(workbook: bytes, modules: Iterable[Module]) -> tuple[bytes, dict[str, bytes]]:
    """A workbook's parts with a VBA project of these modules, as pyOpenVBA makes one: (vbaProject.bin, changed parts).

    The project holds source only: no compiled code that could be stale, nothing of the machine that built it.
    """
    _installed("pyopenvba")
    from pyopenvba import ExcelFile
    from pyopenvba.cfb import CFB
    from pyopenvba.vba import VBAModuleKind

    from xltools.excel.packaging import parts_of

    with tempfile.TemporaryDirectory(prefix="xltools-") as folder:
        path = Path(folder) / "book.xlsm"
        path.write_bytes(workbook)
        with ExcelFile(path) as file:
            project = file.add_vba_project()
            for module in project.modules:
                module.dirty = True  # written anew, without the compiled code of the template
            for module_ in modules:
                module_.source.encode("ascii")
                kind = VBAModuleKind.other if module_.is_class else VBAModuleKind.standard
                project.add_module(module_.name, module_.source.replace("\r\n", "\n").replace("\n", "\r\n"), kind=kind)
            file.save()
        parts = parts_of(path.read_bytes())
    container = CFB.from_bytes(parts.pop(PROJECT_PART))
    container.write_stream_in_storage("VBA", "_VBA_PROJECT", _NO_CACHE)
    return bytes(container.to_bytes()), parts


_ENABLE = "这个文件在“受保护的视图”里,按钮还不能用:请先点上方黄条里的“启用编辑”,再点一次。"
# Asked late-bound: neither Excel for Mac nor LibreOffice knows such windows. In one, no workbook is active.
_IN_PROTECTED_VIEW = """
Private Function InProtectedView() As Boolean
    Dim program As Object, shown As Object
    On Error Resume Next
    Set program = Application
    Set shown = program.ActiveProtectedViewWindow
    On Error GoTo 0
    If shown Is Nothing Then Exit Function
    InProtectedView = True
    MsgBox {}
End Function
"""
_LINE = 12  # characters of a text on one line of source: VBA allows 1,023 in a line, 24 continued lines


def _vba_text(text: str) -> str:
    """An expression for a text that is not ASCII."""
    codes = [f"ChrW({ord(character)})" for character in text]
    lines = [" & ".join(codes[at : at + _LINE]) for at in range(0, len(codes), _LINE)]
    return " & _\n        ".join(lines)


def _subs(buttons: Iterable[Button], parameter: str, before: str) -> str:
    subs = (
        f"Public Sub {button.sub}({parameter})\n{before}"
        f'    RunPython "import xltools.macros; xltools.macros.{button.macro}()"\nEnd Sub\n'
        for button in buttons
    )
    return f'Attribute VB_Name = "{BUTTONS_MODULE}"\nOption Explicit\n\n' + "\n".join(subs)


def _changed(source: str, changes: Iterable[tuple[str, str]]) -> str:
    for found, put in changes:
        if found not in source:
            raise CouldNotRun(f"这一版 xlwings 的宏变了(没有 {found!r}),按钮不能由它生成:请升级 xltools")
        source = source.replace(found, put)
    return source


def _dictionary() -> Module:
    return Module("Dictionary", _xlwings_source("addin/Dictionary.cls"), is_class=True)


def _xlwings_source(name: str) -> str:
    source = (_installed("xlwings") / name).read_text(encoding="ascii")
    return source.replace('PROJECT_NAME As String = "xlwings"', f'PROJECT_NAME As String = "{PROJECT}"').replace(
        'PROJECT_NAME As String = "myaddin"', f'PROJECT_NAME As String = "{PROJECT}"'
    )


def _installed(package: str) -> Path:
    """The folder of a package that only the buttons need; CouldNotRun where it is not installed."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise CouldNotRun(f"没有安装按钮要用的 {package}:装 xltools 时要写成 xltools[excel](见 docs/安装.md)")
    return Path(spec.origin).parent
