"""A text file of label,value lines (or a sheet saved as .csv) → one grid.

What is plainly a number is one, the rest is text as it stands.
"""

from __future__ import annotations

import csv
import io
import re
from decimal import Decimal
from typing import Final

from xltools.reading.grid import Cell, Grid, Outline, Sheet, Workbook, blank_by
from xltools.reading.package import Limits, Unreadable
from xltools.reading.references import LAST_COLUMN, LAST_ROW

SHEET: Final = "csv"
_DELIMITERS: Final = ",;\t,;"
_SAMPLE_LINES: Final = 50
_PLAIN_NUMBER: Final = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3})?")


def open_csv(data: bytes, limits: Limits) -> Workbook:
    """The lines of a .csv in UTF-8 (with or without BOM), UTF-16 or GB18030, with comma, semicolon or tab.

    Raises Unreadable: F101 where it is no text in one of these, F105 where it is too large.
    """
    text = _decode(data)
    cells: dict[tuple[int, int], Cell] = {}
    try:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=False)
        for row, values in enumerate(rows, 1):
            filled = ((column, value) for column, value in enumerate(values, 1) if value.strip())
            cells.update({(row, column): Cell(_value(value)) for column, value in filled})
            if row > LAST_ROW or len(values) > LAST_COLUMN or len(cells) > limits.cells:
                raise Unreadable("F105", "文件内容过多,请用空表重新填报")
    except csv.Error as error:
        raise Unreadable("F101", "文件内容读不出来,请用 Excel 或 WPS 打开,另存为 .xlsx 后重报") from error
    grid = Grid(cells, (), frozenset())
    outline = Outline((Sheet(SHEET, "visible", SHEET),), (), date1904=False)
    return Workbook("csv", outline, lambda _: grid, blank_by(lambda _: grid))


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


def _value(text: str) -> int | Decimal | str:
    return (Decimal(text) if "." in text else int(text)) if _PLAIN_NUMBER.fullmatch(text) else text


def _delimiter(text: str) -> str:
    """The character that stands in most of the first lines; a comma where none does."""
    lines = text.splitlines()[:_SAMPLE_LINES]
    return max(_DELIMITERS, key=lambda character: sum(character in line for line in lines))
