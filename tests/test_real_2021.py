"""Real tables of the 2021 form as published, and figures changed in them."""

import csv
from dataclasses import replace
from decimal import Decimal
from pathlib import Path

import pytest

from xltools import Form, Return, build_template, check, read
from xltools.findings import Number, Severity
from xltools.writing.content import Content

DATA = Path(__file__).parent / "data"
FORM = Form.load("xxgk2021")


def _typed_in(county: str, folder: Path) -> Return:
    """The table as a county would type it, its totals included, into the template."""
    values: dict[str, Number | None] = {}
    with (DATA / f"{county}.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            figure = Decimal(row["value"])
            values[row["name"]] = int(figure) if figure == int(figure) else figure
    path = folder / f"{county}.xlsx"
    path.write_bytes(build_template(FORM, Content({"填报单位": county, "年度": 2023}, values)))
    return read(path, FORM)


def _errors(ret: Return) -> list[tuple[str, str, object, object]]:
    found = check(ret, FORM)
    return [(f.code, f.indicator, f.actual, f.expected) for f in found if f.severity is Severity.ERROR]


def test_shuyang_is_sound(tmp_path: Path) -> None:
    assert _errors(_typed_in("shuyang_county_2025", tmp_path)) == []


def test_jinhu_has_exactly_its_one_error(tmp_path: Path) -> None:
    assert _errors(_typed_in("jinhu_county_2023", tmp_path)) == [("R0402", "诉讼未经复议_总计", 0, 3)]


def test_any_single_figure_changed_is_caught(tmp_path: Path) -> None:
    ret = _typed_in("shuyang_county_2025", tmp_path)
    tables = [table for table in FORM.tables if table.id in ("T3", "T4")]
    names = [indicator.name for table in tables for indicator in table.indicators()]
    assert len(names) == 190
    unseen = [n for n in names if not _errors(replace(ret, values={**ret.values, n: (ret.values[n] or 0) + 1}))]
    assert unseen == []


@pytest.mark.parametrize("name", ["本年新收_总计", "行政复议_总计"])
def test_a_typed_total_is_noted_and_held_against_its_formula(name: str, tmp_path: Path) -> None:
    ret = _typed_in("shuyang_county_2025", tmp_path)
    assert ("S207", name) in [(f.code, f.indicator) for f in check(ret, FORM)]
