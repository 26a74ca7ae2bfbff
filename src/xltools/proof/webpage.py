"""Web pages: their prose in paragraphs and their tables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html.parser import HTMLParser
from typing import ClassVar

from xltools.proof.word import is_sentence


def content_of(text: str) -> tuple[list[str], list[list[list[str]]]]:
    """The paragraphs of a page, sentences in tables among them, and its tables as rows of cells' texts."""
    page = _Page()
    page.feed(text)
    page.close()
    return [_squeezed(paragraph) for paragraph in page.paragraphs], page.tables


def _squeezed(text: str) -> str:
    return re.sub(r"\s*\n\s*", "", text).strip()


class _Page(HTMLParser):
    """What a page shows: neither scripts and styles nor what is hidden or struck out.

    A table within a table is prose or nothing: pages are laid out with them.
    """

    _BREAKING = frozenset(
        ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "article", "ul", "ol", "body")
    )
    _SKIPPED = frozenset({"script", "style", "head", "noscript", "template", "del", "s", "strike"})
    _EMPTY = frozenset(("area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "wbr"))
    _ENDED_BY: ClassVar[Mapping[str, frozenset[str]]] = {
        "head": frozenset({"body"}),
        "p": _BREAKING - {"br"} | {"table"},
        "li": frozenset({"li"}),
        "td": frozenset({"td", "th", "tr"}),
        "th": frozenset({"td", "th", "tr"}),
        "tr": frozenset({"tr"}),
    }  # which beginnings end an element whose end was left unsaid

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs = [""]
        self.tables: list[list[list[str]]] = []
        self._open: list[tuple[str, bool]] = []  # elements, and whether their text is shown
        self._cells: list[list[str] | None] = []  # of each open table: the paragraphs of its open cell
        self._place = 0
        self._reaching: dict[int, int] = {}  # column → rows that a merged cell still reaches down

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        while self._open and tag in self._ENDED_BY.get(self._open[-1][0], ()):
            self._open.pop()
        is_shown = self._is_shown and tag not in self._SKIPPED and not _is_hidden(dict(attrs))
        if tag not in self._EMPTY:
            self._open.append((tag, is_shown))
        if is_shown:
            self._begin(tag, dict(attrs))

    def handle_endtag(self, tag: str) -> None:
        was_shown = self._is_shown
        at = next((at for at in reversed(range(len(self._open))) if self._open[at][0] == tag), None)
        if at is not None:
            was_shown = self._open[at][1]
            del self._open[at:]
        if was_shown:
            self._end(tag)

    def handle_data(self, data: str) -> None:
        if self._is_shown:
            self._texts()[-1] += data

    @property
    def _is_shown(self) -> bool:
        return not self._open or self._open[-1][1]

    def _begin(self, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "table":
            self._cells.append(None)
            if len(self._cells) == 1:
                self.tables.append([])
                self._reaching = {}
        elif tag == "tr" and self._cells:
            self._end_cell()
            if len(self._cells) == 1:
                self.tables[-1].append([])
                self._reaching = {column: left - 1 for column, left in self._reaching.items() if left > 1}
        elif tag in ("td", "th") and self._cells:
            self._end_cell()
            self._cells[-1] = [""]
            if len(self._cells) == 1:
                self._begin_cell(attributes)
        if tag in self._BREAKING:
            self._texts().append("")

    def _end(self, tag: str) -> None:
        if tag in ("td", "th", "tr", "table") and self._cells:
            self._end_cell()
            if tag == "table":
                self._cells.pop()
        if tag in self._BREAKING:
            self._texts().append("")

    def _texts(self) -> list[str]:
        """Where text goes: into the open cell, else among the paragraphs."""
        return next((cell for cell in reversed(self._cells) if cell is not None), self.paragraphs)

    def _begin_cell(self, attributes: dict[str, str | None]) -> None:
        if not self.tables[-1]:
            self.tables[-1].append([])
        row = self.tables[-1][-1]
        while self._reaching.get(len(row)):
            row.append("")
        self._place = len(row)
        wide, high = (_count(attributes.get(name)) for name in ("colspan", "rowspan"))
        for column in range(len(row), len(row) + wide):
            if high > 1:
                self._reaching[column] = high
        row.extend([""] * wide)

    def _end_cell(self) -> None:
        """Close the innermost table's cell, if one is open: its end may be left unsaid."""
        cell, self._cells[-1] = self._cells[-1], None
        texts = [text for each in cell or () if (text := _squeezed(each))]
        if any(map(is_sentence, texts)):
            self.paragraphs += [*texts, ""]
        elif cell is not None and len(self._cells) == 1:
            self.tables[-1][-1][self._place] = "".join(texts)


def _count(text: str | None) -> int:
    return min(int(text), 200) if text and text.isdecimal() and int(text) else 1


def _is_hidden(attributes: dict[str, str | None]) -> bool:
    """Whether an element is not shown, or struck out."""
    return "hidden" in attributes or _HIDING.search(attributes.get("style") or "") is not None


_HIDING = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|text-decoration[^;]*line-through", re.IGNORECASE)
