"""Findings as the page lists them: by unit, errors first, the same words about many cells of a file in one entry."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from xltools.consolidation import Consolidation
from xltools.findings import CATALOGUE, Finding, Severity, advice_on, by_urgency, count_open
from xltools.htmlreport.shown import compared

STATES = {"error": "错误", "open": "提示,待说明", "confirmed": "提示,已说明", "info": "说明"}
NO_UNIT = "不属于哪个单位的文件和事项"
_URGENCY = list(STATES)


@dataclass(frozen=True, slots=True)
class Spot:
    """One place of an entry: ``place`` like ``统计表!C12``; expected and actual as shown, "" where not compared."""

    place: str
    indicator: str
    expected: str = ""
    actual: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One finding, or several that say the same of different cells. ``state``: a key of ``STATES``."""

    state: str
    mark: str
    code: str
    title: str
    message: str
    advice: str
    file: str
    spots: tuple[Spot, ...]
    explanation: str = ""

    @property
    def state_text(self) -> str:
        return STATES[self.state]


@dataclass(frozen=True, slots=True)
class Group:
    """The entries of one unit; ``id`` is its anchor on the page, ``unit`` "" for what belongs to none."""

    id: str
    unit: str
    title: str
    errors: int
    warnings: int
    entries: tuple[Entry, ...]


def groups(result: Consolidation) -> tuple[Group, ...]:
    """Every finding exactly once; units with errors first, then open warnings, otherwise in the roster's order."""
    by_unit: dict[str, list[Finding]] = {unit.name: [] for unit in result.units}
    for found in result.findings:
        by_unit.setdefault(found.unit, []).append(found)
    order = {unit: position for position, unit in enumerate(by_unit)}
    filled = [unit for unit, found in by_unit.items() if found]
    filled.sort(key=lambda unit: (min(_URGENCY.index(_state(f)) for f in by_unit[unit]), not unit, order[unit]))
    return tuple(_group(result, f"u{n}", unit, by_unit[unit]) for n, unit in enumerate(filled, 1))


def _group(result: Consolidation, anchor: str, unit: str, found: list[Finding]) -> Group:
    errors, warnings = count_open(found)
    about_total = all(not f.file and f.sheet for f in found)
    title = (f"{unit}(汇总数)" if about_total else unit) if unit else NO_UNIT
    return Group(anchor, unit, title, errors, warnings, tuple(_entries(result, by_urgency(found))))


def _state(found: Finding) -> str:
    if found.severity is Severity.WARNING:
        return "open" if found.is_open else "confirmed"
    return str(found.severity)


def _entries(result: Consolidation, found: Iterable[Finding]) -> list[Entry]:
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for f in found:
        key = (f.code, str(f.severity), f.file, f.sheet, f.rule, f.explanation, _unnamed(f))
        alike.setdefault(key, []).append(f)
    return [_entry(result, several) for several in alike.values()]


def _unnamed(found: Finding) -> str:
    """The message without the indicator it is about: what two findings have in common."""
    return found.message.replace(f"“{found.indicator}”", "\0") if found.indicator else found.message


def _entry(result: Consolidation, several: list[Finding]) -> Entry:
    first = several[0]
    rule = result.form.rule_ids.get(first.rule)
    title = rule.description if rule and first.code == first.rule else CATALOGUE.get(first.code, CATALOGUE["R"]).title
    message = first.message
    if len(several) > 1 and f"“{first.indicator}”" in message:
        message = message.replace(f"“{first.indicator}”", f"“{first.indicator}”等 {len(several)} 项", 1)
    spots = tuple(_spot(f) for f in several)
    state, mark = _state(first), first.severity.mark
    advice = advice_on(first)
    return Entry(state, mark, first.code, title, message, advice, first.file, spots, first.explanation)


def _spot(found: Finding) -> Spot:
    if found.expected is None and found.actual is None:
        return Spot(found.spot, found.indicator)
    expected = "" if found.expected is None else compared(found.expected)
    return Spot(found.spot, found.indicator, expected, compared(found.actual))
