"""Sheets and shared texts read piece by piece, each piece remembered by its bytes.

Returns of one form consist of the same labels, formulas and empty cells; only figures differ. A part is cut at its
`</si>`, `</row>` and `<c ` where nothing but these elements can stand, and a piece that was understood before is not
parsed again. Nothing is understood loosely: a piece seen for the first time is either of one exact spelling or parsed
by lxml on its own, and whatever does not fit makes the answer None: then the whole part is read the ordinary way. A
comment or CDATA section that a cut went through is not well-formed on either side, so it cannot hide anything.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import Final, NamedTuple

from lxml import etree

from xltools.reading.cells import BROKEN, Context, plain_index, read_cell, rich_text, unescape, with_display
from xltools.reading.doubles import stored_number
from xltools.reading.grid import Cell, Grid, Shown
from xltools.reading.package import Unreadable
from xltools.reading.references import LAST_ROW, Area, column_number, parse_area
from xltools.reading.safe_xml import local_name, parse_xml

_NAMESPACE: Final = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_TAG: Final = f"{{{_NAMESPACE.decode()}}}"
_DECLARATION: Final = rb'(?:<\?xml version="1\.0" encoding="[Uu][Tt][Ff]-8"(?: standalone="(?:yes|no)")?\?>[\r\n]*)?'
_TEXTS: Final = re.compile(
    _DECLARATION + rb'<sst xmlns="' + re.escape(_NAMESPACE) + rb'"(?: (?:count|uniqueCount)="[0-9]+")*>'
)
_SHEET: Final = re.compile(_DECLARATION + rb'<worksheet xmlns="' + re.escape(_NAMESPACE) + rb'"')
_ATTRIBUTE: Final = re.compile(rb' ([A-Za-z][A-Za-z0-9]*|x14ac:dyDescent)="([^"<>&]*)"')
_ROW: Final = re.compile(rb'<row((?: (?:[A-Za-z][A-Za-z0-9]*|x14ac:dyDescent)="[^"<>&\x00-\x1f\x7f-\xff]*")*)(/?)>')
_CELL: Final = re.compile(
    rb'r="([A-Z]{1,3})([1-9][0-9]{0,6})"(?: s="([0-9]{1,5})")?(?: t="([ns])")?(?:/>|><v>([0-9.eE+-]{1,40})</v></c>)'
)
_FORMULA: Final = re.compile(
    rb'(r="[A-Z]{1,3}[1-9][0-9]{0,6}"(?: [a-z]+="[^"<>&]*")*><f[^<>]*>[^<>]*</f>)<v>([^<>&\x00-\x1f]*)</v></c>'
)
_LONGEST_REMEMBERED: Final = 4_000  # bytes; with the number of pieces below, what remembering may cost
_MOST_REMEMBERED: Final = 8_192


def texts_by_pieces(content: bytes) -> tuple[str, ...] | None:
    """The texts of a sharedStrings part; None where it has to be read the ordinary way."""
    head = _TEXTS.match(content)
    if head is None or not content.endswith(b"</sst>"):
        return None
    *pieces, rest = content[head.end() : -len(b"</sst>")].split(b"</si>")
    if rest:
        return None
    try:
        return tuple([_text(p) if len(p) <= _LONGEST_REMEMBERED else _text.__wrapped__(p) for p in pieces])
    except _NotPlainError:
        return None


def grid_by_pieces(content: bytes, context: Context) -> Grid | None:
    """The cells of a worksheet part; None where it has to be read the ordinary way."""
    start, end = content.find(b"<sheetData>"), content.find(b"</sheetData>")
    head = _SHEET.match(content)
    if head is None or not 0 < start < end:
        return None
    try:
        merged = _merged(content[:start] + b"<sheetData>" + content[end:])
        cells: dict[tuple[int, int], Cell] = {}
        hidden = set()
        filled = 0
        for number, is_hidden, pieces in _rows(content[start + len(b"<sheetData>") : end]):
            if is_hidden:
                hidden.add(number)
            for piece in pieces:
                known = _cell(piece) if len(piece) <= _LONGEST_REMEMBERED else _cell.__wrapped__(piece)
                place, cell, shared, style, _ = known
                if place[0] != number or not place[1]:
                    raise _NotPlainError
                if shared >= 0:
                    text = context.shared[shared]
                    cells[place] = _text_cell(text) if len(text) < _LONGEST_REMEMBERED else Cell(text)
                elif cell is None:
                    continue
                elif style >= 0:
                    cells[place] = _shown(cell, style, context)
                else:
                    cells[place] = cell
                filled += 1
        if len(cells) < filled:  # the file says two things of one cell
            raise _NotPlainError
    except (_NotPlainError, IndexError):  # IndexError: a text that is not there
        return None
    return Grid(cells, merged, frozenset(hidden))


class _NotPlainError(Exception):
    """Something that only reading the whole part can judge."""


class _Piece(NamedTuple):
    """A cell as its bytes say: `shared` is its index among the shared texts, -1 where `cell` says it all."""

    place: tuple[int, int]
    cell: Cell | None
    shared: int
    style: int
    kind: str = ""


def _parsed(content: bytes) -> etree._Element:
    try:
        return parse_xml(content, "")
    except Unreadable as problem:
        raise _NotPlainError from problem


@lru_cache(maxsize=_MOST_REMEMBERED)
def _text(piece: bytes) -> str:
    """The text of one `si`, which the piece lacks the end of."""
    root = _parsed(b'<sst xmlns="%s">%s</si></sst>' % (_NAMESPACE, piece))
    if len(root) != 1 or root[0].tag != f"{_TAG}si" or root.text or root[0].tail:
        raise _NotPlainError
    return unescape(rich_text(root[0]))


@lru_cache(maxsize=16)
def _merged(frame: bytes) -> tuple[Area, ...]:
    """The merged areas of a sheet without its rows; proves as well that the rows stood where they belong."""
    if b"<!" in frame or b"<?" in frame[1:]:
        raise _NotPlainError  # rows may stand in a comment
    root = _parsed(frame)
    data = [child for child in root if local_name(child) == "sheetData"]
    if root.tag != f"{_TAG}worksheet" or len(data) != 1 or data[0].tag != f"{_TAG}sheetData" or len(data[0]):
        raise _NotPlainError
    areas = (parse_area(cell.get("ref", "")) for cell in root.iter("{*}mergeCell"))
    return tuple(area for area in areas if area is not None)


def _rows(body: bytes) -> list[tuple[int, bool, list[bytes]]]:
    """(number, hidden, cells' pieces) of every row."""
    rows: list[tuple[int, bool, list[bytes]]] = []
    at = previous = 0
    while at < len(body):
        match = _ROW.match(body, at)
        if match is None:
            raise _NotPlainError
        number, is_hidden = _row_head(match[1])
        if not previous < number <= LAST_ROW:
            raise _NotPlainError
        previous, at = number, match.end()
        if match[2]:
            rows.append((number, is_hidden, []))
            continue
        end = body.find(b"</row>", at)
        first, *pieces = body[at:end].split(b"<c ") if end >= 0 else [b"?"]
        if first:
            raise _NotPlainError
        rows.append((number, is_hidden, pieces))
        at = end + len(b"</row>")
    return rows


@lru_cache(maxsize=4_000)
def _row_head(attributes: bytes) -> tuple[int, bool]:
    pairs = _ATTRIBUTE.findall(attributes)
    known = dict(pairs)
    if len(known) < len(pairs) or b"xmlns" in known:  # a row of another namespace is no row
        raise _NotPlainError
    return plain_index(known.get(b"r", b"").decode()), known.get(b"hidden", b"") in (b"1", b"true")


@lru_cache(maxsize=_MOST_REMEMBERED)
def _cell(piece: bytes) -> _Piece:
    """One cell, which the piece lacks the beginning `<c ` of."""
    match = _CELL.fullmatch(piece)
    if match is None:
        return _formula_cell(piece) or _other_cell(piece)
    letters, row, style, kind, text = match.groups()
    place = (int(row), column_number(letters.decode()))
    number = 0 if style is None else int(style)
    if text is None:
        return _Piece(place, None, -1, number)
    if kind == b"s":
        return _Piece(place, None, _checked(plain_index(text.decode())), -1)
    return _Piece(place, Cell(stored_number(text.decode())), -1, number)


def _formula_cell(piece: bytes) -> _Piece | None:
    """A formula with its stored value: the formula is the same in every return, only the value is new."""
    match = _FORMULA.fullmatch(piece)
    if match is None:
        return None
    head = _formula_head(match[1])
    if head.cell is None or head.kind not in ("n", "str") or (head.kind == "n" and not match[2]):
        return None
    try:
        text = match[2].decode()
    except UnicodeDecodeError as error:
        raise _NotPlainError from error
    if "\ufffe" in text or "\uffff" in text:
        raise _NotPlainError
    value = stored_number(text) if head.kind == "n" else unescape(text)
    return head._replace(cell=replace(head.cell, value=value, stored=True))


@lru_cache(maxsize=_MOST_REMEMBERED)
def _formula_head(piece: bytes) -> _Piece:
    return _other_cell(piece + b"</c>")


def _other_cell(piece: bytes) -> _Piece:
    """A cell of any other spelling: formulas, texts in place, errors."""
    root = _parsed(b'<row xmlns="%s"><c %s</row>' % (_NAMESPACE, piece))
    if len(root) != 1 or root[0].tag != f"{_TAG}c" or root.text or root[0].tail:
        raise _NotPlainError
    element = root[0]
    area = parse_area(element.get("r", ""))
    if area is None or element.get("t") == "s":
        raise _NotPlainError
    cell = read_cell(element, _TAG, Context((), ())) if len(element) else None
    if cell is BROKEN:
        raise _NotPlainError
    kind = element.get("t", "n")
    style = _checked(plain_index(element.get("s", "0"))) if kind == "n" else -1
    return _Piece((area[0], area[1]), cell, -1, style, kind)


def _checked(index: int) -> int:
    if index < 0:
        raise _NotPlainError
    return index


@lru_cache(maxsize=_MOST_REMEMBERED)
def _text_cell(text: str) -> Cell:
    """Labels are the same in every return."""
    return Cell(text)


def _shown(cell: Cell, style: int, context: Context) -> Cell:
    is_plain = style < len(context.kinds) and context.kinds[style] is Shown.PLAIN
    return cell if is_plain or not cell.stored else with_display(cell, style, context)
