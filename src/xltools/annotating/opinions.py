"""Findings → what is told to the unit: in which order, in what words, and beside which cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from xltools.annotating.numbering import Section
from xltools.findings import Finding, Severity, advice_on
from xltools.form import Form
from xltools.wording import compared, shortened

HEAD, END = "【审核意见】", "【完】"
_ADVICE_TO_UNITS: Final = {
    "S208": "请核对年度。",
    "S209": "多出的数不汇总;请用下发的空表填报。",
}
_NOWHERE_TO_EXPLAIN = "这份文件里没有这张表,请随报表另附说明。"


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
    as :class:`xltools.wording.Compared` words it. ``explain_at`` is the cell for the 情况说明 of a finding that may
    be confirmed. ``section`` is the heading that it stands under, and ``number`` its number through all sections.
    """

    section: str
    number: int
    finding: Finding
    cell: Cell | None
    against: str
    now: str
    what_to_do: str
    explain_at: Cell | None = None

    @property
    def must_correct(self) -> bool:
        return self.finding.severity is Severity.ERROR

    @property
    def is_open(self) -> bool:
        return self.finding.is_open


def opinions_of(sections: Iterable[Section], form: Form, explain_at: Mapping[str, Cell]) -> tuple[Opinion, ...]:
    """What the unit is told, in order. ``explain_at``: the cell for the 情况说明, by rule id, where one exists."""
    return tuple(
        _opinion(found, section.heading, number, form, explain_at)
        for section in sections
        for number, found in enumerate(section.findings, section.first)
    )


def advice_to_unit(found: Finding) -> str:
    """What the unit is to do. The options of the command are for who collects the returns, and not for the unit."""
    return _ADVICE_TO_UNITS.get(found.code) or advice_on(found)


def comments_of(opinions: Sequence[Opinion]) -> dict[Cell, str]:
    """The comment of every cell on which somebody has to act: all that is said of the cell, in one text."""
    texts: dict[Cell, list[str]] = {}
    for opinion in opinions:
        if opinion.cell is not None:
            texts.setdefault(opinion.cell, []).append(comment_text(opinion))
    to_mark = {opinion.cell for opinion in opinions if opinion.is_open}
    return {cell: _numbered(parts) for cell, parts in texts.items() if cell in to_mark}


def comment_text(opinion: Opinion) -> str:
    """One finding in the words of a cell's comment, without the heading."""
    found = opinion.finding
    lines = [f"{found.severity.chinese}:{found.message}"]
    figures = [text for text in (opinion.against, opinion.now) if text]
    if figures:
        lines.append(",".join(figures) + "。")
    if found.explanation:
        lines.append(f"已写情况说明:{shortened(found.explanation, 200)}")
    else:
        lines.append(f"怎么办:{opinion.what_to_do}")
        if opinion.explain_at:
            lines.append(f"情况说明写在:{opinion.explain_at.shown}")
    return "\n".join(lines)


def _numbered(parts: Sequence[str]) -> str:
    if len(parts) > 1:
        parts = [f"{number}. {text}" for number, text in enumerate(parts, 1)]
    return "\n".join(parts)


def _opinion(found: Finding, section: str, number: int, form: Form, explain_at: Mapping[str, Cell]) -> Opinion:
    words = compared(found, form.rule_ids.get(found.rule))
    cell = explain_at.get(found.rule) if found.severity is Severity.WARNING else None
    nowhere = _NOWHERE_TO_EXPLAIN if found.code == found.rule and found.severity is Severity.WARNING else ""
    return Opinion(
        section=section,
        number=number,
        finding=found,
        cell=Cell(found.sheet, found.cell) if found.sheet and found.cell else None,
        against=words.against,
        now=words.now,
        what_to_do=advice_to_unit(found) + ("" if cell else nowhere),
        explain_at=cell,
    )
