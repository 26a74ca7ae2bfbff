"""What a report template can say: every indicator by its name, with its groups, shares and change."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from xltools.consolidation import GRAND_TOTAL
from xltools.proof.claims import as_figure
from xltools.proof.figures import Figures
from xltools.rules import Name, compile_rule, names, parse, round15
from xltools.scope import DEFAULT_UNIT
from xltools.wording import figure_text

IMPOSSIBLE = "—"  # what stands for a figure that cannot be calculated: #DIV/0! in the sheet
TO_FILL_IN = "××"  # what stands for what the total does not say, for the office to write over
_OFFICES = re.compile(r"(?<=.[省州市县区盟旗])(?:人民政府|政府)?(?:办公厅|办公室)?$")
SAYINGS = ("分组", "占比", "同比", "同比和分组", "计量单位")
"""What a template may write after an indicator and a full stop."""
_COMMA, _SEMICOLON = "\uff0c", "\uff1b"  # full-width signs of printed Chinese
_NOTHING, _WHOLE = Decimal(0), Decimal(100)
_MOST_PLACES = 2  # of a growth: one that is 0 at these places is not worth a percentage


@dataclass(frozen=True, slots=True, eq=False)
class Spoken:
    """A figure as a template uses it: by itself it is the number, a blank is 0, and it can be compared with numbers.

    Its attributes have Chinese names, as the templates are written by those who write the reports. ``impossible``
    receives each formula that was to be written and has no value.
    """

    figures: Figures
    formula: str
    impossible: list[str]

    def __str__(self) -> str:
        if self._of(GRAND_TOTAL) is None and self.formula not in self.impossible:
            self.impossible.append(self.formula)
        return _text(self._of(GRAND_TOTAL))

    def __bool__(self) -> bool:
        return bool(self._of(GRAND_TOTAL))

    def __eq__(self, other: object) -> bool:
        return self._compared(operator.eq, other)

    def __ne__(self, other: object) -> bool:
        return not self._compared(operator.eq, other)

    def __lt__(self, other: object) -> bool:
        return self._compared(operator.lt, other)

    def __le__(self, other: object) -> bool:
        return self._compared(operator.le, other)

    def __gt__(self, other: object) -> bool:
        return self._compared(operator.gt, other)

    def __ge__(self, other: object) -> bool:
        return self._compared(operator.ge, other)

    @property
    def 计量单位(self) -> str:  # noqa: N802 -- what a template writes
        return self.figures.measure(self.formula)

    @property
    def 分组(self) -> str:  # noqa: N802
        """``,其中,州本级85674条,县市162397条``; "" without groups or where there is nothing to share out."""
        if len(self.figures.groups) < 2 or not self:
            return ""
        parts = (f"{group}{_text(self._of(group))}{self.计量单位}" for group in self.figures.groups)
        return f"{_COMMA}其中{_COMMA}" + _COMMA.join(parts)

    @property
    def 占比(self) -> str:  # noqa: N802
        """``,分别占34.5%和65.5%``, to follow 分组; "" where a group has nothing, and so another one all."""
        whole = self._of(GRAND_TOTAL)
        parts = [self._of(group) for group in self.figures.groups]
        if len(parts) < 2 or not whole or not all(parts):
            return ""
        shares = [_percentage((part or _NOTHING) / whole) for part in parts]
        return f"{_COMMA}分别占" + "、".join(shares[:-1]) + "和" + shares[-1]

    @property
    def 同比(self) -> str:  # noqa: N802
        """``,比上年增加12件,增长8.5%``; "" where a year's figure is not known, or both are 0.

        After a year with 0, and where the growth is next to nothing, only the difference is told.
        """
        now = self.figures.figure(self.formula, GRAND_TOTAL)
        then = self.figures.figure(self.formula, GRAND_TOTAL, previous=True)
        if now is None or then is None or not (now or then):
            return ""
        if now == then:
            return f"{_COMMA}与上年持平"
        more, grown = ("增加", "增长") if now > then else ("减少", "下降")
        told = f"{_COMMA}比上年{more}{_text(abs(now - then))}{self.计量单位}"
        growth = abs(now - then) / abs(then) if then else _NOTHING
        return told + (f"{_COMMA}{grown}{_percentage(growth)}" if _rounded(growth, _MOST_PLACES) else "")

    @property
    def 同比和分组(self) -> str:  # noqa: N802
        """``,比上年增加12件,增长8.5%;其中,州本级10件,县市5件``: the groups are of the figure, not of its change."""
        parts = self.分组
        return self.同比 + (_SEMICOLON + parts.removeprefix(_COMMA) if self.同比 and parts else parts)

    def _of(self, owner: str) -> Decimal | None:
        return value_of(self.figures, self.formula, owner)

    def _compared(self, compare: Callable[[Decimal, Decimal], bool], other: object) -> bool:
        """What cannot be calculated is neither equal to anything, nor less, nor more."""
        if isinstance(other, Spoken):
            number = other._of(GRAND_TOTAL)
        elif isinstance(other, int | float | Decimal):
            number = Decimal(str(other)) if not isinstance(other, bool) else Decimal(other)
        else:
            raise TypeError(other)
        mine = self._of(GRAND_TOTAL)
        return mine is not None and number is not None and compare(mine, number)


def value_of(figures: Figures, formula: str, owner: str) -> Decimal | None:
    """A figure as it is written in a report: a blank is 0, None where a formula gives an error in the sheet."""
    value = figures.figure(formula, owner)
    if value is not None:
        return value
    tree = parse(formula)
    if isinstance(tree, Name):
        return _NOTHING
    known = figures.values.get(owner, {})
    result = compile_rule(tree)({name: float(known.get(name) or 0) for name in names(tree)})
    return Decimal(repr(round15(result))) if isinstance(result, float) else None


def unit_of(figures: Figures) -> str:
    """Whose report it is; TO_FILL_IN where the total does not say."""
    return TO_FILL_IN if figures.unit in ("", DEFAULT_UNIT) else figures.unit


def year_of(figures: Figures) -> str:
    """The year of the report; TO_FILL_IN where the total does not say."""
    return figures.period if figures.period.isdecimal() and int(figures.period) else TO_FILL_IN


def context_of(figures: Figures, impossible: list[str]) -> Mapping[str, Any]:
    """Everything a template may name; ``impossible`` receives what was to be written and has no value.

    算 raises RuleError for what is no formula, KeyError for a name that is no indicator.
    """
    unit, year = unit_of(figures), year_of(figures)

    def calculated(formula: str | Spoken) -> Spoken:
        if isinstance(formula, Spoken):
            return formula
        figures.figure(formula, GRAND_TOTAL)
        return Spoken(figures, formula, impossible)

    return {
        **{name: Spoken(figures, name, impossible) for name in figures.form.indicators},
        "单位": unit,
        "年度": int(year) if year.isdecimal() else year,
        "范围": _reach(figures),
        "有上年": bool(figures.previous),
        "算": calculated,
    }


def _reach(figures: Figures) -> str:
    """全州 of 湘西州 and of 湘西州人民政府办公室; of a body that is no place what it has below it, or itself."""
    place = _OFFICES.sub("", figures.unit)
    if place[-1:] and place[-1] in "省州市县区盟旗":
        return f"全{place[-1]}"
    return "各级行政机关" if figures.units or figures.unit == DEFAULT_UNIT else "本单位"


def _text(value: Decimal | None) -> str:
    return IMPOSSIBLE if value is None else figure_text(as_figure(value))


def _percentage(ratio: Decimal) -> str:
    """One decimal, or as many as it takes not to turn a little into nothing nor a part into the whole."""
    if ratio * 100 == _WHOLE:
        return f"{_WHOLE}%"
    places = 1
    while _rounded(ratio, places) in (_NOTHING, _WHOLE) and _rounded(ratio, places) != ratio * 100:
        places += 1
    return f"{_rounded(ratio, places)}%"


def _rounded(ratio: Decimal, places: int) -> Decimal:
    """A ratio in per cent."""
    return (ratio * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
