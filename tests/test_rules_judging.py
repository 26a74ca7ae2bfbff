"""Why a rule fails: which comparison, which indicator is blamed, what it is and what it should be."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltools.rules import CellValue, ExcelError, Failure, Value, judge, parse, prepare

Told = tuple[str, Value, Value, str | None]


def told(rule: str, values: Mapping[str, CellValue]) -> list[Told]:
    """Operator, actual, expected and the blamed of each failure."""
    judgement = judge(parse(rule), values)
    assert judgement.passed is False
    return [(one.operator, one.actual, one.expected, one.blamed) for one in judgement.failures]


def test_a_rule_that_holds_has_nothing_to_tell() -> None:
    rule = parse("工作人员数=专职人员数+兼职人员数")
    judgement = judge(rule, {"工作人员数": 776, "专职人员数": 42, "兼职人员数": 734})
    assert judgement.passed is True
    assert judgement.failures == ()


def test_the_name_that_stands_alone_is_blamed() -> None:
    text = "工作人员数=专职人员数+兼职人员数"
    rule = parse(text)
    (failure,) = judge(rule, {"工作人员数": 776, "专职人员数": 42, "兼职人员数": 730}).failures
    assert failure == Failure(
        operator="=", left=parse("工作人员数"), right=parse("专职人员数+兼职人员数"), actual=776.0, expected=772.0,
        names=("工作人员数", "专职人员数", "兼职人员数"), blamed="工作人员数",
    )
    assert failure.right is not None
    assert text[failure.right.start:failure.right.end] == "专职人员数+兼职人员数"


def test_alone_on_the_right_it_is_turned_around() -> None:
    (failure,) = judge(parse("维持+纠错+其他<=复议数"), {"复议数": 50, "维持": 56, "纠错": 24, "其他": 1}).failures
    assert (failure.operator, failure.actual, failure.expected, failure.blamed) == (">=", 50.0, 81.0, "复议数")
    assert (failure.left, failure.right) == (parse("复议数"), parse("维持+纠错+其他"))
    assert failure.names == ("维持", "纠错", "其他", "复议数")


@pytest.mark.parametrize(("rule", "values", "expected"), [
    ("甲<=乙", {"甲": 3, "乙": 2}, [("<=", 3.0, 2.0, "甲")]),
    ("甲+乙=丙+丁", {"甲": 1}, [("=", 1.0, 0.0, "甲")]),
    ("5>=甲", {"甲": 6}, [("<=", 6.0, 5.0, "甲")]),
    ("5>6", {}, [(">", 5.0, 6.0, None)]),
    ("甲>0", {}, [(">", None, 0.0, "甲")]),
    ('甲<>"无"', {"甲": "无"}, [("<>", "无", "无", "甲")]),
    ("甲=0.1+0.2", {"甲": 0.4}, [("=", 0.4, 0.3, "甲")]),
    ("ISNUMBER(甲)", {"甲": "无"}, [("", False, True, "甲")]),
    ("FALSE", {}, [("", False, True, None)]),
])
def test_one_condition(rule: str, values: Mapping[str, CellValue], expected: list[Told]) -> None:
    assert told(rule, values) == expected


@pytest.mark.parametrize(("rule", "values", "expected"), [
    ("AND(甲>0,乙>0,丙>0)", {"乙": 1}, [(">", None, 0.0, "甲"), (">", None, 0.0, "丙")]),
    ("AND(甲,乙>0)", {"甲": 0, "乙": 1}, [("", 0.0, True, "甲")]),
    ("AND(甲,乙>0)", {"甲": None, "乙": 0}, [(">", 0.0, 0.0, "乙")]),
    ("OR(甲>0,乙>0)", {}, [(">", None, 0.0, "甲"), (">", None, 0.0, "乙")]),
    ("OR(AND(甲>0,乙>0),丙>0)", {"甲": 1}, [(">", None, 0.0, "乙"), (">", None, 0.0, "丙")]),
    ("NOT(甲>乙)", {"甲": 2, "乙": 1}, [("<=", 2.0, 1.0, "甲")]),
    ("NOT(5=甲)", {"甲": 5}, [("<>", 5.0, 5.0, "甲")]),
    ("NOT(AND(甲>0,乙>0))", {"甲": 1, "乙": 2}, [("<=", 1.0, 0.0, "甲"), ("<=", 2.0, 0.0, "乙")]),
    ("NOT(OR(甲>0,乙>0))", {"甲": 1}, [("<=", 1.0, 0.0, "甲")]),
    ("NOT(NOT(甲>0))", {}, [(">", None, 0.0, "甲")]),
    ("NOT(ISBLANK(甲))", {}, [("", True, False, "甲")]),
    ("IF(甲>0,乙>0,丙>0)", {"甲": 1, "丙": 1}, [(">", None, 0.0, "乙")]),
    ("IF(甲>0,乙>0,丙>0)", {"乙": 1}, [(">", None, 0.0, "丙")]),
    ("IF(甲>乙,FALSE,TRUE)", {"甲": 2, "乙": 1}, [("<=", 2.0, 1.0, "甲")]),
    ("IF(甲>乙,丙>0)", {"甲": 1, "乙": 2}, [(">", 1.0, 2.0, "甲")]),
    ("IFERROR(甲/乙>1,丙>0)", {"甲": 1}, [(">", None, 0.0, "丙")]),
    ("IFERROR(甲/乙>1,丙>0)", {"甲": 1, "乙": 1}, [(">", 1.0, 1.0, "甲")]),
    ("(甲>0)=(乙>0)", {"甲": 1}, [("=", True, False, "甲")]),
])
def test_only_what_really_failed_is_told(rule: str, values: Mapping[str, CellValue], expected: list[Told]) -> None:
    assert told(rule, values) == expected


@pytest.mark.parametrize(("rule", "values", "error", "actual", "blamed"), [
    ("甲/乙>1", {"甲": 1}, ExcelError.DIV0, ExcelError.DIV0, "甲"),
    ("合计=甲+乙", {"合计": 3, "甲": "三", "乙": 1}, ExcelError.VALUE, 3.0, "合计"),
    ("AND(甲>0,乙>0)", {"甲": 1, "乙": ExcelError.REF}, ExcelError.REF, ExcelError.REF, "乙"),
    ("IF(甲,TRUE,FALSE)", {"甲": "无"}, ExcelError.VALUE, "无", "甲"),
    ("甲+1", {"甲": 1}, ExcelError.VALUE, 2.0, "甲"),
])
def test_what_cannot_be_judged_is_an_error_never_a_pass(
    rule: str, values: Mapping[str, CellValue], error: ExcelError, actual: Value, blamed: str
) -> None:
    judgement = judge(parse(rule), values)
    assert judgement.passed is error
    assert [(one.actual, one.blamed) for one in judgement.failures] == [(actual, blamed)]


figures = st.one_of(st.none(), st.integers(-3, 3))
conditions = st.recursive(
    st.sampled_from(["甲>乙", "乙=丙", "甲+乙<=丙", "1<甲", "ISBLANK(甲)", "丙"]),
    lambda inner: st.one_of(
        st.tuples(inner, inner).map(lambda two: f"AND({two[0]},{two[1]})"),
        st.tuples(inner, inner).map(lambda two: f"OR({two[0]},{two[1]})"),
        st.tuples(inner, inner, inner).map(lambda three: f"IF({three[0]},{three[1]},{three[2]})"),
        inner.map(lambda one: f"NOT({one})"),
    ),
    max_leaves=6,
)


@given(conditions, figures, figures, figures)
def test_what_failed_is_told_and_what_passed_is_not(
    rule: str, first: int | None, second: int | None, third: int | None
) -> None:
    judged = prepare(parse(rule))
    judgement = judged({"甲": first, "乙": second, "丙": third})
    assert (judgement.failures == ()) is (judgement.passed is True)
    for failure in judgement.failures:
        assert failure.blamed in failure.names
