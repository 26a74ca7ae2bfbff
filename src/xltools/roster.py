"""The roster (单位名录): the units that must report, their tree and groups, and how a written name finds its unit.

Names are compared without blanks and without regard to width and kind of bracket; anything looser is a
suggestion, never a match.
"""

from __future__ import annotations

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import get_close_matches
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Literal

from xltools.errors import CouldNotRun
from xltools.schema import schema_problems

if TYPE_CHECKING:
    from xltools.reading.workbook import Grid

How = Literal["name", "alias", "file", ""]
_SHOWN: Final = 5
Record = dict[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit that must report (填报单位). ``parent``, ``group``, ``code``, ``contact`` are "" where not given.

    ``parent`` is spelt like the parent's own ``name``; ``row`` is its row in the roster, from 1.
    """

    name: str
    parent: str
    group: str
    code: str
    aliases: tuple[str, ...]
    row: int
    contact: str = ""


@dataclass(frozen=True)
class Roster:
    """Units in the order of the file. ``root`` is the 上级 that is nobody's unit, "" if there is none.

    ``groups`` in order of first appearance, without "".
    """

    units: tuple[Unit, ...]
    root: str
    groups: tuple[str, ...]

    @cached_property
    def by_name(self) -> Mapping[str, Unit]:
        return {unit.name: unit for unit in self.units}

    @cached_property
    def spellings(self) -> Mapping[str, tuple[str, How]]:
        """Every normalised name and alias of the units (not the root's) → the unit's name, and which of the two."""
        aliases: dict[str, tuple[str, How]] = {
            normalise_name(alias): (unit.name, "alias") for unit in self.units for alias in unit.aliases
        }
        return aliases | {normalise_name(unit.name): (unit.name, "name") for unit in self.units}

    def children(self, name: str) -> tuple[Unit, ...]:
        """The units directly below a unit or the root; of "", the units without a 上级."""
        return tuple(self._children.get(name, ()))

    def ancestors(self, name: str) -> tuple[str, ...]:
        """The units above a unit, nearest first, without the root. KeyError where it is neither unit nor root."""
        above: list[str] = []
        while name != self.root and (name := self.by_name[name].parent) in self.by_name:
            above.append(name)
        return tuple(above)

    @cached_property
    def _children(self) -> Mapping[str, list[Unit]]:
        below: dict[str, list[Unit]] = {}
        for unit in self.units:
            below.setdefault(unit.parent, []).append(unit)
        return below


class RosterError(CouldNotRun):
    """A file that cannot serve as a roster; ``problems`` are Chinese sentences, with row numbers where there are."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        more = f";还有 {len(self.problems) - _SHOWN} 处" if len(self.problems) > _SHOWN else ""
        super().__init__("单位名录不能用:" + ";".join(self.problems[:_SHOWN]) + more)


@dataclass(frozen=True, slots=True)
class Match:
    """The unit a return belongs to (None: not found), how it was recognised, and near names where it was not."""

    unit: str | None
    how: How
    suggestions: tuple[str, ...] = ()


def load_roster(path: Path) -> Roster:
    """The roster in an .xlsx or .xlsm (its first visible sheet with a 单位 column) or a .csv (UTF-8 or GB18030).

    Raises RosterError, also where the file is missing, locked or no spreadsheet.
    """
    read = {".xlsx": _workbook_rows, ".xlsm": _workbook_rows, ".csv": _csv_rows}.get(path.suffix.lower())
    if read is None:
        raise RosterError([f"“{path.name}”不是 .xlsx、.xlsm 或 .csv 文件,请另存为 .xlsx"])
    try:
        data = path.read_bytes()
    except OSError as error:
        raise RosterError([f"“{path}”找不到或读不了,请核对路径,并关闭正在使用它的程序"]) from error
    return parse_roster(read(data))


def parse_roster(rows: Iterable[Sequence[str]]) -> Roster:
    """The roster in a table of texts: titles, a row of headings in any order, one unit a row.

    Rows above the headings, blank rows, repeated headings and other columns are passed over. Aliases are separated by
    、 ; , / (of either width) or a line break. Every row must fit ``schemas/roster.schema.json``; names and aliases
    belong to one unit each, no unit is above itself, and only one 上级 is nobody's unit. Raises RosterError.
    """
    numbered = enumerate(rows, 1)
    header = next((row for _, row in numbered if _is_header(row)), None)
    if header is None:
        raise RosterError([f"找不到表头,应有一行写着 {'、'.join(_HEADINGS)},其中“单位”必须有"])
    if _OF_A_RETURN & {normalise_name(text) for text in header}:
        raise RosterError(["这是一份报表,不是单位名录;名录是一行一个单位,表头写着 单位、上级、组别"])
    columns = _columns(header)
    records = [(number, record) for number, row in numbered if (record := _record(row, columns))]
    if not records:
        raise RosterError(["表头下面没有单位"])
    problems = [
        f"第 {number} 行,{problem}"
        for number, record in records
        for problem in schema_problems("roster.schema.json", record)
    ]
    if not problems:  # whatever follows from a broken row would only hide the cause
        units = _with_parents_spelt_alike([_unit(number, record) for number, record in records])
        problems = [*_repeated(units), *_circles(units), *_roots_too_many(units), *_groups_too_alike(units)]
    if problems:
        raise RosterError(problems)
    names = {unit.name for unit in units}
    root = next((unit.parent for unit in units if unit.parent and unit.parent not in names), "")
    return Roster(units, root, tuple(dict.fromkeys(unit.group for unit in units if unit.group)))


def match_unit(roster: Roster, written: str, file_stem: str = "") -> Match:
    """The unit (or the root) that a return's 填报单位 names; the file's name counts only where that is blank.

    A file's name must contain the name or an alias of one unit only; of names within one another the longest counts.
    """
    key, root = normalise_name(written), normalise_name(roster.root)
    if not key:
        return _match_file(roster, normalise_name(file_stem), root)
    if key == root:
        return Match(roster.root, "name")
    if key in roster.spellings:
        return Match(*roster.spellings[key])
    return Match(None, "", _near_names(roster, key))


def normalise_name(text: str) -> str:
    """What two spellings of one name have in common: no blanks, one width, one kind of bracket. Idempotent."""
    # Compatibility decomposition may yield blanks (U+00B4), so it comes before their removal, composition after it.
    decomposed = unicodedata.normalize("NFKD", text).translate(_BRACKETS)
    return unicodedata.normalize("NFKC", "".join(c for c in decomposed if not _is_blank(c)))


# --- matching ---

_BRACKETS: Final = str.maketrans("〔〕【】〖〗[]", "()()()()")
_SUGGESTIONS: Final = 3
_SHORTEST: Final = 2  # one character within a longer text says nothing


def _is_blank(character: str) -> bool:
    return character.isspace() or unicodedata.category(character) in ("Cc", "Cf")


def _match_file(roster: Roster, stem: str, root: str) -> Match:
    found = [text for text in (*roster.spellings, root) if len(text) >= _SHORTEST and text in stem]
    longest = [text for text in found if not any(text != other and text in other for other in found)]
    units = tuple(dict.fromkeys(roster.spellings[text][0] for text in longest if text in roster.spellings))
    if len(units) == 1:
        return Match(units[0], "file")
    return Match(None, "", units[:_SUGGESTIONS])


def _near_names(roster: Roster, key: str) -> tuple[str, ...]:
    long_enough = (text for text in roster.spellings if min(len(text), len(key)) >= _SHORTEST)
    within = sorted(
        (text for text in long_enough if text in key or key in text), key=lambda text: abs(len(text) - len(key))
    )
    units = dict.fromkeys(roster.spellings[text][0] for text in within)
    if len(units) < _SUGGESTIONS:
        similar = get_close_matches(key, roster.spellings, n=2 * _SUGGESTIONS)
        units |= dict.fromkeys(roster.spellings[text][0] for text in similar)
    return tuple(units)[:_SUGGESTIONS]


# --- rows → units ---

_NAME: Final = "单位"
_ALIASES: Final = "别名"
_CONTACT: Final = "联系人"
_HEADINGS: Final = (_NAME, "上级", "组别", "代码", _ALIASES, _CONTACT)
_OF_A_RETURN: Final = frozenset({"统计指标", "统计数"})
_SEPARATORS: Final = re.compile(r"[、;；,，/／\r\n]")
_PADDING: Final = re.compile(r"(?<=[\u3000-\u9fff])\s+|\s+(?=[\u3000-\u9fff])")


def _is_header(row: Sequence[str]) -> bool:
    return any(normalise_name(text) == _NAME for text in row)


def _columns(header: Sequence[str]) -> Mapping[str, int]:
    headings = [normalise_name(text) for text in header]
    twice = [heading for heading in _HEADINGS if headings.count(heading) > 1]
    if twice:
        raise RosterError(f"表头里有两列“{heading}”,请只留一列" for heading in twice)
    return {heading: headings.index(heading) for heading in _HEADINGS if heading in headings}


def _record(row: Sequence[str], columns: Mapping[str, int]) -> Record:
    """The row by headings; empty where it is blank or repeats the headings."""
    texts = {heading: row[column] if column < len(row) else "" for heading, column in columns.items()}
    tidy: Record = {heading: _tidy(text) for heading, text in texts.items()}
    if _CONTACT in texts:
        tidy[_CONTACT] = " ".join(texts[_CONTACT].split())  # 张三 0743-8222222: the blank parts the two
    if not any(tidy.values()) or tidy[_NAME] == _NAME:
        return {}
    if _ALIASES in texts:
        aliases = (_tidy(alias) for alias in _SEPARATORS.split(texts[_ALIASES]))
        tidy[_ALIASES] = list(dict.fromkeys(alias for alias in aliases if alias))
    return tidy


def _tidy(text: str) -> str:
    """The text without the blanks that pad Chinese words (县　市) and without invisible characters."""
    visible = "".join(" " if c.isspace() else c for c in text if c.isspace() or not _is_blank(c))
    return _PADDING.sub("", " ".join(visible.split()))


def _unit(number: int, record: Record) -> Unit:
    name, parent, group, code, contact = (str(record.get(key, "")) for key in _HEADINGS if key != _ALIASES)
    own = normalise_name(name)
    aliases = tuple(alias for alias in record.get(_ALIASES, ()) if normalise_name(alias) != own)
    return Unit(name, parent, group, normalise_name(code), aliases, number, contact)


def _with_parents_spelt_alike(units: Iterable[Unit]) -> tuple[Unit, ...]:
    units = tuple(units)
    spelt: dict[str, str] = {"": ""}
    for name in (*(unit.name for unit in units), *(unit.parent for unit in units)):
        spelt.setdefault(normalise_name(name), name)
    return tuple(replace(unit, parent=spelt[normalise_name(unit.parent)]) for unit in units)


# --- what cannot be a roster ---


def _repeated(units: Sequence[Unit]) -> Iterator[str]:
    """Names that two units share. Aliases come after all names, so that the alias is the one blamed."""
    owners: dict[str, Unit] = {}
    names = [(unit, unit.name, "单位") for unit in units]
    aliases = [(unit, alias, "别名") for unit in units for alias in unit.aliases]
    for unit, text, what in (*names, *aliases):
        first = owners.setdefault(normalise_name(text), unit)
        if first is not unit:
            yield f"第 {unit.row} 行,{what}“{text}”与第 {first.row} 行“{first.name}”的名称或别名重复"


def _circles(units: Sequence[Unit]) -> Iterator[str]:
    by_name = {unit.name: unit for unit in units}
    seen: set[str] = set()
    for unit in units:
        path: dict[str, None] = {}
        name = unit.name
        while name in by_name and name not in seen:
            seen.add(name)
            path[name] = None
            name = by_name[name].parent
        if name in path:
            circle = list(path)[list(path).index(name) :]
            yield f"第 {by_name[name].row} 行,上级成了圈:{' → '.join([*circle, name])},单位不能是自己的上级"


def _groups_too_alike(units: Sequence[Unit]) -> Iterator[str]:
    """Groups that a spreadsheet's SUMIF takes for one: it does not tell capital letters from small ones."""
    spelt: dict[str, Unit] = {}
    for unit in units:
        first = spelt.setdefault(unit.group.casefold(), unit)
        if first.group != unit.group:
            yield f"第 {unit.row} 行,组别“{unit.group}”与第 {first.row} 行的“{first.group}”只差大小写,请写成一样"


def _roots_too_many(units: Sequence[Unit]) -> Iterator[str]:
    names = {unit.name for unit in units}
    aliases = {normalise_name(alias): unit for unit in units for alias in unit.aliases}
    roots: dict[str, Unit] = {}
    for unit in units:
        if unit.parent and unit.parent not in names:
            roots.setdefault(unit.parent, unit)
    for parent, unit in tuple(roots.items()):
        if owner := aliases.get(normalise_name(parent)):
            del roots[parent]
            yield f"第 {unit.row} 行,上级“{parent}”是第 {owner.row} 行“{owner.name}”的别名,请写单位名称,或删去这个别名"
    if len(roots) > 1:
        places = "、".join(f"“{parent}”(第 {unit.row} 行)" for parent, unit in roots.items())
        yield f"有几个上级不在“单位”一列里:{places},这样的上级只能有一个"


# --- files → rows ---


def _csv_rows(data: bytes) -> list[list[str]]:
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        try:
            # Strict, for a quotation mark that is never closed would swallow the units after it.
            return list(csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True))
        except csv.Error as error:
            raise RosterError(["文件不是 CSV 表格,或有引号没有成对,请另存为 .xlsx"]) from error
    raise RosterError(["文件的文字编码不认识,请另存为 .xlsx 或“CSV UTF-8”"])


def _delimiter(text: str) -> str:
    """The mark that parts the row of headings into the most columns."""

    def columns(mark: str) -> int:
        rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
        return next((len(row) for row in rows if _is_header(row)), 0)

    return max(",;\t", key=columns)


def _workbook_rows(data: bytes) -> list[list[str]]:
    from xltools.reading.package import Unreadable, open_package
    from xltools.reading.workbook import read_grid, read_outline, read_shared_strings

    try:
        package = open_package(data)
        outline = read_outline(package)
        shared = read_shared_strings(package, outline)
        for sheet in outline.sheets:
            if sheet.state == "visible" and sheet.part:
                rows = _grid_rows(read_grid(package, outline, sheet.name, shared))
                if any(map(_is_header, rows)):
                    return rows
    except Unreadable as error:
        raise RosterError([error.message]) from error
    return []


def _grid_rows(grid: Grid) -> list[list[str]]:
    """The sheet's rows as texts; of a formula without a stored value the formula, which no column accepts."""
    from xltools.reading.workbook import ErrorValue

    texts: dict[tuple[int, int], str] = {}
    for place, cell in grid.cells.items():
        value = cell.value.text if isinstance(cell.value, ErrorValue) else cell.value
        shown = "" if value is None else str(value)
        texts[place] = shown if cell.stored else f"={cell.formula}"
    last = max((row for row, _ in texts), default=0)
    for top, left, bottom, right in grid.merged:
        # One 组别 over many units: a merged cell's value stands for every row it covers.
        if left == right and (top, left) in texts:
            texts |= {(row, left): texts[top, left] for row in range(top, min(bottom, last) + 1)}
    rows: list[list[str]] = [[] for _ in range(last)]
    for row, column in sorted(texts):
        rows[row - 1].extend([""] * (column - len(rows[row - 1]) - 1))
        rows[row - 1].append(texts[row, column])
    return rows
