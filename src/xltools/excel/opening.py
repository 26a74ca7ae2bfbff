"""Workbooks as files: opening them, finding out that they are open, naming new ones."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from xltools.errors import CouldNotRun

if TYPE_CHECKING:
    from xlwings import App, Book


def opened(app: App, path: Path) -> Book:
    """The workbook of a file, opened where it is not open yet."""
    for book in app.books:
        if book.name.lower() == path.name.lower():
            if os.path.normcase(book.fullname) != os.path.normcase(str(path)):
                raise CouldNotRun(f"已经打开了另一个叫“{path.name}”的文件,Excel 不能同时打开两个:请先关闭它。")
            return book
    return app.books.open(str(path))


def refuse_open(app: App, path: Path) -> None:
    if any(book.name.lower() == path.name.lower() for book in app.books):
        raise CouldNotRun(f"“{path.name}”正在 Excel 中打开:请先关闭它,再点一次。")


def folder_of(book: Book) -> str:
    """The folder of the document's file, "" where it has none on this machine: not saved yet, or on OneDrive."""
    from xlwings import XlwingsError

    try:
        path = Path(book.fullname)
    except XlwingsError:
        return ""
    return str(path.parent) if path.is_absolute() else ""


def file_name(text: str) -> str:
    """A text as the name of a file: without what Windows forbids and what breaks xlwings."""
    return "".join("_" if character in '\\/:*?"<>|=%&' or ord(character) < 32 else character for character in text)
