"""Where a figure of the total came from (查看出处), whether it still adds up, whether a file has changed since."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any

from xltools.adding import add_up
from xltools.errors import CouldNotRun
from xltools.findings import Number
from xltools.form import Form
from xltools.jsonreport import number
from xltools.ledger import LedgerEntry, read_ledger
from xltools.reading.archives import open_zip_file
from xltools.reading.files import read_content
from xltools.reading.labels import normalise_label
from xltools.reading.package import Unreadable
from xltools.reading.reader import read_bytes, read_file_all
from xltools.reading.references import cell_name
from xltools.returns import Source
from xltools.roster import Roster, match_unit, normalise_name

_SEARCH_LIMIT = 20_000

_Copies = Mapping[str, Mapping[Path, str]]
"""File as the total names it → paths where it may be → SHA-256 of what is there."""


class FileState(StrEnum):
    """What has become of a contributing file since the total was made."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    AMBIGUOUS = "ambiguous"
    NOT_FOUND = "not_found"
    NONE = "none"

    @property
    def chinese(self) -> str:
        return _STATES[self.value]


_STATES = {
    "unchanged": "文件未变",
    "changed": "文件已改动",
    "ambiguous": "有几份同名文件,其中有的已改动,请用 --files 指明文件夹",
    "not_found": "找不到文件",
    "none": "没有文件",
}


class TraceError(CouldNotRun):
    """A question that cannot be answered."""


@dataclass(frozen=True, slots=True)
class Contribution:
    """One unit's part: the figure in the total's record, its file and cell, and what the cell says today.

    ``path``: where that file was found (it may lead into an archive), None where it was not.
    """

    unit: str
    group: str
    value: Number | None
    file: str
    sha256: str
    sheet: str
    cell: str
    state: FileState
    value_now: Number | None
    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Trace:
    """The answer. ``stored`` is the figure on 统计表, ``recomputed`` the sum of the contributions.

    ``left_out``: units without a part in the total, with what 明细 says of them (未报 …). ``gone``: files that are no
    longer where the others still are, or where one was told to look.
    """

    indicator: str
    unit: str
    stored: Number | None
    contributions: tuple[Contribution, ...]
    recomputed: Number | None
    left_out: tuple[tuple[str, str], ...] = ()
    gone: tuple[str, ...] = ()

    @property
    def matches(self) -> bool:
        return self.stored == self.recomputed

    @property
    def changed_files(self) -> tuple[str, ...]:
        """The files that have changed, each once, whatever the number of returns in it."""
        return tuple(dict.fromkeys(c.file for c in self.contributions if c.state is FileState.CHANGED))

    @property
    def sound(self) -> bool:
        """Whether the sum still matches and every file that contributed is as it was, for all that can be told."""
        doubtful = self.gone or any(c.state in (FileState.CHANGED, FileState.AMBIGUOUS) for c in self.contributions)
        return self.matches and not doubtful

    def record(self) -> dict[str, Any]:
        """The answer as JSON data."""
        return {
            "indicator": self.indicator,
            "unit": self.unit or None,
            "stored": number(self.stored),
            "recomputed": number(self.recomputed),
            "matches": self.matches,
            "contributions": [
                {
                    "unit": c.unit,
                    "group": c.group or None,
                    "value": number(c.value),
                    "file": c.file or None,
                    "sha256": c.sha256 or None,
                    "sheet": c.sheet or None,
                    "cell": c.cell or None,
                    "state": str(c.state),
                    "value_now": number(c.value_now),
                }
                for c in self.contributions
            ],
            "left_out": [{"unit": unit, "status": status} for unit, status in self.left_out],
            "gone": list(self.gone),
        }


def trace(
    total: str | Path,
    indicator: str,
    form: Form,
    unit: str = "",
    folder: Path | None = None,
    roster: Roster | None = None,
) -> Trace:
    """Follow one figure of a total to its cells.

    Units whose figures are not part of the total (missing, not used, below a superior that reported) are left out.
    ``unit`` restricts the answer to one unit, counted or not; ``roster`` knows its aliases. Files are looked for below
    ``folder``, else below the total's own folder, also inside archives (``a.zip/x.xlsx``). Raises TraceError for an
    unknown indicator or unit, TraceError or LedgerError for a file that is no total.
    """
    path = Path(total)
    indicator = _indicator_meant(indicator, form)
    data = path.read_bytes()
    try:
        entries = read_ledger(data).entries
    except Unreadable as problem:
        raise TraceError(f"“{path}”打不开:{problem.message}") from problem
    unit = _unit_meant(unit, entries, roster)
    chosen = tuple(entry for entry in entries if unit in ("", entry.unit))
    copies = _copies(entries, _files_below(folder or path.parent))
    homes = _homes(entries, copies)
    parts = tuple(_contribution(entry, indicator, form, copies, homes) for entry in chosen if entry.counted or unit)
    values = [part.value for part in parts]
    stored = read_bytes(data, form, Source(str(path))).values.get(indicator) if not unit else values[0]
    recomputed = stored if unit else add_up(form, (entry.values for entry in chosen))[indicator]
    left_out = tuple((entry.unit, entry.status) for entry in chosen if not entry.counted)
    at_hand = folder is not None or any(copies.values())
    gone = [part.file for part in parts if part.state is FileState.NOT_FOUND] if at_hand else []
    return Trace(indicator, unit, stored, parts, recomputed, left_out, tuple(dict.fromkeys(gone)))


def _unit_meant(text: str, entries: Sequence[LedgerEntry], roster: Roster | None) -> str:
    """A unit as 明细 spells it, also where another spelling or an alias of the roster is given; "" for all."""
    if not text:
        return ""
    named = match_unit(roster, text).unit if roster else None
    wanted = normalise_name(named or text)
    for entry in entries:
        if normalise_name(entry.unit) == wanted:
            return entry.unit
    raise TraceError(f"汇总表的明细里没有“{text}”;有:{'、'.join(entry.unit for entry in entries)}")


def _indicator_meant(text: str, form: Form) -> str:
    """An indicator's name, also where its cell (D49) or its printed label (四、行政复议数量) is given."""
    if text in form.indicators:
        return text
    wanted = normalise_label(text)
    by_cell = [name for name, spot in form.page.spots.items() if cell_name(spot.row, spot.column) == text.upper()]
    by_label = [
        name for name, spot in form.page.spots.items()
        if len(spot.row_labels) and normalise_label(spot.row_labels[-1].text) == wanted
    ]  # fmt: skip
    meant = by_cell or by_label
    if len(meant) == 1:
        return meant[0]
    choice = f";是不是:{'、'.join(meant[:5])}" if meant else _near(text, form)
    raise TraceError(f"没有叫“{text}”的指标{choice}")


def _near(indicator: str, form: Form) -> str:
    from difflib import get_close_matches

    within = [name for name in form.indicators if indicator in name]
    near = list(dict.fromkeys([*within, *get_close_matches(indicator, form.indicators, n=3)]))[:5]
    return f";是不是:{'、'.join(near)}" if near else ";用 xltools form show 查看全部指标;自己改过的表式要用 -f 指定"


def _contribution(entry: LedgerEntry, indicator: str, form: Form, copies: _Copies, homes: Set[str]) -> Contribution:
    value, cell = entry.values.get(indicator), entry.cells.get(indicator, "")
    path, state = _find(entry, copies, homes)
    now = value
    if state in (FileState.CHANGED, FileState.AMBIGUOUS) and path is not None:
        now = _figures_now(path, entry, form).get(indicator)
    return Contribution(entry.unit, entry.group, value, entry.file, entry.sha256, entry.sheet, cell, state, now, path)


def _figures_now(path: Path, entry: LedgerEntry, form: Form) -> Mapping[str, Number | None]:
    """What the unit's return says today: of several in one file the one on its sheet, else of its name."""
    returns = read_file_all(path, form, entry.file)
    by_sheet = [ret for ret in returns if ret.sheet == entry.sheet]
    by_unit = [ret for ret in returns if ret.unit == entry.unit]
    unsigned = [ret for ret in returns if not ret.unit and len(returns) == 1]
    return next((ret.values for ret in (*by_sheet, *by_unit, *unsigned)), {})


def _find(entry: LedgerEntry, copies: _Copies, homes: Set[str]) -> tuple[Path | None, FileState]:
    """The file that contributed: the one in the folder that was consolidated, else one with the same bytes."""
    if not entry.file:
        return None, FileState.NONE
    candidates = copies[entry.file]
    same = [path for path, digest in candidates.items() if digest == entry.sha256]
    in_place = [path for path in candidates if _home(path, entry) is not None]
    changed = [path for path in in_place if path not in same and _home(path, entry) in homes]
    if changed:
        return changed[0], FileState.AMBIGUOUS if same else FileState.CHANGED
    if same:
        return same[0], FileState.UNCHANGED
    return (in_place[0], FileState.CHANGED) if in_place else (None, FileState.NOT_FOUND)


def _homes(entries: Sequence[LedgerEntry], copies: _Copies) -> set[str]:
    """The folders that may be the one consolidated: at least half of the files lie in them as they were."""
    listed = [entry for entry in entries if entry.file]
    unchanged = Counter(
        home
        for entry in listed
        for path, digest in copies[entry.file].items()
        if (home := _home(path, entry)) is not None and digest == entry.sha256
    )
    return {home for home, count in unchanged.items() if 2 * count >= len(listed)}


def _home(path: Path, entry: LedgerEntry) -> str | None:
    """The folder below which a file has the place that the entry names; None where it has not."""
    place = path.as_posix()
    return place.removesuffix(entry.file) if f"/{place}".endswith(f"/{entry.file}") else None


def _copies(entries: Sequence[LedgerEntry], files: Mapping[str, list[Path]]) -> _Copies:
    """For each file that contributed, everything of its name, read once."""
    return {
        file: {path: _digest(path) for path in (*files.get(file.rsplit("/", 1)[-1], []), *_members(file, files))}
        for file in dict.fromkeys(entry.file for entry in entries if entry.file)
    }


def _members(file: str, files: Mapping[str, list[Path]]) -> Iterator[Path]:
    """The paths of ``…/a.zip/x.xlsx`` in every archive of that name that has such a member."""
    steps = file.split("/")
    for position, step in enumerate(steps[:-1]):
        if step.lower().endswith(".zip"):
            inside = "/".join(steps[position + 1 :])
            yield from (path / inside for path in files.get(step, []) if inside in _names_in(path))


def _names_in(archive: Path) -> Sequence[str]:
    try:
        return open_zip_file(archive).names
    except (OSError, Unreadable):
        return ()


def _digest(path: Path) -> str:
    """The SHA-256 of a file or of a member of an archive, "" where it cannot be read."""
    try:
        return hashlib.sha256(read_content(path)[0]).hexdigest()
    except Unreadable:
        return ""


def _files_below(folder: Path) -> dict[str, list[Path]]:
    found: dict[str, list[Path]] = {}
    for count, path in enumerate(_walk(folder)):
        if count > _SEARCH_LIMIT:
            break
        found.setdefault(path.name, []).append(path)
    return found


def _walk(folder: Path) -> Iterator[Path]:
    try:
        entries = sorted(folder.iterdir())
    except OSError:
        return
    for entry in entries:
        if entry.is_dir() and not entry.is_symlink() and not entry.name.startswith("."):
            yield from _walk(entry)
        elif entry.is_file():
            yield entry
