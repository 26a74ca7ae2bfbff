"""A copy of the report with the claims marked that differ or are unclear: comments in Word, else a page to read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from copy import deepcopy
from html import escape
from typing import TYPE_CHECKING, Any

from xltools.proof.claims import Claim, Proof, Verdict
from xltools.proof.documents import Document, Table
from xltools.proof.tables import CellSpot, cell_spots
from xltools.proof.word import (
    W,
    cell_paragraph,
    cell_text,
    note_paragraphs,
    open_word,
    prose_paragraphs,
    run_pieces,
    runs_of,
    save_word,
    table_cells,
    text_of,
)

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_AUTHOR, _INITIALS = "xltools 校对", "校"


def commented_word(data: bytes, name: str, proof: Proof) -> bytes:
    """The .docx with a Word comment at every claim that differs or is unclear; nothing else in it is changed."""
    from docx.text.paragraph import Paragraph
    from docx.text.run import Run

    document = open_word(data, name)
    _take_away_earlier_comments(document)
    elements = _elements(document)
    for number, claims in _open_claims(proof).items():
        element = elements.get(number)
        if element is None:  # in a note, where Word has no comments
            continue
        paragraph = Paragraph(element, document._body)
        text = text_of(element)
        before = len(text) - len(text.lstrip()) if claims[0].table_row else 0  # a cell's text is read without them
        for claim in claims:
            runs = [Run(run, paragraph) for run in _runs_between(element, before + claim.start, before + claim.end)]
            if runs:
                comment = document.add_comment(runs, _comment(claim), author=_AUTHOR, initials=_INITIALS)
                del comment._comment_elm.attrib[f"{W}date"]  # the same report gives the same bytes
    return save_word(document)


def _take_away_earlier_comments(document: WordDocument) -> None:
    """Those of an earlier proof, so that a copy that is proven again has each but once; others' stay."""
    if not any(relation.reltype.endswith("/comments") for relation in document.part.rels.values()):
        return
    earlier = [comment for comment in document.comments if comment.author == _AUTHOR]
    numbers = {str(comment.comment_id) for comment in earlier}
    for comment in earlier:
        element: Any = comment._comment_elm
        element.getparent().remove(element)
    marks = ("commentRangeStart", "commentRangeEnd", "commentReference")
    for mark in list(document.element.iter(*(f"{W}{name}" for name in marks))):
        if mark.get(f"{W}id") in numbers:
            gone = mark.getparent() if mark.tag == f"{W}commentReference" else mark
            gone.getparent().remove(gone)


def _elements(document: WordDocument) -> Mapping[int, Any]:
    """The ``w:p`` of every paragraph and cell by its number, as :mod:`documents` and :mod:`tables` count them."""
    prose = [element for element in prose_paragraphs(document) if text_of(element).strip()]
    notes = [element for element in note_paragraphs(document) if text_of(element).strip()]
    cells = [cell for table in table_cells(document) for row in table for cell in row if cell_text(cell).strip()]
    first = len(prose) + len(notes) + 1
    in_cells = {number: cell_paragraph(cell) for number, cell in enumerate(cells, start=first)}
    return {**dict(enumerate(prose, start=1)), **{n: element for n, element in in_cells.items() if element is not None}}


def marked_page(document: Document, proof: Proof) -> str:
    """The report's prose as one HTML page, the claims marked, what is wrong below each paragraph."""
    claims: dict[int, list[Claim]] = defaultdict(list)
    for claim in proof.claims:
        claims[claim.paragraph].append(claim)
    numbers = {spot: number for number, spot in cell_spots(document).items()}
    parts = [_paragraph(text, claims[number]) for number, text in enumerate(document.paragraphs, start=1)]
    parts += [_table(table, index, numbers, claims) for index, table in enumerate(document.tables)]
    body = "\n".join(parts)
    counts = proof.summary
    head = f"相符 {counts['agrees']} 处,不符 {counts['differs']} 处,待核 {counts['unclear']} 处"
    return _PAGE.format(title=escape(document.name), head=head, style=_STYLE, body=body)


def _open_claims(proof: Proof) -> Mapping[int, Sequence[Claim]]:
    found: dict[int, list[Claim]] = defaultdict(list)
    for claim in proof.claims:
        if claim.verdict is not Verdict.AGREES:
            found[claim.paragraph].append(claim)
    return found


def _comment(claim: Claim) -> str:
    return f"{claim.verdict.chinese}:{claim.note}"


def _runs_between(paragraph: Any, start: int, end: int) -> list[Any]:
    """The runs of exactly these characters; runs that reach beyond are split, keeping their looks."""
    _split_at(paragraph, start)
    _split_at(paragraph, end)
    found, at = [], 0
    for run in runs_of(paragraph):
        length = sum(map(len, run_pieces(run)))
        if length and start <= at and at + length <= end:
            found.append(run)
        at += length
    return found


def _split_at(paragraph: Any, position: int) -> None:
    at = 0
    for run in list(runs_of(paragraph)):
        length = sum(map(len, run_pieces(run)))
        if at < position < at + length:
            _split(run, position - at)
            return
        at += length


def _split(run: Any, position: int) -> None:
    """Cut a run in two at a character; a tab or a line break stays whole."""
    rest = deepcopy(run)
    at = 0
    for part, copy in zip(list(run), list(rest), strict=True):
        length = len(part.text or "") if part.tag == f"{W}t" else int(part.tag in (f"{W}br", f"{W}cr", f"{W}tab"))
        if part.tag == f"{W}rPr":
            continue
        if at + length <= position:
            rest.remove(copy)
        elif at >= position:
            run.remove(part)
        else:
            text = part.text or ""
            part.text, copy.text = text[: position - at], text[position - at :]
            for piece in (part, copy):
                piece.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
        at += length
    run.addnext(rest)


def _paragraph(text: str, claims: Sequence[Claim]) -> str:
    pieces, at = [], 0
    for claim in claims:
        if claim.start < at or claim.claimed is None or not claim.indicator or _is_long(claim):
            continue
        title = escape(claim.note or claim.indicator)
        pieces.append(escape(text[at : claim.start]))
        pieces.append(f'<mark class="{claim.verdict}" title="{title}">{escape(text[claim.start : claim.end])}</mark>')
        at = claim.end
    pieces.append(escape(text[at:]))
    notes = [claim for claim in claims if claim.verdict is not Verdict.AGREES]
    return f"<p>{''.join(pieces)}</p>{_listed(notes)}"


def _table(table: Table, index: int, numbers: Mapping[CellSpot, int], claims: Mapping[int, Sequence[Claim]]) -> str:
    rows, notes = [], []
    for row, texts in enumerate(table):
        cells = []
        for column, text in enumerate(texts):
            found = claims.get(numbers.get(CellSpot(index, row, column), 0), ())
            notes += [claim for claim in found if claim.verdict is not Verdict.AGREES]
            mark = f' class="{found[0].verdict}" title="{escape(found[0].note)}"' if found else ""
            cells.append(f"<td{mark}>{escape(text)}</td>")
        rows.append(f"<tr>{''.join(cells)}</tr>")
    return f"<table>{''.join(rows)}</table>{_listed(notes)}"


def _listed(notes: Sequence[Claim]) -> str:
    items = "".join(
        f'<li class="{claim.verdict}"><b>{claim.verdict.chinese}</b> {escape(claim.text)}:{escape(claim.note)}</li>'
        for claim in notes
    )
    return f"<ul>{items}</ul>" if items else ""


def _is_long(claim: Claim) -> bool:
    """A sum spans the numbers it is about, which are marked themselves."""
    return any(mark in claim.text for mark in ",;\uff0c\uff1b")


_STYLE = (
    "body{max-width:46em;margin:2em auto;padding:0 1em;font:17px/1.8 'FangSong','STFangsong','Noto Serif CJK SC',serif}"
    "h1{font-size:1.1em}p{text-indent:2em;margin:.4em 0}mark{padding:0 .15em;border-radius:2px}"
    "mark.agrees{background:#e5f3e6}mark.differs{background:#ffc9c4;border-bottom:2px solid #b3261e}"
    "mark.unclear{background:#ffe9ad;border-bottom:2px solid #8a6100}"
    "table{border-collapse:collapse;margin:1em 0;font-size:14px}td{border:1px solid #999;padding:.1em .5em}"
    "td.agrees{background:#e5f3e6}td.differs{background:#ffc9c4}td.unclear{background:#ffe9ad}"
    "ul{margin:.2em 0 .8em 2em;padding-left:1em;font:14px/1.6 sans-serif}"
    "li.differs{color:#b3261e}li.unclear{color:#7a5600}"
    "@media print{mark{-webkit-print-color-adjust:exact;print-color-adjust:exact}}"
)
_PAGE = """<!DOCTYPE html>
<html lang="zh-CN">
<head><meta charset="utf-8"><title>校对:{title}</title><style>{style}</style></head>
<body>
<h1>校对:{title}({head})</h1>
{body}
</body>
</html>
"""
