"""A whole run: gather a folder, read it, consolidate, write every output. Commands and buttons call it."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from xltools.consolidation import Consolidation
from xltools.errors import CouldNotRun, reason_of
from xltools.executors import Executor, dask_cluster, workers_for
from xltools.findings import Finding
from xltools.gathering import READ_SUFFIXES, Gathered, file_digest, gather
from xltools.output import OutputError, ensure_folder, ready_to_write, write_atomically
from xltools.reading.sources import DEFAULT_OPTIONS, ReadOptions
from xltools.returns import Return

if TYPE_CHECKING:
    from xltools.form import Form

RECORD_NAME = ".退回记录.json"
"""Which 退回件 a folder holds as they were written, so that those which somebody changed can be told from them."""
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
    deadline: str = ""
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
    """What came of an order, and the returns read.

    ``returned``: the 退回件 and notices written; ``stale``: those of earlier runs in their folder, of returns now in
    order; ``corrected``: earlier 退回件 that have been corrected since and were left as they are; ``replaced``:
    情况说明 that stood on the earlier total, by the id of their rule.
    """

    result: Consolidation
    returns: tuple[Return, ...]
    returned: tuple[Path, ...] = ()
    stale: tuple[Path, ...] = ()
    corrected: tuple[Path, ...] = ()
    replaced: Mapping[str, str] = field(default_factory=dict)


def carry_out(order: Order, progress: Progress = lambda returns, count: returns) -> Run:
    """Do all of it; CouldNotRun where nothing was done. ``progress`` hands the returns on as they are read."""
    _refuse(order)
    gathered = gather(order.folder, order.outputs, [path for path in (order.roster, order.previous) if path])
    if not gathered.files:
        raise CouldNotRun(f"文件夹“{order.folder}”里没有表格文件")
    returns: list[Return] = []
    result = _consolidated(order, gathered, progress, returns)
    documents = list(_documents(order, result))
    copies = None
    if order.annotate:
        kept = [order.output, *(path for path in (order.json, order.html, order.roster, order.previous) if path)]
        copies = annotated(order.annotate, gathered.files, returns, result.findings, result.form, kept, order.deadline)
    replaced = _explained_before(order.output)
    for path, data in documents:  # all of it is there: from here on nothing but the disk can fail
        write_atomically(path, data)
    stale = write_annotated(copies) if copies else ()
    returned, corrected = (copies.returned, copies.corrected) if copies else ((), ())
    return Run(result, tuple(returns), returned, stale, corrected, replaced)


def _consolidated(order: Order, gathered: Gathered, progress: Progress, returns: list[Return]) -> Consolidation:
    """What the files come to; ``returns`` takes in what was read."""
    with _readers(order, len(gathered.files)) as readers:
        # imported here, in the time that the readers take to start
        from xltools.consolidating import Options, consolidate
        from xltools.formchoice import choose_form
        from xltools.previous import load_previous
        from xltools.reading.batch import read_elsewhere, read_many
        from xltools.roster import load_roster

        form = choose_form(order.form, [path for path, _ in gathered.files], order.reading)
        roster = load_roster(order.roster) if order.roster else None
        previous = load_previous(order.previous, form) if order.previous else None
        options = Options(order.unit, order.year, order.duplicates, order.only_valid, previous)
        if readers is not None and order.scheduler:
            read = read_elsewhere(gathered.files, form, order.reading, readers)
        else:
            read = read_many(gathered.files, form, order.reading, readers)

        def as_read() -> Iterator[Return]:
            for ret in progress(read, len(gathered.files)):
                returns.append(ret)
                yield ret

        return consolidate(as_read(), form, roster, options, gathered.others)


def _explained_before(total: Path) -> Mapping[str, str]:
    if not total.is_file():
        return {}
    from xltools.previous import explanations_on

    return explanations_on(total)


def _documents(order: Order, result: Consolidation) -> Iterator[tuple[Path, bytes | Iterable[bytes]]]:
    from xltools.writing.total import build_total

    yield order.output, build_total(result)
    if order.json:
        from xltools.jsonreport import consolidation_report, json_lines

        yield order.json, json_lines(consolidation_report(result))
    if order.html:
        from xltools.htmlreport import html_report

        yield order.html, html_report(result)


def _readers(order: Order, files: int) -> AbstractContextManager[Executor | None]:
    return dask_cluster(order.scheduler) if order.scheduler else workers_for(files, order.jobs)


@dataclass(frozen=True, slots=True)
class Copies:
    """The 退回件 and 退回通知 to write, and the record of them. ``corrected``: earlier ones that somebody has corrected
    since; they stay, and so do their notices. ``earlier``: all that earlier runs wrote."""

    folder: Path
    documents: tuple[tuple[Path, bytes], ...]
    corrected: tuple[Path, ...]
    earlier: tuple[Path, ...]

    @property
    def returned(self) -> tuple[Path, ...]:
        """The 退回件 and notices among the documents."""
        return tuple(path for path, _ in self.documents if path.name != RECORD_NAME)


def annotated(
    folder: Path,
    files: Sequence[tuple[Path, str]],
    returns: Iterable[Return],
    findings: Iterable[Finding],
    form: Form,
    kept: Iterable[Path],
    deadline: str = "",
) -> Copies:
    """The 退回件 and 退回通知 of every return with something to mend; nothing is written yet.

    ``deadline``: until when they are to come back, as people write it. OutputError where one of them would take the
    place of a return or of one of the files to be ``kept``.
    """
    from xltools.annotating import annotated_files
    from xltools.annotating.copies import notice_beside
    from xltools.reading.files import read_content
    from xltools.reading.package import Unreadable

    places = {shown: path for path, shown in files}
    inputs = {os.path.realpath(path) for path in (*places.values(), *kept)}

    def content(ret: Return) -> bytes:
        try:
            return read_content(places[ret.source.path])[0]
        except Unreadable as gone:
            raise CouldNotRun(f"“{ret.source.path}”刚才还在,写不了退回件:{gone.message}") from gone

    record = _written_before(folder)
    documents, corrected = [], set[Path]()
    for name, data in annotated_files(returns, findings, form, content, deadline):
        target = folder / name
        if os.path.realpath(target) in inputs:
            raise OutputError(target, "这是要读的文件或另一个输出,退回件请另给一个文件夹")
        ensure_folder(target.parent)
        if target.is_file() and file_digest(target) != record.get(name) and _was_corrected(target, data, form):
            corrected.add(target)
        else:
            documents.append((target, data))
    notices = {notice_beside(path) for path in corrected}  # they belong to the copies that stay
    written = [(target, data) for target, data in documents if target not in notices]
    earlier = tuple(folder / name for name in record)
    record |= {path.relative_to(folder).as_posix(): hashlib.sha256(data).hexdigest() for path, data in written}
    if written:
        written.append((folder / RECORD_NAME, json.dumps(record, ensure_ascii=False, indent=1).encode()))
    return Copies(folder, tuple(written), tuple(sorted(corrected)), earlier)


def _written_before(folder: Path) -> dict[str, str]:
    """The SHA-256 of every 退回件 as earlier runs wrote it; nothing where there is no record that can be read."""
    try:
        record = json.loads((folder / RECORD_NAME).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return {str(name): str(digest) for name, digest in record.items()} if isinstance(record, dict) else {}


def write_annotated(copies: Copies) -> tuple[Path, ...]:
    """Write them; what earlier runs wrote and still lies in the folder is returned, for whoever sends it."""
    from xltools.annotating.copies import NOTICE_NAME, notice_beside

    for target, data in copies.documents:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputError(target.parent, reason_of(error)) from error
        write_atomically(target, data)
    written = {target for target, _ in copies.documents}
    kept = written.union(copies.corrected, map(notice_beside, copies.corrected))
    there = {path for path in copies.earlier if path.is_file()}.union(copies.folder.rglob(f"*_{NOTICE_NAME}.txt"))
    return tuple(sorted(there - kept))


def _was_corrected(target: Path, data: bytes, form: Form) -> bool:
    """Whether the file that is there says other figures or 情况说明 than the copy that would take its place."""
    from xltools.reading.reader import read, read_bytes
    from xltools.returns import Source

    if target.suffix.lower() == ".txt":
        return False
    there, new = read(target, form), read_bytes(data, form, Source(str(target)))
    return not there.rejected and (there.values, there.explanations) != (new.values, new.explanations)


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
        if path.suffix.lower() in READ_SUFFIXES:
            from xltools.ledger import is_total  # seldom needed, and it would keep the readers from starting

            if not is_total(path):
                raise OutputError(path, "这是放报表的文件夹里的文件,不是以前的总表,不能盖掉,请换一个名字")
