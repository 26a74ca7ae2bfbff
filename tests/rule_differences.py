"""Where LibreOffice is known to give another value than Excel, each with its reason; the language follows Excel.

A predicate takes (rule, values of the cells) and tells whether the difference can play a part in it. All of them
are measured in LibreOffice 7.4; what Excel does is as Microsoft documents it or as its users report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping

from xltools.rules import Binary, Call, ExcelError, Expression, Unary, Value
from xltools.rules.evaluation import argument_of, value_of
from xltools.rules.syntax import COMPARISONS, parts, walk

Cells = Mapping[str, Value]
AGGREGATES = ("SUM", "MIN", "MAX", "COUNT", "COUNTA", "AND", "OR", "ISBLANK")


def boolean_as_value(rule: Expression, cells: Cells) -> bool:
    """LibreOffice has no boolean type: TRUE>5 is FALSE, TRUE=1 is TRUE, LEN(TRUE) is 1, ISNUMBER(TRUE) is TRUE.

    A cell that holds TRUE is 1 to SUM, MIN, MAX and COUNT, which in Excel pass over it.
    """
    for node in walk(rule):
        values = _values(node, cells)
        booleans = [isinstance(value, bool) for value in values]
        match node:
            case Binary() if node.op in COMPARISONS and booleans[0] != booleans[1] and None not in values:
                return True
            case Binary(op="&") | Call(function="LEN" | "ISNUMBER") if any(booleans):
                return True
            case Call(function="SUM" | "MIN" | "MAX" | "COUNT") if any(
                reference and isinstance(value, bool) for value, reference in _arguments(node, cells)
            ):
                return True
    return False


def text_as_value(rule: Expression, cells: Cells) -> bool:
    """A text among the arguments of SUM, MIN, MAX is a number to Excel if it reads as one; LibreOffice: #VALUE!.

    A condition may be the text "TRUE" in Excel and the text "1" in LibreOffice, but not the other way round.
    Texts that are dates, fractions or TRUE become numbers in LibreOffice only.
    """
    for node in walk(rule):
        match node:
            case Call(function="SUM" | "MIN" | "MAX" | "AND" | "OR"):
                used: list[Value] = [value for value, reference in _arguments(node, cells) if not reference]
            case Call(function="NOT" | "IF"):
                used = _values(node, cells)[:1]
            case _:
                continue
        if any(isinstance(value, str) for value in used):
            return True
    return False


def power_of_zero(rule: Expression, cells: Cells) -> bool:
    """0^0 is #NUM! in Excel and 1 in LibreOffice; 0^-1 is #DIV/0! in Excel and #NUM! in LibreOffice."""
    return any(
        isinstance(node, Binary) and node.op == "^" and not _values(node, cells)[0] for node in walk(rule)
    )


def residue(rule: Expression, cells: Cells) -> bool:
    """Where a difference is nothing to 15 digits, LibreOffice gives 0 and Excel, inside a formula, the residue.

    So =0.5-0.4-0.1=0 is TRUE in LibreOffice and FALSE in Excel; SUM(0.1,0.2,-0.3) likewise.
    """
    return any(
        isinstance(node, Binary) and node.op in "+-" or isinstance(node, Call) and node.function == "SUM"
        for node in walk(rule) if _is_residue(node, cells)
    )


def mod_of_fractions(rule: Expression, cells: Cells) -> bool:
    """MOD(0.6,0.2) is 0.2 in Excel, the remainder of the binary values, and 0 in LibreOffice, which rounds.

    Beyond 1125900000000 times the divisor Excel gives #NUM!.
    """
    for node in walk(rule):
        if isinstance(node, Call) and node.function == "MOD":
            values = _values(node, cells)
            if any(isinstance(value, float) and (not value.is_integer() or abs(value) > 1e11) for value in values):
                return True
    return False


def text_of_a_huge_number(rule: Expression, cells: Cells) -> bool:
    """Joined with &, 1E+20 is written with 21 digits by Excel and as 1E+020 by LibreOffice."""
    return any(
        isinstance(value, float) and abs(value) >= 1e15
        for node in walk(rule)
        if (isinstance(node, Binary) and node.op == "&") or (isinstance(node, Call) and node.function == "LEN")
        for value in _values(node, cells)
    )


def order_of_texts(rule: Expression, cells: Cells) -> bool:
    """Which of two Chinese texts comes first depends on the program's and the computer's language."""
    return any(
        isinstance(node, Binary) and node.op in ("<", "<=", ">", ">=")
        and all(isinstance(value, str) for value in _values(node, cells))
        and not all(str(value).isascii() for value in _values(node, cells))
        for node in walk(rule)
    )


def lost_reference(rule: Expression, cells: Cells) -> bool:
    """To LibreOffice +name and IFERROR(name,…) are still references: blanks and texts in the cell are passed over."""
    return any(
        isinstance(part, Unary) and part.op == "+" or isinstance(part, Call) and part.function == "IFERROR"
        for node in walk(rule) if isinstance(node, Call) and node.function in AGGREGATES
        for part in node.arguments
    )


def rare_characters(rule: Expression, cells: Cells) -> bool:
    """LEN of a character beyond U+FFFF is 2 in Excel and 1 in LibreOffice."""
    return any(
        isinstance(node, Call) and node.function == "LEN"
        and any(isinstance(value, str) and max(value, default="") > "\uffff" for value in _values(node, cells))
        for node in walk(rule)
    )


def first_of_two_errors(rule: Expression, cells: Cells) -> bool:
    """Where a text that is no number meets an error, LibreOffice gives the error and Excel goes from left to right."""
    kinds = {value_of(node)(cells) for node in walk(rule)}
    return len({kind for kind in kinds if isinstance(kind, ExcelError)}) > 1


def not_a_plain_result(rule: Expression, cells: Cells) -> bool:
    """A formula that gives "" is written by LibreOffice without a value: not to be told from one that failed."""
    return value_of(rule)(cells) == ""


DIFFERENCES: tuple[Callable[[Expression, Cells], bool], ...] = (
    boolean_as_value, text_as_value, power_of_zero, residue, mod_of_fractions, text_of_a_huge_number,
    order_of_texts, lost_reference, rare_characters, first_of_two_errors, not_a_plain_result,
)


def _values(node: Expression, cells: Cells) -> list[Value]:
    return [value_of(part)(cells) for part in parts(node)]


def _arguments(call: Call, cells: Cells) -> Iterator[tuple[Value, bool]]:
    return (argument_of(argument)(cells) for argument in call.arguments)


def _is_residue(node: Expression, cells: Cells) -> bool:
    value = value_of(node)(cells)
    sizes = [abs(part) for part in _values(node, cells) if isinstance(part, float)]
    return isinstance(value, float) and bool(sizes) and 0 < abs(value) < max(sizes) * 1e-13
