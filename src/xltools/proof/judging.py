"""Does the table say so too? Each attributed number against the total, in the precision it was written in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

from xltools.consolidation import GRAND_TOTAL
from xltools.proof.attribution import SLIGHT, Attribution, Doubt, Kind, Reading
from xltools.proof.claims import Verdict, as_figure
from xltools.proof.figures import Figures
from xltools.proof.naming import in_words
from xltools.proof.owners import UNKNOWN
from xltools.proof.quantities import Quantity, allowed
from xltools.proof.slips import is_slip
from xltools.proof.subjects import same_measure
from xltools.wording import figure_text


@dataclass(frozen=True, slots=True)
class Judgement:
    """What the total says to a number; ``verdict`` None: it says nothing, and ``note`` why."""

    verdict: Verdict | None
    note: str
    formula: str = ""
    owner: str = ""
    claimed: Decimal | None = None
    actual: Decimal | None = None


@dataclass(frozen=True, slots=True)
class _Candidate:
    """What a number would have to be: ``actual`` None where the table is blank.

    ``sure``, ``likely``, ``possible``: as its reading is. ``words``: what share or change it is, "" for a figure;
    ``unit``: what it is in; ``previous``: one of last year's table.
    """

    formula: str
    owner: str
    actual: Decimal | None
    sure: bool
    likely: bool
    possible: bool = False
    words: str = ""
    unit: str = ""
    previous: bool = False


def judge(attribution: Attribution, figures: Figures) -> Judgement:
    """The verdict on one number; one that is said of several owners agrees if it is every one's."""
    if attribution.each:
        of_each = [judge(_of_one(attribution, owner), figures) for owner in attribution.each]
        return next((each for each in of_each if each.verdict is not Verdict.AGREES), of_each[0])
    if not attribution.readings:
        return Judgement(None, attribution.reason)
    candidates = list(_candidates(attribution, figures))
    if not candidates:
        is_previous = all(reading.previous for reading in attribution.readings)
        return Judgement(None, _NO_PREVIOUS if is_previous else _REASONS[attribution.kind])
    quantity = attribution.passage.quantity
    for candidate in candidates:
        if _agrees(quantity, candidate, figures):
            return _judgement(Verdict.AGREES, "", candidate, quantity, figures, attribution)
    sure = list(dict.fromkeys(candidate for candidate in candidates if candidate.sure))
    likely = [candidate for candidate in candidates if candidate.likely and candidate.actual is not None]
    if not sure and likely:
        note = f"说法不够明确:{_IF}{_says(likely[0], figures)},文中是{_written(attribution, likely[0], figures)},请核对"
        return _judgement(Verdict.UNCLEAR, note, likely[0], quantity, figures, attribution)
    slips = [candidate for candidate in candidates if _is_slip(quantity, candidate, figures)]
    if not sure and slips:
        note = f"像是写错了:汇总表中{_says(slips[0], figures)},文中是{_written(attribution, slips[0], figures)},请核对"
        return _judgement(Verdict.UNCLEAR, note, slips[0], quantity, figures, attribution)
    if not sure:
        return Judgement(None, attribution.reason or "说法太泛,与表中的数也不相等,不作判断")
    if sure[0].actual is None:
        note = f"汇总表中{_says(sure[0], figures)},文中是{_written(attribution, sure[0], figures)}"
        return _judgement(Verdict.UNCLEAR, note, sure[0], quantity, figures, attribution)
    subjects = {(candidate.formula, candidate.owner) for candidate in _firsts(attribution, sure)}
    if len(subjects) > 1:
        note = "有几种理解,都不相等:" + ";".join(_says(candidate, figures) for candidate in _firsts(attribution, sure))
        return _judgement(Verdict.UNCLEAR, note, sure[0], quantity, figures, attribution)
    note = f"汇总表中{_says(sure[0], figures)},文中是{_written(attribution, sure[0], figures)}"
    others = "" if attribution.kind is not Kind.LEVEL else _equal_to(attribution, sure[0], figures)
    alternatives = "".join(f";{_says(candidate, figures)}" for candidate in sure[1:3])
    return _judgement(Verdict.DIFFERS, note + alternatives + others, sure[0], quantity, figures, attribution)


def confirmed(attribution: Attribution, figures: Figures) -> Attribution:
    """The same without doubts where the table has just this number: a reader then knows what is spoken of.

    A number below ten may be the table's by chance, one below a hundred that of a part; what is another's stays so.
    """
    if attribution.kind is not Kind.LEVEL or attribution.each or attribution.passage.quantity.value < _TELLING:
        return attribution
    judgement = judge(attribution, figures)
    if judgement.verdict is not Verdict.AGREES:
        return attribution
    found = replace(attribution, agreed=judgement.owner)
    lasting = _PERHAPS_OTHERS if attribution.passage.quantity.value < _UNIQUE else _OTHERS_OWN
    for reading in attribution.readings:
        is_it = judgement.formula in reading.formulas and judgement.owner == reading.owners[0]
        if is_it and reading.doubts.isdisjoint(lasting):
            clear = replace(reading, owners=(judgement.owner,), doubts=frozenset())
            return replace(found, readings=(clear, *(each for each in attribution.readings if each != reading)))
    return found


_TELLING = 10
_UNIQUE = 100
_HARDLY_SAID = SLIGHT | {Doubt.OTHER_WORDS}
_OTHERS_OWN = frozenset({Doubt.OTHER_BODY, Doubt.OTHER_TIME})
_PERHAPS_OTHERS = _OTHERS_OWN | {Doubt.PART}
_IF = "如果说的是表里的数,汇总表中"
def _of_one(attribution: Attribution, owner: str) -> Attribution:
    readings = tuple(replace(reading, owners=(owner,)) for reading in attribution.readings)
    return replace(attribution, readings=readings, each=())


_NO_PREVIOUS = "没有上年的数(--previous),不能核对"
_REASONS = {
    Kind.LEVEL: "汇总表里没有这个范围的数(别的组别或单位,或者几个单位合起来)",
    Kind.SHARE: "没有认出是占什么的比例",
    Kind.CHANGE: _NO_PREVIOUS,
}


def _candidates(attribution: Attribution, figures: Figures) -> Iterator[_Candidate]:
    for reading in attribution.readings:
        for place, owner in enumerate(reading.owners):
            if owner == UNKNOWN or not figures.has(owner):
                continue
            if reading.doubts >= _HARDLY_SAID and attribution.passage.quantity.value < _TELLING:
                continue
            for formula in reading.formulas:
                sure, likely = reading.sure and place == 0, reading.likely and place == 0
                possible = reading is attribution.readings[0] and reading.possible and place == 0
                if attribution.kind is Kind.LEVEL:
                    actual = figures.figure(formula, owner, previous=reading.previous)
                    if figures.previous or not reading.previous:
                        yield _Candidate(formula, owner, actual, sure, likely, possible, previous=reading.previous)
                elif attribution.kind is Kind.SHARE:
                    yield from _shares(attribution, formula, owner, sure, likely, figures)
                else:
                    yield from _changes(attribution, formula, owner, sure, likely, figures)


def _shares(
    attribution: Attribution, formula: str, owner: str, sure: bool, likely: bool, figures: Figures
) -> Iterator[_Candidate]:
    part = figures.figure(formula, owner)
    for whole in attribution.wholes:
        base = figures.figure(whole.formula, whole.owner)
        is_another = whole.part == (formula, owner) != (whole.formula, whole.owner)
        if is_another and part is not None and base and base >= part:
            words = "占" + (f"{whole.owner}的" if whole.owner != owner else "")
            words += in_words(whole.formula) if whole.formula != formula else ""
            share = part / base * 100
            yield _Candidate(
                formula, owner, share, sure and whole.sure, likely and whole.sure, words=f"{words}应为", unit="%"
            )


def _changes(
    attribution: Attribution, formula: str, owner: str, sure: bool, likely: bool, figures: Figures
) -> Iterator[_Candidate]:
    now, then = figures.figure(formula, owner), figures.figure(formula, owner, previous=True)
    if now is None or then is None:
        return
    quantity, change = attribution.passage.quantity, (now - then) * attribution.sign
    is_as_said = change * quantity.value >= 0
    words = f"比上年{'应为' if is_as_said else '实际'}{_direction(now - then, quantity)}"
    if not quantity.is_percentage:
        yield _Candidate(formula, owner, change, sure, likely, words=words)
    elif then:
        yield _Candidate(formula, owner, change / then * 100, sure, likely, words=words, unit="%")


def _direction(change: Decimal, quantity: Quantity) -> str:
    if not change:
        return "持平"
    up, down = ("增长", "下降") if quantity.is_percentage else ("增加", "减少")
    return up if change > 0 else down


def _agrees(quantity: Quantity, candidate: _Candidate, figures: Figures) -> bool:
    if candidate.actual is None:
        return quantity.value == 0
    return allowed(quantity, candidate.actual * figures.scale(candidate.formula, quantity.measure))


def _is_slip(quantity: Quantity, candidate: _Candidate, figures: Figures) -> bool:
    """Whether what little is sure of a number is made up for by how like it is to what it would have to be."""
    if not candidate.possible or candidate.actual is None:
        return False
    scale = figures.scale(candidate.formula, quantity.measure)
    if is_slip(quantity.value, candidate.actual * scale, quantity.step):
        return True
    others = (owner for owner in (GRAND_TOTAL, *figures.groups) if owner != candidate.owner and not candidate.words)
    is_telling = quantity.value >= _UNIQUE * scale
    return is_telling and any(figures.figure(candidate.formula, each) == quantity.value / scale for each in others)


def _judgement(
    verdict: Verdict,
    note: str,
    candidate: _Candidate,
    quantity: Quantity,
    figures: Figures,
    attribution: Attribution,
) -> Judgement:
    claimed = quantity.value / figures.scale(candidate.formula, quantity.measure)
    if verdict is Verdict.AGREES and attribution.kind is Kind.SHARE:
        note = f"{candidate.words.removesuffix('应为').removesuffix('的')}的比例"
    elif verdict is Verdict.AGREES and attribution.kind is Kind.CHANGE:
        note = "比上年的增减"
    return Judgement(verdict, note, candidate.formula, candidate.owner, claimed, candidate.actual)


def _firsts(attribution: Attribution, sure: list[_Candidate]) -> list[_Candidate]:
    """One candidate of each sure reading: a reading's several formulas are one subject."""
    readings: list[Reading] = [reading for reading in attribution.readings if reading.sure]
    if attribution.kind is not Kind.LEVEL:
        return sure[:1]
    chosen: dict[tuple[str, str], _Candidate] = {}
    for reading in readings:
        for candidate in sure:
            if candidate.formula in reading.formulas and candidate.owner == reading.owners[0]:
                chosen.setdefault((reading.formulas[0], candidate.owner), candidate)
                break
    return list(chosen.values()) or sure[:1]


def _says(candidate: _Candidate, figures: Figures) -> str:
    whose = ("上年" if candidate.previous else "") + ("" if candidate.owner == GRAND_TOTAL else candidate.owner)
    whose += "的" if whose else ""
    what = in_words(candidate.formula)
    if candidate.actual is None:
        return f"{whose}{what}没有填"
    if candidate.words.endswith("持平"):
        return f"{whose}{what}{candidate.words}"
    if candidate.words:
        return f"{whose}{what}{candidate.words} {_rounded(abs(candidate.actual))}{candidate.unit}"
    return f"{whose}{what}是 {figure_text(as_figure(candidate.actual))}"


def _rounded(value: Decimal) -> str:
    return figure_text(as_figure(value.quantize(Decimal("0.01"))))


def _written(attribution: Attribution, candidate: _Candidate, figures: Figures) -> str:
    quantity = attribution.passage.quantity
    value = quantity.value / figures.scale(candidate.formula, quantity.measure)
    if attribution.kind is not Kind.CHANGE:
        return f" {figure_text(as_figure(value))}{candidate.unit}"
    direction = _direction(value * attribution.sign, quantity)
    return direction + (f" {figure_text(as_figure(abs(value)))}{candidate.unit}" if value else "")


def _equal_to(attribution: Attribution, candidate: _Candidate, figures: Figures) -> str:
    """What the number would be right for: another owner of the same, or another indicator of the same owner.

    Said only where one alone can be meant, and not of a number so small that many are like it.
    """
    quantity = attribution.passage.quantity
    wanted = quantity.value / figures.scale(candidate.formula, quantity.measure)
    if wanted < _TELLING:
        return ""
    owners = [
        owner
        for owner in dict.fromkeys((GRAND_TOTAL, *figures.groups, *figures.units))
        if owner != candidate.owner and figures.figure(candidate.formula, owner) == wanted
    ]
    for alike in ([each for each in owners if each in attribution.passage.parts], owners):
        if len(alike) == 1:
            return f";等于{'全部' if alike[0] == GRAND_TOTAL else alike[0]}的数"
    for owner in () if owners else dict.fromkeys((candidate.owner, GRAND_TOTAL, *figures.groups)):
        names = [name for name in _comparable(candidate.formula, figures) if figures.figure(name, owner) == wanted]
        for alike in ([each for each in names if _are_related(candidate.formula, each, figures)], names):
            if len(alike) == 1:
                return f";等于{'' if owner == candidate.owner else owner + '的'}{alike[0]}"
    return ""


def _comparable(formula: str, figures: Figures) -> Iterator[str]:
    """The other indicators that a number in the formula's measure may be."""
    measure = figures.measure(formula)
    for name, indicator in figures.form.indicators.items():
        if name != formula and (same_measure(measure, indicator.measure) or measure == indicator.measure):
            yield name


def _are_related(formula: str, name: str, figures: Figures) -> bool:
    """Whether one of the two is part of the other."""
    return name in figures.parts.get(formula, ()) or formula in figures.parts.get(name, ())
