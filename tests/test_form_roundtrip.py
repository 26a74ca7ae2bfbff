"""The workbook is the form: what was built is read back to the letter, what is edited in Excel as edited."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import resources
from pathlib import Path
from typing import Any

import pytest
from formediting import add_rule, bytes_of, edited_in_office, loaded, name, refer, workbook_of, write
from hypothesis import given
from hypothesis import strategies as st
from office import recalculate, requires_office

from xltools import build_template, check, consolidate, read
from xltools.definition import definition_of, dumps, form_of
from xltools.form import Entry, Form, Indicator, Level, ListTable, Matrix, Rule, Section
from xltools.formbook import form_of_workbook
from xltools.formsource import load_with_defects
from xltools.reading.references import cell_name
from xltools.schema import published_schema
from xltools.sheetnames import GUIDE_SHEET, MAIN_SHEET, RULES_SHEET
from xltools.writing.content import filled_content

TEMPLATES = Path(__file__).parents[1] / "templates"
MANUAL = Path(__file__).parents[1] / "docs" / "表式定义.md"
FORMS = ("xxgk2017", "xxgk2021")
both_forms = pytest.mark.parametrize("form_id", FORMS)


def definition_text(form_id: str) -> str:
    return resources.files("xltools").joinpath("forms", f"{form_id}.json").read_text(encoding="utf-8")


def list_rows(form: Form) -> list[Section | Entry]:
    (table,) = form.tables
    assert isinstance(table, ListTable)
    return list(table.rows)


def matrix(form: Form, table_id: str) -> Matrix:
    (table,) = (table for table in form.tables if table.id == table_id)
    assert isinstance(table, Matrix)
    return table


def cell_of(form_id: str, indicator: str) -> str:
    spot = Form.load(form_id).page.spots[indicator]
    return cell_name(spot.row, spot.column)


# --- what was built ---


@both_forms
def test_the_workbook_gives_the_definition_back_to_the_letter(form_id: str, tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    path.write_bytes(build_template(Form.load(form_id)))
    form = Form.load(path)
    assert form == Form.load(form_id)
    assert dumps(definition_of(form)) == definition_text(form_id)


@both_forms
def test_building_from_what_was_built_gives_the_same_bytes(form_id: str) -> None:
    built = build_template(Form.load(form_id))
    form, defects = form_of_workbook(built, "空表.xlsx")
    assert defects == []
    assert build_template(form) == built


@pytest.mark.parametrize(("form_id", "file_name"), [("xxgk2017", "统计表.xlsx"), ("xxgk2021", "统计表2021.xlsx")])
def test_the_shipped_template_is_the_shipped_definition(form_id: str, file_name: str) -> None:
    form = Form.load(TEMPLATES / file_name)
    assert form == Form.load(form_id)
    assert build_template(form) == (TEMPLATES / file_name).read_bytes()


@both_forms
def test_saving_with_openpyxl_changes_nothing(form_id: str) -> None:
    assert loaded(workbook_of(form_id)) == (Form.load(form_id), [])


@requires_office
def test_rules_that_libreoffice_spells_its_own_way_are_the_same_rules(tmp_path: Path) -> None:
    formulas = ["if(政府公报公开数>.5,TRUE,false)", '政府公报公开数&"TRUE()"="1TRUE()"', "政府公报公开数>=1E3+50%"]
    form = Form.load("xxgk2017")
    form = replace(form, rules=tuple(Rule(f"R990{n}", Level.MUST, "说明", f) for n, f in enumerate(formulas)))
    path = tmp_path / "空表.xlsx"
    path.write_bytes(build_template(form))
    (saved,) = recalculate([path], tmp_path / "out")
    again, _ = form_of_workbook(saved.read_bytes(), "另存.xlsx")
    assert [rule.expression for rule in again.rules] == [rule.expression for rule in form.rules]


@requires_office
def test_saving_with_libreoffice_changes_nothing(tmp_path: Path) -> None:
    paths = [tmp_path / f"{form_id}.xlsx" for form_id in FORMS]
    for form_id, path in zip(FORMS, paths, strict=True):
        path.write_bytes(build_template(Form.load(form_id)))
    for form_id, path in zip(FORMS, recalculate(paths, tmp_path / "out"), strict=True):
        assert form_of_workbook(path.read_bytes(), path.name) == (Form.load(form_id), [])


TEXTS = st.text(st.sampled_from("甲乙(1、: "), min_size=1, max_size=3).map(str.strip).filter(bool)
ATTRIBUTES = st.fixed_dictionaries(
    {"measure": st.sampled_from(["", "件", "万元", "人次"])},
    optional={
        "decimals": st.integers(0, 9),
        "aggregate": st.sampled_from(["max", "none"]),
        "required": st.booleans(),
        "note": TEXTS,
    },
).filter(lambda own: not (own.get("required") and own.get("aggregate") == "none"))  # which lint refuses
SECTIONS = st.builds(lambda label, level: {"section": label, "level": level}, TEXTS, st.integers(0, 3))
ENTRIES = st.builds(lambda label, level, own: {"label": label, "level": level, **own},
                    TEXTS, st.integers(0, 3), ATTRIBUTES)  # fmt: skip
PATHS = st.lists(st.lists(TEXTS, min_size=1, max_size=3), min_size=1, max_size=5).filter(
    lambda paths: not any(len(one) < len(other) and other[: len(one)] == one for one in paths for other in paths)
)  # a line whose labels are only the beginning of another's has none of its own, which lint says


def form_with(table: Mapping[str, object], columns: int) -> Form:
    layout = {"grid": [8] * columns, "unit_spans": [1, columns - 1], "signature_spans": [1, columns - 1]}
    start = {"xltools": 1, "id": "F1", "version": "2", "title": "表", "layout": layout}
    return form_of({**start, "tables": [{"id": "T1", **table}], "rules": []}, "任意的表式")


@given(st.lists(st.one_of(SECTIONS, ENTRIES), max_size=8))
def test_any_list_comes_back_as_it_was_built(rows: list[dict[str, object]]) -> None:
    rows.append({"label": "末行"})
    named = [{**row, "name": f"指标{at}"} if "label" in row else row for at, row in enumerate(rows)]
    form = form_with({"kind": "list", "headings": ["项目", "计量", "数"], "spans": [2, 1, 1], "rows": named}, 4)
    assert form_of_workbook(build_template(form), "任意.xlsx") == (form, [])


@given(PATHS, PATHS, st.sampled_from(["", "_"]), st.sampled_from(["", "甲"]), st.sampled_from(["", "乙"]))
def test_any_matrix_comes_back_as_it_was_built(
    rows: list[list[str]], columns: list[list[str]], join: str, section: str, heading: str
) -> None:
    table = {
        "kind": "matrix", "section": section, "heading": heading, "corner": "项目", "join": join,
        "label_spans": [2, 1, 1], "value_spans": [1, 2, 1, 1, 1][: len(columns)], "measure": "件",
        "rows": [{"key": f"行{at}", "labels": labels} for at, labels in enumerate(rows)],
        "columns": [{"key": f"列{at}", "labels": labels} for at, labels in enumerate(columns)],
    }  # fmt: skip
    form = form_with(table, 10)
    assert form_of_workbook(build_template(form), "任意.xlsx") == (form, [])


# --- what can be seen wins over what is hidden ---


def test_labels_measures_title_and_notes_are_what_the_sheets_show() -> None:
    workbook = workbook_of()
    write(workbook, {"A1": "信息公开统计表", "A5": "一、公开", "A6": "(一)公开数", "C6": "项", "D4": "本年数"})
    guide = workbook[GUIDE_SHEET]
    row = next(cell.row for cell in guide["A"] if cell.value == "主动公开政府信息数")
    guide.cell(row, 4).value = "全部算上。"
    form, defects = loaded(workbook)
    assert defects == []
    assert form.title == "信息公开统计表"
    assert list_rows(form)[:2] == [
        Section("一、公开", 0),
        Entry("(一)公开数", Indicator("主动公开政府信息数", "项", note="全部算上。"), 1),
    ]
    assert isinstance(form.tables[0], ListTable)
    assert form.tables[0].headings == ("统计指标", "单位", "本年数")


def test_a_rule_is_what_its_row_on_the_sheet_says() -> None:
    workbook = workbook_of()
    formula = "主动公开政府信息数>=政府公报公开数"
    cells = {"A4": "R0199", "B4": "提示", "C4": "改过", "D4": f"={formula}", "I4": "只有 {实际}"}
    write(workbook, cells, RULES_SHEET)
    form, defects = loaded(workbook)
    assert defects == []
    assert form.rules[0] == Rule("R0199", Level.CONFIRM, "改过", formula, "只有 {实际}")
    assert form.rules[1:] == Form.load("xxgk2017").rules[1:]


def test_the_formula_of_a_computed_indicator_is_that_of_its_cell() -> None:
    workbook = workbook_of("xxgk2021")
    at = cell_of("xxgk2021", "行政复议_总计")
    write(workbook, {at: "=行政复议_结果维持+行政复议_结果纠正"})
    form, defects = loaded(workbook)
    assert defects == []
    assert form.indicators["行政复议_总计"].formula == "行政复议_结果维持+行政复议_结果纠正"


def test_a_note_shared_by_a_row_of_a_matrix_reaches_each_of_its_figures() -> None:
    workbook = workbook_of("xxgk2021")
    guide = workbook[GUIDE_SHEET]
    row = next(cell.row for cell in guide["A"] if cell.value == "本年新收_*")
    guide.cell(row, 4).value = "含网上收到的。"
    form, _ = loaded(workbook)
    received = matrix(form, "T3").cells[0]
    assert {indicator.note for indicator in received} == {"含网上收到的。"}


# --- an indicator added in Excel alone ---


def test_a_row_appended_below_the_last_one_is_an_indicator() -> None:
    workbook = workbook_of()
    write(workbook, {"A70": "(三)公开专栏建设经费", "C70": "万元"})
    name(workbook, "专栏经费", "D70")
    add_rule(workbook, "R9901", "错误", "专栏经费不超过主动公开数", "=专栏经费<=主动公开政府信息数")
    form, defects = loaded(workbook)
    assert defects == []
    assert list(form.indicators)[-1] == "专栏经费"
    last = list_rows(form)[-1]
    assert last == Entry("(三)公开专栏建设经费", Indicator("专栏经费", "万元", decimals=6), list_rows(form)[-2].level)
    assert form.rules[-1] == Rule("R9901", Level.MUST, "专栏经费不超过主动公开数", "专栏经费<=主动公开政府信息数")


def test_sections_and_several_rows_can_be_appended_and_sections_renamed() -> None:
    workbook = workbook_of()
    sheet = workbook[MAIN_SHEET]
    for row in range(76, 70, -1):  # room for two rows, as if they had been inserted above the signatures
        sheet.move_range(f"A{row}:D{row}", rows=2)
    for field in ("单位负责人", "审核人", "填报人", "联系电话", "填报日期"):
        name(workbook, field, moved(workbook.defined_names[field].attr_text, 2))
    write(workbook, {"A5": "一、公开", "A70": "十、其他", "A71": "新增一", "C71": "件", "A72": "新增二", "C72": "件"})
    name(workbook, "新增一", "D71")
    name(workbook, "新增二", "D72")
    form, defects = loaded(workbook)
    assert defects == []
    assert list_rows(form)[0] == Section("一、公开", 0)
    assert [row.label for row in list_rows(form)[-3:]] == ["十、其他", "新增一", "新增二"]
    assert isinstance(list_rows(form)[-3], Section)


def moved(refers_to: str, rows: int) -> str:
    _, column, row = refers_to.split("$")
    return f"{column}{int(row) + rows}"


def test_what_was_added_in_excel_can_be_written_down_and_built_anew() -> None:
    workbook = workbook_of()
    write(workbook, {"A70": "新增", "C70": "件"})
    name(workbook, "新增数", "D70")
    add_rule(workbook, "R9901", "提示", "新增不多于公开", "=新增数<=主动公开政府信息数")
    form, _ = loaded(workbook)
    assert form_of(definition_of(form), "写出的定义") == form
    assert form_of_workbook(build_template(form), "重新生成.xlsx") == (form, [])


def test_a_name_given_to_merged_cells_as_a_whole_means_the_one_cell() -> None:
    workbook = workbook_of("xxgk2021")
    refer(workbook, "规章制发数", f"{MAIN_SHEET}!$G$7:$I$7")
    assert loaded(workbook) == (Form.load("xxgk2021"), [])


def test_check_and_consolidate_use_an_indicator_added_in_excel(tmp_path: Path) -> None:
    workbook = workbook_of()
    write(workbook, {"A70": "新增", "C70": "件"})
    name(workbook, "新增数", "D70")
    add_rule(workbook, "R9901", "错误", "新增不多于公开", "=新增数<=主动公开政府信息数")
    (tmp_path / "新表式.xlsx").write_bytes(bytes_of(workbook))
    form = Form.load(tmp_path / "新表式.xlsx")
    returns = []
    for unit, added in (("吉首市", 3), ("泸溪县", 40)):
        write(workbook, {"B3": unit, "A2": 2017, cell_of("xxgk2017", "主动公开政府信息数"): 30, "D70": added})
        (tmp_path / f"{unit}.xlsx").write_bytes(bytes_of(workbook))
        returns.append(read(tmp_path / f"{unit}.xlsx", form))
    assert [ret.values["新增数"] for ret in returns] == [3, 40]
    failed = [[found.rule for found in check(ret, form) if found.rule == "R9901"] for ret in returns]
    assert failed == [[], ["R9901"]]
    assert consolidate(returns, form).totals["合计"]["新增数"] == 43


@requires_office
def test_rows_and_columns_inserted_around_the_table_change_nothing(tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    path.write_bytes(build_template(Form.load("xxgk2017")))
    steps = [["insert_rows", MAIN_SHEET, 2, 2], ["insert_columns", MAIN_SHEET, 1, 1]]
    edited = edited_in_office(path, tmp_path / "改过.xlsx", steps)
    assert form_of_workbook(edited, "改过.xlsx") == (Form.load("xxgk2017"), [])


@requires_office
def test_a_row_inserted_inside_the_list_is_an_indicator_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    path.write_bytes(build_template(Form.load("xxgk2017")))
    free = 4 + len(Form.load("xxgk2017").rules)
    steps: list[list[Any]] = [
        ["insert_rows", MAIN_SHEET, 8, 1],
        ["write", MAIN_SHEET, "A8", "废止规范性文件数"],
        ["write", MAIN_SHEET, "C8", "件"],
        ["name", "废止规范性文件数", MAIN_SHEET, "D8"],
        *(["write", RULES_SHEET, f"{column}{free}", text] for column, text in zip("ABCD", (
            "R9901", "错误", "废止不多于制发", "=废止规范性文件数<=制发规范性文件总数"), strict=True)),
    ]  # fmt: skip
    form, defects = form_of_workbook(edited_in_office(path, tmp_path / "改过.xlsx", steps), "改过.xlsx")
    assert defects == []
    added = Entry("废止规范性文件数", Indicator("废止规范性文件数", "件"), 2)
    before = list_rows(Form.load("xxgk2017"))
    assert list_rows(form) == [*before[:3], added, *before[3:]]
    assert form.rules[-1].formula == "废止规范性文件数<=制发规范性文件总数"
    ret = read(tmp_path / "改过.xlsx", form)
    assert not [found for found in ret.findings if found.code in ("S202", "S203")]


@requires_office
def test_a_row_and_a_column_inserted_inside_a_matrix_get_their_keys_from_the_names(tmp_path: Path) -> None:
    path = tmp_path / "空表.xlsx"
    path.write_bytes(build_template(Form.load("xxgk2021")))
    old = matrix(Form.load("xxgk2021"), "T3")
    row_keys = [row.key for row in old.rows]
    column_keys = [column.key for column in old.columns]
    row_keys.insert(3, "征求意见")
    column_keys.insert(6, "境外组织")
    steps: list[list[Any]] = [
        ["insert_rows", MAIN_SHEET, 26, 1],
        ["insert_columns", MAIN_SHEET, 15, 1],
        ["write", MAIN_SHEET, "B26", "(一之二)征求意见"],
        ["write", MAIN_SHEET, "O22", "境外组织"],
        *(["name", f"征求意见_{key}", MAIN_SHEET, f"{column}26"]
          for key, column in zip(column_keys, "IJKLMNOP", strict=True)),
        *(["name", f"{key}_境外组织", MAIN_SHEET, f"O{23 + at}"]
          for at, key in enumerate(row_keys) if key != "征求意见"),
    ]  # fmt: skip
    form, defects = form_of_workbook(edited_in_office(path, tmp_path / "改过.xlsx", steps), "改过.xlsx")
    table = matrix(form, "T3")
    assert defects == []
    assert [row.key for row in table.rows] == row_keys
    assert [column.key for column in table.columns] == column_keys
    assert table.rows[3].labels == ("三、本年度办理结果", "(一之二)征求意见")
    assert table.cells[3][6] == Indicator("征求意见_境外组织", "件")
    assert form_of(definition_of(form), "写出的定义") == form
    assert form_of_workbook(build_template(form), "重新生成.xlsx") == (form, [])


# --- a filled workbook is not a form of its own ---


@both_forms
def test_figures_in_the_workbook_are_no_part_of_the_form(form_id: str) -> None:
    form = Form.load(form_id)
    values = {name: 1 for name, indicator in form.indicators.items() if not indicator.formula}
    filled = build_template(form, filled_content(form, values, unit="吉首市", year="2017"))
    again, defects = form_of_workbook(filled, "已填.xlsx")
    assert again == form
    assert [(d.code, d.severity.value) for d in defects] == [("L611", "warning")]


# --- the manual for those who define a form ---


def test_the_definition_in_the_manual_is_a_sound_form_and_comes_back_from_its_workbook(tmp_path: Path) -> None:
    path = tmp_path / "例子.json"
    path.write_text(manual_example(), encoding="utf-8")
    form, defects = load_with_defects(path)
    assert defects == []
    assert Form.load(path) == form
    assert form_of_workbook(build_template(form), "例子.xlsx") == (form, [])


def test_the_manual_explains_every_key_of_the_schema_and_its_example_uses_each_but_the_formula() -> None:
    keys = set(properties(published_schema("form.schema.json")))
    explained = set(re.findall(r"`(\w+)`", MANUAL.read_text(encoding="utf-8")))
    assert keys - explained == set()
    used = set(re.findall(r'"(\w+)":', manual_example()))
    assert keys - used == {"formula"} - used


def manual_example() -> str:
    (example,) = re.findall(r"```json\n(.*?)```", MANUAL.read_text(encoding="utf-8"), re.DOTALL)
    return str(example)


def properties(schema: Any) -> Iterator[str]:
    """Every key that some object of the schema may have."""
    if isinstance(schema, Mapping):
        yield from schema.get("properties", {})
        for part in schema.values():
            yield from properties(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from properties(part)
