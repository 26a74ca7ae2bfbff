"""Records 校验 and 汇总 on the example for docs/Excel按钮.md, button by button in LibreOffice; draws the ribbon.

    PYTHONPATH=tests python docs/excel_pictures.py

What the sheets show is what the macros wrote, and the words under a picture are the message that came up. The ribbon
cannot be had without Excel: it is drawn from the table of buttons, and the manual says so.
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

import xltools
from xltools import Form, macros
from xltools.excel import places
from xltools.excel.building import build_form_workbook
from xltools.excel.buttons import GROUPS
from xltools.reading.references import cell_name
from xltools.writing.content import filled_content

DOCS = Path(__file__).resolve().parent
EXAMPLE = DOCS.parent / "examples" / "湘西州2017"
_TOP = "A1:F50"
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
    """校验 on the example's 州本级, one figure mended, on to the next problem."""
    path = folder / "统计表.xlsm"
    form = Form.load("xxgk2017")
    ret = xltools.read(EXAMPLE / "上报" / "州本级.xlsx", form)
    content = filled_content(form, ret.values, unit=ret.unit, year=ret.period, explanations=ret.explanations)
    path.write_bytes(build_form_workbook(form, content))
    app = engine.app
    book = xlwings.Book(impl=app.books.open(str(path)))
    book.set_mock_caller()
    document = book.impl.document
    _photograph(app.office, document, "统计表", _TOP, target / "校验前.png")
    _caption(target / "校验前.png", "州本级的报表,还没有点过按钮")
    macros.check()
    spot = form.page.spots["申请答复数"]
    note = document.Sheets.getByName("统计表").getCellByPosition(spot.column - 1, spot.row - 1).Annotation
    note.IsVisible = True  # as when the mouse is over it
    _photograph(app.office, document, "统计表", _TOP, target / "校验.png")
    note.IsVisible = False
    _caption(target / "校验.png", f"点“校验”,它说:\n{app.alerts[-1]}")
    _photograph(app.office, document, "审核结果", "A1:E8", target / "校验结果.png")
    place = book.sheets["统计表"].range((spot.row, spot.column))
    place.sheet.activate()
    place.select()
    place.value = 10
    alerts = len(app.alerts)
    macros.next_problem()
    here = app.selection
    assert here is not None and len(app.alerts) == alerts
    _photograph(app.office, document, "统计表", _TOP, target / "下一个问题.png")
    at = cell_name(here.row, here.column)
    _caption(target / "下一个问题.png", f"补上申请答复数 10,点“下一个问题”:那一格的红色没有了,光标到 {at}")
    app.office.close_all()


def _consolidating(engine: Engine, folder: Path, target: Path) -> None:
    """选择文件夹汇总 on the example's folder, 报送情况, 查看出处 of a total."""
    shutil.copytree(EXAMPLE, folder / "湘西州")
    app = engine.app
    xlwings.Book(impl=app.books.add()).set_mock_caller()
    app.chosen = [str(folder / "湘西州" / "上报")]
    macros.consolidate_folder()
    total = next(book for book in app.books if "汇总表" in book.name)
    said = app.alerts[-1].replace(str(folder), "D:")
    _photograph(app.office, total.document, "统计表", "A1:F30", target / "汇总.png")
    _caption(target / "汇总.png", f"点“选择文件夹汇总…”,选“上报”,总表自己打开,它说:\n{said}")
    book = xlwings.Book(impl=total)
    book.set_mock_caller()
    macros.show_status()
    _photograph(app.office, total.document, "报送情况", "A1:G16", target / "汇总报送情况.png")
    _caption(target / "汇总报送情况.png", "点“报送情况”")
    book.sheets["统计表"].range("D6").select()
    macros.trace_selected()
    answer = next(each for each in app.books if each.document.URL == "" and _first_text(each.document))
    sheet = answer.document.Sheets.getByIndex(0).Name
    _photograph(app.office, answer.document, sheet, "A1:E13", target / "出处.png")
    _caption(target / "出处.png", f"选中 D6,点“查看出处”,它说:\n{app.alerts[-1]}")


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


def _caption(picture: Path, words: str) -> None:
    """What was clicked and what the message said, under the picture and as wide as it."""
    match = ["fc-match", "-f", "%{file}", "sans-serif:lang=zh-cn"]
    font = subprocess.run(match, check=True, capture_output=True, encoding="utf-8").stdout
    size = ["identify", "-format", "%w", str(picture)]
    width = int(subprocess.run(size, check=True, capture_output=True, encoding="utf-8").stdout)
    text = words.replace("✗", "×").replace("\\", "\\\\").replace("%", "%%")  # Chinese fonts have no ✗
    strip = [
        "(", "-background", "#E8EDF3", "-fill", "#1F2933", "-font", font, "-pointsize", "17", "-size", f"{width - 24}x",
        f"caption:{text}", "-bordercolor", "#E8EDF3", "-border", "12x8", ")",
    ]  # fmt: skip
    output = ["-append", "+dither", "-colors", "64", f"PNG8:{picture}"]
    subprocess.run(["convert", str(picture), *strip, *output], check=True)


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
