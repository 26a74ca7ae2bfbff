"""What a live document needs beyond xlwings: a copy of it as it is now, Excel's own dialogs, leave to mark a sheet.

xlwings offers none of these, so this module alone speaks to Excel's object model (``.api``): on Windows as COM. On
macOS the object model has other names and no copying; there the document is saved first and its file copied, dialogs
are the system's, and protected sheets are not marked.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from xltools.errors import CouldNotRun

if TYPE_CHECKING:
    from xlwings import App, Book, Sheet

_FILE_PICKER, _FOLDER_PICKER, _CHOSEN = 3, 4, -1
_ALLOWANCES: Final = (
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables",
)  # fmt: skip


class SheetLocked(CouldNotRun):
    """A sheet that may not be changed: its protection has a password."""


@contextmanager
def saved_copy(book: Book) -> Iterator[Path]:
    """A file of the document as it stands now, saved or not; neither the document nor its own file is touched.

    Excel itself writes the copy, so that reading it is reading what saving would have given. The file has the
    document's name and is gone afterwards.
    """
    with tempfile.TemporaryDirectory(prefix="xltools-", ignore_cleanup_errors=True) as folder:
        path = Path(folder) / (book.name if Path(book.name).suffix else f"{book.name}.xlsx")
        if sys.platform == "darwin":
            book.save()
            shutil.copyfile(book.fullname, path)
        else:
            book.api.SaveCopyAs(str(path))
        yield path


@contextmanager
def unprotected(sheet: Sheet) -> Iterator[None]:
    """Lift a sheet's protection and put it back with the same allowances. SheetLocked where it has a password."""
    native = sheet.api
    if sys.platform == "darwin":
        if native.protect_contents.get():
            raise SheetLocked(f"macOS 上不能在受保护的工作表“{sheet.name}”上涂色")
        yield
        return
    if not native.ProtectContents:
        yield
        return
    allowed = {name: bool(getattr(native.Protection, name)) for name in _ALLOWANCES}
    drawings, scenarios = bool(native.ProtectDrawingObjects), bool(native.ProtectScenarios)
    try:
        native.Unprotect("")
    except Exception as error:  # COM has one exception for everything
        raise SheetLocked(f"工作表“{sheet.name}”有密码保护,不能涂色") from error
    try:
        yield
    finally:
        native.Protect(DrawingObjects=drawings, Contents=True, Scenarios=scenarios, **allowed)


def choose_folder(app: App, title: str, start: str = "") -> Path | None:
    """Excel's folder dialog; None where the user cancels."""
    return _choose(app, _FOLDER_PICKER, title, start)


def choose_file(app: App, title: str, start: str = "") -> Path | None:
    """Excel's file dialog; None where the user cancels."""
    return _choose(app, _FILE_PICKER, title, start)


def _choose(app: App, kind: int, title: str, start: str) -> Path | None:
    if sys.platform == "darwin":
        return _choose_on_mac("folder" if kind == _FOLDER_PICKER else "file", title)
    dialog = app.api.FileDialog(kind)
    dialog.Title, dialog.AllowMultiSelect = title, False
    if start:
        dialog.InitialFileName = f"{start}\\" if kind == _FOLDER_PICKER else start
    return Path(str(dialog.SelectedItems.Item(1))) if dialog.Show() == _CHOSEN else None


def _choose_on_mac(kind: str, title: str) -> Path | None:
    script = f'POSIX path of (choose {kind} with prompt "{title}")'
    done = subprocess.run(["osascript", "-e", script], capture_output=True, text=True, encoding="utf-8", check=False)
    return Path(done.stdout.strip()) if done.returncode == 0 and done.stdout.strip() else None
