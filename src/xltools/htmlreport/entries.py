"""Findings as the page lists them: by unit, errors first, the same words about many cells of a file in one entry.

Half of the figures of three hundred units may be wrong: what a thousand entries say alike stands on the page once, as a
:class:`Kind`, and the page's script puts it into the entries that are looked at.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from xltools.consolidation import Consolidation
from xltools.findings import CATALOGUE, Alike, Finding, Severity, advice_on, by_urgency, count_open, merge_alike
from xltools.form import Form
from xltools.wording import compared

STATES = {"error": "错误", "open": "提示,待核对或说明", "confirmed": "提示,已说明", "info": "说明"}
NO_UNIT = "不属于哪个单位的文件和事项"
_URGENCY = list(STATES)
_NUMBERS = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")


@dataclass(frozen=True, slots=True)
class Kind:
    """What many findings have in common, which the page says once.

    ``should`` and ``present`` are the words before the figures compared ("应不大于", "现在是"), "" where
    there are none. ``expected_at`` and ``actual_at``: which of the numbers in the message these figures are, from 0,
    in an entry that does not say them otherwise; -1 where they are not in it.
    """

    mark: str
    code: str
    title: str
    advice: str
    should: str
    present: str
    expected_at: int = -1
    actual_at: int = -1


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of an entry: ``place`` like ``统计表!C12``; the position of its indicator in the form, -1 for none;
    expected and actual as shown, "" where not compared, None where the kind says which number of the message it is."""

    place: str
    indicator: int
    expected: str | None = ""
    actual: str | None = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding, or several that say the same of different cells. ``kind``: its position among the page's kinds;
    ``file`` "" where it is the group's."""

    kind: int
    code: str
    message: str
    file: str
    spots: tuple[Spot, ...]
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one unit, by state (a key of ``STATES``); ``id`` is its anchor on the page, ``unit`` "" for what
    belongs to none, ``file`` the one that all entries with a file are about."""

    id: str
    unit: str
    title: str
    file: str
    errors: int
    warnings: int
    parts: tuple[tuple[str, tuple[Entry, ...]], ...]

    @property
    def count(self) -> int:
        return sum(len(entries) for _, entries in self.parts)


@dataclass(frozen=True, slots=True)
class Listing:
    """All findings of the page: by unit, and the kinds that their entries refer to."""

    groups: tuple[Group, ...]
    kinds: tuple[Kind, ...]


def listing(result: Consolidation) -> Listing:
    """Every finding exactly once; units with errors first, then open warnings, otherwise in the roster's order."""
    by_unit: dict[str, list[Finding]] = {unit.name: [] for unit in result.units}
    for found in result.findings:
        by_unit.setdefault(found.unit, []).append(found)
    order = {unit: position for position, unit in enumerate(by_unit)}
    filled = [unit for unit, found in by_unit.items() if found]
    filled.sort(key=lambda unit: (min(_URGENCY.index(_state(f)) for f in by_unit[unit]), not unit, order[unit]))
    kinds = _Kinds()
    groups = tuple(_group(result.form, f"u{n}", unit, by_unit[unit], kinds) for n, unit in enumerate(filled, 1))
    return Listing(groups, tuple(kinds.placed))


class _Kinds:
    """The kinds so far, and the same in their order with the places that the first entry of each gives them."""

    def __init__(self) -> None:
        self.numbers: dict[Kind, int] = {}
        self.placed: list[Kind] = []

    def number_of(self, kind: Kind, expected: str, actual: str, numbers: list[str]) -> int:
        """The position of a kind; a new one learns which of the numbers of the message are the figures compared."""
        if kind not in self.numbers:
            self.numbers[kind] = len(self.placed)
            at, now = (numbers.index(said) if said in numbers else -1 for said in (expected, actual))
            self.placed.append(replace(kind, expected_at=at, actual_at=now))
        return self.numbers[kind]


def _group(form: Form, anchor: str, unit: str, found: list[Finding], kinds: _Kinds) -> Group:
    errors, warnings = count_open(found)
    about_total = all(not f.file and f.sheet for f in found)
    title = (f"{unit}(汇总数)" if about_total else unit) if unit else NO_UNIT
    files = {f.file for f in found if f.file}
    file = files.pop() if len(files) == 1 else ""
    positions = {name: position for position, name in enumerate(form.indicators)}
    parts: dict[str, list[Entry]] = {}
    for each in merge_alike(by_urgency(found)):
        parts.setdefault(_state(each.first), []).append(_entry(form, positions, each, file, kinds))
    return Group(anchor, unit, title, file, errors, warnings, tuple((s, tuple(listed)) for s, listed in parts.items()))


def _state(found: Finding) -> str:
    if found.severity is Severity.WARNING:
        return "open" if found.is_open else "confirmed"
    return str(found.severity)


def _entry(form: Form, positions: Mapping[str, int], each: Alike, file: str, kinds: _Kinds) -> Entry:
    found = each.first
    rule = form.rule_ids.get(found.rule)
    words = [compared(one, rule) for one in each.several]
    title = rule.description if rule and found.code == rule.id else CATALOGUE.get(found.code, CATALOGUE["R"]).title
    kind = Kind(found.severity.mark, found.code, title, advice_on(found), words[0].should, words[0].present)
    spots = tuple(
        Spot(one.spot, positions.get(one.indicator, -1), said.expected, said.actual)
        for one, said in zip(each.several, words, strict=True)
    )
    numbers = _NUMBERS.findall(found.message) if len(spots) == 1 else []
    number = kinds.number_of(kind, words[0].expected, words[0].actual, numbers)
    if numbers:
        placed = kinds.placed[number]
        said = (
            None if 0 <= at < len(numbers) and numbers[at] == text else text
            for at, text in ((placed.expected_at, words[0].expected), (placed.actual_at, words[0].actual))
        )
        spots = (Spot(spots[0].place, spots[0].indicator, *said),)
    return Entry(number, found.code, found.message, "" if found.file == file else found.file, spots, found.explanation)
