"""Findings (审核结果) and the one catalogue of their codes.

A finding is for the person who has to mend something: it says where, what is wrong and what to do. Codes are never
reused for something else; docs/审核代码.md is generated from this catalogue.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from enum import StrEnum
from typing import Any

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
    ``explanation`` is the 情况说明 the unit wrote; a warning that has one is no longer open.
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

    @property
    def is_open(self) -> bool:
        """Whether somebody still has to act: an error, or a warning without a 情况说明."""
        return self.severity is Severity.ERROR or (self.severity is Severity.WARNING and not self.explanation)

    @property
    def spot(self) -> str:
        """Where in the file: ``统计表!C12``, the sheet alone, or ""."""
        return f"{self.sheet}!{self.cell}" if self.sheet and self.cell else self.cell or self.sheet

    @property
    def place(self) -> str:
        """Where, as people read it: ``吉首市.xlsx 统计表!C12``."""
        return " ".join(part for part in (self.file, self.spot) if part)


def finding(code: str, message: str, severity: Severity | None = None, /, **place: Any) -> Finding:
    """A finding of the catalogue, with its usual severity unless another is given."""
    return Finding(code, severity or CATALOGUE[code].severity, message, **place)


def advice_on(found: Finding) -> str:
    """What to do about a finding, for whoever collects the returns; the unit is told by xltools.annotating."""
    if found.code in CATALOGUE:
        return CATALOGUE[found.code].advice
    if found.explanation:
        return "单位已写情况说明,请看是否成立。"
    return "请改正。" if found.severity is Severity.ERROR else "请核对;数无误的,在“情况说明”里写明原因。"


def by_urgency(findings: Iterable[Finding]) -> list[Finding]:
    """Errors first, then open warnings, then confirmed ones, then information; otherwise in the order found."""
    order = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 3}
    return sorted(findings, key=lambda f: order[f.severity] + (f.severity is Severity.WARNING and not f.is_open))


@dataclass(frozen=True, slots=True)
class Alike:
    """Findings that say the same of several cells of one sheet, as people are shown them: once."""

    first: Finding
    cells: tuple[str, ...]

    @property
    def place(self) -> str:
        """Where, as people read it: ``吉首市.xlsx 统计表!C12、C13 等 8 格``."""
        if len(self.cells) < 2:
            return self.first.place
        shown = "、".join(self.cells[:_CELLS_SHOWN])
        more = f" 等 {len(self.cells)} 格" if len(self.cells) > _CELLS_SHOWN else ""
        return f"{self.first.file} {self.first.sheet}!{shown}{more}".strip()


def merge_alike(findings: Iterable[Finding]) -> list[Alike]:
    """The findings with the same words about several cells put together, in the order of their first."""
    cells: dict[Finding, list[str]] = {}
    for found in findings:
        key = replace(found, cell="", indicator="", indicators=(), expected=None, actual=None)
        cells.setdefault(key, []).append(found.cell)
    return [Alike(replace(key, cell=places[0]), tuple(filter(None, places))) for key, places in cells.items()]


def count_open(findings: Iterable[Finding]) -> tuple[int, int]:
    """How many errors there are, and how many warnings still wait for a 情况说明."""
    listed = [found for found in findings if found.is_open]
    errors = sum(1 for found in listed if found.severity is Severity.ERROR)
    return errors, len(listed) - errors


_CELLS_SHOWN = 4


def _catalogue(*rows: tuple[str, Severity, str, str]) -> dict[str, Code]:
    return {row[0]: Code(*row) for row in rows}


_E, _W, _I = Severity.ERROR, Severity.WARNING, Severity.INFO

CATALOGUE = _catalogue(
    ("F101", _E, "文件打不开", "请填报单位用 Excel 或 WPS 打开原件,另存为 .xlsx 再交。"),
    ("F102", _E, "文件有密码", "请填报单位取消打开密码后再交。"),
    ("F103", _E, "不是本表式的报表", "请用下发的空表填报。"),
    ("F104", _W, "表式版本不同", "数已按名称和标签读出;请核对,以后用新版空表。"),
    ("F105", _E, "文件过大或解压后过大", "请填报单位把数抄到新的空表里再交。"),
    ("F106", _I, "跳过的文件", "锁定文件、隐藏文件、不是表格的文件不读;如果是报表,请另存为 .xlsx。"),
    ("F107", _E, "扩展名与内容不符", "请用 Excel 打开后另存为 .xlsx,不要只改扩展名。"),
    ("F108", _I, "本次的输出,不计入", "无须处理。"),
    ("S201", _W, "单元格名称丢失,按标签找到", "数已读出;以后请直接在空表里填,不要复制到新文件。"),
    ("S202", _E, "名称与标签对不上", "这一格的数没有采用;请用空表重新填写。"),
    ("S203", _E, "找不到指标", "空表里的这一行被删掉了;请用空表重新填写。"),
    ("S204", _E, "年度不符", "请核对年度;确是本年的报表就改正年度。"),
    ("S205", _E, "填报单位未填", "请在表头填写单位全称。"),
    ("S206", _I, "增加了行或工作表", "增加的内容不汇总;如有应报的数,请填到规定的格里。"),
    ("S207", _I, "自动计算的格被手工填写", "已按公式核对;空表里这一格会自动相加,不必填写。"),
    ("S208", _I, "没有指定年度", "已按多数报表的年度核对;可用 --year 指定。"),
    ("S209", _W, "多出本表式没有的指标", "如果用的是改过的空表,请用 -f 指定那份空表;否则多出的数不汇总。"),
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
    ("U402", _E, "同一单位有几份不同的报表", "请与单位确认,只留一份;或用 --duplicates newest 取最新的。"),
    ("U403", _E, "不在单位名录中", "请核对单位名称,或在名录的“别名”里加上这个写法。"),
    ("U404", _I, "按别名或文件名认出单位", "无须处理;请核对是否认对。"),
    ("U405", _I, "同一份报表交了几次", "只计一份,无须处理。"),
    ("U406", _E, "本级汇总数与下级之和不等", "请与该单位核对。"),
    ("U407", _W, "汇总单位自己的报表,不计入", "若它是一个填报单位的数,请把单位名称改成名录中的填报单位(如“州本级”)。"),
    ("U408", _I, "下级随上级汇总", "上级已经报送,它的下级不再单独要求。"),
    ("U409", _I, "没有指定汇总单位", "总表的填报单位写作“汇总”;可用 --unit 指定。"),
    ("Y501", _W, "与上年相差过大", "请核对;数无误的无须修改。"),
    ("Y502", _W, "上年有数,今年空白", "请核对是否漏填;没有发生的请填 0。"),
    ("Y503", _E, "与上年的结转数不符", "上年结转应等于上年度报表的结转下年,请核对。"),
    ("L601", _E, "名称所在的行没有标签", "请在这一行写上指标的名称,或删去多余的名称。"),
    ("L602", _E, "用到不存在的名称", "请核对名称,或先给单元格命名。"),
    ("L603", _E, "公式不能识别", "请只用规定的函数和写法(见 docs/rules.md)。"),
    ("L604", _E, "不可相加的指标被求和", "请改公式,或改这个指标的汇总方式。"),
    ("L605", _E, "名称失效", "名称指向的格已不存在,请重新命名或删去。"),
    ("L606", _E, "编号、级别或名称不合要求", "请按说明改正。"),
    ("L607", _E, "重复", "编号、名称、单元格都只能用一次,请改正。"),
    ("L608", _E, "审核公式的结果不是 TRUE/FALSE", "请写成比较式,如 =甲=乙+丙。"),
    ("L609", _W, "不同软件结果可能不同", "请换一种写法。"),
    ("L610", _E, "矩阵表的名称不成套", "矩阵里每格的名称应由行名和列名拼成。"),
    ("L611", _E, "不是表式工作簿", "请在 xltools 生成的空表上修改。"),
    ("L612", _E, "自动计算的指标没有公式", "请写一条“指标=…”的审核公式,或给出 formula。"),
    ("L613", _E, "版面或公式放不下", "请按说明缩短公式、拆成几条,或调整版面的列数。"),
)
