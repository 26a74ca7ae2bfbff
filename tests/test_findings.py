"""Findings as people meet them: the same words wherever they are shown, and one message about what is alike."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from lxml import html

from xltools import Form, build_template, check, consolidate, read
from xltools.annotating import annotate
from xltools.findings import CATALOGUE, advice_on, finding, merge_alike
from xltools.htmlreport import html_report
from xltools.returns import Return, Source
from xltools.wording import compared
from xltools.writing.content import filled_content
from xltools.writing.total import build_total

FORM = Form.load("xxgk2017")

# openpyxl says that it does not read the extension in which data bars of Excel 2010 stand
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")


def _returned(folder: Path, **values: int) -> Path:
    path = folder / "甲县.xlsx"
    path.write_bytes(build_template(FORM, filled_content(FORM, values, unit="甲县", year="2017")))
    return path


@pytest.mark.parametrize(
    ("values", "rule", "against", "now"),
    [
        ({"其他方式回应数": 45237, "回应热点舆情数": 147}, "R0204", "应不大于 147", "现在是 45237"),
        ({"主动公开政府信息数": 3, "政府网站公开数": 7}, "R0101", "应不小于 7", "现在是 3"),
        ({"工作人员数": 776, "专职人员数": 42}, "R0801", "应为 42", "现在是 776"),
        ({"依申请收费": 100, "收到申请数": 1, "网络申请数": 1}, "R0702", "应小于 100", "现在是 100"),
    ],
)
def test_sheet_page_and_returned_copy_say_the_same(
    values: dict[str, int], rule: str, against: str, now: str, tmp_path: Path
) -> None:
    path = _returned(tmp_path, **values)
    ret = read(path, FORM)
    found = check(ret, FORM)
    (own,) = [each for each in found if each.rule == rule]
    words = compared(own, FORM.rule_ids[rule])
    assert (words.against, words.now) == (against, now)
    said = {own.message, advice_on(own), against, now}

    result = consolidate([ret], FORM)
    (tmp_path / "总表.xlsx").write_bytes(build_total(result))
    sheet = openpyxl.load_workbook(tmp_path / "总表.xlsx")["审核结果"]
    (row,) = [row for row in sheet.values if row[1] == rule and row[2] == "甲县"]
    assert said <= set(row)

    copy = openpyxl.load_workbook(_saved(tmp_path, annotate(path.read_bytes(), ret, found, FORM).data))["审核意见"]
    assert any(said <= set(row) for row in copy.values)

    page: Any = html.document_fromstring(html_report(result).decode("utf-8"))
    (entry,) = [e for e in page.xpath("//details[contains(.//h3, '甲县')]//li[@data-k]") if own.message in e.text]
    kind = page.get_element_by_id("kinds")[int(entry.get("data-k"))]
    numbers = re.findall(r"[0-9]+", entry.text)
    expected, actual = (entry.get(name) or numbers[int(kind.get(name))] for name in ("data-e", "data-a"))
    assert f"{kind.get('data-should')} {expected}" == against
    assert f"{kind.get('data-present')} {actual}" == now
    assert kind[2].text == advice_on(own)


def test_a_blank_figure_is_not_said_to_be_nought(tmp_path: Path) -> None:
    ret = read(_returned(tmp_path, 政府网站公开数=7), FORM)
    found = {each.rule: each for each in check(ret, FORM)}
    assert found["R0101"].message.endswith("(“主动公开政府信息数”未填)")
    assert compared(found["R0101"], FORM.rule_ids["R0101"]).now == "现在空白"


def test_nobody_is_asked_to_fill_in_a_sum_that_cannot_stand(tmp_path: Path) -> None:
    asked = {"收到申请数": 1, "网络申请数": 1, "申请办结数": 1, "按时办结数": 1}
    values = {**dict.fromkeys(FORM.indicators), **asked, "同意公开答复数": 1}
    sound = Return(Source("甲县.xlsx"), "甲县", "2017", values=values)
    (blank,) = [f for f in check(sound, FORM) if f.code == "V308"]
    assert (blank.message, blank.expected) == ("“申请答复数”未填,各项合计 1:请补填", 1)
    wrong = replace(sound, values={**sound.values, "同意公开答复数": -1})
    (blank,) = [f for f in check(wrong, FORM) if f.code == "V308"]
    assert (blank.message, blank.expected) == (
        "“申请答复数”未填,各项里有不对的数:请先改正各项,再补填它们的合计", None,
    )  # fmt: skip


def _saved(folder: Path, data: bytes) -> Path:
    path = folder / "退回件.xlsx"
    path.write_bytes(data)
    return path


def test_words_that_differ_in_the_indicator_only_are_said_once() -> None:
    place = {"file": "甲县.xlsx", "sheet": "统计表"}
    found = [
        finding("V306", f"“{name}”是公式但没有结果", indicator=name, cell=cell, **place)
        for name, cell in (("培训班数", "D61"), ("查阅点数", "D60"))
    ]
    other = finding("V301", "“工作会议数”填的是“三”,不是数", indicator="工作会议数", cell="D59", **place)
    (alike, alone) = merge_alike([found[0], other, found[1]])
    assert alike.first.message == "“培训班数”等 2 项是公式但没有结果"
    assert alike.place == "甲县.xlsx 统计表!D61、D60"
    assert alike.several == tuple(found)
    assert alone.first is other


def test_what_to_do_about_a_total_is_looked_for_in_the_returns() -> None:
    total = finding("V308", "汇总数:“申请答复数”未填", sheet="统计表", cell="D34", rule="R0305")
    assert "找到不合的单位" in advice_on(total)
    assert advice_on(finding("V308", "“申请答复数”未填", file="甲县.xlsx", rule="R0305")) == "请补填合计数。"


def test_advice_is_chinese_and_ends_as_a_sentence() -> None:
    technical = {"TRUE", "FALSE", "SHA", "JSON", "CSV", "压缩炸弹", "锁定文件", "标签"}
    for code in CATALOGUE.values():
        assert code.advice.endswith("。"), code
        if code.code[0] in "FSVRUY":  # those about forms are for whoever writes forms
            assert not [word for word in technical if word in code.title + code.advice], code


def test_an_answer_holds_for_what_was_asked_and_no_other() -> None:
    asked = finding("Y501", "今年 900,上年度 120", sheet="统计表", cell="D69", indicator="公开培训人次")
    changed = replace(asked, message="今年 90000,上年度 120")
    elsewhere = replace(asked, sheet="乙县")
    assert asked.explanation_key.startswith("Y501_公开培训人次_")
    assert len({found.explanation_key for found in (asked, changed, elsewhere)}) == 3
