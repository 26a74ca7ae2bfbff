"""Whose figure a number is: the words for the whole, for its groups and for single units."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.figures import Figures
from xltools.proof.quantities import narrow

UNKNOWN = "?"
"""An owner the text names and the total has no figures of: another's, part of a unit, several units together."""


@dataclass(frozen=True, slots=True)
class Mention:
    """An owner named in a text: a key of :attr:`Figures.values`, or UNKNOWN; coordinated ones are one mention."""

    start: int
    end: int
    owner: str


class Owners:
    """The owners of one total, found in texts.

    ``lower`` is the group of the lower level's units, UNKNOWN where there is none; ``all`` are the groups and units.
    """

    def __init__(self, figures: Figures) -> None:
        groups = figures.groups
        self.groups = groups
        self._own = next((g for g in groups if vocabulary.OWN_LEVEL_GROUP.search(g)), UNKNOWN)
        self.lower = next((g for g in groups if g != self._own and vocabulary.LOWER_LEVEL_GROUP.search(g)), UNKNOWN)
        self._units = {unit: unit for unit in figures.units} | {group: group for group in groups}
        for unit in figures.units:
            short = re.sub("[省州市县区旗盟]$", "", unit)
            if len(short) > 1:
                self._units.setdefault(short, unit)
            at_home = unit.removeprefix(figures.unit[:-1])  # 湘西经开区 is 经开区 in 湘西州
            if len(at_home) > 2:
                self._units.setdefault(at_home, unit)
        self._own_names = frozenset(figures.units)
        self.all = self._own_names.union(groups)
        self._level = figures.unit[-1:] if vocabulary.OF_ANY_LEVEL.fullmatch("全" + figures.unit[-1:]) else ""
        if figures.unit:
            self._units.setdefault(figures.unit, GRAND_TOTAL)
        self._units = {narrow(name): owner for name, owner in self._units.items()}
        self._named = _wherever("|".join(map(re.escape, sorted(self._units, key=len, reverse=True))) or "(?!)")
        self._remembered = lru_cache(_TEXTS_REMEMBERED)(self._found_in)

    def mentions(self, text: str) -> list[Mention]:
        """All owners named, in their order; ``州、县市`` is one mention of everybody, ``湘西州本级`` of a part."""
        return self._remembered(text)

    def _found_in(self, text: str) -> list[Mention]:
        found: list[Mention] = []
        for mention in sorted(self._single(text), key=lambda m: (m.start, -m.end)):
            last = found[-1] if found else None
            gap = text[last.end : mention.start] if last else ""
            if last is None:
                found.append(mention)
            elif mention.start < last.end:
                is_unit = self._units.get(text[last.start : last.end], UNKNOWN) in (GRAND_TOTAL, *self._own_names)
                if is_unit and mention.end > last.end and vocabulary.OWN_LEVEL_OF_A_NAME.match(text, mention.start):
                    found[-1] = Mention(last.start, mention.end, self._part(last.owner, self._own))
            elif vocabulary.OF_ITS.fullmatch(gap) and (not gap or last.owner == GRAND_TOTAL):
                found[-1] = Mention(last.start, mention.end, self._part(last.owner, mention.owner))
            elif _JOINED.fullmatch(gap):
                found[-1] = Mention(last.start, mention.end, self._together(last.owner, mention.owner))
            else:
                found.append(mention)
        return found

    def meant(self, text: str, mention: Mention, opening: str) -> str:
        """The owner of a mention in a text; 全区 after a unit that is a 区 is that unit's whole.

        UNKNOWN for the whole of a level that is neither the table's nor a unit's just named: 全省 in a 州's report.
        """
        whole = vocabulary.OF_ANY_LEVEL.fullmatch(text[mention.start : mention.end])
        if whole is None or self._level == whole[1]:
            return mention.owner
        before = (each.owner for each in reversed(self.mentions(opening)) if each.owner in self._own_names)
        return next((owner for owner in before if owner.endswith(whole[1])), mention.owner)

    def listed(self, text: str) -> tuple[str, ...]:
        """The owners that a text lists, each by itself: 泸溪和保靖; () for fewer than two or where one is not known."""
        owners = dict.fromkeys(each.owner for piece in _BETWEEN.split(text) for each in self.mentions(piece))
        return tuple(owners) if len(owners) > 1 and self.all.issuperset(owners) else ()

    def doer_behind(self, text: str) -> Mention | None:
        """The owner that the words right behind a number say it is of: 由吉首市受理."""
        first = next(iter(self.mentions(text)), None)
        is_said = first is not None and vocabulary.DOER_BEHIND.match(text[: first.start])
        return first if is_said else None

    def last_listed(self, text: str) -> tuple[str, ...]:
        """The owners that a text lists last in one breath: 花垣、保靖两县; () where it lists none."""
        for mention in reversed(self.mentions(text)):
            units = self.listed(text[mention.start : mention.end])
            if units:
                return units
        return ()

    def titled(self, text: str) -> str:
        """The owner that a heading, or what a text begins with like one, names: 【吉首市】, 2.吉首市:; "" for none."""
        title = _TITLE.match(text)
        whole = title["title"] if title else ""
        mention = next(iter(self.mentions(whole)), None)
        is_all_of_it = mention is not None and (mention.start, mention.end) == (0, len(whole))
        return mention.owner if mention and is_all_of_it and mention.owner in self.all else ""

    def names(self, text: str) -> list[str]:
        """The owners' names as they stand in a text."""
        return [text[mention.start : mention.end] for mention in self.mentions(text)]

    def without(self, text: str) -> str:
        """The text without the owners it names, and without the word by which it compares with one."""
        pieces, done = [], 0
        for mention in self.mentions(text):
            pieces.append(_COMPARING.sub("", text[done : mention.start]))
            done = mention.end
        return "".join([*pieces, text[done:]])

    def _single(self, text: str) -> list[Mention]:
        patterns = (
            (_WHOLE, GRAND_TOTAL),
            (_OWN_LEVEL, self._own),
            (_LOWER_LEVEL, self.lower),
            (_BARE_LEVEL, self._own),
        )
        found = [
            Mention(*match.span(1), owner if owner == self.lower or self._is_its_level(match[1]) else UNKNOWN)
            for pattern, owner in patterns for match in pattern.finditer(text)
        ]  # fmt: skip
        named = [Mention(*match.span(1), self._units[match[1]]) for match in self._named.finditer(text)]
        found += [mention for mention in named if not _PLACE.match(text, mention.end)]
        ranks = [rank.span() for rank in _RANK.finditer(text)]  # 居各县市首位 says nothing of all of them
        return [mention for mention in found if not any(s <= mention.start and mention.end <= e for s, e in ranks)]

    def _is_its_level(self, word: str) -> bool:
        """Whether a word for a level may be one of the total's own: 全省 and 省本级 are not, where it is a 州's."""
        level = _LEVEL.match(word)
        if not self._level or level is None or level[1] == self._level:
            return True
        return any({self._level, level[1]} <= peers for peers in vocabulary.SAME_LEVEL)

    def _part(self, first: str, second: str) -> str:
        """Two owners of which one names a part of the other: 全州各县市, 吉首市本级."""
        if GRAND_TOTAL in (first, second):
            return second if first == GRAND_TOTAL else first
        return UNKNOWN if first in self._own_names and second == self._own else self._together(first, second)

    def _together(self, first: str, second: str) -> str:
        """Two owners named in one breath: all groups are the whole, 各县市及经开区 are the group; else not known."""
        owners = {first, second}
        if GRAND_TOTAL in owners or (self.groups and owners >= set(self.groups)):
            return GRAND_TOTAL
        if len(owners) == 1:
            return first
        units = owners - {self.lower}
        is_lower = self.lower in owners and all(vocabulary.LOWER_LEVEL_GROUP.search(unit[-1:]) for unit in units)
        return self.lower if is_lower and UNKNOWN not in owners else UNKNOWN


def _wherever(pattern: str) -> re.Pattern[str]:
    """A pattern's matches even where they overlap, each as group 1."""
    return re.compile(f"(?=({pattern}))")


_TEXTS_REMEMBERED = 4096
"""The same clauses are asked about many times."""
_TITLE = re.compile(
    rf"(?:{vocabulary.NUMBERING.pattern.removeprefix('^')})?\s*[【\[<]?(?P<title>[\u4e00-\u9fff]{{2,20}}?)(?:情况|方面)?"
    r"(?:[】\]>]|\s*(?:[:。]|$))"
)
_JOINED = re.compile(r"[、和与及,]|以及|和各|及各|、各|")
_COMPARING = re.compile("(?<!占)[较比]$")
_BETWEEN = re.compile("[、和与及,]|以及")
_RANK = re.compile(vocabulary.RANK)
_WHOLE = re.compile(f"({vocabulary.WHOLE_WORDS.pattern})")
_OWN_LEVEL = _wherever(vocabulary.OWN_LEVEL_WORDS.pattern)
_LOWER_LEVEL = _wherever(vocabulary.LOWER_LEVEL_WORDS.pattern)
_BARE_LEVEL = re.compile(r"([州市省盟])(?=[、和与及]各?(?:县|区))")
_LEVEL = re.compile("[全我]?([州市省县区盟旗])(?:$|本级|直|级|政府|财政)")
_PLACE = re.compile("[\u4e00-\u9fff]{0,6}(?:路|街道|大道|镇|乡|村)")
