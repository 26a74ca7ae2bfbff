"""The matrices of 统计表: figures that stand where a row and a column meet."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from xltools.findings import Finding
from xltools.form import Indicator, Line, Matrix
from xltools.formstructure import MatrixShape
from xltools.formsurface import Drawn, Surface, defect, indicator_at
from xltools.layout import Area
from xltools.reading.labels import Place


def matrix_of(
    drawn: Drawn, shape: MatrixShape, area: Area, inside: Mapping[Place, str], above: int, problems: list[Finding]
) -> Matrix:
    surface = drawn.surface
    at_rows, at_columns = sorted({row for row, _ in inside}), sorted({column for _, column in inside})
    first_row, first_column = at_rows[0], at_columns[0]
    labels, headers = range(area.first_column, first_column), range(area.first_row, first_row)
    row_keys, column_keys = _keys(shape, inside, at_rows, at_columns)
    beside = {r: surface.labels((r, c) for c in labels) for r in at_rows}
    over = {c: surface.labels((r, c) for r in headers) for c in at_columns}
    row_lines = tuple(Line(row_keys[r], tuple(beside[r].values())) for r in at_rows)
    column_lines = tuple(Line(column_keys[c], tuple(over[c].values())) for c in at_columns)
    problems.extend(_unlabelled(shape, inside, beside if labels else {}, over))
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


def _unlabelled(
    shape: MatrixShape,
    inside: Mapping[Place, str],
    beside: Mapping[int, Mapping[Place, str]],
    over: Mapping[int, Mapping[Place, str]],
) -> Iterator[Finding]:
    """Rows and columns all of whose labels belong to their neighbours too: their own is missing."""
    for axis, lines, word in ((0, beside, "行"), (1, over, "列")):
        shared = Counter(place for labels in lines.values() for place in labels)
        for at, labels in lines.items():
            if not any(shared[place] == 1 for place in labels):
                first = min(place for place in inside if place[axis] == at)
                message = f"表 {shape.id}:“{inside[first]}”所在的{word}没有自己的标签:请写上这一{word}的名称"
                yield defect("L601", message, first, inside[first])


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
        problems.append(defect("L610", f"表 {matrix.id}:这一格没有名称,请命名为“{name}”", at, name))
    shared = f"{row.key}{matrix.join}*"
    measure = drawn.notes.measures.get(name) or (drawn.notes.measures.get(shared) if row.key else "")
    if not measure:
        measure = _measure_beside(drawn, inside, name, at)
    note = drawn.notes.notes.get(name)
    if note is None:
        note = drawn.notes.notes.get(shared, "") if row.key else ""
    return indicator_at(drawn, name, at, measure, note, problems)


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
            yield defect("L610", message, (row, labels.start))


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
