"""Tables of a report that are not the form's: a cell says something where its row and column say whose and what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Knowledge
from xltools.proof.documents import Table
from xltools.proof.passages import less
from xltools.proof.quantities import narrow


@dataclass(frozen=True, slots=True)
class Crossing:
    """A cell, by row and column from 0, that is to be ``formula``'s figure of ``owner``."""

    row: int
    column: int
    formula: str
    owner: str
    value: Decimal


def crossings(table: Table, known: Knowledge) -> Iterator[Crossing]:
    """The cells of a table with owners along one side and what is counted along the other.

    What the table's corner says (``政府信息公开申请(件)``) goes with every label. A label counts only where all of
    it is understood and it can mean one thing.
    """
    if not table:
        return
    corner, measure = _corner(table[0][0])
    for row, cells in enumerate(table[1:], start=1):
        for column, text in enumerate(cells[1:], start=1):
            number = _NUMBER.fullmatch(text.strip())
            sides = (narrow(cells[0].strip()), narrow(table[0][column].strip()))
            for whose, what in (sides, sides[::-1]) if number else ():
                owner, formula = _owner(whose, known), _formula(what, corner, measure, known)
                if number and owner and formula:
                    yield Crossing(row, column, formula, owner, Decimal(text.strip().replace(",", "")))
                    break


_NUMBER = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?")
_MEASURE = re.compile(rf"(?:\(|单位[::]?)({'|'.join(sorted(vocabulary.MEASURES, key=len, reverse=True))})\)?")
_SAYS_NOTHING = frozenset({"项目", "指标", "统计指标", "名称", "类别", "内容", "事项", "单位", "地区", "序号"})
_ALL = frozenset({"合计", "总计", "总数", "统计数", "数量", "本年", "全部"})


def _corner(text: str) -> tuple[str, str]:
    """What the corner says, and the measure it gives."""
    text = narrow(text.strip())
    found = _MEASURE.search(text)
    said, measure = (text.replace(found[0], ""), found[1]) if found else (text, "")
    return "" if said in _SAYS_NOTHING else said, measure


def _owner(label: str, known: Knowledge) -> str:
    if label in _ALL:
        return GRAND_TOTAL
    mentions = known.owners.mentions(label)
    whole = [mention.owner for mention in mentions if (mention.start, mention.end) == (0, len(label))]
    return whole[0] if whole else ""


def _formula(label: str, corner: str, measure: str, known: Knowledge) -> str:
    """The one thing that a label can mean, "" where there is none."""
    if not label or _owner(label, known):
        return ""
    if label in known.lexicon.indicators:
        return label
    label, own_measure = _corner(label)
    if vocabulary.FILLERS.sub("", less(corner + label, known.lexicon.familiar)).strip("()、"):
        return ""
    matches = known.lexicon.matches(label, corner, own_measure or measure, corner + label)
    sure = [match.meaning.formulas for match in matches if not match.meaning.weak]
    return sure[0][0] if len(matches) == len(sure) == len(sure[0] if sure else ()) == 1 else ""
