"""``xltools template``: an empty form for one unit."""

from __future__ import annotations

from pathlib import Path

import click

from xltools.commands.help import Chinese
from xltools.commands.options import FILE, new_form_option, year_of_four_digits
from xltools.commands.streams import say, stop


@click.command("template", cls=Chinese)
@new_form_option
@click.option("--unit", default="", metavar="单位", help="预先写好填报单位。")
@click.option("--year", default="", metavar="年度", callback=year_of_four_digits, help="预先写好年度(四位)。")
@click.option("-o", "output", required=True, type=FILE, metavar="空表.xlsx", help="空表写到哪里。")
def template_command(form_name: str, unit: str, year: str, output: Path) -> None:
    """生成一份空表。

    \b
    例:xltools template --unit 吉首市 --year 2017 -o 吉首市.xlsx
    """
    from xltools.filled import keep_filled_return
    from xltools.form import Form
    from xltools.formchoice import DEFAULT_FORM
    from xltools.output import ready_to_write, write_atomically
    from xltools.template import build_template
    from xltools.writing.content import blank_content

    if output.suffix.lower() != ".xlsx":
        stop(f"空表“{output}”应以 .xlsx 结尾")
    form = Form.load(form_name or DEFAULT_FORM)
    ready_to_write([output])
    keep_filled_return(output, form)
    write_atomically(output, build_template(form, blank_content(form, unit, year)))
    say([f"空表已写到 {output}"])
