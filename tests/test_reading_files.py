"""A file whose bytes cannot be had is a finding that says why in Chinese."""

from __future__ import annotations

from pathlib import Path

import pytest

from xltools.reading.files import read_content
from xltools.reading.package import Unreadable


def refusal(path: Path) -> str:
    with pytest.raises(Unreadable) as refused:
        read_content(path)
    assert refused.value.code == "F101"
    return refused.value.message


def test_a_file_that_is_gone(tmp_path: Path) -> None:
    assert refusal(tmp_path / "没有.xlsx") == "文件读不出来:找不到文件或文件夹,请核对路径"


def test_a_name_that_is_too_long(tmp_path: Path) -> None:
    assert refusal(tmp_path / ("长" * 300 + ".xlsx")).isascii() is False
    assert "name too long" not in refusal(tmp_path / ("长" * 300 + ".xlsx"))


def test_a_folder(tmp_path: Path) -> None:
    assert "不是普通文件" in refusal(tmp_path)
