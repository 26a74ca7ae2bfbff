"""Who is consolidating, whose returns are expected, and whose return a file is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from xltools.consolidation import Previous, UnitResult, UnitStatus
from xltools.findings import Figures, Finding, Severity, finding
from xltools.form import UNIT, Form
from xltools.returns import Return
from xltools.roster import Match, Roster, Unit, match_unit, normalise_name

DEFAULT_UNIT = "汇总"
_A_FOLDER = 2  # returns: of a single one it may well be the return that is wrong


@dataclass(frozen=True)
class Scope:
    """The part of the roster that the consolidating unit answers for; no ``units`` without a roster.

    ``unit`` is the consolidating unit as it is written on the total, ``own_names`` its spellings, normalised.
    """

    unit: str
    own_names: frozenset[str]
    roster: Roster | None
    units: tuple[Unit, ...]

    @cached_property
    def names(self) -> frozenset[str]:
        return frozenset(unit.name for unit in self.units)

    def is_own(self, name: str) -> bool:
        """Whether a name is the consolidating unit's."""
        return bool(name) and normalise_name(name) in self.own_names

    def member(self, name: str) -> Unit:
        """The unit as the roster has it; one without group and code where it does not."""
        known = self.roster.by_name.get(name) if self.roster else None
        return known or Unit(name, "", "", "", (), 0)


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose return a file is. ``unit`` is "" where that is unknown; ``how``: by its name, an alias, the file's name.

    ``outside`` is the finding that says why a return belongs to nobody expected, ``note`` that it was recognised.
    """

    unit: str
    how: str = ""
    outside: Finding | None = None
    note: Finding | None = None


def scope_of(roster: Roster | None, wanted: str) -> Scope:
    """Everybody under the consolidating unit: ``wanted``, else the roster's root."""
    if roster is None:
        unit = wanted or DEFAULT_UNIT
        return Scope(unit, frozenset({normalise_name(unit)}), None, ())
    root = roster.root or _lone_top(roster)
    match = match_unit(roster, wanted).unit if wanted else None
    node = match or root
    own = frozenset(normalise_name(name) for name in ((wanted, node) if wanted else (root,)) if name)
    below = {unit.name for unit in roster.units if node == roster.root or node in roster.ancestors(unit.name)}
    if not node or (not below and not match):
        below = {unit.name for unit in roster.units}
    units = tuple(unit for unit in roster.units if unit.name in below and normalise_name(unit.name) not in own)
    return Scope(wanted or root or DEFAULT_UNIT, own, roster, units)


def unit_note(scope: Scope, wanted: str) -> list[Finding]:
    """U409 where nobody said who consolidates."""
    if wanted or scope.unit != DEFAULT_UNIT:
        return []
    return [finding("U409", f"没有指定汇总单位,总表的填报单位写作“{DEFAULT_UNIT}”;要写别的请指定(--unit)")]


def expected_period(returns: Sequence[Return], form: Form, wanted: str) -> tuple[str, list[Finding]]:
    """The year all returns should be for: as wanted, else the form's, else the most frequent one.

    S208 says so in the last case, and where the returns are all for one other year: that is no fault of theirs.
    """
    seen = Counter(ret.period for ret in returns if ret.period)
    if period := wanted or form.period:
        if len(seen) > 1 or seen.total() < _A_FOLDER or period in seen:
            return period, []
        (other,) = seen
        message = f"收到的 {seen[other]} 份报表都是 {other} 年度的,这次要的是 {period} 年度:要汇总 {other} 年度的"
        return period, [finding("S208", f"{message},请指定年度(--year {other})后重新运行", Severity.WARNING)]
    if not seen:
        return "", []
    period = max(seen, key=lambda year: (seen[year], year))
    message = f"没有指定年度,按多数报表的 {period} 年度核对({seen[period]} 份);不对的请指定年度(--year)"
    return period, [finding("S208", message)]


def identify(scope: Scope, ret: Return) -> Identity:
    """Whose return this is, as far as roster, 填报单位 and the file's name tell."""
    if scope.roster is None:
        return Identity(ret.unit, "name") if ret.unit else Identity("" if ret.rejected else ret.source.stem)
    match = match_unit(scope.roster, ret.unit, ret.source.stem)
    name = match.unit or ""
    if scope.is_own(name or ret.unit):
        return Identity(name or ret.unit, match.how)
    if name not in scope.names:
        return Identity(ret.unit or name, match.how, _outside(scope, ret, match))
    if match.how == "name":
        return Identity(name, match.how)
    message = f"填报单位写的是“{ret.unit}”,按别名认作“{name}”" if ret.unit else f"按文件名认作“{name}”"
    return Identity(name, match.how, note=finding("U404", message, unit=name, **unit_place(ret)))


def identify_all(scope: Scope, returns: Iterable[Return]) -> list[tuple[Return, Identity]]:
    """Each return with whose it is. Without a roster a unit in another spelling is the one that came first."""
    known: dict[str, str] = {}
    return [
        (ret, identity if scope.roster or ret.rejected else _spelt_as_before(identity, ret, known))
        for ret in returns
        for identity in (identify(scope, ret),)
    ]


def about_unit(identity: Identity, ret: Return, found: Iterable[Finding]) -> Iterator[Finding]:
    """What there is to say of whose a return is, beside what was ``found`` in it: a blank 填报单位 is said once.

    Of a file that could not be read only by what it was recognised.
    """
    outside = None if ret.rejected else identity.outside
    if outside is not None and not any(other.code == outside.code == "S205" for other in found):
        yield outside
    if identity.note is not None:
        yield identity.note


def own_return(ret: Return, unit: str) -> Finding:
    """U407: the consolidating unit's own return among those of its units."""
    message = f"这是汇总单位“{unit}”自己的报表,不计入合计:如果是一个填报单位的数,请改正填报单位的名称"
    return finding("U407", message, unit=unit, **unit_place(ret))


def unit_result(
    member: Unit, status: UnitStatus, ret: Return | None = None, values: Figures | None = None
) -> UnitResult:
    """A unit and its return, not counted yet."""
    return UnitResult(member.name, status, member.code, member.group, ret, values, contact=member.contact)


def _spelt_as_before(identity: Identity, ret: Return, known: dict[str, str]) -> Identity:
    first = known.setdefault(normalise_name(identity.unit), identity.unit)
    if first == identity.unit:
        return identity
    note = finding("U404", f"填报单位写的是“{ret.unit}”,认作“{first}”", unit=first, **unit_place(ret))
    return replace(identity, unit=first, note=note)


def figures_before(scope: Scope, previous: Previous | None) -> Mapping[str, Figures]:
    """The previous period's figures by this period's unit names: aliases and other spellings are recognised."""
    if previous is None:
        return {}
    if scope.roster is None:
        return {normalise_name(name): figures for name, figures in previous.units.items()}
    matched = {match_unit(scope.roster, name).unit or name: figures for name, figures in previous.units.items()}
    return {normalise_name(name): figures for name, figures in {**matched, **previous.units}.items()}


def doubts_about(previous: Previous | None, unit: str, period: str, *, compares: bool = True) -> list[Finding]:
    """Y504 where the other period's file is not what it is taken for: the same unit's of the year before.

    ``unit`` and ``period`` are this period's, "" where nothing is known of them; ``compares``: whether it has figures
    of any unit of this period.
    """
    if previous is None:
        return []
    found, place = [], f"上年的表“{previous.name}”"
    if period.isdigit() and previous.period.isdigit() and int(previous.period) != int(period) - 1:
        when = "与本次是同一年度" if previous.period == period else f"本次是 {period} 年度的"
        message = f"{place}是 {previous.period} 年度的,{when}:请换成 {int(period) - 1} 年度的"
        found.append(finding("Y504", message, actual=previous.period))
    named = {normalise_name(name) for name in (unit, previous.unit) if name and name != DEFAULT_UNIT}
    if len(named) > 1:
        whose = f"{place}是“{previous.unit}”的,本次是“{unit}”的:请换成“{unit}”的"
        found.append(finding("Y504", whose, expected=unit, actual=previous.unit))
    elif not compares:
        found.append(finding("Y504", f"{place}里没有本次这些单位的数,没有可以比较的"))
    return found


def unit_place(ret: Return) -> dict[str, str]:
    """Where a finding on the 填报单位 of a return points."""
    return {"file": ret.source.path, "sheet": ret.sheet, "cell": ret.header_cells.get(UNIT, "")}


def _lone_top(roster: Roster) -> str:
    """A roster may list its root as a unit without 上级, above all others."""
    tops = roster.children("")
    return tops[0].name if len(tops) == 1 and roster.children(tops[0].name) else ""


def _outside(scope: Scope, ret: Return, match: Match) -> Finding:
    written = ret.unit or match.unit or ""
    if not written:
        return finding("S205", "填报单位未填,文件名也认不出单位,不计入汇总:请在表头写上单位全称", **unit_place(ret))
    near = f",是不是“{'”或“'.join(match.suggestions)}”" if match.suggestions else ""
    where, to_them = (f"不属于“{scope.unit}”",) * 2 if match.unit else ("不在单位名录中", "和名单上的单位对不上")
    message = f"“{written}”{where},不计入汇总{near}:请核对单位名称,或在名录的“别名”里加上这个写法"
    to_unit = f"“{written}”{to_them},这份报表没有采用{near}:请把填报单位改成单位全称;名称没有写错的,请告诉收表的人"
    return finding("U403", message, unit=written, to_unit=to_unit, **unit_place(ret))
