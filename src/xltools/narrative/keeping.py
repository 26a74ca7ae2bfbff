"""The office's own text: places (content controls) in the report whose text outlives the next run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from xltools.narrative.blocks import Block
from xltools.narrative.sealing import PLACE, Seal, digest, name_of
from xltools.proof.word import W

if TYPE_CHECKING:
    from docx.document import Document as WordDocument

_EMPTY = frozenset({"", "单击或点击此处输入文字。", "单击此处输入文字。", "Click or tap here to enter text."})
_PICTURES = frozenset({"drawing", "pict", "object"})
_REFERENCES = frozenset({"commentReference", "footnoteReference", "endnoteReference", "numPr"})
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What an office wrote into one place: its paragraphs, how many pictures and the like cannot be taken over, and
    whether anything at all of it cannot (links, numbering, notes).
    """

    elements: tuple[Any, ...]
    lost: int
    is_less: bool


def kept_texts(document: WordDocument, seal: Seal | None) -> Mapping[str, Kept]:
    """The free text of a report with its ``seal`` by the name of its place, as far as anything was written there."""
    found: dict[str, Kept] = {}
    for control in document.element.body.iter(f"{W}sdt"):
        name, content = name_of(control), control.find(f"{W}sdtContent")
        if not name or content is None or is_prompt(control, seal):
            continue
        before = found.get(name, Kept((), 0, False))  # a place that was copied
        copies = [deepcopy(element) for element in content]
        stripped = [tag for copy in copies for tag in _strip(copy)]
        pictures = sum(tag in _PICTURES for tag in stripped)
        found[name] = Kept((*before.elements, *copies), before.lost + pictures, before.is_less or bool(stripped))
    return found


def is_prompt(control: Any, seal: Seal | None) -> bool:
    """Whether a place shows what the program, or Word after all text was deleted, put there to be written over.

    Word takes its mark away as soon as something is written, other programs leave it: so it only tells where there is
    no seal to say what the prompts were.
    """
    is_marked = control.find(f"{W}sdtPr/{W}showingPlcHdr") is not None
    if seal is None:
        return is_marked
    text = text_in(control)
    return digest(text) in seal.prompts or (is_marked and text.strip() in _EMPTY)


def text_in(control: Any) -> str:
    """The text of a place, a picture and the like as a sign."""
    return "".join(
        node.text or "" if node.tag == f"{W}t" else "\ufffc"
        for node in control.iter(f"{W}t", *(f"{W}{tag}" for tag in _PICTURES))
    )


def place_for(block: Block, paragraph: Any, kept: Kept | None) -> Any:
    """The content control of one place, with what was written there or else its prompt."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
    properties, content = control
    for tag, value in (("alias", block.title), ("tag", PLACE + block.title)):
        properties.append(_element(tag, value))
    if kept is None:
        properties.append(parse_xml(f"<w:showingPlcHdr {nsdecls('w')}/>"))
        content.append(_prompt(block, paragraph))
    else:
        content.extend(deepcopy(element) for element in kept.elements)
    return control


def _element(tag: str, value: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(f"w:{tag}")
    element.set(f"{W}val", value)
    return element


def _prompt(block: Block, paragraph: Any) -> Any:
    """The paragraph of the block with the prompt in grey, its looks otherwise as in the template."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    layout = paragraph.find(f"{W}pPr")
    copy = parse_xml(f'<w:p {nsdecls("w")}><w:r><w:rPr><w:color w:val="808080"/></w:rPr><w:t/></w:r></w:p>')
    if layout is not None:
        copy.insert(0, deepcopy(layout))
    next(copy.iter(f"{W}t")).text = block.content or f"(请在这里写{block.title}。)"
    return copy


def _strip(element: Any) -> Iterator[str]:
    """Take out what refers to other parts of the old document; what that was."""
    for node in list(element.iter()):
        if not isinstance(node.tag, str):
            continue
        tag = node.tag.rpartition("}")[2]
        if tag in _PICTURES or tag in _REFERENCES:
            node.getparent().remove(node)
            yield tag
        elif tag in ("commentRangeStart", "commentRangeEnd", "bookmarkStart", "bookmarkEnd"):
            node.getparent().remove(node)
        else:
            for key in [key for key in node.attrib if key.startswith(_RELATED)]:
                del node.attrib[key]
                yield tag
