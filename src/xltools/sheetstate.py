"""What the live checks of a filled sheet show: verdict, status of every rule, marks and words beside the figures.

The formulas that compute the same inside the workbook are in :mod:`xltools.writing`; tests compare both through a
recalculating spreadsheet program. Values computed here are stored with the formulas, so that a viewer that does not
calculate shows them too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from xltools.findings import Number, counts_said
from xltools.form import PERIOD, UNIT, Form, Indicator, Level, Rule
from xltools.rules import ExcelError
from xltools.sheetnames import RULES_SHEET
from xltools.wording import blamed_first, difference_of, told

ERROR, PROMPT, EXPLAINED, PENDING = "错误", "提示", "已说明", "待核"
BAD_VALUE, MARK_ERROR, MARK_PROMPT, MARK_EXPLAINED = "值", "错", "提", "明"
SYMBOLS: Mapping[str, str] = {ERROR: "✗ ", PROMPT: "! ", EXPLAINED: "√ 已说明:", PENDING: "… 待核:"}
NOT_FILLED, READY, RESERVED = "未填报", "√ 可以上报", "✗ 尚不能上报:"
MOST_TOLD = 2
"""Up to so many rules about one row all say their words beside it; of more, the first that fails does, and the others
are counted: the page's rows are as high as they are."""
MISSING_UNIT, MISSING_PERIOD = "✗ 填报单位未填:请写单位全称", "✗ 年度未填"


@dataclass(frozen=True, slots=True)
class RuleState:
    """One row of 审核规则: TRUE/FALSE, 差额, 状态 and the words."""

    passed: bool | ExcelError
    difference: Number | None
    status: str
    words: str


@dataclass(frozen=True, slots=True)
class SheetState:
    """``marks`` by indicator, ``words`` by row of 统计表, both without the empty ones.

    ``bad`` counts unacceptable figures, ``filled`` the figures typed in, ``header_words`` what the header lacks.
    """

    rules: tuple[RuleState, ...]
    marks: Mapping[str, str]
    words: Mapping[int, str]
    bad: int
    filled: int
    errors: int
    prompts: int
    verdict: str
    header_words: str


def sheet_state(
    form: Form,
    header: Mapping[str, str | int],
    values: Mapping[str, Number | None],
    explanations: Mapping[str, str],
) -> SheetState:
    """The state of a sheet with these figures (computed ones included); blank cells are None or absent."""
    rules = tuple(_rule_state(form, rule, values, explanations.get(rule.id, "")) for rule in form.rules)
    blamed: dict[str, list[RuleState]] = {}
    for rule, state in zip(form.rules, rules, strict=True):
        blamed.setdefault(blamed_first(rule), []).append(state)
    marks = {
        name: mark
        for name, indicator in form.indicators.items()
        if (mark := _mark(indicator, values.get(name), blamed.get(name, [])))
    }
    missing = [name for name in (PERIOD, UNIT) if not str(header.get(name, "")).strip()]
    bad = sum(1 for mark in marks.values() if mark == BAD_VALUE)
    filled = sum(1 for name, i in form.indicators.items() if not i.formula and values.get(name) is not None)
    errors = sum(1 for state in rules if state.status == ERROR) + bad + len(missing)
    prompts = sum(1 for state in rules if state.status == PROMPT)
    anything = bool(filled or bad)
    return SheetState(
        rules=rules,
        marks=marks,
        words=_words(form, rules, marks),
        bad=bad,
        filled=filled,
        errors=errors,
        prompts=prompts,
        verdict=verdict_text(errors, prompts) if anything else NOT_FILLED,
        header_words={PERIOD: MISSING_PERIOD, UNIT: MISSING_UNIT}[missing[0]] if anything and missing else "",
    )


def verdict_text(errors: int, prompts: int) -> str:
    """The one line on top: red, amber or green."""
    if errors:
        return f"✗ 需修改:{','.join(counts_said(errors, prompts))}"
    return f"! 待说明:{prompts} 处提示" if prompts else READY


def with_reservation(state: SheetState, reservation: str) -> str:
    """The line on top of a sheet that must not go up: what its own rules say of errors, and why else."""
    own = f",表内 {state.errors} 处错误" if state.errors else ""
    return f"{RESERVED}{reservation}{own}"


def value_words(indicators: tuple[Indicator, ...]) -> str:
    """What the row says when one of its figures is not acceptable as a figure."""
    kind = "整数" if all(i.decimals == 0 for i in indicators) else "数"
    where = "标红的格" if len(indicators) > 1 else ""
    required = "(必填,没有就填 0)" if any(i.required for i in indicators) else ""
    return f"✗ {where}应填不小于 0 的{kind},不写文字和单位{required}"


def others_words(count: int | str) -> str:
    """How the rules that are only counted are spoken of."""
    return f" …另有 {count} 处,见“{RULES_SHEET}”"


def rules_beside(form: Form) -> dict[int, tuple[int, ...]]:
    """For each row of the sheet with figures, the positions (in ``Form.rules``) of the rules that speak beside it, in
    the order in which they do: those that must hold first, where not all will be heard."""
    blamed: dict[str, list[int]] = {}
    for position, rule in enumerate(form.rules):
        blamed.setdefault(blamed_first(rule), []).append(position)
    beside = {}
    for row, indicators in rows_of(form).items():
        positions = [position for indicator in indicators for position in blamed.get(indicator.name, [])]
        if len(positions) > MOST_TOLD:
            positions.sort(key=lambda position: form.rules[position].level is not Level.MUST)
        beside[row] = tuple(positions)
    return beside


def rows_of(form: Form) -> dict[int, tuple[Indicator, ...]]:
    """The indicators of each row of the sheet."""
    rows: dict[int, tuple[Indicator, ...]] = {}
    for name, spot in form.page.spots.items():
        rows[spot.row] = (*rows.get(spot.row, ()), form.indicators[name])
    return rows


def _rule_state(form: Form, rule: Rule, values: Mapping[str, Number | None], explanation: str) -> RuleState:
    verdict = form.verdicts[rule.id](values)
    if verdict is True:
        return RuleState(True, difference_of(rule, values), "", "")
    status = PROMPT if rule.level is Level.CONFIRM else ERROR
    if isinstance(verdict, ExcelError):
        status = ERROR
    elif status == PROMPT and explanation.strip():
        status = EXPLAINED
    words = SYMBOLS[status] + told(rule, values).message
    return RuleState(verdict, difference_of(rule, values), status, words)


def _mark(indicator: Indicator, value: Number | None, rules: list[RuleState]) -> str:
    if value is None and indicator.required:
        return BAD_VALUE
    if value is not None and (value < 0 or (indicator.decimals == 0 and value != int(value))):
        return BAD_VALUE
    statuses = {state.status for state in rules}
    for status, mark in ((ERROR, MARK_ERROR), (PROMPT, MARK_PROMPT), (EXPLAINED, MARK_EXPLAINED)):
        if status in statuses:
            return mark
    return ""


def _words(form: Form, rules: Sequence[RuleState], marks: Mapping[str, str]) -> dict[int, str]:
    words = {}
    beside = rules_beside(form)
    for row, indicators in rows_of(form).items():
        said = [value_words(indicators)] if any(marks.get(i.name) == BAD_VALUE for i in indicators) else []
        said += [rules[position].words for position in beside[row] if rules[position].words]
        if len(beside[row]) > MOST_TOLD and len(said) > 1:
            said = [said[0] + others_words(len(said) - 1)]
        if said:
            words[row] = " ".join(said)
    return words
