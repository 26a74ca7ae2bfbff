"""Findings on a live document: coloured cells with notes, and the sheet 审核结果 with links to them.

Every mark is entered in a hidden sheet: the cell as a live reference (it moves with the cell), the colour it had, and
the note we wrote. Taking the marks off uses that record and nothing else, so that colours and notes of the user's
own stay, and a second 校验 finds the document as the first one did. Figures are never touched.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from xltools.excel.host import SheetLocked, refuse_locked_structure, takes_note, unprotected
from xltools.findings import Finding, Severity, advice_on, by_urgency, first_cells, merge_alike
from xltools.reading.references import cell_name, parse_reference
from xltools.sheetnames import FINDING_SHEET, RECORD_SHEET, RESULT_SHEET
from xltools.writing.styles import AMBER_FILL, BLUE, HEAD_FILL, RED_FILL

if TYPE_CHECKING:
    from xlwings import Book, Range, Sheet

_SIGNATURE, _COMPARED = "xltools", "与上年比较"
_HEADINGS: Final = ("级别", "代码", "位置", "内容", "怎么办")
_WIDTHS: Final = (12, 8, 18, 66, 46)
_PLACE_COLUMN: Final = 3
_TABLE_ROW = 3
_LONGEST_LINK = 255
_MOST_CELLS = 8  # of findings that say the same


@dataclass(frozen=True, slots=True)
class Mark:
    """A marked cell: where it is now, the colour it had ("" for none), the colour we gave it, the note we wrote."""

    sheet: str
    row: int
    column: int
    before: str
    colour: str
    note: str


def show(book: Book, findings: Sequence[Finding], verdict: str, *, compared: bool = False) -> list[str]:
    """Mark the findings that are open and list them all; the sheets that could not be marked, and why.

    Marks of an earlier time are taken off first. With nothing to say, nothing is left on the document. ``compared``:
    whether another year's figures were held against it, which the document remembers as long as it is marked.
    """
    clear(book)
    if not findings:
        return []
    refuse_locked_structure(book)
    active = book.sheets.active
    problems: list[str] = []
    record: list[Mark] = []
    result = ""
    try:
        for name, listed in _open_by_sheet(findings).items():
            try:
                with unprotected(book.sheets[name]):
                    _mark(book.sheets[name], listed, record)
            except SheetLocked as problem:
                problems.append(problem.message)
        result = _write_result(book, findings, verdict)
    finally:  # whatever happened: what was marked can be taken off again
        _write_record(book, result, record, compared)
    active.activate()
    return problems


def clear(book: Book) -> bool:
    """Take every mark off again; whether there were any."""
    sheet = _record_sheet(book)
    if sheet is None:
        return False
    refuse_locked_structure(book)
    result = str(sheet.range("B1").value or "")
    by_sheet: dict[str, list[Mark]] = {}
    for mark in marks(book):
        by_sheet.setdefault(mark.sheet, []).append(mark)
    for name, listed in by_sheet.items():
        with unprotected(book.sheets[name]):
            for mark in listed:
                _restore(book.sheets[name].range((mark.row, mark.column)), mark)
    # the record may have come with somebody's file: it must not name any other sheet for deletion
    if result in [each.name for each in book.sheets] and _is_list(book.sheets[result]):
        book.sheets[result].delete()
    sheet.delete()
    return True


def was_compared(book: Book) -> bool:
    """Whether the marks on a document are those of a comparison with another year."""
    sheet = _record_sheet(book)
    return sheet is not None and sheet.range("D1").value == _COMPARED


def marks(book: Book) -> list[Mark]:
    """The marks on a document, by sheet, row and column; cells that were deleted since are left out."""
    sheet = _record_sheet(book)
    if sheet is None:
        return []
    count = sheet.range("C1").value
    found = []
    order = [each.name for each in book.sheets]
    for row in range(2, int(count) + 2 if isinstance(count, float | int) else 2):
        place = parse_reference(str(sheet.range((row, 1)).formula))
        if place is not None and place[0] in order:
            before, colour, note = (str(sheet.range((row, column)).value or "") for column in (2, 3, 4))
            found.append(Mark(place[0], place[1], place[2], before, colour, note))
    return sorted(found, key=lambda mark: (order.index(mark.sheet), mark.row, mark.column))


def _open_by_sheet(findings: Sequence[Finding]) -> dict[str, list[Finding]]:
    by_sheet: dict[str, list[Finding]] = {}
    for found in by_urgency(findings):
        if found.is_open and found.cell and found.sheet:
            by_sheet.setdefault(found.sheet, []).append(found)
    return by_sheet


def _mark(sheet: Sheet, findings: Sequence[Finding], record: list[Mark]) -> None:
    """Colour each cell once, the worst finding deciding, with all that is said of it as a note; entered beforehand."""
    by_cell: dict[str, list[Finding]] = {}
    for found in findings:
        by_cell.setdefault(found.cell, []).append(found)
    for cell, listed in by_cell.items():
        target = sheet.range(cell)
        colour = RED_FILL if any(found.severity is Severity.ERROR for found in listed) else AMBER_FILL
        note = "\n".join(dict.fromkeys(found.message for found in listed)) if takes_note(target) else ""
        record.append(Mark(sheet.name, target.row, target.column, _colour_of(target), colour, note))
        target.color = colour
        if note:
            target.add_note(note)


def _restore(target: Range, mark: Mark) -> None:
    if _colour_of(target) == mark.colour:  # else the user gave it another one since
        target.color = mark.before or None
    if mark.note and target.note and target.note.text.strip() == mark.note.strip():
        target.note.delete()


def _colour_of(target: Range) -> str:
    colour = target.color
    return "" if colour is None else "#{:02X}{:02X}{:02X}".format(*colour)


def _record_sheet(book: Book) -> Sheet | None:
    for sheet in book.sheets:
        if sheet.name.startswith(RECORD_SHEET) and sheet.range("A1").value == _SIGNATURE:
            return sheet
    return None


def _added_sheet(book: Book, names: Sequence[str]) -> Sheet:
    """A new last sheet with the first of the names that is free, else with a number after the last of them."""
    taken = {sheet.name for sheet in book.sheets}
    numbered = (f"{names[-1]} {number}" for number in range(2, len(taken) + 3))
    name = next(name for name in (*names, *numbered) if name not in taken)
    return book.sheets.add(name, after=book.sheets[len(book.sheets) - 1])


def _write_record(book: Book, result: str, record: Sequence[Mark], compared: bool) -> None:
    sheet = _added_sheet(book, [RECORD_SHEET])
    sheet.range("A1").value = [_SIGNATURE, result, len(record), _COMPARED if compared else ""]
    if record:
        sheet.range((2, 1)).resize(len(record), 1).formula = [
            [f"={_quoted(mark.sheet)}!{cell_name(mark.row, mark.column)}"] for mark in record
        ]
        sheet.range((2, 2)).value = [[mark.before, mark.colour, literal(mark.note)] for mark in record]
    sheet.visible = False


def _write_result(book: Book, findings: Sequence[Finding], verdict: str) -> str:
    """Write the list as the last sheet; its name. 审核结果 of a total is its own and stays."""
    sheet = _added_sheet(book, [FINDING_SHEET, RESULT_SHEET])
    alike = merge_alike(by_urgency(findings))
    sheet.range("A1").value = literal(verdict)
    sheet.range("A1").font.bold = True
    sheet.range("A1").font.size = 14
    head = sheet.range((_TABLE_ROW, 1)).resize(1, len(_HEADINGS))
    head.value = list(_HEADINGS)
    head.font.bold, head.color = True, HEAD_FILL
    body = sheet.range((_TABLE_ROW + 1, 1)).resize(len(alike), len(_HEADINGS))
    body.value = [_row(each.first) for each in alike]
    for column, width in enumerate(_WIDTHS, start=1):
        sheet.range((1, column)).column_width = width
    body.wrap_text, body.vertical_alignment = True, "top"
    for row, each in enumerate(alike, start=_TABLE_ROW + 1):
        if each.first.cell:
            place = sheet.range((row, _PLACE_COLUMN))
            place.formula = link_to(each.first.sheet, each.first.cell, first_cells(each.cells, _MOST_CELLS))
            place.font.color = BLUE
        if each.first.is_open:
            sheet.range((row, 1)).color = RED_FILL if each.first.severity is Severity.ERROR else AMBER_FILL
    return sheet.name


def _is_list(sheet: Sheet) -> bool:
    """Whether a sheet is a list that we wrote; that of a total has other headings."""
    return bool(sheet.range((_TABLE_ROW, 1)).resize(1, len(_HEADINGS)).value == list(_HEADINGS))


def _row(found: Finding) -> list[str]:
    severity = found.severity.chinese + ("(已说明)" if found.explanation else "")
    return [literal(text) for text in (severity, found.code, found.sheet, found.message, advice_on(found))]


def literal(text: str) -> str:
    """A text as it is to be assigned to a cell, so that Excel takes it as text: no formula, no date, no number."""
    return f"'{text}" if text else ""


def link_to(sheet: str, cell: str, shown: str, file: str = "") -> str:
    """A formula that shows a text and leads to a cell of this document or of a file; the text alone where too long."""
    # [file]sheet!cell, as Excel's help has it; a file that browsers named with brackets takes the other way to write it
    book = f"{file}#" if not file or "[" in file or "]" in file else f"[{file}]"
    target = f"{book}{_quoted(sheet)}!{cell}".replace('"', '""')
    text = (f"{sheet}!{shown}" if not file else shown)[: _LONGEST_LINK // 2].replace('"', '""')
    return f'=HYPERLINK("{target}","{text}")' if len(target) <= _LONGEST_LINK else literal(text)


def _quoted(sheet: str) -> str:
    doubled = sheet.replace("'", "''")
    return f"'{doubled}'"
