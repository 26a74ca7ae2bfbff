"""The commands, as people type them: what is printed where, what is written, with which exit code."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import click
import lxml.html
import openpyxl
import pytest
from babel.messages import mofile, pofile
from click.testing import CliRunner, Result

from xltools import Form, build_template
from xltools.cli import main, speak_chinese
from xltools.writing.content import filled_content

ROOT = Path(__file__).resolve().parents[1]
XIANGXI = ROOT / "examples" / "湘西州2017"


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, prog_name="xltools", args=[str(argument) for argument in arguments])


def fill(path: Path, unit: str, number: int | None = 3, year: str = "2017", **values: int) -> Path:
    form = Form.load("xxgk2017")
    given = {"工作会议数": number, **values}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(build_template(form, filled_content(form, given, unit=unit, year=year)))
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for unit, number in (("甲县", 3), ("乙县", 4)):
        fill(tmp_path / "上报" / f"{unit}.xlsx", unit, number)
    return tmp_path / "上报"


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    path = tmp_path / "单位名录.csv"
    path.write_text("单位,上级,组别\n甲县,某州,县市\n乙县,某州,县市\n丙县,某州,县市\n", encoding="gbk")
    return path


# --- template ---


def test_template_writes_the_empty_form_of_a_unit(tmp_path: Path) -> None:
    result = run("template", "--unit", "吉首市", "--year", "2018", "-o", tmp_path / "吉首市.xlsx")
    assert (result.exit_code, result.stderr) == (0, "")
    assert run("check", tmp_path / "吉首市.xlsx", "--json", "-").exit_code == 1  # nothing filled in yet


def test_template_into_a_folder_that_does_not_exist_says_so(tmp_path: Path) -> None:
    result = run("template", "-o", tmp_path / "无" / "空表.xlsx")
    assert result.exit_code == 2
    words = f"没有运行:写不了“{tmp_path / '无' / '空表.xlsx'}”:文件夹“{tmp_path / '无'}”不存在,请先建好"
    assert result.stderr.splitlines() == [words]


# --- check ---


def test_a_sound_return_may_be_sent_on(folder: Path) -> None:
    result = run("check", folder / "甲县.xlsx")
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].split() == ["√", "甲县", "可以上报", str(folder / "甲县.xlsx")]


def test_findings_say_where_and_what_errors_first(tmp_path: Path) -> None:
    path = fill(tmp_path / "甲县.xlsx", "甲县", 1, 专职人员数=2, 兼职人员数=3, 工作人员数=9, 接受培训人次=8)
    result = run("check", path)
    assert result.exit_code == 1
    lines = result.stdout.splitlines()
    assert "需修改:1 处错误,1 处提示" in lines[0]
    error = next(line for line in lines if "[R0801]" in line)
    assert error.startswith(f"  × {path} 统计表!D")
    assert lines.index(error) < next(n for n, line in enumerate(lines) if "[R0901]" in line)


def test_the_same_words_about_many_cells_are_said_once(tmp_path: Path) -> None:
    import openpyxl

    path = fill(tmp_path / "甲县.xlsx", "甲县")
    book = openpyxl.load_workbook(path)
    for name in ("接受培训人次", "培训班数", "查阅点数", "工作会议数", "专职人员数", "兼职人员数"):
        book.defined_names.pop(name, None)
    book.save(path)
    lines = [line for line in run("check", path).stdout.splitlines() if "S201" in line]
    assert len(lines) == 1
    assert re.search(r"统计表!D\d+、D\d+、D\d+、D\d+ 等 6 格", lines[0])


def test_one_file_of_a_unit_beside_another_is_no_conflict_unless_a_folder_is_checked(tmp_path: Path) -> None:
    old, new = fill(tmp_path / "件" / "旧.xlsx", "甲县", 1), fill(tmp_path / "件" / "新.xlsx", "甲县", 2)
    assert run("check", old, new).exit_code == 0
    whole = run("check", old.parent, "--json", "-")
    report = json.loads(whole.stdout)
    assert (whole.exit_code, [f["code"] for f in report["findings"]]) == (1, ["U402"])
    assert {file["status"] for file in report["files"]} == {"duplicate"}
    assert [unit["status"] for unit in report["units"]] == ["conflict"]


def test_a_folder_against_a_roster_names_who_is_missing(folder: Path, roster: Path) -> None:
    result = run("check", folder, "--roster", roster, "--json", "-")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [(f["code"], f["unit"]) for f in report["findings"]] == [("U401", "丙县")]
    assert report["summary"] == {"files": 2, "units": 3, "received": 2, "missing": 1, "errors": 1, "warnings": 0}
    assert "totals" not in report
    single = run("check", folder / "甲县.xlsx", "--roster", roster)
    assert single.exit_code == 0, single.stdout


def test_a_stranger_and_an_alias_are_told_by_the_roster(folder: Path, tmp_path: Path) -> None:
    roster = tmp_path / "名录.csv"
    roster.write_text("单位,上级,别名\n甲县,某州,\n乙县人民政府,某州,乙县;乙\n", encoding="utf-8")
    fill(folder / "丁.xlsx", "丁县")
    report = json.loads(run("check", folder, "--roster", roster, "--json", "-").stdout)
    assert sorted((f["code"], f["file"]) for f in report["findings"]) == [("U403", "丁.xlsx"), ("U404", "乙县.xlsx")]
    assert {unit["unit"]: unit["status"] for unit in report["units"]} == {
        "甲县": "ok", "乙县人民政府": "ok", "丁县": "unlisted",
    }  # fmt: skip


def test_the_previous_total_brings_questions(folder: Path, tmp_path: Path) -> None:
    for unit, number in (("甲县", 300), ("乙县", 4)):
        fill(tmp_path / "去年" / f"{unit}.xlsx", unit, number, "2016", 专项经费=2)
    before = tmp_path / "去年总表.xlsx"
    assert run("consolidate", tmp_path / "去年", "--year", "2016", "-o", before).exit_code == 0
    report = json.loads(run("check", folder, "--previous", before, "--json", "-").stdout)
    assert sorted((f["code"], f["unit"], f["indicator"]) for f in report["findings"]) == [
        ("Y501", "甲县", "工作会议数"), ("Y502", "乙县", "专项经费"), ("Y502", "甲县", "专项经费"),
    ]  # fmt: skip


def test_the_form_the_files_carry_is_used(tmp_path: Path) -> None:
    run("template", "-f", "xxgk2021", "--unit", "甲县", "--year", "2021", "-o", tmp_path / "甲县.xlsx")
    report = json.loads(run("check", tmp_path / "甲县.xlsx", "--json", "-").stdout)
    assert report["form"]["id"] == "xxgk2021"
    assert [f["code"] for f in report["findings"]] == ["V309", "S208"]


def test_a_form_that_is_not_packaged_must_be_named(tmp_path: Path) -> None:
    definition = tmp_path / "表式.json"
    text = json.dumps({**json.loads(_definition()), "id": "own1"}, ensure_ascii=False)
    definition.write_text(text, encoding="utf-8")
    run("template", "-f", definition, "--unit", "甲县", "-o", tmp_path / "甲县.xlsx")
    refused = run("check", tmp_path / "甲县.xlsx")
    assert refused.exit_code == 2
    assert "“甲县.xlsx”用的是表式“own1”,不是自带的" in refused.stderr
    assert "请用 -f 指出它的空表或定义文件" in refused.stderr
    assert run("check", tmp_path / "甲县.xlsx", "-f", definition).exit_code == 1  # blank, but of this form


def test_a_total_of_an_own_form_says_that_its_form_must_be_named(tmp_path: Path) -> None:
    definition, total, report = tmp_path / "表式.json", tmp_path / "总表.xlsx", tmp_path / "报告.docx"
    text = json.dumps({**json.loads(_definition()), "id": "own1"}, ensure_ascii=False)
    definition.write_text(text, encoding="utf-8")
    (tmp_path / "上报").mkdir()
    form = Form.load(definition)
    filled = build_template(form, filled_content(form, {"工作会议数": 3}, unit="甲县", year="2017"))
    (tmp_path / "上报" / "甲县.xlsx").write_bytes(filled)
    run("consolidate", tmp_path / "上报", "-f", definition, "-o", total)
    for arguments in (["trace", total, "工作会议数"], ["diff", total, total], ["report", total, "-o", report]):
        refused = run(*arguments)
        assert refused.exit_code == 2
        assert "“总表.xlsx”用的是表式“own1”" in refused.stderr
        assert "-f" in refused.stderr
        named = run(*arguments, "-f", definition)
        assert "用的是表式" not in named.stderr
        assert named.exit_code == 0 or arguments[0] == "report"  # whose own form needs a template of its own


def _definition() -> str:
    return (ROOT / "src" / "xltools" / "forms" / "xxgk2017.json").read_text(encoding="utf-8")


def test_a_total_is_a_return_that_check_accepts(folder: Path, tmp_path: Path) -> None:
    total = tmp_path / "总表.xlsx"
    assert run("consolidate", folder, "--unit", "某州", "-o", total).exit_code == 0
    result = run("check", total, "--json", "-")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["findings"]) == (0, [])
    assert report["units"][0]["unit"] == "某州"
    assert report["units"][0]["values"]["工作会议数"] == 7


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda path: path.write_text("这不是表格", encoding="utf-8"), "F107"),
        (lambda path: path.write_bytes(b""), "F101"),
        (lambda path: path.write_bytes(b"PK\x03\x04 half a file"), "F101"),
        (lambda path: path.write_bytes(build_template(Form.load("xxgk2021"))), "F103"),
    ],
    ids=["text", "empty", "cut off", "another form"],
)
def test_garbage_is_a_finding(tmp_path: Path, make: Any, code: str) -> None:
    path = tmp_path / "甲县.xlsx"
    make(path)
    result = run("check", path, "-f", "xxgk2017", "--json", "-")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert [f["code"] for f in report["findings"]] == [code]
    assert report["files"][0]["status"] == "rejected"


def test_a_path_that_does_not_exist_is_one_line(tmp_path: Path) -> None:
    result = run("check", tmp_path / "无.xlsx")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"没有运行:没有“{tmp_path / '无.xlsx'}”这个文件或文件夹\n"


def test_a_roster_that_is_none_is_one_line(folder: Path, tmp_path: Path) -> None:
    for name, text in (("名录.csv", "甲,乙\n1,2\n"), ("名录.xlsx", "不是表格"), ("名录.doc", "")):
        (tmp_path / name).write_text(text, encoding="utf-8")
        result = run("check", folder, "--roster", tmp_path / name)
        assert (result.exit_code, result.stdout) == (2, "")
        assert result.stderr.startswith("没有运行:单位名录不能用:"), name
        assert result.stderr.count("\n") == 1


# --- consolidate ---


def test_consolidating_twice_into_the_folder_gives_the_same_total(folder: Path) -> None:
    written = []
    for _ in range(2):
        result = run("consolidate", folder, "-o", folder / "总表.xlsx", "--json", folder / "结果.json")
        assert result.exit_code == 0, result.stderr
        report = json.loads((folder / "结果.json").read_text(encoding="utf-8"))
        assert report["totals"]["合计"]["工作会议数"] == 7
        written.append((folder / "总表.xlsx").read_bytes())
    assert [f["code"] for f in report["findings"] if f["file"]] == ["F108", "F108"]
    assert run("check", folder / "总表.xlsx").exit_code == 0


def test_an_old_total_under_another_name_is_not_counted(folder: Path, roster: Path) -> None:
    run("consolidate", folder, "--roster", roster, "-o", folder / "旧总表.xlsx")
    result = run("consolidate", folder, "--roster", roster, "-o", folder / "总表.xlsx", "--json", "-")
    report = json.loads(result.stdout)
    assert report["totals"]["合计"]["工作会议数"] == 7
    assert [(f["code"], f["file"]) for f in report["findings"] if f["code"] == "U407"] == [("U407", "旧总表.xlsx")]
    assert {f["path"]: f["status"] for f in report["files"]}["旧总表.xlsx"] == "skipped"


def test_blank_strange_and_countys_own_returns_are_named_and_not_counted(folder: Path, roster: Path) -> None:
    fill(folder / "丙县.xlsx", "丙县", None)
    fill(folder / "远县.xlsx", "远县", 1000)
    fill(folder / "某州去年.xlsx", "某州", 2000)
    fill(folder / "丙县旧.xlsx", "丙县", 4000, "2016")
    (folder / "~$甲县.xlsx").write_bytes(b"\0" * 165)
    result = run("consolidate", folder, "--roster", roster, "-o", folder.parent / "总表.xlsx", "--json", "-")
    report = json.loads(result.stdout)
    assert result.exit_code == 1
    assert report["totals"]["合计"]["工作会议数"] == 7
    assert {(f["code"], f["file"]) for f in report["findings"]} == {
        ("V309", "丙县.xlsx"), ("S204", "丙县旧.xlsx"), ("U403", "远县.xlsx"), ("U407", "某州去年.xlsx"),
        ("F106", "~$甲县.xlsx"),
    }  # fmt: skip
    assert {file["path"]: file["status"] for file in report["files"]} == {
        "甲县.xlsx": "used", "乙县.xlsx": "used", "丙县.xlsx": "rejected", "丙县旧.xlsx": "rejected",
        "远县.xlsx": "rejected", "某州去年.xlsx": "skipped", "~$甲县.xlsx": "skipped",
    }  # fmt: skip
    assert {unit["unit"]: unit["status"] for unit in report["units"]} == {
        "甲县": "ok", "乙县": "ok", "丙县": "rejected", "远县": "unlisted",
    }  # fmt: skip


def test_of_two_different_returns_the_newest_counts_where_wanted(folder: Path) -> None:
    import os

    newer = fill(folder / "甲县修改.xlsx", "甲县", 30)
    os.utime(folder / "甲县.xlsx", (1_000_000_000, 1_000_000_000))
    os.utime(newer, (1_500_000_000, 1_500_000_000))
    out = folder.parent / "总表.xlsx"
    refused = json.loads(run("consolidate", folder, "-o", out, "--json", "-").stdout)
    assert refused["totals"]["合计"]["工作会议数"] == 4
    chosen = json.loads(run("consolidate", folder, "-o", out, "--json", "-", "--duplicates", "newest").stdout)
    assert chosen["totals"]["合计"]["工作会议数"] == 34
    assert [(f["code"], f["severity"]) for f in chosen["findings"] if f["code"] == "U402"] == [("U402", "warning")]


def test_only_valid_leaves_returns_with_errors_out(folder: Path) -> None:
    fill(folder / "丙县.xlsx", "丙县", 50, 工作人员数=9)
    out = folder.parent / "总表.xlsx"
    arguments = ["consolidate", folder, "-o", out, "--json", "-"]
    both = [json.loads(run(*arguments, *flag).stdout) for flag in ((), ("--only-valid",))]
    assert [report["totals"]["合计"]["工作会议数"] for report in both] == [57, 7]
    assert [{f["path"]: f["status"] for f in report["files"]}["丙县.xlsx"] for report in both] == ["used", "rejected"]
    told = run(*arguments[:-2], "--only-valid").stdout
    assert re.search(r"× 丙县 .*未采用:有 \d+ 处错误", told), told
    assert "已收 3 个单位(其中 1 个未采用)" in told
    status = [[cell.value for cell in row] for row in openpyxl.load_workbook(out)["报送情况"].iter_rows()]
    assert next(row[3] for row in status if row[0] == "丙县") == "需修改(未计入)"


def test_of_a_workbook_of_several_the_return_left_out_is_named(folder: Path, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(fill(folder / "合订.xlsx", "丙县"))
    second = book.copy_worksheet(book["统计表"])
    second.title = "丁县"
    for name, value in (("填报单位", "丁县"), ("工作人员数", 9)):
        second[book.defined_names[name].attr_text.rpartition("!")[2].replace("$", "")] = value
    book.save(folder / "合订.xlsx")
    out, page = tmp_path / "总表.xlsx", tmp_path / "报告.html"
    told = run("consolidate", folder, "-o", out, "--only-valid", "--html", page).stdout
    assert re.search(r"× 丙县、丁县 .*合订.xlsx\(其中丁县的未计入\)", told), told
    status = {row[8].value: row[3].value for row in openpyxl.load_workbook(out)["报送情况"].iter_rows() if row[9].value}
    assert status["合订.xlsx"] == "已采用(其中丁县的未计入)"
    shown: Any = lxml.html.document_fromstring(page.read_bytes().decode())
    left = shown.get_element_by_id("left-out").text_content()
    assert re.search(r"丁县:有 \d+ 处错误,按要求不计入有错误的报表", left)


def test_of_hundreds_of_units_those_missing_are_named_first_and_the_worst_returns_next(tmp_path: Path) -> None:
    units = [f"第{at:02d}县" for at in range(60)]
    table = "\n".join(["单位,上级", *(f"{unit},某州" for unit in units)])
    (tmp_path / "名录.csv").write_text(table, encoding="utf-8")
    for at, unit in enumerate(units[:-2]):
        fill(tmp_path / "上报" / f"{unit}.xlsx", unit, 工作人员数=9 if at == 30 else 0)
    fill(tmp_path / "上报" / "第31县.xlsx", "第31县", 培训班数=3)
    told = run("check", tmp_path / "上报", "--roster", tmp_path / "名录.csv").stdout.splitlines()
    assert [line[:2] for line in told[:4]] == ["√ ", "× ", "× ", "! "]
    assert told[1] == "× 未报 2 个单位:第58县、第59县"
    assert told[2].startswith("× 第30县") and told[3].startswith("! 第31县")


def test_check_counts_returns_where_a_workbook_has_several(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(fill(tmp_path / "甲县.xlsx", "甲县"))
    book.copy_worksheet(book["统计表"]).title = "乙县"
    book.save(tmp_path / "甲县.xlsx")
    assert "审核了 2 份报表" in run("check", tmp_path / "甲县.xlsx").stdout


def test_several_workers_give_the_same_bytes(tmp_path: Path) -> None:
    reports = []
    for jobs in (1, 2):
        out = tmp_path / f"{jobs}.xlsx"
        run("consolidate", XIANGXI / "上报", "--roster", XIANGXI / "单位名录.xlsx", "-o", out, "--jobs", jobs)
        reports.append(out.read_bytes())
    assert reports[0] == reports[1]


def test_json_alone_goes_to_standard_output(folder: Path) -> None:
    result = run("consolidate", folder, "-o", folder.parent / "总表.xlsx", "--json", "-")
    assert json.loads(result.stdout)["summary"]["files"] == 2
    assert "汇总表:" in result.stderr
    plain = run("consolidate", folder, "-o", folder.parent / "总表.xlsx")
    assert plain.stderr == ""
    assert plain.stdout.splitlines()[-1] == f"汇总表:{folder.parent / '总表.xlsx'}"


def test_quiet_says_the_verdict_only_and_verbose_says_all(folder: Path, roster: Path) -> None:
    arguments = ["consolidate", folder, "--roster", roster, "-o", folder.parent / "总表.xlsx"]
    (folder / "说明.txt").write_text("", encoding="utf-8")
    quiet = run(*arguments, "--quiet").stdout.split("\n")
    assert [line for line in quiet if line] == [
        "某州:应报 3 个单位,已报 2,未报 1;文件 3 个(已采用 2、不计入 1);错误 1 处,提示 0 处",
    ]
    assert "F106" not in run(*arguments).stdout
    assert "F106" in run(*arguments, "--verbose").stdout


def test_quiet_is_one_line_in_every_command(folder: Path, roster: Path, tmp_path: Path) -> None:
    total, copies = tmp_path / "总表.xlsx", tmp_path / "退回件"
    fill(folder / "甲县.xlsx", "甲县", 接受培训人次=40)
    run("consolidate", folder, "--roster", roster, "-o", tmp_path / "以前.xlsx")
    fill(folder / "乙县.xlsx", "乙县", 接受培训人次=41)
    outputs = ["-o", total, "--html", tmp_path / "报告.html", "--annotate", copies]
    for arguments in (
        ["consolidate", folder, "--roster", roster, *outputs],
        ["check", folder, "--roster", roster, "--annotate", copies],
        ["diff", tmp_path / "以前.xlsx", total],
    ):
        said = run(*arguments, "--quiet").stdout
        assert len(said.splitlines()) == 1, said
        assert said in run(*arguments).stdout


def test_without_a_roster_nobody_is_said_to_be_expected(folder: Path, roster: Path) -> None:
    total = ["-o", folder.parent / "总表.xlsx", "--html", folder.parent / "报告.html"]
    said = run("consolidate", folder, *total).stdout
    assert "汇总:已收 2 个单位;" in said
    page = (folder.parent / "报告.html").read_text(encoding="utf-8")
    sheet = openpyxl.load_workbook(folder.parent / "总表.xlsx")["报送情况"]
    assert not [text for text in (said, page, str([*sheet.values])) if "应报" in text]
    assert "应报 3 个单位,已报 2,未报 1;" in run("consolidate", folder, *total, "--roster", roster).stdout


def test_a_folder_of_another_year_is_told_once_how_to_ask_for_it(tmp_path: Path) -> None:
    for unit in ("甲县", "乙县", "丙县"):
        fill(tmp_path / "上报" / f"{unit}.xlsx", unit, year="2018")
    for command in (["check"], ["consolidate", "-o", tmp_path / "总表.xlsx"]):
        lines = run(command[0], tmp_path / "上报", *command[1:]).stdout.splitlines()
        (told,) = [line for line in lines if "这是 2018 年度的报表" in line]
        assert told.startswith("  × 丙县.xlsx 等 3 份")
        (hint,) = [line for line in lines if "--year 2018" in line]
        assert hint.startswith("  ! ") and "3 份报表都是 2018 年度的,这次要的是 2017 年度" in hint
        right = run(command[0], tmp_path / "上报", *command[1:], "--year", "2018")
        assert (right.exit_code, "2018 年度" in right.stdout) == (0, False)
    fill(tmp_path / "上报" / "丁县.xlsx", "丁县")
    assert "--year" not in run("check", tmp_path / "上报").stdout


def test_what_was_explained_on_a_total_is_shown_before_it_is_gone(folder: Path, tmp_path: Path) -> None:
    fill(folder / "甲县.xlsx", "甲县", 行政复议数=5, 复议维持数=3)
    total = tmp_path / "总表.xlsx"
    assert "情况说明,新的总表" not in run("consolidate", folder, "-o", total).stdout
    book = openpyxl.load_workbook(total)
    book["审核规则"]["F20"] = "两件尚未\n审结"
    book.save(total)
    assert "新的总表里没有,还要的请重新填上:R0402 两件尚未 审结" in run("consolidate", folder, "-o", total).stdout
    assert "情况说明,新的总表" not in run("consolidate", folder, "-o", total).stdout


def test_hundreds_of_findings_are_counted_not_poured(tmp_path: Path) -> None:
    for number in range(45):
        fill(tmp_path / "上报" / f"{number:02}县.xlsx", f"{number:02}县", 1, 工作人员数=number + 1)
    result = run("consolidate", tmp_path / "上报", "-o", tmp_path / "总表.xlsx")
    lines = result.stdout.splitlines()
    assert len(lines) < 75
    assert "  …… 还有 26 处(--verbose 全部列出)" in lines


@pytest.mark.parametrize("name", ["无/总表.xlsx", "总表.xls", "上报"])
def test_an_output_that_cannot_be_written_stops_the_run(folder: Path, name: str) -> None:
    before = sorted(folder.parent.rglob("*"))
    result = run("consolidate", folder, "-o", folder.parent / name)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("没有运行:")
    assert sorted(folder.parent.rglob("*")) == before


def test_an_empty_folder_and_a_missing_one_are_one_line(tmp_path: Path) -> None:
    (tmp_path / "空").mkdir()
    for name, words in (("空", "没有表格文件"), ("无", "不存在")):
        result = run("consolidate", tmp_path / name, "-o", tmp_path / "总表.xlsx")
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
        assert words in result.stderr
        assert not (tmp_path / "总表.xlsx").exists()


def test_a_folder_in_which_all_files_are_rejected_still_gives_outputs(tmp_path: Path) -> None:
    (tmp_path / "上报").mkdir()
    (tmp_path / "上报" / "甲县.xlsx").write_text("不是表格", encoding="utf-8")
    result = run("consolidate", tmp_path / "上报", "-o", tmp_path / "总表.xlsx", "--json", tmp_path / "结果.json")
    assert result.exit_code == 1
    assert (tmp_path / "总表.xlsx").exists()
    assert json.loads((tmp_path / "结果.json").read_text(encoding="utf-8"))["files"][0]["status"] == "rejected"


def test_chinese_and_spaced_paths_work_as_a_program_of_its_own(folder: Path) -> None:
    spaced = folder.rename(folder.parent / "各 单位 上报")
    command = [sys.executable, "-m", "xltools", "consolidate", str(spaced), "-o", str(spaced.parent / "总 表.xlsx")]
    done = subprocess.run(command, capture_output=True, encoding="utf-8", env=_environment("ascii"), check=False)
    assert done.returncode == 0, done.stderr
    assert (spaced.parent / "总 表.xlsx").exists()


def _environment(encoding: str) -> dict[str, str]:
    import os

    return {**os.environ, "PYTHONIOENCODING": encoding}


# --- trace ---


def test_a_total_can_be_traced_to_its_cells(folder: Path, tmp_path: Path) -> None:
    run("consolidate", folder, "-o", tmp_path / "总表.xlsx")
    result = run("trace", tmp_path / "总表.xlsx", "工作会议数", "--json", "-")
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert (answer["stored"], answer["recomputed"]) == (7, 7)
    assert [(c["unit"], c["value"], c["file"], c["cell"]) for c in answer["contributions"]] == [
        ("乙县", 4, "乙县.xlsx", "D67"), ("甲县", 3, "甲县.xlsx", "D67"),
    ]  # fmt: skip


@pytest.mark.parametrize("asked", ["D67", "d67", "(一)召开政府信息公开工作会议或专题会议数"])
def test_a_figure_may_be_asked_for_by_its_cell_or_its_label(folder: Path, asked: str) -> None:
    run("consolidate", folder, "-o", folder.parent / "总表.xlsx")
    answer = json.loads(run("trace", folder.parent / "总表.xlsx", asked, "--json", "-").stdout)
    assert (answer["indicator"], answer["stored"]) == ("工作会议数", 7)


def test_a_file_changed_since_is_found_out(folder: Path, tmp_path: Path) -> None:
    run("consolidate", folder, "-o", tmp_path / "总表.xlsx")
    fill(folder / "甲县.xlsx", "甲县", 5)
    result = run("trace", tmp_path / "总表.xlsx", "工作会议数", "--files", folder)
    assert result.exit_code == 1
    changed = next(line for line in result.stdout.splitlines() if line.startswith("× 甲县"))
    assert "文件已改动,现在是 5" in changed


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["工作会议"], "是不是:工作会议数"),
        (["工作会议数", "--unit", "丙县"], "没有“丙县”"),
        (["工作会议数", "--files", "无"], "不存在"),
    ],
)
def test_questions_without_an_answer_are_one_line(folder: Path, arguments: list[str], words: str) -> None:
    run("consolidate", folder, "-o", folder.parent / "总表.xlsx")
    result = run("trace", folder.parent / "总表.xlsx", *arguments)
    assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1)
    assert words in result.stderr


def test_a_return_that_is_no_total_cannot_be_traced(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "坏.xlsx").write_bytes(b"PK\x03\x04")
    for path in (folder / "甲县.xlsx", tmp_path / "坏.xlsx"):
        result = run("trace", path, "工作会议数")
        assert (result.exit_code, result.stdout, result.stderr.count("\n")) == (2, "", 1), result.output
        assert result.stderr.startswith("没有运行:")


# --- form ---


def test_form_show_lists_every_indicator_and_rule() -> None:
    form = Form.load("xxgk2021")
    text = run("form", "show", "xxgk2021").stdout
    assert [name for name in form.indicators if f"[{name}]" not in text] == []
    assert [rule.id for rule in form.rules if rule.id not in text or rule.formula not in text] == []


def test_form_schema_is_a_draft_2020_12_schema_that_a_return_fits(folder: Path, tmp_path: Path) -> None:
    from jsonschema import Draft202012Validator

    schema = json.loads(run("form", "schema", "-f", "xxgk2017").stdout)
    Draft202012Validator.check_schema(schema)
    assert run("form", "schema", "xxgk2017", "-o", tmp_path / "s.json").exit_code == 0
    assert json.loads((tmp_path / "s.json").read_text(encoding="utf-8")) == schema
    values = json.loads(run("check", folder / "甲县.xlsx", "--json", "-").stdout)["units"][0]["values"]
    record = {"form": "xxgk2017", "unit": "甲县", "period": "2017", "values": values}
    assert Draft202012Validator(schema).is_valid(record)
    assert not Draft202012Validator(schema).is_valid({**record, "values": {**values, "工作会议数": -1}})


def test_form_build_goes_from_definition_to_workbook_and_back(tmp_path: Path) -> None:
    assert run("form", "build", "xxgk2017", "-o", tmp_path / "表.xlsx").exit_code == 0
    assert run("form", "build", tmp_path / "表.xlsx", "-o", tmp_path / "表.json").exit_code == 0
    assert (tmp_path / "表.json").read_text(encoding="utf-8") == _definition()
    assert run("form", "build", tmp_path / "表.xlsx", "-o", tmp_path / "表.txt").exit_code == 2


def test_form_lint_says_the_cell_and_what_to_do() -> None:
    cases = sorted((ROOT / "examples" / "问题件" / "表式").glob("L602*"))
    result = run("form", "lint", cases[0], "--json", "-")
    report = json.loads(result.stdout)
    assert (result.exit_code, report["summary"]["errors"]) == (1, 1)
    assert report["findings"][0]["cell"]
    assert run("form", "lint", "xxgk2017").exit_code == 0
    assert run("form", "lint", XIANGXI / "单位名录.xlsx").exit_code == 2


# --- help and errors of usage ---


def _commands(command: click.Command = main, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    yield path
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _commands(child, (*path, name))


@pytest.mark.parametrize("path", list(_commands()), ids=" ".join)
def test_every_command_has_chinese_help_with_an_example(path: tuple[str, ...]) -> None:
    text = run(*path, "--help").stdout
    words = set(re.findall(r"[A-Za-z]{4,}", re.sub(r"--?[a-z-]+|\S*xltools\S*|\S*\.\w+", "", text)))
    assert words <= _FOREIGN_WORDS | _names(), words
    assert "xltools" in text
    assert isinstance(_command(path), click.Group) or "例:xltools " in text


_FOREIGN_WORDS = {
    "JSON", "Dask", "dask", "local", "Schema", "error", "newest", "Excel", "xxgk", "docs", "Ctrl", "Python",
}  # fmt: skip


def _names() -> set[str]:
    return {name for path in _commands() for name in path}


def _command(path: tuple[str, ...]) -> click.Command:
    command: click.Command = main
    for name in path:
        assert isinstance(command, click.Group)
        command = command.commands[name]
    return command


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["chek"], "没有 chek 这个命令"),
        (["check"], "缺少参数"),
        (["check", "--yaer", "1"], "没有 --yaer 这个选项"),
        (["check", "甲.xlsx", "--year", "17"], "不是四位年份"),
        (["chekc"], "没有 chekc 这个命令。是不是:“check”?\n"),
        (["check"], "缺少参数 “文件或文件夹…”\n"),
        (["check", "--qiet", "x"], "没有 --qiet 这个选项。是不是:“--quiet”?\n"),
        (["consolidate", "上报"], "缺少选项 “-o”\n"),
        (["consolidate", "上报", "-o", "x.xlsx", "--jobs", "-3"], "“--jobs” 写得不对:-3 太小,不能小于 0\n"),
        (["consolidate", "上报", "-o", "x.xlsx", "--jobs", "x"], "不是数"),
        (["consolidate", "上报", "-o", "x.xlsx", "--duplicates", "x"], "“x”应为:“error”、“newest”\n"),
    ],
)
def test_wrong_usage_is_said_in_chinese(arguments: list[str], words: str) -> None:
    result = run(*arguments)
    assert (result.exit_code, result.stdout) == (2, "")
    assert words in result.stderr
    said = re.sub(r"xltools|consolidate|chekc|check|--\w+|error|newest", "", result.stderr)
    assert re.findall(r"[A-Za-z]{5,}|'|\.\n", said) == []


def test_a_programmers_mistake_leaves_a_log_and_no_traceback(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("planted")

    monkeypatch.setattr("xltools.reviewing.review", broken)
    result = run("check", folder / "甲县.xlsx")
    assert result.exit_code == 2
    assert "Traceback" not in result.output
    log = re.search(r"详情在 (\S+),", result.stderr)
    assert log
    assert "planted" in Path(log[1]).read_text(encoding="utf-8")
    Path(log[1]).unlink()


def test_the_compiled_texts_are_those_of_the_source(tmp_path: Path) -> None:
    folder = ROOT / "src" / "xltools" / "locale" / "zh" / "LC_MESSAGES"
    with (folder / "messages.po").open("rb") as file:
        source = pofile.read_po(file, locale="zh")
    with (folder / "messages.mo").open("rb") as file:
        compiled = mofile.read_mo(file)
    assert _texts(compiled) == _texts(source)
    speak_chinese()
    assert click.exceptions.MissingParameter(param_type="option", message="").format_message().startswith("缺少选项")


def _texts(catalog: Any) -> list[tuple[tuple[str, ...], tuple[str, ...]]]:
    """Pairs of text and translation, one or several forms each."""
    pairs = [(m.id, m.string) for m in catalog if m.id]
    return sorted(tuple((text,) if isinstance(text, str) else tuple(text) for text in pair) for pair in pairs)  # type: ignore[misc]


# --- 退回件 and HTML through the commands ---


def test_annotate_writes_copies_and_notices_for_those_who_have_something_to_mend(folder: Path) -> None:
    fill(folder / "县里" / "丙县.xlsx", "丙县", 1, 工作人员数=9)
    (folder / "丁县.xlsx").write_text("不是表格", encoding="utf-8")
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    for command in (["check", folder], ["consolidate", folder, "-o", folder.parent / "总表.xlsx"]):
        back = folder / "退回件"
        result = run(*command, "--annotate", back)
        assert (result.exit_code, result.stderr) == (1, "")
        written = sorted(path.relative_to(back).as_posix() for path in back.rglob("*") if path.is_file())
        assert written == [".退回记录.json", "丁县_退回通知.txt", "县里/丙县.xlsx", "县里/丙县_退回通知.txt"]
        assert f"退回件:{back}" in result.stdout
        checked = json.loads(run("check", back / "县里" / "丙县.xlsx", "--json", "-").stdout)
        assert [f["rule"] for f in checked["findings"]] == ["R0801"]
    again = run("consolidate", folder, "-o", folder.parent / "总表.xlsx", "--json", "-", "--annotate", back)
    counted = json.loads(again.stdout)
    assert counted["totals"]["合计"]["工作会议数"] == 8
    assert {f["path"] for f in counted["files"] if f["status"] == "skipped"} == {f"退回件/{name}" for name in written}
    assert {path: path.read_bytes() for path in before} == before


@pytest.mark.parametrize("command", ["check", "consolidate"])
def test_a_deadline_stands_in_copies_and_notices(folder: Path, tmp_path: Path, command: str) -> None:
    fill(folder / "甲县.xlsx", "甲县", 接受培训人次=40)
    copies = tmp_path / "退回件"
    output = ["-o", tmp_path / "总表.xlsx"] if command == "consolidate" else []
    run(command, folder, *output, "--annotate", copies, "--deadline", "2026-2-20")
    assert "并于 2026年2月20日 前把这个文件交回" in (copies / "甲县_退回通知.txt").read_text(encoding="utf-8-sig")
    opinions = openpyxl.load_workbook(copies / "甲县.xlsx")["审核意见"]
    assert any("于 2026年2月20日 前把本文件交回" in str(row[0]) for row in opinions.values)


@pytest.mark.parametrize("command", ["check", "consolidate"])
def test_a_deadline_that_is_past_is_written_and_said_to_be(folder: Path, tmp_path: Path, command: str) -> None:
    fill(folder / "甲县.xlsx", "甲县", 接受培训人次=40)
    copies = tmp_path / "退回件"
    output = ["-o", tmp_path / "总表.xlsx"] if command == "consolidate" else []
    arguments = (command, folder, *output, "--annotate", copies, "--deadline")
    assert "! 交回日期 2020年2月20日 已经过去" in run(*arguments, "2020-02-20").stdout
    assert "2020年2月20日" in (copies / "甲县_退回通知.txt").read_text(encoding="utf-8-sig")
    for day in (date.today(), date.today() + timedelta(days=9)):
        assert "已经过去" not in run(*arguments, day.isoformat()).stdout


def test_letters_to_units_do_without_the_offices_words(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "名录.csv").write_text("单位,上级\n乙县,某州\n甲县城区,某州\n", encoding="utf-8")
    fill(folder / "乙县2.xlsx", "乙县", 9)
    copies = tmp_path / "退回件"
    for command, output in (("consolidate", ["-o", tmp_path / "总表.xlsx"]), ("check", [])):
        said = run(command, folder, "--roster", tmp_path / "名录.csv", *output, "--annotate", copies)
        assert "或在名录的“别名”里加上这个写法" in said.stdout
        stranger = (copies / "甲县_退回通知.txt").read_text(encoding="utf-8-sig")
        assert (
            "“甲县”和名单上的单位对不上,这份报表没有采用,是不是“甲县城区”:"
            "请把填报单位改成单位全称;名称没有写错的,请告诉收表的人"
        ) in stranger
        several = (copies / "乙县_退回通知.txt").read_text(encoding="utf-8-sig")
        assert "不知道以哪一份为准,都没有采用:请告诉收表的人以哪一份为准" in several
        sheets = [openpyxl.load_workbook(copies / f"{unit}.xlsx")["审核意见"] for unit in ("甲县", "乙县")]
        texts = "\n".join(str(row) for sheet in sheets for row in sheet.values) + stranger + several
        for word in ("名录", "别名", "计入", "只留", "与单位确认"):
            assert word not in texts


@pytest.mark.parametrize(
    ("more", "words"),
    [
        (["--deadline", "2026-02-20"], "要和 --annotate 一起给出"),
        (["--annotate", "退回件", "--deadline", "2026-02-30"], "“2026-02-30”不是日期,应写成 2026-02-20 这样"),
        (["--annotate", "退回件", "--deadline", "下周五"], "不是日期"),
    ],
)
def test_a_deadline_that_is_none_stops_the_run(folder: Path, more: list[str], words: str) -> None:
    result = run("check", folder, *more)
    assert result.exit_code == 2
    assert words in result.stderr


def test_with_nothing_to_mend_no_folder_is_made(folder: Path, tmp_path: Path) -> None:
    result = run("check", folder, "--annotate", tmp_path / "退回件")
    assert (result.exit_code, result.stdout.splitlines()[-1]) == (0, "没有需要退回的报表")
    assert not (tmp_path / "退回件").exists()


def test_html_is_written_and_named(folder: Path, tmp_path: Path) -> None:
    result = run("consolidate", folder, "-o", tmp_path / "总表.xlsx", "--html", tmp_path / "报告.html")
    assert result.stdout.splitlines()[-1] == f"网页报告:{tmp_path / '报告.html'}"
    assert (tmp_path / "报告.html").read_text(encoding="utf-8").startswith("<!")
