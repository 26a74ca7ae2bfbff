"""The syntax tree of a rule, and the questions that can be answered from the tree alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

MOST_ARGUMENTS = 255
FUNCTIONS: Mapping[str, tuple[int, int]] = MappingProxyType({
    "SUM": (1, MOST_ARGUMENTS), "ABS": (1, 1), "MIN": (1, MOST_ARGUMENTS), "MAX": (1, MOST_ARGUMENTS),
    "ROUND": (2, 2), "INT": (1, 1), "MOD": (2, 2), "IF": (2, 3), "IFERROR": (2, 2),
    "AND": (1, MOST_ARGUMENTS), "OR": (1, MOST_ARGUMENTS), "NOT": (1, 1),
    "ISBLANK": (1, 1), "ISNUMBER": (1, 1), "COUNT": (1, MOST_ARGUMENTS), "COUNTA": (1, MOST_ARGUMENTS),
    "N": (1, 1), "LEN": (1, 1),
})
"""Every function of the language, with the fewest and the most arguments it takes."""

COMPARISONS = frozenset({"=", "<>", "<", "<=", ">", ">="})


class RuleError(ValueError):
    """A text that is no rule.

    message: what is wrong, where, and what to do, in Chinese; position: 0-based offset in the text;
    text: the rule as given.
    """

    def __init__(self, message: str, position: int, text: str) -> None:
        super().__init__(message)
        self.message = message
        self.position = position
        self.text = text


@dataclass(frozen=True, slots=True)
class _Node:
    """start, end: offsets of the part in the rule's text, its own brackets included; not part of equality."""

    start: int = field(default=0, compare=False, kw_only=True)
    end: int = field(default=0, compare=False, kw_only=True)


@dataclass(frozen=True, slots=True)
class Number(_Node):
    """A number as written, kept to 15 significant digits as Excel does."""

    value: float


@dataclass(frozen=True, slots=True)
class Text(_Node):
    """A text between double quotes, its doubled quotes undone."""

    value: str


@dataclass(frozen=True, slots=True)
class Boolean(_Node):
    """TRUE or FALSE."""

    value: bool


@dataclass(frozen=True, slots=True)
class Name(_Node):
    """A name of the form: a reference to one cell, spelt as written."""

    name: str


@dataclass(frozen=True, slots=True)
class Unary(_Node):
    """A sign: op is "-" or "+"."""

    op: str
    operand: Expression


@dataclass(frozen=True, slots=True)
class Percent(_Node):
    """A value followed by %, that is, divided by 100."""

    operand: Expression


@dataclass(frozen=True, slots=True)
class Binary(_Node):
    """Two values and what stands between them: op is one of + - * / ^ & = <> < <= > >=."""

    op: str
    left: Expression
    right: Expression


@dataclass(frozen=True, slots=True)
class Call(_Node):
    """A function, its name in capitals (a key of FUNCTIONS), and its arguments."""

    function: str
    arguments: tuple[Expression, ...]


Expression = Number | Text | Boolean | Name | Unary | Percent | Binary | Call


def parts(expression: Expression) -> tuple[Expression, ...]:
    """The expressions that this one is directly made of, in order of appearance."""
    match expression:
        case Unary() | Percent():
            return (expression.operand,)
        case Binary():
            return (expression.left, expression.right)
        case Call():
            return expression.arguments
    return ()


def walk(expression: Expression) -> Iterator[Expression]:
    """The expression and everything inside it, in order of appearance."""
    waiting = [expression]
    while waiting:
        node = waiting.pop()
        yield node
        waiting.extend(reversed(parts(node)))


def summands(expression: Expression) -> tuple[str, ...]:
    """The names that a plain sum (with + or SUM) adds up, one name being the sum of itself; () for anything else."""
    match expression:
        case Name():
            return (expression.name,)
        case Binary(op="+") | Call(function="SUM"):
            added = [summands(part) for part in parts(expression)]
            return tuple(name for each in added for name in each) if all(added) else ()
    return ()


def names(expression: Expression) -> tuple[str, ...]:
    """The names that the rule refers to: distinct, in order of first appearance."""
    return tuple(dict.fromkeys(node.name for node in walk(expression) if isinstance(node, Name)))
