"""A whole run: gather a folder, read it, consolidate, write every output. Commands and buttons call it."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from xltools.consolidating import Options, consolidate
from xltools.consolidation import Consolidation
from xltools.errors import CouldNotRun
from xltools.executors import dask_cluster
from xltools.findings import Finding
from xltools.form import Form
from xltools.formchoice import choose_form
from xltools.gathering import READ_SUFFIXES, gather
from xltools.ledger import is_total
from xltools.output import OutputError, ensure_folder, ready_to_write, write_atomically
from xltools.previous import load_previous
from xltools.reading.batch import read_many
from xltools.reading.sources import DEFAULT_OPTIONS, ReadOptions
from xltools.returns import Return
from xltools.roster import load_roster

Progress = Callable[[Iterator[Return], int], Iterable[Return]]


@dataclass(frozen=True, slots=True)
class Order:
    """What to consolidate and what to write. Texts are "" and paths None where not given, as on the command line.

    ``folder`` is a path, or the URL of a folder elsewhere as text. ``scheduler``: the address of the Dask cluster that
    reads the returns, "" where this machine does.
    """

    folder: Path | str
    output: Path
    form: str = ""
    roster: Path | None = None
    unit: str = ""
    year: str = ""
    json: Path | None = None
    html: Path | None = None
    annotate: Path | None = None
    previous: Path | None = None
    duplicates: str = "error"
    only_valid: bool = False
    jobs: int = 0
    scheduler: str = ""
    reading: ReadOptions = DEFAULT_OPTIONS

    @property
    def outputs(self) -> tuple[Path, ...]:
        """Files and folders that the run writes; none of them is ever counted."""
        return tuple(path for path in (self.output, self.json, self.html, self.annotate) if path)


@dataclass(frozen=True, slots=True)
class Run:
    """What came of an order. ``stale``: notices of earlier runs in the folder of 退回件, of returns now in order."""

    result: Consolidation
    stale: tuple[Path, ...] = ()


def carry_out(order: Order, progress: Progress = lambda returns, count: returns) -> Run:
    """Do all of it; CouldNotRun where nothing was done. ``progress`` hands the returns on as they are read."""
    _refuse(order)
    cluster = dask_cluster(order.scheduler) if order.scheduler else None
    gathered = gather(order.folder, order.outputs, [path for path in (order.roster, order.previous) if path])
    if not gathered.files:
        raise CouldNotRun(f"文件夹“{order.folder}”里没有表格文件")
    form = choose_form(order.form, [path for path, _ in gathered.files])
    roster = load_roster(order.roster) if order.roster else None
    previous = load_previous(order.previous, form) if order.previous else None
    options = Options(order.unit, order.year, order.duplicates, order.only_valid, previous)
    returns: list[Return] = []

    def as_read() -> Iterator[Return]:
        read = read_many(gathered.files, form, order.jobs, order.reading, cluster)
        for ret in progress(read, len(gathered.files)):
            returns.append(ret)
            yield ret

    result = consolidate(as_read(), form, roster, options, gathered.others)
    result.save(order.output)
    if order.json:
        from xltools.jsonreport import consolidation_report, dumps

        write_atomically(order.json, dumps(consolidation_report(result)).encode("utf-8"))
    if order.html:
        from xltools.htmlreport import html_report

        write_atomically(order.html, html_report(result))
    if order.annotate:
        return Run(result, write_annotated(order.annotate, gathered.files, returns, result.findings, form))
    return Run(result)


def write_annotated(
    folder: Path,
    files: Sequence[tuple[Path, str]],
    returns: Iterable[Return],
    findings: Iterable[Finding],
    form: Form,
) -> tuple[Path, ...]:
    """Write the 退回件 and 退回通知 of every return with something to mend.

    Files of an earlier run are left alone; the notices among them are returned, for whoever sends the folder.
    """
    from xltools.annotating import annotated_files
    from xltools.annotating.copies import NOTICE_NAME
    from xltools.reading.files import read_content
    from xltools.reading.package import Unreadable

    places = {shown: path for path, shown in files}

    def content(ret: Return) -> bytes:
        try:
            return read_content(places[ret.source.path])[0]
        except Unreadable as gone:
            raise CouldNotRun(f"退回件没有写完,“{ret.source.path}”刚才还在:{gone.message}") from gone

    inputs = {os.path.realpath(path) for path in places.values()}
    written: set[Path] = set()
    for name, data in annotated_files(returns, findings, form, content):
        target = folder / name
        if os.path.realpath(target) in inputs:
            raise OutputError(target, "这是要读的报表,退回件请另给一个文件夹")
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(target.parent, "建不了这个文件夹,请换一个位置") from error
        write_atomically(target, data)
        written.add(target)
    return tuple(sorted(path for path in folder.rglob(f"*_{NOTICE_NAME}.txt") if path not in written))


def _refuse(order: Order) -> None:
    """Everything that would make the run fail half-way is found out before it begins."""
    if isinstance(order.folder, Path) and not order.folder.is_dir():
        wrong = f"“{order.folder}”是一个文件,这里要的是放报表的文件夹"
        raise CouldNotRun(wrong if order.folder.exists() else f"文件夹“{order.folder}”不存在")
    if order.output.suffix.lower() != ".xlsx":
        raise CouldNotRun(f"汇总表“{order.output}”应以 .xlsx 结尾")
    ready_to_write((order.output, order.json, order.html), (order.roster, order.previous))
    if isinstance(order.folder, Path):
        _keep_returns(order, order.folder)
    if order.annotate:
        ensure_folder(order.annotate, [order.folder] if isinstance(order.folder, Path) else [])


def _keep_returns(order: Order, folder: Path) -> None:
    """Nothing under the folder is written over that might be a return: only this program's earlier outputs are."""
    for path in (order.output, order.json, order.html):
        if path is None or not path.is_file() or folder.resolve() not in path.resolve().parents:
            continue
        if path.suffix.lower() in READ_SUFFIXES and not is_total(path):
            raise OutputError(path, "这是放报表的文件夹里的文件,不是以前的总表,不能盖掉,请换一个名字")
