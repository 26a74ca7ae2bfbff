"""The second key: finding and checking a figure's cell by the labels around it.

A row label must stand left of the figure in its row, the column labels of a matrix above it in its column. A label
that occurs twice in the form (“(三)其他情形数”) is told apart by the nearest label above it that occurs once.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache

from xltools.form import Form, Matrix
from xltools.layout import Box, Label, Spot
from xltools.reading.workbook import Grid

Place = tuple[int, int]
_LABEL_STYLES = frozenset({"label", "row-label", "header", "section", "corner", "heading", "table-title"})


@lru_cache(maxsize=4096)
def normalise_label(text: str) -> str:
    """A label without what clerks and programs change: width of characters, white space."""
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(frozen=True)
class LabelIndex:
    """The texts of a sheet, by what they say and by where they stand."""

    grid: Grid

    @cached_property
    def texts(self) -> Mapping[Place, str]:
        return {at: normalise_label(cell.value) for at, cell in self.grid.cells.items() if isinstance(cell.value, str)}

    @cached_property
    def places(self) -> Mapping[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for at, text in sorted(self.texts.items()):
            found.setdefault(text, []).append(at)
        return found

    @cached_property
    def covers(self) -> Mapping[Place, Place]:
        """For every cell of a merged area, the cell whose text it shows."""
        return {
            (row, column): (r1, c1)
            for r1, c1, r2, c2 in self.grid.merged
            if (r2 - r1 + 1) * (c2 - c1 + 1) <= 10_000
            for row in range(r1, r2 + 1)
            for column in range(c1, c2 + 1)
        }

    def shown(self, row: int, column: int) -> str:
        """The text a reader sees at a cell, through merged areas."""
        return self.texts.get(self.covers.get((row, column), (row, column)), "")


@dataclass(frozen=True)
class FormLabels:
    """What the form's own labels are, prepared once per form."""

    form: Form

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(box for box in self.form.page.boxes if box.text and box.style in _LABEL_STYLES)

    @cached_property
    def expected(self) -> tuple[tuple[Place, str], ...]:
        """Every label where the template has it."""
        return tuple(((box.row, box.column), normalise_label(box.text)) for box in self.boxes)

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(text for _, text in self.expected)

    @cached_property
    def unique(self) -> frozenset[str]:
        """Labels that occur once, in the first column of labels or elsewhere."""
        counted = Counter(text for _, text in self.expected)
        return frozenset(text for text, times in counted.items() if times == 1)

    @cached_property
    def predecessors(self) -> Mapping[Place, str]:
        """For each repeated row label, the nearest label above it that occurs once."""
        found = {}
        last = ""
        for at, text in sorted(self.expected):
            if text in self.unique:
                last = text
            else:
                found[at] = last
        return found

    @cached_property
    def in_matrix(self) -> frozenset[str]:
        return frozenset(i.name for t in self.form.tables if isinstance(t, Matrix) for i in t.indicators())


def is_aligned(labels: FormLabels, index: LabelIndex) -> bool:
    """Whether every label stands exactly where the template has it: then no figure can be another's."""
    return all(index.texts.get(at) == text for at, text in labels.expected)


def agrees(labels: FormLabels, index: LabelIndex, name: str, at: Place) -> bool:
    """Whether the labels around a cell say that it is this indicator."""
    spot = labels.form.page.spots[name]
    if spot.row_labels and not _row_agrees(labels, index, spot.row_labels[-1], at):
        return False
    return name not in labels.in_matrix or _column_agrees(index, spot, at)


def find(labels: FormLabels, index: LabelIndex, name: str) -> Place | None:
    """The one cell that the labels say is this indicator; None where there is none or more than one."""
    spot = labels.form.page.spots[name]
    rows = _rows_of(labels, index, spot)
    if name not in labels.in_matrix:
        found = {at for row, label_at in rows for at in [_list_cell(index, spot, row, label_at)]}
    else:
        columns = {at[1] for at in index.places.get(normalise_label(spot.column_labels[-1].text), [])}
        found = {(row, column) for row, _ in rows for column in columns if _column_agrees(index, spot, (row, column))}
    return found.pop() if len(found) == 1 else None


def unknown_rows(labels: FormLabels, index: LabelIndex) -> list[Place]:
    """Texts in the columns of row labels, within the table, that are no label of the form."""
    columns = {box.column for box in labels.boxes if box.style in ("label", "row-label", "section")}
    rows = [at[0] for text in labels.known for at in index.places.get(text, []) if at[1] in columns]
    if not rows:
        return []
    return [
        at
        for at, text in sorted(index.texts.items())
        if at[1] in columns and min(rows) < at[0] < max(rows) and text and text not in labels.known
    ]


def _rows_of(labels: FormLabels, index: LabelIndex, spot: Spot) -> list[tuple[int, Place]]:
    """Rows in which the figure may stand, with the label that says so."""
    if spot.row_labels:
        label = spot.row_labels[-1]
        candidates = index.places.get(normalise_label(label.text), [])
        return [(at[0], at) for at in candidates if _follows(labels, index, label, at)]
    label = spot.column_labels[-1]
    distance = spot.row - label.row
    return [(at[0] + distance, at) for at in index.places.get(normalise_label(label.text), [])]


def _list_cell(index: LabelIndex, spot: Spot, row: int, label_at: Place) -> Place:
    """Below the heading of the figures where it can be seen, else as far from the label as in the template."""
    heads = [at for at in index.places.get(normalise_label(spot.column_labels[-1].text), []) if at[0] < row]
    label = spot.row_labels[-1]
    columns = {at[1] for at in heads if at[1] > label_at[1]}
    return (row, columns.pop()) if len(columns) == 1 else (row, label_at[1] + spot.column - label.column)


def _row_agrees(labels: FormLabels, index: LabelIndex, label: Label, at: Place) -> bool:
    text = normalise_label(label.text)
    return any(
        place[0] == at[0] and place[1] < at[1] and _follows(labels, index, label, place)
        for place in index.places.get(text, [])
    )


def _follows(labels: FormLabels, index: LabelIndex, label: Label, at: Place) -> bool:
    """Whether a repeated label stands below the label it stands below in the template."""
    expected = labels.predecessors.get((label.row, label.column))
    if expected is None:
        return True
    above = [
        place
        for text in labels.unique
        for place in index.places.get(text, [])
        if place[0] < at[0] or (place[0] == at[0] and place[1] < at[1])
    ]
    return bool(above) and index.texts[max(above)] == expected


def _column_agrees(index: LabelIndex, spot: Spot, at: Place) -> bool:
    """Whether the column labels stand above the cell, innermost nearest, each covering its column."""
    row, column = at
    for label in reversed(spot.column_labels):
        text = normalise_label(label.text)
        row -= 1
        while row > 0 and index.shown(row, column) != text and _left_text(index, row, column) != text:
            row -= 1
        if row <= 0:
            return False
    return True


def _left_text(index: LabelIndex, row: int, column: int) -> str:
    """The text of a group heading whose merged cells were undone: the nearest text to the left in its row."""
    if (row, column) in index.covers:
        return ""
    while column > 0:
        text = index.texts.get((row, column))
        if text:
            return text
        column -= 1
    return ""
