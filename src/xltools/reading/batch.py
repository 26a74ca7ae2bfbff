"""Reading many files, in this process or in several."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from xltools.form import Form
from xltools.reading.reader import read_file
from xltools.returns import Return

_WORTH_WORKERS = 60
_form: Form | None = None


def read_many(files: Sequence[tuple[Path, str]], form: Form, jobs: int = 0) -> Iterator[Return]:
    """Each file's return in the order given. ``jobs``: processes; 0 = as many as the machine and the work deserve."""
    workers = jobs or (min(os.cpu_count() or 1, 8) if len(files) >= _WORTH_WORKERS else 1)
    if workers <= 1 or len(files) <= 1:
        yield from (read_file(path, form, shown) for path, shown in files)
        return
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # "spawn" everywhere: the same on Windows, and no copies of half-initialised libraries.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_start_worker, initargs=(form,))
    try:
        yield from pool.map(_read_one, files, chunksize=8)
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start_worker(form: Form) -> None:
    global _form
    _form = form


def _read_one(file: tuple[Path, str]) -> Return:
    assert _form is not None, "a worker starts with its form"
    return read_file(file[0], _form, file[1])
