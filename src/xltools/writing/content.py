"""What is put into a form's workbook: nothing for the template, figures for a return, live formulas for a total."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from xltools.computing import computed_values
from xltools.findings import Number
from xltools.form import PERIOD, UNIT, Form
from xltools.sheetstate import SheetState, sheet_state, with_reservation


@dataclass(frozen=True, slots=True)
class Content:
    """``header`` by field name, ``values`` by indicator, ``formulas`` (without ``=``) by indicator where the figure
    is calculated, ``explanations`` by rule id. ``remark`` is printed below the signature lines. ``reservation``: why
    it must not go up whatever its own rules say, "" where nothing speaks against it."""

    header: Mapping[str, str | int] = field(default_factory=dict)
    values: Mapping[str, Number | None] = field(default_factory=dict)
    formulas: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""
    reservation: str = ""

    def state(self, form: Form) -> SheetState:
        """What the live checks show for this content."""
        state = sheet_state(form, self.header, self.values, self.explanations)
        return replace(state, verdict=with_reservation(state, self.reservation)) if self.reservation else state


def blank_content(form: Form, unit: str = "", year: str = "") -> Content:
    """The content of an unfilled template, with the unit and year where they are known."""
    return filled_content(form, {}, unit=unit, year=year)


def filled_content(
    form: Form,
    values: Mapping[str, Number | None],
    *,
    unit: str = "",
    year: str = "",
    header: Mapping[str, str | int] | None = None,
    explanations: Mapping[str, str] | None = None,
) -> Content:
    """The content of a return as the template holds it: computed indicators are live formulas."""
    period = year or form.period
    texts: dict[str, str | int] = {UNIT: unit, PERIOD: int(period) if period.isdigit() else period, **(header or {})}
    typed = {name: value for name, value in values.items() if not form.indicators[name].formula}
    content = Content(texts, typed, {n: i.formula for n, i in form.indicators.items() if i.formula}, explanations or {})
    return replace(content, values={**typed, **computed_values(form, typed)})
