"""The report as an office opens and prints it: LibreOffice Writer shows all of it, on the pages it should take."""

from __future__ import annotations

import atexit
import io
import re
import shutil
import subprocess
import tempfile
from collections import Counter
from functools import cache
from pathlib import Path

import docx
import office
import pytest
from pypdf import PdfReader
from test_narrative import TOTALS, document, report_of, texts, with_last_year

from xltools.narrative import starting_template, write_report
from xltools.proof import Figures, prove
from xltools.proof.documents import parse_document

pytestmark = pytest.mark.office

PAGES = {"xxgk2017": range(5, 9), "xxgk2021": range(3, 6)}
_FOOTER = re.compile(r"—\s*(\d+)\s*—")


@cache
def printed(form_id: str, has_last_year: bool = False) -> Path:
    """The report as a PDF, printed once for all tests."""
    folder = Path(tempfile.mkdtemp(prefix="report-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "报告.docx"
    path.write_bytes(report_of(figures_of(form_id, has_last_year)))
    return office.document_to_pdf(path, folder / "out")


def figures_of(form_id: str, has_last_year: bool = False) -> Figures:
    return with_last_year(TOTALS[form_id]()) if has_last_year else TOTALS[form_id]()


def squeezed(text: str) -> str:
    return re.sub(r"\s", "", text)


@pytest.mark.parametrize("has_last_year", [False, True])
@pytest.mark.parametrize("form_id", TOTALS)
def test_the_report_prints_whole(form_id: str, has_last_year: bool) -> None:
    data = report_of(figures_of(form_id, has_last_year))
    pages = [page.extract_text() for page in PdfReader(printed(form_id, has_last_year)).pages]
    assert len(pages) in PAGES[form_id]
    assert [int(found[1]) for page in pages for found in _FOOTER.finditer(page)] == list(range(1, len(pages) + 1))
    shown = squeezed("".join(_FOOTER.sub("", page) for page in pages))
    assert [text for text in texts(data) if squeezed(text) not in shown] == []
    cells = [cell.text for row in document(data).tables[-1].rows for cell in row.cells]
    assert [text for text in cells if squeezed(text) not in shown] == []


@pytest.mark.parametrize("form_id", TOTALS)
def test_the_table_begins_a_page_with_its_heading_and_repeats_the_names_of_its_columns(form_id: str) -> None:
    figures = TOTALS[form_id]()
    pages = [page.extract_text() for page in PdfReader(printed(form_id)).pages]
    (first,) = (at for at, page in enumerate(pages) if squeezed(figures.form.title) in squeezed(page))
    assert re.match(r"(?:九、)?附表", squeezed(pages[first]))
    assert all(squeezed(page).startswith("统计指标单位统计数") for page in pages[first + 1 :])
    assert len(pages) - first == {"xxgk2017": 2, "xxgk2021": 1}[form_id]


@pytest.mark.parametrize("form_id", TOTALS)
def test_no_character_lacks_a_glyph(form_id: str) -> None:
    """Every font is embedded with its own characters: a box for a missing glyph would not be read back."""
    pdf = printed(form_id)
    listed = subprocess.run(["pdffonts", str(pdf)], capture_output=True, text=True, check=True).stdout.splitlines()
    fonts = [line.split() for line in listed[2:]]
    assert fonts
    assert all(font[-5:-2] == ["yes", "yes", "yes"] for font in fonts), listed  # embedded, subset, with characters
    assert "\ufffd" not in "".join(page.extract_text() for page in PdfReader(pdf).pages)


@pytest.mark.parametrize("form_id", TOTALS)
def test_a_printed_report_is_proven_from_its_pdf(form_id: str) -> None:
    figures, pdf = TOTALS[form_id](), printed(form_id)
    proof = prove(parse_document(pdf.read_bytes(), "pdf", pdf.name), figures)
    assert [claim.text for claim in proof.claims if claim.verdict != "agrees"] == []
    written = prove(parse_document(report_of(figures), "docx", "年度报告.docx"), figures)
    prose = [claim for claim in written.claims if not claim.table_row]
    read = Counter("".join(claim.text.split()) for claim in proof.claims)
    unread = Counter(claim.text for claim in prose) - read
    assert unread.total() <= len(prose) // 20, unread


@pytest.mark.parametrize("form_id", TOTALS)
def test_a_template_saved_by_another_program_gives_the_same_report(form_id: str, tmp_path: Path) -> None:
    figures = TOTALS[form_id]()
    path = tmp_path / "模板.docx"
    path.write_bytes(starting_template(figures.form))
    saved = office.to_docx(path, tmp_path / "out").read_bytes()
    data = write_report(saved, figures).data
    assert texts(data) == texts(report_of(figures))
    assert docx.Document(io.BytesIO(data)).tables
