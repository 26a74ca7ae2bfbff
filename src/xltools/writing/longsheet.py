"""A sheet of very many rows, which are made one at a time while the workbook is put together and never held.

XlsxWriter keeps an object for every cell, link and row height until then: half a gigabyte for the findings of three
thousand bad returns, and more time than reading them takes. Its constant-memory mode saves some of the objects and none
of the time. So the rows of such a sheet are written as text in the place where XlsxWriter would write its own; all else
about the sheet, and its first rows with the headings, stays XlsxWriter's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from xlsxwriter.worksheet import Worksheet

from xltools.reading.references import cell_name, column_letters
from xltools.writing.rows import Formula, Link, Row

_SPECIAL = re.compile(r"[&<>\x00-\x1f\ufffe\uffff]|_x[0-9A-Fa-f]{4}_")
_SURELY_SHORT, _LONGEST_TEXT = 16_383, 32_767  # characters; Excel counts UTF-16 units


class LongSheet(Worksheet):  # type: ignore[misc]  # a library without types
    """A worksheet of XlsxWriter with :meth:`add_rows`."""

    def add_rows(self, first: int, rows: Iterable[Row], count: int, columns: int) -> None:
        """``rows`` go below all others, from row ``first`` (from 0) on. They are asked for once, at the very end: all
        formats in them must be made before. ``count`` and ``columns`` say how many there will be."""
        self._first, self._rows = first, rows
        self._extent = f"A1:{cell_name(max(first + count, 1), columns)}"
        self._letters = [column_letters(column) for column in range(1, columns + 1)]
        self._marks: dict[Any, str] = {}  # what a cell says of its format
        self._links: list[str] = []
        self._said = lru_cache(maxsize=4096)(self._text)  # one text stands in many rows

    def _write_dimension(self) -> None:
        self._xml_empty_tag("dimension", [("ref", self._extent)])

    def _write_sheet_data(self) -> None:
        self._xml_start_tag("sheetData")
        if self.dim_rowmin is not None:
            self._write_rows()
        for number, row in enumerate(self._rows, start=self._first + 1):
            self.fh.write(self._row(number, row))
        self._xml_end_tag("sheetData")

    def _write_hyperlinks(self) -> None:
        if self._links:
            self.fh.write(f"<hyperlinks>{''.join(self._links)}</hyperlinks>")

    def _row(self, number: int, row: Row) -> str:
        for column, link in row.links.items():
            self._links.append(self._link(f"{self._letters[column]}{number}", link, row.cells[column][0]))
        return f'<row r="{number}" ht="{row.height:.16g}" customHeight="1">{"".join(self._cells(number, row))}</row>'

    def _cells(self, number: int, row: Row) -> list[str]:
        marks, said, cells = self._marks, self._said, []
        for letters, (content, style) in zip(self._letters, row.cells, strict=False):
            mark = marks.get(style) or marks.setdefault(style, f'" s="{style._get_xf_index()}"')
            if content is None or content == "":
                told = "/>"
            elif type(content) is str:
                told = said(content)
            elif type(content) is Formula:
                told = f"><f>{self._escaped(content.text)}</f><v>{content.value:.16G}</v></c>"
            else:
                told = f"><v>{content:.16G}</v></c>"
            cells.append(f'<c r="{letters}{number}{mark}{told}')
        return cells

    def _text(self, content: str) -> str:
        space = ' xml:space="preserve"' if content != content.strip() else ""
        return f' t="inlineStr"><is><t{space}>{self._escaped(content)}</t></is></c>'

    def _link(self, place: str, link: Link, shown: object) -> str:
        target, tip, text = map(self._attribute, (link.target, link.tip, str(shown)))
        return f'<hyperlink ref="{place}" location="{target}" tooltip="{tip}" display="{text}"/>'

    def _attribute(self, text: str) -> str:
        if not _SPECIAL.search(text) and '"' not in text:
            return text
        return str(self._escape_attributes(self._escape_control_characters(text)))

    def _escaped(self, text: str) -> str:
        if len(text) > _SURELY_SHORT:
            text = text.encode("utf-16-le")[: 2 * _LONGEST_TEXT].decode("utf-16-le", "ignore")
        if not _SPECIAL.search(text):
            return text
        return str(self._escape_data(self._escape_control_characters(text)))
