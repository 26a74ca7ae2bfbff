"""What a number of the prose may be about, and what is known when a sentence is read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

from xltools.proof.figures import Figures
from xltools.proof.owners import Owners
from xltools.proof.passages import Passage
from xltools.proof.subjects import Lexicon


class Kind(StrEnum):
    """What a number says of its subject: how much there is, what share of its whole, how much it changed."""

    LEVEL = "level"
    SHARE = "share"
    CHANGE = "change"


class Doubt(StrEnum):
    """Why a number that is not the table's need not be wrong: what it is about was not said for sure."""

    WEAK_WORDS = "weak words"
    LOOSE_WORDS = "words that stand apart"
    OTHER_WORDS = "words that nothing accounts for"
    BETTER_READING = "another reading comes first"
    CARRIED_FAR = "carried along over another subject"
    PART = "a part that the table does not have"
    OTHER_BODY = "a body that the table does not know"
    OTHER_TIME = "another time"
    NO_MEASURE = "a bare number"


SLIGHT = frozenset({Doubt.WEAK_WORDS, Doubt.LOOSE_WORDS})
"""One of these alone leaves a number worth a look when it is not the table's."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to understand a number: it is one of ``formulas`` for the first of ``owners``.

    The other owners may confirm it too; only a reading without ``doubts`` can contradict it.
    """

    formulas: tuple[str, ...]
    owners: tuple[str, ...]
    doubts: frozenset[Doubt] = frozenset()
    previous: bool = False

    @property
    def sure(self) -> bool:
        return not self.doubts

    @property
    def likely(self) -> bool:
        """Whether so little is in doubt that a number which is not the table's is worth a look."""
        return not self.doubts or (len(self.doubts) == 1 and self.doubts <= SLIGHT)

    @property
    def possible(self) -> bool:
        """Whether nothing says that it is about something that the table does not have."""
        return self.doubts <= SLIGHT | {Doubt.OTHER_WORDS, Doubt.CARRIED_FAR}

    def doubted(self, *doubts: Doubt) -> Reading:
        """The same with more doubts."""
        return self if self.doubts.issuperset(doubts) else replace(self, doubts=self.doubts.union(doubts))


@dataclass(frozen=True, slots=True)
class Understood:
    """A reading, the text it was read from, and the words of the clause that speak for it."""

    reading: Reading
    said: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Whole:
    """What a share of ``part`` (formula, owner) may be of: ``formula`` for ``owner``; ``sure`` as of a reading."""

    part: tuple[str, str]
    formula: str
    owner: str
    sure: bool


@dataclass(frozen=True, slots=True)
class Attribution:
    """A number and its readings, the likeliest first; ``reason`` says why it has none, or no sure one.

    ``said``: the words that made out the subject, for the numbers that follow. ``wholes``: of a share, what it may be
    a share of, the likeliest first. ``sign``: of a change, 1 up, -1 down. ``is_narrowed``: it is about a part that the
    table does not have,
    ``is_anothers``: about a body that the table does not know; as then are those listed after it. ``agreed``: whose
    figure in the table it is, where it can hardly be so by chance. ``each``: several owners that it is said of.
    """

    passage: Passage
    kind: Kind
    readings: tuple[Reading, ...]
    said: str = ""
    wholes: tuple[Whole, ...] = ()
    sign: int = 0
    reason: str = ""
    is_narrowed: bool = False
    is_anothers: bool = False
    agreed: str = ""
    each: tuple[str, ...] = ()

    @property
    def owner(self) -> str:
        return self.readings[0].owners[0] if self.readings else ""

    @property
    def is_sure(self) -> bool:
        return any(reading.sure for reading in self.readings)

    @property
    def doubts(self) -> frozenset[Doubt]:
        """Those of its surest reading."""
        return min((reading.doubts for reading in self.readings), key=len, default=frozenset())

    @property
    def is_subject(self) -> bool:
        """Whether the numbers that follow may be about the same."""
        return bool(self.readings) and self.kind is Kind.LEVEL


@dataclass(frozen=True, slots=True)
class Column:
    """A word that names a column of a matrix; ``is_certain``: nothing else can be meant, not all columns either."""

    word: str
    is_certain: bool


@dataclass(frozen=True, slots=True)
class Background:
    """What a sentence may take for granted.

    ``heading``: what it stands under; ``owner``: under whose name; ``trail``: the numbers of the sentence before, and
    of those that one goes on from; ``earlier``: all numbers before it in its paragraph; ``column``: what the sentences
    so far are about; ``listed``: the units that were listed last in one breath.
    """

    heading: str = ""
    owner: str = ""
    trail: tuple[Attribution, ...] = ()
    earlier: tuple[Attribution, ...] = ()
    column: Column | None = None
    listed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Knowledge:
    """The words of one form, the owners and figures of one total, and the year it is for (0 where unknown)."""

    lexicon: Lexicon
    owners: Owners
    period: int
    figures: Figures
