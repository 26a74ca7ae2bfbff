"""What becomes of the returns of a folder: spellings, copies, branches of the tree, last year's names, added rows."""

from __future__ import annotations

import os
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.workbook.defined_name import DefinedName

from xltools import Form, Options, Return, build_template, check, consolidate, load_roster, read
from xltools.cli import main
from xltools.consolidation import Previous
from xltools.reviewing import as_collection, review
from xltools.roster import Roster, RosterError, parse_roster
from xltools.terminal import consolidation_summary, review_summary
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")


def given(folder: Path, file: str, unit: str, number: int | None = 1, modified: int = 0, **values: int) -> Return:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(build_template(FORM, filled_content(FORM, {"工作会议数": number, **values}, unit=unit)))
    if modified:
        os.utime(path, (modified, modified))
    return read(path, FORM)


def roster(*rows: str) -> Roster:
    return parse_roster([["单位", "上级", "组别", "别名"], *(row.split(",") for row in rows)])


def codes(result: Any) -> list[tuple[str, str]]:
    return [(f.code, f.unit) for f in result.findings if f.code[0] == "U" and f.code != "U409"]


def test_without_a_roster_two_spellings_of_a_unit_are_one_unit(tmp_path: Path) -> None:
    returns = [given(tmp_path, "1.xlsx", "吉首市"), given(tmp_path, "2.xlsx", "吉 首 市")]
    result = consolidate(returns, FORM)
    assert [(unit.name, unit.counted) for unit in result.units] == [("吉首市", True)]
    assert result.totals["合计"]["工作会议数"] == 1
    assert codes(result) == [("U405", "吉首市")]


def test_the_newest_content_counts_wherever_its_copies_are(tmp_path: Path) -> None:
    returns = [
        given(tmp_path, "1.xlsx", "甲县", 1, 1_000_000_000),
        given(tmp_path, "2.xlsx", "甲县", 2, 1_000_002_000),
        given(tmp_path, "3.xlsx", "甲县", 1, 1_000_003_000),
    ]
    result = consolidate(returns, FORM, None, Options(duplicates="newest"))
    assert result.totals["合计"]["工作会议数"] == 1


def test_a_unit_beside_one_in_conflict_is_still_missing(tmp_path: Path) -> None:
    units = roster("A县,某州", "B局,A县", "C局,A县", "D县,某州")
    conflicting = [given(tmp_path, "1.xlsx", "B局", 1), given(tmp_path, "2.xlsx", "B局", 2)]
    result = consolidate([*conflicting, given(tmp_path, "3.xlsx", "D县")], FORM, units)
    assert {unit.name: str(unit.status) for unit in result.units} == {"B局": "conflict", "C局": "missing", "D县": "ok"}
    assert [(str(file.status), file.chinese) for file in result.files] == [
        ("duplicate", "多份不同,未采用"), ("duplicate", "多份不同,未采用"), ("used", "已采用"),
    ], "in people's words a file is what its unit is"  # fmt: skip
    assert "文件 3 个(已采用 1、多份不同 2)" in consolidation_summary(result)
    reviewed = as_collection(review([*conflicting, given(tmp_path, "3.xlsx", "D县")], FORM, units))
    assert review_summary(reviewed).startswith("审核了 3 份报表(其中多份不同 2 份),未报 1 个单位;")
    assert set(codes(result)) == {("U402", "B局"), ("U401", "C局")}
    assert result.summary.missing == 1


def test_a_stranger_is_nobody_who_should_report(tmp_path: Path) -> None:
    units = roster("甲县,某州", "乙县,某州")
    returns = [given(tmp_path, "1.xlsx", "甲县"), given(tmp_path, "2.xlsx", "远县")]
    (tmp_path / "甲县通知.xlsx").write_text("不是表格", encoding="utf-8")
    (tmp_path / "某州说明.xlsx").write_text("不是表格", encoding="utf-8")
    junk = [read(tmp_path / "甲县通知.xlsx", FORM), read(tmp_path / "某州说明.xlsx", FORM)]
    result = consolidate([*returns, *junk], FORM, units)
    assert (result.summary.units, result.summary.received, result.summary.missing) == (2, 1, 1)
    statuses = {unit.name: str(unit.status) for unit in result.units}
    assert statuses == {"甲县": "ok", "乙县": "missing", "远县": "unlisted"}
    assert len(result.files) == 4


def test_the_own_total_in_the_folder_is_no_return_for_check_either(tmp_path: Path) -> None:
    units = roster("甲县,某州", "乙县,某州")
    returns = [given(tmp_path, "1.xlsx", "甲县"), given(tmp_path, "2.xlsx", "乙县")]
    consolidate(returns, FORM, units).save(tmp_path / "总表.xlsx")
    result = as_collection(review([*returns, read(tmp_path / "总表.xlsx", FORM)], FORM, units))
    assert [unit.name for unit in result.units] == ["甲县", "乙县"]
    assert codes(result) == [("U407", "某州")]
    assert {Path(f.source.path).name: str(f.status) for f in result.files} == {
        "1.xlsx": "used", "2.xlsx": "used", "总表.xlsx": "skipped",
    }  # fmt: skip


def test_of_two_copies_check_names_the_one_that_is_used(tmp_path: Path) -> None:
    returns = [given(tmp_path, "1.xlsx", "甲县"), given(tmp_path, "2.xlsx", "甲县")]
    result = as_collection(review(returns, FORM))
    statuses = {file.source.path: str(file.status) for file in result.files}
    assert statuses[result.units[0].file] == "used"


def test_last_years_unit_is_known_by_this_years_alias(tmp_path: Path) -> None:
    units = roster("经开区,某州,,湘西经开区")
    before = Previous({}, {"湘西经开区": {"工作会议数": 1000}})
    result = consolidate([given(tmp_path, "1.xlsx", "经开区", 10)], FORM, units, Options(previous=before))
    assert ("Y501", "经开区") in [(f.code, f.unit) for f in result.findings]


def test_groups_that_differ_in_capitals_only_are_refused() -> None:
    with pytest.raises(RosterError, match="只差大小写"):
        roster("甲县,某州,A组", "乙县,某州,a组")


def test_one_figure_whose_label_was_replaced_is_named_not_called_blank(tmp_path: Path) -> None:
    given(tmp_path, "1.xlsx", "甲县", 5)
    book = openpyxl.load_workbook(tmp_path / "1.xlsx")
    spot = FORM.page.spots["工作会议数"]
    book["统计表"].cell(spot.row, 1).value = "(一)别的什么"
    book.save(tmp_path / "1.xlsx")
    found = {f.code for f in check(read(tmp_path / "1.xlsx", FORM), FORM)}
    assert "S202" in found
    assert "V309" not in found


def test_a_typed_total_alone_is_not_blank(tmp_path: Path) -> None:
    form = Form.load("xxgk2021")
    (tmp_path / "1.xlsx").write_bytes(build_template(form, filled_content(form, {}, unit="甲县", year="2021")))
    book = openpyxl.load_workbook(tmp_path / "1.xlsx")
    spot = form.page.spots["本年新收_总计"]
    book["统计表"].cell(spot.row, spot.column).value = 100
    book.save(tmp_path / "1.xlsx")
    found = {f.code for f in check(read(tmp_path / "1.xlsx", form), form)}
    assert "S207" in found
    assert "V309" not in found


def test_a_row_below_the_last_one_is_named_and_its_own_name_asks_for_the_form(tmp_path: Path) -> None:
    given(tmp_path, "1.xlsx", "甲县", 5)
    book = openpyxl.load_workbook(tmp_path / "1.xlsx")
    row = max(spot.row for spot in FORM.page.spots.values()) + 1
    book["统计表"].cell(row, 1).value, book["统计表"].cell(row, 4).value = "(四)网上培训人次", 77
    book.save(tmp_path / "1.xlsx")
    added = [f for f in check(read(tmp_path / "1.xlsx", FORM), FORM) if f.code == "S206"]
    assert [(f.severity, f.cell) for f in added] == [("info", f"A{row}")]
    book.defined_names["网上培训人次"] = DefinedName("网上培训人次", attr_text=f"统计表!$D${row}")
    book.save(tmp_path / "1.xlsx")
    asked = [f for f in check(read(tmp_path / "1.xlsx", FORM), FORM) if f.code == "S209"]
    assert [f.cell for f in asked] == [f"D{row}"]
    assert asked[0].message == "表里多出“网上培训人次”,不是下发的空表,多出的数不汇总:请用下发的空表填报"


def test_notices_of_earlier_runs_are_pointed_out(tmp_path: Path) -> None:
    given(tmp_path, "上报/甲县.xlsx", "甲县", 1, 工作人员数=9)
    command = ["check", str(tmp_path / "上报"), "--annotate", str(tmp_path / "退")]
    assert "以前的退回件" not in CliRunner().invoke(main, command).stdout
    given(tmp_path, "上报/甲县.xlsx", "甲县", 1)
    said = CliRunner().invoke(main, command).stdout
    assert "! 文件夹里还有以前的退回件,这次没有更新,不要再发:甲县.xlsx、甲县_退回通知.txt" in said


def test_the_roster_of_the_example_is_read(tmp_path: Path) -> None:
    path = Path(__file__).parents[1] / "examples/湘西州2017/单位名录.xlsx"
    assert load_roster(path).root == "湘西州"


def test_a_rate_is_computed_from_the_totals_and_the_total_is_still_a_return(tmp_path: Path) -> None:
    import json

    definition = FORM.definition()
    definition["id"] = "bili"
    for row in definition["tables"][0]["rows"]:
        if row.get("name") == "举报投诉数":
            rate = "IF(N(收到申请数)=0,0,申请办结数/收到申请数*100)"
            row |= {"aggregate": "none", "decimals": 2, "formula": rate}
    (tmp_path / "表式.json").write_text(json.dumps(definition, ensure_ascii=False), encoding="utf-8")
    form = Form.load(tmp_path / "表式.json")
    returns = []
    for unit, received, done in (("甲县", 4, 1), ("乙县", 3, 1)):
        values = {"收到申请数": received, "网络申请数": received, "申请办结数": done, "按时办结数": done}
        (tmp_path / f"{unit}.xlsx").write_bytes(build_template(form, filled_content(form, values, unit=unit)))
        returns.append(read(tmp_path / f"{unit}.xlsx", form))
    result = consolidate(returns, form)
    assert result.totals["合计"]["举报投诉数"] == Decimal("28.57")
    result.save(tmp_path / "总表.xlsx")
    total = read(tmp_path / "总表.xlsx", form)
    assert total.values == result.totals["合计"]
    assert [f.code for f in check(total, form) if f.severity == "error"] == []


def test_a_phone_number_in_the_signature_and_a_name_of_ones_own_are_no_added_figures(tmp_path: Path) -> None:
    given(tmp_path, "1.xlsx", "甲县", 5)
    book = openpyxl.load_workbook(tmp_path / "1.xlsx")
    sheet = book["统计表"]
    for name, value in (("填报人", "李四"), ("联系电话", 13812345678)):
        (place,) = [cell for _, cell in book.defined_names[name].destinations]
        sheet[place.replace("$", "")].value = value
    spot = FORM.page.spots["工作会议数"]
    own = f"统计表!${'ABCD'[spot.column - 1]}${spot.row}"
    book.defined_names["我的数"] = DefinedName("我的数", attr_text=own)
    book.save(tmp_path / "1.xlsx")
    assert check(read(tmp_path / "1.xlsx", FORM), FORM) == []


def test_the_own_total_beside_a_return_in_one_workbook_does_not_hide_the_return(tmp_path: Path) -> None:
    from returnbooks import Table, return_bytes

    own = Table({"工作会议数": 1}, unit="某州", sheet="统计表")
    other = Table({"工作人员数": 9}, unit="乙县", sheet="乙表")
    (tmp_path / "合.xlsx").write_bytes(return_bytes(FORM, own, other))
    from xltools.reading.reader import read_all

    result = as_collection(review(read_all(tmp_path / "合.xlsx", FORM), FORM, roster("乙县,某州")))
    assert [str(file.status) for file in result.files] == ["used"]
    assert result.summary.errors == 1
    assert {f.code for f in result.findings if f.unit == "乙县"} >= {"R0801"}


def test_findings_of_a_unit_in_another_spelling_carry_the_units_name(tmp_path: Path) -> None:
    returns = [
        given(tmp_path, "1.xlsx", "吉首市", 1, 1_000_000_000),
        given(tmp_path, "2.xlsx", "吉 首 市", 2, 1_000_002_000, 工作人员数=9),
    ]
    result = consolidate(returns, FORM, None, Options(duplicates="newest"))
    assert {f.unit for f in result.findings if f.rule == "R0801" and f.file} == {"吉首市"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
@pytest.mark.parametrize("several", [False, True])
def test_a_file_name_that_is_no_text_is_spelt_out(tmp_path: Path, several: bool) -> None:
    folder = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff"))
    given(folder, "甲县.xlsx", "甲县")
    odd = (folder / "甲县.xlsx").rename(folder / os.fsdecode(b"\xfe.xlsx"))
    paths = [str(folder), str(odd)] if several else [str(odd)]
    result = CliRunner().invoke(main, ["check", *paths, "--json", "-"])
    assert result.exit_code == 0, result.output
    assert "\\udcfe.xlsx" in result.stdout


def test_of_copies_the_one_named_like_the_unit_counts_and_the_other_name_is_asked_about(tmp_path: Path) -> None:
    returns = [given(tmp_path, "凤凰县.xlsx", "吉首市"), given(tmp_path, "吉首市.xlsx", "吉首市")]
    result = consolidate(returns, FORM, roster("吉首市,某州,", "凤凰县,某州,", "某州,,"))
    assert {file.source.stem: file.status.value for file in result.files} == {"吉首市": "used", "凤凰县": "duplicate"}
    (asked,) = (f for f in result.findings if f.code == "U405")
    assert (asked.severity.value, Path(asked.file).name) == ("warning", "凤凰县.xlsx")
    assert "如果是别的单位的报表" in asked.message


def test_of_copies_the_one_whose_year_is_filled_in_counts(tmp_path: Path) -> None:
    first, second = given(tmp_path, "甲县.xlsx", "甲县"), given(tmp_path, "甲县(退回件).xlsx", "甲县")
    result = consolidate([replace(first, period=""), second], FORM, roster("甲县,某州,", "某州,,"))
    status = {file.source.stem: file.status.value for file in result.files}
    assert status == {"甲县": "duplicate", "甲县(退回件)": "used"}


def explained(folder: Path, file: str, number: int, **explanations: str) -> Return:
    path = folder / file
    path.parent.mkdir(parents=True, exist_ok=True)
    content = filled_content(FORM, {"行政复议数": number, "复议维持数": 1}, unit="甲县")
    path.write_bytes(build_template(FORM, replace(content, explanations=explanations)))
    return read(path, FORM)


def test_of_copies_the_one_that_explains_counts_and_the_other_says_so(tmp_path: Path) -> None:
    returns = [explained(tmp_path, "甲县.xlsx", 2), explained(tmp_path, "甲县(改).xlsx", 2, R0402="1 件尚未审结")]
    result = consolidate(returns, FORM)
    assert {file.source.stem: file.status.value for file in result.files} == {"甲县": "duplicate", "甲县(改)": "used"}
    (told,) = (f for f in result.findings if f.code == "U405")
    assert Path(told.file).name == "甲县.xlsx"
    assert "数相同,那一份还写了情况说明:只计那一份" in told.message
    assert [f.explanation for f in result.findings if f.rule == "R0402" and f.unit == "甲县"] == ["1 件尚未审结"]


def test_copies_that_explain_differently_are_different_returns(tmp_path: Path) -> None:
    returns = [
        explained(tmp_path, "1.xlsx", 2, R0402="1 件尚未审结"),
        explained(tmp_path, "2.xlsx", 2, R0402="1 件撤回"),
    ]
    result = consolidate(returns, FORM)
    assert [(code, unit) for code, unit in codes(result)] == [("U402", "甲县")]
    assert [";数相同,情况说明不同)" in f.message for f in result.findings if f.code == "U402"] == [True]
    assert result.totals["合计"]["行政复议数"] is None


def test_of_three_returns_a_copy_is_not_said_to_be_counted_where_none_is(tmp_path: Path) -> None:
    returns = [given(tmp_path, f"{at}.xlsx", "甲县", number) for at, number in enumerate((1, 1, 2))]
    result = consolidate(returns, FORM)
    messages = {f.code: f.message for f in result.findings if f.code in ("U402", "U405")}
    assert messages.keys() == {"U402", "U405"}
    assert ";不同的是 “工作会议数”)" in messages["U402"]
    assert "只计" not in messages["U405"]
