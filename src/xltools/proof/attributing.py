"""Reading a sentence as a reader does: each number is given what it is about, carried along from number to number."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.owners import Owners
from xltools.proof.passages import Passage, Sentence, boundaries
from xltools.proof.respectively import Shared, shared_out
from xltools.proof.subjects import Lexicon, Match, same_measure


class Kind(StrEnum):
    """What a number says of its subject: how much there is, what share of its whole, how much it changed."""

    LEVEL = "level"
    SHARE = "share"
    CHANGE = "change"


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a number: it is one of ``formulas`` for the first of ``owners``.

    The other owners may confirm it too; only a ``sure`` reading can contradict it.
    """

    formulas: tuple[str, ...]
    owners: tuple[str, ...]
    sure: bool
    previous: bool = False


@dataclass(frozen=True, slots=True)
class Attribution:
    """A number and its readings, the likeliest first; without any, ``reason`` says why it is left alone.

    ``said``: the words that made out the subject, for the numbers that follow. ``wholes``: of a share, what it may be
    a share of. ``sign``: of a change, 1 up, -1 down. ``is_narrowed``: it is about a part that the table does not have,
    as then are those listed after it.
    """

    passage: Passage
    kind: Kind
    readings: tuple[Reading, ...]
    said: str = ""
    wholes: tuple[Reading, ...] = ()
    sign: int = 0
    reason: str = ""
    is_narrowed: bool = False

    @property
    def owner(self) -> str:
        return self.readings[0].owners[0] if self.readings else ""

    @property
    def is_sure(self) -> bool:
        return any(reading.sure for reading in self.readings)

    @property
    def is_subject(self) -> bool:
        """Whether the numbers that follow may be about the same."""
        return bool(self.readings) and self.kind is Kind.LEVEL


@dataclass(frozen=True, slots=True)
class _Understood:
    """A reading, the text it was read from, and the words of the clause that speak for it."""

    reading: Reading
    said: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Background:
    """What a sentence may take for granted: the heading it stands under, and the numbers of the sentence before."""

    heading: str = ""
    trail: tuple[Attribution, ...] = ()


class Reader:
    """Reads sentences with the words of one form and the owners of one total."""

    def __init__(self, lexicon: Lexicon, owners: Owners, period: str) -> None:
        self._lexicon = lexicon
        self._owners = owners
        self._period = int(period) if period.isdigit() else 0

    def read(self, sentence: Sentence, background: Background) -> list[Attribution]:
        """Every number of a sentence, in its order."""
        shared = shared_out(sentence)
        trail: list[Attribution] = []
        for at, passage in enumerate(sentence.passages):
            carried = trail
            if passage.starts_sentence and self._continues(passage):
                carried = list(background.trail)
            trail.append(self._attribute(passage, shared.get(at), carried, trail, background))
        return trail

    def _attribute(
        self,
        passage: Passage,
        shared: Shared | None,
        carried: Sequence[Attribution],
        sentence: Sequence[Attribution],
        background: Background,
    ) -> Attribution:
        if shared and shared.index is not None:
            carried = [sentence[shared.index]]
            passage = replace(passage, before=shared.verb, lead="")
        elif shared:
            before = shared.before
            if self._owners.mentions(before):
                before += self._owners.without(shared.rest)
            passage = replace(passage, before=before, lead="")
            if not any(self._levels(passage, carried, background)):
                passage = replace(passage, lead=shared.rest)
        change = vocabulary.CHANGE_AT_END.search(passage.before)
        compared = vocabulary.COMPARED.search(passage.between)
        if passage.quantity.is_percentage and vocabulary.SHARE_AT_END.search(passage.before):
            return self._share(passage, carried, sentence or carried, background)
        if change and (compared or passage.quantity.is_percentage):
            return self._change(passage, carried, background, change["down"] is None)
        return self._level(passage, carried, sentence, background)

    # --- how much there is ---

    def _level(
        self,
        passage: Passage,
        carried: Sequence[Attribution],
        sentence: Sequence[Attribution],
        background: Background,
    ) -> Attribution:
        found = list(self._levels(passage, carried, background))
        is_elsewhere = vocabulary.ELSEWHERE.search(passage.between) is not None
        if not found:
            reason = "没有认出说的是哪个指标"
            return Attribution(passage, Kind.LEVEL, (), reason=reason, is_narrowed=is_elsewhere)
        year = self._year(passage, _without(passage.between, found[0].words))
        if year not in (self._period, self._period - 1):
            return Attribution(passage, Kind.LEVEL, (), reason=f"说的是 {year} 年")
        clause = _without(passage.between, found[0].words)
        if vocabulary.NOT_A_LEVEL.search(clause):
            return Attribution(passage, Kind.LEVEL, (), reason="说的是计划、增减、平均或历年的数")
        narrowing = vocabulary.NARROWED.search(_without(clause, self._owners.names(clause)))
        is_narrowed = is_elsewhere or narrowing is not None
        is_sure = not (
            is_narrowed
            or vocabulary.BROADER.match(passage.following)
            or (self._owners.groups and vocabulary.ONE_OF_MANY.search(passage.between))
            or (sentence and sentence[-1].is_narrowed and not passage.starts_part)
            or self._is_part_of_year(passage)
            or (passage.quantity.measure == "" and not _states(passage))
        )
        readings = [
            replace(each.reading, sure=each.reading.sure and is_sure, previous=year != self._period) for each in found
        ]
        return Attribution(passage, Kind.LEVEL, tuple(readings), found[0].said, is_narrowed=is_narrowed)

    def _levels(
        self, passage: Passage, carried: Sequence[Attribution], background: Background
    ) -> Iterator[_Understood]:
        """How a number may be understood: by its clause alone, with what leads to it, as carried along."""
        measure = passage.quantity.measure
        sure = True
        formulas: set[str] = set()
        for own in self._clauses(passage):
            for context, source in self._contexts(passage, carried, background):
                is_rest = own != passage.before and passage.before.endswith("等" + own)
                around = own if is_rest else passage.between
                matches = self._lexicon.matches(own, context, measure, around)
                if formulas and context and context == background.heading:
                    matches = tuple(match for match in matches if self._is_part_of_any(match, formulas))
                for match in matches:
                    owners = self._owners_of(passage, carried, source, match)
                    is_sure = sure and not match.meaning.weak and (source is None or source.is_sure)
                    is_remote = bool(context) and source is None and context != passage.lead
                    if context and (is_remote or vocabulary.VERBS.issuperset(match.said)):
                        is_sure = is_sure and not self._rest(_without(own, match.said), context)
                    is_sure = is_sure and not self._is_strange(own)
                    reading = Reading(match.meaning.formulas, owners, is_sure)
                    yield _Understood(reading, own + context, match.said)
                    formulas |= set(match.meaning.formulas)
                sure = sure and not any(not match.meaning.weak for match in matches)
        yield from self._inherited(passage, carried, sure)
        if passage.starts_sentence and self._owners.mentions(passage.before):
            yield from self._inherited(passage, background.trail, False)

    def _is_part_of_any(self, match: Match, formulas: set[str]) -> bool:
        return any(self._lexicon.is_part(part, whole) for part in match.meaning.formulas for whole in formulas)

    def _is_strange(self, clause: str) -> bool:
        """Whether a clause says something that neither the form nor its phrases nor usual words account for."""
        text = _less(self._owners.without(clause), self._lexicon.familiar)
        text = vocabulary.A_YEAR.sub("", text)
        rest = [c for c in vocabulary.FILLERS.sub("", text) if c.isalnum() and not c.isdigit()]
        return len(rest) > 1

    def _clauses(self, passage: Passage) -> list[str]:
        """The number's own clause up to it and with what follows; one that says nothing goes with the one before."""
        clauses = [passage.before, passage.before + passage.after]
        if passage.lead and not self._rest(passage.before + passage.after, ""):
            ends = boundaries(passage.lead)
            clauses += [passage.lead[ends[-2] + 1 :] + passage.before] if len(ends) > 1 else []
            clauses += [passage.lead + passage.before]
        clauses += [passage.before.rpartition("等")[2]]  # 报刊、专栏等渠道: examples, and what they are examples of
        return list(dict.fromkeys(clauses))

    def _contexts(
        self, passage: Passage, carried: Sequence[Attribution], background: Background
    ) -> Iterator[tuple[str, Attribution | None]]:
        yield "", None
        if passage.lead:
            yield passage.lead, None
        for attribution in reversed(carried):
            if attribution.is_subject:
                yield attribution.said, attribution
        if background.heading:
            yield background.heading, None
        if passage.starts_sentence and not carried:
            yield from ((a.said, None) for a in reversed(background.trail[-1:]) if a.is_subject)

    def _inherited(self, passage: Passage, carried: Sequence[Attribution], sure: bool) -> Iterator[_Understood]:
        """A clause that names an owner only (``县市2013条``) is about what was last spoken of."""
        measure = passage.quantity.measure
        clause = passage.between.rpartition("其中")[2]
        for attribution in reversed(carried):
            if not attribution.is_subject or not same_measure(measure, attribution.passage.quantity.measure):
                continue
            if self._rest(passage.before + passage.after, attribution.said):
                continue
            sure = sure and not self._rest(clause, attribution.said)
            owners = self._owners_of(passage, carried, attribution, None)
            if not clause.strip(" " + vocabulary.JOINING):  # 530人次、2625人次: of whom each is, was said before
                owners, sure = tuple(dict.fromkeys((*owners, GRAND_TOTAL, *self._owners.groups))), False
            if vocabulary.ADDED_UP.search(passage.before):
                yield from self._whole_of(attribution, owners)
                sure = False
            for reading in attribution.readings:
                inherited = replace(reading, owners=owners, sure=sure and reading.sure, previous=False)
                yield _Understood(inherited, attribution.said, ())
            sure = False

    def _whole_of(self, attribution: Attribution, owners: tuple[str, ...]) -> Iterator[_Understood]:
        """合计 after parts: what they are parts of."""
        for formula in attribution.readings[0].formulas:
            for whole in self._lexicon.wholes(formula):
                yield _Understood(Reading((whole,), owners, sure=False), attribution.said, ())

    def _rest(self, text: str, said: str) -> str:
        """What a clause says besides owners, filling words and what was said before."""
        text = _less(self._owners.without(text), said)
        text = vocabulary.FILLERS.sub("", text)
        return "".join(character for character in text if character.isalnum() and not character.isdigit())

    # --- whose it is ---

    def _owners_of(
        self, passage: Passage, carried: Sequence[Attribution], source: Attribution | None, match: Match | None
    ) -> tuple[str, ...]:
        for text in (passage.before, passage.lead):
            mentions = self._owners.mentions(text)
            if mentions:
                owner = mentions[-1].owner
                is_beside = mentions[-1].end == len(text.rstrip()) or mentions[-1].start <= _start_of(text)
                is_certain = (is_beside and text == passage.before) or owner == GRAND_TOTAL
                return (owner,) if is_certain else (owner, GRAND_TOTAL)
        if source is not None:
            return source.readings[0].owners
        last = next((a for a in reversed(carried) if a.is_subject), None)
        if last is None and not self._owners.mentions(passage.opening):
            return (GRAND_TOTAL, *self._owners.groups)
        if last is None or last.owner == GRAND_TOTAL:
            return (GRAND_TOTAL,)
        is_part = match is not None and any(
            self._lexicon.is_part(formula, whole)
            for formula in match.meaning.formulas
            for a in carried if a.is_subject and a.owner == last.owner
            for whole in a.readings[0].formulas
        )  # fmt: skip
        return (last.owner, GRAND_TOTAL) if is_part else (GRAND_TOTAL, last.owner)

    # --- shares and changes ---

    def _share(
        self,
        passage: Passage,
        carried: Sequence[Attribution],
        sentence: Sequence[Attribution],
        background: Background,
    ) -> Attribution:
        before = vocabulary.SHARE_AT_END.sub("", passage.before)
        parts = self._any_measure(replace(passage, before=before, after=""), carried, background)
        if not parts:
            return Attribution(passage, Kind.SHARE, (), reason="没有认出是谁占的比例")
        wholes = [a.readings[0] for a in reversed(sentence) if a.is_subject]
        first = parts[0]
        wholes += [Reading(first.formulas, (GRAND_TOTAL,), sure=True)] if first.owners[0] != GRAND_TOTAL else []
        for formula in first.formulas:
            wholes += [Reading((whole,), first.owners, sure=True) for whole in self._lexicon.wholes(formula)]
        wholes = [whole for whole in wholes if (whole.formulas, whole.owners[0]) != (first.formulas, first.owners[0])]
        return Attribution(passage, Kind.SHARE, tuple(parts), wholes=tuple(wholes))

    def _change(
        self, passage: Passage, carried: Sequence[Attribution], background: Background, is_up: bool
    ) -> Attribution:
        compared = vocabulary.COMPARED.search(passage.before)
        before = passage.before[: compared.start()] if compared else vocabulary.CHANGE_AT_END.sub("", passage.before)
        subjects = self._any_measure(replace(passage, before=before, after=""), carried, background)
        reason = "" if subjects else "没有认出是什么的增减"
        return Attribution(passage, Kind.CHANGE, tuple(subjects), sign=1 if is_up else -1, reason=reason)

    def _any_measure(self, passage: Passage, carried: Sequence[Attribution], background: Background) -> list[Reading]:
        """The subject of a percentage or a difference: its own words', else the number's before."""
        found: list[Reading] = []
        measures = dict.fromkeys(m for meaning in self._lexicon.meanings for m in meaning.measures if m != "%")
        for measure in measures:
            level = replace(passage, quantity=replace(passage.quantity, measure=measure))
            found += [each.reading for each in self._levels(level, carried, background) if each.reading not in found]
        found.sort(key=lambda reading: not reading.sure)
        last = next((a for a in reversed(carried) if a.is_subject), None)
        if not found and last is not None and not self._rest(passage.between, last.said):
            return list(last.readings)
        return found

    # --- when it is ---

    def _continues(self, passage: Passage) -> bool:
        """Whether a sentence goes on with what the one before was about: 其中…, 州本级…."""
        text = passage.opening.strip()
        first = next(iter(self._owners.mentions(text)), None)
        return text.startswith("其中") or (first is not None and first.start == 0 and first.owner != GRAND_TOTAL)

    def _year(self, passage: Passage, clause: str) -> int:
        years = vocabulary.A_YEAR.findall(passage.opening)
        if vocabulary.LAST_YEAR.search(clause) and not vocabulary.COMPARED.search(clause):
            return self._period - 1
        return int(years[-1]) if years else self._period

    def _is_part_of_year(self, passage: Passage) -> bool:
        text = vocabulary.WHOLE_YEAR.sub("", passage.opening)
        return bool(vocabulary.PART_OF_YEAR.search(text))


def _less(text: str, said: str, shortest: int = 2) -> str:
    """The text without what stands in ``said`` as well, in runs of at least so many characters."""
    kept, at = [], 0
    while at < len(text):
        length = 0
        while at + length < len(text) and text[at : at + length + 1] in said:
            length += 1
        if length >= shortest:
            at += length
        else:
            kept.append(text[at])
            at += 1
    return "".join(kept)


def _without(text: str, words: Iterable[str]) -> str:
    """The text with the words blanked out: what stood apart stays apart."""
    for word in words:
        text = text.replace(word, "□")
    return text


def _states(passage: Passage) -> bool:
    """Whether a bare number is said to be the amount: 数为15."""
    return passage.before.endswith(("数为", "量为", "数", "数量", "总数", "合计", "共计", "共"))


def _start_of(text: str) -> int:
    """Where a clause begins after its filling words."""
    found = vocabulary.FILLERS.match(text)
    return found.end() if found else 0
