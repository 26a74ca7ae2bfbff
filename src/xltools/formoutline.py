"""A form as a list of lines: what ``xltools form show`` prints."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.form import Aggregate, Form, Indicator, ListTable, Matrix, Section


def form_lines(form: Form) -> Iterator[str]:
    """A form as its users know it: sections, labels, names, and what the rules ask."""
    period = f"{form.period} 年度" if form.period else "不限年度"
    yield f"{form.title}  编号 {form.id}  版本 {form.version}  {period}"
    yield f"指标 {len(form.indicators)} 个,审核公式 {len(form.rules)} 条"
    yield ""
    for text, indicator, level in _outline(form):
        indent = "  " * level
        if indicator is None:
            yield f"{indent}{text}"
            continue
        facts = [indicator.measure, *(["必填"] if indicator.required else []), _AGGREGATES[indicator.aggregate]]
        facts += [f"={indicator.formula}"] if indicator.formula else []
        yield f"{indent}{text}  [{indicator.name}] {' '.join(filter(None, facts))}"
    yield ""
    for rule in form.rules:
        yield f"{rule.id} {rule.level}  {rule.description}"
        yield f"      ={rule.formula}"


_AGGREGATES = {Aggregate.SUM: "", Aggregate.MAX: "汇总取最大", Aggregate.NONE: "不汇总"}


def _outline(form: Form) -> Iterator[tuple[str, Indicator | None, int]]:
    """Text, indicator (None for a heading) and indent of every line, in the order of the page."""
    for table in form.tables:
        yield from _list_lines(table) if isinstance(table, ListTable) else _matrix_lines(table)


def _list_lines(table: ListTable) -> Iterator[tuple[str, Indicator | None, int]]:
    for row in table.rows:
        yield row.label, None if isinstance(row, Section) else row.indicator, row.level


def _matrix_lines(table: Matrix) -> Iterator[tuple[str, Indicator | None, int]]:
    for title in (table.section, table.heading):
        if title:
            yield title, None, 0
    for line, cells in zip(table.rows, table.cells, strict=True):
        if line.labels:
            yield line.labels[-1], None, len(line.labels) - 1
        for column, indicator in zip(table.columns, cells, strict=True):
            yield "·".join(column.labels[1:] or column.labels), indicator, len(line.labels)
