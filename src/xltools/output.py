"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

from xltools.errors import CouldNotRun


class OutputError(CouldNotRun):
    """An output that cannot be written, and what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"写不了“{path}”:{reason}")
        self.path = path


def ensure_writable(path: Path) -> None:
    """Find out before the work begins whether a file can be put there; OutputError where not."""
    if path.is_dir():
        raise OutputError(path, "这是一个文件夹,请给出文件名")
    if not path.parent.is_dir():
        raise OutputError(path, f"文件夹“{path.parent}”不存在,请先建好")
    try:
        handle, probe = tempfile.mkstemp(dir=path.parent, prefix=".xltools-", suffix=".tmp")
    except OSError as error:
        raise OutputError(path, _reason(error)) from error
    os.close(handle)
    Path(probe).unlink()
    if path.exists():
        try:
            with path.open("r+b"):
                pass
        except OSError as error:
            raise OutputError(path, _reason(error)) from error


def write_atomically(path: Path, data: bytes) -> None:
    """Replace the file in one step; whatever happens before leaves the old one untouched. OutputError on failure."""
    temporary: Path | None = None
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".xltools-", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if os.name == "posix":  # mkstemp makes private files; an output is an ordinary one
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(path, _reason(error)) from error
    finally:
        if temporary is not None:
            with suppress(FileNotFoundError, PermissionError):
                temporary.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _reason(error: OSError) -> str:
    if isinstance(error, PermissionError):
        return "没有权限,或文件正在 Excel/WPS 中打开;请关闭后再试,或换一个位置"
    if isinstance(error, FileNotFoundError):
        return "文件夹不存在"
    return error.strerror or "写入失败"
