"""A unit's own workbook with marks: coloured cells, comments, and 审核意见 as its first sheet.

The parts of the package are edited in place and everything else is copied byte for byte, so that formats, validation,
protection, conditional formats, names, rich text, printer settings, macros and unknown sheets stay as they were.
The marks of an earlier round are taken off first: marking twice gives what marking once gives.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from lxml import etree

from xltools.annotating.cells import (
    Place,
    anchor_beside,
    area_around,
    cell_at,
    existing_cell,
    merged_areas,
    place_of,
    style_index,
)
from xltools.annotating.comments import Box, add_comments, clear_comments
from xltools.annotating.opinions import END, HEAD, Cell, Opinion, comments_of
from xltools.annotating.opinionsheet import Letter, opinion_sheet, record_of
from xltools.annotating.parts import NotEditable, Parts, open_parts, pack
from xltools.annotating.sheets import (
    Sheet,
    define_cells,
    insert_first,
    make_ordinary,
    remove_sheet,
    sheets_of,
    stylesheet_of,
    workbook_part,
)
from xltools.annotating.stylesheet import fill_record, is_marked, marked, unmarked
from xltools.form import EXPLANATION_PREFIX
from xltools.reading.package import open_package
from xltools.reading.references import cell_name
from xltools.reading.workbook import read_grid, read_outline, read_shared_strings
from xltools.sheetnames import OPINION_SHEET
from xltools.writing.styles import AMBER_FILL, RED_FILL, lines_needed

_BOX_WIDTH: Final = 320  # pixels
_BOX_CHARACTERS: Final = 50  # half-width ones of 9 points on a line
_BOX_LINE: Final = 17


def marked_workbook(
    data: bytes, opinions: Sequence[Opinion], letter: Letter, kept: Mapping[str, str]
) -> tuple[str, bytes]:
    """The workbook's extension and bytes. Raises NotEditable, and Unreadable for what is no workbook package.

    ``kept``: the 情况说明 that have no cell of the form's own, by their keys; they are on 审核意见 again.
    """
    parts = open_parts(data)
    if any(name.lower().startswith(("xl/revisions/", "_xmlsignatures/")) for name in parts.contents):
        raise NotEditable("文件是共享工作簿或有数字签名")
    book = workbook_part(parts)
    stylesheet = stylesheet_of(parts, book)
    _clear(parts, book, stylesheet, _earlier_record(data))
    record = _mark(parts, book, stylesheet, opinions)
    namespace = str(parts.edit(book).tag)[1:].partition("}")[0]
    sheet, answers = opinion_sheet(namespace, stylesheet, opinions, letter, record, kept)
    name = _free_sheet_name(sheets_of(parts, book))
    insert_first(parts, book, name, sheet)
    define_cells(parts, book, name, {f"{EXPLANATION_PREFIX}{key}": cell for key, cell in answers.items()})
    return make_ordinary(parts, book), pack(parts)


def _earlier_record(data: bytes) -> dict[str, Mapping[Cell, str]]:
    """Our sheets of earlier rounds by name, with what each says of the cells it marked."""
    package = open_package(data)
    outline = read_outline(package)
    names = [sheet.name for sheet in outline.sheets if sheet.name.startswith(OPINION_SHEET) and sheet.part]
    if not names:
        return {}
    shared = read_shared_strings(package, outline)
    records = {name: record_of(read_grid(package, outline, name, shared)) for name in names}
    return {name: record for name, record in records.items() if record is not None}


def _clear(
    parts: Parts, book: str, stylesheet: etree._Element, earlier: Mapping[str, Mapping[Cell, str]]
) -> None:
    recorded = {cell: fill for record in earlier.values() for cell, fill in record.items()}
    for sheet in sheets_of(parts, book):
        if sheet.name in earlier:
            remove_sheet(parts, book, sheet)
            continue
        fills: dict[Place, str | None] = {}
        if sheet.part:
            fills.update(dict.fromkeys(clear_comments(parts, sheet.part)))
        places = {place_of(cell.name): fill for cell, fill in recorded.items() if cell.sheet == sheet.name}
        fills.update({at: fill for at, fill in places.items() if at is not None})
        if fills:
            _restore(parts.edit(sheet.part), stylesheet, fills)


def _restore(root: etree._Element, stylesheet: etree._Element, fills: Mapping[Place, str | None]) -> None:
    for at, fill in fills.items():
        cell = existing_cell(root, at)
        if cell is not None and is_marked(stylesheet, style_index(cell)):
            cell.set("s", str(unmarked(stylesheet, style_index(cell), fill)))


def _mark(
    parts: Parts, book: str, stylesheet: etree._Element, opinions: Sequence[Opinion]
) -> list[tuple[Cell, str]]:
    """Colour and comment the cells; the record of the fills that they had."""
    comments = comments_of(opinions)
    wrong = {opinion.cell for opinion in opinions if opinion.must_correct}
    record: list[tuple[Cell, str]] = []
    for sheet in sheets_of(parts, book):
        here = {cell: text for cell, text in comments.items() if cell.sheet == sheet.name and place_of(cell.name)}
        if not here or not sheet.part:
            continue
        root = parts.edit(sheet.part)
        areas = merged_areas(root)
        texts: dict[Place, str] = {}
        boxes: dict[Place, Box] = {}
        for cell, text in here.items():
            area = area_around(areas, place_of(cell.name) or (1, 1))
            at = area[:2]
            if at not in texts:  # errors come first: in a merged area the first colour is the right one
                colour = RED_FILL if cell in wrong else AMBER_FILL
                record.append((Cell(sheet.name, cell_name(*at)), _colour(root, stylesheet, at, colour)))
            texts[at] = f"{texts[at]}\n{text}" if at in texts else text
            boxes[at] = _box(root, area, texts[at])
        add_comments(parts, sheet.part, texts, boxes)
    return record


def _colour(root: etree._Element, stylesheet: etree._Element, at: Place, colour: str) -> str:
    """Colour a cell; the record of the fill that it had."""
    cell = cell_at(root, at)
    style = style_index(cell)
    cell.set("s", str(marked(stylesheet, style, colour)))
    return fill_record(stylesheet, style)


def _box(root: etree._Element, area: tuple[int, int, int, int], text: str) -> Box:
    lines = sum(lines_needed(line, _BOX_CHARACTERS) for line in f"{HEAD}\n{text}{END}".split("\n"))
    height = _BOX_LINE * lines + 14
    return Box(anchor_beside(root, area, _BOX_WIDTH, height), _BOX_WIDTH, height)


def _free_sheet_name(sheets: Sequence[Sheet]) -> str:
    """审核意见; a sheet of that name which is not ours keeps it."""
    taken = {sheet.name.lower() for sheet in sheets}
    name, number = OPINION_SHEET, 2
    while name.lower() in taken:
        name, number = f"{OPINION_SHEET}{number}", number + 1
    return name
