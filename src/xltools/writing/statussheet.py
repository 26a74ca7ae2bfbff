"""The sheet 报送情况: who has reported and when, who has not and whom to call, and what became of every file.

Units and files stand under one row of headings, so that it can stay in sight and be repeated on paper.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import Any

from xltools.consolidation import (
    Consolidation,
    FileResult,
    FileStatus,
    UnitResult,
    UnitStatus,
    files_of,
    reported_words,
)
from xltools.findings import Severity, count_open, counts_said
from xltools.sheetnames import STATUS_SHEET
from xltools.writing.rows import Row
from xltools.writing.styles import AMBER_MARK, GREEN_MARK, LINE_HEIGHT, RED_MARK, Book, lines_needed

HEADINGS = ("单位", "组别", "代码", "状态", "错误", "提示", "填报日期", "联系", "文件", "SHA-256")
WIDTHS = (24, 10, 8.5, 13, 5.5, 5.5, 14.5, 18, 30, 28.5)
_STATE, _COUNTS, _DIGEST = 3, (4, 5), 9
_HEAD_ROW = 3
_FIRST_UNIT_ROW = _HEAD_ROW + 2
_GOOD = (UnitStatus.OK.chinese, FileStatus.USED.chinese)
_ASK = (UnitStatus.WARNINGS.chinese,)
_NEUTRAL = (FileStatus.SKIPPED.chinese, FileStatus.DUPLICATE.chinese)


@dataclass(frozen=True, slots=True)
class _Entry:
    """One unit or one file, as it is shown."""

    unit: str
    group: str
    code: str
    status: str
    errors: int
    prompts: int
    date: str = ""
    contact: str = ""
    file: str = ""
    digest: str = ""

    @property
    def cells(self) -> tuple[str | int, ...]:
        return (
            self.unit, self.group, self.code, self.status, self.errors, self.prompts,
            self.date, self.contact, self.file, self.digest,
        )  # fmt: skip


def write_status_sheet(book: Book, result: Consolidation) -> None:
    """Write 报送情况 as the next sheet."""
    sheet = book.long_sheet(STATUS_SHEET)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    _write_summary(book, sheet, result)
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(_HEAD_ROW, column, heading, book.style("total-head"))
    sheet.set_row(_HEAD_ROW, 20)
    count = len(result.units) + len(result.files) + 2
    sheet.add_rows(_HEAD_ROW + 1, _lines(book, result), count, len(HEADINGS))
    row = _HEAD_ROW + count
    sheet.autofilter(_HEAD_ROW, 0, row, len(HEADINGS) - 1)
    sheet.freeze_panes(_HEAD_ROW + 1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(_HEAD_ROW)
    sheet.print_area(0, 0, row, len(HEADINGS) - 1)
    sheet.fit_to_pages(1, 0)


def unit_rows(result: Consolidation) -> Mapping[str, int]:
    """The row (from 1) of every unit on 报送情况."""
    return {unit.name: row for row, unit in enumerate(result.units, start=_FIRST_UNIT_ROW + 1)}


def file_rows(result: Consolidation) -> Mapping[str, int]:
    """The row (from 1) of every file on 报送情况, by path."""
    first = _FIRST_UNIT_ROW + len(result.units) + 2
    return {file.source.path: row for row, file in enumerate(result.files, start=first)}


def _write_summary(book: Book, sheet: Any, result: Consolidation) -> None:
    summary = result.summary
    sheet.write_string(0, 0, f"{result.unit} {result.period} 年度报送情况", book.style("table-title"))
    sheet.set_row(0, 20)
    counts = f"{reported_words(result)};文件 {summary.files} 个;{summary.found_words}{_of_total(result)}"
    sheet.write_string(1, 0, counts, book.style("body"))
    absent = [unit.name for unit in result.units if unit.status is UnitStatus.MISSING]
    notes = []
    if absent:
        notes.append("未报:" + "、".join(absent))
    if result.covered:
        notes.append("随上级汇总、没有单独报送:" + "、".join(result.covered))
    text = "\n".join(notes) or ("没有未报的单位" if result.has_roster else "没有单位名录,不知道谁没有报")
    sheet.merge_range(2, 0, 2, len(HEADINGS) - 1, "", book.style("step"))
    sheet.write_string(2, 0, text, book.style("step"))
    # 409 points is the highest row there is; such a list goes on in the table below
    sheet.set_row(2, min(409, LINE_HEIGHT * lines_needed(text, sum(WIDTHS)) + 4))


def _of_total(result: Consolidation) -> str:
    """How many of all are about the total itself, and so in no row below."""
    listed = {unit.name for unit in result.units}
    said = counts_said(*count_open(f for f in result.findings if not f.file and f.unit not in listed))
    return f"(其中 {'、'.join(said)}是汇总数的,不在下表)" if said else ""


def _unit_entries(result: Consolidation) -> Iterator[_Entry]:
    errors = Counter(f.unit for f in result.findings if f.severity is Severity.ERROR)
    prompts = Counter(f.unit for f in result.findings if f.severity is Severity.WARNING and f.is_open)
    for unit in result.units:
        date = unit.ret.header.get("填报日期", "") if unit.ret else ""
        yield _Entry(
            unit.name, unit.group, unit.code, unit.status_words, errors[unit.name], prompts[unit.name],
            date, _contact(unit), files_of(result, unit),
        )  # fmt: skip


def _file_entries(result: Consolidation) -> Iterator[_Entry]:
    errors = Counter(f.file for f in result.findings if f.severity is Severity.ERROR)
    prompts = Counter(f.file for f in result.findings if f.severity is Severity.WARNING and f.is_open)
    units = {unit.name: unit for unit in result.units}
    for file in result.files:
        path, unit = file.source.path, units.get(file.unit)
        group, code = (unit.group, unit.code) if unit else ("", "")
        yield _Entry(
            file.unit, group, code, file.status_words, errors[path], prompts[path],
            date=_date_of(file, unit), file=path, digest=file.source.sha256,
        )  # fmt: skip


def _date_of(file: FileResult, unit: UnitResult | None) -> str:
    if unit is None or unit.ret is None or unit.ret.source.path != file.source.path:
        return ""
    return unit.ret.header.get("填报日期", "")


def _contact(unit: UnitResult) -> str:
    """Whom to call: as the roster says, else as the return says."""
    if unit.contact or unit.ret is None:
        return unit.contact
    header = unit.ret.header
    return " ".join(text for text in (header.get("填报人", ""), header.get("联系电话", "")) if text)


def _lines(book: Book, result: Consolidation) -> Iterator[Row]:
    """The two parts, each under its title."""
    section = book.style("section", text_wrap=False)
    style_of = _styles(book)

    def part(title: str) -> Row:
        return Row([(title, section), *[(None, section)] * (len(HEADINGS) - 1)], 18)

    def line(entry: _Entry) -> Row:
        lines = max(map(lines_needed, map(str, entry.cells[:_DIGEST]), WIDTHS))
        height = LINE_HEIGHT * max(lines, 2 if entry.digest else 1) + 3
        return Row([(content, style_of(column, content)) for column, content in enumerate(entry.cells)], height)

    return chain(
        [part(f"一、填报单位({len(result.units)} 个)")],
        map(line, _unit_entries(result)),
        [part(f"二、收到的文件({len(result.files)} 个)")],
        map(line, _file_entries(result)),
    )


def _styles(book: Book) -> Callable[[int, str | int], Any]:
    """The format of a cell by its column and content."""
    plain, digest = book.style("cell"), book.style("digest")
    marks = dict(zip(_COUNTS, (RED_MARK, AMBER_MARK), strict=True))
    counts = {
        (column, some): book.style("cell-center", num_format="0;-0;;@", **(marks[column] if some else {}))
        for column in _COUNTS
        for some in (True, False)
    }
    states = {
        state.chinese: book.style("cell", **_mark(state.chinese)) for kind in (UnitStatus, FileStatus) for state in kind
    }

    def style(column: int, content: str | int) -> Any:
        if isinstance(content, int):
            return counts[column, content > 0]
        if column == _STATE:
            return states[content.partition("(")[0]]
        return digest if column == _DIGEST else plain

    return style


def _mark(status: str) -> Mapping[str, Any]:
    if status.startswith(_GOOD):
        return GREEN_MARK
    if status.startswith(_ASK):
        return AMBER_MARK
    return {} if status.startswith(_NEUTRAL) else RED_MARK
