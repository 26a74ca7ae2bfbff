"""Parts of a package as XML, parsed without trust: no DOCTYPE, no entity, no network, bounded memory.

Whatever is not well-formed is Unreadable F101, named to the clerk by what the part holds.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from lxml import etree

from xltools.reading.package import Package, Unreadable, read_part

_CHUNK: Final = 1 << 16


def parse_xml(content: bytes, what: str) -> etree._Element:
    """The root of a small document; `what` names it to the clerk. Raises Unreadable (F101)."""
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    try:
        root = etree.fromstring(content, parser)
    except (etree.LxmlError, ValueError) as error:
        raise damaged(what) from error
    _refuse_doctype(root, what)
    return root


def stream_part(package: Package, part: str, names: Iterable[str], what: str) -> Iterator[etree._Element]:
    """The elements of these local names as they end, each forgotten when the next is asked for."""
    content = guarded_content(package, part)
    parser = etree.XMLPullParser(
        ("end",), tag=[f"{{*}}{name}" for name in names],
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False,
        remove_comments=True, remove_pis=True, collect_ids=False,
    )  # fmt: skip
    known_safe = False
    for start in range(0, len(content), _CHUNK):
        for element in _feed(parser, content[start : start + _CHUNK], what):
            if not known_safe:
                _refuse_doctype(element, what)
                known_safe = True
            yield element
            _forget(element)
    try:
        root = parser.close()
    except (etree.LxmlError, ValueError) as error:
        raise damaged(what) from error
    _refuse_doctype(root, what)


def damaged(what: str) -> Unreadable:
    """F101 for a part that cannot be understood; `what` names what it holds."""
    return Unreadable("F101", f"{what}已损坏,请用 Excel 或 WPS 打开原表另存后重报")


def local_name(element: etree._Element) -> str:
    """The name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def named(parent: etree._Element | None, name: str) -> Iterator[etree._Element]:
    """The children of this local name; none where there is no parent."""
    return (child for child in parent if local_name(child) == name) if parent is not None else iter(())


def is_true(text: str | None) -> bool:
    """Whether an attribute says true (xsd:boolean, and the "on" of ST_OnOff)."""
    return text is not None and text.strip() in ("1", "true", "on")


def _feed(parser: etree.XMLPullParser, chunk: bytes, what: str) -> list[etree._Element]:
    try:
        parser.feed(chunk)
        return [element for _, element in parser.read_events() if isinstance(element, etree._Element)]
    except (etree.LxmlError, ValueError) as error:
        raise damaged(what) from error


def _forget(element: etree._Element) -> None:
    parent = element.getparent()
    element.clear()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def guarded_content(package: Package, part: str) -> bytes:
    """A part that is about to be parsed: not more elements than a tree may have. Raises Unreadable (F101, F105)."""
    content = read_part(package, part)
    if content.count(b"<") > package.limits.tags:
        raise Unreadable("F105", "文件内容过多,疑为异常文件,请用空表重新填报")
    return content


def _refuse_doctype(element: etree._Element, what: str) -> None:
    # No spreadsheet program writes a DOCTYPE; entities serve only attacks.
    if element.getroottree().docinfo.internalDTD is not None:
        raise damaged(what)
