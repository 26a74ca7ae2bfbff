"""Parts of a package → the outline of a workbook and the cells of a sheet, as they are stored.

Only SpreadsheetML (ECMA-376 part 1, §18) is known here, nothing of forms, units or indicators. Elements are
matched by local name, so Transitional, Strict and prefixed documents read alike. Text comes as stored: white
space is kept, `_x000D_` escapes are decoded, phonetic runs are left out.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, TypeAlias

from lxml import etree

from xltools.reading.package import Package, Unreadable, has_part
from xltools.reading.references import LAST_COLUMN, LAST_ROW, Area, column_number, parse_area
from xltools.reading.references import cell_name as cell_name
from xltools.reading.references import constant_of as constant_of
from xltools.reading.references import parse_reference as parse_reference
from xltools.reading.safe_xml import damaged, is_true, local_name, named, parse_part, stream_part


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """An error a cell holds, `#REF!` or another, disjoint from text that merely looks like one."""

    text: str


CellValue: TypeAlias = int | Decimal | str | bool | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell stores.

    `formula` is without "=", "" where its text is stored elsewhere (a follower of a shared formula, a data
    table), None where there is none. `stored` is False where a formula has no stored value: `value` is None.
    """

    value: CellValue
    formula: str | None = None
    stored: bool = True


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as the workbook lists it: `state` visible, hidden or veryHidden; `part` "" where none."""

    name: str
    state: str
    part: str


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; `sheet` is None for the whole workbook, otherwise the sheet it is local to."""

    name: str
    refers_to: str
    sheet: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """What the workbook part alone tells: sheets in order, names in order, the date system."""

    sheets: tuple[Sheet, ...]
    names: tuple[DefinedName, ...]
    date1904: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet that hold a value or a formula, by (row, column) from 1, and merged areas."""

    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[Area, ...]
    hidden_rows: frozenset[int]


def read_outline(package: Package) -> Outline:
    """Sheets and names of the workbook; no sheet is touched. Raises Unreadable (F101, F105, F107)."""
    part = _workbook_part(package)
    root = parse_part(package, part, _STRUCTURE)
    if local_name(root) != "workbook":
        raise Unreadable("F107", "文件内容不是 Excel 工作簿,请用 Excel 或 WPS 打开,另存为 .xlsx 后重报")
    blocks = {local_name(child): child for child in root}
    targets = {key: target for key, _, target in _relations(package, part)}
    sheets = tuple(_sheet(element, targets) for element in named(blocks.get("sheets"), "sheet"))
    if not sheets:
        raise Unreadable("F101", "文件中没有工作表,请用空表重新填报")
    if len({sheet.name.lower() for sheet in sheets}) < len(sheets):
        raise Unreadable("F101", "文件中有同名的工作表,无法确定以哪个为准,请用空表重新填报")
    names = (_defined_name(element, sheets) for element in named(blocks.get("definedNames"), "definedName"))
    settings = blocks.get("workbookPr")
    date1904 = settings is not None and is_true(settings.get("date1904"))
    return Outline(sheets, tuple(name for name in names if name is not None), date1904)


def read_shared_strings(package: Package) -> tuple[str, ...]:
    """The texts that cells of type "s" point into; () where there is no such part. Raises Unreadable."""
    for _, kind, target in _relations(package, _workbook_part(package)):
        if kind == "sharedStrings" and has_part(package, target):
            items = stream_part(package, target, ("si",), "工作簿的文字内容")
            return tuple(_unescape(_rich_text(item)) for item in items)
    return ()


def read_grid(package: Package, outline: Outline, sheet_name: str, shared: Sequence[str]) -> Grid:
    """The cells of one sheet, its merged areas and hidden rows.

    `shared` is what read_shared_strings gives. `<dimension>` is not looked at: it is often wrong. Raises
    Unreadable: F101 where the sheet is missing, damaged or says two things of one cell, F105 where too large.
    """
    sheet = next((sheet for sheet in outline.sheets if sheet.name == sheet_name), None)
    if sheet is None or not sheet.part:
        raise Unreadable("F101", f"文件中没有工作表“{sheet_name}”的内容,请用空表重新填报")
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
            _read_row(element, row, shared, cells, sheet_name)
            if is_true(element.get("hidden")):
                hidden.add(row)
            if len(cells) > package.limits.cells:
                raise Unreadable("F105", f"工作表“{sheet_name}”内容过多,请用空表重新填报")
    return Grid(cells, tuple(merged), frozenset(hidden))


# --- rows and cells ---

_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_EXACT_DIGITS: Final = 15
_LONGEST_NUMBER: Final = 400  # a double needs 24 characters; what is far longer no spreadsheet program wrote
_BOOLEANS: Final = {"1": True, "true": True, "0": False, "false": False}
_MAY_BE_EMPTY: Final = frozenset({"str", "inlineStr"})


def _is_in_sheet_data(row: etree._Element) -> bool:
    parent = row.getparent()
    return parent is not None and str(parent.tag) == str(row.tag).removesuffix("row") + "sheetData"


def _row_number(row: etree._Element, previous: int, sheet_name: str) -> int:
    text = row.get("r")
    number = previous + 1 if text is None else _index(text)
    if not 1 <= number <= LAST_ROW:
        raise damaged(f"工作表“{sheet_name}”的内容")
    return number


def _read_row(
    row: etree._Element,
    number: int,
    shared: Sequence[str],
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
            cell = _read_cell(element, namespace, shared)
            if cell is _BROKEN:
                raise damaged(f"工作表“{sheet_name}”的内容")
            if cell is not None and cells.setdefault((number, column), cell) is not cell:
                raise _said_twice(sheet_name, number, column)


def _said_twice(sheet_name: str, row: int, column: int) -> Unreadable:
    place = cell_name(row, column)
    return Unreadable("F101", f"工作表“{sheet_name}”中单元格 {place} 出现两次,无法确定以哪个为准,请用空表重新填报")


_BROKEN: Final = Cell(None)


def _read_cell(element: etree._Element, namespace: str, shared: Sequence[str]) -> Cell | None:
    """The cell, None where it holds nothing, _BROKEN where what it holds cannot be told."""
    kind = element.get("t", "n")
    text: str | None = None
    formula: str | None = None
    for child in element:
        local = str(child.tag).removeprefix(namespace)
        if local == "v":
            if len(child) or text is not None:
                return _BROKEN
            text = child.text or ""
        elif local == "f":
            formula = _formula_text(child)
        elif local == "is" and (text is None or kind == "inlineStr"):
            text, kind = _rich_text(child), "inlineStr"
    # Excel stores the empty text a formula gives as t="str" with an empty v; openpyxl's empty v has no type.
    if text is None or (text == "" and kind not in _MAY_BE_EMPTY):
        return None if formula is None else Cell(None, formula, stored=False)
    if kind == "s":
        index = _index(text)
        return Cell(shared[index], formula) if 0 <= index < len(shared) else _BROKEN
    return Cell(_value(kind, text), formula)


def _formula_text(element: etree._Element) -> str | None:
    text = (element.text or "").removeprefix("=")
    # An empty <f/> of the ordinary kind is no formula; of the other kinds it points to a text kept elsewhere.
    return text if text or element.get("t", "normal") != "normal" else None


def _value(kind: str, text: str) -> CellValue:
    if kind == "n":
        return _number(text)
    if kind == "e":
        return ErrorValue(text)
    if kind == "b":
        return _BOOLEANS.get(text.strip(), text)
    return _unescape(text)


def _number(text: str) -> int | Decimal | str:
    """The number Excel would hold after loading this text; the text itself where it is no number.

    Excel holds a double, shows and compares 15 digits: 0.30000000000000004 is 0.3, 2.9999999999999996 is 3.
    Whole numbers beyond 15 digits are the double's exact value: 12345678901234567890 → 12345678901234567168.
    """
    if len(text) <= _EXACT_DIGITS and text.isascii() and text.isdigit():
        return int(text)
    trimmed = text.strip(" \t\r\n")
    if len(trimmed) > _LONGEST_NUMBER or not _NUMBER.fullmatch(trimmed):
        return text
    double = float(trimmed)
    if abs(double) == float("inf"):
        return text
    if double.is_integer():
        return int(double)
    rounded = Decimal(f"{double:.{_EXACT_DIGITS}g}")
    return int(rounded) if rounded == rounded.to_integral_value() else rounded


def _index(text: str) -> int:
    """A count written in plain digits, -1 where it is none."""
    return int(text) if len(text) < 10 and text.isascii() and text.isdigit() else -1


# --- texts ---

_ESCAPES: Final = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


def _rich_text(item: etree._Element) -> str:
    """The text of a `si` or `is`: its own `t` and those of its runs, not the phonetic ones; still escaped."""
    texts: list[str] = []
    for child in item:
        local = local_name(child)
        if local == "t":
            texts.append(child.text or "")
        elif local == "r":
            texts.extend(run.text or "" for run in child if local_name(run) == "t")
    return "".join(texts)


def _unescape(text: str) -> str:
    return _ESCAPES.sub(_characters, text) if "_x" in text else text


def _characters(match: re.Match[str]) -> str:
    units = b"".join(int(unit, 16).to_bytes(2, "little") for unit in match[0][2:-1].split("__x"))
    try:
        return units.decode("utf-16-le")
    except UnicodeDecodeError:  # half a surrogate pair is no character: shown as it stands
        return match[0]


# --- the workbook part and its relations ---

_STRUCTURE: Final = "工作簿的结构"


def _workbook_part(package: Package) -> str:
    if has_part(package, "_rels/.rels"):
        for _, kind, target in _relations(package, ""):
            if kind == "officeDocument":
                return target
    return "xl/workbook.xml"


def _relations(package: Package, part: str) -> Iterator[tuple[str, str, str]]:
    """(id, last step of the type, part led to) of the internal relations of a part, "" being the package."""
    folder, name = posixpath.split(part)
    relations = posixpath.join(folder, "_rels", f"{name}.rels")
    for element in named(parse_part(package, relations, _STRUCTURE), "Relationship"):
        if element.get("TargetMode") != "External":
            target = element.get("Target", "").replace("\\", "/")
            path = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
            yield element.get("Id", ""), element.get("Type", "").rpartition("/")[2], path


def _sheet(element: etree._Element, targets: Mapping[str, str]) -> Sheet:
    key = next((str(value) for name, value in element.items() if str(name).endswith("}id")), "")
    return Sheet(element.get("name", ""), element.get("state", "visible"), targets.get(key, ""))


def _defined_name(element: etree._Element, sheets: Sequence[Sheet]) -> DefinedName | None:
    """The name, or None where it is local to a sheet that does not exist: such a name is lost."""
    scope = element.get("localSheetId")
    sheet: str | None = None
    if scope is not None:
        if not 0 <= _index(scope) < len(sheets):
            return None
        sheet = sheets[_index(scope)].name
    refers_to = (element.text or "").strip().removeprefix("=")
    return DefinedName(element.get("name", ""), refers_to, sheet, is_true(element.get("hidden")))
