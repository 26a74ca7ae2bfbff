"""统计表.xlsm (the canonical form with buttons on the sheet) and xltools.xlam (the ribbon), built without Excel."""

from __future__ import annotations

from typing import Final

from xltools.excel.buttons import GROUPS, THIS_RETURN
from xltools.excel.packaging import packed
from xltools.excel.ribbon import PART, RELATIONSHIP, ribbon_xml
from xltools.excel.vba import CONFIGURATION_SHEET, PROJECT_PART, addin_modules, form_modules, project_of
from xltools.form import Form
from xltools.layout import FIRST_TABLE_ROW
from xltools.sheetnames import MAIN_SHEET
from xltools.template import template_book
from xltools.writing.content import Content
from xltools.writing.formsheet import audit_column
from xltools.writing.styles import Book

FORM_FILE, ADDIN_FILE = "统计表.xlsm", "xltools.xlam"
_PLAIN: Final = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_MACROS: Final = b"application/vnd.ms-excel.sheet.macroEnabled.main+xml"
_ADDIN: Final = b"application/vnd.ms-excel.addin.macroEnabled.main+xml"
# Whose folder a workbook happens to lie in must not decide what Python imports.
CONFIGURATION: Final = (("ADD_WORKBOOK_TO_PYTHONPATH", "False"), ("SHOW CONSOLE", "False"))
_FIRST_BUTTON, _WIDTH, _HEIGHT, _GAP = 48, 84, 21, 6  # pixels, to the right of the audit column's heading


def build_form_workbook(form: Form, content: Content | None = None) -> bytes:
    """The canonical workbook with its buttons as .xlsm bytes: read as a return it gives what the .xlsx gives."""
    book = template_book(form, content)
    _write_configuration(book)
    _add_buttons(book, form)
    project, parts = project_of(book.finish(), form_modules(THIS_RETURN.buttons))
    return packed({**parts, **_typed(parts, _MACROS), PROJECT_PART: project})


def build_addin() -> bytes:
    """The add-in as .xlam bytes."""
    return _with_ribbon(_ADDIN)


def build_addin_as_workbook() -> bytes:
    """The add-in as an ordinary .xlsm, which programs open that do not know the content type of an add-in."""
    return _with_ribbon(_MACROS)


def _with_ribbon(content_type: bytes) -> bytes:
    book = Book("统计表")
    _write_configuration(book, hidden=False)
    buttons = [button for group in GROUPS for button in group.buttons]
    project, parts = project_of(book.finish(), addin_modules(buttons))
    relationship = f'<Relationship Id="rIdRibbon" Type="{RELATIONSHIP}" Target="{PART}"/></Relationships>'
    relationships = parts["_rels/.rels"].replace(b"</Relationships>", relationship.encode())
    own = {PART: ribbon_xml(GROUPS), "_rels/.rels": relationships, PROJECT_PART: project}
    return packed({**parts, **_typed(parts, content_type), **own})


def _write_configuration(book: Book, *, hidden: bool = True) -> None:
    """The sheet in which xlwings looks for its settings; the interpreter stands in the user's own file."""
    sheet = book.workbook.add_worksheet(CONFIGURATION_SHEET)
    for row, setting in enumerate(CONFIGURATION):
        for column, text in enumerate(setting):
            sheet.write_string(row, column, text)
    if hidden:
        sheet.very_hidden()


def _add_buttons(book: Book, form: Form) -> None:
    """In the audit column, beyond the printed page, on a line that stays in view."""
    sheet = book.workbook.get_worksheet_by_name(MAIN_SHEET)
    for position, button in enumerate(THIS_RETURN.buttons):
        place = {
            "macro": button.sub, "caption": button.label, "description": button.tip,
            "width": _WIDTH, "height": _HEIGHT, "x_offset": _FIRST_BUTTON + position * (_WIDTH + _GAP), "y_offset": 1,
        }  # fmt: skip
        sheet.insert_button(FIRST_TABLE_ROW - 1, audit_column(form) - 1, place)


def _typed(parts: dict[str, bytes], content_type: bytes) -> dict[str, bytes]:
    types = "[Content_Types].xml"
    return {types: parts[types].replace(_PLAIN, content_type)}
