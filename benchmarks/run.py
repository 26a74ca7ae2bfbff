"""Measures whole runs against the plain way, in turns on the same machine: `make bench`.

    python benchmarks/run.py [COUNT …]        # default: 400 returns

Each contender is a process of its own, started cold, timed from outside:

- `openpyxl`: a loop that opens every return with openpyxl and reads only the named cells; no checks, no outputs;
- `inflate`: every part of every file inflated, nothing else, on one core: the least that reading can cost;
- `xltools`: `xltools consolidate`, everything included: start, read, check, total workbook, JSON.

The contenders take turns, so that a busy machine slows all of them; what counts are the ratios.
"""

from __future__ import annotations

import atexit
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from functools import cache
from pathlib import Path
from typing import Any

import psutil
from returns import make_returns

ROOT = Path(__file__).resolve().parents[1]
_ROUNDS = 9
_ROUNDS_OF_OPENPYXL = 3
_OPENPYXL_AT_MOST = 400
"""The plain way takes a tenth of a second a return: beyond this many returns it is measured on a part and scaled."""

_UNHEARD: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": ROOT}
_OPENPYXL = """
import sys, openpyxl
from pathlib import Path
names = set(open(sys.argv[2], encoding="utf-8").read().split())
for path in sorted(Path(sys.argv[1]).iterdir())[: int(sys.argv[3])]:
    book = openpyxl.load_workbook(path, data_only=True)
    for name, defined in book.defined_names.items():
        if name in names:
            for sheet, cell in defined.destinations:
                book[sheet][cell].value
"""
_INFLATE = """
import sys, zipfile
from pathlib import Path
for path in sorted(Path(sys.argv[1]).iterdir()):
    with zipfile.ZipFile(path) as archive:
        for member in archive.infolist():
            archive.read(member)
"""


def main(counts: list[int]) -> None:
    """Print a table of all cases."""
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print("| returns | figures | openpyxl | inflate | xltools | per return | peak MB | ÷ openpyxl | × inflate |")
    print("|---|---|---|---|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as temporary:
        for count in counts:
            for sound in (True, False):
                folder = Path(temporary) / f"{count}-{sound}"
                make_returns(folder, count, sound=sound)
                print(_row(folder, count, sound=sound), flush=True)


def _row(folder: Path, count: int, *, sound: bool) -> str:
    from xltools import Form

    names = folder.parent / "names.txt"
    names.write_text("\n".join(Form.load("xxgk2017").indicators), encoding="utf-8")
    part = min(count, _OPENPYXL_AT_MOST)
    total = folder.parent / "total.xlsx"
    program = [sys.executable, "-m", "xltools", "consolidate", str(folder), "--quiet", "-o", str(total)]
    commands = {
        "openpyxl": [sys.executable, "-c", _OPENPYXL, str(folder), str(names), str(part)],
        "inflate": [sys.executable, "-c", _INFLATE, str(folder)],
        "xltools": [*program, "--json", str(folder.parent / "total.json")],
    }
    rounds: dict[str, list[float]] = {name: [] for name in commands}
    seconds(commands["xltools"])  # the modules are compiled
    for number in range(_ROUNDS):
        for name, command in commands.items():
            if name != "openpyxl" or number < _ROUNDS_OF_OPENPYXL:
                rounds[name].append(seconds(command))
    median = {name: statistics.median(runs) for name, runs in rounds.items()}
    plain, least, ours = median["openpyxl"] * count / part, median["inflate"], median["xltools"]
    kind = "rules hold" if sound else "at random"
    return (
        f"| {count} | {kind} | {plain:.1f} s | {least:.2f} s | {ours:.2f} s | {ours / count * 1000:.2f} ms "
        f"| {megabytes(commands['xltools']):.0f} | **{plain / ours:.1f}** | {ours / least:.1f} |"
    )


@cache
def _as_installed() -> dict[str, str]:
    """An environment in which Python keeps compiled modules, as pip leaves them; some machines forbid it."""
    kept = tempfile.mkdtemp(prefix="bytecode-")
    atexit.register(shutil.rmtree, kept, ignore_errors=True)
    own = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return {**own, "PYTHONPYCACHEPREFIX": kept}


def seconds(command: list[str]) -> float:
    """Wall time of a run that nothing watches: sampling memory takes part of a core, which slows who needs them all."""
    begin = time.perf_counter()
    ended = subprocess.run(command, **_UNHEARD, env=_as_installed(), check=False)
    _must_succeed(command, ended.returncode)
    return time.perf_counter() - begin


def megabytes(command: list[str]) -> float:
    """The peak of the resident memory that the process of one more run and its workers hold together, sampled."""
    process = psutil.Popen(command, **_UNHEARD, env=_as_installed())
    peak = 0.0
    while process.poll() is None:
        try:
            family = [process, *process.children(recursive=True)]
            peak = max(peak, sum(member.memory_info().rss for member in family) / 1e6)
        except psutil.NoSuchProcess:
            pass
        time.sleep(0.02)
    _must_succeed(command, process.returncode)
    return peak


def _must_succeed(command: list[str], code: int) -> None:
    if code not in (0, 1):
        raise RuntimeError(f"{command[:4]} ended with {code}")


if __name__ == "__main__":
    main([int(argument) for argument in sys.argv[1:]] or [400])
