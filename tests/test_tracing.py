"""A figure of a total leads back to every file that made it, wherever the file is kept."""

from __future__ import annotations

import zipfile
from pathlib import Path

import openpyxl
import pytest
from returnbooks import Table, return_bytes

from xltools import Form
from xltools.roster import load_roster
from xltools.running import Order, carry_out
from xltools.terminal import trace_lines
from xltools.tracing import FileState, Trace, TraceError, trace

FORM = Form.load("xxgk2017")
INDICATOR = "工作会议数"
UNCHANGED, CHANGED = FileState.UNCHANGED, FileState.CHANGED


def one(unit: str, number: int | None) -> bytes:
    return return_bytes(FORM, Table({INDICATOR: number}, unit=unit))


def both(first: int | None, second: int | None, sheets: tuple[str, str] = ("甲县", "乙县")) -> bytes:
    """Two returns in one workbook, a sheet each."""
    units = zip(("甲县", "乙县"), sheets, (first, second), strict=True)
    return return_bytes(FORM, *(Table({INDICATOR: number}, unit=unit, sheet=sheet) for unit, sheet, number in units))


def zipped(path: Path, **members: bytes) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        for name, data in members.items():
            archive.writestr(f"县市/{name}.xlsx", data)


def total_of(folder: Path, roster: Path | None = None) -> Path:
    total = folder.parent / "总表.xlsx"
    carry_out(Order(folder, total, form=FORM.id, roster=roster, unit="" if roster else "某州", jobs=1))
    return total


def answers(answer: Trace) -> list[tuple[str, object, FileState, object]]:
    return sorted((c.unit, c.value, c.state, c.value_now) for c in answer.contributions)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    path = tmp_path / "上报"
    path.mkdir()
    return path


def test_a_return_inside_an_archive_is_found_there(folder: Path) -> None:
    zipped(folder / "交.ZIP", 甲县=one("甲县", 3), 乙县=one("乙县", 4))
    total = total_of(folder)
    answer = trace(total, INDICATOR, FORM)
    assert answers(answer) == [("乙县", 4, UNCHANGED, 4), ("甲县", 3, UNCHANGED, 3)]
    assert answer.sound

    zipped(folder / "交.ZIP", 甲县=one("甲县", 5))
    answer = trace(total, INDICATOR, FORM)
    assert answers(answer) == [("乙县", 4, FileState.NOT_FOUND, 4), ("甲县", 3, CHANGED, 5)]
    assert answer.changed_files == ("交.ZIP/县市/甲县.xlsx",)

    (folder / "交.ZIP").write_bytes(b"PK")
    assert {c.state for c in trace(total, INDICATOR, FORM).contributions} == {FileState.NOT_FOUND}


def test_a_folder_may_be_called_like_an_archive(folder: Path) -> None:
    (folder / "交.zip").mkdir()
    (folder / "交.zip" / "甲县.xlsx").write_bytes(one("甲县", 3))
    assert answers(trace(total_of(folder), INDICATOR, FORM)) == [("甲县", 3, UNCHANGED, 3)]


def test_of_several_returns_in_a_workbook_each_is_held_against_its_own(folder: Path) -> None:
    (folder / "合.xlsx").write_bytes(both(3, 4))
    total = total_of(folder)
    (folder / "合.xlsx").write_bytes(both(5, 4))
    answer = trace(total, INDICATOR, FORM)
    assert answers(answer) == [("乙县", 4, CHANGED, 4), ("甲县", 3, CHANGED, 5)]
    assert answer.changed_files == ("合.xlsx",)


def test_a_sheet_that_was_renamed_is_known_by_its_unit(folder: Path) -> None:
    (folder / "合.xlsx").write_bytes(both(3, 4))
    total = total_of(folder)
    (folder / "合.xlsx").write_bytes(both(5, 6, sheets=("一", "二")))
    assert answers(trace(total, INDICATOR, FORM)) == [("乙县", 4, CHANGED, 6), ("甲县", 3, CHANGED, 5)]


def test_a_return_that_is_gone_from_its_workbook_says_nothing_now(folder: Path) -> None:
    (folder / "合.xlsx").write_bytes(both(3, 4))
    total = total_of(folder)
    (folder / "合.xlsx").write_bytes(both(3, None))  # an empty sheet is no second return
    assert answers(trace(total, INDICATOR, FORM)) == [("乙县", 4, CHANGED, None), ("甲县", 3, CHANGED, 3)]


def test_a_unit_that_its_superior_has_counted_is_no_part_of_the_total(folder: Path, tmp_path: Path) -> None:
    roster = tmp_path / "单位名录.csv"
    roster.write_text("单位,上级,组别\n甲县,某州,县市\n甲县教育局,甲县,县市\n", encoding="utf-8")
    (folder / "甲县.xlsx").write_bytes(one("甲县", 3))
    (folder / "教育局.xlsx").write_bytes(one("甲县教育局", 3))
    total = total_of(folder, roster)
    assert answers(trace(total, INDICATOR, FORM)) == [("甲县", 3, UNCHANGED, 3)]
    assert answers(trace(total, INDICATOR, FORM, unit="甲县教育局")) == [("甲县教育局", None, UNCHANGED, None)]


def test_a_backup_nearby_does_not_hide_that_a_file_has_changed(tmp_path: Path) -> None:
    from shutil import copytree

    for unit, number in (("甲县", 3), ("乙县", 4), ("丙县", 5)):
        (tmp_path / "上报").mkdir(exist_ok=True)
        (tmp_path / "上报" / f"{unit}.xlsx").write_bytes(return_bytes(FORM, Table({INDICATOR: number}, unit=unit)))
    total = tmp_path / "总表.xlsx"
    carry_out(Order(tmp_path / "上报", total, form=FORM.id, unit="某州", jobs=1))
    copytree(tmp_path / "上报", tmp_path / "备份")
    last_year = Table({INDICATOR: 99}, unit="乙县")
    (tmp_path / "去年").mkdir()
    (tmp_path / "去年" / "乙县.xlsx").write_bytes(return_bytes(FORM, last_year))
    (tmp_path / "上报" / "甲县.xlsx").write_bytes(return_bytes(FORM, Table({INDICATOR: 7}, unit="甲县")))
    states = {c.unit: (str(c.state), c.value_now) for c in trace(total, INDICATOR, FORM).contributions}
    assert states == {"甲县": ("ambiguous", 7), "乙县": ("unchanged", 4), "丙县": ("unchanged", 5)}
    assert not trace(total, INDICATOR, FORM).sound
    named = {c.unit: str(c.state) for c in trace(total, INDICATOR, FORM, folder=tmp_path / "上报").contributions}
    assert named == {"甲县": "changed", "乙县": "unchanged", "丙县": "unchanged"}


def test_who_has_no_part_in_the_total_is_named_without_a_cell(folder: Path, tmp_path: Path) -> None:
    roster = tmp_path / "名录.csv"
    roster.write_text("单位,上级,别名\n甲县,某州,甲\n乙县,某州,\n丙县,某州,\n", encoding="utf-8")
    (folder / "甲县.xlsx").write_bytes(one("甲县", 3))
    (folder / "乙县.xlsx").write_bytes(return_bytes(FORM, Table({}, unit="乙县")))
    total = total_of(folder, roster)
    answer = trace(total, INDICATOR, FORM)
    assert answer.left_out == (("乙县", "未采用"), ("丙县", "未报"))
    assert "- 没有计入:乙县(未采用)、丙县(未报)" in list(trace_lines(answer))
    (line, *_) = trace_lines(trace(total, INDICATOR, FORM, "丙县"))
    assert "没有文件" in line
    assert "!" not in line


def test_a_figure_that_was_not_taken_says_where_it_is_explained(folder: Path) -> None:
    table = Table({INDICATOR: 3, "培训班数": 2}, unit="甲县")
    (folder / "甲县.xlsx").write_bytes(return_bytes(FORM, table))
    book = openpyxl.load_workbook(folder / "甲县.xlsx")
    (label,) = [cell for row in book["统计表"].iter_rows() for cell in row if "工作会议" in str(cell.value or "")]
    label.value = "另一件事"
    del book.defined_names[INDICATOR]
    book.save(folder / "甲县.xlsx")
    (line,) = [line for line in trace_lines(trace(total_of(folder), INDICATOR, FORM)) if "甲县.xlsx" in line]
    assert "甲县.xlsx(没有采用这一格或找不到它,见“审核结果”)" in line


def test_a_file_that_is_gone_is_said_to_be_and_the_total_is_not_sound(folder: Path) -> None:
    for unit in ("甲县", "乙县", "丙县"):
        (folder / f"{unit}.xlsx").write_bytes(one(unit, 3))
    total = total_of(folder)
    (folder / "乙县.xlsx").unlink()
    answer = trace(total, INDICATOR, FORM)
    assert answer.gone == ("乙县.xlsx",)
    assert not answer.sound
    assert list(trace_lines(answer))[-1] == "× 有 1 个文件在汇总以后不见了(删掉、改名或移走了):乙县.xlsx"
    assert not trace(total, INDICATOR, FORM, "乙县").sound
    assert trace(total, INDICATOR, FORM, "甲县").sound


def test_where_no_return_is_at_hand_nothing_is_said_to_be_gone(folder: Path, tmp_path: Path) -> None:
    (folder / "甲县.xlsx").write_bytes(one("甲县", 3))
    total = total_of(folder)
    alone = tmp_path / "收到" / "总表.xlsx"
    alone.parent.mkdir()
    total.rename(alone)
    answer = trace(alone, INDICATOR, FORM)
    assert answer.sound
    assert list(trace_lines(answer))[-1].startswith("! 报表一份也没找到")


def test_where_one_is_told_to_look_and_finds_nothing_the_files_are_gone(folder: Path, tmp_path: Path) -> None:
    (folder / "甲县.xlsx").write_bytes(one("甲县", 3))
    total = total_of(folder)
    (tmp_path / "别处").mkdir()
    answer = trace(total, INDICATOR, FORM, folder=tmp_path / "别处")
    assert not answer.sound
    assert list(trace_lines(answer))[-1] == "× 有 1 个文件在汇总以后不见了(删掉、改名或移走了):甲县.xlsx"


def test_a_units_own_figure_is_held_against_its_file(folder: Path) -> None:
    (folder / "甲县.xlsx").write_bytes(one("甲县", 3))
    total = total_of(folder)
    verdict = f"{INDICATOR}(甲县):明细上是 3,文件里现在是"
    assert f"√ {verdict} 3,相符" in list(trace_lines(trace(total, INDICATOR, FORM, "甲县")))
    (folder / "甲县.xlsx").write_bytes(one("甲县", 4))
    assert f"× {verdict} 4,不符" in list(trace_lines(trace(total, INDICATOR, FORM, "甲县")))
    alone = folder.parent / "收到" / "总表.xlsx"
    alone.parent.mkdir()
    total.rename(alone)
    unchecked = f"! {INDICATOR}(甲县):明细上是 3,找不到文件,没有核对"
    assert unchecked in list(trace_lines(trace(alone, INDICATOR, FORM, "甲县")))


def test_a_unit_that_did_not_report_agrees_with_nothing(folder: Path, tmp_path: Path) -> None:
    roster = tmp_path / "名录.csv"
    roster.write_text("单位,上级\n甲县,某州\n丙县,某州\n", encoding="utf-8")
    (folder / "甲县.xlsx").write_bytes(one("甲县", 3))
    lines = list(trace_lines(trace(total_of(folder, roster), INDICATOR, FORM, "丙县")))
    assert "- 没有计入:丙县(未报)" in lines
    assert lines[-1] == f"- {INDICATOR}(丙县):总表里没有它的数"


def test_a_unit_may_be_asked_for_by_an_alias_of_the_roster(folder: Path, tmp_path: Path) -> None:
    path = tmp_path / "名录.csv"
    path.write_text("单位,上级,别名\n甲县,某州,甲县人民政府\n", encoding="utf-8")
    (folder / "甲县.xlsx").write_bytes(one("甲县", 3))
    total = total_of(folder, path)
    assert trace(total, INDICATOR, FORM, "甲县人民政府", roster=load_roster(path)).unit == "甲县"
    assert trace(total, INDICATOR, FORM, " 甲 县").unit == "甲县"
    with pytest.raises(TraceError, match="没有“甲县人民政府”"):
        trace(total, INDICATOR, FORM, "甲县人民政府")
