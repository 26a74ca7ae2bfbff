"""The sheet 统计表 of a form's workbook → the form's tables.

Labels, measures and formulas are taken as they stand on the sheet; which cell is which indicator, by the cells' names.
What cannot be seen comes from the hidden sheet, and has a default where an indicator was added in Excel.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from xltools.findings import Finding, Severity, finding
from xltools.form import (
    MAIN_SHEET,
    RESERVED_NAMES,
    Aggregate,
    Entry,
    Indicator,
    Line,
    ListTable,
    Matrix,
    Section,
    Table,
)
from xltools.formstructure import Known, ListShape, MatrixShape, Structure
from xltools.layout import UNIT_ROW, Area
from xltools.reading.labels import LabelIndex, Place
from xltools.reading.references import cell_name
from xltools.reading.workbook import Cell, Grid

_MONEY = frozenset({"万元", "亿元"})
_MONEY_DECIMALS = 6
_NOTHING = Cell(None)


@dataclass(frozen=True)
class Surface:
    """What a reader sees of a sheet: texts as they stand, through merged cells."""

    grid: Grid
    covers: Mapping[Place, Place]

    def anchor(self, row: int, column: int) -> Place:
        """The cell whose content shows here."""
        return self.covers.get((row, column), (row, column))

    def cell(self, row: int, column: int) -> Cell:
        return self.grid.cells.get(self.anchor(row, column), _NOTHING)

    def text(self, row: int, column: int) -> str:
        """The text shown here, without blanks around it; numbers as text, "" for anything else."""
        value = self.cell(row, column).value
        return str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""

    def path(self, places: Iterable[Place]) -> tuple[str, ...]:
        """The different texts shown at these places, in order, merged cells once."""
        anchors = dict.fromkeys(self.anchor(*at) for at in places)
        return tuple(text for at in anchors if (text := self.text(*at)))


@dataclass(frozen=True, slots=True)
class Notes:
    """What 填表说明 says by name: how to fill in, and the measure of a matrix's figures."""

    notes: Mapping[str, str]
    measures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What 统计表 is drawn from: its surface, its named cells, and what the other sheets say of them."""

    surface: Surface
    cells: Mapping[str, Place]
    structure: Structure
    notes: Notes

    def within(self, area: Area) -> dict[Place, str]:
        """The names of the cells in an area."""
        return {
            at: name
            for name, at in self.cells.items()
            if name not in RESERVED_NAMES
            and area.first_row <= at[0] <= area.last_row
            and area.first_column <= at[1] <= area.last_column
        }


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables in the order of the page, and what was wrong on the way."""

    tables: tuple[Table, ...]
    findings: tuple[Finding, ...] = field(default=())


def surface_of(grid: Grid) -> Surface:
    return Surface(grid, LabelIndex(grid).covers)


def tables_of(drawn: Drawn, areas: Mapping[str, Area]) -> Tables:
    """Every table whose area is named. ``areas``: by table id, every one with a shape in the hidden sheet."""
    problems: list[Finding] = []
    tables: list[Table] = []
    ordered = sorted(areas.items(), key=lambda item: item[1].first_row)
    starts = [area.first_row for _, area in ordered]
    above, claimed = UNIT_ROW, set[str]()
    for (table_id, named_area), limit in zip(ordered, [*starts[1:], 1 << 30], strict=True):
        area = _grown(drawn, named_area, limit)
        inside = drawn.within(area)
        claimed.update(inside.values())
        shape = drawn.structure.shapes[table_id]
        if not inside:
            problems.append(_defect("L605", f"表 {table_id} 里没有一个命名的格", (area.first_row, area.first_column)))
        elif isinstance(shape, ListShape):
            tables.append(_list_of(drawn, shape, area, inside, problems))
        else:
            tables.append(_matrix_of(drawn, shape, area, inside, above, problems))
        above = area.last_row
    for name, at in drawn.cells.items():
        if name not in claimed and name not in RESERVED_NAMES:
            message = f"名称“{name}”所在的格不在任何一张表里:请把它放进表里(可紧接在表的最后一行下面),或删去这个名称"
            problems.append(_defect("L605", message, at, name))
    problems.extend(_typed_figures(drawn, claimed))
    return Tables(tuple(tables), tuple(problems))


def _defect(code: str, message: str, at: Place, indicator: str = "") -> Finding:
    about: dict[str, Any] = {"indicator": indicator, "indicators": (indicator,)} if indicator else {}
    return finding(code, message, sheet=MAIN_SHEET, cell=cell_name(*at), **about)


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


def _typed_figures(drawn: Drawn, names: set[str]) -> Iterator[Finding]:
    typed = []
    for name in sorted(names):
        at = drawn.cells[name]
        cell = drawn.surface.cell(*at)
        if cell.formula is None and cell.value is not None:
            typed.append(at)
    if typed:
        message = f"统计表里填了 {len(typed)} 个数(如 {cell_name(*min(typed))}):表式应取自空表,这些数不算表式的一部分"
        yield finding("L611", message, Severity.WARNING, sheet=MAIN_SHEET, cell=cell_name(*min(typed)))


# --- indicators ---


def _indicator(drawn: Drawn, name: str, at: Place, measure: str, note: str, problems: list[Finding]) -> Indicator:
    known = drawn.structure.indicators.get(name) or _added(measure)
    formula = drawn.surface.cell(*at).formula
    if formula == "":
        message = f"“{name}”的公式是拖动填充出来的,读不到它的文字:请在这一格里重新输入公式"
        problems.append(_defect("L603", message, at, name))
    return Indicator(
        name=name,
        measure=measure,
        decimals=known.decimals,
        aggregate=known.aggregate,
        required=known.required,
        formula=(formula or "").strip(),
        carried_from=known.carried_from,
        note=note,
    )


def _added(measure: str) -> Known:
    """What holds for an indicator that the hidden sheet does not know."""
    return Known(0, measure, _MONEY_DECIMALS if measure in _MONEY else 0, Aggregate.SUM, False, "")


# --- lists ---


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
            indicator = _indicator(drawn, name, (row, columns[2]), measure, note, problems)
            rows.append(Entry(label, indicator, _entry_level(drawn, name, rows)))
        elif label and surface.anchor(row, columns[1])[1] == columns[1] and surface.text(row, columns[1]):
            message = f"“{label}”这一行有计量单位,但统计数的格没有名称:请给 {cell_name(row, columns[2])} 命名"
            problems.append(_defect("L606", message, (row, columns[2])))
        elif label and label_at[0] == row:
            rows.append(Section(label, _section_level(shape, label, _next_name(inside, row, columns[2]), rows)))
    for at, name in inside.items():
        if at[1] != columns[2]:
            expected = cell_name(at[0], columns[2])
            problems.append(_defect("L605", f"名称“{name}”不在统计数这一列:应指向 {expected}", at, name))
    headings = tuple(surface.text(area.first_row, column) for column in columns)
    return ListTable(shape.id, (headings[0], headings[1], headings[2]), tuple(rows), shape.spans)


def _heading_columns(surface: Surface, shape: ListShape, area: Area) -> tuple[int, int, int]:
    """The columns of label, measure and figure: where the three headings stand, else as far apart as when built."""
    row = area.first_row
    starts = [c for c in range(area.first_column, area.last_column + 1) if surface.anchor(row, c) == (row, c)]
    for found in ([c for c in starts if surface.text(row, c)], starts):
        if len(found) == 3:
            return found[0], found[1], found[2]
    left = area.first_column
    return left, left + shape.spans[0], left + shape.spans[0] + shape.spans[1]


def _next_name(inside: Mapping[Place, str], row: int, column: int) -> str:
    below = [at for at in inside if at[0] > row and at[1] == column]
    return inside[min(below)] if below else ""


def _entry_level(drawn: Drawn, name: str, above: Sequence[Section | Entry]) -> int:
    known = drawn.structure.indicators.get(name)
    if known is not None:
        return known.level
    return above[-1].level if above else 0


def _section_level(shape: ListShape, label: str, following: str, above: Sequence[Section | Entry]) -> int:
    """The level it was built with, found by its label, else (a label was edited) by the indicator that follows."""
    same = {level for is_section, key, level in shape.rows if is_section and key == label}
    if len(same) == 1:
        return same.pop()
    for at, (is_section, key, _) in enumerate(shape.rows):
        if key == following and not is_section and at and shape.rows[at - 1][0]:
            return shape.rows[at - 1][2]
    return above[-1].level if above else 0


# --- matrices ---


def _matrix_of(
    drawn: Drawn, shape: MatrixShape, area: Area, inside: Mapping[Place, str], above: int, problems: list[Finding]
) -> Matrix:
    surface = drawn.surface
    at_rows, at_columns = sorted({row for row, _ in inside}), sorted({column for _, column in inside})
    first_row, first_column = at_rows[0], at_columns[0]
    labels, headers = range(area.first_column, first_column), range(area.first_row, first_row)
    row_keys, column_keys = _keys(shape, inside, at_rows, at_columns)
    row_lines = tuple(Line(row_keys[r], surface.path((r, c) for c in labels)) for r in at_rows)
    column_lines = tuple(Line(column_keys[c], surface.path((r, c) for r in headers)) for c in at_columns)
    section, heading = _titles(surface, shape, range(above + 1, area.first_row), area.first_column)
    matrix = Matrix(
        id=shape.id,
        rows=row_lines,
        columns=column_lines,
        cells=(),
        join=shape.join,
        section=section,
        heading=heading,
        corner=surface.text(area.first_row, area.first_column) if labels else "",
        label_spans=_label_spans(shape, row_lines),
        value_spans=_value_spans(surface, shape, first_row, column_keys),
    )
    problems.extend(_unnamed_rows(surface, area, at_rows, labels))
    cells = tuple(
        tuple(_matrix_cell(drawn, matrix, inside, row, column, (r, c), problems)
              for c, column in zip(at_columns, column_lines, strict=True))
        for r, row in zip(at_rows, row_lines, strict=True)
    )  # fmt: skip
    return replace(matrix, cells=cells)


def _matrix_cell(
    drawn: Drawn,
    matrix: Matrix,
    inside: Mapping[Place, str],
    row: Line,
    column: Line,
    at: Place,
    problems: list[Finding],
) -> Indicator:
    name = inside.get(at)
    if name is None:
        name = matrix.cell_name(row, column)
        problems.append(_defect("L610", f"表 {matrix.id}:这一格没有名称,应命名为“{name}”", at, name))
    shared = f"{row.key}{matrix.join}*"
    measure = drawn.notes.measures.get(name) or (drawn.notes.measures.get(shared) if row.key else "")
    if not measure:
        measure = _measure_beside(drawn, inside, name, at)
    note = drawn.notes.notes.get(name)
    if note is None:
        note = drawn.notes.notes.get(shared, "") if row.key else ""
    return _indicator(drawn, name, at, measure, note, problems)


def _measure_beside(drawn: Drawn, inside: Mapping[Place, str], name: str, at: Place) -> str:
    """As built; for an added figure that of the nearest one built, first in its column."""
    known = drawn.structure.indicators
    if name in known:
        return known[name].measure
    built = [place for place, other in inside.items() if other in known]
    if not built:
        return ""
    nearest = min(built, key=lambda place: (place[1] != at[1], abs(place[0] - at[0]), abs(place[1] - at[1])))
    return known[inside[nearest]].measure


def _unnamed_rows(surface: Surface, area: Area, at_rows: Sequence[int], labels: range) -> Iterator[Finding]:
    for row in sorted(set(range(at_rows[0], area.last_row + 1)) - set(at_rows)):
        own = [surface.text(row, c) for c in labels if surface.anchor(row, c)[0] == row]
        if any(own):
            message = f"“{''.join(own[-1:]) or ''.join(own)}”这一行没有一个命名的格:请给这一行的格命名,或删去这一行"
            yield _defect("L610", message, (row, labels.start))


def _titles(surface: Surface, shape: MatrixShape, rows: range, column: int) -> tuple[str, str]:
    """Section and heading: the texts between the table above and this one, nearest last."""
    texts = [text for row in rows if (text := surface.text(row, column))][-2:]
    if len(texts) == 2:
        return texts[0], texts[1]
    only = "".join(texts)
    return (only, "") if shape.has_section and not shape.has_heading else ("", only)


def _label_spans(shape: MatrixShape, rows: Sequence[Line]) -> tuple[int, ...]:
    depth = max(len(row.labels) for row in rows)
    return shape.label_spans + (1,) * (depth - len(shape.label_spans))


def _value_spans(surface: Surface, shape: MatrixShape, row: int, column_keys: Mapping[int, str]) -> tuple[int, ...]:
    """As built; an added column is as wide as its cells are merged."""
    built = dict(zip(shape.column_keys, shape.value_spans, strict=False))
    spans = []
    for column, key in sorted(column_keys.items()):
        width = 1
        while surface.covers.get((row, column + width)) == (row, column):
            width += 1
        spans.append(built.get(key, width))
    return tuple(spans)


def _keys(
    shape: MatrixShape, inside: Mapping[Place, str], at_rows: Sequence[int], at_columns: Sequence[int]
) -> tuple[dict[int, str], dict[int, str]]:
    """The key of every row and column: as built where names are known, else what is left of the names."""
    parts = {
        shape.join.join(key for key in (row, column) if key): (row, column)
        for row in shape.row_keys
        for column in shape.column_keys
    }
    known = [(at, parts[name]) for at, name in inside.items() if name in parts]
    rows = {r: _most([row for at, (row, _) in known if at[0] == r]) for r in at_rows}
    columns = {c: _most([column for at, (_, column) in known if at[1] == c]) for c in at_columns}
    rows_left: dict[int, list[str]] = {}
    columns_left: dict[int, list[str]] = {}
    for (r, c), name in inside.items():
        rows_left.setdefault(r, []).extend(_left(name, columns[c], shape.join, _before))
    for r in at_rows:
        rows[r] = rows[r] if rows[r] is not None else _most(rows_left[r])
    for (r, c), name in inside.items():
        columns_left.setdefault(c, []).extend(_left(name, rows[r], shape.join, _after))
    for c in at_columns:
        columns[c] = columns[c] if columns[c] is not None else _most(columns_left[c])
    return (
        {r: key if key is not None else _common(inside, 0, r, shape.join) for r, key in rows.items()},
        {c: key if key is not None else _common(inside, 1, c, shape.join) for c, key in columns.items()},
    )


def _left(name: str, key: str | None, join: str, cut: Callable[[str, str, str], str | None]) -> list[str]:
    """The other line's part of a name of which one line's key is known, if the name fits it."""
    left = None if key is None else cut(name, key, join)
    return [] if left is None else [left]


def _most(keys: Sequence[str]) -> str | None:
    return Counter(keys).most_common(1)[0][0] if keys else None


def _before(name: str, key: str, join: str) -> str | None:
    """The row's part of a name whose column's part is ``key``."""
    if not key:
        return name
    return name.removesuffix(join + key) if name.endswith(join + key) else None


def _after(name: str, key: str, join: str) -> str | None:
    if not key:
        return name
    return name.removeprefix(key + join) if name.startswith(key + join) else None


def _common(inside: Mapping[Place, str], axis: int, at: int, join: str) -> str:
    """A key that at least resembles names which do not fit: L610 then shows what they should be."""
    names = [name for place, name in inside.items() if place[axis] == at]
    if axis == 0:
        return _beginning(names).removesuffix(join)
    return _beginning([name[::-1] for name in names])[::-1].removeprefix(join)


def _beginning(texts: Sequence[str]) -> str:
    """What all the texts begin with."""
    first, last = min(texts), max(texts)
    return first[
        : next((at for at, pair in enumerate(zip(first, last, strict=False)) if len(set(pair)) > 1), len(first))
    ]
