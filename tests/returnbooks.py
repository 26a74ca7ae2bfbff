"""Returns for the tests as people send them in: the form's table typed into workbooks of any shape."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import openpyxl
from openpyxl.utils import get_column_letter
from openpyxl.workbook.defined_name import DefinedName

from xltools.findings import Number
from xltools.form import PERIOD, UNIT, Form

Workbook = openpyxl.Workbook


@dataclass
class Table:
    """One filled-in table: moved down by ``rows`` and right by ``columns``; ``labels`` rewrites what labels say."""

    values: Mapping[str, Number | str | None]
    unit: str = "甲县"
    year: int = 2017
    sheet: str = "统计表"
    rows: int = 0
    columns: int = 0
    names: bool = True
    labels: Callable[[str], str] = field(default=lambda text: text)


def figures(form: Form) -> dict[str, Number | str | None]:
    """A different figure for every indicator."""
    return {name: number for number, name in enumerate(form.indicators, start=101)}


def workbook_with(form: Form, *tables: Table) -> Workbook:
    """A workbook with one sheet per table; only the first one's names are workbook-wide, as when a sheet is copied."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for table in tables:
        _add(book, form, table)
    return book


def saved(book: Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def return_bytes(form: Form, *tables: Table) -> bytes:
    """:func:`workbook_with` as a file's bytes; without tables, one filled with :func:`figures`."""
    return saved(workbook_with(form, *(tables or (Table(figures(form)),))))


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """The archive with every part put through ``change(name, content)``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    return stream.getvalue()


def _add(book: Workbook, form: Form, table: Table) -> None:
    sheet = book.create_sheet(table.sheet)
    down, right = table.rows, table.columns
    for box in form.page.boxes:
        cell = sheet.cell(box.row + down, box.column + right)
        cell.value = table.labels(box.text) if box.text else None
        if box.width * box.height > 1:
            end = (cell.row + box.height - 1, cell.column + box.width - 1)
            sheet.merge_cells(start_row=cell.row, start_column=cell.column, end_row=end[0], end_column=end[1])
    header = {UNIT: table.unit, PERIOD: table.year}
    for name, spot in {**form.page.header, **form.page.spots}.items():
        cell = sheet.cell(spot.row + down, spot.column + right)
        cell.value = header.get(name, table.values.get(name))
        if table.names and (name in header or name in form.page.spots):
            place = f"'{table.sheet}'!${get_column_letter(cell.column)}${cell.row}"
            names = book.defined_names if len(book.worksheets) == 1 else sheet.defined_names
            names[name] = DefinedName(name, attr_text=place)
    if not table.names and table.year:
        spot = form.page.header[PERIOD]
        sheet.cell(spot.row + down, spot.column + right).value = f"({table.year} 年度)"
