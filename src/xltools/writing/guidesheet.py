"""The sheet 填表说明: how to fill the form in, what each indicator means, what each rule asks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from xltools.form import Form, ListTable, Matrix
from xltools.layout import Spot
from xltools.reading.references import cell_name
from xltools.sheetnames import GUIDE_SHEET
from xltools.writing.styles import LINE_HEIGHT, Book, lines_needed

NAME_HEADING, NOTE_HEADING = "指标名称", "怎样填"
HEADINGS = (NAME_HEADING, "位置", "计量单位", NOTE_HEADING)
WIDTHS = (34, 10, 12, 74)
STEPS = (
    "1. 只在黄色的格里填写,其余的格已锁定。先填“填报单位”和“年度”。",
    "2. 数字只填阿拉伯数字,不写单位、逗号和文字;没有发生的留空或填 0。不要用 / - 无 代替。",
    "3. 以“万元”为单位的,请先把元换算成万元(25 万元填 25,不填 250000),可以有小数。",
    "4. 边填边看右边的“审核”列:✗ 是错误,必须改正;! 是提示,请核对;最上面显示“√ 可以上报”时即可交表。",
    "5. 提示(!)经核对数确实无误的,到“审核规则”表那一行的黄色“情况说明”格里写明原因,就不再算作待说明。",
    "6. 灰底加粗的格会自动相加,不必填写。",
    "7. 请直接在本文件里填写并保存为 .xlsx 交回;不要增删行列、不要改表名、不要把内容复制到新文件。",
    "8. Excel 2010 以上、WPS 表格、LibreOffice 都可以填,不需要启用宏。",
)


def write_guide_sheet(book: Book, form: Form) -> None:
    """Write 填表说明 as the next sheet."""
    sheet = book.sheet(GUIDE_SHEET)
    for column, width in enumerate(WIDTHS):
        sheet.set_column(column, column, width)
    sheet.merge_range(0, 0, 0, 3, f"{form.title}填表说明", book.style("title"))
    sheet.set_row(0, 30)
    row = 1
    for step in STEPS:
        sheet.merge_range(row, 0, row, 3, step, book.style("step"))
        sheet.set_row(row, LINE_HEIGHT * lines_needed(step, sum(WIDTHS)) + 4)
        row += 1
    row = _write_table(book, sheet, row + 1, "一、指标说明", HEADINGS, list(_indicator_rows(form)))
    rules = [(rule.id, str(rule.level), "", rule.description) for rule in form.rules]
    row = _write_table(book, sheet, row + 1, "二、审核公式", ("编号", "级别", "", "要求"), rules)
    sheet.print_area(0, 0, row - 1, 3)
    sheet.fit_to_pages(1, 0)
    sheet.protect("", {"format_columns": True, "format_rows": True})


def _write_table(
    book: Book, sheet: Any, row: int, title: str, headings: tuple[str, ...], rows: Sequence[tuple[str, ...]]
) -> int:
    sheet.write_string(row, 0, title, book.style("table-title"))
    row += 1
    for column, heading in enumerate(headings):
        sheet.write_string(row, column, heading, book.style("header"))
    for texts in rows:
        row += 1
        for column, text in enumerate(texts):
            style = book.style("cell" if column in (0, 3) else "cell-center")
            sheet.write(row, column, text or None, style)
        sheet.set_row(row, LINE_HEIGHT * max(map(lines_needed, texts, WIDTHS)) + 3)
    return row + 1


def _indicator_rows(form: Form) -> Iterator[tuple[str, str, str, str]]:
    for table in form.tables:
        if isinstance(table, ListTable):
            for indicator in table.indicators():
                yield indicator.name, _at(form.page.spots[indicator.name]), indicator.measure, indicator.note
        else:
            yield from _matrix_rows(form, table)


def _matrix_rows(form: Form, table: Matrix) -> Iterator[tuple[str, str, str, str]]:
    """One line per row of the matrix where its figures share a note, else one per figure."""
    for row, cells in zip(table.rows, table.cells, strict=True):
        notes, measures = {i.note for i in cells}, {i.measure for i in cells}
        spots = [form.page.spots[i.name] for i in cells]
        if row.key and len(cells) > 1 and len(notes) == 1 and len(measures) == 1:
            place = f"{_at(spots[0])}:{_at(spots[-1])}"
            yield f"{row.key}{table.join}*", place, measures.pop(), notes.pop()
        else:
            for indicator, spot in zip(cells, spots, strict=True):
                yield indicator.name, _at(spot), indicator.measure, indicator.note


def _at(spot: Spot) -> str:
    return cell_name(spot.row, spot.column)
