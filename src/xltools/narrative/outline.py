"""The first template of a form: its outline (plain text with placeholders) set as an office document in Word.

An outline line is a title (``# ``), a heading (``## ``, ``### ``), a block (``[[…]]``), a condition (``{%p …%}``), or
a paragraph. Sizes, spacing and margins follow the layout of official documents (GB/T 9704-2012).
"""

from __future__ import annotations

import re
from importlib import resources
from typing import TYPE_CHECKING, Any

from xltools.errors import CouldNotRun
from xltools.form import Form
from xltools.proof.word import save_word

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

TITLE_FONT, HEADING_FONT, SUBHEADING_FONT, TEXT_FONT = "方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"
_FALLBACKS = {TITLE_FONT: "宋体", SUBHEADING_FONT: "楷体", TEXT_FONT: "仿宋", HEADING_FONT: "SimHei"}
_LATIN = "Times New Roman"
_LINE = 28  # points between lines


def starting_template(form: Form) -> bytes:
    """The .docx template that a form starts from; CouldNotRun for a form that has no outline."""
    outline = resources.files("xltools.narrative").joinpath("outlines", f"{form.id}.txt")
    if not outline.is_file():
        asked = "请用 --template 给出一份 .docx 模板(写法见 docs/校对与报告.md)"
        raise CouldNotRun(f"表式“{form.id}”没有自带的报告模板:{asked}")
    return template_of(outline.read_text(encoding="utf-8"))


def template_of(outline: str) -> bytes:
    """An outline as a Word template, the same bytes every time."""
    from docx import Document

    document = Document()
    _drop_leftovers(document)
    _set_page(document)
    _set_styles(document)
    for line in outline.splitlines():
        if line.strip():
            _add(document, line.strip())
    _set_properties(document)
    return save_word(document)


def _typeset(line: str) -> str:
    """The line with the full-width signs of printed Chinese; placeholders and formulas stay as they are."""
    pieces = re.split(r"(\{\{.*?\}\}|\{%.*?%\}|\[\[[^|]*(?:\||\]\]))", line)
    return "".join(piece if at % 2 else piece.translate(_SIGNS) for at, piece in enumerate(pieces))


_SIGNS = {ord(sign): ord(sign) + 0xFEE0 for sign in ",;:()?!"}


def _add(document: WordDocument, line: str) -> None:
    if not line.startswith(("[[图", "[[表")):
        line = _typeset(line)
    mark, _, text = line.partition(" ")
    style = {"#": "Title", "##": "Heading 1", "###": "Heading 2"}.get(mark)
    if style:
        document.add_paragraph(text, style=style)
    else:
        document.add_paragraph(line, style="Normal")


def _drop_leftovers(document: WordDocument) -> None:
    """The picture and the second styles that python-docx's own template brings along."""
    for owner, kind in ((document.part.package, "/thumbnail"), (document.part, "/stylesWithEffects")):
        for key in [key for key, rel in owner.rels.items() if rel.reltype.endswith(kind)]:
            del owner.rels[key]


def _set_page(document: WordDocument) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls
    from docx.shared import Mm, Pt

    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for piece in ("— ", None, " —"):
        run = footer.add_run(piece or "")
        run.font.size = Pt(14)
        if piece is None:
            for kind in ("begin", "instr", "end"):
                run._r.append(
                    parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> PAGE </w:instrText>')
                    if kind == "instr"
                    else parse_xml(f'<w:fldChar {nsdecls("w")} w:fldCharType="{kind}"/>')
                )


def _set_styles(document: WordDocument) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    for name, font, size in (
        ("Normal", TEXT_FONT, 16), ("Title", TITLE_FONT, 22), ("Heading 1", HEADING_FONT, 16),
        ("Heading 2", SUBHEADING_FONT, 16),
    ):  # fmt: skip
        style: Any = document.styles[name]
        style.font.name, style.font.size, style.font.bold, style.font.italic = _LATIN, Pt(size), False, False
        style.font.color.rgb = RGBColor(0, 0, 0)
        _set_east_asian(style, font)
        layout = style.paragraph_format
        layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_LINE)
        layout.space_before = layout.space_after = Pt(0)
        layout.first_line_indent = Pt(2 * size)
        layout.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    title = document.styles["Title"].paragraph_format
    title.alignment, title.first_line_indent, title.space_after = WD_ALIGN_PARAGRAPH.CENTER, Pt(0), Pt(_LINE)
    title.line_spacing = Pt(36)
    borders = document.styles["Title"].element.find(".//{*}pBdr")
    if borders is not None:
        borders.getparent().remove(borders)
    for language in document.styles.element.iter("{*}lang"):  # else a font for Japanese may stand in
        language.set(qn("w:eastAsia"), "zh-CN")
    _declare_fonts(document)


def _set_east_asian(style: Any, font: str) -> None:
    from docx.oxml.ns import qn

    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), font)


def _declare_fonts(document: WordDocument) -> None:
    """Which font stands in where an office's font is not installed."""
    from lxml import etree

    part = next(rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/fontTable"))
    table = etree.fromstring(part.blob)
    w = f"{{{table.nsmap['w']}}}"
    for name, fallback in _FALLBACKS.items():
        font = etree.SubElement(table, f"{w}font", {f"{w}name": name})
        etree.SubElement(font, f"{w}altName", {f"{w}val": fallback})
        etree.SubElement(font, f"{w}charset", {f"{w}val": "86"})
        etree.SubElement(font, f"{w}family", {f"{w}val": "auto"})
    part._blob = etree.tostring(table, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set_properties(document: WordDocument) -> None:
    from datetime import UTC, datetime

    properties = document.core_properties
    properties.author, properties.title, properties.comments = "xltools", "政府信息公开工作年度报告", ""
    properties.created = properties.modified = datetime(2000, 1, 1, tzinfo=UTC)
