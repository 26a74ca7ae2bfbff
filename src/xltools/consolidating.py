"""Returns + roster → consolidation: who reported what, which figures count, and their totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property

from xltools.adding import add_up
from xltools.checking import Expectation, check, is_blank, wrong_period
from xltools.consolidation import GRAND_TOTAL, Consolidation, FileResult, FileStatus, UnitResult, UnitStatus
from xltools.findings import Finding, Number, Severity, by_urgency, count_open, finding
from xltools.form import MAIN_SHEET, Form
from xltools.reading.references import cell_name
from xltools.returns import Return, Source
from xltools.roster import Match, Roster, Unit, match_unit, normalise_name

DEFAULT_UNIT = "汇总"
NEWEST = "newest"


@dataclass(frozen=True, slots=True)
class Previous:
    """The previous period: its total and the figures of each unit."""

    total: Mapping[str, Number | None]
    units: Mapping[str, Mapping[str, Number | None]]


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
    """Put returns together. ``others`` are files that were not read, each with the finding that says why."""
    chosen = options or Options()
    listed = sorted(returns, key=lambda ret: ret.source.path)
    period, period_note = _period(listed, form, chosen.period)
    scope = _scope(roster, chosen.unit)
    work = _Work(form, scope, period, chosen)
    work.findings += [*period_note, *_unit_note(scope, chosen)]
    for result, problem in others:
        work.files[result.source.path] = result
        work.findings.append(problem)
    candidates: dict[str, list[_Candidate]] = {}
    for ret in listed:
        candidate = _admit(work, ret)
        if candidate:
            candidates.setdefault(candidate.unit, []).append(candidate)
    accepted = {unit: one for unit, several in candidates.items() if (one := _choose(work, unit, several))}
    for candidate in accepted.values():
        _accept(work, candidate)
    return _finish(work)


@dataclass(frozen=True)
class Scope:
    """The part of the roster that the consolidating unit answers for; no ``units`` without a roster."""

    unit: str
    own_names: frozenset[str]
    roster: Roster | None
    units: tuple[Unit, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(unit.name for unit in self.units)


@dataclass(frozen=True, slots=True)
class _Candidate:
    ret: Return
    unit: str
    how: str


@dataclass
class _Work:
    """The consolidation while it grows."""

    form: Form
    scope: Scope
    period: str
    options: Options
    files: dict[str, FileResult] = field(default_factory=dict)
    units: dict[str, UnitResult] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)

    def file(self, ret: Return, status: FileStatus, unit: str = "") -> None:
        self.files[ret.source.path] = FileResult(ret.source, status, unit)

    def leave_out(self, name: str, status: UnitStatus, ret: Return | None = None) -> None:
        """A unit whose file does not count, unless another file of it does."""
        known = self.units.get(name)
        if known is None or known.values is None:
            member = self.scope.roster.by_name.get(name) if self.scope.roster else None
            code, group = (member.code, member.group) if member else ("", "")
            self.units[name] = UnitResult(name, status, code, group, ret)


def _period(returns: Sequence[Return], form: Form, wanted: str) -> tuple[str, list[Finding]]:
    if wanted or form.period:
        return wanted or form.period, []
    seen = Counter(ret.period for ret in returns if ret.period)
    if not seen:
        return "", []
    period = max(seen, key=lambda year: (seen[year], year))
    message = f"没有指定年度,按多数报表的 {period} 年度核对({seen[period]} 份);可用 --year 指定"
    return period, [finding("S208", message)]


def _scope(roster: Roster | None, wanted: str) -> Scope:
    """Whose returns are expected: everybody under the consolidating unit."""
    if roster is None:
        unit = wanted or DEFAULT_UNIT
        return Scope(unit, frozenset({normalise_name(unit)}), None, ())
    root = roster.root or _lone_top(roster)
    match = match_unit(roster, wanted).unit if wanted else None
    node = match or root
    own = frozenset(normalise_name(name) for name in (wanted, node, root) if name)
    below = {unit.name for unit in roster.units if node == roster.root or node in roster.ancestors(unit.name)}
    if not node or (not below and not match):
        below = {unit.name for unit in roster.units}
    units = tuple(unit for unit in roster.units if unit.name in below and normalise_name(unit.name) not in own)
    return Scope(wanted or root or DEFAULT_UNIT, own, roster, units)


def _lone_top(roster: Roster) -> str:
    """A roster may list its root as a unit without 上级, above all others."""
    tops = roster.children("")
    return tops[0].name if len(tops) == 1 and roster.children(tops[0].name) else ""


def _unit_note(scope: Scope, options: Options) -> list[Finding]:
    if options.unit or scope.unit != DEFAULT_UNIT:
        return []
    return [finding("U409", f"没有指定汇总单位,总表的填报单位写作“{DEFAULT_UNIT}”;可用 --unit 指定")]


def _admit(work: _Work, ret: Return) -> _Candidate | None:
    """Whose return this is, if it can count; otherwise the file is set aside with the reason."""
    match = _match(work, ret)
    name = match.unit or ""
    if name and normalise_name(name) in work.scope.own_names and not ret.rejected:
        message = f"这是汇总单位“{name}”自己的报表,不计入合计"
        work.findings.append(finding("U407", message, unit=name, file=ret.source.path, **_unit_place(ret)))
        work.file(ret, FileStatus.SKIPPED, name)
        return None
    if ret.rejected or is_blank(ret, work.form) or wrong_period(ret, work.period):
        expected = Expectation(work.period, unit=name)
        reasons = check(ret, work.form, expected)
        work.findings += [f for f in reasons if f.code in _REJECTING or ret.rejected]
        work.file(ret, FileStatus.REJECTED, name)
        if name and (work.scope.roster is None or name in work.scope.names):
            work.leave_out(name, UnitStatus.REJECTED, ret)
        return None
    if work.scope.roster is not None and name not in work.scope.names:
        _refuse_unlisted(work, ret, match)
        return None
    return _Candidate(ret, name, match.how)


_REJECTING = frozenset({"V309", "S204"})


def _match(work: _Work, ret: Return) -> Match:
    roster = work.scope.roster
    if roster is not None:
        return match_unit(roster, ret.unit, ret.source.stem)
    return Match(ret.unit, "name") if ret.unit else Match(ret.source.stem, "")


def _unit_place(ret: Return) -> dict[str, str]:
    return {"sheet": ret.sheet, "cell": ret.header_cells.get("填报单位", "")}


def _refuse_unlisted(work: _Work, ret: Return, match: Match) -> None:
    written = ret.unit or match.unit or ""
    if not written:
        message = "填报单位未填,文件名也认不出单位,没有计入:请在表头写上单位全称"
        work.findings.append(finding("S205", message, file=ret.source.path, **_unit_place(ret)))
        work.file(ret, FileStatus.REJECTED)
        return
    near = f",是不是“{'”或“'.join(match.suggestions)}”" if match.suggestions else ""
    outside = f"不属于“{work.scope.unit}”" if match.unit else "不在单位名录中"
    message = f"“{written}”{outside},没有计入{near}:请核对单位名称,或在名录的“别名”里加上这个写法"
    work.findings.append(finding("U403", message, unit=written, file=ret.source.path, **_unit_place(ret)))
    work.file(ret, FileStatus.REJECTED, written)
    work.leave_out(written, UnitStatus.UNLISTED, ret)


def _choose(work: _Work, unit: str, several: list[_Candidate]) -> _Candidate | None:
    """The one return of a unit that counts; copies of it and conflicting ones are named."""
    distinct: list[_Candidate] = []
    for candidate in several:
        twin = next((known for known in distinct if _same_content(known.ret, candidate.ret)), None)
        if twin is None:
            distinct.append(candidate)
        else:
            message = f"与 {twin.ret.source.path} 内容相同,只计一份"
            work.findings.append(finding("U405", message, unit=unit, file=candidate.ret.source.path))
            work.file(candidate.ret, FileStatus.DUPLICATE, unit)
    if len(distinct) == 1:
        return distinct[0]
    newest = max(distinct, key=lambda c: c.ret.source.modified)
    tied = sum(1 for c in distinct if c.ret.source.modified == newest.ret.source.modified) > 1
    names = "、".join(candidate.ret.source.path for candidate in distinct)
    if work.options.duplicates == NEWEST and not tied:
        message = f"交了 {len(distinct)} 份不同的报表({names}),取最新的 {newest.ret.source.path}"
        work.findings.append(finding("U402", message, Severity.WARNING, unit=unit, file=newest.ret.source.path))
        for candidate in distinct:
            if candidate is not newest:
                work.file(candidate.ret, FileStatus.DUPLICATE, unit)
        return newest
    message = f"交了 {len(distinct)} 份不同的报表({names}),都没有计入:请与单位确认,只留一份"
    work.findings.append(finding("U402", message, unit=unit, file=distinct[0].ret.source.path))
    for candidate in distinct:
        work.file(candidate.ret, FileStatus.DUPLICATE, unit)
    work.leave_out(unit, UnitStatus.CONFLICT)
    return None


def _same_content(one: Return, other: Return) -> bool:
    return (one.values, one.explanations, one.unreadable) == (other.values, other.explanations, other.unreadable)


def _accept(work: _Work, candidate: _Candidate) -> None:
    ret, unit = candidate.ret, candidate.unit
    previous = work.options.previous.units.get(unit) if work.options.previous else None
    expected = Expectation(work.period, unit, candidate.how == "file", previous)
    found = check(ret, work.form, expected)
    if candidate.how == "alias" or (candidate.how == "file" and ret.unit):
        message = f"填报单位写的是“{ret.unit}”,按别名认作“{unit}”"
        found.append(finding("U404", message, unit=unit, file=ret.source.path, **_unit_place(ret)))
    status = status_of(found)
    work.findings += found
    member = work.scope.roster.by_name[unit] if work.scope.roster else Unit(unit, "", "", "", (), 0)
    left_out = work.options.only_valid and status is UnitStatus.ERRORS
    work.file(ret, FileStatus.REJECTED if left_out else FileStatus.USED, unit)
    values = None if left_out else ret.values
    work.units[unit] = UnitResult(unit, status, member.code, member.group, ret, values, not left_out)


def status_of(found: Iterable[Finding]) -> UnitStatus:
    """Errors, else open warnings, else in order."""
    errors, warnings = count_open(found)
    return UnitStatus.ERRORS if errors else UnitStatus.WARNINGS if warnings else UnitStatus.OK


def _finish(work: _Work) -> Consolidation:
    covered = _settle_tree(work)
    units = _ordered(work)
    counted = [unit for unit in units if unit.counted]
    # groups come in the roster's order, whoever has reported
    named = [*(unit.group for unit in work.scope.units), *(unit.group for unit in units)]
    groups = tuple(dict.fromkeys(group for group in named if group))
    totals = {GRAND_TOTAL: add_up(work.form, (unit.figures for unit in counted))}
    for group in groups:
        totals[group] = add_up(work.form, (unit.figures for unit in counted if unit.group == group))
    work.findings += _total_findings(work, totals[GRAND_TOTAL])
    files = tuple(work.files[path] for path in sorted(work.files))
    return Consolidation(
        work.form, work.scope.unit, work.period, files, units, groups, totals, tuple(by_urgency(work.findings)), covered
    )


def _ordered(work: _Work) -> tuple[UnitResult, ...]:
    """Roster units in the roster's order (without a roster by name), then those that are not in it."""
    order = {unit.name: position for position, unit in enumerate(work.scope.units)}
    names = sorted(work.units, key=lambda name: (order.get(name, len(order)), name))
    return tuple(work.units[name] for name in names)


def _settle_tree(work: _Work) -> tuple[str, ...]:
    """Who is missing, and which returns are already contained in a superior's.

    The topmost return of every branch counts: it is what that unit signed. Its subordinates' returns are held
    against it (U406) and not counted again; subordinates that did not send anything are covered by it.
    """
    roster = work.scope.roster
    if roster is None:
        return ()
    reported = {name for name, unit in work.units.items() if unit.counted}
    inside = work.scope.names
    covered: list[str] = []
    for unit in work.scope.units:
        above = [name for name in roster.ancestors(unit.name) if name in inside and name in reported]
        if above and unit.name in work.units:
            work.units[unit.name] = replace(work.units[unit.name], counted=False)
        elif above:
            covered.append(unit.name)
        elif unit.name not in work.units:
            _note_absence(work, roster, unit, inside)
    for name in reported:
        if name in inside and roster.children(name):
            work.findings += _subtotal_findings(work, roster, name)
    if covered:
        shown = "、".join(covered[:5]) + ("等" if len(covered) > 5 else "")
        work.findings.append(finding("U408", f"{shown}共 {len(covered)} 个单位随上级汇总,没有单独报送"))
    return tuple(covered)


def _note_absence(work: _Work, roster: Roster, unit: Unit, inside: frozenset[str]) -> None:
    """A unit without a return is missing, unless the returns below it make up for it."""
    below = [child.name for child in _descendants(roster, unit.name)]
    if any(name in work.units for name in below):
        return
    if any(name in inside and name not in work.units and not _has_returns_below(work, roster, name)
           for name in roster.ancestors(unit.name)):  # fmt: skip
        return  # the whole branch is missing: its head is named, once
    work.units[unit.name] = UnitResult(unit.name, UnitStatus.MISSING, unit.code, unit.group)
    contact = f",联系人:{unit.contact}" if unit.contact else ""
    work.findings.append(finding("U401", f"“{unit.name}”没有报送{contact}:请催报", unit=unit.name))


def _has_returns_below(work: _Work, roster: Roster, name: str) -> bool:
    return any(child.name in work.units and work.units[child.name].ret for child in _descendants(roster, name))


def _descendants(roster: Roster, name: str) -> list[Unit]:
    found: list[Unit] = []
    waiting = list(roster.children(name))
    while waiting:
        unit = waiting.pop(0)
        found.append(unit)
        waiting.extend(roster.children(unit.name))
    return found


def _subtotal_findings(work: _Work, roster: Roster, name: str) -> list[Finding]:
    """A unit's own total against the sum of its subordinates, when all of them are in."""
    parts = [_figures(work, roster, child.name) for child in roster.children(name)]
    if any(part is None for part in parts):
        return []
    own = work.units[name]
    sums = add_up(work.form, [part for part in parts if part is not None])
    return [
        finding(
            "U406",
            f"“{name}”报的“{indicator}”是 {own.figures.get(indicator) or 0},下级之和是 {total or 0}:请与该单位核对",
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
        if (total or 0) != (own.figures.get(indicator) or 0)
    ]


def _figures(work: _Work, roster: Roster, name: str) -> Mapping[str, Number | None] | None:
    """A unit's own figures, else the sum of its subordinates'; None where some are missing."""
    known = work.units.get(name)
    if known is not None:
        return known.values
    parts = [_figures(work, roster, child.name) for child in roster.children(name)]
    if not parts or any(part is None for part in parts):
        return None
    return add_up(work.form, [part for part in parts if part is not None])


def _total_findings(work: _Work, total: Mapping[str, Number | None]) -> list[Finding]:
    """The rules of the form over the total itself: what the published table would be criticised for."""
    if all(value is None for value in total.values()):
        return []
    cells = {name: cell_name(spot.row, spot.column) for name, spot in work.form.page.spots.items()}
    shown = Return(Source(""), work.scope.unit, work.period or "0000", MAIN_SHEET, total, cells)
    previous = work.options.previous.total if work.options.previous else None
    found = check(shown, work.form, Expectation(work.period, work.scope.unit, previous=previous))
    return [replace(f, message=f"汇总数:{f.message}") for f in found if f.code not in ("V303", "V304")]
