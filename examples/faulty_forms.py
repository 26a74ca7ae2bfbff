"""问题件/表式: canonical workbooks that somebody has edited so that they cannot serve as a form."""

from __future__ import annotations

import copy
import re
from typing import Any

from cases import Case, file_case
from sample import SMALL_FORM
from workbooks import cell_of, edited, roster_workbook, with_cell, with_text

from xltools.definition import dumps, form_of
from xltools.template import build_template
from xltools.writing.rulesheet import ID, PASSED, rule_row

_MAIN, _RULES = 1, 2


def form_cases() -> list[Case]:
    """One case per L code; all are edits of one small form."""
    form = form_of(SMALL_FORM, "示例表式")
    sound = build_template(form)
    first, second = (f"{ID}{rule_row(position)}" for position in (0, 1))
    label = "A" + cell_of(form, "网站公开数")[1:]
    own_name = re.compile('(?<=<definedName name=")诉讼_纠正(?=")')
    renamed = edited(sound, "xl/workbook.xml", own_name, lambda _: "诉讼改判数")
    left_over = '<definedName name="传真收到数">统计表!#REF!</definedName></definedNames>'
    orphan = edited(sound, "xl/workbook.xml", re.compile("</definedNames>"), lambda _: left_over)
    unknown = _with_rule(sound, "收到数=网上收到数+传真收到数")
    lookup = _with_rule(sound, "收到数=VLOOKUP(网上收到数,当面收到数,1)")
    rate_added = _with_rule(sound, "收到数=SUM(网上收到数,满意率)")
    return [
        _case("L601", "名称所在的行没有标签", "“网站公开数”这一行的标签被清空了。", with_cell(sound, _MAIN, label, "")),
        _case("L602", "公式用到不存在的名称", "公式里写了“传真收到数”,表里没有。", unknown),
        _case("L603", "公式不能识别", "公式用了 VLOOKUP。", lookup),
        _case("L604", "不可相加的指标被求和", "公式把“满意率”加进去了。", rate_added),
        _case("L605", "名称失效", "删了一行,名称“传真收到数”还留着,指向 #REF!。", orphan),
        _case("L606", "编号不合要求", "编号写成了“8-1”。", with_text(sound, _RULES, first, "8-1")),
        _case("L607", "编号重复", "两条审核公式都编作 R0101。", with_text(sound, _RULES, second, "R0101")),
        _case("L608", "结果不是真假", "公式算出的是数,不是 TRUE/FALSE。", _with_rule(sound, "收到数-网上收到数")),
        _case("L609", "不同软件结果可能不同", "比较连写了。", _with_rule(sound, "0<=网上收到数<=收到数")),
        _case("L610", "矩阵表的名称不成套", "“诉讼_纠正”改名作“诉讼改判数”。", renamed),
        _case("L611", "不是表式工作簿", "是单位名录,不是空表。", roster_workbook([("甲县", "示例州", "县市", "", "")])),
        _uncomputed(),
        _too_wide(),
    ]


def _case(code: str, title: str, what: str, data: bytes) -> Case:
    return file_case(code, title, what, data, folder="表式/", command=f"xltools form lint 表式/{code}_{title}.xlsx")


def _with_rule(workbook: bytes, formula: str) -> bytes:
    """The workbook with another formula under 是否通过 of the first rule."""
    text = formula.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return with_cell(workbook, _RULES, f"{PASSED}{rule_row(0)}", f"<f>{text}</f><v>1</v>", "b")


def _uncomputed() -> Case:
    """A definition can say ``"computed": true``; a workbook shows the formula itself, so only the text can lack it."""
    definition: dict[str, Any] = copy.deepcopy(dict(SMALL_FORM))
    row = next(row for row in definition["tables"][0]["rows"] if row["name"] == "公开合计数")
    del row["formula"]
    row["computed"] = True
    name = "自动计算的指标没有公式.json"
    what = "定义里说“公开合计数”自动计算,却没有一条“公开合计数=…”的审核公式。"
    data = dumps(definition).encode("utf-8")
    return file_case("L612", name, what, data, folder="表式/", command=f"xltools form lint 表式/L612_{name}")


def _too_wide() -> Case:
    definition: dict[str, Any] = copy.deepcopy(dict(SMALL_FORM))
    definition["tables"][0]["spans"] = [2, 1, 1]
    name = "版面放不下.json"
    what = "第一张表的三列要占 4 个格子列,版面只有 3 个。"
    data = dumps(definition).encode("utf-8")
    return file_case("L613", name, what, data, folder="表式/", command=f"xltools form lint 表式/L613_{name}")
