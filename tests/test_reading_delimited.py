"""Commas in a .csv: what may be one number or two is in doubt, named, and costs no other figure."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from office import _convert, requires_office
from returnbooks import figures

from xltools import Form, Return, build_template
from xltools.findings import Number
from xltools.reading.reader import read_bytes
from xltools.returns import Source
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")
MATRIX = Form.load("xxgk2021")
NAMES = list(FORM.indicators)
FIGURES = [*range(101, 101 + len(NAMES))]
MEASURES = [FORM.indicators[name].measure for name in NAMES]
_AS_CSV = "csv:Text - txt - csv (StarCalc):44,34,76,1"  # UTF-8, the first sheet


def typed(*columns: Sequence[object]) -> list[str]:
    """The lines of a .csv typed by hand: labels and the columns side by side, empty ends left out."""
    labels = [FORM.page.spots[name].row_labels[-1].text for name in NAMES]
    head = ["填报单位,甲县", "年度,2017"] + (["统计指标,单位,统计数"] if columns[0] is MEASURES else [])
    return [*head, *(",".join(map(str, row)).rstrip(",") for row in zip(labels, *columns, strict=True))]


def reading(lines: Sequence[str], form: Form = FORM) -> Return:
    ret = read_bytes("\n".join(lines).encode(), form, Source("甲县.csv"))
    assert not ret.rejected, ret.findings
    return ret


def taken(lines: Sequence[str]) -> tuple[list[Number | None], list[str]]:
    """The figures in the order of the form, and the indicators with V301; nothing else is to be found."""
    ret = reading(lines)
    assert {f.code for f in ret.findings} <= {"S201", "V301"}, ret.findings
    return [ret.values[name] for name in NAMES], [f.indicator for f in ret.findings if f.code == "V301"]


@pytest.mark.parametrize("number", ["1,234", "1,234,567", "1, 234", "1,234件", "1,234.5", "12,34", "-1,234"])
@pytest.mark.parametrize("between", [[], [MEASURES]], ids=["pairs", "with measures"])
def test_a_number_with_commas_and_no_quotes_is_in_doubt_and_costs_no_other(
    number: str, between: list[list[str]]
) -> None:
    lines = typed(*between, [*FIGURES[:3], number, *FIGURES[4:]])
    assert taken(lines) == ([*FIGURES[:3], None, *FIGURES[4:]], [NAMES[3]])
    (found,) = [f for f in reading(lines).findings if f.code == "V301"]
    parts = [part.strip() for part in number.split(",")]
    assert found.cell == ("C7" if between else "B6")
    assert f"“{number}”可能是一个数 {''.join(parts)},也可能是 {'、'.join(parts)} 几个数" in found.message


def test_figures_with_commas_are_read_right_or_in_doubt_whatever_stands_beside_them() -> None:
    def each(elements: st.SearchStrategy[object]) -> st.SearchStrategy[list[object]]:
        return st.lists(elements, min_size=len(NAMES), max_size=len(NAMES))

    @settings(max_examples=40, derandomize=True, deadline=None)
    @given(
        each(st.integers(0, 99) | st.integers(0, 9_999_999)),
        each(st.sampled_from(["", "", "", "已核", "含2016年"])),
        st.booleans(),
    )
    def no_figure_is_wrong(numbers: list[int], remarks: list[str], has_measures: bool) -> None:
        between = [MEASURES] if has_measures else []
        values, doubtful = taken(typed(*between, [f"{number:,}" for number in numbers], remarks))
        assert values == [number if number < 1000 else None for number in numbers]
        assert doubtful == [name for name, value in zip(NAMES, values, strict=True) if value is None]

    no_figure_is_wrong()


@pytest.mark.parametrize("between", [[], [MEASURES]], ids=["pairs", "with measures"])
def test_remarks_beside_some_figures_or_all_change_nothing(between: list[list[str]]) -> None:
    few = ["已核" if at == 3 else "2017年7月补报" if at == 9 else "" for at in range(len(NAMES))]
    for remarks in (few, ["已核"] * len(NAMES)):
        assert taken(typed(*between, FIGURES, remarks)) == (FIGURES, [])


def test_which_of_two_columns_of_figures_is_meant_only_a_heading_says() -> None:
    last_year = [number % 90 for number in FIGURES]
    lines = typed(FIGURES, last_year)
    assert taken([*lines[:2], "统计指标,统计数,上年数", *lines[2:]]) == (FIGURES, [])
    for unheaded in (lines, typed(FIGURES, last_year, last_year)):
        ret = read_bytes("\n".join(unheaded).encode(), FORM, Source("甲县.csv"))
        assert ret.rejected and not any(ret.values.values())
        told = [f for f in ret.findings if f.code in ("S202", "S203")]
        assert [set(f.indicators) for f in told] == [set(NAMES)]


def test_a_stray_cell_far_right_changes_nothing_and_millions_of_empty_fields_are_too_many() -> None:
    lines = typed(FIGURES)
    far = [*lines, f"{',' * 16_000}x"]
    assert taken(far) == taken([line + "," * (16_000 - line.count(",")) for line in far]) == (FIGURES, [])
    many = read_bytes((f"{',' * 16_000}\n" * 300).encode(), FORM, Source("甲县.csv"))
    assert [f.code for f in many.findings] == ["F105"]


# --- tables with figures side by side ---


def sheet(form: Form, values: dict[str, Number | str | None]) -> list[list[str]]:
    """The form's table as rows of fields, all as wide as the sheet."""
    rows = [[""] * form.page.width for _ in range(form.page.height)]
    for box in form.page.boxes:
        rows[box.row - 1][box.column - 1] = box.text
    for name, spot in form.page.spots.items():
        rows[spot.row - 1][spot.column - 1] = str(values[name])
    return rows


def in_blocks(rows: list[list[str]]) -> list[list[str]]:
    """As Excel saves a sheet: sixteen rows at a time are as wide as the longest of them."""
    shorter = []
    for start in range(0, len(rows), 16):
        block = rows[start : start + 16]
        width = max(at for row in block for at, field in enumerate(row, 1) if field)
        shorter += [row[:width] for row in block]
    return shorter


def lines_of(rows: list[list[str]]) -> list[str]:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().splitlines()


@pytest.mark.parametrize("shape", [lambda rows: rows, in_blocks], ids=["as wide as the sheet", "in blocks"])
def test_in_a_table_a_row_that_became_longer_is_in_doubt_and_no_other(shape) -> None:  # type: ignore[no-untyped-def]
    values = figures(MATRIX)
    whole = reading(lines_of(shape(sheet(MATRIX, values))), MATRIX)
    assert dict(whole.values) == values
    assert not [f for f in whole.findings if f.code == "V301"], "101,102,103 are three figures"
    rows = shape(sheet(MATRIX, values))
    spots = MATRIX.page.spots
    row = spots["予以公开_自然人"].row - 1
    first = spots["予以公开_自然人"].column - 1
    rows[row][first + 1 : first + 2] = ["1", "234"]
    broken = reading(lines_of(rows), MATRIX)
    here = [name for name in values if spots[name].row - 1 == row and spots[name].column - 1 >= first]
    assert {f.indicator for f in broken.findings if f.code == "V301"} == set(here)
    assert dict(broken.values) == values | dict.fromkeys(here)


@requires_office
def test_a_template_saved_as_csv_is_read_without_a_doubt(tmp_path: Path) -> None:
    for form in (FORM, MATRIX):
        for number, most in enumerate((1000, 12)):
            given = {n: at % most or at for at, n in enumerate(form.indicators, 101) if not form.indicators[n].formula}
            data = build_template(form, filled_content(form, given, unit="甲县", year="2021"))
            (tmp_path / f"{form.id}-{number}.xlsx").write_bytes(data)
    books = sorted(tmp_path.glob("*.xlsx"))
    for book, text in zip(books, _convert(_AS_CSV, ".csv", books, tmp_path / "out"), strict=True):
        form = FORM if book.stem.startswith(FORM.id) else MATRIX
        first = read_bytes(book.read_bytes(), form, Source(book.name))
        rows = list(csv.reader(io.StringIO(text.read_text(encoding="utf-8"))))
        for shape in (rows, in_blocks(rows)):
            second = reading(lines_of(shape), form)
            assert dict(second.values) == dict(first.values), book.name
            assert {f.code for f in second.findings} <= {"S201", "S207", "V302"}, book.name
