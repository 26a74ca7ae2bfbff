"""Whatever is typed, no input is ever written over, and no output takes the place of another."""

from __future__ import annotations

import hashlib
import os
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner

from xltools import Form, build_template, read
from xltools.cli import main
from xltools.writing.content import filled_content

FORM = Form.load("xxgk2017")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "上报").mkdir()
    for unit, number in (("甲县", 3), ("乙县", 4)):
        content = filled_content(FORM, {"工作会议数": number, "工作人员数": 9}, unit=unit)
        (tmp_path / "上报" / f"{unit}.xlsx").write_bytes(build_template(FORM, content))
    (tmp_path / "名录.csv").write_text("单位,上级\n甲县,某州\n乙县,某州\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    CliRunner().invoke(main, ["consolidate", "上报", "--unit", "某州", "-o", "去年.xlsx"])
    (tmp_path / "一个文件").write_text("", encoding="utf-8")
    (tmp_path / "退").mkdir()
    (tmp_path / "堵").mkdir()
    (tmp_path / "堵" / "县里").write_text("", encoding="utf-8")
    (tmp_path / "上报" / "县里").mkdir()
    shutil.copy(tmp_path / "上报" / "甲县.xlsx", tmp_path / "上报" / "县里" / "甲县.xlsx")
    Path("链接.xlsx").symlink_to("上报/甲县.xlsx")
    return tmp_path


def state(folder: Path) -> dict[str, str]:
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return {str(path): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


@pytest.mark.parametrize(
    "command",
    [
        "consolidate 上报 -o 上报/甲县.xlsx",
        "consolidate 上报 -o 新.xlsx --html 上报/甲县.xlsx",
        "consolidate 上报 -o 新.xlsx --json 上报/甲县.xlsx",
        "consolidate 上报 -o 新.xlsx --json 名录.csv --roster 名录.csv",
        "consolidate 上报 -o 去年.xlsx --previous 去年.xlsx",
        "consolidate 上报 -o 新.xlsx --html 新.xlsx",
        "consolidate 上报 -o 新.xlsx --json ./新.xlsx",
        "consolidate 上报 -o 链接.xlsx --annotate 上报",
        "consolidate 上报 -o 新.xlsx --annotate 上报",
        "consolidate 上报 -o 新.xlsx --annotate .",
        "consolidate 上报 -o 新.xlsx --annotate 一个文件",
        "consolidate 上报 -o 新.xlsx --annotate 一个文件/下面",
        "check 上报/甲县.xlsx --json 上报/甲县.xlsx",
        "check 上报/甲县.xlsx --json 链接.xlsx",
        "check 上报/甲县.xlsx --annotate 上报",
        "check 上报 --annotate 上报",
        "check 上报 --roster 名录.csv --json 名录.csv",
        "check 上报 --annotate 一个文件/下面",
        "diff 上报/甲县.xlsx 上报/乙县.xlsx --json 上报/乙县.xlsx",
        "trace 去年.xlsx 工作会议数 --json 去年.xlsx",
        "template -o 上报/甲县.xlsx",
        "template -o 空表.xls",
        "form build xxgk2017 -o 上报/甲县.xlsx",
        "check 上报/甲县.xlsx --json /dev/null",
        "check 上报 --json 上报/甲县.xlsx",
        "trace 去年.xlsx 工作会议数 --json 上报/甲县.xlsx",
        "form schema xxgk2017 -o 上报/甲县.xlsx",
        "diff 上报/甲县.xlsx 上报/乙县.xlsx --json 去年.xlsx",
        "template -f xxgk2021 -o 上报/甲县.xlsx",
        "template -o 名录.csv",
        "consolidate 上报 -o 退/乙县.xlsx --annotate 退",
        "consolidate 上报 -o 新.xlsx --annotate 堵",
    ],
)
def test_the_command_is_refused_and_nothing_has_changed(place: Path, command: str) -> None:
    before = state(place)
    result = CliRunner().invoke(main, command.split())
    assert (result.exit_code, result.stdout) == (2, ""), result.output
    assert result.stderr.startswith("没有运行:")
    assert result.stderr.count("\n") == 1
    assert state(place) == before
    assert Path(os.devnull).is_char_device() or os.name == "nt"


def test_an_earlier_total_may_be_renewed_and_a_link_stays_a_link(place: Path) -> None:
    Path("总.xlsx").symlink_to("总表.xlsx")
    for _ in range(2):
        result = CliRunner().invoke(main, ["consolidate", "上报", "-o", "总.xlsx", "--json", "上报/结果.json"])
        assert result.exit_code == 1, result.output
    assert Path("总.xlsx").is_symlink()
    assert Path("总表.xlsx").is_file()


def test_a_name_that_is_too_long_is_one_line(place: Path) -> None:
    for command in (["check", "长" * 300 + ".xlsx"], ["consolidate", "上报", "-o", "长" * 300 + ".xlsx"]):
        result = CliRunner().invoke(main, command)
        assert (result.exit_code, result.stdout) == (2, "")
        assert "太长" in result.stderr


def test_a_corrected_copy_is_not_overwritten_by_the_next_run(place: Path) -> None:
    command = ["check", "上报/乙县.xlsx", "--annotate", "退"]
    CliRunner().invoke(main, command)
    (copy,) = place.joinpath("退").rglob("*.xlsx")
    content = filled_content(FORM, {"工作会议数": 4, "工作人员数": 9, "兼职人员数": 9}, unit="乙县")
    copy.write_bytes(build_template(FORM, content))
    before = copy.read_bytes()
    for more in ([], ["--quiet"]):
        said = CliRunner().invoke(main, [*command, *more]).stdout
        assert copy.read_bytes() == before
        assert "已有人改过,没有覆盖" in said


def test_the_copy_of_a_return_that_was_sent_again_is_renewed(place: Path) -> None:
    command = ["check", "上报/乙县.xlsx", "--annotate", "退"]
    CliRunner().invoke(main, command)
    (copy,) = place.joinpath("退").rglob("*.xlsx")
    content = filled_content(FORM, {"工作会议数": 4, "收到申请数": 7}, unit="乙县")
    (place / "上报" / "乙县.xlsx").write_bytes(build_template(FORM, content))
    said = CliRunner().invoke(main, command).stdout
    assert "没有覆盖" not in said
    assert (read(copy, FORM).values["收到申请数"], read(copy, FORM).values["工作人员数"]) == (7, None)


def test_the_notice_of_a_copy_that_stays_stays_as_well(place: Path) -> None:
    command = ["check", "上报/乙县.xlsx", "--annotate", "退"]
    CliRunner().invoke(main, command)
    (copy,), (notice,) = place.joinpath("退").rglob("*.xlsx"), place.joinpath("退").rglob("*.txt")
    copy.write_bytes(build_template(FORM, filled_content(FORM, {"工作会议数": 5, "工作人员数": 9}, unit="乙县")))
    before = notice.read_bytes()
    content = filled_content(FORM, {"工作会议数": 4, "收到申请数": 7}, unit="乙县")
    (place / "上报" / "乙县.xlsx").write_bytes(build_template(FORM, content))
    said = CliRunner().invoke(main, command).stdout
    assert "已有人改过,没有覆盖" in said and notice.read_bytes() == before
