"""The sheet 统计表 of a form's workbook → the form's tables; the lists are read here, the matrices in formmatrix.

Labels, measures and formulas are taken as they stand on the sheet; which cell is which indicator, by the cells' names.
What cannot be seen comes from the hidden sheet, and has a default where an indicator was added in Excel.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

from xltools.findings import Finding, Severity, finding
from xltools.form import RESERVED_NAMES, Entry, ListTable, Section, Table
from xltools.formmatrix import matrix_of
from xltools.formstructure import ListShape
from xltools.formsurface import Drawn, Surface, defect, indicator_at, is_typed_formula
from xltools.layout import UNIT_ROW, Area
from xltools.reading.labels import Place
from xltools.reading.references import cell_name
from xltools.sheetnames import MAIN_SHEET


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables in the order of the page, and what was wrong on the way."""

    tables: tuple[Table, ...]
    findings: tuple[Finding, ...] = field(default=())


def tables_of(drawn: Drawn, areas: Mapping[str, Area]) -> Tables:
    """Every table whose area is named. ``areas``: by table id, every one with a shape in the hidden sheet."""
    problems: list[Finding] = []
    tables: list[Table] = []
    ordered = sorted(areas.items(), key=lambda item: item[1].first_row)
    starts = [area.first_row for _, area in ordered]
    above, claimed = UNIT_ROW, set[str]()
    for (table_id, named_area), limit in zip(ordered, [*starts[1:], 1 << 30], strict=True):
        area = _grown(drawn, named_area, limit)
        claimed.update(drawn.within(area).values())
        inside = _figures(drawn, area, problems)
        shape = drawn.structure.shapes[table_id]
        if not inside:
            message = f"表 {table_id} 里没有一个命名的格:请给填数的格命名"
            problems.append(defect("L605", message, (area.first_row, area.first_column)))
        elif isinstance(shape, ListShape):
            tables.append(_list_of(drawn, shape, area, inside, problems))
        else:
            tables.append(matrix_of(drawn, shape, area, inside, above, problems))
        above = area.last_row
    for name, at in drawn.cells.items():
        if name not in claimed and name not in RESERVED_NAMES:
            message = f"名称“{name}”所在的格不在任何一张表里:请把它放进表里(可紧接在表的最后一行下面),或删去这个名称"
            problems.append(defect("L605", message, at, name))
    problems.extend(_typed_figures(drawn, claimed))
    return Tables(tuple(tables), tuple(problems))


def _grown(drawn: Drawn, area: Area, limit: int) -> Area:
    """The area with the named rows right below it and the named columns right beside it.

    A name's area does not grow when Excel's user writes into the row after its last.
    """
    named = sorted(at for name, at in drawn.cells.items() if name not in RESERVED_NAMES)
    last_row, last_column = area.last_row, area.last_column
    for row, column in named:
        is_below = last_row < row < limit and area.first_column <= column <= last_column
        if is_below and all(drawn.surface.text(r, area.first_column) for r in range(last_row + 1, row)):
            last_row = row
    columns = {column for row, column in named if area.first_row <= row <= last_row}
    while last_column + 1 in columns:
        last_column += 1
    return replace(area, last_row=last_row, last_column=last_column)


def _figures(drawn: Drawn, area: Area, problems: list[Finding]) -> dict[Place, str]:
    """The named cells of an area in which a figure can stand: not those that hold a label or another text."""
    figures = drawn.within(area)
    for at, name in sorted(figures.items()):
        cell = drawn.surface.cell(*at)
        is_text = isinstance(cell.value, str) and cell.formula is None and bool(cell.value.strip())
        if is_text and not is_typed_formula(cell):
            message = f"名称“{name}”所在的格里是文字“{drawn.surface.text(*at)[:20]}”,不是填数的格:请让名称指向填数的格"
            problems.append(defect("L605", message, at, name))
            del figures[at]
    return figures


def _typed_figures(drawn: Drawn, names: set[str]) -> Iterator[Finding]:
    typed = []
    for name in sorted(names):
        at = drawn.cells[name]
        cell = drawn.surface.cell(*at)
        if cell.formula is None and not isinstance(cell.value, str | None):
            typed.append(at)
    if typed:
        first = cell_name(*min(typed))
        message = f"统计表里填了 {len(typed)} 个数(如 {first}):表式应取自空表,这些数不算表式的一部分,请清空"
        yield finding("L611", message, Severity.WARNING, sheet=MAIN_SHEET, cell=cell_name(*min(typed)))


def _list_of(
    drawn: Drawn, shape: ListShape, area: Area, inside: Mapping[Place, str], problems: list[Finding]
) -> ListTable:
    surface = drawn.surface
    columns = _heading_columns(surface, shape, area)
    rows: list[Section | Entry] = []
    for row in range(area.first_row + 1, area.last_row + 1):
        label_at = surface.anchor(row, columns[0])
        label = surface.text(*label_at)
        name = inside.get((row, columns[2]))
        if name is not None:
            measure = surface.text(row, columns[1])
            note = drawn.notes.notes.get(name, "")
            indicator = indicator_at(drawn, name, (row, columns[2]), measure, note, problems)
            rows.append(Entry(label, indicator))
        elif label and surface.anchor(row, columns[1])[1] == columns[1] and surface.text(row, columns[1]):
            message = f"“{label}”这一行有计量单位,但统计数的格没有名称:请给 {cell_name(row, columns[2])} 命名"
            problems.append(defect("L606", message, (row, columns[2])))
        elif label and label_at[0] == row:
            rows.append(Section(label))
    for at, name in inside.items():
        if at[1] != columns[2]:
            expected = cell_name(at[0], columns[2])
            problems.append(defect("L605", f"名称“{name}”不在统计数这一列:应指向 {expected}", at, name))
    headings = tuple(surface.text(area.first_row, column) for column in columns)
    return ListTable(shape.id, (headings[0], headings[1], headings[2]), _with_levels(rows, shape), shape.spans)


def _heading_columns(surface: Surface, shape: ListShape, area: Area) -> tuple[int, int, int]:
    """The columns of label, measure and figure: where the three headings stand, else as far apart as when built."""
    row = area.first_row
    starts = [c for c in range(area.first_column, area.last_column + 1) if surface.anchor(row, c) == (row, c)]
    for found in ([c for c in starts if surface.text(row, c)], starts):
        if len(found) == 3:
            return found[0], found[1], found[2]
    left = area.first_column
    return left, left + shape.spans[0], left + shape.spans[0] + shape.spans[1]


def _with_levels(rows: Sequence[Section | Entry], shape: ListShape) -> tuple[Section | Entry, ...]:
    """The rows with the levels they were built with; an added row has that of the row above.

    A section's label is its only key, may occur twice and may have been edited: rows are matched in their order.
    """
    built = [(is_section, key) for is_section, key, _ in shape.rows]
    shown = [(True, row.label) if isinstance(row, Section) else (False, row.indicator.name) for row in rows]
    levels = {row: level for row, (_, _, level) in zip(built, shape.rows, strict=True) if not row[0]}
    found: list[int | None] = [levels.get(row) for row in shown]
    for kind, first, last, at, end in SequenceMatcher(None, built, shown, autojunk=False).get_opcodes():
        if kind == "equal" or (kind == "replace" and last - first == end - at):
            for old, new in zip(range(first, last), range(at, end), strict=True):
                if built[old][0] and shown[new][0]:
                    found[new] = shape.rows[old][2]
    level = 0
    leveled = []
    for row, own in zip(rows, found, strict=True):
        level = level if own is None else own
        leveled.append(replace(row, level=level))
    return tuple(leveled)
