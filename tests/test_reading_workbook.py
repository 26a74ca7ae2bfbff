"""Stored cells come back as Excel would hold them, whoever wrote the file; what is damaged is refused in words."""

from __future__ import annotations

import io
import zipfile
from decimal import Decimal
from typing import Final

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.formula import ArrayFormula

from xltools.reading.package import DEFAULT_LIMITS, Limits, Unreadable, open_package
from xltools.reading.workbook import (
    Cell,
    DefinedName,
    ErrorValue,
    Grid,
    Outline,
    Sheet,
    cell_name,
    constant_of,
    parse_reference,
    read_grid,
    read_outline,
    read_shared_strings,
)

MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT: Final = "http://purl.oclc.org/ooxml/spreadsheetml/main"
DOCUMENT: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
RELATIONS: Final = (
    f'<Relationships xmlns="{PACKAGE}">'
    f'<Relationship Id="rId1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
    f'<Relationship Id="rId2" Type="{DOCUMENT}/sharedStrings" Target="/xl/sharedStrings.xml"/></Relationships>'
)


def workbook_xml(inside: str = "", sheets: str = '<sheet name="统计表" sheetId="1" r:id="rId1"/>') -> str:
    return f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets>{sheets}</sheets>{inside}</workbook>'


def by_hand(rows: str, after: str = "", **parts: str | bytes | None) -> bytes:
    """A workbook of one sheet 统计表; `parts` replace parts, None leaves one out."""
    content: dict[str, str | bytes | None] = {
        "xl/workbook.xml": workbook_xml(),
        "xl/_rels/workbook.xml.rels": RELATIONS,
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}"><si><t>收到申请数</t></si><si><t>件</t></si></sst>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData>{after}</worksheet>',
    }
    names = {"workbook": "xl/workbook.xml", "relations": "xl/_rels/workbook.xml.rels"}
    names |= {"strings": "xl/sharedStrings.xml", "sheet": "xl/worksheets/sheet1.xml", "root": "_rels/.rels"}
    content |= {names[key]: part for key, part in parts.items()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, part in content.items():
            if part is not None:
                packed.writestr(name, part)
    return file.getvalue()


def grid_of(data: bytes, sheet: str = "统计表", limits: Limits = DEFAULT_LIMITS) -> Grid:
    package = open_package(data, limits)
    outline = read_outline(package)
    return read_grid(package, outline, sheet, read_shared_strings(package, outline))


def texts_of(data: bytes) -> tuple[str, ...]:
    package = open_package(data)
    return read_shared_strings(package, read_outline(package))


def outline_of(data: bytes) -> Outline:
    return read_outline(open_package(data))


def only_cell(cell: str) -> Cell | None:
    """What is read of one cell of row 1 given as XML."""
    return next(iter(grid_of(by_hand(f'<row r="1">{cell}</row>')).cells.values()), None)


def refusal(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        grid_of(data, limits=limits)
    return caught.value


# --- cells ---


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A1"><v>12</v></c>', 12),
        ('<c r="A1" t="n"><v>-3</v></c>', -3),
        ('<c r="A1"><v>12.0</v></c>', 12),
        ('<c r="A1"><v>1.2E+3</v></c>', 1200),
        ('<c r="A1"><v>-0</v></c>', 0),
        ('<c r="A1"><v> 7\n</v></c>', 7),
        ('<c r="A1"><v>25.1</v></c>', Decimal("25.1")),
        ('<c r="A1"><v>0.30000000000000004</v></c>', Decimal("0.3")),
        ('<c r="A1"><v>2.9999999999999996</v></c>', 3),
        ('<c r="A1"><v>1E-3</v></c>', Decimal("0.001")),
        ('<c r="A1"><v>999999999999999</v></c>', 999_999_999_999_999),
        ('<c r="A1"><v>12345678901234567890</v></c>', 12_345_678_901_234_567_168),
        ('<c r="A1"><v>1<!-- a comment -->2</v></c>', 12),
        ('<c r="A1"><v><![CDATA[12]]></v></c>', 12),
        ('<c r="A1"><v>１２</v></c>', "１２"),
        ('<c r="A1"><v>1_000</v></c>', "1_000"),
        ('<c r="A1"><v>1e999</v></c>', "1e999"),
        ('<c r="A1"><v>nan</v></c>', "nan"),
        ('<c r="A1" t="s"><v>1</v></c>', "件"),
        ('<c r="A1" t="str"><v>二十八</v></c>', "二十八"),
        ('<c r="A1" t="str"><v> 12 </v></c>', " 12 "),
        ('<c r="A1" t="inlineStr"><is><t xml:space="preserve"> 件</t></is></c>', " 件"),
        ('<c r="A1" t="inlineStr"><is><r><rPr/><t>1</t></r><r><t>2件</t></r><rPh><t>ji</t></rPh></is></c>', "12件"),
        ('<c r="A1" t="b"><v>1</v></c>', True),
        ('<c r="A1" t="b"><v>false</v></c>', False),
        ('<c r="A1" t="e"><v>#REF!</v></c>', ErrorValue("#REF!")),
        ('<c r="A1" t="str"><v>#REF!</v></c>', "#REF!"),
        ('<c r="A1" t="d"><v>2017-12-31T00:00:00</v></c>', "2017-12-31T00:00:00"),
        ('<c r="A1" t="str"><v>a_x000D_b_x005F_x000D_c</v></c>', "a\rb_x000D_c"),
        ('<c r="A1" t="str"><v>_xD83D__xDE00_</v></c>', "\U0001f600"),
        ('<c r="A1" t="str"><v>_xD83D_</v></c>', "_xD83D_"),
        ('<c r="A1"><v>1</v><extLst><ext/></extLst></c>', 1),
    ],
)  # fmt: skip
def test_a_value_is_what_excel_would_hold(cell: str, value: object) -> None:
    read = only_cell(cell)
    assert read is not None
    assert (read.value, type(read.value)) == (value, type(value))
    assert (read.formula, read.stored) == (None, True)


@pytest.mark.parametrize("cell", ['<c r="A1"/>', '<c r="A1" s="4"/>', '<c r="A1"><v/></c>', '<c r="A1"><f/></c>'])
def test_a_cell_that_holds_nothing_is_not_in_the_grid(cell: str) -> None:
    assert only_cell(cell) is None


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ('<c r="A1"><f>1+2</f><v>3</v></c>', Cell(3, "1+2")),
        ('<c r="A1"><f>1+2</f></c>', Cell(None, "1+2", stored=False)),
        ('<c r="A1"><f>1+2</f><v></v></c>', Cell(None, "1+2", stored=False)),
        ('<c r="A1" t="str"><f>""</f><v></v></c>', Cell("", '""')),
        ('<c r="A1" t="e"><f>B1</f><v>#REF!</v></c>', Cell(ErrorValue("#REF!"), "B1")),
        ('<c r="A1"><f>=1&lt;2</f><v>1</v></c>', Cell(1, "1<2")),
        ('<c r="A1"><f t="shared" ref="A1:A9" si="0">B1*2</f><v>4</v></c>', Cell(4, "B1*2", group="0")),
        ('<c r="A1"><f t="shared" si="0"/><v>4</v></c>', Cell(4, "", group="0")),
        ('<c r="A1"><f t="array" ref="A1">SUM(B1:B3)</f><v>6</v></c>', Cell(6, "SUM(B1:B3)")),
        ('<c r="A1"><f t="dataTable" ref="A1:B2"/><v>6</v></c>', Cell(6, "")),
    ],
)
def test_formula_and_stored_value_are_told_apart(cell: str, expected: Cell) -> None:
    assert only_cell(cell) == expected


@settings(max_examples=300)
@given(st.integers(-(10**15) + 1, 10**15 - 1) | st.decimals(-(10**9), 10**9, places=6))
def test_figures_up_to_15_digits_come_back_exactly(figure: int | Decimal) -> None:
    read = only_cell(f'<c r="A1"><v>{float(figure)!r}</v></c>')
    assert read is not None
    assert read.value == figure
    assert isinstance(read.value, int) == (figure == int(figure))


@settings(max_examples=30)
@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\ufffe\uffff"), min_size=1)))
def test_any_text_that_xlsxwriter_stores_comes_back(texts: list[str]) -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("统计表")
        for row, text in enumerate([*texts, "_x000D_", "\r\n", "\x00"]):
            sheet.write_string(row, 0, text)
    read = [cell.value for cell in grid_of(file.getvalue()).cells.values()]
    assert read == [*texts, "_x000D_", "\r\n", "\x00"]


# --- places ---


def test_places_are_implied_where_they_are_not_written() -> None:
    rows = "<row><c><v>1</v></c><c r='C1'><v>3</v></c><c><v>4</v></c></row><row r='5'><c><v>5</v></c></row>"
    rows += "<row><c/><c><v>6</v></c></row>"
    cells = {place: cell.value for place, cell in grid_of(by_hand(rows)).cells.items()}
    assert cells == {(1, 1): 1, (1, 3): 3, (1, 4): 4, (5, 1): 5, (6, 2): 6}


def test_the_last_cell_of_a_sheet_is_read() -> None:
    cells = grid_of(by_hand('<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')).cells
    assert cells == {(1_048_576, 16_384): Cell(1)}


@pytest.mark.parametrize(
    "rows",
    [
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="x"/>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="A2"><v>1</v></c></row>',
        '<row r="1"><c r="A01"><v>1</v></c></row>',
        '<row r="1"><c r="R1C1"><v>1</v></c></row>',
        '<row r="1"><c r="ß1"><v>1</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>2</v></c></row>',
        '<row r="1"><c r="A1" t="s"><v>-1</v></c></row>',
        '<row r="1"><c r="A1"><v>1<b/>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>',
        '<row r="1"><c r="A1"><v>1</v></row>',
        '<row r="1"><c r="A1"><v>&#1;</v></c></row>',
        '<row r="1"><c r="A1"><v>&amount;</v></c></row>',
    ],
)
def test_a_damaged_sheet_is_named(rows: str) -> None:
    refused = refusal(by_hand(rows))
    assert refused.code == "F101"
    assert "工作表“统计表”的内容已损坏" in refused.message


def test_two_values_for_one_cell_are_refused_with_its_place() -> None:
    refused = refusal(by_hand('<row r="3"><c r="C3"><v>1</v></c></row><row r="3"><c r="C3"><v>2</v></c></row>'))
    assert refused.code == "F101"
    assert "C3 出现两次" in refused.message


def test_a_wrong_dimension_is_ignored() -> None:
    sheet = f'<worksheet xmlns="{MAIN}"><dimension ref="A1"/><sheetData><row r="9"><c r="Z9"><v>1</v></c></row>'
    assert grid_of(by_hand("", sheet=f"{sheet}</sheetData></worksheet>")).cells == {(9, 26): Cell(1)}


def test_merged_areas_and_hidden_rows() -> None:
    rows = '<row r="2" hidden="1"/><row r="3" hidden="false"><c r="A3"><v>1</v></c></row><row r="4" hidden="true"/>'
    merged = '<mergeCells><mergeCell ref="A1:D1"/><mergeCell ref="#REF!"/><mergeCell ref="B3:C4"/></mergeCells>'
    grid = grid_of(by_hand(rows, merged))
    assert grid.merged == ((1, 1, 1, 4), (3, 2, 4, 3))
    assert grid.hidden_rows == {2, 4}


def test_rows_outside_the_sheet_data_are_no_cells() -> None:
    after = '<extLst><ext><row r="1"><c r="A1"><v>99</v></c></row></ext></extLst>'
    assert grid_of(by_hand('<row r="1"><c r="A1"><v>1</v></c></row>', after)).cells == {(1, 1): Cell(1)}


# --- writers and dialects ---


def test_prefixed_strict_and_utf16_documents_read_alike() -> None:
    cell = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row>'
    plain = f'<worksheet xmlns="{MAIN}"><sheetData>{cell}</sheetData></worksheet>'
    prefixed = plain.replace("<", "<x:").replace("<x:/", "</x:").replace("xmlns=", "xmlns:x=")
    declared = f'<?xml version="1.0" encoding="UTF-16"?>{plain}'
    for sheet in (
        plain,
        prefixed,
        plain.replace(MAIN, STRICT),
        "\ufeff" + plain,
        declared.encode("utf-16"),
        '<?xml version="1.0"?><!-- a comment --><?pi?>' + plain,
    ):
        assert grid_of(by_hand("", sheet=sheet)).cells == {(1, 1): Cell(2, "1+1")}


def test_a_strict_workbook_has_its_sheets_and_texts() -> None:
    strict = "http://purl.oclc.org/ooxml/officeDocument/relationships"
    data = by_hand(
        "",
        workbook=workbook_xml().replace(MAIN, STRICT).replace(DOCUMENT, strict),
        relations=RELATIONS.replace(DOCUMENT, strict),
        strings=f'<sst xmlns="{STRICT}"><si><t>收到申请数</t></si></sst>',
        sheet=f'<worksheet xmlns="{STRICT}"><sheetData><row r="1"><c t="s"><v>0</v></c></row></sheetData></worksheet>',
    )
    assert grid_of(data).cells == {(1, 1): Cell("收到申请数")}


def test_what_openpyxl_writes() -> None:
    workbook = openpyxl.Workbook()
    sheet = workbook.active
    assert sheet is not None
    sheet.title = "统计表"
    sheet.append(["收到申请数", "件", 12, 25.1, True, "=SUM(C1:D1)", None, "  "])
    sheet["A3"] = ArrayFormula("A3:A4", "=C1:C2*2")
    sheet.merge_cells("A5:B6")
    sheet.row_dimensions[2].hidden = True
    file = io.BytesIO()
    workbook.save(file)
    grid = grid_of(file.getvalue())
    assert [grid.cells.get((1, column)) for column in range(1, 9)] == [
        Cell("收到申请数"),
        Cell("件"),
        Cell(12),
        Cell(Decimal("25.1")),
        Cell(True),
        Cell(None, "SUM(C1:D1)", stored=False),
        None,
        Cell("  "),
    ]
    assert grid.cells[3, 1] == Cell(None, "C1:C2*2", stored=False)
    assert grid.merged == ((5, 1, 6, 2),)
    assert grid.hidden_rows == {2}


def test_what_xlsxwriter_writes() -> None:
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as workbook:
        sheet = workbook.add_worksheet("统计表")
        bold = workbook.add_format({"bold": True})
        sheet.write_rich_string(0, 0, "其中:", bold, "当面", "申请数")
        sheet.write_formula(0, 1, '=IF(A1="","","有")', None, "有")
        sheet.write_formula(0, 2, "=1/0", None, "#DIV/0!")
        sheet.write_formula(0, 3, "=1=1", None, True)
        workbook.add_worksheet("说明").hide()
        workbook.add_worksheet("布局").very_hidden()
        workbook.define_name("收到申请数", "=统计表!$C$12")
        workbook.define_name("表式编号", '="xxgk2017"')
        workbook.define_name("说明!局部", "=说明!$A$1:$B$2")
    outline = outline_of(file.getvalue())
    assert [(sheet.name, sheet.state) for sheet in outline.sheets] == [
        ("统计表", "visible"),
        ("说明", "hidden"),
        ("布局", "veryHidden"),
    ]
    assert {(name.name, name.refers_to, name.sheet) for name in outline.names} == {
        ("收到申请数", "统计表!$C$12", None),
        ("表式编号", '"xxgk2017"', None),
        ("局部", "说明!$A$1:$B$2", "说明"),
    }
    assert list(grid_of(file.getvalue()).cells.values()) == [
        Cell("其中:当面申请数"),
        Cell("有", 'IF(A1="","","有")'),
        Cell(ErrorValue("#DIV/0!"), "1/0"),
        Cell(True, "1=1"),
    ]


# --- the outline ---


def test_the_outline_touches_no_sheet() -> None:
    data = by_hand("", sheet="this is no XML at all")
    assert outline_of(data).sheets == (Sheet("统计表", "visible", "xl/worksheets/sheet1.xml"),)


def test_names_with_scope_and_hidden_flag() -> None:
    names = (
        "<definedNames><definedName name='收到申请数'>统计表!$C$12</definedName>"
        "<definedName name='局部' localSheetId='0' hidden='1'> =统计表!$A$1 </definedName>"
        "<definedName name='无主' localSheetId='7'>统计表!$A$1</definedName>"
        "<definedName name='空'/></definedNames>"
    )
    assert outline_of(by_hand("", workbook=workbook_xml(names))).names == (
        DefinedName("收到申请数", "统计表!$C$12", None, hidden=False),
        DefinedName("局部", "统计表!$A$1", "统计表", hidden=True),
        DefinedName("空", "", None, hidden=False),
    )


@pytest.mark.parametrize(("settings_xml", "expected"), [("", False), ('<workbookPr date1904="1"/>', True)])
def test_the_date_system(settings_xml: str, expected: bool) -> None:
    assert outline_of(by_hand("", workbook=workbook_xml(settings_xml))).date1904 is expected


def test_the_workbook_part_may_have_any_name() -> None:
    root = (
        f'<Relationships xmlns="{PACKAGE}"><Relationship Id="r" Type="{DOCUMENT}/officeDocument" Target="wb.xml"/>'
        "</Relationships>"
    )
    file = io.BytesIO(by_hand("", root=root, workbook=None, relations=None))
    with zipfile.ZipFile(file, "a") as packed:
        packed.writestr("wb.xml", workbook_xml())
        packed.writestr("_rels/wb.xml.rels", RELATIONS.replace('"worksheets/', '"xl/worksheets/'))
    assert outline_of(file.getvalue()).sheets[0].part == "xl/worksheets/sheet1.xml"


def test_relations_out_of_the_package_lead_nowhere() -> None:
    away = RELATIONS.replace('Target="worksheets/sheet1.xml"', 'Target="file:///etc/passwd" TargetMode="External"')
    up = RELATIONS.replace('"worksheets/sheet1.xml"', '"../../../etc/passwd"')
    assert outline_of(by_hand("", relations=away)).sheets[0].part == ""
    assert "没有工作表“统计表”的内容" in refusal(by_hand("", relations=away)).message
    assert "缺少 etc/passwd" in refusal(by_hand("", relations=up)).message


def test_a_sheet_that_is_not_there_is_f101() -> None:
    package = open_package(by_hand(""))
    with pytest.raises(Unreadable, match="没有工作表“审核规则”的内容"):
        read_grid(package, read_outline(package), "审核规则", ())


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"workbook": None}, "缺少 xl/workbook.xml"),
        ({"relations": None}, "缺少 xl/_rels/workbook.xml.rels"),
        ({"sheet": None}, "缺少 xl/worksheets/sheet1.xml"),
        ({"workbook": b""}, "工作簿的结构已损坏"),
        ({"workbook": "<workbook>"}, "工作簿的结构已损坏"),
        ({"strings": b""}, "工作簿的文字内容已损坏"),
        ({"strings": "<sst><si><t>"}, "工作簿的文字内容已损坏"),
        ({"strings": "<sst><si><t>\ud800</t></si></sst>".encode("utf-8", "surrogatepass")}, "文字内容已损坏"),
        ({"sheet": b""}, "工作表“统计表”的内容已损坏"),
        ({"workbook": workbook_xml(sheets="")}, "没有工作表"),
        ({"workbook": workbook_xml(sheets='<sheet name="表"/><sheet name="表"/>')}, "同名的工作表"),
        ({"workbook": workbook_xml(sheets='<sheet name="甲" r:id="rId1"/><sheet r:id="rId1"/>')}, "同一份内容"),
    ],
)
def test_missing_and_broken_parts_are_named(changed: dict[str, str | bytes | None], words: str) -> None:
    refused = refusal(by_hand("", "", **changed))
    assert refused.code == "F101"
    assert words in refused.message


def test_a_part_of_another_kind_is_no_workbook() -> None:
    assert refusal(by_hand("", workbook="<document/>")).code == "F107"


def test_a_workbook_without_shared_strings_has_none() -> None:
    assert texts_of(by_hand("", strings=None)) == ()


def test_phonetic_runs_are_left_out_of_shared_strings() -> None:
    item = (
        "<si><r><t>湘西</t></r><rPh sb='0' eb='2'><t>xiangxi</t></rPh><r><t xml:space='preserve'> 州</t></r></si><si/>"
    )
    strings = f'<sst xmlns="{MAIN}">{item}</sst>'
    assert texts_of(by_hand("", strings=strings)) == ("湘西 州", "")


# --- hostile parts ---


@pytest.mark.parametrize("part", ["workbook", "strings", "sheet", "relations"])
@pytest.mark.parametrize(
    "doctype",
    [
        "<!DOCTYPE a>",
        '<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE a SYSTEM "http://localhost:1/a.dtd">',
        '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    ],
)
def test_a_doctype_is_refused_wherever_it_stands(part: str, doctype: str) -> None:
    good = {
        "workbook": workbook_xml(),
        "strings": f'<sst xmlns="{MAIN}"><si><t>甲</t></si></sst>',
        "sheet": f'<worksheet xmlns="{MAIN}"><sheetData><row><c><v>1</v></c></row></sheetData></worksheet>',
        "relations": RELATIONS,
    }
    assert grid_of(by_hand("", **{part: good[part]})) is not None
    refused = refusal(by_hand("", **{part: doctype + good[part]}))
    assert refused.code == "F101"


def test_a_doctype_is_refused_where_nothing_of_interest_follows() -> None:
    assert refusal(by_hand("", sheet="<!DOCTYPE a><a/>")).code == "F101"


def test_deep_nesting_is_damage_not_a_crash() -> None:
    assert refusal(by_hand("", sheet="<a>" * 100_000 + "</a>" * 100_000)).code == "F101"


def test_too_many_cells_or_tags_are_f105() -> None:
    rows = "".join(f'<row r="{row}"><c><v>1</v></c></row>' for row in range(1, 102))
    assert len(grid_of(by_hand(rows)).cells) == 101
    assert refusal(by_hand(rows), Limits(cells=100)).code == "F105"
    assert refusal(by_hand(rows), Limits(tags=100)).code == "F105"


def test_a_sheet_of_many_chunks_loses_no_cell() -> None:
    rows = "".join(
        f'<row r="{row}"><c r="A{row}"><v>{row}</v></c><c r="B{row}" s="1"/></row>' for row in range(1, 9001)
    )
    cells = grid_of(by_hand(rows)).cells
    assert {place: cell.value for place, cell in cells.items()} == {(row, 1): row for row in range(1, 9001)}


# --- names and references ---


@pytest.mark.parametrize(
    ("refers_to", "expected"),
    [
        ("统计表!$C$12", ("统计表", 12, 3)),
        ("=统计表!$C$12", ("统计表", 12, 3)),
        ("统计表!C12", ("统计表", 12, 3)),
        ("'湘西 表'!$C$12", ("湘西 表", 12, 3)),
        ("'it''s'!$AA$1", ("it's", 1, 27)),
        ("'2017'!$XFD$1048576", ("2017", 1_048_576, 16_384)),
        ("统计表!$C$12:$D$13", ("统计表", 12, 3, 13, 4)),
        ("统计表!$D$13:$C$12", ("统计表", 12, 3, 13, 4)),
        ("统计表!$C$12:$C$12", ("统计表", 12, 3)),
        ("统计表!#REF!", None),
        ("#REF!$C$12", None),
        ("#REF!", None),
        ("[1]统计表!$C$12", None),
        ("'[总表.xlsx]统计表'!$C$12", None),
        ("'C:\\表\\[总表.xlsx]统计表'!$C$12", None),
        ("甲:乙!$A$1", None),
        ("统计表!$C$12,统计表!$D$12", None),
        ("统计表!$C:$C", None),
        ("统计表!$1:$2", None),
        ("统计表!$XFE$1", None),
        ("统计表!$A$1048577", None),
        ("统计表!$A$0", None),
        ("$C$12", None),
        ("SUM(统计表!$C$12)", None),
        ("统计表!$C$12+1", None),
        ('"xxgk2017"', None),
        ("", None),
    ],
)
def test_references_lead_to_a_cell_an_area_or_nowhere(refers_to: str, expected: tuple[object, ...] | None) -> None:
    assert parse_reference(refers_to) == expected


@pytest.mark.parametrize(
    ("refers_to", "expected"),
    [
        ('"xxgk2017"', "xxgk2017"),
        ('="xxgk2017"', "xxgk2017"),
        ('"他说""好"""', '他说"好"'),
        ('""', ""),
        ("2017", 2017),
        ("=-3", -3),
        ("1.5", None),
        ("TRUE", None),
        ('"a"&"b"', None),
        ('"a"b"', None),
        ("统计表!$C$12", None),
        ("#REF!", None),
        ("２０１７", None),
        ("", None),
    ],
)
def test_constants_are_texts_and_whole_numbers(refers_to: str, expected: str | int | None) -> None:
    assert constant_of(refers_to) == expected


@given(st.integers(1, 1_048_576), st.integers(1, 16_384))
def test_a_cell_name_leads_back_to_its_cell(row: int, column: int) -> None:
    assert parse_reference(f"统计表!{cell_name(row, column)}") == ("统计表", row, column)


def test_cell_names_are_those_of_excel() -> None:
    assert [cell_name(12, 3), cell_name(1, 26), cell_name(1, 27), cell_name(9, 16_384)] == ["C12", "Z1", "AA1", "XFD9"]
