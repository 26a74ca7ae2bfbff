"""Two returns, two totals: what changed, by how much, who came and went."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
from click.testing import CliRunner, Result

from xltools import Form, build_template
from xltools.cli import main
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def fill(path: Path, unit: str, year: str = "2017", **values: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(build_template(FORM, filled_content(FORM, values, unit=unit, year=year)))
    return path


def test_two_returns_differ_in_what_was_changed_blank_is_not_nought(tmp_path: Path) -> None:
    one = fill(tmp_path / "甲.xlsx", "甲县", 工作会议数=4, 培训班数=2, 举报投诉数=0)
    two = fill(tmp_path / "乙.xlsx", "甲县", 工作会议数=5, 培训班数=2, 查阅点数=0)
    result = run("diff", one, two, "--json", "-")
    report = json.loads(result.stdout)
    assert result.exit_code == 0
    assert report["indicators"] == [
        {"indicator": "举报投诉数", "before": 0, "after": None, "change": 0, "ratio": None},
        {"indicator": "查阅点数", "before": None, "after": 0, "change": 0, "ratio": None},
        {"indicator": "工作会议数", "before": 4, "after": 5, "change": 1, "ratio": 0.25},
    ]
    assert report["units"] == {"appeared": [], "vanished": [], "changed": []}


def test_two_totals_also_tell_units_that_came_and_went(tmp_path: Path) -> None:
    for year, units in (("2016", {"甲县": 1, "乙县": 2, "丙县": 3}), ("2017", {"甲县": 1, "乙县": 6, "丁县": 8})):
        for unit, number in units.items():
            fill(tmp_path / year / f"{unit}.xlsx", unit, year, 工作会议数=number)
        run("consolidate", tmp_path / year, "--year", year, "--unit", "某州", "-o", tmp_path / f"{year}.xlsx")
    report = json.loads(run("diff", tmp_path / "2016.xlsx", tmp_path / "2017.xlsx", "--json", "-").stdout)
    assert (report["before"]["period"], report["after"]["period"]) == ("2016", "2017")
    assert [(c["indicator"], c["before"], c["after"]) for c in report["indicators"]] == [("工作会议数", 6, 15)]
    assert (report["units"]["appeared"], report["units"]["vanished"]) == (["丁县"], ["丙县"])
    assert [(u["unit"], u["indicators"][0]["ratio"]) for u in report["units"]["changed"]] == [("乙县", 2.0)]
    text = run("diff", tmp_path / "2016.xlsx", tmp_path / "2017.xlsx", "--verbose").stdout
    assert "! 乙多出 1 个单位:丁县" in text
    assert "工作会议数   6 → 15  +9(+150.0%)" in text
    assert "乙县:\n  工作会议数  2 → 6  +4(+200.0%)" in text


def test_the_same_figures_are_said_to_be_the_same(tmp_path: Path) -> None:
    one = fill(tmp_path / "甲.xlsx", "甲县", 工作会议数=4)
    assert run("diff", one, one).stdout.splitlines()[-1] == "√ 两份的数完全相同:58 个指标,其中 1 个填了数"


def test_what_cannot_be_compared_is_one_line(tmp_path: Path) -> None:
    one = fill(tmp_path / "甲.xlsx", "甲县", 工作会议数=4)
    (tmp_path / "坏.xlsx").write_text("不是表格", encoding="utf-8")
    for other in ("坏.xlsx", "无.xlsx"):
        result = run("diff", one, tmp_path / other)
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)


def test_what_of_a_file_is_not_compared_is_told(tmp_path: Path) -> None:
    one = fill(tmp_path / "甲.xlsx", "甲县", 工作会议数=4, 培训班数=2)
    book = openpyxl.load_workbook(one)
    cells = {name: book.defined_names[name].attr_text.split("$") for name in ("工作会议数", "培训班数", "填报单位")}
    place = {name: column + row for name, (_, column, row) in cells.items()}
    second = book.copy_worksheet(book["统计表"])
    second.title = "统计表2"
    second[place["填报单位"]] = "乙县"
    book["统计表"][place["工作会议数"]] = "四五次"
    book["统计表"][place["培训班数"]] = "2次"
    other = tmp_path / "乙.xlsx"
    book.save(other)
    told = run("diff", one, other).stdout
    assert "“乙.xlsx”里有 2 份报表,只比较了甲县的,没有比较乙县的" in told
    assert "“乙.xlsx”里工作会议数的数没有读出,按空白比较" in told
    assert "“乙.xlsx”里培训班数的数是整理后读出的" in told


def test_a_return_in_another_format_is_not_taken_for_a_total(tmp_path: Path) -> None:
    one = fill(tmp_path / "甲.xlsx", "甲县", 工作会议数=4)
    other = tmp_path / "乙.csv"
    other.write_text("填报单位,甲县\n年度,2017\n召开政府信息公开工作会议或专题会议数,5\n", encoding="gbk")
    told = run("diff", one, other).stdout
    assert "总表" not in told
