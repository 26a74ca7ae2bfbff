"""A folder → the files to read, and every other file with the reason why it is not read."""

from __future__ import annotations

import hashlib
import os
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from xltools.consolidation import FileResult, FileStatus
from xltools.errors import reason_of
from xltools.fetching import Copies, fetch_folder
from xltools.findings import Finding, Severity, finding
from xltools.reading.archives import Archive, open_zip_file, read_member
from xltools.reading.package import DEFAULT_LIMITS, Unreadable, open_package
from xltools.reading.sources import SPREADSHEET_SUFFIXES, is_workbook
from xltools.returns import Source

READ_SUFFIXES = frozenset(SPREADSHEET_SUFFIXES)
_DOCUMENTS = frozenset(
    {".doc", ".docx", ".wps", ".pdf", ".jpg", ".jpeg", ".png", ".tif", ".numbers", ".html", ".htm", ".fods"}
)
_ARCHIVES = frozenset({".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz"})
_OF_WORKBOOKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")
_NOT_SHOWN, _TURNS = ("Cc", "Cs"), "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_HASH_LIMIT = 200_000_000


@dataclass(frozen=True, slots=True)
class Gathered:
    """``files``: (path, path as shown) of what is to be read; ``others``: what is not, and why.

    A return inside an archive has the path ``archive.zip/name.xlsx``, which reading understands. ``copies``: where
    files were brought here from elsewhere, what keeps them; they are gone when nothing refers to it any more.
    """

    files: tuple[tuple[Path, str], ...]
    others: tuple[tuple[FileResult, Finding], ...]
    copies: tuple[Copies, ...] = ()


def gather(folder: Path | str, outputs: Collection[Path] = (), inputs: Collection[Path] = ()) -> Gathered:
    """Every file under a folder, in the order of its paths, exactly once; archives are looked into, one level.

    ``folder``: a path, or the URL of a folder elsewhere (a text), whose files are brought here. ``outputs``: files and
    folders that this run writes (F108); ``inputs``: the roster and the previous total.
    """
    if isinstance(folder, str):
        copies = fetch_folder(folder)
        here = gather(copies.folder, outputs, inputs)
        return Gathered(here.files, (*here.others, *copies.missed), (copies,))
    found = _Found(frozenset(map(os.path.realpath, outputs)), frozenset(map(os.path.realpath, inputs)))
    for path in _walk(folder):
        shown = printable(path.relative_to(folder).as_posix())
        reason = _reason_to_skip(path, shown, found)
        if reason is not None:
            found.leave(shown, reason, file_digest(path))
        elif _suffix(path.name) == ".zip":
            _look_into(path, shown, found)
        else:
            found.files.append((path, shown))
    return Gathered(tuple(found.files), tuple(found.others))


def gather_one(path: Path, shown: str) -> Gathered:
    """A single file as :func:`gather` would take it: an archive's members, anything else as it is given."""
    found = _Found(frozenset(), frozenset())
    if _suffix(path.name) == ".zip" and path.is_file():
        _look_into(path, shown, found)
    else:
        found.files.append((path, shown))
    return Gathered(tuple(found.files), tuple(found.others))


def printable(path: str) -> str:
    """A path as findings show it: what is no character, controls or turns the direction of text is spelt out."""
    return "".join(f"\\u{ord(c):04x}" if unicodedata.category(c) in _NOT_SHOWN or c in _TURNS else c for c in path)


def file_digest(path: Path) -> str:
    """The SHA-256 of a file; "" where it is no ordinary file, cannot be read or is far too large to be a return."""
    try:
        about = path.stat()
        if not stat.S_ISREG(about.st_mode) or about.st_size > _HASH_LIMIT:
            return ""
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


@dataclass(slots=True)
class _Found:
    """What has been found so far, and the paths that are this run's own."""

    written: frozenset[str]
    given: frozenset[str]
    files: list[tuple[Path, str]] = field(default_factory=list)
    others: list[tuple[FileResult, Finding]] = field(default_factory=list)

    def leave(self, shown: str, reason: Finding, digest: str = "", status: FileStatus = FileStatus.SKIPPED) -> None:
        self.others.append((FileResult(Source(shown, digest), status), reason))


def _walk(folder: Path) -> Iterator[Path]:
    """Files, links to folders (never followed) and folders that cannot be opened, in the order of their names."""
    waiting = [folder]
    while waiting:
        path = waiting.pop()
        try:
            is_folder = path.is_dir() and (path == folder or not path.is_symlink())
            entries = sorted(path.iterdir(), key=lambda entry: entry.name, reverse=True) if is_folder else None
        except OSError:
            entries = None
        if entries is None:
            yield path
        else:
            waiting += entries


def _reason_to_skip(path: Path, shown: str, found: _Found) -> Finding | None:
    resolved = os.path.realpath(path)
    if resolved in found.written or any(str(parent) in found.written for parent in Path(resolved).parents):
        return finding("F108", "这是本次运行的输出文件,不计入", file=shown)
    if resolved in found.given:
        return finding("F106", "这是单位名录或上年汇总表,不是报表,不计入", file=shown)
    return (
        _reason_by_name(path.name, shown)
        or _reason_by_kind(path, shown)
        or _reason_by_suffix(path.name, shown, partial(_holds_workbook, path))
    )


def _reason_by_name(name: str, shown: str) -> Finding | None:
    if name.startswith(("~$", ".~lock.")):
        return finding("F106", "这是 Excel 或 WPS 打开文件时留下的临时文件,跳过", file=shown)
    if any(part.startswith(".") or part == "__MACOSX" for part in shown.split("/")):
        return finding("F106", "隐藏文件,跳过", file=shown)
    return None


def _reason_by_kind(path: Path, shown: str) -> Finding | None:
    """Why an entry is not read, by what it is on the disk."""
    try:
        mode = path.stat().st_mode
    except OSError:
        is_return = _suffix(path.name) in READ_SUFFIXES  # reading says why it cannot be read
        return None if is_return else finding("F106", "链接失效或没有权限,跳过", file=shown)
    if stat.S_ISDIR(mode):
        what = "指向别处的文件夹(链接),不进入" if path.is_symlink() else "文件夹打不开,里面的文件没有读:请检查权限"
        return finding("F106", what, Severity.WARNING, file=shown)
    return None if stat.S_ISREG(mode) else finding("F106", "不是普通文件,跳过", file=shown)


def _reason_by_suffix(name: str, shown: str, is_workbook: Callable[[], bool]) -> Finding | None:
    """Why a file is not read, by what it is called; a workbook is read whatever it is called, and told by reading."""
    suffix = _suffix(name)
    if suffix in READ_SUFFIXES or suffix == ".zip" or is_workbook():
        return None
    if suffix in _ARCHIVES:
        message = f"{suffix} 压缩包打不开:请解压,把里面的表格放进文件夹(.zip 的可以直接放)"
        return finding("F106", message, Severity.WARNING, file=shown)
    if suffix in _DOCUMENTS:
        message = f"{suffix} 文件不读;如果里面有报表,请取出来另存为 .xlsx 放进文件夹"
        return finding("F106", message, Severity.WARNING, file=shown)
    return finding("F106", "不是表格文件,跳过", file=shown)


def _suffix(name: str) -> str:
    return Path(name).suffix.strip().lower()


def _holds_workbook(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            beginning = file.read(4)
            if beginning not in _OF_WORKBOOKS or path.stat().st_size > DEFAULT_LIMITS.file_bytes:
                return False
            return is_workbook(beginning + file.read())
    except OSError:
        return False


def _look_into(path: Path, shown: str, found: _Found) -> None:
    """An archive's members as files of their own; the archive itself is listed as taken apart."""
    digest = file_digest(path)
    try:
        archive = open_zip_file(path)
    except Unreadable as problem:
        if _holds_workbook(path):  # that calls itself .zip, as below
            found.files.append((path, shown))
            return
        other = _other_archive(path)
        if other:
            message = f"名字是 .zip,内容却是 {other} 压缩包,打不开:请解压,把里面的表格放进文件夹"
            found.leave(shown, finding("F106", message, Severity.WARNING, file=shown), digest)
        else:
            found.leave(shown, finding(problem.code, problem.message, file=shown), digest, FileStatus.REJECTED)
        return
    except OSError as error:
        message = f"文件读不出来:{reason_of(error)}"
        found.leave(shown, finding("F101", message, file=shown), digest, FileStatus.REJECTED)
        return
    if "[content_types].xml" in archive.package.members or _holds_workbook(path):
        found.files.append((path, shown))  # a workbook that calls itself .zip
        return
    before = len(found.files)
    for name in archive.names:
        _look_at(path, shown, name, archive, found)
    taken = len(found.files) - before
    rest = len(archive.names) - taken
    message = f"压缩包,已取出 {taken} 个表格文件" + (f",另有 {rest} 个文件没有读" if rest else "")
    severity = Severity.INFO if taken else Severity.WARNING
    found.leave(shown, finding("F106", message, severity, file=shown), digest)


def _other_archive(path: Path) -> str:
    """What kind of archive a file is that calls itself .zip: RAR or 7Z, "" where neither."""
    try:
        with path.open("rb") as file:
            open_package(file.read(8))
    except OSError:
        return ""
    except Unreadable as problem:
        return problem.kind.upper() if problem.kind in ("rar", "7z") else ""
    return ""


def _look_at(path: Path, shown: str, name: str, archive: Archive, found: _Found) -> None:
    inside = f"{shown}/{printable(name)}"
    if name in archive.refused:
        problem = archive.refused[name]
        found.leave(inside, finding(problem.code, problem.message, file=inside), status=FileStatus.REJECTED)
        return
    last = name.rsplit("/", 1)[-1]
    reason = _reason_by_name(last, inside)
    if reason is None and _suffix(last) == ".zip":
        message = "压缩包里的压缩包不再打开:请解压,把里面的表格放进文件夹"
        reason = finding("F106", message, Severity.WARNING, file=inside)
    reason = reason or _reason_by_suffix(last, inside, partial(_is_workbook_inside, archive, name))
    if reason is None:
        found.files.append((path / name, inside))
    else:
        found.leave(inside, reason, _member_digest(archive, name))


def _is_workbook_inside(archive: Archive, name: str) -> bool:
    try:
        return is_workbook(read_member(archive, name))
    except Unreadable:
        return False


def _member_digest(archive: Archive, name: str) -> str:
    try:
        return hashlib.sha256(read_member(archive, name)).hexdigest()
    except Unreadable:
        return ""
