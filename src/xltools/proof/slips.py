"""Whether a number looks like a slip of the pen: another one with a digit wrong, or with two digits exchanged."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_UP, Decimal


def is_slip(written: Decimal, actual: Decimal, step: Decimal) -> bool:
    """Whether so many digits are alike that it can hardly be so by chance; ``step``: the worth of the last written."""
    one = _digits(written, step, ROUND_DOWN)
    return any(_are_alike(one, _digits(actual, step, rounding)) for rounding in (ROUND_DOWN, ROUND_HALF_UP))


def _are_alike(one: str, other: str) -> bool:
    if one == other or len(one) != len(other):
        return False
    apart = [at for at, (left, right) in enumerate(zip(one, other, strict=True)) if left != right]
    is_exchanged = len(apart) == 2 and apart[1] == apart[0] + 1 and sorted(one) == sorted(other)
    return is_exchanged or (len(apart) == 1 and len(one) >= _TELLING)


_TELLING = 3
"""Digits of which all but one alike are no chance."""


def _digits(value: Decimal, step: Decimal, rounding: str) -> str:
    return str((value / step).to_integral_value(rounding))
