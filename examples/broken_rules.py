"""问题件 for the audit rules: of each rule of the 2017 form, one return that breaks it and nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from cases import REMARK, UNIT, Case, file_case
from sample import SOUND_2017, SOUND_2021, YEAR_2021, sample_2017, sample_2021
from workbooks import over_typed

from xltools.checking import rule_severity
from xltools.findings import Number, Severity
from xltools.form import Form

_NAMES = list(SOUND_2017)
_NO_APPLICATION = dict.fromkeys(_NAMES[_NAMES.index("收到申请数") : _NAMES.index("行政复议数")], 0)

# Rule: (what is wrong, the figures that make it so).
_BREAKING: Mapping[str, tuple[str, Mapping[str, Number]]] = {
    "R0101": ("主动公开数小于一个渠道", {"政府网站公开数": 3500}),
    "R0102": ("主动公开数大于渠道之和", {"主动公开政府信息数": 3300}),
    "R0103": ("主动公开规范性文件多于制发", {"制发规范性文件总数": 10}),
    "R0104": ("规范性文件多于主动公开总数", {"主动公开规范性文件数": 3100, "制发规范性文件总数": 3100}),
    "R0201": ("主要负责人发布会多于总次数", {"主要负责人新闻发布会次数": 5}),
    "R0202": ("主要负责人访谈多于总次数", {"主要负责人在线访谈次数": 3}),
    "R0203": ("微博微信回应多于热点数", {"微博微信回应数": 9}),
    "R0204": ("其他方式回应多于热点数", {"其他方式回应数": 10}),
    "R0205": ("错行粘贴", {"其他方式公开数": 450, "其他方式回应数": 450, "回应热点舆情数": 500}),
    "R0301": ("收到数不等于四种方式之和", {"收到申请数": 21}),
    "R0302": ("办结数不等于按时加延期", {"按时办结数": 17}),
    "R0303": ("办结数大于收到数", {"收到申请数": 19, "当面申请数": 1}),
    "R0304": ("答复数大于办结数", {"申请答复数": 21, "同意公开答复数": 11}),
    "R0305": ("答复数不等于八种答复之和", {"同意公开答复数": 9}),
    "R0306": ("不同意公开不等于六种情形之和", {"涉及商业秘密": 0}),
    "R0401": ("复议结果多于复议数", {"复议维持数": 4}),
    "R0402": ("复议结果少于复议数", {"行政复议数": 5}),
    "R0501": ("诉讼结果多于诉讼数", {"诉讼维持数": 2}),
    "R0502": ("诉讼结果少于诉讼数", {"行政诉讼数": 3}),
    "R0701": ("没有申请却有收费", {**_NO_APPLICATION, "依申请收费": Decimal("0.5")}),
    "R0702": ("收费按元填报", {"依申请收费": 120}),
    "R0801": ("工作人员不等于专职加兼职", {"专职人员数": 3}),
    "R0802": ("经费按元填报", {"专项经费": 55000}),
    "R0901": ("有培训人次没有培训班", {"培训班数": 0}),
    "R0902": ("有培训班没有培训人次", {"接受培训人次": 0}),
}


def rule_cases(form: Form, form_2021: Form) -> list[Case]:
    """One case per rule of the 2017 form, and two of the 2021 form."""
    cases = [
        file_case(
            rule.id, title, f"应当:{rule.description}。", sample_2017(form, changes), severity=rule_severity(rule)
        )
        for rule in form.rules
        for title, changes in [_BREAKING[rule.id]]
    ]
    check = "xltools check -f xxgk2021 "
    balance, total = "2021表式_新收加结转不等于办理加结转", "2021表式_手填的总计不等于各项之和"
    over = over_typed(form_2021, UNIT, SOUND_2021, {"诉讼未经复议_总计": 0}, remark=REMARK, year=YEAR_2021)
    return [
        *cases,
        file_case(
            "R0301", balance, "2021 年表式:第一项加第二项应等于第三项加第四项。",
            sample_2021(form_2021, {"结转下年_自然人": 2}), severity=Severity.ERROR,
            command=f"{check}R0301_{balance}.xlsx",
        ),
        file_case(
            "R0402", total, "2021 年表式:自动相加的总计被手工改成 0,各项之和是 3。",
            over, severity=Severity.ERROR,
            command=f"{check}R0402_{total}.xlsx",
        ),
    ]  # fmt: skip
