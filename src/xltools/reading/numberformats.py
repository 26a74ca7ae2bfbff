"""Number formats: what a format code makes of a number, and the text it shows for one (ECMA-376-1 §18.8.30 and 31)."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import lru_cache
from typing import Final, TypeAlias

from xltools.reading.grid import Cell, Display, Shown, ShownText


@dataclass(frozen=True, slots=True)
class Worded:
    """A format that puts words to the number, leaves digits out or shows none: what it shows depends on the number."""

    code: str


Kind: TypeAlias = Shown | Worded

_LONGEST_CODE: Final = 255  # characters; no program lets anybody type more
_TOO_LARGE: Final = 10**15  # no figure, however it is shown
_BUILT_IN_DATES: Final = frozenset({*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)})
_BUILT_IN_PERCENTS: Final = frozenset({9, 10})
_SPOKEN: Final = re.compile(
    r'"[^"]*"|[\\!].|_.|\*.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|General|G/通用格式', re.IGNORECASE
)
_DATE_PARTS: Final = re.compile(r"[ymdhsbg]|e(?![+-])|aaa", re.IGNORECASE)


def kind_of_format(identity: int, code: str) -> Kind:
    """What a number format makes of a number, by its code, or by its identity where it is built in and has none."""
    if code:
        return kind_of_code(code[:_LONGEST_CODE])
    if identity in _BUILT_IN_DATES:
        return Shown.DATE
    return Shown.PERCENT if identity in _BUILT_IN_PERCENTS else Shown.PLAIN


@lru_cache(maxsize=1024)
def kind_of_code(code: str) -> Kind:
    """What a format code such as `yyyy"年"m"月"`, `0.0%` or `0"万"` makes of a number."""
    spoken = _SPOKEN.sub("", code)
    if _DATE_PARTS.search(spoken):
        return Shown.DATE
    if "%" in spoken:
        return Shown.PERCENT
    numbers = _sections(code)[:3]
    is_plain = all(section.condition is None and _PLAIN.fullmatch(_outline(section)) for section in numbers)
    return Shown.PLAIN if is_plain and all(map(_has_digits, numbers[:2])) else Worded(code)


def display(kind: Kind, cell: Cell) -> Display:
    """How a cell with such a format shows the number it stores."""
    if not isinstance(kind, Worded):
        return kind
    value = cell.value
    if isinstance(value, int | Decimal) and abs(Decimal(value)) < _TOO_LARGE:
        return ShownText(shown_text(kind.code, Decimal(value)))
    return Shown.PLAIN


@lru_cache(maxsize=1024)
def shown_text(code: str, number: Decimal) -> str:
    """The text that a format shows for a number: 123456 in `0!.0,"万元"` is 12.3万元."""
    section, sign = _section_for(_sections(code), number)
    tokens = section.tokens
    places = [at for at, token in enumerate(tokens) if token.kind in ("digit", "whole")]
    if not places:
        return _spoken(tokens).strip()
    first, last = places[0], places[-1] + 1
    while last < len(tokens) and tokens[last].kind == "comma":
        last += 1
    within = tokens[first:last]
    is_general = any(token.kind in ("whole", "power") or token.text == "/" for token in within)
    shown = f"{abs(number):f}" if is_general else _digits(within, abs(number))
    return (sign + _spoken(tokens[:first]) + shown + _spoken(tokens[last:])).strip()


# --- the parts of a code ---


@dataclass(frozen=True, slots=True)
class _Token:
    """`kind`: digit (a place for one), whole (the number as it is), point, comma, power, blank, or text."""

    kind: str
    text: str


@dataclass(frozen=True, slots=True)
class _Section:
    """One of the parts between semicolons, and when it applies where it says so: `[>=10000]`."""

    tokens: tuple[_Token, ...]
    condition: tuple[str, Decimal] | None


_SECTION: Final = re.compile(r'((?:"[^"]*"?|[\\!_*].|\[[^\]]*\]|[^;])*)(?:;|$)', re.DOTALL)
_TOKEN: Final = re.compile(
    r'"(?P<quoted>[^"]*)"?|[\\!](?P<escaped>.)|(?P<blank>_.)|\*.|\[(?:\$(?P<currency>[^\]-]*))?(?P<bracket>[^\]]*)\]'
    r"|(?P<whole>General|G/通用格式|@)|(?P<digit>[0#?])|(?P<point>\.)|(?P<comma>,)|(?P<power>E[+-])|(?P<other>.)",
    re.IGNORECASE | re.DOTALL,
)
_CONDITION: Final = re.compile(r"(<=|>=|<>|<|>|=)(-?[0-9]{1,15}(?:\.[0-9]{1,15})?)")
_COMPARE: Final[Mapping[str, Callable[[Decimal, Decimal], bool]]] = {
    "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge, "=": operator.eq, "<>": operator.ne,
}  # fmt: skip
_OUTLINES: Final = {"digit": "d", "whole": "w", "point": "p", "comma": "c", "power": "e", "blank": " "}
_DECORATION: Final = " ()+¥￥$-"
_PLAIN: Final = re.compile(rf"[{_DECORATION}]*(?:w|(?:d+ )?d+/d+|d+(?:cd+)*(?:pd*)?(?:ed+)?)?[{_DECORATION}]*")


def _sections(code: str) -> list[_Section]:
    return [_section(match[1]) for match in _SECTION.finditer(code) if match.start() < len(code)] or [_section("")]


def _section(code: str) -> _Section:
    tokens = []
    condition = None
    for match in _TOKEN.finditer(code):
        kind = match.lastgroup or ""
        if kind == "bracket":
            compared = _CONDITION.fullmatch(match[kind])
            if compared is not None:
                condition = compared[1], Decimal(compared[2])
            elif match["currency"]:
                tokens.append(_Token("text", match["currency"]))
        elif kind == "blank":
            tokens.append(_Token(kind, " "))
        elif kind:
            is_text = kind in ("quoted", "escaped", "other")
            tokens.append(_Token("text" if is_text else kind, match[kind]))
    return _Section(tuple(tokens), condition)


def _outline(section: _Section) -> str:
    """A section with a letter for what stands for digits, and what else it shows: decoration as it is, words as x."""
    return "".join(
        _OUTLINES.get(token.kind) or (token.text if set(token.text) <= {*_DECORATION, "/"} else "x")
        for token in section.tokens
    )


def _has_digits(section: _Section) -> bool:
    """Whether a section shows the number at all; what zero alone is shown by need not."""
    return any(token.kind in ("digit", "whole") for token in section.tokens)


def _section_for(sections: Sequence[_Section], number: Decimal) -> tuple[_Section, str]:
    """The section that shows a number, and the sign it puts before it."""
    numbers = sections[:3]
    sign = "-" if number < 0 else ""
    if any(section.condition for section in numbers):
        holding = (s for s in numbers if s.condition is None or _COMPARE[s.condition[0]](number, s.condition[1]))
        return next(holding, numbers[-1]), sign
    if number < 0 and len(numbers) > 1:
        return numbers[1], ""
    return (numbers[2] if number == 0 and len(numbers) > 2 else numbers[0]), sign


# --- showing a number ---

_EXACT: Final = Context(prec=2 * _LONGEST_CODE)


def _spoken(tokens: Sequence[_Token]) -> str:
    return "".join(token.text for token in tokens if token.kind in ("text", "blank", "point"))


def _digits(tokens: Sequence[_Token], size: Decimal) -> str:
    """The digits of a number in the places for them, with what stands between these."""
    kinds = [token.kind for token in tokens]
    point = kinds.index("point") if "point" in kinds else len(kinds)
    whole, part = tokens[:point], tokens[point + 1 :]
    thousands = _commas_at_end(whole) + _commas_at_end(part)
    decimals = sum(token.kind == "digit" for token in part)
    scaled = size.scaleb(-3 * thousands).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP, _EXACT)
    before, _, behind = f"{scaled:f}".partition(".")
    grouped = "comma" in kinds[: point - _commas_at_end(whole)]
    shown = _whole_digits(whole, before.lstrip("0"), grouped=grouped)
    decimal = _decimal_digits(part, behind)
    return f"{shown}.{decimal}" if decimal else shown


def _commas_at_end(tokens: Sequence[_Token]) -> int:
    count = 0
    while count < len(tokens) and tokens[-1 - count].kind == "comma":
        count += 1
    return count


def _whole_digits(tokens: Sequence[_Token], digits: str, *, grouped: bool) -> str:
    """The digits before the point, from the last to the first; the first place takes all that are left."""
    left = list(digits)
    shown: list[str] = []
    count = 0
    first = next((at for at, token in enumerate(tokens) if token.kind == "digit"), -1)
    for at in reversed(range(len(tokens))):
        token = tokens[at]
        if token.kind != "digit":
            shown.append("" if token.kind == "comma" else token.text)
            continue
        here = [left.pop() for _ in range(len(left) if at == first else min(len(left), 1))]
        for digit in here or ("0" if token.text == "0" else ""):
            shown.append("," if grouped and count and count % 3 == 0 else "")
            shown.append(digit)
            count += 1
    return "".join(reversed(shown))


def _decimal_digits(tokens: Sequence[_Token], digits: str) -> str:
    """The digits behind the point, without zeros at the end in places where these are left out."""
    places = [token.text for token in tokens if token.kind == "digit"]
    needed = max((at for at, text in enumerate(places, 1) if text == "0"), default=0)
    left = iter(digits[:needed] + digits[needed:].rstrip("0"))
    return "".join(next(left, "") if t.kind == "digit" else "" if t.kind == "comma" else t.text for t in tokens)
