"""Findings (审核结果) and the one catalogue of their codes.

A finding is for the person who has to mend something: it says where, what is wrong and what to do. Codes are never
reused for something else; docs/审核代码.md is generated from this catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any
from zlib import crc32

from xltools.sheetnames import RULES_SHEET

Number = int | Decimal
Figures = Mapping[str, Number | None]
"""Indicator → figure, None for a blank."""


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"
    INFO = "info"

    @property
    def chinese(self) -> str:
        return {"error": "错误", "warning": "提示", "info": "说明"}[self.value]

    @property
    def mark(self) -> str:
        return {"error": "✗", "warning": "!", "info": "·"}[self.value]


@dataclass(frozen=True, slots=True)
class Code:
    """A kind of finding: its usual severity, a short name, and what the user should do."""

    code: str
    severity: Severity
    title: str
    advice: str


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to look at.

    ``file`` is relative to the folder read, with ``/``; ``cell`` like ``C12``. ``indicator`` is the one blamed first,
    ``indicators`` all that are concerned. ``expected`` and ``actual`` are figures where there are two to compare.
    ``explanation`` is the 情况说明 the unit wrote; a warning that has one is no longer open. ``to_unit`` is the message
    in words for the unit where ``message`` speaks of what only the office knows; else "". ``computed``: which
    of the indicators the form computes, so that nobody types them; ``made_of``: from which others ``indicator`` is.
    """

    code: str
    severity: Severity
    message: str
    unit: str = ""
    file: str = ""
    sheet: str = ""
    cell: str = ""
    indicator: str = ""
    indicators: tuple[str, ...] = ()
    rule: str = ""
    expected: Number | str | None = None
    actual: Number | str | None = None
    explanation: str = ""
    to_unit: str = ""
    computed: tuple[str, ...] = ()
    made_of: tuple[str, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to look at it: an error, or a warning without a 情况说明. These are counted."""
        return self.severity is Severity.ERROR or (self.severity is Severity.WARNING and not self.explanation)

    @property
    def asks_unit(self) -> bool:
        """Whether it is the unit that has to act: it is open, and not for whoever collects the returns alone. By these
        a return is judged (可以上报, 待说明), as the sheet judges itself, and sent back."""
        return self.is_open and not (self.severity is Severity.WARNING and self.code in _NOTES_FOR_THE_OFFICE)

    @property
    def is_against_last_year(self) -> bool:
        """Whether it asks why a figure is not what it was: Y501 and Y502."""
        return self.code in _AGAINST_LAST_YEAR

    @property
    def explanation_key(self) -> str:
        """The key of its 情况说明 in ``Return.explanations``; "" where there is nothing to explain, but to mend.

        ``R0402``: of a rule, whose cell stands in the form. Any other answer holds for what was asked, in these words
        and with these figures, and for no other: ``Y501_行政复议数_8c736521``.
        """
        if self.severity is not Severity.WARNING or not (self.rule or self.code in _MAY_BE_EXPLAINED):
            return ""
        asked = f"{crc32(f'{self.sheet}!{self.cell} {self.message}'.encode()):08x}"
        return self.rule or "_".join(part for part in (self.code, self.indicator, asked) if part)

    @property
    def explanation_key_elsewhere(self) -> str:
        """The same on a sheet beside the one that 审核规则 judges, where a workbook holds several returns: the cells of
        审核规则 are not for it."""
        key = self.explanation_key
        return f"{key}{mark_of_sheet(self.sheet)}" if key and self.rule else key

    @property
    def spot(self) -> str:
        """Where in the file: ``统计表!C12``, the sheet alone, or ""."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.cell or self.sheet

    @property
    def place(self) -> str:
        """Where, as people read it: ``吉首市.xlsx 统计表!C12``."""
        return " ".join(part for part in (self.file, self.spot) if part)


def mark_of_sheet(sheet: str) -> str:
    """What the keys of a rule's 情况说明 end in where they are for the return on this sheet alone."""
    return f"_{crc32(sheet.encode()):08x}"


def finding(code: str, message: str, severity: Severity | None = None, /, **place: Any) -> Finding:
    """A finding of the catalogue, with its usual severity unless another is given."""
    return Finding(code, severity or CATALOGUE[code].severity, message, **place)


def advice_on(found: Finding) -> str:
    """What to do about a finding, in words that hold for whoever reads them: the unit, or who collects the returns."""
    if found.rule and not found.file and found.severity is Severity.ERROR:
        return "总数由各单位的报表相加:请在“明细”里找到不合的单位,改正它的报表后重新汇总。"
    if found.rule and not found.file:
        return "总数由各单位的报表相加:请在“明细”里看是哪些单位的数,由它们改正,或写情况说明。"
    if found.explanation and found.severity is Severity.WARNING:
        return "单位已写情况说明,请看是否成立。"
    if found.code == "S203" and found.cell:
        return "是这一项的,把旁边的文字改回原样;不是的请用空表重新填写。"
    if found.is_against_last_year and not found.file:
        return "总数由各单位的报表相加:请与上年的总表逐个单位比较,看是哪些单位的数,由它们核对。"
    if found.code in CATALOGUE:
        return CATALOGUE[found.code].advice
    if found.severity is not Severity.ERROR:
        return f"请核对;数确实无误的,在“{RULES_SHEET}”表的“情况说明”里写明原因。"
    named = (name for name in found.indicators if name != found.indicator and name not in found.made_of)
    others = [f"{name}的各项" if name in found.computed else name for name in named]
    elsewhere = f",或改正有关的 {first_of(others, _NAMES_SHOWN, ' 等 {} 项')}" if others else ""
    if found.made_of:
        listed = first_of(found.made_of, _NAMES_SHOWN, " 等 {} 项")
        return f"这一格由表自动计算:请改正它的各项({listed}){elsewhere};这一格的公式已被改成数的,也改正这一格。"
    return f"请改正这一格{elsewhere}。"


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then open warnings, then confirmed ones, then information; otherwise in the order found."""
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 3}
    return sorted(findings, key=lambda f: order[f.severity] + (f.severity is Severity.WARNING and not f.is_open))


@dataclass(frozen=True, slots=True)
class Alike:
    """Findings that say the same of several cells of one sheet, as people are shown them: once.

    ``first`` is the first of them in the words for all; what only holds for its own cell is left out of it, and stands
    in ``several``.
    """

    first: Finding
    several: tuple[Finding, ...]

    @property
    def cells(self) -> tuple[str, ...]:
        return tuple(found.cell for found in self.several if found.cell)

    @property
    def spot(self) -> str:
        """Where in the file: ``统计表!C12、C13 等 8 格``."""
        cells = self.cells
        if len(cells) < 2:
            return self.first.spot
        return f"{self.first.sheet}!{first_cells(cells, _CELLS_SHOWN)}"

    @property
    def place(self) -> str:
        """Where, as people read it: ``吉首市.xlsx 统计表!C12、C13 等 8 格``."""
        return f"{self.first.file} {self.spot}".strip()


def first_cells(cells: Sequence[str], most: int) -> str:
    """So many of the cells by name, and how many there are: ``C12、C13 等 8 格``."""
    return first_of(cells, most, " 等 {} 格")


def first_of(listed: Sequence[str], most: int, count: str) -> str:
    """So many of what is listed, and where there are more how many in all, in the words of ``count``: ``等 {} 份``."""
    return "、".join(listed[:most]) + (count.format(len(listed)) if len(listed) > most else "")


def merge_alike(findings: Iterable[Finding]) -> list[Alike]:
    """Findings in the same words, or words that differ in the indicator's name only, put together; in the order of
    their first."""
    alike: dict[tuple[str, ...], list[Finding]] = {}
    for found in findings:
        unnamed = found.message.replace(_named(found), "\0") if found.indicator else found.message
        key = (found.code, found.severity, found.unit, found.file, found.sheet, found.rule, found.explanation, unnamed)
        alike.setdefault(key, []).append(found)
    return [Alike(_words_for_all(several), tuple(several)) for several in alike.values()]


def _named(found: Finding) -> str:
    return f"“{found.indicator}”"


def _words_for_all(several: Sequence[Finding]) -> Finding:
    first = several[0]
    if len(several) == 1:
        return first
    message = first.message
    if first.indicator and len({found.indicator for found in several}) > 1:
        message = message.replace(_named(first), f"{_named(first)}等 {len(several)} 项", 1)
    for_all = replace(first, message=message, indicator="", indicators=(), expected=None, actual=None)
    return replace(for_all, computed=(), made_of=())


def count_open(findings: Iterable[Finding]) -> tuple[int, int]:
    """How many errors there are, and how many warnings still wait for a 情况说明."""
    listed = [found for found in findings if found.is_open]
    errors = sum(1 for found in listed if found.severity is Severity.ERROR)
    return errors, len(listed) - errors


def counts_said(errors: int, prompts: int) -> list[str]:
    """``5 处错误`` and ``7 处提示``, each where there are any."""
    return [f"{count} 处{what}" for count, what in ((errors, "错误"), (prompts, "提示")) if count]


_CELLS_SHOWN, _NAMES_SHOWN = 4, 3
_AGAINST_LAST_YEAR = frozenset({"Y501", "Y502"})
_MAY_BE_EXPLAINED = frozenset({"S202", "S206"}) | _AGAINST_LAST_YEAR
"""Prompts beside those of the form's rules that can be right as they are: only the unit knows."""
_NOTES_FOR_THE_OFFICE = frozenset({"F104", "S201", "U402", "U405", "U407"})
"""Prompts (as errors U402 does ask the unit) on which the unit can change nothing in its file, nor need it."""


def _catalogue(*rows: tuple[str, Severity, str, str]) -> dict[str, Code]:
    return {row[0]: Code(*row) for row in rows}


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

CATALOGUE = _catalogue(
    ("F101", _E, "文件打不开", "请用 Excel 或 WPS 打开原件,另存为 .xlsx 再交;打不开的请重新发一份。"),
    ("F102", _E, "文件有密码", "请取消打开密码后再交。"),
    ("F103", _E, "不是本表式的报表", "请用下发的空表填报。"),
    ("F104", _W, "表式版本不同", "数已读出,请核对;以后请用新版空表填报。"),
    ("F105", _E, "文件过大或解压后过大", "请把数抄到新的空表里再交。"),
    ("F106", _I, "跳过的文件", "临时文件、隐藏文件、不是表格的文件不读;如果是报表,请另存为 .xlsx 放进文件夹。"),
    ("F107", _E, "扩展名与内容不符", "请用 Excel 或 WPS 打开后另存为 .xlsx,不要只改文件名。"),
    ("F108", _I, "本次的输出,不计入", "无须处理。"),
    ("S201", _W, "填报格的名称丢失,按旁边的文字找到", "数已读出,请核对;以后请直接在空表里填,不要复制到新文件。"),
    ("S202", _E, "填报格与旁边的文字对不上", "这一格的数没有采用;请用空表重新填写。"),
    ("S203", _E, "找不到指标", "这一行被删掉或改动了;请用空表重新填写。"),
    ("S204", _E, "年度不符", "请核对年度;确是本年的报表就改正年度。"),
    ("S205", _E, "填报单位未填", "请在表头填写单位全称。"),
    ("S206", _I, "增加了行或工作表", "增加的内容不汇总;如有应报的数,请填到规定的格里。"),
    ("S207", _I, "自动计算的格被手工填写", "已核对;空表里这一格会自动相加,不必填写。"),
    ("S208", _I, "没有指定年度,或报表都是另一年度的", "年度不对的,请指定年度(--year)后重新运行。"),
    ("S209", _W, "多出本表式没有的指标", "多出的数不汇总;如果下发的就是改过的空表,请指定那份空表(-f)后重新运行。"),
    ("V301", _E, "不是数", "请只填阿拉伯数字,不写文字和单位。"),
    ("V302", _W, "整理后读出", "请核对读出的数;以后请只填阿拉伯数字。"),
    ("V303", _E, "负数", "请核对;这一项不应小于 0。"),
    ("V304", _E, "应为整数", "请核对;这一项不应有小数。"),
    ("V305", _E, "必填项未填", "请填写;没有就填 0。"),
    ("V306", _E, "公式没有结果", "请用 Excel 或 WPS 打开文件,保存一次再交。"),
    ("V307", _E, "公式出错", "请改正公式或直接填数。"),
    ("V308", _E, "合计未填", "请补填合计数。"),
    ("V309", _E, "整张表都没有填", "请填写后再交;确实没有发生的,至少填一个 0。"),
    ("V310", _E, "与自动计算的结果不符", "请核对;空表里这一格会自动相加。"),
    ("R", _E, "审核公式不成立", "强制性(错误)的请改正;核实性(提示)的请核对,数无误的在“情况说明”里写明原因。"),
    ("U401", _E, "没有报送", "请催报。"),
    ("U402", _E, "同一单位有几份不同的报表", "请确认以哪一份为准,只留那一份。"),
    ("U403", _E, "不在单位名录中", "请核对填报单位,写与单位名录一致的全称;写法没有错的,在名录的“别名”里加上它。"),
    ("U404", _I, "按别名或文件名认出单位", "无须处理;请核对是否认对。"),
    ("U405", _I, "同一份报表交了几次", "只计一份,无须处理。"),
    ("U406", _E, "本级汇总数与下级之和不等", "请核对本级的数与各下级的报表。"),
    ("U407", _W, "汇总单位自己的报表,不计入", "如果这是一个填报单位的数,请把填报单位改成名录里的名称(如“州本级”)。"),
    ("U408", _I, "下级随上级汇总", "上级已经报送,它的下级不再单独要求。"),
    ("U409", _I, "没有指定汇总单位", "总表的填报单位写作“汇总”;要写别的,请指定汇总单位(--unit)后重新运行。"),
    ("Y501", _W, "与上年相差过大", "请核对两年的数,有错就改;数确实无误的,由单位写情况说明。"),
    ("Y502", _W, "上年有数,今年空白", "请核对是否漏填,没有发生的请填 0;确实不填的,由单位写情况说明。"),
    ("Y503", _E, "与上年的结转数不符", "上年结转应等于上年度报表的结转下年,请核对。"),
    ("Y504", _W, "上年的表用错了", "请换成本单位上一年度的总表;确实要和这一份比较的无须处理。"),
    ("L601", _E, "名称所在的行没有标签", "请在这一行写上指标的名称,或删去多余的名称。"),
    ("L602", _E, "用到不存在的名称", "请核对名称,或先给单元格命名。"),
    ("L603", _E, "公式不能识别", "请只用规定的函数和写法,见《审核公式》(docs/rules.md)。"),
    ("L604", _E, "不可相加的指标被求和", "请改公式,或改这个指标的汇总方式。"),
    ("L605", _E, "名称失效", "名称指向的格已不存在,请重新命名或删去。"),
    ("L606", _E, "编号、级别或名称不合要求", "请按说明改正。"),
    ("L607", _E, "重复", "编号、名称、单元格都只能用一次,请改正。"),
    ("L608", _E, "审核公式得不出“成立”或“不成立”", "请写成比较式,如 =甲=乙+丙。"),
    ("L609", _W, "不同软件结果可能不同", "请换一种写法。"),
    ("L610", _E, "矩阵表的名称不成套", "矩阵里每格的名称应由行名和列名拼成。"),
    ("L611", _E, "不是表式工作簿", "请在 xltools 生成的空表上改,不要另建文件。"),
    ("L612", _E, "自动计算的指标没有公式", "请写一条“指标=…”的审核公式,或在定义里写 formula。"),
    ("L613", _E, "版面或公式放不下", "请按说明缩短公式、拆成几条,或调整版面的列数。"),
)
