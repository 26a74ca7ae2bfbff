"""A folder → the files to read, and every other file with the reason why it is not read."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from xltools.consolidation import FileResult, FileStatus
from xltools.findings import Finding, Severity, finding
from xltools.returns import Source

READ_SUFFIXES = frozenset({".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ods", ".csv", ".xlt", ".xltx", ".xltm", ".ett"})
_DOCUMENTS = frozenset({".doc", ".docx", ".wps", ".pdf", ".rar", ".zip", ".7z", ".jpg", ".png", ".tif"})
_HASH_LIMIT = 200_000_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """``files``: (path, path as shown) of what is to be read; ``others``: what is not, and why."""

    files: tuple[tuple[Path, str], ...]
    others: tuple[tuple[FileResult, Finding], ...]


def gather(folder: Path, outputs: Collection[Path] = (), inputs: Collection[Path] = ()) -> Gathered:
    """Every file under a folder, in the order of its paths, exactly once.

    ``outputs``: files and folders that this run writes (F108); ``inputs``: the roster and the previous total.
    """
    written = {path.resolve() for path in outputs}
    given = {path.resolve() for path in inputs}
    files: list[tuple[Path, str]] = []
    others: list[tuple[FileResult, Finding]] = []
    for path in _walk(folder):
        shown = path.relative_to(folder).as_posix()
        reason = _reason_to_skip(path, shown, written, given)
        if reason is None:
            files.append((path, shown))
        else:
            others.append((FileResult(Source(shown, file_digest(path)), FileStatus.SKIPPED), reason))
    return Gathered(tuple(files), tuple(others))


def _walk(folder: Path) -> Iterator[Path]:
    for entry in sorted(folder.iterdir(), key=lambda path: path.name):
        if entry.is_dir() and not entry.is_symlink():
            yield from _walk(entry)
        elif not entry.is_dir():
            yield entry


def _reason_to_skip(path: Path, shown: str, written: set[Path], given: set[Path]) -> Finding | None:
    resolved = path.resolve()
    if resolved in written or any(parent in written for parent in resolved.parents):
        return finding("F108", "这是本次运行的输出文件,不计入", file=shown)
    if resolved in given:
        return finding("F106", "这是单位名录或上年汇总表,不是报表,不计入", file=shown)
    if path.name.startswith(("~$", ".~lock.")):
        return finding("F106", "这是 Excel/WPS 打开文件时留下的锁定文件,跳过", file=shown)
    if any(part.startswith(".") for part in shown.split("/")):
        return finding("F106", "隐藏文件,跳过", file=shown)
    suffix = path.suffix.lower()
    if suffix in READ_SUFFIXES:
        return None
    if suffix in _DOCUMENTS:
        message = f"{suffix} 文件不读;如果里面有报表,请取出来另存为 .xlsx 放进文件夹"
        return finding("F106", message, Severity.WARNING, file=shown)
    return finding("F106", "不是表格文件,跳过", file=shown)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; "" where it cannot be read or is far too large to be a return."""
    try:
        if path.stat().st_size > _HASH_LIMIT:
            return ""
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
