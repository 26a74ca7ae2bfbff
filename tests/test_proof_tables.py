"""What stands in a report beside its paragraphs: tables, text boxes, notes; and the marked copies of all of it."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import docx
import office
import pytest
from docx.oxml import parse_xml
from hypothesis import given, settings
from hypothesis import strategies as st
from prooftexts import shuyang, xiangxi
from pypdf import PdfReader
from test_narrative import report_of

from xltools.errors import CouldNotRun
from xltools.proof import Document, Proof, prove
from xltools.proof.documents import parse_document
from xltools.proof.marking import commented_word, marked_page
from xltools.proof.word import text_of

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_SPACES = " ".join(
    f'xmlns:{prefix}="{name}"'
    for prefix, name in {
        "w": W,
        "v": "urn:schemas-microsoft-com:vml",
        "a": "http://schemas.openxmlformats.org/drawingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "wp": "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
        "wps": "http://schemas.microsoft.com/office/word/2010/wordprocessingShape",
    }.items()
)


def text_box(text: str) -> Any:
    """A text box as Word saves it: for itself and once more for its older versions."""
    content = f"<w:txbxContent><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:txbxContent>"
    shape = '<a:xfrm><a:off x="0" y="0"/><a:ext cx="5000000" cy="720000"/></a:xfrm><a:prstGeom prst="rect"/>'
    box = f'<wps:wsp><wps:cNvSpPr txBox="1"/><wps:spPr>{shape}</wps:spPr><wps:txbx>{content}</wps:txbx><wps:bodyPr/>'
    graphic = f'<a:graphicData uri="http://schemas.microsoft.com/office/word/2010/wordprocessingShape">{box}</wps:wsp>'
    place = '<wp:inline><wp:extent cx="5000000" cy="720000"/><wp:docPr id="77" name="文本框"/>'
    drawing = f"<w:drawing>{place}<a:graphic>{graphic}</a:graphicData></a:graphic></wp:inline></w:drawing>"
    return parse_xml(
        f'<w:r {_SPACES}><mc:AlternateContent><mc:Choice Requires="wps">{drawing}</mc:Choice>'
        f"<mc:Fallback><w:pict><v:rect><v:textbox>{content}</v:textbox></v:rect></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def saved(document: Any) -> bytes:
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def report_with(**wrong: str) -> bytes:
    """The generated report of 湘西州 with figures of its table altered: ``查阅点数="132"``."""
    document = docx.Document(io.BytesIO(report_of(xiangxi())))
    figures = xiangxi().values["合计"]
    for name, text in wrong.items():
        cells = [tc for row in document.tables[-1]._tbl.tr_lst for tc in row.tc_lst]
        texts = [text for cell in cells for text in cell.iter(f"{{{W}}}t")]
        (place,) = (place for place in texts if place.text == str(figures[name]))
        place.text = text
    return saved(document)


def proof_of(data: bytes, kind: str = "docx") -> tuple[Document, Proof]:
    document = parse_document(data, kind, f"报告.{kind}")
    return document, prove(document, xiangxi())


def opened(proof: Proof) -> list[tuple[str, str, str, str]]:
    return [(c.place, c.text, c.indicator, str(c.verdict)) for c in proof.claims if c.verdict != "agrees"]


# --- tables ---


@pytest.mark.parametrize("figures", [xiangxi, shuyang])
def test_the_forms_own_table_is_proven_cell_by_cell(figures: Any) -> None:
    total = figures()
    proof = prove(parse_document(report_of(total), "docx", "报告.docx"), total)
    in_table = {claim.indicator: claim.claimed for claim in proof.claims if claim.table_row and claim.group == "合计"}
    known = {name: value for name, value in total.values["合计"].items() if value is not None}
    assert {name: in_table[name] for name in known} == known
    assert all(claim.verdict == "agrees" for claim in proof.claims)


def test_a_wrong_a_missing_and_an_unreadable_figure_of_the_table_are_told_with_their_row() -> None:
    _, proof = proof_of(report_with(查阅点数="132", 工作人员数="", 接受培训人次="约三千"))
    assert opened(proof) == [
        ("第 2 张表第 58 行", "132", "查阅点数", "differs"),
        ("第 2 张表第 59 行", "(三)从事政府信息公开工作人数", "工作人员数", "differs"),
        ("第 2 张表第 66 行", "约三千", "接受培训人次", "unclear"),
    ]
    assert [claim.note for claim in proof.claims if claim.verdict == "differs"] == [
        "表格里的“查阅点数”是 132,汇总表是 123",
        "表格里的“工作人员数”是 空的,汇总表是 776",
    ]


def claims_of_rows(*rows: str) -> list[tuple[str, str, str, str]]:
    _, proof = proof_of("\n".join(f"|{row}|" for row in rows).encode(), "md")
    return [(claim.text, claim.indicator, claim.group, str(claim.verdict)) for claim in proof.claims]


def test_a_cell_is_proven_where_its_row_and_column_say_whose_and_what_it_is() -> None:
    units_down = ("单位|主动公开政府信息数|网站访问量", "吉首市|18854|8888", "龙山县|30,413|777", "合计|248071|9")
    assert claims_of_rows(*units_down) == [
        ("18854", "主动公开政府信息数", "吉首市", "agrees"),
        ("30,413", "主动公开政府信息数", "龙山县", "differs"),
        ("248071", "主动公开政府信息数", "合计", "agrees"),
    ]
    units_across = ("政府信息公开行政复议(件)|合计|州本级|县市", "维持|56|6|50", "纠错|42|2|22", "审理中|20|5|15")
    assert [each for each in claims_of_rows(*units_across) if each[3] == "differs"] == [
        ("42", "复议纠错数", "合计", "differs")
    ]
    assert len(claims_of_rows(*units_across)) == 6


@pytest.mark.parametrize(
    ("rows", "verdicts"),
    [
        (("单位|收到申请数(件)", "吉首市|100", "合计|15"), ["differs", "agrees"]),
        (("指标|合计", "工作人员数(人)|776", "查阅点数|132"), ["agrees", "differs"]),
        (("序号|单位|收到申请数", "1|合计|15", "2|吉首市|100"), ["agrees", "differs"]),
        (("序号|单位名称|主动公开政府信息数", "1|吉首市|18854条", "2|合计|24.8万条"), ["agrees", "agrees"]),
        (("附件:政府信息公开情况||", "序号|单位|收到申请数", "1|合计|16件"), ["differs"]),
        (("县市|收到申请数(件)", "合计|15件"), ["agrees"]),
    ],
)
def test_serial_numbers_titles_and_measures_are_no_hindrance(rows: tuple[str, ...], verdicts: list[str]) -> None:
    assert [verdict for *_, verdict in claims_of_rows(*rows)] == verdicts
    assert proof_of("\n".join(f"|{row}|" for row in rows).encode(), "md")[1].left_alone == ()


@pytest.mark.parametrize(
    "rows",
    [
        ("单位|收到申请数", "合计|34.5%", "吉首市|100人"),
        ("部门|公开信息(条)", "州财政局|412", "吉首市公安局|18854"),
        ("项目|合计", "网络评论员(人)|42", "工作人员(人)|12"),
        ("年度|收到申请数", "2016|22", "2017|15"),
    ],
)
def test_a_cell_whose_labels_do_not_say_all_of_it_is_left_alone(rows: tuple[str, ...]) -> None:
    assert claims_of_rows(*rows) == []


def test_a_table_of_something_else_is_left_alone() -> None:
    document = docx.Document()
    document.add_paragraph("全州设立查阅点123个。")
    table = document.add_table(2, 2)
    for cell, text in zip(table._cells, ("网站名称", "访问量", "州政府门户网站", "20180"), strict=True):
        cell.text = text
    _, proof = proof_of(saved(document))
    assert opened(proof) == []
    assert [(other.place, other.text) for other in proof.left_alone] == [("第 1 张表第 2 行", "20180")]


def test_numbers_with_their_measure_are_listed_where_they_are_left_alone() -> None:
    _, proof = proof_of("|网站名称|访问量|\n|州政府门户网站|16件|\n|占比|34.5%|\n|日期|2017年|".encode(), "md")
    assert [other.text for other in proof.left_alone] == ["16件", "34.5%"]


def rows_of(data: bytes) -> list[list[str]]:
    *_, table = parse_document(data, "docx", "报告.docx").tables
    return [list(row) for row in table]


@pytest.mark.parametrize("kind", ["html", "md"])
def test_the_table_is_proven_in_pages_and_markdown_too(kind: str) -> None:
    rows = rows_of(report_with(查阅点数="132"))
    if kind == "md":
        lines = ["|" + "|".join(row) + "|" for row in rows]
        data = "\n".join([lines[0], "|---|---|---|---|", *lines[1:]])
    else:
        data = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
        data = f"<p>附表</p><table>{data}</table>"
    _, proof = proof_of(data.encode(), kind)
    assert opened(proof) == [("第 1 张表第 58 行", "132", "查阅点数", "differs")]
    assert proof.summary["agrees"] >= 30


def test_merged_cells_of_a_page_keep_their_columns() -> None:
    page = (
        "<table><tr><th colspan=2>指标</th><th>数</th></tr>"
        "<tr><td rowspan=2>人员</td><td>专职</td><td>42</td></tr><tr><td>兼职</td><td>734</td></tr></table>"
    )
    assert parse_document(page.encode(), "html", "报告.html").tables == (
        (("指标", "", "数"), ("人员", "专职", "42"), ("", "兼职", "734")),
    )


def test_cells_whose_end_is_left_unsaid_end_with_the_next() -> None:
    page = "<table><tr><td>专职<td>42<tr><td>兼职<td>734</table><p>全州设立查阅点123个。</p>"
    document = parse_document(page.encode(), "html", "报告.html")
    assert document.tables == ((("专职", "42"), ("兼职", "734")),)
    assert document.paragraphs == ("全州设立查阅点123个。",)


@pytest.mark.parametrize(
    "page",
    [
        "<p>甲<del>900条</del>乙</p><p>丙",
        "<p>甲<s>900条</s>乙</p><p>丙",
        "<p>甲<span style='display: none'>900条</span>乙</p><p>丙</p>",
        "<div>甲<b style='TEXT-DECORATION:line-through'>9</b>乙</div><div hidden><div>1</div>2</div><div>丙</div>",
        "<p>甲乙<p hidden>900条<p>丙",
        "<p>甲乙</p><div style='visibility:hidden'><br><p>900条<img></div><p>丙",
        "<p>甲乙</p><template><p>900条</template><p>丙",
    ],
)
def test_what_a_page_does_not_show_or_strikes_out_is_not_read(page: str) -> None:
    assert parse_document(page.encode(), "html", "报告.html").paragraphs == ("甲乙", "丙")


def test_hidden_rows_and_columns_of_a_page_are_not_there() -> None:
    page = (
        "<p>甲</p><table><tr><td>一<td style='display:none'>二<td>三</tr><tr hidden><td>四</tr>"
        "<tr><td>五</td><td style='display:none'>六</td><td>七</td></tr></table><table hidden><tr><td>八</table>"
    )
    assert parse_document(page.encode(), "html", "报告.html").tables == ((("一", "三"), ("五", "七")),)


def test_what_is_hidden_or_struck_out_in_word_is_not_read_and_comments_keep_their_place() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("全州主动公开政府信息")
    paragraph.add_run("900条").font.strike = True
    paragraph.add_run("12").font.hidden = True
    paragraph.add_run("85674条").font.strike = False
    data = saved(document)
    read, proof = proof_of(data)
    assert read.paragraphs == ("全州主动公开政府信息85674条",)
    xml = zipfile.ZipFile(io.BytesIO(commented_word(data, "报告.docx", proof))).read("word/document.xml").decode()
    (inside,) = re.findall(r"<w:commentRangeStart.*?<w:commentRangeEnd", xml, re.DOTALL)
    assert re.findall(r"<w:t[^>]*>([^<]*)", inside) == ["85674条"]


def test_what_is_struck_out_in_markdown_is_not_read() -> None:
    assert parse_document("公开~~900条~~100条".encode(), "md", "报告.md").paragraphs == ("公开100条",)


def test_sentences_in_a_table_are_prose() -> None:
    """Pages and forms are laid out with tables: what is a sentence is proven as one."""
    page = "<table><tr><td><p>一、概述</p><p>全州设立查阅点132个。</p></td></tr></table>"
    assert opened(proof_of(page.encode(), "html")[1]) == [("第 2 段", "132个", "查阅点数", "differs")]
    document = docx.Document()
    document.add_table(1, 1).cell(0, 0).text = "全州设立查阅点132个。"
    assert opened(proof_of(saved(document))[1]) == [("第 1 段", "132个", "查阅点数", "differs")]


TAGS = st.sampled_from([
    "<table>", "</table>", "<tr>", "</tr>", "<td>", "</td>", "<td rowspan=3>", "<td colspan='2'>", "<th rowspan=x>",
    "<p>", "<br>", "<script>", "</script>", "收到申请数", "15", "全州设立查阅点132个。",
])  # fmt: skip


@given(st.lists(TAGS, max_size=30).map("".join))
@settings(max_examples=150)
def test_no_page_however_broken_stops_the_proof(page: str) -> None:
    try:
        document = parse_document(page.encode(), "html", "报告.html")
    except CouldNotRun:
        return
    assert all(len({len(row) for row in table}) <= 1 for table in document.tables)
    marked_page(document, prove(document, xiangxi()))


# --- text boxes and notes ---


def test_a_text_box_is_a_paragraph_of_its_own_and_is_read_once() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("全州设立查阅点123个。")
    paragraph._p.append(text_box("从事政府信息公开工作人员767人。"))
    read, proof = proof_of(saved(document))
    assert read.paragraphs == ("全州设立查阅点123个。", "从事政府信息公开工作人员767人。")
    assert opened(proof) == [("第 2 段", "767人", "工作人员数", "differs")]


def with_footnote(text: str) -> bytes:
    """A document with a footnote, put together part by part: python-docx makes none."""
    document = docx.Document()
    document.add_paragraph("全州设立查阅点123个。")
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    body = f'<w:footnotes xmlns:w="{W}"><w:footnote w:id="1"><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:footnote>'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, f"{body}</w:footnotes>".encode(), document.part.package)
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    return saved(document)


def test_a_footnote_is_proven_after_the_paragraphs() -> None:
    data = with_footnote("全州从事政府信息公开工作人员767人。")
    _, proof = proof_of(data)
    assert opened(proof) == [("第 2 段", "767人", "工作人员数", "differs")]
    assert list(docx.Document(io.BytesIO(commented_word(data, "报告.docx", proof))).comments) == []


# --- marked copies ---


def commented() -> bytes:
    document = docx.Document(io.BytesIO(report_with(查阅点数="132")))
    document.paragraphs[1]._p.append(text_box("从事政府信息公开工作人员767人。"))
    document.add_paragraph("全州共召开政府信息公开工作会议33次。")
    data = saved(document)
    return commented_word(data, "报告.docx", proof_of(data)[1])


def test_comments_stand_at_prose_text_boxes_and_cells_alike() -> None:
    data = commented()
    comments = [comment.text for comment in docx.Document(io.BytesIO(data)).comments]
    assert [re.findall("“(.+?)”", text)[0] for text in comments] == ["工作人员数", "工作会议数", "查阅点数"]
    body = docx.Document(io.BytesIO(data)).element.body
    held = []
    for begin in body.iter(f"{{{W}}}commentRangeStart"):
        paragraph = begin.getparent()
        inside = zipfile.ZipFile(io.BytesIO(data)).read("word/document.xml").decode()
        number = begin.get(f"{{{W}}}id")
        piece = re.search(
            f'commentRangeStart w:id="{number}"/>(.*?)<w:commentRangeEnd w:id="{number}"', inside, re.DOTALL
        )
        assert piece is not None
        held.append("".join(re.findall("<w:t[^>]*>([^<]*)", piece[1])))
        assert held[-1] in text_of(paragraph)
    assert sorted(held) == ["132", "33次", "767人"]


def test_an_annotated_copy_that_is_proven_again_has_each_comment_once_and_others_stay() -> None:
    first = docx.Document(io.BytesIO(commented()))
    first.add_comment(first.paragraphs[0].runs[:1], "请补上图表", author="审稿人")
    again = commented_word(saved(first), "报告.docx", proof_of(saved(first))[1])
    opened_again = docx.Document(io.BytesIO(again))
    earlier = [comment.text for comment in docx.Document(io.BytesIO(commented())).comments]
    assert sorted(comment.text for comment in opened_again.comments) == sorted([*earlier, "请补上图表"])
    marks = list(opened_again.element.body.iter(f"{{{W}}}commentReference"))
    assert len(marks) == len(earlier) + 1


@pytest.mark.office
def test_writer_shows_every_comment(tmp_path: Path) -> None:
    path = tmp_path / "校对.docx"
    path.write_bytes(commented())
    pages = PdfReader(office.document_to_pdf(path, tmp_path / "out")).pages
    notes = [str(note.get_object().get("/Contents", "")) for page in pages for note in page.get("/Annots", [])]
    for name in ("工作人员数", "工作会议数", "查阅点数"):
        assert any(name in note and "不符" in note for note in notes), notes


def test_the_page_shows_the_table_with_its_marks() -> None:
    document, proof = proof_of(report_with(查阅点数="132"))
    page = marked_page(document, proof)
    assert '<td class="differs" title="表格里的“查阅点数”是 132,汇总表是 123">132</td>' in page
    assert '<td class="agrees"' in page
    assert '<li class="differs"><b>不符</b> 132' in page


@pytest.mark.office
def test_a_browser_shows_the_marks_in_colour(tmp_path: Path) -> None:
    from playwright.sync_api import sync_playwright

    document, proof = proof_of(report_with(查阅点数="132"))
    path = tmp_path / "校对.html"
    path.write_text(marked_page(document, proof), encoding="utf-8")
    with sync_playwright() as running:
        own = Path(running.chromium.executable_path)
        found = str(own) if own.exists() else shutil.which("chromium") or shutil.which("google-chrome")
        if found is None:
            office.absent("there is no Chromium to look with")
        browser = running.chromium.launch(executable_path=found)
        page = browser.new_page()
        page.goto(path.as_uri())
        colour = "element => getComputedStyle(element).backgroundColor"
        assert page.locator("td.differs").evaluate(colour) == "rgb(255, 201, 196)"
        assert page.locator("mark.agrees").first.evaluate(colour) == "rgb(229, 243, 230)"
        width = page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
        browser.close()
    assert width
