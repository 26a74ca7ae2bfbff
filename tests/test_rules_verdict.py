"""Whether a rule holds: TRUE, FALSE, or the error that prevents a verdict, never a pass."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from xltools.rules import CellValue, ExcelError, parse, verdict_of


@pytest.mark.parametrize(("rule", "values", "expected"), [
    ("工作人员数=专职人员数+兼职人员数", {"工作人员数": 776, "专职人员数": 42, "兼职人员数": 734}, True),
    ("工作人员数=专职人员数+兼职人员数", {"工作人员数": 776, "专职人员数": 42, "兼职人员数": 730}, False),
    ("甲=0", {}, True),
    ("AND(甲>0,乙>0)", {"甲": 1}, False),
    ("OR(甲=0,乙>0)", {"甲": 1, "乙": 2}, True),
    ("NOT(ISBLANK(甲))", {}, False),
    ("IFERROR(甲/乙>1,丙>0)", {"甲": 1, "丙": 1}, True),
    ("甲=0.1+0.2", {"甲": 0.3}, True),
])  # fmt: skip
def test_a_rule_holds_or_not(rule: str, values: Mapping[str, CellValue], expected: bool) -> None:
    assert verdict_of(parse(rule))(values) is expected


@pytest.mark.parametrize(("rule", "values", "error"), [
    ("甲/乙>1", {"甲": 1}, ExcelError.DIV0),
    ("合计=甲+乙", {"合计": 3, "甲": "三", "乙": 1}, ExcelError.VALUE),
    ("AND(甲>0,乙>0)", {"甲": 1, "乙": ExcelError.REF}, ExcelError.REF),
    ("IF(甲,TRUE,FALSE)", {"甲": "无"}, ExcelError.VALUE),
    ("甲+1", {"甲": 1}, ExcelError.VALUE),
    ("甲", {}, ExcelError.VALUE),
])  # fmt: skip
def test_what_cannot_be_judged_is_an_error_never_a_pass(
    rule: str, values: Mapping[str, CellValue], error: ExcelError
) -> None:
    assert verdict_of(parse(rule))(values) is error
