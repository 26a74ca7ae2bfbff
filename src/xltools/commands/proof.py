"""``xltools proof``: does the report say what the table says?"""

from __future__ import annotations

from pathlib import Path

import click

from xltools.commands import options
from xltools.commands.help import Chinese
from xltools.commands.streams import files_among, say, stop, write_json
from xltools.detail import Detail


@click.command("proof", cls=Chinese)
@click.argument("report", type=options.FILE, metavar="报告")
@click.argument("total", type=options.FILE, metavar="总表.xlsx")
@options.form_option
@options.previous_option
@options.json_option
@click.option(
    "--annotate",
    "annotated",
    type=options.FILE,
    metavar="文件",
    callback=options.no_spreadsheet,
    help="另存一份标出问题的报告:报告是 .docx 的写成带批注的 .docx,其余写成网页 .html。",
)
@options.detail_options
@click.pass_context
def proof_command(
    context: click.Context,
    report: Path,
    total: Path,
    form_name: str,
    previous_path: Path | None,
    json_path: str,
    annotated: Path | None,
    detail: Detail | None,
) -> None:
    """核对报告:文字和附表里的每一个数与汇总表是否相符。

    报告可以是 .docx、.txt、.md、.html 或有文字的 .pdf。

    \b
    例:xltools proof 年度报告.docx 总表.xlsx
        xltools proof 年度报告.docx 总表.xlsx --annotate 年度报告(校对).docx
    """
    from xltools.formchoice import choose_form
    from xltools.output import ready_to_write, write_atomically
    from xltools.proof import load_figures, prove, read_document
    from xltools.proof.marking import commented_word, marked_page
    from xltools.proof.reporting import proof_lines, proof_summary

    for path in (report, total, *files_among(previous_path)):
        if not path.is_file():
            stop(f"没有“{path}”这个文件")
    ready_to_write(files_among(json_path, annotated), [report, total, previous_path])
    form = choose_form(form_name, [total])
    if not form.phrases:
        stop(f"表式“{form.id}”没有写用语(phrases),认不出文字说的是哪个指标:请在表式定义里加上,见 docs/表式定义.md")
    document = read_document(report)
    if annotated:
        _check_kind(annotated, document.kind)
    figures = load_figures(total, form, previous_path)
    result = prove(document, figures)
    if annotated and annotated.suffix.lower() == ".docx":
        write_atomically(annotated, commented_word(report.read_bytes(), report.name, result))
    elif annotated:
        write_atomically(annotated, marked_page(document, result).encode("utf-8"))
    write_json(json_path, result.record())
    level = detail or Detail.NORMAL
    brief = [*(f"× {defect}" for defect in figures.defects), *proof_summary(result, level)]
    if level is Detail.QUIET:
        say(brief, json_path)
    else:
        cautions = [f"! {caution}" for caution in figures.cautions]
        marked = [f"标出问题的报告:{annotated}"] if annotated else []
        say([*cautions, *proof_lines(result, level), *brief, *marked], json_path)
    context.exit(1 if result.summary["differs"] or figures.defects else 0)


def _check_kind(annotated: Path, report_kind: str) -> None:
    """Stop where the marked report is to have a name that does not say what it will be."""
    suffix = annotated.suffix.lower()
    if suffix == ".docx" and report_kind != "docx":
        stop(f"报告不是 .docx,不能写成 Word 批注:请把“{annotated.name}”改成 .html")
    if suffix not in (".docx", ".html", ".htm"):
        kinds = ".docx(Word 批注)或 .html(网页)" if report_kind == "docx" else ".html(网页)"
        stop(f"标出问题的报告只能写成 {kinds}:请改“{annotated.name}”的扩展名")
