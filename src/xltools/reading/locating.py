"""Two keys for every figure: the cell's name and the labels around it must say the same."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace

from xltools.findings import Finding, Severity, finding
from xltools.form import Form
from xltools.reading.grid import Grid, Outline
from xltools.reading.labels import FormLabels, LabelIndex, Place, is_aligned, normalise_label
from xltools.reading.matching import agrees, candidates, column_at_odds, near_labels, unknown_rows
from xltools.reading.measures import about_measure, measures_above, measures_beside
from xltools.reading.references import Area, cell_name, column_letters, parse_reference
from xltools.reading.strays import about_all_beside, about_beside, beside_empty, figures_elsewhere, further_tables

_MOST_ADDITIONS = 20


@dataclass(frozen=True, slots=True)
class Located:
    """``places`` of the indicators that were found, and what there is to say about the finding of them.

    ``is_useless``: every indicator is there, but which figures are meant nobody can tell of a single one.
    """

    places: Mapping[str, Place]
    findings: tuple[Finding, ...]
    is_useless: bool = False


def named_areas(outline: Outline) -> dict[str, dict[str, Area]]:
    """The areas that names lead to: sheet → name → area.

    A workbook-wide name outranks a local one; of the local ones only the sheet's own count, as on a copied sheet.
    Names that lead to #REF! or into other workbooks are lost.
    """
    found: dict[str, dict[str, Area]] = {sheet.name: {} for sheet in outline.sheets}
    for name in sorted(outline.names, key=lambda name: name.sheet is None):
        reference = parse_reference(name.refers_to)
        if reference is not None and reference[0] in found and name.sheet in (None, reference[0]):
            found[reference[0]][name.name] = (reference[1], reference[2], reference[-2], reference[-1])
    return found


def trusted_places(areas: Mapping[str, Area], grid: Grid) -> dict[str, Place]:
    """The cell of every name that leads to one cell, or to cells merged into one; other areas say nothing."""
    merged = frozenset(grid.merged)
    return {
        name: (area[0], area[1]) for name, area in areas.items() if area[:2] == area[2:] or area in merged
    }


def locate(
    labels: FormLabels, grid: Grid, named: Mapping[str, Place], sheet: str, path: str, *, has_names: bool = True
) -> Located:
    """The cell of every indicator on one sheet.

    Name and labels agree: taken. Name, and a label that differs by a typing error: taken, S202 as a warning. No name,
    but labels: taken, S201 (information where the format has no names). They disagree, or the cell is merged with
    others: S202, not taken. Neither: S203, with the cell that looks like it. Empty, and a number beside it: S202 as a
    warning. The 计量单位 beside it is another one of the form's: taken, S202 as a warning; it is the same one in
    another size (元 for 万元): S202, not taken.
    """
    index = LabelIndex(grid)
    spots = labels.form.page.spots
    found = _Search()
    aligned = is_aligned(labels, index)
    if aligned:
        found.places = {name: (spot.row, spot.column) for name, spot in spots.items()}
        found.wrong = [name for name, at in named.items() if at != found.places[name]]
        found.lost = [name for name in spots if name not in named]
        _look_for_rivals(labels, index, found)
    else:
        found = _one_by_one(labels, index, named)
    mingled = _merged_with_others(grid, found.places)
    measured = measures_beside(labels, index, found.places)
    if not aligned:
        measured |= measures_above(labels, index, found.places)
    resized = {name for name, other in measured.items() if other.is_of_other_size}
    unsure = {*found.wrong, *found.rivals, *mingled, *resized}
    places = {name: at for name, at in found.places.items() if name not in unsure}
    beside = beside_empty(index, places, found.places)
    is_all_beside = bool(beside) and not any(_is_filled_in(grid, at) for at in found.places.values())
    elsewhere = figures_elsewhere(labels, index, found.places)
    in_doubt = _row_labels_of(labels, {*found.wrong, *found.rivals, *found.missing}) if elsewhere else ()
    found.added += [at for at in elsewhere if at not in found.added and index.texts[at] not in in_doubt]
    told_of_beside = about_beside(index, places, beside)
    if is_all_beside:
        told_of_beside, places = iter([about_all_beside(places, beside)]), {}
    lost = [name for name in found.lost if name in places]
    problems = [
        *(_disagreement(labels, index, name, named[name]) for name in found.wrong),
        *(_misspelt(labels, index, name, found.places[name]) for name in found.misspelt),
        *(_absence(labels, index, name, found.proposed.get(name)) for name in found.missing),
        *_rivalries(spots.keys(), found.rivals),
        *(_mingled(name, found.places[name], area) for name, area in mingled.items() if name not in found.wrong),
        *(about_measure(name, found.places[name], measured[name]) for name in measured if name not in found.wrong),
        *told_of_beside,
        *further_tables(labels, index, found.places, frozenset().union(*found.rivals.values())),
        *_losses(lost, places, everything=not named, has_names=has_names),
        *_additions(labels, index, found.added),
    ]
    told = tuple(replace(problem, file=path, sheet=sheet) for problem in problems)
    return Located(places, told, is_useless=is_all_beside or found.rivals.keys() == spots.keys())


@dataclass(slots=True)
class _Search:
    """Indicators by how they were found.

    ``rivals``: the cells of one that the labels say of several; ``proposed``: where a missing one may be; ``added``:
    labels beside figures that are nobody's.
    """

    places: dict[str, Place] = field(default_factory=dict)
    wrong: list[str] = field(default_factory=list)
    misspelt: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    rivals: dict[str, frozenset[Place]] = field(default_factory=dict)
    missing: list[str] = field(default_factory=list)
    proposed: dict[str, Place] = field(default_factory=dict)
    added: list[Place] = field(default_factory=list)


def _row_labels_of(labels: FormLabels, names: Set[str]) -> frozenset[str]:
    spots = labels.form.page.spots
    return frozenset(normalise_label(label.text) for name in names for label in spots[name].row_labels[-1:])


def _is_filled_in(grid: Grid, at: Place) -> bool:
    """Whether somebody typed something into a cell: the form's own formulas have results where nobody did."""
    cell = grid.cells.get(at)
    return cell is not None and cell.formula is None


def _merged_with_others(grid: Grid, places: Mapping[str, Place]) -> dict[str, Area]:
    """Indicators whose cell is merged with another indicator's or with what stands before it: whose is the figure?"""
    names = {at: name for name, at in places.items()}
    first_column = min((column for _, column in names), default=0)
    found: dict[str, Area] = {}
    for area in grid.merged:
        r1, c1, r2, c2 = area
        if c2 < first_column:  # nearly all: labels
            continue
        if (r2 - r1 + 1) * (c2 - c1 + 1) <= len(names):
            cells = [(row, column) for row in range(r1, r2 + 1) for column in range(c1, c2 + 1)]
            inside = [names[at] for at in cells if at in names]
        else:
            inside = [name for (row, column), name in names.items() if r1 <= row <= r2 and c1 <= column <= c2]
        if len(inside) > 1 or (inside and places[inside[0]] != (r1, c1)):
            found |= dict.fromkeys(inside, area)
    return found


def _mingled(name: str, at: Place, area: Area) -> Finding:
    whole = f"{cell_name(*area[:2])}:{cell_name(*area[2:])}"
    message = f"填“{name}”的格和旁边的格合并成了一格({whole}),分不清数是填给哪一项的,没有采用:请取消合并,逐格填写"
    return _about(name, finding("S202", message, cell=cell_name(*at)))


def _one_by_one(labels: FormLabels, index: LabelIndex, named: Mapping[str, Place]) -> _Search:
    found = _Search()
    for name in labels.form.page.spots:
        at = named.get(name)
        if at is not None:
            found.places[name] = at
            if not agrees(labels, index, name, at):
                found.wrong.append(name)
            continue
        cells = candidates(labels, index, name)
        if len(cells) == 1:
            found.places[name] = min(cells)
            found.lost.append(name)
        elif cells:
            found.rivals[name] = cells
        else:
            found.missing.append(name)
    near = near_labels(labels, index)
    if near:
        _look_again(labels, LabelIndex(index.grid, near), named, found)
    read = {found.places[name][0] for name in found.lost}  # by the indicators' names, some of them
    found.added = [at for at in unknown_rows(labels, index) if at not in near and at[0] not in read]
    return found


def _look_for_rivals(labels: FormLabels, index: LabelIndex, found: _Search) -> None:
    """Of those without a name, the ones that the labels say of other filled cells as well."""
    for name in found.lost:
        own = found.places[name]
        cells = frozenset(at for at in candidates(labels, index, name) if at in index.grid.cells) | {own}
        if len(cells) > 1:
            found.rivals[name] = cells


def _look_again(labels: FormLabels, corrected: LabelIndex, named: Mapping[str, Place], found: _Search) -> None:
    """With typing errors in the labels mended: names that then agree are believed, the rest is proposed."""
    found.misspelt = [name for name in found.wrong if agrees(labels, corrected, name, named[name])]
    found.wrong = [name for name in found.wrong if name not in found.misspelt]
    for name in found.missing:
        cells = candidates(labels, corrected, name)
        if len(cells) == 1:
            found.proposed[name] = min(cells)


def _disagreement(labels: FormLabels, index: LabelIndex, name: str, at: Place) -> Finding:
    column = column_at_odds(labels, index, name, at)
    if column is None:
        expected, beside = _expected(labels.form, name), _beside(index, at) or "(空)"
        where = f"应在“{expected}”这一行,旁边写的却是“{beside}”,像是移动过行或格"
    else:
        where = f"应在“{column[0]}”这一列,上面写的却是“{column[1] or '(空)'}”,像是移动过列或格"
    message = f"这一格是填“{name}”的,{where},这个数没有采用:请用空表重新填写"
    return _about(name, finding("S202", message, cell=cell_name(*at)))


def _misspelt(labels: FormLabels, index: LabelIndex, name: str, at: Place) -> Finding:
    column = column_at_odds(labels, index, name, at)
    what, expected, written = ("列", *column) if column else ("行", _expected(labels.form, name), _beside(index, at))
    message = (
        f"这一{what}写的是“{written}”,空表上是“{expected}”;数已读出:请核对是不是这一{'列' if column else '项'},"
        "并把文字改回原样"
    )
    return _about(name, finding("S202", message, Severity.WARNING, cell=cell_name(*at)))


def _absence(labels: FormLabels, index: LabelIndex, name: str, proposed: Place | None) -> Finding:
    spot = labels.form.page.spots[name]
    if name in labels.in_matrix and any(normalise_label(each.text) in index.places for each in spot.row_labels[-1:]):
        return _absence_of_column(labels, index, name, proposed)
    label = "·".join(label.text for label in (*spot.row_labels[-1:], *spot.column_labels[-1:]) if label.text)
    if proposed is None:
        message = f"找不到指标“{name}”({label}):这一行被删掉或改动了,请用空表重新填写"
        return _about(name, finding("S203", message))
    cell = cell_name(*proposed)
    message = (
        f"找不到指标“{name}”({label}),{cell} 的数没有采用:旁边写的是“{_beside(index, proposed)}”,"
        "是不是这一项?是的话请把文字改回原样,或用空表重新填写"
    )
    return _about(name, finding("S203", message, cell=cell))


def _absence_of_column(labels: FormLabels, index: LabelIndex, name: str, proposed: Place | None) -> Finding:
    spot = labels.form.page.spots[name]
    column = column_at_odds(labels, index, name, proposed) if proposed else None
    if proposed is None or column is None:
        message = (
            f"“{name}”没有读出:找不到“{spot.column_labels[-1].text}”这一列,它被删掉或改动了,请用空表重新填写"
        )
        return _about(name, finding("S203", message))
    message = (
        f"“{name}”没有采用:找不到“{column[0]}”这一列,{column_letters(proposed[1])} 列上面写的是“{column[1]}”,"
        "是不是这一列?是的话请把文字改回原样,或用空表重新填写"
    )
    return _about(name, finding("S203", message, cell=cell_name(*proposed)))


def _rivalries(names: Set[str], rivals: Mapping[str, frozenset[Place]]) -> Iterator[Finding]:
    """What to say of each indicator with several cells, and of all at once where whole columns are in doubt."""
    columns = {tuple(sorted(column for _, column in cells)) for cells in rivals.values()}
    in_one_row = all(len({row for row, _ in cells}) == 1 for cells in rivals.values())
    if len(columns) == 1 and in_one_row and rivals.keys() == names and len(names) > 1:
        shown = "、".join(map(column_letters, columns.pop()[:5]))
        message = (
            f"{shown} 列都是数,分不清哪一列是要报的,一个数也没有采用:请删去多余的列,或用空表重新填写"
        )
        yield finding("S202", message, cell=cell_name(*min(map(min, rivals.values()))), indicators=tuple(rivals))
        return
    for name, cells in rivals.items():
        yield _rivalry(name, sorted(cells))


def _rivalry(name: str, cells: Sequence[Place]) -> Finding:
    if len({row for row, _ in cells}) == 1:
        columns = "、".join(column_letters(column) for _, column in cells[:5])
        message = (
            f"“{name}”这一行有几个数({columns} 列),分不清哪一列是要报的,没有采用:请删去多余的列,或用空表重新填写"
        )
    else:
        shown = "、".join(cell_name(*at) for at in cells[:5])
        message = (
            f"“{name}”这一行出现了几次({shown}),分不清哪一行是要报的,没有采用:请删去多余的行,或用空表重新填写"
        )
    return _about(name, finding("S202", message, cell=cell_name(*cells[0])))


def _losses(lost: Sequence[str], places: Mapping[str, Place], *, everything: bool, has_names: bool) -> list[Finding]:
    if not lost:
        return []
    if not has_names:
        message = f"这种格式的文件里没有空表原来的名称,{len(lost)} 个指标都按旁边的文字找到并读出"
        return [finding("S201", message, Severity.INFO, indicators=tuple(lost))]
    if everything:
        message = (
            f"空表原来的名称全都没有了(多半是复制到了新文件),{len(lost)} 个指标已按旁边的文字找到并读出,请核对;"
            "以后请直接在空表里填"
        )
        return [finding("S201", message, indicators=tuple(lost))]
    message = "这一格原来的名称没有了(多半是复制过),已按旁边的文字找到并读出,请核对;以后请直接在空表里填"
    return [_about(name, finding("S201", message, cell=cell_name(*places[name]))) for name in lost]


def _additions(labels: FormLabels, index: LabelIndex, added: Sequence[Place]) -> Iterator[Finding]:
    for at in added[:_MOST_ADDITIONS]:
        shown = index.written(at)[:30]
        if index.texts[at] in labels.sections:
            message = f"“{shown}”这一行是标题,不填数,这一行的数没有汇总:请核对是不是填错了行,并删去多余的数"
            yield finding("S206", message, Severity.WARNING, cell=cell_name(*at))
        elif index.texts[at] in labels.row_labels:
            message = f"“{shown}”这一行不在空表的位置上,或者重复了,这一行的数没有汇总:请核对,并删去多余的行"
            yield finding("S206", message, Severity.WARNING, cell=cell_name(*at))
        else:
            yield finding("S206", f"多出一行“{shown}”,不是本表式的指标,不汇总", cell=cell_name(*at))
    if rest := added[_MOST_ADDITIONS:]:
        yield finding("S206", f"另外还多出 {len(rest)} 行,不是本表式的指标,不汇总", cell=cell_name(*rest[0]))


def _expected(form: Form, name: str) -> str:
    spot = form.page.spots[name]
    return (spot.row_labels or spot.column_labels)[-1].text


def _beside(index: LabelIndex, at: Place) -> str:
    """The label beside a cell as it is written: the first text of its row, seen through merged areas."""
    row, column = at
    for step in range(1, column):
        place = index.covers.get((row, step), (row, step))
        if index.texts.get(place):
            return index.written(place)[:40]
    return ""


def _about(name: str, problem: Finding) -> Finding:
    return replace(problem, indicator=name, indicators=(name,))
