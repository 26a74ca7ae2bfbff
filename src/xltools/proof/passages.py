"""What stands around each number of a paragraph: its clause, what leads to it, and the sentence so far."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

from xltools.proof import vocabulary
from xltools.proof.quantities import Quantity
from xltools.proof.subjects import same_measure


@dataclass(frozen=True, slots=True)
class Passage:
    """One number and its surroundings, as texts without other numbers.

    ``before``: its clause up to it; ``lead``: the clauses since the number before it or the last semicolon; ``after``:
    what follows in its clause; ``opening``: the sentence from its start up to the number; ``following``: from there
    on. ``starts_sentence``: no number stands before it in its sentence; ``starts_part``: nor since the last semicolon.
    ``asides``: the brackets that it stands in, each by the place of the number in its sentence that it goes with.
    ``parts``: the owners whose parts of it are named right behind it. ``under``: the owner under whose name its
    sentence stands, "" where it stands under none's; ``maybe``: the groups it may be of if nobody is named.
    """

    quantity: Quantity
    sentence: int
    before: str
    lead: str
    after: str
    opening: str
    following: str
    starts_sentence: bool
    starts_part: bool
    asides: tuple[int, ...] = ()
    parts: frozenset[str] = frozenset()
    under: str = ""
    maybe: tuple[str, ...] = ()

    @property
    def between(self) -> str:
        """Everything since the number before."""
        return self.lead + self.before


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence's place in its paragraph, and the passages of its numbers."""

    start: int
    end: int
    text: str
    passages: tuple[Passage, ...]


def sentences_of(text: str, quantities: Sequence[Quantity]) -> list[Sentence]:
    """A paragraph (as :func:`xltools.proof.quantities.plain` gives it) in sentences, those without numbers too."""
    found = []
    starts = [quantity.start for quantity in quantities]
    for number, (start, end) in enumerate(_spans(text)):
        inside = quantities[bisect_left(starts, start) : bisect_left(starts, end)]
        passages = [_passage(text, inside, at, start, end, number) for at in range(len(inside))]
        asides = _asides(text, start, end, inside)
        passages = [replace(passage, asides=each) for passage, each in zip(passages, asides, strict=True)]
        found.append(Sentence(start, end, text[start:end], tuple(passages)))
    return found


def is_heard(spoken: Passage, passage: Passage) -> bool:
    """Whether a number before still counts for another: what a bracket says does not once it is closed."""
    return passage.asides[: len(spoken.asides)] == spoken.asides


@lru_cache(8192)
def less(text: str, said: str, shortest: int = 2) -> str:
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


def blanked(text: str, words: Iterable[str]) -> str:
    """The text with the words blanked out: what stood apart stays apart."""
    for word in words:
        text = text.replace(word, "□")
    return text


def start_of(text: str) -> int:
    """Where a clause begins after its filling words."""
    found = vocabulary.FILLERS.match(text)
    return found.end() if found else 0


def boundaries(text: str) -> list[int]:
    """Where clauses end. A bracket inside a group's name, as in 县(市、区), ends none."""
    spans = [found.span() for found in vocabulary.LOWER_LEVEL_WORDS.finditer(text)]
    marks = [at for at, character in enumerate(text) if character in vocabulary.CLAUSE_ENDS]
    return [at for at in marks if not any(start <= at < end for start, end in spans)]


_SPAN = re.compile(f"[^{vocabulary.SENTENCE_ENDS}]*[{vocabulary.SENTENCE_ENDS}]*")
_STOP = re.compile("[,;](?![0-9])")
_LONGEST_SENTENCE = 1000
"""Characters that a reader holds together; in reports a sentence of 600 is rare."""


def _spans(text: str) -> Iterator[tuple[int, int]]:
    for found in _SPAN.finditer(text):
        start, end = found.span()
        while end - start > _LONGEST_SENTENCE:
            until = start + _LONGEST_SENTENCE
            stops = [stop.end() for stop in _STOP.finditer(text, start, until)]
            semicolons = [stop for stop in stops if text[stop - 1] == ";"]
            cut = (semicolons or stops or [until])[-1]
            yield start, cut
            start = cut
        if text[start:end].strip():
            yield start, end


def _asides(text: str, start: int, end: int, quantities: Sequence[Quantity]) -> Iterator[tuple[int, ...]]:
    """For each number of a sentence the brackets it stands in; one that is never closed is none."""
    last = {quantity.end: at for at, quantity in enumerate(quantities)}
    opened: list[tuple[int, int]] = []
    spans: list[tuple[int, int, int]] = []
    head = -1
    for at in range(start, end):
        head = last.get(at, head)
        if text[at : at + 1] == "(":
            opened.append((at, head))
        elif text[at : at + 1] == ")" and opened:
            spans.append((*opened.pop(), at))
    spans.sort()
    for quantity in quantities:
        yield tuple(whole for begin, whole, end in spans if begin < quantity.start < end and whole >= 0)


def _passage(text: str, quantities: Sequence[Quantity], at: int, start: int, end: int, number: int) -> Passage:
    quantity = quantities[at]
    since = quantities[at - 1].end if at else start
    until = quantities[at + 1].start if at + 1 < len(quantities) else end
    between = text[since : quantity.start]
    if at:
        between = _ASIDE.sub("", between)
        between = _OF_THE_SHARE.sub("", between) if quantities[at - 1].is_percentage else between
    is_bare = between.strip() in ("", *vocabulary.JOINING)
    if at and is_bare and not same_measure(quantity.measure, quantities[at - 1].measure):
        first = _passage(text, quantities, at - 1, start, end, number)  # 30期、2625人次: both belong to the same words
        return replace(
            first,
            quantity=quantity,
            after=_after(text[quantity.end : until], is_last=at + 1 == len(quantities)),
            opening=text[start : quantity.start],
            following=text[quantity.end : end],
            starts_sentence=False,
        )
    breaks = boundaries(between)
    if breaks and _says_behind(text, quantities, at, start):  # 638条见诸微博,236条推送于微信: 微博 is that of 638
        between = between[breaks[0] :]
        breaks = boundaries(between)
    cut = breaks[-1] + 1 if breaks else 0
    before = between[cut:]
    lead_of_list = ""
    if at and not breaks:
        lead_of_list = "" if _own_part(before) else before
        before = _own_part(before)
    part = between.rfind(";", 0, cut) + 1
    return Passage(
        quantity=quantity,
        sentence=number,
        before=before.strip(),
        lead=between[part:cut] if at == 0 or breaks else lead_of_list,
        after=_after(text[quantity.end : until], is_last=at + 1 == len(quantities)),
        opening=text[start : quantity.start],
        following=text[quantity.end : end],
        starts_sentence=at == 0,
        starts_part=at == 0 or ";" in between,
    )


def _says_behind(text: str, quantities: Sequence[Quantity], at: int, start: int) -> bool:
    """Whether the number before stands first in its clause, as this one does: what they are is said behind each."""
    if not at:
        return False
    since = quantities[at - 2].end if at > 1 else start
    befores = text[since : quantities[at - 1].start], text[quantities[at - 1].end : quantities[at].start]
    return all(not each.strip() or each.rstrip().endswith(_CLAUSE_END) for each in befores)


_CLAUSE_END = tuple(vocabulary.CLAUSE_ENDS)
_OF_THE_SHARE = re.compile("^的[^,;:。()]*(?=[,;])")  # 占全市45%的许可事项,作出决定…: said of the number before
_ASIDE = re.compile(r"^\s*\([^()]*\)")  # 6期(均为州本级): said of the number before


def _own_part(between: str) -> str:
    """Of the text between two numbers of one clause, what belongs to the second: nothing of ``次会议和``."""
    text = between.strip()
    if text and text[0] in vocabulary.JOINING:
        return text[1:]
    return "" if text and text[-1] in vocabulary.JOINING else text


_THIS_IS = re.compile("[—-]+(?:这|那|此)?就?是")


def _after(following: str, *, is_last: bool) -> str:
    if this := _THIS_IS.match(following):  # 85674条——这是州本级公开的信息
        following = following[this.end() :]
    breaks = boundaries(following)
    if breaks:
        return following[: breaks[0]].split("、")[0].strip()
    text = following.strip()
    if is_last:
        return text.split("、")[0]
    return text[:-1] if text and text[-1] in vocabulary.JOINING and len(text) > 1 else ""
