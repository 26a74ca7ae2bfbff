"""Long sheets: rows that are written as they come say what XlsxWriter's own rows would say."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.utils.escape import unescape

from xltools.reading.package import open_package
from xltools.reading.workbook import open_workbook
from xltools.writing.rows import Link, Row
from xltools.writing.styles import Book

SHOWN = st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff\r"), max_size=40)
NUMBERS = st.integers(-(10**14), 10**14) | st.decimals(-1000, 1000, places=2).filter(bool)


def opened(data: bytes) -> Any:
    return openpyxl.load_workbook(BytesIO(data)).active


def written(*contents: str | int | Decimal | None) -> bytes:
    book = Book("试")
    style = book.style("cell")
    sheet = book.long_sheet("长表")
    sheet.add_rows(0, [Row([(content, style) for content in contents], 20)], 1, len(contents))
    return book.finish()


@settings(max_examples=60, deadline=None)
@given(st.lists(SHOWN | NUMBERS | st.none(), min_size=1, max_size=6))
def test_every_text_and_number_comes_back_as_it_was(contents: list[str | int | Decimal | None]) -> None:
    data = written(*contents)
    row = opened(data)[1]
    grid = open_workbook(open_package(data)).grid("长表")
    for column, content in enumerate(contents, start=1):
        cell = grid.cells.get((1, column))
        ours = cell.value if cell else None
        if content is None or content == "":
            assert (row[column - 1].value, ours) == (None, None)
        elif isinstance(content, str):
            assert (unescape(row[column - 1].value), ours) == (content, content)  # openpyxl leaves _x001F_ as it is
        else:
            assert row[column - 1].value == pytest.approx(float(content)) and ours == content


def test_links_lead_from_their_cells_and_say_where_to() -> None:
    book = Book("试")
    style = book.style("cell")
    sheet = book.long_sheet("长表")
    rows = [Row([("一", style), ("看<它>", style)], 20, {1: Link("'明 细'!C7", '转到"明细"&C7')})]
    sheet.write_string(0, 0, "表头")
    sheet.add_rows(1, rows, 1, 2)
    read = opened(book.finish())
    assert [cell.value for cell in read["A"]] == ["表头", "一"]
    (link,) = (cell.hyperlink for row in read.iter_rows() for cell in row if cell.hyperlink)
    assert (link.ref, link.location, link.tooltip) == ("B2", "'明 细'!C7", '转到"明细"&C7')
    assert (read.dimensions, read.row_dimensions[2].height) == ("A1:B2", 20)


def test_no_text_of_a_link_can_break_the_sheet() -> None:
    book = Book("试")
    style = book.style("cell")
    odd = "统计\x01\ufffe表<&>\"'"
    sheet = book.long_sheet("长表")
    sheet.add_rows(0, [Row([(odd, style)], 20, {0: Link(f"'{odd}'!A1", odd)})], 1, 1)
    assert opened(book.finish())["A1"].hyperlink.ref == "A1"


def test_a_text_longer_than_a_cell_holds_is_cut_where_excel_cuts_it() -> None:
    kept = opened(written("字" * 40_000))["A1"].value
    assert kept == "字" * 32_767


def test_rows_are_asked_for_one_at_a_time_and_only_at_the_end() -> None:
    book = Book("试")
    style = book.style("cell")
    asked: list[int] = []

    def rows() -> Iterator[Row]:
        for number in range(3):
            asked.append(number)
            yield Row([(number, style)], 20)

    sheet = book.long_sheet("长表")
    sheet.add_rows(0, rows(), 3, 1)
    assert asked == []
    read = opened(book.finish())
    assert asked == [0, 1, 2] and [cell.value for cell in read["A"]] == [0, 1, 2]


def test_a_format_made_too_late_is_a_mistake_that_is_noticed() -> None:
    book = Book("试")
    sheet = book.long_sheet("长表")
    sheet.add_rows(0, (Row([("晚", book.style("cell"))], 20) for _ in range(1)), 1, 1)
    with pytest.raises(AssertionError, match="no number"):
        book.finish()
