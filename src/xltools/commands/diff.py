"""``xltools diff``: two returns or two totals side by side."""

from __future__ import annotations

from pathlib import Path

import click

from xltools.commands import options
from xltools.commands.help import Chinese
from xltools.commands.streams import files_among, say, stop, write_json
from xltools.detail import Detail


@click.command("diff", cls=Chinese)
@click.argument("before", type=options.FILE, metavar="甲.xlsx")
@click.argument("after", type=options.FILE, metavar="乙.xlsx")
@options.form_option
@options.json_option
@options.detail_options
def diff_command(before: Path, after: Path, form_name: str, json_path: str, detail: Detail | None) -> None:
    """比较两份报表或两张总表:哪些数变了,变了多少,多了少了哪些单位。

    甲是原来的(或上年的),乙是现在的。相同的数不列。

    \b
    例:xltools diff 2016总表.xlsx 2017总表.xlsx
        xltools diff 吉首市.xlsx 吉首市修改.xlsx
    """
    from xltools.comparing import compare
    from xltools.formchoice import choose_form
    from xltools.output import ready_to_write
    from xltools.previous import load_side
    from xltools.terminal import difference_lines, difference_summary

    for path in (before, after):
        if not path.is_file():
            stop(f"没有“{path}”这个文件")
    ready_to_write(files_among(json_path), [before, after])
    form = choose_form(form_name, [after, before])
    answer = compare(load_side(before, form), load_side(after, form), form)
    write_json(json_path, answer.record())
    say([*difference_lines(answer, detail or Detail.NORMAL), difference_summary(answer)], json_path)
