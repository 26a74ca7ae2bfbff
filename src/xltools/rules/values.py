"""Excel's values: what a cell can hold, how one kind is taken for another, compared and written as text.

Source: Microsoft's reference of operators and functions, checked against LibreOffice; where the two differ,
Excel is followed (docs/rules.md lists every such place).
"""

from __future__ import annotations

import enum
import math
import re
import sys
from decimal import Decimal


class ExcelError(enum.Enum):
    """An error as a cell shows it."""

    DIV0 = "#DIV/0!"
    VALUE = "#VALUE!"
    NUM = "#NUM!"
    NAME = "#NAME?"
    REF = "#REF!"
    NA = "#N/A"
    NULL = "#NULL!"


Value = None | float | str | bool | ExcelError
"""What a formula works with; None is a blank cell."""
CellValue = Value | Decimal
"""What may be given for a cell: int and Decimal are taken as float."""

_SMALLEST = sys.float_info.min
_PLAIN_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WRITTEN_NUMBER = re.compile(
    r"(?P<sign>[+-]?)"
    r"(?P<figure>(?:[0-9]+|[0-9]{1,3}(?:,[0-9]{3})+)\.?[0-9]*(?:[eE][+-]?[0-9]+)?|\.[0-9]+)"
    r"[ ]*(?P<percent>%?)"
)


def taken(given: object) -> Value:
    """What a cell's content is to a formula: #NUM! where Excel cannot hold it (infinity, NaN, too large)."""
    if given is None or isinstance(given, str | bool | ExcelError):
        return given
    if not isinstance(given, int | float | Decimal):
        return ExcelError.VALUE
    try:
        return finite(float(given))
    except (OverflowError, ValueError):
        return ExcelError.NUM


def finite(number: float) -> float | ExcelError:
    """The number as Excel holds it: zero has no sign, what is too small is zero, what is too large #NUM!."""
    if abs(number) < _SMALLEST:
        return 0.0
    return number if math.isfinite(number) else ExcelError.NUM


def round15(x: float) -> float:
    """The value that Excel compares and shows: rounded to 15 significant digits."""
    rounded = float(f"{x:.15g}")
    # The largest floats would be rounded up to infinity.
    return rounded if math.isfinite(rounded) else x


def as_number(value: Value) -> float | ExcelError:
    """The value as an operand of arithmetic: blank 0, TRUE 1, text if it reads as a number, else #VALUE!."""
    if isinstance(value, float):
        return value
    if value is None:
        return 0.0
    if isinstance(value, bool):
        return float(value)
    if isinstance(value, str):
        return read_number(value)
    return value


def read_number(text: str) -> float | ExcelError:
    """The number that a text stands for: half-width digits, commas, exponent, percent, outer blanks.

    Anything else is #VALUE!; so are dates and money, whose reading depends on the computer's settings.
    """
    trimmed = text.strip(" ")
    if _PLAIN_NUMBER.fullmatch(trimmed):
        number = float(trimmed)
    else:
        written = _WRITTEN_NUMBER.fullmatch(trimmed)
        if written is None:
            return ExcelError.VALUE
        number = float(written["sign"] + written["figure"].replace(",", ""))
        if written["percent"]:
            number /= 100
    return finite(round15(number)) if math.isfinite(number) else ExcelError.VALUE


def as_logical(value: Value) -> bool | ExcelError:
    """The value as a condition: blank FALSE, a number TRUE unless 0, "TRUE" and "FALSE" too, else #VALUE!."""
    if isinstance(value, bool | ExcelError):
        return value
    if value is None:
        return False
    if isinstance(value, str):
        word = value.upper()
        return word == "TRUE" if word in ("TRUE", "FALSE") else ExcelError.VALUE
    return value != 0.0


def as_text(value: Value) -> str | ExcelError:
    """The value as an operand of &: blank is empty, a number in General format with 15 digits."""
    if isinstance(value, str | ExcelError):
        return value
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    return _general(value)


def _general(number: float) -> str:
    digits, _, exponent = f"{number:.14e}".partition("e")
    power = int(exponent)
    if -10 <= power < 21:
        shown = f"{Decimal(f'{number:.15g}'):f}"
        return shown.rstrip("0").rstrip(".") if "." in shown else shown
    return f"{digits.rstrip('0').rstrip('.')}E{'-' if power < 0 else '+'}{abs(power):02d}"


def compare(left: Value, right: Value) -> int | ExcelError:
    """-1, 0 or 1 as left is below, equal to or above right; the first error if one is an error.

    Numbers are compared to 15 digits, text without regard to case; every number is below every text, every
    text below FALSE and TRUE; a blank is taken for 0, "" or FALSE, whichever the other side calls for.
    """
    if isinstance(left, float) and isinstance(right, float):
        if left == right:
            return 0
        a, b = round15(left), round15(right)
        return (a > b) - (a < b)
    if isinstance(left, ExcelError):
        return left
    if isinstance(right, ExcelError):
        return right
    if left is None or right is None:
        return _compare_blank(left, right)
    if isinstance(left, str) and isinstance(right, str):
        one, other = left.lower(), right.lower()
        return (one > other) - (one < other)
    first, second = _kind(left), _kind(right)
    if first == second:
        return (left > right) - (left < right)  # type: ignore[operator]
    return -1 if first < second else 1


def _compare_blank(left: Value, right: Value) -> int | ExcelError:
    if left is None and right is None:
        return 0
    other = right if left is None else left
    stand_in: Value = "" if isinstance(other, str) else False if isinstance(other, bool) else 0.0
    return compare(stand_in, right) if left is None else compare(left, stand_in)


def _kind(value: float | str | bool) -> int:
    if isinstance(value, bool):
        return 2
    return 1 if isinstance(value, str) else 0
