"""An OpenDocument spreadsheet (.ods) → the same outline and grids as any workbook (ODF 1.3 part 3, §9).

Read in one guarded pass over content.xml, which alone tells value, formula, error and date apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from lxml import etree

from xltools.reading.cells import digits_as_shown
from xltools.reading.doubles import shown_number, stored_number
from xltools.reading.grid import (
    Cell,
    CellValue,
    DefinedName,
    Display,
    ErrorValue,
    Grid,
    Outline,
    Sheet,
    Shown,
    ShownText,
    Workbook,
    blank_by,
)
from xltools.reading.package import Package, Unreadable, has_part, read_part
from xltools.reading.references import LAST_COLUMN, LAST_ROW, Area
from xltools.reading.safe_xml import damaged, local_name, named, stream_part

_CALCEXT_TYPE: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}value-type"
_WHAT: Final = "表格的内容"
_DURATION: Final = re.compile(r"(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})[0-9.,]*S)?$")
_NOT_OF_TEXT: Final = frozenset({"annotation", "note", "ruby-text"})  # what a paragraph holds beside what it says
_STREAMED: Final = ("style", "table-row", "named-range", "named-expression", "table")


def open_ods(package: Package) -> Workbook:
    """The sheets, names and cells of an .ods package. Raises Unreadable: F101, F102 (password), F105 (too large)."""
    _refuse_encrypted(package)
    reading = _Reading(package.limits.cells)
    for element in stream_part(package, "content.xml", _STREAMED, _WHAT):
        _take(element, reading)
    if not reading.order:
        raise Unreadable("F101", "文件中没有工作表,请用空表重新填报")
    sheets = tuple(
        Sheet(name, "hidden" if style in reading.hidden_styles else "visible", "content.xml")
        for name, style in reading.order.items()
    )
    return Workbook("ods", Outline(sheets, tuple(reading.names), date1904=False), reading.grid, blank_by(reading.grid))


@dataclass(slots=True)
class _Table:
    """A sheet while its rows come in."""

    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)
    hidden_rows: set[int] = field(default_factory=set)
    row: int = 0


@dataclass(slots=True)
class _Reading:
    """What has been read so far; `order` is sheet → its style, `looks` style of text → what its digits look like."""

    most_cells: int
    order: dict[str, str] = field(default_factory=dict)
    tables: dict[str, _Table] = field(default_factory=dict)
    names: list[DefinedName] = field(default_factory=list)
    hidden_styles: set[str] = field(default_factory=set)
    looks: dict[str, str] = field(default_factory=dict)
    complete: set[str] = field(default_factory=set)

    def grid(self, sheet_name: str) -> Grid:
        table = self.tables.get(sheet_name)
        if table is None:
            raise Unreadable("F101", f"文件中没有工作表“{sheet_name}”的内容,请用空表重新填报")
        return Grid(table.cells, tuple(table.merged), frozenset(table.hidden_rows))


def _refuse_encrypted(package: Package) -> None:
    manifest = "META-INF/manifest.xml"
    locked = has_part(package, manifest) and b"encryption-data" in read_part(package, manifest)
    if locked or has_part(package, "encrypted-package"):
        raise Unreadable("F102", "文件有密码,无法读取,请取消打开密码后另存重报", "encrypted")


def _take(element: etree._Element, reading: _Reading) -> None:
    kind = local_name(element)
    if kind == "style":
        if any(_attribute(child, "display") == "false" for child in named(element, "table-properties")):
            reading.hidden_styles.add(_attribute(element, "name"))
        if _attribute(element, "family") == "text" and (look := _look(element)):
            reading.looks[_attribute(element, "name")] = look
        return
    table = _sheet_of(element)
    if kind == "table":
        if table is element:
            _table_of(table, reading)
            reading.complete.add(_attribute(table, "name"))
    elif kind == "table-row":
        if table is not None:
            _read_row(element, _table_of(table, reading), reading)
    else:
        sheet = None if table is None else _attribute(table, "name")
        reading.names.append(DefinedName(_attribute(element, "name"), _refers_to(element), sheet, hidden=False))


def _sheet_of(element: etree._Element) -> etree._Element | None:
    """The sheet an element stands in; tables within tables and links to other documents are no sheets."""
    ancestors = [element, *element.iterancestors()]
    tables = [one for one in ancestors if local_name(one) == "table"]
    if len(tables) != 1:
        return None
    parent = tables[0].getparent()
    return tables[0] if parent is not None and local_name(parent) == "spreadsheet" else None


def _table_of(element: etree._Element, reading: _Reading) -> _Table:
    name = _attribute(element, "name")
    if name in reading.complete:
        raise Unreadable("F101", "文件中有同名的工作表,无法确定以哪个为准,请用空表重新填报")
    if name not in reading.order:
        reading.order[name] = _attribute(element, "style-name")
        reading.tables[name] = _Table()
    return reading.tables[name]


def _look(style: etree._Element) -> str:
    """What a style of text does to digits: superscript, subscript, strike; "" for nothing. 10⁵ is not 105."""
    for about in named(style, "text-properties"):
        raised = _attribute(about, "text-position").split(" ")[0]
        if raised in ("super", "sub"):
            return f"{raised}script"
        if raised.rstrip("%") not in ("", "0"):
            return "subscript" if raised.startswith("-") else "superscript"
        if not {"", "none"}.issuperset(_attribute(about, f"text-line-through-{what}") for what in ("style", "type")):
            return "strike"
    return ""


def _read_row(row: etree._Element, table: _Table, reading: _Reading) -> None:
    repeated = _count(row, "number-rows-repeated")
    first = table.row + 1
    table.row += repeated
    if table.row > LAST_ROW:
        raise damaged(_WHAT)
    filled = list(_filled_cells(row, first, table, reading.looks))
    if len(table.cells) + sum(last - start + 1 for start, last, _ in filled) * repeated > reading.most_cells:
        raise Unreadable("F105", "工作表内容过多,请用空表重新填报")
    for start, last, cell in filled:
        for column in range(start, last + 1):
            table.cells.update({(at, column): cell for at in range(first, first + repeated)})
    if _attribute(row, "visibility") in ("collapse", "filter"):
        table.hidden_rows.update(range(first, first + min(repeated, 1000)))


def _filled_cells(
    row: etree._Element, number: int, table: _Table, looks: Mapping[str, str]
) -> Iterator[tuple[int, int, Cell]]:
    """(first column, last column, cell) of the cells that hold something; merged areas are noted on the way."""
    column = 0
    for element in row:
        kind = local_name(element)
        if kind not in ("table-cell", "covered-table-cell"):
            continue
        start, column = column + 1, column + _count(element, "number-columns-repeated")
        if column > LAST_COLUMN:
            raise damaged(_WHAT)
        across, down = _count(element, "number-columns-spanned"), _count(element, "number-rows-spanned")
        if across * down > 1:
            last_row, last_column = min(number + down - 1, LAST_ROW), min(start + across - 1, LAST_COLUMN)
            table.merged.append((number, start, last_row, last_column))
        cell = _read_cell(element, looks) if kind == "table-cell" else None
        if cell is not None:
            yield start, column, cell


def _read_cell(element: etree._Element, looks: Mapping[str, str]) -> Cell | None:
    kind = _attribute(element, "value-type")
    formula = re.sub(r"^[a-z]*:?=", "", _attribute(element, "formula")) or None
    text = "\n".join(_paragraph(child, looks) for child in named(element, "p"))
    if not kind and (formula is not None or not text.strip()):
        return None if formula is None else Cell(None, formula, stored=False)
    broken = formula is not None and text.startswith(("#", "Err:"))
    if broken or element.get(_CALCEXT_TYPE) == "error":
        return Cell(ErrorValue(text or "#N/A"), formula)
    value, shown = _value(element, kind, text)
    return Cell(value, formula, True, shown)


def _value(element: etree._Element, kind: str, text: str) -> tuple[CellValue, Display]:
    if kind in ("float", "currency", "percentage"):
        written = _attribute(element, "value") or text
        is_plain = text == written or (not text.strip("#") and (text or not _tells_text(element)))
        shown = Shown.PERCENT if kind == "percentage" else Shown.PLAIN if is_plain else ShownText(text)
        return stored_number(written), shown
    if kind == "boolean":
        return _attribute(element, "boolean-value") == "true", Shown.PLAIN
    if kind == "date":
        return _serial(_attribute(element, "date-value")) or text, Shown.DATE
    if kind == "time":  # shown as hours it looks like a figure
        return _days(_attribute(element, "time-value")), Shown.DATE
    return _attribute(element, "string-value") or text, Shown.PLAIN


def _tells_text(element: etree._Element) -> bool:
    """Whether a cell says what it shows, be it nothing; some programs leave that out."""
    return next(named(element, "p"), None) is not None


def _serial(iso: str) -> int | None:
    try:
        return (date.fromisoformat(iso[:10]) - date(1899, 12, 30)).days
    except ValueError:
        return None


def _days(duration: str) -> int | Decimal:
    """PT36H00M00S → 1.5"""
    match = _DURATION.search(duration)
    assert match is not None, "every text has this form"
    hours, minutes, seconds = (float(part or 0) for part in match.groups())
    return shown_number(hours / 24 + minutes / 1440 + seconds / 86_400)


def _paragraph(element: etree._Element, looks: Mapping[str, str]) -> str:
    """The text of a paragraph; runs of spaces, tabs and line breaks are elements of their own, so are fields."""
    parts = [element.text or ""]
    for child in element:
        kind = local_name(child)
        if kind == "s":
            parts.append(" " * min(_count(child, "c"), 1000))
        elif kind in ("tab", "line-break"):
            parts.append("\t" if kind == "tab" else "\n")
        elif kind not in _NOT_OF_TEXT:
            text, look = _paragraph(child, looks), looks.get(_attribute(child, "style-name"))
            parts.append(digits_as_shown(text, look) if look else text)
        parts.append(child.tail or "")
    return "".join(parts)


_ADDRESS: Final = re.compile(r"\$?(?:'((?:[^']|'')+)'|([^\s'.]+))\.(\$?[A-Z]+\$?[0-9]+)(?::\.?(\$?[A-Z]+\$?[0-9]+))?")


def _refers_to(element: etree._Element) -> str:
    """What a name refers to, in the spelling of Excel where it is a place or a constant; otherwise as it stands."""
    address = _attribute(element, "cell-range-address")
    match = _ADDRESS.fullmatch(address)
    if match is None:
        return address or re.sub(r"^[a-z]*:?=", "", _attribute(element, "expression"))
    quoted, plain, first, last = match.groups()
    sheet = quoted or plain.replace("'", "''")
    return f"'{sheet}'!{first}" + (f":{last}" if last else "")


def _attribute(element: etree._Element, name: str) -> str:
    for key, value in element.items():
        if str(key).rpartition("}")[2] == name and "calcext" not in str(key):
            return str(value)
    return ""


def _count(element: etree._Element, name: str) -> int:
    text = _attribute(element, name)
    return max(int(text), 1) if len(text) < 8 and text.isascii() and text.isdigit() else 1
