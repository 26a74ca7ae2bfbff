"""Runs that are interrupted: outputs are whole or untouched, nobody is left behind, and a second run is fine.

A kill while an output is being written stands in test_traps.py.
"""

from __future__ import annotations

import io
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import zipfile
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import psutil
import pytest
from click.testing import CliRunner
from returnbooks import Table, figures, return_bytes

from xltools import Form, read
from xltools.cli import main
from xltools.executors import processes
from xltools.reading.files import read_content
from xltools.reading.package import Unreadable

FORM = Form.load("xxgk2017")
GOOD = Table(figures(FORM))
PATIENCE = 20.0

posix = pytest.mark.skipif(os.name == "nt", reason="signals and limits of POSIX systems")

_SLOW = """
import os, signal, sys, time
from pathlib import Path
usual = Path.read_bytes
def slowly(path):
    if path.name.endswith("慢.xlsx"):
        Path(os.environ["BEGUN"]).touch()
        time.sleep(60)
    return usual(path)
Path.read_bytes = slowly
"""
"""Put into every process of a run: reading a file called …慢.xlsx takes a minute, and says when it has begun."""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Twelve returns, one of them slow to read, and the total of an earlier run beside them."""
    place = tmp_path / "上报"
    place.mkdir()
    for number in range(12):
        name = "10慢.xlsx" if number == 10 else f"{number:02}.xlsx"
        (place / name).write_bytes(return_bytes(FORM, Table(figures(FORM), unit=f"单位{number}")))
    (tmp_path / "总表.xlsx").write_bytes(b"the total of an earlier run")
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(_SLOW, encoding="utf-8")
    return place


def started(folder: Path, jobs: int) -> subprocess.Popen[str]:
    """A run in a process group of its own, come to where it reads the slow file."""
    begun = folder.parent / "begun"
    process = subprocess.Popen(
        [sys.executable, "-m", "xltools", *arguments(folder), "--jobs", str(jobs)],
        env={**os.environ, "PYTHONPATH": str(folder.parent / "site"), "BEGUN": str(begun)},
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
    )  # fmt: skip
    waited_for(begun.exists)
    return process


def arguments(folder: Path) -> list[str]:
    outputs = ["-o", str(folder.parent / "总表.xlsx"), "--json", str(folder.parent / "总.json")]
    return ["consolidate", str(folder), "-f", FORM.id, *outputs]  # the form named: no file is read to find it


def waited_for(holds: Callable[[], bool]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it never came to that"
        time.sleep(0.02)


def left_untouched(folder: Path) -> bool:
    """The earlier total as it was, nothing new, nothing half-written."""
    written = {path.name for path in folder.parent.iterdir()} - {"begun", "site", "上报"}
    return written == {"总表.xlsx"} and (folder.parent / "总表.xlsx").read_bytes() == b"the total of an earlier run"


def a_second_run_is_fine(folder: Path) -> bool:
    result = CliRunner().invoke(main, [*arguments(folder), "--quiet"])
    return result.exit_code in (0, 1) and not read(folder.parent / "总表.xlsx", FORM).rejected


# --- Ctrl-C and kill ---


@posix
@pytest.mark.parametrize("jobs", [1, 2])
def test_ctrl_c_ends_the_run_at_once_with_one_sentence(folder: Path, jobs: int) -> None:
    process = started(folder, jobs)
    family = psutil.Process(process.pid).children(recursive=True)
    os.killpg(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=PATIENCE)
    assert (process.returncode, out, err) == (2, "", "已中断;没有写完的输出都没有留下\n")
    assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []
    assert left_untouched(folder)
    assert a_second_run_is_fine(folder)


@posix
def test_ctrl_c_while_the_workers_start_is_as_quiet(folder: Path) -> None:
    for after in (0.0, 0.06, 0.12):
        process = subprocess.Popen(
            [sys.executable, "-m", "xltools", *arguments(folder), "--jobs", "2"],
            env={**os.environ, "PYTHONPATH": str(folder.parent / "site"), "BEGUN": str(folder.parent / "begun")},
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        running = psutil.Process(process.pid)
        waited_for(lambda running=running: bool(running.children()))  # type: ignore[misc]
        time.sleep(after)
        os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
        assert (process.returncode, err) == (2, "已中断;没有写完的输出都没有留下\n"), after
        assert left_untouched(folder)


@posix
def test_what_runs_in_the_background_of_a_script_is_not_interrupted(folder: Path) -> None:
    (folder / "10慢.xlsx").unlink()
    process = subprocess.Popen(
        [sys.executable, "-m", "xltools", *arguments(folder), "--jobs", "2"], start_new_session=True,
        stdout=subprocess.DEVNULL, preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )  # fmt: skip
    running = psutil.Process(process.pid)
    waited_for(lambda: len(running.children()) > 2)
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(PATIENCE) in (0, 1)
    assert not left_untouched(folder)


@posix
def test_an_interrupt_that_was_lost_is_not_taken_for_a_lost_worker() -> None:
    with processes(1) as workers:
        with suppress(KeyboardInterrupt):  # as C code does that clears errors
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(PATIENCE)
        with pytest.raises(KeyboardInterrupt):
            list(workers(os._exit, [1]))
    with processes(1) as workers, pytest.raises(BrokenExecutor):
        list(workers(os._exit, [1]))


@posix
@pytest.mark.slow
def test_ctrl_c_while_many_returns_are_on_their_way_hangs_nowhere(tmp_path: Path) -> None:
    """Where it hung before it did so in half of the runs, between the first and the last return read."""
    (tmp_path / "上报").mkdir()
    for number in range(200):
        data = return_bytes(FORM, replace(GOOD, unit=f"第{number}县"))
        (tmp_path / "上报" / f"{number}.xlsx").write_bytes(data)
    for tenths in range(3, 11):
        process = subprocess.Popen(
            [sys.executable, "-m", "xltools", *arguments(tmp_path / "上报"), "--jobs", "2"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, encoding="utf-8", start_new_session=True,
        )  # fmt: skip
        time.sleep(tenths / 10)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGINT)
        _, err = process.communicate(timeout=PATIENCE)
        assert process.returncode in (0, 1, 2, -signal.SIGINT), tenths
        assert err in ("", "已中断;没有写完的输出都没有留下\n"), tenths


@posix
def test_a_kill_while_workers_read_leaves_none_of_them_behind(folder: Path) -> None:
    process = started(folder, 2)
    family = psutil.Process(process.pid).children(recursive=True)
    assert len(family) >= 2
    process.kill()
    process.communicate(timeout=PATIENCE)
    assert psutil.wait_procs(family, timeout=PATIENCE)[1] == []
    assert left_untouched(folder)
    assert a_second_run_is_fine(folder)


# --- disks and files ---


@posix
def test_a_disk_that_gets_full_is_told_and_the_old_total_stays(
    folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    (folder / "10慢.xlsx").unlink()
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN); "
        "resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, 10_000)); "
        "sys.argv[0] = 'xltools'; from xltools.cli import main; main()"
    )
    command = [sys.executable, "-c", limited, *arguments(folder), "--jobs", "1"]
    temporary = tmp_path_factory.mktemp("临时")
    environment = {**os.environ, "TMPDIR": str(temporary)}
    result = subprocess.run(
        command, capture_output=True, text=True, encoding="utf-8", check=False, env=environment
    )
    assert (result.returncode, result.stdout) == (2, "")
    assert result.stderr.startswith(f"没有运行:写不了临时文件(在“{temporary}”)") and "Traceback" not in result.stderr
    assert left_untouched(folder) and list(temporary.iterdir()) == []
    assert a_second_run_is_fine(folder)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 64 kB, where we may make one."""
    place = tmp_path / "小盘"
    place.mkdir()
    mounted = shutil.which("mount") and subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(place)], capture_output=True, check=False
    )
    if not mounted or mounted.returncode:
        pytest.skip("mounting a small file system takes root")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_on_a_full_disk_nothing_is_left(folder: Path, small_disk: Path) -> None:
    (folder / "10慢.xlsx").unlink()
    result = CliRunner().invoke(main, ["consolidate", str(folder), "-o", str(small_disk / "总表.xlsx")])
    assert (result.exit_code, "写不了" in result.output) == (2, True), result.output
    assert list(small_disk.iterdir()) == []


@posix
def test_a_file_that_keeps_changing_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    changing = tmp_path / "甲县.xlsx"
    changing.write_bytes(return_bytes(FORM, GOOD))
    usual = Path.read_bytes

    def changed_meanwhile(path: Path) -> bytes:
        data = usual(path)
        if path == changing:
            with path.open("ab") as file:
                file.write(b"more")
        return data

    monkeypatch.setattr(Path, "read_bytes", changed_meanwhile)
    with pytest.raises(Unreadable, match=r"F101.*正在被改动"):
        read_content(changing)


def test_a_file_that_is_saved_once_while_read_is_read_as_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path, new = tmp_path / "甲县.xlsx", return_bytes(FORM, Table(figures(FORM), unit="乙县"))
    path.write_bytes(return_bytes(FORM, GOOD))
    usual = Path.read_bytes
    times: list[int] = []

    def saved_meanwhile(path: Path) -> bytes:
        data = usual(path)
        if not times:
            times.append(1)
            path.write_bytes(new)
        return data

    monkeypatch.setattr(Path, "read_bytes", saved_meanwhile)
    assert read_content(path)[0] == new


def test_a_file_that_another_program_holds_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for unit in ("甲县", "乙县"):
        (tmp_path / f"{unit}.xlsx").write_bytes(return_bytes(FORM, Table(figures(FORM), unit=unit)))
    usual = Path.read_bytes

    def held(path: Path) -> bytes:
        if path.name == "甲县.xlsx":
            raise PermissionError(13, "另一个程序正在使用此文件")
        return usual(path)

    monkeypatch.setattr(Path, "read_bytes", held)
    result = CliRunner().invoke(main, ["consolidate", str(tmp_path), "-o", str(tmp_path / "总表.xlsx"), "--verbose"])
    assert result.exit_code == 1
    assert "甲县.xlsx  文件读不出来" in result.output
    assert any("乙县.xlsx" in line and "读不出来" not in line for line in result.output.splitlines())


# --- two at once ---


def test_two_runs_into_one_output_leave_one_whole_total(folder: Path) -> None:
    (folder / "10慢.xlsx").unlink()
    command = [sys.executable, "-m", "xltools", *arguments(folder), "--quiet"]
    runs = [subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE) for _ in range(2)]
    seen: list[bool] = []
    total = folder.parent / "总表.xlsx"

    def look() -> None:
        while any(run.poll() is None for run in runs):
            data = total.read_bytes()
            seen.append(data == b"the total of an earlier run" or zipfile.is_zipfile(io.BytesIO(data)))
            time.sleep(0.005)

    watcher = threading.Thread(target=look)
    watcher.start()
    said = [run.communicate(timeout=PATIENCE)[1] for run in runs]
    watcher.join()
    assert [(run.returncode in (0, 1), words) for run, words in zip(runs, said, strict=True)] == [(True, b"")] * 2
    assert seen and all(seen)
    assert {path.name for path in folder.parent.iterdir()} == {"总表.xlsx", "总.json", "上报", "site"}
    twice = total.read_bytes()
    assert a_second_run_is_fine(folder) and total.read_bytes() == twice
