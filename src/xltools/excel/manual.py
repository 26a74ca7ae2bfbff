"""The manual inside Excel: what each button does, taken from the buttons themselves, and what to do in trouble."""

from __future__ import annotations

from typing import Final

from xltools.excel.buttons import GROUPS

_TROUBLE: Final = (
    ("点按钮没有反应", "在命令行运行 xltools addin doctor,按它说的做;仍不行,可以不用按钮:xltools check 报表.xlsx"),
    ("说文件在“受保护的视图”里", "从邮件、网上来的文件都这样打开:点上方黄条里的“启用编辑”,再点按钮。"),
    ("用的是 WPS", "按钮只能在 Excel 里用。空表自带的实时核对在 WPS 里照常可用,汇总用命令行。"),
    ("没有装 Python", "直接填空表即可,表的右侧随时显示能不能上报;装法见 docs/安装.md。"),
    ("撤销(Ctrl+Z)不起作用", "Excel 运行宏以后不能撤销以前的操作;校验的标记用“清除标记”去掉。"),
    ("提示“Could not find Interpreter”", "Python 换了位置:重新运行 xltools addin install。"),
)


def manual_lines() -> list[tuple[str, str]]:
    """Heading or button, and what there is to say of it."""
    lines: list[tuple[str, str]] = []
    for group in GROUPS:
        lines += [(f"【{group.label}】", ""), *((button.label, button.tip) for button in group.buttons)]
    return [*lines, ("【遇到问题】", ""), *_TROUBLE]
