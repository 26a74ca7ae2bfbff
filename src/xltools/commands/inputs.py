"""The files that a command line names: single files, and folders with all that is in them."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from xltools.consolidation import FileResult
from xltools.findings import Finding
from xltools.gathering import Gathered, gather, gather_one


def gather_all(paths: Sequence[Path], outputs: Collection[Path] = (), inputs: Collection[Path] = ()) -> Gathered:
    """Files as given, folders gathered: paths are shown relative to the folder where it is the only thing given."""
    if len(paths) == 1 and paths[0].is_dir():
        return gather(paths[0], outputs, inputs)
    files: list[tuple[Path, str]] = []
    others: list[tuple[FileResult, Finding]] = []
    for path in paths:
        found = _under(gather(path, outputs, inputs), path) if path.is_dir() else gather_one(path, str(path))
        files += found.files
        others += found.others
    once = {os.path.realpath(path): (path, shown) for path, shown in reversed(files)}
    return Gathered(tuple(reversed(once.values())), tuple(dict.fromkeys(others)))


def _under(found: Gathered, folder: Path) -> Gathered:
    """The same with paths that begin with the folder as given."""

    def moved(shown: str) -> str:
        return f"{folder.as_posix()}/{shown}"

    def renamed(result: FileResult) -> FileResult:
        return replace(result, source=replace(result.source, path=moved(result.source.path)))

    others = tuple((renamed(result), replace(why, file=moved(why.file))) for result, why in found.others)
    return Gathered(tuple((path, moved(shown)) for path, shown in found.files), others)
