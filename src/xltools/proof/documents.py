"""A report's prose: its paragraphs in order, whatever kind of file it is in. Tables are no prose."""

from __future__ import annotations

import re
from dataclasses import dataclass
from html.parser import HTMLParser
from pathlib import Path

from xltools.errors import CouldNotRun, reason_of


@dataclass(frozen=True, slots=True)
class Document:
    """``paragraphs``: those with text, as a reader sees them. ``kind``: docx, txt, md, html or pdf."""

    name: str
    kind: str
    paragraphs: tuple[str, ...]


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
    paragraphs = _READERS[kind](data, name)
    with_text = tuple(text for text in paragraphs if text.strip())
    if not with_text:
        raise CouldNotRun(f"“{name}”里没有文字")
    return Document(name, kind, with_text)


_KINDS = {
    ".docx": "docx", ".txt": "txt", ".md": "md", ".markdown": "md", ".html": "html", ".htm": "html", ".pdf": "pdf",
}  # fmt: skip


def _word(data: bytes, name: str) -> list[str]:
    from xltools.proof.word import open_word, prose_paragraphs, text_of

    return [text_of(paragraph) for paragraph in prose_paragraphs(open_word(data, name))]


def decoded(data: bytes, name: str) -> str:
    """Text in UTF-8 or, as older Windows programs write it, GB 18030."""
    for encoding in ("utf-8-sig", "gb18030", "utf-16"):
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CouldNotRun(f"“{name}”的文字编码不能识别:请另存为 UTF-8")


def _text(data: bytes, name: str) -> list[str]:
    return decoded(data, name).splitlines()


def _markdown(data: bytes, name: str) -> list[str]:
    """Lines of one paragraph belong together; signs of layout are dropped, tables left out."""
    blocks: list[str] = []
    open_block = False
    for line in decoded(data, name).splitlines():
        text = line.strip()
        if not text or text.startswith("|") or text.startswith("```"):
            open_block = False
            continue
        starts_anew = bool(re.match(r"#+\s|[-*+]\s|\d+\.\s|>\s?", text))
        text = re.sub(r"^(?:#+\s+|[-*+]\s+|>\s?)", "", text).replace("**", "")
        if open_block and not starts_anew:
            blocks[-1] += text
        else:
            blocks.append(text)
        open_block = not line.lstrip().startswith("#")
    return blocks


class _Prose(HTMLParser):
    """The text of a page in paragraphs, without tables, scripts and styles."""

    _BREAKING = frozenset(
        ("p", "div", "br", "li", "h1", "h2", "h3", "h4", "h5", "h6", "tr", "section", "article", "ul", "ol", "body")
    )
    _SKIPPED = frozenset({"table", "script", "style", "head", "noscript"})

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.paragraphs = [""]
        self._skipping: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in self._SKIPPED:
            self._skipping.append(tag)
        if tag in self._BREAKING:
            self.paragraphs.append("")

    def handle_endtag(self, tag: str) -> None:
        if self._skipping and tag == self._skipping[-1]:
            self._skipping.pop()
        if tag in self._BREAKING:
            self.paragraphs.append("")

    def handle_data(self, data: str) -> None:
        if not self._skipping:
            self.paragraphs[-1] += data


def _page(data: bytes, name: str) -> list[str]:
    prose = _Prose()
    prose.feed(decoded(data, name))
    prose.close()
    return [re.sub(r"\s*\n\s*", "", text).strip() for text in prose.paragraphs]


def _pdf(data: bytes, name: str) -> list[str]:
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
    return _rejoined(lines)


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
