"""The sheet 报送情况: every unit and every file, and what became of each."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

from xltools.consolidation import Consolidation, UnitStatus
from xltools.findings import Severity
from xltools.writing.styles import AMBER_MARK, GREEN_MARK, LINE_HEIGHT, RED_MARK, Book, lines_needed

STATUS_SHEET = "报送情况"
UNIT_HEADINGS = ("单位", "组别", "代码", "状态", "错误", "提示", "文件")
FILE_HEADINGS = ("文件", "", "", "状态", "", "", "单位", "SHA-256")
WIDTHS = (30, 12, 10, 18, 8, 8, 34, 68)


def write_status_sheet(book: Book, result: Consolidation) -> None:
    """Write 报送情况 as the next sheet."""
    sheet = book.sheet(STATUS_SHEET)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    summary = result.summary
    sheet.write_string(0, 0, f"{result.unit} {result.period} 年度报送情况", book.style("table-title"))
    counts = (
        f"应报 {summary.units} 个单位,已报 {summary.received} 个,未报 {summary.missing} 个;"
        f"文件 {summary.files} 个;错误 {summary.errors} 处,待说明 {summary.warnings} 处"
    )
    sheet.write_string(1, 0, counts, book.style("body"))
    row = _write_units(book, sheet, 3, result)
    if result.covered:
        text = "随上级汇总、没有单独报送的单位:" + "、".join(result.covered)
        sheet.merge_range(row, 0, row, 6, text, book.style("step"))
        sheet.set_row(row, LINE_HEIGHT * lines_needed(text, sum(WIDTHS[:7])) + 4)
        row += 1
    row = _write_files(book, sheet, row + 1, result)
    for word, mark in (
        (UnitStatus.OK.chinese, GREEN_MARK),
        (UnitStatus.WARNINGS.chinese, AMBER_MARK),
        (UnitStatus.ERRORS.chinese, RED_MARK),
        (UnitStatus.MISSING.chinese, RED_MARK),
        ("未采用", RED_MARK),
    ):
        rule = {"type": "text", "criteria": "containing", "value": word, "format": book.format(mark)}
        sheet.conditional_format(3, 3, row, 3, rule)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _write_units(book: Book, sheet: Any, row: int, result: Consolidation) -> int:
    _write_row(book, sheet, row, UNIT_HEADINGS, "total-head")
    errors = Counter(f.unit for f in result.findings if f.severity is Severity.ERROR)
    warnings = Counter(f.unit for f in result.findings if f.severity is Severity.WARNING and f.is_open)
    for unit in result.units:
        row += 1
        status = unit.status.chinese + ("" if unit.counted or unit.values is None else "(随上级汇总)")
        texts = (unit.name, unit.group, unit.code, status, errors[unit.name], warnings[unit.name], unit.file)
        _write_row(book, sheet, row, texts, "cell")
    return row + 1


def _write_files(book: Book, sheet: Any, row: int, result: Consolidation) -> int:
    _write_row(book, sheet, row, FILE_HEADINGS, "total-head")
    for file in result.files:
        row += 1
        texts = (file.source.path, "", "", file.status.chinese, "", "", file.unit, file.source.sha256)
        _write_row(book, sheet, row, texts, "cell")
    return row


def _write_row(book: Book, sheet: Any, row: int, texts: Sequence[str | int], style: str) -> None:
    for column, text in enumerate(texts):
        if isinstance(text, int):
            sheet.write_number(row, column, text, book.style(style, align="center"))
        else:
            sheet.write_string(row, column, text, book.style(style))
    if style == "cell":
        lines = max(lines_needed(str(texts[0]), WIDTHS[0]), lines_needed(str(texts[6]), WIDTHS[6]))
        sheet.set_row(row, LINE_HEIGHT * lines + 3)
