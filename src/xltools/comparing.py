"""Two returns or two totals, indicator by indicator: what changed, by how much, and which units came and went."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from xltools.findings import Figures, Number
from xltools.form import Form
from xltools.jsonreport import number


@dataclass(frozen=True, slots=True)
class Change:
    """One indicator before and after; blank is None. ``amount``: after − before, blanks as 0. ``ratio``: relative to
    before, 0.5 = half as much again; None where before is blank or 0."""

    indicator: str
    before: Number | None
    after: Number | None

    @property
    def amount(self) -> Number:
        return (self.after or 0) - (self.before or 0)

    @property
    def ratio(self) -> float | None:
        return float(self.amount) / abs(float(self.before)) if self.before else None

    def record(self) -> dict[str, Any]:
        return {
            "indicator": self.indicator,
            "before": number(self.before),
            "after": number(self.after),
            "change": number(self.amount),
            "ratio": None if self.ratio is None else round(self.ratio, 6),
        }


@dataclass(frozen=True, slots=True)
class Side:
    """One of the two files: whose it is, for when, its figures, and those of its units where it is a total.

    ``caution``: why its units cannot be told, if it is one.
    """

    file: str
    unit: str
    period: str
    figures: Figures
    units: Mapping[str, Figures]
    caution: str = ""

    def record(self) -> dict[str, Any]:
        return {"file": self.file, "unit": self.unit or None, "period": self.period or None}


@dataclass(frozen=True, slots=True)
class Differences:
    """The answer: only what differs. ``units`` holds the changes of each unit that is on both sides."""

    form: Form
    before: Side
    after: Side
    changes: tuple[Change, ...]
    appeared: tuple[str, ...]
    vanished: tuple[str, ...]
    units: Mapping[str, tuple[Change, ...]]

    def record(self) -> dict[str, Any]:
        """The answer as JSON data."""
        return {
            "form": {"id": self.form.id, "version": self.form.version, "title": self.form.title},
            "before": self.before.record(),
            "after": self.after.record(),
            "indicators": [change.record() for change in self.changes],
            "units": {
                "appeared": list(self.appeared),
                "vanished": list(self.vanished),
                "changed": [
                    {"unit": unit, "indicators": [change.record() for change in changes]}
                    for unit, changes in self.units.items()
                ],
            },
            "summary": {
                "indicators": len(self.changes),
                "units": len(self.units),
                "appeared": len(self.appeared),
                "vanished": len(self.vanished),
            },
        }


def compare(before: Side, after: Side, form: Form) -> Differences:
    """What is different in ``after``, in the order of the form and of the units.

    Units come and go between two totals only: a plain return has none.
    """
    common = [unit for unit in after.units if unit in before.units]
    units = {unit: tuple(changes_of(before.units[unit], after.units[unit], form)) for unit in common}
    return Differences(
        form,
        before,
        after,
        tuple(changes_of(before.figures, after.figures, form)),
        tuple(unit for unit in after.units if unit not in before.units) if before.units else (),
        tuple(unit for unit in before.units if unit not in after.units) if after.units else (),
        {unit: changes for unit, changes in units.items() if changes},
    )


def changes_of(before: Figures, after: Figures, form: Form) -> Iterator[Change]:
    """The indicators whose figures differ; a blank is not a 0."""
    for name in form.indicators:
        if before.get(name) != after.get(name):
            yield Change(name, before.get(name), after.get(name))


def deserves_question(change: Change, form: Form) -> bool:
    """Whether a change is as large as the form says is worth asking about (Y501)."""
    amount = abs(float(change.amount))
    return amount > form.comparison.floor and amount > form.comparison.ratio * abs(float(change.before or 0))


def change_text(change: Change) -> str:
    """The relative change in words: 增加 50%、减少 12%、上年度为 0."""
    if change.ratio is None:
        return "上年度为 0"
    return f"{'增加' if change.ratio > 0 else '减少'} {abs(change.ratio) * 100:.0f}%"
