"""The files that a command line names: single files, and folders with all that is in them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from pathlib import Path

from xltools.gathering import Gathered, gather


def gather_all(paths: Sequence[Path], outputs: Collection[Path] = (), inputs: Collection[Path] = ()) -> Gathered:
    """Files as given, folders gathered: paths are shown relative to the folder where it is the only thing given."""
    if len(paths) == 1 and paths[0].is_dir():
        return gather(paths[0], outputs, inputs)
    files: list[tuple[Path, str]] = []
    others = []
    for path in paths:
        if not path.is_dir():
            files.append((path, str(path)))
            continue
        found = gather(path, outputs, inputs)
        prefix = path.as_posix()
        files += [(file, f"{prefix}/{shown}") for file, shown in found.files]
        for result, reason in found.others:
            shown = f"{prefix}/{result.source.path}"
            moved = replace(result, source=replace(result.source, path=shown))
            others.append((moved, replace(reason, file=shown)))
    return Gathered(tuple(dict.fromkeys(files)), tuple(others))
