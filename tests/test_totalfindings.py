"""What is said of a total: whose returns are to be looked at, and what the units' own words settle."""

from __future__ import annotations

from dataclasses import replace

from xltools import Form
from xltools.findings import Finding, Severity, finding
from xltools.totalfindings import about_total

FORM = Form.load("xxgk2017")


def about(total: Finding, of_units: list[Finding], form: Form) -> Finding:
    (told,) = about_total([total], of_units, form)
    return told


def test_a_blank_total_says_whose_returns_are_to_be_filled_in() -> None:
    total = finding("V308", "“申请答复数”未填,各项合计 15:请补填", indicator="申请答复数", rule="R0305")
    of_units = [replace(total, unit=unit, file=f"{unit}.xlsx") for unit in "甲乙丙丁"]
    assert about(total, of_units[:2], FORM).message == (
        "汇总数:“申请答复数”未填,各项合计 15:请由甲、乙在报表里补填,再重新汇总"
    )
    assert "请由甲、乙、丙等 4 个单位在报表里补填" in about(total, of_units, FORM).message
    assert "请由填了各项的单位在报表里补填" in about(total, [], FORM).message


def test_a_rule_that_the_total_breaks_says_which_units_break_it() -> None:
    total = Finding("R0402", Severity.WARNING, "差 20 件:请核对", indicator="行政复议数", rule="R0402")
    of_unit = replace(total, unit="甲县", file="甲县.xlsx")
    other = replace(of_unit, unit="乙县", rule="R0401")
    assert about(total, [of_unit, other], FORM).message == "汇总数:差 20 件:请核对(有这一条的单位:甲县)"
    assert about(total, [other], FORM).message == "汇总数:差 20 件:请核对"


def test_who_has_explained_stands_beside_who_has_not() -> None:
    total = Finding("R0402", Severity.WARNING, "差 20 件:请核对", indicator="行政复议数", rule="R0402")
    waiting = replace(total, unit="甲县", file="甲县.xlsx")
    answered = replace(total, unit="乙县", file="乙县.xlsx", explanation="15 件尚未审结")
    told = about(total, [waiting, answered], FORM)
    assert told.message == "汇总数:差 20 件:请核对(有这一条的单位:甲县;已写情况说明的单位:乙县)"
    assert told.is_open
    settled = about(total, [answered], FORM)
    assert (settled.message, settled.explanation) == ("汇总数:差 20 件:请核对", "有关单位已写情况说明:乙县")


def jump(before: int, now: int | None, unit: str = "", explanation: str = "") -> Finding:
    code = "Y502" if now is None else "Y501"
    place = {"file": f"{unit}.xlsx"} if unit else {}
    return finding(
        code, f"今年 {now},上年度 {before}", unit=unit, indicator="接受培训人次", expected=before, actual=now,
        explanation=explanation, **place,
    )  # fmt: skip


def test_a_change_of_the_total_is_settled_by_units_who_explain_all_of_it() -> None:
    assert about(jump(1000, 9000), [jump(100, 8100, "甲县", "办了轮训")], FORM).explanation
    both = [jump(100, 2100, "甲县", "轮训"), jump(9, 2009, "乙县", "轮训")]
    assert about(jump(1000, 5000), both, FORM).explanation
    assert about(jump(500, None), [jump(500, None, "甲县", "没有办")], FORM).explanation


def test_a_fall_of_the_total_is_not_settled_by_a_unit_that_rose() -> None:
    told = about(jump(5100, 200), [jump(100, 200, "甲县", "办了轮训")], FORM)
    assert told.is_open
    assert told.message == "汇总数:今年 200,上年度 5100(已写情况说明的单位:甲县)"


def test_a_change_is_not_settled_by_a_small_part_of_it() -> None:
    assert about(jump(1000, 9000), [jump(100, 600, "甲县", "办了轮训")], FORM).is_open
    assert about(jump(5000, None), [jump(100, None, "甲县", "没有办")], FORM).is_open


def test_it_waits_for_the_units_that_have_not_explained() -> None:
    told = about(jump(1000, 9000), [jump(100, 8100, "甲县", "轮训"), jump(9, 2009, "乙县")], FORM)
    assert told.is_open
    assert "有这一条的单位:乙县" in told.message


def test_units_whose_figures_could_not_be_taken_are_named() -> None:
    total = Finding("R0801", Severity.ERROR, "差 37 人:请核对", indicator="工作人员数", rule="R0801",
                    indicators=("工作人员数", "专职人员数", "兼职人员数"))  # fmt: skip
    lost = finding("V301", "约37人", unit="高新区", file="高新区.xlsx", indicator="专职人员数")
    told = about(total, [lost, replace(lost, unit="乙县", indicator="培训班数")], FORM)
    assert told.message == "汇总数:差 37 人:请核对(有关的数没有采用的单位:高新区)"


def test_against_last_year_it_is_said_who_has_no_figures_this_year() -> None:
    total = Finding("Y501", Severity.WARNING, "今年 200,上年度 5100", indicator="工作会议数", actual=200, expected=5100)
    (told,) = about_total([total], [], FORM, ["甲县", "乙县"])
    assert told.message == "汇总数:今年 200,上年度 5100(今年还没有数的单位:甲县、乙县)"
    rule = replace(total, code="R0402", rule="R0402")
    assert about_total([rule], [], FORM, ["甲县"])[0].message == "汇总数:今年 200,上年度 5100"
