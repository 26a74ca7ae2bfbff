"""A form (表式): which indicators are reported, how they are laid out, and the rules they must satisfy.

Everything here is data. The two ways a form comes into being live in :mod:`xltools.definition` (the JSON text) and
:mod:`xltools.formbook` (the canonical workbook); both give equal ``Form`` objects.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, fields
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from xltools.errors import CouldNotRun
from xltools.rules import ExcelError, Expression, names, parse, verdict_of

if TYPE_CHECKING:
    from xltools.layout import Page
    from xltools.reading.labels import FormLabels

UNIT = "填报单位"
PERIOD = "年度"
FORM_ID = "表式编号"
FORM_VERSION = "表式版本"
FORM_TITLE = "表题"
EXPLANATION_PREFIX = "说明_"


class Level(StrEnum):
    """How binding a rule is: 强制性 rules must hold, 核实性 rules may be confirmed by a written 情况说明."""

    MUST = "错误"
    CONFIRM = "提示"


class Aggregate(StrEnum):
    """How an indicator of many units becomes one figure of the total."""

    SUM = "sum"
    MAX = "max"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class HeaderField:
    """A named cell above or below the tables: who reports, for which year, who signed."""

    name: str
    label: str
    required: bool = False


HEADER = (
    HeaderField(UNIT, "填报单位(盖章):", required=True),
    HeaderField(PERIOD, "", required=True),
    HeaderField("单位负责人", "单位负责人:"),
    HeaderField("审核人", "审核人:"),
    HeaderField("填报人", "填报人:"),
    HeaderField("联系电话", "联系电话:"),
    HeaderField("填报日期", "填报日期:"),
)
SIGNATURE = HEADER[2:]
RESERVED_NAMES = frozenset({field.name for field in HEADER} | {FORM_ID, FORM_VERSION, FORM_TITLE})


@dataclass(frozen=True, slots=True)
class Indicator:
    """One cell to fill in.

    ``decimals`` is how many decimals the figure may have and its total is rounded to (0: a whole number).
    ``formula`` is set for a computed indicator: the template's cell holds it, locked. ``carried_from`` names the
    indicator whose figure of the previous period this one must repeat (上年结转 = last year's 结转下年).
    """

    name: str
    measure: str = ""
    decimals: int = 0
    aggregate: Aggregate = Aggregate.SUM
    required: bool = False
    formula: str = ""
    carried_from: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """A heading row of a list: a label without a figure."""

    label: str
    level: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """A row of a list: the label a clerk sees, its indent, and the indicator to its right."""

    label: str
    indicator: Indicator
    level: int = 0


@dataclass(frozen=True, slots=True)
class ListTable:
    """Indicators down the page under three headings: label, measure, figure.

    ``spans``: how many grid columns each of the three takes.
    """

    id: str
    headings: tuple[str, str, str]
    rows: tuple[Section | Entry, ...]
    spans: tuple[int, int, int] = (1, 1, 1)

    def indicators(self) -> Iterator[Indicator]:
        return (row.indicator for row in self.rows if isinstance(row, Entry))


@dataclass(frozen=True, slots=True)
class Line:
    """A row or a column of a matrix: its part of the indicators' names and its labels, outermost first."""

    key: str
    labels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Matrix:
    """A table whose figures stand where a row and a column meet.

    ``cells[r][c]`` is the indicator of ``rows[r]`` and ``columns[c]``; its name is the two keys put together by
    ``join``. ``section`` is a title above the table, ``heading`` a row across it, ``corner`` the text over the row
    labels. ``label_spans`` and ``value_spans``: how many grid columns each label column and each figure takes.
    """

    id: str
    rows: tuple[Line, ...]
    columns: tuple[Line, ...]
    cells: tuple[tuple[Indicator, ...], ...]
    join: str = "_"
    section: str = ""
    heading: str = ""
    corner: str = ""
    label_spans: tuple[int, ...] = ()
    value_spans: tuple[int, ...] = ()

    def indicators(self) -> Iterator[Indicator]:
        return (indicator for row in self.cells for indicator in row)

    @property
    def header_depth(self) -> int:
        """How many header rows the column labels need."""
        return max(len(column.labels) for column in self.columns)

    def cell_name(self, row: Line, column: Line) -> str:
        return self.join.join(key for key in (row.key, column.key) if key)


Table = ListTable | Matrix


@dataclass(frozen=True)
class Rule:
    """An audit rule (审核公式): an Excel formula over names that must be TRUE.

    ``description`` says what the rule asks, ``message`` what to tell the clerk when it fails; ``{实际}``, ``{应为}``
    and ``{差额}`` in it stand for the two sides of a comparison and their distance.
    """

    id: str
    level: Level
    description: str
    formula: str
    message: str = ""

    @cached_property
    def expression(self) -> Expression:
        """The syntax tree; raises :class:`xltools.rules.RuleError` outside the subset."""
        return parse(self.formula)

    @cached_property
    def names(self) -> tuple[str, ...]:
        return names(self.expression)

    @property
    def explanation_name(self) -> str:
        """The name of the cell in which a unit may confirm the figure."""
        return EXPLANATION_PREFIX + self.id


@dataclass(frozen=True, slots=True)
class Layout:
    """What the page needs beyond the tables.

    ``grid``: widths, in characters, of the columns all tables share. ``unit_spans``: grid columns of the label and of
    the cell of 填报单位. ``signature_spans``: of label, cell, label, cell … in the signature lines.
    """

    grid: tuple[float, ...]
    unit_spans: tuple[int, int]
    signature_spans: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Comparison:
    """When a change against the previous period deserves a question (Y501).

    ``ratio``: relative change, 0.5 = by half; ``floor``: absolute changes up to this are never asked about.
    """

    ratio: float = 0.5
    floor: float = 20


@dataclass(frozen=True, slots=True)
class Phrase:
    """How prose speaks of figures of the form (用语): all ``words`` must stand in the clause, none of ``without``.

    Each word may be several, separated by ``|``. ``of``: what the number may then be, as formulas over indicators;
    a number that is none of them differs. ``measures``: the measures it may be written in, where they are not the
    indicator's own. ``weak``: may confirm a number, never contradict one. With ``table`` and ``each``, as for rules,
    ``of`` is over the keys of a matrix's rows ("column") or columns ("row"), and the two kinds combine; a phrase
    without words is understood where no other is named.
    """

    of: tuple[str, ...]
    words: tuple[str, ...]
    table: str = ""
    each: str = ""
    measures: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    weak: bool = False


class FormError(CouldNotRun):
    """A definition or workbook that cannot serve as a form; ``problems`` are Chinese sentences, one per defect."""

    def __init__(self, source: str, problems: tuple[str, ...]) -> None:
        super().__init__(f"表式“{source}”不能用:" + ";".join(problems))
        self.source = source
        self.problems = problems


@dataclass(frozen=True)
class Form:
    """A whole form. ``period`` is the year it is for, or "" when it serves every year."""

    id: str
    version: str
    title: str
    period: str
    layout: Layout
    tables: tuple[Table, ...]
    rules: tuple[Rule, ...]
    comparison: Comparison = Comparison()
    phrases: tuple[Phrase, ...] = ()

    @classmethod
    def load(cls, source: str | Path) -> Form:
        """A form from a form id, a JSON definition or a canonical workbook; :class:`FormError` when it is none."""
        from xltools.formsource import load_form

        return load_form(source)

    @cached_property
    def indicators(self) -> Mapping[str, Indicator]:
        """Every indicator by name, in the order of the page."""
        return {indicator.name: indicator for table in self.tables for indicator in table.indicators()}

    @cached_property
    def rule_ids(self) -> Mapping[str, Rule]:
        return {rule.id: rule for rule in self.rules}

    @cached_property
    def computed(self) -> Mapping[str, Expression]:
        """The syntax tree of every computed indicator's formula."""
        return {i.name: parse(i.formula) for i in self.indicators.values() if i.formula}

    @cached_property
    def parts(self) -> Mapping[str, tuple[str, ...]]:
        """The indicators each computed indicator is made of."""
        return {name: names(tree) for name, tree in self.computed.items()}

    @cached_property
    def rates(self) -> tuple[str, ...]:
        """Computed indicators that must not be added: a total computes them from its own figures."""
        return tuple(name for name in self.computed if self.indicators[name].aggregate is Aggregate.NONE)

    @cached_property
    def unstated(self) -> tuple[str, ...]:
        """Computed indicators whose formula no rule states: checking looks at the formula itself."""
        from xltools.definition import equations

        stated = equations(self.rules)
        return tuple(name for name in self.computed if name not in stated)

    @cached_property
    def verdicts(self) -> Mapping[str, Callable[[Mapping[str, Any]], bool | ExcelError]]:
        """Every rule by id, compiled."""
        return {rule.id: verdict_of(rule.expression) for rule in self.rules}

    @cached_property
    def fits(self) -> Callable[[Mapping[str, Any]], bool]:
        """Whether a return's record fits the schema: the same answer as :attr:`validator`'s, a hundred times sooner."""
        from jsonschema_rs import Draft202012Validator

        verdict: Callable[[Mapping[str, Any]], bool] = Draft202012Validator(self.schema()).is_valid
        return verdict

    @cached_property
    def validator(self) -> Any:
        """The ``jsonschema`` validator of a return's record, which says what is wrong with it."""
        from xltools.record import record_validator

        return record_validator(self.schema())

    def __getstate__(self) -> dict[str, Any]:
        """Only the data travels to worker processes; what is derived from it is derived again there."""
        return {field.name: getattr(self, field.name) for field in fields(self)}

    @cached_property
    def labels(self) -> FormLabels:
        """The labels that a return's cells are checked against, prepared for comparison."""
        from xltools.reading.labels import FormLabels

        return FormLabels(self)

    @cached_property
    def page(self) -> Page:
        """Where everything stands on the sheet."""
        from xltools.layout import place

        return place(self)

    def schema(self) -> dict[str, Any]:
        """The JSON Schema (2020-12) of a return of this form."""
        from xltools.record import record_schema

        return record_schema(self)

    def definition(self) -> dict[str, Any]:
        """The definition this form can be loaded from again."""
        from xltools.definition import definition_of

        return definition_of(self)
