"""What is given as last year's table must be that: of the year before, of the same unit, of the same form."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import office
import pytest
from click.testing import CliRunner, Result

from xltools import Form
from xltools.cli import main
from xltools.consolidation import Previous
from xltools.scope import doubts_about
from xltools.template import build_template
from xltools.writing.content import filled_content

ROSTER = "单位,上级,组别\n甲县,某州,县市\n乙县,某州,县市\n"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, prog_name="xltools", args=[str(argument) for argument in arguments])


def total(folder: Path, year: str, unit: str = "某州") -> Path:
    """A total of 甲县 and 乙县 for a year."""
    form = Form.load("xxgk2017")
    for number, name in enumerate(("甲县", "乙县"), start=3):
        path = folder / year / f"{name}.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(build_template(form, filled_content(form, {"工作会议数": number}, unit=name, year=year)))
    roster = folder / "单位名录.csv"
    roster.write_text(ROSTER, encoding="utf-8")
    target = folder / f"{unit}{year}.xlsx"
    options: list[Any] = ["--roster", roster, "--year", year, "--unit", unit, "-o", target]
    assert run("consolidate", folder / year, *options).exit_code == 0
    return target


def codes(result: Result) -> list[tuple[str, str]]:
    return [(found["code"], found["message"]) for found in json.loads(result.stdout)["findings"]]


def before(unit: str = "某州", period: str = "2016") -> Previous:
    return Previous({}, {}, "上年.xlsx", unit, period)


def test_last_years_total_of_the_same_unit_is_taken_without_a_word() -> None:
    assert doubts_about(before(), "某州", "2017") == []
    assert doubts_about(before("汇总"), "某州", "2017") == []
    assert doubts_about(before("", ""), "某州", "2017") == []
    assert doubts_about(before(), "某州", "") == []
    assert doubts_about(None, "某州", "2017", compares=False) == []


@pytest.mark.parametrize(
    ("unit", "period", "said"),
    [
        ("某州", "2017", "是 2017 年度的,与本次是同一年度:请换成 2016 年度的"),
        ("某州", "2018", "是 2018 年度的,本次是 2017 年度的:请换成 2016 年度的"),
        ("某州", "2014", "是 2014 年度的,本次是 2017 年度的:请换成 2016 年度的"),
        ("长沙市", "2016", "是“长沙市”的,本次是“某州”的"),
    ],
)
def test_another_year_or_another_unit_is_told(unit: str, period: str, said: str) -> None:
    (found,) = doubts_about(before(unit, period), "某州", "2017")
    assert (found.code, str(found.severity)) == ("Y504", "warning")
    assert said in found.message


def test_consolidate_warns_of_the_same_year_and_compares_all_the_same(tmp_path: Path) -> None:
    same = total(tmp_path, "2017")
    options = ["--roster", tmp_path / "单位名录.csv", "-o", tmp_path / "再.xlsx", "--json", "-"]
    again = run("consolidate", tmp_path / "2017", *options, "--previous", same)
    assert again.exit_code == 0
    assert [code for code, _ in codes(again)] == ["Y504"]
    assert codes(run("consolidate", tmp_path / "2017", *options, "--previous", total(tmp_path, "2016"))) == []


def test_check_warns_where_nothing_can_be_compared(tmp_path: Path) -> None:
    total(tmp_path, "2017")
    one, other = tmp_path / "2017" / "甲县.xlsx", tmp_path / "2016" / "乙县.xlsx"
    total(tmp_path, "2016")
    (found,) = codes(run("check", one, "--previous", other, "--json", "-"))
    assert found == ("Y504", "上年的表“乙县.xlsx”里没有本次这些单位的数,没有可以比较的")


@pytest.mark.parametrize("command", ["report", "proof"])
def test_report_and_proof_warn_too(command: str, tmp_path: Path) -> None:
    now, prose = total(tmp_path, "2017"), tmp_path / "报告.txt"
    prose.write_text("全州召开政府信息公开工作会议7次。", encoding="utf-8")
    what = [prose, now] if command == "proof" else [now, "-o", tmp_path / "报告.docx"]
    fine = run(command, *what, "--previous", total(tmp_path, "2016"))
    assert "上年的表" not in fine.stdout, fine.output
    told = run(command, *what, "--previous", total(tmp_path, "2016", "长沙市"))
    assert "! 上年的表“长沙市2016.xlsx”是“长沙市”的,本次是“某州”的" in told.stdout
    assert told.exit_code == 0


@pytest.mark.parametrize("command", ["report", "proof", "consolidate"])
def test_a_table_of_another_form_is_refused(command: str, tmp_path: Path) -> None:
    now, prose, other = total(tmp_path, "2017"), tmp_path / "报告.txt", tmp_path / "另一种.xlsx"
    prose.write_text("全州召开政府信息公开工作会议7次。", encoding="utf-8")
    assert run("template", "-f", "xxgk2021", "--unit", "某州", "--year", "2016", "-o", other).exit_code == 0
    what: list[Any] = [tmp_path / "2017", "-o", tmp_path / "再.xlsx"]
    if command != "consolidate":
        what = [prose, now] if command == "proof" else [now, "-o", tmp_path / "报告.docx"]
    result = run(command, *what, "--previous", other)
    assert result.exit_code == 2
    assert "它是另一种表式的,不是“政府信息公开情况统计表”(xxgk2017)" in result.stderr


def test_the_form_of_an_own_total_is_asked_for(tmp_path: Path) -> None:
    definition, own, prose = tmp_path / "表式.json", tmp_path / "甲县.xlsx", tmp_path / "报告.txt"
    assert run("form", "build", "xxgk2017", "-o", definition).exit_code == 0
    entries = json.loads(definition.read_text(encoding="utf-8")) | {"id": "own"}
    definition.write_text(json.dumps(entries, ensure_ascii=False), encoding="utf-8")
    assert run("template", "-f", definition, "--unit", "甲县", "--year", "2017", "-o", own).exit_code == 0
    prose.write_text("没有收到政府信息公开申请。", encoding="utf-8")
    asked = run("proof", prose, own)
    assert (asked.exit_code, "请用 -f" in asked.stderr) == (2, True)
    named = run("proof", prose, own, "-f", definition)
    assert (named.exit_code, "请用 -f" in named.stderr) == (1, False)  # nothing is filled in, but it is of this form


@pytest.mark.office
def test_a_total_saved_in_another_format_tells_that_its_units_are_lost(tmp_path: Path) -> None:
    now, prose = total(tmp_path, "2017"), tmp_path / "报告.txt"
    prose.write_text("县市召开政府信息公开工作会议7次。", encoding="utf-8")
    saved = office.to_ods(now, tmp_path / "out")
    told = run("proof", prose, saved)
    assert "! “某州2017.ods”里没有各单位、各组别的明细,只用表上的数" in told.stdout
    compared = run("diff", now, saved)
    assert "! “某州2017.ods”里没有各单位" in compared.stdout
    assert "少了" not in compared.stdout
    assert "读不到" not in run("proof", prose, tmp_path / "2017" / "甲县.xlsx").stdout
