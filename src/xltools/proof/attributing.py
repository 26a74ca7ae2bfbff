"""Reading a sentence as a reader does: each number is given what it is about, carried along from number to number."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Background, Doubt, Kind, Knowledge, Reading, Understood
from xltools.proof.breakdowns import with_parts
from xltools.proof.columns import column_after
from xltools.proof.company import in_company
from xltools.proof.judging import confirmed
from xltools.proof.passages import Passage, Sentence, blanked, boundaries, is_heard, start_of
from xltools.proof.pointing import with_names
from xltools.proof.quantities import TIMES_AS_MUCH, UNCHANGED
from xltools.proof.respectively import Shared, shared_out
from xltools.proof.shares import wholes_of
from xltools.proof.subjects import same_measure
from xltools.proof.together import last_counted
from xltools.proof.understanding import levels, rest_of


def read(known: Knowledge, sentence: Sentence, background: Background) -> list[Attribution]:
    """Every number of a sentence, in its order."""
    shared = shared_out(sentence, lambda text: known.owners.last_listed(text) or background.listed)
    sentence = with_names(known, sentence, background)
    trail: list[Attribution] = []
    for at, spoken in enumerate(with_parts(known, sentence.passages, shared)):
        under = _owner_over(known, spoken.opening, background)
        passage = replace(spoken, under=under, maybe=_groups_meant(known, [*background.trail, *trail]))
        whole = _whole_in_brackets(known, passage, trail)
        if whole is not None:
            attribution = _attribute(known, passage, None, [whole], trail, Background())
        else:
            heard = [each for each in trail if is_heard(each.passage, passage)]
            carried = list(background.trail) if passage.starts_sentence and continues(known, passage) else heard
            if _goes_on(known, passage, heard, background):
                carried = [*background.trail, *heard]
            carried = [*carried[:1], *carried[1:][-_CARRIED:]]
            attribution = _attribute(known, passage, shared.get(at), carried, trail, background)
        trail.append(confirmed(in_company(known, attribution, trail, background), known.figures))
    return trail


_CARRIED, _REMEMBERED = 24, 40
"""Numbers of the sentence so far that one may go on from, besides its first; numbers of the sentences before that a
reader still has in mind."""


def _goes_on(
    known: Knowledge, passage: Passage, heard: Sequence[Attribution], background: Background
) -> bool:
    """Whether a sentence that has said nothing of its own goes on with what was spoken of last, now unit by unit:
    收费集中在两家:市自然资源局2315.6万元."""
    last = next((each for each in reversed(background.trail) if each.is_subject), None)
    if last is None or any(each.is_subject for each in heard) or not known.owners.mentions(passage.between):
        return False
    said = f"{last.said} {known.lexicon.other_words(last.readings[0].formulas)}"
    before = (text for each in heard for text in (each.passage.between, each.passage.after))
    return not rest_of(known, "".join([*before, passage.between]), said)


def _whole_in_brackets(known: Knowledge, passage: Passage, sentence: Sequence[Attribution]) -> Attribution | None:
    """The number that one in a bracket is a part of, as it says only whose it is: 24件(州本级2件,县市22件)."""
    if not passage.asides:
        return None
    whole = sentence[passage.asides[-1]]
    measures = whole.passage.quantity.measure, passage.quantity.measure
    says_whose = known.owners.mentions(passage.between) and not rest_of(known, passage.between + passage.after, "")
    return whole if says_whose and same_measure(*measures) else None


def followed(
    known: Knowledge, background: Background, heading: str, sentence: Sentence, attributions: Sequence[Attribution]
) -> Background:
    """What the sentence after may take for granted."""
    trail = tuple(attributions) or background.trail
    if attributions and continues(known, attributions[0].passage):
        trail = (*background.trail, *attributions)
    earlier = (*background.earlier, *attributions)[-_REMEMBERED:]
    column, owner = column_after(known, sentence, background), _owner_over(known, sentence.text, background)
    listed = known.owners.last_listed(sentence.text) or background.listed
    return Background(heading, owner, trail[-_REMEMBERED:], earlier, column, listed)


def _groups_meant(known: Knowledge, before: Sequence[Attribution]) -> tuple[str, ...]:
    """The groups that a number may be of which names nobody: any, as long as those just before were nobody else's."""
    agreed = {each.agreed for each in before} - {""}
    return tuple(group for group in known.owners.groups if agreed <= {group})


def _owner_over(known: Knowledge, text: str, background: Background) -> str:
    """The owner under whose name the end of a text stands, until another's begins or all are spoken of."""
    owner = background.owner
    for part in text.split(";"):
        first = next(iter(known.owners.mentions(part)), None)
        is_beginning = first is not None and first.start <= start_of(part)
        if first is not None and is_beginning and known.owners.meant(part, first, owner) == GRAND_TOTAL:
            owner = ""
        owner = known.owners.titled(part) or owner
    return owner


def _attribute(
    known: Knowledge,
    passage: Passage,
    shared: Shared | None,
    carried: Sequence[Attribution],
    sentence: Sequence[Attribution],
    background: Background,
) -> Attribution:
    if shared and shared.index is not None:
        carried = [sentence[shared.index]]
        passage = replace(passage, before=shared.verb, lead="")
    elif shared and shared.back:
        listed = [each for each in background.trail if each.is_subject]
        openers = [each for each in listed if each.passage.starts_part]
        listed = openers if len(openers) == shared.counted else listed
        if len(listed) < shared.back or (shared.counted == len("前后") != len(openers)):
            return Attribution(passage, Kind.LEVEL, (), reason=_UNKNOWN)
        carried = listed[-shared.back :][:1]
        whose = "" if known.owners.mentions(shared.before) else "".join(each.owner for each in carried)
        passage = replace(passage, before=shared.before + whose.removeprefix(GRAND_TOTAL), lead="")
    elif shared:
        passage = replace(passage, before=_with_what_all_share(known, shared), lead="")
        is_relative = passage.quantity.is_relative  # in no measure of its own, it is understood by what all share
        leads = [*([] if is_relative else [shared.rest]), shared.common, shared.topic]
        leads += [known.owners.without(each.said) for each in reversed(background.earlier) if not is_relative]
        for lead in leads:  # 许可、处罚分别为, after 行政许可决定: short for what was said before
            if lead and not any(levels(known, passage, carried, background)):
                passage = replace(passage, lead=lead)
    passage = _exactly(passage, sentence)
    if passage.quantity.measure == TIMES_AS_MUCH:
        return Attribution(passage, Kind.CHANGE, (), reason="说的是倍数,没有核对")
    change = vocabulary.CHANGE_AT_END.search(passage.before)
    if change and _is_between_owners(known, passage.before[: change.start()]):
        return Attribution(passage, Kind.CHANGE, (), reason="说的是两个单位相差多少,没有核对")
    is_percentage, base = passage.quantity.is_percentage, _base(known, passage)
    is_aside = bool(passage.asides) and passage.between == "("
    if is_percentage and (is_aside or vocabulary.SHARE_AT_END.search(passage.before)):
        return _share(known, passage, carried, sentence or carried, background)
    if passage.quantity.measure == UNCHANGED:
        return _change(known, passage, carried, background, is_up=True)
    if change and (is_percentage or vocabulary.COMPARED.search(passage.between) or _follows_base(carried)):
        return _change(known, passage, carried, background, is_up=change["down"] is None)
    if base is not None:
        return _compared_with(known, replace(passage, before=passage.before[: base.start()]), carried, background)
    return _level(known, passage, carried, background)


def _with_what_all_share(known: Knowledge, shared: Shared) -> str:
    """A list's member that is but an owner, with what the last one says of all: 州本级、县市网站; of 吉首市微博、微信
    the first says itself what it is about."""
    member = known.owners.without(shared.before.removesuffix(shared.verb))
    says_itself = member == shared.before or known.lexicon.speaks(member)
    return shared.before + ("" if says_itself else known.owners.without(shared.rest))


def _exactly(passage: Passage, sentence: Sequence[Attribution]) -> Passage:
    """A number in a bracket that goes with rough words, in their place: 超过半数(56.9%)设在州级机关."""
    words = vocabulary.ROUGHLY.search(passage.lead) if not passage.before else None
    if words is None and not (passage.between == "(" and sentence and sentence[-1].passage.quantity.is_percentage):
        return passage
    tail = vocabulary.TAIL.match(passage.following)
    said, head, of = (tail["said"] if tail else ""), (words["head"] if words else ""), (words["of"] if words else "")
    lead = passage.lead[: words.start()] if words else ""
    if passage.quantity.is_percentage:
        return replace(passage, lead=lead, before=f"{head}{said}占{of or ''}", after="")
    return replace(passage, lead=lead, before=head, after=said)


def _is_between_owners(known: Knowledge, text: str) -> bool:
    """Whether a difference is that from another owner: 龙山县比古丈县多21897条."""
    whom = _COMPARED_WITH.search(text)
    return whom is not None and bool(known.owners.mentions(whom[1]))


_COMPARED_WITH = re.compile("(?<!占)[较比]([^,;较比]*)$")


def _base(known: Knowledge, passage: Passage) -> re.Match[str] | None:
    """The words right before a number that make it last year's of what is spoken of: 比上年的, 由2016年的."""
    found = vocabulary.BASE_AT_END.search(passage.before)
    if found is None and vocabulary.CHANGED_TO.match(passage.following):
        found = vocabulary.FROM.search(passage.before)
        return None if found and found["when"] else found
    year = found and (found["year"] or found["stated"])
    return found if not year or int(year) == known.period - 1 else None


def _follows_base(carried: Sequence[Attribution]) -> bool:
    """Whether last year's number was just spoken of: a difference then is that from it."""
    last = [each for each in carried if each.is_subject][-2:]
    return any(each.readings[0].previous for each in last)


def _compared_with(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], background: Background
) -> Attribution:
    """Last year's number, of its own words' subject or of the number's before."""
    subjects = _any_measure(known, replace(passage, after=""), carried, background)
    readings = tuple(replace(reading, previous=True) for reading in subjects)
    return Attribution(passage, Kind.LEVEL, readings, passage.before, reason="" if subjects else _UNKNOWN)


def _level(known: Knowledge, passage: Passage, carried: Sequence[Attribution], background: Background) -> Attribution:
    found = list(levels(known, passage, carried, background))
    clause = blanked(passage.between, found[0].words if found else ())
    unnamed = _INTRODUCED.sub("", blanked(clause, known.owners.names(clause)).lstrip(" ,"))
    if known.owners.doer_behind(passage.after):  # 其余5件由吉首市受理: the rest is that one's
        unnamed = vocabulary.LEFT_OVER.sub("", unnamed)
    is_narrowed = (
        vocabulary.ELSEWHERE.search(passage.between) is not None
        or vocabulary.SOME_OF_THEM.search(_CLAUSES.split(passage.opening)[-1]) is not None
        or vocabulary.NARROWED.search(vocabulary.OF_WHAT_IS_KNOWN.sub("", unnamed)) is not None
        or vocabulary.NARROWED_HERE.search(_own_narrowing(passage, found)) is not None
        or (_is_of_many(known, found) and vocabulary.ONE_OF_MANY.search(passage.between) is not None)
        or (bool(found) and _is_some_of(known, passage, found[0].reading, carried))
    )
    year = _year(known, passage, clause)
    if reason := _left_alone(known, passage, found, year):
        is_narrowed = is_narrowed or reason == _EXCLUDING
        return Attribution(passage, Kind.LEVEL, (), reason=reason, is_narrowed=is_narrowed)
    other_time = _other_time(passage)
    doubts = [
        *([Doubt.PART] if vocabulary.BROADER.match(passage.following) else []),
        *([Doubt.OTHER_TIME] if other_time else []),
        *([Doubt.NO_MEASURE] if passage.quantity.measure == "" and not _states(passage) else []),
    ]
    readings = [each.reading.doubted(*doubts) for each in found]
    if year != known.period:
        readings = [replace(reading, previous=True) for reading in readings]
    sure = next((each for each in readings if each.sure), readings[0])
    distinct = tuple(dict.fromkeys(_as_surely_said(each, sure) for each in readings))
    said = found[0].said
    each = known.owners.listed(passage.between) if vocabulary.EACH.search(passage.before) else ()
    return Attribution(passage, Kind.LEVEL, distinct, said, reason=other_time, is_narrowed=is_narrowed, each=each)


def _as_surely_said(reading: Reading, sure: Reading) -> Reading:
    """A reading without those of its formulas that what was said for sure rules out: 新收166件,自然人137件."""
    is_ruled_out = sure.sure and set(sure.formulas) < set(reading.formulas)
    return replace(reading, formulas=sure.formulas) if is_ruled_out else reading


def _own_narrowing(passage: Passage, found: Sequence[Understood]) -> str:
    """A number's own clause without what is narrowed down to its very subject: 针对社会热点回应147次."""
    return vocabulary.OF_ITS_OWN.sub("", blanked(passage.before, found[0].words if found else ()))


def _is_of_many(known: Knowledge, found: Sequence[Understood]) -> bool:
    """Whether a number would be that of several units."""
    owner = found[0].reading.owners[0] if found else GRAND_TOTAL
    return bool(known.owners.groups) and owner in (GRAND_TOTAL, *known.owners.groups)


def _is_some_of(known: Knowledge, passage: Passage, reading: Reading, carried: Sequence[Attribution]) -> bool:
    """Whether a number after 其中 would be the very one it is counted among: then it is about some part of it."""
    if "其中" not in passage.between:
        return False
    whole = next((each.readings[0] for each in reversed(carried) if each.is_subject), None)
    return whole is not None and (whole.formulas, whole.owners[0]) == (reading.formulas, reading.owners[0])


def _left_alone(known: Knowledge, passage: Passage, found: Sequence[Understood], year: int) -> str:
    if not found:
        return _UNKNOWN
    if _is_of_the_rest(known, passage):
        return _EXCLUDING
    if year not in (known.period, known.period - 1):
        return f"说的是 {year} 年"
    own = blanked(_own_clause(known, passage), found[0].words)
    is_ranked = vocabulary.RANKED.search(own) and not found[0].words and not known.owners.mentions(own)
    is_before = vocabulary.CHANGED_TO.match(passage.following) and vocabulary.FROM.search(passage.before)
    is_no_level = is_ranked or is_before or vocabulary.NOT_A_LEVEL.search(own)
    is_no_level = is_no_level or vocabulary.CRITERION.match(passage.following)
    if is_no_level or vocabulary.INTENDED.search(passage.opening):
        return "说的是计划、增减、平均或历年的数"
    return ""


def _is_of_the_rest(known: Knowledge, passage: Passage) -> bool:
    """Whether a number is said to leave out some of what the table counts: 除吉首市外,各县市…; …(不含乡镇)."""
    aside = _ASIDE.match(passage.following)
    for found in vocabulary.EXCLUDING.finditer(passage.between + (aside.group() if aside else "")):
        out = found["but"] or found["less"] or found["bar"]
        groups = set(known.owners.groups)
        owners = {each.owner for each in known.owners.mentions(out)}
        whose = {each.owner for each in known.owners.mentions(passage.between)[-1:]}
        are_others = owners < groups and whose < groups and owners.isdisjoint(whose)
        if (owners and not are_others) or vocabulary.BODIES.search(known.owners.without(out)):
            return True
    return False


def _own_clause(known: Knowledge, passage: Passage) -> str:
    """The clause a number stands in; one that says nothing by itself (``达``) goes with the one before."""
    ends = boundaries(passage.lead)
    if not ends or rest_of(known, passage.before, ""):
        return passage.before
    return passage.lead[ends[-2] + 1 if len(ends) > 1 else 0 :] + passage.before


def _share(
    known: Knowledge,
    passage: Passage,
    carried: Sequence[Attribution],
    sentence: Sequence[Attribution],
    background: Background,
) -> Attribution:
    before = vocabulary.SHARE_AT_END.sub("", passage.before)
    counted = vocabulary.SO_MANY_OWNERS.search(before) or vocabulary.SO_MANY_ITEMS.search(before)
    if counted and not known.owners.mentions(before):  # 三县占全州的39.9%: is that of the last three together
        together = last_counted(known, carried, counted)
        parts = [each.reading for each in together]
    else:
        parts = _any_measure(known, replace(passage, before=before, after=""), carried, background)
    if not parts:  # 2315.6万元,主要为登记费,占56.5%
        lead = vocabulary.EXPLAINING.sub("", passage.lead)
        bare = replace(passage, lead=lead, before=before, after="")
        parts = _any_measure(known, bare, carried, background) if lead != passage.lead else []
    if not parts:
        return Attribution(passage, Kind.SHARE, (), reason="没有认出是谁占的比例")
    return Attribution(passage, Kind.SHARE, tuple(parts), before, wholes=wholes_of(known, passage, parts, sentence))


def _change(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], background: Background, *, is_up: bool
) -> Attribution:
    compared = vocabulary.COMPARED.search(passage.before)
    before = passage.before[: compared.start()] if compared else vocabulary.CHANGE_AT_END.sub("", passage.before)
    clause = replace(passage, before=before, after="")
    last = next((a for a in reversed(carried) if a.is_subject), None)
    if last is not None and not clause.between.strip(" ,("):
        subjects = list(last.readings)
    else:
        subjects = _any_measure(known, clause, carried, background)
    reason = "" if subjects else "没有认出是什么的增减"
    return Attribution(passage, Kind.CHANGE, tuple(subjects), sign=1 if is_up else -1, reason=reason)


def _any_measure(
    known: Knowledge, passage: Passage, carried: Sequence[Attribution], background: Background
) -> list[Reading]:
    """The subject of a percentage or a difference: its own words', else the number's before."""
    found: list[Reading] = []
    last = next((a for a in reversed(carried) if a.is_subject), None)
    says_nothing = last is not None and not rest_of(known, passage.between + passage.after, "")
    measures = list(dict.fromkeys(m for meaning in known.lexicon.meanings for m in meaning.measures if m != "%"))
    if not passage.quantity.is_relative:
        measures = [passage.quantity.measure]
    elif last is not None and says_nothing:
        measures = [m for m in measures if same_measure(last.passage.quantity.measure, m)]
    for measure in measures:
        level = replace(passage, quantity=replace(passage.quantity, measure=measure))
        found += [each.reading for each in levels(known, level, carried, background) if each.reading not in found]
    found.sort(key=lambda reading: not reading.sure)
    if not found and last is not None and not rest_of(known, passage.between, last.said):
        return list(last.readings)
    return found


def continues(known: Knowledge, passage: Passage) -> bool:
    """Whether a sentence goes on with what the one before was about: 其中…, 州本级…."""
    text = _INTRODUCED.sub("", vocabulary.NUMBERING.sub("", passage.opening.strip()))
    first = next(iter(known.owners.mentions(text)), None)
    is_among = text.startswith("其中") or vocabulary.THESE_TOGETHER.match(text) is not None
    return is_among or (first is not None and first.start == 0 and first.owner != GRAND_TOTAL)


_UNKNOWN = "没有认出说的是哪个指标"
_EXCLUDING = "说的是除去一部分以后的数,汇总表里没有"
_CLAUSES = re.compile("[,;:]")
_ASIDE = re.compile(r"\s*\([^()]*\)")
_INTRODUCED = re.compile(f"^(?:{vocabulary.INTRODUCING})")


def _year(known: Knowledge, passage: Passage, clause: str) -> int:
    years = vocabulary.A_YEAR.findall(passage.opening)
    if _is_of_last_year(known, passage, clause) and not vocabulary.COMPARED.search(clause):
        return known.period - 1
    return int(years[-1]) if years else known.period


def _is_of_last_year(known: Knowledge, passage: Passage, clause: str) -> bool:
    """Whether 上年 stands in the number's own clause, or begins one that leads to it: 针对上年的问题 does not."""
    text = vocabulary.LAST_YEAR.search(clause)
    if text is None or vocabulary.LAST_YEAR.search(_own_clause(known, passage)):
        return text is not None
    starts = (0, *(at + 1 for at in boundaries(clause)))
    return any(vocabulary.LAST_YEAR.match(clause, at + start_of(clause[at:])) for at in starts)


def _other_time(passage: Passage) -> str:
    """Why a number is not that of one whole year, "" where it is."""
    if vocabulary.SEVERAL_YEARS.search(passage.opening):
        return "说的是几年的数,与表中的数也不相等,不作判断"
    opening = vocabulary.WHOLE_YEAR_AGAIN.sub("", passage.opening)
    if vocabulary.PART_OF_YEAR.search(vocabulary.WHOLE_YEAR.sub("", opening)):
        return "说的是一年中的一段时间,与表中的数也不相等,不作判断"
    return ""


def _states(passage: Passage) -> bool:
    """Whether a bare number is said to be the amount: 数为15, 收到申请数:15, 为零."""
    return passage.quantity.value == 0 or passage.between.rstrip(": ").endswith(
        ("数为", "量为", "数", "数量", "总数", "合计", "共计", "共")
    )
