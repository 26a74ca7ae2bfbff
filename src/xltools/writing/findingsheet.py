"""The sheet 审核结果: every finding as one row of a table that can be filtered."""

from __future__ import annotations

from xltools.consolidation import Consolidation
from xltools.findings import CATALOGUE, Finding
from xltools.wording import figure_text
from xltools.writing.styles import AMBER_MARK, LINE_HEIGHT, RED_MARK, Book, lines_needed

FINDING_SHEET = "审核结果"
HEADINGS = ("级别", "代码", "单位", "文件", "位置", "指标", "内容", "应为", "实际", "情况说明", "怎么办")
WIDTHS = (8, 8, 18, 26, 14, 20, 64, 12, 12, 24, 40)


def write_finding_sheet(book: Book, result: Consolidation) -> None:
    """Write 审核结果 as the next sheet."""
    sheet = book.sheet(FINDING_SHEET)
    for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, book.style("total-head"))
    sheet.set_row(0, 22)
    for row, finding in enumerate(result.findings, start=1):
        for column, text in enumerate(_texts(finding)):
            sheet.write_string(row, column, text, book.style("cell"))
        lines = max(map(lines_needed, (finding.message, finding.explanation, finding.file), (64, 24, 26)))
        sheet.set_row(row, LINE_HEIGHT * lines + 3)
    last = max(len(result.findings), 1)
    for word, mark in (("错误", RED_MARK), ("提示", AMBER_MARK)):
        rule = {"type": "cell", "criteria": "==", "value": f'"{word}"', "format": book.format(mark)}
        sheet.conditional_format(1, 0, last, 0, rule)
    if not result.findings:
        sheet.write_string(1, 0, "没有发现问题", book.style("body"))
    sheet.autofilter(0, 0, last, len(HEADINGS) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.fit_to_pages(1, 0)


def _texts(finding: Finding) -> tuple[str, ...]:
    advice = CATALOGUE.get(finding.code, CATALOGUE["R"]).advice
    severity = finding.severity.chinese + ("(已说明)" if finding.explanation else "")
    place = f"{finding.sheet}!{finding.cell}" if finding.cell else finding.sheet
    return (
        severity,
        finding.code,
        finding.unit,
        finding.file,
        place,
        finding.indicator,
        finding.message,
        _shown(finding.expected),
        _shown(finding.actual),
        finding.explanation,
        advice,
    )


def _shown(value: object) -> str:
    if value is None or isinstance(value, str):
        return value or ""
    return figure_text(value)  # type: ignore[arg-type]
