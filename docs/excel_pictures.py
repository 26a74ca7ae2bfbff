"""Draws the pictures of docs/Excel按钮.md: the buttons' work on live documents in LibreOffice, and the ribbon.

    PYTHONPATH=tests python docs/excel_pictures.py

What the sheets show is what the macros wrote. The ribbon cannot be had without Excel: it is drawn from the table of
buttons, and the manual says so.
"""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

import xlwings
from live_office import Office
from xlwings_office import Engine, engine_of

from xltools import Form, macros
from xltools.excel import places
from xltools.excel.building import build_form_workbook
from xltools.excel.buttons import GROUPS
from xltools.findings import Number
from xltools.writing.content import filled_content

DOCS = Path(__file__).resolve().parent
EXAMPLE = DOCS.parent / "examples" / "湘西州2017"
FAULTY: dict[str, Number | None] = {
    "主动公开政府信息数": 2137, "主动公开规范性文件数": 12, "制发规范性文件总数": 15, "政府网站公开数": 2013,
    "政务微博公开数": 51, "政务微信公开数": 84, "回应热点舆情数": 12, "新闻发布会次数": 1,
    "主要负责人新闻发布会次数": 3, "微博微信回应数": 15,
    "收到申请数": 9, "当面申请数": 2, "网络申请数": 5, "信函申请数": 2, "申请办结数": 9,
    "按时办结数": 8, "延期办结数": 2,
}  # fmt: skip
_RESOLUTION = 80


def main(target: Path) -> None:
    """Write every picture into the folder."""
    target.mkdir(exist_ok=True)
    (target / "功能区.svg").write_text(ribbon_drawing(), encoding="utf-8")
    office = Office()
    try:
        with tempfile.TemporaryDirectory() as temporary:
            profile = places.Profile("Linux", Path(temporary) / "home")
            macros.this_profile = lambda: profile  # type: ignore[attr-defined]
            engine = engine_of(office)
            _checking(engine, Path(temporary), target)
            _consolidating(engine, Path(temporary), target)
    finally:
        office.quit()


def _checking(engine: Engine, folder: Path, target: Path) -> None:
    path = folder / "统计表.xlsm"
    form = Form.load("xxgk2017")
    path.write_bytes(build_form_workbook(form, filled_content(form, FAULTY, unit="吉首市", year="2017")))
    book = xlwings.Book(impl=engine.app.books.open(str(path)))
    book.set_mock_caller()
    macros.check()
    document = book.impl.document
    _photograph(engine.app.office, document, "统计表", "A1:F36", target / "校验.png")
    _photograph(engine.app.office, document, "审核结果", "A1:E8", target / "校验结果.png")
    engine.app.office.close_all()


def _consolidating(engine: Engine, folder: Path, target: Path) -> None:
    shutil.copytree(EXAMPLE, folder / "湘西州")
    xlwings.Book(impl=engine.app.books.add()).set_mock_caller()
    engine.app.chosen = [str(folder / "湘西州" / "上报")]
    macros.consolidate_folder()
    total = next(book for book in engine.app.books if "汇总表" in book.name)
    book = xlwings.Book(impl=total)
    book.set_mock_caller()
    book.sheets["统计表"].range("D6").select()
    macros.trace_selected()
    answer = next(each for each in engine.app.books if not each.document.URL and _first_text(each.document))
    _photograph(
        engine.app.office, answer.document, answer.document.Sheets.getByIndex(0).Name, "A1:E13", target / "出处.png"
    )
    _photograph(engine.app.office, total.document, "统计表", "A1:F30", target / "汇总.png")


def _first_text(document: Any) -> str:
    return str(document.Sheets.getByIndex(0).getCellByPosition(0, 0).String)


def _photograph(office: Office, document: Any, name: str, area: str, target: Path) -> None:
    """One area of a sheet as it looks on the screen, buttons included."""
    sheet = document.Sheets.getByName(name)
    shown = sheet.getCellRangeByName(area)
    for row in range(shown.Rows.Count):
        for column in range(shown.Columns.Count):
            cell = shown.getCellByPosition(column, row)
            if cell.getFormula().startswith("=HYPERLINK("):
                cell.setString(cell.String)  # LibreOffice cannot print Excel's links to files
    visible = [document.Sheets.getByIndex(number) for number in range(document.Sheets.Count)]
    visible = [each for each in visible if each.IsVisible]
    for each in visible:
        each.setPrintAreas(())
        each.IsVisible = each.Name == name
    sheet.setPrintAreas((shown.RangeAddress,))
    for number in range(sheet.DrawPage.Forms.Count):
        buttons = sheet.DrawPage.Forms.getByIndex(number)
        for position in range(buttons.Count):
            buttons.getByIndex(position).Printable = True
    page = document.StyleFamilies.getByName("PageStyles").getByName(sheet.PageStyle)
    page.IsLandscape = True
    page.Width, page.Height = shown.Size.Width + 1200, shown.Size.Height + 1200
    page.ScaleToPagesX = page.ScaleToPagesY = 1
    page.LeftMargin = page.RightMargin = page.TopMargin = page.BottomMargin = 500
    page.HeaderIsOn = page.FooterIsOn = False
    pdf = target.with_suffix(".pdf")
    document.storeToURL(pdf.as_uri(), (office.property("FilterName", "calc_pdf_Export"),))
    command = ["pdftoppm", "-png", "-singlefile", "-r", str(_RESOLUTION), str(pdf), str(target.with_suffix(""))]
    subprocess.run(command, check=True)
    pdf.unlink()
    trimmed = ["-trim", "-bordercolor", "white", "-border", "12", "+dither", "-colors", "64"]
    subprocess.run(["convert", str(target), *trimmed, str(target)], check=True)
    for each in visible:
        each.IsVisible = True


def ribbon_drawing() -> str:
    """The ribbon tab as a drawing: labels and groups as they will stand, icons as empty squares."""
    parts, x = [], 10
    for group in GROUPS:
        start = x
        for button in group.buttons:
            width = max(64, 15 * len(button.label) + 12)
            middle = x + width // 2
            parts.append(
                f'<rect x="{middle - 16}" y="44" width="32" height="32" rx="4" fill="#DDE7F0" stroke="#9A9A9A"/>'
            )
            parts.append(f'<text x="{middle}" y="98">{escape(button.label)}</text>')
            x += width
        parts.append(f'<text x="{(start + x) // 2}" y="126" fill="#6B6B6B">{group.label}</text>')
        parts.append(f'<line x1="{x + 4}" y1="36" x2="{x + 4}" y2="130" stroke="#C8C8C8"/>')
        x += 10
    style = 'font-family="Microsoft YaHei, Noto Sans CJK SC, sans-serif" font-size="13" text-anchor="middle"'
    tab = '<rect x="10" y="4" width="70" height="24" fill="#FFFFFF" stroke="#9A9A9A"/><text x="45" y="21">统计表</text>'
    frame = f'<rect width="{x}" height="140" fill="#F2F3F5"/>'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{x}" height="140" {style}>{frame}{tab}{"".join(parts)}</svg>\n'
    )


if __name__ == "__main__":
    main(DOCS / "pictures")
