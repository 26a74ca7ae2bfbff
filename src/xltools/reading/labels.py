"""Labels: what the texts of a sheet say and where they stand, and what the form has in these places."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from xltools.form import HEADER, Form, Matrix
from xltools.layout import Box
from xltools.reading.grid import Cell, Grid, Shown
from xltools.reading.numbers import read_number

Place = tuple[int, int]
_LABEL_STYLES = frozenset({"label", "row-label", "header", "section", "corner", "heading", "table-title"})


_DECORATION = re.compile(r"[\s()\[\]{}<>〔〕【】《》〈〉「」『』、.,:;。·]+")
_LONGEST_LABEL = 300
_MOST_COPIES = 50  # of one label on a sheet that are looked at: beyond, it is no honest return
_MOST_COVERED = 100_000  # cells in merged areas
_CHINESE_DIGITS = "零〇一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟"
MAY_BEGIN_FIGURE = frozenset(f"0123456789０１２３４５６７８９+-−.＋－．¥￥'‘’ \u3000{_CHINESE_DIGITS}")
_QUANTITY = re.compile(
    r"¥?\s*[+-]?(?:[0-9][0-9,]*(?:\.[0-9]*)?|\.[0-9]+)\s*[(\[]?(?![年月日号时])[^\W\d_]{0,3}[)\]]?。?"
)


@lru_cache(maxsize=4096)
def normalise_label(text: str) -> str:
    """A label without what clerks and programs change: width of characters, white space, brackets, punctuation."""
    return _DECORATION.sub("", unicodedata.normalize("NFKC", text))


HEADER_LABELS = tuple(normalise_label(spec.label) for spec in HEADER if spec.label)


@dataclass(frozen=True, eq=False)
class LabelIndex:
    """The texts of a sheet, by what they say and by where they stand; ``corrected`` texts stand for those written."""

    grid: Grid
    corrected: Mapping[Place, str] = field(default_factory=dict)

    @cached_property
    def texts(self) -> Mapping[Place, str]:
        written = {
            at: normalise_label(cell.value[:_LONGEST_LABEL])
            for at, cell in self.grid.cells.items()
            if isinstance(cell.value, str)
        }
        return {**written, **self.corrected} if self.corrected else written

    @cached_property
    def last_column(self) -> int:
        return max((column for _, column in self.grid.cells), default=0)

    @cached_property
    def is_list_of_pairs(self) -> bool:
        """Whether most rows are label, value; what a few rows hold beyond that are remarks."""
        if self.last_column == 2:
            return True
        cells = self.grid.cells
        labelled = (row for (row, column), cell in cells.items() if column == 1 and isinstance(cell.value, str))
        second = [cells[row, 2] for row in labelled if (row, 2) in cells]
        beyond = {row for (row, column), cell in cells.items() if column > 2 and says_figure(cell)}
        values = sum(_says_number(cell) for cell in second)
        return values > len(second) - values and 2 * len(beyond) <= values

    def written(self, at: Place) -> str:
        """A text as it stands in its cell."""
        cell = self.grid.cells.get(at)
        return str(cell.value).strip() if cell is not None and cell.value is not None else ""

    @cached_property
    def places(self) -> Mapping[str, list[Place]]:
        """Where each text stands; of one that is repeated beyond measure, the first places."""
        found: dict[str, list[Place]] = {}
        for at, text in sorted(self.texts.items()):
            places = found.setdefault(text, [])
            if len(places) < _MOST_COPIES:
                places.append(at)
        return found

    @cached_property
    def filled_columns(self) -> Mapping[int, list[int]]:
        """Row → the columns with a text, in order."""
        found: dict[int, list[int]] = {}
        for (row, column), text in sorted(self.texts.items()):
            if text:
                found.setdefault(row, []).append(column)
        return found

    @cached_property
    def columns_of_numbers(self) -> frozenset[int]:
        """The columns in which a figure stands, typed in whatever way."""
        return frozenset(column for (_, column), cell in self.grid.cells.items() if _says_number(cell))

    @cached_property
    def covers(self) -> Mapping[Place, Place]:
        """For every cell of a merged area, the cell whose text it shows."""
        found: dict[Place, Place] = {}
        for r1, c1, r2, c2 in self.grid.merged:
            if (r2 - r1 + 1) * (c2 - c1 + 1) + len(found) <= _MOST_COVERED:
                found |= {(row, column): (r1, c1) for row in range(r1, r2 + 1) for column in range(c1, c2 + 1)}
        return found

    def shown(self, row: int, column: int) -> str:
        """The text a reader sees at a cell, through merged areas."""
        return self.texts.get(self.covers.get((row, column), (row, column)), "")


@dataclass(frozen=True, slots=True)
class _Texts:
    """Places and what is written there."""

    places: tuple[Place, ...]
    texts: tuple[str, ...]

    def stands_on(self, index: LabelIndex) -> bool:
        return tuple(map(index.texts.get, self.places)) == self.texts


@dataclass(frozen=True, eq=False)
class FormLabels:
    """What the form's own labels are, prepared once per form."""

    form: Form

    @cached_property
    def boxes(self) -> tuple[Box, ...]:
        return tuple(box for box in self.form.page.boxes if box.text and box.style in _LABEL_STYLES)

    @cached_property
    def expected(self) -> tuple[tuple[Place, str], ...]:
        """Every label where the template has it."""
        return tuple(((box.row, box.column), normalise_label(box.text)) for box in self.boxes)

    @cached_property
    def known(self) -> frozenset[str]:
        return frozenset(text for _, text in self.expected)

    @cached_property
    def unique(self) -> frozenset[str]:
        """Labels that occur once, in the first column of labels or elsewhere."""
        counted = Counter(text for _, text in self.expected)
        return frozenset(text for text, times in counted.items() if times == 1)

    @cached_property
    def predecessors(self) -> Mapping[Place, str]:
        """For each repeated row label, the nearest label above it that occurs once."""
        found = {}
        last = ""
        for at, text in sorted(self.expected):
            if text in self.unique:
                last = text
            else:
                found[at] = last
        return found

    @cached_property
    def measures(self) -> Mapping[str, tuple[int, str]]:
        """What is counted, as it is written on the page: indicator → how far left of the figure, and the text."""
        rows = {box.row: box for box in self.form.page.boxes if box.style == "measure" and box.text}
        boxes = ((name, spot, rows.get(spot.row)) for name, spot in self.form.page.spots.items())
        return {
            name: (spot.column - box.column, normalise_label(box.text))
            for name, spot, box in boxes
            if box is not None and name not in self.in_matrix
        }

    @cached_property
    def template(self) -> _Texts:
        return _Texts(*zip(*self.expected, strict=True)) if self.expected else _Texts((), ())

    @cached_property
    def template_measures(self) -> _Texts:
        spots = self.form.page.spots
        places = ((spots[name].row, spots[name].column - left) for name, (left, _) in self.measures.items())
        return _Texts(tuple(places), tuple(text for _, text in self.measures.values()))

    @cached_property
    def of_header(self) -> Mapping[str, tuple[int, int, str]]:
        """Where the label of a header field stands from the field's cell, and the label as it is written."""
        return {
            name: (label.row - spot.row, label.column - spot.column, label.text)
            for name, spot in self.form.page.header.items()
            for label in spot.row_labels[-1:]
        }

    @cached_property
    def row_labels(self) -> frozenset[str]:
        """What stands left of figures."""
        spots = self.form.page.spots.values()
        return frozenset(normalise_label(label.text) for spot in spots for label in spot.row_labels[-1:])

    @cached_property
    def sections(self) -> frozenset[str]:
        """Headings within a table, in whose rows no figure stands."""
        texts = frozenset(normalise_label(box.text) for box in self.boxes if box.style == "section")
        return texts - self.row_labels

    @cached_property
    def headings(self) -> frozenset[str]:
        """What stands above the figures of lists."""
        spots = self.form.page.spots.items()
        heads = (label for name, spot in spots if name not in self.in_matrix for label in spot.column_labels[-1:])
        return frozenset(normalise_label(label.text) for label in heads)

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """A few labels that occur once in the form: where one stands twice, so may the table, or a column of it."""
        rows = sorted(self.row_labels & self.unique)
        return (*rows[:1], *rows[-1:], *sorted(self.headings & self.unique))

    @cached_property
    def column_labels(self) -> frozenset[str]:
        """What stands above figures."""
        spots = self.form.page.spots.values()
        return frozenset(normalise_label(label.text) for spot in spots for label in spot.column_labels)

    @cached_property
    def in_matrix(self) -> frozenset[str]:
        return frozenset(i.name for t in self.form.tables if isinstance(t, Matrix) for i in t.indicators())


def is_aligned(labels: FormLabels, index: LabelIndex) -> bool:
    """Whether every label stands exactly where the template has it: then no figure can be another's."""
    return labels.template.stands_on(index)


def has_own_measures(labels: FormLabels, index: LabelIndex) -> bool:
    """Whether every 计量单位 stands exactly where the template has it."""
    return labels.template_measures.stands_on(index)


def _says_number(cell: Cell) -> bool:
    """Whether a cell holds a figure, typed in whatever way, rather than what is counted (件, 万元)."""
    if not isinstance(cell.value, str):
        return True
    text = normalise_label(cell.value[:_LONGEST_LABEL])
    return any(character.isdigit() for character in text) or not read_number(cell.value, "").problem


def says_figure(cell: Cell) -> bool:
    """Whether a cell holds one figure and nothing else but what is counted: 12, "35", "12件", "二十八"; no year."""
    value = cell.value
    if isinstance(value, str):
        return value[:1] in MAY_BEGIN_FIGURE and cell.shown is Shown.PLAIN and _is_quantity(value)
    return cell.is_number


@lru_cache(maxsize=4096)
def _is_quantity(text: str) -> bool:
    plain = unicodedata.normalize("NFKC", text[:_LONGEST_LABEL]).strip()
    return _QUANTITY.fullmatch(plain) is not None or read_number(plain, "").value is not None
