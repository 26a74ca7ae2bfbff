"""Reading many files: in this process, in several, or on a cluster. One bad file never costs another file's result."""

from __future__ import annotations

import hashlib
import os
import pickle
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from functools import lru_cache, partial
from pathlib import Path

from xltools.executors import Executor, processes
from xltools.findings import finding
from xltools.form import Form
from xltools.reading.confined import run_confined
from xltools.reading.files import read_content
from xltools.reading.package import Unreadable
from xltools.reading.reader import read_bytes_all, read_file_all
from xltools.reading.sources import DEFAULT_OPTIONS, ReadOptions
from xltools.returns import Return, Source

_WORTH_WORKERS = 60
_CHUNK = 8

_File = tuple[Path, str]
_Content = tuple[bytes, Source] | Return


def read_many(
    files: Sequence[_File],
    form: Form,
    jobs: int = 0,
    options: ReadOptions = DEFAULT_OPTIONS,
    cluster: Executor | None = None,
) -> Iterator[Return]:
    """Each file's returns in the order given, usually one, several where a workbook holds several.

    ``files``: (path, path as shown). ``jobs``: processes; 0 = as many as the machine and the work deserve.
    ``cluster``: an executor on other machines, which need not have the files: their bytes are brought to it.
    """
    workers = jobs or (min(os.cpu_count() or 1, 8) if len(files) >= _WORTH_WORKERS else 1)
    if cluster is None and (workers <= 1 or len(files) <= 1):
        for path, shown in files:
            yield from read_file_all(path, form, shown, options)
        return
    chunks = [files[start : start + _CHUNK] for start in range(0, len(files), _CHUNK)]
    task = pickle.dumps((form, options))
    if cluster is not None:
        results = cluster(partial(_read_contents, task), map(_contents, chunks))
    else:
        results = processes(workers)(partial(_read_chunk, task), chunks)
    done = 0
    try:
        for returns in results:
            done += 1
            yield from returns
    except BrokenExecutor:
        # Some file ended a worker. Which one is not known: from here on each is read under watch, one by one.
        for path, shown in (file for chunk in chunks[done:] for file in chunk):
            yield from _read_watched(path, form, shown, options)


def _read_chunk(task: bytes, chunk: Sequence[_File]) -> list[Return]:
    form, options = _unpacked(task)
    return [ret for path, shown in chunk for ret in read_file_all(path, form, shown, options)]


def _read_contents(task: bytes, chunk: Sequence[_Content]) -> list[Return]:
    form, options = _unpacked(task)
    return [ret for content in chunk for ret in _read_content(content, form, options)]


def _read_content(content: _Content, form: Form, options: ReadOptions) -> tuple[Return, ...]:
    return (content,) if isinstance(content, Return) else read_bytes_all(content[0], form, content[1], options)


@lru_cache(maxsize=1)
def _unpacked(task: bytes) -> tuple[Form, ReadOptions]:
    """What is the same for all files; a worker unpacks it once, so that what is remembered by form stays."""
    form, options = pickle.loads(task)
    return form, options


def _contents(chunk: Sequence[_File]) -> list[_Content]:
    """The files' bytes, to be sent; a file that cannot be read is rejected here."""
    contents: list[_Content] = []
    for path, shown in chunk:
        try:
            data, modified = read_content(path)
        except Unreadable as problem:
            contents.append(_rejected(shown, problem))
        else:
            contents.append((data, Source(shown, hashlib.sha256(data).hexdigest(), modified)))
    return contents


def _read_watched(path: Path, form: Form, shown: str, options: ReadOptions) -> tuple[Return, ...]:
    try:
        return run_confined(read_file_all, path, form, shown, options, allowance=options.allowance)
    except Unreadable as problem:
        return (_rejected(shown, problem),)


def _rejected(shown: str, problem: Unreadable) -> Return:
    found = finding(problem.code, problem.message, file=shown)
    return Return(Source(shown), findings=(found,), rejected=True)
