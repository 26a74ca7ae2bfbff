"""A text file of label,value lines (or a sheet saved as .csv) → one grid.

What is plainly a number is one, the rest is text as it stands. Where a comma may be of a number (`1,234` without
quotes) instead of between two, the cells say so: Shown.SPLIT.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from itertools import pairwise
from typing import Final

from xltools.reading.biff import ERROR_TEXTS
from xltools.reading.grid import Cell, ErrorValue, Grid, Outline, Sheet, Shown, Workbook, blank_by
from xltools.reading.package import Limits, Unreadable
from xltools.reading.references import LAST_COLUMN, LAST_ROW

SHEET: Final = "csv"
_DELIMITERS: Final = ",;\t,;"
_SAMPLE_LINES: Final = 50
_ERRORS: Final = frozenset(ERROR_TEXTS.values())
_PLAIN_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3})?")
_NARROW: Final = 6  # fields in most rows of a list: number, label, measure, figure, remarks
_LEAST_EVIDENCE: Final = 3  # rows that show two columns of figures side by side
_FIELDS_PER_CELL: Final = 4  # empty ones cost as much: a stray cell far right makes all rows as wide
_LONGEST_NUMBER: Final = 40
_ROWS_ABOVE: Final = 16  # Excel gives each sixteen rows the width of their longest
_NUMBER_FIELD: Final = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
_LEADING_DIGITS: Final = re.compile(r"[+-]?[1-9][0-9]{0,2}")
_THREE_DIGITS: Final = re.compile(r"[0-9]{3}(?![0-9]).*", re.DOTALL)


def open_csv(data: bytes, limits: Limits) -> Workbook:
    """The lines of a .csv in UTF-8 (with or without BOM), UTF-16 or GB18030, with comma, semicolon or tab.

    Raises Unreadable: F101 where it is no text in one of these, F105 where it is too large.
    """
    text = _decode(data)
    delimiter = _delimiter(text)
    rows = _rows(text, delimiter, limits)
    cells = {
        (row, column): Cell(_value(value))
        for row, values in enumerate(rows, 1)
        for column, value in enumerate(values, 1)
        if value.strip()
    }
    if delimiter == ",":
        for row, start, end in _split_numbers(rows):
            _mark(cells, row, rows[row - 1], start, end)
    grid = Grid(cells, (), frozenset())
    outline = Outline((Sheet(SHEET, "visible", SHEET),), (), date1904=False)
    return Workbook("csv", outline, lambda _: grid, blank_by(lambda _: grid))


def _rows(text: str, delimiter: str, limits: Limits) -> list[list[str]]:
    rows: list[list[str]] = []
    cells = fields = 0
    try:
        for values in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=False):
            rows.append(values)
            cells += sum(not value.isspace() for value in values if value)
            fields += len(values)
            is_sheet = len(rows) <= LAST_ROW and len(values) <= LAST_COLUMN
            if not is_sheet or max(cells, fields // _FIELDS_PER_CELL) > limits.cells:
                raise Unreadable("F105", "文件内容过多,请用空表重新填报")
    except csv.Error as error:
        raise Unreadable("F101", "文件内容读不出来,请用 Excel 或 WPS 打开,另存为 .xlsx 后重报") from error
    return rows


def _decode(data: bytes) -> str:
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise Unreadable("F101", "文件的文字编码认不出来,请用 Excel 或 WPS 打开,另存为 .xlsx 后重报")


def _value(text: str) -> int | Decimal | str | ErrorValue:
    if _PLAIN_NUMBER.fullmatch(text):
        return Decimal(text) if "." in text else int(text)
    return ErrorValue(text.strip()) if text.strip() in _ERRORS else text


def _delimiter(text: str) -> str:
    """The character that stands in most of the first lines; a comma where none does."""
    lines = text.splitlines()[:_SAMPLE_LINES]
    return max(_DELIMITERS, key=lambda character: sum(character in line for line in lines))


# --- commas that may be of a number ---

_Run = tuple[int, int]  # fields of a row, from the first to before the last, counted from 0


def _split_numbers(rows: Sequence[Sequence[str]]) -> Iterator[tuple[int, int, int]]:
    """(row from 1, first field, end) of the first run of fields in each row that may be one number.

    A list has one figure in a row: two side by side are in doubt, unless rows that can only be read as two show
    that there are two columns of figures. In a wide table figures stand side by side everywhere: a row is in doubt
    where it is longer than those above it.
    """
    fields = [[_narrowed(value) for value in values] for values in rows]
    runs = [_runs(row) for row in fields]
    widths = sorted(len(row) for row in fields if row)
    if not widths:
        return
    if widths[len(widths) // 2] <= _NARROW:
        shown = _columns_side_by_side(fields, runs)
        for number, (row, found) in enumerate(zip(fields, runs, strict=True), 1):
            doubtful = [run for run in found if any(row[: run[0]]) and (len(row), run[0]) not in shown]
            yield from ((number, *run) for run in doubtful[:1])
        return
    above: list[int] = []
    for number, (row, found) in enumerate(zip(fields, runs, strict=True), 1):
        if found and len(row) > max(above, default=0):
            yield number, *found[0]
        elif row and not any(_is_grouped(row[start:end]) for start, end in found):
            above = [*above, len(row)][-_ROWS_ABOVE:]


def _narrowed(value: str) -> str:
    """A field without white space around it and full-width digits; long texts stay as they are."""
    return unicodedata.normalize("NFKC", value).strip() if len(value) <= _LONGEST_NUMBER else value


def _runs(row: Sequence[str]) -> list[_Run]:
    """Where a number is directly followed by another one, or by three digits and whatever stands behind them."""
    found: list[_Run] = []
    for at in range(1, len(row)):
        if _NUMBER_FIELD.fullmatch(row[at - 1]) and (
            _NUMBER_FIELD.fullmatch(row[at]) or _THREE_DIGITS.fullmatch(row[at])
        ):
            if found and found[-1][1] == at:
                found[-1] = (found[-1][0], at + 1)
            else:
                found.append((at - 1, at + 1))
    return found


def _is_grouped(run: Sequence[str]) -> bool:
    """Whether the run holds what looks like the groups of one number: up to three digits, then three."""
    return any(_LEADING_DIGITS.fullmatch(first) and _THREE_DIGITS.fullmatch(then) for first, then in pairwise(run))


def _columns_side_by_side(fields: Sequence[Sequence[str]], runs: Sequence[Sequence[_Run]]) -> set[tuple[int, int]]:
    """(number of fields, first field) of rows in which figures stand side by side, as most such rows prove."""
    proofs = Counter(
        (len(row), run[0])
        for row, found in zip(fields, runs, strict=True)
        for run in found
        if not _is_grouped(row[run[0] : run[1]])
    )
    single = Counter(
        (len(row), at)
        for row, found in zip(fields, runs, strict=True)
        if row and not found
        for at, value in enumerate(row)
        if _NUMBER_FIELD.fullmatch(value)
    )
    return {place for place, times in proofs.items() if times >= _LEAST_EVIDENCE and times > single[place]}


def _mark(cells: dict[tuple[int, int], Cell], row: int, values: Sequence[str], start: int, end: int) -> None:
    """From the run on nobody knows what belongs where: its cells show the run as it is written, others their own."""
    run = ",".join(values[start:end]).strip()
    for column in range(start + 1, len(values) + 1):
        cell = cells.get((row, column))
        if cell is not None:
            written = run if column <= end or not isinstance(cell.value, str) else cell.value
            cells[row, column] = Cell(written, shown=Shown.SPLIT)
