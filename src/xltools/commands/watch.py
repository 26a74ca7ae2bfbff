"""``xltools watch``: consolidate again whenever the folder changes."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

import click

from xltools.commands import options
from xltools.commands.consolidate import lost_lines, order_of, order_options, print_outcome, written_lines
from xltools.commands.help import Chinese
from xltools.commands.streams import STANDARD_OUTPUT, say, stop
from xltools.detail import Detail
from xltools.errors import CouldNotRun

if TYPE_CHECKING:
    from xltools.running import Order

_SETTLED_AFTER = 2_000
"""Milliseconds without a change: a file still being copied keeps changing."""


@click.command("watch", cls=Chinese)
@order_options
@options.detail_options
def watch_command(detail: Detail | None, **settings: Any) -> None:
    """守着一个文件夹:有报表进来或改动,就重新汇总,总表和网页报告始终是最新的。

    按 Ctrl-C 结束。

    \b
    例:xltools watch 上报 --roster 单位名录.xlsx -o 总表.xlsx --html 报告.html
    """
    if settings["json_path"] == STANDARD_OUTPUT:
        raise click.UsageError("watch 一次次地写结果,--json 要给出文件名,不能是 -")
    order = order_of(settings)
    with suppress(KeyboardInterrupt):  # how watching ends
        _watch(order, settings["json_path"], detail or Detail.NORMAL)


def _watch(order: Order, json_path: str, detail: Detail) -> None:
    from xltools.running import carry_out
    from xltools.watching import changes_of_folder, news

    folder = order.folder
    if isinstance(folder, str):
        stop(f"“{folder}”不在本机,守不住:请用 xltools consolidate")
    before = None
    for at_once in changes_of_folder(order, _SETTLED_AFTER):
        try:
            run = carry_out(order)
        except CouldNotRun as reason:
            if at_once and not folder.is_dir():
                raise
            waiting = ["正在守着它,有报表进来就汇总;按 Ctrl-C 结束"] if at_once else []
            say([f"! {reason.message}", *waiting], json_path)
            continue
        if before is None:
            print_outcome(order, run, json_path, detail)
            if detail is not Detail.QUIET:
                say([f"正在守着“{order.folder}”,按 Ctrl-C 结束"], json_path)
        else:
            kept = [line for line in written_lines(order, run) if line.startswith("!")]
            lines = [*kept, *news(before, run.result)]
            say([*lost_lines(run), *lines[-1:]] if detail is Detail.QUIET else lines, json_path)
        before = run.result
