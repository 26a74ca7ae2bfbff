"""What a number is listed after: among parts and bodies that the table does not have, it is not surely the table's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Background, Doubt, Kind, Knowledge
from xltools.proof.passages import Passage, blanked, less


def in_company(
    known: Knowledge, attribution: Attribution, sentence: Sequence[Attribution], background: Background
) -> Attribution:
    """The same, unsure where it or what it is listed after is about a part or a body that the table does not have.

    A part is spoken of until a semicolon or the whole, another body until the whole or, after a semicolon, an owner.
    """
    passage = attribution.passage
    text = passage.between
    if attribution.kind is Kind.SHARE:  # 占全县总数的: the whole is what it is a share of
        text = vocabulary.SHARE_AT_END.sub("", text)
    mentions = known.owners.mentions(text)
    is_narrowed, is_anothers = attribution.is_narrowed, _names_another(known, text)
    if sentence:
        is_whole = any(mention.owner == GRAND_TOTAL for mention in mentions)
        is_narrowed = is_narrowed or (sentence[-1].is_narrowed and not is_whole and not passage.starts_part)
        is_new = is_whole or (passage.starts_part and bool(mentions))
        is_anothers = is_anothers or (sentence[-1].is_anothers and not is_new)
        is_narrowed = is_narrowed or _is_among_unknown(known, passage, sentence)
    elif background.trail and not mentions:
        is_anothers = is_anothers or (background.trail[-1].is_anothers and bool(background.trail[-1].readings))
    readings = attribution.readings
    doubts = [*([Doubt.PART] if is_narrowed else []), *([Doubt.OTHER_BODY] if is_anothers else [])]
    readings = tuple(reading.doubted(*doubts) for reading in readings)
    return replace(attribution, readings=readings, is_narrowed=is_narrowed, is_anothers=is_anothers)


def _is_among_unknown(known: Knowledge, passage: Passage, sentence: Sequence[Attribution]) -> bool:
    """Whether all numbers before it in its part of the sentence are about something else, as then may be this."""
    start = passage.opening.rfind(";") + 1
    levels = [each for each in sentence if not each.passage.quantity.is_relative]
    before = [each for each in levels if len(each.passage.opening) > start]
    is_unnamed = not known.owners.mentions(passage.between)
    is_alone = bool(before) and not any(each.readings for each in before)
    return is_unnamed and not passage.starts_part and is_alone


def _names_another(known: Knowledge, text: str) -> bool:
    """Whether a text speaks of a body that is none of the table's owners."""
    if vocabulary.ONE_GOVERNMENT.search(text):
        return True
    unknown = less(blanked(text, known.owners.names(text)), known.lexicon.familiar)
    return vocabulary.ANOTHER_BODY.search(unknown) is not None
