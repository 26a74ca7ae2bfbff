"""Whether a rule holds for a return, and if not: what failed, which cell is blamed, expected and actual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .evaluation import Cells, argument_of, compile_rule, shown_of, value_of
from .functions import condition_of
from .syntax import COMPARISONS, Binary, Boolean, Call, Expression, Name, names
from .values import ExcelError, Value, as_logical, round15

_OPPOSITE = {"=": "<>", "<>": "=", "<": ">=", ">=": "<", ">": "<=", "<=": ">"}
_MIRRORED = {"=": "=", "<>": "<>", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


@dataclass(frozen=True, slots=True)
class Failure:
    """A comparison that should hold and does not, or another condition when operator is "".

    It reads "left operator right", actual being left's value and expected right's, numbers to 15 digits.
    Where the rule has the blamed name on the right, the sides are exchanged and the operator mirrored:
    `actual` is always the blamed indicator's own value. Under NOT the operator is the opposite one, the
    relation that should have held. Where operator is "", right is None and expected the boolean wanted.
    names: all names in it, in order of appearance. blamed: the side that is one name, else the first name.
    """

    operator: str
    left: Expression
    right: Expression | None
    actual: Value
    expected: Value
    names: tuple[str, ...]
    blamed: str | None


@dataclass(frozen=True, slots=True)
class Judgement:
    """passed: TRUE, FALSE, or the error that prevents a verdict (#VALUE! if the rule gives no boolean).

    failures: what is to blame, one for each part of an AND that fails; () when passed.
    """

    passed: bool | ExcelError
    failures: tuple[Failure, ...]


_PASSED = Judgement(True, ())


def judge(expression: Expression, values: Cells) -> Judgement:
    """Whether the rule holds for these values; a name that is absent is a blank cell."""
    return prepare(expression)(values)


def prepare(expression: Expression) -> Callable[[Cells], Judgement]:
    """`judge` for one rule and many returns: compiled once; only a failure costs more than the evaluation."""
    evaluate = compile_rule(expression)

    def judged(values: Cells) -> Judgement:
        verdict = evaluate(values)
        if verdict is True:
            return _PASSED
        passed = verdict if isinstance(verdict, bool | ExcelError) else ExcelError.VALUE
        return Judgement(passed, _explain(expression, values, True))

    return judged


def _explain(expression: Expression, values: Cells, wanted: bool) -> tuple[Failure, ...]:
    """Why the expression is not `wanted`, in the smallest parts that can be told."""
    match expression:
        case Call(function="NOT", arguments=(inner,)):
            return _explain(inner, values, not wanted)
        case Call(function="AND" | "OR"):
            return _explain_list(expression, values, wanted)
        case Call(function="IF"):
            return _explain_if(expression, values, wanted)
        case Call(function="IFERROR", arguments=(attempt, instead)):
            failed = isinstance(value_of(attempt)(values), ExcelError)
            return _explain(instead if failed else attempt, values, wanted)
        case Binary() if expression.op in COMPARISONS:
            return (_failed_comparison(expression, values, wanted),)
    return (_failed_condition(expression, values, wanted),)


def _explain_list(call: Call, values: Cells, wanted: bool) -> tuple[Failure, ...]:
    found: list[Failure] = []
    for argument in call.arguments:
        condition = condition_of(*argument_of(argument)(values))
        if condition is not None and condition is not wanted:
            found += _explain(argument, values, wanted)
    return tuple(found) or (_failed_condition(call, values, wanted),)


def _explain_if(call: Call, values: Cells, wanted: bool) -> tuple[Failure, ...]:
    test = call.arguments[0]
    condition = as_logical(value_of(test)(values))
    if isinstance(condition, ExcelError):
        return _explain(test, values, True)
    taken = call.arguments[1:3] if condition else call.arguments[2:]
    if not taken or isinstance(taken[0], Boolean):
        # A branch that is a constant explains nothing: what led into it does.
        return _explain(test, values, not condition)
    return _explain(taken[0], values, wanted)


def _failed_comparison(comparison: Binary, values: Cells, wanted: bool) -> Failure:
    operator = comparison.op if wanted else _OPPOSITE[comparison.op]
    left, right = comparison.left, comparison.right
    mentioned = names(comparison)
    if isinstance(right, Name) and not isinstance(left, Name):
        left, right, operator = right, left, _MIRRORED[operator]
    blamed = left.name if isinstance(left, Name) else next(iter(mentioned), None)
    return Failure(operator, left, right, _shown(left, values), _shown(right, values), mentioned, blamed)


def _failed_condition(expression: Expression, values: Cells, wanted: bool) -> Failure:
    mentioned = names(expression)
    blamed = next(iter(mentioned), None)
    return Failure("", expression, None, _shown(expression, values), wanted, mentioned, blamed)


def _shown(expression: Expression, values: Cells) -> Value:
    value = shown_of(expression)(values)
    return round15(value) if isinstance(value, float) else value
