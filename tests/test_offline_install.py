"""What ``make wheelhouse-check`` looks for in a wheelhouse, on small made-up ones: it itself needs the internet."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest
from offline_install import shortcomings


def wheel(folder: Path, name: str, version: str, *requirements: str) -> None:
    lines = ["Metadata-Version: 2.1", f"Name: {name}", f"Version: {version}"]
    text = "\n".join([*lines, *(f"Requires-Dist: {each}" for each in requirements), ""])
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as archive:
        archive.writestr(f"{name}-{version}.dist-info/METADATA", text)


@pytest.fixture
def complete(tmp_path: Path) -> Path:
    wheel(tmp_path, "xltools", "0.1", "click>=8", 'xlwings>=0.37; extra == "excel"', 'mypy; extra == "dev"')
    wheel(tmp_path, "click", "8.2", 'colorama; platform_system == "Windows"', 'lib; sys_platform == "darwin"')
    wheel(tmp_path, "colorama", "0.4")
    wheel(tmp_path, "xlwings", "0.38", 'pywin32>=224; platform_system == "Windows"')
    wheel(tmp_path, "pywin32", "311")
    return tmp_path


def test_all_that_windows_needs_and_nothing_else_is_asked_for(complete: Path) -> None:
    assert list(shortcomings(complete)) == []


@pytest.mark.parametrize(("gone", "whose"), [("pywin32", "xlwings"), ("colorama", "click"), ("click", "xltools")])
def test_what_is_missing_is_named(gone: str, whose: str, complete: Path) -> None:
    next(complete.glob(f"{gone}-*")).unlink()
    assert [line for line in shortcomings(complete) if gone in line and whose in line]


def test_a_version_that_is_too_old_is_named(complete: Path) -> None:
    next(complete.glob("click-*")).unlink()
    wheel(complete, "click", "7.1")
    assert ["click-7.1" in line for line in shortcomings(complete)] == [True]


def test_a_source_distribution_is_named(complete: Path) -> None:
    (complete / "docopt-0.6.2.tar.gz").write_bytes(b"")
    assert list(shortcomings(complete)) == ["docopt-0.6.2.tar.gz: not a wheel, would have to be built"]
