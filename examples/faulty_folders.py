"""问题件 that take several files: units and rosters, the previous year, what lies about in a folder."""

from __future__ import annotations

from collections.abc import Mapping

from cases import CONSOLIDATE, NEIGHBOUR, REMARK, ROOT, UNIT, Case, folder_case
from sample import SMALL_FORM, SOUND_SMALL, sample_2017, sample_2021
from workbooks import over_typed, roster_workbook

from xltools.consolidating import Options, consolidate
from xltools.definition import dumps, form_of
from xltools.form import Form
from xltools.reading.reader import read_bytes
from xltools.returns import Source
from xltools.writing.total import build_total

_OWN, _ROSTER, _PREVIOUS = f"上报/{UNIT}.xlsx", "单位名录.xlsx", "上年汇总.xlsx"
_BELOW = f"{UNIT}公安局"
_LOCK = "示例".encode("utf-16-le").ljust(165, b"\0")


def folder_cases(form: Form, form_2021: Form) -> list[Case]:
    """Cases of F106, F108, S208, V310, U and Y codes."""
    return [
        *_stray_files(form),
        *_periods(form_2021),
        *_units(form),
        *_trees(form),
        *_previous_years(form, form_2021),
        _stated_nowhere(),
    ]


def _stray_files(form: Form) -> list[Case]:
    own = {_OWN: sample_2017(form), _ROSTER: _roster((UNIT, ROOT))}
    text, scan = "不是表格\r\n".encode(), b"%PDF-1.4\n%%EOF\n"
    strays = {f"上报/~${UNIT}.xlsx": _LOCK, "上报/通讯录.txt": text, "上报/扫描件.pdf": scan}
    output = {"上报/汇总.xlsx": _total(form, {_OWN: own[_OWN]})}
    inside = "xltools consolidate 上报 --roster 单位名录.xlsx -o 上报/汇总.xlsx"
    return [
        folder_case("F106", "跳过的文件", "文件夹里还有锁定文件、文本文件和扫描件,不读,但都列出。", own | strays),
        folder_case("F108", "本次的输出", "汇总表写在上报的文件夹里,不会再汇总一次。", own | output, command=inside),
    ]


def _periods(form_2021: Form) -> list[Case]:
    command = "xltools consolidate 上报 -f xxgk2021 --roster 单位名录.xlsx -o 汇总.xlsx"
    files = {_OWN: sample_2021(form_2021), _ROSTER: _roster((UNIT, ROOT))}
    return [folder_case("S208", "没有指定年度", "2021 年表式每年都用,没有写明要哪一年的。", files, command=command)]


def _units(form: Form) -> list[Case]:
    own, neighbour = sample_2017(form), f"上报/{NEIGHBOUR}.xlsx"
    roster, both = _roster((UNIT, ROOT)), _roster((UNIT, ROOT), (NEIGHBOUR, ROOT))
    alias = _roster((UNIT, ROOT, f"{UNIT}人民政府"))
    office = sample_2017(form, unit=f"{NEIGHBOUR}政府办")
    changed, again = f"上报/{UNIT}(改).xlsx", f"上报/{UNIT}(再发).xlsx"
    alone = "xltools consolidate 上报 -o 汇总.xlsx"
    return [
        folder_case("U401", "没有报送", f"名录里有“{NEIGHBOUR}”,没有它的报表。", {_OWN: own, _ROSTER: both}),
        folder_case(
            "U402", "同一单位有几份不同的报表", "两份报表的查阅点数不同,不知道以哪份为准。",
            {_OWN: own, changed: sample_2017(form, {"查阅点数": 8}), _ROSTER: roster},
        ),
        folder_case(
            "U403", "不在单位名录中", f"写的是“{NEIGHBOUR}政府办”,名录里是“{NEIGHBOUR}”,因此它也算没有报送(U401)。",
            {_OWN: own, neighbour: office, _ROSTER: both},
        ),
        folder_case(
            "U404", "按别名认出单位", f"写的是“{UNIT}人民政府”,名录的别名里有。",
            {_OWN: sample_2017(form, unit=f"{UNIT}人民政府"), _ROSTER: alias},
        ),
        folder_case("U405", "同一份报表交了两次", "两份内容相同,只计一份。", {_OWN: own, again: own, _ROSTER: roster}),
        folder_case(
            "U407", "汇总单位自己的报表", f"“{ROOT}”是汇总单位,它自己的报表不计入合计。",
            {_OWN: own, f"上报/{ROOT}.xlsx": sample_2017(form, unit=ROOT), _ROSTER: roster},
        ),
        folder_case("U409", "没有指定汇总单位", "没有名录,也没有 --unit。", {_OWN: own}, command=alone),
    ]  # fmt: skip


def _trees(form: Form) -> list[Case]:
    roster = _roster((UNIT, ROOT), (_BELOW, UNIT))
    own, below = sample_2017(form), sample_2017(form, {"查阅点数": 5}, unit=_BELOW)
    files = {_OWN: own, f"上报/{_BELOW}.xlsx": below, _ROSTER: roster}
    return [
        folder_case("U406", "汇总数与下级之和不等", f"“{UNIT}”报的查阅点数是 6,它的下级只有 5。", files),
        folder_case(
            "U408", "下级随上级汇总", f"“{UNIT}”已经报送,它的下级“{_BELOW}”不再单独要求。", {_OWN: own, _ROSTER: roster}
        ),
    ]


def _previous_years(form: Form, form_2021: Form) -> list[Case]:
    command, roster = f"{CONSOLIDATE} --previous {_PREVIOUS}", _roster((UNIT, ROOT))
    before = _total(form, {_OWN: sample_2017(form, year="2016")}, "2016")
    more_open = sample_2021(form_2021, {"本年新收_自然人": 31, "结转下年_自然人": 4}, year="2022")
    carried = _total(form_2021, {_OWN: more_open}, "2022")
    later = f"{command} -f xxgk2021 --year 2023"
    shared = {_ROSTER: roster, _PREVIOUS: before}
    return [
        folder_case(
            "Y501", "与上年相差过大", "接受培训人次上年 120,今年 900。",
            {_OWN: sample_2017(form, {"接受培训人次": 900}), **shared}, command=command,
        ),
        folder_case(
            "Y502", "上年有数今年空白", "政策解读稿件数上年 20,今年空白。",
            {_OWN: sample_2017(form, {"政策解读稿件数": None}), **shared}, command=command,
        ),
        folder_case(
            "Y503", "与上年的结转数不符", "上年结转下年 4 件,今年的上年结转填 2 件。",
            {_OWN: sample_2021(form_2021), _ROSTER: roster, _PREVIOUS: carried}, command=later,
        ),
        folder_case(
            "Y504", "上年的表用错了", "“上年汇总.xlsx”也是 2017 年度的。",
            {_OWN: sample_2017(form), _ROSTER: roster, _PREVIOUS: _total(form, {_OWN: sample_2017(form)})},
            command=command,
        ),
    ]  # fmt: skip


def _stated_nowhere() -> Case:
    small = form_of(SMALL_FORM, "表式.json")
    typed = over_typed(small, UNIT, SOUND_SMALL, {"公开合计数": 450}, remark=REMARK, year="")
    what = "“公开合计数”由公式自动相加(没有另写审核公式),被手工改成 450,各项之和是 400;因此还有 S207。"
    files = {_OWN: typed, _ROSTER: _roster((UNIT, ROOT)), "表式.json": dumps(SMALL_FORM).encode("utf-8")}
    command = "xltools consolidate 上报 -f 表式.json --roster 单位名录.xlsx -o 汇总.xlsx"
    return folder_case("V310", "与自动计算的结果不符", what, files, command=command)


def _roster(*units: tuple[str, ...]) -> bytes:
    """Units as (name, superior) or (name, superior, aliases)."""
    return roster_workbook([(unit[0], unit[1], "县市", "", "".join(unit[2:])) for unit in units])


def _total(form: Form, files: Mapping[str, bytes], period: str = "") -> bytes:
    """The total workbook of a few returns, as ``xltools consolidate`` writes it."""
    returns = [read_bytes(data, form, Source(path)) for path, data in files.items()]
    return build_total(consolidate(returns, form, None, Options(ROOT, period)))
