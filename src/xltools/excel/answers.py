"""Answers as new workbooks of their own, so that the workbook asked about stays as it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xltools.excel.marking import link_to, literal
from xltools.terminal import trace_lines
from xltools.wording import figure_text
from xltools.writing.styles import BLUE

if TYPE_CHECKING:
    from xlwings import App

    from xltools.tracing import Contribution, Trace


def write_answer(app: App, answer: Trace, files: Mapping[str, Path | None]) -> None:
    """A new workbook with one line a contribution, the place being a link that opens the file at the cell."""
    book = app.books.add()
    sheet = book.sheets[0]
    sheet.range("A1").value = literal(f"“{answer.indicator}”的出处")
    sheet.range("A3").value = ["单位", "数", "文件", "位置", "状态"]
    sheet.range("A3").resize(1, 5).font.bold = True
    for row, part in enumerate(answer.contributions, start=4):
        value = "" if part.value is None else float(part.value)
        sheet.range((row, 1)).value = [literal(part.unit), value, literal(part.file)]
        file, place = files[part.unit], f"{part.sheet}!{part.cell}" if part.cell else ""
        if file is not None and place:
            sheet.range((row, 4)).formula = link_to(part.sheet, part.cell, place, str(file))
            sheet.range((row, 4)).font.color = BLUE
        else:
            sheet.range((row, 4)).value = literal(place)
        now = f",现在是 {figure_text(part.value_now)}" if part.value_now != part.value else ""
        sheet.range((row, 5)).value = literal(part.state.chinese + now)
    for column, width in enumerate((18, 12, 36, 16, 28), start=1):
        sheet.range((1, column)).column_width = width


def conclusion(answer: Trace) -> str:
    """Whether the contributions still make the figure; the workbook beside it lists them."""
    said = [line for line in list(trace_lines(answer))[len(answer.contributions) :] if line]
    return "\n".join([*said, "各单位的数列在新打开的表里,点“位置”可以打开原表。"])


def write_lines(app: App, title: str, lines: Sequence[tuple[str, str]]) -> None:
    """A new workbook that is there to be read: two columns under a title."""
    sheet = app.books.add().sheets[0]
    sheet.range("A1").value = title
    sheet.range("A1").font.bold = True
    for row, line in enumerate(lines, start=3):
        sheet.range((row, 1)).value = [literal(text) for text in line]
    sheet.range((1, 1)).column_width, sheet.range((1, 2)).column_width = 24, 90
    sheet.range((3, 1)).resize(len(lines), 2).wrap_text = True


def file_of(folder: Path, part: Contribution) -> Path | None:
    """The file of a contribution below a folder; None where it is gone or inside an archive."""
    name = part.file.rsplit("/", 1)[-1]
    found = sorted(folder.rglob(name)) if name else []
    return next((path for path in found if path.as_posix().endswith(part.file)), found[0] if found else None)
