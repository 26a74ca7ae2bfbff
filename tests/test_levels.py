"""Departments → counties → prefecture: totals fed in as returns equal the flat consolidation."""

from pathlib import Path

from xltools import Form, Options, Return, build_template, consolidate, read
from xltools.roster import parse_roster
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")
ROSTER = parse_roster(
    [
        ["单位", "上级"],
        ["甲县", "某州"],
        ["乙县", "某州"],
        *([f"{county}{office}", county] for county in ("甲县", "乙县") for office in ("财政局", "教育局")),
    ]
)


def _departments(folder: Path) -> dict[str, Return]:
    returns = {}
    for number, unit in enumerate(("甲县财政局", "甲县教育局", "乙县财政局", "乙县教育局"), start=1):
        path = folder / f"{unit}.xlsx"
        values = {"工作会议数": number, "工作人员数": 3 * number, "专职人员数": number, "兼职人员数": 2 * number}
        path.write_bytes(build_template(FORM, filled_content(FORM, values, unit=unit)))
        returns[unit] = read(path, FORM)
    return returns


def _county(county: str, returns: dict[str, Return], folder: Path) -> Return:
    own = [ret for unit, ret in returns.items() if unit.startswith(county)]
    consolidate(own, FORM, ROSTER, Options(unit=county)).save(folder / f"{county}.xlsx")
    return read(folder / f"{county}.xlsx", FORM)


def test_a_chain_of_totals_equals_the_flat_total(tmp_path: Path) -> None:
    returns = _departments(tmp_path)
    flat = consolidate(returns.values(), FORM, ROSTER)
    chain = consolidate([_county(c, returns, tmp_path) for c in ("甲县", "乙县")], FORM, ROSTER)
    assert flat.totals["合计"]["工作会议数"] == 10
    assert chain.totals == flat.totals
    assert {finding.code for finding in (*flat.findings, *chain.findings)} == {"U408"}


def test_a_county_whose_total_differs_from_its_departments_is_named(tmp_path: Path) -> None:
    returns = _departments(tmp_path)
    county = _county("甲县", {k: v for k, v in returns.items() if k != "甲县教育局"}, tmp_path)
    result = consolidate([county, *returns.values()], FORM, ROSTER)
    named = [f for f in result.findings if f.code == "U406" and f.indicator == "工作会议数"]
    assert [(f.unit, f.actual, f.expected) for f in named] == [("甲县", 1, 3)]
