"""The workbook's names: one for every cell to fill in, for the form's identity, and for the areas of its tables."""

from __future__ import annotations

from xltools.form import FORM_ID, FORM_TITLE, FORM_VERSION, Form, Level
from xltools.layout import TITLE_ROW
from xltools.reading.references import absolute_name
from xltools.sheetnames import MAIN_SHEET, RULES_SHEET
from xltools.writing.rulesheet import EXPLANATION, rule_row
from xltools.writing.structuresheet import AREA_PREFIX
from xltools.writing.styles import Book


def define_names(book: Book, form: Form) -> None:
    """Define every name of the canonical workbook, all of them workbook-wide."""
    define = book.workbook.define_name
    define(FORM_ID, f'="{form.id}"')
    define(FORM_VERSION, f'="{form.version}"')
    define(FORM_TITLE, f"={MAIN_SHEET}!{absolute_name(TITLE_ROW, 1)}")
    for name, spot in {**form.page.header, **form.page.spots}.items():
        define(name, f"={MAIN_SHEET}!{absolute_name(spot.row, spot.column)}")
    for position, rule in enumerate(form.rules):
        if rule.level is Level.CONFIRM:
            define(rule.explanation_name, f"={RULES_SHEET}!${EXPLANATION}${rule_row(position)}")
    for table_id, area in form.page.areas.items():
        first, last = absolute_name(area.first_row, area.first_column), absolute_name(area.last_row, area.last_column)
        define(AREA_PREFIX + table_id, f"={MAIN_SHEET}!{first}:{last}")
