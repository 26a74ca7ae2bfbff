"""The examples are what their README says: reproducible, adding up to the published table, one fault in each 问题件."""

from __future__ import annotations

import csv
import json
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

import xltools
from xltools.cli import main
from xltools.consolidation import GRAND_TOTAL, Consolidation
from xltools.findings import CATALOGUE
from xltools.formsource import load_with_defects

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
XIANGXI, FAULTY = EXAMPLES / "湘西州2017", EXAMPLES / "问题件"
PUBLISHED = Path(__file__).parent / "data" / "xiangxi_2017_published.csv"
CASES = sorted(path for path in FAULTY.iterdir() if path.name not in ("表式", "目录.md"))
FORM_CASES = sorted((FAULTY / "表式").iterdir())

# What the published figures force; everything else must be clean.
FORCED = {"州本级": {"R0102", "R0204", "R0402", "V308"}, "吉首市": {"R0402", "V308"}}

# Findings that follow from the fault shown and cannot be had without it.
FOLLOWING = {
    "R0301_2021表式_新收加结转不等于办理加结转.xlsx": {"R0307"},  # the total's column cannot balance either
    "R0402_2021表式_手填的总计不等于各项之和.xlsx": {"S207"},
    "S209_多出的指标.xlsx": {"S206"},
    "U403_不在单位名录中": {"U401"},
    "V310_与自动计算的结果不符": {"S207"},
}


@pytest.fixture(scope="module")
def form() -> xltools.Form:
    return xltools.Form.load("xxgk2017")


@pytest.fixture(scope="module")
def total(form: xltools.Form) -> Consolidation:
    returns = [xltools.read(path, form) for path in sorted((XIANGXI / "上报").iterdir())]
    return xltools.consolidate(returns, form, xltools.load_roster(XIANGXI / "单位名录.xlsx"))


def test_the_examples_are_what_the_script_writes(tmp_path: Path) -> None:
    subprocess.run([sys.executable, str(EXAMPLES / "build.py"), str(tmp_path)], check=True)
    written = {path.relative_to(tmp_path): path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    kept = [path for folder in (XIANGXI, FAULTY) for path in folder.rglob("*") if path.is_file()]
    assert written.keys() == {path.relative_to(EXAMPLES) for path in kept}
    assert [str(path) for path, data in written.items() if (EXAMPLES / path).read_bytes() != data] == []


@pytest.mark.parametrize(
    ("column", "group"), [("published", GRAND_TOTAL), ("prefecture_level", "州本级"), ("counties", "县市")]
)
def test_the_ten_returns_add_up_to_what_was_published(total: Consolidation, column: str, group: str) -> None:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(total.form.indicators) == 58
    blank_is_a_fact = column == "published"  # elsewhere it means that the report does not say
    wanted = {row["name"]: int(row[column]) if row[column] else None for row in rows if row[column] or blank_is_a_fact}
    assert {name: total.totals[group][name] for name in wanted} == wanted


def test_the_total_is_the_published_table_as_the_demo_says(total: Consolidation, tmp_path: Path) -> None:
    total.save(tmp_path / "总表.xlsx")
    said = CliRunner().invoke(main, ["diff", str(XIANGXI / "公布的统计表.xlsx"), str(tmp_path / "总表.xlsx")]).stdout
    assert said.splitlines()[-1] == "√ 两份的数完全相同:58 个指标,其中 40 个填了数(有一份不是总表,没有比较单位)"
    assert "多出" not in said


def test_ten_units_report_and_only_the_published_flaws_are_found(total: Consolidation) -> None:
    assert len(total.counted) == 10
    assert total.unit == "湘西州"
    found: dict[str, set[str]] = {}
    for finding in total.findings:
        if finding.file:
            found.setdefault(finding.unit, set()).add(finding.code)
    assert found == FORCED
    assert {f.rule for f in total.findings if not f.file} == {"R0102", "R0204", "R0205", "R0305", "R0402"}


def test_every_split_says_on_its_face_that_it_is_invented() -> None:
    from xltools.reading.package import open_package, read_part

    for path in (XIANGXI / "上报").iterdir():
        texts = read_part(open_package(path.read_bytes()), "xl/sharedStrings.xml").decode("utf-8")
        assert "为演示而编,并非公布数" in texts, path.name


def test_every_code_of_the_catalogue_and_every_rule_has_its_case(form: xltools.Form) -> None:
    shown = {_code(path) for path in [*CASES, *FORM_CASES]}
    assert shown == (CATALOGUE.keys() - {"R"}) | form.rule_ids.keys()


def test_the_index_lists_every_case() -> None:
    listed = {name.rstrip("/") for name in _index()}
    assert listed == {path.relative_to(FAULTY).as_posix() for path in [*CASES, *FORM_CASES]}


@pytest.mark.parametrize("path", [path for path in CASES if path.is_file()], ids=lambda path: path.name)
def test_a_faulty_file_gives_its_code_and_no_other(path: Path) -> None:
    command = _index()[path.name]
    form = xltools.Form.load(command[command.index("-f") + 1] if "-f" in command else "xxgk2017")
    found = {finding.code for finding in xltools.check(xltools.read(path, form), form)}
    assert found == {_code(path)} | FOLLOWING.get(path.name, set())


@pytest.mark.parametrize("path", [path for path in CASES if path.is_dir()], ids=lambda path: path.name)
def test_a_faulty_folder_gives_its_code_with_the_command_it_names(
    path: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(path, tmp_path / "件")
    monkeypatch.chdir(tmp_path / "件")
    command = shlex.split((path / "说明.txt").read_text(encoding="utf-8-sig").splitlines()[-1])
    assert command == _index()[f"{path.name}/"]
    outcome = CliRunner().invoke(main, [*command[1:], "--json", str(tmp_path / "结果.json")])
    assert outcome.exit_code in (0, 1), outcome.output
    report = json.loads((tmp_path / "结果.json").read_text(encoding="utf-8"))
    assert {finding["code"] for finding in report["findings"]} == {_code(path)} | FOLLOWING.get(path.name, set())


@pytest.mark.parametrize("path", [p for p in FORM_CASES if not p.match("L611_*")], ids=lambda path: path.name)
def test_a_faulty_form_gives_its_code_and_no_other(path: Path) -> None:
    assert {defect.code for defect in load_with_defects(path)[1]} == {_code(path)}


def test_a_workbook_that_is_no_form_is_refused() -> None:
    (path,) = (FAULTY / "表式").glob("L611_*")
    with pytest.raises(xltools.FormError, match="不是表式工作簿"):
        load_with_defects(path)


def test_a_computed_indicator_without_a_formula_is_named() -> None:
    (path,) = (FAULTY / "表式").glob("L612_*")
    assert {defect.code for defect in load_with_defects(path)[1]} == {"L612"}


def _code(path: Path) -> str:
    return path.name.split("_")[0]


def _index() -> dict[str, list[str]]:
    """Case → its command, as 目录.md lists them."""
    text = (FAULTY / "目录.md").read_text(encoding="utf-8")
    rows = re.finditer(r"^\| (\S+) \|.*\| `(.*)` \|$", text, re.MULTILINE)
    return {row[1]: shlex.split(row[2]) for row in rows}
