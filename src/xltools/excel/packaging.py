"""Parts of an Office package in and out of a zip file, always in the same order and with the same dates."""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from io import BytesIO

_FIRST = ("[Content_Types].xml", "_rels/.rels")
_DATE = (1980, 1, 1, 0, 0, 0)


def parts_of(data: bytes) -> dict[str, bytes]:
    """The members of a package that we wrote ourselves, by name."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of these parts; the same parts give the same bytes."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(parts, key=lambda name: (name not in _FIRST, name)):
            member = zipfile.ZipInfo(name, _DATE)
            member.create_system, member.external_attr = 0, 0
            archive.writestr(member, parts[name], zipfile.ZIP_DEFLATED, 6)
    return buffer.getvalue()
