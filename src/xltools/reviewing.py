"""Many returns, each checked on its own: what ``xltools check`` says of files and folders."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from xltools.checking import Expectation, cannot_count, check
from xltools.consolidating import in_order
from xltools.consolidation import (
    FileResult,
    FileStatus,
    Previous,
    Summary,
    UnitResult,
    UnitStatus,
    same_file,
    status_of,
    summarise,
)
from xltools.duplicates import choose
from xltools.findings import Finding, by_urgency
from xltools.form import Form
from xltools.hierarchy import settle
from xltools.returns import Return
from xltools.roster import Roster
from xltools.scope import Identity, Scope, expected_period, identify, scope_of


@dataclass(frozen=True)
class Review:
    """Every file and unit with its findings; no totals. ``returns`` are all that were read, in the order given."""

    form: Form
    period: str
    scope: Scope
    returns: tuple[Return, ...]
    files: tuple[FileResult, ...]
    units: tuple[UnitResult, ...]
    findings: tuple[Finding, ...]

    @property
    def summary(self) -> Summary:
        return summarise(self.files, self.units, self.findings)


def review(
    returns: Iterable[Return],
    form: Form,
    roster: Roster | None = None,
    period: str = "",
    previous: Previous | None = None,
    others: Iterable[tuple[FileResult, Finding]] = (),
) -> Review:
    """Check each return for itself; with a roster also whose it is. What only a whole folder can tell (who is missing,
    who sent several returns) is :func:`as_collection`'s.

    ``period``: the year expected ("" = the form's, else the most frequent one). ``others``: files not read, and why.
    """
    listed = tuple(returns)
    year, findings = expected_period(listed, form, period)
    scope = scope_of(roster, "")
    files: dict[str, FileResult] = {}
    for result, reason in others:
        files[result.source.path] = result
        findings.append(reason)
    units: dict[str, UnitResult] = {}
    for ret in listed:
        identity = identify(scope, ret)
        found = _findings(ret, form, identity, year, previous)
        findings += found
        rejected = cannot_count(ret, form, year) or identity.outside is not None
        status = FileStatus.REJECTED if rejected else FileStatus.USED
        file = FileResult(ret.source, status, identity.unit)
        files[ret.source.path] = same_file(files.get(ret.source.path), file)
        if identity.unit and (identity.unit not in units or not rejected):
            units[identity.unit] = _unit(scope, ret, identity, found, rejected=rejected)
    ordered = in_order(scope, units)
    return Review(form, year, scope, listed, tuple(files.values()), ordered, tuple(by_urgency(findings)))


def as_collection(result: Review) -> Review:
    """The same returns as what a folder should hold: one of each unit (U402, U405), none missing (U401, U406)."""
    files = {file.source.path: file for file in result.files}
    units = {unit.name: replace(unit, counted=unit.values is not None) for unit in result.units}
    findings = list(result.findings)
    by_unit: dict[str, list[Return]] = {}
    for ret in result.returns:
        identity = identify(result.scope, ret)
        fit = identity.outside is None and not cannot_count(ret, result.form, result.period)
        if fit and identity.unit:
            by_unit.setdefault(identity.unit, []).append(ret)
    for name, several in by_unit.items():
        choice = choose(name, several, newest=False)
        findings += choice.findings
        for ret in choice.set_aside:
            files[ret.source.path] = replace(files[ret.source.path], status=FileStatus.DUPLICATE)
        if choice.chosen is None:
            units[name] = replace(units[name], status=UnitStatus.CONFLICT, ret=None, values=None, counted=False)
    settled = settle(result.scope, units, result.form)
    return replace(
        result,
        files=tuple(files.values()),
        units=in_order(result.scope, settled.units),
        findings=tuple(by_urgency([*findings, *settled.findings])),
    )


def _findings(ret: Return, form: Form, identity: Identity, year: str, previous: Previous | None) -> list[Finding]:
    before = previous.units.get(identity.unit) if previous else None
    found = check(ret, form, Expectation(year, identity.unit, identity.how == "file", before))
    if ret.rejected:
        return found
    about_unit = [problem for problem in (identity.outside, identity.note) if problem is not None]
    return [*found, *(problem for problem in about_unit if not _said(problem, found))]


def _said(problem: Finding, found: Iterable[Finding]) -> bool:
    """A blank 填报单位 that also belongs to nobody is said once."""
    return any(other.code == problem.code == "S205" for other in found)


def _unit(scope: Scope, ret: Return, identity: Identity, found: list[Finding], *, rejected: bool) -> UnitResult:
    member = scope.member(identity.unit)
    status = UnitStatus.UNLISTED if identity.outside else UnitStatus.REJECTED if rejected else status_of(found)
    values = None if rejected else ret.values
    return UnitResult(identity.unit, status, member.code, member.group, ret, values, contact=member.contact)
