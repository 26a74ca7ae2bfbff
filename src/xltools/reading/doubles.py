"""Numbers as spreadsheet programs store them: a double, of which 15 digits are shown and compared."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

EXACT_DIGITS: Final = 15
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_LONGEST_NUMBER: Final = 400  # a double needs 24 characters; what is far longer no spreadsheet program wrote


def stored_number(text: str) -> int | Decimal | str:
    """The number Excel would hold after loading this text; the text itself where it is no number."""
    if len(text) <= EXACT_DIGITS and text.isascii() and text.isdigit():
        return int(text)
    trimmed = text.strip(" \t\r\n")
    if len(trimmed) > _LONGEST_NUMBER or not _NUMBER.fullmatch(trimmed):
        return text
    double = float(trimmed)
    return text if abs(double) == float("inf") else shown_number(double)


def shown_number(double: float) -> int | Decimal:
    """A finite double as Excel shows and compares it.

    0.30000000000000004 is 0.3, 2.9999999999999996 is 3. Whole numbers beyond 15 digits are the double's exact value:
    12345678901234567890 → 12345678901234567168.
    """
    if double.is_integer():
        return int(double)
    rounded = Decimal(f"{double:.{EXACT_DIGITS}g}")
    return int(rounded) if rounded == rounded.to_integral_value() else rounded
