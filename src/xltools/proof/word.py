"""Word documents: their paragraphs and tables as plain text, and saving them: the same content, the same bytes."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
"""How the names of a Word document's elements begin."""
_FALLBACK = (
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"  # a text box once more, for old Word
)
_HOLDERS = frozenset({f"{W}p", f"{W}del", f"{W}moveFrom"})
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
    """The ``w:p`` elements of the body that are prose, text boxes and whole sentences in tables among them."""
    for paragraph in document.element.body.iter(f"{W}p"):
        around = {ancestor.tag for ancestor in paragraph.iterancestors()}
        if _FALLBACK not in around and (f"{W}tbl" not in around or is_sentence(text_of(paragraph))):
            yield paragraph


def is_sentence(text: str) -> bool:
    """Whether what stands in a table is prose: pages and documents are laid out with tables too."""
    return "。" in text


def note_paragraphs(document: WordDocument) -> Iterator[Any]:
    """The ``w:p`` elements of footnotes and endnotes."""
    from lxml.etree import fromstring

    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")):
            yield from fromstring(relation.target_part.blob).iter(f"{W}p")


def table_cells(document: WordDocument) -> Iterator[list[list[Any]]]:
    """Each table of the body as rows of ``w:tc`` elements, None where a merged cell reaches; tables within none."""
    for table in document.element.body.iter(f"{W}tbl"):
        around = {ancestor.tag for ancestor in table.iterancestors()}
        if not around & {_FALLBACK, f"{W}tbl"}:
            yield [list(_spread(row)) for row in table.findall(f"{W}tr")]


def _spread(row: Any) -> Iterator[Any]:
    for cell in row.iter(f"{W}tc"):
        if cell.getparent() is not row and cell.getparent().tag != f"{W}sdtContent":
            continue  # of a table within
        properties = cell.find(f"{W}tcPr")
        span = properties.find(f"{W}gridSpan") if properties is not None else None
        down = properties.find(f"{W}vMerge") if properties is not None else None
        goes_on = down is not None and down.get(f"{W}val", "continue") == "continue"
        yield None if goes_on else cell
        yield from [None] * (int(span.get(f"{W}val", "1")) - 1 if span is not None else 0)


def cell_text(cell: Any) -> str:
    """The text of a ``w:tc`` (None: of none), its paragraphs put together."""
    if cell is None:
        return ""
    texts = [text_of(paragraph) for paragraph in cell.iter(f"{W}p")]
    return "".join(text.strip() for text in texts if not is_sentence(text))


def cell_paragraph(cell: Any) -> Any:
    """The one ``w:p`` of a cell that has text, None where there is none or several."""
    found = [paragraph for paragraph in cell.iter(f"{W}p") if text_of(paragraph).strip()]
    return found[0] if len(found) == 1 else None


def text_of(paragraph: Any) -> str:
    """The visible text of a ``w:p``, without what is deleted, hidden or struck out; a line break is a new line."""
    return "".join(text for run in runs_of(paragraph) for text in run_pieces(run))


def runs_of(paragraph: Any) -> Iterator[Any]:
    """The ``w:r`` elements whose text the paragraph shows; those of a text box in it are its own paragraphs'."""
    for run in paragraph.iter(f"{W}r"):
        holder = next(ancestor for ancestor in run.iterancestors() if ancestor.tag in _HOLDERS)
        if holder is paragraph and not _is_gone(run):
            yield run


def _is_gone(run: Any) -> bool:
    """Whether a run is hidden or struck out."""
    marks = [run.find(f"{W}rPr/{W}{name}") for name in ("vanish", "strike", "dstrike")]
    return any(mark is not None and mark.get(f"{W}val") not in ("0", "false", "off") for mark in marks)


def run_pieces(run: Any) -> Iterator[str]:
    """The texts of a run's parts."""
    for part in run:
        if part.tag == f"{W}t":
            yield part.text or ""
        elif part.tag in (f"{W}br", f"{W}cr"):
            yield "\n"
        elif part.tag == f"{W}tab":
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
