"""What a compound file (OLE, the container of .xls, .doc and locked workbooks) holds, by name ([MS-CFB]).

Only the directory is looked at, in bounded steps: a hostile one costs neither time nor memory.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from itertools import islice
from typing import Final

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_IN_HEADER: Final = 109  # sectors of the allocation table that the header lists
_MOST_TABLE_SECTORS: Final = 4_000  # of 512 bytes: files of 262 MB
_MOST_DIRECTORY_BYTES: Final = 1_000_000
_ENTRY: Final = 128
_NOWHERE: Final = 0xFFFFFFFA  # this and above number no sector and no entry


def top_names(data: bytes) -> frozenset[str]:
    """The streams and storages at the top, in small letters; of a damaged container those that can be found.

    What is inside a storage does not count: a Word document embedded in an .xls has its streams there.
    """
    names: set[str] = set()
    try:
        directory = _directory(data)
        for name in _siblings(directory, struct.unpack_from("<I", directory, 76)[0]):
            names.add(name)
    except struct.error:
        return frozenset(names)
    return frozenset(names)


def _directory(data: bytes) -> bytes:
    (shift,) = struct.unpack_from("<H", data, 30)
    if shift not in (9, 12):
        return b""
    size = 1 << shift
    (sector,) = struct.unpack_from("<I", data, 48)
    table = list(islice(_table_sectors(data, size), _MOST_TABLE_SECTORS))
    found = bytearray()
    while sector < _NOWHERE and len(found) < _MOST_DIRECTORY_BYTES:
        found += data[(sector + 1) * size : (sector + 2) * size]
        which, place = divmod(sector, size // 4)
        if which >= len(table):
            break
        (sector,) = struct.unpack_from("<I", data, (table[which] + 1) * size + 4 * place)
    return bytes(found)


def _table_sectors(data: bytes, size: int) -> Iterator[int]:
    """The sectors of the allocation table, in order: listed in the header, then in sectors of their own."""
    yield from struct.unpack_from(f"<{_IN_HEADER}I", data, 76)
    (sector,) = struct.unpack_from("<I", data, 68)
    while sector < _NOWHERE:
        *listed, sector = struct.unpack_from(f"<{size // 4}I", data, (sector + 1) * size)
        yield from listed


def _siblings(directory: bytes, first: int) -> Iterator[str]:
    """The names of a tree of entries, each with a left and a right one."""
    waiting, seen = [first], set[int]()
    while waiting:
        entry = waiting.pop()
        if entry >= _NOWHERE or entry in seen:
            continue
        seen.add(entry)
        at = entry * _ENTRY
        (length,) = struct.unpack_from("<H", directory, at + 64)
        yield directory[at : at + max(min(length, 64) - 2, 0)].decode("utf-16-le", "replace").lower()
        waiting += struct.unpack_from("<II", directory, at + 68)
