"""What a share is a share of: what stands after 占, else what the form and the total hold to be its whole."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Kind, Knowledge, Reading, Whole
from xltools.proof.passages import Passage
from xltools.proof.subjects import same_measure
from xltools.proof.understanding import rest_of


def wholes_of(
    known: Knowledge, passage: Passage, parts: Sequence[Reading], sentence: Sequence[Attribution]
) -> tuple[Whole, ...]:
    """What a number may be a share of, the likeliest first; ``parts``: what it may be of, ``sentence``: what is before.

    A number is no whole for standing before it: of 维持56件,纠错24件,占42.9% neither is part of the other.
    """
    subjects = [each.readings[0] for each in reversed(sentence) if each.is_subject]
    spoken = [(formula, each.owners[0]) for each in subjects for formula in each.formulas]
    is_sure = not _goes_on_from_unknown(sentence)
    named = _named(known, passage)
    found: list[Whole] = []
    for part in dict.fromkeys((formula, owner) for each in parts for formula in each.formulas for owner in each.owners):
        own = list(dict.fromkeys(_own_wholes(known, *part, spoken)))
        own.sort(key=lambda whole: spoken.index(whole) if whole in spoken else len(spoken))
        wholes = [Whole(part, *each, is_sure) for each in own]
        found += _as_named(known, passage, named, part, wholes) if named else wholes
    return tuple(found)


def _own_wholes(
    known: Knowledge, formula: str, owner: str, spoken: Sequence[tuple[str, str]]
) -> Iterator[tuple[str, str]]:
    """The same of all, or of the unit's group; for the same owner (for all, if spoken of) what it is a part of."""
    yield formula, GRAND_TOTAL
    if owner not in (GRAND_TOTAL, *known.owners.groups):
        yield formula, known.owners.lower
    for whole in known.lexicon.wholes(formula):
        yield whole, owner
        if (whole, GRAND_TOTAL) in spoken:
            yield whole, GRAND_TOTAL


def _goes_on_from_unknown(sentence: Sequence[Attribution]) -> bool:
    """Whether the number just before, or the one that it would be a part of, is about nothing that is known."""
    levels = [each for each in sentence if each.kind is Kind.LEVEL]
    if not levels or not levels[-1].readings:
        return bool(levels)
    measure = levels[-1].passage.quantity.measure
    before = [each for each in levels[:-1] if same_measure(each.passage.quantity.measure, measure)]
    return bool(before) and not before[-1].readings


def _named(known: Knowledge, passage: Passage) -> str:
    """The words after 占 that say what the share is of; "" where they say no more than 总数."""
    found = vocabulary.WHAT_IT_IS_OF.search(passage.before)
    text = found["what"] if found else ""
    return text if known.owners.mentions(text) or _rest(known, text) else ""


def _rest(known: Knowledge, text: str) -> str:
    return vocabulary.SOME_TOTAL.sub("", rest_of(known, text, ""))


def _as_named(
    known: Knowledge, passage: Passage, named: str, part: tuple[str, str], own: Sequence[Whole]
) -> Iterator[Whole]:
    """The wholes that the words after 占 allow; words that the form does not know leave all, and none for sure."""
    mentions = known.owners.mentions(named)
    whose = known.owners.meant(named, mentions[-1], passage.opening) if mentions else ""
    rest = _rest(known, named)
    if not rest:
        for formula in (part[0], *known.lexicon.wholes(part[0])):
            yield Whole(part, formula, whose, sure=True)
        return
    text = known.owners.without(named)
    matches = known.lexicon.matches(text, "", "") or known.lexicon.matches(text, passage.opening, "")
    formulas = {formula for match in matches for formula in match.meaning.formulas}
    mine = [each for each in own if whose in ("", each.owner)]
    chosen = [each for each in mine if each.formula in formulas or rest in each.formula]
    yield from chosen
    if not chosen:
        yield from (Whole(part, formula, whose or part[1], sure=False) for formula in formulas)
        yield from (replace(each, sure=False) for each in mine)
