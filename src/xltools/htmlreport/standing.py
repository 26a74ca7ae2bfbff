"""Who has reported and what became of every file: the upper half of the page."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from xltools.consolidation import (
    Consolidation,
    FileResult,
    FileStatus,
    UnitResult,
    UnitStatus,
    files_of,
    reported_words,
)
from xltools.findings import Finding, by_urgency, count_open
from xltools.htmlreport.entries import Group

_TONES = {
    UnitStatus.OK: "good",
    UnitStatus.WARNINGS: "ask",
    UnitStatus.ERRORS: "bad",
    UnitStatus.MISSING: "absent",
    UnitStatus.CONFLICT: "out",
    UnitStatus.REJECTED: "out",
    UnitStatus.UNLISTED: "out",
}
_FULL_BAR = 1000
_MOST_REASONS = 3


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer on top. ``tone``: good, ask or bad; ``word`` the answer in a word, ``sentence`` with its counts."""

    tone: str
    word: str
    sentence: str
    counts: tuple[tuple[str, int, str], ...]


@dataclass(frozen=True, slots=True)
class Slice:
    """A part of the bar of statuses: from ``start`` on, ``width`` of 1000."""

    label: str
    tone: str
    count: int
    start: float
    width: float


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit in the table; ``anchor`` leads to its findings, "" where it has none."""

    name: str
    group: str
    code: str
    status: str
    tone: str
    errors: int
    warnings: int
    file: str
    anchor: str
    contact: str


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file; ``reasons`` say why it does not count, empty where it does."""

    path: str
    sha256: str
    status: str
    tone: str
    unit: str
    reasons: tuple[str, ...]


def verdict(result: Consolidation) -> Verdict:
    """Whether the total can go up, and the counts."""
    summary = result.summary
    period = f" {result.period} 年度" if result.period else ""
    sentence = f"{result.unit}{period}{reported_words(result)};{summary.found_words}。"
    if not result.counted:
        tone, word = "bad", "没有计入任何报表"
    elif summary.errors:
        tone, word = "bad", "尚不能上报"
    else:
        asked = any(found.asks_unit for found in result.findings)  # beside them are notes for the office alone
        tone, word = ("ask", "请核对提示") if asked else ("good", "可以上报")
    expected = (
        ("应报单位", summary.units, ""),
        ("已报", summary.received, ""),
        ("未报", summary.missing, "bad" if summary.missing else ""),
    )
    counts = (
        *(expected if result.has_roster else (("已收单位", summary.received, ""),)),
        ("错误", summary.errors, "bad" if summary.errors else ""),
        ("提示", summary.warnings, "ask" if summary.warnings else ""),
    )
    return Verdict(tone, word, sentence, counts)


def slices(units: Iterable[UnitResult]) -> tuple[Slice, ...]:
    """The units' statuses as parts of one bar; none without units."""
    listed = [unit.status for unit in units]
    parts: list[Slice] = []
    start = 0.0
    for status in UnitStatus:
        count = listed.count(status)
        if count:
            width = round(_FULL_BAR * count / len(listed), 2)
            parts.append(Slice(status.chinese, _TONES[status], count, round(start, 2), width))
            start += width
    return tuple(parts)


def unit_rows(result: Consolidation, groups: Iterable[Group]) -> tuple[UnitRow, ...]:
    """Every unit, in the order of the roster."""
    by_unit = {group.unit: group for group in groups}
    rows = []
    for unit in result.units:
        group = by_unit.get(unit.name)
        errors, warnings, anchor = (group.errors, group.warnings, group.id) if group else (0, 0, "")
        status, tone = unit.status_words, _TONES[unit.status]
        about = status, tone, errors, warnings, files_of(result, unit), anchor, unit.contact
        rows.append(UnitRow(unit.name, unit.group, unit.code, *about))
    return tuple(rows)


def file_rows(result: Consolidation) -> tuple[FileRow, ...]:
    """Every file, in the order of its path."""
    by_file: dict[str, list[Finding]] = {}
    by_unit: dict[str, list[Finding]] = {}
    for found in result.findings:
        by_file.setdefault(found.file, []).append(found)
        if found.code == "U402":
            by_unit.setdefault(found.unit, []).append(found)
    left_out = {unit.name for unit in result.units if unit.status is UnitStatus.ERRORS and unit.values is None}
    return tuple(
        FileRow(
            file.source.path,
            file.source.sha256,
            file.status_words,
            "out" if file.differs else "ask" if file.set_aside else _FILE_TONES.get(file.status, ""),
            file.unit,
            tuple(_reasons(file, by_file.get(file.source.path, []), by_unit, left_out)),
        )
        for file in result.files
    )


_FILE_TONES = {FileStatus.USED: "good", FileStatus.REJECTED: "bad", FileStatus.DUPLICATE: "ask"}


def _reasons(
    file: FileResult, about: Iterable[Finding], by_unit: Mapping[str, list[Finding]], left_out: Collection[str]
) -> Iterator[str]:
    """What the findings say of a file or, of a used one, of the returns in it that do not count; several different
    returns of a unit are named once, at the unit.

    ``left_out``: the units whose return could be used, and is not for its errors (``--only-valid``).
    """
    own = by_urgency(found for found in about if found.code != "U404")
    of_whom = file.set_aside if file.status is FileStatus.USED else file.in_it or ("",)
    for unit in of_whom:
        of_it = [found for found in own if not file.set_aside or found.unit == unit]
        whose = f"{unit}:" if len(file.in_it) > 1 else ""
        if unit in left_out:
            yield f"{whose}有 {count_open(of_it)[0]} 处错误,按要求不计入有错误的报表"
            continue
        decides = _sets_aside if file.status is FileStatus.DUPLICATE else _rejects
        deciding = [found for found in of_it if decides(found)] or by_unit.get(unit, [])
        yield from (f"{whose if file.set_aside else ''}{found.message}" for found in deciding[:_MOST_REASONS])


def _sets_aside(found: Finding) -> bool:
    return found.code == "U405"


def _rejects(found: Finding) -> bool:
    return found.code[0] in "FSU" or found.code == "V309"
