"""What a live document needs beyond xlwings: a copy of it, opening without macros, dialogs, leave to mark a sheet.

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
    from xlwings import App, Book, Range, Sheet

_FORCE_DISABLE: Final = 3  # msoAutomationSecurityForceDisable
_FILE_PICKER, _FOLDER_PICKER, _CHOSEN = 3, 4, -1
_ALLOWANCES: Final = (
    "AllowFormattingCells", "AllowFormattingColumns", "AllowFormattingRows", "AllowInsertingColumns",
    "AllowInsertingRows", "AllowInsertingHyperlinks", "AllowDeletingColumns", "AllowDeletingRows", "AllowSorting",
    "AllowFiltering", "AllowUsingPivotTables",
)  # fmt: skip


class SheetLocked(CouldNotRun):
    """A sheet that may not be changed: its protection has a password."""


def open_book(app: App, path: Path) -> Book:
    """Open a file with its macros switched off and its links to other files left alone.

    What a program opens, Excel opens with macros on, whatever the user's settings say (AutomationSecurity): a return
    that somebody sent in must not run anything by being looked at.
    """
    before = None if sys.platform == "darwin" else app.api.AutomationSecurity
    try:
        if before is not None:
            app.api.AutomationSecurity = _FORCE_DISABLE
        return app.books.open(str(path), update_links=False)
    except Exception as error:  # COM has one exception for everything: no password given, damaged, no longer there
        raise CouldNotRun(f"Excel 没有打开“{path.name}”(没有给密码,或文件已损坏、已移走):\n{path}") from error
    finally:
        if before is not None:
            app.api.AutomationSecurity = before


def refuse_locked_structure(book: Book) -> None:
    """CouldNotRun where no sheet may be added, so that nothing could be listed and no mark taken off again."""
    native = book.api
    locked = native.protect_structure.get() if sys.platform == "darwin" else native.ProtectStructure
    if locked:
        raise CouldNotRun("这个工作簿的结构受保护,加不了“审核结果”表:请先在“审阅—保护工作簿”里取消,再点一次。")


def takes_note(target: Range) -> bool:
    """Whether a cell has room for a note: neither a note nor, in newer versions of Excel, a threaded comment."""
    return target.note is None and not getattr(target.api, "CommentThreaded", None)


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
        raise SheetLocked(f"工作表“{sheet.name}”有密码保护,不能涂色或去掉涂色") from error
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
    if start:  # a folder ends in a backslash, else its name is taken for a file's
        dialog.InitialFileName = start.rstrip("\\/") + "\\" if Path(start).is_dir() else start
    return Path(str(dialog.SelectedItems.Item(1))) if dialog.Show() == _CHOSEN else None


def _choose_on_mac(kind: str, title: str) -> Path | None:
    # the title is handed over as data: a part of it may stand in somebody's file
    script = f"on run texts\nPOSIX path of (choose {kind} with prompt (item 1 of texts))\nend run"
    command = ["osascript", "-e", script, title]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    return Path(done.stdout.strip()) if done.returncode == 0 and done.stdout.strip() else None
