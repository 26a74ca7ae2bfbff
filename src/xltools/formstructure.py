"""The hidden sheet 表式 read back: what of a form cannot be seen on its visible sheets.

:mod:`xltools.writing.structuresheet` writes it. What stands only on the visible sheets is simply not in here.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from xltools.form import Aggregate, Comparison, FormError, Layout, Phrase
from xltools.reading.workbook import Grid
from xltools.sheetnames import STRUCTURE_SHEET
from xltools.writing.structuresheet import (
    COLUMN_KIND,
    FORM_KIND,
    INDICATOR_KIND,
    PHRASE_KIND,
    ROW_KIND,
    SECTION_KIND,
    TABLE_KIND,
)


@dataclass(frozen=True, slots=True)
class Known:
    """The hidden attributes of an indicator; ``measure`` only where it is one of a matrix."""

    level: int
    measure: str
    decimals: int
    aggregate: Aggregate
    required: bool
    carried_from: str


@dataclass(frozen=True, slots=True)
class ListShape:
    """A list as built. ``rows``: (whether it is a section, its label or its indicator's name, its level)."""

    id: str
    spans: tuple[int, int, int]
    rows: tuple[tuple[bool, str, int], ...]


@dataclass(frozen=True, slots=True)
class MatrixShape:
    """A matrix as built: which titles it had, its spans, and the keys of its lines."""

    id: str
    join: str
    has_section: bool
    has_heading: bool
    label_spans: tuple[int, ...]
    value_spans: tuple[int, ...]
    row_keys: tuple[str, ...]
    column_keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Structure:
    """Everything the hidden sheet holds; ``shapes`` by table id, ``indicators`` by name."""

    period: str
    layout: Layout
    comparison: Comparison
    shapes: Mapping[str, ListShape | MatrixShape]
    indicators: Mapping[str, Known]
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True, slots=True)
class _Row:
    kind: str
    key: str
    attributes: Mapping[str, Any]


def structure_of(grid: Grid, source: str) -> Structure:
    """The structure that the sheet holds; :class:`FormError` with the row where it is not what was written."""
    rows = [_row_at(grid, row, source) for row in sorted({row for row, _ in grid.cells if row > 1})]
    try:
        return _assembled(rows)
    except (ValueError, TypeError, KeyError) as error:
        raise FormError(source, (_BROKEN,)) from error


_BROKEN = f"隐藏工作表“{STRUCTURE_SHEET}”的内容被改动,不能识别:请在 xltools 生成的空表上修改"


def _row_at(grid: Grid, row: int, source: str) -> _Row:
    kind, key, text = (grid.cells[row, column].value if (row, column) in grid.cells else "" for column in (1, 2, 3))
    try:
        attributes = json.loads(str(text))
    except (ValueError, RecursionError) as error:
        raise FormError(source, (f"{_BROKEN}(第 {row} 行)",)) from error
    if not isinstance(attributes, dict):
        raise FormError(source, (f"{_BROKEN}(第 {row} 行)",))
    return _Row(str(kind), str(key), attributes)


def _assembled(rows: list[_Row]) -> Structure:
    head = [row for row in rows if row.kind == FORM_KIND]
    if len(head) != 1:
        raise ValueError("没有表式的说明行")
    phrases = [row for row in rows if row.kind == PHRASE_KIND]
    rows = [row for row in rows if row.kind != PHRASE_KIND]
    starts = [at for at, row in enumerate(rows) if row.kind == TABLE_KIND]
    tables = [rows[start:stop] for start, stop in zip(starts, [*starts[1:], len(rows)], strict=True)]
    return Structure(
        period=_text(head[0].attributes.get("period", "")),
        layout=_layout(head[0].attributes["layout"]),
        comparison=_comparison(head[0].attributes["comparison"]),
        shapes={table[0].key: _shape(table) for table in tables},
        indicators={row.key: _known(row.attributes) for row in rows if row.kind == INDICATOR_KIND},
        phrases=tuple(_phrase(row.attributes) for row in phrases),
    )


def _layout(attributes: Mapping[str, Any]) -> Layout:
    grid = tuple(_number(width) for width in attributes["grid"])
    unit_spans, signature_spans = _spans(attributes["unit_spans"]), _spans(attributes["signature_spans"])
    if len(unit_spans) != 2 or len(signature_spans) < 2 or not grid or not all(0 < width <= 200 for width in grid):
        raise ValueError("layout")
    return Layout(grid, (unit_spans[0], unit_spans[1]), signature_spans)


def _comparison(attributes: Mapping[str, Any]) -> Comparison:
    return Comparison(_number(attributes["ratio"]), _number(attributes["floor"]))


def _shape(table: list[_Row]) -> ListShape | MatrixShape:
    first, *rest = table
    attributes = first.attributes
    if attributes["kind"] == "list":
        label, measure, figure = _spans(attributes["spans"])
        rows = ((row.kind == SECTION_KIND, row.key, _count(row.attributes.get("level", 0))) for row in rest)
        return ListShape(first.key, (label, measure, figure), tuple(rows))
    has_section, has_heading = attributes["titles"]
    return MatrixShape(
        id=first.key,
        join=_text(attributes["join"]),
        has_section=bool(has_section),
        has_heading=bool(has_heading),
        label_spans=_spans(attributes["label_spans"]),
        value_spans=_spans(attributes["value_spans"]),
        row_keys=tuple(row.key for row in rest if row.kind == ROW_KIND),
        column_keys=tuple(row.key for row in rest if row.kind == COLUMN_KIND),
    )


def _known(attributes: Mapping[str, Any]) -> Known:
    return Known(
        level=_count(attributes.get("level", 0)),
        measure=_text(attributes.get("measure", "")),
        decimals=_count(attributes.get("decimals", 0)),
        aggregate=Aggregate(attributes.get("aggregate", "sum")),
        required=attributes.get("required", False) is True,
        carried_from=_text(attributes.get("carried_from", "")),
    )


def _phrase(attributes: Mapping[str, Any]) -> Phrase:
    of, words = (tuple(map(_text, attributes[key])) for key in ("of", "words"))
    measures, without = (tuple(map(_text, attributes.get(key, ()))) for key in ("measures", "without"))
    table, each = _text(attributes.get("table", "")), _text(attributes.get("each", ""))
    return Phrase(of, words, table, each, measures, without, attributes.get("weak", False) is True)


def _spans(values: Iterable[Any]) -> tuple[int, ...]:
    spans = tuple(map(_count, values))
    if not all(spans):
        raise ValueError("spans")
    return spans


def _count(value: Any) -> int:
    """A small whole number from 0; the limit keeps a tampered sheet from asking for absurd pages."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= 100:
        raise ValueError(value)
    return value


def _number(value: Any) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(value)
    return value


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise ValueError(value)
    return value
