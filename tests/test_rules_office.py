"""One rule, two engines: random rules over random cells give the same in Python and in LibreOffice."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from office import recalculate, requires_office
from rule_differences import DIFFERENCES, EXAMPLES_OF_DIFFERENCES

from xltools.rules import ExcelError, Value, compile_rule, fragile, names, parse, rename, round15

EXAMPLES = 2600
FEWEST_CASES = 3000
LARGEST_SHARE_OF_DIFFERENCES = 0.06
LARGEST_SHARE_IN_DOUBT = 0.25
INDICATORS = ("收到", "当面", "传真", "网络", "信函")
ADDRESSES = dict(zip(INDICATORS, "BCDEF", strict=True))
BY_CELLS, BY_NAMES, KNOWN = "按单元格", "按名称", "已知差异"

counts = st.integers(0, 300).map(float)
money = st.decimals(0, 5000, places=2).map(float)
figures = st.one_of(counts, counts, money, st.sampled_from([0.0, 1.0, -1.0, 0.1, 0.2, 0.3, 2.675, 1.005, 1e16, 4.35]))
texts = st.sampled_from(["", "abc", "ABC", "5", " 12 ", "1e2", "3.5", "无", "吉首市", "12件", "５", "a-b"])
cell_values: st.SearchStrategy[Value] = st.one_of(
    *[figures] * 24, *[st.none()] * 5, texts.filter(bool),
    st.sampled_from([True, False, ExcelError.DIV0, ExcelError.NA]),
)


@dataclass(frozen=True, slots=True)
class Case:
    """A rule as written and what the cells hold."""

    rule: str
    cells: Mapping[str, Value]


@st.composite
def numbers(draw: st.DrawFn, depth: int) -> str:
    """The text of a formula that is meant as a number."""
    if depth == 0:
        kind = draw(st.integers(0, 19))
        if kind < 13:
            return draw(st.sampled_from(INDICATORS))
        if kind < 19 or draw(st.booleans()):
            return f"{abs(draw(figures)):.15g}"
        return f'"{draw(texts)}"'
    number, condition = numbers(depth - 1), conditions(depth - 1)
    kind = draw(st.integers(0, 22))
    if kind < 7:
        return f"({draw(number)}{draw(st.sampled_from('+++--*/'))}{draw(number)})"
    if kind == 7:
        return f"({draw(number)}^{draw(st.sampled_from(['2', '3', '0.5', '1', '-1', '(1/3)']))})"
    if kind < 14:
        function = draw(st.sampled_from(["SUM", "SUM", "MIN", "MAX", "COUNT", "COUNTA"]))
        return f"{function}({','.join(draw(st.lists(number, min_size=1, max_size=4)))})"
    if kind == 14:
        return f"ROUND({draw(number)},{draw(st.integers(-3, 4))})"
    if kind == 15:
        return f"MOD({draw(number)},{draw(st.sampled_from(['2', '3', '-7', '10', '收到']))})"
    if kind == 16:
        return f"{draw(st.sampled_from(['ABS', 'INT', 'N', 'LEN']))}({draw(number)})"
    if kind == 17:
        return f"IF({draw(condition)},{draw(number)},{draw(number)})"
    if kind == 18:
        return f"IFERROR({draw(number)},{draw(number)})"
    if kind == 19:
        return f"({draw(st.sampled_from('-+'))}{draw(number)})"
    if kind == 20:
        return f"({draw(number)}%)"
    if kind == 21:
        function, name = draw(st.sampled_from(["SUM", "COUNT", "COUNTA", "ISBLANK"])), st.sampled_from(INDICATORS)
        return f"{function}(IF({draw(conditions(0))},{draw(name)},{draw(name)}))"
    return f"({draw(number)}&{draw(number)})"


@st.composite
def conditions(draw: st.DrawFn, depth: int) -> str:
    """The text of a formula that is meant as a condition."""
    kind = draw(st.integers(0, 14))
    if kind == 14:
        # Equal in decimals, hardly ever in binary: what 15-digit comparison is for.
        total = "+".join(draw(st.lists(st.sampled_from(INDICATORS), min_size=2, max_size=4)))
        return f"({total}{draw(st.sampled_from(['=', '<>', '<', '>=']))}ROUND({total},2))"
    if depth <= 0 or kind < 6:
        number = numbers(max(depth, 0))
        return f"({draw(number)}{draw(st.sampled_from(['=', '=', '<>', '<', '<=', '>', '>=']))}{draw(number)})"
    condition = conditions(depth - 1)
    if kind < 9:
        return f"{draw(st.sampled_from(['AND', 'OR']))}({','.join(draw(st.lists(condition, min_size=1, max_size=3)))})"
    if kind == 9:
        return f"NOT({draw(condition)})"
    if kind == 10:
        return f"IF({draw(condition)},{draw(condition)},{draw(condition)})"
    if kind == 11:
        return f"IFERROR({draw(condition)},{draw(condition)})"
    if kind == 12:
        return f"{draw(st.sampled_from(['ISBLANK', 'ISNUMBER']))}({draw(numbers(depth - 1))})"
    return f"AND({draw(st.sampled_from(INDICATORS))},{draw(condition)})"


def generate() -> list[Case]:
    """Distinct cases, two with each rule: hypothesis repeats itself, but values cost less than rules."""
    found: dict[str, Case] = {}
    row = st.fixed_dictionaries(dict.fromkeys(INDICATORS, cell_values))

    @settings(
        max_examples=EXAMPLES, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.one_of(conditions(1), conditions(2), numbers(1), numbers(2)), row, row)
    def collect(rule: str, some: dict[str, Value], other: dict[str, Value]) -> None:
        for cells in (some, other):
            found.setdefault(f"{rule} {cells}", Case(rule, cells))

    collect()
    return list(found.values())


def write(cases: list[Case], path: Path) -> None:
    """One row a case, its formula in A, its cells in B to F; on a second sheet the first row's cells have names."""
    with xlsxwriter.Workbook(path) as workbook:
        sheet = workbook.add_worksheet(BY_CELLS)
        for row, case in enumerate(cases):
            addresses = {name: f"${ADDRESSES[name]}${row + 1}" for name in INDICATORS}
            sheet.write_formula(row, 0, "=" + rename(case.rule, addresses), None, "")
            for column, name in enumerate(INDICATORS, 1):
                write_cell(sheet, row, column, case.cells[name])
        named = workbook.add_worksheet(BY_NAMES)
        for column, name in enumerate(INDICATORS, 1):
            workbook.define_name(name, f"={BY_NAMES}!${ADDRESSES[name]}$1")
            write_cell(named, 0, column, cases[0].cells[name])
        for row, case in enumerate(cases[:300]):
            named.write_formula(row, 0, "=" + case.rule, None, "")
        known = workbook.add_worksheet(KNOWN)
        for row, example in enumerate(EXAMPLES_OF_DIFFERENCES):
            known.write_formula(row, 0, "=" + rename(example.rule, {"空": "$C$1", "真": "$D$1"}), None, "")
        known.write_boolean("D1", True)


def write_cell(sheet: xlsxwriter.worksheet.Worksheet, row: int, column: int, value: Value) -> None:
    """A cell that holds the value; errors come from formulas, as in returns."""
    match value:
        case None:
            return
        case bool():
            sheet.write_boolean(row, column, value)
        case str():
            sheet.write_string(row, column, value)
        case ExcelError():
            sheet.write_formula(row, column, "=1/0" if value is ExcelError.DIV0 else "=NA()")
        case _:
            sheet.write_number(row, column, value)


def same(ours: Value, theirs: object) -> bool:
    """Same type and text, same error, or the same number to 15 digits, give or take the last."""
    if isinstance(ours, ExcelError):
        return theirs == ours.value
    if isinstance(ours, float) and isinstance(theirs, int | float) and not isinstance(theirs, bool):
        return abs(round15(ours) - round15(theirs)) <= 1e-14 * max(abs(ours), abs(theirs))
    return type(ours) is type(theirs) and ours == theirs


def disagreements(results: Sequence[tuple[Case, object]]) -> tuple[list[str], Counter[str]]:
    """The differences that nothing explains, and a count of those that something does, by reason.

    "in doubt" counts the cases in which a known difference could have played a part, whether it did or not.
    """
    unexplained: list[str] = []
    explained: Counter[str] = Counter()
    for case, theirs in results:
        rule = parse(case.rule)
        reasons = [known.__name__ for known in DIFFERENCES if known(rule, case.cells)]
        explained["in doubt"] += bool(reasons)
        ours = compile_rule(rule)(case.cells)
        if same(ours, theirs):
            continue
        explained.update(reasons)
        explained["differences"] += bool(reasons)
        if not reasons:
            used = {name: case.cells[name] for name in names(rule)}
            unexplained.append(f"{case.rule} with {used}: {ours!r}, LibreOffice {theirs!r}")
    return unexplained, explained


@pytest.fixture(scope="module")
def calculated(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Case], openpyxl.Workbook]:
    """The random cases, and the workbook that LibreOffice has calculated from them."""
    folder = tmp_path_factory.mktemp("rules")
    cases = generate()
    write(cases, folder / "rules.xlsx")
    (result,) = recalculate([folder / "rules.xlsx"], folder / "out")
    return cases, openpyxl.load_workbook(result, data_only=True)


@requires_office
def test_random_rules_give_the_same(calculated: tuple[list[Case], openpyxl.Workbook]) -> None:
    cases, workbook = calculated
    assert len(cases) >= FEWEST_CASES
    results = [(case, row[0]) for case, row in zip(cases, workbook[BY_CELLS].values, strict=False)]
    unexplained, explained = disagreements(results)
    print(f"{len(results)} cases: {dict(explained)}")
    assert unexplained == []
    assert explained["differences"] < LARGEST_SHARE_OF_DIFFERENCES * len(results)
    assert explained["in doubt"] < LARGEST_SHARE_IN_DOUBT * len(results)


@requires_office
def test_names_and_addresses_give_the_same(calculated: tuple[list[Case], openpyxl.Workbook]) -> None:
    cases, workbook = calculated
    cells = cases[0].cells
    results = [
        (Case(case.rule, cells), row[0]) for case, row in zip(cases[:300], workbook[BY_NAMES].values, strict=False)
    ]
    unexplained, _ = disagreements(results)
    assert unexplained == []


@requires_office
def test_every_known_difference_is_one(calculated: tuple[list[Case], openpyxl.Workbook]) -> None:
    """What LibreOffice no longer takes differently leaves the list; what is on it has an example."""
    _, workbook = calculated
    cells: dict[str, Value] = {"空": None, "真": True}
    for example, row in zip(EXAMPLES_OF_DIFFERENCES, workbook[KNOWN].values, strict=False):
        rule = parse(example.rule)
        ours = compile_rule(rule)(cells)
        assert same(ours, example.ours.value if isinstance(example.ours, ExcelError) else example.ours)
        assert row[0] == example.libreoffice, example.rule
        assert not same(ours, row[0]), example.rule
        assert example.difference(rule, cells), example.rule
        assert bool(fragile(rule)) is example.pointed_out, example.rule
    assert {example.difference for example in EXAMPLES_OF_DIFFERENCES} == set(DIFFERENCES)
