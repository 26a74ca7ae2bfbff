"""Returns + roster → consolidation: who reported what, which figures count, and their totals."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from xltools.adding import add_up
from xltools.checking import Expectation, cannot_count, check
from xltools.consolidation import (
    GRAND_TOTAL,
    Consolidation,
    FileResult,
    FileStatus,
    Previous,
    UnitResult,
    UnitStatus,
    same_file,
    status_of,
    without_figures,
)
from xltools.duplicates import choose
from xltools.findings import Figures, Finding, Number, Severity, by_urgency
from xltools.form import Form
from xltools.hierarchy import settle
from xltools.reading.references import cell_name
from xltools.returns import Return, Source
from xltools.roster import Roster, normalise_name
from xltools.scope import (
    Identity,
    Scope,
    about_unit,
    doubts_about,
    expected_period,
    figures_before,
    identify,
    identify_all,
    own_return,
    scope_of,
    unit_note,
    unit_result,
)
from xltools.sheetnames import MAIN_SHEET
from xltools.totalfindings import about_total

NEWEST = "newest"
_REJECTING = frozenset({"V309", "S204"})


@dataclass(frozen=True, slots=True)
class Options:
    """How to consolidate. ``unit``: who consolidates ("" = the roster's root). ``duplicates``: "error" or "newest"."""

    unit: str = ""
    period: str = ""
    duplicates: str = "error"
    only_valid: bool = False
    previous: Previous | None = None


def consolidate(
    returns: Iterable[Return],
    form: Form,
    roster: Roster | None = None,
    options: Options | None = None,
    others: Iterable[tuple[FileResult, Finding]] = (),
) -> Consolidation:
    """Put returns together. ``others`` are files that were not read, each with the finding that says why.

    Returns may come in while others are still being read: they are checked as they come, where the period is known.
    """
    chosen = options or Options()
    scope = scope_of(roster, chosen.unit)
    work = _Work(form, scope, chosen.period or form.period, chosen, figures_before(scope, chosen.previous))
    listed = []
    for ret in returns:
        listed.append(ret)
        if work.period:
            work.checked[id(ret)] = _check(work, ret, identify(scope, ret))
    listed.sort(key=lambda ret: (ret.source.path, ret.sheet))
    work.period, period_note = expected_period(listed, form, chosen.period)
    work.findings = [*period_note, *unit_note(scope, chosen.unit)]
    for result, reason in others:
        work.files[result.source.path] = result
        work.findings.append(reason)
    admitted: dict[str, list[tuple[Return, Identity]]] = {}
    for ret, identity in identify_all(scope, listed):
        if _admit(work, ret, identity):
            admitted.setdefault(identity.unit, []).append((ret, identity))
    compares = not admitted or any(normalise_name(unit) in work.before for unit in admitted)
    work.findings += doubts_about(chosen.previous, scope.unit, work.period, compares=compares)
    for unit, several in admitted.items():
        counts = _choose(work, unit, [ret for ret, _ in several])
        if counts is not None:
            _accept(work, counts, next(identity for ret, identity in several if ret is counts))
    return _finish(work)


@dataclass
class _Work:
    """The consolidation while it grows."""

    form: Form
    scope: Scope
    period: str
    options: Options
    before: Mapping[str, Figures] = field(default_factory=dict)
    files: dict[str, FileResult] = field(default_factory=dict)
    units: dict[str, UnitResult] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)
    checked: dict[int, list[Finding]] = field(default_factory=dict)

    def file(self, ret: Return, status: FileStatus, unit: str = "", *, differs: bool = False) -> None:
        path = ret.source.path
        self.files[path] = same_file(self.files.get(path), FileResult(ret.source, status, unit, differs=differs))

    def leave_out(self, name: str, status: UnitStatus, ret: Return | None = None) -> None:
        """A unit whose file does not count, unless another file of it does."""
        known = self.units.get(name)
        if known is None or known.values is None:
            self.units[name] = unit_result(self.scope.member(name), status, ret)


def _admit(work: _Work, ret: Return, identity: Identity) -> bool:
    """Whether a return can count; otherwise the file is set aside with the reason."""
    name = identity.unit
    if work.scope.is_own(name) and not ret.rejected:
        work.findings.append(own_return(ret, name))
        work.file(ret, FileStatus.SKIPPED, name)
        return False
    if cannot_count(ret, work.form, work.period):
        reasons = _found(work, ret, identity)
        work.findings += [f for f in reasons if f.code in _REJECTING or ret.rejected]
        work.findings += about_unit(identity, ret, reasons)
        work.file(ret, FileStatus.REJECTED, name)
        if name and identity.outside is None and not work.scope.is_own(name):
            work.leave_out(name, UnitStatus.REJECTED, ret)
        return False
    if identity.outside is not None:
        work.findings.append(identity.outside)
        work.file(ret, FileStatus.REJECTED, name)
        if name:
            work.leave_out(name, UnitStatus.UNLISTED, ret)
        return False
    return True


def _choose(work: _Work, unit: str, several: list[Return]) -> Return | None:
    choice = choose(unit, several, newest=work.options.duplicates == NEWEST)
    work.findings += choice.findings
    for ret in choice.set_aside:
        work.file(ret, FileStatus.DUPLICATE, unit, differs=choice.chosen is None)
    if choice.chosen is None:
        work.leave_out(unit, UnitStatus.CONFLICT)
    return choice.chosen


def _accept(work: _Work, ret: Return, identity: Identity) -> None:
    unit = identity.unit
    found = _found(work, ret, identity)
    work.findings += [*found, *([identity.note] if identity.note else [])]
    status = status_of(found)
    left_out = work.options.only_valid and status is UnitStatus.ERRORS
    work.file(ret, FileStatus.REJECTED if left_out else FileStatus.USED, unit)
    known = unit_result(work.scope.member(unit), status, ret, None if left_out else ret.values)
    work.units[unit] = replace(known, counted=not left_out)


def _found(work: _Work, ret: Return, identity: Identity) -> list[Finding]:
    """A return's findings, which most returns have had since they came in."""
    if id(ret) not in work.checked:
        return _check(work, ret, identity)
    checked, unit = work.checked.pop(id(ret)), identity.unit
    return [found if not unit or found.unit == unit else replace(found, unit=unit) for found in checked]


def _check(work: _Work, ret: Return, identity: Identity) -> list[Finding]:
    previous = work.before.get(normalise_name(identity.unit))
    return check(ret, work.form, Expectation(work.period, identity.unit, identity.how == "file", previous))


def _finish(work: _Work) -> Consolidation:
    settled = settle(work.scope, work.units, work.form)
    units = in_order(work.scope, settled.units)
    counted = [unit for unit in units if unit.counted]
    # groups come in the roster's order, whoever has reported
    named = [*(unit.group for unit in work.scope.units), *(unit.group for unit in units)]
    groups = tuple(dict.fromkeys(group for group in named if group))
    totals = {GRAND_TOTAL: add_up(work.form, (unit.figures for unit in counted))}
    for group in groups:
        totals[group] = add_up(work.form, (unit.figures for unit in counted if unit.group == group))
    of_files = [*work.findings, *settled.findings]
    units = _with_all_errors(units, of_files)
    names = {unit.name for unit in counted}
    of_counted = [found for found in of_files if found.unit in names]
    findings = [*of_files, *_total_findings(work, totals[GRAND_TOTAL], of_counted, without_figures(units))]
    return Consolidation(
        work.form,
        work.scope.unit,
        work.period,
        tuple(work.files[path] for path in sorted(work.files)),
        units,
        groups,
        totals,
        tuple(by_urgency(findings)),
        tuple(settled.covered),
        work.options.previous,
        work.scope.roster is not None,
    )


def in_order(scope: Scope, units: Mapping[str, UnitResult]) -> tuple[UnitResult, ...]:
    """Roster units in the roster's order (without a roster by name), then those that are not in it."""
    order = {unit.name: position for position, unit in enumerate(scope.units)}
    names = sorted(units, key=lambda name: (order.get(name, len(order)), name))
    return tuple(units[name] for name in names)


def _with_all_errors(units: Iterable[UnitResult], findings: Iterable[Finding]) -> tuple[UnitResult, ...]:
    """A unit whose return is in order has errors none the less where it does not agree with its subordinates'."""
    wrong = {(found.unit, found.file) for found in findings if found.severity is Severity.ERROR}
    fine = (UnitStatus.OK, UnitStatus.WARNINGS)
    return tuple(
        replace(unit, status=UnitStatus.ERRORS) if unit.status in fine and (unit.name, unit.file) in wrong else unit
        for unit in units
    )


def _total_findings(
    work: _Work, total: Mapping[str, Number | None], of_units: Sequence[Finding], absent: Sequence[str]
) -> list[Finding]:
    """The rules of the form over the total itself: what the published table would be criticised for."""
    if all(value is None for value in total.values()):
        return []
    cells = {name: cell_name(spot.row, spot.column) for name, spot in work.form.page.spots.items()}
    shown = Return(Source(""), work.scope.unit, work.period or "0000", MAIN_SHEET, total, cells)
    previous = work.options.previous.total if work.options.previous else None
    found = check(shown, work.form, Expectation(work.period, work.scope.unit, previous=previous))
    return about_total((f for f in found if f.code not in ("V303", "V304")), of_units, work.form, absent)
