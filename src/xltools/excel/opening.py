"""Workbooks as files: opening them, finding out that they are open, naming new ones."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from xltools.errors import CouldNotRun
from xltools.excel.host import open_book

if TYPE_CHECKING:
    from xlwings import App, Book


def opened(app: App, path: Path) -> Book:
    """The workbook of a file, opened where it is not open yet. CouldNotRun where another of its name is open."""
    book = namesake(app, path)
    if book is None:
        return open_book(app, path)
    if not is_file_of(book, path):
        raise CouldNotRun(f"已经打开了另一个叫“{path.name}”的文件,Excel 不能同时打开两个:请先关闭它。")
    return book


def namesake(app: App, path: Path) -> Book | None:
    """The open workbook of a file's name, from whatever folder: Excel has no two of one name open."""
    return next((book for book in app.books if book.name.lower() == path.name.lower()), None)


def is_file_of(book: Book, path: Path) -> bool:
    """Whether a file is the one that a document was opened from."""
    folder = folder_of(book)
    try:
        return bool(folder) and (Path(folder) / book.name).samefile(path)
    except OSError:
        return False


def refuse_open(app: App, path: Path) -> None:
    """CouldNotRun where a file of this name is open: it could not be opened, nor this one be replaced."""
    if namesake(app, path) is not None:
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
