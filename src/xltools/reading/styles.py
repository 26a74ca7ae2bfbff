"""The styles part → how each cell format shows a number (ECMA-376-1 §18.8), as far as it changes what is meant."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from xltools.reading.grid import Shown
from xltools.reading.package import Unreadable
from xltools.reading.safe_xml import local_name, named, parse_xml

_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN_PERCENTS: Final = frozenset({9, 10})
_SPOKEN: Final = re.compile(r'"[^"]*"|\\.|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General|G/通用格式', re.IGNORECASE)
_DATE_PARTS: Final = re.compile(r"[ymdhs]", re.IGNORECASE)


@lru_cache(maxsize=64)
def shown_kinds(styles: bytes) -> tuple[Shown, ...]:
    """How each cell format of a styles part shows numbers, by its index; () where the part cannot be understood.

    A damaged styles part costs the knowledge of dates, never the figures. Remembered by content: the returns of one
    form, saved by one program, share theirs.
    """
    try:
        root = parse_xml(styles, "样式")
    except Unreadable:
        return ()
    blocks = {local_name(child): child for child in root}
    codes = {f.get("numFmtId", ""): f.get("formatCode", "") for f in named(blocks.get("numFmts"), "numFmt")}
    formats = (xf.get("numFmtId", "0") for xf in named(blocks.get("cellXfs"), "xf"))
    return tuple(kind_of_format(_identity(number), codes.get(number, "")) for number in formats)


def kind_of_code(code: str) -> Shown:
    """What a format code such as `yyyy"年"m"月"` or `0.0%` makes of a number."""
    spoken = _SPOKEN.sub("", code)
    if _DATE_PARTS.search(spoken):
        return Shown.DATE
    return Shown.PERCENT if "%" in spoken else Shown.PLAIN


def kind_of_format(identity: int, code: str) -> Shown:
    """What a number format makes of a number, by its code, or by its identity where it is built in and has none."""
    if code:
        return kind_of_code(code)
    if identity in _BUILT_IN_DATES:
        return Shown.DATE
    return Shown.PERCENT if identity in _BUILT_IN_PERCENTS else Shown.PLAIN


def _identity(number: str) -> int:
    return int(number) if len(number) < 5 and number.isascii() and number.isdigit() else 0
