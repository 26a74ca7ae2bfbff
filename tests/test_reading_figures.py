"""A figure that cannot be trusted is never made up from what else the sheet says."""

from __future__ import annotations

from decimal import Decimal

import pytest
from openpyxl.workbook.defined_name import DefinedName
from returnbooks import Table, Workbook, saved, workbook_with

from xltools import Form, Return, Severity, check
from xltools.reading.reader import read_bytes
from xltools.reading.references import cell_name
from xltools.returns import Source

LIST = Form.load("xxgk2017")
MATRIX = Form.load("xxgk2021")
TOTAL = "本年新收_总计"
PARTS = MATRIX.parts[TOTAL]
OWN = MATRIX.indicators[TOTAL].formula
"""openpyxl stores no value beside a formula: what is read is what Python computes."""


def reading(form: Form, book: Workbook) -> Return:
    return read_bytes(saved(book), form, Source("甲县.xlsx"))


def total_of_tens(formula: str) -> Workbook:
    """Six parts of ten and a formula in the cell of their total."""
    return workbook_with(MATRIX, Table({**dict.fromkeys(PARTS, 10), TOTAL: formula}, year=2021))


def misplace(book: Workbook, name: str) -> None:
    """Let a name lead to the title, whose labels cannot agree."""
    book.defined_names[name] = DefinedName(name, attr_text="统计表!$A$1")


def about(ret: Return, indicator: str) -> list[tuple[str, Severity]]:
    return [(f.code, f.severity) for f in ret.findings if f.indicator == indicator]


def test_a_total_is_computed_where_all_its_parts_are_known() -> None:
    ret = reading(MATRIX, total_of_tens(f"={OWN}"))
    assert ret.values[TOTAL] == 60
    assert about(ret, TOTAL) == []


def test_a_total_over_a_part_that_was_not_taken_is_unknown_and_says_nothing_of_its_own() -> None:
    book = total_of_tens(f"={OWN}")
    misplace(book, PARTS[0])
    ret = reading(MATRIX, book)
    assert ret.values[TOTAL] is None
    assert {TOTAL, PARTS[0]} <= ret.unreadable
    assert (about(ret, PARTS[0]), about(ret, TOTAL)) == ([("S202", Severity.ERROR)], [])
    assert not [f for f in check(ret, MATRIX) if f.rule and TOTAL in f.indicators]


def test_an_ordinary_formula_over_a_part_that_was_not_taken_has_no_result() -> None:
    book = workbook_with(LIST, Table({"收到申请数": "=当面申请数+传真申请数", "当面申请数": 40, "传真申请数": 2}))
    assert about(reading(LIST, book), "收到申请数") == [("V306", Severity.WARNING)]
    misplace(book, "当面申请数")
    ret = reading(LIST, book)
    assert ret.values["收到申请数"] is None
    assert about(ret, "收到申请数") == [("V306", Severity.ERROR)]


@pytest.mark.parametrize("formula", ["=777", f"={OWN}+1", f"={PARTS[0]}", "=SUM(C23:H23)"])
def test_another_formula_in_a_computed_cell_is_told(formula: str) -> None:
    ret = reading(MATRIX, total_of_tens(formula))
    assert ret.values[TOTAL] == 60
    assert about(ret, TOTAL) == [("V306", Severity.WARNING)]
    (message,) = [f.message for f in ret.findings if f.indicator == TOTAL]
    assert formula[:20] in message
    assert "按空表的公式算得 60" in message


def test_the_same_formula_written_with_blanks_is_the_same() -> None:
    ret = reading(MATRIX, total_of_tens(f"=  {OWN.replace(',', ' , ')}"))
    assert (ret.values[TOTAL], about(ret, TOTAL)) == (60, [])


@pytest.mark.parametrize(
    ("figure", "in_total"),
    [
        ("0.12345678", Decimal("0.123457")),
        ("1234567.1234567", Decimal("1234567.123457")),
        ("0.0000005", Decimal("0.000001")),
        ("25.123456", None),
        ("0.30000000000000004", None),
        ("0.09999999997671694", None),  # 1000000.1-1000000
        ("434.99999999999994", None),  # 4.35*100
        ("123456.700000001", None),
    ],
)
def test_more_decimals_than_the_total_has_are_told(figure: str, in_total: Decimal | None) -> None:
    book = workbook_with(LIST, Table({"专项经费": None}))
    spot = LIST.page.spots["专项经费"]
    book["统计表"][cell_name(spot.row, spot.column)] = Decimal(figure)
    ret = reading(LIST, book)
    told = [(f.code, f.expected) for f in ret.findings if f.indicator == "专项经费"]
    assert told == ([("V302", in_total)] if in_total is not None else [])
    assert "专项经费" not in ret.adjusted


def test_what_is_read_from_a_text_is_told_with_all_its_digits() -> None:
    ret = reading(LIST, workbook_with(LIST, Table({"专项经费": "1.23456789"})))
    assert any("读作 1.23456789(" in f.message for f in ret.findings if f.code == "V302")
