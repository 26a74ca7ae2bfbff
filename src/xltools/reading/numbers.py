"""What a clerk typed into a cell → a number, a blank, or a reason why it is neither.

Only what can be read in one way is read. Whatever is not taken as it stands says how it was read (the caller
makes that a warning); whatever could mean two things is a problem, never a guess. All arithmetic is exact.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from xltools.reading.numerals import MULTIPLIERS, NUMERAL, multiplier_of, parse_numeral


@dataclass(frozen=True, slots=True)
class Reading:
    """How the content of a cell was read.

    `value` is None for a blank and for a problem; `literal`: it was taken as it stands; `note` says how it was read
    where it was not, `problem` why it is no number: Chinese phrases to stand in a message beside the entry itself.
    Never both a value and a problem.
    """

    value: int | Decimal | None
    literal: bool
    note: str
    problem: str


def read_number(raw: int | Decimal | str | bool | None, measure: str) -> Reading:
    """The number that `raw` says in a cell whose 计量单位 is `measure` (件, 人次, 万元, …).

    None and white space are blank; `/`, dashes, 无 and N/A are blank with a note. 10¹⁵ and beyond, and text of more
    than 15 significant digits, is a problem, for no spreadsheet could hold the total. Never raises for these types.
    """
    if isinstance(raw, bool):
        return _problem(f"是逻辑值 {str(raw).upper()}")
    if isinstance(raw, str):
        return _read_text(raw, measure)
    if isinstance(raw, Decimal) and not raw.is_finite():
        return _problem("不是有限的数")
    if raw is not None and not -_TOO_LARGE < raw < _TOO_LARGE:
        return _problem(f"超过 {_MOST_DIGITS} 位,无法准确保存")
    return Reading(raw, True, "", "")


def scale_and_base(measure: str) -> tuple[int, str]:
    """万元 → (4, 元): the power of ten and what is counted."""
    match = _REST.fullmatch(measure)
    assert match is not None, "every text has this form"
    return multiplier_of(match["multiplier"] or ""), match["base"].strip()


# --- the steps ---


@dataclass(frozen=True, slots=True)
class _Quantity:
    """A number as written and what follows it; `numeral` is its text where it was written in Chinese, else ""."""

    number: Decimal
    rest: str
    numeral: str
    reasons: tuple[str, ...]


_INVISIBLE: Final = "\u00ad\u200b-\u200f\u202a-\u202c\u2060-\u2064\ufeff"
_EDGES: Final = (  # what str.isspace() calls white space, and the invisible
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c"
    "\u2060\u2061\u2062\u2063\u2064\ufeff"
)
_HIDDEN: Final = re.compile(rf"[{_INVISIBLE}\u202d\u202e]")  # the last two reverse what is seen: never dropped
_NARROW: Final = {0xFF01 + i: 0x21 + i for i in range(94)} | {
    0x3000: " ", 0xA0: " ", 0x2212: "-", 0xFE63: "-", 0x2018: "'", 0x2019: "'",
}  # fmt: skip
_BLANK_WORDS: Final = frozenset({"/", "无", "N/A"})
_DASHES: Final = re.compile(r"[-‐‑‒–—―─]{1,4}")
_ARABIC: Final = re.compile(
    r"(?P<sign>[+-]?)(?:(?P<grouped>[1-9][0-9]{0,2}(?:,[0-9]{3})+)|(?P<plain>[0-9]+)|(?=\.[0-9]))"
    r"(?:\.(?P<fraction>[0-9]*))?(?:[eE](?P<exponent>[+-]?[0-9]{1,3}))?(?P<rest>.*)",
    re.DOTALL,
)
_REST: Final = re.compile(rf"\s*(?P<multiplier>{MULTIPLIERS})?\s*(?P<base>.*)", re.DOTALL)
_MOST_DIGITS: Final = 15
_HUNDRED: Final = 2  # as a power of ten
_TOO_LARGE: Final = 10**_MOST_DIGITS
_LONGEST: Final = 200  # characters: the expressions below take time in the square of the length


def _read_text(raw: str, measure: str) -> Reading:
    text = raw.strip(_EDGES)
    if not text:
        return Reading(None, True, "", "")
    if len(text) > _LONGEST:
        return _problem(f"有 {len(text)} 个字,太长")
    narrow = text.translate(_NARROW)
    plain = narrow.removeprefix("'").removesuffix("。").strip()
    if not plain or plain.upper() in _BLANK_WORDS or _DASHES.fullmatch(plain):
        return Reading(None, False, "按空白计", "")
    quantity = _arabic(plain) or _chinese(plain)
    if quantity is None or _HIDDEN.search(text):
        return _problem(_explain(plain, None, measure))
    value, how = _in_measure(quantity, measure)
    if value is None:
        return _problem(how or _explain(plain, quantity, measure))
    if value and not -_MOST_DIGITS <= value.adjusted() < _MOST_DIGITS:
        return _problem("太大或太小,无法准确保存")
    number = int(value) if value == value.to_integral_value() else value.normalize()
    reasons = (
        *(("去掉首尾空白",) if text != raw else ()),
        *(("全角字符",) if narrow != text else ()),
        *(("多余的引号",) if narrow.startswith("'") else ()),
        *(("多余的句号",) if narrow.endswith("。") else ()),
        *quantity.reasons,
        *((how,) if how else ()),
    )
    return Reading(number, False, "、".join(reasons or ("以文本形式存放",)), "")


def _arabic(plain: str) -> _Quantity | None:
    match = _ARABIC.fullmatch(plain)
    if match is None:
        return None
    grouped, fraction, exponent = match["grouped"], match["fraction"] or "", match["exponent"]
    digits = (grouped or match["plain"] or "0").replace(",", "")
    if len((digits + fraction).strip("0")) > _MOST_DIGITS or len(digits) > 400:
        return None
    number = Decimal(f"{match['sign']}{digits}.{fraction}e{exponent or 0}")
    reasons = (
        *(("千分位逗号",) if grouped else ()),
        *(("科学计数法",) if exponent else ()),
        *(("前面多余的 0",) if len(digits) > 1 and digits[0] == "0" else ()),
    )
    return _Quantity(number, match["rest"], "", reasons)


def _chinese(plain: str) -> _Quantity | None:
    match = NUMERAL.match(plain)
    if match is None or plain == "一":  # typed for a dash as often as for 1
        return None
    number = parse_numeral(match[0])
    return None if number is None else _Quantity(number, plain[match.end() :], match[0], ("中文数字",))


def _in_measure(quantity: _Quantity, measure: str) -> tuple[Decimal | None, str]:
    """The quantity in the cell's measure and how it was converted; None and why not, "" where nothing is known."""
    scale, base = scale_and_base(measure.translate(_NARROW))
    factor, given = scale_and_base(quantity.rest)
    said = quantity.rest.strip()
    if given:
        how = f"去掉计量单位“{said}”" if factor == scale else f"由“{said}”换算为“{measure}”"
        return (quantity.number.scaleb(factor - scale), how) if given == base else (None, "")
    if factor:
        # 2000万 in 万元 is 2000, but 2千 there may be 0.2 or 2000.
        how = f"“{said}”换算"
        return (quantity.number.scaleb(factor - scale), how) if factor >= scale else (None, _two_ways(base, measure))
    is_round = multiplier_of(quantity.numeral[-1:]) >= _HUNDRED
    if not scale or (not is_round and all(multiplier_of(character) < scale for character in quantity.numeral)):
        return quantity.number, ""
    # 两千万 in 万元 is 2000 as well, but 二千 and 一万二千 there may be 0.2 and 1.2, or 2000 and 12000.
    if multiplier_of(quantity.numeral) >= scale:
        return quantity.number.scaleb(-scale), f"换算为“{measure}”"
    return None, _two_ways(base, measure)


def _two_ways(base: str, measure: str) -> str:
    return f"可能以“{base}”计,也可能以“{measure}”计"


# --- why it is no number ---

_DATE: Final = re.compile(r"[0-9]{4}(?:[-/.][0-9]{1,2}[-/.][0-9]{1,2}|年|[-/][0-9]{1,2}$)")
_RANGE: Final = re.compile(r"[0-9][^0-9]*[-~—–至到][^0-9]*[0-9]")
_ABOUT: Final = re.compile(r"约|左右|大概|上下|以上|以下|余|多|近|近似|不足|超过|几|[<>≈≥≤~]")


def _explain(plain: str, quantity: _Quantity | None, measure: str) -> str:
    given = scale_and_base(quantity.rest)[1] if quantity else ""
    for applies, why in (
        (_HIDDEN.search(plain), "里面有看不见的字符"),
        ("%" in plain or "‰" in plain or "百分之" in plain, "是百分数"),
        (_DATE.match(plain), "像是日期"),
        (_ABOUT.search(plain), "是约数"),
        (_RANGE.search(plain), "是一个范围"),
        (plain == "一", "可能是数字 1,也可能是横线"),
        (plain[0] == "(" and plain[-1] == ")", "带括号,可能表示负数"),
        ("," in plain and given[:1] in tuple(",0123456789"), "千分位逗号位置不对"),
        (given[:1].isdigit(), "数字中间有别的字符"),
        (given.isalpha() and len(given) <= 4, f"单位“{given}”不是本格的计量单位“{measure}”"),
        (len(re.sub("[^0-9]", "", plain)) > _MOST_DIGITS, f"超过 {_MOST_DIGITS} 位,无法准确保存"),
    ):
        if applies:
            return why
    return "看不出是哪个数"


def _problem(text: str) -> Reading:
    return Reading(None, False, "", text)
