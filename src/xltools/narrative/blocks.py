"""The blocks of a template, ``[[种类:…]]`` alone in a paragraph: tables, charts, the 统计表, free text."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xltools.consolidation import GRAND_TOTAL
from xltools.errors import CouldNotRun
from xltools.narrative.charts import Series, chart_element
from xltools.narrative.sheettable import sheet_elements, table_elements
from xltools.narrative.speaking import IMPOSSIBLE, value_of
from xltools.proof.claims import as_figure
from xltools.proof.figures import Figures
from xltools.rules import RuleError
from xltools.wording import figure_text

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

FREE_TEXT, CHART, TABLE, SHEET = "自由文字", "图", "表", "统计表"
KINDS = (FREE_TEXT, CHART, SHEET, TABLE)
_BLOCK = re.compile(rf"\[\[({'|'.join(KINDS)})(?:[:\uff1a]([^|\uff5c\]]*))?(?:[|\uff5c](.*))?\]\]", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Block:
    """What a paragraph asks for: its kind, its title or the place's name, and the rest of what it says."""

    kind: str
    title: str
    content: str


def block_in(text: str) -> Block | None:
    """The block that a paragraph's text asks for."""
    found = _BLOCK.fullmatch(text.strip())
    return Block(found[1], (found[2] or "").strip(), (found[3] or "").strip()) if found else None


def fill_blocks(
    document: WordDocument, figures: Figures, free_text: Callable[[Block, Any], Any], impossible: list[str]
) -> None:
    """Replace every block by what it asks for; ``free_text`` gives the place for the office's own text.

    ``impossible`` receives each formula of a chart or small table that has no value.
    """
    charts = 0
    places: set[str] = set()
    for paragraph in list(document.element.body.iter("{*}p")):
        text = "".join(node.text or "" for node in paragraph.iter("{*}t"))
        block = block_in(text)
        if block is None:
            continue
        if block.kind == FREE_TEXT:
            if not block.title or block.title in places:
                fault = f"有两处自由文字都叫“{block.title}”" if block.title else "有一处自由文字没有名称"
                raise CouldNotRun(f"模板里{fault}:重新生成时分不清各是哪一段文字,请写成不同的名称")
            places.add(block.title)
            paragraph.getparent().replace(paragraph, free_text(block, paragraph))
        elif block.kind == CHART:
            charts += 1
            _put_chart(document, paragraph, block, figures, charts)
            _note_impossible(block, figures, impossible)
        else:
            is_small = block.kind == TABLE
            if is_small:
                _note_impossible(block, figures, impossible)
            elements = _small_table(block, figures) if is_small else sheet_elements(figures, _heading_of(paragraph))
            for element in elements:
                paragraph.addprevious(element)
            paragraph.getparent().remove(paragraph)


def _heading_of(paragraph: Any) -> Any:
    """The heading right before a paragraph, None where something else stands there."""
    from docx.oxml.ns import qn

    before = paragraph.getprevious()
    style = before.find(qn("w:pPr") + "/" + qn("w:pStyle")) if before is not None and before.tag == qn("w:p") else None
    return before if style is not None and str(style.get(qn("w:val"))).startswith("Heading") else None


def _put_chart(document: WordDocument, paragraph: Any, block: Block, figures: Figures, number: int) -> None:
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    items = _items(block, figures)
    owners = figures.groups if len(figures.groups) > 1 else (GRAND_TOTAL,)
    series = [
        Series(owner, tuple(value_of(figures, formula, owner) for formula in items.values())) for owner in owners
    ]
    for child in list(paragraph):
        paragraph.remove(child)
    # an exact line height would cut the chart off
    layout = '<w:spacing w:before="120" w:after="120" w:line="240" w:lineRule="auto"/><w:ind w:firstLine="0"/>'
    paragraph.append(parse_xml(f'<w:pPr {nsdecls("w")}><w:keepLines/>{layout}<w:jc w:val="center"/></w:pPr>'))
    paragraph.append(chart_element(document, number, block.title, list(items), series))


def _small_table(block: Block, figures: Figures) -> list[Any]:
    items = _items(block, figures)
    owners = (GRAND_TOTAL, *figures.groups) if len(figures.groups) > 1 else (GRAND_TOTAL,)
    rows = [[block.title or "指标", *owners]]
    for name, formula in items.items():
        rows.append([name, *(_shown(figures, formula, owner) for owner in owners)])
    return table_elements(rows)


def _note_impossible(block: Block, figures: Figures, impossible: list[str]) -> None:
    for formula in _items(block, figures).values():
        if value_of(figures, formula, GRAND_TOTAL) is None and formula not in impossible:
            impossible.append(formula)


def _items(block: Block, figures: Figures) -> Mapping[str, str]:
    """Label → formula; an item without a label is named like its indicator."""
    items = {}
    for item in _split(block.content):
        label, equals, formula = item.replace("\uff1d", "=").partition("=")
        formula = (formula if equals else label).strip()
        try:
            figures.figure(formula, GRAND_TOTAL)
        except (RuleError, KeyError) as error:
            raise CouldNotRun(f"模板里的“{block.kind}:{block.title}”写错了:“{item}”不是指标或公式") from error
        items[label.strip()] = formula
    if not items:
        raise CouldNotRun(f"模板里的“{block.kind}:{block.title}”没有写指标")
    return items


def _split(content: str) -> Iterator[str]:
    return (item for item in content.replace("\n", "").split("、") if item.strip())


def _shown(figures: Figures, formula: str, owner: str) -> str:
    """A blank stays one, as in the 统计表."""
    if value_of(figures, formula, owner) is None:
        return IMPOSSIBLE
    value = figures.figure(formula, owner)
    return "" if value is None else figure_text(as_figure(value))
