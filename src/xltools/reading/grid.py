"""What a workbook says, whatever format it came in: sheets, names, and the cells of a sheet as they are stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TypeAlias

from xltools.reading.references import Area


class Shown(StrEnum):
    """How a cell shows its number, where that changes what it means: 43100 may be 2017-12-31, 0.4 may be 40%.

    SPLIT: in a text file, commas may have cut one number into several cells of this row, `1,234` into 1 and 234.
    LOST: the cell's format is not in the file.
    """

    PLAIN = ""
    DATE = "date"
    PERCENT = "percent"
    SPLIT = "split"
    LOST = "lost"


@dataclass(frozen=True, slots=True)
class ShownText:
    """The text that a cell shows for its number, where that is more, or less, than the number: 12 as `12万`."""

    text: str


Display: TypeAlias = Shown | ShownText


@dataclass(frozen=True, slots=True)
class ErrorValue:
    """An error a cell holds, `#REF!` or another, disjoint from text that merely looks like one."""

    text: str


CellValue: TypeAlias = int | Decimal | str | bool | ErrorValue | None


@dataclass(frozen=True, slots=True)
class Cell:
    """What one cell stores.

    `formula` is without "=", "" where its text is stored elsewhere (a follower of a shared formula, a data
    table), None where there is none. `stored` is False where a formula has no stored value: `value` is None.
    A date is its serial number, the days since 1899-12-30.
    `group` is common to the cells of a sheet that share one formula (filled down by dragging), "" for all others.
    """

    value: CellValue
    formula: str | None = None
    stored: bool = True
    shown: Display = Shown.PLAIN
    group: str = ""

    @property
    def is_number(self) -> bool:
        """Whether it holds a number: no text, truth value or error."""
        return type(self.value) in (int, Decimal)


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as the workbook lists it: `state` visible, hidden or veryHidden; `part` "" where none."""

    name: str
    state: str
    part: str


@dataclass(frozen=True, slots=True)
class DefinedName:
    """A defined name; `sheet` is None for the whole workbook, otherwise the sheet it is local to."""

    name: str
    refers_to: str
    sheet: str | None
    hidden: bool


@dataclass(frozen=True, slots=True)
class Outline:
    """What the workbook part alone tells: sheets in order, names in order, the date system.

    ``texts`` and ``styles``: the parts with the texts and formats that its cells share, "" where there are none.
    """

    sheets: tuple[Sheet, ...]
    names: tuple[DefinedName, ...]
    date1904: bool
    texts: str = ""
    styles: str = ""


@dataclass(frozen=True, slots=True)
class Grid:
    """The cells of a sheet that hold a value or a formula, by (row, column) from 1, and merged areas."""

    cells: Mapping[tuple[int, int], Cell]
    merged: tuple[Area, ...]
    hidden_rows: frozenset[int]


@dataclass(frozen=True, slots=True)
class Workbook:
    """A workbook of any format. `kind` is the format its content has: xlsx, xls, xlsb, ods or csv.

    `grid` gives the cells of a sheet by its name; `is_blank` whether cells (row, column) of a sheet are all known to
    be empty, without reading more than needs be. Both raise Unreadable.
    """

    kind: str
    outline: Outline
    grid: Callable[[str], Grid]
    is_blank: Callable[[str, Sequence[tuple[int, int]]], bool]


def blank_by(grid: Callable[[str], Grid]) -> Callable[[str, Sequence[tuple[int, int]]], bool]:
    """`is_blank` where a sheet's cells are at hand anyway."""
    return lambda sheet, places: all(place not in grid(sheet).cells for place in places)
