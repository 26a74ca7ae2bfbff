"""The look of every workbook: one palette, the fonts that offices have, one format per kind of cell."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import lru_cache
from io import BytesIO
from math import ceil
from tempfile import TemporaryDirectory, gettempdir
from typing import Any

from xltools.errors import CouldNotRun, reason_of
from xltools.findings import Number

SONG, HEI = "宋体", "黑体"
INK, GREY, RULE, PALE = "#1F1F1F", "#6B6B6B", "#9A9A9A", "#F2F3F5"
RED, RED_FILL = "#B3261E", "#FCE4E2"
AMBER, AMBER_FILL = "#9A5B00", "#FFF1CC"
GREEN, GREEN_FILL = "#1E6B34", "#E3F3E6"
INPUT_FILL, BLUE = "#FFFBE6", "#1F4E79"
HEAD_FILL, BAR = "#DDE7F0", "#D6E3F0"
EPOCH = datetime(2020, 1, 1)
LINE_HEIGHT = 14.5
MOST_LINKS = 30_000  # Excel allows 65,530 on a sheet; further rows keep their text
# A4 on its side within our margins, in points
PAGE_WIDTH, PAGE_HEIGHT = 770.0, 505.0
_LARGEST_SCALE, _SMALLEST_SCALE, _SQUEEZE = 0.9, 0.72, 0.15

_BODY: dict[str, Any] = {"font_name": SONG, "font_size": 10.5, "font_color": INK, "valign": "vcenter"}
_BOXED: dict[str, Any] = {**_BODY, "border": 1, "border_color": RULE}
# shrunk rather than shown as ###: the columns of the official page are as narrow as they are
_FIGURE: dict[str, Any] = {**_BOXED, "align": "right", "indent": 1, "num_format": "#,##0", "shrink": True}
_INPUT: dict[str, Any] = {"bg_color": INPUT_FILL, "locked": False}
_DECIMAL: dict[str, Any] = {"num_format": "General"}
_WORDS: dict[str, Any] = {**_BODY, "font_size": 10, "align": "left"}

STYLES: Mapping[str, Mapping[str, Any]] = {
    "body": _BODY,
    "title": {**_BODY, "font_name": HEI, "font_size": 18, "align": "center"},
    "subtitle": {**_BODY, "font_color": GREY},
    "table-title": {**_BODY, "font_name": HEI, "font_size": 12, "align": "left"},
    "heading": {**_BOXED, "align": "center", "bg_color": PALE},
    "header": {**_BOXED, "font_name": HEI, "align": "center", "text_wrap": True, "bottom": 2, "bg_color": PALE},
    "corner": {**_BOXED, "align": "center", "text_wrap": True, "bg_color": PALE},
    "section": {**_BOXED, "font_name": HEI, "text_wrap": True, "bg_color": PALE},
    "label": {**_BOXED, "text_wrap": True},
    "row-label": {**_BOXED, "text_wrap": True},
    "measure": {**_BOXED, "align": "center"},
    "header-label": {**_BODY, "align": "left"},
    "unit": {**_BODY, **_INPUT, "align": "left", "shrink": True, "bottom": 1, "bottom_color": RULE, "num_format": "@"},
    "period": {**_BODY, **_INPUT, "font_size": 12, "align": "center", "num_format": '"("0" 年度)"'},
    "signature": {**_BODY, **_INPUT, "align": "left", "shrink": True, "num_format": "@"},
    "date": {**_BODY, **_INPUT, "align": "left", "shrink": True, "num_format": 'yyyy"年"m"月"d"日"'},
    "figure-input": {**_FIGURE, **_INPUT},
    "decimal-input": {**_FIGURE, **_DECIMAL, **_INPUT},
    "figure": _FIGURE,
    "decimal": {**_FIGURE, **_DECIMAL},
    "figure-strong": {**_FIGURE, "bold": True, "bg_color": PALE},
    "decimal-strong": {**_FIGURE, **_DECIMAL, "bold": True, "bg_color": PALE},
    "figure-total": {**_FIGURE, "bold": True, "bg_color": HEAD_FILL},
    "decimal-total": {**_FIGURE, **_DECIMAL, "bold": True, "bg_color": HEAD_FILL},
    "not-added": {**_BOXED, "font_color": GREY, "font_size": 9, "align": "center", "bg_color": PALE},
    "verdict": {**_BOXED, "font_name": HEI, "font_size": 16, "align": "center", "bg_color": PALE},
    "words": _WORDS,
    "hint": {**_WORDS, "font_color": GREY, "font_size": 9, "text_wrap": True},
    "cell": {**_BOXED, "text_wrap": True, "align": "left", "valign": "top"},
    "cell-center": {**_BOXED, "align": "center", "valign": "top"},
    "cell-input": {**_BOXED, **_INPUT, "text_wrap": True, "align": "left", "valign": "top", "num_format": "@"},
    "cell-figure": {**_FIGURE, **_DECIMAL, "valign": "top"},
    "code": {**_BOXED, "font_name": "Consolas", "font_size": 9, "text_wrap": True, "valign": "top"},
    "hidden": {"font_size": 8, "font_color": GREY},
    "step": {**_BODY, "text_wrap": True},
    "total-head": {**_BOXED, "font_name": HEI, "align": "center", "text_wrap": True, "bg_color": HEAD_FILL},
    "unit-head": {**_BOXED, "align": "center", "text_wrap": True},
    "measure-link": {**_BOXED, "font_color": BLUE, "align": "center"},
    "arrow": {**_BODY, "font_color": BLUE, "align": "center"},
    "digest": {**_BOXED, "font_name": "Consolas", "font_size": 8, "text_wrap": True, "valign": "top"},
    "link": {**_BOXED, "font_color": BLUE, "underline": 1, "align": "left", "valign": "top"},
}

RED_MARK: Mapping[str, Any] = {"bg_color": RED_FILL, "font_color": RED, "bold": True}
AMBER_MARK: Mapping[str, Any] = {"bg_color": AMBER_FILL, "font_color": AMBER, "bold": True}
GREEN_MARK: Mapping[str, Any] = {"bg_color": GREEN_FILL, "font_color": GREEN}
UNSEEN: Mapping[str, Any] = {"font_color": "#FFFFFF"}


class Book:
    """An XlsxWriter workbook with our formats by name.

    The same content always gives the same bytes: no time of writing, no machine, fixed member dates.
    """

    def __init__(self, title: str) -> None:
        from xlsxwriter import Workbook

        self._buffer = BytesIO()
        literally = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
        self.workbook = Workbook(self._buffer, literally)
        self.workbook.set_properties({"title": title, "created": EPOCH, "comments": "xltools"})
        self._formats: dict[tuple[Any, ...], Any] = {}
        self._styles: dict[tuple[Any, ...], Any] = {}
        self._closing = False

    def style(self, name: str, **more: Any) -> Any:
        """The format of a kind of cell, with further properties where a row needs them."""
        key = (name, *more.items())
        if key not in self._styles:
            self._styles[key] = self.format({**STYLES[name], **more})
        return self._styles[key]

    def format(self, properties: Mapping[str, Any]) -> Any:
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            assert not self._closing, "a format made now would have no number"
            self._formats[key] = self.workbook.add_format(dict(properties))
        return self._formats[key]

    def sheet(self, name: str) -> Any:
        """A new sheet without grid lines, A4, as every sheet of ours starts."""
        return self._laid_out(self.workbook.add_worksheet(name))

    def long_sheet(self, name: str) -> Any:
        """The same for very many rows: a :class:`xltools.writing.longsheet.LongSheet`."""
        from xltools.writing.longsheet import LongSheet

        return self._laid_out(self.workbook.add_worksheet(name, LongSheet))

    def _laid_out(self, sheet: Any) -> Any:
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.print_black_and_white()
        sheet.set_margins(left=0.5, right=0.5, top=0.6, bottom=0.6)
        sheet.set_footer('&C&"宋体"&9第 &P 页,共 &N 页')
        return sheet

    def finish(self) -> bytes:
        """The workbook's bytes; nothing can be added afterwards. CouldNotRun where there is no room to make them."""
        from xlsxwriter.exceptions import FileCreateError

        self._closing = True
        try:
            with TemporaryDirectory(prefix="xltools-") as folder:
                self.workbook.tmpdir = folder
                self.workbook.close()
        except (OSError, FileCreateError) as error:
            reason = reason_of(error) if isinstance(error, OSError) else "请清理磁盘"
            raise CouldNotRun(f"写不了临时文件(在“{gettempdir()}”):{reason}") from error
        return self._buffer.getvalue()


@lru_cache(maxsize=8192)
def text_width(text: str) -> int:
    """The width of a text in half-width characters: a Chinese character takes two."""
    if text.isascii():
        return len(text)
    return sum(map(_character_width, text))


@lru_cache(maxsize=8192)
def _character_width(character: str) -> int:
    return 2 if unicodedata.east_asian_width(character) in "WFA" else 1


@lru_cache(maxsize=8192)
def lines_needed(text: str, width: float) -> int:
    """How many lines a text takes when wrapped in a column of this width."""
    usable = max(width - 1.5, 1)
    if "\n" not in text:
        return max(1, ceil(text_width(text) / usable))
    return max(1, sum(max(1, ceil(text_width(line) / usable)) for line in text.split("\n")))


def printed_width(widths: Iterable[float]) -> float:
    """The width in points of columns whose widths are given in characters, as Excel prints them at 100 %."""
    return sum(int(width * 7 + 5) for width in widths) * 0.75


def figure_width(values: Iterable[Number | None], least: float = 7.5) -> float:
    """A column width in which every one of these figures can be read, none as ###."""
    longest = max((len(f"{value:,}") for value in values if value is not None), default=0)
    return max(least, longest * 1.1 + 1.5)


def pages(repeated: float, columns: float, height: float) -> tuple[int, int]:
    """How many A4 pages, on their side, wide and high: all can be read, none holds only a few last rows or columns.

    ``repeated``: width of the columns that stand on every page; all in points at 100 %. Fitting to pages, not a scale
    of our own: columns are up to a quarter wider where the usual font is missing.
    """
    scale = min(_LARGEST_SCALE, PAGE_WIDTH / (repeated + columns))
    wide = 1
    if scale < _SMALLEST_SCALE:
        scale = _SMALLEST_SCALE
        wide = ceil(columns / (PAGE_WIDTH / scale - repeated))
    return wide, max(1, ceil(height * scale / PAGE_HEIGHT - _SQUEEZE))
