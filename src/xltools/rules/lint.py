"""What can be said of a rule before any value is known: is it a condition, and where do programs differ.

Each check takes one node and returns pairs of the node to point at and what is wrong and what to write.
The differences themselves, with their reasons, are the table in docs/rules.md; tests measure them.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable

from .functions import OF_ARGUMENTS
from .syntax import COMPARISONS, Binary, Boolean, Call, Expression, Name, Number, Text, Unary, parts, walk

Doubt = tuple[Expression, str]

_LOGICAL_FUNCTIONS = frozenset({"AND", "OR", "NOT", "ISBLANK", "ISNUMBER"})
_COERCING = frozenset({"SUM", "MIN", "MAX", "AND", "OR", "NOT", "ABS", "INT", "ROUND", "MOD"})


def is_logical(expression: Expression) -> bool:
    """Whether it is certain to give TRUE, FALSE or an error; a rule must."""
    match expression:
        case Boolean():
            return True
        case Binary():
            return expression.op in COMPARISONS
        case Call(function="IF"):
            return all(map(is_logical, expression.arguments[1:]))
        case Call(function="IFERROR"):
            return all(map(is_logical, expression.arguments))
        case Call():
            return expression.function in _LOGICAL_FUNCTIONS
    return False


def fragile(expression: Expression, whole: Collection[str] = ()) -> tuple[str, ...]:
    """What in the rule Excel and LibreOffice are known to take differently, in Chinese, by position.

    whole: the names whose cells hold whole numbers only. What is calculated of such by + - * is exact, so a
    difference of theirs may well be compared with 0.
    """
    doubts = [doubt for node in walk(expression) for check in _CHECKS for doubt in check(node)]
    doubts += [doubt for node in walk(expression) for doubt in _difference_with_zero(node, whole)]
    doubts.sort(key=lambda doubt: doubt[0].start)
    return tuple(dict.fromkeys(f"第 {node.start + 1} 个字符：{message}" for node, message in doubts))


def _boolean_as_value(node: Expression) -> Iterable[Doubt]:
    advice = "真假值（TRUE/FALSE）在这里当数或文字用，Excel 与 LibreOffice 结果不同。请用 IF(条件,1,0)。"
    match node:
        case Binary() if node.op in COMPARISONS:
            sides = [side for side in (node.left, node.right) if _may_be_boolean(side)]
            if len(sides) == 1:
                chain = isinstance(sides[0], Binary)
                yield sides[0], "比较不能连写（如 0<甲<9）。请写成 AND(0<甲,甲<9)。" if chain else advice
        case Binary(op="&"):
            yield from ((side, advice) for side in (node.left, node.right) if _may_be_boolean(side))
        case Call(function="LEN" | "ISNUMBER", arguments=(only,)) if _may_be_boolean(only):
            yield only, advice


def _text_as_value(node: Expression) -> Iterable[Doubt]:
    advice = "文字在这里当数或条件用，Excel 与 LibreOffice 结果不同。请直接写数。"
    match node:
        case Call() if node.function in _COERCING:
            used: tuple[Expression, ...] = node.arguments
        case Call(function="IF"):
            used = node.arguments[:1]
        case Binary() if node.op in "+-*/^":
            used = (node.left, node.right)
        case Unary(op="-"):
            used = (node.operand,)
        case _:
            used = ()
    return ((part, advice) for part in used if _may_be_text(part))


def _order_of_texts(node: Expression) -> Iterable[Doubt]:
    if isinstance(node, Binary) and node.op in ("<", "<=", ">", ">="):
        advice = "文字的大小先后各程序、各语言不同。文字只用 = 或 <> 比较。"
        yield from ((side, advice) for side in (node.left, node.right) if _may_be_text(side))


def _power_of_zero(node: Expression) -> Iterable[Doubt]:
    match node:
        case Binary(op="^") if not (_is_nonzero(node.left) or _is_nonzero(node.right)):
            yield node, "0^0 在 Excel 是 #NUM!，在 LibreOffice 是 1。请先用 IF 排除 0。"


def _difference_with_zero(node: Expression, whole: Collection[str]) -> Iterable[Doubt]:
    match node:
        case Binary() if node.op in COMPARISONS and node.right == Number(0.0):
            compared = node.left
        case Binary() if node.op in COMPARISONS and node.left == Number(0.0):
            compared = node.right
        case Call(function="IF" | "NOT", arguments=(compared, *_)):
            pass
        case _:
            return
    if _is_difference(compared) and not _is_whole(compared, whole):
        advice = "含小数时差不会恰为 0（Excel 中 0.5-0.4-0.1=0 不成立）。请写成两边相比，如 甲=乙+丙。"
        yield compared, advice


def _mod_of_fractions(node: Expression) -> Iterable[Doubt]:
    match node:
        case Call(function="MOD", arguments=(_, Number(value=divisor))) if divisor.is_integer():
            return
        case Call(function="MOD", arguments=(_, Number() as divisor)):
            yield divisor, "MOD 的除数是小数时结果因程序而异。请先乘成整数，如 MOD(甲*100,5)。"


def _lost_reference(node: Expression) -> Iterable[Doubt]:
    if not isinstance(node, Call) or node.function not in OF_ARGUMENTS:
        return
    for argument in node.arguments:
        match argument:
            case Unary(op="+", operand=Name()):
                yield argument, "名称前的正号使空单元格在 Excel 与 LibreOffice 中算法不同。请删去正号。"
            case Call(function="IFERROR") if any(map(_hands_on_name, argument.arguments)):
                yield argument, f"{node.function} 里的 IFERROR 遇空单元格或文字，各程序算法不同。请改用 IF。"


def _may_be_boolean(node: Expression) -> bool:
    if isinstance(node, Call) and node.function in ("IF", "IFERROR"):
        branches = node.arguments[1:] if node.function == "IF" else node.arguments
        return any(map(_may_be_boolean, branches)) or (node.function == "IF" and len(branches) == 1)
    return is_logical(node)


def _may_be_text(node: Expression) -> bool:
    match node:
        case Text() | Binary(op="&"):
            return True
        case Call(function="IF"):
            return any(map(_may_be_text, node.arguments[1:]))
        case Call(function="IFERROR"):
            return any(map(_may_be_text, node.arguments))
    return False


def _is_nonzero(node: Expression) -> bool:
    while isinstance(node, Unary):
        node = node.operand
    return isinstance(node, Number) and node.value != 0.0


def _is_difference(node: Expression) -> bool:
    match node:
        case Call(function="ABS", arguments=(inner,)) | Unary(operand=inner):
            return _is_difference(inner)
        case Call(function="SUM"):
            return any(isinstance(argument, Unary) or _is_difference(argument) for argument in node.arguments)
    # A sum of parts that are all added cannot cancel: figures are not negative.
    return isinstance(node, Binary) and (node.op == "-" or (node.op == "+" and _is_difference(node.left)))


def _is_whole(node: Expression, whole: Collection[str]) -> bool:
    """Whether it is certain to be a whole number, as long as those names are."""
    match node:
        case Name():
            return node.name in whole
        case Number():
            return node.value.is_integer()
        case Unary() | Call(function="SUM" | "ABS" | "MIN" | "MAX"):
            return all(_is_whole(part, whole) for part in parts(node))
        case Binary(op="+" | "-" | "*"):
            return _is_whole(node.left, whole) and _is_whole(node.right, whole)
        case Call(function="IF"):
            return len(node.arguments) == 3 and all(_is_whole(branch, whole) for branch in node.arguments[1:])
    return isinstance(node, Call) and node.function in ("INT", "COUNT", "COUNTA", "LEN")


def _hands_on_name(node: Expression) -> bool:
    match node:
        case Call(function="IF"):
            return any(map(_hands_on_name, node.arguments[1:]))
        case Call(function="IFERROR"):
            return any(map(_hands_on_name, node.arguments))
    return isinstance(node, Name)


_CHECKS: tuple[Callable[[Expression], Iterable[Doubt]], ...] = (
    _boolean_as_value, _text_as_value, _order_of_texts, _power_of_zero,
    _mod_of_fractions, _lost_reference,
)
