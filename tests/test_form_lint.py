"""What is wrong with a form's workbook that somebody edited in Excel: each defect is told with the cell to mend."""

from __future__ import annotations

import io
import json
import re
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import openpyxl
import pytest
from formediting import Workbook, add_rule, bytes_of, loaded, name, refer, workbook_of, write
from hypothesis import given
from hypothesis import strategies as st

from xltools import Form, FormError, Severity, build_template
from xltools.consolidating import consolidate
from xltools.definition import form_of
from xltools.findings import Finding
from xltools.form import Level, Rule
from xltools.formbook import form_of_workbook
from xltools.formlint import AROUND_A_MESSAGE, MOST_RULES, MOST_RULES_OF_ONE, lint
from xltools.formsource import load_with_defects
from xltools.reading.references import cell_name
from xltools.rules import compile_rule, parse
from xltools.sheetnames import GUIDE_SHEET, MAIN_SHEET, RULES_SHEET, STRUCTURE_SHEET
from xltools.wording import message_formula
from xltools.wording import told as told_of
from xltools.writing.rulesheet import HEADINGS, rule_row
from xltools.writing.total import build_total

Edit = Callable[[Workbook], Any]
Change = Callable[[dict[str, Any]], Any]
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
            "L601", "统计表!D70", "“新增数”所在的行没有标签:请在这一行写上指标的名称,或删去这个单元格名称",
            id="a name on a row without a label",
        ),
        pytest.param(
            lambda book: write(book, {"A6": None}),
            "L601", "统计表!D6",
            "“主动公开政府信息数”所在的行没有标签:请在这一行写上指标的名称,或删去这个单元格名称",
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
            "L605", "统计表!D6:D7", "名称“新增数”指向一片区域,应只指一格:请在“公式→名称管理器”里改成一格",
            id="a name over several cells",
        ),
        pytest.param(
            lambda book: refer(book, "新增数", "#REF!"),
            "L605", "",
            "名称“新增数”失效:它指向的格已被删除。请在“公式→名称管理器”里删去它,或让它指向原来的格",
            id="a name whose cell was deleted",
        ),
        pytest.param(
            lambda book: name(book, "新增数", "D6"),
            "L607", "统计表!D6",
            "这一格有 2 个名称(主动公开政府信息数、新增数):只能留一个,请在“公式→名称管理器”里删去多余的",
            id="two names on one cell",
        ),
        pytest.param(
            lambda book: refer(book, "说明_R0102", f"{RULES_SHEET}!$F$9"),
            "L605", "审核规则!F5", "名称“说明_R0102”应指向本行的“情况说明”:请改正,或删去这个名称",
            id="an explanation that belongs to another rule",
        ),
        pytest.param(
            lambda book: book.defined_names.pop("审核人"),
            "L605", "统计表",
            "没有名称“审核人”:请选中“审核人:”右边的格,在左上角的名称框里写“审核人”,按回车",
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
        (
            "L605", "统计表",
            "名称“新增数”只在工作表“统计表”内有效:请在“公式→名称管理器”里删去,重新定义,范围选“工作簿”",
        ),
    ]


def test_a_name_on_another_sheet_is_no_indicator_but_does_no_harm() -> None:
    findings = found(lambda book: name(book, "备忘", "B3", GUIDE_SHEET))
    assert [(f.code, f.severity) for f in findings] == [("L605", Severity.WARNING)]
    assert findings[0].message == "名称“备忘”(=填表说明!$B$3)不指向统计表中的格,不算指标;不需要的话请删去"


def test_a_cell_of_a_matrix_without_a_name_is_told_which_it_should_have() -> None:
    findings = found(lambda book: book.defined_names.pop("本年新收_其他"), "xxgk2021")
    assert told(findings) == [("L610", "统计表!N23", "表 T3:这一格没有名称,请命名为“本年新收_其他”")]


def test_a_name_that_does_not_fit_its_row_and_column() -> None:
    def edit(workbook: Workbook) -> None:
        workbook.defined_names.pop("本年新收_其他")
        name(workbook, "新收其他", "N23")

    message = "表 T3 各格的名称由行名和列名拼成,“新收其他”这一格应叫“本年新收_其他”:请改名"
    assert told(found(edit, "xxgk2021"))[0] == ("L610", "统计表!N23", message)


def test_a_column_of_a_matrix_that_shows_only_the_heading_of_its_group() -> None:
    findings = found(lambda book: write(book, {"D50": None}), "xxgk2021")
    message = "表 T4:“行政复议_尚未审结”所在的列没有自己的标签:请写上这一列的名称"
    assert told(findings) == [("L601", "统计表!D52", message)]


def test_a_row_of_a_matrix_that_shows_only_the_heading_of_its_group() -> None:
    findings = found(lambda book: write(book, {"B26": None}), "xxgk2021")
    message = "表 T3:“部分公开_自然人”所在的行没有自己的标签:请写上这一行的名称"
    assert told(findings) == [("L601", "统计表!I26", message)]


def test_renaming_an_indicator_loses_what_only_the_hidden_sheet_knew_of_it() -> None:
    def edit(workbook: Workbook) -> None:
        write(workbook, {f"C{hidden_row(workbook, '举报投诉数')}": '{"aggregate": "none"}'}, STRUCTURE_SHEET)
        refer(workbook, "投诉数", workbook.defined_names.pop("举报投诉数").attr_text)

    (finding,) = found(edit)
    assert (finding.code, finding.severity) == ("L605", Severity.WARNING)
    lost = "统计表里不再有“举报投诉数”,它的设置(不可相加)也随之取消"
    assert finding.message == f"{lost};如果只是改名,请在“公式→名称管理器”里改回原名"


def hidden_row(workbook: Workbook, indicator: str) -> int:
    return next(int(cell.row) for cell in workbook[STRUCTURE_SHEET]["B"] if cell.value == indicator)


# --- rules ---


@pytest.mark.parametrize(
    ("texts", "code", "place", "message"),
    [
        pytest.param(
            ("R9901", "错误", "说明", "=新增数<=主动公开政府信息数"),
            "L602", "D29",
            "R9901:公式 =新增数<=主动公开政府信息数 用到“新增数”,表里没有这个指标:"
            "请核对写法,或先给它的单元格命名",
            id="an unknown name",
        ),
        pytest.param(
            ("R9901", "错误", "说明", "=VLOOKUP(主动公开政府信息数,A1:B2,1)>0"),
            "L603", "D29",
            "R9901:公式 =VLOOKUP(主动公开政府信息数,A1:B2,1)>0 不能识别。"
            "第 20 个字符:不能用单元格区域(A1:…)。请把名称逐个写出,例如 SUM(甲,乙)。",
            id="a range of cells",
        ),
        pytest.param(
            ("R9901", "错误", "说明", "=主动公开政府信息数+1"),
            "L608", "D29",
            "R9901:公式 =主动公开政府信息数+1 得出的不是“成立”或“不成立”:请写成比较式,如 =甲=乙+丙",
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
            "L606", "D29", "审核公式编号“8-1”不对:请写 R 加四位数字,如 R0801",
            id="a number of another kind",
        ),
        pytest.param(
            ("R9901", "警告", "说明", "=主动公开政府信息数>=0"),
            "L606", "B29", "R9901:级别“警告”不对:只能写“错误”或“提示”",
            id="a level that is none",
        ),
        pytest.param(
            ("R0101", "错误", "说明", "=主动公开政府信息数>=0"),
            "L607", "D29", "审核公式编号 R0101 用了 2 次:请给重复的换一个编号",
            id="a number used twice",
        ),
        pytest.param(
            ("R9901", "错误", "说明", "=主动公开政府信息数>=0", None, None, None, None, "多了 {多少}"),
            "L602", "D29",
            "R9901:提示语里的 {多少} 填不出数:"
            "花括号里只能写这条公式用到的指标或 {实际}、{应为}、{差额},请改正",
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

    message = (
        "R9901:公式 =主动公开政府信息数>=SUM(行政诉讼数,行政复议数) "
        "把“行政诉讼数”加进去了,它是不可相加的指标(如比率):请改公式,或改它的汇总方式"
    )
    assert told(found(edit))[-1] == ("L604", "审核规则!D29", message)


def test_a_rule_without_a_description_is_described_by_its_formula() -> None:
    workbook = workbook_of()
    row = add_rule(workbook, "R9901", "错误", None, "=主动公开政府信息数>=0")
    form, defects = loaded(workbook)
    assert row == FIRST_FREE
    assert form.rules[-1].description == "主动公开政府信息数>=0"
    assert [(d.code, d.severity, d.cell) for d in defects] == [("L606", Severity.WARNING, f"C{row}")]


def test_without_the_headings_the_rules_cannot_be_found() -> None:
    findings = found(lambda book: write(book, {"D3": "结果"}, RULES_SHEET))
    message = "找不到标题“编号”“级别”“说明”“是否通过”,审核公式没有读出:请把标题行改回空表原来的样子"
    assert told(findings) == [("L611", "审核规则", message)]


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
    assert refused.value.problems[0].startswith("统计表!D70:")
    assert refused.value.problems[1].startswith("审核规则!D29:R9901:公式 =没有的数>0 用到“没有的数”")


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
        (RULES_SHEET, Severity.ERROR, "没有工作表“审核规则”,没有审核公式:请在完整的空表上修改"),
        (GUIDE_SHEET, Severity.WARNING, "没有工作表“填表说明”,各指标没有填报说明:请在完整的空表上修改"),
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
    assert (finding.code, finding.rule) == ("L602", "R9901")
    assert finding.message.startswith("R9901:公式 =没有的数>0 用到“没有的数”,表里没有这个指标")


# --- formulas as clerks make them: typed into a text cell, dragged, copied together with their sign ---


def test_a_rule_typed_into_a_cell_of_texts_counts_and_says_that_the_sheet_does_not_calculate_it() -> None:
    workbook = workbook_of()
    row = add_rule(workbook, "R9901", "错误", "说明", "=主动公开政府信息数>=0")
    workbook[RULES_SHEET].cell(row, 4).data_type = "s"
    form, (finding,) = loaded(workbook)
    assert form.rules[-1].formula == "主动公开政府信息数>=0"
    assert (finding.code, finding.severity, finding.cell) == ("L603", Severity.WARNING, f"D{row}")
    assert finding.message == "R9901:公式存成了文字,表里不会自动计算:请把这一格的格式改为“常规”,双击它再按回车"


def test_the_formula_of_a_computed_indicator_may_be_typed_as_a_text_too() -> None:
    workbook = workbook_of()
    write(workbook, {"A70": "新增", "C70": "件", "D70": "=政府公报公开数+政府网站公开数"})
    workbook[MAIN_SHEET]["D70"].data_type = "s"
    name(workbook, "新增数", "D70")
    form, (finding,) = loaded(workbook)
    assert form.indicators["新增数"].formula == "政府公报公开数+政府网站公开数"
    assert (finding.code, finding.severity, finding.place) == ("L603", Severity.WARNING, "表式.xlsx 统计表!D70")


def dragged(data: bytes, part: str, cells: tuple[str, ...], formula: str) -> bytes:
    """The workbook with a formula in the first cell and dragged over the others, as Excel stores that."""
    master = f'<f t="shared" ref="{cells[0]}:{cells[-1]}" si="0">{escape(formula)}</f>'
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {entry: archive.read(entry).decode("utf-8") for entry in archive.namelist()}
    for cell in cells:
        stored = master if cell == cells[0] else '<f t="shared" si="0"/>'
        old = rf'(<c r="{cell}"[^>]*?)(?: t="\w+")?(?:/>|>.*?</c>)'
        parts[part], found = re.subn(old, rf"\1>{stored}<v>1</v></c>", parts[part])
        assert found == 1
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for entry, text in parts.items():
            archive.writestr(entry, text)
    return target.getvalue()


def test_a_rule_dragged_over_the_rows_below_is_the_same_rule_in_each() -> None:
    workbook = workbook_of()
    rows = [add_rule(workbook, f"R990{n}", "错误", "说明", "=TRUE") for n in range(3)]
    cells = tuple(f"D{row}" for row in rows)
    data = dragged(bytes_of(workbook), "xl/worksheets/sheet2.xml", cells, "政府公报公开数<=主动公开政府信息数")
    form, defects = form_of_workbook(data, "表式.xlsx")
    assert defects == []
    assert {rule.formula for rule in form.rules[-3:]} == {"政府公报公开数<=主动公开政府信息数"}


def test_a_rule_over_addresses_is_refused_in_every_cell_it_was_dragged_to() -> None:
    workbook = workbook_of()
    rows = [add_rule(workbook, f"R990{n}", "错误", "说明", "=TRUE") for n in range(2)]
    cells = tuple(f"D{row}" for row in rows)
    _, defects = form_of_workbook(dragged(bytes_of(workbook), "xl/worksheets/sheet2.xml", cells, "D6>=D7"), "表式.xlsx")
    assert [(defect.code, defect.cell) for defect in defects] == [("L603", cell) for cell in cells]


def test_a_total_dragged_over_the_columns_is_the_formula_of_each() -> None:
    form = Form.load("xxgk2021")
    totals, formula = ("行政复议_结果维持", "行政复议_结果纠正"), "行政复议_其他结果+行政复议_尚未审结"
    spots = [form.page.spots[total] for total in totals]
    cells = tuple(cell_name(spot.row, spot.column) for spot in spots)
    data = dragged(bytes_of(workbook_of("xxgk2021")), "xl/worksheets/sheet1.xml", cells, formula)
    again, _ = form_of_workbook(data, "表式.xlsx")
    assert [again.indicators[total].formula for total in totals] == [formula, formula]


def definition_of_small(change: Change = lambda definition: None) -> dict[str, Any]:
    """A small definition: two figures, their sum, and a matrix of two by two."""
    rows = [{"name": text, "label": f"{text}的数"} for text in ("甲", "乙", "合计")]
    lines = [{"key": "一", "labels": ["第一"]}, {"key": "二", "labels": ["第二"]}]
    matrix = {"kind": "matrix", "id": "T2", "label_spans": [1], "value_spans": [1, 1]}
    definition: dict[str, Any] = {
        "xltools": 1, "id": "xiao", "version": "1", "title": "小表",
        "layout": {"grid": [20, 8, 8], "unit_spans": [1, 2], "signature_spans": [1, 2]},
        "tables": [
            {"kind": "list", "id": "T1", "headings": ["项目", "单位", "数"], "spans": [1, 1, 1], "rows": rows},
            {**matrix, "rows": [dict(line) for line in lines], "columns": [dict(line) for line in lines]},
        ],
        "rules": [{"id": "R0101", "level": "错误", "description": "说明", "formula": "合计=甲+乙"}],
    }  # fmt: skip
    change(definition)
    return definition


def written(tmp_path: Path, definition: dict[str, Any]) -> Path:
    path = tmp_path / "小表.json"
    path.write_text(json.dumps(definition, ensure_ascii=False), encoding="utf-8")
    return path


@pytest.mark.parametrize("formula", ["=合计=甲+乙", " = 合计=甲+乙 "])
def test_the_sign_that_comes_along_from_excel_is_no_part_of_a_formula(formula: str, tmp_path: Path) -> None:
    def edit(definition: dict[str, Any]) -> None:
        definition["rules"][0]["formula"] = formula
        definition["tables"][0]["rows"][1]["formula"] = "=甲*2"

    form = Form.load(written(tmp_path, definition_of_small(edit)))
    assert form.rules[0].formula == "合计=甲+乙"
    assert form.indicators["乙"].formula == "甲*2"
    again, defects = form_of_workbook(build_template(form), "小表.xlsx")
    assert (again, defects) == (form, [])


# --- what only a definition can get wrong ---


@pytest.mark.parametrize(
    ("edit", "code", "message"),
    [
        pytest.param(
            lambda d: d["tables"][0]["rows"][0].update(computed=True),
            "L612", "“甲”写明是自动计算的,却没有公式:请写一条“甲=…”的审核公式,或给它写 formula",
            id="computed, but no rule says how",
        ),
        pytest.param(
            lambda d: d["tables"][1].update(cells={"一_一": {"computed": True}}),
            "L612", "“一_一”写明是自动计算的,却没有公式:请写一条“一_一=…”的审核公式,或给它写 formula",
            id="a computed cell of a matrix",
        ),
        pytest.param(
            lambda d: d["tables"][0]["rows"][0].update(formula="="),
            "L612", "“甲”写明是自动计算的,却没有公式:请写一条“甲=…”的审核公式,或给它写 formula",
            id="a formula of nothing but its sign",
        ),
        pytest.param(
            lambda d: d["tables"][1].update(cells={"一_一一": {"required": True}}),
            "L602", "表 T2 的 cells 里写了“一_一一”,这张表没有这一格(是不是“一_一”?):请改正或删去",
            id="settings for a cell that is none",
        ),
        pytest.param(
            lambda d: d["tables"][0]["rows"][0].update(carried_from="丙"),
            "L602", "“甲”要等于上年的“丙”,但表里没有这个指标:请核对名称",
            id="carried from what is none",
        ),
        pytest.param(
            lambda d: d["tables"][0]["rows"][0].update(formula="乙>1"),
            "L603", "“甲”的公式 =乙>1 得出的是“成立”或“不成立”,不是数:请写算出这个数的式子,如 =甲+乙",
            id="a condition for a figure",
        ),
        pytest.param(
            lambda d: d["tables"][0]["rows"][0].update(formula="甲+乙"),
            "L603", "“甲”的公式绕来绕去又用到“甲”自己,算不出来:请改公式",
            id="a formula over itself",
        ),
        pytest.param(
            lambda d: d["rules"].append(
                {**d["rules"][0], "id": "R0201", "table": "T2", "each": "row", "formula": "一>=(二"},
            ),
            "L603", "R0201:公式 =一>=(二 不能识别。第 5 个字符：左括号没有配对的右括号。请补上“)”。",
            id="a rule for each row that is none",
        ),
        pytest.param(
            lambda d: d["tables"][0]["rows"][0].update(name="AB12", label="甲") or d["rules"].clear(),
            "L606", "“AB12”不能作指标名称:要以文字开头,不含空格和标点,也不能像单元格地址(如 A1、AB12):请换一个名称",
            id="a name like the address of a cell",
        ),
        pytest.param(
            lambda d: d["tables"][0]["rows"][0].update(name="表式_甲") or d["rules"].clear(),
            "L607",
            "“表式_甲”是程序自己要用的名称(表头各项,明细表的“文件”“状态”等列,"
            "“说明_”“表式_”开头的):请换一个名称",
            id="a name that the program needs",
        ),
        pytest.param(
            lambda d: d["tables"][0]["rows"].extend({"name": text, "label": text} for text in ("ab", "AB")),
            "L607", "指标名称“ab”“AB”用了 2 次(不分大小写):每个指标要有自己的名称,请改掉重复的",
            id="names that are the same to Excel",
        ),
        pytest.param(
            lambda d: d["rules"][0].update(message="差 {差额}", formula="AND(合计=甲+乙,甲>=0)"),
            "L602", "R0101:提示语里用了 {差额},但公式不是“一边比另一边”的比较式:请改写提示语,或改写公式",
            id="a difference of nothing",
        ),
        pytest.param(
            lambda d: d["tables"][1].update(value_spans=[1]),
            "L613", "表 T2 有 2 列,value_spans 却有 1 项:请每列写一项",
            id="a column without a width",
        ),
        pytest.param(
            lambda d: d["tables"][1]["rows"][0].update(labels=["第一", "其中"]),
            "L613", "表 T2 的行标签有 2 层,label_spans 却只有 1 项:请每层写一项",
            id="a label without a width",
        ),
        pytest.param(
            lambda d: d["tables"][0].update(spans=[2, 1, 1]),
            "L613", "表 T1(spans)要占 4 列,版面只有 3 列:请给 layout.grid 加列,或减少所占的列",
            id="a table wider than the page",
        ),
        pytest.param(
            lambda d: d["layout"].update(signature_spans=[1, 1, 1]),
            "L613", "signature_spans 的项数应是双数(标签、格、标签、格……):请补上或删去一项",
            id="a label of the signatures without a cell",
        ),
    ],
)  # fmt: skip
def test_a_definition_that_is_wrong(edit: Change, code: str, message: str, tmp_path: Path) -> None:
    path = written(tmp_path, definition_of_small(edit))
    assert [(defect.code, defect.message) for defect in load_with_defects(path)[1]] == [(code, message)]
    with pytest.raises(FormError) as refused:
        Form.load(path)
    assert refused.value.problems == (message,)
    assert str(refused.value).count("小表.json") == 1


def test_the_small_definition_itself_is_sound(tmp_path: Path) -> None:
    assert load_with_defects(written(tmp_path, definition_of_small()))[1] == []


def test_refusing_a_workbook_names_the_file_once(tmp_path: Path) -> None:
    workbook = workbook_of()
    add_rule(workbook, "R9901", "错误", "说明", "=没有的数>0")
    path = tmp_path / "表式.xlsx"
    path.write_bytes(bytes_of(workbook))
    with pytest.raises(FormError) as refused:
        Form.load(path)
    assert str(refused.value).count("表式.xlsx") == 1


# --- differences of whole numbers, and what Excel has no room for ---


@pytest.mark.parametrize(("decimals", "codes"), [(0, []), (6, ["L609"])])
def test_a_difference_compared_with_nought_is_doubtful_only_with_decimals(decimals: int, codes: list[str]) -> None:
    def edit(definition: dict[str, Any]) -> None:
        definition["tables"][0]["rows"][1]["decimals"] = decimals
        definition["rules"][0]["formula"] = "合计-甲-乙=0"

    assert [defect.code for defect in lint(form_of(definition_of_small(edit), "小表"))] == codes


def test_a_long_message_is_written_in_pieces_that_excel_takes() -> None:
    words = "说" * 200 + '"' * 60 + "{实际}" + "明" * 600

    def edit(definition: dict[str, Any]) -> None:
        definition["rules"][0].update(formula="合计>=甲", message=words)

    form = form_of(definition_of_small(edit), "小表")
    assert lint(form) == []
    formula = message_formula(form.rules[0])
    assert [len(text) for text in re.findall(r'"((?:[^"]|"")*)"', formula) if len(text) > 255] == []
    text = compile_rule(parse(formula))({"合计": 1, "甲": 2})
    assert text == told_of(form.rules[0], {"合计": 1, "甲": 2}).message == words.replace("{实际}", "1")


@given(st.text('甲"', max_size=900))
def test_any_text_comes_through_its_pieces(text: str) -> None:
    rule = Rule("R0101", Level.MUST, "说明", "TRUE", text or "无")
    formula = message_formula(rule)
    assert compile_rule(parse(formula))({}) == (text or "无")


def test_a_rule_whose_formulas_are_too_long_for_a_cell_is_refused() -> None:
    parts = "+".join(["甲"] * 150)

    def edit(definition: dict[str, Any]) -> None:
        definition["rules"][0].update(formula=f"合计={parts}", message="{应为}" * 30)

    (finding,) = lint(form_of(definition_of_small(edit), "小表"))
    assert (finding.code, finding.rule) == ("L613", "R0101")
    assert "超过 Excel 的上限 8192" in finding.message


def test_what_the_sheet_puts_around_a_message_is_what_lint_allows_for() -> None:
    form = Form.load("xxgk2017")
    sheet = openpyxl.load_workbook(io.BytesIO(build_template(form)))[RULES_SHEET]
    for position, its_rule in enumerate(form.rules):
        formula = sheet.cell(rule_row(position), HEADINGS.index("提示") + 1).value
        assert len(str(formula)) - len(message_formula(its_rule)) <= AROUND_A_MESSAGE


def test_more_rules_than_the_sheet_counts_are_refused() -> None:
    form = form_of(definition_of_small(), "小表")
    many = [replace(form.rules[0], id=f"R{n:04d}", formula="TRUE") for n in range(MOST_RULES + 1)]
    (finding,) = lint(replace(form, rules=tuple(many)))
    assert (finding.code, finding.rule) == ("L613", many[-1].id)


def test_more_rules_about_one_indicator_than_its_mark_can_name_are_refused() -> None:
    form = form_of(definition_of_small(), "小表")
    many = [replace(form.rules[0], id=f"R{n:04d}") for n in range(MOST_RULES_OF_ONE + 1)]
    (finding,) = lint(replace(form, rules=tuple(many)))
    assert (finding.code, finding.indicator) == ("L613", "合计")
    sheet = openpyxl.load_workbook(io.BytesIO(build_template(replace(form, rules=tuple(many[1:])))))[MAIN_SHEET]
    assert max(len(str(cell.value)) for row in sheet.iter_rows() for cell in row) <= 8192
