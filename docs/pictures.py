"""Draws the pictures of the manual from the real outputs, through LibreOffice: `make pictures`.

    python docs/pictures.py

Needs soffice, pdftoppm, ImageMagick and Chromium. What is shown is what the program writes today; nothing is drawn by
hand.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import shutil
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Mapping
from contextlib import chdir
from pathlib import Path

import openpyxl
from click.testing import CliRunner

from xltools import Form, build_template, check
from xltools.annotating import annotated_files
from xltools.cli import main as cli
from xltools.reading.reader import read_bytes
from xltools.returns import Source
from xltools.sheetnames import MAIN_SHEET, OPINION_SHEET
from xltools.writing.content import filled_content

DOCS = Path(__file__).resolve().parent
EXAMPLE = DOCS.parent / "examples" / "湘西州2017"
PICTURES = DOCS / "pictures"
DRAWN_FROM = "来源.json"
_RESOLUTION = 110


def main(target: Path) -> None:
    """Write every picture into the folder, and beside them what they were drawn from."""
    target.mkdir(exist_ok=True)
    made = outputs()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        for name, data in made.items():
            (folder / name).write_bytes(data)
        filled, copy, total = (folder / name for name in ("空表.xlsx", "退回件.xlsx", "总表.xlsx"))
        _draw_screen(filled, target / "空表.png", last_row=42)
        _draw_screen(copy, target / "退回件.png", sheet=OPINION_SHEET, last_row=20)
        pages = _pages(total)
        _copy(pages[0], target / "总表.png")
        _copy(pages[-1], target / "图表.png")
        _draw_screen(total, target / "分单位.png", sheet="分单位", last_row=40)
        _draw_screen(total, target / "审核结果.png", sheet="审核结果", last_row=16)
        _draw_screen(total, target / "报送情况.png", sheet="报送情况", last_row=16)
        _draw_page(folder / "网页报告.html", target / "网页报告.png")
        _draw_text(folder / "终端.txt", target / "终端.png")
        _draw_text(folder / "退回通知.txt", target / "退回通知.png")
    known = json.dumps(fingerprints(made), ensure_ascii=False, indent=1, sort_keys=True)
    (target / DRAWN_FROM).write_text(known + "\n", encoding="utf-8", newline="\n")


def outputs() -> dict[str, bytes]:
    """What the pictures are drawn from, by file name: what the program writes today."""
    form = Form.load("xxgk2017")
    filled = _filled_template()
    ret = read_bytes(filled, form, Source("吉首市.xlsx"))
    found = check(ret, form)
    returned = dict(annotated_files([ret], found, form, lambda _: filled, "2018年1月20日"))
    with tempfile.TemporaryDirectory() as temporary, chdir(temporary):
        shutil.copytree(EXAMPLE / "上报", "上报")
        shutil.copy2(EXAMPLE / "单位名录.xlsx", "单位名录.xlsx")
        typed = "consolidate 上报 --roster 单位名录.xlsx -o 湘西州统计表.xlsx --html 报告.html"
        told = CliRunner().invoke(cli, typed.split()).stdout
        total, page = Path("湘西州统计表.xlsx").read_bytes(), Path("报告.html").read_bytes()
    return {
        "空表.xlsx": filled,
        "退回件.xlsx": returned["吉首市.xlsx"],
        "退回通知.txt": returned["吉首市_退回通知.txt"],
        "总表.xlsx": total,
        "网页报告.html": page,
        "终端.txt": f"> xltools {typed}\n{told}".encode(),
    }


def fingerprints(made: Mapping[str, bytes]) -> dict[str, str]:
    """Name → SHA-256 of what a file says; of a workbook the parts, for programs pack them differently."""
    return {name: hashlib.sha256(_unpacked(data)).hexdigest() for name, data in made.items()}


def _unpacked(data: bytes) -> bytes:
    if not data.startswith(b"PK"):
        return data
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return b"".join(name.encode() + parts.read(name) for name in sorted(parts.namelist()))


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


def _draw_text(file: Path, picture: Path) -> None:
    """A text as a terminal or an editor shows it."""
    text = html.escape(file.read_text(encoding="utf-8-sig"))
    page = file.with_suffix(".html")
    style = "font: 15px/1.45 'Noto Sans Mono CJK SC', monospace; margin: 12px; white-space: pre-wrap"
    page.write_text(f'<meta charset="utf-8"><pre style="{style}">{text}</pre>', encoding="utf-8")
    _draw_page(page, picture, "pre")


def _draw_page(page: Path, picture: Path, part: str = "") -> None:
    """The top of a web page, or one element of it, as a browser shows it."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        own = Path(playwright.chromium.executable_path)
        found = str(own) if own.exists() else shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=found)
        shown = browser.new_page(viewport={"width": 1200, "height": 1000})
        shown.goto(page.as_uri())
        (shown.locator(part) if part else shown).screenshot(path=page.with_suffix(".png"))
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
