"""The canonical workbook of a form (空表), and filled copies of it."""

from __future__ import annotations

from xltools.form import Form
from xltools.writing.content import Content, blank_content
from xltools.writing.formsheet import bad_count_reference, write_form_sheet
from xltools.writing.guidesheet import write_guide_sheet
from xltools.writing.names import define_names
from xltools.writing.rulesheet import write_rule_sheet
from xltools.writing.structuresheet import write_structure_sheet
from xltools.writing.styles import Book


def build_template(form: Form, content: Content | None = None) -> bytes:
    """The canonical workbook as .xlsx bytes: the same form and content always give the same bytes."""
    return template_book(form, content).finish()


def template_book(form: Form, content: Content | None = None) -> Book:
    """The canonical workbook before it is finished, for those who add to it."""
    filled = content or blank_content(form)
    state = filled.state(form)
    book = Book(form.title)
    write_form_sheet(book, form, filled, state)
    write_rule_sheet(book, form, filled, state, bad_count_reference(form))
    write_guide_sheet(book, form)
    write_structure_sheet(book, form)
    define_names(book, form)
    return book
