"""What a consolidation (汇总) gives: every file and unit accounted for, totals per group, findings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from xltools.findings import Finding, Number, Severity, count_open
from xltools.returns import Return, Source

if TYPE_CHECKING:
    from xltools.form import Form

GRAND_TOTAL = "合计"


class FileStatus(StrEnum):
    USED = "used"
    DUPLICATE = "duplicate"
    REJECTED = "rejected"
    SKIPPED = "skipped"

    @property
    def chinese(self) -> str:
        return {"used": "已采用", "duplicate": "重复", "rejected": "未采用", "skipped": "不计入"}[self.value]


class UnitStatus(StrEnum):
    OK = "ok"
    WARNINGS = "warnings"
    ERRORS = "errors"
    MISSING = "missing"
    CONFLICT = "conflict"
    REJECTED = "rejected"
    UNLISTED = "unlisted"

    @property
    def chinese(self) -> str:
        return _UNIT_WORDS[self.value]


_UNIT_WORDS = {
    "ok": "可以上报",
    "warnings": "待说明",
    "errors": "需修改",
    "missing": "未报",
    "conflict": "多份不同,未采用",
    "rejected": "未采用",
    "unlisted": "不在名录,未采用",
}


_USED = frozenset({UnitStatus.OK, UnitStatus.WARNINGS, UnitStatus.ERRORS})
COVERED = "(随上级汇总)"
"""Behind the status of a unit whose return is in order and whose superior's counts."""


@dataclass(frozen=True, slots=True)
class FileResult:
    """One file under the folder and what became of it; ``unit`` is "" where nobody's.

    ``set_aside``: where a file of several returns is used, the units whose return in it is not. ``differs``: a
    duplicate of which nobody knows whether it counts, since its unit sent different ones.
    """

    source: Source
    status: FileStatus
    unit: str = ""
    set_aside: tuple[str, ...] = ()
    differs: bool = False

    @property
    def in_it(self) -> tuple[str, ...]:
        """The units whose returns it holds."""
        return tuple(unit for unit in self.unit.split(_UNIT_MARK) if unit)

    @property
    def status_words(self) -> str:
        """The status as people read it, with whose return in the file does not count."""
        return self.chinese + self.aside_words

    @property
    def chinese(self) -> str:
        """The status in a word, for a file that conflicts with others the same as for its unit."""
        return UnitStatus.CONFLICT.chinese if self.differs else self.status.chinese

    @property
    def aside_words(self) -> str:
        """Whose return in a used file does not count, in brackets; "" where all do."""
        return f"(其中{_UNIT_MARK.join(self.set_aside)}的未计入)" if self.set_aside else ""


def same_file(known: FileResult | None, more: FileResult) -> FileResult:
    """What became of a file that holds several returns: it is used when one of them is; units are put together."""
    if known is None:
        return more
    better, other = sorted((known, more), key=lambda result: list(FileStatus).index(result.status))
    together = dict.fromkeys([*better.in_it, *other.in_it])
    used = {unit for each in (better, other) if each.status is FileStatus.USED for unit in each.in_it} - {
        unit for each in (better, other) for unit in each.set_aside
    }
    aside = tuple(unit for unit in together if unit not in used) if better.status is FileStatus.USED else ()
    differs = better.status is FileStatus.DUPLICATE and (known.differs or more.differs)
    return FileResult(better.source, better.status, _UNIT_MARK.join(together), aside, differs)


_UNIT_MARK = "、"


@dataclass(frozen=True, slots=True)
class UnitResult:
    """One unit and its return. ``values`` holds every indicator where the return counts or could be used, else None.

    ``counted``: whether the figures are part of the totals (a unit whose superior reported is listed, not counted).
    """

    name: str
    status: UnitStatus
    code: str = ""
    group: str = ""
    ret: Return | None = None
    values: Mapping[str, Number | None] | None = None
    counted: bool = False
    contact: str = ""

    @property
    def figures(self) -> Mapping[str, Number | None]:
        return self.values or {}

    @property
    def file(self) -> str:
        return self.ret.source.path if self.ret else ""

    @property
    def status_words(self) -> str:
        """The status as people read it, with why its figures are not in the total where the status does not say."""
        if self.counted or self.status not in _USED:
            return self.status.chinese
        return self.status.chinese + ("(未计入)" if self.values is None else COVERED)


@dataclass(frozen=True, slots=True)
class Previous:
    """The previous period: its total and the figures of each unit; ``name`` of the file, whose it is and for when."""

    total: Mapping[str, Number | None]
    units: Mapping[str, Mapping[str, Number | None]]
    name: str = ""
    unit: str = ""
    period: str = ""


@dataclass(frozen=True, slots=True)
class Summary:
    """Counts for people and for scripts."""

    files: int
    units: int
    received: int
    missing: int
    errors: int
    warnings: int

    @property
    def found_words(self) -> str:
        """``错误 3 处,提示 7 处``"""
        return f"错误 {self.errors} 处,提示 {self.warnings} 处"


class Outcome(Protocol):
    """What a consolidation and a review have in common: every file and unit accounted for, with the findings."""

    @property
    def form(self) -> Form: ...
    @property
    def period(self) -> str: ...
    @property
    def files(self) -> tuple[FileResult, ...]: ...
    @property
    def units(self) -> tuple[UnitResult, ...]: ...
    @property
    def findings(self) -> tuple[Finding, ...]: ...
    @property
    def summary(self) -> Summary: ...


@dataclass(frozen=True)
class Consolidation:
    """The result. ``totals``: "合计" and each group → indicator → figure, None where no unit filled it in.

    ``has_roster``: whether a roster says who should report; without one nobody can be missing.
    """

    form: Form
    unit: str
    period: str
    files: tuple[FileResult, ...]
    units: tuple[UnitResult, ...]
    groups: tuple[str, ...]
    totals: Mapping[str, Mapping[str, Number | None]]
    findings: tuple[Finding, ...]
    covered: tuple[str, ...] = ()
    previous: Previous | None = None
    has_roster: bool = True

    @property
    def counted(self) -> tuple[UnitResult, ...]:
        """The units whose figures make the totals."""
        return tuple(unit for unit in self.units if unit.counted)

    @property
    def summary(self) -> Summary:
        return summarise(self.files, self.units, self.findings)

    def save(self, path: str | Path) -> None:
        """Write the total workbook; it appears whole or not at all."""
        from xltools.output import write_atomically
        from xltools.writing.total import build_total

        write_atomically(Path(path), build_total(self))


def files_of(result: Consolidation, unit: UnitResult) -> str:
    """The file of a unit as people read it; all its files where none counts because they differ."""
    if unit.status is not UnitStatus.CONFLICT:
        return unit.file
    return "、".join(file.source.path for file in result.files if unit.name in file.in_it)


def reported_words(result: Consolidation) -> str:
    """Who should report, who has, and whose return could not be used: 应报 10 个单位,已报 9(其中 1 个未采用),未报 1;
    without a roster only who has: 已收 9 个单位(其中 1 个未采用)."""
    summary = result.summary
    used = sum(1 for unit in result.units if unit.status in _USED and unit.values is not None)
    left = summary.received - used
    not_used = f"(其中 {left} 个未采用)" if left else ""
    if not result.has_roster:
        return f"已收 {summary.received} 个单位{not_used}"
    received = f"已报 {summary.received}{not_used}"
    return f"应报 {summary.units} 个单位,{received},未报 {summary.missing}"


def without_figures(units: Iterable[UnitResult]) -> tuple[str, ...]:
    """The units that belong here and of which there are no figures: not reported, or not usable."""
    return tuple(unit.name for unit in units if unit.values is None and unit.status is not UnitStatus.UNLISTED)


def reservation(result: Consolidation) -> str:
    """Why a total must not go up, whatever its own figures say: who lacks, whose returns have errors; "" where none."""
    without = len(without_figures(result.units))
    wrong = sum(1 for found in result.findings if found.file and found.severity is Severity.ERROR)
    said = [f"缺 {without} 个单位的数"] if without else []
    said += [f"报来的文件有 {wrong} 处错误"] if wrong else []
    return ",".join(said) + "(见“审核结果”)" if said else ""


def status_of(found: Iterable[Finding]) -> UnitStatus:
    """What a counted return's findings make of its unit: errors, else open warnings that ask it, else in order."""
    errors, warnings = count_open(each for each in found if each.asks_unit)
    return UnitStatus.ERRORS if errors else UnitStatus.WARNINGS if warnings else UnitStatus.OK


def summarise(files: tuple[FileResult, ...], units: tuple[UnitResult, ...], findings: tuple[Finding, ...]) -> Summary:
    """Errors and open warnings (those without a 情况说明) among the findings, and how many of the expected are in.

    A stranger's return makes no unit that should report.
    """
    expected = [unit for unit in units if unit.status is not UnitStatus.UNLISTED]
    errors, warnings = count_open(findings)
    return Summary(
        files=len(files),
        units=len(expected),
        received=sum(1 for unit in expected if unit.status is not UnitStatus.MISSING),
        missing=sum(1 for unit in units if unit.status is UnitStatus.MISSING),
        errors=errors,
        warnings=warnings,
    )
