"""Whether a rule holds for a return. What to tell the clerk when it does not is :mod:`xltools.wording`'s."""

from __future__ import annotations

from collections.abc import Callable

from .evaluation import Cells, compile_rule
from .syntax import Expression
from .values import ExcelError


def verdict_of(expression: Expression) -> Callable[[Cells], bool | ExcelError]:
    """The rule compiled once for many returns: TRUE, FALSE, or the error that prevents a verdict.

    A rule that gives no boolean is #VALUE!; a name that is absent is a blank cell.
    """
    evaluate = compile_rule(expression)

    def verdict(values: Cells) -> bool | ExcelError:
        value = evaluate(values)
        return value if isinstance(value, bool | ExcelError) else ExcelError.VALUE

    return verdict
