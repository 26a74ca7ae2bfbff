"""The total workbook as people see it: sheets, links, folding, charts, paper, and that every program adds up alike."""

from __future__ import annotations

import re
import subprocess
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import office
import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from xltools import Consolidation, Form, Options, Return, check, consolidate, read
from xltools.computing import computed_values
from xltools.consolidation import Previous, UnitStatus
from xltools.findings import Number
from xltools.findings import finding as a_finding
from xltools.form import Aggregate, Entry, ListTable
from xltools.returns import Source
from xltools.roster import parse_roster
from xltools.writing.chartsheet import breakdowns
from xltools.writing.comparisonsheet import NOT_ADDED
from xltools.writing.total import build_total

YEARS = {"xxgk2017": "2017", "xxgk2021": "2023"}
VISIBLE = ["统计表", "分单位", "明细", "审核结果", "报送情况", "审核规则", "填表说明", "图表"]

# openpyxl says that it does not read the extension in which data bars of Excel 2010 stand
pytestmark = pytest.mark.filterwarnings("ignore:.*xtension is not supported")


def _return(form: Form, unit: str, typed: Mapping[str, Number | None]) -> Return:
    values = {**dict.fromkeys(form.indicators), **typed, **computed_values(form, typed)}
    cells = {name: f"D{spot.row}" for name, spot in form.page.spots.items()}
    source = Source(f"上报/{unit}.xlsx", "ab" * 32)
    return Return(source, unit, YEARS[form.id], "统计表", values, cells, {"填报日期": "2018年1月5日"})


def _prefecture(form_id: str, count: int, groups: int = 3, name: str = "第{:03d}县") -> Consolidation:
    """A prefecture of so many units in groups; the last one has not reported, and figures vary by unit."""
    form = Form.load(form_id)
    names = [name.format(number) for number in range(count)]
    rows = [["单位", "上级", "组别", "代码", "联系人"]]
    rows += [[unit, "某州", f"片区{at * groups // count}", str(at), "张三0743-1"] for at, unit in enumerate(names)]
    typed = [name for name, indicator in form.indicators.items() if not indicator.formula]
    returns = [
        _return(form, unit, {name: (7 * at + 13 * spot) % 5000 for spot, name in enumerate(typed)})
        for at, unit in enumerate(names[:-1])
    ]
    return consolidate(returns, form, parse_roster(rows), Options(period=YEARS[form_id]))


def _saved(result: Consolidation, folder: Path) -> Path:
    path = folder / "总表.xlsx"
    result.save(path)
    return path


def _sheet(path: Path, name: str) -> Worksheet:
    sheet = openpyxl.load_workbook(path)[name]
    assert isinstance(sheet, Worksheet)
    return sheet


def _links(sheet: Worksheet) -> dict[str, str]:
    found = {}
    for row in sheet.iter_rows():
        for cell in row:
            if cell.hyperlink:
                assert cell.hyperlink.target is None, "no external links"
                found[cell.coordinate] = str(cell.hyperlink.location)
    return found


@pytest.mark.parametrize("form_id", YEARS)
def test_sheets_stand_in_order_and_the_workbook_opens_on_the_table(form_id: str, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(_saved(_prefecture(form_id, 10), tmp_path))
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_state == "visible"] == VISIBLE
    assert book.active is book["统计表"]
    assert [sheet.title for sheet in book.worksheets if sheet.sheet_view.tabSelected] == ["统计表"]


@pytest.mark.parametrize("form_id", YEARS)
def test_the_total_is_a_valid_return_and_the_same_bytes_again(form_id: str, tmp_path: Path) -> None:
    result = _prefecture(form_id, 10)
    path = _saved(result, tmp_path)
    assert build_total(_prefecture(form_id, 10)) == path.read_bytes()
    ret = read(path, result.form)
    assert dict(ret.values) == dict(result.totals["合计"])
    assert ret.findings == ()
    assert {f.rule for f in check(ret, result.form)} == {f.rule for f in result.findings if f.unit == "某州"}


def test_a_total_leads_to_the_units_and_from_there_to_the_files(tmp_path: Path) -> None:
    result = _prefecture("xxgk2017", 10)
    path = _saved(result, tmp_path)
    main, units, detail = (_sheet(path, name) for name in ("统计表", "分单位", "明细"))
    spot = result.form.page.spots["培训班数"]
    (there,) = [to for at, to in _links(main).items() if at.endswith(str(spot.row)) and main[at].row == spot.row]
    assert there.startswith("分单位!A")
    row = there.removeprefix("分单位!A")
    assert units[f"A{row}"].value == "(二)举办各类培训班数"
    there = _links(units)[f"B{row}"]
    assert detail[there.removeprefix("明细!")].value == "培训班数"
    there = _links(detail)["D2"]
    status = _sheet(path, "报送情况")
    assert status[there.removeprefix("报送情况!")].value == "第000县"


def test_every_finding_leads_to_its_figure(tmp_path: Path) -> None:
    result = _prefecture("xxgk2017", 4)
    path = _saved(result, tmp_path)
    sheet, detail, rules = (_sheet(path, name) for name in ("审核结果", "明细", "审核规则"))
    links = _links(sheet)
    for row, finding in enumerate(result.findings, start=2):
        there = links[f"E{row}"]
        if finding.unit == "某州":
            assert there == f"统计表!{finding.cell}"
        else:
            cell = detail[there.removeprefix("明细!")]
            assert detail.cell(cell.row, 1).value == finding.unit
            assert detail.cell(1, cell.column).value == (finding.indicator or "填报单位")
        if finding.rule:
            assert rules[links[f"B{row}"].removeprefix("审核规则!")].value == finding.rule
    assert {finding.unit for finding in result.findings} >= {"某州", "第000县", "第003县"}
    assert sheet.auto_filter.ref == f"A1:K{len(result.findings) + 1}"


def test_who_has_not_reported_is_shown_with_whom_to_call(tmp_path: Path) -> None:
    sheet = _sheet(_saved(_prefecture("xxgk2017", 3), tmp_path), "报送情况")
    shown = {row[0]: row for row in sheet.iter_rows(min_row=6, max_row=8, values_only=True)}
    assert shown["第002县"][3] == UnitStatus.MISSING.chinese
    assert shown["第002县"][7] == "张三0743-1"
    assert shown["第000县"][6] == "2018年1月5日"
    assert sheet["A3"].value == "未报:第002县"


def test_the_counts_on_top_are_those_of_the_rows_and_of_the_total_itself(tmp_path: Path) -> None:
    form = Form.load("xxgk2017")
    returns = [_return(form, "甲县", {"工作人员数": 9}), _return(form, "乙县", {"工作会议数": 4})]
    sheet = _sheet(_saved(consolidate(returns, form, options=Options(period="2017")), tmp_path), "报送情况")
    assert str(sheet["A2"].value).endswith(";错误 2 处,提示 0 处(其中 1 处错误是汇总数的,不在下表)")
    assert [row[4] for row in sheet.iter_rows(min_row=6, max_row=7, values_only=True)] == [0, 1]


def test_a_total_that_is_not_whole_does_not_say_that_it_may_go_up(tmp_path: Path) -> None:
    form = Form.load("xxgk2017")
    roster = parse_roster([["单位", "上级"], ["甲县", "某州"], ["乙县", "某州"]])
    sound, wrong = _return(form, "甲县", {"工作会议数": 3}), _return(form, "乙县", {"工作会议数": 4, "工作人员数": 9})

    def verdict(*returns: Return, **options: Any) -> str:
        path = _saved(consolidate(returns, form, roster, Options(period="2017", **options)), tmp_path)
        return str(openpyxl.load_workbook(path, data_only=True)["统计表"]["F1"].value)

    assert verdict(sound) == "✗ 尚不能上报:缺 1 个单位的数(见“审核结果”)"
    assert verdict(sound, wrong) == "✗ 尚不能上报:报来的文件有 1 处错误(见“审核结果”),表内 1 处错误"
    left_out = "✗ 尚不能上报:缺 1 个单位的数,报来的文件有 1 处错误(见“审核结果”)"
    assert verdict(sound, wrong, only_valid=True) == left_out
    both = [sound, _return(form, "乙县", {"工作会议数": 4})]
    assert verdict(*both) == "√ 可以上报"
    damaged = Return(Source("坏.xlsx"), findings=(a_finding("F101", "文件已损坏", file="坏.xlsx"),), rejected=True)
    assert verdict(*both, damaged) == "✗ 尚不能上报:报来的文件有 1 处错误(见“审核结果”)"
    assert verdict(*both, _return(form, "远县", {"工作会议数": 1})).startswith("✗ 尚不能上报")


def test_units_fold_under_their_group(tmp_path: Path) -> None:
    few = _sheet(_saved(_prefecture("xxgk2017", 7), tmp_path), "分单位")
    heads = [cell.value for cell in few[3]]
    assert "".join(map(str, heads[2:])) == "合计片区0第000县第001县第002县片区1第003县第004县片区2第005县"
    assert [few.column_dimensions[letter].outlineLevel for letter in "CDEHIK"] == [0, 0, 1, 0, 1, 0]
    assert not few.column_dimensions["E"].hidden
    assert few.freeze_panes == "D4"
    many = _sheet(_saved(_prefecture("xxgk2017", 60), tmp_path), "分单位")
    assert many.column_dimensions["E"].hidden
    assert not many.column_dimensions["D"].hidden
    most = openpyxl.load_workbook(_saved(_prefecture("xxgk2017", 302), tmp_path), read_only=True)["分单位"]
    assert [cell.value for cell in most[3]][2:] == ["合计", "片区0", "片区1", "片区2"]


def _with_aggregates(form: Form, changes: Mapping[str, Aggregate]) -> Form:
    """The form with some indicators put together otherwise."""
    tables = []
    for table in form.tables:
        assert isinstance(table, ListTable)
        rows = tuple(
            replace(row, indicator=replace(row.indicator, aggregate=changes.get(row.indicator.name, Aggregate.SUM)))
            if isinstance(row, Entry)
            else row
            for row in table.rows
        )
        tables.append(replace(table, rows=rows))
    return replace(form, tables=tuple(tables))


@pytest.mark.office
def test_the_largest_of_a_group_is_right_with_negative_and_blank_figures(tmp_path: Path) -> None:
    form = _with_aggregates(Form.load("xxgk2017"), {"培训班数": Aggregate.MAX, "查阅点数": Aggregate.NONE})
    awkward = '甲*"组'
    figures = [("一县", awkward, -5), ("二县", awkward, -3), ("三县", awkward, None), ("四县", "甲乙组", 40)]
    figures.append(("五县", "丙", None))
    rows = [["单位", "上级", "组别"], *([unit, "某州", group] for unit, group, _ in figures)]
    returns = [
        _return(form, unit, {"培训班数": value, "查阅点数": 7, "工作会议数": 2}) for unit, _, value in figures
    ]
    result = consolidate(returns, form, parse_roster(rows), Options(period="2017"))
    assert [result.totals[g]["培训班数"] for g in ("合计", awkward, "甲乙组", "丙")] == [40, -3, 40, None]
    path = _saved(result, tmp_path)
    (after,) = office.recalculate([path], tmp_path / "out")
    sheet = openpyxl.load_workbook(after, data_only=True)["分单位"]
    shown = {row[0]: dict(zip([c.value for c in sheet[3]], row, strict=True)) for row in sheet.values if row[0]}
    most = shown["(二)举办各类培训班数"]
    assert [most[g] for g in ("合计", awkward, "甲乙组", "丙")] == [40, -3, 40, None]
    meetings = shown["(一)召开政府信息公开工作会议或专题会议数"]
    assert [meetings[g] for g in ("合计", awkward, "甲乙组", "丙")] == [10, 6, 2, 2]
    points = shown["(二)设置政府信息公开查阅点数"]
    assert [points[g] for g in ("合计", awkward, "一县")] == [NOT_ADDED, NOT_ADDED, 7]
    assert read(after, form).values["查阅点数"] is None


@pytest.mark.office
def test_a_rate_of_a_total_and_of_a_group_is_computed_from_their_own_figures(tmp_path: Path) -> None:
    form = Form.load("xxgk2017")
    (table,) = form.tables
    assert isinstance(table, ListTable)
    rate = {"aggregate": Aggregate.NONE, "decimals": 4, "formula": "IF(收到申请数=0,0,申请办结数/收到申请数)+查阅点数"}
    changed: dict[str, dict[str, Any]] = {"举报投诉数": rate, "查阅点数": {"aggregate": Aggregate.NONE}}
    rows = tuple(
        replace(row, indicator=replace(row.indicator, **changed.get(row.indicator.name, {})))
        if isinstance(row, Entry)
        else row
        for row in table.rows
    )
    form = replace(form, tables=(replace(table, rows=rows),))
    units = [("一县", "甲", 4, 3), ("二县", "甲", 2, 1), ("三县", "乙", 10, 1)]
    roster = parse_roster([["单位", "上级", "组别"], *([unit, "某州", group] for unit, group, _, _ in units)])
    returns = [
        _return(form, unit, {"收到申请数": got, "申请办结数": done, "查阅点数": 0}) for unit, _, got, done in units
    ]
    result = consolidate(returns, form, roster, Options(period="2017"))
    path = _saved(result, tmp_path)
    (after,) = office.recalculate([path], tmp_path / "out")
    for book in (path, after):  # as stored, and as LibreOffice computes it
        sheet = openpyxl.load_workbook(book, data_only=True)["分单位"]
        heads = [cell.value for cell in sheet[3]]
        (row,) = [row for row in sheet.values if row[0] == "六、举报投诉数量"]
        shown = dict(zip(heads, row, strict=True))
        assert [shown[g] for g in ("合计", "甲", "乙", "一县")] == [0.3125, 0.6667, 0.1, 0.75]
    assert read(after, form).values["举报投诉数"] == result.totals["合计"]["举报投诉数"]


def test_what_is_charted_follows_from_the_form() -> None:
    assert [(b.title, len(b.parts)) for b in breakdowns(Form.load("xxgk2017"))] == [
        ("主动公开政府信息数", 5), ("收到申请数", 4), ("申请答复数", 8), ("行政复议数", 3), ("行政诉讼数", 3),
    ]  # fmt: skip
    assert [(b.title, b.labels[0], len(b.parts)) for b in breakdowns(Form.load("xxgk2021"))] == [
        ("本年新收政府信息公开申请数量", "自然人", 6),
        ("本年度办理结果", "予以公开", 21),
        ("行政复议", "结果维持", 4),
    ]


@pytest.mark.parametrize(("count", "compared"), [(9, "各单位"), (60, "各组别")])
def test_charts_stand_over_live_cells(count: int, compared: str, tmp_path: Path) -> None:
    sheet = _sheet(_saved(_prefecture("xxgk2017", count), tmp_path), "图表")
    assert sheet["M3"].value == f"主动公开政府信息数:{compared}(条)"
    assert str(sheet["N4"].value).startswith("=明细!" if count == 9 else "=分单位!")
    assert len(sheet._charts) == (4 if count == 9 else 5)  # type: ignore[attr-defined]


@pytest.mark.slow
def test_of_hundreds_of_units_the_largest_are_charted_and_the_others_named(tmp_path: Path) -> None:
    result = _prefecture("xxgk2017", 302)
    sheet = _sheet(_saved(result, tmp_path), "图表")
    (top,) = [at for at in range(1, 60) if "最多的 20 个单位" in str(sheet.cell(at, 13).value)]
    assert sheet.cell(top, 13).value == "主动公开政府信息数:最多的 20 个单位,其余 281 个未画(条)"
    shown = [str(sheet.cell(at, 13).value) for at in range(top + 1, top + 21)]
    largest = sorted(result.counted, key=lambda unit: -(unit.figures["主动公开政府信息数"] or 0))
    assert shown == [unit.name for unit in largest[:20]]


def test_with_a_previous_period_the_charts_show_it_beside_this_one(tmp_path: Path) -> None:
    result = _prefecture("xxgk2017", 5)
    earlier = {unit.name: {"主动公开政府信息数": 11} for unit in result.counted}
    compared = replace(result, previous=Previous({"政府公报公开数": 5}, earlier))
    sheet = _sheet(_saved(compared, tmp_path), "图表")
    assert [sheet["O3"].value, sheet["O4"].value] == ["上年", 11]


@pytest.mark.parametrize(("units", "labelled"), [(4, 2), (5, 1)])
def test_figures_on_pairs_of_columns_are_not_printed_over_each_other(
    units: int, labelled: int, tmp_path: Path
) -> None:
    result = _prefecture("xxgk2017", units + 1)  # the last one has not reported
    earlier = {unit.name: {"主动公开政府信息数": 11} for unit in result.counted}
    path = _saved(replace(result, previous=Previous({}, earlier)), tmp_path)
    with zipfile.ZipFile(path) as archive:
        assert archive.read("xl/charts/chart1.xml").count(b"<c:dLbls>") == labelled


def test_groups_have_last_years_bars_where_all_of_last_years_units_are_in_one(tmp_path: Path) -> None:
    result = _prefecture("xxgk2017", 31)
    earlier = {unit.name: {"主动公开政府信息数": 11} for unit in result.counted[:12]}
    total = {"主动公开政府信息数": 132}
    known = Previous(total, {**earlier, "某州": total}, unit="某州")
    sheet = _sheet(_saved(replace(result, previous=known), tmp_path), "图表")
    assert [sheet[f"{column}{row}"].value for row in (3, 4, 5) for column in "MO"] == [
        "主动公开政府信息数:各组别(条)", "上年", "片区0", 121, "片区1", 11,
    ]  # fmt: skip
    gone = replace(known, units={**known.units, "撤并的县": {"主动公开政府信息数": 5}})
    assert _sheet(_saved(replace(result, previous=gone), tmp_path), "图表")["O3"].value is None


def test_a_total_of_nothing_still_has_every_sheet(tmp_path: Path) -> None:
    path = _saved(consolidate([], Form.load("xxgk2017"), None, Options(period="2017")), tmp_path)
    assert _sheet(path, "图表")["A3"].value == "没有可以画图的数"
    assert _sheet(path, "审核结果").max_row >= 2


def _printed(path: Path, folder: Path) -> list[str]:
    """The text of every page as LibreOffice prints it."""
    pdf = office.to_pdf(path, folder)
    text = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True).stdout
    return text.split("\f")[:-1]


@pytest.mark.office
@pytest.mark.parametrize(("form_id", "pages"), [("xxgk2017", 12), ("xxgk2021", 30)])
def test_paper_is_used_sensibly_and_nothing_is_cut_to_hashes(form_id: str, pages: int, tmp_path: Path) -> None:
    printed = _printed(_saved(_prefecture(form_id, 10), tmp_path), tmp_path / "pdf")
    findings = [page for page in printed if "怎么办" in page]
    assert 8 <= len(printed) - len(findings) <= pages
    assert not [page for page in printed if "###" in page or "#N" in page or "#REF" in page or "Err:" in page]
    assert printed[0].count("单位负责人") == 1


def _alone(path: Path, sheet: str, target: Path) -> Path:
    """The workbook with all other sheets hidden, so that this one alone is printed."""
    with zipfile.ZipFile(path) as there, zipfile.ZipFile(target, "w") as made:
        book = there.read("xl/workbook.xml").decode()
        order = re.findall(r'<sheet name="([^"]+)"', book)
        each = r'(<sheet name="([^"]+)" sheetId="\d+")(?: state="\w+")?'
        book = re.sub(each, lambda found: found[0] if found[2] == sheet else f'{found[1]} state="hidden"', book)
        area = r'<definedName name="_xlnm.Print_Area" localSheetId="(\d+)">[^<]*</definedName>'
        book = re.sub(area, lambda found: found[0] if order[int(found[1])] == sheet else "", book)
        book = book.replace("<workbookView ", f'<workbookView activeTab="{order.index(sheet)}" ')
        for name in there.namelist():
            data = book.encode() if name == "xl/workbook.xml" else there.read(name)
            is_sheet = name.startswith("xl/worksheets/sheet")
            made.writestr(name, data.replace(b' tabSelected="1"', b"") if is_sheet else data)
    return target


def _texts_to_print(sheet: Worksheet) -> list[str]:
    hidden = {
        column
        for columns in sheet.column_dimensions.values() if columns.hidden
        for column in range(columns.min or 1, (columns.max or 1) + 1)
    }  # fmt: skip
    area = sheet[sheet.print_area.rpartition("!")[2].replace("$", "")] if sheet.print_area else sheet.iter_rows()
    cells = [cell for row in area for cell in row if cell.column not in hidden]
    return ["".join(str(cell.value).split()) for cell in cells if isinstance(cell.value, str)]


_PAGES_EACH = {
    "xxgk2017": {"统计表": 1, "分单位": 2, "明细": 4, "报送情况": 1, "审核规则": 1, "填表说明": 2, "图表": 1},
    "xxgk2021": {"统计表": 1, "分单位": 6, "明细": 11, "报送情况": 1, "审核规则": 2, "填表说明": 2, "图表": 1},
}


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize("form_id", _PAGES_EACH)
def test_each_sheet_prints_on_its_pages_with_all_its_text(form_id: str, tmp_path: Path) -> None:
    """Whatever a sheet says in its print area is on its pages, whole; the findings take as many as there are."""
    path = _saved(_prefecture(form_id, 10), tmp_path)
    pages = {}
    for sheet in openpyxl.load_workbook(path, data_only=True).worksheets:
        if sheet.title not in VISIBLE:
            continue
        pdf = office.to_pdf(_alone(path, sheet.title, tmp_path / f"{sheet.title}.xlsx"), tmp_path / "pdf")
        command = ["pdftotext", "-raw", str(pdf), "-"]
        printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        text = "".join(printed.split())
        assert [said for said in _texts_to_print(sheet) if said not in text] == []
        pages[sheet.title] = printed.count("\f")
    del pages["审核结果"]
    assert pages == _PAGES_EACH[form_id]


_LONG = "湘西土家族苗族自治州第{:03d}人力资源和社会保障局(州公务员局)"


@pytest.mark.office
@pytest.mark.parametrize(("form_id", "name"), [("xxgk2017", "第{:03d}县"), ("xxgk2017", _LONG), ("xxgk2021", _LONG)])
def test_no_row_is_lower_than_its_text(form_id: str, name: str, tmp_path: Path) -> None:
    """Left to choose, LibreOffice makes no row higher than ours are: what is lower than its text is cut."""
    path = _saved(_prefecture(form_id, 10, name=name), tmp_path)
    ours, free = openpyxl.load_workbook(path), openpyxl.load_workbook(path)
    for sheet in free.worksheets:
        for row in list(sheet.row_dimensions.values()):
            row.height = None
    free.save(tmp_path / "行高自定.xlsx")
    (after,) = office.recalculate([tmp_path / "行高自定.xlsx"], tmp_path / "out")
    cut = {}
    for sheet in openpyxl.load_workbook(after).worksheets:
        for number, row in sheet.row_dimensions.items():
            own = ours[sheet.title].row_dimensions[number].height or 15
            if sheet.title in VISIBLE and (row.height or 0) > own + 0.5:
                cut[sheet.title, number] = (own, row.height)
    assert cut == {}


@pytest.mark.office
@pytest.mark.slow
@pytest.mark.parametrize(("form_id", "pages"), [("xxgk2017", 70), ("xxgk2021", 120)])
def test_three_hundred_units_print_with_titles_and_nothing_cut(form_id: str, pages: int, tmp_path: Path) -> None:
    result = replace(_prefecture(form_id, 302, groups=10), findings=())
    printed = _printed(_saved(result, tmp_path), tmp_path / "pdf")
    assert len(printed) <= pages
    assert not [page for page in printed if "###" in page or "#N" in page or "#REF" in page or "Err:" in page]
    standing = [page for page in printed if "SHA-256" in page]
    assert len(standing) <= 26  # 300 units a line each, 301 files two lines each: their digests
    assert all("填报日期" in page for page in standing)
    assert all("合计" in page for page in printed if "片区9" in page and "SHA-256" not in page and "代码" not in page)


@pytest.mark.office
def test_figures_too_long_for_the_official_page_are_shrunk(tmp_path: Path) -> None:
    form = Form.load("xxgk2021")
    typed = {name: 1_234_567 for name, i in form.indicators.items() if not i.formula}
    result = consolidate([_return(form, "甲县", typed)], form, None, Options(period="2023"))
    assert not [page for page in _printed(_saved(result, tmp_path), tmp_path / "pdf") if "###" in page]
