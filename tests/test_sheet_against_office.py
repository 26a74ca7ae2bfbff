"""The live checks in the sheet say what Python says: every formula cell, as LibreOffice recalculates it."""

import random
from decimal import Decimal
from pathlib import Path

import office
import openpyxl
import pytest

from xltools import Form, build_template, consolidate, read
from xltools.writing.content import filled_content
from xltools.writing.formsheet import audit_column

pytestmark = pytest.mark.office


def _formula_cells(path: Path) -> dict[tuple[str, str], object]:
    """The stored value of every cell that holds a formula."""
    formulas = openpyxl.load_workbook(path)
    values = openpyxl.load_workbook(path, data_only=True)
    return {
        (sheet.title, cell.coordinate): values[sheet.title][cell.coordinate].value
        for sheet in formulas.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if cell.data_type == "f"
    }


def _differences(before: Path, after: Path) -> dict[tuple[str, str], tuple[object, object]]:
    stored, recalculated = _formula_cells(before), _formula_cells(after)
    return {
        at: (value, recalculated.get(at))
        for at, value in stored.items()
        if (value or None) != (recalculated.get(at) or None)
        and not (isinstance(value, float | int) and recalculated.get(at) == pytest.approx(value))
    }


@pytest.mark.parametrize("form_id", ["xxgk2017", "xxgk2021"])
def test_random_returns_show_the_same_in_the_sheet(form_id: str, tmp_path: Path) -> None:
    form = Form.load(form_id)
    chance = random.Random(form_id)
    paths = []
    for number in range(4):
        values = {name: chance.choice([None, 0, 1, 3, 120, -2, 45237]) for name in form.indicators}
        explanations = {rule.id: "已核实" for rule in form.rules if rule.level == "提示" and chance.random() < 0.4}
        content = filled_content(form, values, unit="甲县", year="2017", explanations=explanations)
        paths.append(tmp_path / f"{form_id}-{number}.xlsx")
        paths[-1].write_bytes(build_template(form, content))
    (tmp_path / "out").mkdir()
    for before, after in zip(paths, office.recalculate(paths, tmp_path / "out"), strict=True):
        assert _differences(before, after) == {}


@pytest.mark.parametrize(
    ("form_id", "asked", "typed"),
    [("xxgk2017", "收到申请数", "网络申请数"), ("xxgk2021", "本年新收_自然人", "上年结转_自然人")],
)
def test_text_pasted_into_a_figure_is_told_and_what_needs_it_waits(
    form_id: str, asked: str, typed: str, tmp_path: Path
) -> None:
    form = Form.load(form_id)
    content = filled_content(form, {asked: 15}, unit="甲县", year="2017")
    (tmp_path / "空表.xlsx").write_bytes(build_template(form, content))
    book = openpyxl.load_workbook(tmp_path / "空表.xlsx")
    book["统计表"].cell(form.page.spots[typed].row, form.page.spots[typed].column).value = "2件"
    book.save(tmp_path / "贴入.xlsx")
    (tmp_path / "out").mkdir()
    (after,) = office.recalculate([tmp_path / "贴入.xlsx"], tmp_path / "out")
    sheet = openpyxl.load_workbook(after, data_only=True)["统计表"]
    column = audit_column(form)
    words = {row: str(sheet.cell(row, column).value or "") for row in range(1, form.page.height + 1)}
    assert not [text for text in words.values() if text.startswith(("#", "Err"))]
    assert words[1].startswith("✗ 需修改:")
    assert words[form.page.spots[typed].row].startswith("✗ ")
    assert "… 待核:" in words[form.page.spots[asked].row]


def test_the_total_recalculates_to_its_stored_values(tmp_path: Path) -> None:
    form = Form.load("xxgk2017")
    returns = []
    for unit, money in (("甲县", "0.1"), ("乙县", "0.2"), ("丙县", "0.3")):
        path = tmp_path / f"{unit}.xlsx"
        content = filled_content(form, {"专项经费": Decimal(money), "培训班数": 2}, unit=unit)
        path.write_bytes(build_template(form, content))
        returns.append(read(path, form))
    total = consolidate(returns, form)
    assert total.totals["合计"]["专项经费"] == Decimal("0.6")
    total.save(tmp_path / "总表.xlsx")
    (tmp_path / "out").mkdir()
    (after,) = office.recalculate([tmp_path / "总表.xlsx"], tmp_path / "out")
    assert _differences(tmp_path / "总表.xlsx", after) == {}
    assert read(after, form).values == total.totals["合计"]
