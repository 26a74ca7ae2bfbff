"""Whose figure a number is: the words for the whole, for its groups and for single units."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.figures import Figures
from xltools.proof.quantities import narrow

UNKNOWN = "?"
"""An owner the text names and the total does not know."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An owner named in a text: a key of :attr:`Figures.values`, or UNKNOWN; coordinated ones are one mention."""

    start: int
    end: int
    owner: str


class Owners:
    """The owners of one total, found in texts."""

    def __init__(self, figures: Figures) -> None:
        groups = figures.groups
        self._groups = groups
        self._own = next((g for g in groups if vocabulary.OWN_LEVEL_GROUP.search(g)), UNKNOWN)
        self._lower = next((g for g in groups if g != self._own and vocabulary.LOWER_LEVEL_GROUP.search(g)), UNKNOWN)
        self._units = {unit: unit for unit in figures.units} | {group: group for group in groups}
        for unit in figures.units:
            short = re.sub("[省州市县区旗盟]$", "", unit)
            if len(short) > 1:
                self._units.setdefault(short, unit)
            at_home = unit.removeprefix(figures.unit[:-1])  # 湘西经开区 is 经开区 in 湘西州
            if len(at_home) > 2:
                self._units.setdefault(at_home, unit)
        self._own_names = frozenset(figures.units)
        self._level = figures.unit[-1:]
        if figures.unit:
            self._units.setdefault(figures.unit, GRAND_TOTAL)
        self._units = {narrow(name): owner for name, owner in self._units.items()}
        self._named = re.compile("|".join(map(re.escape, sorted(self._units, key=len, reverse=True))) or "(?!)")

    def mentions(self, text: str) -> list[Mention]:
        """All owners named, in their order; ``州、县市`` is one mention of everybody."""
        found: list[Mention] = []
        for mention in sorted(self._single(text), key=lambda m: (m.start, -m.end)):
            last = found[-1] if found else None
            if last and mention.start < last.end:
                continue
            if last and _JOINED.fullmatch(text[last.end : mention.start]):
                found[-1] = Mention(last.start, mention.end, self._together(last.owner, mention.owner))
            else:
                found.append(mention)
        return found

    @property
    def groups(self) -> tuple[str, ...]:
        return self._groups

    def meant(self, text: str, mention: Mention, opening: str) -> str:
        """The owner of a mention in a text; 全区 after a unit that is a 区 is that unit's whole."""
        whole = vocabulary.OF_ANY_LEVEL.fullmatch(text[mention.start : mention.end])
        if whole is None or self._level == whole[1]:
            return mention.owner
        before = (each.owner for each in reversed(self.mentions(opening)) if each.owner in self._own_names)
        return next((owner for owner in before if owner.endswith(whole[1])), mention.owner)

    def names(self, text: str) -> list[str]:
        """The owners' names as they stand in a text."""
        return [text[mention.start : mention.end] for mention in self.mentions(text)]

    def without(self, text: str) -> str:
        """The text without the owners it names."""
        pieces, done = [], 0
        for mention in self.mentions(text):
            pieces.append(text[done : mention.start])
            done = mention.end
        return "".join([*pieces, text[done:]])

    def _single(self, text: str) -> list[Mention]:
        patterns = (
            (vocabulary.WHOLE_WORDS, GRAND_TOTAL),
            (vocabulary.OWN_LEVEL_WORDS, self._own),
            (vocabulary.LOWER_LEVEL_WORDS, self._lower),
            (_BARE_LEVEL, self._own),
        )
        found = [Mention(*match.span(), owner) for pattern, owner in patterns for match in pattern.finditer(text)]
        named = [Mention(*match.span(), self._units[match.group()]) for match in self._named.finditer(text)]
        found += [mention for mention in named if not _PLACE.match(text, mention.end)]
        ranks = [rank.span() for rank in _RANK.finditer(text)]  # 居各县市首位 says nothing of all of them
        return [mention for mention in found if not any(s <= mention.start and mention.end <= e for s, e in ranks)]

    def _together(self, first: str, second: str) -> str:
        """Two owners named in one breath: together they are the whole, unless one is part of the other."""
        owners = {first, second}
        if GRAND_TOTAL in owners or owners >= set(self._groups):
            return GRAND_TOTAL
        if len(owners) == 1:
            return first
        groups: Sequence[str] = [owner for owner in (first, second) if owner in self._groups]
        return groups[0] if len(groups) == 1 and UNKNOWN not in owners else UNKNOWN


_JOINED = re.compile(r"[、和与及,]|以及|和各|及各|、各|")
_RANK = re.compile(vocabulary.RANK)
_BARE_LEVEL = re.compile(r"[州市省盟](?=[、和与及]各?(?:县|区))")
_PLACE = re.compile("[\u4e00-\u9fff]{0,6}(?:路|街道|大道|镇|乡|村)")
