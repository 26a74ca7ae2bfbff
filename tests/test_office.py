"""The LibreOffice that other tests rely on: it does calculate anew, prints, and keeps files apart."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from office import recalculate, requires_office, to_pdf, to_png


def write_stale(path: Path) -> Path:
    """A workbook whose only formula, =SUM(1,2), carries the stored value 999."""
    with xlsxwriter.Workbook(path) as workbook:
        workbook.add_worksheet("甲").write_formula("A1", "=SUM(1,2)", None, 999)
    return path


@requires_office
def test_a_stored_value_is_not_believed(tmp_path: Path) -> None:
    stale = [write_stale(tmp_path / "一.xlsx"), write_stale(tmp_path / "二.xlsx")]
    results = recalculate(stale, tmp_path / "out")
    assert [path.name for path in results] == ["一.xlsx", "二.xlsx"]
    for before, after in zip(stale, results, strict=True):
        assert openpyxl.load_workbook(before, data_only=True)["甲"]["A1"].value == 999
        assert openpyxl.load_workbook(after, data_only=True)["甲"]["A1"].value == 3


@requires_office
def test_a_page_becomes_a_picture(tmp_path: Path) -> None:
    pages = to_png(to_pdf(write_stale(tmp_path / "表.xlsx"), tmp_path / "out"), tmp_path / "out")
    assert len(pages) == 1
    assert pages[0].read_bytes().startswith(b"\x89PNG")


def test_equal_names_are_refused_before_one_overwrites_the_other(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="different names"):
        recalculate([tmp_path / "甲" / "表.xlsx", tmp_path / "乙" / "表.xlsx"], tmp_path / "out")


def test_originals_are_never_overwritten(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="out_dir"):
        recalculate([tmp_path / "表.xlsx"], tmp_path)
