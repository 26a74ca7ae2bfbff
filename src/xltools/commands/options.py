"""Options that several commands have, said the same way everywhere."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from xltools.detail import Detail
from xltools.errors import CouldNotRun

if TYPE_CHECKING:
    from xltools.reading.sources import ReadOptions

_Function = TypeVar("_Function", bound=Callable[..., Any])

def a_path(text: str) -> Path:
    """A path as given; an empty one (a variable that was never set) is no path."""
    if not str(text).strip():
        raise click.BadParameter("路径是空的")
    return Path(text)


FILE = a_path


def place(text: str) -> Path | str:
    """What is given to be read: a path, or the URL of a folder (``s3://…``), which stays the text it is."""
    return text if "://" in text else a_path(text)


def form_option(function: _Function) -> _Function:
    """The form that the files given must be of."""
    text = "表式:自带的编号(xxgk2017、xxgk2021),或空表、定义文件的路径。不写时用文件自己带的表式。"
    return click.option("-f", "--form", "form_name", default="", metavar="表式", help=text)(function)


def new_form_option(function: _Function) -> _Function:
    """The form where there are no files yet."""
    text = "表式:自带的编号(xxgk2017、xxgk2021),或空表、定义文件的路径。不写时为 xxgk2017。"
    return click.option("-f", "--form", "form_name", default="", metavar="表式", help=text)(function)


def year_option(function: _Function) -> _Function:
    text = "应报的年度(四位)。不写时按表式,表式不限年度的按多数报表。"
    return click.option("--year", default="", metavar="年度", callback=year_of_four_digits, help=text)(function)


def roster_option(function: _Function) -> _Function:
    text = "单位名录(.xlsx 或 .csv),表头:单位、上级、组别、代码、别名。"
    return click.option("--roster", "roster_path", type=FILE, metavar="名录", help=text)(function)


def previous_option(function: _Function) -> _Function:
    text = "上年的汇总表,用来核对增减变化和上年结转。"
    return click.option("--previous", "previous_path", type=FILE, metavar="上年总表", help=text)(function)


def annotate_option(function: _Function) -> _Function:
    text = "把标出问题的退回件和退回通知写进这个文件夹。"
    return click.option("--annotate", "annotate_folder", type=FILE, metavar="文件夹", help=text)(function)


def deadline_option(function: _Function) -> _Function:
    text = "退回件应在哪一天前交回(如 2026-02-20),写进退回件和退回通知。"
    return click.option("--deadline", default="", metavar="日期", callback=_day, help=text)(function)


def refuse_deadline_alone(deadline: str, annotate_folder: Path | None) -> None:
    """A deadline is written into 退回件: without them it would be lost without a word."""
    if deadline and annotate_folder is None:
        raise click.UsageError("--deadline 是退回件的交回日期,要和 --annotate 一起给出")


def _day(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """A day as people write it in a letter, ``2026年2月20日``; "" for none."""
    if not value:
        return ""
    written = re.fullmatch(r"([0-9]{4})[-/.年]([0-9]{1,2})[-/.月]([0-9]{1,2})日?", value.strip())
    try:
        day = date(*map(int, written.groups())) if written else None
    except ValueError:
        day = None
    if day is None:
        raise click.BadParameter(f"“{value}”不是日期,应写成 2026-02-20 这样")
    return f"{day.year}年{day.month}月{day.day}日"


def is_past(deadline: str) -> bool:
    """Whether a deadline as :func:`deadline_option` words it is a day before today."""
    return bool(deadline) and date(*map(int, re.findall("[0-9]+", deadline))) < date.today()


def json_option(function: _Function) -> _Function:
    text = "结果另写成 JSON;写 - 为标准输出。"
    return click.option("--json", "json_path", default="", metavar="文件", callback=no_spreadsheet, help=text)(function)


def no_spreadsheet(context: click.Context, parameter: click.Parameter, value: Any) -> Any:
    """A text is never written under the name of a spreadsheet or an archive: that could be somebody's return."""
    if value and Path(value).suffix.lower() in _SPREADSHEETS:
        raise CouldNotRun(f"“{value}”是表格文件的名字,这里写的不是表格,请换一个扩展名")
    return value


_SPREADSHEETS = frozenset(
    {".xlsx", ".xlsm", ".xls", ".xlsb", ".et", ".ett", ".ods", ".csv", ".xlt", ".xltx", ".xltm", ".zip"}
)


def reading_options(function: _Function) -> _Function:
    """How files are read; :func:`read_options_of` makes the value of them."""
    for option in (
        click.option("--memory-limit", type=click.IntRange(64), default=512, metavar="MB", help=_MEMORY),
        click.option("--time-limit", type=click.FloatRange(1), default=20, metavar="秒", help=_TIME),
        click.option("--password", default="", metavar="密码", help="有打开密码的文件用这个密码试一次。"),
    ):
        function = option(function)
    return function


_MEMORY = "读一个文件最多用多少兆内存,默认 512;超过的文件列为 F105。"
_TIME = "读一个文件最多用多少秒,默认 20;超过的文件列为 F105。"


def read_options_of(password: str, time_limit: float, memory_limit: int) -> ReadOptions:
    """What reading is told by these options."""
    from xltools.reading.sources import ReadOptions

    return ReadOptions(password, time_limit, memory_limit * 1_000_000)


def detail_options(function: _Function) -> _Function:
    quiet = click.option("--quiet", "detail", flag_value=Detail.QUIET, type=Detail, help="只印一行结论。")
    everything = "逐条印出,一条不省;审核和汇总时还列出读得慢的文件。"
    verbose = click.option("--verbose", "detail", flag_value=Detail.VERBOSE, type=Detail, help=everything)
    return quiet(verbose(function))


def year_of_four_digits(context: click.Context, parameter: click.Parameter, value: str) -> str:
    if value and not re.fullmatch(r"[0-9]{4}", value):
        raise click.BadParameter(f"“{value}”不是四位年份,应写成 2017 这样")
    return value
