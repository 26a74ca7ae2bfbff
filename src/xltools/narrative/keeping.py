"""The office's own text: places (content controls) in the report whose text outlives the next run."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import Any

from xltools.narrative.blocks import FREE_TEXT, Block
from xltools.proof.word import open_word

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_LOST = frozenset({"drawing", "pict", "object", "commentReference", "footnoteReference", "endnoteReference"})
_RELATED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"


@dataclass(frozen=True, slots=True)
class Kept:
    """What an office wrote into one place: its paragraphs, and how many pictures and the like cannot be taken over."""

    elements: tuple[Any, ...]
    lost: int


def kept_texts(data: bytes, name: str) -> Mapping[str, Kept]:
    """The free text of a report by the name of its place, as far as anything was written there."""
    found = {}
    for control in open_word(data, name).element.body.iter(f"{_W}sdt"):
        tag = control.find(f"{_W}sdtPr/{_W}tag")
        title = tag.get(f"{_W}val", "") if tag is not None else ""
        content = control.find(f"{_W}sdtContent")
        if not title.startswith(f"{FREE_TEXT}:") or content is None or _is_prompt(control):
            continue
        elements, lost = [], 0
        for element in content:
            copy = deepcopy(element)
            lost += _strip(copy)
            elements.append(copy)
        found[title.removeprefix(f"{FREE_TEXT}:")] = Kept(tuple(elements), lost)
    return found


def place_for(block: Block, paragraph: Any, kept: Kept | None) -> Any:
    """The content control of one place, with what was written there or else its prompt."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    title = f"{FREE_TEXT}:{block.title}"
    control = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtPr/><w:sdtContent/></w:sdt>")
    properties, content = control
    for tag, value in (("alias", block.title), ("tag", title)):
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
    element.set(f"{_W}val", value)
    return element


def _prompt(block: Block, paragraph: Any) -> Any:
    """The paragraph of the block with the prompt in grey, its looks otherwise as in the template."""
    from docx.oxml import parse_xml
    from docx.oxml.ns import nsdecls

    layout = paragraph.find(f"{_W}pPr")
    copy = parse_xml(f'<w:p {nsdecls("w")}><w:r><w:rPr><w:color w:val="808080"/></w:rPr><w:t/></w:r></w:p>')
    if layout is not None:
        copy.insert(0, deepcopy(layout))
    next(copy.iter(f"{_W}t")).text = block.content or f"(请在这里写{block.title}。)"
    return copy


def _is_prompt(control: Any) -> bool:
    """Word takes the mark away as soon as something is written; other programs leave it, but not the grey prompt."""
    if control.find(f"{_W}sdtPr/{_W}showingPlcHdr") is None:
        return False
    colours = {colour.get(f"{_W}val") for colour in control.iter(f"{_W}color")}
    texts = [node for node in control.iter(f"{_W}t") if (node.text or "").strip()]
    is_grey = len(texts) <= 1 and colours == {"808080"}
    return is_grey and all((node.text or "").startswith(("(", "\uff08")) for node in texts)


def _strip(element: Any) -> int:
    """Take out what refers to other parts of the old document; how much that was."""
    lost = 0
    for node in list(element.iter()):
        if not isinstance(node.tag, str):
            continue
        name = node.tag.rpartition("}")[2]
        parent = node.getparent()
        if name in _LOST:
            parent.remove(node)
            lost += name in ("drawing", "pict", "object")
        elif name in ("commentRangeStart", "commentRangeEnd", "bookmarkStart", "bookmarkEnd", "numPr"):
            parent.remove(node)
        else:
            for key in [key for key in node.attrib if key.startswith(_RELATED)]:
                del node.attrib[key]
    return lost
