"""The one numbering of 退回通知 and 审核意见: which sections there are, and which number every finding has."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from xltools.findings import Alike, Finding, Severity, by_urgency, merge_alike
from xltools.reading.references import runs

_TITLES: Final = ("请答复", "请更正", "请核对", "供参考,无须处理")
_DEMANDS: Final = ("{} 件事需要答复", "{} 处错误需要更正", "{} 处提示需要核对", "")
_WHICH_COUNTS: Final = "U402"
_ANY: Final = tuple(Severity)
_TO_BE_FILLED_IN_AFRESH: Final = {"S202": (Severity.ERROR,), "S203": _ANY, "S209": _ANY}


@dataclass(frozen=True, slots=True)
class Section:
    """A section of what the unit is told: its ``heading`` ("一、请更正(2 处)") and what stands under it.

    ``first`` is the number of the first of ``findings``; those that say the same are beside each other.
    """

    heading: str
    first: int
    findings: tuple[Finding, ...]

    @property
    def is_open(self) -> bool:
        """Whether the unit has to act on it."""
        return self.findings[0].asks_unit

    @property
    def demand(self) -> str:
        """What is asked, in a few words: ``2 处错误需要更正``; "" where nothing is."""
        return _DEMANDS[_part_of(self.findings[0])].format(len(self.findings))

    @property
    def items(self) -> tuple[tuple[str, Alike], ...]:
        """What is alike, said once, with its numbers: ``3``, or ``3—10`` for eight cells."""
        items: list[tuple[str, Alike]] = []
        number = self.first
        for each in merge_alike(self.findings):
            items.append((_ranges(range(number, number + len(each.several))), each))
            number += len(each.several)
        return tuple(items)


def sections_of(findings: Iterable[Finding]) -> tuple[Section, ...]:
    """The sections that are not empty, numbered 一、二、三; their findings are numbered through all of them."""
    parts: tuple[list[Finding], ...] = ([], [], [], [])
    for alike in merge_alike(by_urgency(findings)):
        parts[_part_of(alike.first)].extend(alike.several)
    sections: list[Section] = []
    number = 1
    for title, listed in zip(_TITLES, parts, strict=True):
        if listed:
            heading = f"{'一二三四'[len(sections)]}、{title}({len(listed)} 处)"
            sections.append(Section(heading, number, tuple(listed)))
            number += len(listed)
    return tuple(sections)


def demands_of(sections: Iterable[Section]) -> str:
    """``2 处错误需要更正,1 处提示需要核对``; "" where nothing is asked."""
    return ",".join(section.demand for section in sections if section.demand)


def _part_of(found: Finding) -> int:
    if not found.asks_unit:
        return 3
    if found.severity is not Severity.ERROR:
        return 2
    return 0 if found.code == _WHICH_COUNTS else 1


def which_counts(sections: Iterable[Section], deadline: str) -> tuple[str, str]:
    """Of a unit that sent several different returns (U402) and has to say which of them counts: the sentence where
    that is all that it is asked, and the one that comes before what else is; "" where it does not apply."""
    codes = {found.code for section in sections if section.is_open for found in section.findings}
    if codes == {_WHICH_COUNTS}:
        return f"这一份不用改;请{by_when(deadline)}告诉收表的人以哪一份为准。", ""
    return "", "请先告诉收表的人以哪一份为准;以这一份为准的," if _WHICH_COUNTS in codes else ""


def by_when(deadline: str) -> str:
    """``于 7月5日 前``, or "" without a deadline."""
    return f"于 {deadline} 前" if deadline else ""


def to_be_filled_in_afresh(sections: Sequence[Section], copy: str) -> str:
    """What is asked where only a fresh 空表 can mend it, without a full stop; "" where nothing is. ``copy``: what the
    annotated copy is called."""
    is_afresh = {
        number: _needs_fresh_form(found)
        for section in sections if section.is_open
        for number, found in enumerate(section.findings, section.first)
    }  # fmt: skip
    numbers = _ranges(number for number, afresh in is_afresh.items() if afresh)
    if not numbers:
        return ""
    rest = "" if all(is_afresh.values()) else f",其余的可以先在{copy}里改好,再一并填进去"
    return f"第 {numbers} 条请用下发的空表重新填写{rest}"


def _needs_fresh_form(found: Finding) -> bool:
    """A label that only reads a little otherwise can be put right where it stands."""
    is_near = found.code == "S203" and found.cell
    return not is_near and found.severity in _TO_BE_FILLED_IN_AFRESH.get(found.code, ())


def _ranges(numbers: Iterable[int]) -> str:
    return "、".join(f"{first}—{last}" if last > first else str(first) for first, last in runs(numbers))
