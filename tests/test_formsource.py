"""A file that is no definition at all is refused in one Chinese sentence, whatever it holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from xltools import Form, FormError
from xltools.formsource import load_with_defects


def refusal(path: Path) -> str:
    with pytest.raises(FormError) as refused:
        load_with_defects(path)
    (problem,) = refused.value.problems
    return problem


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("[" * 100_000, "一层套一层"),
        ("[" * 900 + "]" * 900, "一层套一层"),
        ('{"a":' * 60 + "1" + "}" * 60, "一层套一层"),
        ('{"version": ' + "9" * 5000 + "}", "过长的数"),
        ('{"version": NaN}', "NaN"),
        ("", "第 1 行第 1 列写错了:这里缺一个值"),
        ('{\n"id": "xiao",\n}', "第 3 行第 1 列写错了:这里应是英文双引号里的名称"),
        ('{"id" "xiao"}', "缺英文冒号"),
        ('{"id": "xiao" "title": "小表"}', "缺英文逗号"),
        ('{"id": "xiao', "英文双引号没有配对"),
        ('{"id": "a\nb"}', "写成 \\n"),
        ('{"id": "a\\q"}', "反斜杠"),
        ("{} x", "多余的内容"),
    ],
)
def test_what_is_no_json_is_told_in_chinese(text: str, words: str, tmp_path: Path) -> None:
    path = tmp_path / "表式.json"
    path.write_text(text, encoding="utf-8")
    problem = refusal(path)
    assert words in problem
    assert "Expecting" not in problem


def test_a_folder_is_no_definition(tmp_path: Path) -> None:
    assert "文件夹" in refusal(tmp_path) or "权限" in refusal(tmp_path)  # Windows says the latter


def test_neither_an_id_nor_a_file_names_the_ids_there_are() -> None:
    assert "xxgk2017" in refusal(Path("没有.json"))


def test_the_definitions_that_ship_are_far_from_the_depth_that_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "表式.json"
    path.write_text(json.dumps(Form.load("xxgk2021").definition(), ensure_ascii=False), encoding="utf-8")
    assert Form.load(path) == Form.load("xxgk2021")
