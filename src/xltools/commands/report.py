"""``xltools report``: the annual report in Word, written from the total."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from xltools.commands import options
from xltools.commands.help import Chinese
from xltools.commands.streams import files_among, say, stop

if TYPE_CHECKING:
    from xltools.narrative import Report


@click.command("report", cls=Chinese)
@click.argument("total", type=options.FILE, metavar="总表.xlsx")
@options.form_option
@options.previous_option
@click.option(
    "--template", "template_path", type=options.FILE, metavar="模板.docx", help="本单位的报告模板;不写时用自带的。"
)
@click.option(
    "--save-template",
    "saved_template",
    type=options.FILE,
    metavar="文件.docx",
    help="把用到的模板另存一份,好照着改成本单位的。",
)
@click.option("-o", "--output", type=options.FILE, required=True, metavar="报告.docx", help="写到这个文件。")
@click.pass_context
def report_command(
    context: click.Context,
    total: Path,
    form_name: str,
    previous_path: Path | None,
    template_path: Path | None,
    saved_template: Path | None,
    output: Path,
) -> None:
    """写年度报告:由汇总表生成 .docx 文档,数据段落、图表和附表都写好。

    报告里留给单位自己写的文字,重新生成时会保留。

    \b
    例:xltools report 总表.xlsx --previous 上年总表.xlsx -o 年度报告.docx
        xltools report 总表.xlsx --template 本单位模板.docx -o 年度报告.docx
    """
    from xltools.formchoice import choose_form
    from xltools.narrative import starting_template, write_report
    from xltools.output import ready_to_write, write_atomically
    from xltools.proof import load_figures

    for path in (total, *files_among(previous_path, template_path)):
        if not path.is_file():
            stop(f"没有“{path}”这个文件")
    ready_to_write([output, saved_template], [total, previous_path, template_path])
    if output.suffix.lower() != ".docx":
        stop(f"报告是 Word 文档,请把“{output.name}”改成以 .docx 结尾")
    form = choose_form(form_name, [total])
    template = template_path.read_bytes() if template_path else starting_template(form)
    earlier = output.read_bytes() if output.exists() else None
    figures = load_figures(total, form, previous_path)
    template_name = template_path.name if template_path else "自带的模板"
    result = write_report(template, figures, earlier, template_name=template_name, earlier_name=output.name)
    say([f"! {caution}" for caution in figures.cautions])
    if earlier is not None and result.is_less:
        spare = _spare(output, earlier)
        write_atomically(spare, earlier)
        say([f"{_EDITED if result.was_edited else _LESS};原来的一份存为:{spare}"])
    write_atomically(output, result.data)
    if saved_template:
        write_atomically(saved_template, template)
        say([f"模板:{saved_template}"])
    say(_told(result))
    say([f"× {defect}" for defect in figures.defects])
    say([f"年度报告:{output}"])
    context.exit(1 if figures.defects else 0)


_EDITED = "! 原来的报告在自由文字之外也改过,这些改动不会带到新报告里"
_LESS = "原来的报告有没带到新报告里的(格式、图片、编号等),或只是重新存过"


def _told(result: Report) -> Iterator[str]:
    """What became of the free text, and what the office has still to do."""
    from xltools.narrative.speaking import TO_FILL_IN

    if result.kept:
        yield f"保留了自由文字 {len(result.kept)} 处:{'、'.join(result.kept)}"
    if result.dropped:
        yield f"! 模板里没有这些自由文字的位置,没有带过来:{'、'.join(result.dropped)}"
    if result.lost:
        yield f"! 自由文字里有 {result.lost} 张图片不能带过来,请重新插入"
    if result.missing:
        yield (
            f"! 汇总表没有写明{'、'.join(result.missing)},报告里写作“{TO_FILL_IN}”,公布以前请在 Word 里改"
            f"{';汇总时用 --unit 写明单位就不用改' if '填报单位' in result.missing else ''}"
        )
    if result.unwritten:
        yield f"还有 {len(result.unwritten)} 处要单位自己写(灰色的提示处):{'、'.join(result.unwritten)}"
    if result.impossible:
        yield f"! 算不出来(除数是 0 或没有填),报告里写成“—”,请改这些句子:{'、'.join(result.impossible)}"


def _spare(output: Path, earlier: bytes) -> Path:
    """Where the earlier report is kept: never over another one kept before."""
    at = 1
    while True:
        spare = output.with_name(f"{output.stem}(上一份{at if at > 1 else ''}).docx")
        if not spare.exists() or spare.read_bytes() == earlier:
            return spare
        at += 1
