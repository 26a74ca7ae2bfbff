"""LibreOffice for the tests: recalculates workbooks and prints them, each worker in its own profile.

Mark a test with `requires_office`: without LibreOffice it is skipped with the reason, with CI=true it fails.
"""

from __future__ import annotations

import atexit
import functools
import os
import shutil
import signal
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import pytest

requires_office = pytest.mark.office

_ALWAYS_RECALCULATE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">\
<prop oor:name="OOXMLRecalcMode" oor:op="fuse"><value>0</value></prop></item>
<item oor:path="/org.openoffice.Office.Calc/Formula/Load">\
<prop oor:name="ODFRecalcMode" oor:op="fuse"><value>0</value></prop></item>
</oor:items>
"""
_SECONDS = 120


def available() -> bool:
    """Whether LibreOffice is installed."""
    return shutil.which("soffice") is not None


def absent(reason: str) -> NoReturn:
    """Skip the test for lack of a program; where CI=true everything must be there and the test fails."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"{reason}, and CI=true says it must not be so", pytrace=False)
    pytest.skip(reason)


def recalculate(paths: Sequence[Path], out_dir: Path) -> list[Path]:
    """Copies of the workbooks in `out_dir`, every formula calculated anew, in the order of `paths`.

    One process for all of them. The stems must differ, as the copies are called <stem>.xlsx.
    """
    if len({path.stem.casefold() for path in paths}) != len(paths):
        raise ValueError("workbooks to recalculate must have different names")
    if any(path.resolve().parent == out_dir.resolve() for path in paths):
        raise ValueError("out_dir must not be the folder of the workbooks")
    return _convert("xlsx:Calc MS Excel 2007 XML", ".xlsx", paths, out_dir)


def to_pdf(path: Path, out_dir: Path) -> Path:
    """The workbook as LibreOffice prints it."""
    return _convert("pdf:calc_pdf_Export", ".pdf", [path], out_dir)[0]


def document_to_pdf(path: Path, out_dir: Path) -> Path:
    """The Word document as LibreOffice prints it, with its comments in the margin; Writer must be installed."""
    options = '{"ExportNotesInMargin":{"type":"boolean","value":"true"}}'
    try:
        return _convert(f"pdf:writer_pdf_Export:{options}", ".pdf", [path], out_dir)[0]
    except RuntimeError as error:
        if "source file could not be loaded" in str(error):
            absent("LibreOffice Writer is not installed")
        raise


def to_docx(path: Path, out_dir: Path) -> Path:
    """The Word document as LibreOffice saves it; Writer must be installed."""
    return _convert("docx:MS Word 2007 XML", ".docx", [path], out_dir)[0]


def to_ods(path: Path, out_dir: Path) -> Path:
    """The workbook as LibreOffice saves it in its own format."""
    return _convert("ods", ".ods", [path], out_dir)[0]


def to_png(pdf: Path, out_dir: Path, dpi: int = 80) -> list[Path]:
    """The pages of a PDF as pictures, in order."""
    out_dir.mkdir(parents=True, exist_ok=True)
    command = ["pdftoppm", "-png", "-r", str(dpi), str(pdf), str(out_dir / pdf.stem)]
    subprocess.run(command, check=True, timeout=_SECONDS, capture_output=True)
    return sorted(out_dir.glob(f"{pdf.stem}-*.png"), key=lambda page: int(page.stem.rpartition("-")[2]))


def _convert(filter_: str, suffix: str, paths: Sequence[Path], out_dir: Path) -> list[Path]:
    out_dir.mkdir(parents=True, exist_ok=True)
    results = [out_dir / f"{path.stem}{suffix}" for path in paths]
    said = _run_soffice(["--convert-to", filter_, "--outdir", str(out_dir), *map(str, paths)])
    missing = [path.name for path in results if not path.exists()]
    if missing:
        raise RuntimeError(f"LibreOffice did not write {missing}: {said}")
    return results


def _run_soffice(arguments: list[str]) -> str:
    profile = f"-env:UserInstallation={_profile().as_uri()}"
    command = ["soffice", profile, "--headless", "--norestore", *arguments]
    # soffice is a wrapper: only its process group reaches the office program itself.
    process = subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    )
    try:
        return process.communicate(timeout=_SECONDS)[0]
    except BaseException:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        raise


@functools.cache
def _profile() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="office-profile-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    (folder / "user").mkdir()
    (folder / "user" / "registrymodifications.xcu").write_text(_ALWAYS_RECALCULATE, encoding="utf-8")
    return folder
