"""On a terminal long work says how far it is, how fast it goes and how long it will take; in a pipe it says nothing."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from returnbooks import return_bytes

from xltools import Form
from xltools.cli import main
from xltools.reading.reader import read_file_all
from xltools.returns import Return, Source
from xltools.terminal import slow_lines

_SIX_RETURNS = """
import time
from xltools.commands.streams import watched
def slowly():
    for number in range(6):
        time.sleep(0.25)
        yield number
assert list(watched(slowly(), 6)) == list(range(6))
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_terminal_shows_how_many_how_fast_and_how_long_still() -> None:
    terminal, end = os.openpty()  # type: ignore[attr-defined,unused-ignore]
    with subprocess.Popen([sys.executable, "-c", _SIX_RETURNS], stdout=end, stderr=end) as process:
        os.close(end)
        said = b""
        try:
            while data := os.read(terminal, 4096):
                said += data
        except OSError:  # how a pseudo-terminal ends on Linux
            pass
        os.close(terminal)
    text = said.decode("utf-8")
    assert process.returncode == 0, text
    assert "正在读取" in text and "4/6" in text and "6/6" in text
    assert "每秒" in text and "还要 1 秒" in text, text


def test_a_pipe_hears_nothing() -> None:
    run = subprocess.run([sys.executable, "-c", _SIX_RETURNS], capture_output=True, check=True)
    assert (run.stdout, run.stderr) == (b"", b"")


def test_verbose_says_which_files_took_long() -> None:
    quick = [Return(Source(f"{number}.xlsx"), seconds=number / 100) for number in range(3)]
    assert list(slow_lines(quick)) == ["最慢的文件读了 0.02 秒:2.xlsx"]
    slow = [Return(Source("甲县.xls"), seconds=1.04), Return(Source("乙县.ods"), seconds=12.3)]
    said = ["读了 1 秒以上的文件 2 个:", "  12.3 秒  乙县.ods", "  1.0 秒  甲县.xls"]
    assert list(slow_lines([*quick, *slow])) == said
    assert list(slow_lines([])) == []


@pytest.mark.parametrize("command", ["check", "consolidate"])
def test_the_times_are_those_of_reading(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def slowly(*arguments: Any) -> tuple[Return, ...]:
        time.sleep(0.2)
        return read_file_all(*arguments)

    folder = tmp_path / "上报"
    folder.mkdir()
    (folder / "甲县.xlsx").write_bytes(return_bytes(Form.load("xxgk2017")))
    monkeypatch.setattr("xltools.reading.batch.read_file_all", slowly)
    monkeypatch.setattr("xltools.terminal._SLOW", 0.2)
    more = ["-o", str(tmp_path / "总表.xlsx")] if command == "consolidate" else []
    said = CliRunner().invoke(main, [command, str(folder), "--verbose", *more]).output
    assert "读了 0.2 秒以上的文件 1 个:\n  0.2 秒  甲县.xlsx" in said
    assert "秒以上" not in CliRunner().invoke(main, [command, str(folder), *more]).output
