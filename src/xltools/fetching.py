"""A folder elsewhere (s3://…, sftp://…, memory://…: whatever fsspec knows) → the same files in a folder here.

Everything after that is as with any folder. Bringing files by the hundred is what such file systems are fast at;
opening them one by one is what they are slow at.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory
from typing import Any, Final

from xltools.consolidation import FileResult, FileStatus
from xltools.errors import CouldNotRun
from xltools.findings import Finding, finding
from xltools.reading.package import DEFAULT_LIMITS
from xltools.returns import Source

_AT_ONCE: Final = 64
_NO_NAME: Final = '\\:*?"<>|\0' if os.name == "nt" else "\0"
_CHANGED: Final = ("mtime", "LastModified", "last_modified", "updated", "modified", "created")


@dataclass(frozen=True, slots=True)
class Copies:
    """What was brought here. The folder is removed when nothing refers to ``home`` any more, at the latest at exit.

    ``missed``: files that could not be brought, each with the reason.
    """

    home: TemporaryDirectory[str]
    missed: tuple[tuple[FileResult, Finding], ...]

    @property
    def folder(self) -> Path:
        return Path(self.home.name)


def fetch_folder(url: str) -> Copies:
    """Copies of all files under a folder elsewhere, with their times; CouldNotRun where it cannot be opened."""
    system, root, found = _listed(url)
    home = TemporaryDirectory(prefix="xltools-")
    missed: dict[str, Finding] = {}
    wanted: dict[str, tuple[str, Path]] = {}
    for remote, about in sorted(found.items()):
        shown = remote[len(root) :].lstrip("/")
        problem = _problem(shown, about)
        if problem is not None:
            missed[shown] = problem
        else:
            wanted[remote] = shown, Path(home.name, *PurePosixPath(shown).parts)
    names = list(wanted)
    for start in range(0, len(names), _AT_ONCE):
        batch = {remote: wanted[remote] for remote in names[start : start + _AT_ONCE]}
        missed |= _bring(system, batch)
    for remote, (shown, local) in wanted.items():
        if shown not in missed:
            changed = _changed(found[remote])
            os.utime(local, (changed, changed))
    lost = tuple((FileResult(Source(shown), FileStatus.REJECTED), why) for shown, why in missed.items())
    return Copies(home, lost)


def _listed(url: str) -> tuple[Any, str, dict[str, Mapping[str, Any]]]:
    """The file system, the folder's path in it, and what is known of each file by its path."""
    try:
        from fsspec.core import url_to_fs  # type: ignore[import-untyped]
    except ImportError:
        raise CouldNotRun("没有装 fsspec:请用 pip install 'xltools[dask]' 安装后再用网上的文件夹") from None
    try:
        system, root = url_to_fs(url)
        found: dict[str, Mapping[str, Any]] = system.find(root, detail=True)
    except ImportError as error:
        raise CouldNotRun(f"打开“{url}”还缺一个程序库({_brief(error)})") from error
    except Exception as error:  # each file system has errors of its own
        raise CouldNotRun(f"文件夹“{url}”打不开({_brief(error)}):请核对地址和权限") from error
    if not found:
        raise CouldNotRun(f"文件夹“{url}”不存在,或里面没有文件")
    return system, str(root).rstrip("/"), found


def _problem(shown: str, about: Mapping[str, Any]) -> Finding | None:
    """Why a file is not brought: object stores have names that no folder can hold."""
    if any(step in ("", ".", "..") for step in shown.split("/")) or any(mark in shown for mark in _NO_NAME):
        return finding("F101", "文件名里有文件夹放不下的写法,没有读:请改名", file=shown)
    if (about.get("size") or 0) > DEFAULT_LIMITS.file_bytes:
        megabytes = DEFAULT_LIMITS.file_bytes // 1_000_000
        return finding("F105", f"文件超过 {megabytes} MB,疑为异常文件,请用空表重新填报", file=shown)
    return None


def _bring(system: Any, batch: Mapping[str, tuple[str, Path]]) -> dict[str, Finding]:
    """Bring files all at once; where that fails, one by one. The files that could not be brought, and why."""
    try:
        for _, local in batch.values():
            local.parent.mkdir(parents=True, exist_ok=True)
        system.get(list(batch), [str(local) for _, local in batch.values()])
    except Exception:  # which file it was, the second try tells
        return _bring_each(system, batch)
    return {}


def _bring_each(system: Any, batch: Mapping[str, tuple[str, Path]]) -> dict[str, Finding]:
    missed: dict[str, Finding] = {}
    for remote, (shown, local) in batch.items():
        try:
            local.parent.mkdir(parents=True, exist_ok=True)
            system.get_file(remote, str(local))
        except Exception as error:  # each file system has errors of its own
            with suppress(OSError):  # a name that no folder here can hold is not here either
                local.unlink()
            missed[shown] = finding("F101", f"文件取不下来({_brief(error)}):请核对权限,再运行一次", file=shown)
    return missed


def _changed(about: Mapping[str, Any]) -> float:
    """When a file was last changed, in seconds; 0 where its file system does not say."""
    value = next((about[key] for key in _CHANGED if about.get(key)), 0)
    if isinstance(value, str):
        try:
            value = datetime.fromisoformat(value)
        except ValueError:
            return 0.0
    return value.timestamp() if isinstance(value, datetime) else float(value)


def _brief(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:120]
