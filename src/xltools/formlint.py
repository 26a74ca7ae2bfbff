"""What is wrong with a form, whoever wrote it: the checks behind ``xltools form lint`` and behind loading a form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from xltools.definition import equations
from xltools.findings import Finding, finding
from xltools.form import RESERVED_NAMES, Aggregate, Entry, Form, Indicator, ListTable, Matrix, Rule
from xltools.rules import Binary, Call, Expression, Name, RuleError, fragile, is_logical, parse
from xltools.rules.syntax import walk

_RULE_ID = re.compile(r"R[0-9]{4}")
_NAME = re.compile(r"[^\W\d][\w.]*")


def lint(form: Form) -> list[Finding]:
    """Every defect of a form as a finding whose ``indicator`` or ``rule`` says where; [] for a sound form."""
    return [*_indicator_defects(form), *_rule_defects(form), *_computed_defects(form)]


def _indicator_defects(form: Form) -> Iterator[Finding]:
    listed = [indicator for table in form.tables for indicator in table.indicators()]
    for name, times in Counter(indicator.name for indicator in listed).items():
        if times > 1:
            yield finding("L607", f"指标名称“{name}”用了 {times} 次", indicator=name)
        if name in RESERVED_NAMES:
            yield finding("L607", f"“{name}”是表头用的名称,指标不能叫这个名字", indicator=name)
        elif not _NAME.fullmatch(name):
            yield finding("L606", f"指标名称“{name}”不能作单元格名称(以文字开头,不含空格和标点)", indicator=name)
    for indicator in listed:
        if indicator.carried_from and indicator.carried_from not in form.indicators:
            message = f"“{indicator.name}”要与上年的“{indicator.carried_from}”相等,但没有这个指标"
            yield finding("L602", message, indicator=indicator.name)
    yield from _label_defects(form)


def _label_defects(form: Form) -> Iterator[Finding]:
    for table in form.tables:
        if isinstance(table, ListTable):
            for row in table.rows:
                if isinstance(row, Entry) and not row.label.strip():
                    message = f"名称“{row.indicator.name}”所在的行没有标签"
                    yield finding("L601", message, indicator=row.indicator.name)
        else:
            yield from _matrix_defects(table)


def _matrix_defects(table: Matrix) -> Iterator[Finding]:
    depth = max(len(row.labels) for row in table.rows)
    for r, row in enumerate(table.rows):
        if depth and not row.labels:
            name = table.cells[r][0].name
            yield finding("L601", f"表 {table.id}:“{row.key or name}”所在的行没有标签", indicator=name)
        for c, column in enumerate(table.columns):
            expected, actual = table.cell_name(row, column), table.cells[r][c].name
            if actual != expected:
                yield finding("L610", f"表 {table.id}:这一格的名称“{actual}”应为“{expected}”", indicator=actual)
    for c, column in enumerate(table.columns):
        if not column.labels:
            name = table.cells[0][c].name
            yield finding("L601", f"表 {table.id}:“{column.key or name}”所在的列没有标题", indicator=name)


def _rule_defects(form: Form) -> Iterator[Finding]:
    for rule_id, times in Counter(rule.id for rule in form.rules).items():
        if times > 1:
            yield finding("L607", f"审核公式编号 {rule_id} 用了 {times} 次", rule=rule_id)
    for rule in form.rules:
        if not _RULE_ID.fullmatch(rule.id):
            yield finding("L606", f"审核公式编号“{rule.id}”应为 R 加四位数字,如 R0801", rule=rule.id)
        yield from _formula_defects(form, rule)


def _formula_defects(form: Form, rule: Rule) -> Iterator[Finding]:
    try:
        tree = rule.expression
    except RuleError as error:
        message = f"{rule.id}:{error.message}(公式 ={rule.formula})"
        yield finding("L603", message, rule=rule.id)
        return
    if not is_logical(tree):
        yield finding("L608", f"{rule.id}:={rule.formula} 的结果是数,不是 TRUE/FALSE", rule=rule.id)
    yield from _expression_defects(form, tree, rule.id, rule=rule.id)
    for placeholder in re.findall(r"\{(.*?)\}", rule.message):
        compared = isinstance(tree, Binary) and tree.op in ("=", "<>", "<", "<=", ">", ">=")
        if not (placeholder in form.indicators or (compared and placeholder in ("实际", "应为", "差额"))):
            message = f"{rule.id}:提示语中的 {{{placeholder}}} 不是指标,也不是可用的 {{实际}} {{应为}} {{差额}}"
            yield finding("L602", message, rule=rule.id)


def _computed_defects(form: Form) -> Iterator[Finding]:
    stated = equations(form.rules)
    for indicator in form.indicators.values():
        if not indicator.formula:
            continue
        try:
            tree = parse(indicator.formula)
        except RuleError as error:
            message = f"“{indicator.name}”的公式:{error.message}(={indicator.formula})"
            yield finding("L603", message, indicator=indicator.name)
            continue
        if indicator.name not in stated:  # otherwise the rule that states it has been looked at
            yield from _expression_defects(form, tree, f"“{indicator.name}”的公式", indicator=indicator.name)


def _expression_defects(form: Form, tree: Expression, subject: str, **place: Any) -> Iterator[Finding]:
    mentioned = dict.fromkeys(node.name for node in walk(tree) if isinstance(node, Name))
    for name in mentioned:
        if name not in form.indicators:
            yield finding("L602", f"{subject}:没有叫“{name}”的指标", **place)
    for name in dict.fromkeys(_added(tree)):
        indicator: Indicator | None = form.indicators.get(name)
        if indicator and indicator.aggregate is Aggregate.NONE:
            yield finding("L604", f"{subject}:“{name}”是不可相加的指标,不能求和", **place)
    for message in fragile(tree):
        yield finding("L609", f"{subject}:{message}", **place)


def _added(tree: Expression) -> Iterator[str]:
    """Names that the formula adds to something: arguments of SUM and sides of + and -."""
    for node in walk(tree):
        if isinstance(node, Call) and node.function == "SUM":
            yield from (part.name for part in node.arguments if isinstance(part, Name))
        elif isinstance(node, Binary) and node.op in "+-":
            yield from (part.name for part in (node.left, node.right) if isinstance(part, Name))
