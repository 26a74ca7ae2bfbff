"""A number in a list whose other numbers are the table's: what it is about is then surer than its words alone say."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from xltools.proof.attribution import Attribution, Doubt, Kind, Reading
from xltools.proof.claims import Verdict
from xltools.proof.figures import Figures
from xltools.proof.judging import Judgement, judge
from xltools.proof.subjects import same_measure
from xltools.proof.sums import Judged
from xltools.rules import names, parse


def among_neighbours(paragraph: Judged, figures: Figures) -> Iterator[tuple[Attribution, Judgement]]:
    """The judged numbers of a paragraph; one left alone between two that are the table's, and parts of the same as it
    would be, differs; beside one such in its sentence, or among those of other units, it is unclear."""
    for at, (attribution, judgement) in enumerate(paragraph):
        reading = attribution.readings[0] if attribution.readings else None
        if judgement.verdict is not None or attribution.kind is not Kind.LEVEL or reading is None:
            yield attribution, judgement
            continue
        around = (_next(attribution, paragraph[:at][::-1]), _next(attribution, paragraph[at + 1 :]))
        like = [each for each in around if each is not None and _is_like(reading, each[1], figures)]
        is_beside = any(each.passage.sentence == attribution.passage.sentence for each, _ in like)
        if not reading.doubts <= _FORGIVEN or not (is_beside or len(like) > 1):
            yield attribution, judgement
            continue
        are_its_own = len(like) > 1 and all(each.owner == reading.owners[0] for _, each in like)
        doubts = frozenset[Doubt]() if are_its_own and len(reading.doubts) == 1 else frozenset({Doubt.LOOSE_WORDS})
        known = replace(attribution, readings=(replace(reading, doubts=doubts), *attribution.readings[1:]))
        yield attribution, judge(known, figures)


_FORGIVEN = frozenset({Doubt.OTHER_WORDS, Doubt.CARRIED_FAR})


def _next(attribution: Attribution, others: Judged) -> tuple[Attribution, Judgement] | None:
    """The number next to one that may be of the same list."""
    measure = attribution.passage.quantity.measure
    levels = (each for each in others if each[0].kind is Kind.LEVEL)
    return next((each for each in levels if same_measure(each[0].passage.quantity.measure, measure)), None)


def _is_like(reading: Reading, neighbour: Judgement, figures: Figures) -> bool:
    """Whether a neighbour is the table's, and the same of another owner, or for the same owner part of the same."""
    if neighbour.verdict is not Verdict.AGREES:
        return False
    if neighbour.owner != reading.owners[0]:
        are_units = {neighbour.owner, reading.owners[0]} <= set(figures.units)
        return are_units and neighbour.formula in reading.formulas
    mine, others = _indicators(reading.formulas[0]), _indicators(neighbour.formula)
    if mine & others:
        return mine != others
    return any(mine | others <= parts for parts in map(set, figures.sums.values()))


def _indicators(formula: str) -> set[str]:
    return set(names(parse(formula)))
