"""A number followed by its parts (``40人,其中,州本级2人,县市38人``) is the whole, whoever was spoken of before."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Knowledge
from xltools.proof.owners import UNKNOWN
from xltools.proof.passages import Passage
from xltools.proof.respectively import Shared
from xltools.proof.subjects import same_measure
from xltools.proof.understanding import rest_of


def with_parts(known: Knowledge, passages: Sequence[Passage], shared: Mapping[int, Shared]) -> list[Passage]:
    """The numbers of a sentence, each with the owners whose parts of it are named right behind it."""
    return [replace(passage, parts=_parts(known, passages, shared, at)) for at, passage in enumerate(passages)]


def _parts(
    known: Knowledge, passages: Sequence[Passage], shared: Mapping[int, Shared], at: int
) -> frozenset[str]:
    """Behind 其中 or in a bracket whoever is named; without either groups, all of them or of what is nobody's yet."""
    whole = passages[at]
    named: set[str] = set()
    is_among = False
    for place, part in enumerate(passages[at + 1 :], start=at + 1):
        inside = part.asides == (*whole.asides, at)
        if part.starts_part and not inside and not _GOES_ON.match(part.between):
            break
        if part.quantity.is_relative or not same_measure(part.quantity.measure, whole.quantity.measure):
            continue
        if not named and vocabulary.COMPARED.search(part.between):  # 734人,比上年增加7人;其中,州本级160人
            continue
        text = shared[place].before if place in shared and shared[place].before else part.between
        owners = {mention.owner for mention in known.owners.mentions(text)} - {GRAND_TOTAL, UNKNOWN}
        if len(owners) != 1 or rest_of(known, text + part.after, whole.between):
            break
        is_among = is_among or inside or "其中" in part.between
        named |= owners
    groups = named.intersection(known.owners.groups)
    is_nobodys = not known.owners.mentions(whole.opening.rpartition(";")[2])
    are_parts = is_among or (bool(groups) and (is_nobodys or groups == set(known.owners.groups)))
    return frozenset(named) if are_parts else frozenset()


_GOES_ON = re.compile(r"[;)\s]*其中")
"""Parts after a semicolon are still those of the whole before it."""
