"""Reading by remembered pieces gives exactly what reading the whole part gives, or leaves it to that."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from xltools import Form, build_template
from xltools.reading import pieces, workbook
from xltools.reading.cells import Context
from xltools.reading.grid import Grid
from xltools.reading.package import Unreadable, open_package
from xltools.reading.pieces import grid_by_pieces, texts_by_pieces
from xltools.reading.styles import shown_kinds
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


RETURN = build_template(FORM, filled_content(FORM, {n: i for i, n in enumerate(FORM.indicators)}, unit="甲县"))
SHEET, TEXTS, STYLES = (
    zipfile.ZipFile(BytesIO(RETURN)).read(f"xl/{name}.xml") for name in ("worksheets/sheet1", "sharedStrings", "styles")
)


def whole(sheet: bytes, texts: bytes, monkeypatch: pytest.MonkeyPatch) -> Grid | str:
    """What reading the parts the ordinary way gives, or the code of what it says."""
    stream = BytesIO()
    with zipfile.ZipFile(stream, "w") as archive, zipfile.ZipFile(BytesIO(RETURN)) as source:
        for name in source.namelist():
            part = {"xl/worksheets/sheet1.xml": sheet, "xl/sharedStrings.xml": texts}.get(name) or source.read(name)
            archive.writestr(name, part)
    with monkeypatch.context() as patch:
        patch.setattr(workbook, "grid_by_pieces", lambda *_: None)
        patch.setattr(workbook, "texts_by_pieces", lambda *_: None)
        try:
            book = workbook.open_workbook(open_package(stream.getvalue()))
            return book.grid(book.outline.sheets[0].name)
        except Unreadable as problem:
            return problem.code


def by_pieces(sheet: bytes, texts: bytes) -> Grid | None:
    shared = texts_by_pieces(texts)
    return None if shared is None else grid_by_pieces(sheet, Context(shared, shown_kinds(STYLES)))


def sheet_of(body: str, head: str = "", tail: str = "") -> bytes:
    return f'<worksheet xmlns="{MAIN}">{head}<sheetData>{body}</sheetData>{tail}</worksheet>'.encode()


def test_a_return_is_read_by_pieces_with_the_same_result(monkeypatch: pytest.MonkeyPatch) -> None:
    grid = by_pieces(SHEET, TEXTS)
    assert grid is not None
    assert len(grid.cells) > 250
    assert grid == whole(SHEET, TEXTS, monkeypatch)


@pytest.mark.parametrize(
    "sheet",
    [
        sheet_of('<row r="1"><!-- <c r="A1"><v>1</v></c> --></row>'),
        sheet_of('<row r="1"><c r="A1"><v>1</v></c></row>', head='<x a="&lt;sheetData>"/>'),
        sheet_of("", head='<!-- <sheetData><row r="1"><c r="A1"><v>666</v></c></row></sheetData> -->'),
        sheet_of('<row r="1"><c r="A1"><v>1</v></c></row><row r="1"><c r="A1"><v>2</v></c></row>'),
        sheet_of('<row r="2"><c r="A1"><v>1</v></c></row>'),
        sheet_of('<row r="1" r="2"><c r="A1"><v>1</v></c></row>'),
        sheet_of('<row r="1"><c r="A1"><v>1</v></c><c r="A1"><v>2</v></c></row>'),
        sheet_of('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
        sheet_of('<row r="1"><c r="A1"><v>1</v><v>2</v></c></row>'),
        sheet_of('<row r="1"><c r="A1" t="inlineStr"><is><t><![CDATA[</row><c r="A2">]]></t></is></c></row>'),
        sheet_of('<row r="1"><c r="A1"><v>&boom;</v></c></row>'),
        sheet_of('<row r="1"><x:c xmlns:x="urn:x" r="A1"><v>1</v></x:c></row>'),
        sheet_of('<row r="1"><c r="A1"><f>1+1</f><v>2</v></c></row><!-- -->'),
        sheet_of('<row><c><v>1</v></c></row>'),
        sheet_of('<row r="1"><c r="A1" t="str"><f>A2</f><v>x</v></c></row>').replace(b"x<", b"\x01<"),
        sheet_of('<row r="1"><c r="A1" t="str"><f>A2</f><v>x</v></c></row>').replace(b"x<", b"\xff<"),
        b'<!DOCTYPE worksheet [<!ENTITY e "1">]>' + sheet_of('<row r="1"><c r="A1"><v>&e;</v></c></row>'),
    ],
)
def test_what_is_not_plain_is_left_to_reading_the_whole_part(sheet: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    grid = by_pieces(sheet, TEXTS)
    assert grid is None or grid == whole(sheet, TEXTS, monkeypatch)
    if b"666" in sheet:
        assert grid is None


def test_what_is_remembered_of_texts_is_bounded() -> None:
    texts = tuple(f"{number}{'长' * 50_000}" for number in range(3))
    before = pieces._text_cell.cache_info().currsize
    cells = "".join(f'<c r="{letter}1" t="s"><v>{at}</v></c>' for at, letter in enumerate("ABC"))
    grid = grid_by_pieces(sheet_of(f'<row r="1">{cells}</row>'), Context(texts, ()))
    assert grid is not None
    assert tuple(cell.value for cell in grid.cells.values()) == texts
    assert pieces._text_cell.cache_info().currsize == before


def _cut(part: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(part))
    return part[:at] + part[at + chance.randrange(1, 30) :]


def _doubled(part: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(part))
    return part[:at] + part[at : at + chance.randrange(1, 400)] * 2 + part[at:]


def _swapped(part: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(part))
    return part[:at] + bytes([chance.choice(b'<>&"/= 0123456789ABCrtsv\x00\xff!-')]) + part[at + 1 :]


@given(seed=st.integers(0, 2**32), change=st.sampled_from([_cut, _doubled, _swapped]))
@settings(max_examples=60)
def test_no_mutation_is_read_otherwise_than_as_a_whole(
    seed: int, change: Callable[[bytes, random.Random], bytes]
) -> None:
    chance = random.Random(seed)
    sheet, texts = SHEET, TEXTS
    if chance.random() < 0.7:
        sheet = change(SHEET, chance)
    else:
        texts = change(TEXTS, chance)
    grid = by_pieces(sheet, texts)
    if grid is not None:
        with pytest.MonkeyPatch.context() as patch:
            assert grid == whole(sheet, texts, patch)
