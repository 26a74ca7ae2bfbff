"""Places in a workbook as text: cell names, areas, what a defined name refers to (ECMA-376-1 §18.2.5)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import groupby
from typing import Final, TypeAlias

Area: TypeAlias = tuple[int, int, int, int]  # first row, first column, last row, last column, from 1

LAST_ROW: Final = 1_048_576
LAST_COLUMN: Final = 16_384
_CELL: Final = r"\$?([A-Za-z]{1,3})\$?([1-9][0-9]{0,6})"
_AREA: Final = re.compile(f"{_CELL}(?::{_CELL})?")
_REFERENCE: Final = re.compile(r"(?:'((?:[^']|'')+)'|([^\s'!,;()&\"#]+))!([$A-Za-z0-9:]+)")
_NOT_IN_SHEET_NAMES: Final = re.compile(r"[\[\]:\\/?*]")
_TEXT_CONSTANT: Final = re.compile(r'"(?:[^"]|"")*"', re.DOTALL)
_WHOLE_CONSTANT: Final = re.compile(r"-?[0-9]{1,15}")


@lru_cache(maxsize=4096)
def cell_name(row: int, column: int) -> str:
    """The A1 name of a cell counted from 1: (12, 3) → "C12"."""
    return f"{column_letters(column)}{row}"


def absolute_name(row: int, column: int) -> str:
    """The same with both parts fixed: (12, 3) → "$C$12"."""
    return f"${column_letters(column)}${row}"


def column_letters(column: int) -> str:
    """The letters of a column counted from 1: 28 → "AB"; `column_number` is the way back."""
    letters = ""
    while column:
        column, digit = divmod(column - 1, 26)
        letters = chr(ord("A") + digit) + letters
    return letters


@lru_cache(maxsize=4096)
def parse_reference(refers_to: str) -> tuple[str, int, int] | tuple[str, int, int, int, int] | None:
    """Where a name leads: (sheet, row, column), or (sheet, r1, c1, r2, c2) for an area of several cells.

    None for anything else: `#REF!`, other workbooks ("[1]统计表!$C$12"), whole rows or columns, several
    areas, 3-D references, constants, formulas. Without $ it reads the same: nobody means a relative name.
    """
    match = _REFERENCE.fullmatch(refers_to.strip().removeprefix("="))
    if match is None:
        return None
    quoted, plain, area_text = match.groups()
    sheet = plain or quoted.replace("''", "'")
    area = parse_area(area_text)
    if area is None or _NOT_IN_SHEET_NAMES.search(sheet):
        return None
    first_row, first_column, last_row, last_column = area
    if (first_row, first_column) == (last_row, last_column):
        return sheet, first_row, first_column
    return sheet, first_row, first_column, last_row, last_column


def constant_of(refers_to: str) -> str | int | None:
    """The text or whole number that a name stands for (`"xxgk2017"`, `2017`), None where it is neither."""
    text = refers_to.strip().removeprefix("=").strip()
    if _TEXT_CONSTANT.fullmatch(text):
        return text[1:-1].replace('""', '"')
    return int(text) if _WHOLE_CONSTANT.fullmatch(text) else None


def parse_area(text: str) -> Area | None:
    """The area that "C12" or "$C$12:$D$13" names; None where it is no area of a sheet."""
    match = _AREA.fullmatch(text)
    if match is None:
        return None
    first_letters, first_digits, last_letters, last_digits = match.groups()
    rows = sorted((int(first_digits), int(last_digits or first_digits)))
    columns = sorted((column_number(first_letters), column_number(last_letters or first_letters)))
    if rows[1] > LAST_ROW or columns[0] == 0:
        return None
    return rows[0], columns[0], rows[1], columns[1]


@lru_cache(maxsize=1024)
def column_number(letters: str) -> int:
    """The number of a column, "C" → 3; 0 where the letters name no column."""
    number = 0
    for letter in letters.upper() if letters.isascii() and len(letters) <= 3 else "?":
        if not "A" <= letter <= "Z":
            return 0
        number = number * 26 + ord(letter) - ord("A") + 1
    return number if number <= LAST_COLUMN else 0


def runs(numbers: Iterable[int]) -> Iterator[tuple[int, int]]:
    """Ascending rows, columns or other numbers as runs of neighbours, each by its first and last."""
    for _, run in groupby(enumerate(numbers), key=lambda each: each[1] - each[0]):
        members = [number for _, number in run]
        yield members[0], members[-1]
