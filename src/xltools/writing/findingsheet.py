"""The sheet 审核结果: every finding as one row that can be filtered, with a link to the figure and to the rule.

Files are named relative to the folder that was consolidated, and the total travels without them: a link to a file would
break with the first copy. So a finding about a return leads to that unit's figure on 明细 (where it has one), one about
a file that was not used to its row on 报送情况, and one about the total to the cell of 统计表.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from xltools.consolidation import Consolidation
from xltools.findings import Finding, Severity, advice_on
from xltools.form import Form
from xltools.sheetnames import DETAIL_SHEET, FINDING_SHEET, MAIN_SHEET, RULES_SHEET, STATUS_SHEET
from xltools.wording import compared
from xltools.writing.detailsheet import detail_cell, detail_rows
from xltools.writing.rows import Link, Row
from xltools.writing.rulesheet import rule_row
from xltools.writing.statussheet import file_rows
from xltools.writing.styles import AMBER_MARK, GREEN_MARK, LINE_HEIGHT, MOST_LINKS, RED_MARK, Book, lines_needed

HEADINGS = ("级别", "代码", "单位", "文件", "位置", "指标", "内容", "对照", "现在", "情况说明", "怎么办")
WIDTHS = (7, 7, 16, 18, 12, 14, 36, 11.5, 11, 11, 31)
_CODE, _PLACE = 1, 4
_STYLES = tuple("cell-center" if heading in ("对照", "现在") else "cell" for heading in HEADINGS)
_NOWHERE = "查看"
_MARKS: Mapping[Severity, Mapping[str, Any]] = {Severity.ERROR: RED_MARK, Severity.WARNING: AMBER_MARK}


def write_finding_sheet(book: Book, result: Consolidation) -> None:
    """Write 审核结果 as the next sheet."""
    sheet = book.long_sheet(FINDING_SHEET)
    for column, (heading, width) in enumerate(zip(HEADINGS, WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, book.style("total-head"))
    sheet.set_row(0, 22)
    sheet.add_rows(1, _finding_lines(book, result), len(result.findings), len(HEADINGS))
    if not result.findings:
        sheet.write_string(1, 0, "没有发现问题", book.style("body"))
    last = max(len(result.findings), 1)
    sheet.autofilter(0, 0, last, len(HEADINGS) - 1)
    sheet.freeze_panes(1, 0)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.print_area(0, 0, last, len(HEADINGS) - 1)
    sheet.fit_to_pages(1, 0)


@dataclass(frozen=True)
class _Places:
    """Where the other sheets show what a finding is about."""

    result: Consolidation

    @cached_property
    def details(self) -> Mapping[str, int]:
        return detail_rows(self.result)

    @cached_property
    def files(self) -> Mapping[str, int]:
        return file_rows(self.result)

    @cached_property
    def rules(self) -> Mapping[str, int]:
        return {rule.id: rule_row(position) for position, rule in enumerate(self.result.form.rules)}

    def links(self, finding: Finding) -> dict[int, Link]:
        """Where the cells of a finding's row lead, by column."""
        target, rule = self.of(finding), self.rules.get(finding.rule)
        found = {_PLACE: Link(target, f"转到 {target}")} if target else {}
        return found | ({_CODE: Link(f"{RULES_SHEET}!A{rule}", "看这条审核公式")} if rule else {})

    def of(self, finding: Finding) -> str:
        """The cell to jump to, "" where no sheet shows anything of it."""
        if not finding.file and finding.sheet == MAIN_SHEET and finding.cell:
            return f"{MAIN_SHEET}!{finding.cell}"
        row = self.details.get(finding.unit)
        used = not finding.file or self.used.get(finding.unit) == finding.file
        if row is not None and used:
            known = finding.indicator in self.result.form.indicators
            return detail_cell(self.result, finding.indicator, row) if known else f"{DETAIL_SHEET}!A{row}"
        file = self.files.get(finding.file)
        return f"{STATUS_SHEET}!A{file}" if file else ""

    @cached_property
    def used(self) -> Mapping[str, str]:
        return {unit.name: unit.file for unit in self.result.units}


def _finding_lines(book: Book, result: Consolidation) -> Iterator[Row]:
    plain = [book.style(style) for style in _STYLES]
    link, explained = book.style("link", text_wrap=True), book.style("cell", **GREEN_MARK)
    marks = {severity: book.style("cell", **_MARKS.get(severity, {})) for severity in Severity}
    places = _Places(result)

    def line(number: int, finding: Finding) -> Row:
        texts = list(_texts(finding, result.form))
        height = min(409, LINE_HEIGHT * max(map(lines_needed, texts, WIDTHS)) + 3)
        styles = [explained if finding.explanation else marks[finding.severity], *plain[1:]]
        links = places.links(finding) if number <= MOST_LINKS else {}
        for column in links:
            texts[column] = texts[column] or _NOWHERE
            styles[column] = link
        return Row(list(zip(texts, styles, strict=True)), height, links)

    return (line(number, finding) for number, finding in enumerate(result.findings, start=1))


def _texts(finding: Finding, form: Form) -> tuple[str, ...]:
    words = compared(finding, form.rule_ids.get(finding.rule))
    severity = finding.severity.chinese + ("(已说明)" if finding.explanation else "")
    return (
        severity,
        finding.code,
        finding.unit,
        finding.file,
        finding.spot,
        finding.indicator,
        finding.message,
        words.against,
        words.now,
        finding.explanation,
        advice_on(finding),
    )

