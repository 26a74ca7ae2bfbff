"""The tree of units: who has not reported (U401), whose returns a superior's already contain (U408, U406)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from xltools.adding import add_up
from xltools.consolidation import UnitResult, UnitStatus
from xltools.findings import Finding, Number, finding, first_of
from xltools.form import Aggregate, Form
from xltools.roster import Roster, Unit
from xltools.scope import Scope, unit_result
from xltools.wording import figure_text

_SHOWN = 5


@dataclass
class Settled:
    """``units`` with the missing ones added and those below a reporting superior not counted; ``covered`` are units
    that sent nothing because a superior reported for them."""

    units: dict[str, UnitResult]
    covered: list[str] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)


def settle(scope: Scope, units: Mapping[str, UnitResult], form: Form) -> Settled:
    """Put the returns into the roster's tree.

    The topmost return of every branch counts: it is what that unit signed. Its subordinates' returns are held
    against it (U406) and not counted again; subordinates that did not send anything are covered by it.
    """
    settled = Settled(dict(units))
    if scope.roster is None:
        return settled
    reported = {name for name, unit in units.items() if unit.counted}
    for unit in scope.units:
        above = [name for name in scope.roster.ancestors(unit.name) if name in scope.names and name in reported]
        if above and unit.name in settled.units:
            settled.units[unit.name] = replace(settled.units[unit.name], counted=False)
        elif above:
            settled.covered.append(unit.name)
        elif unit.name not in settled.units and _is_head_of_absence(scope, scope.roster, settled.units, unit):
            settled.units[unit.name] = unit_result(unit, UnitStatus.MISSING)
            settled.findings.append(_absence(unit))
    for unit in scope.units:
        if unit.name in reported and scope.roster.children(unit.name):
            settled.findings += _subtotal_findings(settled.units, form, scope.roster, unit.name)
    if settled.covered:
        shown = first_of(settled.covered, _SHOWN, "等 {} 个单位")
        settled.findings.append(finding("U408", f"{shown}随上级汇总,没有单独报送"))
    return settled


def _absence(unit: Unit) -> Finding:
    contact = f",联系人:{unit.contact}" if unit.contact else ""
    return finding("U401", f"“{unit.name}”没有报送{contact}:请催报", unit=unit.name)


def _is_head_of_absence(scope: Scope, roster: Roster, units: Mapping[str, UnitResult], unit: Unit) -> bool:
    """Whether a unit without a return is to be named: no returns below make up for it, and where a whole branch is
    missing, it is the branch's head."""
    if _has_returns_below(roster, units, unit.name):
        return False
    return not any(
        name in scope.names and name not in units and not _has_returns_below(roster, units, name)
        for name in roster.ancestors(unit.name)
    )


def _has_returns_below(roster: Roster, units: Mapping[str, UnitResult], name: str) -> bool:
    return any(child.name in units for child in _descendants(roster, name))


def _descendants(roster: Roster, name: str) -> list[Unit]:
    found: list[Unit] = []
    waiting = list(roster.children(name))
    while waiting:
        unit = waiting.pop(0)
        found.append(unit)
        waiting.extend(roster.children(unit.name))
    return found


def _subtotal_findings(units: Mapping[str, UnitResult], form: Form, roster: Roster, name: str) -> list[Finding]:
    """A unit's own total against the sum of its subordinates, when all of them are in."""
    parts = [_figures(units, form, roster, child.name) for child in roster.children(name)]
    if any(part is None for part in parts):
        return []
    own = units[name]
    sums = add_up(form, [part for part in parts if part is not None])
    said = {
        indicator: f"“{name}”报的“{indicator}”是 {figure_text(own.figures.get(indicator))},"
        f"下级之和是 {figure_text(total)}"
        for indicator, total in sums.items()
    }
    return [
        finding(
            "U406",
            f"{said[indicator]}:请与该单位核对",
            to_unit=f"{said[indicator]}:请核对本级的数和各下级的报表",
            unit=name,
            file=own.file,
            sheet=own.ret.sheet if own.ret else "",
            cell=own.ret.cells.get(indicator, "") if own.ret else "",
            indicator=indicator,
            indicators=(indicator,),
            expected=total,
            actual=own.figures.get(indicator),
        )
        for indicator, total in sums.items()
        if form.indicators[indicator].aggregate is not Aggregate.NONE
        and (total or 0) != (own.figures.get(indicator) or 0)
    ]


def _figures(
    units: Mapping[str, UnitResult], form: Form, roster: Roster, name: str
) -> Mapping[str, Number | None] | None:
    """A unit's own figures, else the sum of its subordinates'; None where some are missing."""
    known = units.get(name)
    if known is not None:
        return known.values
    parts = [_figures(units, form, roster, child.name) for child in roster.children(name)]
    if not parts or any(part is None for part in parts):
        return None
    return add_up(form, [part for part in parts if part is not None])
