"""Computed indicators (自动计算的指标): their values from the figures they are made of."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from xltools.findings import Number
from xltools.form import Form
from xltools.rules import compile_rule, round15
from xltools.wording import as_number


def computed_values(form: Form, values: Mapping[str, Number | None]) -> dict[str, Number | None]:
    """What the template's live formulas show for these figures; None where a formula gives an error.

    Formulas over computed indicators see computed values, whatever ``values`` says about those.
    """
    known: dict[str, Number | None] = dict(values)
    results: dict[str, Number | None] = {}
    for name in _order(form):
        results[name] = known[name] = as_number(compile_rule(form.computed[name])(known))
    return results


def rates_of(form: Form, totals: Mapping[str, Number | None]) -> dict[str, Number | None]:
    """The rates of a total: computed indicators that must not be added, each from the totals of its parts.

    Rounded once, to the form's decimals, as the sheet's ROUND does; blank where all parts are.
    """
    known: dict[str, Number | None] = dict(totals)
    for name in _order(form):
        if name in form.rates:
            value = compile_rule(form.computed[name])(known)
            known[name] = None
            filled = any(known.get(part) is not None for part in form.parts[name])
            if filled and isinstance(value, int | float) and not isinstance(value, bool):
                known[name] = rounded(Decimal(repr(round15(float(value)))), form.indicators[name].decimals)
    return {name: known[name] for name in form.rates}


def rounded(value: Number, decimals: int) -> Number:
    """Half away from zero, as Excel rounds; a whole result is an int."""
    if isinstance(value, int):
        return value
    exact = value.quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP)
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def computed_value(form: Form, name: str, values: Mapping[str, Number | None]) -> Number | None:
    """What one formula gives for exactly these figures, computed or typed."""
    return as_number(compile_rule(form.computed[name])(values))


def _order(form: Form) -> tuple[str, ...]:
    """Computed indicators, each after those it is made of; formulas that refer to each other come as written."""
    order: dict[str, None] = {}
    open_names: set[str] = set()

    def visit(name: str) -> None:
        if name in order or name in open_names or name not in form.computed:
            return
        open_names.add(name)
        for part in form.parts[name]:
            visit(part)
        order[name] = None

    for name in form.computed:
        visit(name)
    return tuple(order)
