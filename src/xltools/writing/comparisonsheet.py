"""The sheet 分单位: indicators down, the grand total, each group and each unit across."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from xltools.consolidation import GRAND_TOTAL, Consolidation, UnitResult
from xltools.findings import Number
from xltools.form import Aggregate, Form, Indicator, ListTable, Section
from xltools.reading.references import cell_name
from xltools.writing.detailsheet import DETAIL_HEADINGS, FIRST_UNIT_ROW, column_range, detail_cell, detail_range
from xltools.writing.styles import LINE_HEIGHT, Book, lines_needed

UNIT_SHEET = "分单位"
MOST_UNITS = 200
_HEAD_ROW = 2
_LABEL_WIDTH = 46
_GROUP_COLUMN = DETAIL_HEADINGS.index("组别") + 1


def write_unit_sheet(book: Book, result: Consolidation) -> None:
    """Write 分单位 as the next sheet; above 200 units only the groups are shown."""
    sheet = book.sheet(UNIT_SHEET)
    units = [unit for unit in result.units if unit.counted]
    shown = sorted(units, key=_group_order(result)) if len(units) <= MOST_UNITS else []
    heads = [GRAND_TOTAL, *result.groups, *(unit.name for unit in shown)]
    sheet.write_string(0, 0, f"{result.form.title}(分单位)", book.style("table-title"))
    note = f"{result.unit} {result.period} 年度" + ("" if shown or not units else f";共 {len(units)} 个单位,只列组别")
    sheet.write_string(1, 0, note, book.style("subtitle"))
    for column, text in enumerate(["统计指标", "单位", *heads]):
        sheet.write_string(_HEAD_ROW, column, text, book.style("total-head"))
    sheet.set_row(_HEAD_ROW, 32)
    detail_rows = {unit.name: row for row, unit in enumerate(result.units, start=FIRST_UNIT_ROW)}
    row = _HEAD_ROW
    for text, indicator, level in outline(result.form):
        row += 1
        _write_label(book, sheet, row, text, indicator, level, len(heads))
        if indicator is not None:
            _write_figures(book, sheet, row, indicator, result, shown, detail_rows)
    _finish(sheet, row, len(heads))


def outline(form: Form) -> Iterator[tuple[str, Indicator | None, int]]:
    """The form as one list of lines: text, its indicator (None for a heading), indent."""
    for table in form.tables:
        if isinstance(table, ListTable):
            for row in table.rows:
                if isinstance(row, Section):
                    yield row.label, None, row.level
                else:
                    yield row.label, row.indicator, row.level
            continue
        for title in (table.section, table.heading):
            if title:
                yield title, None, 0
        for line, cells in zip(table.rows, table.cells, strict=True):
            if line.labels:
                yield line.labels[-1], None, len(line.labels) - 1
            for column, indicator in zip(table.columns, cells, strict=True):
                yield "·".join(column.labels[1:] or column.labels), indicator, len(line.labels)


def _group_order(result: Consolidation) -> Any:
    order = {group: position for position, group in enumerate(result.groups)}
    return lambda unit: order.get(unit.group, len(order))


def _write_label(
    book: Book, sheet: Any, row: int, text: str, indicator: Indicator | None, level: int, columns: int
) -> None:
    style = book.style("section" if indicator is None else "label", **({"indent": level} if level else {}))
    sheet.write_string(row, 0, text, style)
    sheet.set_row(row, LINE_HEIGHT * lines_needed(text, _LABEL_WIDTH - 1.3 * level) + 3)
    if indicator is None:
        for column in range(1, columns + 2):
            sheet.write_blank(row, column, None, book.style("section"))
    else:
        sheet.write_string(row, 1, indicator.measure, book.style("measure"))


def _write_figures(
    book: Book,
    sheet: Any,
    row: int,
    indicator: Indicator,
    result: Consolidation,
    shown: list[UnitResult],
    detail_rows: Mapping[str, int],
) -> None:
    kind = "decimal" if indicator.decimals else "figure"
    strong, plain = book.style(f"{kind}-strong"), book.style(kind)
    cells: list[tuple[str, Number | None, Any]] = [
        (_total(result, indicator, group), result.totals[group].get(indicator.name), strong)
        for group in (GRAND_TOTAL, *result.groups)
    ]
    name = indicator.name
    cells += [(detail_cell(result, name, detail_rows[unit.name]), unit.figures.get(name), plain) for unit in shown]
    for at, (formula, value, style) in enumerate(cells, start=2):
        if value is None:
            sheet.write_blank(row, at, None, style)
        else:
            sheet.write_formula(row, at, "=" + formula, style, float(value))


def _total(result: Consolidation, indicator: Indicator, group: str) -> str:
    figures = detail_range(result, indicator.name, absolute=True)
    largest = indicator.aggregate is Aggregate.MAX
    if group == GRAND_TOTAL:
        return f"ROUND({'MAX' if largest else 'SUM'}({figures}),{indicator.decimals})"
    groups = column_range(result, _GROUP_COLUMN, absolute=True)
    quoted = group.replace('"', '""')
    if largest:  # MAXIFS came with Excel 2019; SUMPRODUCT evaluates the array everywhere
        return f'ROUND(SUMPRODUCT(MAX(({groups}="{quoted}")*N(+{figures}))),{indicator.decimals})'
    return f'ROUND(SUMIF({groups},"{quoted}",{figures}),{indicator.decimals})'


def _finish(sheet: Any, last_row: int, columns: int) -> None:
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, 7)
    sheet.set_column(2, columns + 1, 12)
    sheet.freeze_panes(_HEAD_ROW + 1, 3)
    sheet.set_landscape()
    sheet.repeat_rows(_HEAD_ROW)
    sheet.repeat_columns(0, 1)
    sheet.print_area(0, 0, last_row, columns + 1)
    sheet.fit_to_pages(1 if columns <= 14 else 0, 0 if columns <= 14 else 1)
    sheet.set_selection(cell_name(_HEAD_ROW + 2, 3))
