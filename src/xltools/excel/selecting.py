"""What a selected cell of a total asks about: an indicator, and a unit where the cell belongs to one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xltools.errors import CouldNotRun
from xltools.form import Form
from xltools.ledger import read_ledger
from xltools.reading.reader import read
from xltools.reading.references import cell_name
from xltools.sheetnames import DETAIL_SHEET, MAIN_SHEET, UNIT_SHEET
from xltools.writing.comparisonsheet import indicator_rows

if TYPE_CHECKING:
    from xlwings import Range

_HEAD_ROWS = 6  # of 分单位, among which the units' names stand


@dataclass(frozen=True, slots=True)
class Question:
    """``unit`` is "" for the total."""

    indicator: str
    unit: str = ""


def question_at(selection: Range | None, total: Path, form: Form) -> Question:
    """The figure that is selected on 统计表, 分单位 or 明细; CouldNotRun where it is none."""
    found = None
    if selection is not None:
        ask = {MAIN_SHEET: _on_main, UNIT_SHEET: _on_units, DETAIL_SHEET: _on_detail}.get(selection.sheet.name)
        found = ask(selection, total, form) if ask else None
    if found is None:
        raise CouldNotRun("请先在总表的“统计表”“分单位”或“明细”里选中一个数,再点“查看出处”。")
    return found


def _on_main(selection: Range, total: Path, form: Form) -> Question | None:
    cell = cell_name(selection.row, selection.column)
    names = [name for name, place in read(total, form).cells.items() if place == cell]
    return Question(names[0]) if names else None


def _on_units(selection: Range, total: Path, form: Form) -> Question | None:
    names = [name for name, row in indicator_rows(form).items() if row == selection.row]
    units = {entry.unit for entry in read_ledger(total.read_bytes()).entries}
    heads = (_text(selection, row, selection.column) for row in range(1, _HEAD_ROWS))
    return Question(names[0], next((head for head in heads if head in units), "")) if names else None


def _on_detail(selection: Range, total: Path, form: Form) -> Question | None:
    indicator, unit = _text(selection, 1, selection.column), _text(selection, selection.row, 1)
    return Question(indicator, unit) if indicator in form.indicators and selection.row > 1 and unit else None


def _text(selection: Range, row: int, column: int) -> str:
    value: Any = selection.sheet.range((row, column)).value
    return str(value) if value is not None else ""
