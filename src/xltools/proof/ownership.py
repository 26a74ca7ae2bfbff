"""Whose figure a number is: the owner named beside it, else the one its sentence has been about."""

from __future__ import annotations

import re
from collections.abc import Sequence

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Knowledge
from xltools.proof.figures import TOGETHER
from xltools.proof.owners import UNKNOWN
from xltools.proof.passages import Passage, start_of
from xltools.proof.subjects import Match


def owners_of(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], source: Attribution | None, match: Match | None
) -> tuple[str, ...]:
    """Whose a number is, the likeliest first; ``source`` is the number it goes on from, ``match`` what it is about."""
    named = _named(known, passage, passage.before)
    if len(named) == 1:
        return named
    owners = named or _behind(known, passage) or _led(known, passage, carried) or _under(known, passage)
    return _as_whole(known, passage, owners or _carried(known, passage, carried, source, match))


def _named(known: Knowledge, passage: Passage, text: str) -> tuple[str, ...]:
    """Whose a text says that a number is: one owner where that is certain; () where it names none."""
    mentions = known.owners.mentions(text)
    if not mentions:
        return ()
    owner = known.owners.meant(text, mentions[-1], passage.under + passage.opening)
    units = known.owners.listed(text[mentions[-1].start : mentions[-1].end])
    if owner == UNKNOWN and units and _are_added_up(text[mentions[-1].end :], len(units)):
        owner = TOGETHER.join(units)
    is_beside = mentions[-1].end == len(text.rstrip()) or mentions[-1].start <= start_of(text)
    is_certain = (is_beside and text == passage.before) or owner == GRAND_TOTAL
    return (owner,) if is_certain else (owner, GRAND_TOTAL)


def _are_added_up(behind: str, count: int) -> bool:
    """Whether the words behind several units make one number their sum: 吉首市、泸溪县合计, 吉首市和泸溪县两家新收."""
    counted = vocabulary.SO_MANY_OWNERS.match(behind)
    is_each = any(word in behind for word in "各均都皆")
    so_many = counted is not None and vocabulary.COUNT[counted[1]] == count and not is_each
    return so_many or vocabulary.ADDED_UP.match(behind) is not None


def _led(known: Knowledge, passage: Passage, carried: Sequence[Attribution]) -> tuple[str, ...]:
    """Whose the clauses that lead to a number say that it is; surely so after a number of somebody else's: 州本级2名,
    县市的情况稍好,专职达40名."""
    owners = _named(known, passage, passage.lead)
    last = next((each.owner for each in reversed(carried) if each.is_subject), GRAND_TOTAL)
    is_contrast = bool(owners) and last in known.owners.all and last != owners[0]
    return owners[:1] if is_contrast and len(known.owners.mentions(passage.lead)) == 1 else owners


def _behind(known: Knowledge, passage: Passage) -> tuple[str, ...]:
    """Whose the words right behind a number say that it is: ``5件由吉首市受理``."""
    behind = known.owners.doer_behind(passage.after)
    if behind is None:  # 88件出在县市: not surely everybody's
        named = () if known.owners.mentions(passage.between) else known.owners.mentions(passage.after)
        return tuple(dict.fromkeys((GRAND_TOTAL, *(each.owner for each in named)))) if named else ()
    return (behind.owner,) if behind.start else (behind.owner, GRAND_TOTAL)


def _under(known: Knowledge, passage: Passage) -> tuple[str, ...]:
    """Whose a number is that names nobody, in a sentence that has named nobody: its under whose name that stands."""
    is_only = all(each.owner == passage.under for each in known.owners.mentions(passage.opening))
    return (passage.under,) if passage.under and is_only else ()


def _as_whole(known: Knowledge, passage: Passage, owners: tuple[str, ...]) -> tuple[str, ...]:
    """Those that may be the whole of what is named behind the number; only all together have a group as a part."""
    has_groups = not passage.parts.isdisjoint(known.owners.groups)
    not_wholes = passage.parts | known.owners.all if has_groups else passage.parts
    return tuple(owner for owner in owners if owner not in not_wholes) or (GRAND_TOTAL,)


def _carried(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], source: Attribution | None, match: Match | None
) -> tuple[str, ...]:
    """Whose a number is that names nobody."""
    if vocabulary.SO_MANY_OWNERS.match(passage.before):  # 四县公开230条: of whom, was not made out
        return (UNKNOWN,)
    topic = _topic(known, passage)
    if source is not None:
        return _with_the_whole(known, source, topic, passage, carried, match)
    last = next((a for a in reversed(carried) if a.is_subject), None)
    if last is None and not known.owners.mentions(passage.opening):
        return (GRAND_TOTAL, *passage.maybe)
    if last is None and topic is not None:
        return tuple(dict.fromkeys((topic, GRAND_TOTAL)))
    if last is None or last.owner == GRAND_TOTAL:
        return (GRAND_TOTAL,)
    if topic is not None or last.owner == UNKNOWN:
        return (topic or UNKNOWN, GRAND_TOTAL)
    if passage.starts_part and ("其中" in last.passage.between or _are_all_told(known, carried)):
        return (GRAND_TOTAL,)
    is_part = match is not None and any(
        known.lexicon.is_part(formula, whole)
        for formula in match.meaning.formulas
        for a in carried if a.is_subject and a.owner == last.owner
        for whole in a.readings[0].formulas
    )  # fmt: skip
    return (last.owner, GRAND_TOTAL) if is_part else (GRAND_TOTAL, last.owner)


def _are_all_told(known: Knowledge, carried: Sequence[Attribution]) -> bool:
    """Whether what was spoken of last was told group by group to the end: then all are spoken of again."""
    last = next((each for each in reversed(carried) if each.passage.parts), None)
    return last is not None and last.passage.parts >= set(known.owners.groups)


def _with_the_whole(
    known: Knowledge,
    source: Attribution,
    topic: str | None,
    passage: Passage,
    carried: Sequence[Attribution],
    match: Match | None,
) -> tuple[str, ...]:
    """The owners of the number gone on from; after a semicolon where no owner is named, or if both may be parts of what
    was named first, of the whole again too."""
    owners = source.readings[0].owners
    if topic is not None:
        return tuple(dict.fromkeys((topic, *owners)))
    part = passage.opening.rpartition(";")[2]
    if match is not None and _is_among_all(known, part, source):
        return tuple(dict.fromkeys((*owners, GRAND_TOTAL)))
    if part == passage.opening or known.owners.mentions(part):
        return owners
    first = next((each.owner for each in carried if each.is_subject), "")
    if first == GRAND_TOTAL and ("其中" in source.passage.between or _are_all_told(known, carried)):
        return (GRAND_TOTAL,)
    return tuple(dict.fromkeys((GRAND_TOTAL, *owners) if first == GRAND_TOTAL else (*owners, GRAND_TOTAL)))


_OF_ALL = re.compile(r"(?:的|总[量数])*约?\d+(?:\.\d+)?%的")
"""Behind the whole that a share is of: 柳坝区集中了全市45%的许可事项 is about 柳坝区."""


def _is_among_all(known: Knowledge, part: str, source: Attribution) -> bool:
    """Whether a sentence tells parts of everybody's, the last only by its owner: 公开的申请中,县区216件,自然人254件."""
    among = vocabulary.AMONG.search(part)
    says_more = among is None or known.owners.mentions(part[: among.start()])
    return not says_more and not known.owners.without(source.passage.before)


def _topic(known: Knowledge, passage: Passage) -> str | None:
    """The one owner that the sentence, or its part since a semicolon, begins with: all in it is that owner's."""
    part = passage.opening.rpartition(";")[2]
    mentions = [each for each in known.owners.mentions(part) if not _OF_ALL.match(part, each.end)]
    is_one = len({mention.owner for mention in mentions}) == 1
    return mentions[0].owner if is_one and mentions[0].start <= start_of(part) and "其中" not in part else None
