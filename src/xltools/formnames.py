"""The names of a form's workbook: which cell is which indicator, where the tables are, and which names are broken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xltools.findings import Finding, Severity, finding
from xltools.form import EXPLANATION_PREFIX, FORM_TITLE, HEADER, PERIOD
from xltools.layout import Area
from xltools.reading.labels import Place
from xltools.reading.references import cell_name, constant_of, parse_reference
from xltools.reading.workbook import DefinedName, Outline
from xltools.sheetnames import MAIN_SHEET, RULES_SHEET
from xltools.writing.structuresheet import AREA_PREFIX

NAME_MANAGER = "“公式→名称管理器”"
_BUILT_IN = "_xl"


@dataclass(frozen=True, slots=True)
class Names:
    """``cells``: name → cell of 统计表; ``areas``: table id → area; ``texts``: name → constant text;
    ``explanations``: name → cell of 审核规则, None where the name is broken."""

    cells: dict[str, Place] = field(default_factory=dict)
    areas: dict[str, Area] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)
    explanations: dict[str, Place | None] = field(default_factory=dict)
    findings: list[Finding] = field(default_factory=list)


def names_of(outline: Outline, covers: Mapping[Place, Place]) -> Names:
    """Sort the workbook's names. ``covers``: the merged cells of 统计表, each with the cell it shows."""
    names = Names()
    seen: set[str] = set()
    for name in _own_names(outline):
        if name.name in seen:
            message = f"名称“{name.name}”定义了两次:请在{NAME_MANAGER}里删去一个"
            names.findings.append(finding("L607", message, indicator=name.name))
            continue
        seen.add(name.name)
        _sort(name, names, covers)
    names.findings.extend(_local_names(outline, seen))
    _keep_one_per_cell(names)
    names.findings.extend(_missing_names(seen))
    return names


def _own_names(outline: Outline) -> list[DefinedName]:
    return [n for n in outline.names if n.sheet is None and not n.hidden and not n.name.startswith(_BUILT_IN)]


def _local_names(outline: Outline, known: set[str]) -> list[Finding]:
    """Names that only one sheet knows: formulas on the other sheets do not find them."""
    remedy = f"请在{NAME_MANAGER}里删去,重新定义,范围选“工作簿”"
    return [
        finding("L605", f"名称“{n.name}”只在工作表“{n.sheet}”内有效:{remedy}", sheet=n.sheet)
        for n in outline.names
        if n.sheet in (MAIN_SHEET, RULES_SHEET) and not n.hidden
        and not n.name.startswith(_BUILT_IN) and n.name not in known
    ]  # fmt: skip


def _sort(name: DefinedName, names: Names, covers: Mapping[Place, Place]) -> None:
    constant = constant_of(name.refers_to)
    reference = parse_reference(name.refers_to)
    if constant is not None:
        names.texts[name.name] = str(constant)
    elif name.name.startswith(EXPLANATION_PREFIX):
        on_rules = reference is not None and reference[0] == RULES_SHEET
        names.explanations[name.name] = (reference[1], reference[2]) if reference and on_rules else None
    elif reference is not None and reference[0] == MAIN_SHEET:
        _sort_cell(name.name, (*reference[1:3], *reference[-2:]), names, covers)
    else:
        names.findings.append(_elsewhere(name))


def _sort_cell(name: str, area: tuple[int, int, int, int], names: Names, covers: Mapping[Place, Place]) -> None:
    first, last = area[:2], area[2:]
    if name.startswith(AREA_PREFIX):
        names.areas[name.removeprefix(AREA_PREFIX)] = Area(*area)
    elif first == last or covers.get(last, last) == covers.get(first, first) == first:
        names.cells[name] = covers.get(first, first)
    else:
        message = f"名称“{name}”指向一片区域,应只指一格:请在{NAME_MANAGER}里改成一格"
        place = f"{cell_name(*first)}:{cell_name(*last)}"
        names.findings.append(finding("L605", message, sheet=MAIN_SHEET, cell=place, indicator=name))


def _elsewhere(name: DefinedName) -> Finding:
    if "#REF!" in name.refers_to:
        message = f"名称“{name.name}”失效:它指向的格已被删除。请在{NAME_MANAGER}里删去它,或让它指向原来的格"
        return finding("L605", message, indicator=name.name)
    message = f"名称“{name.name}”(={name.refers_to})不指向统计表中的格,不算指标;不需要的话请删去"
    return finding("L605", message, Severity.WARNING)


def _keep_one_per_cell(names: Names) -> None:
    """Of several names on one cell the form's own header name stays, else the one that comes first."""
    header = {field.name for field in HEADER} | {FORM_TITLE}
    by_cell: dict[Place, list[str]] = {}
    for name, at in names.cells.items():
        by_cell.setdefault(at, []).append(name)
    for at, several in by_cell.items():
        if len(several) > 1:
            several.sort(key=lambda name: name not in header)
            shown = "、".join(several)
            message = f"这一格有 {len(several)} 个名称({shown}):只能留一个,请在{NAME_MANAGER}里删去多余的"
            about = tuple(several)
            place = {"sheet": MAIN_SHEET, "cell": cell_name(*at)}
            names.findings.append(finding("L607", message, indicator=several[-1], indicators=about, **place))
            for name in several[1:]:
                del names.cells[name]


def _missing_names(seen: set[str]) -> list[Finding]:
    where = {field.name: f"“{field.label}”右边的格" for field in HEADER if field.label}
    where |= {PERIOD: "填年度的格", FORM_TITLE: "表题的格"}
    return [
        finding("L605", f"没有名称“{name}”:请选中{at},在左上角的名称框里写“{name}”,按回车", sheet=MAIN_SHEET)
        for name, at in where.items()
        if name not in seen
    ]
