"""Computed indicators (自动计算的指标): their values from the figures they are made of."""

from __future__ import annotations

from collections.abc import Mapping

from xltools.findings import Number
from xltools.form import Form
from xltools.rules import compile_rule
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
