"""The sheet 图表: native charts of the total, each over live cells, chosen from what the form says of its figures.

No form is known here by name. A form's computed indicators and rules say which figure is the sum of which others
(收到申请数 = 当面 + 传真 + 网络 + 信函): such a breakdown is worth a chart, and the first one's whole is what the units
are compared by. With a previous period every chart shows it beside this one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xltools.adding import add_up
from xltools.consolidation import GRAND_TOTAL, Consolidation, UnitResult
from xltools.findings import Number
from xltools.form import Aggregate, Form, ListTable
from xltools.reading.references import absolute_name
from xltools.rules import Expression, Name, summands
from xltools.sheetnames import CHART_SHEET, MAIN_SHEET
from xltools.wording import sides
from xltools.writing.comparisonsheet import group_cell
from xltools.writing.detailsheet import detail_cell, detail_rows
from xltools.writing.styles import BLUE, INK, SONG, Book, figure_width, text_width

MOST_BREAKDOWNS = 3
MOST_BARS = 20
_FEWEST_PARTS = 3
_CHART_WIDTH, _ROW_PIXELS, _COLUMNS = 690, 20, 11
_NAMES_WIDTH = 105  # half-width characters that fit below a chart
_DATA_COLUMN = _COLUMNS + 1
_EARLIER, _PALE_BAR = "上年", "#B7C4D3"
_MOST_LABELLED_TWICE = 4
"""Of more pairs of columns only this year's have their figures on them: they would be printed over each other."""
_ENUMERATION = re.compile(r"^(?:[((][一二三四五六七八九十]+[))]|[一二三四五六七八九十]+、|\d+[.、.])\s*|^其中[::]\s*")

_REMARK = re.compile(r"(?<=.)[((][^()()]*[))]$")


@dataclass(frozen=True, slots=True)
class Breakdown:
    """A figure and the figures it is made of, by indicator, with what to call them in a chart."""

    whole: str
    parts: tuple[str, ...]
    title: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Bar:
    """One bar: its name, the cell that holds its figure, the figure, and that of the previous period."""

    label: str
    cell: str
    value: Number | None
    earlier: Number | None = None


@dataclass(frozen=True, slots=True)
class _Chart:
    title: str
    measure: str
    bars: tuple[_Bar, ...]
    beside: bool = False

    @property
    def upright(self) -> bool:
        """Columns where the things compared stand beside each other and their names fit below."""
        return self.beside and sum(text_width(bar.label) + 2 for bar in self.bars) <= _NAMES_WIDTH

    @property
    def height(self) -> int:
        return 280 if self.upright else 70 + (42 if self.has_earlier else 22) * len(self.bars)

    @property
    def has_earlier(self) -> bool:
        return any(bar.earlier is not None for bar in self.bars)


def write_chart_sheet(book: Book, result: Consolidation) -> None:
    """Write 图表 as the next sheet: the charts down the page, their data in columns beside it."""
    sheet = book.sheet(CHART_SHEET)
    sheet.set_column(0, _COLUMNS - 1, 8.43)
    sheet.write_string(0, 0, f"{result.unit} {result.period} 年度{result.form.title}图表", book.style("table-title"))
    charts = list(_charts(result))
    if not charts:
        sheet.write_string(2, 0, "没有可以画图的数", book.style("body"))
    row, data_row = 2, 2
    for chart in charts:
        _write_data(book, sheet, data_row, chart)
        drawn = _draw(book, chart, data_row)
        drawn.set_size({"width": _CHART_WIDTH, "height": chart.height})
        sheet.insert_chart(row, 0, drawn, {"object_position": 2, "description": chart.title})
        row += -(-chart.height // _ROW_PIXELS) + 1
        data_row += len(chart.bars) + 3
    _finish(book, sheet, charts, row)


def breakdowns(form: Form) -> tuple[Breakdown, ...]:
    """What the form's formulas and rules say is the sum of at least three others, each way of dividing once.

    A figure that is itself a part of another is left out, and so is a second one divided alike (new and pending
    applications by the same kinds of applicants): the first on the page stands for them.
    """
    found = list(dict.fromkeys(_sums(form)))
    inner = {part for _, parts in found for part in parts}
    named = [_named(form, whole, parts) for whole, parts in found if whole not in inner]
    position = {name: at for at, name in enumerate(form.indicators)}
    named.sort(key=lambda breakdown: position[breakdown.whole])
    first: dict[tuple[str, ...], Breakdown] = {}
    for breakdown in named:
        first.setdefault(breakdown.labels, breakdown)
    return tuple(first.values())


def _sums(form: Form) -> Iterator[tuple[str, tuple[str, ...]]]:
    for whole, tree in form.computed.items():
        yield from _sum(form, whole, tree)
    for rule in form.rules:
        pair = sides(rule)
        if pair and isinstance(pair.actual, Name):
            yield from _sum(form, pair.actual.name, pair.expected)


def _sum(form: Form, whole: str, tree: Expression) -> Iterator[tuple[str, tuple[str, ...]]]:
    parts = summands(tree)
    listed = [form.indicators[name] for name in (whole, *parts) if name in form.indicators]
    added = all(i.aggregate is Aggregate.SUM and i.measure == listed[0].measure for i in listed)
    if len(parts) >= _FEWEST_PARTS and len(listed) == len(parts) + 1 and added:
        yield whole, parts


def _named(form: Form, whole: str, parts: tuple[str, ...]) -> Breakdown:
    """The words of a breakdown: the labels that differ among the parts, beside the rows or above the columns."""
    spots = [form.page.spots[name] for name in parts]
    across = len({spot.row for spot in spots}) == 1
    labels = tuple(
        _plain((spot.column_labels if across else spot.row_labels or spot.column_labels)[-1].text) for spot in spots
    )
    if any(whole == i.name for table in form.tables if isinstance(table, ListTable) for i in table.indicators()):
        return Breakdown(whole, parts, whole, labels)
    spot = form.page.spots[whole]
    return Breakdown(whole, parts, _plain((spot.row_labels or spot.column_labels)[0].text), labels)


def _plain(label: str) -> str:
    """A label without its number and without the remark in brackets behind it."""
    return _REMARK.sub("", _ENUMERATION.sub("", label))


def _charts(result: Consolidation) -> Iterator[_Chart]:
    """First the units side by side, then up to three breakdowns that have something to show."""
    totals = result.totals[GRAND_TOTAL]
    earlier = result.previous.total if result.previous else {}
    known = breakdowns(result.form)
    shown = [b for b in known if sum(1 for part in b.parts if totals.get(part)) > 1]
    leading = next(((b.whole, b.title) for b in known if totals.get(b.whole)), None) or _first_figure(result)
    if leading:
        yield from _compared(result, *leading)
    for breakdown in shown[:MOST_BREAKDOWNS]:
        bars = tuple(
            _Bar(label, _main_cell(result.form, part), totals.get(part), earlier.get(part))
            for label, part in zip(breakdown.labels, breakdown.parts, strict=True)
        )
        yield _Chart(f"{breakdown.title}:构成", result.form.indicators[breakdown.whole].measure, bars)


def _main_cell(form: Form, name: str) -> str:
    spot = form.page.spots[name]
    return f"{MAIN_SHEET}!{absolute_name(spot.row, spot.column)}"


def _first_figure(result: Consolidation) -> tuple[str, str] | None:
    totals = result.totals[GRAND_TOTAL]
    summed = (name for name, i in result.form.indicators.items() if i.aggregate is Aggregate.SUM)
    return next(((name, name) for name in summed if totals.get(name)), None)


def _compared(result: Consolidation, name: str, title: str) -> Iterator[_Chart]:
    """The units where they are few; else the groups, and the largest units.

    What is left of hundreds of units is named, not drawn: one bar of all the others would dwarf every other bar.
    """
    measure = result.form.indicators[name].measure
    units = result.counted
    what = "各单位"
    if len(units) > MOST_BARS:
        if 1 < len(result.groups) <= MOST_BARS:
            yield _Chart(f"{title}:各组别", measure, _group_bars(result, name), beside=True)
        what = f"最多的 {MOST_BARS} 个单位,其余 {len(units) - MOST_BARS} 个未画"
        units = tuple(sorted(units, key=lambda unit: -(unit.figures.get(name) or 0))[:MOST_BARS])
    if len(units) > 1:
        yield _Chart(f"{title}:{what}", measure, _unit_bars(result, name, units), beside=True)


def _group_bars(result: Consolidation, name: str) -> tuple[_Bar, ...]:
    earlier = _earlier_by_group(result, name)
    return tuple(
        _Bar(group, group_cell(result, name, group), result.totals[group].get(name), earlier.get(group))
        for group in result.groups
    )


def _earlier_by_group(result: Consolidation, name: str) -> Mapping[str, Number | None]:
    """Last year's figure of each of this year's groups; nothing where a unit of last year is in none of them."""
    previous = result.previous
    before = {unit: previous.units[unit] for unit in previous.units if unit != previous.unit} if previous else {}
    group_of = {unit.name: unit.group for unit in result.units if unit.group}
    if not before.keys() <= group_of.keys():
        return {}
    return {
        group: add_up(result.form, [before[unit] for unit in before if group_of[unit] == group]).get(name)
        for group in result.groups
    }


def _unit_bars(result: Consolidation, name: str, units: Sequence[UnitResult]) -> tuple[_Bar, ...]:
    rows = detail_rows(result)
    earlier: Mapping[str, Mapping[str, Number | None]] = result.previous.units if result.previous else {}
    return tuple(
        _Bar(
            unit.name,
            detail_cell(result, name, rows[unit.name]),
            unit.figures.get(name),
            earlier.get(unit.name, {}).get(name),
        )
        for unit in units
    )


def _write_data(book: Book, sheet: Any, row: int, chart: _Chart) -> None:
    heads = [f"{chart.title}({chart.measure})" if chart.measure else chart.title, "本年"]
    if chart.has_earlier:
        heads.append(_EARLIER)
    for at, head in enumerate(heads):
        sheet.write_string(row, _DATA_COLUMN + at, head, book.style("total-head"))
    figure = book.style("decimal")
    for at, bar in enumerate(chart.bars, start=row + 1):
        sheet.write_string(at, _DATA_COLUMN, bar.label, book.style("cell"))
        if bar.value is None:
            sheet.write_blank(at, _DATA_COLUMN + 1, None, figure)
        else:
            sheet.write_formula(at, _DATA_COLUMN + 1, "=" + bar.cell, figure, float(bar.value))
        if bar.earlier is not None:
            sheet.write_number(at, _DATA_COLUMN + 2, bar.earlier, figure)
        elif chart.has_earlier:
            sheet.write_blank(at, _DATA_COLUMN + 2, None, figure)


def _draw(book: Book, chart: _Chart, row: int) -> Any:
    first, last = row + 1, row + len(chart.bars)
    font = {"name": SONG, "size": 9, "color": INK}
    drawn = book.workbook.add_chart({"type": "column" if chart.upright else "bar"})
    series = [(1, BLUE)] + ([(2, _PALE_BAR)] if chart.has_earlier else [])
    labels = {"value": True, "num_format": "#,##0.######;-#,##0.######;", "font": font}
    crowded = chart.upright and len(chart.bars) > _MOST_LABELLED_TWICE
    for at, colour in series:
        drawn.add_series(
            {
                "name": [CHART_SHEET, row, _DATA_COLUMN + at],
                "categories": [CHART_SHEET, first, _DATA_COLUMN, last, _DATA_COLUMN],
                "values": [CHART_SHEET, first, _DATA_COLUMN + at, last, _DATA_COLUMN + at],
                "fill": {"color": colour},
                "gap": 60,
                **({} if crowded and at > 1 else {"data_labels": labels}),
            }
        )
    title = f"{chart.title}({chart.measure})" if chart.measure else chart.title
    drawn.set_title({"name": title, "name_font": {**font, "size": 12, "bold": True}})
    drawn.set_legend({"position": "bottom", "font": font} if chart.has_earlier else {"none": True})
    line = {"line": {"color": "#9A9A9A"}, "major_tick_mark": "none"}
    categories = {"num_font": font, "reverse": not chart.upright, **line}
    lowest = min((bar.value for bar in chart.bars if bar.value is not None), default=0)
    figures = {"visible": False, "major_gridlines": {"visible": False}, **({"min": 0} if lowest >= 0 else {})}
    drawn.set_x_axis(categories if chart.upright else figures)
    drawn.set_y_axis(figures if chart.upright else categories)
    drawn.set_chartarea({"border": {"color": "#D0D0D0"}})
    return drawn


def _finish(book: Book, sheet: Any, charts: Sequence[_Chart], last_row: int) -> None:
    values = [value for chart in charts for bar in chart.bars for value in (bar.value, bar.earlier)]
    sheet.set_column(_COLUMNS, _COLUMNS, 2)
    sheet.set_column(_DATA_COLUMN, _DATA_COLUMN, 40)
    sheet.set_column(_DATA_COLUMN + 1, _DATA_COLUMN + 2, figure_width(values, 10))
    if charts:
        sheet.write_string(0, _DATA_COLUMN, "图中的数(随明细自动变,不打印)", book.style("subtitle"))
    sheet.print_area(0, 0, last_row, _COLUMNS - 1)
    sheet.fit_to_pages(1, 1)
    sheet.center_horizontally()
