"""Dates and periods in the prose: are they dates at all, and does the period reported on fit the table?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class DateProblem:
    """A text that should be a date or a period, and what is wrong with it."""

    start: int
    end: int
    note: str


def date_problems(text: str, period: str) -> Iterator[DateProblem]:
    """What is wrong with the dates of a paragraph; ``period`` is the year the table is for, "" where unknown."""
    for found in _PERIOD.finditer(text):
        yield from _period_problem(found, text, period)
    for found in _DATE.finditer(text):
        if not any(span.start() <= found.start() < span.end() for span in _PERIOD.finditer(text)):
            problem = _wrong(found.group())
            if problem:
                yield DateProblem(*found.span(), problem)


_NO_SPAN = "(?!内|以内|之内|前|以上|以下|均|常|期)"
_SPELT = (
    rf"(?:\d{{4}}\s*年\s*)?(?:\d{{1,4}}\s*月\s*)?\d{{1,8}}\s*日{_NO_SPAN}|\d{{4}}\s*年\s*\d{{1,4}}\s*月|\d{{3,4}}\s*月"
)
_DATE = re.compile(rf"(?<![\d.])(?:{_SPELT})")
_PERIOD = re.compile(rf"(?<![\d.])(?:{_SPELT})\s*(?:至|到|(?:-|—|–|~)+)\s*(?:{_SPELT}|\d{{1,8}}日)")
_PARTS = re.compile(r"(?:(\d+)\s*年)?\s*(?:(\d+)\s*月)?\s*(?:(\d+)\s*日)?")
_DURATIONS = frozenset({"365", "366", "100", "120", "180"})


def _wrong(text: str, year: str = "") -> str:
    """Why a text is no date, "" where it is one."""
    parts = _PARTS.fullmatch(text.strip())
    if parts is None:
        return ""
    years, months, days = parts.groups()
    if days and not months and not years and (len(days) < 3 or days in _DURATIONS):
        return ""
    if len(days or "") > 2 or len(months or "") > 2 or (years and len(years) != 4):
        return f"“{text.strip()}”不是日期{_guess(text)}"
    try:
        date(int(years or year or 2000), int(months or 1), int(days or 1))
    except ValueError:
        return f"“{text.strip()}”不是日期:没有这一天"
    return ""


def _guess(text: str) -> str:
    """The dates that come out when 年 and 月 were lost between the digits, if there is but one."""
    digits = re.sub(r"\D", "", text)
    splits = []
    for head in (4, 0):
        year, rest = digits[:head], digits[head:]
        for at in (1, 2):
            month, day = rest[:at], rest[at:]
            if not (month and 1 <= len(day) <= 2) or month[0] == "0" or day[0] == "0":
                continue
            try:
                date(int(year or 2000), int(month), int(day))
            except ValueError:
                continue
            splits.append(f"{year}年{month}月{day}日" if year else f"{month}月{day}日")
    return f",是不是“{splits[0]}”" if len(splits) == 1 else ""


def _period_problem(found: re.Match[str], text: str, period: str) -> Iterator[DateProblem]:
    first, last = re.split(r"至|到|(?:-|—|–|~)+", found.group(), maxsplit=1)
    problems = [problem for half in (first, last) if (problem := _wrong(half))]
    if problems:
        yield DateProblem(*found.span(), ";".join(problems))
        return
    start, end = _PARTS.fullmatch(first.strip()), _PARTS.fullmatch(last.strip())
    if start is None or end is None or not (start[1] and start[2] and end[2]):
        return
    begins = date(int(start[1]), int(start[2]), int(start[3] or 1))
    ends = date(int(end[1] or start[1]), int(end[2]), int(end[3] or 1))
    is_reporting = re.search("统计期限|统计时限|统计期|数据统计|统计时间|统计范围|所列数据", text[: found.start()])
    if ends < begins:
        yield DateProblem(*found.span(), f"“{found.group()}”:止日早于起日")
    elif is_reporting and period and {str(begins.year), str(ends.year)} != {period}:
        yield DateProblem(*found.span(), f"统计期限是“{found.group()}”,汇总表是 {period} 年度")
