"""The canonical workbook of a form → :class:`Form`: the workbook edited in Excel is the form.

What can be seen is taken from where it is seen: the tables from 统计表, the rules from 审核规则, the notes from
填表说明, which cell is what from the workbook's names. Only the rest comes from the hidden sheet 表式.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from xltools.findings import Finding, Severity, finding
from xltools.form import FORM_ID, FORM_TITLE, FORM_VERSION, Aggregate, Form, FormError, Layout, ListTable, Table
from xltools.formlint import lint
from xltools.formnames import NAME_MANAGER, Names, names_of
from xltools.formrules import RuleRows, rules_of
from xltools.formstructure import Structure, structure_of
from xltools.formsurface import Drawn, Notes, Surface, surface_of
from xltools.formtables import Tables, tables_of
from xltools.layout import TITLE_ROW
from xltools.reading.package import Package, Unreadable, open_package
from xltools.reading.references import cell_name
from xltools.reading.workbook import Grid, Outline, read_grid, read_outline, read_shared_strings
from xltools.sheetnames import DETAIL_SHEET, GUIDE_SHEET, MAIN_SHEET, PROVENANCE_SHEET, RULES_SHEET, STRUCTURE_SHEET
from xltools.writing.guidesheet import HEADINGS, NAME_HEADING, NOTE_HEADING
from xltools.writing.structuresheet import AREA_PREFIX

_MEASURE_HEADING = HEADINGS[2]
_ID_WORDS = "以字母开头,只用字母、数字、点、横线、下划线,2 到 41 个"
_ID = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{1,40}")


def form_of_workbook(data: bytes, source: str) -> tuple[Form, list[Finding]]:
    """The form a workbook holds, and every defect with the sheet and cell where to mend it.

    ``source`` names the workbook in the findings. A defect in one row leaves the rest of the form whole, so that all
    defects are told at once. :class:`FormError` for what is no form workbook at all.
    """
    book = _opened(data, source)
    structure = structure_of(book.grids[STRUCTURE_SHEET], source)
    surface = surface_of(book.grids[MAIN_SHEET])
    names = names_of(book.outline, surface.covers)
    _refuse_other_workbooks(names, structure, source)
    areas = {table_id: names.areas[table_id] for table_id in structure.shapes}
    tables = tables_of(Drawn(surface, names.cells, structure, _notes_of(book)), areas)
    rules = rules_of(book.grids.get(RULES_SHEET), names)
    form = _form(names, structure, surface, tables, rules)
    defects = [
        *_missing_sheets(book),
        *names.findings,
        *_unknown_tables(names, structure),
        *_identity_defects(form, names),
        *tables.findings,
        *rules.findings,
        *_lost_settings(form, structure),
        *_placed(lint(form), names, rules),
    ]
    return form, [replace(defect, file=source) for defect in _once(defects)]


@dataclass(frozen=True, slots=True)
class _Book:
    """A workbook opened: its outline, and the sheets of a form that it has."""

    outline: Outline
    grids: Mapping[str, Grid]


def _opened(data: bytes, source: str) -> _Book:
    try:
        package = open_package(data)
        outline = read_outline(package)
        present = {sheet.name for sheet in outline.sheets}
        lacking = [name for name in (MAIN_SHEET, STRUCTURE_SHEET) if name not in present]
        if lacking:
            raise FormError(source, tuple(f"不是表式工作簿:没有工作表“{name}”,{_MAKE_ONE}" for name in lacking))
        if {DETAIL_SHEET, PROVENANCE_SHEET} <= present:
            raise FormError(source, (f"这是汇总表,不能当表式用:它的数是汇总公式,{_MAKE_ONE}",))
        return _Book(outline, _grids(package, outline, present))
    except Unreadable as unreadable:
        raise FormError(source, (unreadable.message,)) from unreadable


_MAKE_ONE = "请用 xltools 生成的空表"


def _grids(package: Package, outline: Outline, present: set[str]) -> dict[str, Grid]:
    shared = read_shared_strings(package, outline)
    wanted = (MAIN_SHEET, RULES_SHEET, GUIDE_SHEET, STRUCTURE_SHEET)
    return {name: read_grid(package, outline, name, shared) for name in wanted if name in present}


def _refuse_other_workbooks(names: Names, structure: Structure, source: str) -> None:
    """Without identity or areas nothing else could be told apart: every other defect would be a mere consequence."""
    problems = []
    if not names.texts.get(FORM_ID):
        problems.append(f"不是表式工作簿:没有名称“{FORM_ID}”,{_MAKE_ONE}")
    for table_id in structure.shapes:
        if table_id not in names.areas:
            problems.append(f"表 {table_id} 的名称“{AREA_PREFIX}{table_id}”丢失或失效:请让它重新指向这张表的区域")
    if problems:
        raise FormError(source, tuple(problems))


def _notes_of(book: _Book) -> Notes:
    """The lines under the heading 指标名称 of 填表说明, wherever it stands."""
    grid = book.grids.get(GUIDE_SHEET)
    if grid is None:
        return Notes({}, {})
    surface = surface_of(grid)
    head = min((at for at in grid.cells if surface.text(*at) == NAME_HEADING), default=None)
    if head is None:
        return Notes({}, {})
    columns = {surface.text(head[0], column): column for row, column in sorted(grid.cells) if row == head[0]}
    notes: dict[str, str] = {}
    measures: dict[str, str] = {}
    for row in sorted({row for row, column in grid.cells if row > head[0] and column == head[1]}):
        name = surface.text(row, head[1])
        for heading, texts in ((NOTE_HEADING, notes), (_MEASURE_HEADING, measures)):
            if heading in columns:
                texts.setdefault(name, surface.text(row, columns[heading]))
    return Notes(notes, measures)


def _form(names: Names, structure: Structure, surface: Surface, tables: Tables, rules: RuleRows) -> Form:
    return Form(
        id=names.texts[FORM_ID],
        version=names.texts.get(FORM_VERSION, ""),
        title=surface.text(*names.cells.get(FORM_TITLE, (TITLE_ROW, 1))),
        period=structure.period,
        layout=_layout(structure.layout, tables.tables),
        tables=tables.tables,
        rules=rules.rules,
        comparison=structure.comparison,
        phrases=structure.phrases,
    )


def _layout(built: Layout, tables: Sequence[Table]) -> Layout:
    """The grid as built, with more columns of its last width where a matrix has grown beyond it."""
    widths = (sum(t.spans) if isinstance(t, ListTable) else sum(t.label_spans + t.value_spans) for t in tables)
    more = max(widths, default=0) - len(built.grid)
    return replace(built, grid=built.grid + built.grid[-1:] * more) if more > 0 else built


def _missing_sheets(book: _Book) -> Iterator[Finding]:
    if RULES_SHEET not in book.grids:
        yield finding("L611", f"没有工作表“{RULES_SHEET}”,没有审核公式:请在完整的空表上修改")
    if GUIDE_SHEET not in book.grids:
        yield finding("L611", f"没有工作表“{GUIDE_SHEET}”,各指标没有填报说明:请在完整的空表上修改", Severity.WARNING)


def _unknown_tables(names: Names, structure: Structure) -> Iterator[Finding]:
    for table_id, area in names.areas.items():
        if table_id not in structure.shapes:
            message = f"“{AREA_PREFIX}{table_id}”不是本表式的表:整张新表请写进表式的定义,再生成空表"
            yield finding("L611", message, sheet=MAIN_SHEET, cell=cell_name(area.first_row, area.first_column))


def _identity_defects(form: Form, names: Names) -> Iterator[Finding]:
    if not _ID.fullmatch(form.id):
        yield finding("L606", f"表式编号“{form.id}”不合要求:请在{NAME_MANAGER}里改名称“{FORM_ID}”,{_ID_WORDS}")
    if not form.version:
        where = f"请在{NAME_MANAGER}里加上名称“{FORM_VERSION}”,引用位置写固定的文字"
        yield finding("L605", f'没有表式版本:{where},如 ="1"')
    if not form.title:
        at = names.cells.get(FORM_TITLE, (TITLE_ROW, 1))
        yield finding("L606", "没有标题:请在这一格写上表题", sheet=MAIN_SHEET, cell=cell_name(*at))


def _lost_settings(form: Form, structure: Structure) -> Iterator[Finding]:
    """Indicators gone from the sheet take along what only the hidden sheet knows, which a renaming did not mean."""
    for name, known in structure.indicators.items():
        if name in form.indicators:
            continue
        settings = [
            *(["必填"] if known.required else []),
            *(["不可相加"] if known.aggregate is Aggregate.NONE else []),
            *(["取最大值"] if known.aggregate is Aggregate.MAX else []),
            *([f"等于上年的“{known.carried_from}”"] if known.carried_from else []),
        ]
        if settings:
            lost = f"它的设置({'、'.join(settings)})也随之取消"
            message = f"统计表里不再有“{name}”,{lost};如果只是改名,请在{NAME_MANAGER}里改回原名"
            yield finding("L605", message, Severity.WARNING, indicator=name)


def _placed(defects: Iterable[Finding], names: Names, rules: RuleRows) -> Iterator[Finding]:
    """Findings about indicators at their cells on 统计表, about rules at their formulas on 审核规则."""
    for defect in defects:
        if defect.rule in rules.places:
            # of rules with the same number the one that was added is the one to mend
            at = rules.places[defect.rule][-1 if defect.code == "L607" else 0]
            yield replace(defect, sheet=RULES_SHEET, cell=cell_name(*at))
        elif defect.indicator in names.cells:
            yield replace(defect, sheet=MAIN_SHEET, cell=cell_name(*names.cells[defect.indicator]))
        else:
            yield defect


def _once(defects: Iterable[Finding]) -> Iterator[Finding]:
    """Without the second of two findings of a kind about the same thing in the same cell."""
    seen = set()
    for defect in defects:
        key = (defect.code, defect.sheet, defect.cell, defect.indicator, defect.rule, defect.message)
        if defect.code in ("L610", "L601") and defect.cell:
            key = (defect.code, defect.sheet, defect.cell, "", "", "")
        if key not in seen:
            seen.add(key)
            yield defect
