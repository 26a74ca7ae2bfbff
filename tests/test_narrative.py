"""The annual report in Word: every figure proven, free text kept, the same bytes twice."""

from __future__ import annotations

import base64
import io
import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.text.paragraph import Paragraph
from prooftexts import EXAMPLE, save_faultless, shuyang, xiangxi

from xltools import Form, consolidate, load_roster, read
from xltools.consolidating import Options
from xltools.errors import CouldNotRun
from xltools.narrative import starting_template, write_report
from xltools.narrative.outline import template_of
from xltools.proof import Figures, prove
from xltools.proof.documents import parse_document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
TOTALS: dict[str, Callable[[], Figures]] = {"xxgk2017": xiangxi, "xxgk2021": shuyang}
both_forms = pytest.mark.parametrize("form_id", TOTALS)


def with_last_year(figures: Figures) -> Figures:
    """Last year's figures: some less, some more, some the same."""
    now = figures.values["合计"]
    then = {
        name: None if value is None else (int(value) * (7 + at % 7)) // 10
        for at, (name, value) in enumerate(now.items())
    }
    return replace(figures, previous={"合计": then})


def report_of(figures: Figures, outline: str = "", earlier: bytes | None = None) -> bytes:
    template = template_of(outline) if outline else starting_template(figures.form)
    return write_report(template, figures, earlier).data


def document(data: bytes) -> Any:
    return docx.Document(io.BytesIO(data))


def saved(opened: Any) -> bytes:
    buffer = io.BytesIO()
    opened.save(buffer)
    return buffer.getvalue()


def texts(data: bytes) -> list[str]:
    return list(parse_document(data, "docx", "报告.docx").paragraphs)


@both_forms
@pytest.mark.parametrize("has_last_year", [False, True])
def test_every_figure_of_the_report_is_found_and_agrees(form_id: str, has_last_year: bool) -> None:
    figures = with_last_year(TOTALS[form_id]()) if has_last_year else TOTALS[form_id]()
    proof = prove(parse_document(report_of(figures), "docx", "报告.docx"), figures)
    assert [(claim.text, claim.note) for claim in proof.claims if claim.verdict != "agrees"] == []
    assert [(other.text, other.reason) for other in proof.left_alone] == []
    assert len(proof.claims) >= 40
    assert any(claim.note == "比上年的增减" for claim in proof.claims) == has_last_year


@both_forms
def test_any_figure_of_the_report_that_is_altered_is_caught(form_id: str) -> None:
    figures = with_last_year(TOTALS[form_id]())
    paragraphs = texts(report_of(figures))
    claims = prove(parse_document(report_of(figures), "docx", "报告.docx"), figures).claims
    missed = []
    for claim in [claim for claim in claims if not claim.table_row and claim.text != "持平"]:
        first = max(0, claim.paragraph - 4)  # the heading it stands under is enough to read it
        text = paragraphs[claim.paragraph - 1]
        at = next(at for at in range(claim.start, claim.end) if text[at].isdigit())
        altered = text[:at] + ("7" if text[at] != "7" else "3") + text[at + 1 :]
        lines = [*paragraphs[first : claim.paragraph - 1], altered]
        found = prove(parse_document("\n".join(lines).encode(), "txt", "报告.txt"), figures).claims
        here = [each for each in found if (each.paragraph, each.start) == (len(lines), claim.start)]
        missed += [claim.text] if not here or here[0].verdict == "agrees" else []
    assert len(missed) <= len(claims) * 0.03, missed


@both_forms
def test_the_same_total_gives_the_same_bytes(form_id: str) -> None:
    figures = TOTALS[form_id]()
    assert starting_template(figures.form) == starting_template(figures.form)
    assert report_of(figures) == report_of(figures)


def test_the_report_has_the_parts_of_the_2017_form_and_its_figures_by_group() -> None:
    paragraphs = texts(report_of(xiangxi()))
    heads = [text for text in paragraphs if text[:2] in [f"{number}、" for number in "一二三四五六七八九"]]
    assert [head[2:] for head in heads] == [
        "概述", "主动公开情况", "回应解读情况", "依申请公开情况", "行政复议、行政诉讼和举报投诉情况",
        "机构建设和保障经费情况", "政府信息公开会议和培训情况", "存在的主要问题和改进情况", "附表",
    ]  # fmt: skip
    comma = "\uff0c"
    told = f"主动公开政府信息248071条{comma}其中{comma}州本级85674条{comma}县市162397条{comma}分别占34.5%和65.5%。"
    assert any(told in text for text in paragraphs)


def test_the_six_parts_of_the_2021_form() -> None:
    heads = [text for text in texts(report_of(shuyang())) if text[1:2] == "、"]
    assert [head[2:] for head in heads] == [
        "总体情况", "主动公开政府信息情况", "收到和处理政府信息公开申请情况", "政府信息公开行政复议、行政诉讼情况",
        "存在的主要问题及改进情况", "其他需要报告的事项",
    ]  # fmt: skip


@both_forms
def test_the_appendix_holds_every_figure_of_the_table(form_id: str) -> None:
    figures = TOTALS[form_id]()
    *_, table = document(report_of(figures)).tables
    shown = [cell.text for row in table._tbl.tr_lst for cell in (docx.table._Cell(tc, table) for tc in row.tc_lst)]
    for name, value in figures.values["合计"].items():
        assert value is None or f"{value}" in shown, name
    widths = {sum(tc.grid_span for tc in row.tc_lst) for row in table._tbl.tr_lst}
    assert widths == {len(figures.form.layout.grid)}


@both_forms
def test_two_charts_are_drawn_from_the_figures(form_id: str) -> None:
    archive = zipfile.ZipFile(io.BytesIO(report_of(TOTALS[form_id]())))
    charts = [archive.read(name).decode() for name in archive.namelist() if name.startswith("word/charts/")]
    assert len(charts) == 2
    assert "<c:v>120480</c:v>" in charts[0] if form_id == "xxgk2017" else "<c:v>294</c:v>" in charts[0]


def test_fonts_are_those_of_official_documents_with_fallbacks() -> None:
    data = starting_template(Form.load("xxgk2017"))
    fonts = {
        name: document(data).styles[name].element.rPr.rFonts.get(f"{W}eastAsia")
        for name in ("Title", "Heading 1", "Heading 2", "Normal")
    }
    assert list(fonts.values()) == ["方正小标宋简体", "黑体", "楷体_GB2312", "仿宋_GB2312"]
    table = zipfile.ZipFile(io.BytesIO(data)).read("word/fontTable.xml").decode()
    assert '<w:font w:name="仿宋_GB2312"><w:altName w:val="仿宋"/>' in table


# --- the office's own text ---


def write_into(data: bytes, place: str, text: str) -> bytes:
    """What an office does in Word: write into one of the places."""
    opened = document(data)
    for control in opened.element.body.iter(f"{W}sdt"):
        properties = control.find(f"{W}sdtPr")
        if properties.find(f"{W}alias").get(f"{W}val") == place:
            properties.remove(properties.find(f"{W}showingPlcHdr"))
            next(control.iter(f"{W}t")).text = text
    return saved(opened)


def test_free_text_is_kept_when_the_report_is_written_anew() -> None:
    first = report_of(xiangxi())
    edited = write_into(first, "概述", "本年建成统一平台。")
    again = write_report(starting_template(xiangxi().form), xiangxi(), edited)
    assert again.kept == ("概述",)
    assert not again.was_edited
    assert "本年建成统一平台。" in texts(again.data)
    assert "重新生成报告时" not in "".join(texts(again.data))
    assert write_report(starting_template(xiangxi().form), xiangxi(), again.data).data == again.data


def test_prompts_are_no_text_and_are_not_kept() -> None:
    first = report_of(xiangxi())
    again = write_report(starting_template(xiangxi().form), xiangxi(), first)
    assert (again.kept, again.was_edited) == ((), False)
    assert again.data == first


def test_changes_outside_the_places_and_lost_places_are_told() -> None:
    edited = document(write_into(report_of(xiangxi()), "概述", "本年建成统一平台。"))
    edited.paragraphs[1].add_run("另加一句。")
    again = write_report(template_of("# 报告\n共{{ 收到申请数 }}件"), xiangxi(), saved(edited))
    assert again.was_edited
    assert again.dropped == ("概述",)


def with_picture(opened: Any) -> None:
    opened.paragraphs[3].add_run().add_picture(io.BytesIO(PICTURE))


def with_header(opened: Any) -> None:
    opened.sections[0].header.paragraphs[0].text = "某某州人民政府办公室"


def with_control(opened: Any) -> None:
    text = "<w:sdtContent><w:p><w:r><w:t>单位自己加的一段</w:t></w:r></w:p></w:sdtContent>"
    opened.paragraphs[3]._p.addnext(parse_xml(f"<w:sdt {nsdecls('w')}>{text}</w:sdt>"))


def with_comment(opened: Any) -> None:
    opened.add_comment(opened.paragraphs[3].runs[0], "这里再核一下", "张三")


def with_sentence(opened: Any) -> None:
    opened.paragraphs[3].add_run("另加一句。")


def with_copied_place(opened: Any) -> None:
    control = next(opened.element.body.iter(f"{W}sdt"))
    control.addnext(deepcopy(control))


def with_highlight(opened: Any) -> None:
    opened.paragraphs[3].runs[0].font.highlight_color = 7


def with_style(opened: Any) -> None:
    opened.styles["Normal"].font.size = 150_000


def with_margin(opened: Any) -> None:
    opened.sections[0].left_margin = 900_000


@pytest.mark.parametrize("change", [with_picture, with_header, with_control, with_comment, with_sentence])
def test_what_is_changed_outside_the_places_is_told(change: Callable[[Any], None]) -> None:
    opened = document(report_of(xiangxi()))
    change(opened)
    again = write_report(starting_template(xiangxi().form), xiangxi(), saved(opened))
    assert (again.was_edited, again.is_less) == (True, True)


@pytest.mark.parametrize("change", [with_highlight, with_style, with_margin])
def test_changed_looks_are_a_reason_to_keep_the_earlier_report(change: Callable[[Any], None]) -> None:
    opened = document(report_of(xiangxi()))
    change(opened)
    again = write_report(starting_template(xiangxi().form), xiangxi(), saved(opened))
    assert (again.was_edited, again.is_less) == (False, True)


def test_only_what_stands_in_the_places_is_no_reason_to_keep_the_earlier_report() -> None:
    template = starting_template(xiangxi().form)
    again = write_report(template, xiangxi(), write_into(report_of(xiangxi()), "概述", "本年建成统一平台。"))
    assert (again.kept, again.was_edited, again.is_less) == (("概述",), False, False)
    once_more = write_report(template, xiangxi(), again.data)
    assert (once_more.kept, once_more.is_less) == (("概述",), False)


def test_a_dropped_place_and_a_picture_in_a_place_are_reasons_to_keep_the_earlier_report() -> None:
    edited = write_into(report_of(xiangxi()), "概述", "本年建成统一平台。")
    assert write_report(template_of("# 报告\n共{{ 收到申请数 }}件"), xiangxi(), edited).is_less
    opened = document(edited)
    paragraph = Paragraph(next(next(opened.element.body.iter(f"{W}sdt")).iter(f"{W}p")), opened._body)
    paragraph.add_run().add_picture(io.BytesIO(PICTURE))
    again = write_report(starting_template(xiangxi().form), xiangxi(), saved(opened))
    assert (again.kept, again.lost, again.is_less) == (("概述",), 1, True)


@pytest.mark.parametrize("text", ["(一)加强领导。", "\uff08一\uff09加强领导。", "(请在这里写概述。)改了一点"])
def test_text_that_another_program_leaves_marked_as_a_prompt_is_kept(text: str) -> None:
    """LibreOffice and WPS leave Word's mark and the grey of the prompt."""
    opened = document(report_of(xiangxi()))
    next(next(opened.element.body.iter(f"{W}sdt")).iter(f"{W}t")).text = text
    again = write_report(starting_template(xiangxi().form), xiangxi(), saved(opened))
    assert again.kept == ("概述",)
    assert text in texts(again.data)


def test_a_prompt_without_words_own_mark_is_still_a_prompt() -> None:
    opened = document(report_of(xiangxi()))
    for mark in list(opened.element.body.iter(f"{W}showingPlcHdr")):
        mark.getparent().remove(mark)
    assert write_report(starting_template(xiangxi().form), xiangxi(), saved(opened)).kept == ()


def test_text_in_both_copies_of_a_place_is_kept() -> None:
    opened = document(write_into(report_of(xiangxi()), "概述", "第一处。"))
    with_copied_place(opened)
    list(opened.element.body.iter(f"{W}sdt"))[1].find(f".//{W}t").text = "第二处。"
    again = write_report(starting_template(xiangxi().form), xiangxi(), saved(opened))
    written = texts(again.data)
    assert written.index("第二处。") == written.index("第一处。") + 1
    assert again.is_less


def test_a_document_of_another_origin_is_kept_whole() -> None:
    opened = docx.Document()
    opened.add_paragraph("别的文件")
    again = write_report(starting_template(xiangxi().form), xiangxi(), saved(opened))
    assert (again.was_edited, again.is_less) == (True, True)


def test_places_without_text_are_named(tmp_path: Path) -> None:
    first = write_report(starting_template(xiangxi().form), xiangxi())
    assert first.unwritten == ("概述", "主动公开", "回应解读", "依申请公开", "问题和改进")
    again = write_report(starting_template(xiangxi().form), xiangxi(), write_into(first.data, "概述", "建成平台。"))
    assert again.unwritten == ("主动公开", "回应解读", "依申请公开", "问题和改进")


def test_free_text_of_several_paragraphs_keeps_its_looks_and_outlives_another_total() -> None:
    opened = document(report_of(xiangxi()))
    control = next(opened.element.body.iter(f"{W}sdt"))
    control.find(f"{W}sdtPr").remove(control.find(f"{W}sdtPr/{W}showingPlcHdr"))
    content = control.find(f"{W}sdtContent")
    for text in ("第一段。", "第二段,加粗。"):
        paragraph = opened.add_paragraph()
        paragraph.add_run(text).bold = text.startswith("第二")
        content.append(paragraph._p)
    content.remove(content[0])
    figures = with_last_year(xiangxi())
    again = write_report(starting_template(figures.form), figures, saved(opened))
    assert (again.kept, again.was_edited) == (("概述",), False)
    kept = next(document(again.data).element.body.iter(f"{W}sdt"))
    written = [Paragraph(p, document(again.data).part) for p in kept.iter(f"{W}p")]
    assert [(p.text, p.runs[0].bold) for p in written] == [("第一段。", False), ("第二段,加粗。", True)]
    assert prove(parse_document(again.data, "docx", "报告.docx"), figures).summary["differs"] == 0


# --- an office's own template ---


def split_into_runs(paragraph: Any, *pieces: str) -> None:
    """What Word makes of a text that was edited: a run for every piece, spelling marks between them."""
    assert paragraph.text == "".join(pieces)
    for run in list(paragraph.runs):
        run._r.getparent().remove(run._r)
    for at, piece in enumerate(pieces):
        run = paragraph.add_run(piece)
        run.bold = at % 2 == 1
        paragraph._p.append(docx.oxml.OxmlElement("w:proofErr"))


def test_a_template_edited_in_word_still_works() -> None:
    """A paragraph moved and another dropped, a font changed, placeholders in pieces, quotes made curly by Word."""
    outline = "\n".join(
        [
            "# {{ 单位 }}{{ 年度 }}年报告",
            "收到申请{{ 收到申请数 }}件。",
            "不要这一段。",
            '微博和微信共{{ 算("政务微博公开数+政务微信公开数") }}条。',
            "[[自由文字:概述|(请写概述。)]]",
            "{%p if 行政诉讼数 %}",
            "行政诉讼{{ 行政诉讼数 }}件。",
            "{%p endif %}",
        ]
    )
    opened = document(template_of(outline))
    first, applied, unwanted, both, place, when, suits, _ = opened.paragraphs
    first.runs[0].font.name = "黑体"
    split_into_runs(applied, "收到申请{", "{ 收到", "申请数", " }", "}件。")
    unwanted._p.getparent().remove(unwanted._p)
    split_into_runs(both, "微博和微信共{{ 算(", '"政务微博公开数+政务微信公开数"', ") }}条。")
    for run in both.runs:
        run.text = run.text.replace('("', "(\u201c").replace('"', "\u201d")
    both.runs[1].text = "\u201c政务微博公开数+政务微信公开数\u201d"
    split_into_runs(place, "[[自由文字:", "概述", place.text[9:])
    split_into_runs(when, "{%p if ", "行政诉讼数", " %}")
    applied._p.addprevious(suits._p)
    when._p.addnext(suits._p)
    opened.element.body.insert(1, both._p)
    data = write_report(saved(opened), xiangxi()).data
    assert texts(data)[:3] == ["湘西州2017年报告", "微博和微信共1966条。", "收到申请15件。"]
    assert texts(data)[-1] == "行政诉讼2件。"
    assert document(data).paragraphs[0].runs[0].font.name == "黑体"
    assert [
        control.find(f"{W}sdtPr/{W}alias").get(f"{W}val") for control in document(data).element.iter(f"{W}sdt")
    ] == ["概述"]


def test_a_template_names_indicators_groups_formulas_and_conditions() -> None:
    outline = "\n".join(
        [
            "# {{ 单位 }}{{ 年度 }}年报告",
            "{{ 范围 }}收到申请{{ 收到申请数 }}{{ 收到申请数.计量单位 }}{{ 收到申请数.分组 }}。",
            '微博和微信共{{ 算("政务微博公开数+政务微信公开数") }}条。',
            "{%p if 申请答复数 %}",
            "答复{{ 申请答复数 }}件。",
            "{%p endif %}",
            "[[表:申请|收到=收到申请数、办结=申请办结数]]",
        ]
    )
    data = report_of(xiangxi(), outline)
    comma = "\uff0c"
    assert texts(data) == [
        "湘西州2017年报告",
        f"全州收到申请15件{comma}其中{comma}州本级10件{comma}县市5件。",
        "微博和微信共1966条。",
    ]
    (table,) = document(data).tables
    assert [[cell.text for cell in row.cells] for row in table.rows] == [
        ["申请", "合计", "州本级", "县市"],
        ["收到", "15", "10", "5"],
        ["办结", "15", "10", "5"],
    ]


@pytest.mark.parametrize(
    ("outline", "said"),
    [
        ("共{{ 没有这个指标 }}件", "没有这个指标"),
        ("共{{ 收到申请数 件", "“共{{ 收到申请数 件”这一段:花括号多了、少了"),
        ('共{{ 算("收到申请数+没有") }}件', "公式写错了"),
        ("[[图:申请|收到=没有这个]]", "图:申请"),
        ("{{ ''.__class__.__mro__ }}", "这一段:不能写“.__class__”"),
        (
            "{{ 收到申请数 }}件,{{ 收到申请数.分组数 }}",
            "“{{ 收到申请数.分组数 }}”“收到申请数”后面不能写“.分组数”,可以写 .分组",
        ),
        ("共{{ 收到申请数 + 1 }}件", "“{{ 收到申请数 + 1 }}”不能这样算"),
        ('{%p if 收到申请数 > "多" %}\n多\n{%p endif %}', "这一段:不能这样算"),
        ("{%p if 收到申请数 = 0 %}\n无\n{%p endif %}", "等于写 =="),
        ("{%p if 行政诉讼数 == 99 %}\n{{ 没有这个 }}\n{%p endif %}", "这张表里没有“没有这个”"),
        ("{%p if 收到申请数 %}\n收到申请。", "后面没有和它成对的 {% endif %}"),
        ("收到申请。\n{%p endif %}", "“{%p endif %}”这一段:{% endif %} 前面没有和它成对的"),
        ("{%p if 收到申请数 %}有{%p endif %}", "要单独占一段"),
        ("{% 如果 收到申请数 %}", "没有“如果”这种写法"),
        ("[[图表:申请|收到=收到申请数]]", "不认得这种写法;方括号里可以写"),
        ("[[附表]]", "“[[附表]]”这一段:不认得"),
        ("[图:申请|收到=收到申请数]", "不认得这种写法"),
        ("［［统计表］］", "不认得这种写法"),
        ("正文[[图:申请|收到申请数]]", "“[[图:申请|收到申请数]]”要单独占一段"),
        ("共｛｛ 收到申请数 ｝｝件", "花括号多了、少了或不是半角的"),
        ("共{ 收到申请数 }件", "花括号多了、少了"),
        ("[[自由文字:概述]]\n[[自由文字:概述|请写]]", "有两处自由文字都叫“概述”"),
        ("[[自由文字]]", "有一处自由文字没有名称"),
    ],
)
def test_a_template_that_is_wrong_is_refused_in_one_sentence(outline: str, said: str) -> None:
    with pytest.raises(CouldNotRun, match=re.escape(said)) as raised:
        report_of(xiangxi(), outline)
    assert not re.search("xltools|object|expected|unexpected|Error", raised.value.message)


def test_what_the_header_of_a_template_asks_for_is_looked_through_too() -> None:
    opened = document(starting_template(xiangxi().form))
    opened.sections[0].header.paragraphs[0].text = "{{ 单位名 }}年度报告"
    with pytest.raises(CouldNotRun, match=re.escape("“{{ 单位名 }}”这张表里没有“单位名”")):
        write_report(saved(opened), xiangxi())
    opened.sections[0].header.paragraphs[0].text = "[[统计表]]"
    with pytest.raises(CouldNotRun, match="不能写在页眉"):
        write_report(saved(opened), xiangxi())


def test_a_finished_report_is_no_template() -> None:
    finished = report_of(xiangxi())
    with pytest.raises(CouldNotRun, match=r"模板“去年的报告.docx”里没有一个占位.*还是旧数"):
        write_report(finished, xiangxi(), template_name="去年的报告.docx")


def test_a_file_that_is_no_word_document_is_named() -> None:
    template = starting_template(xiangxi().form)
    with pytest.raises(CouldNotRun, match=re.escape("模板“本单位.docx”打不开")):
        write_report(b"PK", xiangxi(), template_name="本单位.docx")
    with pytest.raises(CouldNotRun, match=r"原来的报告“年报.docx”打不开.*-o 写到别的文件"):
        write_report(template, xiangxi(), b"PK", earlier_name="年报.docx")


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ("收到申请数 == 15", True),
        ("收到申请数 != 15", False),
        ("收到申请数 > 14.5", True),
        ("收到申请数 >= 16", False),
        ("15 <= 收到申请数 and 收到申请数 < 16", True),
        ("收到申请数 > 当面申请数", True),
        ("收到申请数 == 申请办结数", True),
        ("年度 >= 2017", True),
        ('算("收到申请数/(收到申请数-15)") == 0', False),
        ('算("收到申请数/(收到申请数-15)") < 0 or 算("收到申请数/(收到申请数-15)") >= 0', False),
    ],
)
def test_figures_are_compared_with_numbers_and_each_other(condition: str, holds: bool) -> None:
    outline = f"{{{{ 年度 }}}}年\n{{%p if {condition} %}}\n成立。\n{{%p endif %}}"
    assert texts(report_of(xiangxi(), outline)) == ["2017年", "成立。"] if holds else ["2017年"]


def with_figures(**values: int | None) -> Figures:
    figures = xiangxi()
    return replace(figures, groups=(), values={"合计": {**figures.values["合计"], **values}})


@pytest.mark.parametrize(("done", "received"), [(None, None), (0, 0), (5, 0), (5, None)])
def test_a_share_of_nothing_cannot_be_calculated_and_that_is_told(done: int | None, received: int | None) -> None:
    figures = with_figures(申请办结数=done, 收到申请数=received)
    outline = '办结率{{ 算("申请办结数/收到申请数*100") }}%,共{{ 算("申请办结数+收到申请数") }}件。'
    result = write_report(template_of(outline), figures)
    assert texts(result.data) == [f"办结率—%\uff0c共{done or 0}件。"]
    assert result.impossible == ("申请办结数/收到申请数*100",)


def test_a_share_of_something_is_calculated() -> None:
    result = write_report(
        template_of('办结率{{ 算("申请办结数/收到申请数*100") }}%'), with_figures(申请办结数=None, 收到申请数=8)
    )
    assert (texts(result.data), result.impossible) == (["办结率0%"], ())


@pytest.mark.parametrize(
    ("now", "then", "told"),
    [
        (12, 10, ",比上年增加2件,增长20.0%"),
        (8, 10, ",比上年减少2件,下降20.0%"),
        (10, 10, ",与上年持平"),
        (0, 0, ""),
        (5, 0, ",比上年增加5件"),
        (0, 5, ",比上年减少5件,下降100%"),
        (248_072, 248_071, ",比上年增加1件"),
        (248_171, 248_071, ",比上年增加100件,增长0.04%"),
        (5, None, ""),
        (None, 5, ""),
    ],
)
def test_the_change_from_last_year_is_worded_and_proven(now: int | None, then: int | None, told: str) -> None:
    figures = replace(with_figures(收到申请数=now), previous={"合计": {"收到申请数": then}})
    data = report_of(figures, "{{ 年度 }}年,全州收到政府信息公开申请{{ 收到申请数 }}件{{ 收到申请数.同比 }}。")
    told = told.replace(",", "\uff0c")
    assert texts(data) == [f"2017年\uff0c全州收到政府信息公开申请{now or 0}件{told}。"]
    claims = prove(parse_document(data, "docx", "报告.docx"), figures).claims
    assert [claim.text for claim in claims if claim.verdict == "differs"] == []


@pytest.mark.parametrize(
    ("has_last_year", "has_groups", "told"),
    [
        (True, True, ",比上年增加3件,增长25.0%;其中,州本级10件,县市5件。"),
        (True, False, ",比上年增加3件,增长25.0%。"),
        (False, True, ",其中,州本级10件,县市5件。"),
        (False, False, "。"),
    ],
)
def test_the_groups_are_of_the_figure_and_not_of_its_increase(has_last_year: bool, has_groups: bool, told: str) -> None:
    figures = replace(xiangxi(), previous={"合计": {"收到申请数": 12}} if has_last_year else {})
    figures = figures if has_groups else replace(figures, groups=())
    data = report_of(figures, "全州收到政府信息公开申请{{ 收到申请数 }}件{{ 收到申请数.同比和分组 }}。")
    assert texts(data)[0].translate(str.maketrans("\uff0c\uff1b", ",;")) == f"全州收到政府信息公开申请15件{told}"
    claims = prove(parse_document(data, "docx", "报告.docx"), figures).claims
    assert {claim.verdict for claim in claims} == {"agrees"}


@both_forms
def test_no_group_hangs_on_an_increase_and_no_sentence_on_another(form_id: str) -> None:
    whole = TOTALS[form_id]()
    halves = {"市本级": whole.values["合计"], "县区": whole.values["合计"]}
    grouped = replace(whole, groups=tuple(halves), values={**whole.values, **halves})
    for figures in (grouped, with_last_year(grouped)):
        for text in texts(report_of(figures)):
            assert not re.search(r"(?:增长|下降)[0-9.]+%\uff0c其中|持平\uff0c其中", text)
            assert not re.search(r"其中[^\uff1b。]*件\uff0c(?:废止|现行有效)", text)
            assert not re.search(r"[\uff0c\uff1b。]{2}|^[\uff0c\uff1b。]|年度年度", text)


@both_forms
def test_what_did_not_happen_has_no_results_and_no_chart(form_id: str) -> None:
    figures = TOTALS[form_id]()
    nothing = replace(figures, groups=(), values={"合计": dict.fromkeys(figures.values["合计"], 0)})
    data = report_of(nothing)
    told = "".join(text for text in texts(data) if not text.startswith("\uff08"))
    assert not re.search("结果看|结果维持|按申请.{1,2}分|分别占|主要负责同志", told)
    assert not [name for name in zipfile.ZipFile(io.BytesIO(data)).namelist() if "chart" in name]
    proof = prove(parse_document(data, "docx", "报告.docx"), nothing)
    assert {claim.verdict for claim in proof.claims} == {"agrees"}


def test_a_group_with_all_of_it_has_no_shares() -> None:
    outline = "全州在线访谈{{ 在线访谈次数 }}次{{ 在线访谈次数.分组 }}{{ 在线访谈次数.占比 }}。"
    told = texts(report_of(xiangxi(), outline))[0]
    assert told.replace("\uff0c", ",") == "全州在线访谈6次,其中,州本级6次,县市0次。"


def test_a_bar_that_cannot_be_calculated_is_left_out_and_that_is_told() -> None:
    rate = "申请办结数/(收到申请数-15)*100"
    outline = f"[[图:比率|办结率={rate}、收到=收到申请数]]\n\n[[表:比率|办结率={rate}]]"
    result = write_report(template_of(outline), replace(xiangxi(), groups=()))
    archive = zipfile.ZipFile(io.BytesIO(result.data))
    chart = archive.read(next(name for name in archive.namelist() if name.startswith("word/charts/"))).decode()
    whole = re.findall(r"<c:val>.*?</c:val>", chart)[0]
    assert '<c:ptCount val="2"/><c:pt idx="1">' in whole
    assert document(result.data).tables[0].rows[1].cells[1].text == "—"
    assert result.impossible == (rate,)


@both_forms
def test_what_the_total_does_not_say_is_left_for_the_office_to_fill_in(form_id: str) -> None:
    figures = replace(TOTALS[form_id](), unit="汇总", period="0000")
    result = write_report(starting_template(figures.form), figures)
    assert result.missing == ("填报单位", "年度")
    shown = texts(result.data)
    assert shown[0] == "××××年政府信息公开工作年度报告"
    assert "填报单位\uff1a××" in shown
    assert "汇总" not in "".join(shown)
    assert write_report(starting_template(figures.form), TOTALS[form_id]()).missing == ()


@pytest.mark.parametrize(
    ("unit", "units", "reach"),
    [
        ("湘西州", ("甲县",), "全州"),
        ("湘西州人民政府办公室", ("甲县",), "全州"),
        ("沭阳县政府", (), "全县"),
        ("湘西州教育局", (), "本单位"),
        ("湘西州教育局", ("甲县",), "各级行政机关"),
        ("汇总", ("甲县",), "各级行政机关"),
    ],
)
def test_whose_figures_they_are_is_said(unit: str, units: tuple[str, ...], reach: str) -> None:
    figures = replace(xiangxi(), unit=unit, units=units)
    assert texts(report_of(figures, "{{ 范围 }}收到申请{{ 收到申请数 }}件。")) == [f"{reach}收到申请15件。"]


def save_total_of_2016(path: Path, *, without: str = "") -> None:
    """The ten returns of the example as if they were of the year before, faultless."""
    form = Form.load("xxgk2017")
    returns = [read(each, form) for each in sorted((EXAMPLE / "上报").glob("*.xlsx"))]
    earlier = [
        replace(ret, period="2016", values={**ret.values, "申请答复数": ret.values["同意公开答复数"]})
        for ret in returns
        if ret.unit != without
    ]
    consolidate(earlier, form, load_roster(EXAMPLE / "单位名录.xlsx"), Options(period="2016")).save(path)


def test_last_years_total_is_judged_by_its_own_year(tmp_path: Path) -> None:
    total, before = tmp_path / "总表.xlsx", tmp_path / "上年总表.xlsx"
    save_faultless(total)
    save_total_of_2016(before)
    command = [sys.executable, "-m", "xltools", "report"]
    settings: dict[str, Any] = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 60}
    output = tmp_path / "年度报告.docx"
    done = subprocess.run([*command, total, "--previous", before, "-o", output], check=False, **settings)
    assert (done.returncode, "!" in done.stdout) == (0, False), done.stdout
    done = subprocess.run([*command, before, "-o", output], check=False, **settings)
    assert (done.returncode, "S204" in done.stdout) == (0, False), done.stdout
    save_total_of_2016(before, without="吉首市")
    done = subprocess.run([*command, total, "--previous", before, "-o", output], check=False, **settings)
    assert "! 上年汇总表不全:10 个单位缺 1 个,吉首市(未报);与上年相比的增减可能不准" in done.stdout
    assert "不宜公布" not in done.stdout


def test_a_small_share_is_not_nothing_and_the_other_not_everything() -> None:
    figures = xiangxi()
    split = {"合计": 248_071, "州本级": 1, "县市": 248_070}
    values = {name: {**figures.values[name], "主动公开政府信息数": value} for name, value in split.items()}
    figures = replace(figures, values=values)
    told = "全州主动公开政府信息{{ 主动公开政府信息数 }}条{{ 主动公开政府信息数.分组 }}{{ 主动公开政府信息数.占比 }}。"
    data = report_of(figures, told)
    assert texts(data)[0].endswith("分别占0.0004%和99.9996%。")
    claims = prove(parse_document(data, "docx", "报告.docx"), figures).claims
    assert {claim.verdict for claim in claims} == {"agrees"}


def test_the_command_keeps_an_edited_report_aside(tmp_path: Path) -> None:
    total = tmp_path / "总表.xlsx"
    save_faultless(total)
    output = tmp_path / "年度报告.docx"
    command = [sys.executable, "-m", "xltools", "report", str(total), "-o", str(output)]
    settings: dict[str, Any] = {"capture_output": True, "text": True, "encoding": "utf-8", "timeout": 60}
    done = subprocess.run([*command, "--save-template", str(tmp_path / "模板.docx")], check=False, **settings)
    assert done.returncode == 0, done.stderr
    first = output.read_bytes()
    edited = document(first)
    edited.paragraphs[0].add_run("(送审稿)")
    edited.save(output)
    done = subprocess.run([*command, "--template", str(tmp_path / "模板.docx")], check=False, **settings)
    assert "年度报告(上一份).docx" in done.stdout
    assert output.read_bytes() == first
    assert "(送审稿)" in texts((tmp_path / "年度报告(上一份).docx").read_bytes())[0]
    edited.paragraphs[0].add_run("(二稿)")
    edited.save(output)
    done = subprocess.run([*command, "--template", str(tmp_path / "模板.docx")], check=False, **settings)
    assert "年度报告(上一份2).docx" in done.stdout
    assert "(二稿)" not in texts((tmp_path / "年度报告(上一份).docx").read_bytes())[0]
    assert "(二稿)" in texts((tmp_path / "年度报告(上一份2).docx").read_bytes())[0]


def test_the_command_says_what_cannot_be_calculated(tmp_path: Path) -> None:
    total, template = tmp_path / "总表.xlsx", tmp_path / "模板.docx"
    save_faultless(total)
    template.write_bytes(template_of('办结率{{ 算("申请办结数/(收到申请数-收到申请数)*100") }}%'))
    command = [sys.executable, "-m", "xltools", "report", str(total), "--template", str(template)]
    done = subprocess.run(
        [*command, "-o", str(tmp_path / "报告.docx")],
        capture_output=True, text=True, encoding="utf-8", timeout=60, check=False,
    )  # fmt: skip
    assert "! 算不出来(除数是 0 或没有填),报告里写成“—”" in done.stdout
    assert "申请办结数/(收到申请数-收到申请数)*100" in done.stdout


def test_a_report_from_an_incomplete_total_is_written_and_said_to_be_unfit(tmp_path: Path) -> None:
    total, output = tmp_path / "总表.xlsx", tmp_path / "年度报告.docx"
    save_faultless(total, without="吉首市")
    command = [sys.executable, "-m", "xltools", "report", str(total), "-o", str(output)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)
    assert done.returncode == 1
    assert done.stdout.splitlines()[-2:] == [
        "× 汇总表不全:10 个单位缺 1 个,吉首市(未报);补齐以后再汇总,现在的数不宜公布",
        f"年度报告:{output}",
    ]
    assert output.exists()
