"""What a formula gives: Excel's semantics, one line a case. LibreOffice's own word on them is in test_rules_office."""

from __future__ import annotations

import math
import sys
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltools.rules import CellValue, ExcelError, Value, compile_rule, parse, round15

DIV0, VALUE, NUM, NA = ExcelError.DIV0, ExcelError.VALUE, ExcelError.NUM, ExcelError.NA
CELLS: Mapping[str, CellValue] = {
    "空": None, "五": 5, "零": 0, "小数": Decimal("0.1"), "字": "无", "数字": "5", "真字": "TRUE",
    "真": True, "假": False, "错": NA,
}


def value(formula: str, cells: Mapping[str, CellValue] = CELLS) -> Value:
    """What the formula gives for these cells."""
    return compile_rule(parse(formula))(cells)


def check(formula: str, wanted: Value) -> None:
    """Same kind, same value; numbers to 15 digits."""
    got = value(formula)
    if isinstance(got, float) and isinstance(wanted, float):
        assert round15(got) == round15(wanted)
    else:
        assert type(got) is type(wanted) and got == wanted


@pytest.mark.parametrize(("formula", "wanted"), [
    ("1+2*3", 7.0), ("(1+2)*3", 9.0), ("7-2-1", 4.0), ("8/4/2", 1.0), ("2^3^2", 64.0), ("-2^2", 4.0),
    ("0-2^2", -4.0),
    ("2^-1", 0.5), ("50%", 0.5), ("-5%", -0.05), ("10^2%", 1.04712854805090), ("5--3", 8.0), ("+五", 5.0),
    ("1/0", DIV0), ("零/零", DIV0), ("0^0", NUM), ("0^-1", DIV0), ("(-8)^(1/3)", -2.0), ("(-8)^(1/2)", NUM),
    ("(-8)^3", -512.0),
    ("9^999", NUM), ("10^308*10", NUM), ("10^-200*10^-200", 0.0), ("小数+0.2", 0.3),
])
def test_arithmetic(formula: str, wanted: Value) -> None:
    check(formula, wanted)


@pytest.mark.parametrize(("formula", "wanted"), [
    ("空", 0.0), ("没有这个名称", 0.0), ("空+1", 1.0), ("空&\"a\"", "a"), ("空=0", True), ('空=""', True),
    ("空=FALSE", True),
    ("空=空", True), ("空<1", True), ("空>-1", True), ('空<"a"', True), ("空<TRUE", True), ("五/空", DIV0),
    ("IF(空,1,2)", 2.0),
    ("NOT(空)", True), ("LEN(空)", 0.0), ("N(空)", 0.0), ("IFERROR(空,5)", 0.0), ("IF(TRUE,空,1)", 0.0),
    ('IF(TRUE,空,1)=""', True), ("-空", 0.0),
])
def test_a_blank_cell_is_whatever_is_called_for(formula: str, wanted: Value) -> None:
    check(formula, wanted)


@pytest.mark.parametrize(("formula", "wanted"), [
    ('"5"+1', 6.0), ('" 12 "+0', 12.0), ('"-1.5e2"+0', -150.0), ('"+3"+0', 3.0), ('"5."+0', 5.0),
    ('".5"+0', 0.5),
    ('"1,234"+0', 1234.0), ('"1,234,567.5"+0', 1234567.5), ('"50%"+0', 0.5), ('"12 %"+0', 0.12),
    ("数字*2", 10.0),
    ('"1,23"+0', VALUE), ('",1"+0', VALUE), ('"５"+0', VALUE), ('"1_000"+0', VALUE), ('"nan"+0', VALUE),
    ('"inf"+0', VALUE),
    ('"1e999"+0', VALUE), ('"12件"+0', VALUE), ('""+0', VALUE), ('" "+0', VALUE), ('"--1"+0', VALUE),
    ('"1 2"+0', VALUE),
    ('"TRUE"+0', VALUE), ("字+0", VALUE), ('-"x"', VALUE), ('+"x"', "x"), ("真+真", 2.0), ("-真", -1.0),
    ("真%", 0.01),
])
def test_text_and_booleans_in_arithmetic(formula: str, wanted: Value) -> None:
    check(formula, wanted)


@pytest.mark.parametrize(("formula", "wanted"), [
    ("0.1+0.2=0.3", True), ("0.1+0.2<=0.3", True), ("0.1+0.2>0.3", False), ("4.35*100=435", True),
    ("1/3*3=1", True),
    ("1000000000000000.5=1000000000000000", True), ("1.00000000000001=1", False), ("10.1-10=0.1", False),
    ("0.5-0.4-0.1", 0.0), ("0.5-0.4-0.1=0", False), ("1-0.9=0.1", True),
    ('"ABC"="abc"', True), ('"a"<"B"', True), ('"1"="1"', True), ('"5"=5', False), ('9<"1"', True),
    ('"z"<FALSE', True),
    ("FALSE<TRUE", True), ("TRUE=1", False), ("TRUE>99", True), ("真=TRUE", True), ('""=0', False),
    ("错=错", NA), ("1=1/0", DIV0),
    ("5<>5", False), ("5>=5", True), ('"无"<>字', False),
])
def test_comparison(formula: str, wanted: Value) -> None:
    check(formula, wanted)


@pytest.mark.parametrize(("formula", "wanted"), [
    ('1&2', "12"), ("1&2=12", False), ('5&""', "5"), ('-0.5&""', "-0.5"), ('(0.1+0.2)&""', "0.3"),
    ('(1/3)&""', "0.333333333333333"),
    ('1234567.891&""', "1234567.891"), ('10^15&""', "1000000000000000"), ('10^20&""', "1" + "0" * 20),
    ('10^21&""', "1E+21"),
    ('1.5*10^300&""', "1.5E+300"), ('0.00001&""', "0.00001"), ('(1/3*10^-20)&""', "3.33333333333333E-21"),
    ('TRUE&""', "TRUE"),
    ('空&空', ""), ('错&"a"', NA), ('"a"&1/0', DIV0),
])
def test_joining_writes_numbers_as_general(formula: str, wanted: Value) -> None:
    check(formula, wanted)


def test_a_text_longer_than_a_cell_holds_is_an_error() -> None:
    longest = "字" * 32767
    assert value("甲&乙", {"甲": longest, "乙": ""}) == longest
    assert value("甲&乙", {"甲": longest, "乙": "字"}) is VALUE


@pytest.mark.parametrize(("formula", "wanted"), [
    ("SUM(五,空,字,数字,真)", 5.0), ('SUM("5",TRUE,1)', 7.0), ('SUM("x")', VALUE), ("SUM(五,错)", NA),
    ('SUM("x",1/0)', VALUE),
    ("SUM(1/0,错)", DIV0), ("SUM(IF(TRUE,字,1))", 0.0), ("SUM(数字+0)", 5.0), ("SUM(10^308,10^308)", NUM),
    ("MIN(五,7,空)", 5.0), ("MIN(空)", 0.0), ('MIN("5",7)', 5.0), ("MIN(TRUE,5)", 1.0), ("MIN(真,5)", 5.0),
    ("MAX(字)", 0.0),
    ("MAX(-1,-2)", -1.0), ("MAX(错,1)", NA),
    ("COUNT(五,空,字,数字,真,错)", 1.0), ('COUNT(1,"2","x",TRUE,1/0)', 3.0), ("COUNT(IF(TRUE,空,1))", 0.0),
    ("COUNTA(五,空,字,错)", 3.0), ('COUNTA("",1/0,1)', 3.0), ("COUNTA(IF(TRUE,空,1))", 0.0),
    ("COUNT(IF(1/0,1,1))", 0.0),
    ("COUNT(IF(FALSE,五))", 1.0),
])
def test_aggregates_pass_over_what_a_cell_holds_but_not_what_is_typed(formula: str, wanted: Value) -> None:
    check(formula, wanted)


@pytest.mark.parametrize(("formula", "wanted"), [
    ("AND(TRUE,1,五)", True), ("AND(TRUE,零)", False), ("OR(FALSE,假,0)", False), ("OR(真,0)", True),
    ("AND(空)", VALUE), ("OR(字)", VALUE),
    ("AND(空,字,TRUE)", True), ('AND("TRUE")', True), ('AND("1")', VALUE), ('OR("x",TRUE)', VALUE),
    ("AND(FALSE,1/0)", DIV0),
    ("OR(TRUE,错)", NA), ("AND(真字)", VALUE), ("NOT(5)", False), ('NOT("false")', True), ("NOT(字)", VALUE),
    ("NOT(错)", NA),
    ("IF(1,2,3)", 2.0), ("IF(0,2,3)", 3.0), ("IF(FALSE,2)", False), ("IF(真字,2,3)", 2.0),
    ('IF("1",2,3)', VALUE), ("IF(错,2,3)", NA),
    ("IF(TRUE,1,1/0)", 1.0), ("IFERROR(1/0,7)", 7.0), ("IFERROR(字+1,错)", NA), ("IFERROR(3,1/0)", 3.0),
])
def test_conditions(formula: str, wanted: Value) -> None:
    check(formula, wanted)


@pytest.mark.parametrize(("formula", "wanted"), [
    ("ABS(-5)", 5.0), ('ABS("-5")', 5.0), ("ABS(字)", VALUE), ("ABS(错)", NA), ("INT(-1.5)", -2.0),
    ("INT(4.35*100)", 435.0),
    ("INT(123456789-0.0000004)", 123456789.0), ("INT(字)", VALUE),
    ("ROUND(2.675,2)", 2.68), ("ROUND(1.005,2)", 1.01), ("ROUND(-2.5,0)", -3.0), ("ROUND(1250,-2)", 1300.0),
    ("ROUND(5,-1)", 10.0),
    ("ROUND(4,-1)", 0.0), ("ROUND(1250,-5)", 0.0), ("ROUND(1.25,1.9)", 1.3), ("ROUND(15,-1.5)", 20.0),
    ("ROUND(1.5,400)", 1.5),
    ("ROUND(1.5,-400)", 0.0), ("ROUND(空,1)", 0.0), ("ROUND(字,1)", VALUE), ("ROUND(1,错)", NA),
    ("ROUND(10^300,2)", 1e300),
    ("ROUND(0.1+0.7,1)*10", 8.0),
    ("MOD(7,3)", 1.0), ("MOD(-3,2)", 1.0), ("MOD(3,-2)", -1.0), ("MOD(5.5,2)", 1.5), ("MOD(5,0)", DIV0),
    ("MOD(3,空)", DIV0),
    ("MOD(0.6,0.2)", 0.2), ("MOD(10^13,7)", NUM), ("MOD(字,2)", VALUE), ("MOD(错,0)", NA), ("MOD(1,错)", NA),
    ("MOD(3,10^308)", 3.0),
    ("N(五)", 5.0), ("N(真)", 1.0), ("N(数字)", 0.0), ("N(错)", NA), ("LEN(字)", 1.0), ("LEN(0.1+0.2)", 3.0),
    ("LEN(TRUE)", 4.0),
    ('LEN("𠮷")', 2.0), ("LEN(错)", NA),
    ("ISBLANK(空)", True), ("ISBLANK(五)", False), ("ISBLANK(错)", False), ('ISBLANK("")', False),
    ("ISBLANK(IF(TRUE,空))", True),
    ("ISBLANK(空+0)", False), ("ISNUMBER(五)", True), ("ISNUMBER(数字)", False), ("ISNUMBER(空)", False),
    ("ISNUMBER(真)", False),
    ("ISNUMBER(错)", False),
])
def test_functions(formula: str, wanted: Value) -> None:
    check(formula, wanted)


@pytest.mark.parametrize(("given_", "wanted"), [
    (7, 7.0), (Decimal("1.10"), 1.1), (10**400, NUM), (math.inf, NUM), (math.nan, NUM),
    (Decimal("sNaN"), NUM), (Decimal("1e999"), NUM),
    (-0.0, 0.0), (5e-324, 0.0), (NA, NA),
])
def test_what_may_be_given_for_a_cell(given_: CellValue, wanted: Value) -> None:
    assert str(value("甲", {"甲": given_})) == str(wanted)


def test_round15_is_what_excel_shows() -> None:
    assert round15(0.1 + 0.2) == 0.3
    assert round15(434.99999999999994) == 435.0
    assert round15(1.00000000000001) == 1.00000000000001
    assert round15(sys.float_info.max) == sys.float_info.max


anything = st.one_of(
    st.none(), st.booleans(), st.floats(), st.integers(), st.decimals(), st.text(max_size=5),
    st.sampled_from(ExcelError),
)


@given(anything, anything)
def test_no_value_makes_a_rule_raise(first: CellValue, second: CellValue) -> None:
    formulas = [
        "甲+乙-甲*乙/甲^乙", "甲&乙", "甲<乙", "MOD(甲,乙)", "ROUND(甲,乙)", "INT(甲)+LEN(乙)", "SUM(甲,乙,-甲)",
        "AND(甲,NOT(乙))",
        "IF(甲,乙%,-乙)", "MIN(甲,乙)+COUNT(甲,乙)+COUNTA(甲)+N(乙)", "IFERROR(ABS(甲),ISNUMBER(乙))",
    ]
    for formula in formulas:
        assert isinstance(value(formula, {"甲": first, "乙": second}), float | str | bool | ExcelError)


@given(st.floats(-1e12, 1e12), st.floats(-1e12, 1e12))
def test_comparisons_agree_with_one_another(first: float, second: float) -> None:
    cells = {"甲": first, "乙": second}
    holding = [op for op in ("<", "=", ">") if value(f"甲{op}乙", cells) is True]
    assert len(holding) == 1
    assert value("甲<=乙", cells) is (holding[0] != ">")
    assert value("甲<>乙", cells) is (holding[0] != "=")
    assert value("乙>甲", cells) is (holding[0] == "<")
