"""Damaged and altered copies of a file, each told by a number: the same number always gives the same copy.

Half of them are hit blindly (bits, cuts, splices), half are altered the way XML may legally or illegally vary, because
what is nearly right is where a reader goes wrong without noticing.
"""

from __future__ import annotations

import io
import random
import re
import zipfile
import zlib
from collections.abc import Callable

Mutation = Callable[[bytes, random.Random], bytes]


def mutated(data: bytes, number: int) -> bytes:
    """The copy with this number of a workbook, table or text."""
    chance = random.Random(number)
    is_package = data.startswith(b"PK")
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        data = _package(data, chance) if is_package and chance.random() < 0.85 else chance.choice(_BLIND)(data, chance)
    return data


def _package(data: bytes, chance: random.Random) -> bytes:
    """One part altered, the archive itself sound; or the archive's list of parts altered."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = [(entry.filename, archive.read(entry)) for entry in archive.infolist()]
    except (zipfile.BadZipFile, OSError, ValueError, EOFError, NotImplementedError, RuntimeError, zlib.error):
        return chance.choice(_BLIND)(data, chance)
    if not members:
        return data
    if chance.random() < 0.1:
        members = _other_members(members, chance)
    else:
        weights = [20 if "sheet1" in name or "content.xml" in name else 8 if "/" in name else 3 for name, _ in members]
        (at,) = chance.choices(range(len(members)), weights)
        name, content = members[at]
        altered = chance.choice(_XML if chance.random() < 0.75 else _BLIND)(content, chance)
        members[at] = (name, altered)
    packing = zipfile.ZIP_STORED if chance.random() < 0.1 else zipfile.ZIP_DEFLATED
    return packed(members, packing)


def packed(members: list[tuple[str, bytes]], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """An archive of these members; the same members always give the same bytes."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", packing) as archive:
        for name, content in members:
            entry = zipfile.ZipInfo(name)
            entry.compress_type = packing
            archive.writestr(entry, content)
    return stream.getvalue()


def _other_members(members: list[tuple[str, bytes]], chance: random.Random) -> list[tuple[str, bytes]]:
    at = chance.randrange(len(members))
    name, content = members[at]
    kind = chance.randrange(4)
    if kind == 0:
        return members[:at] + members[at + 1 :]
    if kind == 1:
        return [*members[:at], (name.upper(), content), *members[at + 1 :]]
    if kind == 2:
        other = chance.choice(members)[1]
        return [*members[:at], (name, other), *members[at + 1 :]]
    return sorted(members, key=lambda member: chance.random())


# --- blindly ---


def _flipped(data: bytes, chance: random.Random) -> bytes:
    copy = bytearray(data)
    for _ in range(min(len(copy), chance.choice((1, 1, 2, 8)))):
        copy[chance.randrange(len(copy))] ^= 1 << chance.randrange(8)
    return bytes(copy)


def _cut(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data) + 1)]


def _without_span(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + data[start + chance.randint(1, 64) :]


def _span_twice(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    span = data[start : start + chance.randint(1, 300)]
    return data[:start] + span + data[start:]


def _span_moved(data: bytes, chance: random.Random) -> bytes:
    start, target = chance.randrange(len(data) + 1), chance.randrange(len(data) + 1)
    span = data[start : start + chance.randint(1, 64)]
    rest = data[:start] + data[start + len(span) :]
    return rest[:target] + span + rest[target:]


def _noise_put_in(data: bytes, chance: random.Random) -> bytes:
    start = chance.randrange(len(data) + 1)
    return data[:start] + chance.choice((b"\0", b"\x0b", b"\xff", b" ", b"\n", b"<", b"&", b'"', b"]]>")) + data[start:]


# --- as XML and tables of figures may vary ---


def _at_a_match(pattern: bytes, change: Callable[[bytes, random.Random], bytes]) -> Mutation:
    """Changes one match of the pattern, any of them."""
    compiled = re.compile(pattern, re.DOTALL)

    def mutate(data: bytes, chance: random.Random) -> bytes:
        found = list(compiled.finditer(data))
        if not found:
            return _flipped(data, chance)
        match = chance.choice(found)
        return data[: match.start()] + change(match[0], chance) + data[match.end() :]

    return mutate


def _respelt_digits(digits: bytes, chance: random.Random) -> bytes:
    spellings: tuple[Callable[[bytes], bytes], ...] = (
        lambda text: b"&#x%x;" % text[0] + text[1:],
        lambda text: text[:1] + b"<!-- -->" + text[1:],
        lambda text: b"<![CDATA[" + text + b"]]>",
        lambda text: b" " + text + b" ",
        lambda text: text + b".0",
        lambda text: text + b"e2",
        lambda text: b"-" + text,
        lambda text: b"0x" + text,
        lambda text: b"0" + text,
        lambda text: text.translate(bytes.maketrans(b"1234567890", b"2345678901")),
        lambda text: "".join(chr(0xFEE0 + each) for each in text).encode(),
        lambda text: text[:1] + b"," + text[1:],
        lambda text: b"",
        lambda text: b"1e400",
        lambda text: text + b"\xe4\xbb\xb6",
        lambda text: b"9" * 40,
    )
    return chance.choice(spellings)(digits)


def _other_element(tag: bytes, chance: random.Random) -> bytes:
    kinds: tuple[Callable[[bytes], bytes], ...] = (
        lambda text: b"<!--" + text + b"-->",
        lambda text: text + text,
        lambda text: b"",
        lambda text: b"<x>" + text + b"</x>",
        lambda text: b'<mc:Choice xmlns:mc="urn:mc">' + text + b"</mc:Choice>",
        lambda text: text.replace(b"<", b"<x:", 1),
        lambda text: text.replace(b">", b' xmlns="urn:other">', 1),
        lambda text: text.replace(b"<", b"< ", 1),
        lambda text: text.replace(b'="', b" = '", 1).replace(b'"', b"'", 1),
        lambda text: b"<?pi " + text + b"?>",
    )
    return chance.choice(kinds)(tag)


def _other_kind(_: bytes, chance: random.Random) -> bytes:
    return b' t="%s"' % chance.choice((b"s", b"n", b"str", b"b", b"e", b"d", b"inlineStr", b"x"))


def _other_reference(text: bytes, chance: random.Random) -> bytes:
    letter, row = text[3:4], text[4:-1]
    other = (b"D" + row, letter + b"7", b"$D$6", b"d6", b"XFE1", b"A0", b"ZZZZ1", b"")
    return b'r="' + chance.choice(other) + b'"'


_BLIND: tuple[Mutation, ...] = (_flipped, _flipped, _cut, _without_span, _span_twice, _span_moved, _noise_put_in)
_XML: tuple[Mutation, ...] = (
    _at_a_match(rb"(?<=>)[0-9]+(?=<)", _respelt_digits),
    _at_a_match(rb"(?<=<v>)[0-9.]+(?=</v>)", _respelt_digits),
    _at_a_match(rb'(?<=office:value=")[0-9.]+', _respelt_digits),
    _at_a_match(rb"<c [^>]*>(?:(?!</c>).)*</c>", _other_element),
    _at_a_match(rb"<row .*?</row>", _other_element),
    _at_a_match(rb"<si>.*?</si>", _other_element),
    _at_a_match(rb"<definedName .*?</definedName>", _other_element),
    _at_a_match(rb"<table:table-(?:cell|row)[^>]*>", _other_element),
    _at_a_match(rb"<v>[^<]*</v>", _other_element),
    _at_a_match(rb' t="[a-zA-Z]+"', _other_kind),
    _at_a_match(rb' s="[0-9]+"', lambda _, chance: b' s="%d"' % chance.randrange(80)),
    _at_a_match(rb'r="[A-Z][0-9]+"', _other_reference),
    _at_a_match(rb"\$[A-Z]\$[0-9]+", lambda _, chance: b"$D$%d" % chance.randrange(1, 80)),
)
