"""The seal of a report: what the program wrote, so that the next run knows what somebody changed since.

It stands in the document's custom properties (docProps/custom.xml), which Word, WPS and LibreOffice leave alone.
"""

from __future__ import annotations

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xltools.proof.word import W, save_word

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

PLACE = "自由文字:"  # how the tag of a place for free text begins
_PART = "docProps/custom.xml"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties"
_TYPE = "application/vnd.openxmlformats-officedocument.custom-properties+xml"
_NAMES = (
    'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties" '
    'xmlns:vt="http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes"'
)
_FORMAT_ID = "{D5CDD505-2E9C-101B-9397-08002B2CF9AE}"  # of properties that users define, [MS-OSHARED] 2.3.3.2.2
_CONTENT, _PARTS, _PROMPT = "xltools:正文", "xltools:文件", "xltools:提示"
_STORY = re.compile(r"word/(document|header|footer|footnotes|endnotes|comments)\d*\.xml")
_SHOWN = frozenset({"drawing", "pict", "object", "footnoteReference", "endnoteReference", "commentReference", "sym"})


@dataclass(frozen=True, slots=True)
class Seal:
    """Digests of a report. ``content``: its text and pictures outside the places for free text; ``parts``: the same
    with looks, styles and everything else in the file; ``prompts``: the texts of places nobody has written in.
    """

    content: str
    parts: str
    prompts: frozenset[str]


def sealed(document: WordDocument, prompts: list[str]) -> bytes:
    """The document saved with its seal; ``prompts``: the texts that stand in unwritten places."""
    part = _seal_part(document)
    data = save_word(document)  # the seal's own part does not count, but what refers to it does
    digests = {_CONTENT: _content(data), _PARTS: _parts(data)}
    digests |= {f"{_PROMPT}{at}": digest(text) for at, text in enumerate(dict.fromkeys(prompts), start=1)}
    part._blob = _properties(digests)
    return save_word(document)


def seal_in(data: bytes) -> Seal | None:
    """The seal that a report was given when it was written; None for any other document."""
    from lxml import etree

    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        if _PART not in archive.namelist():
            return None
        try:
            root = etree.fromstring(archive.read(_PART))
        except etree.XMLSyntaxError:
            return None
    found = {
        each.get("name", ""): "".join(map(str, each.itertext())).strip() for each in root if isinstance(each.tag, str)
    }
    prompts = frozenset(value for name, value in found.items() if name.startswith(_PROMPT))
    return Seal(found[_CONTENT], found[_PARTS], prompts) if {_CONTENT, _PARTS} <= found.keys() else None


def seal_for(data: bytes) -> Seal:
    """The seal that a document would be given as it is now, but for the prompts."""
    return Seal(_content(data), _parts(data), frozenset())


def name_of(control: Any) -> str:
    """The name of the place that a ``w:sdt`` is, "" where it is something else."""
    tag = control.find(f"{W}sdtPr/{W}tag")
    title = str(tag.get(f"{W}val", "")) if tag is not None else ""
    return title.removeprefix(PLACE) if title.startswith(PLACE) else ""


def digest(text: str) -> str:
    """Of a text, or of lines that stand for a file."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _seal_part(document: WordDocument) -> Any:
    """The part of the custom properties, as yet empty, in place of the template's."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    package = document.part.package
    for key in [key for key, relation in package.rels.items() if relation.reltype == _RELATION]:
        del package.rels[key]
    part = Part(PackURI(f"/{_PART}"), _TYPE, _properties({}), package)
    package.relate_to(part, _RELATION)
    return part


def _properties(values: Mapping[str, str]) -> bytes:
    listed = "".join(
        f'<property fmtid="{_FORMAT_ID}" pid="{at}" name="{name}"><vt:lpwstr>{value}</vt:lpwstr></property>'
        for at, (name, value) in enumerate(values.items(), start=2)  # 0 and 1 are reserved
    )
    head = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    return f"{head}<Properties {_NAMES}>{listed}</Properties>".encode()


def _parts(data: bytes) -> str:
    """Of every part as it is written, the places blanked out."""
    from lxml import etree

    lines = []
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in sorted(set(archive.namelist()) - {_PART}):
            blob = archive.read(name)
            if name.endswith((".xml", ".rels")):  # an empty element has two ways of being written
                blob = etree.tostring(_tree(blob), method="c14n")
            lines.append(f"{name} {hashlib.sha256(blob).hexdigest()}")
    return digest("\n".join(lines))


def _content(data: bytes) -> str:
    """Of what a reader sees outside the places, however another program writes it down."""
    lines: dict[str, list[str]] = {}
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for name in archive.namelist():
            if name.startswith("word/media/"):
                lines.setdefault("media", []).append(hashlib.sha256(archive.read(name)).hexdigest())
            elif story := _STORY.fullmatch(name):
                texts = _texts(_tree(archive.read(name)))
                lines.setdefault(story[1], []).append("\n".join(text for text in texts if text.strip()))
    return digest("\n".join(f"{kind} {text}" for kind in sorted(lines) for text in sorted(filter(None, lines[kind]))))


def _tree(blob: bytes) -> Any:
    """A part with only the name of each place for free text left; for what is no XML an element with its digest."""
    from lxml import etree

    try:
        root = etree.fromstring(blob, etree.XMLParser(resolve_entities=False))
    except etree.XMLSyntaxError:
        return etree.Element("broken", {"digest": hashlib.sha256(blob).hexdigest()})
    for control in list(root.iter(f"{W}sdt")):
        if name := name_of(control):
            tail = control.tail
            control.clear()
            control.tail, control.text = tail, name
    return root


def _texts(root: Any) -> Iterator[str]:
    """The text of each paragraph, what is no text as a sign, without results of fields: programs refresh them."""
    depth = 0
    for paragraph in root.iter(f"{W}p", f"{W}sdt"):
        pieces = [paragraph.text or ""] if paragraph.tag == f"{W}sdt" else []
        for node in paragraph.iter() if paragraph.tag == f"{W}p" else ():
            tag = node.tag.rpartition("}")[2] if isinstance(node.tag, str) else ""
            if tag == "fldChar":
                depth += {"begin": 1, "end": -1}.get(node.get(f"{W}fldCharType", ""), 0)
            elif tag in ("t", "delText") and not depth:
                pieces.append(node.text or "")
            elif tag in _SHOWN:
                pieces.append(f"[{tag}]")
        yield "".join(pieces)
