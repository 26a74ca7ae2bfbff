"""Every format people send: what it holds is read right, or the file is named wrong."""

from __future__ import annotations

import io
import re
import struct
import subprocess
import zipfile
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest
from click.testing import CliRunner
from live_office import Office
from office import _convert, requires_office
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from returnbooks import Table, figures, return_bytes, rewritten, saved, workbook_with

from xltools import Form, Return, Severity, build_template
from xltools.cli import main
from xltools.consolidation import FileStatus
from xltools.findings import Number
from xltools.formchoice import choose_form
from xltools.gathering import gather, gather_one
from xltools.reading.biff import _texts_as_shown
from xltools.reading.biff12 import xlsb_facts
from xltools.reading.numberformats import shown_text
from xltools.reading.package import open_archive
from xltools.reading.reader import carried_form, read_bytes
from xltools.reading.sources import ReadOptions
from xltools.returns import Source
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")
MATRIX = Form.load("xxgk2021")
FIGURES = figures(FORM)


def reading(data: bytes, name: str, form: Form = FORM, password: str = "") -> Return:
    return read_bytes(data, form, Source(name), ReadOptions(password))


def codes(ret: Return) -> list[tuple[str, str]]:
    return [(f.code, f.severity.value) for f in ret.findings]


# --- text ---


def pairs(form: Form, delimiter: str = ",") -> str:
    lines = [("填报单位", "甲县"), ("年度", "2017")]
    lines += [(form.page.spots[name].row_labels[-1].text, str(number)) for name, number in figures(form).items()]
    return "\r\n".join(delimiter.join(line) for line in lines)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_a_csv_of_labels_and_values(encoding: str, delimiter: str) -> None:
    ret = reading(pairs(FORM, delimiter).encode(encoding), "甲县.csv")
    assert dict(ret.values) == FIGURES
    assert (ret.unit, ret.period, ret.cells["接受培训人次"]) == ("甲县", "2017", "B60")
    assert codes(ret) == [("S201", "info")]


def test_a_csv_may_call_the_figures_by_their_names() -> None:
    lines = ["填报单位,甲县", "年度,2021", *(f"{name},{number}" for name, number in figures(MATRIX).items())]
    ret = reading("\n".join(lines).encode(), "甲县.csv", MATRIX)
    assert dict(ret.values) == figures(MATRIX)
    assert {f.code for f in ret.findings} == {"S201", "S207"}


@pytest.mark.parametrize("error", ["#REF!", "#DIV/0!", "#N/A"])
def test_an_error_in_a_csv_is_one_as_in_a_workbook(error: str) -> None:
    ret = reading(pairs(FORM).replace(f",{FIGURES['查阅点数']}", f",{error}").encode(), "甲县.csv")
    assert dict(ret.values) == FIGURES | {"查阅点数": None}
    assert [(f.code, f.indicator) for f in ret.findings if f.code != "S201"] == [("V307", "查阅点数")]
    assert error in ret.findings[-1].message


def test_rows_of_a_csv_that_are_read_by_their_names_are_no_additions() -> None:
    rows = [*pairs(FORM).splitlines()[:20], *(f"{name},{number}" for name, number in list(FIGURES.items())[18:])]
    ret = reading("\n".join(rows).encode(), "甲县.csv")
    assert (dict(ret.values), codes(ret)) == (FIGURES, [("S201", "info")])


@pytest.mark.parametrize("rows", [[f"{name},5,7" for name in FIGURES], [f'"{name},5' for name in FIGURES]])
def test_a_csv_in_which_nothing_is_found_is_told_how_it_should_be(rows: list[str]) -> None:
    ret = reading("\n".join(rows).encode(), "甲县.csv")
    assert codes(ret) == [("F103", "error")]
    assert "一行写一个指标" in ret.findings[0].message and "引号" in ret.findings[0].message


def test_what_is_not_plainly_a_number_in_a_csv_is_read_as_typed_text() -> None:
    text = pairs(FORM).replace(",101\r", ',"1,234"\r').replace(",102\r", ",012\r").replace(",103\r", ",12件\r")
    ret = reading(text.encode(), "甲县.csv")
    assert [ret.values[name] for name in list(FIGURES)[:2]] == [1234, 12]
    assert [code for code, _ in codes(ret)] == ["S201", "V302", "V302", "V302"]


def test_text_counts_as_a_return_only_where_the_extension_says_csv() -> None:
    assert codes(reading(pairs(FORM).encode(), "甲县.xls")) == [("F107", "error")]
    assert codes(reading(b"<html><table><tr><td>1</td></tr></table></html>", "甲县.csv")) == [("F107", "error")]
    assert codes(reading("随便写的,几个字\n没有,指标\n".encode(), "甲县.csv")) == [("F103", "error")]


# --- extension and content ---


@pytest.mark.parametrize(
    ("name", "word"),
    [
        ("甲县.xls", ".xls"), ("甲县.csv", ".csv"), ("甲县.ods", ".ods"), ("甲县.tmp", ".tmp"), ("甲县", "没有扩展名"),
    ],
)  # fmt: skip
def test_a_workbook_under_another_spreadsheet_extension_is_read_with_a_warning(name: str, word: str) -> None:
    ret = reading(return_bytes(FORM), name)
    assert dict(ret.values) == FIGURES
    assert codes(ret) == [("F107", "warning")]
    assert word in ret.findings[0].message


@pytest.mark.parametrize("name", ["甲县.xlsx", "甲县.XLSM", "甲县.xltx", "甲县.xlsx "])
def test_extensions_of_one_format_are_not_told_apart(name: str) -> None:
    assert codes(reading(return_bytes(FORM), name)) == []


@pytest.mark.parametrize(("content", "word"), [(b"Rar!\x1a\x07\x01\0", "RAR"), (b"7z\xbc\xaf\x27\x1c\0\x04", "7Z")])
def test_another_archive_that_calls_itself_zip_is_to_be_unpacked(content: bytes, word: str, tmp_path: Path) -> None:
    (tmp_path / "各县.zip").write_bytes(content + bytes(100))
    (tmp_path / "坏的.zip").write_bytes(b"PK\x03\x04" + bytes(100))
    for gathered in (gather(tmp_path), gather_one(tmp_path / "各县.zip", "各县.zip")):
        said = {problem.file: (result.status, problem) for result, problem in gathered.others}
        status, problem = said["各县.zip"]
        assert (status, problem.code, problem.severity) == (FileStatus.SKIPPED, "F106", Severity.WARNING)
        assert word in problem.message and "请解压" in problem.message
        assert said.get("坏的.zip", (FileStatus.REJECTED, None))[0] is FileStatus.REJECTED


# --- Strict OOXML ---


def strict(data: bytes) -> bytes:
    """As Excel saves it under “Strict Open XML 电子表格”."""
    swaps = (
        (b"http://schemas.openxmlformats.org/spreadsheetml/2006/main", b"http://purl.oclc.org/ooxml/spreadsheetml/main"),
        (
            b"http://schemas.openxmlformats.org/officeDocument/2006/relationships",
            b"http://purl.oclc.org/ooxml/officeDocument/relationships",
        ),
    )

    def change(_: str, part: bytes) -> bytes:
        for old, new in swaps:
            part = part.replace(old, new)
        return part

    return rewritten(data, change)


def test_strict_workbooks_are_read_like_any_other() -> None:
    ret = reading(strict(return_bytes(FORM)), "甲县.xlsx")
    assert (dict(ret.values), ret.findings) == (FIGURES, ())


# --- OpenDocument ---

_ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0" '
    'xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"><office:body>'
    "<office:spreadsheet>"
)
_ODS_TAIL = "</office:spreadsheet></office:body></office:document-content>"


def ods(body: str, **parts: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        archive.writestr("content.xml", _ODS_HEAD + body + _ODS_TAIL)
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return stream.getvalue()


def ods_return(form: Form, values: dict[str, str], *, names: bool = True) -> bytes:
    """The form's table; `values` are whole table:table-cell elements."""
    texts = {(box.row, box.column): box.text for box in form.page.boxes if box.text}
    spots = {(spot.row, spot.column): name for name, spot in {**form.page.header, **form.page.spots}.items()}
    rows = []
    for row in range(1, form.page.height + 1):
        cells = []
        for column in range(1, form.page.width + 1):
            name = spots.get((row, column), "")
            cells.append(values.get(name, "<table:table-cell/>") if name else ods_text(texts.get((row, column), "")))
        rows.append(f"<table:table-row>{''.join(cells)}</table:table-row>")
    named = "".join(
        f'<table:named-range table:name="{name}" table:cell-range-address="$统计表.$D${spot.row}"/>'
        for name, spot in form.page.spots.items()
    )
    expressions = '<table:named-expression table:name="表式编号" table:expression="of:=&quot;xxgk2017&quot;"/>'
    return ods(
        f'<table:table table:name="统计表">{"".join(rows)}</table:table>'
        + (f"<table:named-expressions>{named}{expressions}</table:named-expressions>" if names else "")
    )


def ods_text(text: str) -> str:
    return f'<table:table-cell office:value-type="string"><text:p>{text}</text:p></table:table-cell>'


def ods_number(value: object, kind: str = "float", extra: str = "") -> str:
    attributes = f'office:value-type="{kind}" office:value="{value}" {extra}'
    return f"<table:table-cell {attributes}><text:p>{value}</text:p></table:table-cell>"


def ods_shown(value: object, paragraphs: str) -> str:
    """A number with what the cell shows for it."""
    return f'<table:table-cell office:value-type="float" office:value="{value}">{paragraphs}</table:table-cell>'


def test_an_ods_is_read_by_names_and_labels() -> None:
    values = {name: ods_number(number) for name, number in FIGURES.items()}
    values["填报单位"] = ods_text("甲<text:s/>县")
    ret = reading(ods_return(FORM, values), "甲县.ods")
    assert (dict(ret.values), ret.findings, ret.unit) == (FIGURES, (), "甲 县")
    assert carried_form(ods_return(FORM, values)) == "xxgk2017"
    lost = reading(ods_return(FORM, values, names=False), "甲县.ods")
    assert (dict(lost.values), codes(lost)) == (FIGURES, [("S201", "warning")])


@pytest.mark.parametrize(
    ("cell", "code", "value"),
    [
        (ods_number("0.4", "percentage"), "V301", None),
        ('<table:table-cell office:value-type="date" office:date-value="2017-03-04"/>', "V301", None),
        ('<table:table-cell office:value-type="boolean" office:boolean-value="true"/>', "V301", None),
        (
            '<table:table-cell office:value-type="time" office:time-value="PT36H00M00S">'  # of a format like [HH]
            "<text:p>36</text:p></table:table-cell>",
            "V301", None,
        ),
        (ods_text("1<text:sheet-name>2</text:sheet-name>"), "V302", 12),
        (ods_text("12<text:note><text:note-body><text:p>3</text:p></text:note-body></text:note>"), "V302", 12),
        ('<table:table-cell table:formula="of:=[.D9]+1"/>', "V306", None),
        (
            '<table:table-cell table:formula="of:=#REF!" office:value-type="string" calcext:value-type="error">'
            "<text:p>#REF!</text:p></table:table-cell>",
            "V307", None,
        ),
        ('<table:table-cell office:value-type="string"><text:p>12条</text:p></table:table-cell>', "V302", 12),
        (ods_number(7, extra='table:formula="of:=3+4"'), "", 7),
        (ods_shown(1234, ""), "", 1234),  # not told what it shows
        (ods_shown(1234, "<text:p/>"), "V301", None),
        (ods_shown(1234, "<text:p><text:s/></text:p>"), "V301", None),
        (ods_shown(0, "<text:p/>"), "", 0),
        (ods_shown("15.25", "<text:p>一十五．二五</text:p>"), "", Decimal("15.25")),
        (ods_shown("15.25", "<text:p>壹拾伍点贰伍</text:p>"), "", Decimal("15.25")),
        (ods_shown("15.25", "<text:p>一十六．二五</text:p>"), "V301", None),
        ("<table:table-cell><text:p>12条</text:p></table:table-cell>", "V302", 12),
        ("<table:table-cell><text:p/></table:table-cell>", "", None),
    ],
)  # fmt: skip
def test_an_ods_tells_values_formulas_errors_and_dates_apart(cell: str, code: str, value: Number | None) -> None:
    values = {name: ods_number(number) for name, number in FIGURES.items()} | {"主动公开政府信息数": cell}
    ret = reading(ods_return(FORM, values), "甲县.ods")
    assert [found for found, _ in codes(ret)] == ([code] if code else [])
    assert ret.values["主动公开政府信息数"] == value


@pytest.mark.parametrize(
    ("look", "seen"),
    [
        ('style:text-position="super 58%"', "10⁵"),
        ('style:text-position="33% 58%"', "10⁵"),
        ('style:text-position="-33% 58%"', "10₅"),
        ('style:text-line-through-style="solid"', "105\u0336"),
        ('style:text-line-through-type="single"', "105\u0336"),
        ('style:text-position="0% 100%" style:text-line-through-type="none"', ""),
    ],
)
def test_digits_of_an_ods_that_are_raised_or_struck_out_are_not_read_as_others(look: str, seen: str) -> None:
    style = f'<style:style style:name="T1" style:family="text"><style:text-properties {look}/></style:style>'
    cell = ods_text('10<text:span text:style-name="T1">5</text:span>')
    values = {name: ods_number(number) for name, number in FIGURES.items()} | {"主动公开政府信息数": cell}

    def with_style(name: str, part: bytes) -> bytes:
        automatic = f"<office:automatic-styles>{style}</office:automatic-styles><office:body>"
        return part.replace(b"<office:body>", automatic.encode()) if name == "content.xml" else part

    ret = reading(rewritten(ods_return(FORM, values), with_style), "甲县.ods")
    assert codes(ret) == [("V301", "error") if seen else ("V302", "warning")]
    assert ret.values["主动公开政府信息数"] == (None if seen else 105)
    assert f"“{seen or '105'}”" in ret.findings[0].message


def test_repeated_cells_of_an_ods_are_counted_before_they_are_made() -> None:
    cell = '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1"/>'
    row = f'<table:table-row table:number-rows-repeated="1048576">{cell}</table:table-row>'
    bomb = f'<table:table table:name="a">{row}</table:table>'
    assert codes(reading(ods(bomb), "甲县.ods")) == [("F105", "error")]
    blank = bomb.replace('office:value-type="float" office:value="1"', "")
    assert codes(reading(ods(blank), "甲县.ods")) == [("F103", "error")]


def test_an_ods_with_a_password_or_without_sheets_is_named() -> None:
    locked = ods("", **{"META-INF__manifest.xml": b"<manifest><encryption-data/></manifest>"})
    assert codes(reading(locked, "甲县.ods")) == [("F102", "error")]
    assert codes(reading(ods(""), "甲县.ods")) == [("F101", "error")]


# --- binary formats ---


def xlsb(sheet: bytes, names: bytes, styles: bytes) -> bytes:
    """The least .xlsb: one sheet 统计表 whose records are given, and those of its styles."""
    types = '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

    def relations(**targets: str) -> str:
        each = (
            f'<Relationship Id="rId{number}" Type="{relation}{kind}" Target="{target}"/>'
            for number, (kind, target) in enumerate(targets.items(), 1)
        )
        head = '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        return f"{head}{''.join(each)}</Relationships>"

    bundle = record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("统计表"))
    book = record(131) + record(143) + bundle + record(144) + names + record(132)
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("[Content_Types].xml", types)
        archive.writestr("_rels/.rels", relations(officeDocument="xl/workbook.bin"))
        targets = {"worksheet": "worksheets/sheet1.bin", "styles": "styles.bin"}
        archive.writestr("xl/_rels/workbook.bin.rels", relations(**targets))
        archive.writestr("xl/styles.bin", styles)
        archive.writestr("xl/workbook.bin", book)
        archive.writestr("xl/worksheets/sheet1.bin", record(129) + sheet + record(130))
    return stream.getvalue()


def record(kind: int, body: bytes = b"") -> bytes:
    head = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    size, digits = len(body), b""
    while size > 127:
        digits, size = digits + bytes([size & 0x7F | 0x80]), size >> 7
    return head + digits + bytes([size]) + body


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


_XLSB_FORMATS = (0, 10, 164, 165)  # General, 0.00%, and two with codes of their own


def xlsb_styles() -> bytes:
    """Of every format one cell format, after those of named styles, which count apart."""
    codes = record(44, struct.pack("<H", 164) + wide('0"%"')) + record(44, struct.pack("<H", 165) + wide("0%;-0%"))
    formats = [record(47, struct.pack("<HH", 0, identity) + bytes(12)) for identity in _XLSB_FORMATS]
    named = record(626, struct.pack("<I", 1)) + record(47, struct.pack("<HH", 0xFFFF, 10) + bytes(12)) + record(627)
    cells = record(617, struct.pack("<I", len(formats))) + b"".join(formats) + record(618)
    return record(278) + record(615, struct.pack("<I", 2)) + codes + record(616) + named + cells + record(279)


def xlsb_return(form: Form, broken: str, **styles: int) -> bytes:
    """The form's table with :func:`figures`; `broken` shows #DIV/0!, others are shown by their cell formats."""
    cells: dict[tuple[int, int], bytes] = {}
    for box in form.page.boxes:
        if box.text:
            cells[box.row, box.column] = record(6, struct.pack("<II", box.column - 1, 0) + wide(box.text))
    names = record(353) + record(357) + record(362, struct.pack("<IIii", 1, 0, 0, 0)) + record(354)
    for name, spot in form.page.spots.items():
        head = struct.pack("<II", spot.column - 1, styles.get(name, 0))
        number = struct.pack("<d", figures(form)[name])
        cells[spot.row, spot.column] = record(3, head + b"\x07") if name == broken else record(5, head + number)
        tokens = struct.pack("<BHIH", 0x3A, 0, spot.row - 1, spot.column - 1)
        body = struct.pack("<IBI", 0, 0, 0xFFFFFFFF) + wide(name) + struct.pack("<I", len(tokens)) + tokens
        names += record(39, body + struct.pack("<II", 0, 0xFFFFFFFF))
    rows = b""
    for row in sorted({row for row, _ in cells}):
        rows += record(0, struct.pack("<IIHHBI", row - 1, 0, 300, 0, 0, 0))
        rows += b"".join(cells[at] for at in sorted(cells) if at[0] == row)
    size = struct.pack("<IIII", 0, form.page.height, 0, form.page.width)
    return xlsb(record(148, size) + record(145) + rows + record(146), names, xlsb_styles())


def test_an_xlsb_is_read_by_names_and_tells_errors_from_blanks() -> None:
    ret = reading(xlsb_return(FORM, "当面申请数"), "甲县.xlsb")
    assert codes(ret) == [("V307", "error")]
    assert "#DIV/0!" in ret.findings[0].message
    assert dict(ret.values) == FIGURES | {"当面申请数": None}


def test_an_xlsb_tells_percentages_from_numbers() -> None:
    shown = {"当面申请数": 1, "传真申请数": 2, "网络申请数": 3, "信函申请数": 9}
    ret = reading(xlsb_return(FORM, "", **shown), "甲县.xlsb")
    lost = [*shown]  # of the last one the format is not in the file
    assert [(f.code, f.indicator) for f in ret.findings] == [("V301", name) for name in lost]
    assert ["显示的是百分数" in f.message for f in ret.findings] == [True, False, True, False]
    assert "格式已损坏" in ret.findings[-1].message
    assert "显示的是“119%”" in ret.findings[1].message
    assert dict(ret.values) == FIGURES | dict.fromkeys(lost)


def test_a_damaged_name_of_an_xlsb_costs_no_format_and_a_damaged_sheet_the_file() -> None:
    data = xlsb_return(FORM, "", 当面申请数=1)
    spoiled = record(39, b"\0" * 5)
    named = replaced(data, "xl/workbook.bin", lambda part: part.replace(record(132), spoiled + record(132)))
    facts = xlsb_facts(open_archive(named))
    assert (facts.is_whole, len(facts.names)) == (True, len(FORM.indicators))
    assert len(facts.sheets["统计表"].shown) == 1
    cut = replaced(data, "xl/worksheets/sheet1.bin", lambda part: part.replace(record(146), record(176, b"\0")))
    ret = reading(cut, "甲县.xlsb")
    assert (ret.rejected, codes(ret)) == (True, [("F101", "error")])


def test_an_xlsb_whose_formats_are_cut_short_is_damaged() -> None:
    data = replaced(xlsb_return(FORM, ""), "xl/styles.bin", lambda part: part[:-12])
    ret = reading(data, "甲县.xlsb")
    assert (ret.rejected, codes(ret)) == (True, [("F101", "error")])


@requires_office
def test_an_xls_and_an_ods_tell_percentages_and_dates_as_an_xlsx_does(tmp_path: Path) -> None:
    book = workbook_with(FORM, Table(FIGURES))
    formats = {
        "主动公开政府信息数": "0%", "政府公报公开数": "0.0%;-0.0%", "政府网站公开数": '0"%"',
        "收到申请数": "yyyy-mm-dd", "政务微博公开数": '0"万"', "政务微信公开数": "#,##0,",
    }  # fmt: skip
    for name, number_format in formats.items():
        spot = FORM.page.spots[name]
        book["统计表"].cell(spot.row, spot.column).number_format = number_format
    neighbours = ("申请答复数", "工作会议数")  # one packed record holds numbers side by side
    for name in neighbours:
        spot = FORM.page.spots[name]
        book["统计表"].cell(spot.row, spot.column).number_format = "0.00%"
        book["统计表"].cell(spot.row, spot.column + 1, 7)
    (tmp_path / "甲县.xlsx").write_bytes(saved(book))
    first = reading((tmp_path / "甲县.xlsx").read_bytes(), "甲县.xlsx")
    wrong = {*formats, *neighbours}
    assert {f.indicator for f in first.findings if f.code == "V301"} == wrong
    for suffix in (".xls", ".ods"):
        (path,) = _convert(suffix[1:], suffix, [tmp_path / "甲县.xlsx"], tmp_path / "out")
        second = reading(path.read_bytes(), path.name)
        assert dict(second.values) == FIGURES | dict.fromkeys(wrong)
        assert {f.indicator for f in second.findings if f.code == "V301"} == wrong


def shared_text(text: str, *runs: tuple[int, int]) -> bytes:
    """A text of the shared ones of an .xls, with runs (first character, font); wide where it has to be."""
    is_wide = not text.isascii()
    head = struct.pack("<HBH", len(text), 8 + is_wide, len(runs))
    body = text.encode("utf-16-le" if is_wide else "ascii")
    return head + body + b"".join(struct.pack("<HH", *run) for run in runs)


def test_shared_texts_of_an_xls_say_which_digits_are_raised_wherever_they_are_continued() -> None:
    looks = ["", "superscript", "strike", "", "subscript"]  # fonts 0 to 3 and 5
    record = struct.pack("<II", 4, 4) + b"".join(
        (shared_text("105", (2, 1)), shared_text("县12", (1, 2), (2, 0)), shared_text("78"), shared_text("34", (1, 5)))
    )
    expected = {0: "10⁵", 1: "县1\u03362", 3: "3₄"}
    assert _texts_as_shown([record], looks) == expected
    assert _texts_as_shown([record], [""] * 5) == {}
    for cut in range(8, len(record)):
        assert _texts_as_shown([record[:cut]], looks).items() <= expected.items()  # damaged: what comes before
    first = 8 + len(shared_text("105", (2, 1)))
    narrow, wide = 8 + 5 + 1, first + 5 + 4  # a continued text says its width again
    for cut, flag in ((narrow, b"\0"), (wide, b"\1"), (first, b""), (first - 3, b"")):
        assert _texts_as_shown([record[:cut], flag + record[cut:]], looks) == expected


@requires_office
def test_an_xls_tells_raised_digits_and_keeps_its_formats_where_its_names_are_damaged(tmp_path: Path) -> None:
    import olefile

    book = workbook_with(FORM, Table(FIGURES))
    spots = [FORM.page.spots[name] for name in ("主动公开政府信息数", "收到申请数")]
    raised, percent = (book["统计表"].cell(spot.row, spot.column) for spot in spots)
    raised.value = CellRichText("10", TextBlock(InlineFont(vertAlign="superscript"), "5"))
    percent.number_format = "0%"
    (tmp_path / "甲县.xlsx").write_bytes(saved(book))
    (path,) = _convert("xls", ".xls", [tmp_path / "甲县.xlsx"], tmp_path / "out")
    ret = reading(path.read_bytes(), path.name)
    wrong = dict.fromkeys(("主动公开政府信息数", "收到申请数"))
    assert (dict(ret.values), codes(ret)) == (FIGURES | wrong, [("V301", "error")] * 2)
    assert "“10⁵”" in ret.findings[0].message

    def damaged(kind: int, at: int, number: int) -> Return:
        with olefile.OleFileIO(str(path), write_mode=True) as container:
            records = container.openstream("Workbook").read()
            place = 0
            while struct.unpack_from("<H", records, place)[0] != kind:
                place += 4 + struct.unpack_from("<H", records, place + 2)[0]
            changed = bytearray(records)
            struct.pack_into("<H", changed, place + 4 + at, number)
            container.write_stream("Workbook", bytes(changed))
        return reading(path.read_bytes(), path.name)

    lost = damaged(0x17, 0, 60_000)  # where names lead to
    assert (dict(lost.values), codes(lost)) == (FIGURES | wrong, [("S201", "warning"), *[("V301", "error")] * 2])
    old = damaged(0x809, 0, 0x500)
    assert (old.rejected, codes(old)) == (True, [("F101", "error")])
    assert "文件太旧" in old.findings[0].message


@requires_office
@pytest.mark.parametrize("word", ["WordDocument", "EncryptedPackage"])
def test_what_a_cell_of_an_xls_says_makes_no_other_file_of_it(word: str, tmp_path: Path) -> None:
    book = workbook_with(FORM, Table(FIGURES))
    book["统计表"].cell(FORM.page.height + 3, 1, f"附件:{word}")
    (tmp_path / "甲县.xlsx").write_bytes(saved(book))
    (path,) = _convert("xls", ".xls", [tmp_path / "甲县.xlsx"], tmp_path / "out")
    assert word.encode() in path.read_bytes() or word.encode("utf-16-le") in path.read_bytes()
    assert dict(reading(path.read_bytes(), path.name).values) == FIGURES


@requires_office
@pytest.mark.parametrize("suffix", ["xls", "ods", "et"])
@pytest.mark.parametrize("form", [FORM, MATRIX], ids=lambda form: form.id)
def test_a_return_saved_in_another_format_says_the_same(form: Form, suffix: str, tmp_path: Path) -> None:
    typed = {name: n for n, name in enumerate(form.indicators, start=1) if not form.indicators[name].formula}
    data = build_template(form, filled_content(form, typed, unit="甲县", year="2021"))
    (tmp_path / "甲县.xlsx").write_bytes(data)
    target = suffix.replace("et", "xls")
    command = ["soffice", f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}", "--headless"]
    command += ["--convert-to", target, "--outdir", str(tmp_path / "out"), str(tmp_path / "甲县.xlsx")]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    converted = (tmp_path / "out" / f"甲县.{target}").read_bytes()
    first, second = reading(data, "甲县.xlsx", form), reading(converted, f"甲县.{suffix}", form)
    assert carried_form(converted) == form.id
    assert (dict(second.values), dict(second.cells)) == (dict(first.values), dict(first.cells))
    assert (second.header, second.findings) == (first.header, first.findings)


# --- passwords ---


def encrypted(data: bytes, password: str) -> bytes:
    from msoffcrypto.format.ooxml import OOXMLFile

    locked = io.BytesIO()
    OOXMLFile(io.BytesIO(data)).encrypt(password, locked)
    return locked.getvalue()


def test_a_locked_workbook_is_read_with_its_password_and_named_without() -> None:
    locked = encrypted(return_bytes(FORM), "保密123")
    opened = reading(locked, "甲县.xlsx", password="保密123")
    assert (dict(opened.values), opened.findings) == (FIGURES, ())
    for password, words in (("", "请取消打开密码"), ("错的", "给出的密码打不开它")):
        refused = reading(locked, "甲县.xlsx", password=password)
        assert codes(refused) == [("F102", "error")]
        assert words in refused.findings[0].message


@pytest.mark.parametrize("password", ["", "错的"])
def test_a_workbook_that_excel_opens_without_asking_is_read(password: str) -> None:
    ret = reading(encrypted(return_bytes(FORM), "VelvetSweatshop"), "甲县.xlsx", password=password)
    assert (dict(ret.values), ret.findings) == (FIGURES, ())
    empty = build_template(MATRIX, filled_content(MATRIX, {}, unit="甲县", year="2025"))
    assert carried_form(encrypted(empty, "VelvetSweatshop"), ReadOptions(password)) == "xxgk2021"


@requires_office
def test_a_locked_xls_is_read_with_its_password_or_excels_own(tmp_path: Path) -> None:
    (tmp_path / "甲县.xlsx").write_bytes(return_bytes(FORM))
    office = Office()
    try:
        document = office.load((tmp_path / "甲县.xlsx").as_uri())
        for password in ("保密123", "VelvetSweatshop"):
            how = (office.property("FilterName", "MS Excel 97"), office.property("Password", password))
            document.storeToURL((tmp_path / f"{password}.xls").as_uri(), how)
    finally:
        office.quit()
    for stem, password, is_open in (
        ("VelvetSweatshop", "", True), ("VelvetSweatshop", "错的", True),
        ("保密123", "保密123", True), ("保密123", "", False), ("保密123", "错的", False),
    ):  # fmt: skip
        ret = reading((tmp_path / f"{stem}.xls").read_bytes(), "甲县.xls", password=password)
        assert codes(ret) == ([] if is_open else [("F102", "error")])
        assert dict(ret.values) == (FIGURES if is_open else {})


def test_the_form_of_a_locked_workbook_is_known_with_its_password(tmp_path: Path) -> None:
    path = tmp_path / "甲县.xlsx"
    path.write_bytes(encrypted(build_template(MATRIX, filled_content(MATRIX, {}, unit="甲县", year="2025")), "保密123"))
    assert choose_form("", [path], ReadOptions("保密123")).id == "xxgk2021"
    assert choose_form("", [path]).id == "xxgk2017"
    said = CliRunner().invoke(main, ["check", str(path), "--password", "保密123"]).output
    assert "F103" not in said and "甲县" in said, said


# --- how a cell shows its number ---


@pytest.mark.parametrize(
    ("number_format", "word"),
    [
        ("yyyy-mm-dd", "日期"), ('yyyy"年"m"月"', "日期"), ("[h]:mm", "日期"), ("0.0%", "百分数"),
        ("aaaa", "日期"), ('e"年"', "日期"),
        ('[$-804]yyyy"年"', "日期"), ('[$-411]ggge"年"', "日期"),
    ],
)  # fmt: skip
def test_a_number_shown_as_a_date_or_percentage_is_no_figure(number_format: str, word: str) -> None:
    book = workbook_with(FORM, Table(FIGURES))
    cell = book["统计表"]["D6"]
    cell.value, cell.number_format = 43100, number_format
    ret = reading(saved(book), "甲县.xlsx")
    assert codes(ret) == [("V301", "error")]
    assert all(word in f.message and "43100" in f.message for f in ret.findings)


@pytest.mark.parametrize(
    "number_format", ['0"年度"', '#,##0"人次(days)"', "[Red]0;[Blue]-0", "0.00E+00", "@", "General"]
)
def test_letters_that_are_only_spoken_make_no_date(number_format: str) -> None:
    book = workbook_with(FORM, Table(FIGURES))
    book["统计表"]["D6"].number_format = number_format
    assert reading(saved(book), "甲县.xlsx").findings == ()


@pytest.mark.parametrize(
    ("indicator", "stored", "number_format", "shown"),
    [
        ("行政复议数", 12, '0"万"', "12万"),
        ("行政复议数", 12345, "#,##0,", "12"),
        ("行政复议数", 12345, "0!.0000", "1.2345"),
        ("行政复议数", 25000, '[>=10000]0!.0,"万元";0', "2.5万元"),
        ("行政复议数", 12, '0"00"', "1200"),
        ("行政复议数", 12, "0\\%", "12%"),
        ("行政复议数", 12, ";;;", ""),
        ("行政复议数", 1234, '"";"";""', ""),
        ("行政复议数", 1234, '" ";" ";" "', ""),
        ("行政复议数", 1234, "_ ", ""),
        ("行政复议数", 1234, "\\ ", ""),
        ("行政复议数", 1234, '"-"', "-"),
        ("行政复议数", 1234, "¥", "¥"),
        ("行政复议数", 1234, "(-)", "(-)"),
        ("行政复议数", 12, '0"（万）"', "12（万）"),
        ("行政复议数", 12, '0"(百)"', "12(百)"),
        ("专项经费", 123456, '0!.0,"万元"', "12.3万元"),
        ("专项经费", 155, '#,##0.00"元"', "155.00元"),
        ("专项经费", Decimal("15.5"), '0.0"亿元"', "15.5亿元"),
    ],
)
def test_a_number_shown_as_another_is_no_figure_and_both_are_told(
    indicator: str, stored: Number, number_format: str, shown: str
) -> None:
    ret = reading(formatted(indicator, stored, number_format), "甲县.xlsx")
    assert ret.values[indicator] is None and codes(ret) == [("V301", "error")]
    (message,) = [f.message for f in ret.findings]
    assert (f"显示的是“{shown}”" if shown else "什么也不显示") in message and f"存的是 {stored}" in message


@pytest.mark.parametrize(
    ("indicator", "stored", "number_format"),
    [
        ("行政复议数", 12, '0"件"'),
        ("行政复议数", 12, '"共 "0" 件"'),
        ("行政复议数", 12, 'General"条"'),
        ("行政复议数", 12, '[>=10000]0!.0,"万";0'),
        ("行政复议数", 25000, '[>=10000]0!.0,"万";0'),  # 2.5万
        ("行政复议数", 1234, "#,##0_ "),
        ("行政复议数", 1234, "0_);[Red](0)"),
        ("行政复议数", 1234, '_ * #,##0.00_ ;_ * -#,##0.00_ ;_ * "-"??_ ;_ @_ '),
        ("行政复议数", 0, '_ * #,##0_ ;_ * -#,##0_ ;_ * "-"_ ;_ @_ '),
        ("行政复议数", 0, '0;-0;"无"'),
        ("行政复议数", 0, "#,##0;-#,##0;"),
        ("行政复议数", 0, '"-"'),
        ("行政复议数", 12, '0"(件)"'),
        ("行政复议数", 12, "0.0E+0"),
        ("行政复议数", 12, "[DBNum1][$-804]General"),
        ("行政复议数", 12, '[DBNum2][$-804]General"件"'),
        ("行政复议数", 1234567, "0 000"),
        ("专项经费", Decimal("12.345"), '0.0"万元"'),
        ("专项经费", Decimal("12.5"), "[$¥-804]#,##0.00;[Red]-[$¥-804]#,##0.00"),
    ],
)
def test_formats_that_show_the_number_as_it_is_change_nothing(
    indicator: str, stored: Number, number_format: str
) -> None:
    ret = reading(formatted(indicator, stored, number_format), "甲县.xlsx")
    assert (ret.values[indicator], ret.findings) == (stored, ())


@pytest.mark.parametrize(
    ("code", "number", "text"),
    [
        ('0!.0,"万元"', "123456", "12.3万元"),  # LibreOffice does not know "!"; it shows all others so
        ('#,##0.00,,"亿"', "1234567", "1.23亿"),
        ('0,000"件"', "5", "0,005件"),
        ('#,##0"件"', "-12345.678", "-12,346件"),
        ('#.##"件"', "0.05", ".05件"),
        ('0.0##"件"', "12.5", "12.5件"),
        ('0"万"0000', "1234567", "123万4567"),
        ("000-0000", "12345", "001-2345"),
        ('[<100]0"少";[<1000]0"中";0"多"', "155", "155中"),
        ('0.00"元";(0.00"元")', "-5", "(5.00元)"),
        ('0;-0;"无"', "0", "无"),
        ('* 0_ "件"', "12", "12 件"),
        ('General"条"', "12.5", "12.5条"),
    ],
)
def test_the_text_that_a_format_shows(code: str, number: str, text: str) -> None:
    assert shown_text(code, Decimal(number)) == text


def formatted(indicator: str, stored: Number, number_format: str) -> bytes:
    book = workbook_with(FORM, Table(FIGURES))
    spot = FORM.page.spots[indicator]
    cell = book["统计表"].cell(spot.row, spot.column)
    cell.value, cell.number_format = stored, number_format
    return saved(book)


@pytest.mark.parametrize(
    "change",
    [
        lambda part: part[: len(part) // 2],
        lambda part: b"",
        lambda part: part.replace(b"<styleSheet", b"<!DOCTYPE a><styleSheet", 1),
        None,
    ],
    ids=["cut", "empty", "doctype", "missing"],
)
def test_damaged_formats_are_damage_for_nobody_could_tell_figures_from_dates(
    change: Callable[[bytes], bytes] | None,
) -> None:
    data = formatted("查阅点数", 43100, "yyyy-mm-dd")
    assert codes(reading(data, "甲县.xlsx")) == [("V301", "error")]
    damaged = replaced(data, "xl/styles.xml", change)
    ret = reading(damaged, "甲县.xlsx")
    assert (ret.rejected, codes(ret)) == (True, [("F101", "error")])
    assert re.search("单元格的格式已损坏|缺少 xl/styles.xml", ret.findings[0].message)


def replaced(data: bytes, member: str, change: Callable[[bytes], bytes] | None) -> bytes:
    """The archive with one part changed, or without it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            if name != member:
                target.writestr(name, source.read(name))
            elif change is not None:
                target.writestr(name, change(source.read(name)))
    return stream.getvalue()


def test_a_workbook_that_never_had_formats_is_read() -> None:
    data = replaced(return_bytes(FORM), "xl/styles.xml", None)
    relation = re.compile(rb'<Relationship [^>]*relationships/styles"[^>]*/>')
    ret = reading(rewritten(data, lambda _, part: relation.sub(b"", part)), "甲县.xlsx")
    assert (dict(ret.values), ret.findings) == (FIGURES, ())


def test_formats_of_which_there_are_none_change_nothing() -> None:
    empty = b'<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"/>'
    data = rewritten(return_bytes(FORM), lambda _, part: re.sub(rb'(<c r="[A-Z0-9]+") s="\d+"', rb"\1", part))
    ret = reading(replaced(data, "xl/styles.xml", lambda _: empty), "甲县.xlsx")
    assert (dict(ret.values), ret.findings) == (FIGURES, ())


def test_a_cell_whose_format_is_not_in_the_file_is_no_figure() -> None:
    lost = re.compile(rb'(<c r="D61")(?: s="\d+")?')
    data = rewritten(return_bytes(FORM), lambda _, part: lost.sub(rb'\1 s="999"', part))
    ret = reading(data, "甲县.xlsx")
    assert dict(ret.values) == FIGURES | {"查阅点数": None}
    assert [(f.code, f.indicator) for f in ret.findings] == [("V301", "查阅点数")]


@requires_office
def test_a_cell_of_an_xls_whose_format_is_not_in_the_file_is_no_figure(tmp_path: Path) -> None:
    (tmp_path / "甲县.xlsx").write_bytes(return_bytes(FORM, Table(FIGURES | {"查阅点数": Decimal("61.25")})))
    (path,) = _convert("xls", ".xls", [tmp_path / "甲县.xlsx"], tmp_path / "out")
    data, spot = path.read_bytes(), FORM.page.spots["查阅点数"]
    number = re.compile(re.escape(struct.pack("<HHHH", 0x203, 14, spot.row - 1, spot.column - 1)) + b"..", re.DOTALL)
    packed = re.compile(re.escape(struct.pack("<HHHH", 0x27E, 10, spot.row - 1, spot.column - 1)) + b"..", re.DOTALL)
    kind = number if number.search(data) else packed
    changed, times = kind.subn(lambda match: match[0][:8] + struct.pack("<H", 5000), data)
    ret = reading(changed, "甲县.xls")
    assert (times, [(f.code, f.indicator) for f in ret.findings]) == (1, [("V301", "查阅点数")])


@pytest.mark.parametrize(
    ("runs", "value", "shown"),
    [
        ("<r><t>10</t></r><r><rPr><vertAlign val='superscript'/></rPr><t>5</t></r>", None, "10⁵"),
        ("<r><t>10</t></r><r><rPr><vertAlign val='subscript'/></rPr><t>5</t></r>", None, "10₅"),
        ("<r><t>1</t></r><r><rPr><strike/></rPr><t>23</t></r><r><t>45</t></r>", None, "12\u03363\u033645"),
        ("<r><t>1</t></r><r><rPr><strike val='0'/><b/></rPr><t>05</t></r>", 105, ""),
        ("<r><t>105</t></r><r><rPr><strike/></rPr><t>个</t></r>", 105, ""),
    ],
)
def test_digits_that_are_raised_or_struck_out_are_not_read_as_others(
    runs: str, value: int | None, shown: str
) -> None:
    spot = FORM.page.spots["查阅点数"]
    cell = re.compile(rb'<c r="D%d"[^>]*>.*?</c>' % spot.row)
    written = f'<c r="D{spot.row}" t="inlineStr"><is>{runs}</is></c>'.encode()
    ret = reading(rewritten(return_bytes(FORM), lambda _, part: cell.sub(lambda _: written, part)), "甲县.xlsx")
    assert ret.values["查阅点数"] == value
    assert shown in ret.findings[0].message and ret.findings[0].code == ("V302" if value else "V301")


def test_a_date_in_the_header_is_shown_as_one() -> None:
    book = workbook_with(FORM, Table(FIGURES))
    spot = FORM.page.header["填报日期"]
    cell = book["统计表"].cell(spot.row, spot.column)
    cell.value, cell.number_format = 43100, "yyyy-mm-dd"
    assert reading(saved(book), "甲县.xlsx").header["填报日期"] == "2017-12-31"


def test_dates_counted_from_1904_are_the_same_days() -> None:
    book = workbook_with(FORM, Table(FIGURES))
    spot = FORM.page.header["填报日期"]
    cell = book["统计表"].cell(spot.row, spot.column)
    cell.value, cell.number_format = 43100 - 1462, "yyyy-mm-dd"
    data = rewritten(saved(book), lambda _, part: part.replace(b"<workbookPr/>", b'<workbookPr date1904="1"/>'))
    assert reading(data, "甲县.xlsx").header["填报日期"] == "2017-12-31"


def test_severities_of_lost_names_depend_on_the_format() -> None:
    table = Table(FIGURES, names=False)
    assert reading(return_bytes(FORM, table), "甲县.xlsx").findings[0].severity is Severity.WARNING
    assert reading(pairs(FORM).encode(), "甲县.csv").findings[0].severity is Severity.INFO
