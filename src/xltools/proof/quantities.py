"""The numbers in a text: what they say, how exactly, in which measure, and where they stand."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from math import prod

from xltools.proof import vocabulary
from xltools.reading.numerals import parse_numeral

UNCHANGED = "持平"
"""The measure of 与上年持平: as good as a difference of 0."""
TIMES_AS_MUCH = "倍"


class Precision(StrEnum):
    """How a number is meant: to its last digit, or with 余/多/超, 近/不足, 约/左右."""

    EXACT = "exact"
    MORE = "more"
    LESS = "less"
    ABOUT = "about"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number as written: characters ``start`` to ``end`` of its paragraph, measure and 余 included.

    ``value`` has 万 and 亿 multiplied out (money is in 元), ``step`` is the worth of its last digit written, ``round``
    that of its last digit other than 0.
    """

    start: int
    end: int
    value: Decimal
    step: Decimal
    round: Decimal
    measure: str
    precision: Precision = Precision.EXACT

    @property
    def is_percentage(self) -> bool:
        return self.measure in ("%", "个百分点")

    @property
    def is_relative(self) -> bool:
        """Whether it says how a figure compares with others, and is in no measure of the figure's own."""
        return self.is_percentage or self.measure in (UNCHANGED, TIMES_AS_MUCH)


def find_quantities(text: str) -> list[Quantity]:
    """All numbers that may be figures, in their order; ``text`` as :func:`plain` gives it."""
    unchanged = (
        Quantity(*found.span(), Decimal(0), Decimal(1), Decimal(1), UNCHANGED) for found in _UNCHANGED.finditer(text)
    )
    found = sorted((*_quantities(text), *unchanged), key=lambda quantity: quantity.start)
    taken = {quantity.start for quantity in found}
    listed = {each.start: each for whole in found for each in _beside(text, whole) if each.start not in taken}
    return sorted((*found, *listed.values()), key=lambda quantity: quantity.start) if listed else found


def other_numbers(text: str, quantities: Sequence[Quantity]) -> Iterator[tuple[int, int]]:
    """Where the other numbers in figures stand that are no dates, places in an order or names of documents."""
    starts = [quantity.start for quantity in quantities]
    for found in _OTHER.finditer(text):
        before = bisect_right(starts, found.start())
        is_in_one = before > 0 and quantities[before - 1].end > found.start()
        if not is_in_one and not _DATE_LIKE.match(text, found.end()):
            yield found.span()


def quantity_of_cell(text: str, measure: str = "") -> Quantity | None:
    """The number that a cell's text is, all of it; ``measure``: what its labels give, for one that has none itself."""
    spelt = plain(text.strip())
    for before, behind in (("", ""), ("", measure), ("共", "")):
        found = find_quantities(before + spelt + behind)
        if len(found) == 1 and (found[0].start, found[0].end) == (len(before), len(before + spelt + behind)):
            return found[0]
    return None


def plain(text: str) -> str:
    """The text in :func:`narrow` characters, as long as before: 《…》, (含…) and (不含…) are blanked out, the last
    only where it leaves out no body."""
    text = _SQUARE.sub(r"(\1)", narrow(text))
    return _TITLE_OR_ASIDE.sub(lambda found: "□" * len(found.group()), text)


def narrow(text: str) -> str:
    """The text with full-width digits, letters and signs (commas, brackets) in their usual width."""
    return text.translate(_WIDTHS)


def allowed(quantity: Quantity, actual: Decimal) -> bool:
    """Whether a number written so may stand for ``actual``."""
    value, unit = quantity.value, max(quantity.round, quantity.step)
    match quantity.precision:
        case Precision.MORE:
            return value <= actual < value + unit
        case Precision.LESS:
            return value - unit < actual <= value
        case Precision.ABOUT:
            return abs(value - actual) * 2 <= unit
        case Precision.EXACT:
            is_rounded = quantity.step != 1 or (quantity.is_percentage and value != 100)
            return abs(value - actual) * 2 <= quantity.step if is_rounded else value == actual


_BLANKS = (0x3000, 0xA0, *range(0x2002, 0x200B), 0x202F, 0x205F)
_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | dict.fromkeys(_BLANKS, " ")
_TITLE_OR_ASIDE = re.compile(
    r"《[^《》]*(?:〈[^〈〉]*〉[^《》]*)*》|〈[^〈〉]*〉|\((?:含|包括)[^()0-9]{1,20}\)"
    rf"|\((?:不含|不包括)(?![^()]*(?:{vocabulary.BODIES.pattern}))[^()0-9]{{1,20}}\)"
)


_SQUARE = re.compile(r"〔(?!\d{4}〕)([^〔〕]*)〕")  # 州政发〔2017〕35号 stays


def _either(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_MEASURES = _either(vocabulary.MEASURES).replace(
    "次|", f"次(?!之(?:[{vocabulary.CLAUSE_ENDS}{vocabulary.SENTENCE_ENDS}]|$))|"
)
_NUMERAL = "零〇一二两三四五六七八九十百千万亿"
_PLACES = frozenset("百千万亿")
_BEHIND_WORDS = "(?:(?<=[\u4e00-\u9fff:,(])(?<![表图例件])|(?<=[\u4e00-\u9fff:,(] )(?<![表图例件] ))"
_DIGITS = (
    rf"{_BEHIND_WORDS}[0-9]{{1,3}}(?: [0-9]{{3}})+(?:\.[0-9]+)?"  # 248 071; 表1 100 are two
    "|[0-9]{1,5}万(?:[0-9]{4}|零[0-9]{1,3})"
    r"|[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?"
)
_BEGINS = r"(?<![0-9A-Za-z.〔\[第/-])(?:(?<=[表图例件][0-9] )|(?<![0-9][\s万亿千百]))(?<![万亿千百]零)(?!0[0-9])"
_NUMBER = re.compile(
    rf"(?P<before>{_either(vocabulary.MORE_BEFORE + vocabulary.LESS_BEFORE + vocabulary.ABOUT_BEFORE)})?\s*"
    rf"(?:(?:(?P<sign>(?<=[增长降幅率升加为])-)|{_BEGINS})(?P<digits>{_DIGITS})(?![0-9])"
    rf"|(?P<hundredths>百分之)?(?<![{_NUMERAL}第几数])(?P<numeral>[{_NUMERAL}]+(?:点[{_NUMERAL[:11]}]+)?))"
    rf"\s*(?P<times>百万|千万|[百千万亿](?!元))?(?P<after>{_either(vocabulary.MORE_AFTER)})?"
    rf"(?P<again>[万亿](?!元))?\s*(?!{_either(vocabulary.NOT_MEASURES)})"
    rf"(?P<measure>成(?=多|以上|左右|[^一-鿿]|$)|{_MEASURES})?"
    rf"(?P<behind>(?:{_either(vocabulary.MORE_BEHIND + vocabulary.ABOUT_BEHIND)})(?!\s*[0-9]))?"
)
_UNCHANGED = re.compile("(?<=[年比期度])持平")
_LONGEST_LEAD = 20
_AMOUNT = re.compile("(?:数|数量|总数|总量|量|共|计)(?:分别)?(?:为|是|达|:)?$")
_GOES_ON = re.compile("[0-9零]")
_DATE_LIKE = re.compile(r"\s*[年月日号时点分秒〔\-—~/:]|\s*至\s*\d|\.\d|\s+\d|[A-Za-z]")


_OTHER = re.compile(r"(?<![0-9A-Za-z.〔\[第/表图件-])[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?(?![0-9]|\s*[号〕\]])")
_LISTED = re.compile(r"\s*(?:[、和与及]|以及)\s*")
_MEASURE_BEHIND = re.compile(rf"\s*\(?单位:\s*({_MEASURES})\)?")


def _quantities(text: str) -> Iterator[Quantity]:
    waiting: list[re.Match[str]] = []
    for found in _NUMBER.finditer(text):
        start = max(found.start("digits") - len(found["sign"] or ""), found.start("numeral"))
        measure = "%" if found["hundredths"] else found["measure"] or ""
        if waiting and not _LISTED.fullmatch(text, waiting[-1].end(), start):
            waiting = []
        if measure:
            yield from _in_list(waiting, measure)
            waiting = []
        elif found["digits"] and not _DATE_LIKE.match(text, found.end()):
            waiting.append(found)
            if stated := _MEASURE_BEHIND.match(text, found.end()):
                yield from _in_list(waiting, stated[1])
                waiting = []
                continue
        if not measure and not _is_bare_amount(text, found):
            continue
        waiting = []
        if vocabulary.DEFINING.search(_lead(text, start)) or (found["numeral"] and not _counts(text, found)):
            continue
        end = max(found.end(name) for name in _PARTS if found[name])
        behind = found["behind"] or ""
        is_about = behind in vocabulary.ABOUT_BEHIND or found["before"] in vocabulary.ABOUT_BEFORE
        if behind and (measure or found["times"]):
            end = found.end("behind")
        elif behind and not measure:
            behind = ""
        quantity = _quantity(found, start, end, measure, _precision(found, behind, is_about))
        if quantity is not None:
            yield quantity


def _in_list(listed: Sequence[re.Match[str]], measure: str) -> Iterator[Quantity]:
    """Numbers whose measure stands behind the last of them: 12、8和5件."""
    for found in listed:
        start = found.start("digits") - len(found["sign"] or "")
        end = max(found.end(name) for name in _PARTS if found[name])
        is_about = found["before"] in vocabulary.ABOUT_BEFORE
        quantity = _quantity(found, start, end, measure, _precision(found, "", is_about))
        if quantity is not None:
            yield quantity


def _beside(text: str, whole: Quantity) -> Iterator[Quantity]:
    """Numbers that all leave out their measure beside one that has it: 1966条(微博1202、微信764), 51件,维持31,纠正8."""
    if whole.is_relative or not whole.measure:
        return
    behind = _BARE_IN_BRACKET.match(text, whole.end) or _BARE_BEHIND.match(text, whole.end)
    before = _BARE_BEFORE.search(text, max(0, whole.start - _LONGEST_LIST), whole.start)
    for listed in (before, behind):
        for found in _BARE_PART.finditer(text, *listed.span()) if listed else ():
            digits = found[1].replace(",", "")
            factor = vocabulary.TIMES["万"] if text[: whole.end].endswith("万元") else 1
            step = Decimal(1).scaleb(-len(digits.partition(".")[2])) * factor
            yield Quantity(*found.span(1), Decimal(digits) * factor, step, step, whole.measure)


_LONGEST_LIST = 80
_NAME = "[一-鿿“”]+"
_BARE = r"(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+(?:\.[0-9]+)?)(?=[、,;)。]|$)"
_BARE_PART = re.compile(f"{_NAME}({_BARE})")
_BARE_LIST = f"(?:其中)?[:,]?{_NAME}{_BARE}(?:[、,;]{_NAME}{_BARE})"
_BARE_IN_BRACKET = re.compile(rf"\({_BARE_LIST}*\)")
_BARE_BEHIND = re.compile(f"[、,]{_BARE_LIST}+")
_BARE_BEFORE = re.compile(f"{_BARE_LIST}+[、,]{_NAME}$")
_PARTS = ("digits", "numeral", "times", "after", "again", "measure")


def _is_bare_amount(text: str, found: re.Match[str]) -> bool:
    """Whether a number without a measure is said to be an amount (数量为15, 为零): no date, no item's number."""
    if found["numeral"]:
        return found["numeral"] == "零" and text[: found.start("numeral")].endswith("为")
    if _DATE_LIKE.match(text, found.end("digits")) or (found["times"] and _GOES_ON.match(text, found.end("times"))):
        return False
    return bool(found["times"] or found["after"] or _AMOUNT.search(_lead(text, found.start("digits"))))


def _lead(text: str, at: int) -> str:
    """The few words right before a place."""
    return text[max(0, at - _LONGEST_LEAD) : at].rstrip()


def _counts(text: str, found: re.Match[str]) -> bool:
    """Whether a Chinese numeral counts something: 会议三次, 三百余条; in 一个平台, 三项制度, 百件实事 it need not.

    百, 千 and 万 alone are numbers only as in 近百条 and 千余件, a single character only where its clause ends.
    """
    numeral = found["numeral"]
    is_rough = bool(found["before"] or found["after"])
    if numeral[0] in _PLACES:
        return is_rough
    return len(numeral) > 1 or is_rough or found["measure"] == "成" or not text[found.end() :][:1].isalnum()


def _quantity(found: re.Match[str], start: int, end: int, measure: str, precision: Precision) -> Quantity | None:
    """None for a Chinese numeral that is not in its standard spelling: 三五件 is three to five."""
    factor = Decimal(vocabulary.TIMES[found["times"] or ""]) * vocabulary.TIMES[found["again"] or ""]
    if found["digits"]:
        tens_of_thousands, _, ones = found["digits"].replace(",", "").replace(" ", "").rpartition("万")
        if tens_of_thousands:
            ones = ones.replace("零", "").zfill(4)
        digits = (found["sign"] or "") + tens_of_thousands + ones
    else:
        plain_numeral = found["numeral"].rstrip("万亿")
        factor *= prod(vocabulary.TIMES[place] for place in found["numeral"][len(plain_numeral) :])
        number = parse_numeral(("一" if plain_numeral[:1] in _PLACES else "") + plain_numeral or "一")
        if number is None:
            return None
        digits = f"{number:f}"
    if measure in ("万元", "亿元"):
        factor *= vocabulary.TIMES[measure[0]]
        measure = "元"
    elif measure == "成":
        factor, measure = Decimal(10), "%"
    exponent = -len(digits.partition(".")[2])
    step = Decimal(1).scaleb(exponent) * factor
    trailing = len(digits) - len(digits.rstrip("0")) if "." not in digits and digits.strip("0") else 0
    return Quantity(start, end, Decimal(digits) * factor, step, step.scaleb(trailing), measure, precision)


def _precision(found: re.Match[str], behind: str, is_about: bool) -> Precision:
    if found["before"] in vocabulary.LESS_BEFORE:
        return Precision.LESS
    if found["after"] or found["before"] in vocabulary.MORE_BEFORE or behind in vocabulary.MORE_BEHIND:
        return Precision.MORE
    return Precision.ABOUT if is_about else Precision.EXACT
