"""What goes wrong elsewhere: other splits of the published figures, decimals, a kill while writing, live 情况说明."""

from __future__ import annotations

import csv
import json
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import office
import openpyxl
import pytest
from click.testing import CliRunner
from formediting import edited_in_office

from xltools import Consolidation, Form, build_template, check, consolidate, load_roster, read, trace
from xltools.cli import main
from xltools.reading.references import cell_name
from xltools.sheetnames import MAIN_SHEET, RULES_SHEET
from xltools.wording import blamed_first
from xltools.writing.content import filled_content
from xltools.writing.formsheet import audit_column

ROOT = Path(__file__).parents[1]
FORM = Form.load("xxgk2017")
with (ROOT / "tests/data/xiangxi_2017_published.csv").open(encoding="utf-8-sig", newline="") as file:
    PUBLISHED = {row["name"]: int(row["published"]) if row["published"] else None for row in csv.DictReader(file)}
ROSTER = ROOT / "examples/湘西州2017/单位名录.xlsx"


# --- another split ---


def _split(folder: Path, seed: int) -> Consolidation:
    """Ten returns among which every published figure is divided by chance; blanks stay blank everywhere."""
    chance = random.Random(seed)
    roster = load_roster(ROSTER)
    shares: dict[str, dict[str, int | None]] = {unit.name: {} for unit in roster.units}
    for name, figure in PUBLISHED.items():
        cuts = sorted(chance.randint(0, figure) for _ in range(len(shares) - 1)) if figure is not None else []
        for unit, low, high in zip(shares, [0, *cuts], [*cuts, figure or 0], strict=bool(cuts)):
            shares[unit][name] = high - low if figure is not None else None
    folder.mkdir()
    for unit, values in shares.items():
        (folder / f"{unit}.xlsx").write_bytes(build_template(FORM, filled_content(FORM, values, unit=unit)))
    return consolidate((read(path, FORM) for path in folder.iterdir()), FORM, roster)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_any_split_of_the_published_figures_gives_the_published_table(tmp_path: Path, seed: int) -> None:
    total = _split(tmp_path / "上报", seed)
    assert len(total.counted) == 10
    assert dict(total.totals["合计"]) == PUBLISHED
    own = {(f.indicator, f.code) for f in total.findings if not f.file and f.code != "U409"}
    assert own == {
        ("主动公开政府信息数", "R0102"), ("其他方式回应数", "R0204"), ("其他方式回应数", "R0205"),
        ("申请答复数", "V308"), ("行政复议数", "R0402"),
    }  # fmt: skip


@pytest.mark.office
def test_a_random_split_recalculates_to_the_published_table(tmp_path: Path) -> None:
    _split(tmp_path / "上报", 4).save(tmp_path / "总表.xlsx")
    (after,) = office.recalculate([tmp_path / "总表.xlsx"], tmp_path / "out")
    assert dict(read(after, FORM).values) == PUBLISHED


# --- decimals ---


def test_a_tenth_and_two_and_three_tenths_are_six_tenths_everywhere(tmp_path: Path) -> None:
    folder = tmp_path / "上报"
    folder.mkdir()
    for unit, money in (("甲县", "0.1"), ("乙县", "0.2"), ("丙县", "0.3")):
        content = filled_content(FORM, {"专项经费": Decimal(money)}, unit=unit)
        (folder / f"{unit}.xlsx").write_bytes(build_template(FORM, content))
    total = tmp_path / "总表.xlsx"
    result = CliRunner().invoke(main, ["consolidate", str(folder), "-o", str(total), "--json", "-"])
    assert json.loads(result.stdout)["totals"]["合计"]["专项经费"] == 0.6
    assert '"专项经费": 0.6' in result.stdout
    spot = FORM.page.spots["专项经费"]
    stored = openpyxl.load_workbook(total, data_only=True)[MAIN_SHEET].cell(spot.row, spot.column).value
    assert stored == 0.6
    answer = trace(total, "专项经费", FORM)
    assert (answer.stored, answer.recomputed, answer.matches) == (Decimal("0.6"), Decimal("0.6"), True)


# --- killed while writing ---

_KILLED = """
import os, sys
def die(handle): os.kill(os.getpid(), 9)
os.fsync = die  # the moment when the new file has its bytes and the old one still stands
from xltools.cli import main
main(sys.argv[1:])
"""


def test_a_kill_while_writing_leaves_the_old_output_and_the_next_run_is_fine(tmp_path: Path) -> None:
    folder, total = tmp_path / "上报", tmp_path / "上报" / "总表.xlsx"
    folder.mkdir()
    content = filled_content(FORM, {"工作会议数": 3}, unit="甲县")
    (folder / "甲县.xlsx").write_bytes(build_template(FORM, content))
    arguments = ["consolidate", str(folder), "-o", str(total)]
    assert CliRunner().invoke(main, arguments).exit_code == 0
    before = total.read_bytes()
    (folder / "甲县.xlsx").write_bytes(build_template(FORM, filled_content(FORM, {"工作会议数": 5}, unit="甲县")))
    killed = subprocess.run([sys.executable, "-c", _KILLED, *arguments], capture_output=True, check=False)
    assert killed.returncode != 0
    assert total.read_bytes() == before
    again = CliRunner().invoke(main, [*arguments, "--json", "-"])
    assert again.exit_code == 0, again.output
    assert json.loads(again.stdout)["totals"]["合计"]["工作会议数"] == 5
    assert read(total, FORM).values["工作会议数"] == 5


# --- 情况说明, typed live ---


@pytest.mark.office
def test_an_explanation_typed_in_the_sheet_changes_the_verdict_at_once_and_reaches_the_finding(tmp_path: Path) -> None:
    rule = FORM.rule_ids["R0402"]
    before, after = tmp_path / "甲县.xlsx", tmp_path / "甲县改.xlsx"
    before.write_bytes(build_template(FORM, filled_content(FORM, {"行政复议数": 3, "复议维持数": 1}, unit="甲县")))
    (cell,) = _named(before, rule.explanation_name)
    edited_in_office(before, after, [["write", RULES_SHEET, cell, "2 件尚未审结"]])
    assert (_verdict(before), _verdict(after)) == ("! 待说明:1 处提示", "√ 可以上报")
    words = _beside(after, blamed_first(rule))
    assert words.startswith("√ 已说明:行政复议 3 件")
    found = {f.rule: f for f in check(read(after, FORM), FORM)}
    assert (found["R0402"].explanation, found["R0402"].is_open) == ("2 件尚未审结", False)


def _named(path: Path, name: str) -> list[str]:
    return [cell.replace("$", "") for _, cell in openpyxl.load_workbook(path).defined_names[name].destinations]


def _verdict(path: Path) -> str:
    return str(openpyxl.load_workbook(path, data_only=True)[MAIN_SHEET][cell_name(1, audit_column(FORM))].value)


def _beside(path: Path, indicator: str) -> str:
    spot = FORM.page.spots[indicator]
    sheet = openpyxl.load_workbook(path, data_only=True)[MAIN_SHEET]
    return str(sheet[cell_name(spot.row, audit_column(FORM))].value)
