"""The workbook is the form: reading back what was built gives the definition again."""

from pathlib import Path

import pytest

from xltools import Form, build_template
from xltools.definition import definition_of, dumps

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize(("form_id", "name"), [("xxgk2017", "统计表.xlsx"), ("xxgk2021", "统计表2021.xlsx")])
def test_the_template_gives_the_definition_back(form_id: str, name: str) -> None:
    form = Form.load(ROOT / "templates" / name)
    assert form == Form.load(form_id)
    text = (ROOT / "src/xltools/forms" / f"{form_id}.json").read_text(encoding="utf-8")
    assert dumps(definition_of(form)) == text
    assert build_template(form) == (ROOT / "templates" / name).read_bytes()
