"""The commands, as a clerk types them."""

import json
from pathlib import Path

from click.testing import CliRunner

from xltools import Form, build_template
from xltools.cli import main
from xltools.writing.content import filled_content


def _folder(tmp_path: Path) -> Path:
    form = Form.load("xxgk2017")
    folder = tmp_path / "上报"
    folder.mkdir()
    for unit, number in (("甲县", 3), ("乙县", 4)):
        content = filled_content(form, {"工作会议数": number}, unit=unit)
        (folder / f"{unit}.xlsx").write_bytes(build_template(form, content))
    return folder


def test_consolidating_twice_into_the_folder_gives_the_same_total(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    totals = []
    for _ in range(2):
        result = CliRunner().invoke(main, ["consolidate", str(folder), "-o", str(folder / "总表.xlsx"), "--json", "-"])
        assert result.exit_code == 0, result.stderr
        totals.append(json.loads(result.stdout)["totals"]["合计"]["工作会议数"])
    assert totals == [7, 7]


def test_a_folder_that_does_not_exist_is_one_clear_line(tmp_path: Path) -> None:
    result = CliRunner().invoke(main, ["consolidate", str(tmp_path / "无"), "-o", str(tmp_path / "总表.xlsx")])
    assert result.exit_code == 2
    assert "不存在" in result.stderr
    assert not (tmp_path / "总表.xlsx").exists()


def test_a_total_can_be_traced_to_its_cells(tmp_path: Path) -> None:
    folder = _folder(tmp_path)
    CliRunner().invoke(main, ["consolidate", str(folder), "-o", str(tmp_path / "总表.xlsx")])
    result = CliRunner().invoke(main, ["trace", str(tmp_path / "总表.xlsx"), "工作会议数", "--json", "-"])
    assert result.exit_code == 0, result.stderr
    answer = json.loads(result.stdout)
    assert (answer["stored"], answer["recomputed"]) == (7, 7)
    assert [(c["unit"], c["value"], c["file"], c["cell"]) for c in answer["contributions"]] == [
        ("乙县", 4, "乙县.xlsx", "D67"),
        ("甲县", 3, "甲县.xlsx", "D67"),
    ]


def test_a_text_file_named_xlsx_is_a_finding(tmp_path: Path) -> None:
    path = tmp_path / "甲县.xlsx"
    path.write_text("这不是表格", encoding="utf-8")
    result = CliRunner().invoke(main, ["check", str(path)])
    assert result.exit_code == 1
    assert "F107" in result.output
