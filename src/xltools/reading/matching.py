"""The second key: finding and checking a figure's cell by the labels around it.

A row label must stand left of the figure in its row, the column labels of a matrix above it in its column. A label
that occurs twice in the form (“(三)其他情形数”) is told apart by the nearest label above it that occurs once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter
from difflib import get_close_matches
from functools import lru_cache

from xltools.layout import Label, Spot
from xltools.reading.labels import (
    HEADER_LABELS,
    FormLabels,
    LabelIndex,
    Place,
    normalise_label,
    says_figure,
)
from xltools.reading.sizes import size_and_money

_MOST_UNKNOWN = 200  # texts that may be misspelt labels
_MOST_CROSSINGS = 400  # of a row label's rows and a column label's columns
_SOME_FIGURES = 3  # in a column, that are no accident
_NEAR = 0.8  # of difflib's ratio: one wrong or missing character in five


def agrees(labels: FormLabels, index: LabelIndex, name: str, at: Place) -> bool:
    """Whether the labels around a cell say that it is this indicator."""
    spot = labels.form.page.spots[name]
    if spot.row_labels and not _row_agrees(labels, index, spot.row_labels[-1], at):
        return False
    if not spot.row_labels and at not in _below_own_label(index, spot):
        return False
    return _column_agrees(index, spot, at) if name in labels.in_matrix else _heading_agrees(index, spot, at)


def candidates(labels: FormLabels, index: LabelIndex, name: str) -> frozenset[Place]:
    """The cells that the labels say are this indicator: one, where the sheet is in order."""
    spot = labels.form.page.spots[name]
    rows = _rows_of(labels, index, spot)
    if not spot.row_labels:
        found = {at for at in _below_own_label(index, spot) if _column_agrees(index, spot, at)}
    elif name not in labels.in_matrix:
        found = {at for row, label_at in rows for at in _list_cells(labels, index, spot, row, label_at)}
    else:
        columns = {at[1] for at in index.places.get(normalise_label(spot.column_labels[-1].text), [])}
        crossings = [(row, column) for row, _ in rows for column in columns]
        if len(crossings) > _MOST_CROSSINGS:
            return frozenset()
        found = {at for at in crossings if _column_agrees(index, spot, at)}
    return frozenset(found or _beside_own_name(index, name))


def near_labels(labels: FormLabels, index: LabelIndex) -> dict[Place, str]:
    """Texts that are no label but resemble one which the sheet lacks, and that label. To be proposed, not believed.

    A label that speaks of another size or money (元 for 万元) is another one, however much it resembles.
    """
    lacking = sorted(labels.known - index.places.keys())
    found: dict[Place, str] = {}
    standing = [*_in_label_columns(labels, index), *_in_heading_rows(labels, index)] if lacking else []
    unknown = [at for at in dict.fromkeys(standing) if index.texts[at] not in labels.known]
    for at in unknown[:_MOST_UNKNOWN]:
        text = index.texts[at]
        close = get_close_matches(text, lacking, n=1, cutoff=_NEAR)
        if not close or size_and_money(text) != size_and_money(close[0]):
            continue
        if get_close_matches(text, labels.known, n=1, cutoff=_NEAR) == close:
            found[at] = close[0]
    return {at: label for at, label in found.items() if list(found.values()).count(label) == 1}


def unknown_rows(labels: FormLabels, index: LabelIndex) -> list[Place]:
    """Texts in the columns of row labels, within the table, that are no label of the form."""
    places = _in_label_columns(labels, index)
    rows = [at[0] for at in places if index.texts[at] in labels.known]
    first, last = min(rows, default=0), max(rows, default=0)
    unknown = (at for at in places if first < at[0] < last and index.texts[at] not in labels.known)
    return [at for at in unknown if index.texts[at] not in HEADER_LABELS]


def _in_label_columns(labels: FormLabels, index: LabelIndex) -> list[Place]:
    """The texts that stand where row labels stand, wherever those columns were moved to."""
    shift = _column_shift(labels, index)
    columns = {box.column + shift for box in labels.boxes if box.style in ("label", "row-label", "section")}
    return [at for at, text in sorted(index.texts.items()) if text and at[1] in columns]


def _in_heading_rows(labels: FormLabels, index: LabelIndex) -> list[Place]:
    """The texts that stand beside column labels, in their rows."""
    rows = {at[0] for text in labels.column_labels & labels.unique for at in index.places.get(text, [])}
    return [at for at, text in sorted(index.texts.items()) if text and at[0] in rows]


def _column_shift(labels: FormLabels, index: LabelIndex) -> int:
    """How many columns the row labels were moved to the right, by what most of them say."""
    moved = Counter(
        at[1] - place[1]
        for place, text in labels.expected
        if text in labels.unique and len(index.places.get(text, [])) == 1
        for at in index.places[text]
    )
    return moved.most_common(1)[0][0] if moved else 0


def _rows_of(labels: FormLabels, index: LabelIndex, spot: Spot) -> list[tuple[int, Place]]:
    """Rows in which the figure may stand, with the row label that says so."""
    return [
        (at[0], at)
        for label in spot.row_labels[-1:]
        for at in index.places.get(normalise_label(label.text), [])
        if _follows(labels, index, label, at)
    ]


def _below_own_label(index: LabelIndex, spot: Spot) -> set[Place]:
    """For a figure without a row label: as far below each cell with its column label as in the template."""
    label = spot.column_labels[-1]
    down, right = spot.row - label.row, spot.column - label.column
    return {(row + down, column + right) for row, column in index.places.get(normalise_label(label.text), [])}


def _list_cells(labels: FormLabels, index: LabelIndex, spot: Spot, row: int, label_at: Place) -> set[Place]:
    """Below the heading of the figures where it can be seen, else as far from the label as in the template, else in the
    one column behind the labels that holds figures.

    Several where there are several such headings with figures below them, or where no heading says which of several
    columns, or which of several numbers beside the label, is the figure.
    """
    label, last = spot.row_labels[-1], _before_next_label(labels, index, label_at)
    heads = [at for at in index.places.get(normalise_label(spot.column_labels[-1].text), []) if at[0] < row]
    columns = {column for _, column in heads if label_at[1] < column <= last}
    if len(columns) > 1:
        columns = columns & index.columns_of_numbers or {min(columns)}
    if columns:
        return {(row, column) for column in columns}
    own = label_at[1] + (1 if index.is_list_of_pairs else spot.column - label.column)
    filled = {column for column in _figure_columns(labels, index) if label_at[1] < column <= last}
    if filled and filled != {own}:
        return {(row, column) for column in filled}
    beside = [(row, column) for column in range(label_at[1] + 1, own + 1)]
    numbers = {at for at in beside if (cell := index.grid.cells.get(at)) is not None and says_figure(cell)}
    return numbers if len(numbers) > 1 and (row, own) in numbers else {(row, own)}


@lru_cache(maxsize=2)
def _figure_columns(labels: FormLabels, index: LabelIndex) -> frozenset[int]:
    """The columns in which figures stand, in the rows of the form's labels: in some rows at least, where any does."""
    rows = {at[0] for text in labels.row_labels for at in index.places.get(text, [])}
    counted = Counter(
        column for (row, column), cell in index.grid.cells.items() if row in rows and says_figure(cell)
    )
    return frozenset(c for c, times in counted.items() if times >= _SOME_FIGURES) or frozenset(counted)


def _before_next_label(labels: FormLabels, index: LabelIndex, label_at: Place) -> int:
    """The last column before another label of the form in the same row: of tables that stand side by side."""
    row, column = label_at
    further = (c for c in index.filled_columns.get(row, ()) if c > column and index.texts[row, c] in labels.known)
    return min(further, default=index.last_column + 1) - 1


def share_of_labels(labels: FormLabels, index: LabelIndex) -> float:
    """How much of the form's labels a sheet shows, 0 to 1; in a list of pairs the indicators' names count as well."""
    share = len(labels.known & index.places.keys()) / max(len(labels.known), 1)
    if share == 1 or not index.is_list_of_pairs:
        return share
    names = frozenset(normalise_label(name) for name in labels.form.indicators)
    return max(share, len(names & index.places.keys()) / max(len(names), 1))


def _beside_own_name(index: LabelIndex, name: str) -> set[Place]:
    """In a list of pairs a figure may also be called by its indicator's name."""
    if not index.is_list_of_pairs:
        return set()
    return {(at[0], 2) for at in index.places.get(normalise_label(name), []) if at[1] == 1}


def _heading_agrees(index: LabelIndex, spot: Spot, at: Place) -> bool:
    """Whether the cell stands below the heading of the figures, where the sheet has that heading."""
    text = normalise_label(spot.column_labels[-1].text)
    rows = [head[0] for head in index.places.get(text, []) if head[0] < at[0]]
    return not rows or any(index.shown(row, at[1]) == text for row in rows)


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
    anchors = _anchors(labels, index)
    position = bisect_left(anchors, at)
    return position > 0 and index.texts[anchors[position - 1]] == expected


@lru_cache(maxsize=2)
def _anchors(labels: FormLabels, index: LabelIndex) -> list[Place]:
    """Where the labels stand that occur once in the form, in order."""
    return sorted(place for text in labels.unique for place in index.places.get(text, []))


def _column_agrees(index: LabelIndex, spot: Spot, at: Place) -> bool:
    """Whether the column labels stand above the cell, innermost nearest, each covering its column."""
    return _column_at_odds(index, spot, at) is None


def _column_at_odds(index: LabelIndex, spot: Spot, at: Place) -> tuple[Label, Place] | None:
    """The innermost column label that does not stand above a cell, and below which place it ought to; None for none."""
    row, column = at
    for label in reversed(spot.column_labels):
        text = normalise_label(label.text)
        above = {head for head, _ in index.places.get(text, []) if head < row}
        covering = [r for r in above if text in (index.shown(r, column), _left_text(index, r, column))]
        if not covering:
            return label, (row, column)
        row = max(covering)
    return None


def column_at_odds(labels: FormLabels, index: LabelIndex, name: str, at: Place) -> tuple[str, str] | None:
    """The column label that ought to stand above a cell in the right row, and what is written there instead."""
    spot = labels.form.page.spots[name]
    if spot.row_labels and not _row_agrees(labels, index, spot.row_labels[-1], at):
        return None
    found = _column_at_odds(index, spot, at)
    return None if found is None else (found[0].text, _written_above(index, *found[1]))


def _written_above(index: LabelIndex, row: int, column: int) -> str:
    """The nearest text above a cell, seen through merged areas."""
    for above in range(row - 1, 0, -1):
        place = index.covers.get((above, column), (above, column))
        if index.texts.get(place) and not says_figure(index.grid.cells[place]):
            return index.written(place)[:40]
    return ""


def _left_text(index: LabelIndex, row: int, column: int) -> str:
    """The text of a group heading whose merged cells were undone: the nearest text to the left in its row."""
    if (row, column) in index.covers:
        return ""
    columns = index.filled_columns.get(row, [])
    position = bisect_right(columns, column)
    return index.texts[row, columns[position - 1]] if position else ""
