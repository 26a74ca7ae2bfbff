"""The members of a workbook's package, editable: what is not edited goes out byte for byte as it came in.

ECMA-376 part 2 (Open Packaging Conventions). Part names are compared without case.
"""

from __future__ import annotations

import io
import posixpath
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final
from xml.sax.saxutils import quoteattr

from lxml import etree

from xltools.reading.package import open_package, read_part
from xltools.reading.safe_xml import damaged, local_name

_MEMBER_DATE: Final = (1980, 1, 1, 0, 0, 0)
_TYPES: Final = "[Content_Types].xml"
_TRANSITIONAL: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_STRICT: Final = "http://purl.oclc.org/ooxml/officeDocument/relationships"
_PACKAGE_RELATIONS: Final = "http://schemas.openxmlformats.org/package/2006/relationships"
_NOT_IN_XML: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class NotEditable(Exception):  # noqa: N818 -- it says what the file is, not what went wrong in the program
    """A workbook that cannot be edited with safety; the text says why, in Chinese."""


@dataclass(slots=True)
class Parts:
    """Contents by part name, and the trees of those parts that are being edited."""

    contents: dict[str, bytes]
    trees: dict[str, etree._Element] = field(default_factory=dict)

    def name_of(self, part: str) -> str:
        """The part's name as the package spells it, "" where there is none."""
        if part in self.contents:
            return part
        return next((name for name in self.contents if name.lower() == part.lower()), "")

    def edit(self, part: str) -> etree._Element:
        """The root of a part; what is changed in it is written. Raises NotEditable where the part is missing."""
        name = self.name_of(part)
        if not name:
            raise NotEditable(f"文件不完整(缺少 {part})")
        if name not in self.trees:
            self.trees[name] = parsed(self.contents[name])
        return self.trees[name]

    def look(self, part: str) -> etree._Element | None:
        """The root of a part for reading only, None where there is none."""
        name = self.name_of(part)
        if not name:
            return None
        return self.trees[name] if name in self.trees else parsed(self.contents[name])

    def put(self, part: str, content: bytes | etree._Element) -> None:
        """A part with this content, at the end of the package where it is new."""
        self.trees.pop(part, None)
        if isinstance(content, bytes):
            self.contents[part] = content
        else:
            self.contents[part] = b""
            self.trees[part] = content

    def drop(self, part: str) -> None:
        """Remove a part and its content type; nothing happens where there is none."""
        name = self.name_of(part)
        if name:
            del self.contents[name]
            self.trees.pop(name, None)
            drop_type(self, name)

    def free_name(self, pattern: str) -> str:
        """The first name of a pattern like ``xl/comments{}.xml`` that is not taken."""
        number = 1
        while self.name_of(pattern.format(number)):
            number += 1
        return pattern.format(number)


def open_parts(data: bytes) -> Parts:
    """Everything in a package, guarded as reading guards it. Raises Unreadable."""
    package = open_package(data)
    return Parts({m.name.replace("\\", "/"): read_part(package, key) for key, m in package.members.items()})


def pack(parts: Parts) -> bytes:
    """The package's bytes: the same parts always give the same bytes."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.contents.items():
            member = zipfile.ZipInfo(name, _MEMBER_DATE)
            member.compress_type, member.create_system = zipfile.ZIP_DEFLATED, 0
            archive.writestr(member, written(parts.trees[name]) if name in parts.trees else content)
    return buffer.getvalue()


def parsed(content: bytes) -> etree._Element:
    """The root of an XML document, nothing left out of it; without trust, as reading.safe_xml parses."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, collect_ids=False
    )
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError) as error:
        raise damaged("文件的一个部分") from error
    if root.getroottree().docinfo.internalDTD is not None:
        raise damaged("文件的一个部分")
    return root


def written(root: etree._Element) -> bytes:
    """The document as Office programs write it."""
    return etree.tostring(root.getroottree(), xml_declaration=True, encoding="UTF-8", standalone=True)


def new_root(name: str, namespace: str) -> etree._Element:
    """The root of a new document, in this namespace alone."""
    return etree.fromstring(f"<{name} xmlns={quoteattr(namespace)}/>")


def remove(element: etree._Element) -> None:
    """Take an element out of its document."""
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def drop_attribute(element: etree._Element, name: str) -> None:
    """Remove an attribute that may be there."""
    if name in element.attrib:
        del element.attrib[name]


def legal(text: str) -> str:
    """The text as XML can hold it."""
    return _NOT_IN_XML.sub("□", text)


def children(parent: etree._Element, name: str) -> list[etree._Element]:
    """The child elements of this local name."""
    return [child for child in parent if isinstance(child.tag, str) and local_name(child) == name]


def child(parent: etree._Element, name: str) -> etree._Element | None:
    """The first child element of this local name."""
    return next(iter(children(parent, name)), None)


def sub(parent: etree._Element, name: str, text: str | None = None, /, **attributes: str) -> etree._Element:
    """A new last child in the parent's namespace."""
    element = etree.SubElement(parent, str(parent.tag).rpartition("}")[0] + "}" + name if "}" in parent.tag else name)
    for key, value in attributes.items():
        element.set(key, legal(value))
    if text is not None:
        element.text = legal(text)
        if text != text.strip() or "\n" in text:
            element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    return element


def linked(parent: etree._Element, name: str, base: str, identity: str, /, **attributes: str) -> etree._Element:
    """:func:`sub` with the id of a relation. ``base``: see :func:`relation_base`."""
    namespace = str(parent.tag).rpartition("}")[0].removeprefix("{")
    element = etree.SubElement(parent, f"{{{namespace}}}{name}" if namespace else name, nsmap={"r": base})
    for key, value in attributes.items():
        element.set(key, legal(value))
    element.set(f"{{{base}}}id", identity)
    return element


# --- relations ---


@dataclass(frozen=True, slots=True)
class Relation:
    """A relation of a part: ``kind`` is the last step of its type, ``target`` the part led to, "" where outside."""

    id: str
    kind: str
    target: str


def relations(parts: Parts, part: str) -> Iterator[Relation]:
    """The relations of a part, "" being the package."""
    root = parts.look(_relations_part(part))
    for element in children(root, "Relationship") if root is not None else ():
        target = element.get("Target", "").replace("\\", "/")
        inside = element.get("TargetMode") != "External"
        path = posixpath.normpath(posixpath.join("/", posixpath.dirname(part), target)).lstrip("/")
        yield Relation(element.get("Id", ""), element.get("Type", "").rpartition("/")[2], path if inside else "")


def related(parts: Parts, part: str, kind: str) -> Relation | None:
    """The part's first relation of a kind."""
    return next((relation for relation in relations(parts, part) if relation.kind == kind), None)


def relate(parts: Parts, part: str, kind: str, target: str, base: str) -> str:
    """A new relation from one part to another; its id. ``base``: see :func:`relation_base`."""
    name = _relations_part(part)
    if not parts.name_of(name):
        parts.put(name, new_root("Relationships", _PACKAGE_RELATIONS))
    root = parts.edit(name)
    taken = {element.get("Id") for element in children(root, "Relationship")}
    number = len(taken) + 1
    while f"rId{number}" in taken:
        number += 1
    path = posixpath.relpath("/" + target, "/" + posixpath.dirname(part))
    sub(root, "Relationship", Id=f"rId{number}", Type=f"{base}/{kind}", Target=path)
    return f"rId{number}"


def unrelate(parts: Parts, part: str, identity: str) -> None:
    """Remove a relation, and the relations part that holds no other."""
    name = _relations_part(part)
    root = parts.edit(name)
    for element in children(root, "Relationship"):
        if element.get("Id") == identity:
            root.remove(element)
    if not children(root, "Relationship"):
        parts.drop(name)


def relation_base(root: etree._Element) -> str:
    """What the types of relations begin with in a document of this root: Strict and Transitional differ."""
    return _STRICT if "purl.oclc.org" in str(root.tag) else _TRANSITIONAL


def _relations_part(part: str) -> str:
    folder, name = posixpath.split(part)
    return posixpath.join(folder, "_rels", f"{name}.rels")


# --- content types ---


def type_of(parts: Parts, part: str) -> str:
    """The content type that is declared for this very part, "" where none is."""
    found = [element for element in _overrides(parts) if _is_for(element, part)]
    return found[0].get("ContentType", "") if found else ""


def set_type(parts: Parts, part: str, content_type: str) -> None:
    """Declare a part's content type."""
    for element in _overrides(parts):
        if _is_for(element, part):
            element.set("ContentType", content_type)
            return
    sub(parts.edit(_TYPES), "Override", PartName=f"/{part}", ContentType=content_type)


def set_default_type(parts: Parts, part: str, content_type: str) -> None:
    """Declare the type of all parts with this one's extension, or of it alone where others are something else."""
    extension = part.rpartition(".")[2]
    root = parts.edit(_TYPES)
    defaults = {e.get("Extension", "").lower(): e.get("ContentType") for e in children(root, "Default")}
    if extension not in defaults:
        root.insert(0, sub(root, "Default", Extension=extension, ContentType=content_type))
    elif defaults[extension] != content_type:
        set_type(parts, part, content_type)


def drop_type(parts: Parts, part: str) -> None:
    """Remove what is declared for this very part."""
    for element in _overrides(parts):
        if _is_for(element, part):
            parts.edit(_TYPES).remove(element)


def _overrides(parts: Parts) -> list[etree._Element]:
    return children(parts.edit(_TYPES), "Override")


def _is_for(element: etree._Element, part: str) -> bool:
    return element.get("PartName", "").lower() == f"/{part}".lower()
