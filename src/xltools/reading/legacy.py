"""An .xls, .et or .xlsb → outline and grids, by calamine. Runs in the confined process only: calamine may abort.

calamine gives values; names, error values, formulas, percentages and the merged cells of .xlsb come from the records
themselves.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from xltools.reading.biff import BookFacts, SheetFacts, xls_facts
from xltools.reading.biff12 import xlsb_facts
from xltools.reading.doubles import shown_number
from xltools.reading.grid import Cell, CellValue, DefinedName, ErrorValue, Grid, Outline, Sheet, Shown
from xltools.reading.numberformats import Kind, display
from xltools.reading.package import DEFAULT_LIMITS, Unreadable, open_archive
from xltools.reading.references import Area

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_EPOCH: Final = date(1899, 12, 30)


@dataclass(frozen=True, slots=True)
class Contents:
    """All that a workbook says, ready to travel back from the confined process."""

    outline: Outline
    grids: Mapping[str, Grid]


def read_legacy(data: bytes, kind: str) -> Contents:
    """The sheets of an "xls" or "xlsb" file. Raises Unreadable: F101, F102 (password), F105 (too many cells)."""
    import python_calamine as calamine

    try:
        facts = xlsb_facts(open_archive(data)) if kind == "xlsb" else xls_facts(data)
        if facts.locked:
            raise _locked()
        if not facts.is_whole:  # nobody could tell figures from dates and percentages
            what = "文件太旧(Excel 95 以前的格式)或已损坏" if kind == "xls" else "文件已损坏"
            raise Unreadable("F101", f"{what},请用 Excel 或 WPS 打开,另存为 .xlsx 后重报")
        return _contents(calamine.load_workbook(io.BytesIO(data)), facts)
    except calamine.PasswordError as error:
        raise _locked() from error
    except (calamine.CalamineError, OSError, ValueError) as error:
        raise Unreadable("F101", "文件已损坏,无法打开,请检查能否用 Excel 或 WPS 打开,或重新发送") from error


def _locked() -> Unreadable:
    return Unreadable("F102", "文件有密码,无法读取,请取消打开密码后另存重报", "encrypted")


def _contents(book: CalamineWorkbook, facts: BookFacts) -> Contents:
    states = {"Visible": "visible", "Hidden": "hidden"}
    sheets, grids = [], {}
    for about in book.sheets_metadata:
        state = states.get(str(about.visible).rpartition(".")[2], "veryHidden")
        is_sheet = str(about.typ).endswith("WorkSheet")
        sheets.append(Sheet(about.name, state, about.name if is_sheet else ""))
        if is_sheet:
            grids[about.name] = _grid(book.get_sheet_by_name(about.name), facts.sheets.get(about.name, SheetFacts()))
    if not sheets:
        raise Unreadable("F101", "文件中没有工作表,请用空表重新填报")
    return Contents(Outline(tuple(sheets), _trusted_names(facts), date1904=False), grids)


def _trusted_names(facts: BookFacts) -> tuple[DefinedName, ...]:
    return tuple(name for name in facts.names if name.name.isprintable())


def _grid(sheet: CalamineSheet, facts: SheetFacts) -> Grid:
    cells: dict[tuple[int, int], Cell] = {}
    first_row, first_column = sheet.start or (0, 0)
    for row, values in enumerate(sheet.to_python(skip_empty_area=True), first_row + 1):
        for column, value in enumerate(values, first_column + 1):
            formula = "" if (row, column) in facts.formulas else None
            if value != "" or formula is not None:
                cells[row, column] = _cell(value, formula, facts.shown.get((row, column), Shown.PLAIN))
        if len(cells) > DEFAULT_LIMITS.cells:
            raise Unreadable("F105", f"工作表“{sheet.name}”内容过多,请用空表重新填报")
    for place, text in facts.texts.items():
        cells[place] = Cell(text)
    for place, text in facts.errors.items():
        cells[place] = Cell(ErrorValue(text), "" if place in facts.formulas else None)
    return Grid(cells, (*_merged(sheet), *facts.merged), frozenset())


def _merged(sheet: CalamineSheet) -> list[Area]:
    return [(r1 + 1, c1 + 1, r2 + 1, c2 + 1) for (r1, c1), (r2, c2) in sheet.merged_cell_ranges or ()]


def _cell(value: object, formula: str | None, kind: Kind) -> Cell:
    if isinstance(value, datetime | date):
        day = value.date() if isinstance(value, datetime) else value
        return Cell((day - _EPOCH).days, formula, True, Shown.DATE)
    if isinstance(value, time | timedelta):
        return Cell(str(value), formula, True, Shown.DATE)
    cell = Cell(_plain(value), formula)
    return cell if kind is Shown.PLAIN else replace(cell, shown=display(kind, cell))


def _plain(value: object) -> CellValue:
    if isinstance(value, bool | str):
        return value
    if isinstance(value, int | float):
        double = float(value)
        return shown_number(double) if abs(double) < float("inf") else ErrorValue("#NUM!")
    return str(value)
