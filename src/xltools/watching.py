"""Watching a folder: when it has changed and come to rest, and what is new since the last consolidation."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from xltools.consolidation import Consolidation, FileStatus, UnitStatus, files_of, reported_words
from xltools.findings import count_open
from xltools.running import Order


def changes_of_folder(order: Order, settled_after: int) -> Iterator[bool]:
    """True at once, then False each time something under the folder has changed and rested for so many milliseconds.

    What the run itself writes is no change. Also watches the roster and the previous total, where they are given.
    """
    from watchfiles import watch

    yield True
    own = {path.resolve() for path in order.outputs}
    inputs = [path for path in (order.roster, order.previous) if path]

    def matters(_: object, path: str) -> bool:
        changed = Path(path).resolve()
        temporary = changed.name.startswith((".xltools-", "~$", ".~lock."))
        return not temporary and changed not in own and own.isdisjoint(changed.parents)

    settings = {"watch_filter": matters, "debounce": 10 * settled_after, "step": settled_after}
    for _ in watch(order.folder, *inputs, **settings):  # type: ignore[arg-type]
        yield False


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
            yield f"× {now} {unit.name} 的报表不见了"
            continue
        came = "报来" if was is None or was.status is UnitStatus.MISSING else "改动"
        errors, asked = count_open(found for found in after.findings if found.file and found.file == unit.file)
        facts = f":{errors} 处错误" if errors else f":{asked} 处提示" if asked else ""
        mark = "√" if unit.status is UnitStatus.OK else "!" if unit.status is UnitStatus.WARNINGS else "×"
        yield f"{mark} {now} {unit.name} {came},{unit.status.chinese}{facts}({files_of(after, unit)})"
    present = {unit.name for unit in after.units}
    for name in known:
        if name not in present:
            yield f"! {now} {name} 的报表撤走了"
    seen = {(file.source.path, file.source.sha256) for file in before.files}
    for file in after.files:
        if file.status is FileStatus.REJECTED and (file.source.path, file.source.sha256) not in seen:
            why = next((found.message for found in after.findings if found.file == file.source.path), "不能采用")
            yield f"× {now} {file.source.path} 不能采用:{why}"
    summary = after.summary
    yield f"  {now} {reported_words(after)};错误 {summary.errors} 处,提示 {summary.warnings} 处"
