"""Cells of a sheet's part: found or made, their formats, and where a box beside them stands (ECMA-376-1 §18.3.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, TypeAlias

from lxml import etree

from xltools.annotating.parts import NotEditable, child, children, drop_attribute, linked, sub
from xltools.reading.references import LAST_COLUMN, LAST_ROW, Area, cell_name, column_number, parse_area
from xltools.reading.safe_xml import is_true

Place: TypeAlias = tuple[int, int]  # row, column, from 1
Anchor: TypeAlias = tuple[int, int, int, int, int, int, int, int]

_BEHIND_LEGACY_DRAWING: Final = frozenset(
    {
        "legacyDrawingHF", "drawingHF", "picture", "oleObjects", "controls", "webPublishItems", "tableParts",
        "AlternateContent", "extLst",
    }
)  # fmt: skip
_DEFAULT_COLUMN, _DEFAULT_ROW = 64, 20  # pixels
_GAP = 12


def place_of(name: str) -> Place | None:
    """"D12" → (12, 4); None for what names no single cell."""
    area = parse_area(name)
    return area[:2] if area and area[:2] == area[2:] else None


def merged_areas(root: etree._Element) -> list[Area]:
    """The merged areas of a sheet."""
    block = child(root, "mergeCells")
    merged = children(block, "mergeCell") if block is not None else []
    areas = [parse_area(element.get("ref", "")) for element in merged]
    return [area for area in areas if area is not None]


def area_around(areas: list[Area], at: Place) -> Area:
    """The merged area that a cell belongs to, else the cell itself."""
    row, column = at
    inside = (a for a in areas if a[0] <= row <= a[2] and a[1] <= column <= a[3])
    return next(inside, (row, column, row, column))


def cell_at(root: etree._Element, at: Place) -> etree._Element:
    """The cell's element, made in its place where the sheet holds none. Raises NotEditable."""
    data = child(root, "sheetData")
    if data is None:
        raise NotEditable("工作表的内容不完整")
    row = _row_at(data, at[0])
    for position, (column, cell) in enumerate(_cells(row, at[0])):
        if column == at[1]:
            return cell
        if column > at[1]:
            return _new_cell(root, row, at, position)
    return _new_cell(root, row, at, len(row))


def style_index(cell: etree._Element) -> int:
    """The cell's format, as an index of the style sheet."""
    return _count(cell.get("s"))


def existing_cell(root: etree._Element, at: Place) -> etree._Element | None:
    """The cell's element, None where the sheet holds none."""
    data = child(root, "sheetData")
    row = next((row for number, row in _rows(data) if number == at[0]), None) if data is not None else None
    return next((cell for column, cell in _cells(row, at[0]) if column == at[1]), None) if row is not None else None


def link_drawing(root: etree._Element, base: str, identity: str) -> None:
    """Lead from a sheet to the drawing of its comment boxes."""
    for old in children(root, "legacyDrawing"):
        root.remove(old)
    found = linked(root, "legacyDrawing", base, identity)
    names = [c.tag.rpartition("}")[2] if isinstance(c.tag, str) else "" for c in root]
    root.insert(next((at for at, name in enumerate(names) if name in _BEHIND_LEGACY_DRAWING), len(root)), found)


def anchor_beside(root: etree._Element, area: Area, width: int, height: int) -> Anchor:
    """Where a box of so many pixels stands to the right of a cell, as VML counts: column, pixels into it, row, …"""
    left = area[3] + 1
    top = max(area[0] - 1, 1)
    right, into_right = _walk(_column_widths(root), _default_width(root), left, _GAP + width, LAST_COLUMN)
    bottom, into_bottom = _walk(_row_heights(root), _default_height(root), top, 4 + height, LAST_ROW)
    return left - 1, _GAP, top - 1, 4, right - 1, into_right, bottom - 1, into_bottom


def _walk(sizes: dict[int, int], default: int, start: int, distance: int, last: int) -> tuple[int, int]:
    """How far a distance reaches over columns or rows of these sizes: which one it ends in, and how far into it."""
    at = start
    while at < last and distance >= (size := sizes.get(at, default)):
        distance -= size
        at += 1
    return at, distance


def _column_widths(root: etree._Element) -> dict[int, int]:
    block = child(root, "cols")
    widths: dict[int, int] = {}
    for element in children(block, "col") if block is not None else ():
        width = 0 if is_true(element.get("hidden")) else round(_size(element.get("width"), 9.14) * 7)
        first, last = _count(element.get("min")), _count(element.get("max"))
        widths.update(dict.fromkeys(range(first, min(last, first + 500) + 1), width))
    return widths


def _row_heights(root: etree._Element) -> dict[int, int]:
    data = child(root, "sheetData")
    heights = {}
    for number, row in _rows(data) if data is not None else ():
        if is_true(row.get("hidden")):
            heights[number] = 0
        elif row.get("ht"):
            heights[number] = round(_size(row.get("ht"), 15) * 4 / 3)
    return heights


def _default_width(root: etree._Element) -> int:
    settings = child(root, "sheetFormatPr")
    width = settings.get("defaultColWidth") if settings is not None else None
    return max(round(_size(width, 0) * 7), 8) if width else _DEFAULT_COLUMN


def _default_height(root: etree._Element) -> int:
    settings = child(root, "sheetFormatPr")
    height = settings.get("defaultRowHeight") if settings is not None else None
    return max(round(_size(height, 15) * 4 / 3), 4) if height else _DEFAULT_ROW


def _row_at(data: etree._Element, number: int) -> etree._Element:
    position = len(data)
    for at, row in _rows(data):
        if at == number:
            return row
        if at > number:
            position = data.index(row)
            break
    new = sub(data, "row", r=str(number))
    data.insert(position, new)
    return new


def _new_cell(root: etree._Element, row: etree._Element, at: Place, position: int) -> etree._Element:
    """A cell with the format that an empty one has here: its row's, else its column's."""
    cell = sub(row, "c", r=cell_name(*at))
    row.insert(position, cell)
    drop_attribute(row, "spans")  # a hint only, and no longer right
    style = row.get("s") if is_true(row.get("customFormat")) else _column_style(root, at[1])
    if style:
        cell.set("s", str(style))
    return cell


def _column_style(root: etree._Element, column: int) -> str | None:
    block = child(root, "cols")
    for element in children(block, "col") if block is not None else ():
        if _count(element.get("min")) <= column <= _count(element.get("max")):
            return element.get("style")
    return None


def _rows(data: etree._Element) -> Iterator[tuple[int, etree._Element]]:
    """Rows with their numbers; a row that gives none follows the one before, and from now on says so itself."""
    number = 0
    for row in children(data, "row"):
        number = _count(row.get("r")) or number + 1
        row.set("r", str(number))
        yield number, row


def _cells(row: etree._Element, number: int) -> Iterator[tuple[int, etree._Element]]:
    column = 0
    for cell in children(row, "c"):
        name = cell.get("r")
        column = column + 1 if name is None else column_number(name.rstrip("0123456789"))
        if name is None:
            cell.set("r", cell_name(number, column))
        yield column, cell


def _count(text: str | None) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 10 else 0


def _size(text: str | None, default: float) -> float:
    try:
        return min(max(float(text), 0.0), 1000.0) if text else default
    except ValueError:
        return default
