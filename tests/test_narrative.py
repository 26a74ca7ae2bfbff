"""The annual report in Word: every figure proven, free text kept, the same bytes twice."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.text.paragraph import Paragraph
from prooftexts import save_faultless, shuyang, xiangxi

from xltools import Form
from xltools.errors import CouldNotRun
from xltools.narrative import starting_template, write_report
from xltools.narrative.outline import template_of
from xltools.proof import Figures, prove
from xltools.proof.documents import parse_document

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
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
    buffer = io.BytesIO()
    opened.save(buffer)
    return buffer.getvalue()


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
    buffer = io.BytesIO()
    edited.save(buffer)
    again = write_report(template_of("# 报告\n共{{ 收到申请数 }}件"), xiangxi(), buffer.getvalue())
    assert again.was_edited
    assert again.dropped == ("概述",)


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
    buffer = io.BytesIO()
    opened.save(buffer)
    figures = with_last_year(xiangxi())
    again = write_report(starting_template(figures.form), figures, buffer.getvalue())
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
    buffer = io.BytesIO()
    opened.save(buffer)
    data = write_report(buffer.getvalue(), xiangxi()).data
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
        ("共{{ 收到申请数 件", "模板的写法有错"),
        ('共{{ 算("收到申请数+没有") }}件', "公式写错了"),
        ("[[图:申请|收到=没有这个]]", "图:申请"),
        ("{{ ''.__class__.__mro__ }}", "模板的写法有错"),
    ],
)
def test_a_template_that_is_wrong_is_refused_in_one_sentence(outline: str, said: str) -> None:
    with pytest.raises(CouldNotRun, match=said):
        report_of(xiangxi(), outline)


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
