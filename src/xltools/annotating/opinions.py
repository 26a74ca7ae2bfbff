"""Findings → what is told to the unit: in which order, in what words, and beside which cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from xltools.annotating.numbering import Section
from xltools.findings import Finding, Severity, advice_on
from xltools.form import Form
from xltools.sheetnames import OPINION_SHEET
from xltools.wording import compared, shortened

HEAD, END = "【审核意见】", "【完】"
_ADVICE_TO_UNITS: Final = {
    "S208": "请核对年度。",
    "S209": "多出的数不汇总;请用下发的空表填报。",
    "U402": "请告诉收表的人以哪一份为准。",
    "U403": "请把填报单位改成单位全称;名称没有写错的,请告诉收表的人。",
    "V302": "请核对读出的数:读得对的,照读出的改这一格(读作空白的清空);读得不对的请更正。",
    "Y501": "请核对两年的数,有错就改。",
    "Y502": "请核对是否漏填,没有发生的请填 0。",
}
_EXPLAIN: Final = "确实无误的写明原因。"


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of the workbook: its sheet and its name, like ``D12``."""

    sheet: str
    name: str

    @property
    def shown(self) -> str:
        return f"{self.sheet}!{self.name}"


@dataclass(frozen=True, slots=True)
class Opinion:
    """One finding as the unit reads it.

    ``cell`` is None where it concerns no single cell. ``against`` says what the figure should be, ``now`` what it is,
    as :class:`xltools.wording.Compared` words it. A finding that may be confirmed has a cell for its 情况说明:
    ``explain_at`` where the form has one for it, else one beside it on 审核意见, of which the name ends in
    ``answers_to``. ``section`` is the heading that it stands under, and ``number`` its number through all sections.
    """

    section: str
    number: int
    finding: Finding
    cell: Cell | None
    against: str
    now: str
    what_to_do: str
    explain_at: Cell | None = None
    answers_to: str = ""

    @property
    def must_correct(self) -> bool:
        return self.finding.severity is Severity.ERROR

    @property
    def is_open(self) -> bool:
        return self.finding.asks_unit


def opinions_of(
    sections: Iterable[Section], form: Form, explain_at: Mapping[str, Cell], judged: str
) -> tuple[Opinion, ...]:
    """What the unit is told, in order.

    ``explain_at``: the cells that the form has for a 情况说明, by its key. They are for the return on the sheet
    ``judged``; one beside it in the workbook is explained on 审核意见.
    """
    told: list[Opinion] = []
    answered: dict[str, int] = {}
    for section in sections:
        for number, found in enumerate(section.findings, section.first):
            is_judged = found.sheet in ("", judged)
            key = found.explanation_key if is_judged else found.explanation_key_elsewhere
            opinion = _opinion(found, section.heading, number, form, explain_at.get(key), key)
            if opinion.answers_to and answered.setdefault(opinion.answers_to, number) != number:
                one = answered[opinion.answers_to]
                advice = f"{advice_to_unit(found)}确实无误的,原因一并写在第 {one} 条。"
                opinion = replace(opinion, answers_to="", what_to_do=advice)
            told.append(opinion)
    return tuple(told)


def advice_to_unit(found: Finding) -> str:
    """What the unit is to do. The options of the command are for who collects the returns, and not for the unit."""
    return _ADVICE_TO_UNITS.get(found.code) or advice_on(found)


def message_to_unit(found: Finding) -> str:
    """What is wrong, in the finding's own words but for those that only the office knows."""
    return found.to_unit or found.message


def comments_of(opinions: Sequence[Opinion]) -> dict[Cell, str]:
    """The comment of every cell on which somebody has to act: all that is said of the cell, in one text."""
    texts: dict[Cell, list[str]] = {}
    for opinion in opinions:
        if opinion.cell is not None and opinion.finding.is_open == opinion.is_open:  # no note for the office
            texts.setdefault(opinion.cell, []).append(comment_text(opinion))
    to_mark = {opinion.cell for opinion in opinions if opinion.is_open}
    return {cell: _numbered(parts) for cell, parts in texts.items() if cell in to_mark}


def comment_text(opinion: Opinion) -> str:
    """One finding in the words of a cell's comment, without the heading."""
    found = opinion.finding
    lines = [f"{found.severity.chinese}:{message_to_unit(found)}"]
    figures = [text for text in (opinion.against, opinion.now) if text]
    if figures:
        lines.append(",".join(figures) + "。")
    if found.explanation:
        lines.append(f"已写情况说明:{shortened(found.explanation, 200)}")
    else:
        lines.append(f"怎么办:{opinion.what_to_do}")
        if opinion.explain_at or opinion.answers_to:
            beside = f"“{OPINION_SHEET}”表第 {opinion.number} 条右边的黄格"
            lines.append(f"情况说明写在:{opinion.explain_at.shown if opinion.explain_at else beside}")
    return "\n".join(lines)


def _numbered(parts: Sequence[str]) -> str:
    if len(parts) > 1:
        parts = [f"{number}. {text}" for number, text in enumerate(parts, 1)]
    return "\n".join(parts)


def _ask(found: Finding) -> str:
    """What to do about a finding that is explained on 审核意见; a rule's own advice speaks of another sheet."""
    return ("请核对,有错就改;" if found.code == found.rule else advice_to_unit(found)) + _EXPLAIN


def _opinion(found: Finding, section: str, number: int, form: Form, cell: Cell | None, key: str) -> Opinion:
    words = compared(found, form.rule_ids.get(found.rule))
    answers_to = "" if cell else key
    return Opinion(
        section=section,
        number=number,
        finding=found,
        cell=Cell(found.sheet, found.cell) if found.sheet and found.cell else None,
        against=words.against,
        now=words.now,
        what_to_do=_ask(found) if answers_to and not found.explanation else advice_to_unit(found),
        explain_at=cell,
        answers_to=answers_to,
    )
