"""Sound returns of an invented county, to be spoilt in one place each; and a small form of our own."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from cases import REMARK, UNIT
from workbooks import return_workbook

from xltools.findings import Number
from xltools.form import Form

SOUND_2017: Mapping[str, Number | None] = {
    "主动公开政府信息数": 3000,
    "主动公开规范性文件数": 12,
    "制发规范性文件总数": 12,
    "政府公报公开数": 100,
    "政府网站公开数": 2600,
    "政务微博公开数": 200,
    "政务微信公开数": 300,
    "其他方式公开数": 50,
    "回应热点舆情数": 8,
    "新闻发布会次数": 4,
    "主要负责人新闻发布会次数": 2,
    "在线访谈次数": 2,
    "主要负责人在线访谈次数": 1,
    "政策解读稿件数": 20,
    "微博微信回应数": 5,
    "其他方式回应数": 3,
    "收到申请数": 20,
    "当面申请数": 2,
    "传真申请数": 1,
    "网络申请数": 15,
    "信函申请数": 2,
    "申请办结数": 20,
    "按时办结数": 18,
    "延期办结数": 2,
    "申请答复数": 20,
    "已主动公开答复数": 3,
    "同意公开答复数": 10,
    "部分公开答复数": 2,
    "不同意公开答复数": 3,
    "涉及商业秘密": 1,
    "涉及个人隐私": 2,
    "非本机关公开数": 1,
    "信息不存在数": 1,
    "行政复议数": 3,
    "复议维持数": 2,
    "复议纠错数": 1,
    "行政诉讼数": 1,
    "诉讼维持数": 1,
    "举报投诉数": 0,
    "依申请收费": 0,
    "专门机构数": 1,
    "查阅点数": 6,
    "工作人员数": 12,
    "专职人员数": 2,
    "兼职人员数": 10,
    "专项经费": Decimal("5.5"),
    "工作会议数": 3,
    "培训班数": 2,
    "接受培训人次": 120,
}

SOUND_2021: Mapping[str, Number | None] = {
    "规范性文件制发数": 4,
    "规范性文件废止数": 1,
    "规范性文件现行有效数": 30,
    "行政许可处理决定数": 1200,
    "本年新收_自然人": 30,
    "上年结转_自然人": 2,
    "予以公开_自然人": 20,
    "部分公开_自然人": 5,
    "无法提供_不掌握_自然人": 4,
    "结转下年_自然人": 3,
    "本年新收_商业企业": 5,
    "予以公开_商业企业": 5,
    "行政复议_结果维持": 2,
    "行政复议_尚未审结": 1,
    "诉讼未经复议_结果维持": 2,
    "诉讼未经复议_其他结果": 1,
}
YEAR_2021 = "2023"

SMALL_FORM: Mapping[str, Any] = {
    "xltools": 1,
    "id": "shili",
    "version": "1",
    "title": "示例统计表",
    "period": "2023",
    "layout": {"grid": [36, 12, 16], "unit_spans": [1, 2], "signature_spans": [1, 2]},
    "tables": [
        {
            "kind": "list",
            "id": "T1",
            "headings": ["统计指标", "单位", "统计数"],
            "spans": [1, 1, 1],
            "rows": [
                {"name": "收到数", "label": "收到申请数", "measure": "件"},
                {"name": "网上收到数", "label": "其中:网上收到", "measure": "件", "level": 1},
                {"name": "当面收到数", "label": "其中:当面收到", "measure": "件", "level": 1},
                {"name": "满意率", "label": "申请人满意率", "measure": "%", "decimals": 2, "aggregate": "none"},
                {"name": "收费", "label": "收取的费用", "measure": "万元", "decimals": 6},
                {"name": "网站公开数", "label": "网站公开信息数", "measure": "条"},
                {"name": "微信公开数", "label": "微信公开信息数", "measure": "条"},
                {
                    "name": "公开合计数",
                    "label": "公开信息合计",
                    "measure": "条",
                    "formula": "网站公开数+微信公开数",
                },
            ],
        },
        {
            "kind": "matrix",
            "id": "T2",
            "corner": "案件",
            "label_spans": [1],
            "value_spans": [1, 1],
            "measure": "件",
            "columns": [{"key": "维持", "labels": ["维持"]}, {"key": "纠正", "labels": ["纠正"]}],
            "rows": [{"key": "复议", "labels": ["行政复议"]}, {"key": "诉讼", "labels": ["行政诉讼"]}],
        },
    ],
    "rules": [
        {"id": "R0101", "level": "错误", "formula": "收到数=网上收到数+当面收到数", "description": "等于两项之和"},
        {"id": "R0102", "level": "错误", "formula": "收费<100", "description": "收费以万元为单位"},
    ],
}
SOUND_SMALL: Mapping[str, Number | None] = {
    "收到数": 20,
    "网上收到数": 15,
    "当面收到数": 5,
    "满意率": Decimal("98.5"),
    "收费": 0,
    "网站公开数": 300,
    "微信公开数": 100,
    "复议_维持": 2,
    "复议_纠正": 1,
}


def sample_2017(
    form: Form, changes: Mapping[str, Number | None] | None = None, *, unit: str = UNIT, year: str = ""
) -> bytes:
    """The invented county's return of the 2017 form with some figures changed."""
    return return_workbook(form, unit, {**SOUND_2017, **(changes or {})}, remark=REMARK, year=year)


def sample_2021(form: Form, changes: Mapping[str, Number | None] | None = None, *, year: str = YEAR_2021) -> bytes:
    """The invented county's return of the 2021 form with some figures changed."""
    return return_workbook(form, UNIT, {**SOUND_2021, **(changes or {})}, remark=REMARK, year=year)
