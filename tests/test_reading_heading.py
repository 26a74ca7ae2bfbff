"""Who reports for which year, where the names are lost and the audit column speaks of both."""

from __future__ import annotations

import re

import pytest
from returnbooks import Table, Workbook, figures, rewritten, saved, workbook_with

from xltools import Form, Return, Severity, build_template, check
from xltools.form import PERIOD, UNIT
from xltools.reading.heading import year_in
from xltools.reading.reader import read_bytes
from xltools.reading.references import cell_name
from xltools.returns import Source
from xltools.writing.content import filled_content

FORMS = [Form.load("xxgk2017"), Form.load("xxgk2021")]
LIST, MATRIX = FORMS
every_form = pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)


def reading(form: Form, data: bytes) -> Return:
    return read_bytes(data, form, Source("甲县.xlsx"))


def without_names(data: bytes) -> bytes:
    def change(name: str, part: bytes) -> bytes:
        return re.sub(b"<definedNames>.*</definedNames>", b"", part, flags=re.S) if name == "xl/workbook.xml" else part

    return rewritten(data, change)


def template(form: Form, unit: str, year: str) -> bytes:
    filled = filled_content(form, {next(iter(form.indicators)): 3}, unit=unit, year=year)
    return without_names(build_template(form, filled))


@every_form
def test_the_template_without_its_names_still_says_who_and_when(form: Form) -> None:
    ret = reading(form, template(form, "甲县", "2018"))
    assert (ret.unit, ret.period, ret.header_cells[PERIOD]) == ("甲县", "2018", "A2")
    assert not [f for f in check(ret, form) if f.code in ("V305", "S205")]


@every_form
def test_the_audit_column_and_the_next_label_are_no_answers(form: Form) -> None:
    ret = reading(form, template(form, "", "2018"))
    assert {name: text for name, text in ret.header.items() if text} == {PERIOD: "2018"}
    assert "S205" in {f.code for f in check(ret, form)}


@every_form
def test_what_is_signed_is_read_beside_its_own_label(form: Form) -> None:
    signed = {"单位负责人": "张一", "填报人": "李二", "联系电话": "0743-8222222"}
    book = workbook_with(form, Table(figures(form), names=False, rows=1, columns=1))
    for name, text in signed.items():
        spot = form.page.header[name]
        book["统计表"].cell(spot.row + 1, spot.column + 1).value = text
    header = reading(form, saved(book)).header
    assert {name: header[name] for name in [*signed, "审核人", "填报日期"]} == {**signed, "审核人": "", "填报日期": ""}


@pytest.mark.parametrize(
    ("typed", "period", "header"),
    [
        (2017, "2017", "2017"),
        ("2017", "2017", "2017"),
        ("2017年", "2017", "2017年"),
        ("二〇一七年", "2017", "二〇一七年"),
        (17, "", "17"),
        ("一七年", "", "一七年"),
        ("单位:件", "", ""),
        (None, "", ""),
    ],
)
@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (2, 1)])
def test_without_names_the_year_is_looked_for_in_its_own_place(
    typed: int | str | None, period: str, header: str, rows: int, columns: int
) -> None:
    ret = reading(LIST, with_period(typed, rows, columns))
    assert (ret.period, ret.header[PERIOD]) == (period, header)


def with_period(typed: int | str | None, rows: int, columns: int) -> bytes:
    book: Workbook = workbook_with(LIST, Table(figures(LIST), names=False, rows=rows, columns=columns))
    spot = LIST.page.header[PERIOD]
    sheet = book["统计表"]
    sheet.cell(spot.row + rows, spot.column + columns).value = typed
    sheet.cell(spot.row + rows, LIST.page.width + columns + 2).value = "✗ 应为 2016 年度"
    return saved(book)


def test_the_unit_may_stand_behind_the_colon_or_some_blank_cells_further() -> None:
    book = workbook_with(LIST, Table(figures(LIST), unit="", names=False))
    book["统计表"]["A3"] = "填报单位(盖章):乙县"
    assert reading(LIST, saved(book)).unit == "乙县"
    book["统计表"]["A3"], book["统计表"]["D3"] = "填报单位", "丙县"
    ret = reading(LIST, saved(book))
    assert (ret.unit, ret.header_cells[UNIT]) == ("丙县", cell_name(3, 4))


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("二〇一七年", "2017"),
        ("二○一七年度", "2017"),
        ("二零一七", "2017"),
        ("二O一七年", "2017"),
        ("二0二一年", "2021"),
        ("一九九九年", "1999"),
        ("一七年", ""),
        ("二千零一十七年", ""),
        ("二〇一七八", ""),
        ("三五一七年", ""),
        ("17", ""),
        ("２０１７年", "2017"),
    ],
)
def test_a_year_is_four_digits_arabic_or_chinese(text: str, year: str) -> None:
    assert year_in(text) == year


@every_form
@pytest.mark.parametrize(("rows", "columns"), [(1, 0), (0, 1), (2, 1)])
def test_where_the_names_stayed_behind_the_labels_say_who_and_when(form: Form, rows: int, columns: int) -> None:
    book = workbook_with(form, Table(figures(form), year=0))
    sheet = book["统计表"]
    spot = form.page.header[PERIOD]
    sheet.cell(spot.row, spot.column).value = 2018
    for area in [str(area) for area in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(area)
    if rows:
        sheet.insert_rows(1, rows)
    if columns:
        sheet.insert_cols(1, columns)
    sheet["A1"] = "附件" if rows else None
    ret = reading(form, saved(book))
    assert (ret.unit, ret.period) == ("甲县", "2018")
    unit = form.page.header[UNIT]
    assert ret.header_cells[UNIT] == cell_name(unit.row + rows, unit.column + columns)


def test_a_label_under_a_name_that_stayed_behind_is_no_unit() -> None:
    book = workbook_with(LIST, Table(figures(LIST), unit=""))
    book["统计表"].insert_cols(1)
    ret = reading(LIST, saved(book))
    assert ret.unit == "" and "S205" in {f.code for f in check(ret, LIST)}


def test_the_named_cell_holds_where_the_label_says_something_else() -> None:
    book = workbook_with(LIST, Table(figures(LIST)))
    book["统计表"]["A3"] = "报表机关"
    ret = reading(LIST, saved(book))
    assert (ret.unit, ret.period, ret.findings) == ("甲县", "2017", ())


@pytest.mark.parametrize(
    "typed",
    [
        {"A3": "填报单位:乙县   年度:2018"},
        {"A3": "填报单位(盖章):乙县 年度(公历):2018年"},
        {"A2": "年度", "B2": 2018, "A3": "单位名称", "B3": "乙县"},
        {"A3": "报送单位:", "B3": "乙县", "C3": "统计年度:", "D3": "2018"},
    ],
)
@pytest.mark.parametrize("rows", [0, 1])
def test_unit_and_year_may_stand_in_one_line_or_be_called_otherwise(typed: dict[str, str | int], rows: int) -> None:
    book = workbook_with(LIST, Table(figures(LIST), unit="", year=0, names=False))
    sheet = book["统计表"]
    for area in [str(area) for area in sheet.merged_cells.ranges]:
        sheet.unmerge_cells(area)
    sheet["A2"] = sheet["A3"] = None
    for at, text in typed.items():
        sheet[at] = text
    if rows:
        sheet.insert_rows(1, rows)
    ret = reading(LIST, saved(book))
    assert (ret.unit, ret.period) == ("乙县", "2018")


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize(
    ("label", "cell", "unit", "told"),
    [
        ("填报单位(盖章):", "吉首市", "吉首市", False),
        ("填报单位(盖章):吉首市", None, "吉首市", False),
        ("填报单位：吉首市人民政府", "", "吉首市人民政府", False),
        ("填报单位(盖章):吉首市", "吉首市", "吉首市", False),
        ("填报单位(盖章):吉首市", "吉首市人民政府", None, False),
        ("填报单位(盖章):吉首市", "(盖章)", None, False),
        ("填报单位(盖章):____", "吉首市", "吉首市", False),
        ("填报单位(盖章):", None, "", False),
        ("填报单位(盖章):凤凰县", "吉首市", None, True),
    ],
)
def test_the_unit_may_stand_behind_its_label_and_two_of_them_are_told(
    label: str, cell: str | None, unit: str | None, told: bool, names: bool
) -> None:
    book = workbook_with(LIST, Table(figures(LIST), names=names))
    spot = LIST.page.header[UNIT]
    book["统计表"].cell(spot.row, spot.row_labels[-1].column).value = label
    book["统计表"].cell(spot.row, spot.column).value = cell
    ret = reading(LIST, saved(book))
    assert unit is None or ret.unit == unit
    found = [f for f in ret.findings if f.code != "S201"]
    assert [(f.code, f.severity) for f in found] == ([("S205", Severity.WARNING)] if told else [])
    assert all("A3 是“凤凰县”,B3 是“吉首市”" in f.message and f.cell in ("A3", "B3") for f in found)
