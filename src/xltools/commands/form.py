"""``xltools form``: show, lint and build forms, and the JSON Schema of their returns."""

from __future__ import annotations

from pathlib import Path

import click

from xltools.commands.help import Chinese, ChineseGroup
from xltools.commands.options import FILE, json_option, new_form_option, no_spreadsheet
from xltools.commands.streams import files_among, say, stop, write_json


@click.group("form", cls=ChineseGroup)
def form_group() -> None:
    """表式:查看、检查、生成。

    表式就是空表工作簿:在 Excel 里改空表就是改表式;也可以写成 JSON 定义(见 docs/表式定义.md)。
    """


def _source(argument: str, option: str) -> str:
    from xltools.formchoice import DEFAULT_FORM

    if argument and option and argument != option:
        stop(f"给了两个表式:“{argument}”和“{option}”,请只给一个")
    return argument or option or DEFAULT_FORM


@form_group.command("show", cls=Chinese)
@click.argument("form_argument", default="", metavar="[表式]")
@new_form_option
def show_command(form_argument: str, form_name: str) -> None:
    """列出一个表式的指标和审核公式。

    \b
    例:xltools form show xxgk2021
    """
    from xltools.form import Form
    from xltools.formoutline import form_lines

    say(form_lines(Form.load(_source(form_argument, form_name))))


@form_group.command("lint", cls=Chinese)
@click.argument("form_argument", default="", metavar="[表式]")
@new_form_option
@json_option
@click.pass_context
def lint_command(context: click.Context, form_argument: str, form_name: str, json_path: str) -> None:
    """检查改过的空表或定义:名称、标签、公式有没有问题,在哪一格,怎么改。

    \b
    例:xltools form lint 改过的统计表.xlsx
    """
    from xltools.findings import Severity, by_urgency
    from xltools.formsource import load_with_defects
    from xltools.jsonreport import finding_record
    from xltools.output import ready_to_write
    from xltools.terminal import defect_lines

    source = _source(form_argument, form_name)
    ready_to_write(files_among(json_path), [Path(source)])
    form, defects = load_with_defects(source)
    errors = [defect for defect in defects if defect.severity is Severity.ERROR]
    summary = {"errors": len(errors), "warnings": len(defects) - len(errors)}
    identity = {"id": form.id, "version": form.version, "title": form.title, "period": form.period}
    listed = by_urgency(defects)
    write_json(
        json_path, {"form": identity, "findings": [finding_record(defect) for defect in listed], "summary": summary}
    )
    say(defect_lines(form, listed), json_path)
    context.exit(1 if errors else 0)


@form_group.command("schema", cls=Chinese)
@click.argument("form_argument", default="", metavar="[表式]")
@new_form_option
@click.option(
    "-o", "output", type=FILE, metavar="文件", callback=no_spreadsheet, help="写到文件;不写时印在屏幕上。"
)
def schema_command(form_argument: str, form_name: str, output: Path | None) -> None:
    """给出一份报表的 JSON Schema(2020-12)。

    \b
    例:xltools form schema xxgk2017 -o xxgk2017.schema.json
    """
    from xltools.form import Form

    write_json(str(output) if output else "-", Form.load(_source(form_argument, form_name)).schema())


@form_group.command("build", cls=Chinese)
@click.argument("form_argument", default="", metavar="[表式]")
@new_form_option
@click.option("-o", "output", required=True, type=FILE, metavar="文件", help=".xlsx 为空表,.json 为定义。")
def build_command(form_argument: str, form_name: str, output: Path) -> None:
    """由定义生成空表,或由改过的空表写出定义。

    \b
    例:xltools form build 我的表式.json -o 统计表.xlsx
        xltools form build 改过的统计表.xlsx -o 我的表式.json
    """
    from xltools.definition import dumps
    from xltools.filled import keep_filled_return
    from xltools.form import Form
    from xltools.output import ready_to_write, write_atomically
    from xltools.template import build_template

    suffix = output.suffix.lower()
    if suffix not in (".xlsx", ".json"):
        stop(f"“{output}”应以 .xlsx(空表)或 .json(定义)结尾")
    source = _source(form_argument, form_name)
    ready_to_write([output], [Path(source)])
    form = Form.load(source)
    if suffix == ".xlsx":
        keep_filled_return(output, form)
    write_atomically(output, build_template(form) if suffix == ".xlsx" else dumps(form.definition()).encode("utf-8"))
    say([f"“{form.title}”({form.id})已写到 {output}"])
