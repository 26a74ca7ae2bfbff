"""The 统计表 as a Word table, laid out as on the template's sheet."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from xml.sax.saxutils import escape

from xltools.consolidation import GRAND_TOTAL
from xltools.form import Form
from xltools.layout import FIRST_TABLE_ROW
from xltools.narrative.speaking import unit_of, year_of
from xltools.proof.figures import Figures
from xltools.wording import figure_text

_TITLE_FONT = "方正小标宋简体"
_TEXT_WIDTH = 8845  # twentieths of a point: 156 mm, the width of the text on an A4 page
_MANY_COLUMNS = 8
_SMALL = 15  # half points
_CENTRED = frozenset({"header", "measure", "corner", "heading", "table-title", "figure"})
_BOLD = frozenset({"header", "table-title", "heading", "section"})
_W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


@dataclass(frozen=True, slots=True)
class _Cell:
    text: str
    style: str
    width: int
    height: int
    level: int = 0


def sheet_elements(figures: Figures, heading: Any = None) -> list[Any]:
    """Title, year, unit and the table itself, as elements of a document's body.

    They begin a new page, with the ``heading`` (a ``w:p``) that stands before them.
    """
    from docx.oxml import parse_xml

    form = figures.form
    size = 21 if len(form.layout.grid) < _MANY_COLUMNS else _SMALL
    if heading is not None:
        heading.get_or_add_pPr().get_or_add_pageBreakBefore()
    head = [
        _paragraph(form.title, 32, "center", font=_TITLE_FONT, page_break=heading is None),
        _paragraph(f"\uff08{year_of(figures)} 年度\uff09", 24, "center"),
        _paragraph(f"填报单位\uff1a{unit_of(figures)}", 21, "left"),
    ]
    # Word wants a paragraph after a table: one so low that it never begins a page of its own
    return [parse_xml(text) for text in (*head, _table_xml(_widths(form), _rows(figures), size), _gap(20))]


def table_elements(rows: Sequence[Sequence[str]]) -> list[Any]:
    """A plain table, set off from the text: the first row its headings, the first column its labels."""
    from docx.oxml import parse_xml

    count = len(rows[0])
    label = _TEXT_WIDTH * 2 // (count + 1)
    widths = [label, *([(_TEXT_WIDTH - label) // (count - 1)] * (count - 1))]
    styles = [["header"] * count, *([["label", *["figure"] * (count - 1)]] * (len(rows) - 1))]
    cells = [
        [
            (column, _Cell(text, style, 1, 1))
            for column, (text, style) in enumerate(zip(row, kinds, strict=True), start=1)
        ]
        for row, kinds in zip(rows, styles, strict=True)
    ]
    table = _table_xml(widths, cells, 24).replace("<w:pPr>", "<w:pPr><w:keepNext/>")  # all of it on one page
    return [parse_xml(text) for text in (_gap(160), table, _gap(160))]


def _gap(height: int) -> str:
    """An empty paragraph of a height in twentieths of a point."""
    spacing = f'<w:spacing w:before="0" w:after="0" w:line="{height}" w:lineRule="exact"/>'
    return f'<w:p {_W}><w:pPr>{spacing}<w:rPr><w:sz w:val="2"/></w:rPr></w:pPr></w:p>'


def _widths(form: Form) -> list[int]:
    grid = form.layout.grid
    return [round(_TEXT_WIDTH * width / sum(grid)) for width in grid]


def _rows(figures: Figures) -> list[list[tuple[int, _Cell]]]:
    """For each row of the sheet its cells by column; ``continued`` where a cell of a row above reaches down."""
    page = figures.form.page
    last = max(area.last_row for area in page.areas.values())
    cells: dict[tuple[int, int], _Cell] = {}
    for box in page.boxes:
        if FIRST_TABLE_ROW <= box.row <= last:
            cells[box.row, box.column] = _Cell(box.text, box.style, box.width, box.height, box.level)
    for name, spot in page.spots.items():
        value = figures.values[GRAND_TOTAL].get(name)
        text = "" if value is None else figure_text(value)
        cells[spot.row, spot.column] = _Cell(text, "figure", spot.width, 1)
    return [list(_row(cells, row, page.width)) for row in range(FIRST_TABLE_ROW, last + 1)]


def _row(cells: Mapping[tuple[int, int], _Cell], row: int, width: int) -> Iterator[tuple[int, _Cell]]:
    column = 1
    while column <= width:
        cell = cells.get((row, column))
        if cell is not None:
            yield column, cell
            column += cell.width
            continue
        above = next((c for (r, at), c in cells.items() if at == column and r < row < r + c.height), None)
        yield column, _Cell("", "continued", above.width, 0) if above else _Cell("", "label", 1, 1)
        column += above.width if above else 1


def _table_xml(widths: Sequence[int], rows: Sequence[Sequence[tuple[int, _Cell]]], size: int) -> str:
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    sides = "".join(
        f'<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>'
        for side in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    margins = '<w:tblCellMar><w:left w:w="40" w:type="dxa"/><w:right w:w="40" w:type="dxa"/></w:tblCellMar>'
    properties = f'<w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{sides}'
    properties += f'</w:tblBorders><w:tblLayout w:type="fixed"/>{margins}</w:tblPr>'
    lines = ["".join(_cell_xml(column, cell, widths, size) for column, cell in row) for row in rows]
    heads = ["<w:tblHeader/>" if at == 0 and _is_head(row) else "" for at, row in enumerate(rows)]
    pairs = zip(heads, lines, strict=True)
    body = "".join(f"<w:tr><w:trPr><w:cantSplit/>{head}</w:trPr>{line}</w:tr>" for head, line in pairs)
    return f"<w:tbl {_W}>{properties}<w:tblGrid>{grid}</w:tblGrid>{body}</w:tbl>"


def _is_head(row: Sequence[tuple[int, _Cell]]) -> bool:
    """Whether a row names the columns: it is repeated where the table goes on over the page."""
    return all(cell.style == "header" for _, cell in row)


def _cell_xml(column: int, cell: _Cell, widths: Sequence[int], size: int) -> str:
    width = sum(widths[column - 1 : column - 1 + cell.width])
    span = f'<w:gridSpan w:val="{cell.width}"/>' if cell.width > 1 else ""
    down = '<w:vMerge w:val="restart"/>' if cell.height > 1 else "<w:vMerge/>" if cell.style == "continued" else ""
    properties = f'<w:tcPr><w:tcW w:w="{width}" w:type="dxa"/>{span}{down}<w:vAlign w:val="center"/></w:tcPr>'
    alignment = "center" if cell.style in _CENTRED else "left"
    text = _paragraph(cell.text, size, alignment, bold=cell.style in _BOLD, indent=cell.level * 120, declared=True)
    return f"<w:tc>{properties}{text}</w:tc>"


def _paragraph(
    text: str,
    size: int,
    alignment: str,
    *,
    bold: bool = False,
    indent: int = 0,
    font: str = "宋体",
    page_break: bool = False,
    declared: bool = False,
) -> str:
    """``size`` in half points."""
    namespace = "" if declared else f" {_W}"
    begins = "<w:pageBreakBefore/>" if page_break else ""
    gap = size - 5  # 10 for the small print of a wide table
    # an exact height, as fonts that stand in may be taller, and the table would go on over one page more
    spacing = f'<w:spacing w:before="{gap}" w:after="{gap}" w:line="{size * 12}" w:lineRule="exact"/>'
    mark = f'<w:rPr><w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'  # else a blank cell is as high as the text
    place = f'<w:ind w:left="{indent}" w:firstLine="0"/><w:jc w:val="{alignment}"/>'
    layout = f"<w:pPr>{begins}{spacing}{place}{mark}</w:pPr>"
    look = f'<w:rPr><w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:eastAsia="{font}"/>'
    look += f'{"<w:b/>" if bold else ""}<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
    return f'<w:p{namespace}>{layout}<w:r>{look}<w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'
