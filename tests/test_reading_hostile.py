"""Small files made to cost much: repeated labels, endless names and merged areas. Each is read in a moment."""

from __future__ import annotations

import io
import time
import zipfile

import pytest

from xltools import Form
from xltools.reading.reader import read_bytes
from xltools.returns import Source

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
FORMS = [Form.load("xxgk2017"), Form.load("xxgk2021")]
ROWS = 15_000


def workbook(rows: str, merges: str = "", names: str = "") -> bytes:
    stream = io.BytesIO()
    sheet = '<sheet name="a" sheetId="1" r:id="r1"/>'
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml",
            f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{sheet}</sheets>'
            f"<definedNames>{names}</definedNames></workbook>",
        )
        archive.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="urn:r"><Relationship Id="r1" Type="{RELATION}/worksheet" Target="s.xml"/>'
            "</Relationships>",
        )
        archive.writestr(
            "xl/s.xml",
            f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData><mergeCells>{merges}</mergeCells></worksheet>',
        )
    return stream.getvalue()


def texts(*column: str) -> str:
    cell = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t>{1}</t></is></c></row>'
    return "".join(cell.format(row, text) for row, text in enumerate(column, 1))


def labels(form: Form) -> list[str]:
    return [box.text for box in form.page.boxes if box.text]


def repeated(form: Form) -> bytes:
    known = labels(form)
    return workbook(texts(*known, *(known[number % len(known)] for number in range(ROWS))))


def unknown(form: Form) -> bytes:
    known = labels(form)
    return workbook(texts(*known, *(f"其中:不认识的第 {number} 项" for number in range(ROWS)), known[5]))


def merged(form: Form) -> bytes:
    areas = (f'<mergeCell ref="B{1 + 100 * number}:CV{100 + 100 * number}"/>' for number in range(10_000))
    return workbook(texts(*labels(form)), merges="".join(areas))


def named(form: Form) -> bytes:
    endless = (f'<definedName name="n{number}">a!$A${number + 1}</definedName>' for number in range(30_000))
    return workbook(texts(*labels(form)), names="".join(endless))


def far(form: Form) -> bytes:
    names = (f'<definedName name="{name}">a!$XFD$1048576</definedName>' for name in form.indicators)
    return workbook(texts(*labels(form)), names="".join(names))


@pytest.mark.parametrize("make", [repeated, unknown, merged, named, far], ids=lambda make: make.__name__)
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.id)
def test_it_costs_a_moment_and_no_figure_is_invented(form: Form, make: object) -> None:
    data = make(form)  # type: ignore[operator]
    started = time.monotonic()
    ret = read_bytes(data, form, Source("坏.xlsx"))
    assert time.monotonic() - started < 10
    assert all(value is None for value in ret.values.values())
    assert 0 < len(ret.findings) < 3 * len(form.indicators)
