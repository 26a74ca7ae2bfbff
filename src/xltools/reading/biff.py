"""What calamine does not tell of an .xls: names, errors, formulas, percentages ([MS-XLS] 2.4, BIFF8).

The same facts of an .xlsb come from :mod:`xltools.reading.biff12`. Damaged records never raise: a name that was not
understood is a name lost, and where anything else was not, `is_whole` says that formats may be missing.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Final

from xltools.reading.cells import digits_as_shown
from xltools.reading.grid import DefinedName, Shown
from xltools.reading.numberformats import Kind, kind_of_format
from xltools.reading.references import LAST_COLUMN, LAST_ROW, Area, absolute_name

ERROR_TEXTS: Final = {
    0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A",
}  # fmt: skip
STATES: Final = ("visible", "hidden", "veryHidden")
DAMAGE: Final = (struct.error, IndexError, UnicodeDecodeError)  # what reading damaged records raises
_MOST_RECORDS: Final = 3_000_000


@dataclass(slots=True)
class SheetFacts:
    """Of one sheet: errors, formulas, numbers shown as something else and texts with digits raised or struck out, by
    (row, column) from 1; merged areas."""

    state: str = "visible"
    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    formulas: set[tuple[int, int]] = field(default_factory=set)
    shown: dict[tuple[int, int], Kind] = field(default_factory=dict)
    texts: dict[tuple[int, int], str] = field(default_factory=dict)
    merged: list[Area] = field(default_factory=list)


@dataclass(slots=True)
class BookFacts:
    """Of a workbook: its sheets in order, by name, its defined names, and whether a password locks it.

    ``is_whole``: nothing that tells how cells show numbers was damaged, or written in a way older than BIFF8.
    """

    sheets: dict[str, SheetFacts] = field(default_factory=dict)
    names: list[DefinedName] = field(default_factory=list)
    locked: bool = False
    is_whole: bool = True


def xls_facts(data: bytes) -> BookFacts:
    """The facts of an .xls in its OLE container; not whole where it is no BIFF8."""
    import olefile

    facts = BookFacts()
    with olefile.OleFileIO(io.BytesIO(data)) as container:
        stream = next((name for name in ("Workbook", "Book") if container.exists(name)), None)
        book = container.openstream(stream).read() if stream else b""
    try:
        _read_globals(book, facts)
    except DAMAGE:
        facts.is_whole = False
    return facts


def place_text(sheets: list[str], first: int, last: int, cells: Area) -> str:
    """The text of a reference, as Excel spells it; rows and columns count from 0. "#REF!" where it leads nowhere."""
    r1, c1, r2, c2 = cells
    if first != last or not 0 <= first < len(sheets) or r2 >= LAST_ROW or c2 >= LAST_COLUMN:
        return "#REF!"
    sheet = sheets[first].replace("'", "''")
    start, end = absolute_name(r1 + 1, c1 + 1), absolute_name(r2 + 1, c2 + 1)
    return f"'{sheet}'!{start}" + (f":{end}" if end != start else "")


def note_shown(sheet: SheetFacts, kinds: Sequence[Kind], row: int, column: int, style: int) -> None:
    """Note how a cell (counted from 0) shows its number, by its index among the cell formats, if there are any."""
    kind = kinds[style] if style < len(kinds) else Shown.LOST if kinds else Shown.PLAIN
    if kind is not Shown.PLAIN:
        sheet.shown[row + 1, column + 1] = kind


def constant_text(text: str) -> str:
    return '"' + text.replace('"', '""') + '"'


# --- BIFF8 ---

_BOF, _EOF, _BOUND_SHEET, _NAME, _EXTERN_SHEET, _SUP_BOOK = 0x809, 0x0A, 0x85, 0x18, 0x17, 0x1AE
_FORMULA, _BOOL_ERR, _FILE_PASS = 0x06, 0x205, 0x2F
_FORMAT, _XF, _NUMBER, _RK, _MUL_RK = 0x41E, 0xE0, 0x203, 0x27E, 0xBD
_FONT, _TEXTS, _CONTINUE, _TEXT = 0x31, 0xFC, 0x3C, 0xFD


def _records(book: bytes, start: int) -> Iterator[tuple[int, bytes]]:
    """The records of one substream, without the charts embedded in it."""
    at, depth = start, 0
    for _ in range(_MOST_RECORDS):
        if at == len(book):
            return
        kind, size = struct.unpack_from("<HH", book, at)
        at += 4
        if kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, book[at : at + size]
        at += size


def _read_globals(book: bytes, facts: BookFacts) -> None:
    kind, _, version = struct.unpack_from("<HHH", book, 0)
    if kind != _BOF or version != 0x600:
        facts.is_whole = False
        return
    starts: list[int] = []
    books: list[bool] = []  # whether the n-th book that references lead to is this one
    places: list[tuple[int, int, int]] = []
    names: list[bytes] = []
    codes: dict[int, str] = {}
    formats: list[int] = []
    looks: list[str] = []
    shared: list[bytes] = []
    previous = 0
    for kind, body in _records(book, 0):
        if kind == _BOUND_SHEET:
            start, state = struct.unpack_from("<IB", body)
            starts.append(start)
            facts.sheets[_short_text(body, 6)] = SheetFacts(STATES[min(state & 3, 2)])
        elif kind == _SUP_BOOK:
            books.append(struct.unpack_from("<H", body, 2)[0] == 0x401)
        elif kind == _EXTERN_SHEET:
            with suppress(struct.error):
                (count,) = struct.unpack_from("<H", body)
                places = [struct.unpack_from("<Hhh", body, 2 + 6 * i) for i in range(count)]
        elif kind == _NAME:
            names.append(body)
        elif kind == _FORMAT:
            codes |= _format_code(body)
        elif kind == _XF:
            formats.append(struct.unpack_from("<H", body, 2)[0])
        elif kind == _FONT:
            looks.append(_look(body))
        elif kind == _TEXTS or (kind == _CONTINUE and previous == _TEXTS):
            shared.append(body)
        elif kind == _FILE_PASS:
            facts.locked = True
            return
        previous = previous if kind == _CONTINUE else kind
    sheets = list(facts.sheets)

    def sheet_span(index: int) -> tuple[int, int]:
        which, first, last = places[index] if index < len(places) else (-1, -1, -1)
        return (first, last) if 0 <= which < len(books) and books[which] else (-1, -1)

    for body in names:
        with suppress(*DAMAGE):
            facts.names.append(_defined_name(body, sheets, sheet_span))
    kinds = [kind_of_format(identity, codes.get(identity, "")) for identity in formats]
    texts = _texts_as_shown(shared, looks)
    for start, sheet in zip(starts, facts.sheets.values(), strict=False):
        _read_sheet(book, start, kinds, texts, sheet)


def _look(font: bytes) -> str:
    """What a font does to digits: superscript, subscript, strike; "" for nothing."""
    flags, raised = struct.unpack_from("<2xH4xH", font)
    return {1: "superscript", 2: "subscript"}.get(raised, "strike" if flags & 8 else "")


def _texts_as_shown(shared: Sequence[bytes], looks: Sequence[str]) -> dict[int, str]:
    """The shared texts in which a font of a run raises digits or strikes them out, by their index ([MS-XLS] 2.5.293).

    As many as can be understood; most workbooks have no such font.
    """
    found: dict[int, str] = {}
    if not shared or not any(looks):
        return found
    texts = _Continued(shared)
    with suppress(*DAMAGE):
        for number in range(struct.unpack("<II", texts.take(8))[1]):
            length, flags = struct.unpack("<HB", texts.take(3))
            (runs,) = struct.unpack("<H", texts.take(2)) if flags & 8 else (0,)
            (extra,) = struct.unpack("<I", texts.take(4)) if flags & 4 else (0,)
            text = texts.characters(length, wide=bool(flags & 1))
            marks = list(struct.iter_unpack("<HH", texts.take(4 * runs)))
            texts.take(extra)
            end, shown = length, text
            for start, font in reversed(marks):
                look = looks[font - (font > 4)]  # there is no font 4
                shown = shown[:start] + digits_as_shown(shown[start:end], look) + shown[end:] if look else shown
                end = start
            if shown != text:
                found[number] = shown.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    return found


@dataclass(slots=True)
class _Continued:
    """A record and those that continue it; characters that are continued say anew whether they are wide."""

    parts: Sequence[bytes]
    number: int = 0
    at: int = 0

    def take(self, size: int) -> bytes:
        taken = self.parts[self.number][self.at : self.at + size]
        self.at += len(taken)
        while len(taken) < size:
            self.number, self.at = self.number + 1, size - len(taken)
            taken += self.parts[self.number][: self.at]
        return taken

    def characters(self, count: int, *, wide: bool) -> str:
        """One character for each that is counted, halves of surrogate pairs as well."""
        text = ""
        while len(text) < count:
            if self.at >= len(self.parts[self.number]):
                self.number, self.at = self.number + 1, 1
                wide = bool(self.parts[self.number][0] & 1)
            left = (len(self.parts[self.number]) - self.at) // (1 + wide)
            size = min(count - len(text), max(left, 1))
            units = struct.unpack(f"<{size}{'H' if wide else 'B'}", self.take(size * (1 + wide)))
            text += "".join(map(chr, units))
        return text


def _format_code(body: bytes) -> dict[int, str]:
    """A number format's code by its identity; of a damaged one nothing, which costs no more than itself."""
    try:
        identity, length = struct.unpack_from("<HH", body)
        return {identity: _characters(body, 4, length)[0]}
    except (struct.error, IndexError, UnicodeDecodeError):
        return {}


def _short_text(body: bytes, at: int) -> str:
    return _characters(body, at + 1, body[at])[0]


def _characters(body: bytes, at: int, count: int) -> tuple[str, int]:
    """(text, where it ends): one flag byte, then characters of one or two bytes."""
    if body[at] & 1:
        return body[at + 1 : at + 1 + 2 * count].decode("utf-16-le"), at + 1 + 2 * count
    return body[at + 1 : at + 1 + count].decode("latin-1"), at + 1 + count


def _defined_name(body: bytes, sheets: list[str], sheet_span: Callable[[int], tuple[int, int]]) -> DefinedName:
    flags, length, size, scope = struct.unpack_from("<HxBHxxH", body)
    name, at = _characters(body, 14, length)
    local = sheets[scope - 1] if 0 < scope <= len(sheets) else None
    return DefinedName(name, _refers_to(body[at : at + size], sheets, sheet_span), local, bool(flags & 1))


def _refers_to(tokens: bytes, sheets: list[str], sheet_span: Callable[[int], tuple[int, int]]) -> str:
    """One reference or constant; "" for a formula of any other kind."""
    kind = tokens[0] if tokens else 0
    if kind in (0x3A, 0x5A, 0x7A) and len(tokens) == 7:
        index, row, column = struct.unpack_from("<HHH", tokens, 1)
        return place_text(sheets, *sheet_span(index), (row, column & 0xFF, row, column & 0xFF))
    if kind in (0x3B, 0x5B, 0x7B) and len(tokens) == 11:
        index, r1, r2, c1, c2 = struct.unpack_from("<HHHHH", tokens, 1)
        return place_text(sheets, *sheet_span(index), (r1, c1 & 0xFF, r2, c2 & 0xFF))
    if kind == 0x17:
        text, end = _characters(tokens, 2, tokens[1])
        return constant_text(text) if end == len(tokens) else ""
    if kind == 0x1E and len(tokens) == 3:
        return str(struct.unpack_from("<H", tokens, 1)[0])
    return ""


def _read_sheet(
    book: bytes, start: int, kinds: Sequence[Kind], texts: Mapping[int, str], sheet: SheetFacts
) -> None:
    for kind, body in _records(book, start):
        if kind == _TEXT and texts:
            row, column, index = struct.unpack_from("<HHxxI", body)
            if index in texts:
                sheet.texts[row + 1, column + 1] = texts[index]
        if kind in (_NUMBER, _RK, _FORMULA):
            note_shown(sheet, kinds, *struct.unpack_from("<HHH", body))
        if kind == _MUL_RK:
            row, first = struct.unpack_from("<HH", body)
            for column in range(max(len(body) - 6, 0) // 6):  # a format and a number each, then the last column
                note_shown(sheet, kinds, row, first + column, struct.unpack_from("<H", body, 4 + 6 * column)[0])
        elif kind == _FORMULA:
            row, column = struct.unpack_from("<HH", body)
            sheet.formulas.add((row + 1, column + 1))
            if body[12:14] == b"\xff\xff" and body[6] == 2:
                sheet.errors[row + 1, column + 1] = ERROR_TEXTS.get(body[8], "#N/A")
        elif kind == _BOOL_ERR and body[7]:
            row, column = struct.unpack_from("<HH", body)
            sheet.errors[row + 1, column + 1] = ERROR_TEXTS.get(body[6], "#N/A")
