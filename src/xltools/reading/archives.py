"""A ZIP archive of returns: its members by name, each readable or with the reason why not. One level, no deeper."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from xltools.reading.package import DIRECTORY_ERRORS, Limits, Member, Package, Unreadable, damaged_file, read_part

ARCHIVE_LIMITS: Final = Limits(total_bytes=2_000_000_000)
_ENCRYPTED: Final = 0x41
_UTF8_NAME: Final = 0x800
_UNICODE_PATH: Final = 0x7075
_MOST_SIGNATURES: Final = 200_000  # workbooks stored without packing have directories of their own


@dataclass(frozen=True, slots=True)
class Archive:
    """An opened archive. ``names``: its files as they are called; ``refused``: those that must not be read, and why."""

    package: Package
    names: tuple[str, ...]
    refused: Mapping[str, Unreadable]


def open_zip(data: bytes, limits: Limits = ARCHIVE_LIMITS) -> Archive:
    """The directory of an archive; nothing is inflated. Raises Unreadable: F101 damaged, F105 bomb or too large."""
    if len(data) > limits.file_bytes or data.count(b"PK\x01\x02") > _MOST_SIGNATURES:
        raise _too_large(limits)
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.orig_filename.endswith(("/", "\\"))]
    except DIRECTORY_ERRORS as error:
        raise damaged_file() from error
    _refuse_overlaps(entries)
    if len(entries) > limits.members:
        raise _too_large(limits)
    if sum(entry.file_size for entry in entries) > limits.total_bytes:
        raise Unreadable("F105", "压缩包解压后大得不正常,没有解开:请分开报送")
    members: dict[str, Member] = {}
    names: dict[str, str] = {}
    refused: dict[str, Unreadable] = {}
    for entry in entries:
        written = member_name(entry)
        name = "/".join(step for step in written.split("/") if step not in ("", "."))
        known = names.setdefault(name.lower(), name)
        problem = _problem(entry, written, limits, twice=name.lower() in members)
        if problem is not None:
            refused[known] = problem
        members[name.lower()] = _member(entry)
    return Archive(Package(data, members, limits), tuple(sorted(names.values())), refused)


def read_member(archive: Archive, name: str) -> bytes:
    """The content of one file of the archive. Raises Unreadable (F101, F102, F105)."""
    if name in archive.refused:
        raise archive.refused[name]
    return read_part(archive.package, name)


def split_archive_path(path: Path) -> tuple[Path, str] | None:
    """``…/a.zip/b/c.xlsx`` → (``…/a.zip``, ``b/c.xlsx``) where a.zip is a file; None where no part of the path is."""
    for parent in path.parents:
        if parent.suffix.lower() == ".zip" and parent.is_file():
            return parent, path.relative_to(parent).as_posix()
    return None


def open_zip_file(path: Path) -> Archive:
    """:func:`open_zip` of a file; the one opened last is remembered while it does not change. Raises OSError too."""
    about = path.stat()
    if about.st_size > ARCHIVE_LIMITS.file_bytes:
        raise _too_large(ARCHIVE_LIMITS)
    return _remembered(str(path), about.st_mtime_ns, about.st_size)


@lru_cache(maxsize=1)
def _remembered(path: str, _modified: int, _size: int) -> Archive:
    return open_zip(Path(path).read_bytes())


def member_name(entry: zipfile.ZipInfo) -> str:
    """A member's name: UTF-8 where it says so or is, else the GBK that Chinese Windows writes."""
    name = entry.orig_filename
    if not entry.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437")
        name = _unicode_path(entry.extra, raw) or next(
            (text for encoding in ("utf-8", "gb18030") if (text := _decoded(raw, encoding))), name
        )
    return name.replace("\\", "/")


def _too_large(limits: Limits) -> Unreadable:
    megabytes = limits.file_bytes // 1_000_000
    return Unreadable("F105", f"压缩包过大(超过 {megabytes} MB 或 {limits.members} 个文件):请分开报送")


def _decoded(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError:
        return ""


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name that the Info-ZIP extra field gives, if it belongs to this name."""
    at = 0
    while at + 4 <= len(extra):
        kind, size = struct.unpack_from("<HH", extra, at)
        body = extra[at + 4 : at + 4 + size]
        if kind == _UNICODE_PATH and len(body) > 5 and struct.unpack_from("<I", body, 1)[0] == zlib.crc32(raw):
            return _decoded(body[5:], "utf-8")
        at += 4 + size
    return ""


def _refuse_overlaps(entries: Iterable[zipfile.ZipInfo]) -> None:
    """Members that share packed bytes: no program writes them, they multiply what a small file inflates to."""
    end = 0
    for entry in sorted(entries, key=lambda entry: entry.header_offset):
        if entry.header_offset < end:
            raise Unreadable("F105", "压缩包里的文件互相重叠,不正常,没有解开:请解压后报送其中的表格")
        end = entry.header_offset + 30 + entry.compress_size


def _problem(entry: zipfile.ZipInfo, name: str, limits: Limits, *, twice: bool) -> Unreadable | None:
    steps = name.split("/")
    if not steps[0] or ".." in steps or ":" in steps[0] or "\0" in name:
        return Unreadable("F101", "压缩包里的路径不正常,疑为被改动的文件,没有读:请解压后报送")
    if twice:
        return Unreadable("F101", "压缩包里有同名的文件,无法确定以哪个为准:请解压后报送")
    if entry.flag_bits & _ENCRYPTED:
        return Unreadable("F102", "压缩包加了密码,里面的文件读不出来:请解压后报送", "encrypted")
    if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        return Unreadable("F101", "压缩包采用了不支持的压缩方式:请解压后报送")
    is_bomb = entry.file_size > limits.ratio_from and entry.file_size > entry.compress_size * limits.ratio
    if is_bomb or entry.file_size > limits.member_bytes:
        return Unreadable("F105", "解压后大得不正常,没有读:请用空表重新填报")
    return None


def _member(entry: zipfile.ZipInfo) -> Member:
    deflated = entry.compress_type == zipfile.ZIP_DEFLATED
    return Member(
        entry.orig_filename, entry.header_offset, entry.compress_size, entry.file_size, entry.CRC, deflated
    )
