"""Reading many files, in this process or in several. One bad file never costs another file's result."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor, Executor
from dataclasses import dataclass
from pathlib import Path

from xltools.findings import finding
from xltools.form import Form
from xltools.reading.confined import run_confined
from xltools.reading.package import Unreadable
from xltools.reading.reader import read_file_all
from xltools.reading.sources import DEFAULT_OPTIONS, ReadOptions
from xltools.returns import Return, Source

_WORTH_WORKERS = 60
_CHUNK = 8

_File = tuple[Path, str]


def read_many(
    files: Sequence[_File], form: Form, jobs: int = 0, options: ReadOptions = DEFAULT_OPTIONS
) -> Iterator[Return]:
    """Each file's returns in the order given, usually one, several where a workbook holds several.

    ``files``: (path, path as shown). ``jobs``: processes; 0 = as many as the machine and the work deserve.
    """
    workers = jobs or (min(os.cpu_count() or 1, 8) if len(files) >= _WORTH_WORKERS else 1)
    if workers <= 1 or len(files) <= 1:
        for path, shown in files:
            yield from read_file_all(path, form, shown, options)
        return
    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
    done = 0
    try:
        for returns in _in_workers(chunks, _Task(form, options), workers):
            done += 1
            yield from returns
    except BrokenExecutor:
        # Some file ended a worker. Which one is not known: from here on each is read under watch, one by one.
        for path, shown in (file for chunk in chunks[done:] for file in chunk):
            yield from _read_watched(path, shown, _Task(form, options))


@dataclass(frozen=True, slots=True)
class _Task:
    """What is the same for all files."""

    form: Form
    options: ReadOptions


_task: _Task | None = None


def _in_workers(chunks: Sequence[Sequence[_File]], task: _Task, workers: int) -> Iterator[list[Return]]:
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # "spawn" everywhere: the same on Windows, and no copies of half-initialised libraries.
    pool: Executor = ProcessPoolExecutor(
        workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(task,)
    )
    try:
        yield from pool.map(_read_chunk, chunks)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start_worker(task: _Task) -> None:
    global _task
    _task = task


def _read_chunk(chunk: Sequence[_File]) -> list[Return]:
    assert _task is not None, "a worker starts with its task"
    return [ret for path, shown in chunk for ret in read_file_all(path, _task.form, shown, _task.options)]


def _read_watched(path: Path, shown: str, task: _Task) -> tuple[Return, ...]:
    try:
        return run_confined(read_file_all, path, task.form, shown, task.options, allowance=task.options.allowance)
    except Unreadable as problem:
        return (Return(Source(shown), findings=(finding(problem.code, problem.message, file=shown),), rejected=True),)
