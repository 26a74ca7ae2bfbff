"""What the total says: every indicator, for the whole, for each group and for each unit, this period and the last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache, cached_property
from pathlib import Path

from xltools.adding import add_up
from xltools.checking import Expectation, check
from xltools.consolidation import COVERED, GRAND_TOTAL, Previous, UnitStatus
from xltools.findings import Number, Severity, first_of
from xltools.form import Form
from xltools.formphrases import Meaning, meanings_of
from xltools.ledger import LedgerEntry, contributions
from xltools.previous import usable
from xltools.returns import Return
from xltools.rules import Binary, Expression, Name, compile_rule, names, parse, round15, summands
from xltools.scope import doubts_about
from xltools.sheetnames import FINDING_SHEET

TENTHOUSAND_YUAN = "万元"
TOGETHER = "、"
"""Between the names of owners whose figures are added up: 龙山县、永顺县."""
_TENTHOUSAND = Decimal(10_000)
_UNITS_SHOWN = 5


@dataclass(frozen=True)
class Figures:
    """``values``: 合计, each group and each unit → indicator → figure; ``previous`` likewise, {} where not known.

    ``defects``: why the total is not fit to be published yet; ``cautions``: what else a user should know about the
    files the figures were read from.
    """

    form: Form
    unit: str
    period: str
    groups: tuple[str, ...]
    units: tuple[str, ...]
    values: Mapping[str, Mapping[str, Number | None]]
    previous: Mapping[str, Mapping[str, Number | None]]
    cautions: tuple[str, ...] = ()
    defects: tuple[str, ...] = ()

    @cached_property
    def parts(self) -> Mapping[str, frozenset[str]]:
        """For each indicator its parts, and theirs: what a rule adds up to it or holds to be no more than it."""
        direct = {name: set(parts) for name, parts in self.form.parts.items()}
        for whole, parts in _divisions(self.form):
            direct.setdefault(whole, set()).update(name for name in names(parts) if name in self.form.indicators)
        return {name: frozenset(_below(name, direct)) for name in direct}

    @cached_property
    def sums(self) -> Mapping[str, tuple[str, ...]]:
        """For each indicator that a rule holds to be the sum of others, or at least their sum: those others."""
        found: dict[str, tuple[str, ...]] = {}
        for whole, parts in _divisions(self.form):
            added = summands(parts)
            if len(added) > 1:
                found.setdefault(whole, added)
        return found

    @cached_property
    def labels(self) -> tuple[str, ...]:
        """Every text of the form that says what a figure is."""
        boxes = (box.text for box in self.form.page.boxes)
        return tuple(dict.fromkeys([*boxes, *self.form.indicators]))

    @cached_property
    def meanings(self) -> tuple[Meaning, ...]:
        """What prose may mean by the form's phrases."""
        return meanings_of(self.form)

    def figure(self, formula: str, whose: str, *, previous: bool = False) -> Decimal | None:
        """The value of a formula over indicators, in the indicators' measure; None where blank or impossible.

        ``whose`` may be several owners together. RuleError for what is no formula, KeyError for a name that is no
        indicator.
        """
        if whose not in self.values and TOGETHER in whose:
            each = [self.figure(formula, owner, previous=previous) for owner in whose.split(TOGETHER)]
            known_ones = [figure for figure in each if figure is not None]
            return sum(known_ones, Decimal(0)) if len(known_ones) == len(each) else None
        tree, used = _parsed(formula)
        if unknown := set(used) - set(self.form.indicators):
            raise KeyError(min(unknown))
        known = (self.previous if previous else self.values).get(whose)
        if known is None:
            return None
        if all(known.get(name) is None for name in used):
            return None
        if isinstance(tree, Name):
            return _decimal(known[tree.name])
        value = compile_rule(tree)({name: _cell(known.get(name)) for name in used})
        return Decimal(repr(round15(value))) if isinstance(value, float) else None

    def has(self, whose: str) -> bool:
        """Whether there are figures of an owner, or of each of several together."""
        return whose in self.values or all(owner in self.values for owner in whose.split(TOGETHER))

    def measure(self, formula: str) -> str:
        """The measure of a formula's value: that of its indicators."""
        return next((self.form.indicators[name].measure for name in _parsed(formula)[1]), "")

    def scale(self, formula: str, measure: str) -> Decimal:
        """How many of a measure that prose is in one of a formula's is: the prose's money is read in 元."""
        return _TENTHOUSAND if measure == "元" and self.measure(formula) == TENTHOUSAND_YUAN else Decimal(1)


def load_figures(path: Path, form: Form, previous_path: Path | None = None) -> Figures:
    """The figures of a total workbook, or of a plain return (which has no groups); CouldNotRun where it is neither."""
    figures = _figures_in(path, form)
    if previous_path is None:
        return figures
    earlier = _figures_in(previous_path, form, is_earlier=True)
    previous = Previous(earlier.values[GRAND_TOTAL], {}, previous_path.name, earlier.unit, earlier.period)
    doubts = [doubt.message for doubt in doubts_about(previous, figures.unit, figures.period)]
    cautions = (*figures.cautions, *earlier.cautions, *earlier.defects, *doubts)
    return replace(figures, previous=earlier.values, cautions=cautions)


def figures_of(
    form: Form,
    unit: str,
    period: str,
    groups: tuple[str, ...],
    units: Mapping[str, Mapping[str, Number | None]],
    totals: Mapping[str, Mapping[str, Number | None]],
) -> Figures:
    """The figures of a total that is at hand; ``totals``: 合计 and each group → indicator → figure."""
    return Figures(form, unit, period, groups, tuple(units), {**units, **totals}, {})


def _divisions(form: Form) -> Iterator[tuple[str, Expression]]:
    """The form's rules about wholes: an indicator, and what is equal to it, or no more, because it is part of it."""
    for rule in form.rules:
        tree = rule.expression
        if not isinstance(tree, Binary) or tree.op not in ("=", ">=", "<="):
            continue
        whole, parts = tree.left, tree.right
        if tree.op == "<=" or (tree.op == "=" and not isinstance(whole, Name)):
            whole, parts = parts, whole
        if isinstance(whole, Name) and whole.name in form.indicators:
            yield whole.name, parts


@cache
def _parsed(formula: str) -> tuple[Expression, tuple[str, ...]]:
    tree = parse(formula)
    return tree, names(tree)


def _below(name: str, direct: Mapping[str, set[str]]) -> set[str]:
    found: set[str] = set()
    waiting = list(direct.get(name, ()))
    while waiting:
        part = waiting.pop()
        if part not in found:
            found.add(part)
            waiting += direct.get(part, ())
    return found - {name}


def _figures_in(path: Path, form: Form, *, is_earlier: bool = False) -> Figures:
    what = "上年汇总表" if is_earlier else "汇总表"
    ret = usable(path, form, f"{what}“{path}”不能用")
    entries, caution = contributions(path)
    groups = tuple(dict.fromkeys(entry.group for entry in entries if entry.group))
    totals: dict[str, Mapping[str, Number | None]] = {GRAND_TOTAL: ret.values}
    for group in groups:
        totals[group] = add_up(form, (entry.values for entry in entries if entry.group == group))
    units = {entry.unit: entry.values for entry in entries}
    figures = figures_of(form, ret.unit, ret.period, groups, units, totals)
    defects = tuple(_defects(what, ret, form, entries, is_earlier=is_earlier))
    return replace(figures, cautions=(caution,) if caution else (), defects=defects)


def _defects(
    what: str, ret: Return, form: Form, entries: Sequence[LedgerEntry], *, is_earlier: bool = False
) -> Iterator[str]:
    """Why a total (or a plain return) should not be published as it is: who is missing, what is wrong.

    What an earlier one lacks spoils what is said of the change since. It is judged by its own year, as is a total,
    which the program itself wrote for that year; a plain return is held against the year of its form.
    """
    fine = {status.chinese for status in (UnitStatus.OK, UnitStatus.WARNINGS)}
    to_mend = UnitStatus.ERRORS.chinese
    spoils = "与上年相比的增减可能不准" if is_earlier else "改正以前不宜公布"
    statuses = [(entry.unit, entry.status.removesuffix(COVERED)) for entry in entries]
    if absent := [f"{unit}({status})" for unit, status in statuses if status not in (*fine, to_mend)]:
        who = first_of(absent, _UNITS_SHOWN, "等 {} 个")
        so = spoils if is_earlier else "补齐以后再汇总,现在的数不宜公布"
        yield f"{what}不全:{len(entries)} 个单位缺 {len(absent)} 个,{who};{so}"
    if troubled := [unit for unit, status in statuses if status == to_mend]:
        who = first_of(troubled, _UNITS_SHOWN, "等 {} 个")
        yield f"{what}里有 {len(troubled)} 个单位的报表还有错误没有改正,见“{FINDING_SHEET}”表:{who}"
    expected = Expectation(period=ret.period if is_earlier or entries else "")
    found = check(ret, form, expected)
    errors = [f"{each.message}  [{each.code}]" for each in found if each.severity is Severity.ERROR]
    if errors:
        yield f"{what}有错误 {len(errors)} 处,{spoils}:{';'.join(errors[:2])}{'……' if errors[2:] else ''}"


def _decimal(value: Number | None) -> Decimal | None:
    return None if value is None else Decimal(value)


def _cell(value: Number | None) -> float | None:
    return None if value is None else float(value)
