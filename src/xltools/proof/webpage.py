"""Web pages: their prose in paragraphs and their tables."""

from __future__ import annotations

import re
from html.parser import HTMLParser

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
    """Scripts and styles are no text. A table within a table is prose or nothing: pages are laid out with them."""

    _BREAKING = frozenset(
        ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "article", "ul", "ol", "body")
    )
    _SKIPPED = frozenset({"script", "style", "head", "noscript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs = [""]
        self.tables: list[list[list[str]]] = []
        self._skipping: list[str] = []
        self._cells: list[list[str] | None] = []  # of each open table: the paragraphs of its open cell
        self._place = 0
        self._reaching: dict[int, int] = {}  # column → rows that a merged cell still reaches down

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SKIPPED:
            self._skipping.append(tag)
        elif tag == "table":
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
                self._begin_cell(dict(attrs))
        if tag in self._BREAKING:
            self._texts().append("")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping and tag == self._skipping[-1]:
            self._skipping.pop()
        elif tag in ("td", "th", "tr", "table") and self._cells:
            self._end_cell()
            if tag == "table":
                self._cells.pop()
        if tag in self._BREAKING:
            self._texts().append("")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self._texts()[-1] += data

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
