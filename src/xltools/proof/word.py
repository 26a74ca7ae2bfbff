"""Word documents: their paragraphs as plain text, and saving them so that the same content is the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_OUTSIDE_PROSE = {
    f"{_W}tbl",
    f"{_W}txbxContent",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
_LARGEST = 500_000_000
_EARLIEST = (1980, 1, 1, 0, 0, 0)


def open_word(data: bytes, name: str) -> WordDocument:
    """A .docx opened; CouldNotRun where it is none."""
    from docx import Document
    from lxml.etree import XMLSyntaxError

    from xltools.errors import CouldNotRun

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(entry.file_size for entry in archive.infolist()) > _LARGEST:
                raise CouldNotRun(f"“{name}”解压后太大,不读:请先压缩其中的图片")
        return Document(io.BytesIO(data))
    except (ValueError, KeyError, OSError, zipfile.BadZipFile, XMLSyntaxError) as error:
        raise CouldNotRun(f"“{name}”打不开:不是 .docx 文档,或者已经损坏;请用 Word 打开后另存为 .docx") from error


def prose_paragraphs(document: WordDocument) -> Iterator[Any]:
    """The ``w:p`` elements of the body that are prose: none in tables or text boxes."""
    for paragraph in document.element.body.iter(f"{_W}p"):
        if not any(ancestor.tag in _OUTSIDE_PROSE for ancestor in paragraph.iterancestors()):
            yield paragraph


def text_of(paragraph: Any) -> str:
    """The visible text of a ``w:p``: deleted text is not part of it, a line break is a new line."""
    return "".join(text for run in runs_of(paragraph) for text in run_pieces(run))


def runs_of(paragraph: Any) -> Iterator[Any]:
    """The ``w:r`` elements whose text the paragraph shows."""
    for run in paragraph.iter(f"{_W}r"):
        ancestors = {ancestor.tag for ancestor in run.iterancestors()}
        if f"{_W}del" not in ancestors and not (ancestors & _OUTSIDE_PROSE):
            yield run


def run_pieces(run: Any) -> Iterator[str]:
    """The texts of a run's parts."""
    for part in run:
        if part.tag == f"{_W}t":
            yield part.text or ""
        elif part.tag in (f"{_W}br", f"{_W}cr"):
            yield "\n"
        elif part.tag == f"{_W}tab":
            yield "\t"


def save_word(document: WordDocument) -> bytes:
    """The document as bytes that depend on its content alone: the archive's entries carry no time."""
    buffer = io.BytesIO()
    document.save(buffer)
    return without_times(buffer.getvalue())


def without_times(archive: bytes) -> bytes:
    """A zip archive with the same entries in the same order, all of the same time."""
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as source, zipfile.ZipFile(result, "w", zipfile.ZIP_DEFLATED) as target:
        for entry in source.infolist():
            fixed = zipfile.ZipInfo(entry.filename, _EARLIEST)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            target.writestr(fixed, source.read(entry.filename))
    return result.getvalue()
