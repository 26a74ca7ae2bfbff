"""Words that point at units named before, 前者, 两县, 该县: a sentence with the units' names in their place."""

from __future__ import annotations

import re
from dataclasses import replace

from xltools.proof import vocabulary
from xltools.proof.attribution import Background, Knowledge
from xltools.proof.figures import TOGETHER
from xltools.proof.passages import Passage, Sentence, start_of


def with_names(known: Knowledge, sentence: Sentence, background: Background) -> Sentence:
    """A sentence with the names of the units that were listed for 前者, 后者 and 两县, or spoken of last for 该县."""
    pointing = (vocabulary.FORMER_OR_LATTER, vocabulary.SO_MANY_OWNERS, vocabulary.THAT_ONE)
    if not any(words.search(sentence.text) for words in pointing):
        return sentence
    passages = []
    for passage in sentence.passages:
        that = vocabulary.THAT_ONE.search(passage.before)
        unit = _spoken_of(known, passage, background, that[1]) if that else ""
        if that and unit:
            passage = _named_in(passage, that, unit)
        units = known.owners.last_listed(passage.opening) or background.listed
        which = vocabulary.FORMER_OR_LATTER.search(passage.before)
        counted = vocabulary.SO_MANY_OWNERS.search(passage.before)
        is_sum = vocabulary.THESE_TOGETHER.search(passage.before) or known.owners.mentions(passage.before)
        if which and len(units) == len("前后"):
            passage = _named_in(passage, which, units["前后".index(which[1])])
        elif counted and not is_sum:
            count = vocabulary.COUNT[counted[1]]
            told = _told_one_by_one(known, passage)[-count:]
            if len(units) == count:
                passage = _named_in(passage, counted, TOGETHER.join(units))
            elif len(told) == count:  # one by one, now together
                passage = _named_in(passage, counted, TOGETHER.join(told) + counted.group())
        passages.append(passage)
    return replace(sentence, passages=tuple(passages))


def _spoken_of(known: Knowledge, passage: Passage, background: Background, kind: str) -> str:
    """The last unit of a kind (县) that a clause before a number, or the number before, was about."""
    before = (each.owner for each in reversed(background.trail) if each.owner in known.figures.units)
    here = reversed(_told_one_by_one(known, passage))
    return next((owner for owner in (*here, *before) if owner.endswith(kind)), "")


def _told_one_by_one(known: Knowledge, passage: Passage) -> tuple[str, ...]:
    """The units that the clauses before a number in its sentence began with, the last one last."""
    found: dict[str, None] = {}
    for clause in _CLAUSES.split(passage.opening):
        first = next(iter(known.owners.mentions(clause)), None)
        if first is not None and first.start <= start_of(clause) and first.owner in known.figures.units:
            found.pop(first.owner, None)
            found[first.owner] = None
    return tuple(found)


def _named_in(passage: Passage, words: re.Match[str], names: str) -> Passage:
    return replace(passage, before=passage.before[: words.start()] + names + passage.before[words.end() :])


_CLAUSES = re.compile("[,;:、]")
