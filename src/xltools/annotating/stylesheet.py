"""The style sheet of a workbook (ECMA-376-1 §18.8): marked copies of a cell's format, and the way back.

A format is only ever added, never changed: other cells may have it too. What is there already is used again, so that
marking a workbook twice adds nothing. The record of a fill (``solid fg:rgb=FFFFFBE6 bg:indexed=64``) is what
:func:`unmarked` needs to take a mark off after any program has saved the file; gradients have no record.

A conditional format with a fill is shown above the mark, in Excel as elsewhere; the template's own live checks have
the same colours, and once the figure is mended they fall silent while the mark stays until the next audit.
"""

from __future__ import annotations

import re
from copy import deepcopy
from dataclasses import dataclass
from typing import Final, TypeAlias

from lxml import etree

from xltools.annotating.parts import child, children, sub
from xltools.reading.safe_xml import local_name
from xltools.writing.styles import AMBER_FILL, INPUT_FILL, RED_FILL

MARKS: Final = (RED_FILL, AMBER_FILL)
NO_FILL: Final = "none"
_ORDER: Final = ("numFmts", "fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_COLOUR: Final = r"(?:rgb|theme|indexed|tint|auto)=[-.0-9A-Za-z]+"
_RECORD: Final = re.compile(rf"(\w+)((?: (?:fg|bg):{_COLOUR}(?:,{_COLOUR})*)*)")
_Key: TypeAlias = tuple[str, tuple[tuple[str, str], ...], tuple["_Key", ...]]


@dataclass(frozen=True, slots=True)
class Look:
    """The format of a cell of our own sheet."""

    font: str
    size: float = 10.5
    colour: str = "#1F1F1F"
    bold: bool = False
    underline: bool = False
    fill: str = ""
    boxed: bool = False
    horizontal: str = "left"
    vertical: str = "top"


def marked(root: etree._Element, style: int, colour: str) -> int:
    """The format of a cell with its fill replaced by a mark."""
    return _filled(root, style, _solid(root, colour))


def unmarked(root: etree._Element, style: int, record: str | None) -> int:
    """The format without its mark: with the fill recorded, else with the one such a cell has in a template."""
    if record is None:
        record = _solid_record(INPUT_FILL) if _is_unlocked(root, style) else NO_FILL
    return _filled(root, style, _fill_of_record(root, record))


def is_marked(root: etree._Element, style: int) -> bool:
    """Whether the format has the fill of one of our marks."""
    pattern = child(_fill(root, style), "patternFill")
    colour = child(pattern, "fgColor") if pattern is not None and pattern.get("patternType") == "solid" else None
    return colour is not None and colour.get("rgb", "")[-6:].upper() in {mark[1:] for mark in MARKS}


def fill_record(root: etree._Element, style: int) -> str:
    """The fill of a format as text."""
    pattern = child(_fill(root, style), "patternFill")
    if pattern is None:
        return NO_FILL
    said = [pattern.get("patternType", NO_FILL)]
    for name in ("fg", "bg"):
        colour = child(pattern, f"{name}Color")
        if colour is not None and colour.attrib:
            said.append(f"{name}:" + ",".join(f"{key!s}={value!s}" for key, value in colour.attrib.items()))
    return " ".join(map(str, said))


def style_of(root: etree._Element, look: Look) -> int:
    """The index of a format of our own sheet."""
    xf = etree.Element(_tag(root, "xf"))
    fill = _solid(root, look.fill) if look.fill else 0
    xf.attrib.update({"numFmtId": "0", "fontId": str(_font(root, look)), "fillId": str(fill)})
    xf.attrib.update({"borderId": str(_border(root, look.boxed)), "xfId": "0", "applyFont": "1", "applyFill": "1"})
    xf.attrib.update({"applyBorder": "1", "applyAlignment": "1"})
    sub(xf, "alignment", horizontal=look.horizontal, vertical=look.vertical, wrapText="1")
    return _placed(_formats(root), xf)


def _filled(root: etree._Element, style: int, fill: int) -> int:
    formats = _formats(root)
    xf = deepcopy(_format(root, style))
    xf.set("fillId", str(fill))
    xf.set("applyFill", "1")
    xf.tail = None
    return _placed(formats, xf)


def _formats(root: etree._Element) -> etree._Element:
    block = _block(root, "cellXfs")
    if not len(block):
        for name in ("fonts", "borders"):
            if not len(_block(root, name)):
                sub(_block(root, name), name.removesuffix("s"))
        _default_fills(root)
        sub(block, "xf", numFmtId="0", fontId="0", fillId="0", borderId="0")
    return block


def _format(root: etree._Element, style: int) -> etree._Element:
    listed = children(_formats(root), "xf")
    return listed[style] if style < len(listed) else listed[0]


def _fill(root: etree._Element, style: int) -> etree._Element:
    index = _format(root, style).get("fillId", "0")
    listed = children(_default_fills(root), "fill")
    return listed[int(index)] if index.isdigit() and int(index) < len(listed) else listed[0]


def _is_unlocked(root: etree._Element, style: int) -> bool:
    protection = child(_format(root, style), "protection")
    return protection is not None and protection.get("locked") in ("0", "false")


def _default_fills(root: etree._Element) -> etree._Element:
    """The fills; the first two are reserved."""
    block = _block(root, "fills")
    for pattern in ("none", "gray125")[len(block) :]:
        sub(sub(block, "fill"), "patternFill", patternType=pattern)
    return block


def _solid(root: etree._Element, colour: str) -> int:
    return _fill_of_record(root, _solid_record(colour))


def _solid_record(colour: str) -> str:
    return f"solid fg:rgb=FF{colour[1:]} bg:indexed=64"


def _fill_of_record(root: etree._Element, record: str) -> int:
    match = _RECORD.fullmatch(record)
    block = _default_fills(root)
    if match is None or match[1] == NO_FILL:
        return 0
    fill = etree.Element(_tag(root, "fill"))
    pattern = sub(fill, "patternFill", patternType=match[1])
    for colour in match[2].split():
        name, _, attributes = colour.partition(":")
        sub(pattern, f"{name}Color", **dict(pair.split("=", 1) for pair in attributes.split(",")))
    return _placed(block, fill)


def _font(root: etree._Element, look: Look) -> int:
    font = etree.Element(_tag(root, "font"))
    if look.bold:
        sub(font, "b")
    if look.underline:
        sub(font, "u")
    sub(font, "sz", val=f"{look.size:g}")
    sub(font, "color", rgb=f"FF{look.colour[1:]}")
    sub(font, "name", val=look.font)
    sub(font, "family", val="3")
    sub(font, "charset", val="134")
    return _placed(_block(root, "fonts"), font)


def _border(root: etree._Element, boxed: bool) -> int:
    border = etree.Element(_tag(root, "border"))
    for side in ("left", "right", "top", "bottom", "diagonal"):
        line = sub(border, side)
        if boxed and side != "diagonal":
            line.set("style", "thin")
            sub(line, "color", rgb="FF9A9A9A")
    return _placed(_block(root, "borders"), border)


def _placed(block: etree._Element, element: etree._Element) -> int:
    """The index of an equal element in a list, at its end where there was none."""
    wanted = _key(element)
    listed = [item for item in block if isinstance(item.tag, str)]
    for index, item in enumerate(listed):
        if _key(item) == wanted:
            return index
    block.append(element)
    block.set("count", str(len(listed) + 1))
    return len(listed)


def _key(element: etree._Element) -> _Key:
    # In a cell's format no fill is fill 0, and whether it is "applied" makes no difference to any program.
    attributes = {str(k): str(v) for k, v in element.attrib.items() if k != "applyFill" and (k, v) != ("fillId", "0")}
    inside = tuple(_key(c) for c in element if isinstance(c.tag, str))
    return local_name(element), tuple(sorted(attributes.items())), inside


def _block(root: etree._Element, name: str) -> etree._Element:
    """One of the lists of the style sheet, put where the schema wants it if it is not there."""
    block = child(root, name)
    if block is None:
        block = etree.Element(_tag(root, name))
        before = [found for earlier in _ORDER[: _ORDER.index(name)] for found in children(root, earlier)]
        root.insert(root.index(before[-1]) + 1 if before else 0, block)
    return block


def _tag(root: etree._Element, name: str) -> str:
    return str(root.tag).removesuffix("styleSheet") + name
