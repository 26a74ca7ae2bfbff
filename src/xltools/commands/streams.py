"""What goes where: results for people to standard output unless JSON goes there, everything else to standard error."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from xltools.errors import CouldNotRun

if TYPE_CHECKING:
    from xltools.form import Form
    from xltools.jsonreport import Report
    from xltools.reading.sources import ReadOptions
    from xltools.returns import Return

STANDARD_OUTPUT = "-"
_COLOURS = {"×": "red", "!": "yellow", "√": "green"}


def say(lines: Iterable[str], json_path: str = "") -> None:
    """Print lines for people; their first mark decides the colour on a terminal."""
    stream = sys.stderr if json_path == STANDARD_OUTPUT else sys.stdout
    if stream is None:  # closed by whoever called
        return
    for line in lines:
        click.secho(line, fg=_COLOURS.get(line.lstrip()[:1]), file=stream)


def write_json(json_path: str, report: Report) -> None:
    """The report as JSON to a file or, for ``-``, to standard output, always UTF-8."""
    from xltools.jsonreport import json_lines
    from xltools.output import write_atomically

    if json_path == STANDARD_OUTPUT:
        sys.stdout.flush()
        sys.stdout.buffer.writelines(json_lines(report))
    elif json_path:
        write_atomically(Path(json_path), json_lines(report))


def files_among(*paths: Path | str | None) -> list[Path]:
    """The paths that name files or folders: no ``None``, no "", no standard output."""
    return [Path(path) for path in paths if path and path != STANDARD_OUTPUT]


def read_all(files: Sequence[tuple[Path, str]], form: Form, options: ReadOptions) -> list[Return]:
    """Read many files, with a progress bar where a person is watching."""
    from xltools.executors import workers_for
    from xltools.reading.batch import read_many

    with workers_for(len(files)) as workers:
        return list(watched(read_many(files, form, options, workers), len(files)))


def watched(returns: Iterator[Return], count: int) -> Iterator[Return]:
    """The returns, with a progress bar where a person is looking: how many, how fast, how long still."""
    if count < 2 or sys.stderr is None or not sys.stderr.isatty():
        yield from returns
        return

    def pace(_: Return | None) -> str:
        each = bar.time_per_iteration  # 0 in the first second
        return f"每秒 {1 / each:.3g} 份,还要 {ceil(bar.eta)} 秒" if each else ""

    shown: dict[str, Any] = {"label": "正在读取", "file": sys.stderr, "show_pos": True, "show_eta": False}
    bar = click.progressbar(returns, length=count, item_show_func=pace, **shown)
    with bar:
        yield from bar


def stop(message: str) -> NoReturn:
    """End the command: it could not run."""
    raise CouldNotRun(message)
