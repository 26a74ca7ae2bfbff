"""Two keys for every figure: the cell's name and the labels around it must say the same."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from xltools.findings import Finding, finding
from xltools.form import Form
from xltools.reading.labels import FormLabels, LabelIndex, Place, agrees, find, is_aligned, unknown_rows
from xltools.reading.workbook import Grid, Outline, cell_name, parse_reference


@dataclass(frozen=True, slots=True)
class Located:
    """``places`` of the indicators that were found, and what there is to say about the finding of them."""

    places: Mapping[str, Place]
    findings: tuple[Finding, ...]


def named_cells(outline: Outline) -> dict[str, tuple[str, int, int]]:
    """Name → (sheet, row, column) for every name that refers to one cell; workbook-wide names outrank local ones."""
    found: dict[str, tuple[str, int, int]] = {}
    for name in sorted(outline.names, key=lambda name: name.sheet is None):
        reference = parse_reference(name.refers_to)
        if reference is not None:
            found[name.name] = (reference[0], reference[1], reference[2])
        elif name.sheet is None:
            found.pop(name.name, None)
    return found


def locate(labels: FormLabels, grid: Grid, named: Mapping[str, Place], sheet: str, path: str) -> Located:
    """The cell of every indicator on one sheet.

    Name and labels agree: taken. No name, but labels: taken, S201. They disagree: S202, not taken. Neither: S203.
    """
    index = LabelIndex(grid)
    spots = labels.form.page.spots
    if is_aligned(labels, index):
        places = {name: (spot.row, spot.column) for name, spot in spots.items()}
        wrong = [name for name, at in named.items() if at != places[name]]
        lost = [name for name in spots if name not in named]
        missing: list[str] = []
        added: list[Place] = []
    else:
        places, wrong, lost, missing = _one_by_one(labels, index, named)
        added = unknown_rows(labels, index)
    problems = [
        *(_disagreement(labels.form, index, name, named[name], sheet, path) for name in wrong),
        *(_absence(labels.form, name, sheet, path) for name in missing),
        *_losses(lost, places, sheet, path),
        *(_addition(index, at, sheet, path) for at in added),
    ]
    return Located({name: at for name, at in places.items() if name not in wrong}, tuple(problems))


def _one_by_one(
    labels: FormLabels, index: LabelIndex, named: Mapping[str, Place]
) -> tuple[dict[str, Place], list[str], list[str], list[str]]:
    places: dict[str, Place] = {}
    wrong, lost, missing = [], [], []
    for name in labels.form.page.spots:
        at = named.get(name)
        if at is not None:
            places[name] = at
            if not agrees(labels, index, name, at):
                wrong.append(name)
        elif (by_label := find(labels, index, name)) is not None:
            places[name] = by_label
            lost.append(name)
        else:
            missing.append(name)
    return places, wrong, lost, missing


def _disagreement(form: Form, index: LabelIndex, name: str, at: Place, sheet: str, path: str) -> Finding:
    beside = index.shown(at[0], 1) or next((index.shown(at[0], c) for c in range(at[1] - 1, 0, -1)), "")
    spot = form.page.spots[name]
    expected = (spot.row_labels or spot.column_labels)[-1].text
    message = (
        f"单元格名称是“{name}”,应在“{expected}”这一行,但旁边的标签是“{beside or '(空)'}”,这个数没有采用:"
        "请用空表重新填写,不要移动单元格"
    )
    return _about(name, finding("S202", message, file=path, sheet=sheet, cell=cell_name(*at)))


def _absence(form: Form, name: str, sheet: str, path: str) -> Finding:
    spot = form.page.spots[name]
    label = "·".join(label.text for label in (*spot.row_labels[-1:], *spot.column_labels[-1:]) if label.text)
    message = f"找不到指标“{name}”({label}):这一行被删掉或改动了,请用空表重新填写"
    return _about(name, finding("S203", message, file=path, sheet=sheet))


def _losses(lost: list[str], places: Mapping[str, Place], sheet: str, path: str) -> list[Finding]:
    message = "单元格名称丢失,已按标签找到并读出;以后请直接在空表里填,不要复制到新文件"
    return [
        _about(name, finding("S201", message, file=path, sheet=sheet, cell=cell_name(*places[name]))) for name in lost
    ]


def _addition(index: LabelIndex, at: Place, sheet: str, path: str) -> Finding:
    message = f"多出一行“{index.texts[at][:30]}”,不是本表式的指标,不汇总"
    return finding("S206", message, file=path, sheet=sheet, cell=cell_name(*at))


def _about(name: str, problem: Finding) -> Finding:
    return replace(problem, indicator=name, indicators=(name,))
