"""The bytes behind a path: an ordinary file, or a file inside a .zip archive (``archive.zip/name.xlsx``)."""

from __future__ import annotations

import os
import stat
from pathlib import Path

from xltools.errors import reason_of
from xltools.reading.archives import open_zip_file, read_member, split_archive_path
from xltools.reading.package import DEFAULT_LIMITS, Unreadable

_TRIES = 3


def read_content(path: Path) -> tuple[bytes, float]:
    """A file's bytes and when it was last changed (seconds). Raises Unreadable: F101 with the reason, F105."""
    try:
        inside = None if _is_there(path) else split_archive_path(path)
        if inside is None:
            return _read_steady(path)
        archive, name = inside
        return read_member(open_zip_file(archive), name), archive.stat().st_mtime
    except OSError as error:
        raise Unreadable("F101", f"文件读不出来:{reason_of(error)}") from error


def _is_there(path: Path) -> bool:
    try:
        return path.exists()
    except OSError:  # longer than the system allows, as names inside an archive may be
        return False


def _read_steady(path: Path) -> tuple[bytes, float]:
    """The content, read while nobody wrote to it."""
    for _ in range(_TRIES):
        before = path.stat()
        if not stat.S_ISREG(before.st_mode):
            raise Unreadable("F101", "这不是普通文件,读不出内容:请检查它是不是文件夹或失效的链接")
        if before.st_size > DEFAULT_LIMITS.file_bytes:
            megabytes = DEFAULT_LIMITS.file_bytes // 1_000_000
            raise Unreadable("F105", f"文件超过 {megabytes} MB,疑为异常文件,请用空表重新填报")
        data = path.read_bytes()
        after = path.stat()
        if _state(before) == _state(after) and len(data) == after.st_size:
            return data, after.st_mtime
    raise Unreadable("F101", "文件正在被改动,读到的内容前后不一:请保存并关闭它,再运行一次")


def _state(about: os.stat_result) -> tuple[int, int]:
    return about.st_size, about.st_mtime_ns
