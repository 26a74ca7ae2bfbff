"""`xltools watch` as a program of its own: returns come in while it runs."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from xltools import Form, build_template
from xltools.cli import main
from xltools.running import Order
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")
_SECONDS = 30


def _return(unit: str, number: int) -> bytes:
    return build_template(FORM, filled_content(FORM, {"工作会议数": number}, unit=unit))


def _until(wanted: Callable[[], bool]) -> None:
    end = time.monotonic() + _SECONDS
    while not wanted():
        assert time.monotonic() < end, "the watcher did not get there in time"
        time.sleep(0.1)


@pytest.fixture
def watcher(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    (tmp_path / "上报").mkdir()
    (tmp_path / "上报" / "甲县.xlsx").write_bytes(_return("甲县", 3))
    (tmp_path / "名录.csv").write_text("单位,上级\n甲县,某州\n乙县,某州\n", encoding="utf-8")
    command = [
        sys.executable, "-m", "xltools", "watch", "上报", "--roster", "名录.csv", "-o", "上报/总表.xlsx",
        "--json", "结果.json",
    ]  # fmt: skip
    with (tmp_path / "记录.txt").open("w", encoding="utf-8") as out:
        process = subprocess.Popen(command, cwd=tmp_path, stdout=out, stderr=subprocess.STDOUT, text=True)
        yield process
        process.kill()
        process.wait()


@pytest.mark.slow
def test_a_return_that_comes_in_piecemeal_is_consolidated_once_it_is_whole(
    tmp_path: Path, watcher: subprocess.Popen[str]
) -> None:
    def meetings() -> Any:
        path = tmp_path / "结果.json"
        return json.loads(path.read_text(encoding="utf-8"))["totals"]["合计"]["工作会议数"] if path.exists() else None

    def said() -> str:
        return (tmp_path / "记录.txt").read_text(encoding="utf-8")

    _until(lambda: meetings() == 3)
    data = _return("乙县", 4)
    with (tmp_path / "上报" / "乙县.xlsx").open("wb") as file:
        for start in range(0, len(data), len(data) // 8):
            file.write(data[start : start + len(data) // 8])
            file.flush()
            time.sleep(0.4)
    _until(lambda: meetings() == 7)
    (tmp_path / "上报" / "甲县.xlsx").write_bytes(_return("甲县", 10))
    _until(lambda: meetings() == 14)
    for added in ("丙县", "丁县"):  # by a program that writes another file and puts it in the place of the first
        roster = (tmp_path / "名录.csv").read_text(encoding="utf-8") + f"{added},某州\n"
        (tmp_path / "新名录.csv").write_text(roster, encoding="utf-8")
        (tmp_path / "新名录.csv").replace(tmp_path / "名录.csv")
        told = f"{added} 还没有报(名录里新加的)"
        _until(partial(lambda words: words in said(), told))
    (tmp_path / "上报" / "乙县.xlsx").unlink()
    _until(lambda: meetings() == 10)
    watcher.send_signal(signal.SIGINT)
    assert watcher.wait(_SECONDS) == 0
    lines = said()
    for words in ("乙县 报来,可以上报", "甲县 改动,可以上报", "乙县 的报表不见了"):
        assert words in lines
    assert "Traceback" not in lines
    assert "损坏" not in lines and "未采用" not in lines
    assert lines.count("正在守着") == 1


@pytest.mark.slow
def test_a_folder_that_went_and_came_back_is_watched_again(tmp_path: Path, watcher: subprocess.Popen[str]) -> None:
    def said() -> str:
        return (tmp_path / "记录.txt").read_text(encoding="utf-8")

    _until(lambda: "正在守着" in said())
    (tmp_path / "上报").rename(tmp_path / "上报1")
    _until(lambda: "不存在" in said())
    (tmp_path / "上报").mkdir()
    (tmp_path / "上报" / "乙县.xlsx").write_bytes(_return("乙县", 4))
    _until(lambda: "乙县 报来" in said())


def test_quiet_says_one_line_for_every_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "上报").mkdir()
    for unit in ("甲县", "乙县"):
        (tmp_path / "上报" / f"{unit}.xlsx").write_bytes(_return(unit, 3))

    def twice(order: Order, settled_after: int) -> Iterator[bool]:
        yield True
        (tmp_path / "上报" / "乙县.xlsx").write_bytes(_return("乙县", 5))
        yield False

    monkeypatch.setattr("xltools.watching.changes_of_folder", twice)
    command = ["watch", str(tmp_path / "上报"), "-o", str(tmp_path / "总表.xlsx")]
    lines = CliRunner().invoke(main, [*command, "--quiet"]).stdout.splitlines()
    assert len(lines) == 2
    assert "已收 2 个单位;" in lines[1]
    assert len(CliRunner().invoke(main, command).stdout.splitlines()) > 4


def test_what_came_in_and_cannot_be_used_is_counted_apart(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "上报").mkdir()
    (tmp_path / "上报" / "甲县.xlsx").write_bytes(_return("甲县", 3))
    (tmp_path / "名录.csv").write_text("单位,上级\n甲县,某州\n乙县,某州\n", encoding="utf-8")

    def twice(order: Order, settled_after: int) -> Iterator[bool]:
        yield True
        (tmp_path / "上报" / "乙县.xlsx").write_bytes(build_template(FORM, filled_content(FORM, {}, unit="乙县")))
        yield False

    monkeypatch.setattr("xltools.watching.changes_of_folder", twice)
    command = ["watch", str(tmp_path / "上报"), "--roster", str(tmp_path / "名录.csv"), "-o", str(tmp_path / "总.xlsx")]
    last = CliRunner().invoke(main, command).stdout.splitlines()[-1]
    assert "应报 2 个单位,已报 2(其中 1 个未采用),未报 0;" in last


def test_files_that_contradict_each_other_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "上报").mkdir()
    (tmp_path / "上报" / "甲县.xlsx").write_bytes(_return("甲县", 3))

    def twice(order: Order, settled_after: int) -> Iterator[bool]:
        yield True
        (tmp_path / "上报" / "甲县(改).xlsx").write_bytes(_return("甲县", 5))
        yield False

    monkeypatch.setattr("xltools.watching.changes_of_folder", twice)
    told = CliRunner().invoke(main, ["watch", str(tmp_path / "上报"), "-o", str(tmp_path / "总.xlsx")]).stdout
    (line,) = [line for line in told.splitlines() if "甲县 改动" in line]
    assert line.endswith("(甲县(改).xlsx、甲县.xlsx)")


def test_the_json_of_many_runs_needs_a_file(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["watch", str(tmp_path), "-o", str(tmp_path / "总.xlsx"), "--json", "-"])
    assert result.exit_code == 2 and "--json 要给出文件名" in result.output
