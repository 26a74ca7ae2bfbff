"""What a form's workbook shows on its sheets, and an indicator as it is shown there."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any

from xltools.findings import Finding, Severity, finding
from xltools.form import RESERVED_NAMES, Aggregate, Indicator
from xltools.formstructure import Known, Structure
from xltools.layout import Area
from xltools.reading.labels import LabelIndex, Place
from xltools.reading.references import cell_name
from xltools.reading.workbook import Cell, Grid
from xltools.sheetnames import MAIN_SHEET

_MONEY = frozenset({"万元", "亿元"})
_MONEY_DECIMALS = 6
_NOTHING = Cell(None)
TYPED = "公式存成了文字,表里不会自动计算:请把这一格的格式改为“常规”,双击它再按回车"
_TRUTH = re.compile(r'("(?:[^"]|"")*")|\b(TRUE|FALSE)\s*\(\s*\)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Surface:
    """What a reader sees of a sheet: texts as they stand, through merged cells.

    ``shared``: the text of each formula that several cells share, by the group of these cells.
    """

    grid: Grid
    covers: Mapping[Place, Place]
    shared: Mapping[str, str]

    def anchor(self, row: int, column: int) -> Place:
        """The cell whose content shows here."""
        return self.covers.get((row, column), (row, column))

    def cell(self, row: int, column: int) -> Cell:
        """The cell whose content shows here, an empty one where there is none."""
        return self.grid.cells.get(self.anchor(row, column), _NOTHING)

    def text(self, row: int, column: int) -> str:
        """The text shown here, without blanks around it; numbers as text, "" for anything else."""
        value = self.cell(row, column).value
        return str(value).strip() if isinstance(value, str | int | Decimal) and not isinstance(value, bool) else ""

    def formula(self, row: int, column: int) -> str:
        """The formula of the cell as the rule language spells it, "" for none; typed as a text it counts as well.

        A formula dragged over several cells is stored in one of them only. Over names it is the same in all of
        them; with addresses of cells it is none of the rule language, whichever of the cells it is looked at in.
        """
        cell = self.cell(row, column)
        text = cell.formula or self.shared.get(cell.group, "")
        if cell.formula is None and is_typed_formula(cell):
            text = str(cell.value).strip().removeprefix("=")
        # LibreOffice saves the constant TRUE as TRUE().
        return _TRUTH.sub(lambda found: found[1] or found[2].upper(), text).strip()

    def labels(self, places: Iterable[Place]) -> dict[Place, str]:
        """The texts shown at these places, by the cell each stands in, in order; merged cells once."""
        anchors = dict.fromkeys(self.anchor(*at) for at in places)
        return {at: text for at in anchors if (text := self.text(*at))}


@dataclass(frozen=True, slots=True)
class Notes:
    """What 填表说明 says by name: how to fill in, and the measure of a matrix's figures."""

    notes: Mapping[str, str]
    measures: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Drawn:
    """What 统计表 is drawn from: its surface, its named cells, and what the other sheets say of them."""

    surface: Surface
    cells: Mapping[str, Place]
    structure: Structure
    notes: Notes

    def within(self, area: Area) -> dict[Place, str]:
        """The names of the cells in an area."""
        return {
            at: name
            for name, at in self.cells.items()
            if name not in RESERVED_NAMES
            and area.first_row <= at[0] <= area.last_row
            and area.first_column <= at[1] <= area.last_column
        }


def surface_of(grid: Grid) -> Surface:
    """The surface of a sheet's cells."""
    shared = {cell.group: cell.formula for cell in grid.cells.values() if cell.group and cell.formula}
    return Surface(grid, LabelIndex(grid).covers, shared)


def is_typed_formula(cell: Cell) -> bool:
    """Whether it holds a text that begins with =: a formula to the eye, but no program calculates it."""
    return cell.formula is None and isinstance(cell.value, str) and cell.value.strip().startswith("=")


def indicator_at(drawn: Drawn, name: str, at: Place, measure: str, note: str, problems: list[Finding]) -> Indicator:
    """The indicator of a named cell: its formula from the cell, what cannot be seen from the hidden sheet."""
    known = drawn.structure.indicators.get(name) or _added(measure)
    cell = drawn.surface.cell(*at)
    formula = drawn.surface.formula(*at)
    if cell.formula == "" and not formula:
        problems.append(defect("L603", f"“{name}”的公式读不到文字:请在这一格里重新输入公式", at, name))
    elif is_typed_formula(cell):
        problems.append(replace(defect("L603", f"“{name}”的{TYPED}", at, name), severity=Severity.WARNING))
    return Indicator(
        name=name,
        measure=measure,
        decimals=known.decimals,
        aggregate=known.aggregate,
        required=known.required,
        formula=formula,
        carried_from=known.carried_from,
        note=note,
    )


def _added(measure: str) -> Known:
    """What holds for an indicator that the hidden sheet does not know."""
    return Known(0, measure, _MONEY_DECIMALS if measure in _MONEY else 0, Aggregate.SUM, False, "")


def defect(code: str, message: str, at: Place, indicator: str = "") -> Finding:
    """A finding about a cell of 统计表."""
    about: dict[str, Any] = {"indicator": indicator, "indicators": (indicator,)} if indicator else {}
    return finding(code, message, sheet=MAIN_SHEET, cell=cell_name(*at), **about)
