"""The sheet 审核意见: what to correct, what to confirm, how to send it back, with a link to every cell.

Beyond the visible columns stands, hidden, the record of our marks: which cells were coloured and what fill they had.
By it the sheet is known as ours, and the marks of one round are taken off before those of the next are put on.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Final

from lxml import etree

from xltools.annotating.opinions import Cell, Opinion, message_to_unit
from xltools.annotating.parts import new_root, sub
from xltools.annotating.stylesheet import Look, style_of
from xltools.reading.references import cell_name
from xltools.reading.workbook import Grid
from xltools.sheetnames import OPINION_SHEET, RULES_SHEET
from xltools.wording import shortened
from xltools.writing.styles import (
    AMBER,
    AMBER_FILL,
    BLUE,
    GREY,
    HEI,
    INPUT_FILL,
    LINE_HEIGHT,
    PALE,
    RED,
    RED_FILL,
    SONG,
    lines_needed,
)

MARKER: Final = "xltools 退回件的记录,请勿改动"
HEADINGS: Final = ("序号", "级别", "位置", "指标", "问题", "对照", "现在", "怎么办", "情况说明")
WIDTHS: Final = (6, 8, 15, 20, 48, 15, 15, 40, 24)
_RECORD_COLUMN: Final = len(HEADINGS) + 2
_LONGEST: Final = 1000
_TALLEST: Final = 400  # points; Excel's rows reach 409

_REFUSED: Final = {
    "type": "custom", "allowBlank": "0", "showErrorMessage": "1", "errorTitle": "不写在这里",
    "error": f"写在这里不会被读到:请点这一格,跳到“{RULES_SHEET}”表的黄格里写。",
}  # fmt: skip

_BODY = Look(SONG, boxed=True)
_LOOKS: Final[Mapping[str, Look]] = {
    "title": Look(HEI, 18, horizontal="center", vertical="center"),
    "words": Look(SONG, vertical="center"),
    "note": Look(SONG, colour=AMBER, vertical="center"),
    "section": Look(HEI, 12, vertical="center"),
    "heading": Look(HEI, fill=PALE, boxed=True, horizontal="center", vertical="center"),
    "text": _BODY,
    "centre": Look(SONG, boxed=True, horizontal="center"),
    "link": Look(SONG, colour=BLUE, underline=True, boxed=True),
    "错误": Look(SONG, colour=RED, bold=True, fill=RED_FILL, boxed=True, horizontal="center"),
    "提示": Look(SONG, colour=AMBER, bold=True, fill=AMBER_FILL, boxed=True, horizontal="center"),
    "说明": Look(SONG, colour=GREY, boxed=True, horizontal="center"),
    "answer": Look(SONG, fill=INPUT_FILL, boxed=True),
}


@dataclass(frozen=True, slots=True)
class Letter:
    """What the sheet says around its rows: whose return it is, how it is to be sent back, and a note on the copy."""

    subject: str
    closing: str
    note: str = ""


@dataclass(slots=True)
class _Writer:
    """A sheet being written, from the top down."""

    data: etree._Element
    styles: Mapping[str, int]
    row: int = 0
    merged: list[str] = field(default_factory=list)
    links: list[tuple[str, Cell]] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)


def opinion_sheet(
    namespace: str,
    stylesheet: etree._Element,
    opinions: Sequence[Opinion],
    letter: Letter,
    record: Iterable[tuple[Cell, str]],
    kept: Mapping[str, str],
) -> tuple[etree._Element, dict[str, str]]:
    """The sheet's root, and its cells for 情况说明 by their keys.

    ``namespace`` is that of the workbook; ``record``: each marked cell and the fill it had; ``kept``: what an earlier
    round was answered. Where it is not asked again it goes into the record: another audit may ask it again.
    """
    root = new_root("worksheet", namespace)
    _head(root)
    styles = {name: style_of(stylesheet, look) for name, look in _LOOKS.items()}
    writer = _Writer(sub(root, "sheetData"), styles)
    record = list(record)
    _write_letter(writer, opinions, letter, any_marked=bool(record))
    asked = {opinion.answers_to for opinion in opinions}
    _write_record(writer, record, {key: text for key, text in kept.items() if key not in asked})
    merged = sub(root, "mergeCells", count=str(len(writer.merged)))
    for reference in writer.merged:
        sub(merged, "mergeCell", ref=reference)
    _refuse_typing_over(root, [name for name, cell in writer.links if cell.sheet == RULES_SHEET])
    links = sub(root, "hyperlinks") if writer.links else None
    for reference, cell in writer.links if links is not None else ():
        assert links is not None
        sub(links, "hyperlink", ref=reference, location=f"{_quoted(cell.sheet)}!{cell.name}", display=cell.shown)
    sub(root, "printOptions", horizontalCentered="1")
    sub(root, "pageMargins", left="0.5", right="0.5", top="0.6", bottom="0.6", header="0.3", footer="0.3")
    sub(root, "pageSetup", paperSize="9", orientation="landscape", fitToHeight="0")
    footer = sub(root, "headerFooter")
    sub(footer, "oddFooter", '&C&"宋体"&9第 &P 页,共 &N 页')
    return root, writer.answers


def _refuse_typing_over(root: etree._Element, cells: Sequence[str]) -> None:
    """Where a cell leads to the one for the 情况说明, what is typed over it would be read by nobody."""
    if cells:
        refused = sub(sub(root, "dataValidations", count="1"), "dataValidation", **_REFUSED, sqref=" ".join(cells))
        sub(refused, "formula1").text = "FALSE"


def record_of(grid: Grid) -> dict[Cell, str] | None:
    """The record that a sheet holds, as :func:`opinion_sheet` wrote it; None where the sheet is not ours."""
    columns = {at[1] for at, cell in grid.cells.items() if cell.value == MARKER}
    if not columns:
        return None
    first = min(columns)
    texts = {at: str(cell.value) for at, cell in grid.cells.items() if first <= at[1] <= first + 2}
    rows = sorted({row for row, column in texts if column == first + 1})
    return {Cell(texts.get((r, first), ""), texts[(r, first + 1)]): texts.get((r, first + 2), "") for r in rows}


def _head(root: etree._Element) -> None:
    sub(sub(root, "sheetPr"), "pageSetUpPr", fitToPage="1")
    view = sub(sub(root, "sheetViews"), "sheetView", showGridLines="0", tabSelected="1", workbookViewId="0")
    sub(view, "selection", activeCell="A1", sqref="A1")
    sub(root, "sheetFormatPr", defaultRowHeight="15")
    columns = sub(root, "cols")
    for number, width in enumerate(WIDTHS, 1):
        sub(columns, "col", min=str(number), max=str(number), width=f"{width + 0.71:.2f}", customWidth="1")
    last = str(_RECORD_COLUMN + 3)
    sub(columns, "col", min=str(_RECORD_COLUMN), max=last, width="9.71", hidden="1", customWidth="1")


def _write_letter(writer: _Writer, opinions: Sequence[Opinion], letter: Letter, *, any_marked: bool) -> None:
    _line(writer, OPINION_SHEET, "title", 30)
    _line(writer, letter.subject, "words")
    if letter.note:
        _line(writer, letter.note, "note")
    if how_to_read := _how_to_read(opinions, any_marked):
        _line(writer, how_to_read, "words")
    for heading, listed in groupby(opinions, key=lambda opinion: opinion.section):
        writer.row += 1
        _write_section(writer, heading, list(listed))
    writer.row += 1
    _line(writer, letter.closing, "words")


def _how_to_read(opinions: Sequence[Opinion], any_marked: bool) -> str:
    """What colours and links are for, as far as there are any."""
    if not any(opinion.is_open for opinion in opinions):
        return "没有需要更正或核对的。"
    red = {opinion.cell for opinion in opinions if opinion.cell and opinion.must_correct}
    yellow = {opinion.cell for opinion in opinions if opinion.cell and opinion.is_open} - red
    colours = [text for text, cells in (("红色的格请更正", red), ("黄色的格请核对", yellow)) if cells]
    typed = any(opinion.cell in yellow and opinion.finding.code == "V302" for opinion in opinions)
    own = ";数里带了文字的格,表自己会标成红色" if typed else ""
    marks = f"表中{','.join(colours)}{own};把鼠标停在有颜色的格上,可以看到批注。" if any_marked else ""
    links = "点下面的“位置”,直接跳到那一格。" if any(opinion.cell for opinion in opinions) else ""
    return marks + links


def _write_section(writer: _Writer, heading: str, opinions: Sequence[Opinion]) -> None:
    has_place = [bool(opinion.is_open and opinion.finding.explanation_key) for opinion in opinions]
    which = "" if all(has_place) else "、右边留了地方"
    may_explain = f":有错就改,确实无误{which}的写情况说明" if any(has_place) else ""
    _line(writer, heading + may_explain, "section", 22)
    writer.row += 1
    row = _row(writer, 22)
    for column, text in enumerate(HEADINGS, 1):
        _text_cell(writer, row, column, text, "heading")
    for opinion in opinions:
        _write_opinion(writer, opinion)


def _write_opinion(writer: _Writer, opinion: Opinion) -> None:
    found = opinion.finding
    own = found.explanation if opinion.answers_to else ""
    advice = opinion.what_to_do
    if opinion.answers_to:
        advice = f"{advice.removesuffix('。')},写在右边的黄格里。"
    if found.explanation:
        advice = "已写情况说明" + ("。" if own else f":{shortened(found.explanation, 300)}")
    texts = [
        str(opinion.number),
        found.severity.chinese,
        opinion.cell.shown if opinion.cell else found.sheet or "整个文件",
        found.indicator,
        shortened(message_to_unit(found), _LONGEST),
        opinion.against,
        opinion.now,
        advice,
        f"写在 {opinion.explain_at.shown}" if opinion.explain_at else own,
    ]
    writer.row += 1
    row = _row(writer, LINE_HEIGHT * max(map(lines_needed, texts, WIDTHS)) + 4)
    for column, text in enumerate(texts, 1):
        style = {1: "centre", 2: found.severity.chinese}.get(column, "text")
        target = {3: opinion.cell, 9: opinion.explain_at}.get(column)
        if target is not None:
            style = "link"
            writer.links.append((cell_name(writer.row, column), target))
        elif column == 9 and opinion.answers_to:
            style = "answer"
            writer.answers[opinion.answers_to] = cell_name(writer.row, column)
        _text_cell(writer, row, column, text, style)


def _write_record(writer: _Writer, record: Iterable[tuple[Cell, str]], kept: Mapping[str, str]) -> None:
    """The hidden columns, beside the rows that are there already and below them."""
    rows = {int(row.get("r", "0")): row for row in writer.data}
    lines = [(MARKER, "", "", ""), *((cell.sheet, cell.name, fill, "") for cell, fill in record)]
    for number, key in enumerate(kept, len(lines) + 1):
        writer.answers[key] = cell_name(number, _RECORD_COLUMN + 3)
    lines += [("", "", "", text) for text in kept.values()]
    for number, texts in enumerate(lines, 1):
        row = rows.get(number)
        if row is None:
            row = rows[number] = sub(writer.data, "row", r=str(number))
            writer.data.insert(sum(1 for at in rows if at < number), row)
        for offset, text in enumerate(texts):
            if text:
                cell = sub(row, "c", r=cell_name(number, _RECORD_COLUMN + offset), t="inlineStr")
                sub(sub(cell, "is"), "t", _literal(text))


def _line(writer: _Writer, text: str, style: str, height: float = 0) -> None:
    """A text over the whole width."""
    writer.row += 1
    lines = sum(lines_needed(line, sum(WIDTHS)) for line in text.split("\n"))
    row = _row(writer, height or LINE_HEIGHT * lines + 4)
    _text_cell(writer, row, 1, text, style)
    writer.merged.append(f"A{writer.row}:{cell_name(writer.row, len(WIDTHS))}")


def _row(writer: _Writer, height: float) -> etree._Element:
    return sub(writer.data, "row", r=str(writer.row), ht=f"{min(height, _TALLEST):g}", customHeight="1")


def _text_cell(writer: _Writer, row: etree._Element, column: int, text: str, style: str) -> None:
    """A text, whatever it begins with: a cell of this type is never taken for a formula."""
    cell = sub(row, "c", r=cell_name(writer.row, column), s=str(writer.styles[style]))
    if text:
        cell.set("t", "inlineStr")
        sub(sub(cell, "is"), "t", _literal(text))


def _literal(text: str) -> str:
    """``_x000D_`` is how a workbook writes a character: where a text really says so, its own escape goes before."""
    return text.replace("_x", "_x005F_x")


def _quoted(sheet: str) -> str:
    return "'" + sheet.replace("'", "''") + "'"
