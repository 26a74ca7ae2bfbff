"""Returns read elsewhere, on a Dask cluster or from a folder that is no folder here, give the very same outputs."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import Any

import fsspec  # type: ignore[import-untyped]
import pytest
from click.testing import CliRunner
from returnbooks import Table, figures, return_bytes

from xltools import Form
from xltools.cli import main
from xltools.errors import CouldNotRun
from xltools.executors import _in_order, dask_cluster, processes
from xltools.fetching import fetch_folder
from xltools.gathering import gather
from xltools.reading.batch import read_elsewhere, read_many
from xltools.reading.sources import DEFAULT_OPTIONS

FORM = Form.load("xxgk2017")


def fill(folder: Path, count: int = 20) -> Path:
    """A folder of returns, one of them damaged, beside a file that is none."""
    (folder / "二批").mkdir(parents=True)
    for number in range(count):
        data = return_bytes(FORM, Table(figures(FORM) | {"工作会议数": number}, unit=f"单位{number:02}"))
        (folder / ("二批" if number % 2 else ".") / f"{number:02}.xlsx").write_bytes(data)
    (folder / "残.xlsx").write_bytes(b"PK\x03\x04 not a workbook")
    (folder / "说明.txt").write_text("请看", encoding="utf-8")
    return folder


def outputs(folder: str, target: Path, *more: str) -> tuple[bytes, bytes]:
    """The total workbook and the JSON that a run over the folder writes."""
    target.mkdir()
    arguments = ["consolidate", folder, "-o", str(target / "总表.xlsx"), "--json", str(target / "总表.json"), *more]
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == 1, result.output  # the damaged file is an error
    return (target / "总表.xlsx").read_bytes(), (target / "总表.json").read_bytes()


# --- executors ---


def doubled(number: int) -> int:
    return 2 * number


def doubled_slowly(number: int) -> int:
    time.sleep(0.2)
    return 2 * number


def dies_at_three(number: int) -> int:
    if number == 3:
        os.abort()
    return number


def test_processes_give_results_in_the_order_of_the_items(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    with processes(2) as run:
        assert list(run(doubled, range(40))) == [2 * number for number in range(40)]


def test_a_lost_process_is_told_at_its_item(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    with processes(1) as run, pytest.raises(BrokenExecutor):
        list(run(dies_at_three, range(9)))


def test_no_more_than_the_window_is_taken_from_the_items_ahead_of_the_results() -> None:
    class Done:
        def __init__(self, number: int) -> None:
            self.number = number

        def result(self) -> int:
            return self.number

        def cancel(self) -> None: ...

    taken: list[int] = []

    def items() -> Iterator[int]:
        for number in range(100):
            taken.append(number)
            yield number

    results = _in_order(Done, items(), 5)
    assert [next(results), next(results)] == [0, 1]
    assert len(taken) == 6
    assert list(results) == list(range(2, 100))


# --- Dask ---


@pytest.fixture(scope="module")
def scheduler() -> Iterator[str]:
    """The address of a cluster of two workers, processes as on other machines."""
    from distributed import LocalCluster

    settings: dict[str, Any] = {"n_workers": 2, "threads_per_worker": 1, "dashboard_address": None}
    with LocalCluster(silence_logs=logging.CRITICAL, **settings) as cluster:  # type: ignore[no-untyped-call]
        yield cluster.scheduler_address


def test_a_cluster_gives_the_same_bytes(scheduler: str, tmp_path: Path) -> None:
    folder = str(fill(tmp_path / "上报"))
    here = outputs(folder, tmp_path / "本机")
    there = outputs(folder, tmp_path / "集群", "--executor", "dask", "--scheduler", scheduler)
    assert there == here


def test_an_archive_and_a_file_that_is_gone_are_read_for_the_cluster(scheduler: str, tmp_path: Path) -> None:
    folder = fill(tmp_path / "上报", 3)
    files = [*gather(folder).files, (folder / "没有.xlsx", "没有.xlsx")]
    with dask_cluster(scheduler) as cluster:
        assert list(read_elsewhere(files, FORM, DEFAULT_OPTIONS, cluster)) == list(read_many(files, FORM))


@pytest.mark.slow
def test_an_item_that_ends_one_worker_after_another_is_told(scheduler: str) -> None:
    with dask_cluster(scheduler) as run, pytest.raises(BrokenExecutor):
        list(run(os._exit, [1]))


def test_a_cluster_that_is_lost_is_one_sentence(tmp_path: Path) -> None:
    from distributed import LocalCluster

    settings: dict[str, Any] = {"n_workers": 1, "threads_per_worker": 1, "dashboard_address": None}
    lost = LocalCluster(silence_logs=logging.CRITICAL, **settings)  # type: ignore[no-untyped-call]
    with lost as cluster, dask_cluster(cluster.scheduler_address) as run:
        results = run(doubled_slowly, range(40))
        assert next(results) == 0
        cluster.close()
        with pytest.raises(CouldNotRun, match="连接断了"):
            list(results)


def test_without_the_cluster_nothing_is_done_and_the_reason_said(tmp_path: Path) -> None:
    arguments = ["consolidate", str(fill(tmp_path / "上报", 1)), "-o", str(tmp_path / "总表.xlsx")]
    result = CliRunner().invoke(main, [*arguments, "--executor", "dask", "--scheduler", "怪://x"])
    assert (result.exit_code, "连不上 Dask 集群" in result.output) == (2, True), result.output
    assert CliRunner().invoke(main, [*arguments, "--executor", "dask"]).exit_code == 2
    assert CliRunner().invoke(main, [*arguments, "--scheduler", "tcp://a:1"]).exit_code == 2
    assert not (tmp_path / "总表.xlsx").exists()


def test_reading_here_imports_nothing_for_elsewhere() -> None:
    code = "import sys, xltools.running; sys.exit('distributed' in sys.modules or 'fsspec' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


# --- folders elsewhere ---


@pytest.fixture
def memory() -> Iterator[Any]:
    system = fsspec.filesystem("memory")
    yield system
    system.store.clear()
    system.pseudo_dirs[:] = [""]


def test_a_folder_elsewhere_gives_the_same_bytes(memory: Any, tmp_path: Path) -> None:
    folder = fill(tmp_path / "上报")
    memory.put(str(folder), "/桶/上报", recursive=True)
    assert outputs("memory://桶/上报", tmp_path / "网上") == outputs(str(folder), tmp_path / "本机")


def test_check_takes_a_folder_elsewhere_as_it_takes_one_here(memory: Any, tmp_path: Path) -> None:
    folder = fill(tmp_path / "上报", 3)
    memory.put(str(folder), "/桶/上报", recursive=True)
    there = CliRunner().invoke(main, ["check", "memory://桶/上报"])
    here = CliRunner().invoke(main, ["check", str(folder)])
    assert (there.exit_code, there.output) == (1, here.output)
    both = CliRunner().invoke(main, ["check", "memory://桶/上报", str(folder / "00.xlsx")])
    assert "memory://桶/上报/00.xlsx" in both.output and "审核了 5 份报表" in both.output, both.output


def test_of_two_returns_elsewhere_the_newer_one_is_known(memory: Any) -> None:
    for name, day in (("旧.xlsx", 1), ("新.xlsx", 2)):
        memory.pipe(f"/桶/{name}", b"x")
        memory.store[f"/桶/{name}"].created = memory.store[f"/桶/{name}"].modified.replace(year=2018, day=day)
    copies = fetch_folder("memory://桶")
    times = [(copies.folder / name).stat().st_mtime for name in ("旧.xlsx", "新.xlsx")]
    assert times[1] - times[0] == pytest.approx(24 * 3600, abs=1)


def test_names_with_marks_that_mean_something_to_a_file_system_are_only_names(memory: Any) -> None:
    names = ["甲县[1].xlsx", "乙县?.xlsx", "丙县*.xlsx"] if os.name != "nt" else ["甲县[1].xlsx"]
    for name in names:
        memory.pipe(f"/桶/{name}", return_bytes(FORM))
    assert sorted(shown for _, shown in gather("memory://桶").files) == sorted(names)


def test_a_file_that_cannot_be_brought_costs_no_other(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("甲县.xlsx", "乙县.xlsx", "../丙县.xlsx"):
        memory.store[f"/桶/{name}"] = memory.pipe("/桶/甲县.xlsx", b"x") or memory.store["/桶/甲县.xlsx"]
    usual = type(memory).get_file

    def refusing(self: Any, remote: str, local: str, **more: Any) -> Any:
        if "乙县" in remote:
            raise PermissionError("Access Denied")
        return usual(self, remote, local, **more)

    monkeypatch.setattr(type(memory), "get_file", refusing)
    found = gather("memory://桶")
    assert [shown for _, shown in found.files] == ["甲县.xlsx"]
    reasons = {result.source.path: (result.status.value, why.code, why.message) for result, why in found.others}
    assert reasons["乙县.xlsx"] == ("rejected", "F101", "文件取不下来(Access Denied):请核对权限,再运行一次")
    assert reasons["../丙县.xlsx"][:2] == ("rejected", "F101")


def test_a_name_that_no_folder_here_can_hold_costs_no_other(memory: Any) -> None:
    for name in ("甲县.xlsx", f"{'长' * 100}.xlsx", f"{'长' * 100}/乙县.xlsx"):
        memory.pipe(f"/桶/{name}", b"x")
    found = gather("memory://桶")
    assert [shown for _, shown in found.files] == ["甲县.xlsx"]
    assert {why.code for _, why in found.others} == {"F101"} and len(found.others) == 2


def test_the_copies_are_gone_with_what_was_gathered(memory: Any) -> None:
    memory.pipe("/桶/甲县.xlsx", return_bytes(FORM))
    found = gather("memory://桶")
    path = found.files[0][0]
    assert path.is_file()
    del found
    assert not path.exists()


@pytest.mark.parametrize("url", ["memory://没有", "怪://没有", "memory://"])
def test_a_folder_elsewhere_that_is_not_there_is_said(url: str) -> None:
    with pytest.raises(CouldNotRun, match=r"打不开|不存在"):
        gather(url)
