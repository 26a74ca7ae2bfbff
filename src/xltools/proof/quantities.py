"""The numbers in a text: what they say, how exactly, in which measure, and where they stand."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from xltools.proof import vocabulary


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


def find_quantities(text: str) -> list[Quantity]:
    """All numbers that may be figures, in their order; ``text`` as :func:`plain` gives it."""
    return list(_quantities(text))


def plain(text: str) -> str:
    """The text in :func:`narrow` characters, and 《…》 blanked out: as long as before."""
    return _TITLE.sub(lambda found: "□" * len(found.group()), narrow(text))


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
            is_rounded = quantity.step != 1
            return abs(value - actual) * 2 <= quantity.step if is_rounded else value == actual


_WIDTHS = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {0x3000: " ", 0xA0: " "}
_TITLE = re.compile(r"《[^《》]*(?:〈[^〈〉]*〉[^《》]*)*》|〈[^〈〉]*〉")


def _either(words: tuple[str, ...]) -> str:
    return "|".join(sorted(words, key=len, reverse=True))


_NUMBER = re.compile(
    rf"(?P<before>{_either(vocabulary.MORE_BEFORE + vocabulary.LESS_BEFORE + vocabulary.ABOUT_BEFORE)})?\s*"
    r"(?<![0-9A-Za-z.〔\[第/-])(?P<digits>[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:\.[0-9]+)?)(?![0-9])"
    rf"\s*(?P<times>百万|千万|[百千万亿](?!元))?(?P<after>{_either(vocabulary.MORE_AFTER)})?"
    rf"(?P<again>[万亿](?!元))?\s*(?!{_either(vocabulary.NOT_MEASURES)})(?P<measure>{_either(vocabulary.MEASURES)})?"
    rf"(?P<behind>{_either(vocabulary.MORE_BEHIND + vocabulary.ABOUT_BEHIND)})?"
)
_AMOUNT = re.compile("(?:数|数量|总数|总量|量|共|计)(?:分别)?(?:为|是|达|:)?$")
_DATE_LIKE = re.compile(r"\s*[年月日号时点分秒〔\-—~/:]|\s*至\s*\d|\.\d|[A-Za-z]")


def _quantities(text: str) -> Iterator[Quantity]:
    for found in _NUMBER.finditer(text):
        measure = found["measure"] or ""
        if not measure and not _is_bare_amount(text, found):
            continue
        if vocabulary.DEFINING.search(text[: found.start("digits")].rstrip()):
            continue
        start = found.start("digits")
        end = max(found.end(name) for name in ("digits", "times", "after", "again", "measure") if found[name])
        behind = found["behind"] or ""
        is_about = behind in vocabulary.ABOUT_BEHIND or found["before"] in vocabulary.ABOUT_BEFORE
        if behind and (measure or found["times"]):
            end = found.end("behind")
        elif behind and not measure:
            behind = ""
        yield _quantity(found, start, end, measure, _precision(found, behind, is_about))


def _is_bare_amount(text: str, found: re.Match[str]) -> bool:
    """Whether a number without a measure is said to be an amount (``数量为15``): no date, no item's number."""
    if _DATE_LIKE.match(text, found.end("digits")):
        return False
    return bool(found["times"] or found["after"] or _AMOUNT.search(text[: found.start("digits")].rstrip()))


def _quantity(found: re.Match[str], start: int, end: int, measure: str, precision: Precision) -> Quantity:
    digits = found["digits"].replace(",", "")
    factor = Decimal(vocabulary.TIMES[found["times"] or ""]) * vocabulary.TIMES[found["again"] or ""]
    if measure in ("万元", "亿元"):
        factor *= vocabulary.TIMES[measure[0]]
        measure = "元"
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
