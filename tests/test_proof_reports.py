"""Whole reports: the published one of 湘西州, and paragraphs in others' style, some by strangers to the program."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest
from prooftexts import DATA, Marked, Paragraph, ningxi, paragraphs, proof_of, shuyang, xiangxi
from test_narrative import report_of, with_last_year

from xltools.proof import Claim, Figures, Proof, Verdict
from xltools.proof.documents import parse_document

REPORT = (DATA / "xiangxi_2017_report.txt").read_text(encoding="utf-8")
TOTALS: dict[str, Callable[[], Figures]] = {"2017": xiangxi, "2021": shuyang}
TOTALS |= {f"2021_blind{number}": ningxi for number in (5, 7, 8)}


@pytest.fixture(scope="module")
def seed() -> Proof:
    return proof_of(REPORT, xiangxi())


def the(proof: Proof, text: str) -> Claim:
    (claim,) = (claim for claim in proof.claims if claim.text == text)
    return claim


# --- the published report ---


def test_the_published_report_agrees_in_at_least_sixty_places(seed: Proof) -> None:
    assert seed.summary["agrees"] >= 60
    shares = the(seed, "34.5%"), the(seed, "65.5%")
    assert [(claim.group, claim.verdict) for claim in shares] == [
        ("州本级", Verdict.AGREES),
        ("县市", Verdict.AGREES),
    ]
    both = the(seed, "874条")
    assert (both.indicator, both.group, both.actual, both.verdict) == (
        "政务微博公开数+政务微信公开数", "州本级", 874, Verdict.AGREES,
    )  # fmt: skip


def test_its_two_wrong_figures_are_named_with_what_they_are(seed: Proof) -> None:
    wrong = {claim.text: claim for claim in seed.claims if claim.verdict is Verdict.DIFFERS and claim.indicator}
    assert set(wrong) == {"85674条", "734名"}
    assert (wrong["85674条"].claimed, wrong["85674条"].actual) == (85674, 248071)
    assert "等于州本级的数" in wrong["85674条"].note
    assert (wrong["734名"].claimed, wrong["734名"].actual) == (734, 776)
    assert "等于兼职人员数" in wrong["734名"].note


def test_its_malformed_period_is_no_date(seed: Proof) -> None:
    period = the(seed, "201711日至1231日")
    assert (period.verdict, period.indicator) == (Verdict.DIFFERS, "")
    assert "2017年1月1日" in period.note
    assert "12月31日" in period.note


def test_its_cases_do_not_add_up(seed: Proof) -> None:
    sums = [claim for claim in seed.claims if claim.verdict is Verdict.UNCLEAR]
    assert [(claim.group, claim.claimed, claim.actual) for claim in sums] == [("州本级", 13, 8), ("县市", 88, 73)]
    assert "6 + 2 = 8" in sums[0].note
    assert "50 + 22 + 1 = 73" in sums[1].note


def test_every_claim_stands_where_it_says(seed: Proof) -> None:
    lines = [line for line in REPORT.splitlines() if line.strip()]
    assert all(lines[claim.paragraph - 1][claim.start : claim.end] == claim.text for claim in seed.claims)


def test_the_json_has_the_keys_of_the_contract(seed: Proof) -> None:
    record = seed.record()
    assert set(record) == {"claims", "summary"}
    keys = ["text", "paragraph", "start", "end", "indicator", "group", "claimed", "actual", "verdict", "note"]
    assert all(list(claim) == keys for claim in record["claims"])
    assert record["summary"] == {"agrees": 69, "differs": 3, "unclear": 2}


def test_full_width_commas_and_brackets_read_the_same(seed: Proof) -> None:
    wide = REPORT.translate({ord(sign): ord(sign) + 0xFEE0 for sign in ",;:()?!"})
    assert [(c.start, c.verdict, c.actual) for c in proof_of(wide, xiangxi()).claims] == [
        (c.start, c.verdict, c.actual) for c in seed.claims
    ]


def test_a_digit_altered_is_caught_in_at_least_97_of_100(seed: Proof) -> None:
    """Parts 二–七 are the paragraphs 27 to 33 of the report."""
    lines = [line for line in REPORT.splitlines() if line.strip()]
    sound = [claim for claim in seed.claims if 27 <= claim.paragraph <= 33 and claim.verdict is Verdict.AGREES]
    assert len(sound) >= 60
    chance = random.Random(7)
    caught = 0
    for _ in range(300):
        claim = chance.choice(sound)
        line = lines[claim.paragraph - 1]
        places = [at for at in range(claim.start, claim.end) if line[at].isdigit()]
        at = chance.choice(places)
        digits = [digit for digit in "0123456789" if digit != line[at] and (digit != "0" or at != places[0])]
        altered = line[:at] + chance.choice(digits) + line[at + 1 :]
        claims = proof_of(altered, xiangxi()).claims
        caught += any(c.start == claim.start and c.verdict is not Verdict.AGREES for c in claims)
    assert caught >= 0.97 * 300


# --- paragraphs in the style of others ---


def _verdict(proof: Proof, figure: Marked) -> Verdict | None:
    at = [c for c in proof.claims if c.start == figure.start and c.end == figure.start + len(figure.text)]
    return at[0].verdict if at else None


def _false_alarms(proof: Proof, paragraph: Paragraph) -> list[Claim]:
    planted = {figure.start for figure in paragraph.figures if figure.wrong}
    open_claims = [claim for claim in proof.claims if claim.verdict is not Verdict.AGREES]
    return [claim for claim in open_claims if claim.start not in planted and "各项之和" not in claim.note]


class _Read(NamedTuple):
    """What came of paragraphs: the verdicts on what is right and on what was planted, false alarms, all numbers."""

    true: list[Verdict | None]
    planted: list[Verdict | None]
    false_alarms: int
    numbers: int


def _read(texts: Sequence[Paragraph], figures: Figures) -> _Read:
    pairs = [(paragraph, proof_of(paragraph.text, figures)) for paragraph in texts]
    verdicts = [(figure.wrong, _verdict(proof, figure)) for paragraph, proof in pairs for figure in paragraph.figures]
    return _Read(
        [verdict for wrong, verdict in verdicts if not wrong],
        [verdict for wrong, verdict in verdicts if wrong],
        sum(len(_false_alarms(proof, paragraph)) for paragraph, proof in pairs),
        sum(len(proof.claims) + len(proof.left_alone) for _, proof in pairs),
    )


@pytest.mark.parametrize("year", ["2017", "2021"])
def test_in_others_style_nine_tenths_are_recognised_with_one_false_alarm_in_a_hundred(year: str) -> None:
    texts = list(paragraphs(year))
    true, planted, false_alarms, numbers = _read(texts, TOTALS[year]())
    assert len(texts) >= 20
    assert sum(verdict is Verdict.AGREES for verdict in true) >= 0.9 * len(true)
    assert sum(verdict not in (None, Verdict.AGREES) for verdict in planted) >= 0.9 * len(planted)
    assert false_alarms <= numbers / 100


@pytest.mark.parametrize(
    ("year", "name", "least_recognised", "least_caught", "most_false"),
    # but for the last none is unseen any more: general causes of what was missed when they were new have been mended
    [
        ("2017", "blind", 0.95, 0.85, 1 / 100), ("2021", "blind", 0.95, 0.95, 1 / 100),
        ("2017", "blind2", 0.9, 0.95, 1 / 100), ("2021", "blind2", 0.95, 0.95, 1 / 100),
        ("2017", "blind4", 0.85, 0.85, 1 / 100),
        ("2017", "blind5", 0.93, 0.93, 1 / 100), ("2021", "blind5", 0.95, 0.95, 1 / 100),
        ("2017", "blind7", 0.94, 0.95, 1 / 100), ("2021", "blind7", 0.94, 0.95, 1 / 100),
        ("2017", "blind8", 0.85, 0.8, 1 / 50), ("2021", "blind8", 0.85, 0.8, 1 / 50),
    ],
)  # fmt: skip
def test_blind_sets_are_recognised_too_with_few_false_alarms(
    year: str, name: str, least_recognised: float, least_caught: float, most_false: float
) -> None:
    """Written by others, who had read neither the program nor the other paragraphs: see docs/校对与报告.md."""
    texts = list(paragraphs(f"{year}_{name}"))
    figures = TOTALS.get(f"{year}_{name}", TOTALS[year])()
    true, planted, false_alarms, numbers = _read(texts, figures)
    assert len(texts) >= 10
    assert sum(verdict is Verdict.AGREES for verdict in true) >= least_recognised * len(true)
    assert sum(verdict not in (None, Verdict.AGREES) for verdict in planted) >= least_caught * len(planted)
    assert false_alarms <= numbers * most_false


@pytest.mark.parametrize("year", ["2017", "2021"])
def test_what_is_recognised_is_what_the_author_meant(year: str) -> None:
    figures = TOTALS[year]()
    for paragraph in paragraphs(year):
        claims = {claim.start: claim for claim in proof_of(paragraph.text, figures).claims}
        for figure in paragraph.figures:
            claim = claims.get(figure.start)
            if claim is None or figure.wrong:
                continue
            assert claim.group == figure.group, (paragraph.text, figure)
            if figure.indicator in figures.form.indicators:
                assert figure.indicator in claim.indicator, (paragraph.text, figure)


@pytest.mark.parametrize("year", ["2017", "2021"])
def test_an_altered_figure_in_others_style_is_caught_nine_times_in_ten(year: str) -> None:
    figures, chance, caught, tried = TOTALS[year](), random.Random(11), 0, 0
    for paragraph in paragraphs(year):
        agreed = [f for f in paragraph.figures if not f.wrong and f.text[0].isdigit()]
        if not agreed:
            continue
        proof = proof_of(paragraph.text, figures)
        figure = chance.choice(agreed)
        if _verdict(proof, figure) is not Verdict.AGREES:
            continue
        digits = [digit for digit in "123456789" if digit != figure.text[0]]
        altered = paragraph.text[: figure.start] + chance.choice(digits) + paragraph.text[figure.start + 1 :]
        tried += 1
        caught += _verdict(proof_of(altered, figures), figure) not in (None, Verdict.AGREES)
    assert tried > 50
    assert caught >= 0.9 * tried


def _groups_for_wholes(paragraph: str, figures: Figures) -> Iterator[tuple[int, str]]:
    """The paragraph with one whole that groups follow replaced by one of them; where, and the text that results."""
    claims = proof_of(paragraph, figures).claims
    wholes = [c for c in claims if c.verdict is Verdict.AGREES and c.group == "合计" and c.claimed == c.actual]
    for whole in wholes:
        for group in figures.groups:
            parts = (c for c in claims if (c.indicator, c.group) == (whole.indicator, group) and c.start > whole.start)
            part = next(parts, None)
            if part is not None and part.claimed == part.actual and part.actual != whole.actual:
                yield whole.start, paragraph[: whole.start] + part.text + paragraph[whole.end :]


@pytest.mark.parametrize("text", ["published", "generated", "generated with last year"])
def test_a_group_given_as_the_whole_is_caught_in_at_least_97_of_100(text: str) -> None:
    figures = with_last_year(xiangxi()) if text == "generated with last year" else xiangxi()
    report = parse_document(report_of(figures), "docx", "报告.docx").paragraphs
    lines = [line for line in REPORT.splitlines() if line.strip()] if text == "published" else report
    swapped = [each for line in lines for each in _groups_for_wholes(line, figures)]
    caught = [
        any(c.start == start and c.verdict is not Verdict.AGREES for c in proof_of(line, figures).claims)
        for start, line in swapped
    ]
    assert len(swapped) >= 30
    assert sum(caught) >= 0.97 * len(caught)
