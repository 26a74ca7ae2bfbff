"""Answers as new workbooks of their own, so that the workbook asked about stays as it is."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from xltools.excel.marking import link_to, literal
from xltools.wording import figure_text
from xltools.writing.styles import BLUE

if TYPE_CHECKING:
    from xlwings import App

    from xltools.findings import Number
    from xltools.tracing import Contribution, Trace

_TABLE_ROW = 3


def write_answer(app: App, answer: Trace) -> None:
    """A new workbook with one line a contribution, the place being a link that opens the file at the cell."""
    sheet = app.books.add().sheets[0]
    sheet.range("A1").value = literal(f"“{answer.indicator}”的出处")
    head = sheet.range((_TABLE_ROW, 1)).resize(1, 5)
    head.value, head.font.bold = ["单位", "数", "文件", "位置", "状态"], True
    if answer.contributions:
        count = len(answer.contributions)
        sheet.range((_TABLE_ROW + 1, 1)).resize(count, 5).value = [_row(part) for part in answer.contributions]
        places = sheet.range((_TABLE_ROW + 1, 4)).resize(count, 1)
        places.formula = [[_place_to_click(part)] for part in answer.contributions]
        places.font.color = BLUE
    for column, width in enumerate((18, 12, 36, 16, 28), start=1):
        sheet.range((1, column)).column_width = width


def conclusion(answer: Trace) -> str:
    """Whether the contributions still make the figure; the workbook beside it lists them."""
    verdict = "相符" if answer.matches else "不符"
    stored, again = _figure(answer.stored), _figure(answer.recomputed)
    lines = [f"{answer.indicator}:总表上是 {stored},重新相加是 {again},{verdict}。"]
    if answer.contributions and all(part.state == "not_found" for part in answer.contributions):
        lines.append("报表一份也没找到,没有核对文件:请把总表放在放报表的文件夹旁边,再点一次。")
    if answer.changed_files:
        lines.append(f"有 {len(answer.changed_files)} 个文件在汇总以后改动过:{'、'.join(answer.changed_files)}。")
    return "\n".join([*lines, "各单位的数列在新打开的表里,点“位置”可以打开原表。"])


def conclusion_of_one(part: Contribution) -> str:
    """The same for the figure of one unit, whose file is open at its cell."""
    return f"{part.unit}:{_figure(part.value)},来自 {part.file} 的 {_place(part)}。\n{_state(part)}。"


def write_lines(app: App, title: str, lines: Sequence[tuple[str, str]]) -> None:
    """A new workbook that is there to be read: two columns under a title."""
    sheet = app.books.add().sheets[0]
    sheet.range("A1").value = title
    sheet.range("A1").font.bold = True
    body = sheet.range((_TABLE_ROW, 1)).resize(len(lines), 2)
    body.value = [[literal(text) for text in line] for line in lines]
    sheet.range((1, 1)).column_width, sheet.range((1, 2)).column_width = 24, 90
    body.wrap_text = True


def can_be_opened(part: Contribution) -> bool:
    """Whether there is a cell to go to: the file is there, and not inside an archive."""
    return bool(part.cell) and part.path is not None and part.path.is_file()


def _row(part: Contribution) -> list[str | float]:
    value = "" if part.value is None else float(part.value)
    return [literal(part.unit), value, literal(part.file), "", literal(_state(part))]


def _place_to_click(part: Contribution) -> str:
    if can_be_opened(part):
        return link_to(part.sheet, part.cell, _place(part), str(part.path))
    return literal(_place(part))


def _place(part: Contribution) -> str:
    return f"{part.sheet}!{part.cell}" if part.cell else ""


def _state(part: Contribution) -> str:
    """What has become of the file since, and of the figure where it is no longer the same."""
    now = f",现在是 {_figure(part.value_now)}" if part.value_now != part.value else ""
    words = "有几份同名文件,其中有的已改动" if part.state == "ambiguous" else part.state.chinese
    return words + now


def _figure(value: Number | None) -> str:
    return "空白" if value is None else figure_text(value)
