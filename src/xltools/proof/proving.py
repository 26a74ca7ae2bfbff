"""A report against a total: every number of the prose, the sums within it, the dates."""

from __future__ import annotations

from itertools import islice

from xltools.proof.attributing import followed, read
from xltools.proof.attribution import Attribution, Background, Knowledge
from xltools.proof.claims import Claim, LeftAlone, Proof, Verdict, figure_or_blank
from xltools.proof.dates import DateProblem, date_problems
from xltools.proof.documents import Document
from xltools.proof.figures import Figures
from xltools.proof.halves import shares_in_words
from xltools.proof.judging import Judgement, judge
from xltools.proof.neighbours import among_neighbours
from xltools.proof.owners import Owners
from xltools.proof.passages import Sentence, sentences_of
from xltools.proof.quantities import find_quantities, narrow, other_numbers, plain
from xltools.proof.subjects import Lexicon
from xltools.proof.sums import Judged, SumProblem, sum_problems
from xltools.proof.tables import table_claims


def prove(document: Document, figures: Figures) -> Proof:
    """Every claim of a report with its verdict: those of the prose in its order, then those of its tables."""
    lexicon = Lexicon(figures.meanings, figures.parts, figures.labels)
    known = Knowledge(lexicon, Owners(figures), int(figures.period) if figures.period.isdigit() else 0, figures)
    claims: list[Claim] = []
    left_alone: list[LeftAlone] = []
    heading = ""
    for number, text in enumerate(document.paragraphs, start=1):
        spelt = plain(text)
        found = [_of_date(text, number, problem) for problem in date_problems(spelt, figures.period)]
        background = Background(heading, known.owners.titled(heading))
        read_so_far: list[Attribution] = []
        found_in_words = shares_in_words(spelt)
        quantities = sorted((*find_quantities(spelt), *found_in_words), key=lambda quantity: quantity.start)
        sentences = sentences_of(spelt, quantities)
        for sentence in sentences:
            attributions = read(known, sentence, background)
            read_so_far += attributions
            lead = sentence.text if not sentence.passages and len(sentence.text) < _LONGEST_HEADING else heading
            background = followed(known, background, lead, sentence, attributions)
        judged = among_neighbours([(each, judge(each, figures)) for each in read_so_far], figures)
        told: list[Judged] = [list(islice(judged, len(each.passages))) for each in sentences if each.passages]
        for sentence, of_it in zip((each for each in sentences if each.passages), told, strict=True):
            for attribution, judgement in of_it:
                if judgement.verdict is None:
                    left_alone.append(_left_alone(text, number, attribution, judgement))
                else:
                    found.append(_claim(text, number, sentence, attribution, judgement, judgement.verdict))
        left_alone += [_unmeasured(text, number, *span) for span in other_numbers(spelt, quantities)]
        found += [_of_sum(text, number, problem) for problem in sum_problems(told, figures, known.owners)]
        claims += sorted(found, key=lambda claim: (claim.start, claim.end))
        if len(spelt.strip()) < _LONGEST_HEADING and not quantities:
            heading = spelt
    in_tables, others = table_claims(document, figures, known)
    return Proof((*claims, *in_tables), (*left_alone, *others))


_LONGEST_HEADING = 40


def _claim(
    text: str, number: int, sentence: Sentence, attribution: Attribution, judgement: Judgement, verdict: Verdict
) -> Claim:
    quantity = attribution.passage.quantity
    said = text[sentence.start : sentence.end]
    return Claim(
        text=text[quantity.start : quantity.end],
        paragraph=number,
        start=quantity.start,
        end=quantity.end,
        indicator=judgement.formula,
        group=judgement.owner,
        claimed=figure_or_blank(judgement.claimed),
        actual=figure_or_blank(None if judgement.actual is None else round(judgement.actual, 6)),
        verdict=verdict,
        note=judgement.note,
        sentence=said.strip(),
        offset=quantity.start - sentence.start - (len(said) - len(said.lstrip())),
    )


def _left_alone(text: str, number: int, attribution: Attribution, judgement: Judgement) -> LeftAlone:
    quantity = attribution.passage.quantity
    return LeftAlone(text[quantity.start : quantity.end], number, quantity.start, quantity.end, judgement.note)


def _unmeasured(text: str, number: int, start: int, end: int) -> LeftAlone:
    return LeftAlone(text[start:end], number, start, end, "没有计量单位,或者不是统计表里的计量单位")


def _of_date(text: str, number: int, problem: DateProblem) -> Claim:
    excerpt = text[problem.start : problem.end]
    start, end = problem.start, problem.end
    return Claim(excerpt, number, start, end, "", "", None, None, Verdict.DIFFERS, problem.note, excerpt)


def _of_sum(text: str, number: int, problem: SumProblem) -> Claim:
    end = problem.end
    excerpt = narrow(text[problem.start : end + 1])
    if excerpt.endswith(")") and excerpt.count("(") == excerpt.count(")"):
        end += 1
    return Claim(
        text=text[problem.start : end],
        paragraph=number,
        start=problem.start,
        end=end,
        indicator=problem.indicator,
        group=problem.owner,
        claimed=figure_or_blank(problem.claimed),
        actual=figure_or_blank(problem.actual),
        verdict=problem.verdict,
        note=problem.note,
        sentence=text[problem.start : end],
    )
