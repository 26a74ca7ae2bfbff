"""Shares in words: 占三分之二, 超过办结量的一半."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

from xltools.proof import vocabulary
from xltools.proof.quantities import Precision, Quantity


def shares_in_words(text: str) -> Iterator[Quantity]:
    """The fractions of a text that end their clause and are said to be a share, as percentages.

    One that a bracket gives exactly is left to the bracket: 约占三分之二(66.7%).
    """
    for found in _SHARE.finditer(text):
        precision = _precision(found["said"], found["behind"] or "")
        numerator, denominator = vocabulary.FRACTIONS.get(found["word"]) or _parts_of(found["word"])
        value = (Decimal(numerator) * 100 / denominator).quantize(Decimal("0.01"))
        reach = _FURTHER if precision is Precision.MORE else _NEAR
        yield Quantity(*found.span("word"), value, _NEAR, reach, "%", precision)


_NEAR, _FURTHER = Decimal(10), Decimal(20)
"""Within how many per cent a reader takes 近一半 or 一半 for true; how far beyond, 超过一半."""
_NUMERALS = "一二三四五六七八九十"
_SAYS = "|".join((*vocabulary.MORE_BEFORE, *vocabulary.LESS_BEFORE, *vocabulary.ABOUT_BEFORE))
_WORD = f"[{_NUMERALS[1:]}]分之[{_NUMERALS[:-1]}]|{'|'.join(vocabulary.FRACTIONS)}"
_SHARE = re.compile(
    rf"(?P<said>(?:占|相当于|{_SAYS})[^,;:。、()0-9]{{0,16}}?)(?P<word>{_WORD})(?P<behind>以上|以下|左右|强|多|弱)?"
    r"(?=[,;。、)!?\n]|$)"
)


def _parts_of(word: str) -> tuple[int, int]:
    """Numerator and denominator of 三分之二."""
    return _NUMERALS.index(word[-1]) + 1, _NUMERALS.index(word[0]) + 1


def _precision(said: str, behind: str) -> Precision:
    more, less = (*vocabulary.MORE_BEFORE, "过"), vocabulary.LESS_BEFORE
    if behind in ("以上", "强", "多") or said.startswith(more) or said.endswith(more):
        return Precision.MORE
    if behind in ("以下", "弱") or said.startswith(less) or said.endswith(less):
        return Precision.LESS
    return Precision.ABOUT
