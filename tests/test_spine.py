"""From the form to the total: templates, a return, a consolidation."""

from pathlib import Path

import pytest

from xltools import Form, Return, build_template, check, consolidate, read
from xltools.definition import definition_of, dumps
from xltools.form import Form as FormType
from xltools.writing.content import filled_content

ROOT = Path(__file__).parents[1]
TEMPLATES = [("xxgk2017", "统计表.xlsx"), ("xxgk2021", "统计表2021.xlsx")]


@pytest.mark.parametrize(("form_id", "name"), TEMPLATES)
def test_templates_are_what_the_definitions_build(form_id: str, name: str) -> None:
    form = Form.load(form_id)
    assert build_template(form) == (ROOT / "templates" / name).read_bytes()


@pytest.mark.parametrize(("form_id", "name"), TEMPLATES)
def test_a_definition_survives_loading(form_id: str, name: str) -> None:
    text = (ROOT / "src/xltools/forms" / f"{form_id}.json").read_text(encoding="utf-8")
    assert dumps(definition_of(Form.load(form_id))) == text


def _return(form: FormType, folder: Path, unit: str, **values: int) -> Return:
    path = folder / f"{unit}.xlsx"
    path.write_bytes(build_template(form, filled_content(form, values, unit=unit)))
    return read(path, form)


def test_cases_without_outcome_are_asked_about(tmp_path: Path) -> None:
    form = Form.load("xxgk2017")
    ret = _return(form, tmp_path, "湘西州", 行政复议数=101, 复议维持数=56, 复议纠错数=24, 复议其他数=1)
    found = check(ret, form)
    assert [(f.code, f.severity, f.cell, f.actual, f.expected) for f in found] == [
        ("R0402", "warning", "D49", 101, 81)
    ]


def test_a_blank_total_beside_filled_parts_is_named_with_its_sum(tmp_path: Path) -> None:
    form = Form.load("xxgk2017")
    parts = dict.fromkeys(("收到申请数", "网络申请数", "申请办结数", "按时办结数", "同意公开答复数"), 15)
    found = check(_return(form, tmp_path, "甲县", **parts), form)
    assert [(f.code, f.rule, f.indicator, f.expected, f.actual) for f in found] == [
        ("V308", "R0305", "申请答复数", 15, None)
    ]


def test_the_total_adds_up_and_is_itself_a_return(tmp_path: Path) -> None:
    form = Form.load("xxgk2017")
    returns = [_return(form, tmp_path, unit, 工作会议数=number) for unit, number in (("甲县", 3), ("乙县", 4))]
    total = consolidate(returns, form)
    assert total.totals["合计"]["工作会议数"] == 7
    assert total.totals["合计"]["培训班数"] is None
    total.save(tmp_path / "总表.xlsx")
    again = read(tmp_path / "总表.xlsx", form)
    assert again.unit == "汇总"
    assert dict(again.values) == dict(total.totals["合计"])
