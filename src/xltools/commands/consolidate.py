"""``xltools consolidate``: a folder of returns → the total workbook."""

from __future__ import annotations

from pathlib import Path

import click

from xltools.commands import options
from xltools.commands.help import Chinese
from xltools.commands.streams import files_among, read_all, say, stop, write_json
from xltools.terminal import Detail


@click.command("consolidate", cls=Chinese)
@click.argument("folder", type=options.FILE, metavar="文件夹")
@options.form_option
@options.roster_option
@click.option("-o", "output", required=True, type=options.FILE, metavar="总表.xlsx", help="汇总表写到哪里。")
@click.option("--unit", default="", metavar="单位", help="汇总单位,写作总表的填报单位。不写时是名录里最上面的上级。")
@options.year_option
@options.json_option
@click.option("--html", "html_path", type=options.FILE, metavar="文件", help="结果另写成网页报告,用浏览器打开。")
@options.annotate_option
@options.previous_option
@click.option(
    "--duplicates",
    type=click.Choice(["error", "newest"]),
    default="error",
    help="同一单位交了几份不同的报表时:error 都不计入并指出(默认),newest 取最新的文件。",
)
@click.option("--only-valid", is_flag=True, help="有错误的报表不计入合计(仍列出)。")
@click.option("--jobs", type=click.IntRange(0), default=0, metavar="个数", help="同时读几个文件;0 为自动。")
@options.detail_options
@click.pass_context
def consolidate_command(
    context: click.Context,
    folder: Path,
    form_name: str,
    roster_path: Path | None,
    output: Path,
    unit: str,
    year: str,
    json_path: str,
    html_path: Path | None,
    annotate_folder: Path | None,
    previous_path: Path | None,
    duplicates: str,
    only_valid: bool,
    jobs: int,
    detail: Detail | None,
) -> None:
    """汇总一个文件夹里的报表,写出总表。

    每个文件都有交代;总表里每个数都是明细的公式,可以点开看。

    \b
    例:xltools consolidate 上报 --roster 单位名录.xlsx -o 湘西州统计表.xlsx
    """
    from xltools.consolidating import Options, consolidate
    from xltools.formchoice import choose_form
    from xltools.gathering import gather
    from xltools.htmlreport import html_report
    from xltools.jsonreport import consolidation_report
    from xltools.output import ensure_writable, write_atomically
    from xltools.previous import load_previous
    from xltools.roster import load_roster
    from xltools.terminal import consolidation_summary, outcome_lines

    if not folder.is_dir():
        stop(f"“{folder}”是一个文件,这里要的是放报表的文件夹" if folder.exists() else f"文件夹“{folder}”不存在")
    if output.suffix.lower() != ".xlsx":
        stop(f"汇总表“{output}”应以 .xlsx 结尾")
    for path in files_among(output, json_path, html_path):
        ensure_writable(path)
    outputs = files_among(output, json_path, html_path, annotate_folder)
    gathered = gather(folder, outputs, files_among(roster_path, previous_path))
    if not gathered.files:
        stop(f"文件夹“{folder}”里没有表格文件")
    form = choose_form(form_name, [path for path, _ in gathered.files])
    roster = load_roster(roster_path) if roster_path else None
    previous = load_previous(previous_path, form) if previous_path else None
    chosen = Options(unit, year, duplicates, only_valid, previous)
    result = consolidate(read_all(gathered.files, form, jobs), form, roster, chosen, gathered.others)
    result.save(output)
    if html_path:
        write_atomically(html_path, html_report(result))
    write_json(json_path, consolidation_report(result))
    say(outcome_lines(result, detail or Detail.NORMAL), json_path)
    written = [f"汇总表:{output}", *([f"网页报告:{html_path}"] if html_path else [])]
    say(["", consolidation_summary(result), *written], json_path)
    context.exit(1 if result.summary.errors else 0)
