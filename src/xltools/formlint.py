"""What is wrong with a form, whoever wrote it: the checks behind ``xltools form lint`` and behind loading a form."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from xltools.definition import computed_names, equations
from xltools.findings import Finding, finding
from xltools.form import EXPLANATION_PREFIX, RESERVED_NAMES, Aggregate, Entry, Form, Line, ListTable, Matrix, Rule
from xltools.formphrases import phrase_defects
from xltools.rules import Binary, Call, Expression, Name, RuleError, fragile, is_logical, names, parse
from xltools.rules.syntax import COMPARISONS, walk
from xltools.rules.tokens import LONGEST, looks_like_a_cell
from xltools.wording import ACTUAL, DIFFERENCE, EXPECTED, blamed_first, difference_formula, message_formula
from xltools.writing.detailsheet import DETAIL_HEADINGS
from xltools.writing.rulesheet import FIRST_RULE_ROW, LAST_RULE_ROW
from xltools.writing.structuresheet import AREA_PREFIX

AROUND_A_MESSAGE = 250
"""How many characters 审核规则 puts around a rule's message at most: its status, its symbol, what to say instead."""
MOST_RULES = LAST_RULE_ROW - FIRST_RULE_ROW + 1
MOST_RULES_OF_ONE = 100
"""The formula that marks an indicator's cell names the status of all its rules, and must keep below Excel's limit."""

_SHOWN = 80
_RULE_ID = re.compile(r"R[0-9]{4}")
_NAME = re.compile(r"[^\W\d][\w.]*")


def lint(form: Form) -> list[Finding]:
    """Every defect of a form as a finding whose ``indicator`` or ``rule`` says where; [] for a sound form."""
    return [
        *_page_defects(form),
        *_name_defects(form),
        *_label_defects(form),
        *_rule_defects(form),
        *_computed_defects(form),
    ]


def lint_definition(definition: Mapping[str, Any], form: Form) -> list[Finding]:
    """What only the text of a definition can get wrong: settings that no figure of its form takes up.

    ``definition``: one that fits the schema; ``form``: what :func:`xltools.definition.form_of` makes of it.
    """
    defects = [*phrase_defects(form)]
    for name in computed_names(definition, form):
        if name in form.indicators and not form.indicators[name].formula:
            message = f"“{name}”写明是自动计算的,却没有公式:请写一条“{name}=…”的审核公式,或给它写 formula"
            defects.append(finding("L612", message, indicator=name))
    for table in definition["tables"]:
        known = {indicator.name for t in form.tables if t.id == table["id"] for indicator in t.indicators()}
        for name in table.get("cells", {}):
            if name not in known:
                near = _nearest(name, known)
                message = f"表 {table['id']} 的 cells 里写了“{name}”,这张表没有这一格{near}:请改正或删去"
                defects.append(finding("L602", message, indicator=name))
    return defects


def _page_defects(form: Form) -> Iterator[Finding]:
    """Spans that do not fit: laying out the page relies on them."""
    width = len(form.layout.grid)
    spans = {"填报单位一行(unit_spans)": form.layout.unit_spans, "签名行(signature_spans)": form.layout.signature_spans}
    for table in form.tables:
        if isinstance(table, ListTable):
            spans[f"表 {table.id}(spans)"] = table.spans
            continue
        spans[f"表 {table.id}(label_spans 加 value_spans)"] = table.label_spans + table.value_spans
        depth = max(len(row.labels) for row in table.rows)
        if len(table.value_spans) != len(table.columns):
            columns, given = len(table.columns), len(table.value_spans)
            message = f"表 {table.id} 有 {columns} 列,value_spans 却有 {given} 项:请每列写一项"
            yield finding("L613", message)
        if len(table.label_spans) < depth:
            given = len(table.label_spans)
            message = f"表 {table.id} 的行标签有 {depth} 层,label_spans 却只有 {given} 项:请每层写一项"
            yield finding("L613", message)
    if len(form.layout.signature_spans) % 2:
        message = "signature_spans 的项数应是双数(标签、格、标签、格……):请补上或删去一项"
        yield finding("L613", message)
    for what, taken in spans.items():
        if sum(taken) > width:
            message = f"{what}要占 {sum(taken)} 列,版面只有 {width} 列:请给 layout.grid 加列,或减少所占的列"
            yield finding("L613", message)


def _name_defects(form: Form) -> Iterator[Finding]:
    for table_id, times in Counter(table.id for table in form.tables).items():
        if times > 1:
            yield finding("L607", f"表的编号 {table_id} 用了 {times} 次:请给每张表一个自己的编号")
    listed = [indicator.name for table in form.tables for indicator in table.indicators()]
    for alike, times in Counter(name.casefold() for name in listed).items():
        if times > 1:
            same = [name for name in listed if name.casefold() == alike]
            shown = "”“".join(dict.fromkeys(same))
            message = f"指标名称“{shown}”用了 {times} 次(不分大小写):每个指标要有自己的名称,请改掉重复的"
            yield finding("L607", message, indicator=same[0])
    for name in dict.fromkeys(listed):
        if name in RESERVED_NAMES or name in DETAIL_HEADINGS or name.startswith((EXPLANATION_PREFIX, AREA_PREFIX)):
            reserved = f"表头各项,明细表的“文件”“状态”等列,“{EXPLANATION_PREFIX}”“{AREA_PREFIX}”开头的"
            message = f"“{name}”是程序自己要用的名称({reserved}):请换一个名称"
            yield finding("L607", message, indicator=name)
        elif not _NAME.fullmatch(name) or looks_like_a_cell(name) or name.upper() in ("TRUE", "FALSE"):
            message = (
                f"“{name}”不能作指标名称:要以文字开头,不含空格和标点,也不能像单元格地址(如 A1、AB12):请换一个名称"
            )
            yield finding("L606", message, indicator=name)
    for indicator in form.indicators.values():
        if indicator.required and indicator.aggregate is Aggregate.NONE and not indicator.formula:
            why = "总表里它是空的,交给上一级就成了错误"
            message = f"“{indicator.name}”既必填又不可相加,{why}:请去掉必填,或写成自动计算"
            yield finding("L604", message, indicator=indicator.name)
        if indicator.carried_from and indicator.carried_from not in form.indicators:
            near = _nearest(indicator.carried_from, form.indicators)
            message = f"“{indicator.name}”要等于上年的“{indicator.carried_from}”,但表里没有这个指标{near}:请核对名称"
            yield finding("L602", message, indicator=indicator.name)


def _label_defects(form: Form) -> Iterator[Finding]:
    for table in form.tables:
        if isinstance(table, ListTable):
            for row in table.rows:
                if isinstance(row, Entry) and not row.label.strip():
                    message = f"“{row.indicator.name}”所在的行没有标签:请在这一行写上指标的名称,或删去这个单元格名称"
                    yield finding("L601", message, indicator=row.indicator.name)
        else:
            yield from _matrix_defects(table)


def _matrix_defects(table: Matrix) -> Iterator[Finding]:
    depth = max(len(row.labels) for row in table.rows)
    for r, row in enumerate(table.rows):
        if depth and not row.labels:
            yield _unlabelled(table, row, table.cells[r][0].name, "行", "标签")
        for c, column in enumerate(table.columns):
            expected, actual = table.cell_name(row, column), table.cells[r][c].name
            if actual != expected:
                message = f"表 {table.id} 各格的名称由行名和列名拼成,“{actual}”这一格应叫“{expected}”:请改名"
                yield finding("L610", message, indicator=actual)
    for c, column in enumerate(table.columns):
        if not column.labels:
            yield _unlabelled(table, column, table.cells[0][c].name, "列", "标题")


def _unlabelled(table: Matrix, line: Line, first: str, word: str, label: str) -> Finding:
    message = f"表 {table.id}“{line.key or first}”所在的{word}没有{label}:请写上这一{word}的{label}"
    return finding("L601", message, indicator=first)


def _rule_defects(form: Form) -> Iterator[Finding]:
    for rule_id, times in Counter(rule.id for rule in form.rules).items():
        if times > 1:
            yield finding("L607", f"审核公式编号 {rule_id} 用了 {times} 次:请给重复的换一个编号", rule=rule_id)
    for rule in form.rules:
        if not _RULE_ID.fullmatch(rule.id):
            yield finding("L606", f"审核公式编号“{rule.id}”不对:请写 R 加四位数字,如 R0801", rule=rule.id)
        yield from _formula_defects(form, rule)
    if len(form.rules) > MOST_RULES:
        message = f"审核公式有 {len(form.rules)} 条,最多只能有 {MOST_RULES} 条:请用 AND 合并一些"
        yield finding("L613", message, rule=form.rules[MOST_RULES].id)
    for name, times in Counter(map(_blamed, form.rules)).items():
        if name and times > MOST_RULES_OF_ONE:
            message = f"关于“{name}”的审核公式有 {times} 条,最多 {MOST_RULES_OF_ONE} 条:请用 AND 合并一些"
            yield finding("L613", message, indicator=name)


def _formula_defects(form: Form, rule: Rule) -> Iterator[Finding]:
    try:
        tree = parse(f"={rule.formula}")  # with the sign, for the places told to be those in the cell
    except RuleError as error:
        message = f"{rule.id}:公式 {_shown(rule.formula)} 不能识别。{error.message}"
        yield finding("L603", message, rule=rule.id)
        return
    if not is_logical(tree):
        message = f"{rule.id}:公式 {_shown(rule.formula)} 得出的不是“成立”或“不成立”:请写成比较式,如 =甲=乙+丙"
        yield finding("L608", message, rule=rule.id)
    yield from _expression_defects(form, tree, f"{rule.id}:公式 {_shown(rule.formula)} ", rule=rule.id)
    yield from _placeholder_defects(rule, tree)
    longest = max(len(message_formula(rule)) + AROUND_A_MESSAGE, len(difference_formula(rule)), len(rule.formula))
    if longest > LONGEST:
        message = (
            f"{rule.id}:公式和提示语太长,写进“审核规则”要 {longest} 个字符,超过 Excel 的上限 {LONGEST}:"
            f"请缩短提示语、少用 {{{ACTUAL}}} {{{EXPECTED}}} {{{DIFFERENCE}}},或拆成几条公式"
        )
        yield finding("L613", message, rule=rule.id)


def _placeholder_defects(rule: Rule, tree: Expression) -> Iterator[Finding]:
    of_sides = (ACTUAL, EXPECTED, DIFFERENCE) if isinstance(tree, Binary) and tree.op in COMPARISONS else ()
    for placeholder in dict.fromkeys(re.findall(r"\{(.*?)\}", rule.message)):
        if placeholder in of_sides or placeholder in rule.names:
            continue
        if placeholder in (ACTUAL, EXPECTED, DIFFERENCE):
            why = f"提示语里用了 {{{placeholder}}},但公式不是“一边比另一边”的比较式:请改写提示语,或改写公式"
        else:
            words = "、".join(f"{{{word}}}" for word in of_sides)
            why = (
                f"提示语里的 {{{placeholder}}} 填不出数:花括号里只能写这条公式用到的指标"
                f"{f'或 {words}' if words else ''},请改正"
            )
        yield finding("L602", f"{rule.id}:{why}", rule=rule.id)


def _computed_defects(form: Form) -> Iterator[Finding]:
    stated = equations(form.rules)
    trees: dict[str, Expression] = {}
    for indicator in form.indicators.values():
        if not indicator.formula:
            continue
        subject = f"“{indicator.name}”的公式 {_shown(indicator.formula)} "
        try:
            tree = trees[indicator.name] = parse(f"={indicator.formula}")
        except RuleError as error:
            yield finding("L603", f"{subject}不能识别。{error.message}", indicator=indicator.name)
            continue
        if is_logical(tree):
            message = f"{subject}得出的是“成立”或“不成立”,不是数:请写算出这个数的式子,如 =甲+乙"
            yield finding("L603", message, indicator=indicator.name)
        if indicator.name not in stated:  # otherwise the rule that states it has been looked at
            yield from _expression_defects(form, tree, subject, indicator=indicator.name)
    parts = {name: set(names(tree)) for name, tree in trees.items()}
    for name in trees:
        if name in _reached_from(name, parts):
            message = f"“{name}”的公式绕来绕去又用到“{name}”自己,算不出来:请改公式"
            yield finding("L603", message, indicator=name)


def _reached_from(name: str, parts: Mapping[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [name]
    while waiting:
        new = parts.get(waiting.pop(), set()) - reached
        reached |= new
        waiting.extend(new)
    return reached


def _blamed(rule: Rule) -> str:
    try:
        return blamed_first(rule)
    except RuleError:
        return ""


def _expression_defects(form: Form, tree: Expression, subject: str, **place: Any) -> Iterator[Finding]:
    for name in names(tree):
        if name not in form.indicators:
            near = _nearest(name, form.indicators)
            message = f"{subject}用到“{name}”,表里没有这个指标{near}:请核对写法,或先给它的单元格命名"
            yield finding("L602", message, **place)
    for name in dict.fromkeys(_added(tree)):
        if name in form.indicators and form.indicators[name].aggregate is Aggregate.NONE:
            message = f"{subject}把“{name}”加进去了,它是不可相加的指标(如比率):请改公式,或改它的汇总方式"
            yield finding("L604", message, **place)
    whole = {indicator.name for indicator in form.indicators.values() if indicator.decimals == 0}
    for message in fragile(tree, whole):
        yield finding("L609", f"{subject}在不同软件里结果可能不同。{message}", **place)


def _shown(formula: str) -> str:
    return f"={formula[:_SHOWN]}…" if len(formula) > _SHOWN else f"={formula}"


def _nearest(name: str, known: Mapping[str, Any] | set[str]) -> str:
    """The name that was probably meant, in brackets; "" where none comes near."""
    near = get_close_matches(name, sorted(known), n=1, cutoff=0.7)
    return f"(是不是“{near[0]}”?)" if near else ""


def _added(tree: Expression) -> Iterator[str]:
    """Names that the formula adds to something: arguments of SUM and sides of + and -."""
    for node in walk(tree):
        if isinstance(node, Call) and node.function == "SUM":
            yield from (part.name for part in node.arguments if isinstance(part, Name))
        elif isinstance(node, Binary) and node.op in "+-":
            yield from (part.name for part in (node.left, node.right) if isinstance(part, Name))
