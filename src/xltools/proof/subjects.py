"""What a number is about: which meanings of the form its words allow, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, lru_cache

from xltools.formphrases import Meaning
from xltools.proof import vocabulary
from xltools.proof.quantities import narrow
from xltools.rules import names, parse


@dataclass(frozen=True, slots=True)
class Match:
    """A meaning whose words stand in a text; ``said`` are those in the number's own clause."""

    meaning: Meaning
    said: tuple[str, ...]

    @property
    def rank(self) -> tuple[int, int]:
        return len(self.said), sum(map(len, self.said))


class Lexicon:
    """The meanings of a form, and which indicators are part of which."""

    def __init__(self, meanings: Sequence[Meaning], parts: Mapping[str, frozenset[str]], labels: Iterable[str]) -> None:
        self.meanings = tuple(_narrow(meaning) for meaning in meanings if meaning.formulas)
        self._parts = parts
        self.indicators = frozenset(
            name for m in self.meanings for formula in m.formulas for name in _names_of(formula)
        )
        self._words = {word for m in self.meanings for each in (*m.words, m.without) for word in each}
        said = {word for m in self.meanings for alternatives in m.words for word in alternatives}
        self.familiar = " ".join([*map(narrow, labels), *sorted(said), vocabulary.NEUTRAL])
        self._columns = {word: meaning.column for meaning in self.meanings for word in meaning.column}
        self._column_word = re.compile("|".join(map(re.escape, sorted(self._columns, key=len, reverse=True))) or "(?!)")
        self._rows = {w for m in self.meanings if m.column for words in m.words if words != m.column for w in words}
        self._excluded: dict[Meaning, frozenset[str]] = {}
        self._other_words: dict[tuple[str, ...], str] = {}
        self._words_in = lru_cache(_TEXTS_REMEMBERED)(self._standing_in)
        self._remembered = lru_cache(_TEXTS_REMEMBERED)(self._best)
        self._by_measure: dict[str, tuple[Meaning, ...]] = {}

    def matches(self, own: str, context: str, measure: str, surroundings: str = "") -> tuple[Match, ...]:
        """The best meanings of a clause ``own`` after a ``context``: several only where they are equally good.

        A word of the clause itself must speak for a meaning; ``surroundings`` is where its ``without`` may not stand.
        A part that is named outranks its whole.
        """
        return self._remembered(own, context, measure, surroundings)

    def _best(self, own: str, context: str, measure: str, surroundings: str) -> tuple[Match, ...]:
        here, there, around = self._words_in(own), self._words_in(context), self._words_in(surroundings)
        found = [match for meaning in self._in(measure) if (match := _match(meaning, here, there, around))]
        named = {formula for match in found for formula in match.meaning.formulas}
        found = [match for match in found if not self._is_outranked(match, found, named)]
        best = max((match.rank for match in found), default=(0, 0))
        return tuple(match for match in found if match.rank == best)

    def columns_in(self, text: str) -> dict[tuple[str, ...], re.Match[str]]:
        """The columns of a matrix that a text names, each with where it does so first."""
        found: dict[tuple[str, ...], re.Match[str]] = {}
        for named in self._column_word.finditer(text):
            found.setdefault(self._columns[named.group()], named)
        return found

    def speaks_of_rows(self, text: str) -> bool:
        """Whether a text has words for a row of a matrix."""
        return any(word in text for word in self._rows)

    def speaks(self, text: str) -> bool:
        """Whether a text has words for anything that the form knows."""
        return any(word in text for word in self._words)

    def _in(self, measure: str) -> tuple[Meaning, ...]:
        """The meanings whose figures may be written in a measure."""
        if measure not in self._by_measure:
            self._by_measure[measure] = tuple(meaning for meaning in self.meanings if fits(meaning, measure))
        return self._by_measure[measure]

    def _standing_in(self, text: str) -> frozenset[str]:
        """Which of the form's words stand in a text."""
        return frozenset(word for word in self._words if word in text)

    def is_part(self, formula: str, whole: str) -> bool:
        """Whether all that a formula adds up is part of an indicator."""
        return _names_of(formula) <= self._parts.get(whole, frozenset())

    def excluded_parts(self, meaning: Meaning) -> frozenset[str]:
        """The words that must not stand beside a whole because they speak of its parts: 微博, beside what is public."""
        if meaning not in self._excluded:
            spoken = {
                word
                for other in self.meanings
                if any(self.is_part(part, whole) for part in other.formulas for whole in meaning.formulas)
                for alternatives in other.words
                for word in alternatives
            }
            self._excluded[meaning] = frozenset(spoken.intersection(meaning.without))
        return self._excluded[meaning]

    def other_words(self, formulas: tuple[str, ...]) -> str:
        """Every word that may speak for just these formulas: 公布 says no more than 公开."""
        if formulas not in self._other_words:
            mine = [meaning for meaning in self.meanings if meaning.formulas == formulas]
            said = dict.fromkeys(word for meaning in mine for alternatives in meaning.words for word in alternatives)
            self._other_words[formulas] = " ".join(said)
        return self._other_words[formulas]

    def wholes(self, formula: str) -> Iterator[str]:
        """What a formula is a part of: by the form's rules, or as one summand of what has a phrase of its own."""
        yield from (whole for whole in self._parts if self.is_part(formula, whole))
        sums = dict.fromkeys(m for each in self.meanings if "%" not in each.measures for m in each.formulas)
        yield from (whole for whole in sums if _names_of(formula) < _names_of(whole))

    def _is_outranked(self, match: Match, found: Iterable[Match], named: set[str]) -> bool:
        below = {part for formula in match.meaning.formulas for part in self._parts.get(formula, ())}
        if not below & named:
            return False
        rivals = (other for other in found if below & set(other.meaning.formulas))
        return any(set(other.said) - set(match.said) for other in rivals)


_TEXTS_REMEMBERED = 4096
"""The same clauses are asked about many times."""


@cache
def _names_of(formula: str) -> frozenset[str]:
    return frozenset(names(parse(formula)))


@cache
def same_measure(written: str, accepted: str) -> bool:
    """Whether a number written in one measure may be a figure in another (万元 are compared as 元)."""
    accepted = "元" if accepted in ("万元", "亿元") else accepted
    return written == accepted or any({written, accepted} <= group for group in vocabulary.EQUIVALENT)


def fits(meaning: Meaning, measure: str) -> bool:
    """Whether a number in this measure may be the meaning's; one without a measure may be any but a percentage."""
    if not measure:
        return "%" not in meaning.measures
    if meaning.measures:
        written = {measure, vocabulary.SHORTER.get(measure, measure), *(("万元",) if measure == "元" else ())}
        return not written.isdisjoint(meaning.measures)
    return any(same_measure(measure, accepted) for accepted in meaning.usual)


def _narrow(meaning: Meaning) -> Meaning:
    """The meaning with its words spelt as :func:`xltools.proof.quantities.plain` spells the text."""
    words = tuple(tuple(map(narrow, alternatives)) for alternatives in meaning.words)
    column = tuple(map(narrow, meaning.column))
    return replace(meaning, words=words, without=tuple(map(narrow, meaning.without)), column=column)


def _match(meaning: Meaning, here: frozenset[str], there: frozenset[str], around: frozenset[str]) -> Match | None:
    """``here``: the form's words that stand in the clause, ``there`` in its context, ``around`` in its surroundings."""
    said = []
    hidden = there.intersection(meaning.without)  # 复议后起诉 does not speak of 复议
    if hidden:
        there = frozenset(word for word in there if not any(word in other for other in hidden))
    for alternatives in meaning.words:
        if not here.isdisjoint(alternatives):
            said.append(max(here.intersection(alternatives), key=lambda word: (len(word), word)))
        elif there.isdisjoint(alternatives):
            return None
    if not said or not (here | around).isdisjoint(meaning.without):
        return None
    return Match(meaning, tuple(dict.fromkeys(said)))
