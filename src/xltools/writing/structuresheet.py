"""The very hidden sheet 表式: what of the form cannot be seen on the visible sheets.

One element a row: kind, key, attributes as JSON. Labels, measures, names, rules, formulas and notes are not here: they
are read from the visible sheets, so that editing those in Excel is enough to change the form. The phrases (用语) are:
they serve those who write reports, not those who fill in the sheet.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from xltools.definition import page_definition
from xltools.form import Aggregate, Entry, Form, Indicator, ListTable, Section
from xltools.formphrases import phrase_definition
from xltools.sheetnames import STRUCTURE_SHEET
from xltools.writing.styles import Book

AREA_PREFIX = "表式_"
FORM_KIND, TABLE_KIND, SECTION_KIND, INDICATOR_KIND, ROW_KIND, COLUMN_KIND = "表式", "表", "组", "指标", "行", "列"
PHRASE_KIND = "用语"
HEADINGS = ("种类", "键", "属性")


def write_structure_sheet(book: Book, form: Form) -> None:
    """Write 表式 as the next sheet, very hidden."""
    sheet = book.sheet(STRUCTURE_SHEET)
    sheet.very_hidden()
    for column, heading in enumerate(HEADINGS):
        sheet.write_string(0, column, heading)
    for row, (kind, key, attributes) in enumerate(_elements(form), start=1):
        sheet.write_string(row, 0, kind)
        sheet.write_string(row, 1, key)
        # ASCII: mixed scripts make LibreOffice write every such text as hundreds of formatted runs
        sheet.write_string(row, 2, json.dumps(attributes))


def _elements(form: Form) -> Iterator[tuple[str, str, dict[str, Any]]]:
    yield FORM_KIND, form.id, page_definition(form)
    for table in form.tables:
        if isinstance(table, ListTable):
            yield TABLE_KIND, table.id, {"kind": "list", "spans": list(table.spans)}
            for row in table.rows:
                if isinstance(row, Section):
                    yield SECTION_KIND, row.label, {"level": row.level}
                elif isinstance(row, Entry):
                    yield INDICATOR_KIND, row.indicator.name, {"level": row.level, **_hidden(row.indicator)}
            continue
        yield (
            TABLE_KIND,
            table.id,
            {
                "kind": "matrix",
                "join": table.join,
                "titles": [bool(table.section), bool(table.heading)],
                "label_spans": list(table.label_spans),
                "value_spans": list(table.value_spans),
            },
        )
        for kind, lines in ((COLUMN_KIND, table.columns), (ROW_KIND, table.rows)):
            for line in lines:
                yield kind, line.key, {}
        for indicator in table.indicators():
            yield INDICATOR_KIND, indicator.name, {"measure": indicator.measure, **_hidden(indicator)}
    for phrase in form.phrases:
        yield PHRASE_KIND, "", phrase_definition(phrase)


def _hidden(indicator: Indicator) -> dict[str, Any]:
    hidden: dict[str, Any] = {}
    if indicator.decimals:
        hidden["decimals"] = indicator.decimals
    if indicator.aggregate is not Aggregate.SUM:
        hidden["aggregate"] = str(indicator.aggregate)
    if indicator.required:
        hidden["required"] = True
    if indicator.carried_from:
        hidden["carried_from"] = indicator.carried_from
    return hidden
