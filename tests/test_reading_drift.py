"""The table moved, renamed, copied or retyped: its figures are found by two keys, or it is said why not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from openpyxl.workbook.defined_name import DefinedName
from returnbooks import Table, Workbook, figures, return_bytes, rewritten, saved, workbook_with

from xltools import Form, Return, Severity, read
from xltools.reading.reader import read_all, read_bytes, read_bytes_all
from xltools.returns import Source

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


def test_a_damaged_further_sheet_does_not_cost_the_return() -> None:
    book = workbook_with(FORM, Table(FIGURES))
    book.create_sheet("草稿")["A1"] = 1
    data = rewritten(saved(book), lambda name, part: part[:-20] if name.endswith("sheet2.xml") else part)
    assert dict(reading(data).values) == FIGURES


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


def test_a_number_beside_a_figure_is_left_alone() -> None:
    ret = changed(lambda sheet: sheet.__setitem__("E67", 77))
    assert ret.findings == () and ret.values["工作会议数"] == FIGURES["工作会议数"]


@pytest.mark.parametrize(("state", "codes"), [("visible", []), ("hidden", ["S206"]), ("veryHidden", ["S206"])])
def test_a_hidden_sheet_with_another_return_is_named(state: Any, codes: list[str]) -> None:
    book = workbook_with(FORM, Table(FIGURES))
    copy = book.copy_worksheet(book["统计表"])
    copy.title, copy.sheet_state = "乙县", state
    returns = read_bytes_all(saved(book), FORM, Source("甲县.xlsx"))
    assert len(returns) == (2 if state == "visible" else 1)
    assert [f.code for f in returns[0].findings] == codes
    assert all("隐藏的工作表“乙县”" in f.message for f in returns[0].findings)
