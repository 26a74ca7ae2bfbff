"""The styles part → how each cell format shows a number (ECMA-376-1 §18.8), as far as it changes what is meant."""

from __future__ import annotations

from functools import lru_cache

from xltools.reading.grid import Shown
from xltools.reading.numberformats import Kind, kind_of_format
from xltools.reading.safe_xml import local_name, named, parse_xml


@lru_cache(maxsize=64)
def shown_kinds(styles: bytes) -> tuple[Kind, ...]:
    """How each cell format of a styles part shows numbers, by its index; the first is that of cells without one.

    Raises Unreadable (F101) where the part is damaged: nobody could tell a figure from a date. Remembered by content:
    the returns of one form, saved by one program, share theirs.
    """
    root = parse_xml(styles, "单元格的格式")
    blocks = {local_name(child): child for child in root}
    codes = {f.get("numFmtId", ""): f.get("formatCode", "") for f in named(blocks.get("numFmts"), "numFmt")}
    formats = (xf.get("numFmtId", "0") for xf in named(blocks.get("cellXfs"), "xf"))
    return tuple(kind_of_format(_identity(number), codes.get(number, "")) for number in formats) or (Shown.PLAIN,)


def _identity(number: str) -> int:
    return int(number) if len(number) < 5 and number.isascii() and number.isdigit() else 0
