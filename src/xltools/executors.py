"""Where work on many items is done: in processes of this machine, or on a Dask cluster that is already running.

An executor is a function like ``map``: results come in the order of the items, as they are asked for, and never more
than a window of items is on its way, so neither files nor results pile up. Where a worker was lost it raises
BrokenExecutor at the item concerned.
"""

from __future__ import annotations

import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor, Future
from contextlib import AbstractContextManager, contextmanager, nullcontext
from importlib import import_module
from types import FrameType
from typing import Any, Protocol, TypeVar

from xltools import __version__
from xltools.errors import CouldNotRun

_T = TypeVar("_T")
_R = TypeVar("_R")
_R_co = TypeVar("_R_co", covariant=True)
_WORTH_WORKERS = 60
_READING = "xltools.reading.batch"
_TIME_TO_END = 1.5  # seconds
_AHEAD = 4  # items on their way for each worker: enough that none waits for the next one


class Executor(Protocol):
    """``map`` elsewhere: function, items and results must be picklable."""

    def __call__(self, function: Callable[[_T], _R], items: Iterable[_T], /) -> Iterator[_R]: ...


def workers_for(items: int, jobs: int = 0) -> AbstractContextManager[Executor | None]:
    """Processes for so many items, as :func:`processes` has them; None where this process can as well do it alone.

    ``jobs``: how many processes; 0 = as many as the machine and the work deserve.
    """
    workers = jobs or (min(os.cpu_count() or 1, 8) if items >= _WORTH_WORKERS else 1)
    return nullcontext() if workers <= 1 or items <= 1 else processes(workers)


@contextmanager
def processes(workers: int) -> Iterator[Executor]:
    """An executor of so many processes of this machine, which are told to end with the block.

    They start at once and import what reading needs, while the caller goes on with something else. Where workers are
    lost after a Ctrl-C, the executor raises KeyboardInterrupt, whatever became of the one that it raised before.
    """
    from concurrent.futures import ProcessPoolExecutor
    from multiprocessing import get_context

    # "spawn" everywhere: the same on Windows, and no copies of half-initialised libraries.
    pool = ProcessPoolExecutor(workers, mp_context=get_context("spawn"), initializer=_begin_worker)

    def submit(function: Callable[[_T], _R], item: _T) -> Future[_R]:
        with _interrupt_postponed():  # whoever is the first starts the processes
            return pool.submit(function, item)

    def run(function: Callable[[_T], _R], items: Iterable[_T], /) -> Iterator[_R]:
        try:
            yield from _in_order(lambda item: submit(function, item), items, _AHEAD * workers)
        except BrokenExecutor:
            if interrupts:
                raise KeyboardInterrupt from None
            raise

    try:
        with _interrupts_noted() as interrupts:
            submit(_nothing, None)
            yield run
    finally:
        pool.shutdown(wait=False, cancel_futures=True)  # they end while the caller goes on


@contextmanager
def dask_cluster(address: str) -> Iterator[Executor]:
    """An executor on the Dask cluster whose scheduler has this address (``tcp://host:8786``), during the block.

    The workers must have the same xltools; CouldNotRun where they have not, or where there is no such cluster. A
    worker's loss is Dask's to repeat; BrokenExecutor where the same item loses one worker after another.
    """
    client = _connected(address)

    def run(function: Callable[[_T], _R], items: Iterable[_T], /) -> Iterator[_R]:
        from distributed import KilledWorker
        from distributed.client import FutureCancelledError

        at_once = _AHEAD * max(1, sum(client.nthreads().values()))
        try:
            yield from _in_order(lambda item: client.submit(function, item, pure=False), items, at_once)
        except KilledWorker as lost:
            raise BrokenExecutor(str(lost)) from lost
        except FutureCancelledError as gone:
            raise CouldNotRun(f"与 Dask 集群“{address}”的连接断了,没有读完:请等它恢复后再运行一次") from gone

    try:
        yield run
    finally:
        client.close()


class _Pending(Protocol[_R_co]):
    """A result to come, as concurrent.futures and Dask both have it."""

    def result(self) -> _R_co: ...
    def cancel(self) -> Any: ...


def _in_order(submit: Callable[[_T], _Pending[_R]], items: Iterable[_T], at_once: int) -> Iterator[_R]:
    pending: deque[_Pending[_R]] = deque()
    try:
        for item in items:
            pending.append(submit(item))
            if len(pending) >= at_once:
                yield pending.popleft().result()
        while pending:
            yield pending.popleft().result()
    finally:
        for waiting in pending:
            waiting.cancel()


# --- processes ---


@contextmanager
def _interrupt_postponed() -> Iterator[None]:
    """Ctrl-C waits, for the processes started meanwhile until :func:`_begin_worker` can deal with it."""
    if not hasattr(signal, "pthread_sigmask"):  # Windows has nothing of the kind
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextmanager
def _interrupts_noted() -> Iterator[list[int]]:
    """The signals of Ctrl-C that came. CPython loses the exception where it is raised below C code that clears errors,
    once in hundreds; its workers have got the signal too, and end."""
    noted: list[int] = []
    usual = signal.getsignal(signal.SIGINT)
    if usual is not signal.default_int_handler or threading.current_thread() is not threading.main_thread():
        yield noted
        return

    def note(number: int, frame: FrameType | None) -> None:
        noted.append(number)
        signal.default_int_handler(number, frame)

    signal.signal(signal.SIGINT, note)
    try:
        yield noted
    finally:
        signal.signal(signal.SIGINT, usual)


def _nothing(_: None) -> None:
    """The first item of every pool: the processes start with it."""


def _begin_worker() -> None:
    """A worker ends soon after the first Ctrl-C, silently, and with the process that started it, however that ended.

    Not at once: the pool, told to end by the other process at the same moment, would take its end for a loss, give the
    reason to work that is cancelled already, and wait for ever. Where Ctrl-C is ignored, as in the background of a
    shell script, it is here too.
    """
    if signal.getsignal(signal.SIGINT) is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, _end_soon)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})
    threading.Thread(target=_end_with_parent, daemon=True).start()
    import_module(_READING)


def _end_soon(signal_number: int, frame: object) -> None:
    timer = threading.Timer(_TIME_TO_END, os._exit, (1,))
    timer.daemon = True  # usually the pool lets the worker go before
    timer.start()


def _end_with_parent() -> None:
    from multiprocessing import parent_process

    parent = parent_process()
    assert parent is not None, "only workers are begun"
    parent.join()
    os._exit(1)


# --- Dask ---


def _connected(address: str) -> Any:
    """A distributed.Client, a library without types."""
    try:
        from distributed import Client
    except ImportError:
        raise CouldNotRun("没有装 Dask:请用 pip install 'xltools[dask]' 安装后再用 --executor dask") from None
    try:
        client: Any = Client(address, timeout=10)  # type: ignore[no-untyped-call]
    except (OSError, ValueError, ImportError) as error:
        raise CouldNotRun(f"连不上 Dask 集群“{address}”({_brief(error)}):请核对 --scheduler 的地址") from error
    try:
        versions = client.run(_version_of_worker)
    except Exception as error:  # whatever importing xltools raised over there
        client.close()
        raise CouldNotRun(f"集群“{address}”的计算节点用不了 xltools({_brief(error)}):请在各节点装同一版本") from error
    if not versions or set(versions.values()) != {__version__}:
        client.close()
        found = "、".join(sorted(set(versions.values()))) or "没有计算节点"
        raise CouldNotRun(f"集群“{address}”的计算节点要装 xltools {__version__},现在是:{found}")
    return client


def _version_of_worker() -> str:
    return __version__


def _brief(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:120]
