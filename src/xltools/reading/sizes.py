"""The words that make another number of a figure: of size (万) and of money (元, 美元)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final


@dataclass(frozen=True, slots=True)
class SizeAndMoney:
    """The words of a measure that make another number of a figure: 万元 is (万, 元), 件 nothing."""

    size: frozenset[str]
    money: frozenset[str]


SIZES: Final = "十百千万亿"
_USUAL: Final = str.maketrans("拾佰仟萬億圆圓", "十百千万亿元元")
YUAN: Final = r"人民币|RMB|CNY|¥|(?<![单美欧港澳日韩台])元"
FOREIGN: Final = r"[美欧港澳日韩台]元|美金|[港澳台]币|英镑|USD|EUR|HKD|\$"
_WORD: Final = re.compile(
    rf"(?P<size>[{SIZES}]+(?![{SIZES}分克米瓦]))|(?P<yuan>{YUAN})|(?P<foreign>{FOREIGN})", re.IGNORECASE
)


@lru_cache(maxsize=1024)
def size_and_money(measure: str) -> SizeAndMoney:
    found = [(match.lastgroup, match[0].upper()) for match in _WORD.finditer(measure.translate(_USUAL))]
    sizes = frozenset(word for kind, word in found if kind == "size")
    return SizeAndMoney(sizes, frozenset("元" if kind == "yuan" else word for kind, word in found if kind != "size"))


def differs(told: SizeAndMoney, own: SizeAndMoney) -> bool:
    """Whether what is told is of another size or money; what tells of neither is merely another word."""
    if not (told.size or told.money):
        return False
    return told.size != own.size or (bool(told.money) and told.money != own.money)
