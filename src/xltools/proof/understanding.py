"""How a number may be understood: by the words of its clause, by what leads to it, or as carried along."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Background, Column, Doubt, Kind, Knowledge, Reading, Understood
from xltools.proof.columns import column_of, in_column
from xltools.proof.ownership import owners_of
from xltools.proof.passages import Passage, blanked, boundaries, less
from xltools.proof.respectively import listed
from xltools.proof.subjects import Match, same_measure
from xltools.proof.together import last_counted, last_said, last_together, others


def levels(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], background: Background
) -> Iterator[Understood]:
    """How a number may be understood: by its clause alone, with what leads to it, as carried along."""
    measure = passage.quantity.measure
    together = list(_added_up(known, passage, carried, background))
    yield from together
    is_first = not together and not vocabulary.THESE_TOGETHER.search(passage.before)
    column = column_of(known, passage, background)
    formulas: set[str] = set()
    for own in _clauses(known, passage, background):
        for context, source, distance in _contexts(known, passage, carried, background):
            is_rest = own != passage.before and passage.before.endswith("等" + own)
            around = own if is_rest else passage.between
            matches = known.lexicon.matches(own, context, measure, around)
            if formulas and context and context == background.heading:
                matches = tuple(match for match in matches if _is_part_of_any(known, match, formulas))
            narrower = _in_column(known, own, context, measure, around, column)
            if narrower and column and column.is_certain:
                matches = ()
            for match in (*narrower, *matches):
                owners = owners_of(known, passage, carried, source, match)
                doubts = set(distance)
                if not is_first or (narrower and match not in narrower):
                    doubts.add(Doubt.BETTER_READING)
                if match.meaning.weak:
                    doubts.add(Doubt.WEAK_WORDS)
                    if len(match.said) == 1 and vocabulary.VERBS.issuperset(match.said):
                        doubts.add(Doubt.LOOSE_WORDS)
                is_remote = bool(context) and source is None and context != passage.lead
                is_loose = bool(context) and (is_remote or vocabulary.VERBS.issuperset(match.said))
                if is_loose and rest_of(known, blanked(own, match.said), context):
                    doubts.add(Doubt.OTHER_WORDS)
                if _is_strange(known, own):
                    doubts.add(Doubt.OTHER_WORDS)
                if _is_of_what_it_is_not(known, match, passage, carried):
                    doubts.add(Doubt.PART)
                reading = Reading(match.meaning.formulas, owners, frozenset(doubts))
                passed_on = "" if Doubt.OTHER_WORDS in distance else context
                said = own + passed_on + (f",{column.word}" if column and match in narrower else "")
                yield Understood(reading, said, match.said)
                formulas |= set(match.meaning.formulas)
            is_first = is_first and all(match.meaning.weak for match in (*narrower, *matches))
    if vocabulary.THE_OTHERS.fullmatch(passage.before):
        yield from others(known, passage, carried)
        return
    yield from _inherited(known, passage, carried, is_first=is_first)
    if vocabulary.ADDED_UP.search(passage.before) and not rest_of(known, passage.before, ""):
        for count in range(2, len(carried) + 1):
            yield from last_together(known, carried, count)
    if passage.starts_sentence and known.owners.mentions(passage.before):
        yield from _inherited(known, passage, background.trail, is_first=False)


def _in_column(
    known: Knowledge, own: str, context: str, measure: str, around: str, column: Column | None
) -> tuple[Match, ...]:
    """What a clause means in the column that is spoken of."""
    if column is None or known.lexicon.columns_in(own):
        return ()
    return tuple(in_column(column, known.lexicon.matches(f"{own},{column.word}", context, measure, around)))


def _added_up(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], background: Background
) -> Iterator[Understood]:
    """Several subjects that one number is the sum of: ``维持和纠错合计80件``, ``维持56件、纠错24件,两项合计80件``."""
    counted = vocabulary.THESE_TOGETHER.search(passage.before)
    if counted and not rest_of(known, passage.before[counted.end() :], last_said(known, carried)):
        yield from last_counted(known, carried, counted)
    found = vocabulary.ADDED_UP.search(passage.before)
    head = known.owners.without(passage.before[: found.start()]) if found else ""
    members = listed(head)
    if len(members) < 2:
        return
    for context, _, distance in _contexts(known, passage, carried, background):
        matches = [known.lexicon.matches(member, head + context, passage.quantity.measure) for member in members]
        meant = [{match.meaning.formulas[0] for match in each} for each in matches]
        if all(len(each) == 1 for each in meant) and len({min(each) for each in meant}) > 1:
            is_weak = any(match.meaning.weak for each in matches for match in each[:1])
            doubts = distance.union([Doubt.WEAK_WORDS] if is_weak else ())
            formula = "+".join(each[0].meaning.formulas[0] for each in matches)
            reading = Reading((formula,), owners_of(known, passage, carried, None, None), doubts)
            yield Understood(reading, passage.before + context, tuple(w for each in matches for w in each[0].said))
            return


def _is_of_what_it_is_not(
    known: Knowledge, match: Match, passage: Passage, carried: Sequence[Attribution]
) -> bool:
    """Whether the sentence has before been about what a whole excludes, and said nothing of it that the table has:
    微博86个,累计发布信息3.6万条."""
    start = passage.opening.rfind(";") + 1
    excluded = known.lexicon.excluded_parts(match.meaning)
    if not excluded:
        return False
    mine = [each.passage for each in carried if each.passage.sentence == passage.sentence and not each.is_sure]
    before = [each for each in mine if len(each.opening) > start]
    part = "".join([*(each.between + each.after for each in before), passage.between])
    mentions = known.owners.mentions(passage.between)
    is_whole = any(mention.owner == GRAND_TOTAL for mention in mentions)
    return not is_whole and any(word in part for word in excluded)


def _is_part_of_any(known: Knowledge, match: Match, formulas: set[str]) -> bool:
    return any(known.lexicon.is_part(part, whole) for part in match.meaning.formulas for whole in formulas)


def _is_strange(known: Knowledge, clause: str) -> bool:
    """Whether a clause says something that neither the form nor its phrases nor usual words account for."""
    text = vocabulary.DOING_AS_WELL.sub("", known.owners.without(clause))
    text = vocabulary.A_YEAR.sub("", less(text, known.lexicon.familiar))
    rest = [c for c in vocabulary.FILLERS.sub("", text) if c.isalnum() and not c.isdigit()]
    return len(rest) > 1


def _clauses(known: Knowledge, passage: Passage, background: Background) -> list[str]:
    """The number's own clause up to it and with what follows; one that says nothing goes with the one before, or
    with the line that it is an item under: 各县市公开信息如下: ● 龙山县:30412条."""
    clauses = [passage.before, passage.before + passage.after]
    says_nothing = not rest_of(known, passage.before + passage.after, "")
    if says_nothing and vocabulary.LEADING_IN.search(background.heading):
        clauses += [background.heading.rstrip(" :。") + "," + passage.lead + passage.before]
    if passage.lead and says_nothing:
        ends = boundaries(passage.lead)
        clauses += [passage.lead[ends[-2] + 1 :] + passage.before] if len(ends) > 1 else []
        clauses += [passage.lead + passage.before]
    clauses += [passage.before.rpartition("等")[2]]  # 报刊、专栏等渠道: examples, and what they are examples of
    return list(dict.fromkeys(clauses))


def _contexts(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], background: Background
) -> Iterator[tuple[str, Attribution | None, frozenset[Doubt]]]:
    """What a clause may be read after, the number that it belongs to, and what doubts that leaves."""
    yield "", None, frozenset()
    if passage.lead:
        yield passage.lead, None, frozenset()
    for attribution in reversed(carried):
        if attribution.is_subject:
            yield attribution.said, attribution, attribution.doubts
        elif not passage.starts_part:
            yield attribution.passage.between, None, frozenset({Doubt.CARRIED_FAR})
    if background.heading:
        yield background.heading, None, frozenset()
    if passage.starts_sentence and not carried:
        is_other = bool(known.lexicon.columns_in(passage.before))  # another column: the row need not be the same
        yield from (
            (a.said, None, a.doubts | ({Doubt.CARRIED_FAR} if is_other and known.lexicon.columns_in(a.said) else set()))
            for a in reversed(background.trail[-1:])
            if a.is_subject
        )
    if not any(attribution.is_sure for attribution in carried):
        far = frozenset({Doubt.CARRIED_FAR})
        yield from ((a.said, None, far | a.doubts) for a in reversed(background.earlier) if a.is_subject)


def _inherited(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], *, is_first: bool
) -> Iterator[Understood]:
    """A clause that names an owner only (``县市2013条``) is about what was last spoken of."""
    measure = passage.quantity.measure
    clause = passage.between.rpartition("其中")[2]
    opener = _opener(carried, measure) if passage.starts_part else None
    nothing_better = is_first
    is_seen_anew = passage.starts_sentence and vocabulary.SEEN_AS.match(passage.opening.lstrip()) is not None
    told = {each.readings[0].formulas for each in carried if each.is_subject}
    for attribution in reversed(carried):
        is_share_before = attribution is carried[-1] and attribution.kind is Kind.SHARE and attribution.readings
        is_like = attribution.is_subject and same_measure(measure, attribution.passage.quantity.measure)
        if not is_like and not is_share_before:
            continue
        known_words = f"{attribution.said} {known.lexicon.other_words(attribution.readings[0].formulas)}"
        if rest_of(known, passage.before + passage.after, known_words):
            continue
        doubts = set()
        if not nothing_better:
            doubts.add(Doubt.BETTER_READING)
        elif not is_like or not (is_first or attribution is opener):
            doubts.add(Doubt.CARRIED_FAR)
        if rest_of(known, clause, known_words):
            doubts.add(Doubt.OTHER_WORDS)
        if is_seen_anew and len(told) > 1:  # 维持59件,纠正26件。从被申请人看,东湾区38件: of which, is not said
            doubts.add(Doubt.CARRIED_FAR)
        is_first = is_first and not is_like  # a share between does not part a number from what it goes on from
        owners = owners_of(known, passage, carried, attribution, None)
        is_joined = passage.opening.rstrip().endswith(tuple(vocabulary.JOINING))
        if is_joined and not clause.strip(" " + vocabulary.JOINING):  # 530人次、2625人次: of whom, was said before
            owners = tuple(dict.fromkeys((*owners, GRAND_TOTAL, *known.owners.groups)))
            doubts.add(Doubt.LOOSE_WORDS)
        if vocabulary.ADDED_UP.search(passage.before):
            yield from _whole_of(known, attribution, owners)
            doubts.add(Doubt.LOOSE_WORDS)
        for reading in attribution.readings:
            inherited = replace(reading, owners=owners, previous=False).doubted(*doubts)
            yield Understood(inherited, attribution.said, ())
        is_same = attribution.is_sure and attribution.passage.quantity.measure == measure
        if not doubts and is_same and not passage.starts_part:
            return  # 纠错24件,州本级2件,县市50件: not the 50 that were spoken of before


def _opener(carried: Sequence[Attribution], measure: str) -> Attribution | None:
    """What the last sentence, or part of one, began with: after a stop one may go on with that as well."""
    return next(
        (
            each
            for each in reversed(carried)
            if each.is_subject and each.passage.starts_part and "其中" not in each.passage.between
            and same_measure(measure, each.passage.quantity.measure)
        ),
        None,
    )  # fmt: skip


def _whole_of(known: Knowledge, attribution: Attribution, owners: tuple[str, ...]) -> Iterator[Understood]:
    """合计 after parts: what they are parts of."""
    for formula in attribution.readings[0].formulas:
        for whole in known.lexicon.wholes(formula):
            yield Understood(Reading((whole,), owners, frozenset({Doubt.LOOSE_WORDS})), attribution.said, ())


_SIGNS = re.compile(f"[{re.escape(vocabulary.CLAUSE_ENDS)}]")


def rest_of(known: Knowledge, text: str, said: str) -> str:
    """What a clause says besides owners, filling words and what was said before."""
    text = less(known.owners.without(text), _SIGNS.sub("\n", said))
    text = vocabulary.FILLERS.sub("", text)
    return "".join(character for character in text if character.isalnum() and not character.isdigit())
