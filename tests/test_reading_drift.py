"""The table moved, renamed, copied or retyped: its figures are found by two keys, or it is said why not."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from openpyxl.workbook.defined_name import DefinedName
from returnbooks import Table, Workbook, figures, return_bytes, rewritten, saved, workbook_with

from xltools import Form, Return, Severity, build_template, check, read
from xltools.findings import merge_alike
from xltools.form import Level
from xltools.reading.grid import Cell, Grid
from xltools.reading.labels import LabelIndex, normalise_label
from xltools.reading.matching import near_labels
from xltools.reading.reader import read_all, read_bytes, read_bytes_all
from xltools.returns import Source
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")
MATRIX = Form.load("xxgk2021")
FIGURES = figures(FORM)


def reading(data: bytes, form: Form = FORM) -> Return:
    return read_bytes(data, form, Source("甲县.xlsx"))


def codes(ret: Return) -> list[tuple[str, str, str]]:
    return [(f.code, f.severity.value, f.indicator) for f in ret.findings]


def renamed(old: str, new: str) -> Table:
    return Table(FIGURES, labels=lambda text: new if text == old else text)


@pytest.mark.parametrize("form", [FORM, MATRIX], ids=lambda form: form.id)
@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (1, 0), (0, 2), (3, 1)])
def test_a_table_that_moved_as_a_whole_is_read_all_the_same(form: Form, rows: int, columns: int) -> None:
    ret = reading(return_bytes(form, Table(figures(form), rows=rows, columns=columns)), form)
    assert dict(ret.values) == figures(form)
    assert (ret.unit, ret.period) == ("甲县", "2017")
    assert {f.code for f in ret.findings} <= {"S207"}  # computed cells are typed here


@pytest.mark.parametrize("form", [FORM, MATRIX], ids=lambda form: form.id)
@pytest.mark.parametrize(("rows", "columns"), [(0, 0), (2, 1)])
def test_without_names_the_labels_find_everything_and_one_warning_says_so(form: Form, rows: int, columns: int) -> None:
    ret = reading(return_bytes(form, Table(figures(form), rows=rows, columns=columns, names=False)), form)
    assert dict(ret.values) == figures(form)
    assert (ret.unit, ret.period) == ("甲县", "2017")
    lost = [f for f in ret.findings if f.code != "S207"]
    assert [(f.code, f.severity, len(f.indicators)) for f in lost] == [("S201", Severity.WARNING, len(form.indicators))]


def test_single_lost_names_are_named_one_by_one() -> None:
    book = workbook_with(FORM, Table(FIGURES))
    book.defined_names["当面申请数"] = DefinedName("当面申请数", attr_text="#REF!")
    book.defined_names["传真申请数"] = DefinedName("传真申请数", attr_text="[1]统计表!$D$28")
    ret = reading(saved(book))
    assert dict(ret.values) == FIGURES
    assert codes(ret) == [("S201", "warning", "当面申请数"), ("S201", "warning", "传真申请数")]


def test_the_sheet_may_have_another_name_and_stand_behind_a_cover() -> None:
    book = workbook_with(FORM, Table(FIGURES, sheet="2017年上报"))
    cover = book.create_sheet("封面", 0)
    cover["A1"] = "请查收"
    ret = reading(saved(book))
    assert (ret.sheet, dict(ret.values)) == ("2017年上报", FIGURES)
    assert codes(ret) == [("S206", "info", "")]


def test_several_returns_in_one_workbook_are_several_returns() -> None:
    other = dict.fromkeys(FORM.indicators, 7)
    data = return_bytes(FORM, Table(FIGURES, sheet="甲县"), Table(other, unit="乙县", sheet="乙县"))
    first, second = read_bytes_all(data, FORM, Source("两县.xlsx"))
    assert [(ret.unit, ret.sheet, ret.source.path) for ret in (first, second)] == [
        ("甲县", "甲县", "两县.xlsx"), ("乙县", "乙县", "两县.xlsx"),
    ]  # fmt: skip
    assert (dict(first.values), dict(second.values)) == (FIGURES, other)
    assert codes(first) == codes(second) == []


def test_reading_only_one_of_several_returns_says_so(tmp_path: Path) -> None:
    path = tmp_path / "两县.xlsx"
    path.write_bytes(return_bytes(FORM, Table(FIGURES, sheet="甲县"), Table(FIGURES, unit="乙县", sheet="乙县")))
    assert len(read_all(path, FORM)) == 2
    assert [f.message for f in read(path, FORM).findings] == ["这个文件里有 2 张报表,这里只读了第一张“甲县”"]


def test_an_unfilled_copy_of_the_sheet_is_no_second_return() -> None:
    data = return_bytes(FORM, Table(FIGURES), Table({}, unit="", sheet="空表"))
    assert len(read_bytes_all(data, FORM, Source("甲县.xlsx"))) == 1


def test_a_further_sheet_that_names_another_unit_is_a_return_though_nothing_could_be_taken() -> None:
    data = return_bytes(FORM, Table(FIGURES), Table({}, unit="丁县", sheet="丁县"), Table({}, sheet="空的甲县"))
    returns = read_bytes_all(data, FORM, Source("合订.xlsx"))
    assert [ret.sheet for ret in returns] == ["统计表", "丁县"]
    assert [f.code for f in check(returns[1], FORM)] == ["V309"]
    book = workbook_with(FORM, Table(FIGURES), Table(FIGURES, unit="丙县", sheet="丙县"))
    book["丙县"].move_range("D5:D80", cols=1)
    second = read_bytes_all(saved(book), FORM, Source("合订.xlsx"))[1]
    assert second.unit == "丙县"
    assert "S202" in {f.code for f in second.findings}


def copies_of_the_template(form: Form, *units: str) -> bytes:
    """The template, copied within its workbook for each unit and filled in there."""
    book = load_workbook(io.BytesIO(build_template(form)))
    for unit in units:
        copy = book.copy_worksheet(book["统计表"])
        copy.title = unit
        copy.cell(form.page.header["填报单位"].row, form.page.header["填报单位"].column).value = unit
        for name, spot in form.page.spots.items():
            if not form.indicators[name].formula:
                copy.cell(spot.row, spot.column).value = 7
    return saved(book)


@pytest.mark.parametrize("form", [FORM, MATRIX], ids=lambda form: form.id)
def test_a_blank_original_before_its_filled_copies_is_no_return(form: Form) -> None:
    returns = read_bytes_all(copies_of_the_template(form, "甲县", "乙县"), form, Source("各县.xlsx"))
    assert [(ret.unit, ret.sheet) for ret in returns] == [("甲县", "甲县"), ("乙县", "乙县")]
    blank = read_bytes_all(copies_of_the_template(form), form, Source("各县.xlsx"))
    assert [(ret.unit, ret.sheet) for ret in blank] == [("", "统计表")]


@pytest.mark.parametrize(
    ("unit", "year", "sheets"),
    [
        ("甲县", 2017, ["统计表 (2)"]),  # the unit was filled in before the sheet was copied
        ("甲县", 2016, ["统计表", "统计表 (2)"]),  # last year's beside this year's, which nobody filled in
        ("乙县", 2017, ["统计表", "统计表 (2)"]),
    ],
)
def test_a_blank_original_that_names_the_unit_of_its_copy_is_no_return(unit: str, year: int, sheets: list[str]) -> None:
    data = return_bytes(FORM, Table({}), Table(FIGURES, unit=unit, year=year, sheet="统计表 (2)"))
    returns = read_bytes_all(data, FORM, Source("甲县.xlsx"))
    assert [ret.sheet for ret in returns] == sheets
    assert dict(returns[-1].values) == FIGURES


def test_explanations_on_the_sheet_of_rules_are_those_of_the_sheet_that_it_judges() -> None:
    book = load_workbook(io.BytesIO(copies_of_the_template(FORM, "甲县")))
    rule = next(rule for rule in FORM.rules if rule.level is Level.CONFIRM)
    sheet, _, cell = book.defined_names[rule.explanation_name].attr_text.partition("!")
    book[sheet.strip("'")][cell.replace("$", "")] = "已核实"
    (copied,) = read_bytes_all(saved(book), FORM, Source("甲县.xlsx"))
    assert (copied.sheet, dict(copied.explanations)) == ("甲县", {})
    book["统计表"].cell(FORM.page.header["填报单位"].row, FORM.page.header["填报单位"].column).value = "乙县"
    own, copied = read_bytes_all(saved(book), FORM, Source("甲县.xlsx"))
    assert (own.unit, dict(own.explanations), dict(copied.explanations)) == ("乙县", {rule.id: "已核实"}, {})


@pytest.mark.parametrize("entry", ["无", "/", "约12", 0])
@pytest.mark.parametrize("unit", ["乙县", "甲县", ""])
def test_a_further_sheet_in_which_anything_was_filled_in_is_a_return(entry: Any, unit: str) -> None:
    data = return_bytes(FORM, Table(FIGURES), Table(dict.fromkeys(FIGURES, entry), unit=unit, sheet="乙县"))
    assert [ret.unit for ret in read_bytes_all(data, FORM, Source("合订.xlsx"))] == ["甲县", unit]


def test_a_damaged_further_sheet_does_not_cost_the_return() -> None:
    book = workbook_with(FORM, Table(FIGURES))
    book.create_sheet("草稿")["A1"] = 1
    data = rewritten(saved(book), lambda name, part: part[:-20] if name.endswith("sheet2.xml") else part)
    ret = reading(data)
    assert dict(ret.values) == FIGURES
    # It may have been a return: that is more than a sheet too many.
    assert codes(ret) == [("S206", "warning", "")]
    assert "“草稿”的内容已损坏,没有读" in ret.findings[0].message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("1、当面申请数", "1.当面申请数"),
        ("1、当面申请数", "(1)当面 申请数"),
        ("(一)收到申请数", "【一】收到申请数"),
        ("其中:涉及国家秘密", "其中: 涉及国家秘密"),
        ("(三)申请答复数", "(三)申请答复数\n"),
    ],
)
def test_other_brackets_blanks_and_punctuation_make_no_other_label(old: str, new: str) -> None:
    ret = reading(return_bytes(FORM, renamed(old, new)))
    assert (dict(ret.values), ret.findings) == (FIGURES, ())


@pytest.mark.parametrize("new", ["1、当面申请書数", "当面申请数", "1、当面申請数"])
def test_a_typing_error_in_a_label_is_marked_where_the_name_agrees(new: str) -> None:
    ret = reading(return_bytes(FORM, renamed("1、当面申请数", new)))
    assert dict(ret.values) == FIGURES
    (found,) = ret.findings
    assert (found.code, found.severity, found.indicator) == ("S202", "warning", "当面申请数")
    assert new in found.message and "1、当面申请数" in found.message


def test_without_the_name_a_near_label_is_proposed_and_not_taken() -> None:
    table = renamed("1、当面申请数", "1、当面申请書数")
    table.names = False
    ret = reading(return_bytes(FORM, table))
    assert ret.values["当面申请数"] is None and "当面申请数" in ret.unreadable
    (found,) = [f for f in ret.findings if f.code == "S203"]
    assert (found.indicator, found.cell) == ("当面申请数", "D27")
    assert "是不是这一项" in found.message and "1、当面申请書数" in found.message


def test_a_label_that_says_something_else_is_an_error() -> None:
    ret = reading(return_bytes(FORM, renamed("1、当面申请数", "1、电话咨询次数")))
    assert ret.values["当面申请数"] is None
    assert ("S202", "error", "当面申请数") in codes(ret)


def test_two_labels_swapped_are_two_errors_and_no_guess() -> None:
    swap = {"1、当面申请数": "2、传真申请数", "2、传真申请数": "1、当面申请数"}
    ret = reading(return_bytes(FORM, Table(FIGURES, labels=lambda text: swap.get(text, text))))
    assert [ret.values[name] for name in ("当面申请数", "传真申请数")] == [None, None]
    assert codes(ret) == [("S202", "error", "当面申请数"), ("S202", "error", "传真申请数")]


def test_a_name_in_the_right_row_but_the_wrong_column_is_an_error() -> None:
    def shift(book: Workbook) -> None:
        place = book.defined_names["当面申请数"].attr_text
        book.defined_names["当面申请数"] = DefinedName("当面申请数", attr_text=place.replace("$D$", "$C$"))

    book = workbook_with(FORM, Table(FIGURES, rows=1))
    shift(book)
    assert codes(reading(saved(book))) == [("S202", "error", "当面申请数")]


def test_a_name_on_several_cells_is_trusted_only_where_they_are_merged() -> None:
    book = workbook_with(FORM, Table(FIGURES))
    sheet = book["统计表"]
    place = FORM.page.spots["当面申请数"]
    area = f"$D${place.row}:$E${place.row}"
    book.defined_names["当面申请数"] = DefinedName("当面申请数", attr_text=f"统计表!{area}")
    assert codes(reading(saved(book))) == [("S201", "warning", "当面申请数")]
    sheet.merge_cells(area.replace("$", ""))
    assert codes(reading(saved(book))) == []


def test_a_deleted_row_is_missing_and_the_rest_is_read() -> None:
    book = workbook_with(FORM, Table(FIGURES, names=False))
    book["统计表"].delete_rows(FORM.page.spots["接受培训人次"].row)
    ret = reading(saved(book))
    assert ("S203", "error", "接受培训人次") in codes(ret)
    assert {n: v for n, v in ret.values.items() if v is None} == {"接受培训人次": None}


def test_stray_cells_far_away_and_hidden_rows_change_nothing() -> None:
    book = workbook_with(FORM, Table(FIGURES))
    sheet = book["统计表"]
    sheet["A1048576"] = " "
    sheet["XFD5"] = "1、当面申请数"
    sheet.row_dimensions[FORM.page.spots["当面申请数"].row].hidden = True
    ret = reading(saved(book))
    assert (dict(ret.values), ret.findings) == (FIGURES, ())


# --- headings of columns ---


def in_matrix(old: str, new: str | None, *, names: bool) -> Return:
    """The return of a matrix in which a column's heading was changed."""
    table = Table(figures(MATRIX), names=names, labels=lambda text: (new or "") if text == old else text)
    return reading(return_bytes(MATRIX, table), MATRIX)


RESEARCH = {name for name, spot in MATRIX.page.spots.items() if spot.column_labels[-1].text == "科研机构"}


def about_columns(ret: Return) -> list[tuple[str, Severity, str, int]]:
    """Code, severity, words and number of what is told of the research column, put together as people see it."""
    told = [f for f in ret.findings if f.code in ("S202", "S203")]
    assert {f.indicator for f in told} == RESEARCH
    merged = [(alike.first, len(alike.several)) for alike in merge_alike(told)]
    return [(first.code, first.severity, first.message, count) for first, count in merged]


def test_a_typing_error_in_the_heading_of_a_column_is_marked_where_the_names_agree() -> None:
    ret = in_matrix("科研机构", "科研机", names=True)
    assert dict(ret.values) == figures(MATRIX)
    ((code, severity, message, count),) = about_columns(ret)
    assert (code, severity, count) == ("S202", Severity.WARNING, len(RESEARCH))
    assert message.startswith("这一列写的是“科研机”,空表上是“科研机构”;数已读出")


@pytest.mark.parametrize(
    ("heading", "names", "code", "words"),
    [
        ("外国企业", True, "S202", "应在“科研机构”这一列,上面写的却是“外国企业”"),
        (None, True, "S202", "应在“科研机构”这一列,上面写的却是“"),
        ("科研机", False, "S203", "找不到“科研机构”这一列,K 列上面写的是“科研机”,是不是这一列"),
        ("外国企业", False, "S203", "找不到“科研机构”这一列,它被删掉或改动了"),
    ],
)
def test_another_heading_of_a_column_is_one_error_that_names_it(
    heading: str | None, names: bool, code: str, words: str
) -> None:
    ret = in_matrix("科研机构", heading, names=names)
    assert {name for name, value in ret.values.items() if value is None} == RESEARCH
    ((found, severity, message, count),) = about_columns(ret)
    assert (found, severity, count) == (code, Severity.ERROR, len(RESEARCH))
    assert words in message and "这一行" not in message


def test_a_column_inserted_under_names_that_stayed_is_one_error() -> None:
    def insert(sheet: Any) -> None:
        sheet.insert_cols(4)
        sheet["D4"] = "上年数"

    told = [f for f in changed(insert).findings if f.code == "S202"]
    (alike,) = merge_alike(told)
    assert len(told) == len(FORM.indicators)
    assert "应在“统计数”这一列,上面写的却是“上年数”" in alike.first.message


@pytest.mark.parametrize(
    ("written", "is_near"),
    [
        ("本年收费金颔(单位:万元)", True),
        ("本年收费金额(单位:元)", False),
        ("本年收费金额(单位:亿元)", False),
        ("本年收费金额(单位:万美元)", False),
    ],
)
def test_a_label_that_resembles_but_speaks_of_other_money_is_another_one(written: str, is_near: bool) -> None:
    place = (40, 1)
    near = near_labels(MATRIX.labels, LabelIndex(Grid({place: Cell(written)}, (), frozenset())))
    assert near == ({place: normalise_label("本年收费金额(单位:万元)")} if is_near else {})


# --- figures in the wrong cell ---


def changed(change: Callable[[Any], None], form: Form = FORM) -> Return:
    """A return after somebody did something to its sheet."""
    book = workbook_with(form, Table(figures(form)))
    change(book["统计表"])
    return reading(saved(book), form)


@pytest.mark.parametrize(
    ("area", "shown", "lost"),
    [
        ("C49:D49", "C49:D49", {"行政复议数"}),  # with the measure: the figure went into the merged cell
        ("D63:D64", "D63:D64", {"专职人员数", "兼职人员数"}),  # one number for two
        ("D49:E49", "", set()),  # the figure's cell comes first: it holds the figure
        ("A49:B49", "", set()),
        ("D40:D70", "D40:D70", {name for name, spot in FORM.page.spots.items() if 40 <= spot.row <= 70}),
    ],
)
def test_a_cell_merged_with_others_says_nothing(area: str, shown: str, lost: set[str]) -> None:
    ret = changed(lambda sheet: sheet.merge_cells(area))
    found = [f for f in ret.findings if f.code == "S202"]
    assert {f.indicator for f in found} == lost and all(f.severity is Severity.ERROR for f in found)
    assert all(f"({shown})" in f.message and "请取消合并" in f.message for f in found)
    assert all(ret.values[name] is None and name in ret.unreadable for name in lost)


@pytest.mark.parametrize(("place", "found"), [("E67", True), ("C67", True), ("A67", False), ("E200", False)])
def test_a_number_beside_an_empty_figure_cell_is_asked_about(place: str, found: bool) -> None:
    def mistyped(sheet: Any) -> None:
        sheet["D67"].value = None
        sheet[place].value = 77

    ret = changed(mistyped)
    asked = [f for f in ret.findings if f.code == "S202" and f.severity is Severity.WARNING]
    assert bool(asked) is found
    assert [(f.indicator, f.cell) for f in asked] == ([("工作会议数", "D67")] if found else [])
    assert all(f"{place} 却有一个数 77" in f.message for f in asked) and ret.values["工作会议数"] is None


@pytest.mark.parametrize(
    ("place", "entry", "found"),
    [
        ("E67", "12件", True),
        ("E67", " １２ ", True),
        ("E67", "二十八", True),
        ("C67", "35", True),
        ("E67", "=5+7", True),
        ("E67", "=D68-D69", False),
        ("E67", "2016年", False),
        ("E67", "3月1日", False),
        ("E67", "2、见附件", False),
        ("E67", "已核", False),
        ("E67", "无", False),
        ("C67", "百人次", False),
    ],
)
def test_a_figure_typed_as_text_beside_an_empty_cell_is_asked_about_as_well(
    place: str, entry: str, found: bool
) -> None:
    def mistyped(sheet: Any) -> None:
        sheet["D67"].value = None
        sheet[place].value = entry

    asked = [f.indicator for f in changed(mistyped).findings if f.code == "S202"]
    assert asked == (["工作会议数"] if found else [])


@pytest.mark.parametrize(("place", "entry", "found"), [("D70", 9, True), ("D70", "9人次", True), ("D71", 9, False)])
@pytest.mark.parametrize("figure", [None, 7])
def test_a_figure_below_an_empty_last_cell_is_asked_about(
    place: str, entry: Any, found: bool, figure: int | None
) -> None:
    def mistyped(sheet: Any) -> None:
        sheet["D69"].value, sheet[place].value = figure, entry

    told = [f.message for f in changed(mistyped).findings]
    assert bool(told) is (found and figure is None)
    assert all(f"没有项目的那一行 D70 却有一个数 {entry}" in message for message in told)


@pytest.mark.parametrize("entry", [None, "55件", 55])
def test_figures_that_all_stand_beside_their_cells_are_one_error(entry: Any) -> None:
    def shifted(sheet: Any) -> None:
        for spot in FORM.page.spots.values():
            sheet.cell(spot.row, spot.column).value = None
            sheet.cell(spot.row, spot.column + 1).value = entry

    ret = changed(shifted)
    errors = [f for f in ret.findings if f.code == "S202"]
    assert [f.severity for f in errors] == ([Severity.ERROR] if entry else [])
    assert all("数填在了 E6、E7、E8 等 58 格" in f.message for f in errors)
    assert set(ret.values.values()) == {None}
    assert ret.unreadable == (FORM.indicators.keys() if entry else set())
    assert ret.rejected is (entry is not None)
    assert {f.code for f in check(ret, FORM)} >= ({"S202"} if entry else {"V309"})


@pytest.mark.parametrize(
    ("place", "entry", "found"),
    [
        ("D59", 3, "八、机构建设和保障经费情况"),
        ("D59", "3个", "八、机构建设和保障经费情况"),
        ("D5", 3, "一、主动公开情况"),
        ("D59", "/", ""),
        ("D59", "见下", ""),
        ("D4", 2017, ""),
        ("D3", 2017, ""),
        ("D72", 13800000000, ""),
        ("B73", 20180105, ""),
        ("D73", 20180105, ""),
    ],
)
def test_a_figure_in_the_row_of_a_heading_is_told(place: str, entry: Any, found: str) -> None:
    ret = changed(lambda sheet: sheet.__setitem__(place, entry))
    assert [(f.code, f.severity) for f in ret.findings] == ([("S206", Severity.WARNING)] if found else [])
    assert all(f"“{found}”这一行是标题" in f.message for f in ret.findings)


def test_a_number_beside_a_figure_is_left_alone() -> None:
    ret = changed(lambda sheet: sheet.__setitem__("E67", 77))
    assert ret.findings == () and ret.values["工作会议数"] == FIGURES["工作会议数"]


@pytest.mark.parametrize(
    ("indicator", "measure", "severity"),
    [
        ("专项经费", "元", Severity.ERROR),
        ("专项经费", "亿 元", Severity.ERROR),
        ("依申请收费", "人民币元", Severity.ERROR),
        ("依申请收费", "元整", Severity.ERROR),
        ("依申请收费", "元/年", Severity.ERROR),
        ("依申请收费", "￥", Severity.ERROR),
        ("依申请收费", "RMB", Severity.ERROR),
        ("依申请收费", "美元", Severity.ERROR),
        ("依申请收费", "万美元", Severity.ERROR),
        ("依申请收费", "单位:元", Severity.ERROR),
        ("收到申请数", "万", Severity.ERROR),
        ("收到申请数", "万件", Severity.ERROR),
        ("收到申请数", "元", Severity.ERROR),
        ("依申请收费", "万元(人民币)", None),
        ("依申请收费", "万元/年", None),
        ("依申请收费", "单位:万元", None),
        ("依申请收费", "万", None),
        ("收到申请数", "单元", None),
        ("收到申请数", "百分比", None),
        ("收到申请数", "人次", Severity.WARNING),
        ("收到申请数", "(件)", None),
        ("收到申请数", " ", None),
        ("收到申请数", "份", None),
        ("专项经费", "(万 元)", None),
        ("专项经费", "萬元", None),
        ("专项经费", "", None),
    ],
)
def test_another_measure_beside_a_figure_is_told(indicator: str, measure: str, severity: Severity | None) -> None:
    spot = FORM.page.spots[indicator]

    def remeasured(sheet: Any) -> None:
        sheet.cell(spot.row, spot.column - 1).value = measure

    ret = changed(remeasured)
    assert [(f.code, f.severity, f.indicator) for f in ret.findings] == (
        [("S202", severity, indicator)] if severity else []
    )
    assert all(f"计量单位写的是“{measure}”" in f.message for f in ret.findings)
    assert ret.values[indicator] == (None if severity is Severity.ERROR else FIGURES[indicator])
    assert (indicator in ret.unreadable) is (severity is Severity.ERROR)


def reheaded(heading: str, *, names: bool) -> Return:
    first = min(FORM.page.spots.values(), key=lambda spot: spot.row)
    book = workbook_with(FORM, Table(FIGURES, names=names))
    book["统计表"].cell(first.column_labels[-1].row, first.column).value = heading
    return reading(saved(book))


@pytest.mark.parametrize("names", [True, False])
@pytest.mark.parametrize(
    ("heading", "lost"),
    [
        ("统计数(单位:元)", {"专项经费", "依申请收费"}),
        ("统计数(元)", {"专项经费", "依申请收费"}),
        ("统计数(万件)", FORM.indicators.keys() - {"专项经费", "依申请收费"}),
        ("统计数/万", FORM.indicators.keys() - {"专项经费", "依申请收费"}),
        ("统计数(万元)", set()),
        ("统计数(件、万元)", set()),
        ("统计数(万州区)", set()),
        ("2017年数(百色市)", set()),
        ("数量", set()),
    ],
)
def test_a_heading_that_names_another_measure_is_one(heading: str, lost: set[str], names: bool) -> None:
    ret = reheaded(heading, names=names)
    told = [f for f in ret.findings if f.code != "S201"]
    assert {(f.code, f.severity, f.indicator) for f in told} == {("S202", Severity.ERROR, name) for name in lost}
    assert all(f"写的是“{heading}”" in f.message for f in told)
    assert {name for name, value in ret.values.items() if value is None} == lost


@pytest.mark.parametrize("figure", [None, 0])
def test_another_measure_beside_nothing_changes_nothing(figure: int | None) -> None:
    spot = FORM.page.spots["专项经费"]

    def remeasured(sheet: Any) -> None:
        sheet.cell(spot.row, spot.column - 1).value = "元"
        sheet.cell(spot.row, spot.column).value = figure

    assert changed(remeasured).findings == ()


@pytest.mark.parametrize(("state", "codes"), [("visible", []), ("hidden", ["S206"]), ("veryHidden", ["S206"])])
def test_a_hidden_sheet_with_another_return_is_named(state: Any, codes: list[str]) -> None:
    book = workbook_with(FORM, Table(FIGURES))
    copy = book.copy_worksheet(book["统计表"])
    copy.title, copy.sheet_state = "乙县", state
    returns = read_bytes_all(saved(book), FORM, Source("甲县.xlsx"))
    assert len(returns) == (2 if state == "visible" else 1)
    assert [f.code for f in returns[0].findings] == codes
    assert all("隐藏的工作表“乙县”" in f.message for f in returns[0].findings)


# --- which sheet is the table ---


def opened_template(change: Callable[[Workbook], None]) -> bytes:
    """The filled-in template, its names lost, after somebody did something to it."""
    numbers = {name: number for number, name in enumerate(FORM.indicators, start=101)}
    book = load_workbook(io.BytesIO(build_template(FORM, filled_content(FORM, numbers, unit="甲县"))))
    for name in list(book.defined_names):
        del book.defined_names[name]
    change(book)
    return saved(book)


def without_a_row(book: Workbook) -> None:
    book["统计表"].delete_rows(FORM.page.spots["接受培训人次"].row)


def misspelt(book: Workbook) -> None:
    book["统计表"].cell(FORM.page.spots["接受培训人次"].row, 1).value = "(三)接受陪训人员数"


@pytest.mark.parametrize("change", [without_a_row, misspelt])
def test_sheets_of_the_template_beside_the_table_are_never_the_table(change: Callable[[Workbook], None]) -> None:
    returns = read_bytes_all(opened_template(change), FORM, Source("甲县.xlsx"))
    assert [ret.sheet for ret in returns] == ["统计表"]
    assert {name for name, value in returns[0].values.items() if value != FIGURES[name]} == {"接受培训人次"}
    assert ("S203", "error", "接受培训人次") in codes(returns[0])


def test_a_workbook_with_the_other_sheets_of_the_template_alone_is_no_return() -> None:
    ret = reading(opened_template(lambda book: book.remove(book["统计表"])))
    assert (ret.rejected, [f.code for f in ret.findings]) == (True, ["F103"])


@pytest.mark.parametrize("named", [False, True])
def test_what_can_be_seen_goes_before_a_hidden_sheet_that_is_more_like_the_table(named: bool) -> None:
    book = workbook_with(FORM, Table(dict.fromkeys(FORM.indicators, 7), sheet="去年", names=named))
    seen = workbook_with(FORM, Table(FIGURES, names=False))["统计表"]
    sheet = book.create_sheet("统计表")
    for row in seen.iter_rows():
        for cell in row:
            sheet.cell(cell.row, cell.column).value = cell.value
    sheet.cell(FORM.page.spots["接受培训人次"].row, 1).value = "(三)接受陪训人员数"
    book["去年"].sheet_state = "hidden"
    ret = reading(saved(book))
    assert ret.sheet == "统计表"
    assert {name for name, value in ret.values.items() if value != FIGURES[name]} == {"接受培训人次"}
    assert [f.severity for f in ret.findings if "隐藏的工作表“去年”" in f.message] == [Severity.WARNING]


def test_a_table_on_a_hidden_sheet_alone_is_read_and_told() -> None:
    book = workbook_with(FORM, Table(FIGURES))
    book.create_sheet("封面")["A1"] = "请查收"
    book["统计表"].sheet_state = "hidden"
    ret = reading(saved(book))
    assert dict(ret.values) == FIGURES
    assert ("S206", Severity.WARNING) in [(f.code, f.severity) for f in ret.findings if "隐藏" in f.message]


# --- the same thing twice ---


def nameless(change: Callable[[Any], None], rows: int = 0) -> Return:
    book = workbook_with(FORM, Table(FIGURES, names=False, rows=rows))
    change(book["统计表"])
    return reading(saved(book))


def another_column(sheet: Any, figure: int | None, rows: int = 0) -> None:
    """A second column headed 统计数, with its figures."""
    first = min(FORM.page.spots.values(), key=lambda spot: spot.row)
    sheet.cell(first.column_labels[-1].row + rows, first.column + 1).value = "统计数"
    for spot in FORM.page.spots.values():
        sheet.cell(spot.row + rows, spot.column + 1).value = figure


@pytest.mark.parametrize("rows", [0, 2])
def test_of_two_columns_of_figures_without_names_none_is_taken(rows: int) -> None:
    ret = nameless(lambda sheet: another_column(sheet, 7, rows), rows)
    assert set(ret.values.values()) == {None} and ret.unreadable == FORM.indicators.keys()
    (told,) = ret.findings
    assert ret.rejected
    assert (told.code, told.severity, told.indicators) == ("S202", Severity.ERROR, tuple(FORM.indicators))
    assert told.message.startswith("D、E 列都是数")


def retyped(*columns: list[Any], head: tuple[str, ...] = (), number: bool = False) -> Return:
    """The labels and the columns side by side on a sheet of its own, as somebody types them anew."""
    labels = [FORM.page.spots[name].row_labels[-1].text for name in FORM.indicators]
    rows: list[Any] = [["填报单位", "甲县"], ["年度", 2017], *([list(head)] if head else [])]
    rows += zip(labels, *columns, strict=True)
    book = Workbook()
    for count, row in enumerate(rows):
        book.worksheets[0].append([count, *row] if number and count >= 2 else list(row))
    return reading(saved(book))


NUMBERS = list(FIGURES.values())
MEASURES = [indicator.measure for indicator in FORM.indicators.values()]
NOTHING = [None] * len(NUMBERS)
REMARKS = [*["已核", "含2016年", "见附件2"], *NOTHING[3:]]


@pytest.mark.parametrize(
    ("columns", "head", "number"),
    [
        ([MEASURES, NUMBERS], (), False),
        ([MEASURES, NUMBERS], ("统计指标", "单位", "数量"), False),
        ([MEASURES, NUMBERS, REMARKS], (), False),
        ([MEASURES, NUMBERS, REMARKS], ("序号", "统计指标", "单位", "数", "备注"), True),
        ([MEASURES, NUMBERS], (), True),
        ([NUMBERS], (), False),
        ([NUMBERS, REMARKS], (), False),
        ([NOTHING, NOTHING, NUMBERS], (), False),
        ([MEASURES, [*NOTHING[3:], *NUMBERS[-3:]]], (), False),
    ],
)
def test_the_one_column_of_figures_behind_the_labels_is_read(columns: list[list[Any]], head: Any, number: bool) -> None:
    ret = retyped(*columns, head=head, number=number)
    figures_typed = next(column for column in columns if any(isinstance(value, int) for value in column))
    assert list(ret.values.values()) == figures_typed
    assert [(f.code, f.severity) for f in ret.findings] == [("S201", Severity.WARNING)]


@pytest.mark.parametrize("last_year", [[7] * 58, ["7件"] * 58, [*NOTHING[20:], *[7] * 20]])
@pytest.mark.parametrize("this_year", [NUMBERS, [f"{number}件" for number in NUMBERS]])
@pytest.mark.parametrize("between", [[], [MEASURES]])
def test_of_two_columns_of_figures_without_a_heading_none_is_taken(
    last_year: list[Any], this_year: list[Any], between: list[list[Any]]
) -> None:
    for columns in ([last_year, this_year], [this_year, last_year]):
        ret = retyped(*between, *columns)
        assert set(ret.values.values()) == {None}
        assert [(f.code, f.severity) for f in ret.findings] == [("S202", Severity.ERROR)]
        assert {f.code for f in check(ret, FORM)} == {"S202"}


@pytest.mark.parametrize("rows", [0, 2])
def test_an_empty_second_column_changes_nothing(rows: int) -> None:
    assert dict(nameless(lambda sheet: another_column(sheet, None, rows), rows).values) == FIGURES


@pytest.mark.parametrize("figure", [7, "7件"])
def test_a_second_column_is_told_where_the_names_say_which(figure: Any) -> None:
    ret = changed(lambda sheet: another_column(sheet, figure))
    assert dict(ret.values) == FIGURES
    (found,) = ret.findings
    assert (found.code, found.severity, found.cell) == ("S206", Severity.WARNING, "E4")
    assert "E 列也写着“统计数”,有 58 个数,没有读" in found.message


def test_an_empty_second_column_is_nothing_where_the_names_say_which() -> None:
    assert changed(lambda sheet: another_column(sheet, None)).findings == ()


def another_table(sheet: Any, columns: int, figure: Any = 9, unit: str = "凤凰县") -> None:
    """The whole table of another unit on the same sheet."""
    values = dict.fromkeys(FORM.indicators, figure)
    beside = workbook_with(FORM, Table(values, unit=unit, names=False, columns=columns))["统计表"]
    for row in beside.iter_rows():
        for cell in row:
            if cell.value is not None:
                sheet.cell(cell.row, cell.column).value = cell.value


@pytest.mark.parametrize("figure", [9, "9件"])
def test_the_table_of_another_unit_on_the_same_sheet_is_told(figure: Any) -> None:
    ret = changed(lambda sheet: another_table(sheet, 6, figure))
    assert (dict(ret.values), ret.unit) == (FIGURES, "甲县")
    (found,) = ret.findings
    assert (found.code, found.severity, found.cell) == ("S206", Severity.WARNING, "G6")
    assert "G 列起还有一张填了数的表(填报单位:凤凰县),没有读" in found.message


def test_an_empty_table_beside_the_table_is_nothing() -> None:
    assert changed(lambda sheet: another_table(sheet, 6, None)).findings == ()


def test_without_names_of_two_tables_on_one_sheet_none_is_taken() -> None:
    ret = nameless(lambda sheet: another_table(sheet, 6))
    assert set(ret.values.values()) == {None}
    assert {f.code for f in ret.findings if f.severity is Severity.ERROR} == {"S202"}


def twice_within(sheet: Any) -> None:
    row = FORM.page.spots["接受培训人次"].row
    sheet.insert_rows(row + 1)
    sheet.cell(row + 1, 1).value, sheet.cell(row + 1, 4).value = sheet.cell(row, 1).value, 5


def twice_below_as_text(sheet: Any) -> None:
    sheet["A90"], sheet["D90"] = sheet.cell(FORM.page.spots["接受培训人次"].row, 1).value, "88人次"


def twice_below(sheet: Any) -> None:
    sheet["A90"], sheet["D90"] = sheet.cell(FORM.page.spots["接受培训人次"].row, 1).value, 5


def test_a_row_that_stands_twice_within_a_table_without_names_is_told_and_not_taken() -> None:
    ret = nameless(twice_within)
    assert {name for name, value in ret.values.items() if value != FIGURES[name]} == {"接受培训人次"}
    (found,) = [f for f in ret.findings if f.code == "S202"]
    at = FORM.page.spots["接受培训人次"].row
    assert (found.indicator, found.severity) == ("接受培训人次", Severity.ERROR)
    assert f"出现了几次(D{at}、D{at + 1})" in found.message


@pytest.mark.parametrize("change", [twice_within, twice_below, twice_below_as_text])
def test_a_row_that_stands_twice_is_told_where_the_names_say_which(change: Callable[[Any], None]) -> None:
    ret = changed(change)
    assert dict(ret.values) == FIGURES
    (found,) = ret.findings
    assert (found.code, found.severity) == ("S206", Severity.WARNING)
    assert "不是本表式的指标" not in found.message and "接受培训" in found.message


def test_below_an_inserted_row_under_names_that_stayed_nothing_is_called_foreign_that_is_the_forms() -> None:
    def insert(sheet: Any) -> None:
        sheet.insert_rows(20)
        sheet["A20"], sheet["D20"] = "移动客户端公开数", 5

    ret = changed(insert)
    (foreign,) = [f.message for f in ret.findings if f.code == "S206"]
    assert foreign == "多出一行“移动客户端公开数”,不是本表式的指标,不汇总"
    moved = {name for name, spot in FORM.page.spots.items() if spot.row >= 20}
    assert {f.indicator for f in ret.findings if f.code == "S202"} == moved
    assert all(ret.values[name] is None for name in moved)
