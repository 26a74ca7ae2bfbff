"""Checking one return: its record, the form's rules, and the previous period."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from xltools.comparing import Change, change_text, deserves_question
from xltools.computing import computed_value, rounded
from xltools.findings import Finding, Number, Severity, finding, first_of
from xltools.form import UNIT, Form, Indicator, Level, Rule
from xltools.record import record_findings
from xltools.returns import Return
from xltools.rules import ExcelError, Name
from xltools.wording import blamed_first, figure_text, sides, told


@dataclass(frozen=True, slots=True)
class Expectation:
    """What a return is held against beyond its form.

    ``period``: the year it should be for ("" = the form's own, if it has one). ``unit``: who it is from, where the
    roster knows; ``by_file_name``: that was told by the file's name, the cell being blank. ``previous``: the figures
    of the same unit in the previous period.
    """

    period: str = ""
    unit: str = ""
    by_file_name: bool = False
    previous: Mapping[str, Number | None] | None = None


def check(ret: Return, form: Form, expected: Expectation | None = None) -> list[Finding]:
    """Everything there is to say about a return, in the order of the form; reading's own findings come first."""
    held = expected or Expectation()
    unit = held.unit or ret.unit or ("" if ret.rejected else ret.source.stem)
    if ret.rejected:
        found = list(ret.findings)
    elif is_blank(ret, form):
        found = [f for f in ret.findings if f.code == "S206" or f.code.startswith("F")] + [_nothing_filled(ret)]
    else:
        found = [
            *_header_findings(ret, held, held.period or form.period),
            *_with_pending_rules(ret, form),
            *record_findings(ret, form, unit),
            *(f for rule in form.rules for f in _rule_findings(rule, ret, form, unit)),
            *_computed_findings(ret, form),
            *_previous_findings(ret, form, held.previous or {}),
        ]
    if ret.explanations:
        found = [_explained(f, ret) for f in found]
    return [f if f.unit and f.file else replace(f, unit=f.unit or unit, file=f.file or ret.source.path) for f in found]


def _explained(found: Finding, ret: Return) -> Finding:
    """A prompt with the 情况说明 that the unit wrote on it, as far as there is one."""
    explanation = ret.explanations.get(found.explanation_key, "")
    return replace(found, explanation=explanation) if explanation else found


def is_blank(ret: Return, form: Form) -> bool:
    """Whether nothing at all was filled in; what is computed from blanks does not count."""
    typed = (value for name, value in ret.values.items() if not form.indicators[name].formula)
    found = ret.cells.keys() & ret.unreadable
    told = any(problem.code in _SOMETHING_THERE for problem in ret.findings)
    return not found and not told and not ret.adjusted and all(value is None for value in typed)


_SOMETHING_THERE = frozenset({"S202", "S207", "V301", "V302", "V306", "V307"})
"""What reading says of cells that somebody filled in, whether or not the figure could be taken."""


def wrong_period(ret: Return, period: str) -> bool:
    """Whether a return says that it is for another year than the one expected."""
    return bool(period and ret.period and ret.period != period)


def cannot_count(ret: Return, form: Form, period: str) -> bool:
    """Whether a return is none for this purpose: not readable as one, nothing filled in, or for another year."""
    return ret.rejected or is_blank(ret, form) or wrong_period(ret, period)


def rule_severity(rule: Rule) -> Severity:
    return Severity.ERROR if rule.level is Level.MUST else Severity.WARNING


def _nothing_filled(ret: Return) -> Finding:
    return finding("V309", "整张表一个数都没有填:请填写后再交", sheet=ret.sheet)


def _header_findings(ret: Return, held: Expectation, period: str) -> Iterator[Finding]:
    place = {"sheet": ret.sheet, "cell": ret.header_cells.get(UNIT, "")}
    if not ret.unit:
        if held.by_file_name:
            message = f"填报单位未填,按文件名认作“{held.unit}”:请核对,并在表头写上单位全称"
            yield finding("S205", message, Severity.WARNING, **place)
        else:
            by_name = f"(暂按文件名记作“{held.unit}”)" if held.unit else ""
            yield finding("S205", f"填报单位未填{by_name}:请在表头写上单位全称", **place)
    if wrong_period(ret, period):
        cell = ret.header_cells.get("年度", "")
        message = f"这是 {ret.period} 年度的报表,应为 {period} 年度:请核对"
        yield finding("S204", message, sheet=ret.sheet, cell=cell, expected=int(period), actual=int(ret.period))


def _with_pending_rules(ret: Return, form: Form) -> Iterator[Finding]:
    """Reading's findings; one about an unreadable figure says which rules wait for it instead of breaking them all."""
    for problem in ret.findings:
        if problem.severity is Severity.ERROR and problem.indicator in ret.unreadable:
            waiting = [rule.id for rule in form.rules if problem.indicator in rule.names]
            if waiting:
                shown = first_of(waiting, 6, "等")
                problem = replace(problem, message=f"{problem.message}(改正以后才能核对审核公式 {shown})")
        yield problem


def _rule_findings(rule: Rule, ret: Return, form: Form, unit: str) -> Iterator[Finding]:
    if not ret.unreadable.isdisjoint(rule.names):
        return
    verdict = form.verdicts[rule.id](ret.values)
    if verdict is True:
        return
    blamed = blamed_first(rule)
    severity, code = rule_severity(rule), rule.id
    message, actual, expected, blank = told(rule, ret.values)
    pair = sides(rule)
    if isinstance(verdict, ExcelError):
        severity = Severity.ERROR
        message = f"这一条没法核对(算出来是 {verdict.value}),请核对有关的数:{rule.description}"
        actual, expected = ret.values.get(blamed), None
    elif pair is None:
        actual = ret.values.get(blamed)
    elif blank:
        code = "V308"
        if not _may_be_filled_in(expected, form.indicators[blamed]):
            message, expected = f"“{blamed}”未填,各项里有不对的数:请先改正各项,再补填它们的合计", None
    elif pair.is_equation:
        message += _blank_parts(rule, ret, blamed)
    elif ret.values.get(blamed) is None and isinstance(pair.actual, Name):
        message, actual = f"{message}(“{blamed}”未填)", None
    yield Finding(
        code,
        severity,
        message,
        unit=unit,
        file=ret.source.path,
        sheet=ret.sheet,
        cell=ret.cells.get(blamed, ""),
        indicator=blamed,
        indicators=rule.names,
        rule=rule.id,
        expected=expected,
        actual=actual,
        computed=tuple(name for name in rule.names if form.indicators[name].formula),
        made_of=form.parts[blamed] if form.indicators[blamed].formula else (),
    )


def _may_be_filled_in(total: Number | None, indicator: Indicator) -> bool:
    """Whether the parts add up to a figure of the kind that the cell takes."""
    return total is None or (total >= 0 and rounded(total, indicator.decimals) == total)


def _blank_parts(rule: Rule, ret: Return, blamed: str) -> str:
    blank = [name for name in rule.names if name != blamed and ret.values.get(name) is None]
    if not blank:
        return ""
    return f"(其中 {first_of(blank, 3, '等 {} 项')} 未填)"


def _computed_findings(ret: Return, form: Form) -> Iterator[Finding]:
    """Computed indicators that no rule speaks of: the formula itself is held against what stands in the cell."""
    for name in form.unstated:
        parts = form.parts[name]
        if not ret.unreadable.isdisjoint((name, *parts)):
            continue
        expected, actual = computed_value(form, name, ret.values), ret.values.get(name)
        decimals = form.indicators[name].decimals
        if rounded(actual or 0, decimals) == rounded(expected or 0, decimals):
            continue
        code, message = "V310", f"“{name}”是 {figure_text(actual)},按公式应为 {figure_text(expected)}:请核对"
        if actual is None:
            code, message = "V308", f"“{name}”未填,各项合计 {figure_text(expected)}:请补填"
        yield finding(
            code,
            message,
            sheet=ret.sheet,
            cell=ret.cells.get(name, ""),
            indicator=name,
            indicators=(name, *parts),
            expected=expected,
            actual=actual,
        )


def _previous_findings(ret: Return, form: Form, previous: Mapping[str, Number | None]) -> Iterator[Finding]:
    for name, indicator in form.indicators.items():
        if not previous or name in ret.unreadable:
            continue
        place = {"sheet": ret.sheet, "cell": ret.cells.get(name, ""), "indicator": name, "indicators": (name,)}
        now, before = ret.values.get(name), previous.get(name)
        carried = previous.get(indicator.carried_from) if indicator.carried_from else None
        if carried is not None and carried != (now or 0):
            source = f"上年度的“{indicator.carried_from}”是 {figure_text(carried)}"
            message = f"“{name}”是 {figure_text(now)},{source},两数应相等:请核对"
            yield finding("Y503", message, expected=carried, actual=now, **place)
        elif before and now is None:
            message = f"“{name}”上年度是 {figure_text(before)},今年空白:请核对是否漏填,没有就填 0"
            yield finding("Y502", message, expected=before, actual=None, **place)
        elif before is not None and now is not None and deserves_question(change := Change(name, before, now), form):
            message = f"“{name}”今年 {figure_text(now)},上年度 {figure_text(before)},{change_text(change)}:请核对"
            yield finding("Y501", message, expected=before, actual=now, **place)
