"""Adding figures up exactly: blank + blank is blank, and no figure is ever a binary fraction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from xltools.computing import rates_of, rounded
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
    return totals | rates_of(form, totals)


def combine(indicator: Indicator, values: Iterable[Number | None]) -> Number | None:
    """One indicator's total, rounded to the form's decimals as the sheet's ROUND does; None where all is blank."""
    filled = [value for value in values if value is not None]
    if not filled or indicator.aggregate is Aggregate.NONE:
        return None
    exact = max(filled) if indicator.aggregate is Aggregate.MAX else sum(filled)
    return rounded(exact, indicator.decimals)
