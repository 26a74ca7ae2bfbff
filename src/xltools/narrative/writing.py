"""Template and figures → the report: a pure function of their bytes and of the report written last time."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xltools.errors import CouldNotRun
from xltools.narrative.blocks import Block, fill_blocks
from xltools.narrative.keeping import Kept, kept_texts, place_for, text_in
from xltools.narrative.sealing import Seal, seal_for, seal_in, sealed
from xltools.narrative.speaking import TO_FILL_IN, context_of, unit_of, year_of
from xltools.narrative.templates import check_template, environment
from xltools.proof.figures import Figures
from xltools.proof.word import open_word

if TYPE_CHECKING:
    from docx.document import Document as WordDocument


@dataclass(frozen=True, slots=True)
class Report:
    """The report's bytes, whose free text was taken over, and what of the earlier report is not in it.

    ``unwritten``: places where the office has not written anything yet. ``dropped``: places with text that the template
    no longer has. ``lost``: pictures in free text that cannot be taken over. ``was_edited``: text or pictures of the
    earlier report were changed outside the places for free text. ``is_less``: the earlier report has anything at all
    that this one has not, be it only a style, so it should be kept. ``impossible``: formulas without a value.
    ``missing``: what of 填报单位 and 年度 the total does not say, for which a sign stands in the text.
    """

    data: bytes
    kept: tuple[str, ...] = ()
    unwritten: tuple[str, ...] = ()
    dropped: tuple[str, ...] = ()
    lost: int = 0
    was_edited: bool = False
    is_less: bool = False
    impossible: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()


def write_report(
    template: bytes,
    figures: Figures,
    earlier: bytes | None = None,
    *,
    template_name: str = "模板.docx",
    earlier_name: str = "年度报告.docx",
) -> Report:
    """The report of one total; CouldNotRun where the template asks for what there is not, or a file is no .docx."""
    seal: Seal | None = None
    kept: Mapping[str, Kept] = {}
    if earlier is not None:
        document = _opened(earlier, earlier_name, "原来的报告", ";也可以用 -o 写到别的文件")
        seal = seal_in(earlier)
        kept = kept_texts(document, seal)
    impossible: list[str] = []
    document = _rendered(template, template_name, figures, impossible)
    used: list[str] = []
    unwritten: list[str] = []
    prompts: list[str] = []

    def free_text(block: Block, paragraph: Any) -> Any:
        place = place_for(block, paragraph, kept.get(block.title))
        if block.title in kept:
            used.append(block.title)
        else:
            unwritten.append(block.title)
            prompts.append(text_in(place))
        return place

    fill_blocks(document, figures, free_text, impossible)
    was_edited, is_changed = _changes(earlier, seal) if earlier is not None else (False, False)
    dropped = tuple(title for title in kept if title not in used)
    return Report(
        data=sealed(document, prompts),
        kept=tuple(used),
        unwritten=tuple(unwritten),
        dropped=dropped,
        lost=sum(kept[title].lost for title in used),
        was_edited=was_edited,
        is_less=is_changed or bool(dropped) or any(text.is_less for text in kept.values()),
        impossible=tuple(impossible),
        missing=tuple(_missing(figures)),
    )


def _missing(figures: Figures) -> Iterator[str]:
    if unit_of(figures) == TO_FILL_IN:
        yield "填报单位"
    if year_of(figures) == TO_FILL_IN:
        yield "年度"


def _changes(earlier: bytes, seal: Seal | None) -> tuple[bool, bool]:
    """Whether the text, and whether anything, was changed outside the places: both for a document of another origin."""
    if seal is None:
        return True, True
    now = seal_for(earlier)
    return now.content != seal.content, now.parts != seal.parts


def _opened(data: bytes, name: str, what: str, otherwise: str = "") -> WordDocument:
    try:
        return open_word(data, name)
    except CouldNotRun as error:
        raise CouldNotRun(f"{what}{error.message}{otherwise}") from error


def _rendered(template: bytes, name: str, figures: Figures, impossible: list[str]) -> WordDocument:
    """The template with its placeholders filled in."""
    from docxtpl import DocxTemplate
    from jinja2 import TemplateError

    check_template(_opened(template, name, "模板"), name, context_of(figures, []))
    document = DocxTemplate(io.BytesIO(template))
    try:
        document.render(context_of(figures, impossible), environment(), autoescape=True)
    except (TemplateError, TypeError, ValueError, ArithmeticError, LookupError) as error:
        asked = "请核对其中 {% … %} 的写法,{%p if … %} 和 {%p endif %} 要各占一段、成对"
        raise CouldNotRun(f"模板“{name}”填不了数:{asked}") from error
    rendered: WordDocument = document.docx  # get_docx() would read the template anew
    return rendered
