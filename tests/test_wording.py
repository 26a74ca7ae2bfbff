"""Figures in messages are rounded as the sheet's ROUND rounds them."""

from __future__ import annotations

from decimal import Decimal
from math import nextafter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xltools.findings import Number
from xltools.rules import compile_rule, parse
from xltools.wording import as_number, figure_text

ROUND = compile_rule(parse("ROUND(专项经费,6)"))


@pytest.mark.parametrize(
    ("value", "figure"),
    [
        (Decimal("0.0000005"), Decimal("0.000001")),
        (Decimal("2.0000005"), Decimal("2.000001")),
        (Decimal("2.0000015"), Decimal("2.000002")),
        (Decimal("-2.0000005"), Decimal("-2.000001")),
        (2.0000004999999997, Decimal("2.000001")),  # ROUND sees 2.0000005: the fifteen digits a cell shows
        (0.1 + 0.2, Decimal("0.3")),
        (2.9999999999999996, 3),
        (Decimal("1.50"), Decimal("1.5")),
        (1e25, int(1e25)),
        (10**40, 10**40),
    ],
)
def test_a_half_goes_away_from_nought(value: float | Number, figure: Number) -> None:
    assert as_number(value) == figure


@given(st.integers(-(10**14), 10**14), st.integers(5, 7))
def test_it_is_what_the_sheets_round_gives(digits: int, places: int) -> None:
    value = Decimal(digits).scaleb(-places)
    for given_value in (value, float(value), nextafter(float(value), 0)):
        rounded = ROUND({"专项经费": value})
        assert figure_text(given_value) == figure_text(as_number(rounded))
