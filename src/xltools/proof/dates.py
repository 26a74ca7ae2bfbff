"""Dates and periods in the prose: are they dates at all, and does the period reported on fit the table?"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from xltools.proof import vocabulary


@dataclass(frozen=True, slots=True)
class DateProblem:
    """A text that should be a date or a period, and what is wrong with it."""

    start: int
    end: int
    note: str


def date_problems(text: str, period: str) -> Iterator[DateProblem]:
    """What is wrong with the dates of a paragraph; ``period`` is the year the table is for, "" where unknown."""
    periods = list(_PERIOD.finditer(text))
    for found in periods:
        yield from _period_problem(found, text, period)
    starts = [found.start() for found in periods]
    for found in _DATE.finditer(text):
        before = bisect_right(starts, found.start())
        if (not before or periods[before - 1].end() <= found.start()) and (problem := _wrong(found.group())):
            yield DateProblem(*found.span(), problem)


_NO_SPAN = "(?!内|以内|之内|前|以上|以下|均|常|期)"
_SPELT = (
    rf"(?:\d{{4}}\s*年\s*)?(?:\d{{1,4}}\s*月\s*)?\d{{1,8}}\s*日{_NO_SPAN}|\d{{4}}\s*年\s*\d{{1,4}}\s*月|\d{{3,4}}\s*月"
)
_YEAR_FIRST = r"(?:19|20)\d\d[./-]\d{1,2}[./-]\d{1,2}(?!\d|[./]\d)"
_DATE = re.compile(rf"(?<![\d.])(?:{_SPELT})")
_PERIOD = re.compile(
    rf"(?<![\d.])(?P<first>{_SPELT}|{_YEAR_FIRST})\s*(?:(?:起|开始)\s*,?)?\s*(?:截?至|截?到|截止[至到]?|[-—–~]+)\s*"
    rf"(?P<last>{_SPELT}|{_YEAR_FIRST}|\d{{1,8}}\s*日|\d{{1,2}}\s*月|\d{{1,2}}[./-]\d{{1,2}}(?!\d|[./-]\d))"
)
_PARTS = re.compile(r"(?:(\d+)\s*年)?\s*(?:(\d+)\s*月)?\s*(?:(\d+)\s*日)?")
_SIGNS = re.compile(r"(?:(\d{4})[./-])?(\d{1,2})[./-](\d{1,2})")
_DURATIONS = frozenset({"365", "366", "100", "120", "180"})
_REPORTED_ON = re.compile(
    f"(?:统计(?:期|时|范围|周期|区间)|数据统计|所列数据|报告期)[^{vocabulary.SENTENCE_ENDS};0-9]*$"
)
"""Before a period, in its sentence: it is the one that the report's figures are of."""
_LONGEST_LEAD = 80


def _parts(text: str) -> tuple[str, str, str] | None:
    """Year, month and day of a text as digits, "" where it does not say them; None where it is no date."""
    found = _SIGNS.fullmatch(text.strip()) or _PARTS.fullmatch(text.strip())
    return (found[1] or "", found[2] or "", found[3] or "") if found else None


def _wrong(text: str, year: str = "") -> str:
    """Why a text is no date, "" where it is one; ``year``: where it says none."""
    parts = _parts(text)
    if parts is None:
        return ""
    years, months, days = parts
    if days and not months and not years and (len(days) < 3 or days in _DURATIONS):
        return ""
    if len(days) > 2 or len(months) > 2 or (years and len(years) != 4):
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
    first, last = _parts(found["first"]), _parts(found["last"])
    year = first[0] if first and len(first[0]) == 4 else ""
    problems = [problem for half in ("first", "last") if (problem := _wrong(found[half], year))]
    if problems:
        yield DateProblem(*found.span(), ";".join(problems))
        return
    if first is None or last is None or not (first[0] and first[1]) or not (last[1] or last[2]):
        return
    begins = date(int(first[0]), int(first[1]), int(first[2] or 1))
    try:
        ends = date(int(last[0] or first[0]), int(last[1] or first[1]), int(last[2] or 1))
    except ValueError:  # 2月1日至30日
        yield DateProblem(*found.span(), f"“{found.group()}”不是日期:没有这一天")
        return
    to_the_day = bool(first[2] and last[2])
    is_backwards = ends < begins if to_the_day else (ends.year, ends.month) < (begins.year, begins.month)
    is_into_next_year = is_backwards and not last[0] and last[1] not in ("", first[1])  # 2016年12月25日至1月5日
    if is_backwards and not is_into_next_year:
        yield DateProblem(*found.span(), f"“{found.group()}”:止日早于起日")
        return
    years = {str(begins.year), str(ends.year + is_into_next_year)}
    since = max(0, found.start() - _LONGEST_LEAD)
    if period and years != {period} and _REPORTED_ON.search(text, since, found.start()):
        yield DateProblem(*found.span(), f"统计期限是“{found.group()}”,汇总表是 {period} 年度")
