"""Draws the pictures of the manual from the real outputs, through LibreOffice: `make pictures`.

    python docs/pictures.py

Needs soffice, pdftoppm, ImageMagick and Chromium. What is shown is what the program writes today; nothing is drawn by
hand.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import openpyxl

from xltools import Consolidation, Form, build_template, check, consolidate, load_roster, read
from xltools.annotating import annotate
from xltools.htmlreport import html_report
from xltools.reading.reader import read_file_all
from xltools.sheetnames import MAIN_SHEET, OPINION_SHEET
from xltools.writing.content import filled_content

DOCS = Path(__file__).resolve().parent
EXAMPLE = DOCS.parent / "examples" / "湘西州2017"
PICTURES = DOCS / "pictures"
_RESOLUTION = 110


def main(target: Path) -> None:
    """Write every picture into the folder."""
    target.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        filled, total = folder / "填好的空表.xlsx", folder / "总表.xlsx"
        filled.write_bytes(_filled_template())
        _draw_screen(filled, target / "空表.png", last_row=42)
        _draw_copy(filled, target / "退回件.png")
        result = _consolidated()
        result.save(total)
        pages = _pages(total)
        _copy(pages[0], target / "总表.png")
        _copy(pages[-1], target / "图表.png")
        _draw_screen(total, target / "分单位.png", sheet="分单位", last_row=40)
        _draw_screen(total, target / "审核结果.png", sheet="审核结果", last_row=16)
        _draw_screen(total, target / "报送情况.png", sheet="报送情况", last_row=16)
        page = folder / "报告.html"
        page.write_bytes(html_report(result))
        _draw_page(page, target / "网页报告.png")


def _filled_template() -> bytes:
    """A return with one thing wrong, one to explain and one explained: what a 填报人 sees."""
    form = Form.load("xxgk2017")
    values = {
        "主动公开政府信息数": 2137, "主动公开规范性文件数": 12, "制发规范性文件总数": 15, "政府公报公开数": 40,
        "政府网站公开数": 2013, "政务微博公开数": 51, "政务微信公开数": 84, "其他方式公开数": 60, "回应热点舆情数": 12,
        "新闻发布会次数": 3, "主要负责人新闻发布会次数": 1, "政策解读稿件数": 26, "微博微信回应数": 15,
        "其他方式回应数": 4, "收到申请数": 9, "当面申请数": 2, "网络申请数": 5, "信函申请数": 2, "申请办结数": 9,
        "按时办结数": 9, "申请答复数": 8, "属于已主动公开数": 3, "同意公开答复数": 4, "工作会议数": 4,
    }  # fmt: skip
    known = {name: value for name, value in values.items() if name in form.indicators}
    return build_template(form, filled_content(form, known, unit="吉首市", year="2017"))


def _consolidated() -> Consolidation:
    form = Form.load("xxgk2017")
    returns = [read_file_all(file, form, file.name)[0] for file in sorted((EXAMPLE / "上报").iterdir())]
    return consolidate(returns, form, load_roster(EXAMPLE / "单位名录.xlsx"))


def _draw_copy(filled: Path, picture: Path) -> None:
    """The first sheet of the 退回件 of that return."""
    form = Form.load("xxgk2017")
    ret = read(filled, form)
    copy = filled.with_name("退回件.xlsx")
    copy.write_bytes(annotate(filled.read_bytes(), ret, check(ret, form), form, "2018年1月20日").data)
    _draw_screen(copy, picture, sheet=OPINION_SHEET, last_row=20)


def _draw_page(page: Path, picture: Path) -> None:
    """The top of the web page, as a browser shows it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = str(own) if own.exists() else shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found)
        shown = browser.new_page(viewport={"width": 1200, "height": 1000})
        shown.goto(page.as_uri())
        shown.screenshot(path=page.with_suffix(".png"))
        browser.close()
    _copy(page.with_suffix(".png"), picture)


def _draw_screen(workbook: Path, picture: Path, sheet: str = MAIN_SHEET, last_row: int = 40) -> None:
    """One sheet with everything that is on the screen, also what does not print."""
    book = openpyxl.load_workbook(workbook, data_only=True)  # stored values: the other sheets go
    for other in book.sheetnames:
        if other != sheet:
            del book[other]
    shown = book[sheet]
    last = max(
        column for column in range(1, shown.max_column + 1)
        if not shown.column_dimensions[openpyxl.utils.get_column_letter(column)].hidden
    )  # fmt: skip
    shown.print_area = f"A1:{openpyxl.utils.get_column_letter(last)}{last_row}"
    shown.print_options.gridLines = False
    shown.page_setup.blackAndWhite = False
    shown.page_setup.orientation = "landscape"
    shown.sheet_properties.pageSetUpPr.fitToPage = True
    shown.page_setup.fitToWidth, shown.page_setup.fitToHeight = 1, 1
    shown.oddFooter.center.text = ""
    copy = workbook.with_name(f"{workbook.stem}-{sheet}.xlsx")
    book.save(copy)
    _copy(_pages(copy, 160)[0], picture)


def _pages(workbook: Path, resolution: int = _RESOLUTION) -> list[Path]:
    folder = workbook.parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    convert = ["soffice", profile, "--headless", "--convert-to", "pdf", "--outdir", str(folder), str(workbook)]
    subprocess.run(convert, check=True, capture_output=True)
    pdf = workbook.with_suffix(".pdf")
    subprocess.run(["pdftoppm", "-png", "-r", str(resolution), str(pdf), str(folder / pdf.stem)], check=True)
    return sorted(folder.glob(f"{pdf.stem}-*.png"))


def _copy(page: Path, picture: Path) -> None:
    """The page without its white margins, in few colours, so that the repository stays small."""
    framed = ["-bordercolor", "white", "-border", "12", "-trim", "-border", "12"]
    command = ["convert", str(page), *framed, "-colors", "64", str(picture)]
    subprocess.run(command, check=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES)
