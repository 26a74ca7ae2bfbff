"""Where everything of a form stands on the sheet 统计表: pure geometry, used to write the sheet and to read it back.

Rows and columns count from 1, as in cell names.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate

from xltools.form import HEADER, PERIOD, SIGNATURE, UNIT, Entry, Form, ListTable, Matrix

TITLE_ROW, PERIOD_ROW, UNIT_ROW, FIRST_TABLE_ROW = 1, 2, 3, 4


@dataclass(frozen=True, slots=True)
class Box:
    """A cell, or merged cells, with a text that is part of the form; ``style`` says what kind of text it is."""

    row: int
    column: int
    text: str
    style: str
    width: int = 1
    height: int = 1
    level: int = 0


@dataclass(frozen=True, slots=True)
class Label:
    """One of the texts that tell what a figure is: the second key beside the cell's name."""

    text: str
    row: int
    column: int


@dataclass(frozen=True, slots=True)
class Spot:
    """A cell to fill in, ``width`` grid columns wide, with the labels left of it and above it, innermost last."""

    row: int
    column: int
    width: int = 1
    row_labels: tuple[Label, ...] = ()
    column_labels: tuple[Label, ...] = ()


@dataclass(frozen=True, slots=True)
class Area:
    """The rectangle a table takes, from its column headings to its last row."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


@dataclass(frozen=True, slots=True)
class Page:
    """The whole sheet: fixed texts, cells of indicators and of header fields, areas of tables, and its last row."""

    boxes: tuple[Box, ...]
    spots: Mapping[str, Spot]
    header: Mapping[str, Spot]
    areas: Mapping[str, Area]
    width: int
    height: int


def place(form: Form) -> Page:
    """Lay a form out on its page; ``Form.page`` remembers it."""
    width = len(form.layout.grid)
    boxes = [Box(TITLE_ROW, 1, form.title, "title", width)]
    spots: dict[str, Spot] = {}
    areas: dict[str, Area] = {}
    row = FIRST_TABLE_ROW
    for table in form.tables:
        if isinstance(table, ListTable):
            area = _place_list(table, row, boxes, spots)
        else:
            area = _place_matrix(table, row, width, boxes, spots)
        areas[table.id] = area
        row = area.last_row + 1
    header, last_row = _place_header(form, row + 1, boxes)
    return Page(tuple(boxes), spots, header, areas, width, last_row)


def _place_list(table: ListTable, row: int, boxes: list[Box], spots: dict[str, Spot]) -> Area:
    columns = _starts(1, table.spans)
    heads = [Box(row, c, text, "header", w) for c, w, text in zip(columns, table.spans, table.headings, strict=True)]
    boxes.extend(heads)
    figure_head = Label(table.headings[2], row, columns[2])
    first = row
    for entry in table.rows:
        row += 1
        if not isinstance(entry, Entry):
            boxes.append(Box(row, 1, entry.label, "section", table.spans[0], level=entry.level))
            boxes.extend(Box(row, c, "", "section", w) for c, w in zip(columns[1:], table.spans[1:], strict=True))
            continue
        boxes.append(Box(row, 1, entry.label, "label", table.spans[0], level=entry.level))
        boxes.append(Box(row, columns[1], entry.indicator.measure, "measure", table.spans[1]))
        labels = (Label(entry.label, row, 1),)
        spots[entry.indicator.name] = Spot(row, columns[2], table.spans[2], labels, (figure_head,))
    return Area(first, 1, row, sum(table.spans))


def _place_matrix(table: Matrix, row: int, width: int, boxes: list[Box], spots: dict[str, Spot]) -> Area:
    for text, style in ((table.section, "table-title"), (table.heading, "heading")):
        if text:
            boxes.append(Box(row, 1, text, style, width))
            row += 1
    depth = table.header_depth
    label_columns = _starts(1, table.label_spans)
    value_columns = _starts(1 + sum(table.label_spans), table.value_spans)
    if table.label_spans:
        boxes.append(Box(row, 1, table.corner, "corner", sum(table.label_spans), depth))
    column_paths = [column.labels for column in table.columns]
    column_labels: list[list[Label]] = [[] for _ in table.columns]
    for start, stop, level, text, last in _merged(column_paths):
        at, across = value_columns[start], sum(table.value_spans[start:stop])
        boxes.append(Box(row + level, at, text, "header", across, depth - level if last else 1))
        for c in range(start, stop):
            column_labels[c].append(Label(text, row + level, at))
    first_row = row + depth
    row_labels: list[list[Label]] = [[] for _ in table.rows]
    for start, stop, level, text, last in _merged([line.labels for line in table.rows]):
        across = sum(table.label_spans[level:]) if last else table.label_spans[level]
        boxes.append(Box(first_row + start, label_columns[level], text, "row-label", across, stop - start))
        for r in range(start, stop):
            row_labels[r].append(Label(text, first_row + start, label_columns[level]))
    for r, cells in enumerate(table.cells):
        for c, indicator in enumerate(cells):
            spots[indicator.name] = Spot(
                first_row + r, value_columns[c], table.value_spans[c], tuple(row_labels[r]), tuple(column_labels[c])
            )
    return Area(row, 1, first_row + len(table.rows) - 1, sum(table.label_spans) + sum(table.value_spans))


def _merged(paths: Sequence[tuple[str, ...]]) -> Iterator[tuple[int, int, int, str, bool]]:
    """Neighbouring lines with a common beginning share one box per common label.

    Yields (first line, line after the last, level, text, whether it is the innermost label), outermost level first.
    """
    for level in range(max(map(len, paths), default=0)):
        start = 0
        while start < len(paths):
            prefix = paths[start][: level + 1]
            if len(prefix) <= level:
                start += 1
                continue
            stop = start + 1
            innermost = len(paths[start]) == level + 1
            while not innermost and stop < len(paths) and paths[stop][: level + 1] == prefix:
                stop += 1
            yield start, stop, level, prefix[-1], innermost
            start = stop


def _place_header(form: Form, row: int, boxes: list[Box]) -> tuple[dict[str, Spot], int]:
    """The period and unit lines above the tables and the signature lines from ``row`` on; also the last row used."""
    width = len(form.layout.grid)
    label_span, cell_span = form.layout.unit_spans
    boxes.append(Box(UNIT_ROW, 1, HEADER[0].label, "header-label", label_span))
    unit_label = Label(HEADER[0].label, UNIT_ROW, 1)
    header = {
        UNIT: Spot(UNIT_ROW, 1 + label_span, cell_span, (unit_label,)),
        PERIOD: Spot(PERIOD_ROW, 1, width),
    }
    spans = form.layout.signature_spans
    starts = _starts(1, spans)
    per_row = len(spans) // 2
    for index, field in enumerate(SIGNATURE):
        at, pair = row + index // per_row, index % per_row * 2
        boxes.append(Box(at, starts[pair], field.label, "header-label", spans[pair]))
        label = Label(field.label, at, starts[pair])
        header[field.name] = Spot(at, starts[pair + 1], spans[pair + 1], (label,))
    return header, row + (len(SIGNATURE) - 1) // per_row


def _starts(first: int, spans: Sequence[int]) -> list[int]:
    return list(accumulate(spans, initial=first))[:-1]
