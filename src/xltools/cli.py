"""The command line: parses, calls, prints. Exit codes: 0 no errors, 1 findings of severity error, 2 could not run."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NoReturn

import click

from xltools import __version__

_form_option = click.option("-f", "--form", "form_source", default="xxgk2017", help="表式编号或定义文件。")

@click.group(help="政府信息公开情况统计表:空表、审核、汇总、溯源。")
@click.version_option(__version__, message="xltools %(version)s")
def main() -> None:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


@main.command(help="生成空表。\n\n例:xltools template --unit 吉首市 --year 2017 -o 吉首市.xlsx")
@_form_option
@click.option("--unit", default="", help="填报单位。")
@click.option("--year", default="", help="年度。")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="写到哪里(.xlsx)。")
def template(form_source: str, unit: str, year: str, output: Path) -> None:
    from xltools.form import Form, FormError
    from xltools.output import OutputError, write_atomically
    from xltools.template import build_template
    from xltools.writing.content import blank_content

    try:
        form = Form.load(form_source)
        write_atomically(output, build_template(form, blank_content(form, unit, year)))
    except (FormError, OutputError) as error:
        _stop(str(error))
    click.echo(f"空表已写到 {output}", err=True)


@main.command(help="汇总一个文件夹里的报表。\n\n例:xltools consolidate 上报 --roster 单位名录.xlsx -o 总表.xlsx")
@click.argument("folder", type=click.Path(path_type=Path))
@_form_option
@click.option("--roster", "roster_path", type=click.Path(path_type=Path), help="单位名录(.xlsx 或 .csv)。")
@click.option("-o", "output", required=True, type=click.Path(path_type=Path), help="汇总表写到哪里(.xlsx)。")
@click.option("--unit", default="", help="汇总单位。")
@click.option("--year", default="", help="应报的年度。")
@click.option("--json", "json_path", default="", help="结果的 JSON 写到哪里;- 为标准输出。")
@click.option("--previous", "previous_path", type=click.Path(path_type=Path), help="上年汇总表。")
@click.option("--duplicates", type=click.Choice(["error", "newest"]), default="error", help="同一单位多份时怎么办。")
@click.option("--only-valid", is_flag=True, help="有错误的报表不计入。")
@click.option("--jobs", type=int, default=0, help="同时读几个文件。")
def consolidate(
    folder: Path, form_source: str, roster_path: Path | None, output: Path, unit: str, year: str, json_path: str,
    previous_path: Path | None, duplicates: str, only_valid: bool, jobs: int,
) -> None:  # fmt: skip
    from xltools import jsonreport
    from xltools.consolidating import Options
    from xltools.consolidating import consolidate as put_together
    from xltools.form import Form, FormError
    from xltools.gathering import gather
    from xltools.output import OutputError, ensure_writable, write_atomically
    from xltools.previous import PreviousError, load_previous
    from xltools.reading.batch import read_many
    from xltools.roster import RosterError, load_roster

    if not folder.is_dir():
        _stop(f"文件夹“{folder}”不存在")
    outputs = [output, *([Path(json_path)] if json_path not in ("", "-") else [])]
    try:
        for path in outputs:
            ensure_writable(path)
        form = Form.load(form_source)
        roster = load_roster(roster_path) if roster_path else None
        previous = load_previous(previous_path, form) if previous_path else None
        gathered = gather(folder, outputs, [path for path in (roster_path, previous_path) if path])
        if not gathered.files:
            _stop(f"文件夹“{folder}”里没有表格文件")
        options = Options(unit, year, duplicates, only_valid, previous)
        result = put_together(read_many(gathered.files, form, jobs), form, roster, options, gathered.others)
        result.save(output)
        text = jsonreport.dumps(jsonreport.consolidation_report(result))
        if json_path == "-":
            click.echo(text, nl=False)
        elif json_path:
            write_atomically(Path(json_path), text.encode("utf-8"))
    except (FormError, RosterError, PreviousError, OutputError) as error:
        _stop(str(error))
    for found in result.findings:
        click.echo(f"{found.severity.mark} {found.code} {found.unit} {found.place} {found.message}", err=True)
    summary = result.summary
    click.echo(
        f"应报 {summary.units} 个单位,已报 {summary.received},未报 {summary.missing};"
        f"错误 {summary.errors} 处,待说明 {summary.warnings} 处。汇总表:{output}",
        err=True,
    )
    sys.exit(1 if summary.errors else 0)


@main.command(help="查一个数的出处。\n\n例:xltools trace 总表.xlsx 行政复议数 --unit 吉首市")
@click.argument("total", type=click.Path(path_type=Path))
@click.argument("indicator")
@_form_option
@click.option("--unit", default="", help="只看一个单位。")
@click.option("--json", "json_path", default="", help="结果的 JSON 写到哪里;- 为标准输出。")
def trace(total: Path, indicator: str, form_source: str, unit: str, json_path: str) -> None:
    from xltools.form import Form, FormError
    from xltools.jsonreport import dumps
    from xltools.ledger import LedgerError
    from xltools.output import OutputError, write_atomically
    from xltools.reading.package import Unreadable
    from xltools.tracing import TraceError
    from xltools.tracing import trace as follow
    from xltools.wording import figure_text

    if not total.is_file():
        _stop(f"没有“{total}”这个文件")
    try:
        answer = follow(total, indicator, Form.load(form_source), unit)
        if json_path == "-":
            click.echo(dumps(answer.record()), nl=False)
        elif json_path:
            write_atomically(Path(json_path), dumps(answer.record()).encode("utf-8"))
    except (FormError, LedgerError, OutputError, TraceError) as error:
        _stop(str(error))
    except Unreadable as error:
        _stop(error.message)
    for part in answer.contributions:
        value = "空白" if part.value is None else figure_text(part.value)
        place = f"{part.file} {part.sheet}!{part.cell}"
        click.echo(f"{part.unit} {value} {place} {part.sha256[:12]} {part.state.chinese}", err=True)
    verdict = "相符" if answer.matches else "不符"
    recomputed, stored = figure_text(answer.recomputed), figure_text(answer.stored)
    click.echo(f"{indicator}:汇总表上是 {stored},重新相加是 {recomputed},{verdict}", err=True)
    sys.exit(0 if answer.sound else 1)


@main.command(help="审核报表。\n\n例:xltools check 吉首市.xlsx")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@_form_option
@click.option("--year", default="", help="应报的年度。")
def check(paths: tuple[Path, ...], form_source: str, year: str) -> None:
    from xltools.checking import Expectation
    from xltools.checking import check as look
    from xltools.findings import by_urgency, count_open
    from xltools.form import Form, FormError
    from xltools.reading.reader import read
    from xltools.sheetstate import verdict_text

    try:
        form = Form.load(form_source)
    except FormError as error:
        _stop(str(error))
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        _stop(f"没有“{missing[0]}”这个文件")
    errors = 0
    for path in paths:
        found = by_urgency(look(read(path, form), form, Expectation(year)))
        wrong, asked = count_open(found)
        errors += wrong
        click.echo(f"{path}  {verdict_text(wrong, asked)}")
        for f in found:
            click.echo(f"  {f.severity.mark} {f.code} {f.sheet}!{f.cell} {f.message}")
    sys.exit(1 if errors else 0)


def _stop(message: str) -> NoReturn:
    click.echo(f"没有运行:{message}", err=True)
    sys.exit(2)
