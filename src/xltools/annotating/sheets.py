"""The sheets of a workbook: listed, put first, taken out, with everything that counts sheets kept right.

What counts them by position: names local to a sheet, the active tab, and the sheets that say they are selected
(ECMA-376-1 §18.2).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from xltools.annotating.parts import (
    NotEditable,
    Parts,
    child,
    children,
    drop_attribute,
    linked,
    new_root,
    relate,
    related,
    relation_base,
    relations,
    remove,
    set_type,
    sub,
    type_of,
    unrelate,
)
from xltools.reading.references import absolute_name, parse_area, parse_reference
from xltools.reading.safe_xml import is_true

_SHEET_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"
_STYLES_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.styles+xml"
_MAIN_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACRO_TYPE: Final = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_BEFORE_NAMES: Final = ("sheets", "functionGroups", "externalReferences")
_OWNED: Final = frozenset({"printerSettings", "comments", "vmlDrawing"})  # nothing else leads to such a part


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet of the workbook: its name, its part ("" where it has none), and the id of the relation to it."""

    name: str
    part: str
    relation: str


def workbook_part(parts: Parts) -> str:
    """The part that lists the sheets."""
    relation = related(parts, "", "officeDocument")
    name = parts.name_of(relation.target if relation else "xl/workbook.xml")
    if not name:
        raise NotEditable("文件不完整(缺少工作簿)")
    return name


def sheets_of(parts: Parts, book: str) -> list[Sheet]:
    """The sheets in their order."""
    targets = {relation.id: relation.target for relation in relations(parts, book)}
    found = []
    for element in _sheet_elements(parts.edit(book)):
        identity = _relation_of(element)
        found.append(Sheet(element.get("name", ""), parts.name_of(targets.get(identity, "")), identity))
    return found


def insert_first(parts: Parts, book: str, name: str, sheet: etree._Element) -> str:
    """Put a new sheet before all others and show it when the workbook is opened; its part."""
    root = parts.edit(book)
    part = parts.free_name(f"{book.rpartition('/')[0] or 'xl'}/worksheets/sheet{{}}.xml")
    parts.put(part, sheet)
    set_type(parts, part, _SHEET_TYPE)
    base = relation_base(root)
    identity = relate(parts, book, "worksheet", part, base)
    listed = child(root, "sheets")
    if listed is None:
        raise NotEditable("文件不完整(没有工作表)")
    numbers = [int(e.get("sheetId", "0")) for e in children(listed, "sheet") if e.get("sheetId", "0").isdigit()]
    number = str(max(numbers, default=0) + 1)
    listed.insert(0, linked(listed, "sheet", base, identity, name=name, sheetId=number))
    _shift_local_names(root, 0, 1)
    _deselect(parts, book, part)
    _show_first(root)
    return part


def define_cells(parts: Parts, book: str, sheet: str, cells: Mapping[str, str]) -> None:
    """Give cells of a sheet names that the whole workbook knows; a name that is there already leads to the new cell."""
    if not cells:
        return
    root = parts.edit(book)
    block = child(root, "definedNames")
    if block is None:
        block = sub(root, "definedNames")
        before = [found for name in _BEFORE_NAMES for found in children(root, name)]
        root.insert(root.index(before[-1]) + 1, block)
    for element in children(block, "definedName"):
        if element.get("name") in cells and "localSheetId" not in element.attrib:
            remove(element)
    quoted = sheet.replace("'", "''")
    for name, cell in cells.items():
        area = parse_area(cell)
        assert area is not None
        sub(block, "definedName", f"'{quoted}'!{absolute_name(*area[:2])}", name=name)


def remove_sheet(parts: Parts, book: str, sheet: Sheet) -> None:
    """Take a sheet out, with the parts that are its alone."""
    root = parts.edit(book)
    listed = _sheet_elements(root)
    position = next(at for at, element in enumerate(listed) if _relation_of(element) == sheet.relation)
    number = listed[position].get("sheetId")
    remove(listed[position])
    for relation in list(relations(parts, sheet.part)):
        if relation.kind in _OWNED:
            parts.drop(relation.target)
        unrelate(parts, sheet.part, relation.id)
    parts.drop(sheet.part)
    unrelate(parts, book, sheet.relation)
    _drop_names_of(root, sheet.name)
    _shift_local_names(root, position, -1)
    chain = related(parts, book, "calcChain")
    listed_formulas = parts.look(chain.target) if chain else None
    if chain is not None and listed_formulas is not None and any(c.get("i") == number for c in listed_formulas):
        parts.drop(chain.target)  # a formula of a sheet that is gone is damage; every program makes the chain anew
        unrelate(parts, book, chain.id)


def stylesheet_of(parts: Parts, book: str) -> etree._Element:
    """The root of the style sheet, a new one where the workbook has none."""
    relation = related(parts, book, "styles")
    if relation is not None and parts.name_of(relation.target):
        return parts.edit(relation.target)
    namespace = str(parts.edit(book).tag)[1:].partition("}")[0]
    root = new_root("styleSheet", namespace)
    name = parts.free_name(f"{book.rpartition('/')[0] or 'xl'}/styles{{}}.xml")
    parts.put(name, root)
    set_type(parts, name, _STYLES_TYPE)
    relate(parts, book, "styles", name, relation_base(parts.edit(book)))
    return root


def make_ordinary(parts: Parts, book: str) -> str:
    """The extension that the content asks for; a template (.xltx, .xltm) is declared an ordinary workbook."""
    declared = type_of(parts, book)
    with_macros = "macroEnabled" in declared
    if "template" in declared:
        set_type(parts, book, _MACRO_TYPE if with_macros else _MAIN_TYPE)
    return ".xlsm" if with_macros else ".xlsx"


def _sheet_elements(root: etree._Element) -> list[etree._Element]:
    listed = child(root, "sheets")
    return children(listed, "sheet") if listed is not None else []


def _relation_of(element: etree._Element) -> str:
    return next((str(value) for key, value in element.attrib.items() if str(key).endswith("}id")), "")


def _shift_local_names(root: etree._Element, position: int, by: int) -> None:
    """Names local to sheets at or behind a position move with them; those of a sheet taken out go."""
    block = child(root, "definedNames")
    for element in children(block, "definedName") if block is not None else ():
        local = element.get("localSheetId", "")
        if not local.isdigit() or int(local) < position:
            continue
        if by < 0 and int(local) == position:
            remove(element)
        else:
            element.set("localSheetId", str(int(local) + by))


def _drop_names_of(root: etree._Element, sheet: str) -> None:
    """Without the sheet they would lead nowhere. The list of names may not be empty."""
    block = child(root, "definedNames")
    for element in children(block, "definedName") if block is not None else ():
        reference = parse_reference(element.text or "")
        if reference is not None and reference[0] == sheet:
            remove(element)
    if block is not None and not children(block, "definedName"):
        remove(block)


def _deselect(parts: Parts, book: str, but: str) -> None:
    """Two selected sheets are a group: what is typed into one would be typed into both."""
    for sheet in sheets_of(parts, book):
        if not sheet.part or sheet.part == but or b"tabSelected" not in parts.contents[sheet.part]:
            continue
        views = child(parts.edit(sheet.part), "sheetViews")
        for view in children(views, "sheetView") if views is not None else ():
            if is_true(view.get("tabSelected")):
                del view.attrib["tabSelected"]


def _show_first(root: etree._Element) -> None:
    views = child(root, "bookViews")
    for view in children(views, "workbookView") if views is not None else ():
        for name in ("activeTab", "firstSheet"):
            drop_attribute(view, name)
