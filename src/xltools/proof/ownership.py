"""Whose figure a number is: the owner named beside it, else the one its sentence has been about."""

from __future__ import annotations

from collections.abc import Sequence

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Knowledge
from xltools.proof.owners import UNKNOWN
from xltools.proof.passages import Passage, start_of
from xltools.proof.subjects import Match


def owners_of(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], source: Attribution | None, match: Match | None
) -> tuple[str, ...]:
    """Whose a number is, the likeliest first; ``source`` is the number it goes on from, ``match`` what it is about."""
    for text in (passage.before, passage.lead):
        mentions = known.owners.mentions(text)
        if mentions:
            owner = known.owners.meant(text, mentions[-1], passage.opening)
            is_beside = mentions[-1].end == len(text.rstrip()) or mentions[-1].start <= start_of(text)
            is_certain = (is_beside and text == passage.before) or owner == GRAND_TOTAL
            return (owner,) if is_certain else (owner, GRAND_TOTAL)
    behind = known.owners.mentions(passage.after)
    if behind and vocabulary.DOER_BEHIND.match(passage.after[: behind[0].start]):
        return (behind[0].owner, GRAND_TOTAL)
    topic = _topic(known, passage)
    if source is not None:
        return _with_the_whole(known, source, topic, passage, carried)
    last = next((a for a in reversed(carried) if a.is_subject), None)
    if last is None and not known.owners.mentions(passage.opening):
        return (GRAND_TOTAL, *known.owners.groups)
    if last is None or last.owner == GRAND_TOTAL:
        return (GRAND_TOTAL,)
    if topic is not None or last.owner == UNKNOWN:
        return (topic or UNKNOWN, GRAND_TOTAL)
    is_part = match is not None and any(
        known.lexicon.is_part(formula, whole)
        for formula in match.meaning.formulas
        for a in carried if a.is_subject and a.owner == last.owner
        for whole in a.readings[0].formulas
    )  # fmt: skip
    return (last.owner, GRAND_TOTAL) if is_part else (GRAND_TOTAL, last.owner)


def _with_the_whole(
    known: Knowledge, source: Attribution, topic: str | None, passage: Passage, carried: Sequence[Attribution]
) -> tuple[str, ...]:
    """The owners of the number gone on from; after a semicolon where no owner is named, of the whole again too."""
    owners = source.readings[0].owners
    if topic is not None:
        return tuple(dict.fromkeys((topic, *owners)))
    part = passage.opening.rpartition(";")[2]
    if part == passage.opening or known.owners.mentions(part):
        return owners
    first = next((each.owner for each in carried if each.is_subject), "")
    return tuple(dict.fromkeys((GRAND_TOTAL, *owners) if first == GRAND_TOTAL else (*owners, GRAND_TOTAL)))


def _topic(known: Knowledge, passage: Passage) -> str | None:
    """The one owner that the sentence, or its part since a semicolon, begins with: all in it is that owner's."""
    part = passage.opening.rpartition(";")[2]
    mentions = known.owners.mentions(part)
    is_one = len({mention.owner for mention in mentions}) == 1
    return mentions[0].owner if is_one and mentions[0].start <= start_of(part) and "其中" not in part else None
