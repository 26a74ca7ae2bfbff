"""The sheet 分单位: indicators down; the grand total, each group and, folded under it, each of its units across.

Every figure is a live formula over 明细, and the link in the second column leads there (it is short: LibreOffice
does not wrap links). The pale bar in a unit's cell is its share of the total.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xltools.consolidation import GRAND_TOTAL, Consolidation, UnitResult
from xltools.form import Aggregate, Form, Indicator, ListTable, Matrix, Section
from xltools.reading.references import absolute_name, cell_name, runs
from xltools.rules import rename
from xltools.sheetnames import DETAIL_SHEET, UNIT_SHEET
from xltools.writing.detailsheet import (
    DETAIL_HEADINGS,
    column_range,
    detail_head,
    detail_letters,
    detail_range,
    detail_rows,
    grand_total,
)
from xltools.writing.rows import Formula, Link, Row
from xltools.writing.styles import (
    BAR,
    LINE_HEIGHT,
    Book,
    figure_width,
    lines_needed,
    pages,
    printed_width,
    text_width,
)

MOST_UNITS = 300
UNITS_SHOWN_OPEN = 20
NOT_ADDED = "不汇总"
_ARROW = "»"
_HEAD_ROW, _HEAD_LINES = 2, 4
_LABEL_WIDTH, _MEASURE_WIDTH = 42, 6
_GROUP_COLUMN = DETAIL_HEADINGS.index("组别") + 1


@dataclass(frozen=True, slots=True)
class _Column:
    """One column of figures: of everybody (``group`` 合计), of a group, or of one unit."""

    head: str
    group: str
    unit: UnitResult | None = None
    folds: bool = False


@dataclass(frozen=True, slots=True)
class _Line:
    """One row: an indicator, or a heading without one; ``level`` is the indent."""

    text: str
    indicator: Indicator | None
    level: int


def write_unit_sheet(book: Book, result: Consolidation) -> None:
    """Write 分单位 as the next sheet; of more than 300 units only the groups are shown."""
    sheet = book.long_sheet(UNIT_SHEET)
    columns, lines = _columns(result), _lines(result.form)
    _write_head(book, sheet, result, columns)
    places = detail_rows(result)
    rows = [
        _heading_row(book, line, len(columns))
        if line.indicator is None
        else _figure_row(book, row, line, line.indicator, result, columns, places)
        for row, line in enumerate(lines, start=_HEAD_ROW + 1)
    ]
    sheet.add_rows(_HEAD_ROW + 1, rows, len(rows), len(columns) + 2)
    of_units = list(runs(at for at, column in enumerate(columns, start=3) if column.unit))
    for row, line in enumerate(lines, start=_HEAD_ROW + 1):
        if line.indicator is not None:
            _add_shares(sheet, row, line.indicator, result, of_units)
    _finish(sheet, result, columns, [row.height for row in rows])


def indicator_rows(form: Form) -> Mapping[str, int]:
    """The row (from 1) of 分单位 where each indicator stands."""
    lines = enumerate(_lines(form), start=_HEAD_ROW + 2)
    return {line.indicator.name: row for row, line in lines if line.indicator is not None}


def group_cell(result: Consolidation, name: str, group: str) -> str:
    """The cell of 分单位 that holds an indicator's total of a group."""
    heads = [column.group if column.unit is None else "" for column in _columns(result)]
    return f"{UNIT_SHEET}!{absolute_name(indicator_rows(result.form)[name], heads.index(group) + 3)}"


def _columns(result: Consolidation) -> list[_Column]:
    """The grand total, each group followed by its units, and last the units of no group."""
    units = result.counted if len(result.counted) <= MOST_UNITS else ()
    columns = [_Column(GRAND_TOTAL, GRAND_TOTAL)]
    for group in result.groups:
        columns.append(_Column(group, group))
        columns += [_Column(unit.name, group, unit, folds=True) for unit in units if unit.group == group]
    return columns + [_Column(unit.name, "", unit) for unit in units if unit.group not in result.groups]


def _folded(columns: Sequence[_Column]) -> bool:
    return sum(1 for column in columns if column.folds) > UNITS_SHOWN_OPEN


def _lines(form: Form) -> list[_Line]:
    """The form as one list: headings and indicators in the order of the page."""
    lines: list[_Line] = []
    for table in form.tables:
        lines += _list_lines(table) if isinstance(table, ListTable) else _matrix_lines(table)
    return lines


def _list_lines(table: ListTable) -> Iterator[_Line]:
    for row in table.rows:
        yield _Line(row.label, None if isinstance(row, Section) else row.indicator, row.level)


def _matrix_lines(table: Matrix) -> Iterator[_Line]:
    """Each row's labels as headings where they change, below them its figures under what tells the columns apart."""
    for title in (table.section, table.heading):
        if title:
            yield _Line(title, None, 0)
    paths = [column.labels for column in table.columns]
    shared = 0
    while all(len(path) > shared + 1 for path in paths) and len({path[shared] for path in paths}) == 1:
        shared += 1
    above: tuple[str, ...] = ()
    for line, cells in zip(table.rows, table.cells, strict=True):
        for level, text in enumerate(line.labels):
            if line.labels[: level + 1] != above[: level + 1]:
                yield _Line(text, None, level)
        above = line.labels
        for path, indicator in zip(paths, cells, strict=True):
            yield _Line("·".join(path[shared:]), indicator, len(line.labels))


def _write_head(book: Book, sheet: Any, result: Consolidation, columns: Sequence[_Column]) -> None:
    count = len(result.counted)
    notes = [f"{result.unit} {result.period} 年度,{count} 个单位", "点“单位”列的蓝字看明细"]
    if count > MOST_UNITS:
        notes.append("单位多,只列组别")
    elif _folded(columns):
        notes.append("各单位已折叠在组别下,点左上角的 2 展开、1 收起")
    if any(column.unit for column in columns):
        notes.append("单位格里的色条是占合计的比重")
    sheet.write_string(0, 0, f"{result.form.title}(分单位)", book.style("table-title"))
    sheet.write_string(1, 0, ";".join(notes), book.style("subtitle"))
    lines = 2
    for at, text in enumerate(["统计指标", "单位"]):
        sheet.write_string(_HEAD_ROW, at, text, book.style("total-head"))
    folds = [column.folds for column in columns[1:]] + [False]
    for at, (column, width) in enumerate(zip(columns, _widths(result, columns), strict=True), start=2):
        sheet.write_string(_HEAD_ROW, at, column.head, book.style("unit-head" if column.unit else "total-head"))
        lines = max(lines, lines_needed(column.head, width))
        level = {"level": 1, "hidden": _folded(columns)} if column.folds else {}
        if folds[at - 2] and not column.folds:
            level = {"collapsed": _folded(columns)}
        sheet.set_column(at, at, width, None, level)
    sheet.set_row(_HEAD_ROW, LINE_HEIGHT * lines + 4)


def _widths(result: Consolidation, columns: Sequence[_Column]) -> list[float]:
    """Wide enough for the figures, and for a name on four lines."""
    figures = (column.unit.figures if column.unit else result.totals[column.group] for column in columns)
    return [
        max(figure_width(each.values()) + (0 if column.unit else 1), text_width(column.head) / _HEAD_LINES + 2.5)
        for each, column in zip(figures, columns, strict=True)
    ]


def _height(line: _Line) -> float:
    return LINE_HEIGHT * lines_needed(line.text, _LABEL_WIDTH - 1.3 * line.level) + 3


def _heading_row(book: Book, line: _Line, columns: int) -> Row:
    label = book.style("section", **({"indent": line.level} if line.level else {}))
    return Row([(line.text, label), *[(None, book.style("section"))] * (columns + 1)], _height(line))


def _figure_row(
    book: Book,
    row: int,
    line: _Line,
    indicator: Indicator,
    result: Consolidation,
    columns: Sequence[_Column],
    places: Mapping[str, int],
) -> Row:
    label = book.style("label", **({"indent": line.level} if line.level else {}))
    link = Link(detail_head(result, indicator.name), f"看各单位的“{indicator.name}”")
    cells: list[tuple[str | Formula | None, Any]] = [
        (line.text, label),
        (indicator.measure or _ARROW, book.style("measure-link")),
    ]
    kind = "decimal" if indicator.decimals else "figure"
    of_unit, of_group, of_all = (book.style(f"{kind}{more}") for more in ("", "-strong", "-total"))
    letters = detail_letters(result, indicator.name)
    for at, column in enumerate(columns, start=3):
        if column.unit:
            value = column.unit.figures.get(indicator.name)
            formula = None if value is None else Formula(f"{DETAIL_SHEET}!{letters}{places[column.unit.name]}", value)
            cells.append((formula, of_unit))
        elif indicator.aggregate is Aggregate.NONE and not indicator.formula:
            cells.append((NOT_ADDED, book.style("not-added")))
        else:
            style = of_all if column.group == GRAND_TOTAL else of_group
            cells.append((_total_of(result, indicator, column.group, at), style))
    return Row(cells, _height(line), {1: link})


def _total_of(result: Consolidation, indicator: Indicator, group: str, at: int) -> Formula | None:
    """The total of 合计 or of a group, which stands in the column ``at`` (from 1)."""
    value = result.totals[group].get(indicator.name)
    if value is None:
        return None
    if indicator.aggregate is Aggregate.NONE:
        return Formula(_rate_formula(result.form, indicator, at), value)
    return Formula(group_formula(result, indicator, group), value)


def _rate_formula(form: Form, indicator: Indicator, column: int) -> str:
    """A rate of 合计 or of a group, computed from the totals that stand above or below it in its column (from 1)."""
    rows = indicator_rows(form)
    cells = {part: cell_name(rows[part], column) for part in form.parts[indicator.name]}
    for part in cells:
        own = form.indicators[part]
        if own.aggregate is Aggregate.NONE and not own.formula:  # its cell says 不汇总, which counts as a blank here
            cells[part] = f"N({cells[part]})"
    return f"ROUND({rename(indicator.formula, cells)},{indicator.decimals})"


def group_formula(result: Consolidation, indicator: Indicator, group: str) -> str:
    """How the total of 合计 or of a group comes from 明细; only meant where some unit of it filled the figure in."""
    if group == GRAND_TOTAL:
        return grand_total(result, indicator, absolute=True)
    figures = detail_range(result, indicator.name, absolute=True)
    groups = column_range(result, _GROUP_COLUMN, absolute=True)
    if indicator.aggregate is not Aggregate.MAX:
        return f"ROUND(SUMIF({groups},{_criterion(group)},{figures}),{indicator.decimals})"
    # MAXIFS came with Excel 2019. Lifted by the least figure nothing is negative, so that the other groups' and the
    # blank cells' zeros cannot win; SUMPRODUCT evaluates the arrays in every program.
    mine = f'({groups}="{_doubled(group)}")*({figures}<>"")*({figures}-MIN({figures}))'
    return f"ROUND(MIN({figures})+SUMPRODUCT(MAX({mine})),{indicator.decimals})"


def _criterion(group: str) -> str:
    """A group's name as SUMIF takes it: * and ? are no wildcards, < and > no comparisons."""
    text = "".join(f"~{character}" if character in "~*?" else character for character in group)
    return f'"{"=" if text[0] in "<>=" else ""}{_doubled(text)}"'


def _doubled(text: str) -> str:
    return text.replace('"', '""')


def _add_shares(
    sheet: Any, row: int, indicator: Indicator, result: Consolidation, units: Sequence[tuple[int, int]]
) -> None:
    """A bar in every unit's cell that is as long, in its cell, as the unit's part of the total is."""
    total = result.totals[GRAND_TOTAL].get(indicator.name)
    if indicator.aggregate is not Aggregate.SUM or not total or total < 0 or not units:
        return
    cells = " ".join(f"{cell_name(row + 1, first)}:{cell_name(row + 1, last)}" for first, last in units)
    sheet.conditional_format(
        row, units[0][0] - 1, row, units[-1][1] - 1,
        {
            "type": "data_bar", "multi_range": cells, "data_bar_2010": True, "bar_solid": True, "bar_no_border": True,
            "bar_color": BAR, "min_type": "num", "min_value": 0,
            "max_type": "formula", "max_value": "=" + absolute_name(row + 1, 3),
        },
    )  # fmt: skip


def _finish(sheet: Any, result: Consolidation, columns: Sequence[_Column], heights: Sequence[float]) -> None:
    sheet.set_column(0, 0, _LABEL_WIDTH)
    sheet.set_column(1, 1, _MEASURE_WIDTH)
    sheet.outline_settings(True, True, False, False)  # a group's units stand to its right
    sheet.freeze_panes(_HEAD_ROW + 1, 3)
    sheet.set_selection(cell_name(_HEAD_ROW + 2, 3))
    sheet.set_landscape()
    sheet.repeat_rows(_HEAD_ROW)
    sheet.repeat_columns(0, 1)
    sheet.print_area(0, 0, _HEAD_ROW + len(heights), len(columns) + 1)
    hidden = _folded(columns)
    widths = zip(columns, _widths(result, columns), strict=True)
    shown = printed_width(width for column, width in widths if not (column.folds and hidden))
    sheet.fit_to_pages(*pages(printed_width((_LABEL_WIDTH, _MEASURE_WIDTH)), shown, sum(heights)))
