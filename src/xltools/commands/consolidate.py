"""``xltools consolidate``: a folder of returns → the total workbook."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from xltools.commands import options
from xltools.commands.help import Chinese
from xltools.commands.streams import STANDARD_OUTPUT, say, watched, write_json
from xltools.detail import Detail

if TYPE_CHECKING:
    from xltools.running import Order, Run

_Function = TypeVar("_Function", bound=Callable[..., Any])

_ORDER_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.argument("folder", type=options.place, metavar="文件夹"),
    options.form_option,
    options.roster_option,
    click.option("-o", "output", required=True, type=options.FILE, metavar="总表.xlsx", help="汇总表写到哪里。"),
    click.option(
        "--unit", default="", metavar="单位", help="汇总单位,写作总表的填报单位。不写时是名录里最上面的上级。"
    ),
    options.year_option,
    options.json_option,
    click.option(
        "--html", "html_path", type=options.FILE, metavar="文件", callback=options.no_spreadsheet,
        help="结果另写成网页报告,用浏览器打开。",
    ),
    options.annotate_option,
    options.deadline_option,
    options.previous_option,
    click.option(
        "--duplicates",
        type=click.Choice(["error", "newest"]),
        default="error",
        help="同一单位交了几份不同的报表时:error 都不计入并指出(默认),newest 取最新的文件。",
    ),
    click.option("--only-valid", is_flag=True, help="有错误的报表不计入合计(仍列出)。"),
    click.option("--jobs", type=click.IntRange(0), default=0, metavar="个数", help="同时读几个文件;0 为自动。"),
    click.option(
        "--executor",
        type=click.Choice(["local", "dask"]),
        default="local",
        help="在哪里读:local 本机(默认),dask 已在运行的 Dask 集群(要装 xltools[dask],给出 --scheduler)。",
    ),
    click.option("--scheduler", default="", metavar="地址", help="Dask 集群的地址,如 tcp://10.0.0.1:8786。"),
    options.reading_options,
)


def order_options(function: _Function) -> _Function:
    """What ``consolidate`` and ``watch`` can be told, as parameters of the command's function."""
    for option in reversed(_ORDER_OPTIONS):
        function = option(function)
    return function


def order_of(settings: dict[str, Any]) -> Order:
    """The order that the options given make."""
    from xltools.running import Order

    json_path = settings["json_path"]
    if (settings["executor"] == "dask") != bool(settings["scheduler"]):
        raise click.UsageError("--executor dask 与 --scheduler 地址要一起给出")
    options.refuse_deadline_alone(settings["deadline"], settings["annotate_folder"])
    return Order(
        folder=settings["folder"],
        output=settings["output"],
        form=settings["form_name"],
        roster=settings["roster_path"],
        unit=settings["unit"],
        year=settings["year"],
        json=Path(json_path) if json_path not in ("", STANDARD_OUTPUT) else None,
        html=settings["html_path"],
        annotate=settings["annotate_folder"],
        deadline=settings["deadline"],
        previous=settings["previous_path"],
        duplicates=settings["duplicates"],
        only_valid=settings["only_valid"],
        jobs=settings["jobs"],
        scheduler=settings["scheduler"],
        reading=options.read_options_of(settings["password"], settings["time_limit"], settings["memory_limit"]),
    )


def written_lines(order: Order, run: Run) -> Iterator[str]:
    """Where the outputs are, and what was on those that they took the place of."""
    yield f"汇总表:{order.output}"
    if order.html:
        yield f"网页报告:{order.html}"
    if order.annotate:
        yield from annotated_lines(order.annotate, run.returned, run.stale, run.corrected, order.deadline)
    yield from lost_lines(run)


def lost_lines(run: Run) -> Iterator[str]:
    """What was written on the earlier total and is not on the new one: said whatever else is not."""
    if run.replaced:
        texts = ";".join(f"{key.split('_')[0]} {' '.join(text.split())}" for key, text in run.replaced.items())
        yield f"! 原来的总表里写有情况说明,新的总表里没有,还要的请重新填上:{texts}"


def annotated_lines(
    folder: Path, returned: Sequence[Path], stale: Sequence[Path], corrected: Sequence[Path], deadline: str
) -> Iterator[str]:
    """Where the 退回件 are, and which lie there that are no longer due."""
    yield f"退回件:{folder}" if returned else "没有要新写的退回件" if corrected else "没有需要退回的报表"
    if returned and options.is_past(deadline):
        yield f"! 交回日期 {deadline} 已经过去,退回件和退回通知里仍写了这一天:写错了的请改 --deadline 重新运行"
    yield from kept_lines(corrected, stale)


def kept_lines(corrected: Sequence[Path], stale: Sequence[Path]) -> Iterator[str]:
    """Which 退回件 were not written because somebody is at work on them, and which are no longer due: always said."""
    from xltools.findings import first_of

    if corrected:
        names = "、".join(path.name for path in corrected)
        yield f"! 以前的退回件已有人改过,没有覆盖:{names};要重新生成请先移走"
    if stale:
        shown = first_of([path.name for path in stale], 5, "等 {} 份")
        yield f"! 文件夹里还有以前的退回件,这次没有更新,不要再发:{shown}"


@click.command("consolidate", cls=Chinese)
@order_options
@options.detail_options
@click.pass_context
def consolidate_command(context: click.Context, /, detail: Detail | None, **settings: Any) -> None:
    """汇总一个文件夹里的报表,写出总表。

    每个文件都有交代;总表里每个数都是明细的公式,可以点开看。

    \b
    例:xltools consolidate 上报 --roster 单位名录.xlsx -o 湘西州统计表.xlsx
    """
    from xltools.running import carry_out

    order = order_of(settings)
    run = carry_out(order, watched)
    print_outcome(order, run, settings["json_path"], detail or Detail.NORMAL)
    context.exit(1 if run.result.summary.errors else 0)


def print_outcome(order: Order, run: Run, json_path: str, detail: Detail) -> None:
    """What a run says to people, and the JSON where it goes to standard output."""
    from xltools.jsonreport import consolidation_report
    from xltools.terminal import consolidation_summary, outcome_lines, slow_lines

    result = run.result
    if json_path == STANDARD_OUTPUT:
        write_json(json_path, consolidation_report(result))
    say(outcome_lines(result, detail), json_path)
    if detail is Detail.VERBOSE:
        say(slow_lines(run.returns), json_path)
    brief = [consolidation_summary(result)]
    if detail is Detail.QUIET:
        say([*lost_lines(run), *kept_lines(run.corrected, run.stale), *brief], json_path)
    else:
        say(["", *brief, *written_lines(order, run)], json_path)
