"""What a figure is counted in: whether the sheet says so in the size and the money that the form does."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from xltools.findings import Finding, Severity, finding
from xltools.reading.labels import FormLabels, LabelIndex, Place, has_own_measures, normalise_label
from xltools.reading.references import cell_name
from xltools.reading.sizes import FOREIGN, SIZES, YUAN, differs, size_and_money

_LONGEST_HEADING: Final = 50


@dataclass(frozen=True, slots=True)
class OtherMeasure:
    """What is counted as the sheet has it and as the form has it.

    ``is_of_other_size``: in units of another size or another money (元 for 万元), so that the figure is another one.
    """

    written: str
    expected: str
    is_of_other_size: bool


def measures_beside(labels: FormLabels, index: LabelIndex, places: Mapping[str, Place]) -> dict[str, OtherMeasure]:
    """Figures beside which another measure stands than the form's: of another size, or another one of the form's."""
    if has_own_measures(labels, index):
        return {}
    known = {text for _, text in labels.measures.values()}
    found = {}
    for name, (left, expected) in labels.measures.items():
        at = places.get(name)
        if at is None or not _is_filled(index, at):
            continue
        beside = (at[0], at[1] - left)
        text = index.texts.get(beside, "")
        if not text or text == expected:
            continue
        is_of_other_size = differs(size_and_money(text), size_and_money(expected))
        if is_of_other_size or text in known:
            measure = labels.form.indicators[name].measure
            found[name] = OtherMeasure(index.written(beside), measure, is_of_other_size)
    return found


def measures_above(labels: FormLabels, index: LabelIndex, places: Mapping[str, Place]) -> dict[str, OtherMeasure]:
    """Figures whose heading names a measure of another size for all: 统计数(万件). Money counts for money alone."""
    first = min((row for row, _ in places.values()), default=0)
    columns = {column for _, column in places.values()}
    told = {
        at[1]: (index.written(at), size_and_money(measure))
        for at, text in sorted(index.texts.items())
        if at[1] in columns and at[0] < first and text not in labels.known
        if (measure := _measure_in_heading(labels, index.written(at)))
    }
    found = {}
    for name, at in places.items() if told else ():
        if at[1] not in told or name in labels.in_matrix or not _is_filled(index, at):
            continue
        measure, (written, heading) = labels.form.indicators[name].measure, told[at[1]]
        own = size_and_money(normalise_label(measure))
        if differs(heading, own) and not (heading.money and not own.money):
            found[name] = OtherMeasure(written, measure, is_of_other_size=True)
    return found


def about_measure(name: str, at: Place, other: OtherMeasure) -> Finding:
    """What to say of a figure under another measure."""
    if other.is_of_other_size:
        message = (
            f"“{name}”的计量单位写的是“{other.written}”,空表上是“{other.expected}”,分不清数是按哪个单位填的,没有采用:"
            f"请按{other.expected}填数,并把计量单位改回“{other.expected}”"
        )
        found = finding("S202", message, cell=cell_name(*at))
    else:
        message = (
            f"“{name}”的计量单位写的是“{other.written}”,空表上是“{other.expected}”;数已读出:"
            "请核对是不是这一项,并把计量单位改回原样"
        )
        found = finding("S202", message, Severity.WARNING, cell=cell_name(*at))
    return replace(found, indicator=name, indicators=(name,))


# --- what a heading and a measure say ---


def _measure_in_heading(labels: FormLabels, heading: str) -> str:
    """The measure that a heading names in brackets or at its end, "" where it names none: 万州区 is no measure."""
    measures = sorted({i.measure for i in labels.form.indicators.values() if i.measure}, key=len, reverse=True)
    counted = "|".join(map(re.escape, (*measures, "整")))
    text = "".join(unicodedata.normalize("NFKC", heading).split())[:_LONGEST_HEADING]
    words = rf"(?:[{SIZES}]|{YUAN}|{FOREIGN}|{counted}|[、/,年])+"
    found = re.search(rf"[(\[](?:计量)?(?:单位:?)?({words})[)\]]|单位:?({words})$|数量?[/:]?({words})$", text, re.I)
    return next(filter(None, found.groups()), "") if found else ""


def _is_filled(index: LabelIndex, at: Place) -> bool:
    cell = index.grid.cells.get(at)
    return cell is not None and cell.value != 0
