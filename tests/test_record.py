"""A return's record against its JSON Schema: two validators, one verdict."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xltools import Form, Return
from xltools.form import PERIOD
from xltools.record import record_findings
from xltools.returns import Source

FORMS = {form_id: Form.load(form_id) for form_id in ("xxgk2017", "xxgk2021")}

figures = st.one_of(
    st.none(), st.integers(-3, 10**20), st.decimals(-5, 10**9, places=3), st.sampled_from([Decimal("1E+3"), 10**400])
)


@st.composite
def records(draw: st.DrawFn) -> tuple[Form, dict[str, Any]]:
    form = FORMS[draw(st.sampled_from(sorted(FORMS)))]
    names = draw(st.lists(st.sampled_from([*form.indicators, "没有的指标"]), max_size=6, unique=True))
    record: dict[str, Any] = {
        "form": draw(st.sampled_from([form.id, "another"])),
        "unit": draw(st.sampled_from(["甲县", ""])),
        "period": draw(st.sampled_from(["2017", "", "17", "2017 "])),
        "values": {name: draw(figures) for name in names},
    }
    if draw(st.booleans()):
        del record[draw(st.sampled_from(sorted(record)))]
    return form, record


@settings(max_examples=400)
@given(records())
def test_the_quick_verdict_is_the_one_that_the_messages_come_from(case: tuple[Form, dict[str, Any]]) -> None:
    form, record = case
    assert form.fits(record) == form.validator.is_valid(record)


@pytest.mark.parametrize(
    ("written", "period", "code", "words"),
    [
        ("", "", "V305", "年度未填"),
        ("17", "", "V305", "“17”,认不出年份"),
        ("一七年", "", "V305", "“一七年”,认不出年份"),
        ("", "17", "V305", "“17”,认不出年份"),
        ("二〇一七年", "2017", "V302", "“二〇一七年”,读作 2017"),
    ],
)
def test_a_year_is_blank_or_not_made_out_or_made_out_with_a_word(
    written: str, period: str, code: str, words: str
) -> None:
    (found,) = record_findings(_return(written, period), FORMS["xxgk2021"], "甲县")
    assert (found.code, found.cell) == (code, "A2")
    assert words in found.message


@pytest.mark.parametrize("written", ["2017", "２０１７年度", "(2017 年度)", "2017-12-31"])
def test_a_year_in_four_digits_is_taken_as_it_stands(written: str) -> None:
    assert list(record_findings(_return(written, "2017"), FORMS["xxgk2021"], "甲县")) == []


def _return(written: str, period: str) -> Return:
    return Return(Source("甲县.xlsx"), period=period, header={PERIOD: written}, header_cells={PERIOD: "A2"})


@pytest.mark.parametrize("shown", ["12.5", "12.0000000000001"])
def test_a_part_of_a_whole_is_told_with_all_its_digits(shown: str) -> None:
    form = FORMS["xxgk2017"]
    ret = Return(Source("甲县.xlsx"), "甲县", "2017", "统计表", {"工作会议数": Decimal(shown)}, {})
    (found,) = [f for f in record_findings(ret, form, "甲县") if f.code == "V304"]
    assert found.message == f"“工作会议数”填的是 {shown},应为整数:请核对(汇总数四舍五入到整数)"
