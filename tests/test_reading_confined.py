"""Work on a file that hangs, aborts or devours memory is ended in time and costs nothing but that file."""

from __future__ import annotations

import io
import os
import random
import re
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import psutil
import pytest
from returnbooks import Table, figures, return_bytes, saved, workbook_with

from xltools import Form, build_template
from xltools.executors import processes
from xltools.reading.batch import read_many
from xltools.reading.confined import Allowance, run_confined
from xltools.reading.package import Unreadable
from xltools.reading.reader import carried_form, read_bytes, read_file_all
from xltools.reading.sources import ReadOptions
from xltools.returns import Source

FORM = Form.load("xxgk2017")


def swallow(size: int) -> int:
    return len(b"x" * size)


def hold(size: int) -> int:
    held = bytearray(b"x" * size)
    time.sleep(5)
    return len(held)


def refuse() -> None:
    raise Unreadable("F102", "文件有密码", "encrypted")


def fail() -> None:
    raise KeyError("anything")


def chatter() -> str:
    print("a library that prints")
    return "done"


def test_work_comes_back_with_its_result() -> None:
    assert run_confined(swallow, 1000) == 1000
    assert run_confined(chatter) == "done"


def test_what_the_work_says_of_the_file_is_passed_on() -> None:
    with pytest.raises(Unreadable) as caught:
        run_confined(refuse)
    assert (caught.value.code, caught.value.message, caught.value.kind) == ("F102", "文件有密码", "encrypted")


def test_too_long_is_f105_in_time() -> None:
    started = time.monotonic()
    with pytest.raises(Unreadable, match=r"F105.*秒"):
        run_confined(time.sleep, 30, allowance=Allowance(seconds=0.3))
    assert time.monotonic() - started < 5


def test_too_much_memory_is_f105() -> None:
    with pytest.raises(Unreadable, match=r"F105.*内存超过 150 MB"):
        run_confined(hold, 200_000_000, allowance=Allowance(seconds=20, memory=150_000_000))


@pytest.mark.skipif(os.name == "nt", reason="Windows has no limit on address space")
def test_one_huge_allocation_is_refused_before_it_happens() -> None:
    with pytest.raises(Unreadable, match="F105"):
        run_confined(swallow, 8_000_000_000, allowance=Allowance(memory=100_000_000))


@pytest.mark.parametrize("work", [os.abort, fail], ids=["abort", "exception"])
def test_an_abort_or_an_unforeseen_exception_is_f101(work: object) -> None:
    with pytest.raises(Unreadable, match=r"F101.*另存为"):
        run_confined(work)  # type: ignore[arg-type]


def test_after_every_failure_the_next_file_is_served() -> None:
    for _ in range(2):
        with pytest.raises(Unreadable):
            run_confined(os.abort)
        assert run_confined(swallow, 10) == 10


def test_a_heavy_workbook_is_read_under_watch_with_the_same_result() -> None:
    table = Table(figures(FORM))
    light = return_bytes(FORM, table)
    book = workbook_with(FORM, table)
    ballast = book.create_sheet("附件")
    for row in range(1, 3000):
        ballast.cell(row, 1).value = random.Random(row).randbytes(2000).hex()
    heavy = saved(book)
    ret = read_bytes(heavy, FORM, Source("甲县.xlsx"))
    assert dict(ret.values) == dict(read_bytes(light, FORM, Source("甲县.xlsx")).values)
    slow = read_bytes(heavy, FORM, Source("甲县.xlsx"), ReadOptions(time_limit=0.001))
    assert [f.code for f in slow.findings] == ["F105"]


def test_what_is_heavy_is_read_under_watch_whatever_its_parts_are_called(tmp_path: Path) -> None:
    content = zipfile.ZipFile(io.BytesIO(return_bytes(FORM)))
    heavy = io.BytesIO()
    with zipfile.ZipFile(heavy, "w", zipfile.ZIP_DEFLATED) as packed:
        for name in content.namelist():
            data = content.read(name).replace(b"worksheets/sheet1.xml", b"worksheets/sheet1.dat")
            if name == "xl/worksheets/sheet1.xml":
                name = "xl/worksheets/sheet1.dat"
                filler = "".join(f'<row r="{row}">{"<c/>" * 50}</row>' for row in range(1_000, 50_000))
                data = data.replace(b"</sheetData>", filler.encode() + b"</sheetData>")
            packed.writestr(name, data)
    slow = read_bytes(heavy.getvalue(), FORM, Source("甲县.xlsx"), ReadOptions(time_limit=0.001))
    assert [f.code for f in slow.findings] == ["F105"]


def test_finding_out_the_form_parses_nothing_heavy() -> None:
    light = build_template(FORM)
    assert carried_form(light) == FORM.id
    heavy = io.BytesIO(light)
    with zipfile.ZipFile(heavy, "a", zipfile.ZIP_STORED) as packed:
        packed.writestr("xl/extra.xml", b" " * 11_000_000)
    assert carried_form(heavy.getvalue()) == ""


def test_a_file_that_ends_its_worker_costs_only_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    good = return_bytes(FORM)
    files = []
    for number in range(20):
        path = tmp_path / f"{number:02d}.xlsx"
        path.write_bytes(b"deadly" if number == 7 else good)
        files.append((path, path.name))
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    monkeypatch.setattr("xltools.reading.batch._read_chunk", deadly_chunk)
    with processes(2) as workers:
        returns = list(read_many(files, FORM, workers=workers))
    assert [ret.source.path for ret in returns] == [shown for _, shown in files]
    assert [ret.source.path for ret in returns if ret.rejected] == ["07.xlsx"]


def deadly_chunk(_task: bytes, chunk: list[tuple[Path, str]]) -> object:
    if any(path.read_bytes() == b"deadly" for path, _ in chunk):
        os.abort()
    return [ret for path, shown in chunk for ret in read_file_all(path, FORM, shown)]


_WORKER = """
import sys
from pathlib import Path
from xltools.executors import processes
from test_reading_confined import work_long
if __name__ == "__main__":
    with processes(1) as run:
        list(run(work_long, [sys.argv[1]]))
"""


def go_on(begun: str) -> None:
    """Works in Python, as reading a large .ods does, for much longer than anybody waits."""
    Path(begun).write_text(str(os.getpid()), encoding="utf-8")
    until = time.monotonic() + 60
    while time.monotonic() < until:
        pass


def work_long(begun: str) -> None:
    run_confined(go_on, begun, allowance=Allowance(60))


@pytest.mark.slow
@pytest.mark.parametrize("signal_number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX systems")
def test_nothing_goes_on_after_the_run_was_ended(signal_number: int, tmp_path: Path) -> None:
    begun, script = tmp_path / "begun", tmp_path / "run.py"
    script.write_text(_WORKER, encoding="utf-8")
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    command = [sys.executable, str(script), str(begun)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL, start_new_session=True) as parent:
        helper = psutil.Process(_begun(begun))
        if signal_number == signal.SIGINT:
            os.killpg(parent.pid, signal_number)
        else:
            parent.kill()
    assert psutil.wait_procs([helper], timeout=5)[1] == []


def _begun(file: Path) -> int:
    """The process that says in this file that it has begun."""
    until = time.monotonic() + 20
    while not (file.is_file() and file.read_text(encoding="utf-8")) and time.monotonic() < until:
        time.sleep(0.02)
    return int(file.read_text(encoding="utf-8"))


_HANGING = """
import re, sys
from pathlib import Path
from xltools.reading.confined import Allowance, run_confined
from test_reading_confined import never_end
run_confined(never_end, sys.argv[1], allowance=Allowance(1))
"""


def never_end(begun: str) -> None:
    """Holds the interpreter's lock, as a library in another language may: no thread of Python gets a turn any more."""
    Path(begun).write_text(str(os.getpid()), encoding="utf-8")
    re.match("(a+)+$", "a" * 60 + "b")


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="Windows does not limit processor time")
def test_work_that_hangs_does_not_outlive_a_parent_that_was_killed(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent)}
    with subprocess.Popen([sys.executable, "-c", _HANGING, str(begun)], env=environment) as parent:
        hanging = psutil.Process(_begun(begun))
        parent.kill()
    assert psutil.wait_procs([hanging], timeout=20)[1] == []
