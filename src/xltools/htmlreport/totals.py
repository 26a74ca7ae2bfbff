"""The form's tables with the totals in them, as laid out: lists with a column per group, matrices as grids."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xltools.consolidation import Consolidation
from xltools.findings import Number
from xltools.form import Entry, Form, Indicator, ListTable, Matrix
from xltools.htmlreport.shown import figure
from xltools.layout import Area, Box, Spot


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table on the page.

    ``kind``: head, corner, section, row, measure or figure. A figure is that of ``indicator`` for ``scope``, both
    positions (in the form; in 合计 and the groups), -1 elsewhere.
    """

    kind: str
    text: str
    columns: int = 1
    rows: int = 1
    level: int = 0
    indicator: int = -1
    scope: int = -1


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: ``title`` above it, the first ``head`` rows are column headings; a matrix shows one scope at a time."""

    title: str
    head: int
    rows: tuple[tuple[Cell, ...], ...]
    is_matrix: bool


def grids(result: Consolidation) -> tuple[Grid, ...]:
    """Every table of the form, in the order of the page."""
    order = {name: position for position, name in enumerate(result.form.indicators)}
    made = []
    title = ""
    for table in result.form.tables:
        if isinstance(table, ListTable):
            made.append(_list_grid(table, result, order))
        else:
            title = table.section or title
            made.append(_matrix_grid(table, title, result, order))
    return tuple(made)


def label_paths(form: Form) -> Mapping[str, str]:
    """Where an indicator stands in its table, in words: the labels of its row and its column."""
    paths: dict[str, str] = {}
    for table in form.tables:
        if isinstance(table, ListTable):
            paths |= {row.indicator.name: row.label for row in table.rows if isinstance(row, Entry)}
            continue
        for line, cells in zip(table.rows, table.cells, strict=True):
            for column, indicator in zip(table.columns, cells, strict=True):
                paths[indicator.name] = " · ".join(text for text in (*line.labels, *column.labels) if text)
    return paths


def _list_grid(table: ListTable, result: Consolidation, order: Mapping[str, int]) -> Grid:
    scopes = list(result.totals)
    label, measure, _ = table.headings
    rows = [tuple(Cell("head", text) for text in (label, measure, *scopes))]
    for row in table.rows:
        if not isinstance(row, Entry):
            rows.append((Cell("section", row.label, columns=2 + len(scopes), level=row.level),))
            continue
        figures = (_figure(row.indicator, scope, result, order) for scope in range(len(scopes)))
        measure_cell = Cell("measure", row.indicator.measure)
        rows.append((Cell("row", row.label, level=row.level), measure_cell, *figures))
    return Grid("", 1, tuple(rows), is_matrix=False)


def _matrix_grid(table: Matrix, title: str, result: Consolidation, order: Mapping[str, int]) -> Grid:
    page = result.form.page
    area = page.areas[table.id]
    boxes = [box for box in page.boxes if _within(box, area)]
    spots = [(indicator, page.spots[indicator.name]) for indicator in table.indicators()]
    starts = sorted({box.column for box in boxes} | {spot.column for _, spot in spots})
    cells: dict[tuple[int, int], Cell] = {}
    for box in boxes:
        kind = {"header": "head", "row-label": "row"}.get(box.style, box.style)
        cells[box.row, box.column] = Cell(kind, box.text, _across(starts, box), box.height)
    for indicator, spot in spots:
        cells[spot.row, spot.column] = _figure(indicator, 0, result, order, _across(starts, spot))
    last = max(row for row, _ in cells)
    rows = tuple(tuple(cells[at] for at in sorted(cells) if at[0] == row) for row in range(area.first_row, last + 1))
    titles = [text for text in (title, table.heading) if text]
    measures = list(dict.fromkeys(i.measure for i in table.indicators() if i.measure))
    unit = f"(单位:{measures[0]})" if len(measures) == 1 else ""
    return Grid(" ".join(titles) + unit, table.header_depth, rows, is_matrix=True)


def _within(box: Box, area: Area) -> bool:
    return area.first_row <= box.row <= area.last_row and area.first_column <= box.column <= area.last_column


def _across(starts: Sequence[int], part: Box | Spot) -> int:
    """How many of the table's own columns a part takes; the page's grid is finer than any one table."""
    return bisect_left(starts, part.column + part.width) - bisect_left(starts, part.column)


def _figure(
    indicator: Indicator, scope: int, result: Consolidation, order: Mapping[str, int], columns: int = 1
) -> Cell:
    value = scope_totals(result, indicator.name)[scope]
    return Cell("figure", figure(value), columns, indicator=order[indicator.name], scope=scope)


def scope_totals(result: Consolidation, name: str) -> list[Number | None]:
    """An indicator's figure for 合计 and for each group."""
    return [figures.get(name) for figures in result.totals.values()]


