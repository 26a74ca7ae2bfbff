"""The syntax tree → a function of the cells' values, built once from closures."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping

from .functions import OF_ARGUMENTS, OF_VALUES, Argument
from .syntax import COMPARISONS, Binary, Boolean, Call, Expression, Name, Number, Percent, Text, Unary
from .values import (
    CellValue,
    ExcelError,
    Value,
    as_logical,
    as_number,
    as_text,
    compare,
    finite,
    round15,
    taken,
)

Cells = Mapping[str, CellValue]
"""The content of the named cells; a name that is absent is a blank cell."""
Evaluate = Callable[[Cells], Value]
_EXACT = 2**53  # below it every integer is a double


def compile_rule(expression: Expression) -> Evaluate:
    """The rule as a function of the cells' values; it never raises, whatever the values.

    A formula that refers to a blank cell gives 0.0, as its cell would show.
    """
    evaluate = shown_of(expression)

    def shown(cells: Cells) -> Value:
        value = evaluate(cells)
        return 0.0 if value is None else value

    return shown


def shown_of(expression: Expression) -> Evaluate:
    """`value_of` for a formula of its own: as in Excel a last + or - whose sides cancel to 15 digits gives 0.

    Inside a formula Excel leaves the residue: =0.5-0.4-0.1 is 0, but =0.5-0.4-0.1=0 is FALSE.
    """
    if not isinstance(expression, Binary) or expression.op not in "+-":
        return value_of(expression)
    opposite = 1.0 if expression.op == "-" else -1.0

    def cancelling(first: float, second: float) -> float:
        second *= opposite
        return 0.0 if round15(first) == round15(second) else first - second

    return _arithmetic(cancelling, value_of(expression.left), value_of(expression.right))


def value_of(expression: Expression) -> Evaluate:
    """The expression as a function of the cells' values; None where it refers to a blank cell."""
    match expression:
        case Number() | Text() | Boolean():
            constant = expression.value
            return lambda cells: constant
        case Name():
            return _cell(expression.name)
        case Unary(op="-"):
            return _negated(value_of(expression.operand))
        case Unary():
            return value_of(expression.operand)
        case Percent():
            return _arithmetic(_divide, value_of(expression.operand), lambda cells: 100.0)
        case Binary():
            return _binary(expression)
        case Call():
            return _call(expression)


def argument_of(expression: Expression) -> Callable[[Cells], Argument]:
    """The expression as an argument: its value, and whether it is a reference; IF hands a reference on."""
    value = value_of(expression)
    if isinstance(expression, Name):
        return lambda cells: (value(cells), True)
    if not isinstance(expression, Call) or expression.function != "IF":
        return lambda cells: (value(cells), False)
    test = value_of(expression.arguments[0])
    then = argument_of(expression.arguments[1])
    otherwise = argument_of(expression.arguments[2]) if len(expression.arguments) > 2 else _nothing

    def chosen(cells: Cells) -> Argument:
        condition = as_logical(test(cells))
        if isinstance(condition, ExcelError):
            return condition, False
        return then(cells) if condition else otherwise(cells)

    return chosen


def _nothing(cells: Cells) -> Argument:
    return False, False


def _cell(name: str) -> Evaluate:
    def read(cells: Cells) -> Value:
        given = cells.get(name)
        if type(given) is int and -_EXACT < given < _EXACT:  # nearly every figure
            return float(given)
        return finite(given) if type(given) is float else taken(given)

    return read


def _negated(operand: Evaluate) -> Evaluate:
    def negate(cells: Cells) -> Value:
        number = as_number(operand(cells))
        return number if isinstance(number, ExcelError) else 0.0 - number

    return negate


def _binary(expression: Binary) -> Evaluate:
    left, right = value_of(expression.left), value_of(expression.right)
    if expression.op in COMPARISONS:
        return _comparison(_ORDERS[expression.op], left, right)
    if expression.op == "&":
        return _joined(left, right)
    return _arithmetic(_OPERATIONS[expression.op], left, right)


def _comparison(holds: Callable[[int, int], bool], left: Evaluate, right: Evaluate) -> Evaluate:
    def comparison(cells: Cells) -> Value:
        order = compare(left(cells), right(cells))
        return order if isinstance(order, ExcelError) else holds(order, 0)

    return comparison


def _joined(left: Evaluate, right: Evaluate) -> Evaluate:
    def join(cells: Cells) -> Value:
        first = as_text(left(cells))
        if isinstance(first, ExcelError):
            return first
        second = as_text(right(cells))
        if isinstance(second, ExcelError):
            return second
        return first + second if len(first) + len(second) <= 32767 else ExcelError.VALUE

    return join


def _arithmetic(
    operation: Callable[[float, float], float | ExcelError], left: Evaluate, right: Evaluate
) -> Evaluate:
    def arithmetic(cells: Cells) -> Value:
        first = as_number(left(cells))
        if isinstance(first, ExcelError):
            return first
        second = as_number(right(cells))
        if isinstance(second, ExcelError):
            return second
        result = operation(first, second)
        return result if isinstance(result, ExcelError) else finite(result)

    return arithmetic


def _divide(dividend: float, divisor: float) -> float | ExcelError:
    return ExcelError.DIV0 if divisor == 0.0 else dividend / divisor


def _power(base: float, exponent: float) -> float | ExcelError:
    if exponent == 0.0:
        return ExcelError.NUM if base == 0.0 else 1.0
    if base == 0.0 and exponent < 0.0:
        return ExcelError.DIV0
    try:
        if base < 0.0 and round15(1.0 / exponent) % 2.0 == 1.0:
            # Excel knows the odd roots of negative numbers: (-8)^(1/3) is -2.
            return -math.pow(-base, exponent)
        return math.pow(base, exponent)
    except (OverflowError, ValueError):
        return ExcelError.NUM


def _call(call: Call) -> Evaluate:
    if call.function == "IF":
        return _if(call)
    if call.function == "IFERROR":
        return _iferror(call)
    if call.function in OF_ARGUMENTS:
        aggregate = OF_ARGUMENTS[call.function]
        arguments = [argument_of(argument) for argument in call.arguments]
        return lambda cells: aggregate([argument(cells) for argument in arguments])
    function = OF_VALUES[call.function]
    values = [value_of(argument) for argument in call.arguments]
    if len(values) == 1:
        (only,) = values
        return lambda cells: function(only(cells))
    first, second = values
    return lambda cells: function(first(cells), second(cells))


def _if(call: Call) -> Evaluate:
    test, then, *rest = (value_of(argument) for argument in call.arguments)

    def choose(cells: Cells) -> Value:
        condition = as_logical(test(cells))
        if isinstance(condition, ExcelError):
            return condition
        if condition:
            return then(cells)
        return rest[0](cells) if rest else False

    return choose


def _iferror(call: Call) -> Evaluate:
    attempt, instead = (value_of(argument) for argument in call.arguments)

    def rescue(cells: Cells) -> Value:
        value = attempt(cells)
        return instead(cells) if isinstance(value, ExcelError) else value

    return rescue


_OPERATIONS: Mapping[str, Callable[[float, float], float | ExcelError]] = {
    "+": operator.add, "-": operator.sub, "*": operator.mul, "/": _divide, "^": _power,
}
_ORDERS: Mapping[str, Callable[[int, int], bool]] = {
    "=": operator.eq, "<>": operator.ne, "<": operator.lt, "<=": operator.le,
    ">": operator.gt, ">=": operator.ge,
}
