"""The cells of a return → its figures: typed, computed where no value is stored, or named as unreadable."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal

from xltools.computing import computed_value, rounded
from xltools.findings import Finding, Number, Severity, finding
from xltools.form import Form, Indicator
from xltools.reading.grid import Cell, ErrorValue, Grid, Shown, ShownText
from xltools.reading.labels import Place
from xltools.reading.numbers import read_number
from xltools.reading.references import cell_name
from xltools.returns import Source
from xltools.rules import RuleError, compile_rule, names, parse
from xltools.wording import as_number, exact_text, figure_text

_SHOWN_AS = {Shown.DATE: "显示的是日期", Shown.PERCENT: "显示的是百分数", Shown.LOST: "格式已损坏,看不出是不是日期"}
_GAP = re.compile(r"(?<=[0-9])\s+(?=[0-9])")
_CHINESE_POINT = re.compile(r"(?<=[^\x00-\x7f])\.(?=[^\x00-\x7f])")
_FIGURE = re.compile(
    r"(?P<digits>(?:[0-9][0-9,]*(?:\.[0-9]+)?|\.[0-9]+)(?:[Ee][+-]?[0-9]{1,3})?)[\s(\[]*(?P<multiplier>[十百千万亿%‰])?"
)


@dataclass(slots=True)
class Figures:
    """What has been read so far; the fields mean what they mean in a Return."""

    values: dict[str, Number | None] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    adjusted: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def read_figures(form: Form, grid: Grid, places: Mapping[str, Place], sheet: str, source: Source) -> Figures:
    """The figures in ``places``; indicators that have no place there cannot be read, nor what is made of them."""
    figures = Figures(unreadable=form.indicators.keys() - places.keys())
    waiting: list[tuple[Indicator, Cell]] = []
    for name, at in places.items():
        indicator, cell = form.indicators[name], grid.cells.get(at)
        if cell is None:
            figures.values[name] = None
        elif cell.formula is not None and not cell.stored:
            waiting.append((indicator, cell))
        else:
            _read_cell(indicator, cell, figures)
    _compute_waiting(form, waiting, figures)
    _silence_followers(form, figures)
    located = {name: cell_name(*at) for name, at in places.items()}
    order = {name: position for position, name in enumerate(form.indicators)}
    figures.findings = [
        replace(f, file=source.path, sheet=sheet, cell=located[f.indicator], indicators=(f.indicator,))
        for f in sorted(figures.findings, key=lambda f: order[f.indicator])
    ]
    return figures


def _read_cell(indicator: Indicator, cell: Cell, figures: Figures) -> None:
    name, raw = indicator.name, cell.value
    figures.values[name] = None
    if isinstance(raw, ErrorValue):
        figures.unreadable.add(name)
        message = f"“{name}”显示错误值 {raw.text}:请改正公式,或直接填数"
        figures.findings.append(finding("V307", message, indicator=name, actual=raw.text))
        return
    if cell.shown is Shown.SPLIT:
        figures.unreadable.add(name)
        figures.findings.append(finding("V301", _split(name, str(raw)), indicator=name, actual=_short(raw)))
        return
    if cell.shown is not Shown.PLAIN and (shown := _shown_otherwise(cell, indicator.measure)):
        figures.unreadable.add(name)
        message = f"“{name}”的单元格{shown},存的是 {_short(raw)},不能当作数:请把单元格格式改成常规,再填数"
        figures.findings.append(finding("V301", message, indicator=name, actual=_short(raw)))
        return
    reading = read_number(raw, indicator.measure)
    if reading.problem:
        figures.unreadable.add(name)
        message = f"“{name}”填的是“{_short(raw)}”,不是数({reading.problem}):请只填阿拉伯数字"
        figures.findings.append(finding("V301", message, indicator=name, actual=_short(raw)))
        return
    figures.values[name] = reading.value
    if not reading.literal:
        figures.adjusted.add(name)
        said = reading.note if reading.value is None else f"读作 {exact_text(reading.value)}({reading.note})"
        message = f"“{name}”填的是“{_short(raw)}”,{said}:请核对,以后只填阿拉伯数字"
        figures.findings.append(finding("V302", message, indicator=name, expected=reading.value, actual=_short(raw)))
    if not (indicator.formula and cell.formula is not None):
        _note_excess_decimals(indicator, reading.value, figures)
    if indicator.formula and cell.formula is None and reading.value is not None:
        message = f"“{name}”应自动相加,现在是手工填的 {exact_text(reading.value)};已按公式核对"
        figures.findings.append(finding("S207", message, indicator=name, actual=reading.value))


def _shown_otherwise(cell: Cell, measure: str) -> str:
    """What a cell shows in place of the number it stores; "" where it shows that number."""
    shown, value = cell.shown, cell.value
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        return ""
    if not isinstance(shown, ShownText):
        return _SHOWN_AS[shown]
    if _says(shown.text, Decimal(value), measure):
        return ""
    return f"显示的是“{_short(shown.text)}”" if shown.text.strip() else "什么也不显示"


def _says(text: str, value: Decimal, measure: str) -> bool:
    """Whether people read this number in a text, rounded as it is there, signs and unknown words left aside."""
    narrow = _CHINESE_POINT.sub("点", _GAP.sub("", unicodedata.normalize("NFKC", text)))
    reading = read_number(narrow, measure)
    figure = _FIGURE.search(narrow)
    if figure is None:
        return abs(reading.value or 0) == abs(value)
    if reading.problem and figure["multiplier"]:
        return False
    digits = Decimal(figure["digits"].replace(",", ""))
    said = digits if reading.value is None else Decimal(reading.value)
    last_place = Decimal(1).scaleb(int(digits.as_tuple().exponent)) * (abs(said / digits) if digits else 1)
    return abs(abs(said) - abs(value)) <= last_place / 2


def _split(name: str, raw: str) -> str:
    """What to say of a number that commas may have cut into several cells."""
    then = "请去掉千分位逗号,或用英文双引号把数括起来"
    parts = [part.strip() for part in raw.split(",")]
    if len(parts) < 2:  # a cell behind such a number
        return f"“{name}”前面的数被逗号分成了几格,后面的格可能都错了位,“{_short(raw)}”没有采用:{then}"
    apart = "、".join(parts[:5]) + ("…" if len(parts) > 5 else "")
    whole = _short("".join(parts))
    return f"“{name}”这一行的“{_short(raw)}”可能是一个数 {whole},也可能是 {apart} 几个数,没有采用:{then}"


def _note_excess_decimals(indicator: Indicator, value: Number | None, figures: Figures) -> None:
    """A figure finer than totals are: it is taken as it stands, and the total is rounded.

    What binary arithmetic leaves behind (1000000.1 - 1000000 = 0.0999999999767…) is no decimal that anybody wrote: it
    is smaller than a thousandth of the last decimal, or beyond the thirteenth digit.
    """
    if not isinstance(value, Decimal) or not indicator.decimals:
        return
    in_total = rounded(value, indicator.decimals)
    residue = max(Decimal(1).scaleb(-indicator.decimals - 3), Decimal(1).scaleb(value.adjusted() - 13))
    if abs(value - in_total) < residue:
        return
    message = (
        f"“{indicator.name}”填的是 {value:f},小数超过 {indicator.decimals} 位:"
        f"请核对;汇总数四舍五入到 {indicator.decimals} 位,这个数相当于 {in_total:f}"
    )
    place = {"indicator": indicator.name, "expected": in_total, "actual": value}
    figures.findings.append(finding("V302", message, **place))


def _short(raw: object) -> str:
    text = {True: "TRUE", False: "FALSE"}[raw] if isinstance(raw, bool) else str(raw)
    return text if len(text) <= 40 else text[:40] + "…"


def _compute_waiting(form: Form, waiting: list[tuple[Indicator, Cell]], figures: Figures) -> None:
    """Formulas without a stored value: computed where that is certain, in whatever order they depend on each other."""
    while waiting:
        left = []
        for indicator, cell in waiting:
            pending = {i.name for i, _ in waiting if i is not indicator}
            if not _compute(form, indicator, cell, pending, figures):
                left.append((indicator, cell))
        if len(left) == len(waiting):
            break
        waiting = left
    for indicator, _ in waiting:
        name = indicator.name
        figures.values[name] = None
        figures.unreadable.add(name)
        message = f"“{name}”是公式但没有结果:请用 Excel 或 WPS 打开文件,保存一次再交,或直接填数"
        figures.findings.append(finding("V306", message, indicator=name))


def _silence_followers(form: Form, figures: Figures) -> None:
    """A sum that fails because a part cannot be read is no finding of its own: the part has one."""

    def follows(problem: Finding) -> bool:
        parts = form.parts.get(problem.indicator, ())
        return problem.code in ("V306", "V307") and not figures.unreadable.isdisjoint(parts)

    figures.findings = [problem for problem in figures.findings if not follows(problem)]


def _is_formula_of(form: Form, name: str, formula: str) -> bool:
    """Whether a cell's formula says what the form's says, however it is spaced and bracketed."""
    try:
        return parse(formula) == form.computed[name]
    except RuleError:
        return False


def _compute(form: Form, indicator: Indicator, cell: Cell, pending: set[str], figures: Figures) -> bool:
    """Whether the formula could be computed from figures that are known."""
    name = indicator.name
    if indicator.formula:
        parts = set(form.parts[name])
        if parts & (pending | figures.unreadable):
            return False
        value = computed_value(form, name, figures.values)
        if value is None:
            return False
        figures.values[name] = value
        if not _is_formula_of(form, name, cell.formula or ""):
            figures.findings.append(_changed_formula(indicator, cell, value))
        return True
    try:
        tree = parse(cell.formula or "")
    except RuleError:
        return False
    parts = set(names(tree))
    if not parts <= form.indicators.keys() - pending - figures.unreadable - {name}:
        return False
    value = as_number(compile_rule(tree)(figures.values))
    if value is None:
        return False
    figures.values[name] = value
    result = f"按公式 ={cell.formula} 算得 {figure_text(value)}"
    message = f"“{name}”是公式但没有存下结果,{result}:请用 Excel 打开保存一次,并核对"
    figures.findings.append(finding("V306", message, Severity.WARNING, indicator=name, expected=value))
    return True


def _changed_formula(indicator: Indicator, cell: Cell, value: Number) -> Finding:
    name, now, form = indicator.name, _short(cell.formula or "…"), _short(indicator.formula)
    message = (
        f"“{name}”的公式是 ={now},空表上是 ={form},文件里又没有存下结果;按空表的公式算得 {figure_text(value)}:"
        "请核对,并把公式改回原样"
    )
    return finding("V306", message, Severity.WARNING, indicator=name, expected=value)
