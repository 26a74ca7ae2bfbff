"""Xiangxi 2017: ten returns give the published table, figure for figure, and its public errors are named."""

import csv
from pathlib import Path

import office
import pytest

from xltools import Consolidation, Form, build_template, check, consolidate, load_roster, read
from xltools.writing.content import filled_content

ROOT = Path(__file__).parents[1]
EXAMPLE = ROOT / "examples/湘西州2017"
FORM = Form.load("xxgk2017")
PUBLISHED = list(csv.DictReader((ROOT / "tests/data/xiangxi_2017_published.csv").open(encoding="utf-8-sig")))


@pytest.fixture(scope="module")
def total() -> Consolidation:
    returns = [read(path, FORM) for path in sorted((EXAMPLE / "上报").glob("*.xlsx"))]
    return consolidate(returns, FORM, load_roster(EXAMPLE / "单位名录.xlsx"))


def _figure(text: str) -> int | None:
    return int(text) if text else None


def test_ten_returns_add_up_to_the_published_table(total: Consolidation) -> None:
    assert len(total.counted) == 10
    assert dict(total.totals["合计"]) == {row["name"]: _figure(row["published"]) for row in PUBLISHED}


@pytest.mark.parametrize(("group", "column"), [("州本级", "prefecture_level"), ("县市", "counties")])
def test_groups_are_as_the_prose_gives_them(total: Consolidation, group: str, column: str) -> None:
    given = {row["name"]: int(row[column]) for row in PUBLISHED if row[column]}
    assert given
    assert {name: total.totals[group][name] for name in given} == given


@pytest.mark.office
def test_the_workbook_recalculates_to_the_published_table(total: Consolidation, tmp_path: Path) -> None:
    total.save(tmp_path / "总表.xlsx")
    (tmp_path / "out").mkdir()
    (after,) = office.recalculate([tmp_path / "总表.xlsx"], tmp_path / "out")
    assert dict(read(after, FORM).values) == {row["name"]: _figure(row["published"]) for row in PUBLISHED}


def _published(tmp_path: Path, **repaired: int) -> list[tuple[str, str]]:
    values = {row["name"]: _figure(row["published"]) for row in PUBLISHED} | repaired
    path = tmp_path / "公布.xlsx"
    path.write_bytes(build_template(FORM, filled_content(FORM, values, unit="湘西州")))
    return [(finding.indicator, finding.code) for finding in check(read(path, FORM), FORM)]


def test_the_published_table_is_flagged_for_its_errors_and_nothing_else(tmp_path: Path) -> None:
    assert _published(tmp_path) == [
        ("主动公开政府信息数", "R0102"),
        ("其他方式回应数", "R0204"),
        ("其他方式回应数", "R0205"),
        ("申请答复数", "V308"),
        ("行政复议数", "R0402"),
    ]


def test_with_the_four_repaired_nothing_is_left(tmp_path: Path) -> None:
    assert _published(tmp_path, 主动公开政府信息数=230389, 其他方式回应数=0, 申请答复数=15, 行政复议数=81) == []
