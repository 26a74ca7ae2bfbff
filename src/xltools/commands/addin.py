"""``xltools addin``: buttons inside Excel."""

from __future__ import annotations

from pathlib import Path

import click

from xltools.commands.help import Chinese, ChineseGroup
from xltools.commands.options import FILE, new_form_option
from xltools.commands.streams import say, stop
from xltools.errors import reason_of


@click.group("addin", cls=ChineseGroup)
def addin_group() -> None:
    """Excel 里的按钮:生成、安装、卸载、诊断。

    装好以后不用命令行:Excel 功能区里有“统计表”一页(见 docs/Excel按钮.md)。
    """


@addin_group.command("build", cls=Chinese)
@click.argument("folder", type=FILE, metavar="文件夹")
@new_form_option
def build_command(folder: Path, form_name: str) -> None:
    """生成带按钮的 统计表.xlsm 和加载项 xltools.xlam。

    \b
    例:xltools addin build 按钮
    """
    from xltools.excel.building import ADDIN_FILE, FORM_FILE, build_addin, build_form_workbook
    from xltools.filled import keep_filled_return
    from xltools.form import Form
    from xltools.formchoice import DEFAULT_FORM
    from xltools.output import ensure_writable, write_atomically

    form = Form.load(form_name or DEFAULT_FORM)
    if folder.exists() and not folder.is_dir():
        stop(f"“{folder}”是一个文件,这里要的是文件夹")
    files = {folder / FORM_FILE: build_form_workbook(form), folder / ADDIN_FILE: build_addin()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        stop(f"建不了文件夹“{folder}”:{reason_of(error)}")
    keep_filled_return(folder / FORM_FILE, form)
    for path in files:
        ensure_writable(path)
    for path, data in files.items():
        write_atomically(path, data)
    say([f"已写到 {path}" for path in files])


@addin_group.command("install", cls=Chinese)
def install_command() -> None:
    """把加载项装进 Excel 的启动文件夹,并记下用哪个 Python。

    \b
    例:xltools addin install
    """
    from xltools.excel.installing import install
    from xltools.excel.places import this_profile

    say([f"√ {path}" for path in install(this_profile())])
    say(["装好了。重新打开 Excel,功能区里有“统计表”一页;没有的话运行 xltools addin doctor"])


@addin_group.command("remove", cls=Chinese)
def remove_command() -> None:
    """从 Excel 的启动文件夹里去掉加载项。

    \b
    例:xltools addin remove
    """
    from xltools.excel.installing import remove
    from xltools.excel.places import this_profile

    removed = remove(this_profile())
    say([f"已删除 {path}" for path in removed] or ["没有装过,什么也没有删"])


@addin_group.command("doctor", cls=Chinese)
@click.pass_context
def doctor_command(context: click.Context) -> None:
    """逐项检查按钮能不能用,不能用的说明怎么办。

    \b
    例:xltools addin doctor
    """
    from xltools.excel.doctor import diagnosis

    checks = diagnosis()
    say(check.line for check in checks)
    context.exit(0 if all(check.fine for check in checks) else 1)
