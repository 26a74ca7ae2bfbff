"""The column of a matrix that is spoken of (自然人): it lasts over full stops until another, or all, is named."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Background, Column, Knowledge
from xltools.proof.passages import Passage, Sentence, boundaries
from xltools.proof.subjects import Match


def column_of(known: Knowledge, passage: Passage, background: Background) -> Column | None:
    """The column that a number is in although its own clause names none."""
    part = passage.opening.rpartition(";")[2]
    text = part if known.lexicon.columns_in(part) else passage.opening
    since = _since_all(known, text)
    if known.lexicon.columns_in(since):
        return _topic(known, text) if since == text else None
    return background.column if since == text else None


def column_after(known: Knowledge, sentence: Sentence, background: Background) -> Column | None:
    """The column that the sentences after go on speaking of."""
    if _since_all(known, sentence.text) != sentence.text:
        return None
    return _topic(known, sentence.text) if known.lexicon.columns_in(sentence.text) else background.column


def in_column(column: Column, matches: Sequence[Match]) -> Iterator[Match]:
    """Those of the matches that are in the column and that more than its name speaks for."""
    for match in matches:
        if column.word in match.meaning.column and not set(match.said) <= set(match.meaning.column):
            yield match


def _since_all(known: Knowledge, text: str) -> str:
    """The text after the last words for all columns together."""
    ends = [mention.end for mention in known.owners.mentions(text) if mention.owner == GRAND_TOTAL]
    ends += [found.end() for found in vocabulary.ALL_TOGETHER.finditer(text)]
    return text[max(ends) :] if ends else text


def _topic(known: Knowledge, text: str) -> Column | None:
    """The one column that a text names, in its first clause; certain where that clause says no number of it."""
    text = vocabulary.NUMBERING.sub("", text)
    named = known.lexicon.columns_in(text)
    first = next(iter(named.values()))
    head = text[: (boundaries(text) or [len(text)])[0]]
    if len(named) > 1 or first.end() > len(head) or any(c.isdigit() for c in text[: first.start()]):
        return None
    return Column(first.group(), is_certain=not any(c.isdigit() for c in head) and known.lexicon.speaks_of_rows(head))
