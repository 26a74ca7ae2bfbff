"""The one table of buttons: ribbon, sheet, VBA and the manual inside Excel are all made from it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Button:
    """``macro`` names a function of :mod:`xltools.macros`; ``image`` is one of Excel's own icons (imageMso)."""

    macro: str
    label: str
    tip: str
    image: str

    @property
    def sub(self) -> str:
        """The VBA procedure behind the button."""
        return "Xlt" + "".join(word.capitalize() for word in self.macro.split("_"))


@dataclass(frozen=True, slots=True)
class Group:
    """Buttons that stand together on the ribbon."""

    label: str
    buttons: tuple[Button, ...]


THIS_RETURN: Final = Group(
    "本表",
    (
        Button(
            "check", "校验", "核对这张报表:有问题的格涂色、加批注,另列成“审核结果”表。不改任何数。", "ErrorChecking"
        ),
        Button("next_problem", "下一个问题", "重新核对一遍,跳到下一个有问题的格。", "ReviewNextComment"),
        Button("clear_marks", "清除标记", "去掉校验加上的颜色、批注和“审核结果”表,恢复原样。", "ClearFormats"),
        Button("export_return", "导出上报件", "另存一份不带宏的 .xlsx,用来上报。", "FileSaveAs"),
    ),
)
CONSOLIDATION: Final = Group(
    "汇总",
    (
        Button(
            "consolidate_folder", "选择文件夹汇总…", "选一个放报表的文件夹,汇总其中的报表,打开总表。", "Consolidate"
        ),
        Button("show_status", "报送情况", "看谁报了、谁没报、每个文件的处理结果。", "WatchWindow"),
        Button("trace_selected", "查看出处", "选中总表上的一个数,看它来自哪个单位、文件、格。", "TracePrecedents"),
        Button(
            "compare_with_previous", "与上年比较", "选上年的总表,标出增减过大、上年有今年空的数。", "ViewSideBySide"
        ),
    ),
)
FORM: Final = Group(
    "表式",
    (
        Button("new_template", "新建空表", "在选定的文件夹里生成一份空表并打开。", "FileNew"),
        Button("lint_form", "检查表式", "在 Excel 里改过空表之后,检查名称、标签、公式有没有问题。", "DataValidation"),
    ),
)
HELP: Final = Group(
    "帮助",
    (
        Button("manual", "使用手册", "每个按钮做什么,遇到问题怎么办。", "Help"),
        Button("diagnose", "环境诊断", "检查 Excel、Python 和安全设置,逐条说明怎么办。", "FileDocumentInspect"),
    ),
)
GROUPS: Final = (THIS_RETURN, CONSOLIDATION, FORM, HELP)
