"""What goes with the numbers just before: the sum of some of them, the rest of what they are parts of."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Doubt, Knowledge, Reading, Understood
from xltools.proof.figures import TOGETHER
from xltools.proof.passages import Passage
from xltools.proof.subjects import same_measure


def last_counted(
    known: Knowledge, carried: Sequence[Attribution], counted: re.Match[str]
) -> Iterator[Understood]:
    """The sum of as many numbers just before as words count (三县, 两项, 两者); between those of so many owners or
    items may stand others, of other subjects or as parts of them."""
    summed = _alike(carried)
    if "者" not in counted.group():
        are_owners = vocabulary.SO_MANY_OWNERS.match(counted.group()) is not None
        summed = [each for each in summed if _is_counted(each, summed[-1], are_owners=are_owners)]
    yield from _sum(known, summed, vocabulary.COUNT[counted[1]])


def last_together(known: Knowledge, carried: Sequence[Attribution], count: int) -> Iterator[Understood]:
    """The sum of so many numbers just before, of several subjects or of one subject of several owners, where nothing
    says how many are meant."""
    for understood in _sum(known, _alike(carried), count):
        yield replace(understood, reading=understood.reading.doubted(Doubt.LOOSE_WORDS))


def _alike(carried: Sequence[Attribution]) -> list[Attribution]:
    """The numbers before that can be added to the last one: in its measure."""
    subjects = [each for each in carried if each.is_subject]
    measures = [each.passage.quantity.measure for each in subjects]
    return [each for each, measure in zip(subjects, measures, strict=True) if same_measure(measure, measures[-1])]


def _sum(known: Knowledge, alike: Sequence[Attribution], count: int) -> Iterator[Understood]:
    summed = alike[-count:]
    if len(summed) < count:
        return
    formulas = [each.readings[0].formulas[0] for each in summed]
    owners = list(dict.fromkeys(each.owner for each in summed))
    are_others = len(owners) == count and known.owners.all.issuperset(owners)
    is_one_subject = len(set(formulas)) == 1 and are_others
    if len(owners) > 1 and not is_one_subject:
        return
    formula = formulas[0] if is_one_subject else "+".join(formulas)
    if formula.count("+") >= _LONGEST_SUM:  # sums of sums of sums
        return
    doubts = frozenset[Doubt]().union(*(each.doubts for each in summed))
    whose = (TOGETHER.join(owners),) if is_one_subject else summed[0].readings[0].owners
    yield Understood(Reading((formula,), whose, doubts), summed[0].said, ())


def others(known: Knowledge, passage: Passage, carried: Sequence[Attribution]) -> Iterator[Understood]:
    """其他 ends a list: it is the whole's part of that name; surely so if every other part was named."""
    subjects = [each for each in carried if each.is_subject]
    last = subjects[-1] if subjects else None
    if last is None or not same_measure(passage.quantity.measure, last.passage.quantity.measure):
        return
    if _IS_OTHERS.search(last.readings[0].formulas[0]):
        return
    owners, told = last.readings[0].owners, {each.readings[0].formulas[0] for each in subjects}
    for parts in known.figures.sums.values():
        if last.readings[0].formulas[0] not in parts:
            continue
        for other in (part for part in parts if _IS_OTHERS.search(part) and part not in told):
            left = [p for p in parts if p != other and p not in told and known.figures.figure(p, owners[0])]
            doubts = frozenset({Doubt.WEAK_WORDS, Doubt.LOOSE_WORDS} if left else ())
            yield Understood(Reading((other,), owners, doubts), f"{passage.before}{last.said}", ())


def last_said(known: Knowledge, carried: Sequence[Attribution]) -> str:
    """The words that say no more than what was last spoken of."""
    last = next((each for each in reversed(carried) if each.is_subject), None)
    return f"{last.said} {known.lexicon.other_words(last.readings[0].formulas)}" if last else ""


def _is_counted(each: Attribution, last: Attribution, *, are_owners: bool) -> bool:
    """Whether a number is one of those that end with the last: the same of other owners, else of the same owner."""
    is_same = each.readings[0].formulas[0] == last.readings[0].formulas[0]
    return is_same if are_owners else each.owner == last.owner


_LONGEST_SUM = 20
_IS_OTHERS = re.compile("其他(?:数|结果)?$")
