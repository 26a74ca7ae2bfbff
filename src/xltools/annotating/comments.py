"""Comments of a sheet: ours added to those that are there, and taken off again.

A comment is text in the comments part (ECMA-376-1 §18.7) and a box in a VML drawing (part 4 §8). Our text stands
between 【审核意见】 and 【完】, by which it is known whatever program has saved the file since; what the unit wrote on
the same cell, above or below, is the unit's and stays. VML is not always XML (Excel leaves tags
open in it), so it is edited as text. A cell with a threaded comment is left alone: Excel would not show ours.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from lxml import etree

from xltools.annotating.cells import Anchor, Place, link_drawing, place_of
from xltools.annotating.opinions import END, HEAD
from xltools.annotating.parts import (
    NotEditable,
    Parts,
    child,
    children,
    new_root,
    parsed,
    relate,
    related,
    relation_base,
    relations,
    remove,
    set_default_type,
    set_type,
    sub,
    unrelate,
)
from xltools.reading.package import Unreadable
from xltools.reading.references import cell_name
from xltools.reading.safe_xml import local_name
from xltools.writing.styles import SONG

AUTHOR: Final = "xltools 审核"
_COMMENTS_TYPE: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
_VML_TYPE: Final = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_SHAPE: Final = re.compile(rb"<v:shape\s.*?</v:shape>\s*", re.DOTALL)
_SHAPE_NUMBER: Final = re.compile(rb'id="_x0000_s(\d+)"')
_ANCHOR: Final = re.compile(rb"(<x:Anchor>)[^<]*(</x:Anchor>)")
_SHAPE_TYPE: Final = (
    '<v:shapetype id="_x0000_t202" coordsize="21600,21600" o:spt="202" path="m,l,21600r21600,l21600,xe">'
    '<v:stroke joinstyle="miter"/><v:path gradientshapeok="t" o:connecttype="rect"/></v:shapetype>'
)
_PREFIXES: Final = {
    "v": "urn:schemas-microsoft-com:vml",
    "o": "urn:schemas-microsoft-com:office:office",
    "x": "urn:schemas-microsoft-com:office:excel",
}
_DECLARED: Final = " ".join(f'xmlns:{prefix}="{namespace}"' for prefix, namespace in _PREFIXES.items())
_EMPTY_VML: Final = (
    "<xml {declared}>"
    '<o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="{data}"/></o:shapelayout>{shapetype}</xml>'
)
_BOX: Final = (
    '<v:shape id="_x0000_s{number}" type="#_x0000_t202" style="position:absolute;'
    'margin-left:80pt;margin-top:2pt;width:{width}pt;height:{height}pt;z-index:1;'
    'visibility:hidden" fillcolor="#ffffe1" o:insetmode="auto"><v:fill color2="#ffffe1"/>'
    '<v:shadow on="t" color="black" obscured="t"/><v:path o:connecttype="none"/>'
    '<v:textbox style="mso-direction-alt:auto"><div style="text-align:left"></div></v:textbox>'
    '<x:ClientData ObjectType="Note"><x:MoveWithCells/><x:SizeWithCells/><x:Anchor>{anchor}</x:Anchor>'
    "<x:AutoFill>False</x:AutoFill><x:Row>{row}</x:Row><x:Column>{column}</x:Column></x:ClientData></v:shape>"
)


@dataclass(frozen=True, slots=True)
class Box:
    """Where a comment is shown, and its size in pixels."""

    anchor: Anchor
    width: int
    height: int


def clear_comments(parts: Parts, sheet: str) -> list[Place]:
    """Take our comments off a sheet's part; the cells that had one. A unit's own comments stay."""
    comments = _comments_part(parts, sheet)
    root = parts.look(comments) if comments else None
    listed = child(root, "commentList") if root is not None else None
    if listed is None or not any(HEAD in _text(comment) for comment in children(listed, "comment")):
        return []
    listed = child(parts.edit(comments), "commentList")
    assert listed is not None, "it was there a moment ago"
    cleared, gone = [], []
    for comment in children(listed, "comment"):
        at = place_of(comment.get("ref", ""))
        if at is None or HEAD not in _text(comment):
            continue
        cleared.append(at)
        _cut(comment)
        if not _text(comment).strip():
            listed.remove(comment)
            gone.append(at)
    _forget_author(parts.edit(comments))
    _drop_boxes(parts, sheet, gone)
    if not len(listed):
        _drop_comments(parts, sheet)
    return cleared


def add_comments(parts: Parts, sheet: str, texts: Mapping[Place, str], boxes: Mapping[Place, Box]) -> None:
    """Add our comments to the cells of a sheet's part, in the order of the cells. Raises NotEditable."""
    threaded = _threaded(parts, sheet)
    wanted = {at: texts[at] for at in sorted(texts) if at not in threaded}
    if not wanted:
        return
    root = _comments_root(parts, sheet)
    listed = child(root, "commentList")
    if listed is None:
        listed = sub(root, "commentList")
    existing = {place_of(comment.get("ref", "")): comment for comment in children(listed, "comment")}
    author = _author(root)
    for at, text in wanted.items():
        if at in existing:
            _append(existing[at], text)
        else:
            comment = sub(listed, "comment", ref=cell_name(*at), authorId=str(author))
            _write_runs(sub(comment, "text"), HEAD, text)
    _place_boxes(parts, sheet, {at: boxes[at] for at in wanted}, {at for at in wanted if at in existing})


# --- the texts ---


def _comments_part(parts: Parts, sheet: str) -> str:
    relation = related(parts, sheet, "comments")
    return parts.name_of(relation.target) if relation else ""


def _comments_root(parts: Parts, sheet: str) -> etree._Element:
    found = _comments_part(parts, sheet)
    if found:
        return parts.edit(found)
    sheet_root = parts.edit(sheet)
    namespace = str(sheet_root.tag).removesuffix("worksheet")
    root = new_root("comments", namespace.strip("{}"))
    sub(root, "authors")
    sub(root, "commentList")
    name = parts.free_name("xl/comments{}.xml")
    parts.put(name, root)
    set_type(parts, name, _COMMENTS_TYPE)
    relate(parts, sheet, "comments", name, relation_base(sheet_root))
    return root


def _author(root: etree._Element) -> int:
    authors = child(root, "authors")
    if authors is None:
        authors = sub(root, "authors")
        root.insert(0, authors)
    names = [element.text for element in children(authors, "author")]
    if AUTHOR not in names:
        sub(authors, "author", AUTHOR)
        names.append(AUTHOR)
    return names.index(AUTHOR)


def _forget_author(root: etree._Element) -> None:
    """Remove our name where nothing is by us any more and no other author's number depends on it."""
    authors, listed = child(root, "authors"), child(root, "commentList")
    names = children(authors, "author") if authors is not None else []
    if authors is None or not names or names[-1].text != AUTHOR:
        return
    used = {comment.get("authorId") for comment in listed} if listed is not None else set()
    if str(len(names) - 1) not in used:
        authors.remove(names[-1])


def _text(comment: etree._Element) -> str:
    return "".join(element.text or "" for element in comment.iter() if _local(element) == "t")


def _local(element: etree._Element) -> str:
    """The local name, "" for a comment or an instruction of the XML."""
    return local_name(element) if isinstance(element.tag, str) else ""


def _cut(comment: etree._Element) -> None:
    """Leave only what stands before our heading, and what the unit wrote below our last word."""
    before, _, ours = _text(comment).partition(HEAD)
    reply = ours.partition(END)[2].strip("\n")
    left = len(before.rstrip("\n"))
    for element in [e for e in comment.iter() if _local(e) == "t"]:
        text = element.text or ""
        element.text = text[:left]
        left = max(left - len(text), 0)
        run = element.getparent()
        if not element.text and run is not None and _local(run) == "r":
            remove(run)
    body = child(comment, "text")
    if reply and body is not None:
        _write_run(body, f"\n{reply}" if _text(comment) else reply)


def _append(comment: etree._Element, text: str) -> None:
    """Our words below what the unit wrote."""
    body = child(comment, "text")
    if body is None:
        body = sub(comment, "text")
        comment.insert(0, body)
    plain = child(body, "t")
    if plain is not None:
        body.remove(plain)
        own = sub(body, "r")
        body.insert(0, own)
        own.append(plain)
    _write_runs(body, f"\n{HEAD}" if _text(comment) else HEAD, text)


def _write_runs(body: etree._Element, heading: str, text: str) -> None:
    _write_run(body, heading, bold=True)
    _write_run(body, f"\n{text}{END}")


def _write_run(body: etree._Element, words: str, *, bold: bool = False) -> None:
    run = sub(body, "r")
    properties = sub(run, "rPr")
    if bold:
        sub(properties, "b")
    for name, value in (("sz", "9"), ("rFont", SONG), ("family", "3"), ("charset", "134")):
        sub(properties, name, val=value)
    sub(run, "t", words)


def _threaded(parts: Parts, sheet: str) -> set[Place]:
    cells: set[Place] = set()
    for relation in relations(parts, sheet):
        root = parts.look(relation.target) if relation.kind == "threadedComment" else None
        for comment in children(root, "threadedComment") if root is not None else ():
            at = place_of(comment.get("ref", ""))
            if at is not None:
                cells.add(at)
    return cells


# --- the boxes ---


def _drawing_part(parts: Parts, sheet: str) -> str:
    """The VML drawing that the sheet's legacyDrawing leads to, "" where it has none."""
    root = parts.look(sheet)
    found = child(root, "legacyDrawing") if root is not None else None
    identity = next((v for k, v in found.attrib.items() if str(k).endswith("}id")), "") if found is not None else ""
    target = next((relation.target for relation in relations(parts, sheet) if relation.id == identity), "")
    return parts.name_of(target) if target else ""


def _place_boxes(parts: Parts, sheet: str, boxes: Mapping[Place, Box], own: set[Place]) -> None:
    """A box for each comment; those of the unit's own comments are stretched over the longer text."""
    name = _drawing_part(parts, sheet) or _new_drawing(parts, sheet)
    content = _usual(parts.contents[name])
    numbers = [int(found) for found in _SHAPE_NUMBER.findall(content)]
    number = max([*numbers, 1024 * _drawing_number(content)])
    added = b"" if b'id="_x0000_t202"' in content else _SHAPE_TYPE.encode()
    for at, box in boxes.items():
        shown = ", ".join(map(str, box.anchor))
        shape = _shape_at(content, at) if at in own else None
        if shape is not None:
            stretched = _ANCHOR.sub(rb"\g<1>" + shown.encode() + rb"\g<2>", shape)
            content = content.replace(shape, stretched, 1)
            continue
        number += 1
        width, height = box.width * 3 / 4, box.height * 3 / 4
        added += _BOX.format(
            number=number, width=f"{width:g}", height=f"{height:g}", anchor=shown, row=at[0] - 1, column=at[1] - 1
        ).encode()
    end = content.rfind(b"</xml>")
    parts.put(name, content[:end] + added + content[end:])


def _usual(content: bytes) -> bytes:
    """The drawing with the prefixes that Office programs use; openpyxl makes up its own. Raises NotEditable."""
    if b"</xml>" in content and all(declared.encode() in content for declared in _DECLARED.split()):
        return content
    try:
        root = parsed(content)
    except Unreadable as problem:
        raise NotEditable("批注的图形读不懂") from problem
    etree.cleanup_namespaces(root, top_nsmap=_PREFIXES, keep_ns_prefixes=list(_PREFIXES))
    return etree.tostring(root)


def _drawing_number(content: bytes) -> int:
    found = re.search(rb'<o:idmap\b[^>]*\bdata="(\d+)', content)
    return int(found[1]) if found else 1


def _new_drawing(parts: Parts, sheet: str) -> str:
    root = parts.edit(sheet)
    name = parts.free_name("xl/drawings/vmlDrawing{}.vml")
    number = re.sub(r"\D", "", name.rpartition("/")[2])
    parts.put(name, _EMPTY_VML.format(declared=_DECLARED, data=number, shapetype=_SHAPE_TYPE).encode())
    set_default_type(parts, name, _VML_TYPE)
    base = relation_base(root)
    link_drawing(root, base, relate(parts, sheet, "vmlDrawing", name, base))
    return name


def _shape_at(content: bytes, at: Place) -> bytes | None:
    row = re.compile(rb"<x:Row>\s*%d\s*</x:Row>" % (at[0] - 1))
    column = re.compile(rb"<x:Column>\s*%d\s*</x:Column>" % (at[1] - 1))
    shapes = (found[0] for found in _SHAPE.finditer(content))
    return next((shape for shape in shapes if row.search(shape) and column.search(shape)), None)


def _drop_boxes(parts: Parts, sheet: str, cells: list[Place]) -> None:
    name = _drawing_part(parts, sheet)
    if not name or not cells:
        return
    content = _usual(parts.contents[name])
    for at in cells:
        shape = _shape_at(content, at)
        if shape is not None:
            content = content.replace(shape, b"", 1)
    parts.put(name, content)


def _drop_comments(parts: Parts, sheet: str) -> None:
    """A sheet without comments has no part for them, and no drawing in which nothing is left."""
    comments, drawing = related(parts, sheet, "comments"), _drawing_part(parts, sheet)
    if comments is not None:
        parts.drop(comments.target)
        unrelate(parts, sheet, comments.id)
    if drawing and not _SHAPE.search(parts.contents[drawing]):
        identity = next(r.id for r in relations(parts, sheet) if parts.name_of(r.target) == drawing)
        root = parts.edit(sheet)
        for element in children(root, "legacyDrawing"):
            root.remove(element)
        parts.drop(drawing)
        unrelate(parts, sheet, identity)
