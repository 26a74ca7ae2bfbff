"""What a return says beside its figures: unit, period, signatures, and the unit's written explanations (情况说明)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, timedelta

from xltools.form import HEADER, PERIOD, RULES_SHEET, Form, Level
from xltools.reading.grid import ErrorValue, Grid, Shown, Workbook
from xltools.reading.labels import FormLabels, LabelIndex, Place
from xltools.reading.references import Area, cell_name

_EPOCH, _LAST_DAY = date(1899, 12, 30), 2_958_466  # serial numbers of 0 and of 10000-01-01
_YEAR = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9])")


def read_header(labels: FormLabels, grid: Grid, here: Mapping[str, Place]) -> tuple[dict[str, str], dict[str, str]]:
    """Texts of the header fields and their cells: by name, else to the right of the label or behind its colon."""
    index = LabelIndex(grid)
    texts: dict[str, str] = {}
    cells: dict[str, str] = {}
    for spec in HEADER:
        at = here.get(spec.name)
        text = _text_at(grid, at) if at else ""
        if not at and spec.name == PERIOD:
            at, text = _period_line(grid)
        if not at:
            at, text = _beside_label(index, grid, spec.name)
        texts[spec.name] = text
        if at:
            cells[spec.name] = cell_name(*at)
    return texts, cells


def _text_at(grid: Grid, at: Place) -> str:
    cell = grid.cells.get(at)
    if cell is None or cell.value is None or isinstance(cell.value, ErrorValue | bool):
        return ""
    if cell.shown is Shown.DATE and isinstance(cell.value, int) and 0 < cell.value < _LAST_DAY:
        return (_EPOCH + timedelta(days=cell.value)).isoformat()
    return str(cell.value).strip()


def _beside_label(index: LabelIndex, grid: Grid, name: str) -> tuple[Place | None, str]:
    """The text behind a label's colon, or in the next cell to its right; brackets after the label do not matter."""
    pattern = re.compile(rf"{name}(?:[(\[].*?[)\]])?(?P<colon>:?)(?P<rest>.*)")
    for at in sorted(index.texts):
        match = pattern.fullmatch("".join(unicodedata.normalize("NFKC", index.written(at)).split()))
        if match is None or (match["rest"] and not match["colon"]):
            continue
        if match["rest"]:
            return at, match["rest"]
        right = [(at[0], c) for c in range(at[1] + 1, at[1] + 12) if (at[0], c) in grid.cells]
        return (right[0], _text_at(grid, right[0])) if right else (at, "")
    return None, ""


def _period_line(grid: Grid) -> tuple[Place | None, str]:
    """A line like “(2017 年度)” in the first rows."""
    for at, cell in sorted(grid.cells.items()):
        if at[0] > 5:
            break
        if isinstance(cell.value, str) and "年度" in cell.value and len(cell.value) < 20 and year_in(cell.value):
            return at, cell.value
    return None, ""


def year_in(text: str) -> str:
    found = _YEAR.search(unicodedata.normalize("NFKC", text))
    return found[1] if found else ""


def read_explanations(book: Workbook, form: Form, areas: Mapping[str, Area]) -> dict[str, str]:
    """情况说明 by the id of the 核实性 rule: from the named cells, else from the 情况说明 column of 审核规则.

    ``areas``: what the names on 审核规则 lead to.
    """
    if not any(sheet.name == RULES_SHEET and sheet.part for sheet in book.outline.sheets):
        return {}
    named = {name: (area[0], area[1]) for name, area in areas.items()}
    rules = [rule for rule in form.rules if rule.level is Level.CONFIRM]
    places = [named.get(rule.explanation_name) for rule in rules]
    if book.is_blank(RULES_SHEET, [at for at in places if at]) and None not in places:
        return {}
    grid = book.grid(RULES_SHEET)
    by_column = _explanation_column(grid)
    found = {}
    for rule, at in zip(rules, places, strict=True):
        place = at or by_column.get(rule.id)
        text = _text_at(grid, place) if place else ""
        if text:
            found[rule.id] = text
    return found


def _explanation_column(grid: Grid) -> dict[str, Place]:
    heads = {str(cell.value).strip(): at for at, cell in grid.cells.items() if cell.value in ("编号", "情况说明")}
    if len(heads) < 2:
        return {}
    identity, column = heads["编号"], heads["情况说明"][1]
    return {
        str(cell.value).strip(): (at[0], column)
        for at, cell in grid.cells.items()
        if at[1] == identity[1] and at[0] > identity[0] and isinstance(cell.value, str)
    }
