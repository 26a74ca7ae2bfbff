"""The workbooks with buttons, built without Excel: what can be proved of them here, and the installation of them."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
import warnings
import zipfile
from dataclasses import replace
from functools import cache
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path, PureWindowsPath
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from lxml import etree

import xltools
from xltools import Form, macros
from xltools.cli import main
from xltools.errors import CouldNotRun
from xltools.excel.building import (
    ADDIN_FILE,
    CONFIGURATION,
    FORM_FILE,
    build_addin,
    build_addin_as_workbook,
    build_form_workbook,
)
from xltools.excel.buttons import GROUPS, THIS_RETURN
from xltools.excel.doctor import Registry, diagnosis
from xltools.excel.host import _ALLOWANCES, SheetLocked, choose_folder, takes_note, unprotected
from xltools.excel.installing import configuration, configured_interpreter, install, portable, remove
from xltools.excel.memory import Remembered, recall, remember
from xltools.excel.places import MAC, WINDOWS, Profile
from xltools.excel.ribbon import ribbon_xml
from xltools.excel.vba import embedded_version
from xltools.returns import Return
from xltools.template import build_template
from xltools.writing.content import Content, filled_content

BUTTONS = [button for group in GROUPS for button in group.buttons]
# Looked up in Microsoft's lists of Excel's control identifiers (Office 2013, 2016 and 365), in all three.
ICONS = {
    "ErrorChecking", "ReviewNextComment", "ClearFormats", "FileSaveAs", "Consolidate", "WatchWindow", "TracePrecedents",
    "ViewSideBySide", "FileNew", "DataValidation", "Help", "FileDocumentInspect",
}  # fmt: skip
# Ours, narrower than Office's own schema: Microsoft's customUI.xsd, not ours to copy here, accepted the part too.
RIBBON_SCHEMA = """<element name="customUI" ns="http://schemas.microsoft.com/office/2006/01/customui"
 xmlns="http://relaxng.org/ns/structure/1.0" datatypeLibrary="http://www.w3.org/2001/XMLSchema-datatypes">
 <element name="ribbon"><element name="tabs"><element name="tab">
  <attribute name="id"><data type="NCName"/></attribute><attribute name="label">TEXT</attribute>
  <oneOrMore><element name="group">
   <attribute name="id"><data type="NCName"/></attribute><attribute name="label">TEXT</attribute>
   <oneOrMore><element name="button">
    <attribute name="id"><data type="NCName"/></attribute><attribute name="label">TEXT</attribute>
    <attribute name="imageMso">TEXT</attribute><attribute name="onAction">TEXT</attribute>
    <attribute name="size"><choice><value>large</value><value>normal</value></choice></attribute>
    <attribute name="screentip">TEXT</attribute><attribute name="supertip">TEXT</attribute>
   </element></oneOrMore>
  </element></oneOrMore>
 </element></element></element>
</element>"""
_TEXT = '<data type="string"><param name="minLength">1</param><param name="maxLength">1024</param></data>'
RIBBON = etree.RelaxNG(etree.fromstring(RIBBON_SCHEMA.replace("TEXT", _TEXT)))


@cache
def form() -> Form:
    return Form.load("xxgk2017")


@cache
def addin() -> bytes:
    return build_addin()


@cache
def workbook() -> bytes:
    return build_form_workbook(form())


def modules(data: bytes) -> dict[str, str]:
    """The VBA that an independent reader (olevba) finds, by module."""
    with warnings.catch_warnings():  # its own, about pyparsing
        warnings.simplefilter("ignore")
        from oletools.olevba import VBA_Parser

    parser = VBA_Parser("book.xlsm", data=data)
    try:
        return {name.rpartition(".")[0]: source for _, _, name, source in parser.extract_macros()}
    finally:
        parser.close()


def subs(source: str) -> dict[str, tuple[str, str]]:
    """Public Subs of a module: name → (parameters, body)."""
    found = re.findall(r"(?ms)^Public Sub (\w+)\((.*?)\)\s*$(.*?)^End Sub", source.replace("\r\n", "\n"))
    return {name: (parameters, body) for name, parameters, body in found}


def part(data: bytes, name: str) -> bytes:
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return archive.read(name)


class TestTheWorkbooks:
    def test_two_builds_are_one_file(self) -> None:
        assert build_addin() == addin()
        assert build_form_workbook(form()) == workbook()

    @pytest.mark.parametrize("form_id", ["xxgk2017", "xxgk2021"])
    def test_with_buttons_it_is_the_same_form_and_gives_the_same_return(self, form_id: str, tmp_path: Path) -> None:
        this = Form.load(form_id)
        values = {name: number for number, name in enumerate(this.indicators)}
        content = filled_content(this, values, unit="吉首市", year="2021")
        plain, buttons = tmp_path / "一.xlsx", tmp_path / "一.xlsm"
        plain.write_bytes(build_template(this, content))
        buttons.write_bytes(build_form_workbook(this, content))
        assert Form.load(buttons) == this

        def read(path: Path) -> Return:
            return replace(xltools.read(path, this), source=xltools.read(plain, this).source)

        assert read(buttons) == read(plain)

    def test_every_button_on_the_sheet_has_its_macro_and_does_not_print(self) -> None:
        drawing = part(workbook(), "xl/drawings/vmlDrawing1.vml").decode()
        macros_named = re.findall(r"<x:FmlaMacro>\[0\]!(\w+)</x:FmlaMacro>", drawing)
        assert macros_named == [button.sub for button in THIS_RETURN.buttons]
        assert [button.label in drawing for button in THIS_RETURN.buttons] == [True] * 4
        columns = [int(anchor.split(",")[0]) for anchor in re.findall(r"<x:Anchor>\s*(.*?)</x:Anchor>", drawing)]
        assert min(columns) >= form().page.width  # the print area ends before

    def test_the_content_types_say_what_the_files_are(self) -> None:
        types = "[Content_Types].xml"
        assert b"application/vnd.ms-excel.sheet.macroEnabled.main+xml" in part(workbook(), types)
        assert b"application/vnd.ms-excel.addin.macroEnabled.main+xml" in part(addin(), types)
        for data in (workbook(), addin()):
            assert b"spreadsheetml.sheet.main+xml" not in part(data, types)
            assert b"application/vnd.ms-office.vbaProject" in part(data, types)

    def test_nothing_compiled_is_left_in_the_project(self) -> None:
        import olefile

        for data in (workbook(), addin()):
            with olefile.OleFileIO(BytesIO(part(data, "xl/vbaProject.bin"))) as project:
                assert project.openstream("VBA/_VBA_PROJECT").read() == b"\xcc\x61\xff\xff\x00\x01\x00"
                for entry in project.listdir():
                    if entry[0] == "VBA" and entry[1] not in ("dir", "_VBA_PROJECT"):
                        assert project.openstream(entry).read(1) == b"\x01"  # compressed source from the first byte


class TestTheMacros:
    def test_all_vba_is_ascii(self) -> None:
        for data in (workbook(), addin()):
            for source in modules(data).values():
                assert source.isascii()

    def test_every_button_leads_to_one_function(self) -> None:
        for data, parameters, buttons in (
            (workbook(), "", list(THIS_RETURN.buttons)),
            (addin(), "control As IRibbonControl", BUTTONS),
        ):
            found = subs(modules(data)["XltButtons"])
            assert list(found) == [button.sub for button in buttons]
            for button in buttons:
                declared, body = found[button.sub]
                assert declared == parameters
                called = re.findall(r'RunPython "import xltools\.macros; xltools\.macros\.(\w+)\(\)"', body)
                assert called == [button.macro]
                assert inspect.signature(getattr(macros, button.macro).__wrapped__).parameters.keys() == {"book"}
                assert getattr(macros, button.macro).__doc__.startswith(button.label.rstrip("…"))

    def test_every_function_has_a_button(self) -> None:
        wrapped = {name for name, each in vars(macros).items() if hasattr(each, "__wrapped__")}
        assert wrapped == {button.macro for button in BUTTONS}

    def test_xlwings_own_macros_are_those_of_the_installed_version(self) -> None:
        import xlwings

        for data in (workbook(), addin()):
            source = modules(data)["xlwings"]
            assert embedded_version(source) == xlwings.__version__
            assert 'Public Const PROJECT_NAME As String = "xltools"' in source
            assert "Zoomer Analytics" in source
            assert "Dictionary v1.4.1" in modules(data)["Dictionary"]

    def test_the_addin_takes_no_settings_from_the_workbook_that_is_looked_at(self) -> None:
        """A returned file with a sheet xltools.conf, or one beside it, must not name the program that runs."""
        source = modules(addin())["xlwings"].replace("\r\n", "\n")
        settings = source[source.index("Function GetConfigFromSheet") : source.index("Function SaveConfigToFile")]
        assert "ActiveWorkbook" not in settings
        assert "ThisWorkbook" in settings
        assert "ThisWorkbook.Name" not in source  # but it acts on the active one

    def test_neither_workbook_takes_settings_from_a_file_beside_it(self) -> None:
        for data in (workbook(), addin()):
            source = modules(data)["xlwings"].replace("\r\n", "\n")
            beside = source[source.index("' Directory Config") : source.index("' User Config")]
            assert "If False Then" in beside
            assert "GetFullName" not in beside

    def test_where_xlwings_has_changed_nothing_is_built_of_it(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("xltools.excel.vba._NO_SETTINGS_BESIDE", (("not in any version", ""),))
        for build in (build_addin, lambda: build_form_workbook(form())):
            with pytest.raises(CouldNotRun, match="xlwings 的宏变了"):
                build()

    def test_in_protected_view_every_button_of_the_ribbon_says_what_to_do(self) -> None:
        source = modules(addin())["XltButtons"].replace("\r\n", "\n")
        assert all("If InProtectedView() Then Exit Sub" in body for _, body in subs(source).values())
        words = "".join(chr(int(code)) for code in re.findall(r"ChrW\((\d+)\)", source))
        assert "启用编辑" in words
        assert max(map(len, source.split("\n"))) < 1023

    def test_the_settings_sheet_is_what_the_macros_look_for(self) -> None:
        import openpyxl

        for data in (workbook(), build_addin_as_workbook()):
            book = openpyxl.load_workbook(BytesIO(data))
            rows = tuple(book["xltools.conf"].iter_rows(max_col=2, values_only=True))
            assert rows == CONFIGURATION


class TestTheRibbon:
    def test_it_has_the_structure_that_office_reads(self) -> None:
        RIBBON.assertValid(etree.fromstring(part(addin(), "customUI/customUI.xml")))
        relationships = part(addin(), "_rels/.rels").decode()
        kind = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
        assert f'Type="{kind}" Target="customUI/customUI.xml"' in relationships

    def test_every_identifier_is_used_once(self) -> None:
        ids = [element.get("id") for element in etree.fromstring(ribbon_xml(GROUPS)).iter() if element.get("id")]
        assert len(ids) == len(set(ids)) == 1 + len(GROUPS) + len(BUTTONS)

    def test_every_icon_is_one_of_excels_own(self) -> None:
        assert {button.image for button in BUTTONS} == ICONS

    def test_it_reads_as_the_issue_asks(self) -> None:
        shown = {group.label: [button.label for button in group.buttons] for group in GROUPS}
        assert shown == {
            "本表": ["校验", "下一个问题", "清除标记", "导出上报件"],
            "汇总": ["选择文件夹汇总…", "报送情况", "查看出处", "与上年比较"],
            "表式": ["新建空表", "检查表式"],
            "帮助": ["使用手册", "环境诊断"],
        }


def windows(home: Path, user: str = "wang") -> Profile:
    folder = home / user
    environment = {
        "USERPROFILE": str(folder),
        "APPDATA": str(folder / "AppData" / "Roaming"),
        "LOCALAPPDATA": str(folder / "AppData" / "Local"),
    }
    return Profile(WINDOWS, folder, environment)


def registry(**entries: str) -> Registry:
    """A registry with Excel in its place and further values, by the last part of key and name."""
    usual = {r"Excel.Application\CLSID": "{1}", r"{1}\LocalServer32": r"C:\Program Files\Office\EXCEL.EXE /automation"}

    def look(key: str, name: str) -> str | None:
        for tail, value in {**entries, **usual}.items():
            if tail in usual and tail in entries:
                value = entries[tail]
            if f"{key}\\{name}".rstrip("\\").endswith(tail):
                return value
        return None

    return look


def complaints(profile: Profile, look: Registry | None = None) -> dict[str, str]:
    return {check.name: check.words for check in diagnosis(profile, look or registry()) if not check.fine}


class TestInstallation:
    def test_install_puts_the_addin_and_its_settings_where_excel_looks(self, tmp_path: Path) -> None:
        profile = windows(tmp_path)
        written = install(profile)
        startup = tmp_path / "wang/AppData/Roaming/Microsoft/Excel/XLSTART" / ADDIN_FILE
        assert written == [startup, tmp_path / "wang/.xltools/xltools.conf"]
        assert startup.read_bytes() == addin()
        assert configured_interpreter(profile) == sys.executable
        assert '"SHOW CONSOLE","False"' in profile.configuration_file.read_text(encoding="utf-8")
        assert complaints(profile) == {}
        assert install(profile) == written

    def test_remove_takes_away_exactly_that(self, tmp_path: Path) -> None:
        profile = windows(tmp_path)
        remember(profile.settings_folder, Remembered(folder="上报"))
        written = install(profile)
        assert remove(profile) == written
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == [profile.settings_folder / "remembered.json"]
        assert remove(profile) == []

    def test_a_chinese_user_name_does_not_stand_in_the_settings(self, tmp_path: Path) -> None:
        profile = Profile(WINDOWS, tmp_path, {
            "USERPROFILE": r"C:\Users\王主任", "APPDATA": r"C:\Users\王主任\AppData\Roaming",
        })  # fmt: skip
        python = PureWindowsPath(r"C:\Users\王主任\AppData\Roaming\uv\tools\xltools\Scripts\python.exe")
        assert portable(python, profile) == r"%APPDATA%\uv\tools\xltools\Scripts\python.exe"  # type: ignore[arg-type]
        assert configuration(profile, python).isascii()  # type: ignore[arg-type]
        elsewhere = PureWindowsPath(r"D:\工具\python.exe")
        assert portable(elsewhere, profile) == r"D:\工具\python.exe"  # type: ignore[arg-type]

    def test_on_a_mac_the_script_that_leaves_the_sandbox_is_installed_too(self, tmp_path: Path) -> None:
        profile = Profile(MAC, tmp_path)
        addin_file, settings, script = install(profile)
        assert addin_file.parent.parts[-2:] == ("Startup.localized", "Excel")
        assert settings == tmp_path / "Library/Containers/com.microsoft.Excel/Data/xltools.conf"
        assert "INTERPRETER_MAC" in settings.read_text(encoding="utf-8")
        assert script.parent == tmp_path / "Library/Application Scripts/com.microsoft.Excel"
        assert script.suffix == ".applescript"
        assert {check.name for check in diagnosis(profile) if not check.fine} == set()

    def test_where_there_is_no_excel_it_says_so(self, tmp_path: Path) -> None:
        with pytest.raises(CouldNotRun, match="Windows 或 macOS"):
            install(Profile("Linux", tmp_path))
        (only,) = diagnosis(Profile("Linux", tmp_path))
        assert "命令行" in only.line


class TestDoctor:
    def test_before_installing_it_says_what_to_run(self, tmp_path: Path) -> None:
        found = complaints(windows(tmp_path))
        assert found.keys() == {"解释器", "加载项"}
        assert all("xltools addin install" in words for words in found.values())
        names = [check.name for check in diagnosis(windows(tmp_path), registry())]
        assert "来源标记" not in names  # nothing is said of what is not there

    def test_a_python_that_is_gone_and_an_addin_of_another_version(self, tmp_path: Path) -> None:
        profile = windows(tmp_path)
        install(profile, tmp_path / "old" / "python.exe")
        (profile.startup_folder / ADDIN_FILE).write_bytes(b"PK old")
        found = complaints(profile)
        assert "不存在" in found["解释器"]
        assert "别的版本" in found["加载项"]

    def test_a_chinese_path_outside_the_users_folders(self, tmp_path: Path) -> None:
        profile = windows(tmp_path)
        install(profile, tmp_path / "工具" / "python.exe")
        assert "没有中文的文件夹" in complaints(profile)["路径"]

    @pytest.mark.parametrize(
        ("entries", "name", "words"),
        [
            ({r"Trusted Locations\AllLocationsDisabled": "1"}, "宏", "受信任位置"),
            ({r"Policies\Microsoft\Office\16.0\Excel\Security\DisableAllAddins": "1"}, "宏", "已被全部禁用"),
            ({r"Office\15.0\Excel\Security\RequireAddinSig": "1"}, "宏", "签了名"),
            ({r"Office\16.0\Common\Security\RequireAlwaysOnMacroSig": "1"}, "宏", "签了名"),
            ({r"Office\14.0\Common\VBAOff": "1"}, "宏", "整个关闭"),
            ({r"{1}\LocalServer32": r"C:\Kingsoft\WPS Office\et.exe"}, "Excel", "WPS 接管"),
            (
                {r"HKCR\CLSID\{1}\LocalServer32": "", r"WOW6432Node\CLSID\{1}\LocalServer32": r"D:\WPS\et.exe"},
                "Excel", "WPS 接管",
            ),
            ({r"Excel.Application\CLSID": ""}, "Excel", "没有登记"),
            ({r"ASR\Rules\D4F940AB-401B-4EFC-AADC-AD5F3C50688A": "1"}, "安全策略", "管理员"),
            (
                {r"Policy Manager\ASRRules": "x=2|d4f940ab-401b-4efc-aadc-ad5f3c50688a=1"}, "安全策略", "管理员",
            ),
        ],
    )  # fmt: skip
    def test_what_the_registry_shows(self, entries: dict[str, str], name: str, words: str, tmp_path: Path) -> None:
        profile = windows(tmp_path)
        install(profile)
        found = complaints(profile, registry(**entries))
        assert found.keys() == {name}
        assert words in found[name]

    def test_each_thing_that_may_be_wrong_has_one_line(self, tmp_path: Path) -> None:
        profile = windows(tmp_path)
        install(profile)
        checks = diagnosis(profile, registry())
        assert [check.name for check in checks] == [
            "版本", "xlwings", "解释器", "加载项", "路径", "来源标记", "宏", "Excel", "安全策略",
        ]  # fmt: skip
        lines = [check.line for check in checks]
        assert [line[:1] for line in lines] == ["√"] * 9
        assert not any("\n" in line for line in lines)

    def test_a_rule_that_only_warns_or_audits_blocks_nothing(self, tmp_path: Path) -> None:
        profile = windows(tmp_path)
        install(profile)
        assert complaints(profile, registry(**{r"ASR\Rules\D4F940AB-401B-4EFC-AADC-AD5F3C50688A": "2"})) == {}

    def test_a_policy_against_macros_still_lets_trusted_places(self, tmp_path: Path) -> None:
        profile = windows(tmp_path)
        install(profile)
        lines = [check.line for check in diagnosis(profile, registry(**{r"Security\VBAWarnings": "4"}))]
        assert any(line.startswith("√ 宏") and "受信任位置" in line for line in lines)


class TestCommands:
    def test_build_writes_both_files(self, tmp_path: Path) -> None:
        done = CliRunner().invoke(main, ["addin", "build", str(tmp_path / "按钮")])
        assert done.exit_code == 0
        assert (tmp_path / "按钮" / FORM_FILE).read_bytes() == workbook()
        assert (tmp_path / "按钮" / ADDIN_FILE).read_bytes() == addin()

    def test_build_never_takes_the_place_of_a_filled_return(self, tmp_path: Path) -> None:
        mine = build_form_workbook(form(), filled_content(form(), {"工作人员数": 9}, unit="吉首市", year="2017"))
        (tmp_path / FORM_FILE).write_bytes(mine)
        done = CliRunner().invoke(main, ["addin", "build", str(tmp_path)])
        assert done.exit_code == 2
        assert "填了数的报表" in done.output
        assert (tmp_path / FORM_FILE).read_bytes() == mine
        assert not (tmp_path / ADDIN_FILE).exists()

    def test_build_replaces_what_it_built_before(self, tmp_path: Path) -> None:
        for _ in range(2):
            assert CliRunner().invoke(main, ["addin", "build", str(tmp_path), "-f", "xxgk2021"]).exit_code == 0
        assert Form.load(tmp_path / FORM_FILE) == Form.load("xxgk2021")

    def test_build_into_a_file_writes_nothing(self, tmp_path: Path) -> None:
        (tmp_path / "按钮").write_text("", encoding="utf-8")
        done = CliRunner().invoke(main, ["addin", "build", str(tmp_path / "按钮")])
        assert done.exit_code == 2
        assert "这里要的是文件夹" in done.output

    @pytest.mark.parametrize("package", ["xlwings", "pyopenvba"])
    def test_without_the_packages_of_the_buttons_it_says_what_to_install(
        self, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("xltools.excel.vba.find_spec", lambda name: None if name == package else find_spec(name))
        done = CliRunner().invoke(main, ["addin", "build", str(tmp_path / "按钮")])
        assert done.exit_code == 2
        assert package in done.output
        assert "xltools[excel]" in done.output
        assert not (tmp_path / "按钮").exists()

    def test_doctor_ends_with_1_where_something_is_to_be_done(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("xltools.excel.doctor.this_profile", lambda: Profile("Linux", Path("/nowhere")))
        done = CliRunner().invoke(main, ["addin", "doctor"])
        assert done.exit_code == 1
        assert done.output.startswith("× 系统")


class TestMemory:
    def test_what_was_chosen_is_there_the_next_time(self, tmp_path: Path) -> None:
        chosen = Remembered(folder="D:/上报", roster="D:/单位名录.xlsx")
        remember(tmp_path / "新", chosen)
        assert recall(tmp_path / "新") == chosen

    @pytest.mark.parametrize("text", ["", "[]", "{", '{"other": 1}'])
    def test_a_damaged_file_is_as_none(self, text: str, tmp_path: Path) -> None:
        (tmp_path / "remembered.json").write_text(text, encoding="utf-8")
        assert recall(tmp_path) == Remembered()


class _ProtectedSheet:
    """A worksheet of Excel's object model, as far as protection goes."""

    name = "统计表"
    ProtectContents = ProtectDrawingObjects = ProtectScenarios = True

    def __init__(self, password: str = "") -> None:
        self.password = password
        self.calls: list[object] = []

    @property
    def api(self) -> _ProtectedSheet:
        return self

    Protection = type("Protection", (), {name: name.endswith(("Columns", "Rows")) for name in _ALLOWANCES})

    def Unprotect(self, password: str) -> None:  # noqa: N802 -- Excel's name
        if password != self.password:
            raise RuntimeError("COM error 1004")
        self.calls.append("lifted")

    def Protect(self, **allowed: bool) -> None:  # noqa: N802 -- Excel's name
        self.calls.append({name for name, value in allowed.items() if value})


class TestProtection:
    def test_it_comes_back_with_the_same_allowances_whatever_happens(self) -> None:
        sheet = _ProtectedSheet()
        with pytest.raises(ZeroDivisionError), unprotected(sheet):  # type: ignore[arg-type]
            sheet.calls.append(1 / 0)
        same = {name for name in _ALLOWANCES if name.endswith(("Columns", "Rows"))}
        assert sheet.calls == ["lifted", {"DrawingObjects", "Contents", "Scenarios"} | same]

    def test_a_password_is_no_error_of_the_program(self) -> None:
        with pytest.raises(SheetLocked, match="密码"), unprotected(_ProtectedSheet("secret")):  # type: ignore[arg-type]
            pass


class _Cell:
    """A cell as xlwings shows it, with whatever Excel's object model says of it."""

    def __init__(self, note: object = None, **api: object) -> None:
        self.note, self.api = note, SimpleNamespace(**api)


class TestDialogsOnAMac:
    def test_a_title_is_never_part_of_the_script(self, monkeypatch: pytest.MonkeyPatch) -> None:
        commands: list[list[str]] = []

        def answered(command: list[str], **how: object) -> subprocess.CompletedProcess[str]:
            commands.append(command)
            return subprocess.CompletedProcess(command, 0, "/Users/wang/上报/\n")

        monkeypatch.setattr("sys.platform", "darwin")
        monkeypatch.setattr("subprocess.run", answered)
        title = '选择“" & (do shell script "x") & "”的空表'
        assert choose_folder(None, title) == Path("/Users/wang/上报")  # type: ignore[arg-type]
        (command,) = commands
        assert command[:2] == ["osascript", "-e"]
        assert "do shell script" not in command[2]
        assert command[3] == title


class TestNotes:
    @pytest.mark.parametrize(
        ("cell", "room"),
        [
            (_Cell(), True),  # Excel 2016 and earlier know no threaded comments
            (_Cell(CommentThreaded=None), True),
            (_Cell(CommentThreaded=object()), False),
            (_Cell(note=object()), False),
        ],
    )
    def test_a_cell_with_a_note_or_a_threaded_comment_takes_no_other(self, cell: _Cell, room: bool) -> None:
        assert takes_note(cell) is room  # type: ignore[arg-type]


def test_the_notices_of_what_is_embedded_are_kept() -> None:
    folder = Path(xltools.__file__).parent / "excel" / "notices"
    assert "BSD 3-clause" in (folder / "xlwings.txt").read_text(encoding="utf-8")
    assert "MIT License" in (folder / "VBA-Dictionary.txt").read_text(encoding="utf-8")


def test_content_is_optional_and_blank_by_default() -> None:
    assert build_form_workbook(form(), Content({"填报单位": "", "年度": 2017})) == workbook()
