"""Parts of a package → the outline of a workbook and the cells of a sheet, as they are stored.

Only SpreadsheetML (ECMA-376 part 1, §18) is known here, nothing of forms, units or indicators. Elements are
matched by local name, so Transitional, Strict and prefixed documents read alike. Text comes as stored: white
space is kept, `_x000D_` escapes are decoded, phonetic runs are left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from functools import lru_cache, partial
from typing import Final

from lxml import etree

from xltools.reading.cells import BROKEN, Context, plain_index, read_cell, rich_text, unescape
from xltools.reading.grid import Cell as Cell
from xltools.reading.grid import CellValue as CellValue
from xltools.reading.grid import DefinedName as DefinedName
from xltools.reading.grid import ErrorValue as ErrorValue
from xltools.reading.grid import Grid as Grid
from xltools.reading.grid import Outline as Outline
from xltools.reading.grid import Sheet as Sheet
from xltools.reading.grid import Shown
from xltools.reading.grid import Workbook as Workbook
from xltools.reading.package import Package, Unreadable, has_part, read_part
from xltools.reading.pieces import grid_by_pieces, texts_by_pieces
from xltools.reading.references import LAST_COLUMN, LAST_ROW, Area, column_number, parse_area
from xltools.reading.references import cell_name as cell_name
from xltools.reading.references import constant_of as constant_of
from xltools.reading.references import parse_reference as parse_reference
from xltools.reading.safe_xml import damaged, guarded_content, is_true, local_name, named, parse_xml, stream_part
from xltools.reading.styles import shown_kinds

_DAYS_TO_1904: Final = 1462


def open_workbook(package: Package) -> Workbook:
    """An .xlsx or .xlsm package as a workbook; shared texts are read with the first sheet. Raises Unreadable."""
    outline = read_outline(package)
    shared: list[tuple[str, ...]] = []

    def grid(sheet_name: str) -> Grid:
        if not shared:
            shared.append(read_shared_strings(package, outline))
        cells = read_grid(package, outline, sheet_name, shared[0])
        return _since_1900(cells) if outline.date1904 else cells

    return Workbook("xlsx", outline, grid, partial(_is_blank, package, outline))


def _since_1900(grid: Grid) -> Grid:
    """Dates of a workbook that counts from 1904 (old Macs), counted as everybody else does."""
    moved = {
        at: replace(cell, value=cell.value + _DAYS_TO_1904)
        for at, cell in grid.cells.items()
        if cell.shown is Shown.DATE and isinstance(cell.value, int | Decimal)
    }
    return replace(grid, cells={**grid.cells, **moved})


def _is_blank(package: Package, outline: Outline, sheet_name: str, places: Sequence[tuple[int, int]]) -> bool:
    """Whether the sheet's text shows every one of these cells as an empty element; False where that is not plain."""
    part = next((sheet.part for sheet in outline.sheets if sheet.name == sheet_name), "")
    if not part or not has_part(package, part):
        return False
    content = read_part(package, part)
    at = 0
    for place in sorted(places):
        found = re.compile(rb'<c r="%s"[^<>]*/>' % cell_name(*place).encode()).search(content, at)
        if found is None:
            return False
        at = found.end()
    return True


def read_outline(package: Package) -> Outline:
    """Sheets and names of the workbook; no sheet is touched. Raises Unreadable (F101, F105, F107)."""
    part = _workbook_part(package)
    related = related_parts(package, part)
    texts, styles = (_part_of_kind(package, related, kind) for kind in ("sharedStrings", "styles"))
    return _outline(guarded_content(package, part), related, texts, styles)


def read_shared_strings(package: Package, outline: Outline) -> tuple[str, ...]:
    """The texts that cells of type "s" point into; () where there is no such part. Raises Unreadable."""
    part = outline.texts
    if not has_part(package, part):
        return ()
    remembered = texts_by_pieces(read_part(package, part))
    if remembered is not None:
        return remembered
    items = stream_part(package, part, ("si",), "工作簿的文字内容")
    return tuple(unescape(rich_text(item)) for item in items)


def read_grid(package: Package, outline: Outline, sheet_name: str, shared: Sequence[str]) -> Grid:
    """The cells of one sheet, its merged areas and hidden rows.

    `shared` is what read_shared_strings gives. `<dimension>` is not looked at: it is often wrong. Raises
    Unreadable: F101 where the sheet is missing, damaged or says two things of one cell, F105 where too large.
    """
    sheet = next((sheet for sheet in outline.sheets if sheet.name == sheet_name), None)
    if sheet is None or not sheet.part:
        raise Unreadable("F101", f"文件中没有工作表“{sheet_name}”的内容,请用空表重新填报")
    context = Context(shared, shown_kinds(read_part(package, outline.styles)) if outline.styles else ())
    remembered = grid_by_pieces(read_part(package, sheet.part), context) if has_part(package, sheet.part) else None
    if remembered is not None and len(remembered.cells) <= package.limits.cells:
        return remembered
    cells: dict[tuple[int, int], Cell] = {}
    merged: list[Area] = []
    hidden: set[int] = set()
    row = 0
    for element in stream_part(package, sheet.part, ("row", "mergeCell"), f"工作表“{sheet_name}”的内容"):
        if local_name(element) == "mergeCell":
            area = parse_area(element.get("ref", ""))
            if area is not None:
                merged.append(area)
        elif _is_in_sheet_data(element):
            row = _row_number(element, row, sheet_name)
            _read_row(element, row, context, cells, sheet_name)
            if is_true(element.get("hidden")):
                hidden.add(row)
            if len(cells) > package.limits.cells:
                raise Unreadable("F105", f"工作表“{sheet_name}”内容过多,请用空表重新填报")
    return Grid(cells, tuple(merged), frozenset(hidden))


# --- rows and cells ---


def _is_in_sheet_data(row: etree._Element) -> bool:
    parent = row.getparent()
    return parent is not None and str(parent.tag) == str(row.tag).removesuffix("row") + "sheetData"


def _row_number(row: etree._Element, previous: int, sheet_name: str) -> int:
    text = row.get("r")
    number = previous + 1 if text is None else plain_index(text)
    if not 1 <= number <= LAST_ROW:
        raise damaged(f"工作表“{sheet_name}”的内容")
    return number


def _read_row(
    row: etree._Element,
    number: int,
    context: Context,
    cells: dict[tuple[int, int], Cell],
    sheet_name: str,
) -> None:
    namespace = str(row.tag).removesuffix("row")
    cell_tag = f"{namespace}c"
    digits = str(number)
    column = 0
    for element in row:
        if element.tag != cell_tag:
            continue
        place = element.get("r")
        if place is None:
            column = column + 1 if column < LAST_COLUMN else 0
        else:
            column = column_number(place[: -len(digits)]) if place.endswith(digits) else 0
        if not column:
            raise damaged(f"工作表“{sheet_name}”的内容")
        if len(element):
            cell = read_cell(element, namespace, context)
            if cell is BROKEN:
                raise damaged(f"工作表“{sheet_name}”的内容")
            if cell is not None and cells.setdefault((number, column), cell) is not cell:
                raise _said_twice(sheet_name, number, column)


def _said_twice(sheet_name: str, row: int, column: int) -> Unreadable:
    place = cell_name(row, column)
    return Unreadable("F101", f"工作表“{sheet_name}”中单元格 {place} 出现两次,无法确定以哪个为准,请用空表重新填报")


# --- the workbook part and its relations ---

_STRUCTURE: Final = "工作簿的结构"


def _workbook_part(package: Package) -> str:
    if has_part(package, "_rels/.rels"):
        for _, kind, target in related_parts(package, ""):
            if kind == "officeDocument":
                return target
    return "xl/workbook.xml"


def related_parts(package: Package, part: str) -> tuple[tuple[str, str, str], ...]:
    """(id, last step of the type, part led to) of the internal relations of a part, "" being the package."""
    folder, name = posixpath.split(part)
    return _relations(guarded_content(package, posixpath.join(folder, "_rels", f"{name}.rels")), folder)


# The returns of one form share these parts byte for byte, as long as one program saved them.


@lru_cache(maxsize=64)
def _relations(content: bytes, folder: str) -> tuple[tuple[str, str, str], ...]:
    relations = []
    for element in named(parse_xml(content, _STRUCTURE), "Relationship"):
        if element.get("TargetMode") != "External":
            target = element.get("Target", "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            relations.append((element.get("Id", ""), element.get("Type", "").rpartition("/")[2], path))
    return tuple(relations)


@lru_cache(maxsize=16)
def _outline(content: bytes, related: tuple[tuple[str, str, str], ...], texts: str, styles: str) -> Outline:
    root = parse_xml(content, _STRUCTURE)
    if local_name(root) != "workbook":
        raise Unreadable("F107", "文件内容不是 Excel 工作簿,请用 Excel 或 WPS 打开,另存为 .xlsx 后重报")
    blocks = {local_name(child): child for child in root}
    parts = {key: target for key, _, target in related}
    sheets = tuple(_sheet(element, parts) for element in named(blocks.get("sheets"), "sheet"))
    if not sheets:
        raise Unreadable("F101", "文件中没有工作表,请用空表重新填报")
    if len({sheet.name.lower() for sheet in sheets}) < len(sheets):
        raise Unreadable("F101", "文件中有同名的工作表,无法确定以哪个为准,请用空表重新填报")
    leading = [sheet.part for sheet in sheets if sheet.part]
    if len(set(leading)) < len(leading):
        raise Unreadable("F101", "文件中几张工作表指向同一份内容,疑为被改动的文件,请用空表重新填报")
    names = (_defined_name(element, sheets) for element in named(blocks.get("definedNames"), "definedName"))
    settings = blocks.get("workbookPr")
    date1904 = settings is not None and is_true(settings.get("date1904"))
    return Outline(sheets, tuple(name for name in names if name is not None), date1904, texts, styles)


def _part_of_kind(package: Package, related: Sequence[tuple[str, str, str]], wanted: str) -> str:
    """The part of a kind that the workbook leads to, if possible one that the package holds; "" where there is none."""
    parts = [target for _, kind, target in related if kind == wanted]
    return next((part for part in parts if has_part(package, part)), next(iter(parts), ""))


def _sheet(element: etree._Element, targets: Mapping[str, str]) -> Sheet:
    key = next((str(value) for name, value in element.items() if str(name).endswith("}id")), "")
    return Sheet(element.get("name", ""), element.get("state", "visible"), targets.get(key, ""))


def _defined_name(element: etree._Element, sheets: Sequence[Sheet]) -> DefinedName | None:
    """The name, or None where it is local to a sheet that does not exist: such a name is lost."""
    scope = element.get("localSheetId")
    sheet: str | None = None
    if scope is not None:
        if not 0 <= plain_index(scope) < len(sheets):
            return None
        sheet = sheets[plain_index(scope)].name
    refers_to = (element.text or "").strip().removeprefix("=")
    return DefinedName(element.get("name", ""), refers_to, sheet, is_true(element.get("hidden")))
