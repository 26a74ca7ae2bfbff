"""A file's bytes → a return: identity, location, typed values, provenance, and findings on all of these."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from xltools.computing import computed_value
from xltools.findings import Finding, Number, Severity, finding
from xltools.form import (
    FORM_ID,
    FORM_VERSION,
    HEADER,
    MAIN_SHEET,
    PERIOD,
    RULES_SHEET,
    UNIT,
    Form,
    Indicator,
)
from xltools.reading.labels import FormLabels, LabelIndex, Place, normalise_label
from xltools.reading.locating import locate, named_cells
from xltools.reading.numbers import read_number
from xltools.reading.package import Package, Unreadable, open_package
from xltools.reading.workbook import (
    Cell,
    ErrorValue,
    Grid,
    Outline,
    cell_name,
    constant_of,
    read_grid,
    read_outline,
    read_shared_strings,
)
from xltools.returns import Return, Source
from xltools.rules import RuleError, compile_rule, names, parse
from xltools.wording import as_number, figure_text

_YEAR = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9])")
_KNOWN_SHEETS = frozenset(
    {MAIN_SHEET, RULES_SHEET, "填表说明", "表式", "分单位", "明细", "审核结果", "报送情况", "出处", "图表"}
)
_LEAST_LABELS = 0.3


def read(path: str | Path, form: Form) -> Return:
    """Read one file as a return of a form. Never raises for what is in the file: that becomes findings."""
    return read_file(Path(path), form, shown_path=str(path))


def read_file(path: Path, form: Form, shown_path: str) -> Return:
    """:func:`read` with the path that findings are to show."""
    try:
        data = path.read_bytes()
        modified = path.stat().st_mtime
    except OSError as error:
        message = f"文件读不出来({error.strerror or '未知原因'}):请关闭正在打开它的程序,或检查权限"
        return _rejected(Source(shown_path), finding("F101", message, file=shown_path))
    return read_bytes(data, form, Source(shown_path, hashlib.sha256(data).hexdigest(), modified))


def read_bytes(data: bytes, form: Form, source: Source) -> Return:
    """The per-file work: a pure function of a file's bytes and the form."""
    try:
        package = open_package(data)
        outline = read_outline(package)
        return _read_workbook(package, outline, form, source)
    except Unreadable as problem:
        return _rejected(source, finding(problem.code, problem.message, file=source.path))


def carried_form(data: bytes) -> str:
    """The id of the form that a file says it is of, "" where it does not say or cannot be read."""
    try:
        return _identity(read_outline(open_package(data)))[0]
    except Unreadable:
        return ""


def _identity(outline: Outline) -> tuple[str, str]:
    constants = {name.name: constant_of(name.refers_to) for name in outline.names if name.sheet is None}
    return str(constants.get(FORM_ID) or ""), str(constants.get(FORM_VERSION) or "")


def _read_workbook(package: Package, outline: Outline, form: Form, source: Source) -> Return:
    form_id, version = _identity(outline)
    if form_id and form_id != form.id:
        message = f"这是另一种表式({form_id})的报表,这里要的是“{form.title}”({form.id}):请用下发的空表填报"
        return _rejected(source, finding("F103", message, file=source.path))
    named = named_cells(outline)
    shared = read_shared_strings(package)
    labels = form.labels
    sheet, grid = _main_sheet(package, outline, labels, named, shared)
    if grid is None:
        message = f"不是“{form.title}”:找不到表中的指标,请用下发的空表填报"
        return _rejected(source, finding("F103", message, file=source.path))
    here = {name: (row, column) for name, (at, row, column) in named.items() if at == sheet}
    located = locate(labels, grid, {n: at for n, at in here.items() if n in form.indicators}, sheet, source.path)
    problems = [*_version_finding(form, version, source), *_sheet_findings(outline, source), *located.findings]
    values = _read_values(form, grid, located.places, sheet, source)
    header, header_cells = _read_header(labels, grid, here)
    return Return(
        source=source,
        unit=header.get(UNIT, ""),
        period=_year(header.get(PERIOD, "")),
        sheet=sheet,
        values={name: values.values.get(name) for name in form.indicators},
        cells={name: cell_name(*at) for name, at in located.places.items()},
        header=header,
        header_cells=header_cells,
        explanations=_read_explanations(package, outline, form, named, shared),
        unreadable=frozenset(values.unreadable | (form.indicators.keys() - located.places.keys())),
        adjusted=frozenset(values.adjusted),
        findings=(*problems, *values.findings),
    )


def _rejected(source: Source, problem: Finding) -> Return:
    return Return(source, findings=(problem,), rejected=True)


def _version_finding(form: Form, version: str, source: Source) -> list[Finding]:
    if not version or version == form.version:
        return []
    message = f"用的是表式的第 {version} 版,现在是第 {form.version} 版;数已按名称和标签读出,请核对"
    return [finding("F104", message, file=source.path)]


def _sheet_findings(outline: Outline, source: Source) -> list[Finding]:
    extra = [s.name for s in outline.sheets if s.state == "visible" and s.name not in _KNOWN_SHEETS]
    if not extra or len(extra) == len([s for s in outline.sheets if s.state == "visible"]):
        return []  # a renamed sheet is not an added one
    message = f"多出工作表“{'”“'.join(extra)}”,其中的内容不汇总"
    return [finding("S206", message, file=source.path, sheet=extra[0])]


def _main_sheet(
    package: Package,
    outline: Outline,
    labels: FormLabels,
    named: Mapping[str, tuple[str, int, int]],
    shared: tuple[str, ...],
) -> tuple[str, Grid | None]:
    """The sheet that holds the table: where the names lead, else the one called 统计表, else the likeliest."""
    existing = [sheet.name for sheet in outline.sheets]
    votes = [at for name, (at, _, _) in named.items() if name in labels.form.indicators and at in existing]
    if votes:
        chosen = max(set(votes), key=votes.count)
        return chosen, read_grid(package, outline, chosen, shared)
    best, best_share = ("", None), _LEAST_LABELS
    for name in sorted(existing, key=lambda name: name != MAIN_SHEET):
        grid = read_grid(package, outline, name, shared)
        share = _share_of_labels(labels, grid)
        if share > best_share:
            best, best_share = (name, grid), share  # type: ignore[assignment]
    return best


def _share_of_labels(labels: FormLabels, grid: Grid) -> float:
    return len(labels.known & LabelIndex(grid).places.keys()) / max(len(labels.known), 1)


@dataclass(slots=True)
class _Figures:
    """What has been read so far."""

    values: dict[str, Number | None] = field(default_factory=dict)
    unreadable: set[str] = field(default_factory=set)
    adjusted: set[str] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def _read_values(form: Form, grid: Grid, places: Mapping[str, Place], sheet: str, source: Source) -> _Figures:
    figures = _Figures()
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


def _read_cell(indicator: Indicator, cell: Cell, figures: _Figures) -> None:
    name, raw = indicator.name, cell.value
    figures.values[name] = None
    if isinstance(raw, ErrorValue):
        figures.unreadable.add(name)
        message = f"“{name}”显示错误值 {raw.text}:请改正公式,或直接填数"
        figures.findings.append(finding("V307", message, indicator=name, actual=raw.text))
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
        read_as = "空白" if reading.value is None else figure_text(reading.value)
        message = f"“{name}”填的是“{_short(raw)}”,读作 {read_as}({reading.note}):请核对,以后只填阿拉伯数字"
        figures.findings.append(finding("V302", message, indicator=name, expected=reading.value, actual=_short(raw)))
    if indicator.formula and cell.formula is None and reading.value is not None:
        message = f"“{name}”应自动相加,现在是手工填的 {figure_text(reading.value)};已按公式核对"
        figures.findings.append(finding("S207", message, indicator=name, actual=reading.value))


def _short(raw: object) -> str:
    text = {True: "TRUE", False: "FALSE"}[raw] if isinstance(raw, bool) else str(raw)
    return text if len(text) <= 40 else text[:40] + "…"


def _compute_waiting(form: Form, waiting: list[tuple[Indicator, Cell]], figures: _Figures) -> None:
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


def _silence_followers(form: Form, figures: _Figures) -> None:
    """A sum that fails because a part cannot be read is no finding of its own: the part has one."""

    def follows(problem: Finding) -> bool:
        parts = form.parts.get(problem.indicator, ())
        return problem.code in ("V306", "V307") and not figures.unreadable.isdisjoint(parts)

    figures.findings = [problem for problem in figures.findings if not follows(problem)]


def _compute(form: Form, indicator: Indicator, cell: Cell, pending: set[str], figures: _Figures) -> bool:
    """Whether the formula could be computed from figures that are known."""
    name = indicator.name
    if indicator.formula:
        parts = set(form.parts[name])
        if parts & (pending | figures.unreadable):
            return False
        figures.values[name] = computed_value(form, name, figures.values)
        return figures.values[name] is not None
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


def _read_header(labels: FormLabels, grid: Grid, here: Mapping[str, Place]) -> tuple[dict[str, str], dict[str, str]]:
    """Texts of the header fields and their cells: by name, else to the right of the label or behind its colon."""
    index = LabelIndex(grid)
    texts: dict[str, str] = {}
    cells: dict[str, str] = {}
    for spec in HEADER:
        at = here.get(spec.name)
        text = _text_at(grid, at) if at else ""
        if not at and spec.label:
            at, text = _beside_label(index, grid, spec.label)
        if not at and spec.name == PERIOD:
            at, text = _period_line(grid)
        texts[spec.name] = text
        if at:
            cells[spec.name] = cell_name(*at)
    return texts, cells


def _text_at(grid: Grid, at: Place) -> str:
    cell = grid.cells.get(at)
    if cell is None or cell.value is None or isinstance(cell.value, ErrorValue | bool):
        return ""
    return str(cell.value).strip()


def _beside_label(index: LabelIndex, grid: Grid, label: str) -> tuple[Place | None, str]:
    wanted = normalise_label(label).rstrip(":")
    for at, text in sorted(index.texts.items()):
        if not text.startswith(wanted):
            continue
        rest = text.removeprefix(wanted).lstrip(":")
        if rest and text[len(wanted)] == ":":
            return at, rest
        if not rest:
            right = [(at[0], c) for c in range(at[1] + 1, at[1] + 12) if (at[0], c) in grid.cells]
            return (right[0], _text_at(grid, right[0])) if right else (at, "")
    return None, ""


def _period_line(grid: Grid) -> tuple[Place | None, str]:
    """A line like “(2017 年度)” in the first rows."""
    for at, cell in sorted(grid.cells.items()):
        if at[0] > 5:
            break
        if isinstance(cell.value, str) and "年度" in cell.value and len(cell.value) < 20 and _year(cell.value):
            return at, cell.value
    return None, ""


def _year(text: str) -> str:
    found = _YEAR.search(unicodedata.normalize("NFKC", text))
    return found[1] if found else ""


def _read_explanations(
    package: Package,
    outline: Outline,
    form: Form,
    named: Mapping[str, tuple[str, int, int]],
    shared: tuple[str, ...],
) -> dict[str, str]:
    """情况说明 by rule id: from the named cells, else from the 情况说明 column of 审核规则."""
    if not any(sheet.name == RULES_SHEET for sheet in outline.sheets):
        return {}
    grid = read_grid(package, outline, RULES_SHEET, shared)
    found = {}
    by_column = _explanation_column(grid)
    for rule in form.rules:
        reference = named.get(rule.explanation_name)
        at = (reference[1], reference[2]) if reference and reference[0] == RULES_SHEET else by_column.get(rule.id)
        text = _text_at(grid, at) if at else ""
        if text:
            found[rule.id] = text
    return found


def _explanation_column(grid: Grid) -> dict[str, Place]:
    heads = {str(cell.value).strip(): at for at, cell in grid.cells.items() if cell.value in ("编号", "情况说明")}
    if len(heads) < 2:
        return {}
    identity, column = heads["编号"], heads["情况说明"][1]
    return {
        str(cell.value).strip(): (at[0], column)
        for at, cell in grid.cells.items()
        if at[1] == identity[1] and at[0] > identity[0] and isinstance(cell.value, str)
    }
