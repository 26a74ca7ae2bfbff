"""What the proof of a report says: one claim per number that is about the table, and what was left alone."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from functools import cached_property
from typing import Any

from xltools.findings import Number
from xltools.jsonreport import number


class Verdict(StrEnum):
    AGREES = "agrees"
    DIFFERS = "differs"
    UNCLEAR = "unclear"

    @property
    def chinese(self) -> str:
        return {"agrees": "相符", "differs": "不符", "unclear": "待核"}[self.value]

    @property
    def mark(self) -> str:
        return {"agrees": "√", "differs": "×", "unclear": "!"}[self.value]


@dataclass(frozen=True, slots=True)
class Excerpt:
    """A piece of the report.

    ``paragraph`` counts from 1 the paragraphs with text, then the tables' cells with text; ``start`` and ``end`` are
    characters in it, from 0, ``end`` excluded. ``table_row``: which row of which table it is, "" in prose.
    """

    text: str
    paragraph: int
    start: int
    end: int
    table_row: str = field(default="", kw_only=True)

    @property
    def place(self) -> str:
        """Where it stands, for people."""
        return self.table_row or f"第 {self.paragraph} 段"


@dataclass(frozen=True, slots=True)
class Claim(Excerpt):
    """One statement of the report and what the total says to it.

    ``indicator`` is an indicator's name or a formula over several, ``group`` 合计, a group or a unit; both are ""
    where the statement is about no indicator (a date, a sum within the prose). ``claimed`` and ``actual`` are in the
    indicator's measure. ``offset``: where ``text`` stands in ``sentence``.
    """

    indicator: str
    group: str
    claimed: Number | None
    actual: Number | None
    verdict: Verdict
    note: str
    sentence: str = ""
    offset: int = 0

    def record(self) -> dict[str, Any]:
        """The claim in the contract's keys."""
        return {
            "text": self.text,
            "paragraph": self.paragraph,
            "start": self.start,
            "end": self.end,
            "indicator": self.indicator or None,
            "group": self.group or None,
            "claimed": number(self.claimed),
            "actual": number(self.actual),
            "verdict": str(self.verdict),
            "note": self.note,
        }


@dataclass(frozen=True, slots=True)
class LeftAlone(Excerpt):
    """A number that was not held against the table, and why."""

    reason: str


@dataclass(frozen=True)
class Proof:
    """All claims in their order, and the numbers left alone."""

    claims: tuple[Claim, ...]
    left_alone: tuple[LeftAlone, ...]

    @cached_property
    def summary(self) -> dict[str, int]:
        counts = Counter(claim.verdict for claim in self.claims)
        return {str(verdict): counts[verdict] for verdict in Verdict}

    def record(self) -> dict[str, Any]:
        """The JSON of ``xltools proof``."""
        return {"claims": [claim.record() for claim in self.claims], "summary": self.summary}


def figure_or_blank(value: Decimal | None) -> Number | None:
    """:func:`as_figure`, None where there is none."""
    return None if value is None else as_figure(value)


def as_figure(value: Decimal) -> Number:
    """A whole figure as an int, any other as a decimal without needless zeros."""
    return int(value) if value == value.to_integral_value() else value.normalize()
