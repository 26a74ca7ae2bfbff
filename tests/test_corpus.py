"""Foreign and hostile files: each gets its finding within its limits, and none costs another its result.

The files are no part of the repository; where they are not there, the generators of the other tests stand in.
"""

from __future__ import annotations

import pickle
import shutil
import time
from pathlib import Path

import psutil
import pytest
from returnbooks import figures, return_bytes

from xltools import Form
from xltools.executors import processes
from xltools.findings import CATALOGUE
from xltools.gathering import gather
from xltools.reading.batch import read_many
from xltools.reading.reader import read_file_all

CORPUS = Path(__file__).resolve().parents[2] / "shared" / "corpus" / "files"
FORM = Form.load("xxgk2017")
FILES = sorted(CORPUS.iterdir()) if CORPUS.is_dir() else []

pytestmark = pytest.mark.skipif(not FILES, reason="the corpus of foreign files is not beside the repository")


def test_every_file_gets_its_finding_within_time_and_memory() -> None:
    process = psutil.Process()
    for path in FILES:
        started = time.monotonic()
        returns = read_file_all(path, FORM, path.name)
        assert time.monotonic() - started < 20, path.name
        assert process.memory_info().rss < 512_000_000, path.name
        assert len(returns) == 1, path.name
        (ret,) = returns
        assert ret.rejected, path.name  # not one of them is a return of this form
        assert next(f.code for f in ret.findings) in {"F101", "F102", "F103", "F105", "F107"}, path.name
        assert all(f.code in CATALOGUE and f.file == path.name for f in ret.findings)
        assert pickle.loads(pickle.dumps(ret)) == ret


def test_every_file_is_accounted_for_once_and_none_costs_another(tmp_path: Path) -> None:
    for path in FILES:
        shutil.copyfile(path, tmp_path / path.name)
    good = [f"好{number}.xlsx" for number in range(5)]
    for name in good:
        (tmp_path / name).write_bytes(return_bytes(FORM))
    found = gather(tmp_path)
    shown = [name for _, name in found.files] + [result.source.path for result, _ in found.others]
    assert sorted(shown) == sorted([path.name for path in FILES] + good)
    with processes(2) as workers:
        returns = list(read_many(found.files, FORM, workers=workers))
    assert [ret.source.path for ret in returns] == [name for _, name in found.files]
    read = {ret.source.path: dict(ret.values) for ret in returns if not ret.rejected}
    assert read == {name: figures(FORM) for name in good}
