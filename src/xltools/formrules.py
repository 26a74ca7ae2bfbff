"""The sheet 审核规则 of a form's workbook → the form's rules."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from xltools.findings import Finding, Severity, finding
from xltools.form import EXPLANATION_PREFIX, Level, Rule
from xltools.formnames import Names
from xltools.formsurface import TYPED, Surface, is_typed_formula, surface_of
from xltools.reading.labels import Place
from xltools.reading.references import cell_name
from xltools.reading.workbook import ErrorValue, Grid
from xltools.sheetnames import RULES_SHEET
from xltools.writing.rulesheet import HEADINGS

_ID, _LEVEL, _DESCRIPTION, _PASSED, _, _EXPLANATION, _, _, _MESSAGE = HEADINGS
_NEEDED = (_ID, _LEVEL, _DESCRIPTION, _PASSED)
_FILLED_IN = (*_NEEDED, _MESSAGE)


@dataclass(frozen=True, slots=True)
class RuleRows:
    """The rules in the order of the sheet; ``places``: rule id → the cells of its formulas, one where all is well."""

    rules: tuple[Rule, ...]
    places: Mapping[str, Sequence[Place]]
    findings: tuple[Finding, ...]


def rules_of(grid: Grid | None, names: Names) -> RuleRows:
    """Every row below the headings in which something of a rule stands. ``grid``: None where there is no such sheet."""
    if grid is None:
        return RuleRows((), {}, ())
    surface = surface_of(grid)
    columns, first_row = _columns(surface)
    lacking = [heading for heading in _NEEDED if heading not in columns]
    if lacking:
        message = f"找不到标题“{'”“'.join(lacking)}”,审核公式没有读出:请把标题行改回空表原来的样子"
        return RuleRows((), {}, (finding("L611", message, sheet=RULES_SHEET),))
    rules: list[Rule] = []
    places: dict[str, list[Place]] = {}
    problems: list[Finding] = []
    for row in range(first_row, max(row for row, _ in grid.cells) + 1):
        if not any(_is_filled(surface, row, columns.get(heading)) for heading in _FILLED_IN):
            continue
        rule = _rule_at(surface, row, columns, problems)
        if rule is not None:
            rules.append(rule)
            places.setdefault(rule.id, []).append((row, columns[_PASSED]))
            problems.extend(_explanation_defects(rule, (row, columns.get(_EXPLANATION, 0)), names))
    return RuleRows(tuple(rules), places, tuple(problems))


def _columns(surface: Surface) -> tuple[dict[str, int], int]:
    """Heading → column, and the row below the headings: the first row in which 编号 and 是否通过 both stand."""
    by_row: dict[int, dict[str, int]] = {}
    for row, column in sorted(surface.grid.cells):
        by_row.setdefault(row, {}).setdefault(surface.text(row, column), column)
    for row, texts in by_row.items():
        if _ID in texts and _PASSED in texts:
            return {heading: texts[heading] for heading in HEADINGS if heading in texts}, row + 1
    return {}, 1


def _is_filled(surface: Surface, row: int, column: int | None) -> bool:
    cell = surface.grid.cells.get((row, column)) if column else None
    return cell is not None and (cell.formula is not None or str(cell.value).strip() != "")


def _rule_at(surface: Surface, row: int, columns: Mapping[str, int], problems: list[Finding]) -> Rule | None:
    """The rule of a row; None, with the reason in ``problems``, where there is no formula or no id."""
    rule_id = surface.text(row, columns[_ID])
    subject = rule_id or f"第 {row} 行"

    def report(code: str, message: str, heading: str, severity: Severity | None = None) -> None:
        about: dict[str, Any] = {"sheet": RULES_SHEET, "cell": cell_name(row, columns[heading]), "rule": rule_id}
        problems.append(finding(code, f"{subject}:{message}", severity, **about))

    formula = surface.formula(row, columns[_PASSED])
    if not formula:
        report("L603", _no_formula(surface, row, columns[_PASSED]), _PASSED)
    elif is_typed_formula(surface.cell(row, columns[_PASSED])):
        report("L603", TYPED, _PASSED, Severity.WARNING)
    if not rule_id:
        report("L606", "审核公式没有编号:请写 R 加四位数字,如 R0801", _ID)
    level = surface.text(row, columns[_LEVEL])
    if level not in list(Level):
        report("L606", f"级别“{level}”不对:只能写“{Level.MUST}”或“{Level.CONFIRM}”", _LEVEL)
    description = surface.text(row, columns[_DESCRIPTION])
    if not description:
        report("L606", "没有说明,填报单位看不出这条公式要求什么:请写一句话", _DESCRIPTION, Severity.WARNING)
    if not formula or not rule_id:
        return None
    message = surface.text(row, columns[_MESSAGE]) if _MESSAGE in columns else ""
    return Rule(
        id=rule_id,
        level=Level(level) if level in list(Level) else Level.MUST,
        description=description or formula,
        formula=formula,
        message=message,
    )


def _no_formula(surface: Surface, row: int, column: int) -> str:
    cell = surface.cell(row, column)
    if cell.formula == "":
        return "公式读不到文字:请在这一格里重新输入公式"
    if cell.value is None:
        return f"“{_PASSED}”是空的:请写以 = 开头的公式"
    shown = cell.value.text if isinstance(cell.value, ErrorValue) else str(cell.value).upper()
    return f"“{_PASSED}”是固定的“{shown}”,不是公式:请写以 = 开头的公式"


def _explanation_defects(rule: Rule, at: Place, names: Names) -> Iterator[Finding]:
    """A name for the 情况说明 must lead to the row of its rule, or a unit's words count for another rule."""
    if rule.explanation_name in names.explanations and names.explanations[rule.explanation_name] != at:
        message = f"名称“{EXPLANATION_PREFIX}{rule.id}”应指向本行的“{_EXPLANATION}”:请改正,或删去这个名称"
        yield finding("L605", message, sheet=RULES_SHEET, cell=cell_name(*at), rule=rule.id)
