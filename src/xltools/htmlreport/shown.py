"""Texts and figures as the page shows them; nothing that a file says may disguise itself."""

from __future__ import annotations

import re
from decimal import Decimal

from xltools.findings import Number
from xltools.wording import figure_text

NOTHING = "—"
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]"
)


def shown(text: str) -> str:
    """The text with control characters, direction marks and lone surrogates made visible: ``⟨U+202E⟩``.

    A direction mark in a file's name can make ``甲县\\u202excod.xlsx`` look like another file; a lone surrogate (a name
    that is not UTF-8) could not be written at all.
    """
    return _INVISIBLE.sub(lambda match: f"⟨U+{ord(match[0]):04X}⟩", text)


def figure(value: Number | None) -> str:
    """A figure with thousands separators; a blank is ``—``, never 0."""
    if value is None:
        return NOTHING
    whole, point, rest = figure_text(value).partition(".")
    return f"{int(whole):,}" + point + rest if whole.lstrip("-").strip("0") else whole + point + rest


def exact(value: Number | None) -> int | float | str | None:
    """A figure for the page's data: a JSON number where JavaScript reads it exactly, else its text."""
    if value is None or (isinstance(value, int) and abs(value) < 1 << 53):
        return value
    text = f"{value:f}" if isinstance(value, Decimal) else str(value)
    digits = len(text.replace(".", "").strip("-0"))
    return float(value) if isinstance(value, Decimal) and digits <= 15 and abs(value) >= Decimal("0.000001") else text
