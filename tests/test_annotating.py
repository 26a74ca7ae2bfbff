"""A return goes back as the unit's own file: marked where somebody has to act, untouched elsewhere, readable again."""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from lxml import etree
from office import recalculate, requires_office
from openpyxl.comments import Comment
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from xltools import Finding, Form, Return, check
from xltools.annotating import Annotated, annotate, annotated_files, cover_text
from xltools.annotating.cells import anchor_beside
from xltools.annotating.numbering import sections_of
from xltools.annotating.opinions import opinions_of
from xltools.annotating.stylesheet import fill_record, marked, unmarked
from xltools.checking import Expectation
from xltools.findings import CATALOGUE, Severity, advice_on, finding
from xltools.reading.reader import read_bytes, read_bytes_all
from xltools.returns import Source
from xltools.reviewing import review
from xltools.template import build_template
from xltools.writing.content import filled_content
from xltools.writing.styles import AMBER_FILL, RED_FILL

EXAMPLES = Path(__file__).resolve().parents[1] / "examples"
RETURNS = [*sorted((EXAMPLES / "问题件").glob("*.xlsx")), *sorted((EXAMPLES / "湘西州2017" / "上报").glob("*.xlsx"))]
RED, AMBER = (f"FF{colour[1:]}" for colour in (RED_FILL, AMBER_FILL))
FORMS = {name: Form.load(name) for name in ("xxgk2017", "xxgk2021")}
FORM = FORMS["xxgk2017"]
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"

# D34 is a blank total beside parts of 5; D49 is a total of 5 whose outcomes are only 3, and may be explained.
VALUES = {
    "收到申请数": 5, "网络申请数": 5, "申请办结数": 5, "按时办结数": 5, "同意公开答复数": 5,
    "行政复议数": 5, "复议维持数": 3,
}  # fmt: skip
Edit = Callable[[Workbook], None]


def returned(values: Mapping[str, int] = VALUES, unit: str = "甲县", **more: str) -> bytes:
    return build_template(FORM, filled_content(FORM, values, unit=unit, explanations=more))


def read_back(data: bytes, form: Form = FORM, path: str = "甲县.xlsx") -> tuple[Return, list[Finding]]:
    ret = read_bytes(data, form, Source(path))
    return ret, check(ret, form)


def annotated(data: bytes, form: Form = FORM) -> Annotated:
    ret, found = read_back(data, form)
    return annotate(data, ret, found, form)


def resaved(data: bytes, edit: Edit = lambda book: None) -> bytes:
    """As openpyxl writes it after an edit."""
    book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=False)
    edit(book)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def opened(data: bytes) -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(data))


def table(data: bytes) -> Worksheet:
    sheet = opened(data)["统计表"]
    assert isinstance(sheet, Worksheet)
    return sheet


def marks(data: bytes) -> dict[str, str]:
    """The cells of 统计表 in our colours."""
    cells = (cell for row in table(data).iter_rows() for cell in row)
    return {c.coordinate: c.fill.fgColor.rgb for c in cells if c.fill.fgColor.rgb in (RED, AMBER)}


def comments(data: bytes) -> dict[str, str]:
    return {c.coordinate: c.comment.text for row in table(data).iter_rows() for c in row if c.comment}


def members(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def packed(parts: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def edited(data: bytes, part: str, old: str, new: str) -> bytes:
    parts = members(data)
    text, times = re.subn(old, new, parts[part].decode(), flags=re.DOTALL)
    assert times, (part, old)
    return packed({**parts, part: text.encode()})


def form_of(data: bytes) -> Form:
    return FORMS["xxgk2021" if b"xxgk2021" in members(data)["xl/workbook.xml"] else "xxgk2017"]


# --- what is marked, and how it reads ---


def test_errors_are_red_and_open_warnings_amber_each_with_a_comment() -> None:
    copy = annotated(returned())
    assert (copy.suffix, copy.note) == (".xlsx", "")
    assert marks(copy.data) == {"D34": RED, "D49": AMBER}
    assert comments(copy.data) == {
        "D34": "【审核意见】\n错误:“申请答复数”未填,各项合计 5:请补填\n应为 5,现在空白。\n怎么办:请补填合计数。【完】",
        "D49": "【审核意见】\n提示:行政复议 5 件,三种结果合计只有 3 件,差 2 件:请核对,或说明其中有多少尚未审结\n"
        "应不大于 3,现在是 5。\n"
        "怎么办:请核对;数确实无误的,在“审核规则”表的“情况说明”里写明原因。\n"
        "情况说明写在:审核规则!F20【完】",
    }


def test_the_first_sheet_lists_what_to_do_with_a_link_to_every_cell() -> None:
    book = opened(annotated(returned()).data)
    assert book.sheetnames == ["审核意见", "统计表", "审核规则", "填表说明", "表式"]
    assert book.active is book["审核意见"]
    sheet = book["审核意见"]
    lines = [[cell.value for cell in row[:9] if cell.value is not None] for row in sheet.iter_rows()]
    lines = [line for line in lines if line]
    headings = ["序号", "级别", "位置", "指标", "问题", "对照", "现在", "怎么办", "情况说明"]
    assert lines == [
        ["审核意见"],
        ["甲县 2017 年《政府信息公开情况统计表》:1 处错误需要更正,1 处提示需要核对"],
        [
            "表中红色的格请更正,黄色的格请核对;把鼠标停在有颜色的格上,可以看到批注。"
            "点下面的“位置”,直接跳到那一格。"
        ],
        ["一、请更正(1 处)"],
        headings,
        [
            "1", "错误", "统计表!D34", "申请答复数", "“申请答复数”未填,各项合计 5:请补填", "应为 5", "现在空白",
            "请补填合计数。",
        ],
        ["二、请核对(1 处):有错就改,确实无误的写情况说明"],
        headings,
        [
            "2", "提示", "统计表!D49", "行政复议数",
            "行政复议 5 件,三种结果合计只有 3 件,差 2 件:请核对,或说明其中有多少尚未审结", "应不大于 3", "现在是 5",
            "请核对;数确实无误的,在“审核规则”表的“情况说明”里写明原因。", "写在 审核规则!F20",
        ],
        [
            "改好后直接保存,把本文件交回即可。不必删去本表、颜色和批注,再次审核时会自动更新;"
            "请不要增删行列、不要改工作表的名称、不要把内容复制到新文件。"
        ],
    ]  # fmt: skip
    links = [cell.hyperlink.location for row in sheet.iter_rows() for cell in row if cell.hyperlink]
    assert links == ["'统计表'!D34", "'统计表'!D49", "'审核规则'!F20"]


def test_what_is_explained_is_listed_for_reference_and_not_marked() -> None:
    copy = annotated(returned(R0402="其中 2 件尚未审结"))
    assert marks(copy.data) == {"D34": RED}
    texts = [cell.value for row in opened(copy.data)["审核意见"].iter_rows() for cell in row]
    assert "二、供参考,无须处理(1 处)" in texts
    assert "已写情况说明:其中 2 件尚未审结" in texts


def test_several_findings_on_one_cell_share_one_comment_and_the_graver_colour() -> None:
    data = returned({**VALUES, "行政复议数": 2, "申请答复数": 5})
    ret, found = read_back(data)
    more = finding("Y501", "今年 2,上年度 90:请核对", sheet="统计表", cell="D49", expected=90, actual=2)
    copy = annotate(data, ret, [more, *found], FORM)
    assert marks(copy.data) == {"D49": RED}
    text = comments(copy.data)["D49"]
    assert text.count("【审核意见】") == 1
    assert text.index("1. 错误:行政复议 2 件") < text.index("2. 提示:今年 2,上年度 90") < text.index("上年度是 90")


def test_where_several_cells_make_up_the_figure_it_is_called_computed() -> None:
    form = FORMS["xxgk2021"]
    data = (EXAMPLES / "问题件" / "R0301_2021表式_新收加结转不等于办理加结转.xlsx").read_bytes()
    ret, found = read_back(data, form)
    assert comments(annotate(data, ret, found, form).data)["I23"].endswith(
        "合起来应为 31,合起来是 32。\n"
        "怎么办:请改正这一格,或改正有关的 上年结转_自然人、办理结果总计_自然人的各项、结转下年_自然人。【完】"
    )


def test_text_from_a_file_is_text_and_never_a_formula() -> None:
    data = returned()
    ret, _ = read_back(data)
    wild = "=1+1\x07<b>&_x000D_"
    found = [finding("V301", wild, sheet="统计表", cell="D34", actual="@SUM(A1)")]
    sheet = opened(annotate(data, ret, found, FORM).data)["审核意见"]
    (row,) = [row for row in sheet.iter_rows() if row[0].value == "1"]
    assert [(cell.value, cell.data_type) for cell in (row[4], row[6])] == [
        ("=1+1□<b>&_x005F_x000D_", "s"),  # as stored: Excel shows _x000D_
        ("现在是 @SUM(A1)", "s"),
    ]


# --- what stays as it was ---


@pytest.mark.parametrize("path", RETURNS, ids=lambda path: path.name)
def test_every_example_reads_back_the_same_and_marking_twice_changes_nothing(path: Path) -> None:
    data = path.read_bytes()
    form = FORM if not zipfile.is_zipfile(path) or path.name.startswith(("F102", "F103")) else form_of(data)
    ret, found = read_back(data, form, path.name)
    if ret.rejected:
        with pytest.raises(ValueError, match="rejected"):
            annotate(data, ret, found, form)
        return
    copy = annotate(data, ret, found, form)
    assert copy.note == ""
    again, found_again = read_back(copy.data, form, path.name)
    assert replace(again, findings=()) == replace(ret, findings=())
    assert found_again == found
    assert annotate(copy.data, again, found_again, form).data == copy.data


def test_the_sheet_of_opinions_is_not_taken_for_an_added_one() -> None:
    ret = read_bytes(annotated(returned()).data, FORM, Source("甲县.xlsx"))
    assert "S206" not in {f.code for f in check(ret, FORM)}


def test_all_other_parts_are_copied_byte_for_byte() -> None:
    data = returned()
    before, after = members(data), members(annotated(data).data)
    changed = {name for name, content in before.items() if after[name] != content}
    assert changed == {
        "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
        "xl/worksheets/sheet1.xml",
    }  # fmt: skip
    assert after.keys() - before.keys() == {
        "xl/worksheets/sheet5.xml", "xl/comments1.xml", "xl/drawings/vmlDrawing1.vml",
        "xl/worksheets/_rels/sheet1.xml.rels",
    }  # fmt: skip


def test_names_validation_protection_and_conditional_formats_survive() -> None:
    data = returned()
    before, after = opened(data), opened(annotated(data).data)
    assert {n: d.value for n, d in after.defined_names.items()} == {n: d.value for n, d in before.defined_names.items()}
    for name in before.sheetnames:
        old, new = before[name], after[name]
        assert new.print_area == old.print_area
        assert new.print_title_rows == old.print_title_rows
        assert new.merged_cells == old.merged_cells
        assert new.protection.sheet == old.protection.sheet
        assert repr(new.data_validations) == repr(old.data_validations)
        assert repr(list(new.conditional_formatting)) == repr(list(old.conditional_formatting))
        for row in old.iter_rows():
            for cell in row:
                other = new[cell.coordinate]
                assert other.value == cell.value
                for what in ("font", "border", "number_format", "alignment", "protection"):
                    assert repr(getattr(other, what)) == repr(getattr(cell, what)), (cell.coordinate, what)
                if not other.comment:
                    assert repr(other.fill) == repr(cell.fill), cell.coordinate


def test_exactly_one_sheet_is_selected_or_typing_would_go_into_several() -> None:
    parts = members(annotated(returned()).data)
    assert [name for name, content in parts.items() if b'tabSelected="1"' in content] == ["xl/worksheets/sheet5.xml"]


def test_macros_are_kept_and_the_extension_says_so() -> None:
    ordinary = r"openxmlformats-officedocument\.spreadsheetml\.sheet\.main"
    data = edited(returned(), "[Content_Types].xml", ordinary, "ms-excel.sheet.macroEnabled.main")
    data = packed({**members(data), "xl/vbaProject.bin": bytes(range(256))})
    copy = annotated(data)
    assert copy.suffix == ".xlsm"
    assert members(copy.data)["xl/vbaProject.bin"] == bytes(range(256))


def test_the_same_return_gives_the_same_bytes_and_the_file_itself_is_untouched() -> None:
    data = returned()
    kept = bytes(bytearray(data))
    assert annotated(data) == annotated(data)
    assert data == kept


# --- comments that the unit wrote itself ---


def _with_own_comments(book: Workbook) -> None:
    book["统计表"]["D49"].comment = Comment("两件在审", "张三")
    book["统计表"]["D6"].comment = Comment("见附件", "张三")


def test_the_units_own_comments_stay_and_ours_stand_below_them() -> None:
    data = resaved(returned(), _with_own_comments)
    copy = annotated(data)
    assert comments(copy.data)["D6"] == "见附件"
    assert comments(copy.data)["D49"].startswith("两件在审\n【审核意见】\n提示:行政复议 5 件")
    assert copy.data == annotated(copy.data).data


def test_ours_are_taken_off_again_and_the_units_own_remain() -> None:
    copy = annotated(resaved(returned(), _with_own_comments))

    def explain(book: Workbook) -> None:
        book["审核规则"]["F20"] = "两件尚未审结"

    again = annotated(resaved(copy.data, explain))
    assert comments(again.data).keys() == {"D6", "D34", "D49"}
    assert comments(again.data)["D49"] == "两件在审"
    assert marks(again.data) == {"D34": RED}


def test_what_the_unit_wrote_below_ours_is_kept() -> None:
    def reply(book: Workbook) -> None:
        for place in ("D34", "D49"):
            cell = book["统计表"][place]
            assert cell.comment
            cell.comment = Comment(f"{cell.comment.text}\n已核实", "李四")
        book["统计表"]["D34"] = 5

    again = annotated(resaved(annotated(returned()).data, reply))
    assert comments(again.data)["D34"] == "已核实"
    assert comments(again.data)["D49"].startswith("已核实\n【审核意见】\n提示")


def test_a_cell_with_a_threaded_comment_is_coloured_and_its_thread_left_alone() -> None:
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="D49" dT="2018-01-02T00:00:00.00" personId="{1}" id="{2}"><text>在审</text>'
        "</threadedComment></ThreadedComments>"
    )
    relations = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1"'
        ' Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"'
        ' Target="../threadedComments/threadedComment1.xml"/></Relationships>'
    )
    data = packed({
        **members(returned()),
        "xl/threadedComments/threadedComment1.xml": thread.encode(),
        "xl/worksheets/_rels/sheet1.xml.rels": relations.encode(),
    })  # fmt: skip
    copy = annotated(data)
    assert marks(copy.data) == {"D34": RED, "D49": AMBER}
    assert comments(copy.data).keys() == {"D34"}
    assert members(copy.data)["xl/threadedComments/threadedComment1.xml"] == thread.encode()


# --- sent back again ---


def _correct(book: Workbook) -> None:
    book["统计表"]["D34"] = 5
    book["审核规则"]["F20"] = "两件尚未审结"


def test_once_corrected_in_the_copy_the_check_passes() -> None:
    _, found = read_back(resaved(annotated(returned()).data, _correct))
    assert [f.code for f in found if f.is_open] == []


GREW = {"行政复议数": 1, "复议维持数": 1, "工作会议数": 3}
BEFORE = {**GREW, "行政复议数": 900}


def against_last_year(data: bytes) -> tuple[Return, list[Finding]]:
    ret = read_bytes(data, FORM, Source("甲县.xlsx"))
    return ret, check(ret, FORM, Expectation(previous=BEFORE))


def write_beside(text: str) -> Edit:
    """Into the yellow cell of the row that asks about last year."""

    def write(book: Workbook) -> None:
        (row,) = [row for row in book["审核意见"].iter_rows(max_col=9) if "上年度" in str(row[4].value)]
        row[8].value = text

    return write


def test_a_jump_against_last_year_is_settled_by_what_the_unit_writes_beside_it() -> None:
    ret, found = against_last_year(returned(GREW))
    assert [f.code for f in found if f.is_open] == ["Y501"]
    copy = annotate(returned(GREW), ret, found, FORM)
    (row,) = [row for row in opened(copy.data)["审核意见"].iter_rows(max_col=9) if row[0].value == "1"]
    assert row[7].value == "请核对两年的数,有错就改。确实无误的写明原因,写在右边的黄格里。"
    assert (row[8].value, row[8].fill.fgColor.rgb) == (None, "FFFFFBE6")
    assert comments(copy.data)["D49"].endswith("情况说明写在:“审核意见”表第 1 条右边的黄格【完】")

    answered = resaved(copy.data, write_beside("去年集中复议"))
    again, found_again = against_last_year(answered)
    assert [(f.code, f.explanation) for f in found_again if f.indicator == "行政复议数"] == [("Y501", "去年集中复议")]
    assert not any(f.is_open for f in found_again)
    assert not list(annotated_files([again], found_again, FORM, lambda _: answered))


def test_a_figure_that_jumps_for_no_reason_given_still_asks() -> None:
    ret, found = against_last_year(returned(GREW))
    answered = resaved(annotate(returned(GREW), ret, found, FORM).data, write_beside("去年集中复议"))
    ret = read_bytes(answered, FORM, Source("甲县.xlsx"))
    found = check(ret, FORM, Expectation(previous={**BEFORE, "工作会议数": 800}))
    assert [f.indicator for f in found if f.is_open] == ["工作会议数"]


@pytest.mark.parametrize("compared", [True, False], ids=["asked again", "not asked again"])
def test_what_the_unit_wrote_beside_it_outlives_the_next_round(compared: bool) -> None:
    ret, found = against_last_year(returned(GREW))
    answered = resaved(annotate(returned(GREW), ret, found, FORM).data, write_beside("去年集中复议"))
    broken = resaved(answered, lambda book: book["统计表"].__setitem__("D34", 9))
    ret, found = against_last_year(broken) if compared else read_back(broken)
    copy = annotate(broken, ret, found, FORM)
    assert not copy.note
    assert opened(copy.data).sheetnames.count("审核意见") == 1
    kept = against_last_year(copy.data)[0].explanations
    assert [(key.rpartition("_")[0], text) for key, text in kept.items()] == [("Y501_行政复议数", "去年集中复议")]
    assert annotate(copy.data, ret, found, FORM) == copy


def test_an_answer_does_not_outlive_the_figure_that_it_was_given_on() -> None:
    ret, found = against_last_year(returned(GREW))
    answered = resaved(annotate(returned(GREW), ret, found, FORM).data, write_beside("去年集中复议"))
    _, found = against_last_year(resaved(answered, lambda book: book["统计表"].__setitem__("D49", 2)))
    assert [f.explanation for f in found if f.code == "Y501" and f.indicator == "行政复议数"] == [""]


def test_each_return_of_a_workbook_has_its_own_answer() -> None:
    def two(book: Workbook) -> None:
        book.copy_worksheet(book["统计表"]).title = "乙县"

    def against(data: bytes) -> tuple[tuple[Return, ...], list[Finding]]:
        returns = read_bytes_all(data, FORM, Source("甲县.xlsx"))
        found = [f for ret in returns for f in check(ret, FORM, Expectation(previous=BEFORE))]
        return returns, found

    def answer(book: Workbook) -> None:
        asked = [row for row in book["审核意见"].iter_rows(max_col=9) if "上年度" in str(row[4].value)]
        (row,) = [row for row in asked if str(row[2].value).startswith("乙县")]
        row[8].value = "去年集中复议"

    data = resaved(returned(GREW), two)
    returns, found = against(data)
    assert len(returns) == 2
    _, again = against(resaved(annotate(data, returns[0], found, FORM).data, answer))
    told = {f.sheet: f.explanation for f in again if f.code == "Y501" and f.indicator == "行政复议数"}
    assert told == {"统计表": "", "乙县": "去年集中复议"}


def test_a_prompt_of_the_form_is_explained_beside_it_where_the_file_has_no_rules_sheet() -> None:
    data = resaved(returned(), lambda book: book.__delitem__("审核规则"))
    ret, found = read_back(data)

    def write(book: Workbook) -> None:
        (row,) = [row for row in book["审核意见"].iter_rows(max_col=9) if "三种结果" in str(row[4].value)]
        row[8].value = "两件尚未审结"

    _, found = read_back(resaved(annotate(data, ret, found, FORM).data, write))
    assert [f.explanation for f in found if f.rule == "R0402"] == ["两件尚未审结"]


@pytest.mark.parametrize("code", ["S201", "F104"])
def test_what_only_the_office_need_know_is_asked_of_no_unit(code: str) -> None:
    ret, _ = read_back(returned())
    note = about(code, "数已读出,请核对", cell="D8")
    assert note.is_open
    assert not list(annotated_files([ret], [note], FORM, lambda _: returned()))
    found = [about("V301", "不是数:请更正", cell="D59"), note]
    assert "数已读出" not in cover_text("甲县", "2017", found, FORM, copy_name="甲县.xlsx")
    rows = opinion_rows(annotate(returned(), ret, found, FORM).data)
    assert rows[1].endswith("1 处错误需要更正")
    assert "二、供参考,无须处理(1 处)" in rows


@pytest.mark.parametrize("with_list", [True, False], ids=["whole", "without 审核意见"])
def test_a_second_round_replaces_the_marks_of_the_first(with_list: bool) -> None:
    def half_corrected(book: Workbook) -> None:
        book["统计表"]["D34"] = 5
        book["统计表"]["D54"] = 7
        if not with_list:
            del book["审核意见"]

    before = repr(table(returned())["D34"].fill)
    copy = annotated(resaved(annotated(returned()).data, half_corrected))
    assert marks(copy.data) == {"D49": AMBER, "D53": RED}
    assert comments(copy.data).keys() == {"D49", "D53"}
    assert repr(table(copy.data)["D34"].fill) == before
    assert opened(copy.data).sheetnames == ["审核意见", "统计表", "审核规则", "填表说明", "表式"]


def test_a_sheet_of_the_units_own_with_our_sheets_name_is_kept() -> None:
    def add(book: Workbook) -> None:
        book.create_sheet("审核意见")["A1"] = "局长:同意"

    copy = annotated(resaved(returned(), add))
    book = opened(copy.data)
    assert book.sheetnames == ["审核意见2", "统计表", "审核规则", "填表说明", "表式", "审核意见"]
    assert book["审核意见"]["A1"].value == "局长:同意"
    assert opened(annotated(copy.data).data).sheetnames == book.sheetnames


@requires_office
def test_libreoffice_opens_the_copy_and_what_it_saves_can_be_marked_again(tmp_path: Path) -> None:
    path = tmp_path / "甲县.xlsx"
    path.write_bytes(annotated(returned()).data)
    (saved,) = recalculate([path], tmp_path / "存")
    data = saved.read_bytes()
    ret, found = read_back(data)
    assert dict(ret.values) == dict(read_back(returned())[0].values)
    assert [f.code for f in found] == ["V308", "R0402"]
    assert comments(data).keys() == {"D34", "D49"}
    copy = annotate(data, ret, found, FORM)
    assert copy.note == ""
    assert marks(copy.data) == {"D34": RED, "D49": AMBER}
    assert comments(copy.data) == comments(annotated(returned()).data)
    _, found = read_back(resaved(copy.data, _correct))
    assert [f for f in found if f.is_open] == []


# --- packages of other programs ---


def _prefixed(data: bytes) -> bytes:
    parts = members(data)
    for name in ("xl/workbook.xml", "xl/styles.xml", "xl/worksheets/sheet1.xml"):
        text = parts[name].decode().replace("xmlns=", "xmlns:x=")
        parts[name] = re.sub(r"<(/?)(?=[a-zA-Z]+[\s/>])", r"<\1x:", text).encode()
    return packed(parts)


def _strict(data: bytes) -> bytes:
    office = b"http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    parts = {
        name: content.replace(MAIN.encode(), b"http://purl.oclc.org/ooxml/spreadsheetml/main").replace(
            office, b"http://purl.oclc.org/ooxml/officeDocument/relationships"
        )
        for name, content in members(data).items()
    }
    return packed(parts)


def _elsewhere(data: bytes) -> bytes:
    parts = members(data)
    for name in ("[Content_Types].xml", "_rels/.rels"):
        parts[name] = parts[name].replace(b"xl/", b"Inhalt/")
    return packed({name.replace("xl/", "Inhalt/"): content for name, content in parts.items()})


def _without_places(data: bytes) -> bytes:
    return edited(data, "xl/worksheets/sheet1.xml", r'<row r="(\d)" ', "<row ")


@pytest.mark.parametrize("rewrite", [_prefixed, _strict, _elsewhere, _without_places], ids=lambda f: f.__name__)
def test_however_the_package_is_written_it_is_marked_and_reads_the_same(rewrite: Callable[[bytes], bytes]) -> None:
    data = rewrite(returned())
    ret, found = read_back(data)
    copy = annotate(data, ret, found, FORM)
    assert copy.note == ""
    again, found_again = read_back(copy.data)
    assert (again.values, found_again) == (ret.values, found)
    assert annotate(copy.data, again, found_again, FORM).data == copy.data
    (said,) = [content for name, content in members(copy.data).items() if "comments" in name]
    assert re.findall(rb'ref="(\w+)"', said) == [b"D34", b"D49"]
    if rewrite in (_prefixed, _without_places):  # the others openpyxl does not read
        assert marks(copy.data) == {"D34": RED, "D49": AMBER}


def test_a_cell_that_the_sheet_does_not_hold_is_made_in_its_place() -> None:
    data = edited(returned(), "xl/worksheets/sheet1.xml", r'<c r="D34"[^>]*/>', "")
    sheet = etree.fromstring(members(annotated(data).data)["xl/worksheets/sheet1.xml"])
    (row,) = sheet.iterfind(f".//{{{MAIN}}}row[@r='34']")
    names = [str(cell.get("r")) for cell in row]
    assert names == sorted(names, key=lambda name: (len(name), name))
    assert "D34" in names


def test_a_workbook_without_styles_gets_some() -> None:
    data = edited(returned(), "xl/_rels/workbook.xml.rels", r'<Relationship Id="rId6"[^>]*/>', "")
    parts = {name: content for name, content in members(data).items() if name != "xl/styles.xml"}
    parts["xl/worksheets/sheet1.xml"] = re.sub(rb' s="\d+"', b"", parts["xl/worksheets/sheet1.xml"])
    copy = annotated(packed(parts))
    assert copy.note == ""
    assert b"FFF1CC" in members(copy.data)["xl/styles1.xml"]


def test_a_finding_in_a_merged_area_marks_its_first_cell() -> None:
    data = returned({}, unit="")
    ret, _ = read_back(data)
    found = [finding("S204", "年度不对", sheet="统计表", cell="B2")]
    assert marks(annotate(data, ret, found, FORM).data) == {"A2": RED}


def test_taking_a_mark_off_restores_every_format_of_the_template() -> None:
    root = etree.fromstring(members(returned())["xl/styles.xml"])
    listed = root.find(f"{{{MAIN}}}cellXfs")
    assert listed is not None
    for style in range(len(listed)):
        restored = unmarked(root, marked(root, style, RED_FILL), fill_record(root, style))
        assert etree.tostring(listed[restored]) == etree.tostring(listed[style])


def test_a_comments_box_ends_where_its_size_says_over_columns_of_any_width() -> None:
    sheet = etree.fromstring(
        f'<worksheet xmlns="{MAIN}"><cols><col min="3" max="3" width="10"/><col min="4" max="4" hidden="1" width="9"/>'
        f'</cols><sheetData><row r="2" ht="30"/></sheetData></worksheet>'
    )
    # From B2: column C is 70 pixels, D hidden, E and the following 64; row 2 is 40 pixels, the others 20.
    assert anchor_beside(sheet, (2, 2, 2, 2), 100, 50) == (2, 12, 0, 4, 4, 42, 1, 34)


# --- where the file cannot be marked ---


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ("统计指标,统计数\n".encode(), "文件内容是纯文本(如 CSV)"),
        (packed({**members(returned()), "xl/revisions/userNames.xml": b"<users/>"}), "文件是共享工作簿或有数字签名"),
        (returned({}), "加上标记后读出的内容与原件不一致"),
    ],
    ids=["csv", "shared workbook", "reads otherwise"],
)
def test_a_file_that_cannot_be_marked_goes_back_as_a_fresh_copy_that_says_why(data: bytes, reason: str) -> None:
    ret, found = read_back(returned(R0402=""))
    elsewhere = [replace(f, cell="Z9") for f in found]
    copy = annotate(data, ret, elsewhere, FORM)
    assert copy.suffix == ".xlsx"
    assert copy.note.startswith(f"原件不能直接标注({reason})")
    assert marks(copy.data) == {"D34": RED, "D49": AMBER}
    assert copy.note in [row[0].value for row in opened(copy.data)["审核意见"].iter_rows()]
    again, found_again = read_back(copy.data)
    assert (again.unit, again.period, again.values) == (ret.unit, ret.period, ret.values)
    assert found_again == found


def test_a_fresh_copy_speaks_of_the_original_where_it_is_mended_already() -> None:
    figures = {**dict.fromkeys(FORM.indicators, "0"), "工作会议数": "十二"}
    del figures["查阅点数"]
    rows = [f"{FORM.page.spots[name].row_labels[-1].text},{figure}" for name, figure in figures.items()]
    data = "\n".join(["填报单位,甲县", "年度,2017", *rows]).encode("gbk")
    ret = read_bytes(data, FORM, Source("甲县.csv"))
    found = [f for f in check(ret, FORM) if f.indicator == "工作会议数" or f.code == "S203"]
    assert {f.code for f in found} == {"V302", "S203"}
    sheet = opened(annotate(data, ret, found, FORM).data)["审核意见"]
    told = ["".join(str(cell.value) for cell in row if cell.value) for row in sheet.iter_rows()]
    (read_as,) = [line for line in told if "填的是" in line]
    assert "原件里“工作会议数”填的是“十二”,这一份上已写成12:请核对" in read_as
    assert "读得对的不用再改" in read_as
    lost = [line for line in told if "没有找到" in line]
    assert lost
    assert all("请对照原件,在这一份上补填" in line for line in lost)


# --- the folder and the notice ---


def test_the_notice_can_be_pasted_into_a_message() -> None:
    ret, found = read_back(returned())
    assert cover_text(ret.unit, ret.period, found, FORM, deadline="7月5日", copy_name="甲县.xlsx") == (
        "甲县:\n"
        "你单位报送的 2017 年《政府信息公开情况统计表》(甲县.xlsx)已审核,有 1 处错误需要更正,1 处提示需要核对。\n\n"
        "一、请更正(1 处)\n"
        "1. 统计表!D34 “申请答复数”未填,各项合计 5:请补填\n\n"
        "二、请核对(1 处);确实无误的写情况说明(写在哪里,见退回件的“审核意见”表)\n"
        "2. 统计表!D49 行政复议 5 件,三种结果合计只有 3 件,差 2 件:请核对,或说明其中有多少尚未审结\n\n"
        "请打开随附的退回件“甲县.xlsx”:第一张表“审核意见”列出了每一处,点“位置”可跳到那一格;有颜色的格上有批注。\n"
        "直接在退回件里改好、保存,并于 7月5日 前把这个文件交回,不要另建新文件。\n"
    )


def test_the_folder_holds_a_copy_and_a_notice_for_every_return_that_needs_one() -> None:
    sound = returned({"工作会议数": 3}, unit="乙县")
    files = {
        "县市/甲县.xlsx": returned(), "乙县.xlsx": sound, "坏.xlsx": b"PK\x03\x04",
        "../县市/甲县.xlsx": returned(), "C:\\上报\\甲县.xlsm": returned(),
    }  # fmt: skip
    read = [read_back(data, path=path) for path, data in files.items()]
    found = [f for _, listed in read for f in listed]
    written = dict(annotated_files([ret for ret, _ in read], found, FORM, lambda ret: files[ret.source.path], "7月5日"))
    assert list(written) == [
        "县市/甲县.xlsx", "县市/甲县_退回通知.txt", "坏_退回通知.txt", "甲县.xlsx", "甲县_退回通知.txt",
        "甲县(2).xlsx", "甲县(2)_退回通知.txt",
    ]  # fmt: skip
    assert written["县市/甲县.xlsx"] == annotate(returned(), read[0][0], read[0][1], FORM, "7月5日").data
    notice = written["坏_退回通知.txt"].decode("utf-8-sig")
    assert notice == (
        "有关单位:\r\n你单位报送的 2017 年《政府信息公开情况统计表》(坏.xlsx)已审核,有 1 处错误需要更正。\r\n\r\n"
        "一、请更正(1 处)\r\n1. 文件已损坏,无法打开,请检查能否用 Excel 或 WPS 打开,或重新发送\r\n\r\n"
        "按上面的办法处理,并于 7月5日 前重新报送。\r\n"
    )


def test_units_are_not_asked_about_a_year_that_the_office_asked_for_wrongly() -> None:
    read = [read_bytes(returned(unit=unit), FORM, Source(f"{unit}.xlsx")) for unit in ("甲县", "乙县")]
    said = review(read, FORM, period="2018").findings
    assert [f.code for f in said if f.code == "S208"] == ["S208"]
    notices = [data.decode("utf-8-sig") for name, data in annotated_files(read, said, FORM, lambda _: returned())
               if name.endswith(".txt")]
    assert len(notices) == 2
    assert all("“申请答复数”未填" in notice and "2018" not in notice for notice in notices)
    sound = returned({"工作会议数": 3})
    fine = [read_bytes(sound, FORM, Source(name)) for name in ("甲县.xlsx", "乙县.xlsx")]
    assert not list(annotated_files(fine, review(fine, FORM, period="2018").findings, FORM, lambda _: sound))


def test_what_is_typed_over_the_way_to_the_yellow_cell_is_refused_by_the_sheet() -> None:
    sheet = opened(annotated(returned()).data)["审核意见"]
    (way,) = [cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith("写在 审核规则!")]
    (refusal,) = sheet.data_validations.dataValidation
    assert (refusal.type, refusal.formula1, refusal.showErrorMessage) == ("custom", "FALSE", True)
    assert way.coordinate in refusal.sqref
    assert refusal.error == "写在这里不会被读到:请点这一格,跳到“审核规则”表的黄格里写。"


def opinion_rows(data: bytes) -> list[str]:
    """The texts of the first column of 审核意见."""
    return [str(row[0].value) for row in opened(data)["审核意见"].iter_rows() if row[0].value is not None]


def about(code: str, message: str = "不对:请更正", severity: Severity | None = None, **more: str) -> Finding:
    return finding(code, message, severity, file="甲县.xlsx", sheet="统计表", **more)


def test_letter_and_sheet_number_alike_through_all_sections() -> None:
    ret, _ = read_back(returned())
    found = [
        about("V302", "“培训班数”整理后读出:请核对", cell="D61", indicator="培训班数"),
        about("V301", "“工作会议数”不是数:请更正", cell="D59", indicator="工作会议数"),
        about("V303", "“查阅点数”是负数:请更正", cell="D60", indicator="查阅点数"),
        about("V301", "“接受培训人次”不是数:请更正", cell="D62", indicator="接受培训人次"),
    ]
    letter = cover_text("甲县", "2017", found, FORM, copy_name="甲县.xlsx").splitlines()
    assert [line for line in letter if line[:1] in {*"一二1234"}] == [
        "一、请更正(3 处)",
        "1—2. 统计表!D59、D62 “工作会议数”等 2 项不是数:请更正",
        "3. 统计表!D60 “查阅点数”是负数:请更正",
        "二、请核对(1 处)",
        "4. 统计表!D61 “培训班数”整理后读出:请核对",
    ]
    sheet = opened(annotate(returned(), ret, found, FORM).data)["审核意见"]
    numbered = [(row[0].value, row[2].value) for row in sheet.iter_rows() if str(row[0].value).isdigit()]
    assert numbered == [("1", "统计表!D59"), ("2", "统计表!D62"), ("3", "统计表!D60"), ("4", "统计表!D61")]
    headings = [text for text in opinion_rows(annotate(returned(), ret, found, FORM).data) if text[1:2] == "、"]
    assert headings == ["一、请更正(3 处)", "二、请核对(1 处)"]


def test_where_nothing_must_be_corrected_what_is_asked_comes_first_in_both() -> None:
    ret, _ = read_back(returned())
    found = [about("V302", "整理后读出:请核对", cell="D61")]
    assert "\n一、请核对(1 处)\n1. " in cover_text("甲县", "2017", found, FORM)
    assert "一、请核对(1 处)" in opinion_rows(annotate(returned(), ret, found, FORM).data)


@pytest.mark.parametrize(
    "afresh",
    [about("S202", cell="D8"), about("S203"), about("S209", cell="D15")],
    ids=lambda found: found.code,
)
def test_what_needs_a_fresh_form_is_not_to_be_mended_in_the_copy(afresh: Finding) -> None:
    ret, _ = read_back(returned())
    found = [about("V301", "不是数:请更正", cell="D59"), afresh]
    letter = cover_text("甲县", "2017", found, FORM, deadline="7月5日", copy_name="甲县.xlsx")
    closing = opinion_rows(annotate(returned(), ret, found, FORM, "7月5日").data)[-1]
    assert letter.endswith(
        "\n第 2 条请用下发的空表重新填写,其余的可以先在退回件里改好,再一并填进去;"
        "填好、保存,并于 7月5日 前把这份空表交回。\n"
    )
    assert closing == (
        "第 2 条请用下发的空表重新填写,其余的可以先在本文件里改好,再一并填进去;"
        "填好后保存,于 7月5日 前交回这份空表。请不要增删行列、不要改工作表的名称。"
    )
    alone = cover_text("甲县", "2017", [afresh], FORM, copy_name="甲县.xlsx")
    assert "其余" not in alone
    assert "第 1 条请用下发的空表重新填写;填好" in alone


def test_a_doubt_about_a_label_or_a_copy_that_is_a_fresh_form_is_mended_in_the_copy() -> None:
    ret, _ = read_back(returned())
    doubt = [about("S202", "标签有出入:请核对", Severity.WARNING, cell="D8")]
    assert "直接在退回件里改好" in cover_text("甲县", "2017", doubt, FORM, copy_name="甲县.xlsx")
    gone = [about("S203", indicator="工作会议数")]
    copy = annotate(b"label,value", ret, gone, FORM)
    assert copy.note
    assert opinion_rows(copy.data)[-1].startswith("改好后直接保存,把本文件交回")
    letter = cover_text("甲县", "2017", gone, FORM, copy_name="甲县.xlsx", note=copy.note)
    assert "直接在退回件里改好" in letter
    assert "有颜色的格上有批注" in letter


def test_the_notice_of_a_fresh_copy_names_its_places() -> None:
    ret, found = read_back(returned(), path="甲县.xls")
    moved = [replace(each, cell="Z99") for each in found if each.rule == "R0305"]  # in the file of the unit
    written = dict(annotated_files([ret], moved, FORM, lambda _: b"label,value"))
    assert "\n1. 统计表!D34 “申请答复数”未填" in written["甲县_退回通知.txt"].decode("utf-8-sig")


def test_colours_are_spoken_of_only_where_a_cell_has_one() -> None:
    ret, _ = read_back(returned())
    found = [about("F107", "扩展名不符:请另存")]
    said = "\n".join(opinion_rows(annotate(returned(), ret, found, FORM).data))
    letter = cover_text("甲县", "2017", found, FORM, copy_name="甲县.xlsx")
    for word in ("红色", "黄色", "有颜色", "点下面的", "点“位置”"):
        assert word not in said + letter
    both_on_one = [about("V301", cell="D59"), about("V302", "整理后读出:请核对", cell="D59")]
    said = "\n".join(opinion_rows(annotate(returned(), ret, both_on_one, FORM).data))
    assert "表中红色的格请更正;把鼠标" in said
    said = "\n".join(opinion_rows(annotate(returned(), ret, both_on_one[1:], FORM).data))
    assert "表中黄色的格请核对;数里带了文字的格,表自己会标成红色;把鼠标" in said


def test_no_option_of_the_command_reaches_a_unit_about_its_return() -> None:
    ret, _ = read_back(returned())
    concerned = [code for code in CATALOGUE if code[0] != "L" and code != "U409"]  # these concern no return
    found = [about(code, f"{code} 不对", Severity.WARNING, cell="D59") for code in concerned]
    copy = annotate(returned(), ret, found, FORM)
    texts = [str(c.value) for row in opened(copy.data)["审核意见"].iter_rows(max_col=9) for c in row if c.value]
    said = "\n".join([*texts, *comments(copy.data).values(), cover_text("甲县", "2017", found, FORM)])
    asked = [each for each in found if each.asks_unit]
    assert len(concerned) - len(asked) == 5
    assert said.count("怎么办:") == 2 * len(asked)
    assert not re.search(r"(?<!\w)--?[a-z]", said)


def test_figures_under_foreign_names_ask_the_unit_for_the_issued_form_and_the_office_for_its_own() -> None:
    data = (EXAMPLES / "问题件" / "S209_多出的指标.xlsx").read_bytes()
    (found,) = [f for f in read_back(data)[1] if f.code == "S209"]
    assert found.message == "表里多出“移动客户端公开数”,不是下发的空表,多出的数不汇总:请用下发的空表填报"
    assert "-f" in advice_on(found)


@pytest.mark.parametrize(
    ("noted", "addressed"), [([], "有关单位:"), (["U404"], "2017版:")], ids=["unknown", "in the roster"]
)
def test_a_return_that_says_not_whose_it_is_is_addressed_to_nobody_by_name(noted: list[str], addressed: str) -> None:
    ret, found = read_back(returned(unit=""), path="上报/2017版.xlsx")
    found += [finding(code, "按文件名认出", file=ret.source.path) for code in noted]
    found = [replace(each, unit="2017版") for each in found]
    written = dict(annotated_files([ret], found, FORM, lambda _: returned(unit="")))
    first, second = written["上报/2017版_退回通知.txt"].decode("utf-8-sig").splitlines()[:2]
    assert first == addressed
    assert "(2017版.xlsx)" in second
    subject = opinion_rows(written["上报/2017版.xlsx"])[1]
    assert subject.startswith("2017版 2017 年《" if noted else "2017 年《政府信息公开情况统计表》(2017版.xlsx):")


@pytest.mark.parametrize(
    ("data", "names"),
    [
        (returned(), ["两县.xlsx", "两县_退回通知.txt"]),
        (b"label,value", ["两县_甲县.xlsx", "两县_甲县_退回通知.txt", "两县_乙县.xlsx", "两县_乙县_退回通知.txt"]),
    ],
    ids=["can be marked", "cannot be marked"],
)
def test_a_workbook_of_several_returns_goes_back_as_one_copy_where_it_can_be_marked(
    data: bytes, names: list[str]
) -> None:
    first, about_first = read_back(returned(), path="两县.xls")
    second = replace(first, unit="乙县", sheet="乙县")
    about_second = [replace(f, unit="乙县", sheet="乙县") for f in about_first[:1]]
    found = [*about_first, *about_second]
    written = dict(annotated_files([first, second], found, FORM, lambda _: data))
    assert list(written) == names
    addressed = [text.decode("utf-8-sig").split(":")[0] for name, text in written.items() if name.endswith(".txt")]
    assert addressed == (["甲县、乙县"] if len(names) == 2 else ["甲县", "乙县"])


def test_of_two_returns_in_a_workbook_each_has_its_own_place_for_the_reason() -> None:
    def both(sheet: str, text: str = "") -> Edit:
        def edit(book: Workbook) -> None:
            if sheet == "统计表2":
                second = book.copy_worksheet(book["统计表"])
                second.title = sheet
                second[first.header_cells["填报单位"]] = "乙县"
            if text:
                (name,) = [n for n in book.defined_names if n.startswith("说明_R0402_")]
                ((where, at),) = book.defined_names[name].destinations
                book[where][at] = text

        return edit

    first = read_bytes(returned(), FORM, Source("两县.xlsx"))
    data = resaved(returned(R0402="甲县的原因"), both("统计表2"))
    read = read_bytes_all(data, FORM, Source("两县.xlsx"))
    assert [(ret.unit, dict(ret.explanations)) for ret in read] == [("甲县", {"R0402": "甲县的原因"}), ("乙县", {})]
    found = [f for ret in read for f in check(ret, FORM)]
    copy = annotate(data, read[0], found, FORM).data
    answered = resaved(copy, both("", "乙县的原因"))
    again = read_bytes_all(answered, FORM, Source("两县.xlsx"))
    assert again[0].explanations["R0402"] == "甲县的原因"
    assert again[1].explanations == {"R0402": "乙县的原因"}
    assert all(f.explanation for ret in again for f in check(ret, FORM) if f.rule == "R0402")
    once_more = annotate(answered, again[0], [f for ret in again for f in check(ret, FORM)], FORM).data
    assert read_bytes_all(once_more, FORM, Source("两县.xlsx"))[1].explanations == {"R0402": "乙县的原因"}


def test_of_a_file_taken_apart_every_return_goes_along() -> None:
    first, about_first = read_back(returned(), path="两县.xls")
    second = replace(first, unit="乙县", sheet="乙县")
    written = dict(annotated_files([first, second], about_first, FORM, lambda _: b"label,value"))
    assert list(written) == ["两县_甲县.xlsx", "两县_甲县_退回通知.txt", "两县_乙县.xlsx"]
    split = "原件里有 2 份报表(甲县、乙县),拆成了 2 个文件,请一起交回,代替原件。"
    assert split in written["两县_甲县_退回通知.txt"].decode("utf-8-sig")
    again = read_bytes(written["两县_乙县.xlsx"], FORM, Source("两县_乙县.xlsx"))
    assert (again.unit, again.values) == ("乙县", first.values)


def test_an_error_is_to_be_mended_and_not_explained_on_whichever_sheet_it_is() -> None:
    error = Finding("R0301", Severity.ERROR, "不等", "乙县", "两县.xlsx", "乙县", "D30", rule="R0301")
    assert error.explanation_key_elsewhere == ""
    (told,) = opinions_of(sections_of([error]), FORM, {}, "甲县")
    assert (told.answers_to, told.explain_at) == ("", None)
    assert "原因" not in told.what_to_do


def test_a_cell_that_the_form_computes_is_mended_where_it_comes_from() -> None:
    form = Form.load("xxgk2021")
    sound = {"本年新收_自然人": 3, "予以公开_自然人": 2}
    ret = read_bytes(build_template(form, filled_content(form, sound, unit="甲县")), form, Source("甲县.xlsx"))
    (total,) = [f for f in check(ret, form) if f.indicator.endswith("_总计") and f.cell and f.rule]
    assert "这一格由表自动计算:请改正它的各项(本年新收_自然人、本年新收_商业企业、" in advice_on(total)
    assert "请改正这一格" not in advice_on(total)
    carried = {"本年新收_自然人": 3, "上年结转_自然人": 1, "予以公开_自然人": 2, "结转下年_自然人": 1}
    ret = read_bytes(build_template(form, filled_content(form, carried, unit="甲县")), form, Source("甲县.xlsx"))
    (total,) = [f for f in check(ret, form) if f.indicator.endswith("_总计") and f.cell and f.rule]
    assert total.rule == "R0307", "whose fault may lie in any of its totals"
    assert ",或改正有关的 上年结转_总计的各项、" in advice_on(total)


def test_papers_about_different_returns_of_a_unit_agree_on_what_to_do() -> None:
    ret, others = read_back(returned(R0402=""), path="甲县.xlsx")
    message = "交了 2 份不同的报表"
    asked = finding("U402", message, unit="甲县", file="甲县.xlsx", to_unit=f"{message},都没有采用")
    for found, words in (([asked], "这一份不用改;请"), ([asked, *others], "请先告诉收表的人以哪一份为准")):
        written = dict(annotated_files([ret], found, FORM, lambda _: returned(R0402="")))
        assert words in written["甲县_退回通知.txt"].decode("utf-8-sig")
        assert any(words in row for row in opinion_rows(written["甲县.xlsx"]))


def test_last_years_return_is_not_sent_back_where_this_years_is_there() -> None:
    ret = read_back(returned({"工作会议数": 3}))[0]
    now, before = replace(ret, source=Source("新.xlsx")), replace(ret, source=Source("旧.xlsx"))
    wrong = finding("S204", "这是 2016 年度的报表,应为 2017 年度:请核对", unit="甲县", file="旧.xlsx", sheet=ret.sheet)
    assert dict(annotated_files([now, before], [wrong], FORM, lambda _: returned())) == {}
    alone = dict(annotated_files([before], [wrong], FORM, lambda _: returned()))
    assert list(alone) == ["旧.xlsx", "旧_退回通知.txt"]
    beside = [now, replace(now, sheet="去年")]
    of_sheet = replace(wrong, file="新.xlsx", sheet="去年")
    assert dict(annotated_files(beside, [of_sheet], FORM, lambda _: returned())) == {}


def test_every_file_of_a_unit_that_sent_different_returns_says_that_none_was_taken() -> None:
    read = [read_back(returned({"工作会议数": number}), path=f"甲县{number}.xlsx")[0] for number in (3, 4)]
    message = "交了 2 份不同的报表"
    found = [finding("U402", message, unit="甲县", file="甲县3.xlsx", to_unit=f"{message},都没有采用")]
    content = {ret.source.path: returned({"工作会议数": number}) for ret, number in zip(read, (3, 4), strict=True)}
    written = dict(annotated_files(read, found, FORM, lambda ret: content[ret.source.path]))
    letters = {name: data.decode("utf-8-sig") for name, data in written.items() if name.endswith(".txt")}
    assert list(letters) == ["甲县3_退回通知.txt", "甲县4_退回通知.txt"]
    assert all("交了 2 份不同的报表,都没有采用" in letter for letter in letters.values())
    assert all("已审核,有 1 件事需要答复。\r\n\r\n一、请答复(1 处)" in letter for letter in letters.values())
    assert opinion_rows(written["甲县4.xlsx"])[1] == "甲县 2017 年《政府信息公开情况统计表》:1 件事需要答复"


def test_a_heading_promises_no_place_for_what_can_only_be_mended() -> None:
    ret = read_back(returned())[0]
    read_as = finding("V302", "填的是“12件”,读作 12:请核对", unit="甲县", file="甲县.xlsx")
    compared = finding("Y502", "上年有数,今年空白:请核对", unit="甲县", file="甲县.xlsx", indicator="行政复议数")
    for found, told, written in (
        ([read_as], "", ""),
        ([compared], ":有错就改,确实无误的写情况说明", ";确实无误的写情况说明(写在哪里,"),
        (
            [read_as, compared], ":有错就改,确实无误、右边留了地方的写情况说明",
            ";确实无误的写情况说明(哪几条可以写、写在哪里,",
        ),
    ):  # fmt: skip
        papers = dict(annotated_files([replace(ret, source=Source("甲县.xlsx"))], found, FORM, lambda _: returned()))
        assert f"一、请核对({len(found)} 处){told}" in opinion_rows(papers["甲县.xlsx"])
        assert f"一、请核对({len(found)} 处){written}" in papers["甲县_退回通知.txt"].decode("utf-8-sig")
