"""The tables of a report: one that is the form's table is read like a return and held against the total."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass, replace

from xltools.consolidation import GRAND_TOTAL
from xltools.findings import Number
from xltools.proof.attribution import Knowledge
from xltools.proof.claims import Claim, LeftAlone, Verdict, as_figure, figure_or_blank
from xltools.proof.crosstables import Crossing, corner_of, crossings
from xltools.proof.documents import Document, Table
from xltools.proof.figures import Figures
from xltools.proof.naming import in_words
from xltools.proof.quantities import allowed, quantity_of_cell
from xltools.reading.reader import read_bytes
from xltools.reading.references import column_number
from xltools.returns import Return, Source
from xltools.wording import figure_text


@dataclass(frozen=True, slots=True)
class CellSpot:
    """Where a numbered cell stands: its table, row and column, all from 0."""

    table: int
    row: int
    column: int


def cell_spots(document: Document) -> dict[int, CellSpot]:
    """The cells with text by the number that claims give them: they are counted on from the paragraphs."""
    spots = (
        CellSpot(table, row, column)
        for table, rows in enumerate(document.tables)
        for row, cells in enumerate(rows)
        for column, text in enumerate(cells)
        if text.strip()
    )
    return dict(enumerate(spots, start=len(document.paragraphs) + 1))


def table_claims(document: Document, figures: Figures, known: Knowledge) -> tuple[list[Claim], list[LeftAlone]]:
    """What the report's tables say: figures of the form's table, and cells whose row and column say what they are.

    Any other number is left alone.
    """
    numbers = {spot: number for number, spot in cell_spots(document).items()}
    claims: list[Claim] = []
    left_alone: list[LeftAlone] = []
    for index, table in enumerate(document.tables):
        ret = _as_return(table, figures, f"第{index + 1}张表.csv")
        taken = set()
        for each in crossings(table, known) if ret.rejected else ():
            spot = CellSpot(index, each.row, each.column)
            taken.add(spot)
            crossed = _crossed(each, table[each.row][each.column].strip(), figures)
            claims.append(_placed(crossed, numbers[spot], index, each.row, document))
        for name, reference in () if ret.rejected else ret.cells.items():
            spot = _spot(index, reference)
            row, column = spot.row, spot.column
            if row >= len(table) or column >= len(table[row]):  # a label at the edge, and no cell beside it
                continue
            taken.add(spot)
            found = _claim(ret, name, table[row][column].strip(), figures)
            shown = spot if spot in numbers else _label_of(table, spot)
            if found is not None and shown in numbers:
                claims.append(_placed(found, numbers[shown], index, row, document))
        left_alone += _others(table, index, numbers, taken)
    return sorted(claims, key=lambda claim: claim.paragraph), left_alone


def _as_return(table: Table, figures: Figures, name: str) -> Return:
    """The table as the reader of returns sees it: named by its labels alone, as a sheet saved as text."""
    buffer = io.StringIO()
    csv.writer(buffer).writerows(table)
    return read_bytes(buffer.getvalue().encode("utf-8-sig"), figures.form, Source(name))


def _claim(ret: Return, name: str, text: str, figures: Figures) -> Claim | None:
    owner = ret.unit if ret.unit in figures.values else GRAND_TOTAL
    said, actual = ret.values.get(name), figures.values[owner].get(name)
    if name in ret.unreadable:
        note = f"表格里的“{name}”不是数,汇总表是 {_shown(actual)}"
        return Claim(text, 0, 0, 0, name, owner, None, actual, Verdict.UNCLEAR, note)
    if said is None and actual is None:
        return None
    if (said or 0) == (actual or 0):
        return Claim(text, 0, 0, 0, name, owner, said, actual, Verdict.AGREES, "表格") if text else None
    note = f"表格里的“{name}”是 {_shown(said)},汇总表是 {_shown(actual)}"
    return Claim(text, 0, 0, 0, name, owner, said, actual, Verdict.DIFFERS, note)


def _crossed(each: Crossing, text: str, figures: Figures) -> Claim:
    actual, scale = figures.figure(each.formula, each.owner), figures.scale(each.formula, each.quantity.measure)
    said, known = as_figure(each.quantity.value / scale), figure_or_blank(actual)
    if allowed(each.quantity, (actual or 0) * scale):
        return Claim(text, 0, 0, 0, each.formula, each.owner, said, known, Verdict.AGREES, "表格")
    whose = "" if each.owner == GRAND_TOTAL else f"{each.owner}的"
    note = f"汇总表中{whose}{in_words(each.formula)}是 {_shown(known)},表格里是 {figure_text(said)}"
    return Claim(text, 0, 0, 0, each.formula, each.owner, said, known, Verdict.DIFFERS, note)


def _placed(claim: Claim, number: int, table: int, row: int, document: Document) -> Claim:
    cells = document.tables[table][row]
    shown = next(text.strip() for text in (claim.text, *cells) if text.strip())
    said = " ".join(text for text in cells if text)
    return replace(claim, text=shown, paragraph=number, end=len(shown), sentence=said, table_row=_place(table, row))


def _spot(table: int, reference: str) -> CellSpot:
    letters = reference.rstrip("0123456789")
    return CellSpot(table, int(reference[len(letters) :]) - 1, column_number(letters) - 1)


def _label_of(table: Table, spot: CellSpot) -> CellSpot:
    """A blank cell is shown at what stands first in its row."""
    first = next((column for column, text in enumerate(table[spot.row]) if text.strip()), spot.column)
    return CellSpot(spot.table, spot.row, first)


def _others(table: Table, index: int, numbers: dict[CellSpot, int], taken: set[CellSpot]) -> Iterator[LeftAlone]:
    _, left = corner_of(table) if table else (0, 0)
    for row, cells in enumerate(table):
        for column, text in enumerate(cells):
            spot = CellSpot(index, row, column)
            if column >= left and spot not in taken and quantity_of_cell(text):
                shown = text.strip()
                yield LeftAlone(shown, numbers[spot], 0, len(shown), _UNKNOWN, table_row=_place(index, row))


_UNKNOWN = "表格里的数,没有认出是统计表的哪个指标"


def _place(table: int, row: int) -> str:
    return f"第 {table + 1} 张表第 {row + 1} 行"


def _shown(value: Number | None) -> str:
    return "空的" if value is None else figure_text(value)
