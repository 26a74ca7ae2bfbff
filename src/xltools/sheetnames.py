"""The names of the sheets of the workbooks we write: a form, a total, a 退回件, a document that was put to 校验."""

from __future__ import annotations

MAIN_SHEET, RULES_SHEET, GUIDE_SHEET, STRUCTURE_SHEET = "统计表", "审核规则", "填表说明", "表式"
UNIT_SHEET, DETAIL_SHEET, FINDING_SHEET, STATUS_SHEET = "分单位", "明细", "审核结果", "报送情况"
PROVENANCE_SHEET, CHART_SHEET = "出处", "图表"
OPINION_SHEET = "审核意见"
RESULT_SHEET, RECORD_SHEET = "校验结果", "校验记录"

OUR_SHEETS = frozenset(
    {
        MAIN_SHEET, RULES_SHEET, GUIDE_SHEET, STRUCTURE_SHEET,
        UNIT_SHEET, DETAIL_SHEET, FINDING_SHEET, STATUS_SHEET, PROVENANCE_SHEET, CHART_SHEET,
        OPINION_SHEET, RESULT_SHEET, RECORD_SHEET,
    }
)  # fmt: skip
"""What a sheet of ours may be called: one of these in a return is no sheet that the unit added."""
