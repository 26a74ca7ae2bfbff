"""Reading many files: in this process, in several, or on a cluster. One bad file never costs another file's result."""

from __future__ import annotations

import hashlib
import pickle
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import BrokenExecutor
from dataclasses import replace
from functools import lru_cache, partial
from pathlib import Path
from sys import intern
from typing import Any

import xltools.reading.workbook  # noqa: F401  (what nearly every file needs: imported before the first one comes)
from xltools.executors import Executor
from xltools.findings import finding
from xltools.form import Form
from xltools.reading.confined import run_confined
from xltools.reading.files import read_content
from xltools.reading.package import Unreadable
from xltools.reading.reader import read_bytes_all, read_file_all
from xltools.reading.sources import DEFAULT_OPTIONS, ReadOptions
from xltools.returns import Return, Source

_CHUNK = 8

_File = tuple[Path, str]
_Content = tuple[bytes, Source] | Return


def read_many(
    files: Iterable[_File], form: Form, options: ReadOptions = DEFAULT_OPTIONS, workers: Executor | None = None
) -> Iterator[Return]:
    """Each file's returns in the order given, usually one, several where a workbook holds several.

    ``files``: (path, path as shown). ``workers``: processes of this machine; None = they are read in this one.
    """
    if workers is None:
        for path, shown in files:
            yield from _timed(read_file_all, path, form, shown, options)
        return
    chunks = _chunks(files)
    results = workers(partial(_read_chunk, _packed(form, options)), chunks)
    yield from _held_once(_as_they_come(results, chunks, form, options))


def read_elsewhere(
    files: Iterable[_File], form: Form, options: ReadOptions, cluster: Executor
) -> Iterator[Return]:
    """The same on other machines, which need not have the files: their bytes are brought there."""
    chunks = _chunks(files)
    results = cluster(partial(_read_contents, _packed(form, options)), map(_contents, chunks))
    yield from _held_once(_as_they_come(results, chunks, form, options))


def _chunks(files: Iterable[_File]) -> list[Sequence[_File]]:
    listed = list(files)
    return [listed[start : start + _CHUNK] for start in range(0, len(listed), _CHUNK)]


def _as_they_come(
    results: Iterable[list[Return]], chunks: Sequence[Sequence[_File]], form: Form, options: ReadOptions
) -> Iterator[Return]:
    done = 0
    try:
        for returns in results:
            done += 1
            yield from returns
    except BrokenExecutor:
        # Some file ended a worker. Which one is not known: from here on each is read under watch, one by one.
        for path, shown in (file for chunk in chunks[done:] for file in chunk):
            yield from _timed(_read_watched, path, form, shown, options)


def _held_once(returns: Iterable[Return]) -> Iterator[Return]:
    """The same: what a return has in common with the one before, mostly all of its cells, is not held again."""
    cells: Mapping[str, str] = {}
    header_cells: Mapping[str, str] = {}
    for ret in returns:
        cells = cells if ret.cells == cells else ret.cells
        header_cells = header_cells if ret.header_cells == header_cells else ret.header_cells
        values = {intern(name): value for name, value in ret.values.items()}
        yield replace(ret, values=values, cells=cells, header_cells=header_cells)


def _read_chunk(task: bytes, chunk: Sequence[_File]) -> list[Return]:
    form, options = _unpacked(task)
    return [ret for path, shown in chunk for ret in _timed(read_file_all, path, form, shown, options)]


def _read_contents(task: bytes, chunk: Sequence[_Content]) -> list[Return]:
    form, options = _unpacked(task)
    return [ret for content in chunk for ret in _timed(_read_content, content, form, options)]


def _read_content(content: _Content, form: Form, options: ReadOptions) -> tuple[Return, ...]:
    return (content,) if isinstance(content, Return) else read_bytes_all(content[0], form, content[1], options)


def _timed(reading: Callable[..., tuple[Return, ...]], *arguments: Any) -> tuple[Return, ...]:
    begin = time.perf_counter()
    returns = reading(*arguments)
    seconds = time.perf_counter() - begin
    return tuple(replace(ret, seconds=seconds) for ret in returns)


def _packed(form: Form, options: ReadOptions) -> bytes:
    """Small, for it goes with every item: what waits for a worker must not fill the pipe to it."""
    return zlib.compress(pickle.dumps((form, options)))


@lru_cache(maxsize=1)
def _unpacked(task: bytes) -> tuple[Form, ReadOptions]:
    """What is the same for all files; a worker unpacks it once, so that what is remembered by form stays."""
    form, options = pickle.loads(zlib.decompress(task))
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
