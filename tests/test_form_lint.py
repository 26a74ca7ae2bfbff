"""What is wrong with a form's workbook that somebody edited in Excel: each defect is told with the cell to mend."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from formediting import Workbook, add_rule, bytes_of, loaded, name, refer, workbook_of, write

from xltools import Form, FormError, Severity
from xltools.consolidating import consolidate
from xltools.findings import Finding
from xltools.form import GUIDE_SHEET, MAIN_SHEET, RULES_SHEET, STRUCTURE_SHEET
from xltools.formbook import form_of_workbook
from xltools.formlint import lint
from xltools.writing.total import build_total

Edit = Callable[[Workbook], Any]
FIRST_FREE = 29  # the row of 审核规则 below the rules of the 2017 form


def found(edit: Edit, form_id: str = "xxgk2017") -> list[Finding]:
    """The findings about the canonical workbook after an edit."""
    workbook = workbook_of(form_id)
    edit(workbook)
    return loaded(workbook)[1]


def told(findings: list[Finding]) -> list[tuple[str, str, str]]:
    """Code, place and message of each; the place without the file's name, which all of them have."""
    assert all(finding.file == "表式.xlsx" for finding in findings)
    return [(f.code, replace(f, file="").place, f.message) for f in findings]


def rule(*texts: Any) -> Edit:
    return lambda workbook: add_rule(workbook, *texts)


def test_an_untouched_workbook_has_no_defects() -> None:
    assert found(lambda workbook: None) == []


# --- names ---


@pytest.mark.parametrize(
    ("edit", "code", "place", "message"),
    [
        pytest.param(
            lambda book: name(book, "新增数", "D70"),
            "L601", "统计表!D70", "名称“新增数”所在的行没有标签",
            id="a name on a row without a label",
        ),
        pytest.param(
            lambda book: write(book, {"A6": None}),
            "L601", "统计表!D6", "名称“主动公开政府信息数”所在的行没有标签",
            id="a label that was deleted",
        ),
        pytest.param(
            lambda book: name(book, "新增数", "D75"),
            "L605", "统计表!D75",
            "名称“新增数”所在的格不在任何一张表里:请把它放进表里(可紧接在表的最后一行下面),或删去这个名称",
            id="a name outside the table",
        ),
        pytest.param(
            lambda book: name(book, "新增数", "C6"),
            "L605", "统计表!C6", "名称“新增数”所在的格里是文字“条”,不是填数的格:请让名称指向填数的格",
            id="a name on a text",
        ),
        pytest.param(
            lambda book: name(book, "新增数", "C5"),
            "L605", "统计表!C5", "名称“新增数”不在统计数这一列:应指向 D5",
            id="a name in the wrong column",
        ),
        pytest.param(
            lambda book: refer(book, "新增数", f"{MAIN_SHEET}!$D$6:$D$7"),
            "L605", "统计表!D6:D7", "名称“新增数”指向一片区域,应只指一格",
            id="a name over several cells",
        ),
        pytest.param(
            lambda book: refer(book, "新增数", "#REF!"),
            "L605", "", "名称“新增数”失效:它指向的格已被删除,请重新命名,或在名称管理器里删去它",
            id="a name whose cell was deleted",
        ),
        pytest.param(
            lambda book: name(book, "新增数", "D6"),
            "L607", "统计表!D6", "这一格有 2 个名称(主动公开政府信息数、新增数):只能留一个",
            id="two names on one cell",
        ),
        pytest.param(
            lambda book: refer(book, "说明_R0102", f"{RULES_SHEET}!$F$9"),
            "L605", "审核规则!F5", "名称“说明_R0102”应指向本行的“情况说明”:请改正,或删去这个名称",
            id="an explanation that belongs to another rule",
        ),
        pytest.param(
            lambda book: book.defined_names.pop("审核人"),
            "L605", "", "没有名称“审核人”:请给它的格重新命名",
            id="a header cell that lost its name",
        ),
    ],
)  # fmt: skip
def test_a_name_that_is_wrong(edit: Edit, code: str, place: str, message: str) -> None:
    assert told(found(edit)) == [(code, place, message)]


def test_a_row_that_looks_like_an_indicator_but_has_no_name() -> None:
    def edit(workbook: Workbook) -> None:
        write(workbook, {"A70": "新增", "C70": "件"})
        refer(workbook, "表式_T1", f"{MAIN_SHEET}!$A$4:$D$70")

    findings = found(edit)
    message = "“新增”这一行有计量单位,但统计数的格没有名称:请给 D70 命名"
    assert told(findings) == [("L606", "统计表!D70", message)]


def test_a_name_of_one_sheet_only_is_not_found_by_the_rules() -> None:
    def edit(workbook: Workbook) -> None:
        write(workbook, {"A70": "新增", "C70": "件"})
        name(workbook, "新增数", "D70")
        workbook[MAIN_SHEET].defined_names["新增数"] = workbook.defined_names.pop("新增数")

    assert told(found(edit)) == [
        ("L605", "统计表", "名称“新增数”只在工作表“统计表”内有效:请删去,重新定义为整个工作簿的名称"),
    ]


def test_a_name_on_another_sheet_is_no_indicator_but_does_no_harm() -> None:
    findings = found(lambda book: name(book, "备忘", "B3", GUIDE_SHEET))
    assert [(f.code, f.severity) for f in findings] == [("L605", Severity.WARNING)]
    assert findings[0].message == "名称“备忘”(=填表说明!$B$3)不指向统计表中的格,不算指标"


def test_a_cell_of_a_matrix_without_a_name_is_told_which_it_should_have() -> None:
    findings = found(lambda book: book.defined_names.pop("本年新收_其他"), "xxgk2021")
    assert told(findings) == [("L610", "统计表!N23", "表 T3:这一格没有名称,应命名为“本年新收_其他”")]


def test_a_name_that_does_not_fit_its_row_and_column() -> None:
    def edit(workbook: Workbook) -> None:
        workbook.defined_names.pop("本年新收_其他")
        name(workbook, "新收其他", "N23")

    message = "表 T3:这一格的名称“新收其他”应为“本年新收_其他”"
    assert told(found(edit, "xxgk2021"))[0] == ("L610", "统计表!N23", message)


def test_a_column_of_a_matrix_that_shows_only_the_heading_of_its_group() -> None:
    findings = found(lambda book: write(book, {"D50": None}), "xxgk2021")
    assert told(findings) == [("L601", "统计表!D52", "表 T4:“行政复议_尚未审结”所在的列没有自己的标签")]


def test_a_row_of_a_matrix_that_shows_only_the_heading_of_its_group() -> None:
    findings = found(lambda book: write(book, {"B26": None}), "xxgk2021")
    assert told(findings) == [("L601", "统计表!I26", "表 T3:“部分公开_自然人”所在的行没有自己的标签")]


def test_renaming_an_indicator_loses_what_only_the_hidden_sheet_knew_of_it() -> None:
    def edit(workbook: Workbook) -> None:
        write(workbook, {f"C{hidden_row(workbook, '举报投诉数')}": '{"aggregate": "none"}'}, STRUCTURE_SHEET)
        refer(workbook, "投诉数", workbook.defined_names.pop("举报投诉数").attr_text)

    (finding,) = found(edit)
    assert (finding.code, finding.severity) == ("L605", Severity.WARNING)
    assert finding.message == "统计表里不再有“举报投诉数”,它的设置(不可相加)也随之取消;如果只是改名,请改回原名"


def hidden_row(workbook: Workbook, indicator: str) -> int:
    return next(int(cell.row) for cell in workbook[STRUCTURE_SHEET]["B"] if cell.value == indicator)


# --- rules ---


@pytest.mark.parametrize(
    ("texts", "code", "place", "message"),
    [
        pytest.param(
            ("R9901", "错误", "说明", "=新增数<=主动公开政府信息数"),
            "L602", "D29", "R9901:没有叫“新增数”的指标",
            id="an unknown name",
        ),
        pytest.param(
            ("R9901", "错误", "说明", "=VLOOKUP(主动公开政府信息数,A1:B2,1)>0"),
            "L603", "D29",
            "R9901:第 19 个字符:不能用单元格区域(A1:…)。请把名称逐个写出,例如 SUM(甲,乙)。"
            "(公式 =VLOOKUP(主动公开政府信息数,A1:B2,1)>0)",
            id="a range of cells",
        ),
        pytest.param(
            ("R9901", "错误", "说明", "=主动公开政府信息数+1"),
            "L608", "D29", "R9901:=主动公开政府信息数+1 的结果是数,不是 TRUE/FALSE",
            id="not a condition",
        ),
        pytest.param(
            ("R9901", "错误", "说明", True),
            "L603", "D29", "R9901:“是否通过”是固定的“TRUE”,不是公式:请写以 = 开头的公式",
            id="a constant",
        ),
        pytest.param(
            ("R9901", "错误", "说明"),
            "L603", "D29", "R9901:“是否通过”是空的:请写以 = 开头的公式",
            id="no formula",
        ),
        pytest.param(
            (None, "错误", "说明", "=主动公开政府信息数>=0"),
            "L606", "A29", "第 29 行:审核公式没有编号:请写 R 加四位数字,如 R0801",
            id="no number",
        ),
        pytest.param(
            ("8-1", "错误", "说明", "=主动公开政府信息数>=0"),
            "L606", "D29", "审核公式编号“8-1”应为 R 加四位数字,如 R0801",
            id="a number of another kind",
        ),
        pytest.param(
            ("R9901", "警告", "说明", "=主动公开政府信息数>=0"),
            "L606", "B29", "R9901:级别“警告”不对:只能写“错误”或“提示”",
            id="a level that is none",
        ),
        pytest.param(
            ("R0101", "错误", "说明", "=主动公开政府信息数>=0"),
            "L607", "D29", "审核公式编号 R0101 用了 2 次",
            id="a number used twice",
        ),
        pytest.param(
            ("R9901", "错误", "说明", "=主动公开政府信息数>=0", None, None, None, None, "多了 {多少}"),
            "L602", "D29", "R9901:提示语中的 {多少} 不是指标,也不是可用的 {实际} {应为} {差额}",
            id="a placeholder that is none",
        ),
    ],
)  # fmt: skip
def test_a_rule_that_is_wrong(texts: tuple[Any, ...], code: str, place: str, message: str) -> None:
    findings = found(rule(*texts))
    wide = str.maketrans({"：": ":", "，": ",", "（": "(", "）": ")"})
    assert [(c, p, m.translate(wide)) for c, p, m in told(findings)] == [(code, f"审核规则!{place}", message)]


def test_a_function_outside_the_subset_is_named() -> None:
    (finding,) = found(rule("R9901", "错误", "说明", '=TEXTJOIN("",TRUE,主动公开政府信息数)="1"'))
    assert (finding.code, finding.cell, finding.rule) == ("L603", "D29", "R9901")
    assert "不能用函数 TEXTJOIN" in finding.message


def test_a_sum_over_an_indicator_that_must_not_be_added() -> None:
    def edit(workbook: Workbook) -> None:
        write(workbook, {f"C{hidden_row(workbook, '行政诉讼数')}": '{"aggregate": "none"}'}, STRUCTURE_SHEET)
        add_rule(workbook, "R9901", "错误", "说明", "=主动公开政府信息数>=SUM(行政诉讼数,行政复议数)")

    assert told(found(edit))[-1] == ("L604", "审核规则!D29", "R9901:“行政诉讼数”是不可相加的指标,不能求和")


def test_a_rule_without_a_description_is_described_by_its_formula() -> None:
    workbook = workbook_of()
    row = add_rule(workbook, "R9901", "错误", None, "=主动公开政府信息数>=0")
    form, defects = loaded(workbook)
    assert row == FIRST_FREE
    assert form.rules[-1].description == "主动公开政府信息数>=0"
    assert [(d.code, d.severity, d.cell) for d in defects] == [("L606", Severity.WARNING, f"C{row}")]


def test_without_the_headings_the_rules_cannot_be_found() -> None:
    findings = found(lambda book: write(book, {"D3": "结果"}, RULES_SHEET))
    assert told(findings) == [("L611", "审核规则", "找不到标题“编号”“级别”“说明”“是否通过”:审核公式没有读出")]


# --- everything at once, and nothing at all ---


def test_all_defects_are_told_at_once_and_the_rest_of_the_form_is_read() -> None:
    def edit(workbook: Workbook) -> None:
        name(workbook, "新增数", "D70")
        add_rule(workbook, "R9901", "警告", "说明", "=新增数<=没有的数")
        add_rule(workbook, "R9902", "错误", "说明", 1)

    workbook = workbook_of()
    edit(workbook)
    form, defects = loaded(workbook)
    assert {(d.code, d.cell) for d in defects} == {("L601", "D70"), ("L606", "B29"), ("L602", "D29"), ("L603", "D30")}
    assert set(form.indicators) == {*Form.load("xxgk2017").indicators, "新增数"}
    assert form.rules[:-1] == Form.load("xxgk2017").rules


def test_loading_refuses_a_workbook_with_defects_and_says_all_of_them(tmp_path: Path) -> None:
    workbook = workbook_of()
    name(workbook, "新增数", "D70")
    add_rule(workbook, "R9901", "错误", "说明", "=没有的数>0")
    path = tmp_path / "表式.xlsx"
    path.write_bytes(bytes_of(workbook))
    with pytest.raises(FormError) as refused:
        Form.load(path)
    assert len(refused.value.problems) == 2
    assert "统计表!D70" in refused.value.problems[0]
    assert "没有叫“没有的数”的指标" in refused.value.problems[1]


@pytest.mark.parametrize(
    ("edit", "problem"),
    [
        (lambda book: book.remove(book[STRUCTURE_SHEET]), "不是表式工作簿:没有工作表“表式”,请用 xltools 生成的空表"),
        (lambda book: book.defined_names.pop("表式编号"), "不是表式工作簿:没有名称“表式编号”,请用 xltools 生成的空表"),
        (
            lambda book: book.defined_names.pop("表式_T1"),
            "表 T1 的名称“表式_T1”丢失或失效:请让它重新指向这张表的区域",
        ),
        (
            lambda book: write(book, {"C5": "{"}, STRUCTURE_SHEET),
            "隐藏工作表“表式”的内容被改动,不能识别:请在 xltools 生成的空表上修改(第 5 行)",
        ),
        (
            lambda book: write(book, {"C4": '{"level": -1}'}, STRUCTURE_SHEET),
            "隐藏工作表“表式”的内容被改动,不能识别:请在 xltools 生成的空表上修改",
        ),
    ],
)
def test_what_is_no_form_workbook_is_refused_in_one_sentence(edit: Edit, problem: str) -> None:
    workbook = workbook_of()
    edit(workbook)
    with pytest.raises(FormError) as refused:
        loaded(workbook)
    assert refused.value.problems == (problem,)


def test_another_kind_of_file_is_refused() -> None:
    with pytest.raises(FormError, match="文件已损坏"):
        form_of_workbook(b"PK\x03\x04 nothing", "坏.xlsx")


def test_a_total_workbook_is_no_form_because_its_formulas_are_totals() -> None:
    total = build_total(consolidate([], Form.load("xxgk2017")))
    with pytest.raises(FormError, match="这是汇总表,不能当表式用"):
        form_of_workbook(total, "汇总.xlsx")


@pytest.mark.parametrize(
    ("sheet", "severity", "message"),
    [
        (RULES_SHEET, Severity.ERROR, "没有工作表“审核规则”:表式没有审核公式"),
        (GUIDE_SHEET, Severity.WARNING, "没有工作表“填表说明”:各指标没有填报说明"),
    ],
)
def test_a_sheet_that_was_removed(sheet: str, severity: Severity, message: str) -> None:
    (finding,) = found(lambda book: book.remove(book[sheet]))
    assert (finding.code, finding.severity, finding.message) == ("L611", severity, message)


def test_a_whole_new_table_belongs_into_the_definition() -> None:
    findings = found(lambda book: refer(book, "表式_T9", f"{MAIN_SHEET}!$A$80:$D$82"))
    message = "“表式_T9”不是本表式的表:整张新表请写进表式的定义,再生成空表"
    assert told(findings) == [("L611", "统计表!A80", message)]


def test_the_semantic_checks_are_the_same_for_a_definition() -> None:
    form = Form.load("xxgk2017")
    broken = replace(form, rules=(*form.rules, replace(form.rules[0], id="R9901", formula="没有的数>0", message="")))
    (finding,) = lint(broken)
    assert (finding.code, finding.rule, finding.message) == ("L602", "R9901", "R9901:没有叫“没有的数”的指标")
