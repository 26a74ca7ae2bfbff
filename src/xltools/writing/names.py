"""The workbook's names: one for every cell to fill in, for the form's identity, and for the areas of its tables."""

from __future__ import annotations

from xltools.form import FORM_ID, FORM_TITLE, FORM_VERSION, MAIN_SHEET, RULES_SHEET, Form, Level
from xltools.layout import TITLE_ROW, Spot
from xltools.writing.rulesheet import rule_row
from xltools.writing.structuresheet import AREA_PREFIX
from xltools.writing.styles import Book


def define_names(book: Book, form: Form) -> None:
    """Define every name of the canonical workbook, all of them workbook-wide."""
    define = book.workbook.define_name
    define(FORM_ID, f'="{form.id}"')
    define(FORM_VERSION, f'="{form.version}"')
    define(FORM_TITLE, f"={MAIN_SHEET}!{_absolute(TITLE_ROW, 1)}")
    for name, spot in {**form.page.header, **form.page.spots}.items():
        define(name, f"={MAIN_SHEET}!{_at(spot)}")
    for position, rule in enumerate(form.rules):
        if rule.level is Level.CONFIRM:
            define(rule.explanation_name, f"={RULES_SHEET}!$F${rule_row(position)}")
    for table_id, area in form.page.areas.items():
        first, last = _absolute(area.first_row, area.first_column), _absolute(area.last_row, area.last_column)
        define(AREA_PREFIX + table_id, f"={MAIN_SHEET}!{first}:{last}")


def _at(spot: Spot) -> str:
    return _absolute(spot.row, spot.column)


def _absolute(row: int, column: int) -> str:
    letters = ""
    while column:
        column, remainder = divmod(column - 1, 26)
        letters = chr(ord("A") + remainder) + letters
    return f"${letters}${row}"
