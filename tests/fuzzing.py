"""Reads mutated returns by the thousand, beside an independent slow reader: `make fuzz`.

    python tests/fuzzing.py [COUNT [SECONDS [FIRST]]]      # default: 10,000 cases or 600 seconds, from case 0

A case fails where reading raises anything, or where a figure was taken without a finding and the other reader
(openpyxl for .xlsx, calamine for .ods and .xls) sees another figure in that cell. What fails is kept in build/fuzz.
"""

from __future__ import annotations

import io
import random
import re
import subprocess
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from mutations import mutated, packed
from returnbooks import Table, return_bytes

from xltools import Form, build_template
from xltools.reading.confined import Allowance, run_confined
from xltools.reading.package import Unreadable
from xltools.reading.reader import read_bytes_all
from xltools.returns import Return, Source
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")
KEPT = Path(__file__).resolve().parents[1] / "build" / "fuzz"
_OTHER_READER = Allowance(seconds=10)

Grid = dict[str, Any]


def our_files() -> dict[str, bytes]:
    """Returns to mutate that need no other program: as the template gives them, typed anew, and as text."""
    values = {name: random.Random(name).randint(1, 90_000) for name in FORM.indicators}
    labelled = ((FORM.page.spots[name].row_labels[-1].text, value) for name, value in values.items())
    rows = ["填报单位,甲县\n年度,2017\n", *(f"{label},{value}\n" for label, value in labelled)]
    return {
        "模板.xlsx": build_template(FORM, filled_content(FORM, dict(values), unit="甲县")),
        "重打.xlsx": _undated(return_bytes(FORM, Table(dict(values)))),
        "文本.csv": "".join(rows).encode(),
    }


def _undated(data: bytes) -> bytes:
    """The workbook without the time of writing: a case's number is to give the same case tomorrow."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        members = [(name, archive.read(name)) for name in archive.namelist()]
    return packed([(name, re.sub(rb"20[0-9-]+T[0-9:]+Z", b"2017-12-31T00:00:00Z", part)) for name, part in members])


def office_files() -> dict[str, bytes]:
    """The return as LibreOffice saves it in each of its formats."""
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        (folder / "甲.xlsx").write_bytes(our_files()["模板.xlsx"])
        command = ["soffice", f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless", "--convert-to"]
        for suffix in ("xlsx", "ods", "xls"):
            one = [*command, suffix, "--outdir", str(folder / "out"), str(folder / "甲.xlsx")]
            subprocess.run(one, check=True, capture_output=True, timeout=120)
        return {f"另存{path.suffix}": path.read_bytes() for path in sorted((folder / "out").iterdir())}


@dataclass(frozen=True, slots=True)
class Case:
    """One mutated file. ``problem``: "" where reading it was in order; ``compared``: figures that two readers saw."""

    name: str
    data: bytes
    problem: str = ""
    accepted: bool = False
    compared: int = 0


def tried(files: Mapping[str, bytes], number: int) -> Case:
    """The case of this number: each file in turn."""
    kind = list(files)[number % len(files)]
    data, name = mutated(files[kind], number), f"{number}-{kind}"
    try:
        returns = read_bytes_all(data, FORM, Source(kind))
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt):
            raise
        return Case(name, data, f"raised {type(error).__name__}: {error}")
    good = [ret for ret in returns if not ret.rejected]
    if not good or kind.endswith(".csv"):
        return Case(name, data, accepted=bool(good))
    try:
        sheets = run_confined(other_reading, data, kind, allowance=_OTHER_READER)
    except Unreadable:
        return Case(name, data, accepted=True)
    differences = [each for ret in good for each in _differences(ret, sheets.get(ret.sheet))]
    compared = sum(len(_taken_silently(ret)) for ret in good if ret.sheet in sheets)
    return Case(name, data, "; ".join(differences[:3]), True, compared)


def other_reading(data: bytes, kind: str) -> dict[str, Grid]:
    """Sheet → cell → value as openpyxl or calamine reads them; runs in the confined process."""
    if kind.endswith(".xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
        return {
            sheet.title: {cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row}
            for sheet in book.worksheets
        }
    from python_calamine import CalamineWorkbook

    sheets = CalamineWorkbook.from_filelike(io.BytesIO(data))
    return {name: _calamine_grid(sheets.get_sheet_by_name(name).to_python(skip_empty_area=False))
            for name in sheets.sheet_names}  # fmt: skip


def _calamine_grid(rows: list[list[Any]]) -> Grid:
    from xltools.reading.references import cell_name

    return {
        cell_name(row, column): None if value == "" else value
        for row, line in enumerate(rows, start=1)
        for column, value in enumerate(line, start=1)
    }


def _taken_silently(ret: Return) -> list[str]:
    """Indicators found in a cell, about which nothing is said."""
    named = {name for found in ret.findings for name in (found.indicator, *found.indicators)}
    return [name for name in ret.cells if name not in named]


def _differences(ret: Return, grid: Grid | None) -> Iterator[str]:
    if grid is None:
        return
    for name in _taken_silently(ret):
        ours, theirs = ret.values[name], grid.get(ret.cells[name])
        if isinstance(theirs, str) and not theirs.strip():
            theirs = None
        same = ours is None if theirs is None else _equal(ours, theirs)
        if not same:
            yield f"{name} {ret.sheet}!{ret.cells[name]}: {ours!r}, the other reader {theirs!r}"


def _equal(ours: Any, theirs: Any) -> bool:
    is_figure = isinstance(theirs, int | float) and not isinstance(theirs, bool)
    return ours is not None and is_figure and float(ours) == float(theirs)


def main(count: int = 10_000, seconds: int = 600, first: int = 0) -> int:
    """Try so many cases, for so long; how many failed."""
    files, until = our_files() | office_files(), time.monotonic() + seconds
    tally: Counter[str] = Counter()
    for number in range(first, first + count):
        if time.monotonic() > until:
            break
        case = tried(files, number)
        tally += Counter(cases=1, accepted=case.accepted, compared=case.compared)
        if case.problem:
            tally["failed"] += 1
            KEPT.mkdir(parents=True, exist_ok=True)
            (KEPT / case.name).write_bytes(case.data)
            print(f"{case.name}: {case.problem}", flush=True)
        if tally["cases"] % 500 == 0:
            print(dict(tally), flush=True)
    print(f"{tally['cases']} files, {tally['accepted']} read as returns, {tally['compared']} figures compared, "
          f"{tally['failed']} failed")  # fmt: skip
    return tally["failed"]


if __name__ == "__main__":
    from fuzzing import main as fuzz  # by its name, so that the confined process finds other_reading

    sys.exit(min(fuzz(*map(int, sys.argv[1:])), 1))
