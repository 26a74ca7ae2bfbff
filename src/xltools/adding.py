"""Adding figures up exactly: blank + blank is blank, and no figure is ever a binary fraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from xltools.computing import computed_value
from xltools.findings import Number
from xltools.form import Aggregate, Form, Indicator


def add_up(form: Form, parts: Iterable[Mapping[str, Number | None]]) -> dict[str, Number | None]:
    """The total of each indicator over many returns, as the form says it is put together.

    A computed indicator that must not be added (a rate) is computed from the totals of its parts.
    """
    listed = list(parts)
    totals = {
        name: combine(indicator, [part.get(name) for part in listed]) for name, indicator in form.indicators.items()
    }
    for name in form.rates:
        if any(totals[part] is not None for part in form.parts[name]):
            value = computed_value(form, name, totals)
            totals[name] = None if value is None else rounded(value, form.indicators[name].decimals)
    return totals


def combine(indicator: Indicator, values: Iterable[Number | None]) -> Number | None:
    """One indicator's total, rounded to the form's decimals as the sheet's ROUND does; None where all is blank."""
    filled = [value for value in values if value is not None]
    if not filled or indicator.aggregate is Aggregate.NONE:
        return None
    exact = max(filled) if indicator.aggregate is Aggregate.MAX else sum(filled)
    return rounded(exact, indicator.decimals)


def rounded(value: Number, decimals: int) -> Number:
    """Half away from zero, as Excel rounds; a whole result is an int."""
    if isinstance(value, int):
        return value
    exact = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()
