"""Tables of a report that are not the form's: a cell says something where its row and column say whose and what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Knowledge
from xltools.proof.documents import Table
from xltools.proof.passages import less
from xltools.proof.quantities import Quantity, narrow, quantity_of_cell
from xltools.proof.subjects import fits


@dataclass(frozen=True, slots=True)
class Crossing:
    """A cell, by row and column from 0, that is to be ``formula``'s figure of ``owner``."""

    row: int
    column: int
    formula: str
    owner: str
    quantity: Quantity


def crossings(table: Table, known: Knowledge) -> Iterator[Crossing]:
    """The cells of a table with owners along one side and what is counted along the other.

    What the table's corner says (``政府信息公开申请(件)``) goes with every label. A label counts only where all of
    it is understood and it can mean one thing. A title above and a column of serial numbers are no labels.
    """
    if not table:
        return
    top, left = corner_of(table)
    heads = [narrow(cell.strip()) for cell in table[top]]
    corner, measure = _without_measure(heads[left])
    if corner in _SAYS_NOTHING or _owner(corner, known):
        corner = ""
    for row, cells in enumerate(table[top + 1 :], start=top + 1):
        for column, text in enumerate(cells[left + 1 :], start=left + 1):
            sides = (narrow(cells[left].strip()), heads[column])
            for whose, what in (sides, sides[::-1]) if text.strip() else ():
                owner, (label, own_measure) = _owner(whose, known), _without_measure(what)
                quantity = quantity_of_cell(text, own_measure or measure) if owner else None
                formula = _formula(what, label, corner, quantity, known) if quantity else ""
                if quantity and formula:
                    yield Crossing(row, column, formula, owner, quantity)
                    break


def corner_of(table: Table) -> tuple[int, int]:
    """Row and column of the cell that the labels above and on the left meet in."""
    top = next((row for row, cells in enumerate(table) if sum(map(bool, map(str.strip, cells))) > 1), 0)
    left = next((column for column, head in enumerate(table[top]) if narrow(head.strip()) not in _SERIAL), 0)
    return top, left


_MEASURE = re.compile(rf"(?:\(|单位[::]?)({'|'.join(sorted(vocabulary.MEASURES, key=len, reverse=True))})\)?")
_SERIAL = frozenset({"序号", "编号", "行次", "No.", "NO."})
_SAYS_NOTHING = frozenset(
    {"项目", "指标", "指标名称", "统计指标", "名称", "类别", "内容", "事项", "单位", "单位名称", "填报单位", "地区"}
)
_ALL = frozenset({"合计", "总计", "总数", "统计数", "数量", "本年", "全部"})


def _without_measure(text: str) -> tuple[str, str]:
    """A label, and the measure it gives."""
    found = _MEASURE.search(text)
    return (text.replace(found[0], ""), found[1]) if found else (text, "")


def _owner(label: str, known: Knowledge) -> str:
    if label in _ALL:
        return GRAND_TOTAL
    mentions = known.owners.mentions(label)
    whole = [mention.owner for mention in mentions if (mention.start, mention.end) == (0, len(label))]
    return whole[0] if whole else ""


def _formula(written: str, label: str, corner: str, quantity: Quantity, known: Knowledge) -> str:
    """The one thing that a label, ``written`` with its measure, can mean, "" where there is none."""
    if not label or _owner(label, known):
        return ""
    named = next((each for each in (written, label) if each in known.lexicon.indicators), "")
    if named:
        meanings = [meaning for meaning in known.lexicon.meanings if named in meaning.formulas]
        return named if any(fits(meaning, quantity.measure) for meaning in meanings) else ""
    if vocabulary.FILLERS.sub("", less(corner + label, known.lexicon.familiar)).strip("()、"):
        return ""
    matches = known.lexicon.matches(label, corner, quantity.measure, corner + label)
    sure = [match.meaning.formulas for match in matches if not match.meaning.weak]
    return sure[0][0] if len(matches) == len(sure) == len(sure[0] if sure else ()) == 1 else ""
