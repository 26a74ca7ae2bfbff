"""Watching a folder: when it has changed and come to rest, and what is new since the last consolidation."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from time import sleep
from typing import TypeAlias

from xltools.consolidation import Consolidation, FileStatus, UnitStatus, files_of, reported_words
from xltools.findings import count_open, counts_said
from xltools.running import Order


def changes_of_folder(order: Order, settled_after: int) -> Iterator[bool]:
    """True at once, then False each time something under the folder has changed and rested for so many milliseconds.

    What the run itself writes is no change. The roster and the previous total are watched too, where they are given.
    What has changed is told by what lies there and not by what the system reports, which only says when to look: a
    file still being copied grows from one look to the next, one that was put in another's place is another, and a
    folder that is gone may come back.
    """
    seen = _inventory(order)
    yield True
    while True:
        while (now := _inventory(order)) == seen:
            _wait_for_news(order, settled_after)
        for _ in range(_MOST_LOOKS):
            before, now = now, _later(order, settled_after)
            if now == before:
                break
        seen = now
        yield False


_Inventory: TypeAlias = dict[str, tuple[int, int, int]]
_LOOK_ANYWAY = 5_000
"""Milliseconds after which to look although nothing was reported: a shared folder may not report anything."""
_MOST_LOOKS = 100
"""What is still changing after so many does not keep the others from being read."""


def _later(order: Order, milliseconds: int) -> _Inventory:
    sleep(milliseconds / 1000)
    return _inventory(order)


def _inventory(order: Order) -> _Inventory:
    """The files that matter, each with its size, its time of change and its place on the disk."""
    own = {path.resolve() for path in order.outputs}
    found: _Inventory = {}
    for path in _files(order):
        resolved = path.resolve()
        if path.name.startswith(_TEMPORARY) or resolved in own or not own.isdisjoint(resolved.parents):
            continue
        with suppress(OSError):  # gone again
            state = path.stat()
            found[str(path)] = (state.st_size, state.st_mtime_ns, state.st_ino)
    return found


_TEMPORARY = (".xltools-", "~$", ".~lock.")


def _files(order: Order) -> Iterator[Path]:
    yield from (path for path in (order.roster, order.previous) if path)
    for folder, _, names in os.walk(order.folder):
        yield from (Path(folder, name) for name in names)


def _wait_for_news(order: Order, settled_after: int) -> None:
    from watchfiles import watch

    watched = [path for path in (Path(order.folder), order.roster, order.previous) if path and path.exists()]
    if not watched:
        sleep(settled_after / 1000)
        return
    settings = {"watch_filter": None, "debounce": settled_after, "rust_timeout": _LOOK_ANYWAY, "yield_on_timeout": True}
    with suppress(FileNotFoundError):  # gone since
        next(watch(*watched, raise_interrupt=True, **settings), None)  # type: ignore[arg-type]


def news(before: Consolidation, after: Consolidation) -> Iterator[str]:
    """Who came in, whose return changed, who is still missing: one line each, with the time."""
    now = datetime.now().strftime("%H:%M:%S")
    known = {unit.name: unit for unit in before.units}
    for unit in after.units:
        was = known.get(unit.name)
        source = unit.ret.source.sha256 if unit.ret else ""
        if was is not None and was.status == unit.status and source == (was.ret.source.sha256 if was.ret else ""):
            continue
        if unit.status is UnitStatus.MISSING:
            yield f"× {now} {unit.name} {'的报表不见了' if was else '还没有报(名录里新加的)'}"
            continue
        came = "报来" if was is None or was.status is UnitStatus.MISSING else "改动"
        about = (unit.file, unit.name)
        errors, asked = count_open(f for f in after.findings if f.file and (f.file, f.unit) == about)
        facts = ",".join(counts_said(errors, asked))
        state = f"{unit.status.chinese}:{facts}" if facts else unit.status.chinese
        mark = "√" if unit.status is UnitStatus.OK else "!" if unit.status is UnitStatus.WARNINGS else "×"
        yield f"{mark} {now} {unit.name} {came},{state}({files_of(after, unit)})"
    present = {unit.name for unit in after.units}
    for name in known:
        if name not in present:
            yield f"! {now} {name} 的报表撤走了"
    seen = {(file.source.path, file.source.sha256) for file in before.files}
    for file in after.files:
        if file.status is FileStatus.REJECTED and (file.source.path, file.source.sha256) not in seen:
            why = next((found.message for found in after.findings if found.file == file.source.path), "")
            yield f"× {now} {file.source.path} {file.chinese}{f':{why}' if why else ''}"
    summary = after.summary
    yield f"  {now} {reported_words(after)};{summary.found_words}"
