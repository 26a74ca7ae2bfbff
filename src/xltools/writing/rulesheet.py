"""The sheet 审核规则: one rule a row, live, with the cell for the 情况说明 of a 核实性 rule."""

from __future__ import annotations

from typing import Any

from xltools import sheetstate
from xltools.findings import Number
from xltools.form import Form, Level, Rule
from xltools.rules import ExcelError
from xltools.sheetnames import RULES_SHEET
from xltools.sheetstate import RuleState, SheetState
from xltools.wording import difference_formula, message_formula
from xltools.writing.content import Content
from xltools.writing.styles import AMBER_MARK, GREEN_MARK, LINE_HEIGHT, RED_MARK, UNSEEN, Book, lines_needed

HEADINGS = ("编号", "级别", "说明", "是否通过", "差额", "情况说明", "状态", "提示", "提示语")
WIDTHS = (8, 8, 46, 10, 10, 34, 9, 56, 40)
ID, LEVEL, DESCRIPTION, PASSED, DIFFERENCE, EXPLANATION, STATUS, WORDS, MESSAGE = "ABCDEFGHI"
FIRST_RULE_ROW = 4
LAST_RULE_ROW = 500
_SPARE_ROWS = 20
_TRUTH = '"TRUE";"TRUE";"FALSE"'  # LibreOffice shows some of them as 1 and 0 otherwise
_NOTE = (
    "“错误”级的必须成立;“提示”级的请核对,数确实无误的,在黄色的“情况说明”格里写明原因。"
    "增加审核公式:先撤销工作表保护(无密码),在下面的空行填 编号、级别、说明 和 是否通过(以 = 开头的公式)。"
)


def rule_row(position: int) -> int:
    """The row of the rule at this position of ``Form.rules``."""
    return FIRST_RULE_ROW + position


def write_rule_sheet(book: Book, form: Form, content: Content, state: SheetState, bad_count: str) -> None:
    """Write 审核规则 as the next sheet. ``bad_count``: the cell that counts unacceptable figures of 统计表."""
    sheet = book.sheet(RULES_SHEET)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, 5, RULES_SHEET, book.style("title"))
    sheet.merge_range(1, 0, 1, 5, _NOTE, book.style("hint"))
    sheet.set_row(0, 28)
    sheet.set_row(1, 2 * LINE_HEIGHT)
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(FIRST_RULE_ROW - 2, column, heading, book.style("header"))
    for position, (rule, shown) in enumerate(zip(form.rules, state.rules, strict=True)):
        explanation = content.explanations.get(rule.id, "")
        _write_rule(book, sheet, rule_row(position), rule, shown, explanation, bad_count)
    for row in range(rule_row(len(form.rules)), rule_row(len(form.rules) + _SPARE_ROWS)):
        sheet.write_formula(row - 1, 6, "=" + _status_formula(row, bad_count), book.style("cell-center"), "")
    _finish(book, sheet, form)


def _write_rule(
    book: Book, sheet: Any, row: int, rule: Rule, shown: RuleState, explanation: str, bad_count: str
) -> None:
    at = row - 1
    text, centre, figure = book.style("cell"), book.style("cell-center"), book.style("cell-figure")
    truth = book.style("cell-center", num_format=_TRUTH)
    sheet.write_string(at, 0, rule.id, centre)
    sheet.write_string(at, 1, str(rule.level), centre)
    sheet.write_string(at, 2, rule.description, text)
    passed = shown.passed.value if isinstance(shown.passed, ExcelError) else shown.passed
    sheet.write_formula(at, 3, "=" + rule.formula, truth, passed)
    difference = difference_formula(rule)
    if difference:
        sheet.write_formula(at, 4, f'=IFERROR({difference},"")', figure, _stored(shown.difference))
    else:
        sheet.write_blank(at, 4, None, figure)
    style = book.style("cell-input") if rule.level is Level.CONFIRM else text
    _write_text(sheet, at, 5, explanation, style)
    sheet.write_formula(at, 6, "=" + _status_formula(row, bad_count), centre, shown.status)
    sheet.write_formula(at, 7, "=" + _words_formula(row, rule), text, shown.words)
    _write_text(sheet, at, 8, rule.message, text)
    lines = max(lines_needed(rule.description, WIDTHS[2]), lines_needed(explanation, WIDTHS[5]))
    sheet.set_row(at, LINE_HEIGHT * max(2, lines) + 3)


def _write_text(sheet: Any, row: int, column: int, text: str, style: Any) -> None:
    """A text as text, whatever it begins with; a blank cell for none."""
    if text:
        sheet.write_string(row, column, text, style)
    else:
        sheet.write_blank(row, column, None, style)


def _stored(value: Number | None) -> float | str:
    return "" if value is None else float(value)


def _status_formula(row: int, bad_count: str) -> str:
    """错误, 提示, 已说明, 待核 (cannot be judged while a figure is not a number) or nothing."""
    failed = (
        f'IF({LEVEL}{row}="{Level.MUST}","{sheetstate.ERROR}",'
        f'IF(LEN(TRIM({EXPLANATION}{row}))>0,"{sheetstate.EXPLAINED}","{sheetstate.PROMPT}"))'
    )
    broken = f'IF({bad_count}>0,"{sheetstate.PENDING}","{sheetstate.ERROR}")'
    return f'IF({ID}{row}="","",IF(ISERROR({PASSED}{row}),{broken},IF({PASSED}{row},"",{failed})))'


def _words_formula(row: int, rule: Rule) -> str:
    symbols = '""'
    for status, symbol in reversed(list(sheetstate.SYMBOLS.items())):
        symbols = f'IF({STATUS}{row}="{status}","{symbol}",{symbols})'
    message = f"IFERROR({message_formula(rule)},{DESCRIPTION}{row})"
    return f'IF({STATUS}{row}="","",{symbols}&{message})'


def _finish(book: Book, sheet: Any, form: Form) -> None:
    first, last = FIRST_RULE_ROW - 1, rule_row(len(form.rules) + _SPARE_ROWS) - 2
    for status, mark in (("错误", RED_MARK), ("提示", AMBER_MARK), ("已说明", GREEN_MARK), ("待核", AMBER_MARK)):
        test = f'=${STATUS}{FIRST_RULE_ROW}="{status}"'
        rule = {"type": "formula", "criteria": test, "format": book.format(mark)}
        sheet.conditional_format(first, 6, last, 7, rule)
    # 待核 says it; what cannot be judged need not show as #VALUE! beside it
    unjudged = {"type": "formula", "criteria": f"=ISERROR(${PASSED}{FIRST_RULE_ROW})", "format": book.format(UNSEEN)}
    sheet.conditional_format(first, 3, last, 3, unjudged)
    sheet.data_validation(
        first, 5, rule_row(len(form.rules)) - 2, 5,
        {"validate": "any", "input_title": "情况说明", "input_message": "核实性(提示)的,数无误时在这里写明原因。"},
    )  # fmt: skip
    sheet.freeze_panes(FIRST_RULE_ROW - 1, 0)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(FIRST_RULE_ROW - 2)
    sheet.print_area(0, 0, rule_row(len(form.rules)) - 2, 7)
    sheet.protect("", {"format_columns": True, "format_rows": True, "autofilter": True})
