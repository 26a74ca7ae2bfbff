"""Where LibreOffice is known to give another value than Excel, each with its reason; the language follows Excel.

A predicate takes (rule, values of the cells) and tells whether the difference can play a part in it. All of them
are measured in LibreOffice 7.4; what Excel does is as Microsoft documents it or as its users report.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from xltools.rules import Binary, Call, ExcelError, Expression, Unary, Value, round15
from xltools.rules.evaluation import argument_of, value_of
from xltools.rules.syntax import COMPARISONS, parts, walk
from xltools.rules.values import as_number

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
    Texts that are dates, fractions, TRUE or beyond 1E+308 become numbers in LibreOffice only.
    """
    for node in walk(rule):
        match node:
            case Call(function="SUM" | "MIN" | "MAX" | "AND" | "OR"):
                used: list[Value] = [value for value, reference in _arguments(node, cells) if not reference]
            case Call(function="NOT" | "IF"):
                used = _values(node, cells)[:1]
            case Binary(op="+" | "-" | "*" | "/" | "^"):
                used = [value for value in _values(node, cells) if _reads_in_calc_only(value)]
            case _:
                continue
        if any(isinstance(value, str) for value in used):
            return True
    return False


def power_of_zero(rule: Expression, cells: Cells) -> bool:
    """0^0 is #NUM! in Excel and 1 in LibreOffice; 0^-1 is #DIV/0! in Excel and #NUM! in LibreOffice."""
    return any(
        isinstance(node, Binary) and node.op == "^" and not base and not (isinstance(power, float) and power > 0)
        for node in walk(rule) if isinstance(node, Binary)
        for base, power in [_values(node, cells)]
    )


def residue(rule: Expression, cells: Cells) -> bool:
    """Where a difference is nothing to 15 digits, LibreOffice gives 0 and Excel, inside a formula, the residue.

    So =0.5-0.4-0.1=0 is TRUE in LibreOffice and FALSE in Excel; SUM(0.1,0.2,-0.3) likewise.
    """
    return any(
        (isinstance(node, Binary) and node.op in "+-") or (isinstance(node, Call) and node.function == "SUM")
        for node in walk(rule) if _is_residue(node, cells)
    )


def nearly_equal(rule: Expression, cells: Cells) -> bool:
    """Excel compares 15 digits, LibreOffice takes numbers for equal that differ by less than one part in 2^48.

    The two part where a difference of decimals has lost digits: 1.94-1-1 is -0.06000000000000005.
    """
    for node in walk(rule):
        if isinstance(node, Binary) and node.op in COMPARISONS:
            left, right = _values(node, cells)
            if not isinstance(left, float) or not isinstance(right, float):
                continue
            if round15(left) != round15(right) and abs(left - right) < 1e-14 * max(abs(left), abs(right)):
                return True
    return False


def mod_of_fractions(rule: Expression, cells: Cells) -> bool:
    """MOD(0.6,0.2) is 0.2 in Excel, the remainder of the binary values; LibreOffice rounds, and gives 0.

    Beyond 1125900000000 times the divisor Excel gives #NUM!.
    """
    for node in walk(rule):
        if isinstance(node, Call) and node.function == "MOD":
            for number in map(as_number, _values(node, cells)):
                if isinstance(number, float) and (not number.is_integer() or abs(number) > 1e11):
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
    """Which of two texts comes first depends on the program's and the computer's language; here it is the code."""
    return any(
        isinstance(node, Binary) and node.op in ("<", "<=", ">", ">=")
        and all(isinstance(value, str) for value in _values(node, cells))
        and not all(str(value).isascii() for value in _values(node, cells))
        for node in walk(rule)
    )


def lost_reference(rule: Expression, cells: Cells) -> bool:
    """To LibreOffice +name and IFERROR(name,…) are still references: blanks and texts in the cell are passed over."""
    return any(
        not isinstance(value_of(part)(cells), float | ExcelError)
        for node in walk(rule) if isinstance(node, Call) and node.function in AGGREGATES
        for argument in node.arguments for part in walk(argument)
        if (isinstance(part, Unary) and part.op == "+")
        or (isinstance(part, Call) and part.function == "IFERROR")
    )


def rare_characters(rule: Expression, cells: Cells) -> bool:
    """LEN of a character beyond U+FFFF is 2 in Excel and 1 in LibreOffice."""
    return any(
        isinstance(node, Call) and node.function == "LEN"
        and any(isinstance(value, str) and max(value, default="") > "\uffff" for value in _values(node, cells))
        for node in walk(rule)
    )


def first_of_two_errors(rule: Expression, cells: Cells) -> bool:
    """Where two errors meet, Excel goes from left to right; LibreOffice looks at MOD's divisor first.

    Where a text that is no number meets an error, LibreOffice gives that error wherever it stands.
    """
    for node in walk(rule):
        if isinstance(node, Call) and node.function == "MOD":
            dividend, divisor = map(as_number, _values(node, cells))
            if isinstance(dividend, ExcelError) and (isinstance(divisor, ExcelError) or divisor == 0.0):
                return True
    values = {value_of(node)(cells) for node in walk(rule)}
    kinds = {value for value in values if isinstance(value, ExcelError)}
    return len(kinds) > 1 and value_of(rule)(cells) in kinds


def not_a_plain_result(rule: Expression, cells: Cells) -> bool:
    """A formula that gives "" is written by LibreOffice without a value: not to be told from one that failed."""
    return value_of(rule)(cells) == ""


DIFFERENCES: tuple[Callable[[Expression, Cells], bool], ...] = (
    boolean_as_value, text_as_value, power_of_zero, residue, nearly_equal, mod_of_fractions, text_of_a_huge_number,
    order_of_texts, lost_reference, rare_characters, first_of_two_errors, not_a_plain_result,
)


def _reads_in_calc_only(value: Value) -> bool:
    if not isinstance(value, str) or not isinstance(as_number(value), ExcelError):
        return False
    return value[:1].isdecimal() or value.upper() in ("TRUE", "FALSE")


@dataclass(frozen=True, slots=True)
class Example:
    """A rule over a blank cell 空 and a cell 真 with TRUE; pointed_out: whether `fragile` can see it in the text."""

    difference: Callable[[Expression, Cells], bool]
    rule: str
    ours: Value
    libreoffice: float | str | bool | None
    pointed_out: bool = True


EXAMPLES_OF_DIFFERENCES = (
    Example(boolean_as_value, "TRUE>5", True, False),
    Example(boolean_as_value, "TRUE=1", False, True),
    Example(boolean_as_value, "LEN(TRUE)", 4.0, 1),
    Example(boolean_as_value, "ISNUMBER(TRUE)", False, True),
    Example(boolean_as_value, "SUM(真)", 0.0, 1, pointed_out=False),
    Example(boolean_as_value, "COUNT(真)", 0.0, 1, pointed_out=False),
    Example(text_as_value, 'SUM("5",1)', 6.0, "#VALUE!"),
    Example(text_as_value, 'AND("TRUE")', True, "#VALUE!"),
    Example(text_as_value, 'IF("1",2,3)', ExcelError.VALUE, 2),
    Example(text_as_value, '"TRUE"+1', ExcelError.VALUE, 2),
    Example(text_as_value, '"2017-1-1"+1', ExcelError.VALUE, 42737),
    Example(power_of_zero, "0^0", ExcelError.NUM, 1),
    Example(power_of_zero, "空^0", ExcelError.NUM, 1),
    Example(power_of_zero, "0^-1", ExcelError.DIV0, "#NUM!", pointed_out=False),
    Example(residue, "0.5-0.4-0.1=0", False, True),
    Example(residue, "SUM(0.1,0.2,-0.3)=0", False, True),
    Example(nearly_equal, "1.94-1-1=-0.06", False, True, pointed_out=False),
    Example(mod_of_fractions, "MOD(0.6,0.2)", 0.2, 0),
    Example(mod_of_fractions, "MOD(10^13,7)", ExcelError.NUM, 3, pointed_out=False),
    Example(text_of_a_huge_number, '10^20&""', "1" + "0" * 20, "1E+020", pointed_out=False),
    Example(order_of_texts, '"é"<"z"', False, True),
    Example(lost_reference, "COUNT(+空)", 1.0, 0),
    Example(lost_reference, "COUNTA(IFERROR(空,1))", 1.0, 0),
    Example(rare_characters, 'LEN("𠮷")', 2.0, 1, pointed_out=False),
    Example(first_of_two_errors, '"无"+1/0', ExcelError.VALUE, "#DIV/0!"),
    Example(not_a_plain_result, '空&""', "", None, pointed_out=False),
)


def _values(node: Expression, cells: Cells) -> list[Value]:
    return [value_of(part)(cells) for part in parts(node)]


def _arguments(call: Call, cells: Cells) -> Iterator[tuple[Value, bool]]:
    return (argument_of(argument)(cells) for argument in call.arguments)


def _is_residue(node: Expression, cells: Cells) -> bool:
    value = value_of(node)(cells)
    sizes = [abs(part) for part in _values(node, cells) if isinstance(part, float)]
    return isinstance(value, float) and bool(sizes) and 0 < abs(value) < max(sizes) * 1e-13
