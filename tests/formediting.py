"""What a form's author does to the canonical workbook in Excel, for the tests: names, rows of the table, rules."""

from __future__ import annotations

import io
import json
import subprocess
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from office import absent
from openpyxl.workbook.defined_name import DefinedName

from xltools.findings import Finding
from xltools.form import Form
from xltools.formbook import form_of_workbook
from xltools.sheetnames import MAIN_SHEET, RULES_SHEET
from xltools.template import build_template

Workbook = openpyxl.Workbook
_SYSTEM_PYTHON = "/usr/bin/python3"


@cache
def _template(form_id: str) -> bytes:
    return build_template(Form.load(form_id))


def workbook_of(form_id: str = "xxgk2017") -> Workbook:
    """The canonical workbook, opened for editing."""
    return openpyxl.load_workbook(io.BytesIO(_template(form_id)))


def bytes_of(workbook: Workbook) -> bytes:
    """The workbook saved."""
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def loaded(workbook: Workbook) -> tuple[Form, list[Finding]]:
    """The form that the edited workbook is, and what lint says of it."""
    return form_of_workbook(bytes_of(workbook), "表式.xlsx")


def write(workbook: Workbook, cells: dict[str, Any], sheet: str = MAIN_SHEET) -> None:
    """Type into cells: a text, a number, or a formula beginning with =."""
    for place, value in cells.items():
        workbook[sheet][place] = value


def name(workbook: Workbook, text: str, cell: str, sheet: str = MAIN_SHEET) -> None:
    """Give a cell a workbook-wide name (Excel's name box)."""
    column = cell.rstrip("0123456789")
    refer(workbook, text, f"{sheet}!${column}${cell[len(column):]}")


def refer(workbook: Workbook, text: str, refers_to: str) -> None:
    """Let a name refer to anything (Excel's name manager)."""
    workbook.defined_names[text] = DefinedName(text, attr_text=refers_to)


def add_rule(workbook: Workbook, *texts: Any) -> int:
    """Fill the first free row of 审核规则 in: 编号, 级别, 说明, 是否通过, … Returns the row."""
    sheet = workbook[RULES_SHEET]
    row = next(row for row in range(4, 500) if all(sheet.cell(row, column).value is None for column in range(1, 5)))
    for column, text in enumerate(texts, start=1):
        if text is not None:
            sheet.cell(row, column).value = text
    return row


def edited_in_office(source: Path, target: Path, steps: Sequence[Sequence[Any]]) -> bytes:
    """The workbook after these steps in LibreOffice; see `office_editing.py`.

    Without LibreOffice's Python the test is skipped, with CI=true it fails.
    """
    if subprocess.run([_SYSTEM_PYTHON, "-c", "import uno"], capture_output=True, check=False).returncode:
        absent("the system's Python has no uno module (python3-uno)")
    command = [_SYSTEM_PYTHON, str(Path(__file__).with_name("office_editing.py")), str(source), str(target)]
    subprocess.run(command, input=json.dumps(steps).encode(), capture_output=True, check=True, timeout=120)
    return target.read_bytes()
