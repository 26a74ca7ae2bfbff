"""A return's record against its JSON Schema: two validators, one verdict."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from xltools import Form

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
