"""Sums within the prose: parts that are named with their whole must add up to it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from xltools.consolidation import GRAND_TOTAL
from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Kind
from xltools.proof.claims import Verdict, as_figure
from xltools.proof.figures import Figures
from xltools.proof.judging import Judgement
from xltools.proof.owners import Owners
from xltools.proof.passages import is_heard
from xltools.proof.quantities import Precision, Quantity
from xltools.proof.subjects import same_measure
from xltools.wording import figure_text


@dataclass(frozen=True, slots=True)
class SumProblem:
    """A whole and its parts that do not add up: ``claimed`` the whole, ``actual`` the sum."""

    start: int
    end: int
    indicator: str
    owner: str
    claimed: Decimal | None
    actual: Decimal | None
    verdict: Verdict
    note: str


Judged = Sequence[tuple[Attribution, Judgement]]


def sum_problems(sentences: Sequence[Judged], figures: Figures, owners: Owners) -> Iterator[SumProblem]:
    """What does not add up in a paragraph although every number by itself is the table's."""
    for before, judged, after in zip([(), *sentences], sentences, [*sentences[1:], ()], strict=False):
        yield from _by_parts(before, judged, after, figures)
        yield from _by_groups(judged, figures, owners)
        yield from _exceeding(judged)


def _by_parts(before: Judged, judged: Judged, after: Judged, figures: Figures) -> Iterator[SumProblem]:
    """A sentence that names every part that the table has a figure for; it says the whole, or the one before it ends
    with that, and it, or the one after it, says what is left over."""
    said_last = [each for each in before if each[0].kind is Kind.LEVEL][-1:]
    agreed, earlier = _agreed(judged), _agreed(said_last)
    for (name, owner), whole in {**earlier, **agreed}.items():
        summed = figures.sums.get(name, ())
        parts = {part: agreed[part, owner] for part in summed if (part, owner) in agreed}
        is_complete = all(part in parts or not figures.figure(part, owner) for part in summed)
        is_whole_first = all(quantity.start > whole.start for quantity in parts.values())
        if len(parts) > 1 and is_complete and is_whole_first:
            rest = _rest([*judged, *after], [*parts.values()])
            yield from _compared(name, owner, whole, [*parts.values()], figures, rest)


def _agreed(judged: Judged) -> dict[tuple[str, str], Quantity]:
    """The exact numbers that are the table's, by what they are of and whose."""
    return {
        (judgement.formula, judgement.owner): attribution.passage.quantity
        for attribution, judgement in judged
        if judgement.verdict is Verdict.AGREES
        and attribution.kind is Kind.LEVEL
        and attribution.passage.quantity.precision is Precision.EXACT
    }


def _rest(judged: Judged, parts: Sequence[Quantity]) -> list[Quantity]:
    """The number right behind the last part, if it is said to be left over: 其余20件正在审理."""
    last = max(part.start for part in parts)
    following = next((each for each, _ in judged if each.passage.quantity.start > last), None)
    if following is None or not same_measure(following.passage.quantity.measure, parts[-1].measure):
        return []
    passage = following.passage
    is_left_over = vocabulary.LEFT_OVER.search(passage.between + passage.after)
    return [passage.quantity] if is_left_over and following.kind is Kind.LEVEL else []


def _compared(
    name: str,
    owner: str,
    whole: Quantity,
    parts: Sequence[Quantity],
    figures: Figures,
    rest: Sequence[Quantity] = (),
) -> Iterator[SumProblem]:
    """The problem where the parts, and if they do not suffice what is said to be left over, are not the whole."""
    roundings = sum((each.step for each in (whole, *parts) if each.step != 1), Decimal(0))
    scale = figures.scale(name, whole.measure) if name else Decimal(1)
    claimed, total = whole.value / scale, sum((part.value for part in parts), Decimal(0)) / scale
    if abs(total - claimed) * scale * 2 <= roundings:
        return
    if rest:
        yield from _compared(name, owner, whole, [*parts, *rest], figures)
        return
    written = " + ".join(figure_text(as_figure(part.value / scale)) for part in parts)
    distance = figure_text(as_figure(abs(claimed - total)))
    is_short = total < claimed
    asked = f"差 {distance},请核对或写明其余的情形" if is_short else f"多 {distance}"
    yield SumProblem(
        start=whole.start,
        end=max(part.end for part in parts),
        indicator=name,
        owner=owner,
        claimed=claimed,
        actual=total,
        verdict=Verdict.UNCLEAR if is_short else Verdict.DIFFERS,
        note=f"文中各项之和对不上:{written} = {figure_text(as_figure(total))},总数写的是"
        f" {figure_text(as_figure(claimed))},{asked}",
    )


def _by_groups(judged: Judged, figures: Figures, owners: Owners) -> Iterator[SumProblem]:
    """A whole with a part for every group behind it: in a bracket, whether the table knows them or not, else of one
    indicator."""
    for at, (whole, first) in enumerate(judged):
        passage, groups = whole.passage, set(figures.groups)
        if whole.kind is not Kind.LEVEL or _whose(whole, first, owners) not in ("", GRAND_TOTAL):
            continue
        parts: list[Quantity] = []
        inside = (*passage.asides, at)
        for part, second in judged[at + 1 :]:
            is_of_it = part.passage.asides == inside or bool(first.formula and first.formula == second.formula)
            quantity = part.passage.quantity
            if part.kind is not Kind.LEVEL or not same_measure(quantity.measure, passage.quantity.measure):
                continue
            owner = _whose(part, second, owners)
            if not is_of_it or owner not in groups:
                break
            groups.discard(owner)
            parts.append(quantity)
        is_exact = all(each.precision is Precision.EXACT for each in (passage.quantity, *parts))
        if len(parts) > 1 and not groups and is_exact:
            yield from _compared(first.formula, first.owner, passage.quantity, parts, figures)


def _whose(attribution: Attribution, judgement: Judgement, owners: Owners) -> str:
    """Whose a number is, by what it says where the table says nothing."""
    if judgement.formula:
        return judgement.owner
    mentions = owners.mentions(attribution.passage.between)
    return mentions[-1].owner if mentions else ""


def _exceeding(judged: Judged) -> Iterator[SumProblem]:
    """A part right after 其中 that is more than its whole, where the table knows neither."""
    for (before, first), (after, second) in pairwise(judged):
        whole, part = before.passage.quantity, after.passage.quantity
        if first.verdict is not None or second.verdict is not None or whole.measure != part.measure:
            continue
        if not is_heard(before.passage, after.passage):
            continue
        is_difference = vocabulary.CHANGE_AT_END.search(before.passage.before)  # 少了5件,其中21件: of neither number
        if is_difference or whole.measure in ("", "%"):
            continue
        if "其中" in after.passage.between and part.value > whole.value:
            note = f"“其中”的数 {part.value:f} 大于前面的总数 {whole.value:f}"
            yield SumProblem(whole.start, part.end, "", "", whole.value, part.value, Verdict.UNCLEAR, note)
