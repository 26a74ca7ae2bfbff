"""The sheets 明细 (one row per unit, the constants all totals are made of) and 出处 (which cell each came from)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from xltools.consolidation import Consolidation, UnitResult
from xltools.findings import Number
from xltools.form import Aggregate, Indicator
from xltools.reading.references import cell_name, column_letters
from xltools.returns import Source
from xltools.sheetnames import DETAIL_SHEET, PROVENANCE_SHEET, STATUS_SHEET
from xltools.writing.rows import Link, Row
from xltools.writing.statussheet import unit_rows
from xltools.writing.styles import LINE_HEIGHT, MOST_LINKS, Book, figure_width, lines_needed, pages, printed_width

DETAIL_HEADINGS = ("填报单位", "代码", "组别", "状态", "文件", "SHA-256", "工作表")
FIRST_UNIT_ROW = 2
DEFAULT_ROW_NAME = "(默认)"
NOT_FOUND = "-"
_WIDTHS = (24, 8, 10, 16, 28, 30, 10)
_STATUS = DETAIL_HEADINGS.index("状态")
# file, digest and sheet are of use to programs; people find them on 报送情况
_FOLDED = range(DETAIL_HEADINGS.index("文件"), len(DETAIL_HEADINGS))


def detail_range(result: Consolidation, name: str, *, absolute: bool = False) -> str:
    """The cells of 明细 that hold an indicator, one per unit."""
    return column_range(result, _column_of(result, name), absolute=absolute)


def grand_total(result: Consolidation, indicator: Indicator, *, absolute: bool = False) -> str:
    """The formula that makes 合计 of an indicator, rounded so that every program shows the same."""
    function = "MAX" if indicator.aggregate is Aggregate.MAX else "SUM"
    return f"ROUND({function}({detail_range(result, indicator.name, absolute=absolute)}),{indicator.decimals})"


def detail_cell(result: Consolidation, name: str, row: int) -> str:
    """The cell of 明细 that holds an indicator of the unit in this row."""
    return f"{DETAIL_SHEET}!{detail_letters(result, name)}{row}"


def detail_letters(result: Consolidation, name: str) -> str:
    """The column of 明细 that holds an indicator, by its letters."""
    return column_letters(_column_of(result, name))


def detail_head(result: Consolidation, name: str) -> str:
    """The heading on 明细 of an indicator's column."""
    return f"{DETAIL_SHEET}!{cell_name(1, _column_of(result, name))}"


def detail_rows(result: Consolidation) -> Mapping[str, int]:
    """The row (from 1) of every unit on 明细."""
    return {unit.name: row for row, unit in enumerate(result.units, start=FIRST_UNIT_ROW)}


def _column_of(result: Consolidation, name: str) -> int:
    return len(DETAIL_HEADINGS) + 1 + list(result.form.indicators).index(name)


def column_range(result: Consolidation, column: int, *, absolute: bool = False) -> str:
    """A column of the table on 明细, without its heading."""
    first, last = FIRST_UNIT_ROW, FIRST_UNIT_ROW + max(len(result.units), 1) - 1
    letters = column_letters(column)
    sign = "$" if absolute else ""
    return f"{DETAIL_SHEET}!{sign}{letters}{sign}{first}:{sign}{letters}{sign}{last}"


def write_detail_sheet(book: Book, result: Consolidation) -> None:
    """Write 明细 as the next sheet: a real Excel table that can be filtered."""
    sheet = book.long_sheet(DETAIL_SHEET)
    names = list(result.form.indicators)
    headings = [*DETAIL_HEADINGS, *names]
    rows = max(len(result.units), 1)
    style = book.style("total-head")
    sheet.add_table(
        0, 0, rows, len(headings) - 1,
        {
            "name": "detail",
            "style": "Table Style Light 9",
            "columns": [{"header": heading, "header_format": style} for heading in headings],
        },
    )  # fmt: skip
    widths = [figure_width((unit.figures.get(name) for unit in result.counted), 8.5) for name in names]
    _set_columns(sheet, widths)
    sheet.set_row(0, LINE_HEIGHT * max(2, *map(lines_needed, names, widths)) + 6)
    sheet.add_rows(FIRST_UNIT_ROW - 1, _unit_lines(book, result), len(result.units), len(headings))
    sheet.freeze_panes(1, 1)
    sheet.set_landscape()
    sheet.repeat_rows(0)
    sheet.repeat_columns(0)
    sheet.fit_to_pages(pages(printed_width(_WIDTHS[:1]), printed_width([*_WIDTHS[1 : _FOLDED[0]], *widths]), 0)[0], 0)


def _set_columns(sheet: Any, widths: Sequence[float]) -> None:
    for column, width in enumerate((*_WIDTHS, *widths)):
        folded = {"level": 1, "hidden": True} if column in _FOLDED else {"collapsed": column == _FOLDED[0] - 1}
        sheet.set_column(column, column, width, None, folded)
    sheet.outline_settings(True, True, False, False)


def _unit_lines(book: Book, result: Consolidation) -> Iterator[Row]:
    text, folded = book.style("cell", valign="vcenter"), book.style("cell", text_wrap=False)
    link = book.style("measure-link")
    styles = [folded if column in _FOLDED else text for column in range(len(DETAIL_HEADINGS))]
    linked = [link if column == _STATUS else style for column, style in enumerate(styles)]
    figure, decimal = book.style("figure"), book.style("decimal")
    indicators = [(name, decimal if each.decimals else figure) for name, each in result.form.indicators.items()]
    status_rows = unit_rows(result)

    def line(number: int, unit: UnitResult) -> Row:
        facts = _facts(unit)
        figures = unit.figures if unit.counted else {}
        is_linked = number <= MOST_LINKS
        cells: list[tuple[str | Number | None, Any]] = [*zip(facts, linked if is_linked else styles, strict=True)]
        for name, style in indicators:
            value = figures.get(name)
            cells.append((value, figure if value is None else style))
        height = LINE_HEIGHT * max(map(lines_needed, facts[:4], _WIDTHS[:4])) + 3
        target = Link(f"{STATUS_SHEET}!A{status_rows[unit.name]}", "看文件和报送情况")
        return Row(cells, height, {_STATUS: target} if is_linked else {})

    return (line(number, unit) for number, unit in enumerate(result.units, start=1))


def _facts(unit: UnitResult) -> tuple[str, ...]:
    source = unit.ret.source if unit.ret else Source("")
    sheet = unit.ret.sheet if unit.ret else ""
    return unit.name, unit.code, unit.group, unit.status_words, source.path, source.sha256, sheet


def write_provenance_sheet(book: Book, result: Consolidation) -> None:
    """Write 出处, very hidden: the template's cell of each indicator, and per unit those that differ from it."""
    sheet = book.sheet(PROVENANCE_SHEET)
    sheet.very_hidden()
    spots = result.form.page.spots
    usual = {name: cell_name(spot.row, spot.column) for name, spot in spots.items()}
    for column, text in enumerate(["填报单位", *usual]):
        sheet.write_string(0, column, text)
    for column, text in enumerate([DEFAULT_ROW_NAME, *usual.values()]):
        sheet.write_string(1, column, text)
    for row, unit in enumerate(result.counted, start=2):
        sheet.write_string(row, 0, unit.name)
        for column, text in _deviations(unit, usual):
            sheet.write_string(row, column, text)


def _deviations(unit: UnitResult, usual: Mapping[str, str]) -> list[tuple[int, str]]:
    cells = unit.ret.cells if unit.ret else {}
    return [
        (column, cells.get(name, NOT_FOUND))
        for column, (name, place) in enumerate(usual.items(), start=1)
        if cells.get(name) != place
    ]
