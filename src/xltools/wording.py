"""What a failed rule says to the clerk, worded the same by the sheet's formula and by Python, and how any finding says
what a figure is and what it should be."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from typing import NamedTuple

from xltools.findings import Finding, Number
from xltools.form import Rule
from xltools.rules import Binary, Expression, Name, Value, compile_rule
from xltools.rules.syntax import COMPARISONS
from xltools.rules.tokens import LONGEST_TEXT

ACTUAL, EXPECTED, DIFFERENCE = "实际", "应为", "差额"
_PLACEHOLDER = re.compile(r"\{(.*?)\}")
_DECIMALS = 6
_LAST_DECIMAL = Decimal(1).scaleb(-_DECIMALS)


@dataclass(frozen=True, slots=True)
class Sides:
    """A rule that is one comparison, seen from the indicator it is about.

    ``actual`` is the side that is a single indicator (the left one where both or neither are), ``expected`` the other.
    """

    actual: Expression
    expected: Expression
    is_equation: bool

    @property
    def total(self) -> str:
        """The indicator that must equal the other side, or "" where the rule is not such an equation."""
        return self.actual.name if self.is_equation and isinstance(self.actual, Name) else ""


@lru_cache(maxsize=4096)
def sides(rule: Rule) -> Sides | None:
    """The two sides of a rule that is a comparison; None for one that is put together from several conditions."""
    tree = rule.expression
    if not (isinstance(tree, Binary) and tree.op in COMPARISONS):
        return None
    if isinstance(tree.right, Name) and not isinstance(tree.left, Name):
        return Sides(tree.right, tree.left, tree.op == "=")
    return Sides(tree.left, tree.right, tree.op == "=")


def blamed_first(rule: Rule) -> str:
    """The indicator beside which the rule's message stands; "" for a rule over no indicator."""
    pair = sides(rule)
    if pair and isinstance(pair.actual, Name):
        return pair.actual.name
    return rule.names[0] if rule.names else ""


class Told(NamedTuple):
    """A failed rule as one return breaks it: the message with its figures, and the two sides of a comparison.

    ``blank``: the indicator that must equal the other side was not filled in. ``actual`` and ``expected`` are None for
    a rule that is no comparison, and where a side is no number.
    """

    message: str
    actual: Number | None = None
    expected: Number | None = None
    blank: bool = False


def told(rule: Rule, values: Mapping[str, Number | None]) -> Told:
    """What there is to say of a failed rule."""
    worded = _worded(rule)
    actual, expected = worded.actual(values), worded.expected(values)
    total = worded.pair.total if worded.pair else ""
    if total and values.get(total) is None:
        message = _BLANK_TOTAL.format(name=total, total=figure_text(expected))
        return Told(message, None, as_number(expected), blank=True)
    message = "".join(
        part if isinstance(part, str) else figure_text(part(values, actual, expected)) for part in worded.parts
    )
    return Told(message, as_number(actual), as_number(expected))


def message_formula(rule: Rule) -> str:
    """The Excel expression (without ``=``) that gives the message of :func:`told` in the sheet."""
    pair = sides(rule)
    pieces = [
        _quoted(part) if isinstance(part, str) else _placeholder_formula(part, pair, rule)
        for part in _parts(rule, pair)
    ]
    message = "&".join(pieces)
    if not (pair and pair.total):
        return message
    before, after = _BLANK_TOTAL.format(name=pair.total, total="\0").split("\0")
    blank = f"{_quoted(before)}&ROUND({_text(rule, pair.expected)},{_DECIMALS})&{_quoted(after)}"
    return f"IF(LEN({pair.total})=0,{blank},{message})"


def difference_formula(rule: Rule) -> str:
    """The Excel expression of 差额, left side minus right side, for an equation; "" for any other rule."""
    tree = rule.expression
    if not (isinstance(tree, Binary) and tree.op == "="):
        return ""
    return f"ROUND(({_text(rule, tree.left)})-({_text(rule, tree.right)}),{_DECIMALS})"


def difference_of(rule: Rule, values: Mapping[str, Number | None]) -> Number | None:
    """The value of :func:`difference_formula`; None where there is none."""
    worded = _worded(rule)
    tree = rule.expression
    if worded.pair is None or not worded.pair.is_equation or not isinstance(tree, Binary):
        return None
    actual, expected = worded.actual(values), worded.expected(values)
    if actual is None or expected is None:
        return None
    return as_number(actual - expected if worded.pair.actual is tree.left else expected - actual)


def as_number(value: Value | Number) -> Number | None:
    """A calculated value as a figure, free of binary residue, rounded half away from zero as the sheet's ROUND does.

    None for anything that is not a number.
    """
    if value is None or isinstance(value, bool) or not isinstance(value, int | float | Decimal):
        return None
    if isinstance(value, int) or value == int(value):
        return int(value)
    shown = Decimal(f"{value:.15g}") if isinstance(value, float) else value  # the sheet rounds what it shows
    exact = shown.quantize(_LAST_DECIMAL, ROUND_HALF_UP)
    return int(exact) if exact == exact.to_integral_value() else exact.normalize()


def figure_text(value: Number | float | None) -> str:
    """A figure as it stands in a message: no thousands separators, no needless zeros, blank as 0."""
    number = as_number(value)
    return "0" if number is None else f"{number:f}" if isinstance(number, Decimal) else str(number)


def exact_text(value: Number) -> str:
    """A figure with all its digits."""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)


@dataclass(frozen=True, slots=True)
class Compared:
    """What a finding holds against each other, in the words that every output uses.

    ``should`` and ``expected``: "应不大于" and "147"; ``present`` and ``actual``: "现在是" and "45237", or "现在空白"
    and "". All are "" where there is nothing to compare.
    """

    should: str = ""
    expected: str = ""
    present: str = ""
    actual: str = ""

    @property
    def against(self) -> str:
        """What the figure should be: ``应不大于 147``."""
        return f"{self.should} {self.expected}".strip()

    @property
    def now(self) -> str:
        """What it is: ``现在是 45237``, ``现在空白``; ``合起来是 42`` where several cells make it up."""
        return f"{self.present} {self.actual}".strip()


def compared(found: Finding, rule: Rule | None) -> Compared:
    """The comparison in a finding. ``rule``: the form's rule that it names, if any."""
    broken = rule if rule is not None and found.code == rule.id else None
    expected, actual = _shown(found.expected), _shown(found.actual)
    should = (_should(broken) if broken else _SAID_OF_EXPECTED.get(found.code, "应为")) if expected else ""
    if not actual:
        is_blank = found.expected is not None and found.indicator
        return Compared(should, expected, "现在空白" if is_blank else "")
    pair = sides(broken) if broken else None
    made_up = pair is not None and not isinstance(pair.actual, Name)
    if made_up:  # what is told of several cells is not what this one should be
        return Compared(f"合起来{should}" if should else "", expected, "合起来是", actual)
    return Compared(should, expected, "现在是", actual)


_SAID_OF_EXPECTED = {
    "U406": "下级之和是", "V302": "读作", "V306": "算得", "Y501": "上年度是", "Y502": "上年度是",
}  # fmt: skip
_SHOULD = {"=": "应为", "<=": "应不大于", ">=": "应不小于", "<": "应小于", ">": "应大于", "<>": "应不等于"}
_MIRRORED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}
_LONGEST_COMPARED = 60


def _should(rule: Rule) -> str:
    """How the figure blamed should stand to the other side."""
    pair, tree = sides(rule), rule.expression
    if pair is None or not isinstance(tree, Binary):
        return "应为"
    return _SHOULD[tree.op if pair.actual is tree.left else _MIRRORED.get(tree.op, tree.op)]


def _shown(value: Number | str | None) -> str:
    if value is None:
        return ""
    return shortened(value, _LONGEST_COMPARED) if isinstance(value, str) else figure_text(value)


def shortened(text: str, length: int) -> str:
    """A text of at most this many characters; what a file says may be of any length."""
    return text if len(text) <= length else text[: length - 1] + "…"


_BLANK_TOTAL = "“{name}”未填,各项合计 {total}:请补填"


@dataclass(frozen=True, slots=True)
class _Placeholder:
    name: str


def _parts(rule: Rule, pair: Sides | None) -> Iterator[str | _Placeholder]:
    template = rule.message or rule.description + (f"(实际 {{{ACTUAL}}},应为 {{{EXPECTED}}})" if pair else "")
    known = set(rule.names) | ({ACTUAL, EXPECTED, DIFFERENCE} if pair else set())
    position = 0
    for match in _PLACEHOLDER.finditer(template):
        if match[1] in known:
            if match.start() > position:
                yield template[position : match.start()]
            yield _Placeholder(match[1])
            position = match.end()
    if position < len(template):
        yield template[position:]


_Values = Mapping[str, Number | None]
_Figure = Callable[[_Values], float | None]
_Part = Callable[[_Values, float | None, float | None], float | None]


@dataclass(frozen=True, slots=True)
class _Worded:
    """A rule's message taken apart: its texts, and between them what gives a figure, from a return's values and
    the two sides computed from them."""

    pair: Sides | None
    actual: _Figure
    expected: _Figure
    parts: tuple[str | _Part, ...]


@lru_cache(maxsize=4096)
def _worded(rule: Rule) -> _Worded:
    """Compiled once per rule, not for each of the returns that break it."""
    pair = sides(rule)
    actual = _figure(pair.actual) if pair else _no_figure
    expected = _figure(pair.expected) if pair else _no_figure
    of_sides = _OF_SIDES if pair else {}
    parts = (
        part if isinstance(part, str) else of_sides.get(part.name) or _of_values(part.name)
        for part in _parts(rule, pair)
    )
    return _Worded(pair, actual, expected, tuple(parts))


def _no_figure(values: _Values) -> None:
    return None


def _difference(values: _Values, actual: float | None, expected: float | None) -> float | None:
    return None if actual is None or expected is None else abs(actual - expected)


_OF_SIDES: Mapping[str, _Part] = {
    ACTUAL: lambda values, actual, expected: actual,
    EXPECTED: lambda values, actual, expected: expected,
    DIFFERENCE: _difference,
}


def _of_values(name: str) -> _Part:
    figure = _figure(Name(name))
    return lambda values, actual, expected: figure(values)


def _placeholder_formula(part: _Placeholder, pair: Sides | None, rule: Rule) -> str:
    if pair and part.name in (ACTUAL, EXPECTED, DIFFERENCE):
        actual, expected = _text(rule, pair.actual), _text(rule, pair.expected)
        inner = {ACTUAL: actual, EXPECTED: expected, DIFFERENCE: f"ABS(({actual})-({expected}))"}[part.name]
    else:
        inner = part.name
    return f"ROUND({inner},{_DECIMALS})"


def _figure(expression: Expression) -> _Figure:
    evaluate = compile_rule(expression)

    def figure(values: Mapping[str, Number | None]) -> float | None:
        value = evaluate(values)
        return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else None

    return figure


def _text(rule: Rule, expression: Expression) -> str:
    return rule.formula[expression.start : expression.end]


def _quoted(text: str) -> str:
    """A text as a formula spells it: in pieces put together by &, where it is longer than Excel lets one text be."""
    doubled = [character.replace('"', '""') for character in text]
    pieces = [""]
    for character in doubled:
        if len(pieces[-1]) + len(character) > LONGEST_TEXT:
            pieces.append("")
        pieces[-1] += character
    return "&".join(f'"{piece}"' for piece in pieces)
