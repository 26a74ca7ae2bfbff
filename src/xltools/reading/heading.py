"""What a return says beside its figures: unit, period, signatures, and the unit's written explanations (情况说明)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property, lru_cache

from xltools.form import EXPLANATION_PREFIX, HEADER, PERIOD, UNIT, Form, Level
from xltools.layout import Page
from xltools.reading.grid import CellValue, ErrorValue, Grid, Shown, Workbook
from xltools.reading.labels import FormLabels, Place
from xltools.reading.references import Area, cell_name
from xltools.sheetnames import RULES_SHEET

_EPOCH, _LAST_DAY = date(1899, 12, 30), 2_958_466  # serial numbers of 0 and of 10000-01-01
_YEAR = re.compile(r"(?<![0-9])([0-9]{4})(?![0-9])")
_ZERO = "零〇○0OoΟО"  # what is typed for 〇, the letters O of three alphabets among them
_CHINESE_DIGITS = f"[{_ZERO}一二三四五六七八九]"
_CHINESE_YEAR = re.compile(f"(?<!{_CHINESE_DIGITS})(?:一九|二[{_ZERO}]){_CHINESE_DIGITS}{{2}}(?!{_CHINESE_DIGITS})")
_ARABIC = str.maketrans({**dict.fromkeys(_ZERO, "0"), **dict(zip("一二三四五六七八九", "123456789", strict=True))})
_ALSO_CALLED = {
    **dict.fromkeys(("填报单位名称", "单位名称", "填表单位", "报送单位", "上报单位"), UNIT),
    **dict.fromkeys(("填报年度", "统计年度", "报告年度"), PERIOD),
}
_NAMES = "|".join(sorted((*(spec.name for spec in HEADER), *_ALSO_CALLED), key=len, reverse=True))
_LABEL = re.compile(rf"(?P<name>{_NAMES})(?:[(\[].*?[)\]])?(?P<colon>:?)(?P<rest>.*)")
_NEXT_LABEL = re.compile(rf"({_NAMES})(?:[(\[][^()\[\]]*[)\]])?:")
_IN_BRACKETS = re.compile(r"[(（\[【].*?[)）\]】]")
_LONGEST = 300  # characters of a text that may be a label with what was typed behind it
_TOP_ROWS = 5
_LONGEST_PERIOD = 20


@dataclass(frozen=True, slots=True)
class Header:
    """The header fields: texts and cells by name. ``two_units``: the cells and texts of two units that stand there."""

    texts: Mapping[str, str]
    cells: Mapping[str, str]
    two_units: tuple[tuple[str, str], ...]


def read_header(labels: FormLabels, grid: Grid, here: Mapping[str, Place]) -> Header:
    """The header fields: by name, else to the right of the label or behind its colon."""
    page, written = labels.form.page, _Written(grid)
    texts: dict[str, str] = {}
    cells: dict[str, str] = {}
    for spec in HEADER:
        at = here.get(spec.name)
        text = _text_at(grid, at) if at else ""
        if at is None or not _says_so(labels, grid, spec.name, at, text):
            found, written_text = _by_label(page, grid, written, spec.name)
            if written_text or at is None or _label_in(text):
                at, text = found or at, written_text
        elif not text and (behind := _behind_colon(labels, grid, written, spec.name, at)):
            at, text = behind
        texts[spec.name] = text
        if at:
            cells[spec.name] = cell_name(*at)
    return Header(texts, cells, _two_units(labels, grid, written, here.get(UNIT)))


def _two_units(
    labels: FormLabels, grid: Grid, written: _Written, named: Place | None
) -> tuple[tuple[str, str], ...]:
    """Where one unit stands behind its label's colon and another one in the cell for it: both cells and their texts."""
    down, right, label = labels.of_header.get(UNIT, (0, 0, ""))
    beside = named and grid.cells.get((named[0] + down, named[1] + right))
    if beside and beside.value == label:
        return ()
    found = written.of(UNIT)
    if found is None or not any(map(str.isalpha, found[1])):
        return ()
    label_at, typed = found
    own = named if named and named != label_at else (label_at[0] - down, label_at[1] - right)
    text = _text_at(grid, own)
    told = _compact(_IN_BRACKETS.sub("", text))
    if not told or told in typed or typed in told or year_in(text) or _label_in(text):
        return ()
    return (cell_name(*label_at), typed), (cell_name(*own), text)


def _behind_colon(
    labels: FormLabels, grid: Grid, written: _Written, name: str, at: Place
) -> tuple[Place, str] | None:
    """What is typed behind the label of a named cell that is empty, where anything is."""
    down, right, label = labels.of_header.get(name, (0, 0, ""))
    cell = grid.cells.get((at[0] + down, at[1] + right))
    if cell is None or cell.value == label:
        return None
    found = written.of(name)
    return found if found is not None and found[1] else None


def unit_of_table(page: Page, grid: Grid, column: int) -> str:
    """The unit that a table says it is of which begins in this column, beside another one."""
    written = _Written(grid)
    of_units = [
        (at, rest) for at, match in written.labels.items() for field, rest in _fields_in(match)
        if field == UNIT and at[1] >= column
    ]  # fmt: skip
    if not of_units:
        return ""
    at, rest = min(of_units, key=lambda found: found[0][1])
    return rest or _behind_label(page, grid, written, UNIT, at)[1]


def _says_so(labels: FormLabels, grid: Grid, name: str, at: Place, text: str) -> bool:
    """Whether what stands in or beside a named cell says as well that it is this field's."""
    if name not in labels.of_header:
        return name != PERIOD or bool(year_in(text))
    down, right, label = labels.of_header[name]
    cell = grid.cells.get((at[0] + down, at[1] + right))
    if cell is None or not isinstance(cell.value, str):
        return False
    return cell.value == label or _field_of(_label_in(cell.value)) == name


def _by_label(page: Page, grid: Grid, written: _Written, name: str) -> tuple[Place | None, str]:
    if name == PERIOD:
        at, text = _period(page, grid, written)
        if at:
            return at, text
    return _beside_label(page, grid, written, name)


def _label_in(text: str) -> re.Match[str] | None:
    """A field's label, alone or with a colon and what is typed behind it."""
    match = _LABEL.fullmatch(_compact(text[:_LONGEST]))
    return match if match is not None and (match["colon"] or not match["rest"]) else None


def _field_of(label: re.Match[str] | None) -> str:
    return _ALSO_CALLED.get(label["name"], label["name"]) if label is not None else ""


def _fields_in(label: re.Match[str]) -> Iterator[tuple[str, str]]:
    """The fields that one text names, each with what is typed behind its colon."""
    rest, *further = _NEXT_LABEL.split(label["rest"])
    yield _field_of(label), rest.strip("_")
    for name, rest in zip(further[::2], further[1::2], strict=True):
        yield _ALSO_CALLED.get(name, name), rest.strip("_")


@lru_cache(maxsize=1024)
def year_in(text: str) -> str:
    """The year that a text names in four digits, Arabic or Chinese (二〇一七年), in Arabic ones; "" for none."""
    plain = unicodedata.normalize("NFKC", text)
    if found := _YEAR.search(plain):
        return found[1]
    found = _CHINESE_YEAR.search(plain)
    return found[0].translate(_ARABIC) if found else ""


def _text_at(grid: Grid, at: Place) -> str:
    cell = grid.cells.get(at)
    if cell is None or cell.value is None or isinstance(cell.value, ErrorValue | bool):
        return ""
    if cell.shown is Shown.DATE and isinstance(cell.value, int) and 0 < cell.value < _LAST_DAY:
        return (_EPOCH + timedelta(days=cell.value)).isoformat()
    return str(cell.value).strip()


@dataclass(frozen=True, eq=False)
class _Written:
    """The labels of header fields on a sheet, with what is typed behind their colons; looked for once, if at all."""

    grid: Grid

    @cached_property
    def labels(self) -> Mapping[Place, re.Match[str]]:
        return {
            at: match
            for at, cell in sorted(self.grid.cells.items())
            if isinstance(cell.value, str) and (match := _label_in(cell.value)) is not None
        }

    def of(self, name: str) -> tuple[Place, str] | None:
        """Where a field's label stands, and what is typed behind its colon, as far as the next label."""
        fields = ((at, *found) for at, match in self.labels.items() for found in _fields_in(match))
        return next(((at, rest) for at, field, rest in fields if field == name), None)


def _compact(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


def _beside_label(page: Page, grid: Grid, written: _Written, name: str) -> tuple[Place | None, str]:
    """The text behind a label's colon, or right of it, within the page and before the next label.

    What stands beyond the page is the audit column, which speaks of the field and is none.
    """
    found = written.of(name)
    if found is None or found[1]:
        return found or (None, "")
    return _behind_label(page, grid, written, name, found[0])


def _behind_label(page: Page, grid: Grid, written: _Written, name: str, label_at: Place) -> tuple[Place, str]:
    (row, column), spot = label_at, page.header[name]
    label_column = spot.row_labels[-1].column if spot.row_labels else spot.column
    for right in range(column + 1, column - label_column + page.width + 1):
        at = row, right
        if at in written.labels:
            break
        if text := _text_at(grid, at):
            return at, text
    return label_at, ""


def _period(page: Page, grid: Grid, written: _Written) -> tuple[Place | None, str]:
    """A year in the form's own place for it, moved as the unit's line was, or a line like “(2017 年度)” near the top.

    Where there is neither, what else may have been meant for the year in that place.
    """
    unit, spot = written.of(UNIT), page.header[PERIOD]
    label = page.header[UNIT].row_labels[-1]
    down, over = (unit[0][0] - label.row, unit[0][1] - label.column) if unit else (0, 0)
    own = [(spot.row + down, spot.column + over + step) for step in range(spot.width)]
    meant = [(at, text) for at in own if (text := _text_at(grid, at)) and _may_be_period(grid.cells[at].value)]
    top = [
        (at, cell.value)
        for at, cell in sorted(grid.cells.items())
        if at[0] <= _TOP_ROWS + max(down, 0) and at[1] <= page.width + max(over, 0)
        if isinstance(cell.value, str) and "年度" in cell.value and len(cell.value) < _LONGEST_PERIOD
    ]
    named = [(at, text) for at, text in (*meant, *top) if year_in(text)]
    return next(iter((*named, *meant)), (None, ""))


def _may_be_period(value: CellValue) -> bool:
    if isinstance(value, str):
        return len(value) < _LONGEST_PERIOD and ("年" in value or value.strip().isdigit())
    return isinstance(value, int) and not isinstance(value, bool)


def read_explanations(book: Workbook, form: Form, areas: Mapping[str, Area]) -> dict[str, str]:
    """情况说明 by the id of the 核实性 rule: from the named cells, else from the 情况说明 column of 审核规则.

    ``areas``: what the names on 审核规则 lead to.
    """
    if not any(sheet.name == RULES_SHEET and sheet.part for sheet in book.outline.sheets):
        return {}
    named = {name: (area[0], area[1]) for name, area in areas.items()}
    rules = [rule for rule in form.rules if rule.level is Level.CONFIRM]
    places = [named.get(rule.explanation_name) for rule in rules]
    if book.is_blank(RULES_SHEET, [at for at in places if at]) and None not in places:
        return {}
    grid = book.grid(RULES_SHEET)
    by_column = _explanation_column(grid)
    found = {}
    for rule, at in zip(rules, places, strict=True):
        place = at or by_column.get(rule.id)
        text = _text_at(grid, place) if place else ""
        if text:
            found[rule.id] = text
    return found


def named_explanations(
    book: Workbook, areas: Mapping[str, Mapping[str, Area]], sheets: tuple[str, ...]
) -> dict[str, str]:
    """情况说明 on the sheets whose names begin so, by what follows 说明_ in the names of their cells.

    ``areas``: what the names on each sheet lead to.
    """
    found: dict[str, str] = {}
    for sheet, named in areas.items():
        places = {name: area[:2] for name, area in named.items() if name.startswith(EXPLANATION_PREFIX)}
        if places and sheet.startswith(sheets):
            grid = book.grid(sheet)
            texts = {name.removeprefix(EXPLANATION_PREFIX): _text_at(grid, at) for name, at in places.items()}
            found |= {key: text for key, text in texts.items() if text}
    return found


def _explanation_column(grid: Grid) -> dict[str, Place]:
    heads = {str(cell.value).strip(): at for at, cell in grid.cells.items() if cell.value in ("编号", "情况说明")}
    if len(heads) < 2:
        return {}
    identity, column = heads["编号"], heads["情况说明"][1]
    return {
        str(cell.value).strip(): (at[0], column)
        for at, cell in grid.cells.items()
        if at[1] == identity[1] and at[0] > identity[0] and isinstance(cell.value, str)
    }
