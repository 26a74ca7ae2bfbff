"""What a report template can say: every indicator by its name, with its groups, shares and change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from xltools.consolidation import GRAND_TOTAL
from xltools.proof.claims import as_figure
from xltools.proof.figures import Figures
from xltools.wording import figure_text

_COMMA = "\uff0c"  # the full-width comma of printed Chinese


@dataclass(frozen=True, slots=True)
class Spoken:
    """A figure as a template uses it: by itself it is the number, a blank is 0.

    Its attributes have Chinese names, as the templates are written by those who write the reports.
    """

    figures: Figures
    formula: str

    def __str__(self) -> str:
        return _text(self._of(GRAND_TOTAL))

    def __bool__(self) -> bool:
        return bool(self._of(GRAND_TOTAL))

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
        """``,分别占34.5%和65.5%``, to follow 分组."""
        whole = self._of(GRAND_TOTAL)
        if len(self.figures.groups) < 2 or not whole:
            return ""
        shares = [_percentage((self._of(group) or Decimal(0)) / whole) for group in self.figures.groups]
        return f"{_COMMA}分别占" + "、".join(shares[:-1]) + "和" + shares[-1]

    @property
    def 同比(self) -> str:  # noqa: N802
        """``,比上年增加12件,增长8.5%``; "" where the previous year's figure is not known."""
        now, then = self._of(GRAND_TOTAL), self.figures.figure(self.formula, GRAND_TOTAL, previous=True)
        if now is None or then is None:
            return ""
        if now == then:
            return f"{_COMMA}与上年持平"
        more, grown = ("增加", "增长") if now > then else ("减少", "下降")
        told = f"{_COMMA}比上年{more}{_text(abs(now - then))}{self.计量单位}"
        return told + (f"{_COMMA}{grown}{_percentage(abs(now - then) / then)}" if then else "")

    def _of(self, owner: str) -> Decimal | None:
        return self.figures.figure(self.formula, owner)


def context_of(figures: Figures) -> Mapping[str, Any]:
    """Everything a template may name."""
    unit = figures.unit or "本单位"
    return {
        **{name: Spoken(figures, name) for name in figures.form.indicators},
        "单位": unit,
        "年度": figures.period,
        "范围": f"全{unit[-1]}" if unit[-1] in "省州市县区盟旗" else "各级行政机关",
        "有上年": bool(figures.previous),
        "算": lambda formula: Spoken(figures, formula),
    }


def _text(value: Decimal | None) -> str:
    return "0" if value is None else figure_text(as_figure(value))


def _percentage(ratio: Decimal) -> str:
    """One decimal, or as many as it takes to be more than nothing."""
    for places in (1, 2, 3, 4):
        rounded = (ratio * 100).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)
        if rounded or not ratio:
            return f"{rounded}%"
    return f"{rounded}%"
