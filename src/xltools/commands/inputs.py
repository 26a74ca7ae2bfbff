"""The files that a command line names: single files, and folders with all that is in them."""

from __future__ import annotations

import os
from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from xltools.consolidation import FileResult
from xltools.gathering import Gathered, gather, gather_one, printable


def gather_all(
    paths: Sequence[Path | str], outputs: Collection[Path] = (), inputs: Collection[Path] = ()
) -> Gathered:
    """Files as given, folders gathered: paths are shown relative to the folder where it is the only thing given.

    A text is the URL of a folder elsewhere, whose files are brought here.
    """
    if len(paths) == 1 and is_folder(paths[0]):
        return gather(paths[0], outputs, inputs)
    found = [
        _under(gather(path, outputs, inputs), path) if is_folder(path) else gather_one(Path(path), printable(str(path)))
        for path in paths
    ]
    files = [file for each in found for file in each.files]
    others = dict.fromkeys(other for each in found for other in each.others)
    once = {os.path.realpath(path): (path, shown) for path, shown in reversed(files)}
    return Gathered(tuple(reversed(once.values())), tuple(others), tuple(each for one in found for each in one.copies))


def is_folder(path: Path | str) -> bool:
    """Whether something given is a folder, here or elsewhere."""
    return isinstance(path, str) or path.is_dir()


def _under(found: Gathered, folder: Path | str) -> Gathered:
    """The same with paths that begin with the folder as given."""
    start = printable(folder.rstrip("/") if isinstance(folder, str) else folder.as_posix())

    def moved(shown: str) -> str:
        return f"{start}/{shown}"

    def renamed(result: FileResult) -> FileResult:
        return replace(result, source=replace(result.source, path=moved(result.source.path)))

    others = tuple((renamed(result), replace(why, file=moved(why.file))) for result, why in found.others)
    return replace(found, files=tuple((path, moved(shown)) for path, shown in found.files), others=others)
