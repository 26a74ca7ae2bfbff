"""``xltools check``: is this return, are these returns, fit to be sent on?"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltools.commands import options
from xltools.commands.consolidate import annotated_lines, kept_lines
from xltools.commands.help import Chinese
from xltools.commands.streams import files_among, read_all, say, stop, write_json
from xltools.detail import Detail

if TYPE_CHECKING:
    from xltools.reviewing import Review


@click.command("check", cls=Chinese)
@click.argument("paths", nargs=-1, required=True, type=options.place, metavar="文件或文件夹…")
@options.form_option
@options.year_option
@options.roster_option
@options.previous_option
@options.annotate_option
@options.deadline_option
@options.json_option
@options.reading_options
@options.detail_options
@click.pass_context
def check_command(
    context: click.Context,
    paths: tuple[Path | str, ...],
    form_name: str,
    year: str,
    roster_path: Path | None,
    previous_path: Path | None,
    annotate_folder: Path | None,
    deadline: str,
    json_path: str,
    password: str,
    time_limit: float,
    memory_limit: int,
    detail: Detail | None,
) -> None:
    """审核报表:可不可以上报,哪一格错了,怎么改。

    给出文件夹和单位名录时,还会列出谁没有报。

    \b
    例:xltools check 吉首市.xlsx
        xltools check 上报 --roster 单位名录.xlsx --annotate 退回件
    """
    from xltools.commands.inputs import gather_all, is_folder
    from xltools.formchoice import choose_form
    from xltools.jsonreport import check_report
    from xltools.previous import load_previous
    from xltools.reviewing import as_collection, review
    from xltools.roster import load_roster
    from xltools.running import annotated, write_annotated

    options.refuse_deadline_alone(deadline, annotate_folder)
    _refuse(paths, json_path, annotate_folder, files_among(roster_path, previous_path))
    gathered = gather_all(paths, files_among(json_path, annotate_folder), files_among(roster_path, previous_path))
    if not gathered.files:
        stop(f"“{paths[0]}”里没有表格文件")
    reading = options.read_options_of(password, time_limit, memory_limit)
    form = choose_form(form_name, [path for path, _ in gathered.files], reading)
    roster = load_roster(roster_path) if roster_path else None
    previous = load_previous(previous_path, form) if previous_path else None
    returns = read_all(gathered.files, form, reading)
    result = review(returns, form, roster, year, previous, gathered.others)
    if any(map(is_folder, paths)):
        result = as_collection(result)
    copies = None
    if annotate_folder:
        kept = files_among(json_path, roster_path, previous_path)
        copies = annotated(annotate_folder, gathered.files, result.returns, result.findings, form, kept, deadline)
    write_json(json_path, check_report(result))
    stale = write_annotated(copies) if copies else ()
    _print_outcome(result, json_path, detail)
    if copies:
        whole = annotated_lines(copies.folder, copies.returned, stale, copies.corrected, deadline)
        say(kept_lines(copies.corrected, stale) if detail is Detail.QUIET else whole, json_path)
    context.exit(1 if result.summary.errors else 0)


def _refuse(
    paths: Sequence[Path | str], json_path: str, annotate_folder: Path | None, inputs: Sequence[Path]
) -> None:
    """Everything that would make the command fail half-way is found out before it begins."""
    from xltools.output import ensure_folder, ready_to_write

    here = [path for path in paths if isinstance(path, Path)]
    absent = [path for path in here if not path.exists()]
    if absent:
        stop(f"没有“{absent[0]}”这个文件或文件夹")
    ready_to_write(files_among(json_path), [*here, *inputs])
    if annotate_folder:
        ensure_folder(annotate_folder, here)


def _print_outcome(result: Review, json_path: str, detail: Detail | None) -> None:
    from xltools.terminal import outcome_lines, review_summary, slow_lines

    say(outcome_lines(result, detail or Detail.NORMAL), json_path)
    if detail is Detail.VERBOSE:
        say(slow_lines(result.returns), json_path)
    say([review_summary(result)], json_path)
