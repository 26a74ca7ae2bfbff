"""What calamine does not tell of an .xlsb: names, errors, formulas, percentages, merged cells ([MS-XLSB] 2.4)."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Final

from xltools.reading.biff import (
    DAMAGE,
    ERROR_TEXTS,
    STATES,
    BookFacts,
    SheetFacts,
    constant_text,
    note_shown,
    place_text,
)
from xltools.reading.grid import DefinedName
from xltools.reading.numberformats import Kind, kind_of_format
from xltools.reading.package import Package, Unreadable, has_part, read_part
from xltools.reading.safe_xml import damaged
from xltools.reading.workbook import related_parts

_WORKBOOK: Final = "xl/workbook.bin"
_ROW, _CELL_ERROR, _FORMULAS, _FORMULA_ERROR, _MERGED = 0, 3, (8, 9, 10, 11), 11, 176
_NUMBERS: Final = (2, 5, 9)  # packed, in full, of a formula
_FORMAT, _CELL_FORMAT, _BEGIN_CELL_FORMATS, _END_CELL_FORMATS = 44, 47, 617, 618
_NAME, _BUNDLE_SHEET, _EXTERN_SHEET = 39, 156, 362
_BOOKS: Final = {355: False, 357: True, 358: True, 359: False, 667: False}  # other book, this, this sheet, add-in


def xlsb_facts(package: Package) -> BookFacts:
    """The facts of an .xlsb, not whole where sheets are damaged. Raises Unreadable (F101) where its formats are."""
    facts = BookFacts()
    try:
        parts = _read_workbook(read_part(package, _WORKBOOK), facts)
        related = related_parts(package, _WORKBOOK)
    except (*DAMAGE, Unreadable):
        facts.is_whole = False
        return facts
    targets = {key: target for key, _, target in related}
    styles = [part for _, kind, part in related if kind == "styles"]
    kinds = _shown_kinds(read_part(package, styles[0])) if styles else []
    try:
        for key, sheet in parts:
            if has_part(package, targets.get(key, "")):
                _read_sheet(read_part(package, targets[key]), kinds, sheet)
    except (*DAMAGE, Unreadable):
        facts.is_whole = False
    return facts


def _records(part: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(part):
        kind, at = _number(part, at, 2)
        size, at = _number(part, at, 4)
        yield kind, part[at : at + size]
        at += size


def _number(part: bytes, at: int, most_bytes: int) -> tuple[int, int]:
    """A number in groups of seven bits (a record's kind keeps the marker bit: 0x85 0x03 is 389) and where it ends."""
    value = 0
    for step in range(most_bytes):
        byte = part[at + step]
        value |= (byte & 0x7F) << (7 * step)
        if not byte & 0x80:
            return value, at + step + 1
    return value, at + most_bytes


def _read_workbook(part: bytes, facts: BookFacts) -> list[tuple[str, SheetFacts]]:
    parts: list[tuple[str, SheetFacts]] = []
    books: list[bool] = []
    places: list[tuple[int, int, int]] = []
    names: list[bytes] = []
    for kind, body in _records(part):
        if kind == _BUNDLE_SHEET:
            (state,) = struct.unpack_from("<I", body)
            key, at = _text(body, 8)
            name, _ = _text(body, at)
            facts.sheets[name] = SheetFacts(STATES[min(state, 2)])
            parts.append((key, facts.sheets[name]))
        elif kind in _BOOKS:
            books.append(_BOOKS[kind])
        elif kind == _EXTERN_SHEET:
            (count,) = struct.unpack_from("<I", body)
            places = [struct.unpack_from("<Iii", body, 4 + 12 * i) for i in range(min(count, len(body) // 12))]
        elif kind == _NAME:
            names.append(body)
    sheets = list(facts.sheets)

    def sheet_span(index: int) -> tuple[int, int]:
        which, first, last = places[index] if index < len(places) else (-1, -1, -1)
        return (first, last) if 0 <= which < len(books) and books[which] else (-1, -1)

    for body in names:
        with suppress(*DAMAGE):
            facts.names.append(_defined_name(body, sheets, sheet_span))
    return parts


def _text(body: bytes, at: int) -> tuple[str, int]:
    (count,) = struct.unpack_from("<I", body, at)
    if count == 0xFFFFFFFF:
        return "", at + 4
    return body[at + 4 : at + 4 + 2 * count].decode("utf-16-le"), at + 4 + 2 * count


def _defined_name(body: bytes, sheets: list[str], sheet_span: Callable[[int], tuple[int, int]]) -> DefinedName:
    flags, scope = struct.unpack_from("<IxI", body)
    name, at = _text(body, 9)
    (size,) = struct.unpack_from("<I", body, at)
    tokens = body[at + 4 : at + 4 + size]
    local = sheets[scope] if scope < len(sheets) else None
    return DefinedName(name, _refers_to(tokens, sheets, sheet_span), local, bool(flags & 1))


def _refers_to(tokens: bytes, sheets: list[str], sheet_span: Callable[[int], tuple[int, int]]) -> str:
    kind = tokens[0] if tokens else 0
    if kind in (0x3A, 0x5A, 0x7A) and len(tokens) == 9:
        index, row, column = struct.unpack_from("<HIH", tokens, 1)
        return place_text(sheets, *sheet_span(index), (row, column & 0x3FFF, row, column & 0x3FFF))
    if kind in (0x3B, 0x5B, 0x7B) and len(tokens) == 15:
        index, r1, r2, c1, c2 = struct.unpack_from("<HIIHH", tokens, 1)
        return place_text(sheets, *sheet_span(index), (r1, c1 & 0x3FFF, r2, c2 & 0x3FFF))
    if kind == 0x17:
        (count,) = struct.unpack_from("<H", tokens, 1)
        return constant_text(tokens[3:].decode("utf-16-le")) if len(tokens) == 3 + 2 * count else ""
    if kind == 0x1E and len(tokens) == 3:
        return str(struct.unpack_from("<H", tokens, 1)[0])
    return ""


def _shown_kinds(part: bytes) -> list[Kind]:
    """How each cell format shows a number, by its index. Raises Unreadable (F101) where they do not come to an end."""
    codes: dict[int, str] = {}
    kinds: list[Kind] = []
    within = False
    try:
        for kind, body in _records(part):
            if kind == _FORMAT:
                codes[struct.unpack_from("<H", body)[0]], _ = _text(body, 2)
            elif kind == _BEGIN_CELL_FORMATS:
                within = True
            elif kind == _END_CELL_FORMATS:
                return kinds
            elif kind == _CELL_FORMAT and within:
                (identity,) = struct.unpack_from("<H", body, 2)
                kinds.append(kind_of_format(identity, codes.get(identity, "")))
    except DAMAGE as error:
        raise damaged("单元格的格式") from error
    raise damaged("单元格的格式")


def _read_sheet(part: bytes, kinds: Sequence[Kind], sheet: SheetFacts) -> None:
    row = 0
    for kind, body in _records(part):
        if kind == _ROW:
            row = struct.unpack_from("<I", body)[0] + 1
            continue
        if kind in _NUMBERS:
            column, style = struct.unpack_from("<II", body)
            note_shown(sheet, kinds, row - 1, column, style & 0xFFFFFF)
        if kind in (_CELL_ERROR, *_FORMULAS):
            place = (row, struct.unpack_from("<I", body)[0] + 1)
            if kind in _FORMULAS:
                sheet.formulas.add(place)
            if kind in (_CELL_ERROR, _FORMULA_ERROR):
                sheet.errors[place] = ERROR_TEXTS.get(body[8], "#N/A")
        elif kind == _MERGED:
            r1, r2, c1, c2 = struct.unpack_from("<IIII", body)
            sheet.merged.append((r1 + 1, c1 + 1, r2 + 1, c2 + 1))
