"""What the rules say of a total, in words for the total: nobody types its figures, they come from the returns."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal

from xltools.comparing import Change, deserves_question
from xltools.findings import Finding, Number, Severity, first_of
from xltools.form import Form

_UNITS_SHOWN = 3


def about_total(
    findings: Iterable[Finding], of_units: Iterable[Finding], form: Form, absent: Sequence[str] = ()
) -> list[Finding]:
    """The findings on the total, each with whose returns are to be looked at.

    ``of_units``: the findings on the units' own returns; ``absent``: the units without figures this year. A prompt is
    explained where all units that have it are, and what they explain is what there is to explain.
    """
    alike: dict[tuple[str, str], list[Finding]] = {}
    lost: dict[str, list[Finding]] = {}
    for each in of_units:
        if each.file:
            alike.setdefault((each.rule, each.indicator), []).append(each)
        if each.severity is Severity.ERROR and not each.rule:
            lost.setdefault(each.indicator, []).append(each)
    return [
        _about(
            found,
            alike.get((found.rule, found.indicator), []),
            [each for name in found.indicators for each in lost.get(name, [])],
            form,
            absent if found.is_against_last_year else (),
        )
        for found in findings
    ]


def _about(
    found: Finding, same: Sequence[Finding], lost: Sequence[Finding], form: Form, absent: Sequence[str]
) -> Finding:
    alike = [f for f in same if f.rule or f.code == found.code]
    waiting, answered = [f for f in alike if f.is_open], [f for f in alike if f.explanation]
    message = f"汇总数:{found.message}"
    if found.severity is Severity.WARNING and answered and not waiting and _is_settled(found, answered, form):
        return replace(found, message=message, explanation=f"有关单位已写情况说明:{_shown_units(answered)}")
    if found.code == "V308":
        said, by_whom = found.message.rpartition(":")[0], _shown_units(waiting) or "填了各项的单位"
        return replace(found, message=f"汇总数:{said}:请由{by_whom}在报表里补填,再重新汇总")
    asked = [f"有这一条的单位:{_shown_units(waiting)}"] if waiting else []
    asked += [f"已写情况说明的单位:{_shown_units(answered)}"] if answered else []
    asked += [f"有关的数没有采用的单位:{_shown_units(lost)}"] if lost else []
    asked += [f"今年还没有数的单位:{first_of(absent, _UNITS_SHOWN, '等 {} 个')}"] if absent else []
    return replace(found, message=message + (f"({';'.join(asked)})" if asked else ""))


def _is_settled(found: Finding, answered: Iterable[Finding], form: Form) -> bool:
    """Whether nothing worth asking about is left of a change since last year without what the units have explained."""
    if not found.is_against_last_year:
        return True
    explained = sum(_figure(each.actual) - _figure(each.expected) for each in answered)
    rest = Change(found.indicator, _figure(found.expected), _figure(found.actual) - explained)
    return not deserves_question(rest, form)


def _figure(value: Number | str | None) -> Number:
    return value if isinstance(value, int | Decimal) else 0


def _shown_units(findings: Iterable[Finding]) -> str:
    units = list(dict.fromkeys(found.unit for found in findings))
    return first_of(units, _UNITS_SHOWN, "等 {} 个单位")
