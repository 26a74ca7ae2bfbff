"""Paragraphs with marked figures, and the totals they are about."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path

from xltools import Consolidation, Form, consolidate, load_roster, read
from xltools.adding import add_up
from xltools.findings import Number
from xltools.proof import Figures, Proof, prove
from xltools.proof.documents import parse_document
from xltools.proof.figures import figures_of
from xltools.returns import Return

DATA = Path(__file__).parent / "data"
EXAMPLE = Path(__file__).parents[1] / "examples" / "湘西州2017"
_MARK = re.compile(r"【([^|【】]*)\|([^!@】]*)(!?)(?:@([^】]*))?】")


@dataclass(frozen=True)
class Marked:
    """A figure that a paragraph's author marked; ``wrong``: planted as an error."""

    start: int
    text: str
    indicator: str
    group: str
    wrong: bool


@dataclass(frozen=True)
class Paragraph:
    text: str
    figures: tuple[Marked, ...]


def proof_of(text: str, figures: Figures) -> Proof:
    return prove(parse_document(text.encode(), "txt", "报告.txt"), figures)


def paragraphs(year: str) -> Iterator[Paragraph]:
    """The paragraphs of tests/data/reports_<year>.txt without their marks; before ⏎ stands the line above one."""
    for line in (DATA / f"reports_{year}.txt").read_text(encoding="utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        above, _, said = line.rpartition("⏎")
        text, marked, done = "", [], 0
        for found in _MARK.finditer(said):
            text += said[done : found.start()]
            marked.append(Marked(len(text), found[1], found[2], found[4] or "合计", bool(found[3])))
            text += found[1]
            done = found.end()
        yield Paragraph(above + "\n" * bool(above) + text + said[done:], tuple(marked))


@cache
def _returns() -> tuple[Return, ...]:
    return tuple(read(path, Form.load("xxgk2017")) for path in sorted((EXAMPLE / "上报").glob("*.xlsx")))


@cache
def _consolidated() -> Consolidation:
    return consolidate(_returns(), Form.load("xxgk2017"), load_roster(EXAMPLE / "单位名录.xlsx"))


@cache
def xiangxi() -> Figures:
    """The total of the ten returns of examples/湘西州2017."""
    total = _consolidated()
    units = {unit.name: unit.figures for unit in total.counted}
    return figures_of(total.form, total.unit, "2017", total.groups, units, total.totals)


def save_xiangxi(path: Path) -> None:
    """The same as a total workbook."""
    _consolidated().save(path)


def save_faultless(path: Path, *, without: str = "") -> None:
    """The same with the blanks filled in that the form asks for, and without one unit."""
    answered = [
        replace(ret, values={**ret.values, "申请答复数": ret.values["同意公开答复数"]})
        for ret in _returns()
        if ret.unit != without
    ]
    consolidate(answered, Form.load("xxgk2017"), load_roster(EXAMPLE / "单位名录.xlsx")).save(path)


@cache
def shuyang() -> Figures:
    """The published table of 沭阳县 for 2025: one unit, no groups."""
    values: dict[str, Number | None] = {}
    with (DATA / "shuyang_county_2025.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            figure = Decimal(row["value"])
            values[row["name"]] = int(figure) if figure == int(figure) else figure
    return figures_of(Form.load("xxgk2021"), "沭阳县", "2025", (), {}, {"合计": values})


@cache
def ningxi() -> Figures:
    """The total of 宁溪市 (invented) for 2023: four 县区 and two departments."""
    form = Form.load("xxgk2021")
    units: dict[str, dict[str, Number | None]] = {}
    group_of: dict[str, str] = {}
    with (DATA / "ningxi_city_2023.csv").open(encoding="utf-8") as file:
        for row in csv.DictReader(file):
            figure = Decimal(row["value"])
            values = units.setdefault(row["unit"], dict.fromkeys(form.indicators, 0))
            values[row["name"]] = int(figure) if figure == int(figure) else figure
            group_of[row["unit"]] = row["group"]
    groups = tuple(dict.fromkeys(group_of.values()))
    totals = {
        group: add_up(form, (values for unit, values in units.items() if group in ("合计", group_of[unit])))
        for group in ("合计", *groups)
    }
    return figures_of(form, "宁溪市", "2023", groups, units, totals)
