"""``xltools trace``: where a figure of the total came from."""

from __future__ import annotations

from pathlib import Path

import click

from xltools.commands import options
from xltools.commands.help import Chinese
from xltools.commands.streams import files_among, say, stop, write_json


@click.command("trace", cls=Chinese)
@click.argument("total", type=options.FILE, metavar="总表.xlsx")
@click.argument("indicator", metavar="指标")
@options.form_option
@click.option("--unit", default="", metavar="单位", help="只查一个填报单位;给出名录时可以写别名。")
@click.option("--files", "folder", type=options.FILE, metavar="文件夹", help="报表在哪里;默认在总表所在的文件夹里找。")
@options.roster_option
@options.json_option
@click.pass_context
def trace_command(
    context: click.Context,
    total: Path,
    indicator: str,
    form_name: str,
    unit: str,
    folder: Path | None,
    roster_path: Path | None,
    json_path: str,
) -> None:
    """查总表上一个数的出处:哪个单位、哪个文件、哪一格,现在是否还相符。

    \b
    例:xltools trace 湘西州统计表.xlsx 行政复议数
        xltools trace 湘西州统计表.xlsx 行政复议数 --unit 吉首市
    """
    from xltools.formchoice import choose_form
    from xltools.output import ready_to_write
    from xltools.roster import load_roster
    from xltools.terminal import trace_lines
    from xltools.tracing import trace

    if not total.is_file():
        stop(f"没有“{total}”这个文件")
    if folder is not None and not folder.is_dir():
        stop(f"文件夹“{folder}”不存在")
    ready_to_write(files_among(json_path), [total])
    roster = load_roster(roster_path) if roster_path else None
    answer = trace(total, indicator, choose_form(form_name, [total]), unit, folder, roster)
    write_json(json_path, answer.record())
    say(trace_lines(answer), json_path)
    context.exit(0 if answer.sound else 1)
