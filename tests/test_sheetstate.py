"""What stands beside a row of figures: every word where they are few, the first and a count where they are many."""

from __future__ import annotations

import pytest

from xltools import Form
from xltools.computing import computed_values
from xltools.findings import Number
from xltools.sheetstate import MOST_TOLD, SheetState, rules_beside, sheet_state
from xltools.writing.formsheet import AUDIT_WIDTH
from xltools.writing.styles import text_width


def _state(form: Form, values: dict[str, Number | None]) -> SheetState:
    return sheet_state(form, {"填报单位": "甲县", "年度": "2023"}, values, {})


def test_a_row_of_many_figures_says_the_first_thing_and_counts_the_others() -> None:
    form = Form.load("xxgk2021")
    kinds = ("自然人", "商业企业", "科研机构")
    values: dict[str, Number | None] = dict(computed_values(form, {f"本年新收_{kind}": 7 for kind in kinds}))
    values |= {f"本年新收_{kind}": 7 for kind in kinds} | {"本年新收_总计": 20}
    row = form.page.spots["本年新收_总计"].row
    words = _state(form, values).words[row]
    # three columns and the sum column do not add up, and the sum is not that of its parts
    assert words == (
        "✗ 自然人:新收加结转 7 件,不等于办理结果加结转下年 0 件,差 7 件:请核对 …另有 4 处,见“审核规则”"
    )
    values["本年新收_自然人"] = -7  # what is no figure comes before all rules
    assert _state(form, values).words[row].startswith("✗ 标红的格应填不小于 0 的整数,不写文字和单位 …另有 ")


@pytest.mark.parametrize("form_id", ["xxgk2017", "xxgk2021"])
def test_with_everything_wrong_a_matrix_row_still_fits_the_column(form_id: str) -> None:
    form = Form.load(form_id)
    values: dict[str, Number | None] = {name: 90_000 + 7 * at for at, name in enumerate(form.indicators)}
    state = _state(form, values)
    assert len([rule for rule in state.rules if rule.words]) > 5
    many = {row for row, rules in rules_beside(form).items() if len(rules) > MOST_TOLD}
    assert {row: words for row, words in state.words.items() if row in many and text_width(words) > AUDIT_WIDTH} == {}
