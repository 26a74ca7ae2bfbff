"""Writing the workbooks of the examples: rosters, filled returns, and damage done to a finished workbook."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from html import escape
from io import BytesIO

from xltools.findings import Number
from xltools.form import Form
from xltools.template import build_template
from xltools.writing.content import filled_content
from xltools.writing.styles import Book

ROSTER_HEADINGS = ("单位", "上级", "组别", "代码", "别名")
SIGNATURE: Mapping[str, str] = {"单位负责人": "(示例)", "审核人": "(示例)", "填报人": "示例数据"}
_WIDTHS = (16, 12, 10, 12, 30)
_MEMBER_DATE = (1980, 1, 1, 0, 0, 0)


def roster_workbook(rows: Iterable[tuple[str, str, str, str, str]]) -> bytes:
    """A 单位名录.xlsx: one row per unit under :data:`ROSTER_HEADINGS`."""
    book = Book("单位名录")
    sheet = book.sheet("单位名录")
    for column, (heading, width) in enumerate(zip(ROSTER_HEADINGS, _WIDTHS, strict=True)):
        sheet.set_column(column, column, width)
        sheet.write_string(0, column, heading, book.style("header"))
    for line, row in enumerate(rows, 1):
        for column, text in enumerate(row):
            sheet.write_string(line, column, text, book.style("cell"))
    sheet.freeze_panes(1, 0)
    return book.finish()


def return_workbook(
    form: Form,
    unit: str,
    values: Mapping[str, Number | None],
    *,
    remark: str,
    year: str = "",
    header: Mapping[str, str | int] | None = None,
    explanations: Mapping[str, str] | None = None,
) -> bytes:
    """A return as a clerk would have filled in the template; ``remark`` stands below the signature lines."""
    texts = {**SIGNATURE, **(header or {})}
    content = filled_content(form, values, unit=unit, year=year, header=texts, explanations=explanations)
    return build_template(form, replace(content, remark=remark))


def over_typed(
    form: Form, unit: str, values: Mapping[str, Number | None], typed: Mapping[str, Number], *, remark: str, year: str
) -> bytes:
    """A return in which figures were typed over the formulas of computed indicators."""
    filled = filled_content(form, values, unit=unit, year=year, header=SIGNATURE)
    formulas = {name: formula for name, formula in filled.formulas.items() if name not in typed}
    content = replace(filled, values={**filled.values, **typed}, formulas=formulas, remark=remark)
    return build_template(form, content)


def cell_of(form: Form, indicator: str) -> str:
    """The cell of an indicator on 统计表, like ``D12``."""
    from xltools.reading.references import cell_name

    spot = form.page.spots[indicator]
    return cell_name(spot.row, spot.column)


def with_cell(workbook: bytes, sheet: int, cell: str, content: str, kind: str = "") -> bytes:
    """The workbook with other XML inside one cell; the cell keeps its format. ``sheet`` counts from 1."""
    part = f"xl/worksheets/sheet{sheet}.xml"
    old = re.compile(rf'<c r="{cell}"( s="\d+")?[^>]*?(/>|>.*?</c>)')
    attribute = f' t="{kind}"' if kind else ""
    return edited(workbook, part, old, lambda found: f'<c r="{cell}"{found[1] or ""}{attribute}>{content}</c>')


def with_text(workbook: bytes, sheet: int, cell: str, text: str) -> bytes:
    """The workbook with a text typed into one cell."""
    return with_cell(workbook, sheet, cell, f"<is><t>{escape(text)}</t></is>", "inlineStr")


def with_name(workbook: bytes, name: str, refers_to: str | None) -> bytes:
    """The workbook with a defined name referring to something else, or without it."""
    old = re.compile(rf'<definedName name="{name}"[^>]*>[^<]*</definedName>')
    new = "" if refers_to is None else f'<definedName name="{name}">{escape(refers_to)}</definedName>'
    return edited(workbook, "xl/workbook.xml", old, lambda _: new)


def edited(workbook: bytes, part: str, old: re.Pattern[str], new: Callable[[re.Match[str]], str]) -> bytes:
    """The workbook with the one match of ``old`` in a part replaced; ValueError where there is not exactly one."""
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        text, times = old.subn(new, archive.read(part).decode("utf-8"))
        if times != 1:
            raise ValueError(f"{part}: {times} matches of {old.pattern}")
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed({**parts, part: text.encode("utf-8")})


def with_parts(workbook: bytes, more: Mapping[str, bytes]) -> bytes:
    """The workbook with further members in its archive."""
    with zipfile.ZipFile(BytesIO(workbook)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    return packed({**parts, **more})


def packed(parts: Mapping[str, bytes]) -> bytes:
    """An archive of these members, without times, so that the same members give the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in parts.items():
            archive.writestr(zipfile.ZipInfo(name, _MEMBER_DATE), data, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()
