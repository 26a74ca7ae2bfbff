"""Figures that stand where none is read: beside an empty cell, in a heading's row, below the table, in another one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Final

from xltools.findings import Finding, Severity, finding
from xltools.reading.grid import Cell
from xltools.reading.heading import unit_of_table
from xltools.reading.labels import HEADER_LABELS, MAY_BEGIN_FIGURE, FormLabels, LabelIndex, Place, says_figure
from xltools.reading.references import cell_name, column_letters

_SHOWN: Final = 3  # cells named in a message
_SOME_ROWS: Final = 3  # of the form's labels with figures: another table, or another column of figures
_MAY_BEGIN: Final = MAY_BEGIN_FIGURE | {"("}
_REFERS: Final = re.compile(r"[A-Za-z]")


def beside_empty(index: LabelIndex, places: Mapping[str, Place], taken: Mapping[str, Place]) -> dict[str, Place]:
    """Indicators whose cell is empty, and a figure in its row and behind the label, or below the last of them in a
    row without a label: typed into the wrong cell.

    ``taken``: all places known to be some indicator's.
    """
    own = set(taken.values())
    empty: dict[int, list[str]] = {}
    for name, at in places.items():
        if at not in index.grid.cells:
            empty.setdefault(at[0], []).append(name)
    found: dict[str, Place] = {}
    for at, cell in index.grid.cells.items() if empty else ():
        if at[0] not in empty or at in own:
            continue
        entry = cell.value if cell.formula is None else cell.formula
        if (entry.__class__ is str and entry[:1] not in _MAY_BEGIN) or not _is_typed(cell):  # nearly all are labels
            continue
        row, column = at
        if _has_label(index, at):
            found.setdefault(min(empty[row], key=lambda each: abs(places[each][1] - column)), (row, column))
    for name in empty[max(empty)] if empty else ():
        below = places[name][0] + 1, places[name][1]
        entered = index.grid.cells.get(below)
        if entered is not None and below not in own and _is_typed(entered) and not _has_label(index, below):
            found.setdefault(name, below)
    return found


def _has_label(index: LabelIndex, at: Place) -> bool:
    return min(index.filled_columns.get(at[0], ()), default=at[1]) < at[1]


def about_beside(index: LabelIndex, places: Mapping[str, Place], beside: Mapping[str, Place]) -> Iterator[Finding]:
    """What to ask about each of :func:`beside_empty`."""
    for name, at in beside.items():
        where = "同一行的" if at[0] == places[name][0] else "没有项目的那一行"
        other = f"{where} {cell_name(*at)} 却有一个数 {index.written(at) or f'={index.grid.cells[at].formula}'}"
        message = f"“{name}”这一格空着,{other},没有采用:是不是填错了格?"
        found = finding("S202", message, Severity.WARNING, cell=cell_name(*places[name]))
        yield replace(found, indicator=name, indicators=(name,))


def about_all_beside(places: Mapping[str, Place], beside: Mapping[str, Place]) -> Finding:
    """What to say where not one figure stands in its place."""
    cells = list(beside.values())
    shown = "、".join(cell_name(*at) for at in cells[:_SHOWN]) + (f" 等 {len(cells)} 格" if cells[_SHOWN:] else "")
    first = min(places.values())
    message = (
        f"要填数的格({cell_name(*first)} 起)全都空着,数填在了 {shown},分不清是不是要报的数,一个也没有采用:"
        "请用下发的空表重新填写"
    )
    return finding("S202", message, cell=cell_name(*cells[0]), indicators=tuple(places))


def figures_elsewhere(labels: FormLabels, index: LabelIndex, places: Mapping[str, Place]) -> list[Place]:
    """Labels of rows that nothing was taken from, with a figure where figures stand: a heading of the form, a row
    once more within the table, or one added below the last row. What is no header's."""
    rows = {row for row, _ in places.values()}
    first, last, columns = min(rows, default=0), max(rows, default=0), {column for _, column in places.values()}
    outside = (
        (row, cell) for (row, column), cell in index.grid.cells.items()
        if row not in rows and column in columns
    )  # fmt: skip
    found = {row for row, cell in outside if says_figure(cell)}
    if not found:
        return []
    texts = {at: text for at, text in sorted(index.texts.items()) if text and at[0] in found and at[1] < min(columns)}
    signed = {row for (row, _), text in index.texts.items() if text.startswith(HEADER_LABELS)}
    labelled = {at[0]: at for at in reversed(texts) if at[0] not in signed}
    return [
        at for row, at in sorted(labelled.items())
        if row > last or texts[at] in labels.sections or (row > first and texts[at] in labels.row_labels)
    ]  # fmt: skip


def further_tables(
    labels: FormLabels, index: LabelIndex, places: Mapping[str, Place], in_doubt: Set[Place] = frozenset()
) -> Iterator[Finding]:
    """The table once more beside the one that was read, and a second column of figures: nothing of it was read.

    ``in_doubt``: cells of which it is told already that nobody knows which are meant.
    """
    texts = list(index.texts.values())
    if not any(texts.count(text) > 1 for text in labels.signals):
        return
    own = set(places.values())
    figures = {at for at, cell in index.grid.cells.items() if at not in own and says_figure(cell)}
    tables = _other_tables(labels, index, places, figures)
    for column, rows in sorted(tables.items()):
        unit = unit_of_table(labels.form.page, index.grid, column)
        whose = f"(填报单位:{unit})" if unit else ""
        message = (
            f"这张工作表的 {column_letters(column)} 列起还有一张填了数的表{whose},没有读:"
            "一张工作表上只能有一张表,请把它放到另一张工作表里"
        )
        yield finding("S206", message, Severity.WARNING, cell=cell_name(min(rows), column))
    taken = {column for _, column in own | in_doubt}
    heads = [at for text in labels.headings for at in index.places.get(text, []) if at[1] not in taken]
    for row, column in heads:
        times = sum(r > row and c == column and not _is_of(tables, (r, c)) for r, c in figures)
        if times >= _SOME_ROWS:
            message = (
                f"{column_letters(column)} 列也写着“{index.written((row, column))}”,有 {times} 个数,没有读:"
                "请核对哪一列是要报的,并删去多余的列"
            )
            yield finding("S206", message, Severity.WARNING, cell=cell_name(row, column))


def _other_tables(
    labels: FormLabels, index: LabelIndex, places: Mapping[str, Place], figures: Set[Place]
) -> dict[int, list[int]]:
    """Column → rows of the form's labels that are not of the figures that were read, with figures behind them."""
    read = {row: max(column for r, column in places.values() if r == row) for row, _ in places.values()}
    standing: dict[int, list[int]] = {}
    for text in labels.row_labels:
        for row, column in index.places.get(text, []):
            standing.setdefault(row, []).append(column)
    found: dict[int, list[int]] = {}
    for row, columns in standing.items():
        own = max((column for column in columns if column < read.get(row, 0)), default=0)
        for column in columns if own else ():
            end = min((other for other in columns if other > column), default=index.last_column + 1)
            if column != own and any((row, at) in figures for at in range(column + 1, end)):
                found.setdefault(column, []).append(row)
    return {column: rows for column, rows in found.items() if len(rows) >= _SOME_ROWS}


def _is_of(tables: Mapping[int, Sequence[int]], at: Place) -> bool:
    return any(column < at[1] for column in tables)


def _is_typed(cell: Cell) -> bool:
    """Whether somebody typed a figure here, be it as a sum (=5+7); what is made of other cells is a check of theirs."""
    if cell.formula is None:
        return says_figure(cell)
    return bool(cell.formula) and not _REFERS.search(cell.formula)
