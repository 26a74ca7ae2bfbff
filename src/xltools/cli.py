"""The command line. Exit codes: 0 no errors, 1 findings of severity error, 2 could not run (nothing written)."""

from __future__ import annotations

import gettext
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import resources
from typing import Any

import click

from xltools import __version__
from xltools.commands.addin import addin_group
from xltools.commands.check import check_command
from xltools.commands.consolidate import consolidate_command
from xltools.commands.diff import diff_command
from xltools.commands.form import form_group
from xltools.commands.help import ChineseGroup
from xltools.commands.proof import proof_command
from xltools.commands.report import report_command
from xltools.commands.template import template_command
from xltools.commands.trace import trace_command
from xltools.commands.watch import watch_command
from xltools.crashlog import log_of_error
from xltools.errors import CouldNotRun, reason_of

_COULD_NOT_RUN = 2


def speak_chinese() -> None:
    """Let click's own texts (usage, errors) appear in Chinese, whatever the machine's language."""
    os.environ["LANGUAGE"] = "zh"
    gettext.bindtextdomain("messages", str(resources.files("xltools").joinpath("locale")))


class _Program(ChineseGroup):
    """The program: whatever ends a command early becomes one line for the user."""

    def main(self, *args: Any, **settings: Any) -> Any:
        speak_chinese()
        for stream in (sys.stdout, sys.stderr):
            if hasattr(stream, "reconfigure"):  # a GBK console lacks characters: show ? rather than fail
                stream.reconfigure(errors="replace")
        return super().main(*args, **settings)

    def make_context(self, *args: Any, **settings: Any) -> click.Context:
        with _wrong_usage_in_chinese():
            return super().make_context(*args, **settings)

    def invoke(self, ctx: click.Context) -> Any:
        try:
            with _wrong_usage_in_chinese():
                return super().invoke(ctx)
        except CouldNotRun as reason:
            _end(ctx, f"没有运行:{reason.message}")
        except KeyboardInterrupt:
            # CPython remembers an interrupt that went through an exec, as in making a dataclass, until the next exec,
            # and would end the process by the signal instead of with our code.
            exec("")
            _end(ctx, "已中断;没有写完的输出都没有留下")
        except (BrokenPipeError, click.ClickException, click.exceptions.Exit, click.Abort):
            raise
        except OSError as error:
            _end(ctx, f"没有运行:{_place(error)}{reason_of(error)}")
        except Exception:
            _end(ctx, f"程序出错了,不是您的操作问题;详情在 {log_of_error()},请把这个文件发给维护人")


@contextmanager
def _wrong_usage_in_chinese() -> Iterator[None]:
    """click puts its messages together with English quotation marks and full stops, whatever the language."""
    try:
        yield
    except click.exceptions.NoArgsIsHelpError:
        raise
    except click.UsageError as wrong:
        said = re.sub(r"'([^']*)'", r"“\1”", wrong.format_message()).replace("”, “", "”、“")
        said = re.sub(r" 不在允许的范围 x>=(\S+) 之内", r" 太小,不能小于 \1", said)
        raise click.UsageError(said.replace("。 ", "。").rstrip(".。"), wrong.ctx) from wrong


@click.group(cls=_Program, no_args_is_help=True)
@click.version_option(__version__, message="xltools %(version)s", help="显示版本。")
def main() -> None:
    """政府信息公开情况统计表:发空表、审核、汇总、查出处。

    \b
    填报人:打开空表填写,表上随时显示能不能上报;也可以 xltools check 报表.xlsx
    汇总人:xltools consolidate 上报 --roster 单位名录.xlsx -o 总表.xlsx
    审核人:xltools trace 总表.xlsx 指标名称

    \b
    每个命令的用法:xltools 命令 --help
    退出码:0 没有错误;1 有错误(结果照样写出);2 没有运行,什么也没写。
    """


for _command in (
    template_command, check_command, consolidate_command, trace_command, diff_command, watch_command, form_group,
    addin_group, proof_command, report_command,
):  # fmt: skip
    main.add_command(_command)


def _end(context: click.Context, message: str) -> None:
    click.secho(message, fg="red", err=True)
    context.exit(_COULD_NOT_RUN)


def _place(error: OSError) -> str:
    name = str(error.filename or "")
    shown = f"{name[:80]}…" if len(name) > 80 else name
    return f"“{shown}”:" if shown else ""
