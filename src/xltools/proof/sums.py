"""Sums within the prose: parts that are named with their whole must add up to it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise

from xltools.form import Form
from xltools.proof import vocabulary
from xltools.proof.attribution import Attribution, Kind
from xltools.proof.claims import Verdict, as_figure
from xltools.proof.figures import Figures
from xltools.proof.judging import Judgement
from xltools.proof.quantities import Precision, Quantity
from xltools.rules import Binary, Call, Expression, Name, names
from xltools.wording import figure_text


@dataclass(frozen=True, slots=True)
class SumProblem:
    """A whole and its parts in one sentence that do not add up: ``claimed`` the whole, ``actual`` the sum."""

    start: int
    end: int
    indicator: str
    owner: str
    claimed: Decimal | None
    actual: Decimal | None
    verdict: Verdict
    note: str


def sums_of(form: Form) -> Mapping[str, tuple[str, ...]]:
    """For each indicator that rules hold to be the sum of others, or at least their sum: those others."""
    found: dict[str, tuple[str, ...]] = {}
    for rule in form.rules:
        tree = rule.expression
        if not isinstance(tree, Binary) or tree.op not in ("=", ">=", "<="):
            continue
        whole, parts = (tree.right, tree.left) if tree.op == "<=" else (tree.left, tree.right)
        if isinstance(whole, Name) and _is_sum(parts):
            found.setdefault(whole.name, names(parts))
    return found


def sum_problems(
    judged: Sequence[tuple[Attribution, Judgement]], sums: Mapping[str, tuple[str, ...]], figures: Figures
) -> Iterator[SumProblem]:
    """What does not add up within one sentence although every number by itself is the table's.

    A sum is looked at where the sentence names every part that the table has a figure for.
    """
    agreed = {
        (judgement.formula, judgement.owner): attribution.passage.quantity
        for attribution, judgement in judged
        if judgement.verdict is Verdict.AGREES
        and attribution.kind is Kind.LEVEL
        and attribution.passage.quantity.precision is Precision.EXACT
    }
    for (name, owner), whole in agreed.items():
        parts = [(part, agreed[part, owner]) for part in sums.get(name, ()) if (part, owner) in agreed]
        named = {part for part, _ in parts}
        is_complete = all(part in named or not figures.figure(part, owner) for part in sums.get(name, ()))
        if len(parts) > 1 and is_complete and all(quantity.start > whole.start for _, quantity in parts):
            yield from _compared(name, owner, whole, [quantity for _, quantity in parts])
    yield from _exceeding(judged)


def _compared(name: str, owner: str, whole: Quantity, parts: Sequence[Quantity]) -> Iterator[SumProblem]:
    total = sum((part.value for part in parts), Decimal(0))
    if total == whole.value:
        return
    written = " + ".join(figure_text(as_figure(part.value)) for part in parts)
    distance = figure_text(as_figure(abs(whole.value - total)))
    is_short = total < whole.value
    asked = f"差 {distance},请核对或写明其余的情形" if is_short else f"多 {distance}"
    yield SumProblem(
        start=whole.start,
        end=max(part.end for part in parts),
        indicator=name,
        owner=owner,
        claimed=whole.value,
        actual=total,
        verdict=Verdict.UNCLEAR if is_short else Verdict.DIFFERS,
        note=f"文中各项之和对不上:{written} = {figure_text(as_figure(total))},总数写的是"
        f" {figure_text(as_figure(whole.value))},{asked}",
    )


def _exceeding(judged: Sequence[tuple[Attribution, Judgement]]) -> Iterator[SumProblem]:
    """A part right after 其中 that is more than its whole, where the table knows neither."""
    for (before, first), (after, second) in pairwise(judged):
        whole, part = before.passage.quantity, after.passage.quantity
        if first.verdict is not None or second.verdict is not None or whole.measure != part.measure:
            continue
        is_difference = vocabulary.CHANGE_AT_END.search(before.passage.before)  # 少了5件,其中21件: of neither number
        if is_difference or whole.measure in ("", "%"):
            continue
        if "其中" in after.passage.between and part.value > whole.value:
            note = f"“其中”的数 {part.value:f} 大于前面的总数 {whole.value:f}"
            yield SumProblem(whole.start, part.end, "", "", whole.value, part.value, Verdict.UNCLEAR, note)


def _is_sum(tree: Expression) -> bool:
    if isinstance(tree, Call):
        return tree.function == "SUM" and all(isinstance(argument, Name) for argument in tree.arguments)
    return (
        isinstance(tree, Binary)
        and tree.op == "+"
        and all(isinstance(side, Name) or _is_sum(side) for side in (tree.left, tree.right))
    )
