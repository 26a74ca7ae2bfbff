"""Edits a workbook the way a person does in LibreOffice: rows and columns are inserted for real, names move along.

Run by the system's Python, the one that has LibreOffice's `uno` module:

    python3 office_editing.py SOURCE TARGET < steps.json

A step is a list: ["insert_rows", sheet, row, count], ["insert_columns", sheet, column, count],
["write", sheet, cell, text or formula], ["name", name, sheet, cell]. Rows and columns count from 1.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import uno
from com.sun.star.beans import PropertyValue
from com.sun.star.connection import NoConnectException
from com.sun.star.table import CellAddress

_SECONDS = 60


def main(source: Path, target: Path, steps: list[list[Any]]) -> None:
    """Open `source`, do the steps, save as `target` (xlsx)."""
    with tempfile.TemporaryDirectory(prefix="office-editing-") as folder:
        pipe = f"office{os.getpid()}"
        command = [
            "soffice", f"-env:UserInstallation={Path(folder).as_uri()}", "--headless", "--norestore",
            f"--accept=pipe,name={pipe};urp;",
        ]  # fmt: skip
        office = subprocess.Popen(command, start_new_session=True)
        try:
            desktop = _connected(pipe)
            document = desktop.loadComponentFromURL(source.as_uri(), "_blank", 0, (_property("Hidden", True),))
            for step in steps:
                _STEPS[step[0]](document, *step[1:])
            filter_name = _property("FilterName", "Calc MS Excel 2007 XML")
            document.storeToURL(target.as_uri(), (filter_name,))
            document.close(True)
        finally:
            os.killpg(office.pid, signal.SIGKILL)
            office.wait()


def _connected(pipe: str) -> Any:
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    address = f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext"
    until = time.monotonic() + _SECONDS
    while True:
        try:
            context = resolver.resolve(address)
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)


def _property(name: str, value: Any) -> Any:
    made = PropertyValue()
    made.Name, made.Value = name, value
    return made


def _sheet(document: Any, name: str) -> Any:
    sheet = document.Sheets.getByName(name)
    sheet.unprotect("")
    return sheet


def _insert_rows(document: Any, sheet: str, row: int, count: int) -> None:
    _sheet(document, sheet).Rows.insertByIndex(row - 1, count)


def _insert_columns(document: Any, sheet: str, column: int, count: int) -> None:
    _sheet(document, sheet).Columns.insertByIndex(column - 1, count)


def _write(document: Any, sheet: str, cell: str, text: str) -> None:
    _sheet(document, sheet).getCellRangeByName(cell).setFormula(text)


def _name(document: Any, name: str, sheet: str, cell: str) -> None:
    at = _sheet(document, sheet).getCellRangeByName(cell).getCellAddress()
    column = cell.rstrip("0123456789")
    content = f"$'{sheet}'.${column}${cell[len(column):]}"
    document.NamedRanges.addNewByName(name, content, CellAddress(at.Sheet, 0, 0), 0)


_STEPS: dict[str, Callable[..., None]] = {
    "insert_rows": _insert_rows, "insert_columns": _insert_columns, "write": _write, "name": _name,
}  # fmt: skip

if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), Path(sys.argv[2]).resolve(), json.load(sys.stdin))
