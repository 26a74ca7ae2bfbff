"""The functions of the language that look at all of their arguments; IF and IFERROR are in `evaluation`.

An argument is (value, whether it is a reference): Excel's SUM, COUNT, AND … take a text or a boolean that is
typed or computed for what it reads as, but pass over one that stands in a cell.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from types import MappingProxyType

from .values import ExcelError, Value, as_logical, as_number, as_text, finite, round15

_LARGEST_QUOTIENT = 1125900000000.0
Argument = tuple[Value, bool]


def sum_(arguments: Sequence[Argument]) -> Value:
    """SUM: the sum of the numbers."""
    numbers = _numbers(arguments)
    return numbers if isinstance(numbers, ExcelError) else finite(sum(numbers))


def min_(arguments: Sequence[Argument]) -> Value:
    """MIN: the smallest of the numbers, 0 when there are none."""
    numbers = _numbers(arguments)
    return numbers if isinstance(numbers, ExcelError) else min(numbers, default=0.0)


def max_(arguments: Sequence[Argument]) -> Value:
    """MAX: the largest of the numbers, 0 when there are none."""
    numbers = _numbers(arguments)
    return numbers if isinstance(numbers, ExcelError) else max(numbers, default=0.0)


def count(arguments: Sequence[Argument]) -> Value:
    """COUNT: how many are numbers; a typed or computed one also counts if it reads as a number."""
    return float(sum(
        isinstance(value, float) or (not reference and not isinstance(as_number(value), ExcelError))
        for value, reference in arguments
    ))


def counta(arguments: Sequence[Argument]) -> Value:
    """COUNTA: how many are anything but a blank cell, errors and "" included."""
    return float(sum(value is not None or not reference for value, reference in arguments))


def and_(arguments: Sequence[Argument]) -> Value:
    """AND: whether all conditions hold; #VALUE! when there are none."""
    conditions = _conditions(arguments)
    return conditions if isinstance(conditions, ExcelError) else all(conditions)


def or_(arguments: Sequence[Argument]) -> Value:
    """OR: whether any condition holds; #VALUE! when there are none."""
    conditions = _conditions(arguments)
    return conditions if isinstance(conditions, ExcelError) else any(conditions)


def isblank(arguments: Sequence[Argument]) -> Value:
    """ISBLANK: whether the argument is a cell with nothing in it."""
    value, reference = arguments[0]
    return reference and value is None


def not_(value: Value) -> Value:
    """NOT: the opposite of a condition."""
    condition = as_logical(value)
    return condition if isinstance(condition, ExcelError) else not condition


def isnumber(value: Value) -> Value:
    """ISNUMBER: whether it is a number (a text that reads as one is not)."""
    return isinstance(value, float)


def n(value: Value) -> Value:
    """N: a number itself, TRUE as 1, everything else 0; an error stays."""
    return 0.0 if isinstance(value, str) else as_number(value)


def len_(value: Value) -> Value:
    """LEN: the length of the text in UTF-16 units, as Excel counts (a rare character such as 𠮷 is 2)."""
    text = as_text(value)
    if isinstance(text, ExcelError):
        return text
    return float(len(text.encode("utf-16-le", "surrogatepass")) // 2)


def abs_(value: Value) -> Value:
    """ABS: the size of a number."""
    number = as_number(value)
    return number if isinstance(number, ExcelError) else abs(number)


def int_(value: Value) -> Value:
    """INT: the largest whole number not above its 15-digit value (INT(4.35*100) is 435)."""
    number = as_number(value)
    return number if isinstance(number, ExcelError) else float(math.floor(round15(number)))


def mod(value: Value, divisor: Value) -> Value:
    """MOD: what is left of a division, with the divisor's sign; #DIV/0! for divisor 0, #NUM! past its limit.

    The remainder is that of the exact binary values: MOD(0.6,0.2) is 0.2, as in Excel 2010 and later.
    """
    dividend = as_number(value)
    if isinstance(dividend, ExcelError):
        return dividend
    by = as_number(divisor)
    if isinstance(by, ExcelError):
        return by
    if by == 0.0:
        return ExcelError.DIV0
    if abs(dividend) >= abs(by) * _LARGEST_QUOTIENT:
        return ExcelError.NUM
    return finite(dividend % by)


def round_(value: Value, digits: Value) -> Value:
    """ROUND: half away from zero, on the 15-digit value (ROUND(1.005,2) is 1.01); digits are cut to whole."""
    number = as_number(value)
    if isinstance(number, ExcelError):
        return number
    wanted = as_number(digits)
    if isinstance(wanted, ExcelError):
        return wanted
    if number == 0.0:
        return 0.0
    places = math.trunc(max(-400.0, min(400.0, wanted)))
    shown = Decimal(f"{number:.15g}")
    if places > 14 - shown.adjusted():
        return number
    if shown.adjusted() + 1 < -places:
        return 0.0
    return finite(float(shown.quantize(Decimal((0, (1,), -places)), ROUND_HALF_UP)))


def _numbers(arguments: Sequence[Argument]) -> list[float] | ExcelError:
    found: list[float] = []
    for value, reference in arguments:
        if isinstance(value, float):
            found.append(value)
        elif isinstance(value, ExcelError):
            return value
        elif not reference:
            number = as_number(value)
            if isinstance(number, ExcelError):
                return number
            found.append(number)
    return found


def _conditions(arguments: Sequence[Argument]) -> list[bool] | ExcelError:
    found: list[bool] = []
    for value, reference in arguments:
        condition = condition_of(value, reference)
        if isinstance(condition, ExcelError):
            return condition
        if condition is not None:
            found.append(condition)
    return found or ExcelError.VALUE


def condition_of(value: Value, reference: bool) -> bool | ExcelError | None:
    """What one argument is to AND and OR; None where it is passed over (a cell that is blank or has text)."""
    if reference and (value is None or isinstance(value, str)):
        return None
    return as_logical(value)


OF_ARGUMENTS: Mapping[str, Callable[[Sequence[Argument]], Value]] = MappingProxyType({
    "SUM": sum_, "MIN": min_, "MAX": max_, "COUNT": count, "COUNTA": counta, "AND": and_, "OR": or_,
    "ISBLANK": isblank,
})
"""Functions to which it matters whether an argument is a reference."""
OF_VALUES: Mapping[str, Callable[..., Value]] = MappingProxyType({
    "ABS": abs_, "ROUND": round_, "INT": int_, "MOD": mod, "NOT": not_, "ISNUMBER": isnumber, "N": n,
    "LEN": len_,
})
"""Functions of plain values."""
