"""examples/湘西州2017: ten returns whose sums are exactly the table that 湘西州 published for 2017.

The published total, and the part of the prefecture level (州本级) where the report's prose gives it, are facts; how
the rest is shared out is made up. It is made up so that every return adds up by itself, and so that what does not add
up in the published table (see the README beside this file) shows in as few returns as possible.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from workbooks import return_workbook, roster_workbook

from xltools.findings import Number
from xltools.form import Form

PUBLISHED = Path(__file__).resolve().parents[1] / "tests" / "data" / "xiangxi_2017_published.csv"
ROOT, PREFECTURE, COUNTY_GROUP = "湘西州", "州本级", "县市"

# Unit: (code, aliases, weight). The weights only make the invented shares differ in size; they measure nothing.
COUNTIES: Mapping[str, tuple[str, str, int]] = {
    "吉首市": ("433101", "吉首", 31),
    "泸溪县": ("433122", "泸溪", 28),
    "凤凰县": ("433123", "凤凰", 35),
    "花垣县": ("433124", "花垣", 29),
    "保靖县": ("433125", "保靖", 28),
    "古丈县": ("433126", "古丈", 14),
    "永顺县": ("433127", "永顺", 43),
    "龙山县": ("433130", "龙山", 50),
    "湘西经开区": ("", "湘西经济开发区、经开区", 9),
}
_STEP = {"专项经费": Decimal("0.1")}  # 万元 may have decimals; everything else is counted

# The prefecture level where the report is silent. 45237, the very figure of 其他方式公开数, is put into one return: as
# if one clerk had pasted the prefecture's total into the wrong row.
_PREFECTURE: Mapping[str, int] = {
    "制发规范性文件总数": 25,
    "新闻发布会次数": 12,
    "主要负责人新闻发布会次数": 12,
    "在线访谈次数": 6,
    "主要负责人在线访谈次数": 6,
    "政策解读稿件数": 45,
    "其他方式回应数": 45237,
    "当面申请数": 1,
    "网络申请数": 8,
    "信函申请数": 1,
    "按时办结数": 10,
    "同意公开答复数": 10,
    "行政诉讼数": 1,
    "诉讼维持数": 1,
    "专门机构数": 1,
    "工作人员数": 162,
}

# What is not shared out by weight: few cases belong to one unit, and 专门机构 are one each.
_ALONE: Mapping[str, str] = {
    **dict.fromkeys(("收到申请数", "网络申请数", "信函申请数", "申请办结数", "按时办结数", "同意公开答复数"), "吉首市"),
    "复议其他数": "吉首市",
    **dict.fromkeys(("行政诉讼数", "诉讼维持数"), "凤凰县"),
}
_ONE_EACH = "专门机构数"
_OPEN_REVIEWS = "吉首市"  # the counties' 15 行政复议 without an outcome

_SUMS: Mapping[str, tuple[str, ...]] = {
    "主动公开政府信息数": ("政府公报公开数", "政府网站公开数", "政务微博公开数", "政务微信公开数", "其他方式公开数"),
    "制发规范性文件总数": ("主动公开规范性文件数",),
    "主要负责人新闻发布会次数": ("新闻发布会次数",),
    "行政复议数": ("复议维持数", "复议纠错数", "复议其他数"),
    "工作人员数": ("专职人员数", "兼职人员数"),
}

_REMARK = {
    PREFECTURE: "示例:年报正文写明州本级的数照录,其余各数为演示而编,并非公布数;十份报表之和等于公布的全州数。",
    COUNTY_GROUP: "示例:县市分解数为演示而编,并非公布数;十份报表之和等于公布的全州数。",
}
_PUBLISHED_REMARK = "各数照录湘西州公布的 2017 年度统计表,公布时空白的仍空白。"
_EXPLANATIONS = {_OPEN_REVIEWS: {"R0402": "示例说明:其中 15 件年末尚未审结。"}}


def xiangxi_files(form: Form) -> dict[str, bytes]:
    """The roster, the published table and the ten returns, by path under the example's folder."""
    published = {row["name"]: _number(row["published"]) for row in _published()}
    files = {
        "单位名录.xlsx": roster_workbook(_roster()),
        "公布的统计表.xlsx": return_workbook(form, ROOT, published, remark=_PUBLISHED_REMARK),
    }
    for unit, values in split(form).items():
        remark = _REMARK[PREFECTURE if unit == PREFECTURE else COUNTY_GROUP]
        explained = _EXPLANATIONS.get(unit)
        files[f"上报/{unit}.xlsx"] = return_workbook(form, unit, values, remark=remark, explanations=explained)
    return files


def split(form: Form) -> dict[str, dict[str, Number | None]]:
    """Unit → indicator → figure. ValueError where the figures do not add up to the published ones."""
    facts = {row["name"]: row for row in _published()}
    units: dict[str, dict[str, Number | None]] = {unit: {} for unit in (PREFECTURE, *COUNTIES)}
    for name in form.indicators:
        total = _number(facts[name]["published"])
        if total is None:
            continue
        given = _number(facts[name]["prefecture_level"])
        own = _PREFECTURE.get(name, 0) if given is None else given
        units[PREFECTURE][name] = own
        for unit, share in _shares(name, total - own).items():
            units[unit][name] = share
    _add_up(units)
    for name in form.indicators:
        parts = [value for values in units.values() if (value := values.get(name)) is not None]
        if parts and sum(parts) != _number(facts[name]["published"]):
            raise ValueError(f"{name}: {sum(parts)} is not the published {facts[name]['published']}")
    return {unit: {name: values.get(name) for name in form.indicators} for unit, values in units.items()}


def _published() -> list[dict[str, str]]:
    with PUBLISHED.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _number(text: str) -> int | None:
    return int(text) if text else None


def _shares(name: str, amount: int) -> dict[str, Number]:
    """The counties' shares of an amount."""
    if name in _ALONE:
        return {unit: amount if unit == _ALONE[name] else 0 for unit in COUNTIES}
    if name == _ONE_EACH:
        return {unit: 1 if code else 0 for unit, (code, _, _) in COUNTIES.items()}
    step = _STEP.get(name)
    if step is None:
        return dict(_by_weight(amount))
    return {unit: share * step for unit, share in _by_weight(int(amount / step)).items()}


def _by_weight(amount: int) -> dict[str, int]:
    """Whole shares in proportion to the weights; what is left goes to the largest remainders, first unit first."""
    weights = {unit: weight for unit, (_, _, weight) in COUNTIES.items()}
    whole = sum(weights.values())
    shares = {unit: amount * weight // whole for unit, weight in weights.items()}
    by_remainder = sorted(weights, key=lambda unit: -(amount * weights[unit] % whole))
    for unit in by_remainder[: amount - sum(shares.values())]:
        shares[unit] += 1
    return shares


def _add_up(units: Mapping[str, dict[str, Number | None]]) -> None:
    """Counties' totals follow from their parts, so that each return is consistent by itself."""
    for unit in COUNTIES:
        for total, parts in _SUMS.items():
            units[unit][total] = sum(units[unit][part] or 0 for part in parts)
    reviews = sum(values["行政复议数"] or 0 for values in units.values())
    published = next(int(row["published"]) for row in _published() if row["name"] == "行政复议数")
    units[_OPEN_REVIEWS]["行政复议数"] = (units[_OPEN_REVIEWS]["行政复议数"] or 0) + published - reviews


def _roster() -> list[tuple[str, str, str, str, str]]:
    return [
        (PREFECTURE, ROOT, PREFECTURE, "", "湘西州本级、州直"),
        *((unit, ROOT, COUNTY_GROUP, code, aliases) for unit, (code, aliases, _) in COUNTIES.items()),
    ]
