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
from xltools.findings import Figures, Finding, by_urgency
from xltools.form import Form
from xltools.hierarchy import settle
from xltools.returns import Return
from xltools.roster import Roster, normalise_name
from xltools.scope import (
    Identity,
    Scope,
    about_unit,
    doubts_about,
    expected_period,
    figures_before,
    identify_all,
    own_return,
    scope_of,
    unit_result,
)


@dataclass(frozen=True)
class Review:
    """Every file and unit with its findings; no totals. ``identified``: the returns as given, each with whose it is."""

    form: Form
    period: str
    scope: Scope
    identified: tuple[tuple[Return, Identity], ...]
    files: tuple[FileResult, ...]
    units: tuple[UnitResult, ...]
    findings: tuple[Finding, ...]

    @property
    def returns(self) -> tuple[Return, ...]:
        return tuple(ret for ret, _ in self.identified)

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
    before = figures_before(scope, previous)
    identified = tuple(identify_all(scope, listed))
    compares = any(normalise_name(identity.unit) in before for _, identity in identified if identity.unit)
    findings += doubts_about(previous, "", year, compares=compares or not identified)
    for ret, identity in identified:
        found = _findings(ret, form, identity, year, before.get(normalise_name(identity.unit)))
        findings += found
        rejected = cannot_count(ret, form, year) or identity.outside is not None
        status = FileStatus.REJECTED if rejected else FileStatus.USED
        file = FileResult(ret.source, status, identity.unit)
        files[ret.source.path] = same_file(files.get(ret.source.path), file)
        if identity.unit and (identity.unit not in units or not rejected):
            units[identity.unit] = _unit(scope, ret, identity, found, rejected=rejected)
    ordered = in_order(scope, units)
    return Review(form, year, scope, identified, tuple(files.values()), ordered, tuple(by_urgency(findings)))


def as_collection(result: Review) -> Review:
    """The same returns as what a folder should hold: one of each unit (U402, U405), none missing (U401, U406), and
    not the consolidating unit's own (U407)."""
    scope, files = result.scope, {file.source.path: file for file in result.files}
    units = {unit.name: replace(unit, counted=unit.values is not None) for unit in result.units}
    own = [(ret, identity.unit) for ret, identity in result.identified if _is_own(scope, ret, identity)]
    own_places = {(ret.source.path, unit) for ret, unit in own}
    findings = [found for found in result.findings if (found.file, found.unit) not in own_places]
    others = {ret.source.path for ret, identity in result.identified if not _is_own(scope, ret, identity)}
    for ret, unit in own:
        findings.append(own_return(ret, unit))
        if ret.source.path not in others:
            files[ret.source.path] = FileResult(ret.source, FileStatus.SKIPPED, unit)
        units.pop(unit, None)
    set_aside: list[Return] = []
    conflicting: set[str] = set()
    for name, several in _by_unit(result).items():
        choice = choose(name, several, newest=False)
        findings += choice.findings
        set_aside += choice.set_aside
        if choice.chosen is None:
            conflicting |= {ret.source.path for ret in choice.set_aside}
            units[name] = replace(units[name], status=UnitStatus.CONFLICT, ret=None, values=None, counted=False)
        else:
            about = (found for found in result.findings if found.file == choice.chosen.source.path)
            status = status_of(found for found in about if found.unit == name)
            units[name] = replace(units[name], status=status, ret=choice.chosen, values=choice.chosen.values)
    used_elsewhere = {ret.source.path for ret in result.returns if all(ret is not other for other in set_aside)}
    for ret in set_aside:
        if ret.source.path not in used_elsewhere:
            path = ret.source.path
            files[path] = replace(files[path], status=FileStatus.DUPLICATE, differs=path in conflicting)
    settled = settle(scope, units, result.form)
    return replace(
        result,
        files=tuple(files.values()),
        units=in_order(scope, settled.units),
        findings=tuple(by_urgency([*findings, *settled.findings])),
    )


def _is_own(scope: Scope, ret: Return, identity: Identity) -> bool:
    return scope.roster is not None and not ret.rejected and scope.is_own(identity.unit)


def _by_unit(result: Review) -> dict[str, list[Return]]:
    """The returns that could count, by unit."""
    by_unit: dict[str, list[Return]] = {}
    for ret, identity in result.identified:
        lacks_unit = identity.outside is not None or not identity.unit or _is_own(result.scope, ret, identity)
        if not lacks_unit and not cannot_count(ret, result.form, result.period):
            by_unit.setdefault(identity.unit, []).append(ret)
    return by_unit


def _findings(ret: Return, form: Form, identity: Identity, year: str, before: Figures | None) -> list[Finding]:
    found = check(ret, form, Expectation(year, identity.unit, identity.how == "file", before))
    return [*found, *about_unit(identity, ret, found)]


def _unit(scope: Scope, ret: Return, identity: Identity, found: list[Finding], *, rejected: bool) -> UnitResult:
    status = UnitStatus.UNLISTED if identity.outside else UnitStatus.REJECTED if rejected else status_of(found)
    return unit_result(scope.member(identity.unit), status, ret, None if rejected else ret.values)
