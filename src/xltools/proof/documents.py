"""A report's prose and tables, whatever kind of file it is in."""

from __future__ import annotations

import codecs
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from xltools.errors import CouldNotRun, reason_of

Table = tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Document:
    """``paragraphs``: those with text, as a reader sees them, notes last. ``kind``: docx, txt, md, html or pdf.

    ``tables``: each as rows of cells' texts, "" where a merged cell reaches. Sentences in a table are paragraphs.
    """

    name: str
    kind: str
    paragraphs: tuple[str, ...]
    tables: tuple[Table, ...] = ()


def read_document(path: Path) -> Document:
    """The prose of a report; CouldNotRun where the file is none that can be read."""
    kind = _KINDS.get(path.suffix.lower())
    if kind is None:
        raise CouldNotRun(f"“{path.name}”不是能核对的报告:请用 .docx、.txt、.md、.html 或有文字的 .pdf")
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CouldNotRun(f"打不开“{path}”:{reason_of(error)}") from error
    return parse_document(data, kind, path.name)


def parse_document(data: bytes, kind: str, name: str) -> Document:
    """The prose in a file's bytes."""
    paragraphs, tables = _READERS[kind](data, name)
    with_text = tuple(text for text in paragraphs if text.strip())
    if not with_text and not tables:
        raise CouldNotRun(f"“{name}”里没有文字")
    return Document(name, kind, with_text, tuple(map(_filled_up, tables)))


def _filled_up(table: Sequence[Sequence[str]]) -> Table:
    """The table with rows of equal length."""
    width = max(map(len, table), default=0)
    return tuple((*row, *[""] * (width - len(row))) for row in table)


_KINDS = {
    ".docx": "docx", ".txt": "txt", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".pdf": "pdf",
}  # fmt: skip


_Content = tuple[list[str], list[list[list[str]]]]


def _word(data: bytes, name: str) -> _Content:
    from xltools.proof.word import cell_text, note_paragraphs, open_word, prose_paragraphs, table_cells, text_of

    document = open_word(data, name)
    paragraphs = [text_of(paragraph) for paragraph in (*prose_paragraphs(document), *note_paragraphs(document))]
    tables = [[[cell_text(cell) for cell in row] for row in table] for table in table_cells(document)]
    return paragraphs, tables


def decoded(data: bytes, name: str) -> str:
    """Text in UTF-8 or, as Windows programs write it, GB 18030 or UTF-16, with or without its mark."""
    has_mark = data[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
    first_of_pairs, second_of_pairs = data[::2].count(0), data[1::2].count(0)
    without_mark = "utf-16-le" if second_of_pairs > first_of_pairs else "utf-16-be"  # a digit is one byte and a nought
    encodings = ("utf-16",) if has_mark else (without_mark,) if 0 in data else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise CouldNotRun(f"“{name}”的文字编码不能识别:请另存为 UTF-8")


def _text(data: bytes, name: str) -> _Content:
    return decoded(data, name).splitlines(), []


def _markdown(data: bytes, name: str) -> _Content:
    """Lines of one paragraph belong together; signs of layout are dropped."""
    blocks: list[str] = []
    tables: list[list[list[str]]] = []
    open_block = open_table = False
    for line in decoded(data, name).splitlines():
        text = line.strip()
        if text.startswith("|"):
            tables += [] if open_table else [[]]
            row = [cell.strip() for cell in text.strip("|").split("|")]
            tables[-1] += [] if all(re.fullmatch(":?-+:?", cell) for cell in row) else [row]
        elif text and not text.startswith("```"):
            starts_anew = bool(re.match(r"#+\s|[-*+]\s|\d+\.\s|>\s?", text))
            text = re.sub(r"^(?:#+\s+|[-*+]\s+|>\s?)", "", text).replace("**", "")
            text = re.sub("~~.*?~~", "", text)
            if open_block and not starts_anew:
                blocks[-1] += text
            else:
                blocks.append(text)
        open_table = text.startswith("|")
        open_block = bool(text) and not open_table and not line.lstrip().startswith(("#", "```"))
    return blocks, tables


def _page(data: bytes, name: str) -> _Content:
    from xltools.proof.webpage import content_of

    return content_of(decoded(data, name))


def _pdf(data: bytes, name: str) -> _Content:
    import io
    import logging

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # what it would say of a damaged file is said below
    try:
        pages = [page.extract_text() for page in PdfReader(io.BytesIO(data)).pages]
    except (PyPdfError, ValueError, KeyError, TypeError, OSError) as error:
        raise CouldNotRun(f"“{name}”打不开:PDF 已损坏或有密码,请用 Word 原稿") from error
    lines = [line.strip() for page in pages for line in page.splitlines() if line.strip()]
    if sum(map(len, lines)) < 20:
        raise CouldNotRun(f"“{name}”里没有文字,可能是扫描件:请用 Word 原稿")
    return _rejoined(lines), []


def _rejoined(lines: list[str]) -> list[str]:
    """Printed lines put together to paragraphs: a line that ends like one, or a heading, ends it."""
    paragraphs: list[str] = []
    longest = max(map(len, lines))
    ends = tuple("。:!?\uff1a\uff01\uff1f")
    ended = True
    for line in lines:
        if re.fullmatch(r"[-—–\s]*\d{1,4}[-—–\s]*", line):
            continue
        starts_anew = bool(re.match(r"[(\uff08]?[一二三四五六七八九十]+[)\uff09、.]|\d+[.、]\D", line))
        if ended or starts_anew:
            paragraphs.append(line)
        else:
            paragraphs[-1] += line
        ended = line.endswith(ends) or len(line) < longest * 0.6
    return paragraphs


_READERS = {"docx": _word, "txt": _text, "md": _markdown, "html": _page, "pdf": _pdf}
