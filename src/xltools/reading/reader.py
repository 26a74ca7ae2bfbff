"""A file's bytes → its returns: identity, the sheets that hold the table, figures, provenance, and findings on all.

A file usually is one return; a workbook with the table on several sheets is as many.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from math import inf
from pathlib import Path, PurePosixPath

from xltools.findings import Finding, Severity, finding, first_of, mark_of_sheet
from xltools.form import FORM_ID, FORM_TITLE, FORM_VERSION, HEADER, PERIOD, UNIT, Form
from xltools.reading.confined import run_confined
from xltools.reading.decrypting import decrypt
from xltools.reading.figures import read_figures
from xltools.reading.files import read_content
from xltools.reading.grid import Grid, Outline, Sheet, Workbook
from xltools.reading.heading import Header, named_explanations, read_explanations, read_header, year_in
from xltools.reading.labels import LabelIndex, Place
from xltools.reading.locating import locate, named_areas, trusted_places
from xltools.reading.matching import share_of_labels
from xltools.reading.package import Unreadable
from xltools.reading.references import Area, cell_name, constant_of
from xltools.reading.sources import DEFAULT_OPTIONS, LIGHT, ReadOptions, TooHeavyError, mismatch, open_source
from xltools.returns import Return, Source
from xltools.sheetnames import MAIN_SHEET, OPINION_SHEET, OUR_SHEETS, RULES_SHEET

_LEAST_LABELS = 0.3  # of the form's labels on the one likeliest sheet
_SURE_LABELS = 0.6  # on a further sheet, to be a return of its own
_NO_TABLES = OUR_SHEETS - {MAIN_SHEET}  # what they say of the indicators makes no table of them


def read(path: str | Path, form: Form, options: ReadOptions = DEFAULT_OPTIONS) -> Return:
    """Read one file as a return of a form. Never raises for what is in the file: that becomes findings.

    Of a workbook with several returns this is the first, and says so; :func:`read_all` gives them all.
    """
    first, *more = read_all(path, form, options)
    if not more:
        return first
    message = f"这个文件里有 {len(more) + 1} 张报表,这里只读了第一张“{first.sheet}”"
    return replace(first, findings=(*first.findings, finding("S206", message, file=first.source.path)))


def read_all(path: str | Path, form: Form, options: ReadOptions = DEFAULT_OPTIONS) -> tuple[Return, ...]:
    """Every return in one file, in the order of its sheets; at least one, rejected where none can be read."""
    return read_file_all(Path(path), form, str(path), options)


def read_file_all(
    path: Path, form: Form, shown_path: str, options: ReadOptions = DEFAULT_OPTIONS
) -> tuple[Return, ...]:
    """:func:`read_all` with the path that findings are to show. A path may lead into a .zip archive."""
    try:
        data, modified = read_content(path)
    except Unreadable as problem:
        return (_rejected(Source(shown_path), problem),)
    source = Source(shown_path, hashlib.sha256(data).hexdigest(), modified)
    return read_bytes_all(data, form, source, options)


def read_bytes(data: bytes, form: Form, source: Source, options: ReadOptions = DEFAULT_OPTIONS) -> Return:
    """The per-file work: a pure function of a file's bytes and the form."""
    return read_bytes_all(data, form, source, options)[0]


def read_bytes_all(
    data: bytes, form: Form, source: Source, options: ReadOptions = DEFAULT_OPTIONS
) -> tuple[Return, ...]:
    """:func:`read_bytes` for every return in the file. What could take long or much memory is read under watch."""
    try:
        return _read_within_limits(data, form, source, options)
    except Unreadable as problem:
        if problem.kind != "encrypted":
            return (_rejected(source, problem),)
        locked = problem
    try:
        opened = _unlocked(data, options)
    except Unreadable as problem:
        return (_rejected(source, problem if options.password else locked),)
    try:
        return _read_within_limits(opened, form, source, replace(options, password=""))
    except Unreadable as problem:
        return (_rejected(source, problem),)


def carried_form(data: bytes, options: ReadOptions = DEFAULT_OPTIONS) -> str:
    """The id of the form that a file says it is of, "" where it does not say or cannot be read in a moment."""
    try:
        return _identity(open_source(data, "", options, LIGHT).outline)[0]
    except TooHeavyError:
        return ""
    except Unreadable as problem:
        if problem.kind != "encrypted":
            return ""
    try:
        return _identity(open_source(_unlocked(data, options), "", options, LIGHT).outline)[0]
    except (TooHeavyError, Unreadable):
        return ""


def form_carried_by(path: Path, options: ReadOptions = DEFAULT_OPTIONS) -> str:
    """:func:`carried_form` of a file, or of one inside an archive; "" where it cannot be read."""
    try:
        return carried_form(read_content(path)[0], options)
    except Unreadable:
        return ""


def _unlocked(data: bytes, options: ReadOptions) -> bytes:
    """The workbook inside a locked one. Raises Unreadable: F102, and F105 where that takes too long or too much."""
    return run_confined(decrypt, data, options.password, allowance=options.allowance)


def _identity(outline: Outline) -> tuple[str, str]:
    told = [n for n in outline.names if n.sheet is None and n.name in (FORM_ID, FORM_VERSION)]
    constants = {n.name: constant_of(n.refers_to) for n in told}
    return str(constants.get(FORM_ID) or ""), str(constants.get(FORM_VERSION) or "")


def _read_within_limits(data: bytes, form: Form, source: Source, options: ReadOptions) -> tuple[Return, ...]:
    try:
        return _read(data, form, source, options, LIGHT)
    except TooHeavyError:
        return run_confined(_read, data, form, source, options, allowance=options.allowance)


def _rejected(source: Source, problem: Unreadable) -> Return:
    found = finding(problem.code, problem.message, file=source.path)
    return Return(source, findings=(found,), rejected=True)


def _read(
    data: bytes, form: Form, source: Source, options: ReadOptions, most_text: float = inf
) -> tuple[Return, ...]:
    suffix = PurePosixPath(source.path.replace("\\", "/")).suffix.strip().lower()
    book = open_source(data, suffix, options, most_text)
    form_id, version = _identity(book.outline)
    if form_id and form_id != form.id:
        message = f"这是另一种表式({form_id})的报表,这里要的是“{form.title}”({form.id}):请用下发的空表填报"
        raise Unreadable("F103", message)
    areas = named_areas(book.outline)
    found = _tables(book, form, areas)
    tables = [(sheet, grid) for sheet, grid in found if grid is not None]
    broken = [sheet for sheet, grid in found if grid is None]
    if not tables:
        how = ";要交 .csv,就一行写一个指标:指标、逗号、数,不要多余的列和引号" if book.kind == "csv" else ""
        raise Unreadable("F103", f"不是“{form.title}”:找不到表中的指标,请用下发的空表填报{how}")
    returns = [_read_table(book, form, source, sheet, grid, areas[sheet]) for sheet, grid in tables]
    filled = [ret for ret in returns if _is_one(ret, returns, form)]
    first = filled[0] if filled and _is_blank_original(returns[0], filled) else returns[0]
    answers = named_explanations(book, areas, (OPINION_SHEET,))
    rules = read_explanations(book, form, areas.get(RULES_SHEET, {})) if first is returns[0] else {}
    explanations = {**rules, **(answers if first is returns[0] else _answers_for(first.sheet, answers, form))}
    about_file = [
        *_mismatch_finding(book, suffix, source),
        *_version_finding(form, version, source),
        *_sheet_findings(book.outline, source, [sheet for sheet, _ in found]),
        *_broken_findings(source, broken),
        *_hidden_findings(book, form, source, [sheet for sheet, _ in tables]),
    ]
    others = (ret for ret in filled if ret is not first)
    return (
        replace(first, explanations=explanations, findings=(*about_file, *first.findings)),
        *(replace(ret, explanations=_answers_for(ret.sheet, answers, form)) for ret in others),
    )


def _is_one(ret: Return, beside: Sequence[Return], form: Form) -> bool:
    """Whether a table beside another is a return: something was filled in, taken or not, or its unit is a third one.

    What is computed from blanks was filled in by nobody.
    """
    typed = (value for name, value in ret.values.items() if not form.indicators[name].formula)
    filled = any(value is not None for value in typed) or ret.unreadable or ret.adjusted
    told = any(found.code in _OF_FIGURES for found in ret.findings)
    return bool(filled or told or (ret.unit and ret.unit not in {other.unit for other in beside if other is not ret}))


def _is_blank_original(ret: Return, filled: Sequence[Return]) -> bool:
    """Whether the first table was copied to be filled in: it says nothing, or whose it is and when, as a copy does."""
    return not ret.unit or (
        all(ret is not other for other in filled)
        and any((ret.unit, ret.period) == (other.unit, other.period) for other in filled)
    )


_OF_FIGURES = frozenset({"S202", "V301", "V302", "V306", "V307"})


def _answers_for(sheet: str, answers: Mapping[str, str], form: Form) -> dict[str, str]:
    """The answers on 审核意见 as those of a return beside the one that 审核规则 judges: of the rules its own alone."""
    mark = mark_of_sheet(sheet)
    return {key.removesuffix(mark): text for key, text in answers.items() if key not in form.rule_ids}


def _read_table(
    book: Workbook, form: Form, source: Source, sheet: str, grid: Grid, areas: Mapping[str, Area]
) -> Return:
    here = trusted_places(areas, grid)
    named = {name: at for name, at in here.items() if name in form.indicators}
    located = locate(form.labels, grid, named, sheet, source.path, has_names=book.kind != "csv")
    figures = read_figures(form, grid, located.places, sheet, source)
    header = read_header(form.labels, grid, here)
    return Return(
        source=source,
        unit=header.texts.get(UNIT, ""),
        period=year_in(header.texts.get(PERIOD, "")),
        sheet=sheet,
        values={name: figures.values.get(name) for name in form.indicators},
        cells={name: cell_name(*at) for name, at in located.places.items()},
        header=header.texts,
        header_cells=header.cells,
        unreadable=frozenset(figures.unreadable),
        adjusted=frozenset(figures.adjusted),
        rejected=located.is_useless,
        findings=(
            *located.findings,
            *_foreign_names(form, grid, here, located.places, source, sheet),
            *figures.findings,
            *_two_units(header, source, sheet),
        ),
    )


def _two_units(header: Header, source: Source, sheet: str) -> Iterator[Finding]:
    if header.two_units:
        (first, one), (second, other) = header.two_units
        read = header.cells.get(UNIT, first)
        message = (
            f"填报单位写了两个:{first} 是“{one}”,{second} 是“{other}”,现在按 {read} 的算:请核对,只留下正确的一个"
        )
        yield finding("S205", message, Severity.WARNING, file=source.path, sheet=sheet, cell=read)


def _foreign_names(
    form: Form, grid: Grid, here: Mapping[str, Place], places: Mapping[str, Place], source: Source, sheet: str
) -> list[Finding]:
    """Figures under names that the form does not have: most likely the return of a form that was extended."""
    own, taken = {field.name for field in HEADER} | {FORM_TITLE}, set(places.values())
    named = {
        name: at for name, at in here.items()
        if name not in form.indicators and name not in own and at not in taken and _is_figure(grid, at)
    }  # fmt: skip
    if not named:
        return []
    shown = first_of(list(named), 5, "等 {} 个")
    message = f"表里多出“{shown}”,不是下发的空表,多出的数不汇总:请用下发的空表填报"
    place = cell_name(*next(iter(named.values())))
    return [finding("S209", message, file=source.path, sheet=sheet, cell=place)]


def _is_figure(grid: Grid, at: Place) -> bool:
    cell = grid.cells.get(at)
    return cell is not None and cell.is_number


def _mismatch_finding(book: Workbook, suffix: str, source: Source) -> list[Finding]:
    message = mismatch(book.kind, suffix)
    return [finding("F107", message, Severity.WARNING, file=source.path)] if message else []


def _version_finding(form: Form, version: str, source: Source) -> list[Finding]:
    if not version or version == form.version:
        return []
    message = f"用的是第 {version} 版的空表,现在是第 {form.version} 版;数已读出,请核对"
    return [finding("F104", message, file=source.path)]


def _sheet_findings(outline: Outline, source: Source, tables: Sequence[str]) -> list[Finding]:
    visible = [s.name for s in outline.sheets if s.state == "visible"]
    extra = [name for name in visible if name not in OUR_SHEETS and name not in tables]
    if not extra:
        return []
    message = f"多出工作表“{'”“'.join(extra[:5])}”{'等' if len(extra) > 5 else ''},其中的内容不汇总"
    return [finding("S206", message, file=source.path, sheet=extra[0])]


def _broken_findings(source: Source, broken: Sequence[str]) -> Iterator[Finding]:
    """Sheets beside the table that cannot be read: nobody knows whether another return is on them."""
    for name in broken:
        message = f"工作表“{name}”的内容已损坏,没有读,分不清上面是不是还有一份报表:是的请另存重报,不是的请删去"
        yield finding("S206", message, Severity.WARNING, file=source.path, sheet=name)


def _hidden_findings(book: Workbook, form: Form, source: Source, tables: Sequence[str]) -> Iterator[Finding]:
    """Hidden sheets with the table and figures in it: what was read, and what may be last year's; nobody sees them."""
    hidden = [sheet for sheet in _real(book) if sheet.state != "visible"]
    for name in (sheet.name for sheet in hidden if sheet.name in tables):
        message = f"报表在隐藏的工作表“{name}”里,数已读出:请取消隐藏,核对后再交"
        yield finding("S206", message, Severity.WARNING, file=source.path, sheet=name)
    others = (sheet for sheet in hidden if sheet.name not in tables and sheet.name not in _NO_TABLES)
    for name, grid in _with_table(book, form, others):
        if grid is not None and any(cell.is_number for cell in grid.cells.values()):
            message = f"隐藏的工作表“{name}”里也有一张填了数的报表,没有读:要报的请取消隐藏,不要的请删去"
            yield finding("S206", message, Severity.WARNING, file=source.path, sheet=name)


def _tables(
    book: Workbook, form: Form, areas: Mapping[str, Mapping[str, Area]]
) -> list[tuple[str, Grid | None]]:
    """The sheets that hold the table: the likeliest of those that can be seen, else of the hidden ones; then others
    as sure, and with None the damaged ones, of which nobody can tell."""
    sheets = _real(book)
    visible = [sheet for sheet in sheets if sheet.state == "visible"]
    hidden = [sheet for sheet in sheets if sheet.state != "visible"]
    chosen = _likeliest(book, form, areas, visible) or _likeliest(book, form, areas, hidden)
    return [chosen, *_further_tables(book, form, chosen[0])] if chosen else []


def _likeliest(
    book: Workbook, form: Form, areas: Mapping[str, Mapping[str, Area]], sheets: Sequence[Sheet]
) -> tuple[str, Grid] | None:
    """Where the names lead, else the sheet whose labels are most like the form's; None where there is no such sheet."""
    known = form.indicators.keys()
    votes = {sheet.name: len(areas[sheet.name].keys() & known) for sheet in sheets}
    chosen = max(votes, key=lambda name: votes[name], default="")
    if votes.get(chosen):
        return chosen, book.grid(chosen)
    shares: dict[str, float] = {}
    grids: dict[str, Grid] = {}
    broken: list[Unreadable] = []
    for sheet in sheets:
        if sheet.name in _NO_TABLES:
            continue
        try:
            grids[sheet.name] = book.grid(sheet.name)
        except Unreadable as problem:
            broken.append(problem)
        else:
            shares[sheet.name] = share_of_labels(form.labels, LabelIndex(grids[sheet.name]))
    chosen = max(shares, key=lambda name: (shares[name], name == MAIN_SHEET), default="")
    if shares.get(chosen, 0) > _LEAST_LABELS:
        return chosen, grids[chosen]
    if broken:
        raise broken[0]  # the table may be on the sheet that cannot be read
    return None


def _real(book: Workbook) -> list[Sheet]:
    return [sheet for sheet in book.outline.sheets if sheet.part]


def _further_tables(book: Workbook, form: Form, chosen: str) -> Iterator[tuple[str, Grid | None]]:
    """Visible sheets beside the chosen one that hold the table as well, or may."""
    others = (sheet for sheet in _real(book) if sheet.name != chosen and sheet.state == "visible")
    return _with_table(book, form, (sheet for sheet in others if sheet.name not in _NO_TABLES))


def _with_table(book: Workbook, form: Form, sheets: Iterable[Sheet]) -> Iterator[tuple[str, Grid | None]]:
    """Those of the sheets that surely hold the table, and with None those that are damaged."""
    for sheet in sheets:
        try:
            grid = book.grid(sheet.name)
        except Unreadable:
            yield sheet.name, None
            continue
        if share_of_labels(form.labels, LabelIndex(grid)) >= _SURE_LABELS:
            yield sheet.name, grid
