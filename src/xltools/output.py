"""Writing files whole or not at all."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from xltools.errors import CouldNotRun, reason_of


class OutputError(CouldNotRun):
    """An output that cannot be written, and what to do."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"写不了“{path}”:{reason}")
        self.path = path


def ready_to_write(outputs: Iterable[Path | None], inputs: Iterable[Path | None] = ()) -> None:
    """Find out before the work begins whether all outputs can be written, none over an input or over another output.

    OutputError where not; ``None`` stands for an output or input that was not asked for.
    """
    given = {os.path.realpath(path) for path in inputs if path}
    taken: set[str] = set()
    for path in outputs:
        if path is None:
            continue
        real = os.path.realpath(path)
        if real in given:
            raise OutputError(path, "这是要读的文件,不能当输出,请换一个名字")
        if real in taken:
            raise OutputError(path, "两个输出不能是同一个文件,请分开写")
        taken.add(real)
        ensure_writable(path)


def ensure_folder(folder: Path, inputs: Iterable[Path] = ()) -> None:
    """Find out whether a folder can be made or written into; OutputError where not, or where inputs stand in it."""
    real = os.path.realpath(folder)
    for path in inputs:
        given = os.path.realpath(path)
        if real == given or real == os.path.dirname(given) or given.startswith(real + os.sep):  # noqa: PTH120
            raise OutputError(folder, "这个文件夹里有要读的报表,请另给一个文件夹")
    if folder.exists() and not folder.is_dir():
        raise OutputError(folder, "这是一个文件,这里要的是文件夹")
    parent = next(place for place in (folder, *folder.parents) if place.exists())
    if not parent.is_dir() or not os.access(parent, os.W_OK):
        raise OutputError(folder, "没有权限写这个文件夹,请换一个位置")


def ensure_writable(path: Path) -> None:
    """Find out before the work begins whether a file can be put there; OutputError where not."""
    if path.is_dir():
        raise OutputError(path, "这是一个文件夹,请给出文件名")
    if path.exists() and not path.is_file():
        raise OutputError(path, "这不是普通文件,请换一个文件名")
    if not path.parent.is_dir():
        raise OutputError(path, f"文件夹“{path.parent}”不存在,请先建好")
    try:
        handle, probe = tempfile.mkstemp(dir=path.parent, prefix=".xltools-", suffix=".tmp")
    except OSError as error:
        raise OutputError(path, reason_of(error)) from error
    os.close(handle)
    Path(probe).unlink()
    if path.exists():
        try:
            with path.open("r+b"):
                pass
        except OSError as error:
            raise OutputError(path, reason_of(error)) from error


def write_atomically(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Replace the file in one step; whatever happens before leaves the old one untouched. OutputError on failure.

    ``data``: the content, at once or piece by piece.
    """
    temporary: Path | None = None
    path = Path(os.path.realpath(path))  # a link stays a link to the file that is replaced
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".xltools-", suffix=".tmp")
        temporary = Path(name)
        with os.fdopen(handle, "wb") as file:
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
        if os.name == "posix":  # mkstemp makes private files; an output is an ordinary one
            temporary.chmod(0o666 & ~_umask())
        temporary.replace(path)
    except OSError as error:
        raise OutputError(path, reason_of(error)) from error
    finally:
        if temporary is not None:
            with suppress(FileNotFoundError, PermissionError):
                temporary.unlink()


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
