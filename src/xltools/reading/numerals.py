"""Chinese numerals, exact and strict: only the one standard spelling of a number is read.

一百五 (150 or 105?), 三五 (3 to 5), 一千三十 and the like are refused. cn2an was weighed and left out: it computes
decimals in binary and mends some spellings.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Final

MULTIPLIERS: Final = "[十百千]?[万亿]|万亿|[百千]"  # what may follow digits: 2万, 3千万
NUMERAL: Final = re.compile(
    "负?[零〇一二两三四五六七八九十百千万亿壹贰叁肆伍陆柒捌玖拾佰仟]+(?:点[零〇一二三四五六七八九壹贰叁肆伍陆柒捌玖]+)?"
)

_FORMAL: Final = str.maketrans("〇壹贰叁肆伍陆柒捌玖拾佰仟", "零一二三四五六七八九十百千")
_DIGITS: Final = "零一二三四五六七八九"
_PLACES: Final = {"十": 1, "百": 2, "千": 3}
_POWERS: Final = {**_PLACES, "万": 4, "亿": 8}
_MOST_DIGITS: Final = 15
_LIMIT: Final = 10**12
_TWO: Final = re.compile("两(?![百千万亿])")
_LOOSE_ZERO: Final = re.compile(f"万零(?=[{_DIGITS}]千)")  # 十万零三千 is as usual as 十万三千


def multiplier_of(word: str) -> int:
    """The power of ten that a word ends in: 万 → 4, 千万 → 7, 二十万 → 5; 0 where it ends otherwise."""
    power = 0
    for character in reversed(word.translate(_FORMAL)):
        if character not in _POWERS:
            break
        power += _POWERS[character]
    return power


def parse_numeral(text: str) -> Decimal | None:
    """二十八 → 28, 十二点五 → 12.5, 二〇一七 → 2017; None where the spelling is not the standard one."""
    sign = "-" if text.startswith("负") else ""
    whole, _, fraction = text.removeprefix("负").translate(_FORMAL).partition("点")
    number = _whole(whole)
    if number is None or len(f"{number}{fraction}") > _MOST_DIGITS:
        return None
    return Decimal(f"{sign}{number}.{_one_by_one(fraction)}")


def _whole(text: str) -> int | None:
    if text == "两":
        return 2
    if len(text) > 30 or _TWO.search(text):
        return None
    plain = text.replace("两", "二")
    if len(plain) > 1 and all(character in _DIGITS for character in plain):
        # Digit by digit only with a zero among them: 三五 may be "three to five".
        return int(_one_by_one(plain)) if "零" in plain else None
    number = _add_up(plain)
    standard = _LOOSE_ZERO.sub("万", re.sub("^一十", "十", plain))
    return number if number < _LIMIT and spell(number) == standard else None


def _one_by_one(characters: str) -> str:
    return "".join(str(_DIGITS.index(character)) for character in characters)


def _add_up(plain: str) -> int:
    """The sum that the characters give in order, whatever the spelling."""
    total = section = digit = 0
    for character in plain:
        if character in _PLACES:
            section += (digit or 1) * 10 ** _PLACES[character]
            digit = 0
        elif character == "万":
            total, section, digit = total + (section + digit) * 10_000, 0, 0
        elif character == "亿":
            total, section, digit = (total + section + digit) * 10**8, 0, 0
        else:
            digit = _DIGITS.index(character)
    return total + section + digit


def spell(number: int) -> str:
    """The standard spelling of a whole number from 0 to 10¹² - 1: 103 → 一百零三, 12 → 十二."""
    words = ""
    for power, name in ((8, "亿"), (4, "万"), (0, "")):
        group = number // 10**power % 10_000
        if group:
            padded = words and (group < 1000 or not number // 10 ** (power + 4) % 10_000)
            words += ("零" if padded else "") + _spell_group(group) + name
    return re.sub("^一十", "十", words) or "零"


def _spell_group(group: int) -> str:
    words = ""
    for power, name in ((3, "千"), (2, "百"), (1, "十"), (0, "")):
        digit = group // 10**power % 10
        if digit:
            gap = words and not group // 10 ** (power + 1) % 10
            words += ("零" if gap else "") + _DIGITS[digit] + name
    return words
