"""Findings → what is told to the unit: in which order, in what words, and beside which cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from xltools.findings import CATALOGUE, Finding, Number, Severity, by_urgency
from xltools.form import RULES_SHEET, Form, Rule
from xltools.rules import Binary, Name
from xltools.wording import figure_text, sides

OPINION_SHEET = "审核意见"
HEAD, END = "【审核意见】", "【完】"


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

    ``cell`` is None where it concerns no single cell. ``compared`` says what the figure should be ("应为 776",
    "应不大于 3250"), ``present`` what it is ("现在是 42", "现在空白", or "算得 42" where several cells make it up);
    both are "" where there is nothing to compare. ``explain_at`` is the cell for the 情况说明 of a finding that may
    be confirmed.
    """

    finding: Finding
    cell: Cell | None
    compared: str
    present: str
    what_to_do: str
    explain_at: Cell | None = None

    @property
    def must_correct(self) -> bool:
        return self.finding.severity is Severity.ERROR

    @property
    def is_open(self) -> bool:
        return self.finding.is_open


def opinions_of(findings: Iterable[Finding], form: Form, explain_at: Mapping[str, Cell]) -> tuple[Opinion, ...]:
    """What the unit is told, errors first. ``explain_at``: the cell for the 情况说明, by rule id, where one exists."""
    return tuple(_opinion(found, form, explain_at) for found in by_urgency(findings))


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
    figures = [text for text in (opinion.compared, opinion.present) if text]
    if figures:
        lines.append(",".join(figures) + "。")
    if found.explanation:
        lines.append(f"已写情况说明:{shortened(found.explanation, 200)}")
    else:
        lines.append(f"怎么办:{opinion.what_to_do}")
    return "\n".join(lines)


def shortened(text: str, length: int) -> str:
    """A text of at most this many characters; what a file says may be of any length."""
    return text if len(text) <= length else text[: length - 1] + "…"


def _numbered(parts: Sequence[str]) -> str:
    if len(parts) > 1:
        parts = [f"{number}. {text}" for number, text in enumerate(parts, 1)]
    return "\n".join(parts)


def _opinion(found: Finding, form: Form, explain_at: Mapping[str, Cell]) -> Opinion:
    rule = form.rule_ids.get(found.rule)
    spot = explain_at.get(found.rule) if found.severity is Severity.WARNING else None
    return Opinion(
        finding=found,
        cell=Cell(found.sheet, found.cell) if found.sheet and found.cell else None,
        compared=_compared(found, rule),
        present=_present(found, rule),
        what_to_do=_advice_on_rule(found, rule, spot) if rule else _advice(found.code),
        explain_at=spot,
    )


def _compared(found: Finding, rule: Rule | None) -> str:
    expected = _shown(found.expected)
    if not expected:
        return ""
    if rule is not None and found.code == rule.id:
        return f"{_should(rule)} {expected}"
    return f"{_WORDS_BEFORE.get(found.code, '应为')} {expected}"


def _present(found: Finding, rule: Rule | None) -> str:
    actual = _shown(found.actual)
    if not actual:
        return "现在空白" if found.expected is not None and found.indicator else ""
    pair = sides(rule) if rule is not None and found.code == rule.id else None
    return f"算得 {actual}" if pair and not isinstance(pair.actual, Name) else f"现在是 {actual}"


_WORDS_BEFORE = {"Y501": "上年度是", "Y502": "上年度是", "V302": "读作", "V306": "算得"}
_SHOULD = {"=": "应为", "<=": "应不大于", ">=": "应不小于", "<": "应小于", ">": "应大于", "<>": "应不等于"}
_MIRRORED = {"<=": ">=", ">=": "<=", "<": ">", ">": "<"}


def _should(rule: Rule) -> str:
    """How the figure blamed should stand to the other side."""
    pair, tree = sides(rule), rule.expression
    if pair is None or not isinstance(tree, Binary):
        return "应为"
    return _SHOULD[tree.op if pair.actual is tree.left else _MIRRORED.get(tree.op, tree.op)]


def _shown(value: Number | str | None) -> str:
    if value is None:
        return ""
    return shortened(value, 60) if isinstance(value, str) else figure_text(value)


def _advice_on_rule(found: Finding, rule: Rule, spot: Cell | None) -> str:
    if found.code == "V308":
        return _advice(found.code)
    if found.severity is Severity.ERROR:
        others = [name for name in rule.names if name != found.indicator]
        named = "、".join(others[:6]) + ("等" if len(others) > 6 else "")
        return f"请改正这一格,或改正有关的 {named}。" if others else "请改正这一格。"
    if spot is not None:
        return f"请核对;数确实无误的,在“{spot.sheet}”表 {spot.name} 格写明原因(情况说明)。"
    return f"请核对;数确实无误的,在“{RULES_SHEET}”表的“情况说明”里写明原因,没有这张表的随报表另附说明。"


def _advice(code: str) -> str:
    """The catalogue's advice, spoken to the unit itself."""
    return _TO_THE_UNIT.get(code) or CATALOGUE.get(code, CATALOGUE["R"]).advice.replace("请填报单位", "请", 1)


_TO_THE_UNIT = {
    "S208": "请核对年度。",
    "U401": "请尽快报送。",
    "U402": "请确认以哪一份为准,只交一份。",
    "U403": "请核对填报单位,写与名录一致的全称。",
    "U406": "请核对本级汇总数与各下级之和。",
    "U407": "若这是一个填报单位的数,请写该填报单位的名称(如“州本级”)。",
    "U409": "无须处理。",
}
