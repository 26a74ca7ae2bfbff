"""The sheet 统计表: the official table, its cells to fill in, and the live audit column beside it.

Beyond the printed columns stand a gap, the audit column, and (hidden) one column of marks per grid column; the marks'
first rows hold the counts that the verdict is made of. A second block beside them marks only what is unacceptable as
a figure: the rules ask how many of these there are and the marks ask the rules, which in one block would be a circle.
:mod:`xltools.sheetstate` gives the stored values.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from xltools import sheetstate
from xltools.form import HEADER, PERIOD, UNIT, Form, Indicator, ListTable
from xltools.layout import FIRST_TABLE_ROW, TITLE_ROW, UNIT_ROW, Box, Spot
from xltools.reading.references import absolute_name, cell_name, runs
from xltools.sheetnames import MAIN_SHEET, RULES_SHEET
from xltools.sheetstate import SheetState
from xltools.wording import blamed_first
from xltools.writing.content import Content
from xltools.writing.rulesheet import LAST_RULE_ROW, STATUS, WORDS, rule_row
from xltools.writing.styles import AMBER_MARK, GREEN_MARK, LINE_HEIGHT, RED_MARK, Book, lines_needed

AUDIT_WIDTH = 116
HINT = "黄色格为填报项,其余不能改;本列只在屏幕上显示,不打印"
_WRAPPED = ("label", "row-label", "header", "corner", "section")
_BAD_ROW, _FILLED_ROW, _ERRORS_ROW, _PROMPTS_ROW = 1, 2, 3, 4


def write_form_sheet(book: Book, form: Form, content: Content, state: SheetState, *, locked: bool = False) -> None:
    """Write 统计表 as the next sheet; ``locked`` where the figures are calculated and nobody fills them in."""
    sheet = book.sheet(MAIN_SHEET)
    for column, width in enumerate(form.layout.grid):
        sheet.set_column(column, column, width)
    for box in form.page.boxes:
        _write_box(book, sheet, box)
    _write_header_cells(book, sheet, form, content)
    for name, spot in form.page.spots.items():
        _write_figure(book, sheet, form.indicators[name], spot, content, locked)
    _set_heights(sheet, form)
    if content.remark:
        _write_remark(book, sheet, form, content.remark)
    _write_audit_column(book, sheet, form, state, content.reservation)
    _write_marks(book, sheet, form, state)
    _add_colours(book, sheet, form)
    if not locked:
        _add_validation(sheet, form)
    _set_page(sheet, form, form.page.height + (1 if content.remark else 0))


def audit_column(form: Form) -> int:
    """The column (from 1) of the verdict and the words."""
    return form.page.width + 2


def mark_cell(form: Form, spot: Spot) -> str:
    """The hidden cell that says whether a figure is wrong."""
    return cell_name(spot.row, audit_column(form) + spot.column)


def _value_cell(form: Form, spot: Spot) -> str:
    """The hidden cell that says whether what stands there is acceptable as a figure, whatever the rules say."""
    return cell_name(spot.row, audit_column(form) + form.page.width + spot.column)


def count_cell(form: Form, row: int) -> str:
    """The hidden cell of one of the counts, absolute."""
    return absolute_name(row, audit_column(form) + 1)


def bad_count_reference(form: Form) -> str:
    """Where other sheets read how many figures are not acceptable as figures."""
    return f"{MAIN_SHEET}!{count_cell(form, _BAD_ROW)}"


def _write_box(book: Book, sheet: Any, box: Box) -> None:
    style = book.style(box.style, **({"indent": box.level} if box.level else {}))
    _write(sheet, box.row, box.column, box.width, box.text, style, box.height)


def _write(sheet: Any, row: int, column: int, width: int, value: Any, style: Any, height: int = 1) -> None:
    """A value in one cell or in merged cells; None and "" leave it blank."""
    if width > 1 or height > 1:
        sheet.merge_range(row - 1, column - 1, row + height - 2, column + width - 2, "", style)
    if value is None or value == "":
        sheet.write_blank(row - 1, column - 1, None, style)
    elif isinstance(value, str):
        sheet.write_string(row - 1, column - 1, value, style)
    else:
        sheet.write_number(row - 1, column - 1, value, style)


def _write_header_cells(book: Book, sheet: Any, form: Form, content: Content) -> None:
    styles = {UNIT: "unit", PERIOD: "period", "填报日期": "date"}
    for field in HEADER:
        spot = form.page.header[field.name]
        style = book.style(styles.get(field.name, "signature"))
        _write(sheet, spot.row, spot.column, spot.width, content.header.get(field.name), style)


def _write_figure(book: Book, sheet: Any, indicator: Indicator, spot: Spot, content: Content, locked: bool) -> None:
    kind = "decimal" if indicator.decimals else "figure"
    value = content.values.get(indicator.name)
    formula = content.formulas.get(indicator.name)
    if formula is None:
        _write(sheet, spot.row, spot.column, spot.width, value, book.style(kind if locked else f"{kind}-input"))
        return
    style = book.style(f"{kind}-strong" if indicator.formula else kind)
    _write(sheet, spot.row, spot.column, spot.width, None, style)
    sheet.write_formula(spot.row - 1, spot.column - 1, "=" + formula, style, "" if value is None else float(value))


def _set_heights(sheet: Any, form: Form) -> None:
    grid = form.layout.grid
    needed: dict[int, int] = {}
    for box in form.page.boxes:
        width = sum(grid[box.column - 1 : box.column - 1 + box.width]) - 1.3 * box.level
        lines = lines_needed(box.text, width) if box.style in _WRAPPED else 1
        for row in range(box.row, box.row + box.height):
            needed[row] = max(needed.get(row, 1), -(-lines // box.height))
    for row, lines in needed.items():
        sheet.set_row(row - 1, max(16.5, LINE_HEIGHT * lines + 3))
    sheet.set_row(TITLE_ROW - 1, 30)
    sheet.set_row(TITLE_ROW, 20)
    sheet.set_row(UNIT_ROW - 1, 21)


def _write_remark(book: Book, sheet: Any, form: Form, remark: str) -> None:
    page = form.page
    _write(sheet, page.height + 1, 1, page.width, remark, book.style("hint"))
    sheet.set_row(page.height, LINE_HEIGHT * lines_needed(remark, sum(form.layout.grid)) + 3)


def _write_audit_column(book: Book, sheet: Any, form: Form, state: SheetState, reservation: str) -> None:
    column = audit_column(form)
    sheet.set_column(column - 2, column - 2, 2)
    sheet.set_column(column - 1, column - 1, AUDIT_WIDTH)
    verdict = book.style("verdict")
    sheet.merge_range(TITLE_ROW - 1, column - 1, TITLE_ROW, column - 1, "", verdict)
    sheet.write_formula(TITLE_ROW - 1, column - 1, "=" + _verdict_formula(form, reservation), verdict, state.verdict)
    hint = book.style("hint")
    sheet.write_formula(UNIT_ROW - 1, column - 1, "=" + _header_formula(form), hint, state.header_words or HINT)
    sheet.write_string(FIRST_TABLE_ROW - 1, column - 1, "审核", book.style("header", align="left"))
    words = book.style("words")
    beside = sheetstate.rules_beside(form)
    for row, indicators in sheetstate.rows_of(form).items():
        formula = _words_formula(form, indicators, [rule_row(position) for position in beside[row]])
        sheet.write_formula(row - 1, column - 1, "=" + formula, words, state.words.get(row, ""))


def _words_formula(form: Form, indicators: tuple[Indicator, ...], rule_rows: list[int]) -> str:
    spots = [form.page.spots[indicator.name] for indicator in indicators]
    marks = f"{mark_cell(form, spots[0])}:{mark_cell(form, spots[-1])}"
    is_bad, bad = f'COUNTIF({marks},"{sheetstate.BAD_VALUE}")>0', f'"{sheetstate.value_words(indicators)}"'
    said = [f"{RULES_SHEET}!${WORDS}${at}" for at in rule_rows]
    if len(said) <= sheetstate.MOST_TOLD:
        return f'TRIM(IF({is_bad},{bad},""){"".join(f"""&" "&{cell}""" for cell in said)})'
    first = '""'
    for cell in reversed(said):
        first = f"IF(LEN({cell})>0,{cell},{first})"
    count = "+".join([f"({is_bad})", *(f"(LEN({cell})>0)" for cell in said)])
    before, after = sheetstate.others_words("\0").split("\0")
    return f'IF({is_bad},{bad},{first})&IF({count}>1,"{before}"&{count}-1&"{after}","")'


def _verdict_formula(form: Form, reservation: str) -> str:
    bad, filled, errors, prompts = (count_cell(form, row) for row in (_BAD_ROW, _FILLED_ROW, _ERRORS_ROW, _PROMPTS_ROW))
    if reservation:
        said = f"{sheetstate.RESERVED}{reservation}".replace('"', '""')
        return f'"{said}"&IF({errors}>0,",表内 "&{errors}&" 处错误","")'
    wrong = f'"✗ 需修改:"&{errors}&" 处错误"&IF({prompts}>0,","&{prompts}&" 处提示","")'
    asked = f'IF({prompts}>0,"! 待说明:"&{prompts}&" 处提示","{sheetstate.READY}")'
    return f'IF(AND({filled}=0,{bad}=0),"{sheetstate.NOT_FILLED}",IF({errors}>0,{wrong},{asked}))'


def _header_formula(form: Form) -> str:
    unit = f'IF({_is_blank(UNIT)},"{sheetstate.MISSING_UNIT}","{HINT}")'
    filled = f"AND({count_cell(form, _FILLED_ROW)}=0,{count_cell(form, _BAD_ROW)}=0)"
    return f'IF({filled},"{HINT}",IF({_is_blank(PERIOD)},"{sheetstate.MISSING_PERIOD}",{unit}))'


def _is_blank(name: str) -> str:
    return f"LEN(TRIM({name}))=0"


def _write_marks(book: Book, sheet: Any, form: Form, state: SheetState) -> None:
    style = book.style("hidden")
    first = audit_column(form)
    sheet.set_column(first, first + 2 * form.page.width - 1, 4, None, {"hidden": True})
    statuses: dict[str, list[str]] = {}
    for position, rule in enumerate(form.rules):
        statuses.setdefault(blamed_first(rule), []).append(f"{RULES_SHEET}!${STATUS}${rule_row(position)}")
    for name, spot in form.page.spots.items():
        mark, value = state.marks.get(name, ""), _value_cell(form, spot)
        is_acceptable = _value_formula(form.indicators[name], cell_name(spot.row, spot.column))
        sheet.write_formula(value, "=" + is_acceptable, style, mark if mark == sheetstate.BAD_VALUE else "")
        formula = _mark_formula(value, statuses.get(name, []))
        sheet.write_formula(mark_cell(form, spot), "=" + formula, style, mark)
    for row, (formula, count) in _counts(form, state).items():
        sheet.write_formula(row - 1, first, "=" + formula, style, count)


def _counts(form: Form, state: SheetState) -> Mapping[int, tuple[str, int]]:
    page = form.page
    bottom = max(spot.row for spot in page.spots.values())
    first, last = audit_column(form) + page.width + 1, audit_column(form) + 2 * page.width
    values = f"{cell_name(FIRST_TABLE_ROW + 1, first)}:{cell_name(bottom, last)}"
    status = f"{RULES_SHEET}!${STATUS}${rule_row(0)}:${STATUS}${LAST_RULE_ROW}"
    missing = f"IF({_is_blank(UNIT)},1,0)+IF({_is_blank(PERIOD)},1,0)"
    bad = count_cell(form, _BAD_ROW)
    return {
        _BAD_ROW: (f'COUNTIF({values},"{sheetstate.BAD_VALUE}")', state.bad),
        _FILLED_ROW: (f"COUNT({','.join(_input_ranges(form))})", state.filled),
        _ERRORS_ROW: (f'COUNTIF({status},"{sheetstate.ERROR}")+{bad}+{missing}', state.errors),
        _PROMPTS_ROW: (f'COUNTIF({status},"{sheetstate.PROMPT}")', state.prompts),
    }


def _input_ranges(form: Form) -> list[str]:
    """Ranges that cover exactly the cells to fill in, one per run of neighbours below each other."""
    spots = sorted(
        (spot.column, spot.row) for name, spot in form.page.spots.items() if not form.indicators[name].formula
    )
    ranges = []
    for column, group in groupby(spots, key=lambda spot: spot[0]):
        rows = [row for _, row in group]
        ranges += [f"{cell_name(first, column)}:{cell_name(last, column)}" for first, last in runs(rows)]
    return ranges


def _value_formula(indicator: Indicator, cell: str) -> str:
    fraction = "" if indicator.decimals else f",{cell}<>INT({cell})"
    negative = f'IF(OR({cell}<0{fraction}),"{sheetstate.BAD_VALUE}","")'
    blank = f'"{sheetstate.BAD_VALUE}"' if indicator.required else '""'
    other = f'IF(ISBLANK({cell}),{blank},"{sheetstate.BAD_VALUE}")'
    if indicator.formula:  # an error here comes from a part, which is marked itself
        other = f'IF(ISERROR({cell}),"",{other})'
    return f"IF(ISNUMBER({cell}),{negative},{other})"


def _mark_formula(value: str, statuses: list[str]) -> str:
    if not statuses:
        return value
    rules = '""'
    for status, mark in (
        (sheetstate.EXPLAINED, sheetstate.MARK_EXPLAINED),
        (sheetstate.PROMPT, sheetstate.MARK_PROMPT),
        (sheetstate.ERROR, sheetstate.MARK_ERROR),
    ):
        test = ",".join(f'{at}="{status}"' for at in statuses)
        rules = f'IF(OR({test}),"{mark}",{rules})'
    return f'IF({value}<>"","{sheetstate.BAD_VALUE}",{rules})'


def _add_colours(book: Book, sheet: Any, form: Form) -> None:
    offset = audit_column(form)
    red, amber, green = (book.format(mark) for mark in (RED_MARK, AMBER_MARK, GREEN_MARK))
    marks = sheetstate
    for area in form.page.areas.values():
        spots = [s for s in form.page.spots.values() if area.first_row <= s.row <= area.last_row]
        top, left = min(s.row for s in spots), min(s.column for s in spots)
        bottom, right = max(s.row for s in spots), max(s.column for s in spots)
        mark = cell_name(top, left + offset)
        for test, colour in (
            (f'OR({mark}="{marks.BAD_VALUE}",{mark}="{marks.MARK_ERROR}")', red),
            (f'{mark}="{marks.MARK_PROMPT}"', amber),
            (f'{mark}="{marks.MARK_EXPLAINED}"', green),
        ):
            shown = {"type": "formula", "criteria": "=" + test, "format": colour}
            sheet.conditional_format(top - 1, left - 1, bottom - 1, right - 1, shown)
    words = cell_name(1, offset)
    bottom = max(spot.row for spot in form.page.spots.values())
    for symbol, mark_format in (("✗", red), ("!", amber), ("√", green)):
        shown = {"type": "formula", "criteria": f'=LEFT({words},1)="{symbol}"', "format": mark_format}
        sheet.conditional_format(0, offset - 1, bottom - 1, offset - 1, shown)


def _add_validation(sheet: Any, form: Form) -> None:
    for name, spot in form.page.spots.items():
        indicator = form.indicators[name]
        if indicator.formula:
            continue
        whole = indicator.decimals == 0
        kind = "整数" if whole else "数"
        measure = f"单位:{indicator.measure}。" if indicator.measure else ""
        blank = "必填,没有就填 0。" if indicator.required else "没有就留空或填 0。"
        prompt = f"{measure}填不小于 0 的{kind},{blank}{indicator.note}"
        sheet.data_validation(
            spot.row - 1,
            spot.column - 1,
            spot.row - 1,
            spot.column - 1,
            {
                "validate": "integer" if whole else "decimal",
                "criteria": ">=",
                "value": 0,
                "input_title": name[:32],
                "input_message": prompt if len(prompt) <= 255 else prompt[:254] + "…",
                "error_title": "填写有误",
                "error_message": f"“{name}”只能填不小于 0 的{kind},不写文字、单位和逗号。",
                "error_type": "stop",
            },
        )
    _add_header_validation(sheet, form)


def _add_header_validation(sheet: Any, form: Form) -> None:
    unit, period = form.page.header[UNIT], form.page.header[PERIOD]
    sheet.data_validation(
        unit.row - 1, unit.column - 1, unit.row - 1, unit.column - 1,
        {"validate": "any", "input_title": "填报单位", "input_message": "写单位全称(与单位名录一致),必填。"},
    )  # fmt: skip
    sheet.data_validation(
        period.row - 1, period.column - 1, period.row - 1, period.column - 1,
        {
            "validate": "integer", "criteria": "between", "minimum": 2000, "maximum": 2100,
            "input_title": "年度", "input_message": "只填四位年份,如 2017,必填。",
            "error_title": "年度有误", "error_message": "年度只填四位年份,如 2017。",
        },
    )  # fmt: skip


def _set_page(sheet: Any, form: Form, last_row: int) -> None:
    page = form.page
    sheet.print_area(0, 0, last_row - 1, page.width - 1)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
    first_is_list = isinstance(form.tables[0], ListTable)
    sheet.freeze_panes(FIRST_TABLE_ROW if first_is_list else UNIT_ROW, 0)
    sheet.set_zoom(100)
    sheet.set_selection(UNIT_ROW - 1, page.header[UNIT].column - 1, UNIT_ROW - 1, page.header[UNIT].column - 1)
    sheet.protect("", {"format_columns": True, "format_rows": True, "select_locked_cells": True})
