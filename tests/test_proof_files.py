"""Reports in every kind of file, the marked copies, and the command ``xltools proof``."""

from __future__ import annotations

import io
import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import docx
import office
import pytest
from prooftexts import save_faultless, save_xiangxi, xiangxi

from xltools import Form, Options, build_template, consolidate, read
from xltools.errors import CouldNotRun
from xltools.proof import Proof, prove, read_document
from xltools.proof.documents import parse_document
from xltools.proof.figures import load_figures
from xltools.proof.marking import commented_word, marked_page
from xltools.proof.quantities import Precision, find_quantities, plain
from xltools.roster import parse_roster
from xltools.writing.content import filled_content

PROSE = ["二、主动公开情况", "全州主动公开政府信息85674条。", "州、县市从事政务公开工作人员达776名。"]
WRONG = {"text": "85674条", "start": 10, "end": 16, "claimed": 85674, "actual": 248071, "verdict": "differs"}


def word_file(*paragraphs: str, table: str = "") -> bytes:
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    if table:
        document.add_table(1, 1).cell(0, 0).text = table
    buffer = io.BytesIO()
    document.save(buffer)
    return buffer.getvalue()


def proof_of_file(data: bytes, kind: str) -> Proof:
    return prove(parse_document(data, kind, f"报告.{kind}"), xiangxi())


@pytest.fixture(scope="module")
def total(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("proof") / "总表.xlsx"
    save_xiangxi(path)
    return path


# --- numbers as they are written ---


@pytest.mark.parametrize(
    ("text", "value", "measure", "precision"),
    [
        ("1,234条", 1234, "条", Precision.EXACT),
        ("1234 条", 1234, "条", Precision.EXACT),
        ("5.16万人次", 51600, "人次", Precision.EXACT),
        ("1.3万余份", 13000, "份", Precision.MORE),
        ("5600多个", 5600, "个", Precision.MORE),
        ("200余万元", 2_000_000, "元", Precision.MORE),
        ("65万元", 650_000, "元", Precision.EXACT),
        ("近300人", 300, "人", Precision.LESS),
        ("约300人", 300, "人", Precision.ABOUT),
        ("300人左右", 300, "人", Precision.ABOUT),
        ("95%以上", 95, "%", Precision.MORE),
        ("1234\uff05", 1234, "%", Precision.EXACT),
        ("二十八件", 28, "件", Precision.EXACT),
        ("三百余条", 300, "条", Precision.MORE),
        ("近百场", 100, "场", Precision.LESS),
        ("千余份", 1000, "份", Precision.MORE),
        ("六十五万元", 650_000, "元", Precision.EXACT),
        ("会议三次", 3, "次", Precision.EXACT),
        ("占八成", 80, "%", Precision.EXACT),
        ("占百分之三十", 30, "%", Precision.EXACT),
        ("信息248 071条", 248071, "条", Precision.EXACT),
        ("信息 248\u2009071条", 248071, "条", Precision.EXACT),
        ("信息1\u00a0248\u00a0071条", 1248071, "条", Precision.EXACT),
        ("约24万8071条", 248071, "条", Precision.ABOUT),
        ("24万零71条", 240071, "条", Precision.EXACT),
        ("附表1 100条", 100, "条", Precision.EXACT),
    ],
)
def test_a_number_is_read_with_its_measure_and_precision(
    text: str, value: int, measure: str, precision: Precision
) -> None:
    (quantity,) = find_quantities(plain(text))
    assert (int(quantity.value), quantity.measure, quantity.precision) == (value, measure, precision)


@pytest.mark.parametrize(
    "text",
    [
        "2017年5月12日",
        "国办发〔2017〕24号",
        "电话0743-8233025",
        "第3次",
        "计1次",
        "列为1条",
        "1.加强领导",
        "20个工作日",
        "建设一个平台",
        "三项制度全面落实",
        "百件实事",
        "数百条",
        "三五件",
        "第十八次",
        "二〇一七年",
        "3 100条",
        "071条",
        "24万500条",
        "3千5百件",
        "1亿2345万元",
        "表2 071条",
    ],
)
def test_dates_documents_telephones_and_places_are_no_figures(text: str) -> None:
    assert [q.measure for q in find_quantities(plain(text)) if q.measure] == []


def test_years_in_the_title_of_a_document_are_not_read() -> None:
    assert find_quantities(plain("《2017年公开300条的通知》")) == []


# --- kinds of files ---


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("txt", "\n\n".join(PROSE).encode()),
        ("txt", "\n".join(PROSE).encode("gb18030")),
        ("txt", "\n".join(PROSE).encode("utf-16")),
        ("txt", "\n".join(PROSE).encode("utf-16-le")),
        ("txt", "\n".join(PROSE).encode("utf-16-be")),
        ("txt", b"\xef\xbb\xbf" + "\r\n".join(PROSE).encode()),
        ("md", "\n\n".join(["# " + PROSE[0], *PROSE[1:]]).encode() + "\n\n| 指标 | 1条 |".encode()),
        (
            "html",
            f"<h1>{PROSE[0]}</h1><p>{PROSE[1]}</p><table><tr><td>9条</td></tr></table><p>{PROSE[2]}</p>".encode(),
        ),
        ("docx", word_file(*PROSE[:2], "", PROSE[2], table="公开政府信息9条")),
    ],
)
def test_the_same_prose_gives_the_same_claims_whatever_the_file(kind: str, data: bytes) -> None:
    proof = proof_of_file(data, kind)
    assert [(c.paragraph, c.text, str(c.verdict)) for c in proof.claims] == [
        (2, "85674条", "differs"),
        (3, "776名", "agrees"),
    ]


@pytest.mark.office
def test_a_printed_report_is_read_from_its_pdf(tmp_path: Path) -> None:
    from openpyxl import Workbook

    workbook = Workbook()
    sheet: Any = workbook.active
    for text in PROSE:
        sheet.append([text])
    workbook.save(tmp_path / "报告.xlsx")
    document = read_document(office.to_pdf(tmp_path / "报告.xlsx", tmp_path / "out"))
    assert [c.text.replace(" ", "") for c in prove(document, xiangxi()).claims] == ["85674条", "776名"]


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("报告.docx", b"PK\x03\x04 broken", "打不开"),
        ("报告.pdf", b"%PDF-1.4 broken", "打不开"),
        ("报告.txt", b"  \n ", "没有文字"),
        ("报告.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(64), "编码不能识别"),
        ("报告.doc", b"", "不是能核对的报告"),
    ],
)
def test_what_cannot_be_read_is_refused_in_one_sentence(name: str, data: bytes, said: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    with pytest.raises(CouldNotRun, match=said):
        read_document(tmp_path / name)


# --- marked copies ---


def test_word_comments_stand_at_the_claims_and_nothing_else_changes() -> None:
    data = word_file(*PROSE)
    marked = commented_word(data, "报告.docx", proof_of_file(data, "docx"))
    assert marked == commented_word(data, "报告.docx", proof_of_file(data, "docx"))
    document = docx.Document(io.BytesIO(marked))
    (comment,) = document.comments
    assert comment.text.startswith("不符:汇总表中“主动公开政府信息数”是 248071")
    assert [paragraph.text for paragraph in document.paragraphs] == PROSE
    xml = zipfile.ZipFile(io.BytesIO(marked)).read("word/document.xml").decode()
    (inside,) = re.findall(r"<w:commentRangeStart.*?<w:commentRangeEnd", xml, re.DOTALL)
    assert re.findall(r"<w:t[^>]*>([^<]*)", inside) == ["85674条"]


def test_runs_keep_their_looks_where_a_comment_begins_within_them() -> None:
    document = docx.Document()
    paragraph = document.add_paragraph("全州主动公开")
    paragraph.add_run("政府信息856").bold = True
    paragraph.add_run("74条。")
    buffer = io.BytesIO()
    document.save(buffer)
    marked = commented_word(buffer.getvalue(), "报告.docx", proof_of_file(buffer.getvalue(), "docx"))
    runs = [(run.text, run.bold) for run in docx.Document(io.BytesIO(marked)).paragraphs[0].runs if run.text]
    assert runs == [("全州主动公开", None), ("政府信息", True), ("856", True), ("74条", None), ("。", None)]


def test_a_page_marks_every_claim_and_says_below_what_is_wrong() -> None:
    document = parse_document("\n".join([*PROSE, "<b>公开</b>"]).encode(), "txt", "报告.txt")
    page = marked_page(document, prove(document, xiangxi()))
    assert '<mark class="differs" title="汇总表中' in page
    assert ">776名</mark>" in page
    assert '<li class="differs"><b>不符</b> 85674条' in page
    assert "&lt;b&gt;公开" in page


# --- the command ---


def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "xltools", "proof", *map(str, arguments)]
    return subprocess.run(command, capture_output=True, text=True, encoding="utf-8", timeout=60, check=False)


def test_exit_code_1_where_something_differs_and_the_reason_is_printed(total: Path, tmp_path: Path) -> None:
    report = tmp_path / "报告.txt"
    report.write_text("\n".join(PROSE), encoding="utf-8")
    done = run(report, total)
    assert done.returncode == 1, done.stderr
    assert "× 第 2 段 85674条:汇总表中“主动公开政府信息数”是 248071,文中是 85674;等于州本级的数" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("核对了 2 处:相符 1,不符 1,待核 0")
    fine, faultless = tmp_path / "改好.txt", tmp_path / "无误.xlsx"
    fine.write_text("\n".join([PROSE[0], PROSE[2]]), encoding="utf-8")
    save_faultless(faultless)
    done = run(fine, faultless, "--quiet")
    assert (done.returncode, done.stdout.strip()) == (0, "核对了 1 处:相符 1,不符 0,待核 0")


def test_the_words_around_are_those_of_the_number_told_not_of_one_like_it_before(total: Path, tmp_path: Path) -> None:
    report = tmp_path / "报告.txt"
    report.write_text("专职人员42人(县市40人),设查阅点123个,其中州本级70个;兼职人员734人(县市40人)。", encoding="utf-8")
    lines = run(report, total).stdout.splitlines()
    told = next(at for at, line in enumerate(lines) if line.startswith("× 第 1 段 40人"))
    assert lines[told + 1].strip().endswith("兼职人员734人(县市40人)。")


def test_a_total_that_is_not_fit_to_be_published_is_told_whatever_agrees(total: Path, tmp_path: Path) -> None:
    report, lacking = tmp_path / "报告.txt", tmp_path / "缺一个.xlsx"
    report.write_text(PROSE[2].replace("776", "704"), encoding="utf-8")
    save_faultless(lacking, without="吉首市")
    done = run(report, lacking, "--quiet")
    assert done.returncode == 1
    assert done.stdout.splitlines() == [
        "× 汇总表不全:10 个单位缺 1 个,吉首市(未报);补齐以后再汇总,现在的数不宜公布",
        "核对了 1 处:相符 1,不符 0,待核 0",
    ]
    report.write_text(PROSE[2], encoding="utf-8")
    done = run(report, total)
    assert done.returncode == 1
    assert "× 汇总表里有 2 个单位的报表还有错误没有改正,见“审核结果”表:州本级、吉首市" in done.stdout
    assert "× 汇总表有错误 1 处,改正以前不宜公布:“申请答复数”未填,各项合计 15:请补填  [V308]" in done.stdout
    done = run(report, total, "--previous", lacking)
    assert "! 上年汇总表不全:10 个单位缺 1 个" in done.stdout


def test_json_alone_goes_to_standard_output(total: Path, tmp_path: Path) -> None:
    report = tmp_path / "报告.txt"
    report.write_text("\n".join(PROSE), encoding="utf-8")
    record = json.loads(run(report, total, "--json", "-").stdout)
    assert {key: record["claims"][0][key] for key in WRONG} == WRONG
    assert record["summary"] == {"agrees": 1, "differs": 1, "unclear": 0}


def test_verbose_lists_what_was_recognised_and_what_was_not(total: Path, tmp_path: Path) -> None:
    report = tmp_path / "报告.txt"
    report.write_text("全州设立查阅点123个,悬挂横幅1235幅。", encoding="utf-8")
    lines = run(report, total, "--verbose").stdout.splitlines()
    assert "√ 第 1 段 123个:“查阅点数”" in lines
    assert "· 第 1 段 1235幅:未核对,没有认出说的是哪个指标" in lines


def test_annotated_copies_are_written_and_inputs_never(total: Path, tmp_path: Path) -> None:
    report = tmp_path / "报告.docx"
    report.write_bytes(word_file(*PROSE))
    before = report.read_bytes()
    assert run(report, total, "--annotate", tmp_path / "校对.docx").returncode == 1
    assert run(report, total, "--annotate", tmp_path / "校对.html").returncode == 1
    assert (tmp_path / "校对.docx").read_bytes()[:2] == b"PK"
    assert "<mark" in (tmp_path / "校对.html").read_text(encoding="utf-8")
    assert run(report, total, "--annotate", report).returncode == 2
    assert report.read_bytes() == before


@pytest.mark.parametrize(
    ("report_name", "annotated", "said"),
    [
        ("报告.docx", "校对.pdf", "只能写成 .docx(Word 批注)或 .html(网页):请改“校对.pdf”的扩展名"),
        ("报告.docx", "校对.doc", "只能写成 .docx(Word 批注)或 .html(网页)"),
        ("报告.docx", "校对", "请改“校对”的扩展名"),
        ("报告.txt", "校对.txt", "只能写成 .html(网页)"),
        ("报告.txt", "校对.docx", "报告不是 .docx,不能写成 Word 批注"),
    ],
)
def test_a_marked_copy_has_the_name_of_what_it_is(
    report_name: str, annotated: str, said: str, total: Path, tmp_path: Path
) -> None:
    report = tmp_path / report_name
    report.write_bytes(word_file(*PROSE) if report.suffix == ".docx" else "\n".join(PROSE).encode())
    done = run(report, total, "--annotate", tmp_path / annotated)
    assert done.returncode == 2
    assert said in done.stderr
    assert not (tmp_path / annotated).exists()


def test_a_text_in_which_nothing_could_be_proven_is_told(total: Path, tmp_path: Path) -> None:
    letter, faultless = tmp_path / "信.txt", tmp_path / "无误.xlsx"
    letter.write_text("截至1231日,会议改在三楼会议室,请3名同志参加。", encoding="utf-8")
    save_faultless(faultless)
    caution = "! 一个数也没有核对:请确认给的是报告,用的是这张表的汇总表"
    assert run(letter, faultless, "--quiet").stdout.splitlines()[0] == caution
    assert caution in run(letter, faultless).stdout.splitlines()
    assert set(json.loads(run(letter, faultless, "--json", "-").stdout)) == {"claims", "summary"}
    letter.write_text(PROSE[2], encoding="utf-8")
    assert caution not in run(letter, faultless).stdout


def test_a_line_break_within_a_number_breaks_no_line(tmp_path: Path, total: Path) -> None:
    document = docx.Document()
    run_of = document.add_paragraph("州、县市从事政务公开工作人员达").add_run("777")
    run_of.add_break()
    run_of.add_text("名,依申请公开信息收取费用66")
    run_of.add_break()
    run_of.add_text("元。")
    document.save(str(tmp_path / "报告.docx"))
    lines = run(tmp_path / "报告.docx", total, "--verbose").stdout.splitlines()
    assert any(line.startswith("× 第 1 段 777 名:") for line in lines)
    assert all(line[:1] in "×!√· 核" for line in lines), lines


@pytest.mark.parametrize("missing", ["report", "total"])
def test_exit_code_2_without_a_report_or_a_total(missing: str, total: Path, tmp_path: Path) -> None:
    report = tmp_path / "报告.txt"
    if missing == "total":
        report.write_text("公开1条", encoding="utf-8")
    done = run(report, total if missing == "report" else tmp_path / "没有.xlsx")
    assert done.returncode == 2
    assert done.stderr.startswith("没有运行:")


def test_a_unit_that_goes_with_its_superior_is_not_missing_from_the_total(tmp_path: Path) -> None:
    form = Form.load("xxgk2017")
    roster = parse_roster([["单位", "上级"], ["甲县", "某州"], ["甲县公安局", "甲县"]])
    returns = []
    for unit in ("甲县", "甲县公安局"):
        path = tmp_path / f"{unit}.xlsx"
        path.write_bytes(build_template(form, filled_content(form, {"工作会议数": 3}, unit=unit)))
        returns.append(read(path, form))
    result = consolidate(returns, form, roster, Options(period="2017"))
    assert "可以上报(随上级汇总)" in {unit.status_words for unit in result.units}
    result.save(tmp_path / "总表.xlsx")
    assert load_figures(tmp_path / "总表.xlsx", form).defects == ()
