"""退回件: the annotated copy of a return, and the files that go back to the units."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeAlias

from lxml import etree

from xltools.annotating.marking import marked_workbook
from xltools.annotating.notice import cover_text
from xltools.annotating.numbering import (
    Section,
    by_when,
    demands_of,
    sections_of,
    to_be_filled_in_afresh,
    which_counts,
)
from xltools.annotating.opinions import Cell, opinions_of
from xltools.annotating.opinionsheet import Letter
from xltools.annotating.parts import NotEditable
from xltools.findings import Finding, Severity
from xltools.form import PERIOD, UNIT, Form
from xltools.reading.package import Unreadable, open_package
from xltools.reading.reader import read_bytes
from xltools.reading.references import cell_name, parse_reference
from xltools.reading.workbook import read_outline
from xltools.returns import Return, Source
from xltools.sheetnames import MAIN_SHEET, RULES_SHEET
from xltools.template import build_template
from xltools.writing.content import filled_content

NOTICE_NAME = "退回通知"
_NOT_IN_FILE_NAMES = re.compile(r'[<>:"|?*\x00-\x1f]')
_CLOSING = (
    "改好后直接保存,{when}把本文件交回即可。不必删去本表、颜色和批注,再次审核时会自动更新;"
    "请不要增删行列、不要改工作表的名称、不要把内容复制到新文件。"
)
_CLOSING_AFRESH = "{afresh};填好后保存,{when}交回这份空表。请不要增删行列、不要改工作表的名称。"
_NOTE = (
    "原件不能直接标注({reason}),这是把读出的数填进新空表的一份;读不出的格留空,请对照原件补填;"
    "表外自己写的备注没有带过来。请在这一份上更正后交回。"
)
_SPLIT = "原件里有 {count} 份报表({units}),拆成了 {count} 个文件,请一起交回,代替原件。"

_ON_FRESH_COPY = {
    "S202": "请对照原件,在这一格补填。",
    "S203": "请对照原件,在这一格补填。",
    "V302": "读得对的不用再改;读得不对的请更正。",
}


@dataclass(frozen=True, slots=True)
class Annotated:
    """An annotated copy: the extension that its content asks for, its bytes, and what its sender should know of it.

    ``note`` is "" for a copy of the unit's own file; otherwise it says why the copy is a fresh one, and ``findings``
    are in the words for it and with their places on it.
    """

    suffix: str
    data: bytes
    note: str = ""
    findings: tuple[Finding, ...] = ()


def annotate(
    data: bytes, ret: Return, findings: Sequence[Finding], form: Form, deadline: str = "", beside: Sequence[str] = ()
) -> Annotated:
    """The copy of a return with its findings marked in the cells and listed in 审核意见.

    ``data`` is the file as it came. It is marked up where it is an .xlsx or .xlsm that can be edited and then still
    reads as the same return; otherwise the figures read go onto the official template. ``deadline``: until when it is
    to come back, as people write it. ``beside``: the names of all returns of the file, where it is one of several and
    each gets a copy of its own if the file cannot be marked. Raises ValueError for a return that was rejected: there
    is nothing to mark.
    """
    if ret.rejected:
        raise ValueError(f"{ret.source.path} was rejected and has no annotated copy")
    sections = sections_of(findings)
    subject = _subject(ret, findings, sections, form)
    try:
        explain_at = _explanation_cells(data, form)
        opinions = opinions_of(sections, form, explain_at, ret.sheet)
        letter = Letter(subject, _closing(sections, deadline, to_be_filled_in_afresh(sections, "本文件")))
        suffix, marked = marked_workbook(data, opinions, letter, _without_a_cell(ret, explain_at))
        if not _reads_the_same(marked, ret, form):
            raise NotEditable("加上标记后读出的内容与原件不一致")
        return Annotated(suffix, marked)
    except Unreadable as problem:
        reason = problem.message.split(",")[0]
    except NotEditable as problem:
        reason = str(problem)
    except (etree.LxmlError, ValueError):
        reason = "文件内部的写法无法识别"
    split = _SPLIT.format(count=len(beside), units="、".join(beside)) if beside else ""
    letter = Letter(subject, _closing(sections, deadline), _NOTE.format(reason=reason) + split)
    return _fresh_copy(ret, sections, form, letter)


def annotated_files(
    returns: Iterable[Return],
    findings: Iterable[Finding],
    form: Form,
    content: Callable[[Return], bytes],
    deadline: str = "",
) -> Iterator[tuple[str, bytes]]:
    """What goes into the folder of 退回件: (relative file name with ``/``, bytes), one return after the other.

    For every file that asks something of its unit: the annotated copy under the path it was read from, and beside it
    ``…_退回通知.txt``; for a rejected one the notice alone. ``findings`` belong to a file by their ``file``;
    ``content`` gives the bytes of a return's file. A workbook with several returns goes back as one copy where it can
    be marked, else as one for each return. Where all returns are for one other year (S208 as a warning) it is not the
    units who are asked about the year, nor is one whose return for the right year is there. Of several different
    returns of a unit (U402) each file says so.
    """
    listed = list(findings)
    is_other_year = any(found.code == "S208" and found.severity is Severity.WARNING for found in listed)
    in_file: dict[str, list[Return]] = {}
    for ret in returns:
        in_file.setdefault(ret.source.path, []).append(ret)
    of_another_year = {(found.file, found.sheet) for found in listed if found.code == "S204"}
    usable = [ret for read in in_file.values() for ret in read if not ret.rejected]
    is_in = {ret.unit for ret in usable if (ret.source.path, ret.sheet) not in of_another_year}
    of_file: dict[str, list[Finding]] = {}
    for found in listed:
        if found.code != "S204" or not (is_other_year or found.unit in is_in):
            of_file.setdefault(found.file, []).append(found)
    taken: set[str] = set()
    conflicts = [found for found in listed if found.code == "U402" and found.severity is Severity.ERROR]
    for path, read in in_file.items():
        about_file = list(of_file.get(path, []))
        units = {ret.unit for ret in read}.union(found.unit for found in about_file)
        about_file += [replace(each, file=path) for each in conflicts if each.file != path and each.unit in units]
        if any(found.asks_unit for found in about_file):
            for ret, about, copy, part in _copies(read, about_file, form, content, deadline):
                about = copy.findings if copy and copy.note else about
                yield from _with_notice(ret, about, copy, form, _free_stem(ret.source, part, taken), deadline)


def notice_beside(copy: Path) -> Path:
    """The 退回通知 that goes with a 退回件."""
    return copy.with_name(f"{copy.stem}_{NOTICE_NAME}.txt")


_Copy: TypeAlias = tuple[Return, Sequence[Finding], Annotated | None, str]
"""A return, what is said of it, its copy, and what is added to the file's name where the file was taken apart."""


def _copies(
    read: Sequence[Return],
    listed: Sequence[Finding],
    form: Form,
    content: Callable[[Return], bytes],
    deadline: str,
) -> Iterator[_Copy]:
    first = read[0]
    if first.rejected:
        yield first, listed, None, ""
        return
    data = content(first)
    parts = [ret.unit or ret.sheet for ret in read] if len(read) > 1 else []
    whole = annotate(data, first, listed, form, deadline, parts)
    if not parts or not whole.note:
        yield first, listed, whole, ""
        return
    sheets = {ret.sheet for ret in read}
    for ret, part in zip(read, parts, strict=True):
        about = [f for f in listed if f.sheet == ret.sheet or (ret is first and f.sheet not in sheets)]
        yield ret, about, annotate(data, ret, about, form, deadline, parts), f"_{part}"


def _with_notice(
    ret: Return, listed: Sequence[Finding], copy: Annotated | None, form: Form, stem: str, deadline: str
) -> Iterator[tuple[str, bytes]]:
    if copy:
        yield f"{stem}{copy.suffix}", copy.data
    if not any(found.asks_unit for found in listed):
        return
    notice = cover_text(
        _unit(ret, listed), ret.period or form.period, listed, form, deadline=deadline,
        copy_name=f"{stem}{copy.suffix}".rpartition("/")[2] if copy else "", note=copy.note if copy else "",
    )  # fmt: skip
    # With a byte order mark and CRLF the oldest Notepad shows it as it is meant.
    yield f"{stem}_{NOTICE_NAME}.txt", notice.replace("\n", "\r\n").encode("utf-8-sig")


def _unit(ret: Return, findings: Sequence[Finding]) -> str:
    """Who is addressed: the units that have something to mend, else what the return says; "" for nobody knows.

    A return without 填报单位 goes by its file's name in the results. That is nobody's name, unless the roster has it.
    """
    in_roster = any(f.code == "U404" for f in findings)
    asking = [f for f in findings if f.asks_unit] or findings
    named = dict.fromkeys(f.unit for f in asking if f.unit and (ret.unit or in_roster or f.unit != ret.source.stem))
    return "、".join(named) or ret.unit


def _subject(ret: Return, findings: Sequence[Finding], sections: Sequence[Section], form: Form) -> str:
    period = ret.period or form.period
    year = f"{period} 年" if period else ""
    unit = _unit(ret, findings)
    file = "" if unit else f"({ret.source.path.replace(chr(92), '/').rpartition('/')[2]})"
    return f"{unit} {year}《{form.title}》{file}:".lstrip() + (demands_of(sections) or "没有需要更正的")


def _closing(sections: Sequence[Section], deadline: str, afresh: str = "") -> str:
    """``afresh``: what has to be filled in on a fresh 空表, where this copy is not one."""
    only, first = which_counts(sections, deadline)
    return only or first + (_CLOSING_AFRESH if afresh else _CLOSING).format(afresh=afresh, when=by_when(deadline))


def _explanation_cells(data: bytes, form: Form) -> dict[str, Cell]:
    """The cell for the 情况说明 of each rule, as the workbook's names say."""
    rules = {rule.explanation_name: rule.id for rule in form.rules}
    cells: dict[str, Cell] = {}
    outline = read_outline(open_package(data))
    if all(sheet.name != RULES_SHEET for sheet in outline.sheets):
        return cells
    for name in outline.names:
        at = parse_reference(name.refers_to) if name.sheet is None and name.name in rules else None
        if at is not None and at[0] == RULES_SHEET:
            cells[rules[name.name]] = Cell(at[0], cell_name(at[1], at[2]))
    return cells


def _without_a_cell(ret: Return, explain_at: Mapping[str, Cell]) -> dict[str, str]:
    """The 情况说明 for which the form has no cell of its own."""
    return {key: text for key, text in ret.explanations.items() if key not in explain_at}


def _reads_the_same(marked: bytes, ret: Return, form: Form) -> bool:
    again = read_bytes(marked, form, ret.source)
    same = ("unit", "period", "sheet", "values", "cells", "explanations", "unreadable", "adjusted")
    return not again.rejected and all(getattr(again, name) == getattr(ret, name) for name in same)


def _fresh_copy(ret: Return, sections: Sequence[Section], form: Form, letter: Letter) -> Annotated:
    header = {name: _typed(name, text) for name, text in ret.header.items() if name not in (UNIT, PERIOD)}
    content = filled_content(
        form, ret.values, unit=ret.unit, year=ret.period, header=header, explanations=ret.explanations
    )
    data = build_template(form, content)
    explain_at = _explanation_cells(data, form)
    moved = _moved(sections, ret, form)
    opinions = [
        replace(opinion, what_to_do=_ON_FRESH_COPY.get(opinion.finding.code, opinion.what_to_do))
        for opinion in opinions_of(moved, form, explain_at, MAIN_SHEET)
    ]
    suffix, marked = marked_workbook(data, opinions, letter, _without_a_cell(ret, explain_at))
    findings = tuple(found for section in moved for found in section.findings)
    return Annotated(suffix, marked, letter.note, findings)


def _typed(field: str, text: str) -> str | int:
    """A header field as the template holds it: a date that was stored as a number stays one."""
    return int(text) if field == "填报日期" and text.isdigit() and text.isascii() else text


def _moved(sections: Sequence[Section], ret: Return, form: Form) -> list[Section]:
    """The findings with the places that their figures have in the template."""
    read_here = read_bytes(build_template(form), form, Source(ret.source.path))
    header = {ret.header_cells[name]: cell for name, cell in read_here.header_cells.items() if name in ret.header_cells}

    def moved(found: Finding) -> Finding:
        cell = _new_cell(found, read_here, header)
        return replace(_of_original(found), sheet=read_here.sheet if cell else "", cell=cell)

    return [replace(section, findings=tuple(map(moved, section.findings))) for section in sections]


def _of_original(found: Finding) -> Finding:
    """What is wrong in the unit's own file, as it is said where a fresh copy goes with it: there it is mended already,
    or has its place."""
    if not found.indicator or found.code not in _ON_FRESH_COPY:
        return found
    its_figure = f"原件里“{found.indicator}”"
    if found.code == "V302":
        read_as = "空白" if found.expected is None else str(found.expected)
        said = f"{its_figure}填的是“{found.actual}”,这一份上已写成{read_as}:请核对"
        return replace(found, to_unit=said, expected=None, actual=None)
    lost = "没有找到" if found.code == "S203" else "不在自己的位置上,没有采用"
    return replace(found, to_unit=f"{its_figure}的数{lost}:请对照原件,在这一份上补填")


def _new_cell(found: Finding, template: Return, header: Mapping[str, str]) -> str:
    return template.cells.get(found.indicator, "") if found.indicator else header.get(found.cell, "")


def _free_stem(source: Source, part: str, taken: set[str]) -> str:
    """The path of a source without its extension and with ``part`` at its end, safe as a relative path and used only
    once."""
    path = source.path.replace("\\", "/")
    outside = path.startswith("/") or ":" in path or ".." in path.split("/")
    name = f"{source.stem}{part.replace('/', '_')}"
    steps = [name] if outside else [*path.split("/")[:-1], name]
    stem = "/".join(_NOT_IN_FILE_NAMES.sub("_", step).rstrip(". ") or "_" for step in steps if step != ".")
    name, number = stem, 2
    while name.casefold() in taken:
        name, number = f"{stem}({number})", number + 1
    taken.add(name.casefold())
    return name
