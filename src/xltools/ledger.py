"""Reading a total workbook's own record of where its figures come from: the sheets 明细 and 出处."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from xltools.errors import CouldNotRun
from xltools.findings import Number
from xltools.reading.package import Unreadable, open_package
from xltools.reading.sources import open_source
from xltools.reading.workbook import Grid, read_grid, read_outline, read_shared_strings
from xltools.sheetnames import DETAIL_SHEET, PROVENANCE_SHEET
from xltools.writing.detailsheet import DEFAULT_ROW_NAME, DETAIL_HEADINGS, NOT_FOUND


class LedgerError(CouldNotRun):
    """A workbook without such a record, or with one that cannot be read."""


class NoLedgerError(LedgerError):
    """A workbook that is no total of this program."""


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One unit's contribution: its figures as they stand on 明细 and the cells they were read from."""

    unit: str
    code: str
    group: str
    status: str
    file: str
    sha256: str
    sheet: str
    values: Mapping[str, Number | None]
    cells: Mapping[str, str]

    @property
    def counted(self) -> bool:
        """Whether the unit's figures are part of the total: those of others are not on 明细."""
        return any(value is not None for value in self.values.values())


@dataclass(frozen=True, slots=True)
class Ledger:
    """All contributions of a total, in its order."""

    entries: tuple[LedgerEntry, ...]


def is_total(path: Path) -> bool:
    """Whether a file is a total workbook of this program."""
    try:
        return bool(read_ledger(path.read_bytes()))
    except (LedgerError, Unreadable, OSError):
        return False


def contributions(path: Path) -> tuple[tuple[LedgerEntry, ...], str]:
    """What each unit contributes to a total; none for a plain return, nor where it cannot be told, and then why."""
    try:
        return read_ledger(path.read_bytes()).entries, ""
    except NoLedgerError:
        return (), ""
    except (LedgerError, Unreadable):
        if not _has_detail(path):
            return (), ""
        return (), (
            f"“{path.name}”里没有各单位、各组别的明细,只用表上的数:如果它是总表,请用 xltools 写出的 .xlsx 原件,"
            "不要用另存为其他格式或改动过“明细”表的"
        )


def _has_detail(path: Path) -> bool:
    """Whether a workbook of any format has the sheet of a total, if not its record as it was written."""
    try:
        outline = open_source(path.read_bytes(), path.suffix.lower()).outline
    except (OSError, Unreadable):
        return False
    return any(sheet.name == DETAIL_SHEET for sheet in outline.sheets)


def read_ledger(data: bytes) -> Ledger:
    """The ledger of a total workbook; LedgerError where it has none, Unreadable where it is no workbook."""
    package = open_package(data)
    outline = read_outline(package)
    existing = {sheet.name for sheet in outline.sheets}
    if DETAIL_SHEET not in existing:
        raise NoLedgerError("这个工作簿里没有“明细”表,不是 xltools 写出的汇总表")
    shared = read_shared_strings(package, outline)
    detail = _rows(read_grid(package, outline, DETAIL_SHEET, shared))
    provenance = _rows(read_grid(package, outline, PROVENANCE_SHEET, shared)) if PROVENANCE_SHEET in existing else []
    cells = _cells_by_unit(provenance)
    heads = [str(text) for text in detail[0]] if detail else []
    if tuple(heads[: len(DETAIL_HEADINGS)]) != DETAIL_HEADINGS:
        raise LedgerError("“明细”表的表头被改动过,不能溯源")
    return Ledger(tuple(_entry(heads, row, cells) for row in detail[1:] if row and row[0]))


def _entry(heads: list[str], row: list[object], cells: Mapping[str, Mapping[str, str]]) -> LedgerEntry:
    facts = [str(value) if value is not None else "" for value in row[: len(DETAIL_HEADINGS)]]
    values = {name: _number(value) for name, value in zip(heads, row, strict=True) if name not in DETAIL_HEADINGS}
    usual = cells.get(DEFAULT_ROW_NAME, {})
    own = {name: place for name, place in {**usual, **cells.get(facts[0], {})}.items() if place != NOT_FOUND}
    unit, code, group, status, file, sha256, sheet = facts
    return LedgerEntry(unit, code, group, status, file, sha256, sheet, values, own)


def _cells_by_unit(rows: list[list[object]]) -> dict[str, dict[str, str]]:
    if not rows:
        return {}
    names = [str(name) for name in rows[0]]
    return {
        str(row[0]): {name: str(place) for name, place in zip(names[1:], row[1:], strict=True) if place}
        for row in rows[1:]
    }


def _rows(grid: Grid) -> list[list[object]]:
    """The sheet as rows of equal length, blanks as None."""
    if not grid.cells:
        return []
    last_row = max(row for row, _ in grid.cells)
    last_column = max(column for _, column in grid.cells)
    blank = None
    return [
        [
            cell.value if (cell := grid.cells.get((row, column))) is not None else blank
            for column in range(1, last_column + 1)
        ]
        for row in range(1, last_row + 1)
    ]


def _number(value: object) -> Number | None:
    return value if isinstance(value, int | Decimal) and not isinstance(value, bool) else None
