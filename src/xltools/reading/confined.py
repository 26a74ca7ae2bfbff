"""Work on a file that may hang, abort or devour memory: done in a process of its own, watched and ended in time.

The process is kept for the next file and replaced after a failure, so one bad file costs nobody else. Time is
limited everywhere. Resident memory is looked at every few milliseconds through psutil, on Windows as elsewhere; where
the system can also refuse a single huge allocation (POSIX), it is told to.
"""

from __future__ import annotations

import atexit
import os
import pickle
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from math import ceil
from queue import SimpleQueue
from typing import IO, Any, Final, TypeVar

from xltools.reading.package import Unreadable

_T = TypeVar("_T")
_LOOK_EVERY: Final = 0.01
_START_SECONDS: Final = 30.0  # a slow machine starting Python; not the file's time
_KEPT_MEMORY: Final = 200_000_000  # a process larger than this between two files is not kept
_HEAD: Final = struct.Struct("<Q")
_LIMITS: Final = struct.Struct("<QQ")
_READY: Final = b"ready"
_CHILD: Final = "from xltools.reading.confined import serve; serve()"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What one file may cost: seconds on the clock, and bytes of resident memory."""

    seconds: float = 20.0
    memory: int = 512_000_000


def run_confined(work: Callable[..., _T], *arguments: Any, allowance: Allowance = Allowance()) -> _T:
    """`work(*arguments)` in the confined process; work, arguments and result must be picklable.

    Raises Unreadable: what the work itself raised, F105 where it took too long or too much, F101 where it ended the
    process or raised anything else.
    """
    with _lock:
        process = _running()
        try:
            outcome = _exchange(process, pickle.dumps((work, arguments)), allowance)
        except BaseException:
            _stop()
            raise
        if process.memory() > _KEPT_MEMORY:
            _stop()
    kind, value = outcome
    if kind == "unreadable":
        raise Unreadable(*value)
    if kind == "failed":
        raise _failed()
    result: _T = value
    return result


@dataclass(frozen=True, slots=True)
class _Process:
    """The process, its two pipes and what tells its memory."""

    child: subprocess.Popen[bytes]
    requests: IO[bytes]
    answers: IO[bytes]
    memory: Callable[[], int]


_lock: Final = threading.RLock()
_kept: list[_Process] = []


def _running() -> _Process:
    if _kept and _kept[0].child.poll() is not None:
        _stop()
    if not _kept:
        _kept.append(_start())
    return _kept[0]


def _start() -> _Process:
    import psutil

    paths = os.pathsep.join(dict.fromkeys(path for path in sys.path if path))
    child = subprocess.Popen(
        [sys.executable, "-c", _CHILD],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "PYTHONPATH": paths, "RUST_BACKTRACE": "0"},
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),  # Windows: no console window flashes up
    )
    assert child.stdin is not None and child.stdout is not None, "both are pipes"
    watched = psutil.Process(child.pid)

    def memory() -> int:
        try:
            return int(watched.memory_info().rss)
        except psutil.Error:
            return 0

    process = _Process(child, child.stdin, child.stdout, memory)
    if _wait_for_answer(process, Allowance(_START_SECONDS)) != _READY:
        _kill(process)
        raise Unreadable("F101", "读这种格式的辅助程序没有启动,请另存为 .xlsx 后再读")
    return process


def _stop() -> None:
    while _kept:
        _kill(_kept.pop())


def _kill(process: _Process) -> None:
    process.child.kill()
    process.child.wait()
    process.answers.close()
    try:
        process.requests.close()
    except OSError:  # what was still to be written has no reader any more
        return


atexit.register(_stop)


def _exchange(process: _Process, request: bytes, allowance: Allowance) -> tuple[str, Any]:
    limits = _LIMITS.pack(allowance.memory, ceil(allowance.seconds))
    writer = threading.Thread(target=_write, args=(process.requests, limits + request), daemon=True)
    writer.start()
    outcome: tuple[str, Any] = pickle.loads(_wait_for_answer(process, allowance))
    return outcome


def _write(stream: IO[bytes], content: bytes) -> None:
    try:
        stream.write(_HEAD.pack(len(content)) + content)
        stream.flush()
    except (OSError, ValueError):  # the process is gone: the answer that does not come says so
        return


def _wait_for_answer(process: _Process, allowance: Allowance) -> bytes:
    answer: list[bytes | None] = []
    reader = threading.Thread(target=lambda: answer.append(_read(process.answers)), daemon=True)
    reader.start()
    until = time.monotonic() + allowance.seconds
    while reader.is_alive():
        reader.join(_LOOK_EVERY)
        if time.monotonic() > until:
            raise Unreadable("F105", f"读了 {allowance.seconds:g} 秒还没有读完,疑为异常文件,请用空表重新填报")
        if process.memory() > allowance.memory:
            megabytes = allowance.memory // 1_000_000
            raise Unreadable("F105", f"读它要占用的内存超过 {megabytes} MB,疑为异常文件,请用空表重新填报")
    content = answer[0] if answer else None
    if content is None:
        raise _failed()
    return content


def _read(stream: IO[bytes]) -> bytes | None:
    """One message; None where the other side has ended."""
    try:
        head = stream.read(_HEAD.size)
        (size,) = _HEAD.unpack(head)
        content = stream.read(size)
    except (struct.error, OSError, ValueError):
        return None
    return content if len(content) == size else None


def _failed() -> Unreadable:
    return Unreadable("F101", "文件内容异常,读取中断:请用 Excel 或 WPS 打开原件,另存为 .xlsx 后重报")


# --- inside the process ---


def serve() -> None:
    """Answer requests from standard input until it ends; what the process runs."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    answers = sys.stdout.buffer
    sys.stdout = sys.stderr  # nothing that libraries print may get among the answers
    requests: SimpleQueue[bytes] = SimpleQueue()
    threading.Thread(target=_receive, args=(sys.stdin.buffer, requests), daemon=True).start()
    _write(answers, _READY)
    while True:
        message = requests.get()
        memory, seconds = _LIMITS.unpack_from(message)
        _refuse_huge_allocations(memory)
        _end_some_day(seconds)
        _write(answers, pickle.dumps(_outcome(message[_LIMITS.size :])))


def _receive(stream: IO[bytes], requests: SimpleQueue[bytes]) -> None:
    """Take in requests, also in the middle of the work: where the parent is gone, nobody waits for the answer."""
    while (message := _read(stream)) is not None:
        requests.put(message)
    os._exit(0)


def _outcome(request: bytes) -> tuple[str, Any]:
    try:
        work, arguments = pickle.loads(request)
        return "done", work(*arguments)
    except Unreadable as problem:
        return "unreadable", (problem.code, problem.message, problem.kind)
    except MemoryError:
        return "unreadable", ("F105", "读它要占用的内存过多,疑为异常文件,请用空表重新填报", "")
    except BaseException as error:  # a Rust panic is no Exception
        return "failed", f"{type(error).__name__}: {error}"


def _refuse_huge_allocations(memory: int) -> None:
    """One allocation far beyond the limit comes faster than anybody looks; Windows has no such limit to set."""
    if sys.platform != "win32":
        import resource

        most = 4 * memory + 1_000_000_000
        _, hard = resource.getrlimit(resource.RLIMIT_AS)
        resource.setrlimit(resource.RLIMIT_AS, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))


def _end_some_day(seconds: int) -> None:
    """Work that lets no thread of Python run ends even where the parent was killed: the system counts as well.

    Processor time, twice what the file may take. Windows counts none: there such a process outlives its parent.
    """
    if sys.platform != "win32":
        import resource

        spent = time.process_time()
        _, hard = resource.getrlimit(resource.RLIMIT_CPU)
        most = ceil(spent) + 2 * seconds
        resource.setrlimit(resource.RLIMIT_CPU, (most if hard == resource.RLIM_INFINITY else min(most, hard), hard))
