"""An xlwings engine over LibreOffice: the very functions behind Excel's buttons run on a live spreadsheet.

Only what :mod:`xltools.macros` uses. Alerts and dialogs are recorded and answered by the test; what Excel's object
model offers beyond xlwings (``.api``) is here under Excel's names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from functools import cached_property
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from live_office import Office

from xltools.reading.references import parse_area

_ALLOWED = ("AllowFormattingColumns", "AllowFormattingRows")


class Engine:
    """What xlwings asks an engine for when it converts values."""

    name, type = "office", "desktop"

    def __init__(self, office: Office) -> None:
        self.app = App(office, self)

    @property
    def apps(self) -> list[App]:
        return [self.app]

    @staticmethod
    def clean_value_data(data: Any, datetime_builder: Any, empty_as: Any, number_builder: Any, err_to_str: Any) -> Any:
        return [[empty_as if value in (None, "") else value for value in row] for row in data]

    @staticmethod
    def prepare_xl_data_element(value: Any, date_format: Any) -> Any:
        return value


class App:
    """The program: windows, alerts (``alerts``; answered from ``answers``), dialogs (answered from ``chosen``)."""

    def __init__(self, office: Office, engine: Engine) -> None:
        self.office, self.engine = office, engine
        self.pid = self.hwnd = os.getpid()
        self.alerts: list[str] = []
        self.answers: list[str] = []
        self.asked: list[str] = []
        self.chosen: list[str | None] = []
        self.started_at: list[str] = []  # where each dialog began
        self.bar: list[Any] = []
        self.opened: list[tuple[str, int, Any]] = []  # file, AutomationSecurity at that moment, update_links
        self.visible = True
        self.front: Any = None  # the document in the foreground; none of them has a window
        self.api = SimpleNamespace(FileDialog=self._dialog, AutomationSecurity=1)  # 1: macros on, as Excel begins

    def _dialog(self, kind: int) -> Any:
        path = self.chosen.pop(0)
        dialog = SimpleNamespace(Title="", InitialFileName="", SelectedItems=SimpleNamespace(Item=lambda number: path))

        def show() -> int:
            self.asked.append(f"{kind} {dialog.Title}")
            self.started_at.append(dialog.InitialFileName)
            return 0 if path is None else -1

        dialog.Show = show
        return dialog

    @property
    def status_bar(self) -> Any:
        return self.bar[-1]

    @status_bar.setter
    def status_bar(self, value: Any) -> None:
        self.bar.append(value)

    def alert(self, prompt: str, title: str, buttons: str, mode: str | None, callback: None) -> str:
        self.alerts.append(prompt)
        return self.answers.pop(0) if buttons == "yes_no" else "ok"

    def activate(self, steal_focus: bool) -> None:
        """There is only one."""

    @property
    def books(self) -> Books:
        return Books(self)

    @property
    def selection(self) -> Range | None:
        book = Book(self, self.front)
        chosen = self.front.CurrentSelection
        if not hasattr(chosen, "getRangeAddress"):
            return None
        at = chosen.getRangeAddress()
        area = (at.StartRow + 1, at.StartColumn + 1, at.EndRow + 1, at.EndColumn + 1)
        return Range(Sheet(book, chosen.Spreadsheet), area)


class Books:
    api = None

    def __init__(self, app: App) -> None:
        self.app = app

    def __iter__(self) -> Iterator[Book]:
        return (Book(self.app, document) for document in self.app.office.documents())

    def __len__(self) -> int:
        return len(self.app.office.documents())

    def __call__(self, key: int | str) -> Book:
        for number, book in enumerate(self, start=1):
            if key in (number, book.name):
                return book
        raise KeyError(key)

    def add(self) -> Book:
        return self._loaded("private:factory/scalc")

    def open(self, fullname: str, update_links: Any = None, *rest: Any) -> Book:
        self.app.opened.append((Path(fullname).name, self.app.api.AutomationSecurity, update_links))
        return self._loaded(Path(fullname).as_uri())

    def _loaded(self, url: str) -> Book:
        self.app.front = self.app.office.load(url)
        return Book(self.app, self.app.front)


class Book:
    def __init__(self, app: App, document: Any) -> None:
        self.app, self.document = app, document

    @property
    def api(self) -> Any:
        return SimpleNamespace(
            SaveCopyAs=lambda path: self.app.office.store(self.document, Path(path)),
            ProtectStructure=self.document.isProtected(),
        )

    @property
    def fullname(self) -> str:
        url = self.document.URL
        return str(self.app.office.uno.fileUrlToSystemPath(url)) if url else self.name

    @property
    def name(self) -> str:
        return Path(self.app.office.uno.fileUrlToSystemPath(self.document.URL)).name if self.document.URL else "工作簿1"

    @property
    def sheets(self) -> Sheets:
        return Sheets(self)

    def activate(self) -> None:
        self.app.front = self.document


class Sheets:
    api = None

    def __init__(self, book: Book) -> None:
        self.book, self.native = book, book.document.Sheets

    @property
    def active(self) -> Sheet:
        return Sheet(self.book, self.book.document.CurrentController.ActiveSheet)

    def __iter__(self) -> Iterator[Sheet]:
        return (Sheet(self.book, self.native.getByIndex(index)) for index in range(self.native.Count))

    def __len__(self) -> int:
        return int(self.native.Count)

    def __call__(self, key: int | str) -> Sheet:
        native = self.native.getByIndex(key - 1) if isinstance(key, int) else self.native.getByName(key)
        return Sheet(self.book, native)

    def add(self, before: Sheet | None, after: Sheet | None, name: str) -> Sheet:
        self.native.insertNewByName(name, after.index if after else 0)
        return self(name)


class Sheet:
    def __init__(self, book: Book, native: Any) -> None:
        self.book, self.native = book, native

    @property
    def api(self) -> Any:
        """Excel's names for protection; LibreOffice has no allowances to keep."""
        native = self.native
        return SimpleNamespace(
            ProtectContents=native.isProtected(), ProtectDrawingObjects=True, ProtectScenarios=True,
            Protection=_Protection(), Unprotect=self._unprotect, Protect=lambda **allowed: native.protect(""),
        )  # fmt: skip

    def _unprotect(self, password: str) -> None:
        self.native.unprotect(password)
        if self.native.isProtected():
            raise RuntimeError("wrong password")  # LibreOffice says nothing, Excel does

    @property
    def name(self) -> str:
        return str(self.native.Name)

    @property
    def index(self) -> int:
        return int(self.native.RangeAddress.Sheet) + 1

    @property
    def visible(self) -> bool:
        return bool(self.native.IsVisible)

    @visible.setter
    def visible(self, value: bool) -> None:
        self.native.IsVisible = value

    def activate(self) -> None:
        self.book.activate()
        self.book.document.CurrentController.setActiveSheet(self.native)

    def delete(self) -> None:
        self.book.document.Sheets.removeByName(self.name)

    def range(self, first: Any, last: Any = None) -> Range:
        top, left, bottom, right = self._area(first)
        if last is not None:
            _, _, bottom, right = self._area(last)
        return Range(self, (top, left, bottom, right))

    @staticmethod
    def _area(place: Any) -> tuple[int, int, int, int]:
        """First and last row and column, from 1; reckoned here, since every question to the program costs time."""
        if isinstance(place, Range):
            return place.area
        if isinstance(place, str):
            area = parse_area(place)
            assert area is not None, place
            return area
        return (place[0], place[1], place[0], place[1])


class Range:
    max_cells_per_read = max_cells_per_write = None
    api = True

    def __init__(self, sheet: Sheet, area: tuple[int, int, int, int]) -> None:
        self.sheet, self.area = sheet, area
        self.row, self.column = area[:2]
        self.shape = (area[2] - area[0] + 1, area[3] - area[1] + 1)

    @cached_property
    def native(self) -> Any:
        top, left, bottom, right = self.area
        return self.sheet.native.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)

    @property
    def cell(self) -> Any:
        return self.sheet.native.getCellByPosition(self.column - 1, self.row - 1)

    def __len__(self) -> int:
        return self.shape[0] * self.shape[1]

    @property
    def coords(self) -> tuple[str, int, int, int, int]:
        return (self.sheet.name, self.row, self.column, self.row + self.shape[0] - 1, self.column + self.shape[1] - 1)

    def __call__(self, row: int, column: int) -> Range:
        return self.sheet.range((self.row + row - 1, self.column + column - 1))

    def _cells(self) -> Iterator[tuple[int, int, Any]]:
        for row in range(self.shape[0]):
            for column in range(self.shape[1]):
                yield row, column, self.native.getCellByPosition(column, row)

    @property
    def raw_value(self) -> Any:
        return [list(row) for row in self.native.getDataArray()]

    @raw_value.setter
    def raw_value(self, value: Any) -> None:
        for row, column, cell in self._cells():
            each = value[row][column] if isinstance(value, list | tuple) else value
            if isinstance(each, str) and not each.startswith("="):
                cell.setString(each.removeprefix("'"))
            elif isinstance(each, str):
                cell.setFormula(_to_office(each))
            elif each is not None:
                cell.setValue(each)

    @property
    def formula(self) -> str:
        return _from_office(self.cell.getFormula())

    @formula.setter
    def formula(self, value: Any) -> None:
        for row, column, cell in self._cells():
            each = value[row][column] if isinstance(value, list | tuple) else value
            cell.setFormula(_to_office(each))

    @property
    def color(self) -> tuple[int, int, int] | None:
        colour = self.native.CellBackColor
        return None if colour == -1 else (colour >> 16 & 255, colour >> 8 & 255, colour & 255)

    @color.setter
    def color(self, value: str | None) -> None:
        self.native.CellBackColor = -1 if value is None else int(value.lstrip("#"), 16)

    @property
    def note(self) -> Note | None:
        note = Note(self)
        return note if note.text else None

    def add_note(self, text: str) -> Note:
        self.sheet.native.Annotations.insertNew(self.cell.getCellAddress(), text)
        return Note(self)

    @property
    def font(self) -> Font:
        return Font(self.native)

    @property
    def column_width(self) -> float:
        return float(self.native.Columns.getByIndex(0).Width) / 190

    @column_width.setter
    def column_width(self, characters: float) -> None:
        self.native.Columns.getByIndex(0).Width = int(characters * 190)

    @property
    def wrap_text(self) -> bool:
        return bool(self.native.IsTextWrapped)

    @wrap_text.setter
    def wrap_text(self, value: bool) -> None:
        self.native.IsTextWrapped = value

    @property
    def vertical_alignment(self) -> str:
        return {1: "top", 2: "center"}.get(self.native.VertJustify, "bottom")

    @vertical_alignment.setter
    def vertical_alignment(self, value: str) -> None:
        self.native.VertJustify = {"top": 1, "center": 2, "bottom": 3}[value]

    def select(self) -> None:
        self.sheet.book.document.CurrentController.select(self.native)


class Font:
    api = None

    def __init__(self, native: Any) -> None:
        self.native = native

    @property
    def bold(self) -> bool:
        return float(self.native.CharWeight) > 100

    @bold.setter
    def bold(self, value: bool) -> None:
        self.native.CharWeight = self.native.CharWeightAsian = 150.0 if value else 100.0

    @property
    def size(self) -> float:
        return float(self.native.CharHeight)

    @size.setter
    def size(self, value: float) -> None:
        self.native.CharHeight = self.native.CharHeightAsian = float(value)

    @property
    def color(self) -> int:
        return int(self.native.CharColor)

    @color.setter
    def color(self, value: str) -> None:
        self.native.CharColor = int(value.lstrip("#"), 16)


class Note:
    api = None

    def __init__(self, range_: Range) -> None:
        self._range = range_
        self.text = str(range_.cell.Annotation.String)

    def delete(self) -> None:
        annotations, here = self._range.sheet.native.Annotations, self._range
        places = [annotations.getByIndex(number).Position for number in range(annotations.Count)]
        at = next(n for n, place in enumerate(places) if (place.Row + 1, place.Column + 1) == (here.row, here.column))
        annotations.removeByIndex(at)


class _Protection:
    def __getattr__(self, name: str) -> bool:
        return name in _ALLOWED


def _to_office(formula: str) -> str:
    """LibreOffice's own way to write a formula: semicolons, and a point after the sheet; texts stay as they are."""
    parts = re.split(r'("(?:[^"]|"")*")', formula)
    for at in range(0, len(parts), 2):
        parts[at] = re.sub(r"('[^']+'|[^\s'!=()]+)!", r"$\1.", parts[at]).replace(",", ";")
    return "".join(parts)


def _from_office(formula: str) -> str:
    return re.sub(r"\$?('[^']+'|[^\s'.=()$]+)\.(?=\$?[A-Z]+\$?[0-9])", r"\1!", formula)


def engine_of(office: Office) -> Engine:
    """An engine for xlwings, made the active one."""
    import xlwings

    engine = Engine(office)
    known = xlwings.main.Engine(impl=engine)
    xlwings.engines.add(known)
    known.activate()
    return engine
