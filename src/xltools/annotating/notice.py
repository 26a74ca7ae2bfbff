"""退回通知: the words that go with an annotated copy, to be pasted into a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.findings import Alike, Finding, Severity, advice_on, by_urgency, merge_alike
from xltools.form import Form
from xltools.sheetnames import OPINION_SHEET, RULES_SHEET
from xltools.wording import shortened

_LONGEST = 500


def cover_text(
    unit: str,
    period: str,
    findings: Sequence[Finding],
    form: Form,
    *,
    deadline: str = "",
    copy_name: str = "",
    note: str = "",
) -> str:
    """The notice to one unit, in lines: what to correct, what to confirm, and how to send it back.

    ``deadline`` as people write it ("7月5日"); ``copy_name`` the file name of the annotated copy, "" where there is
    none because the file as a whole could not be read; ``note`` what :class:`Annotated` says of the copy.
    """
    alike = [each for each in merge_alike(by_urgency(findings)) if each.first.is_open]
    errors = [each for each in alike if each.first.severity is Severity.ERROR]
    asked = [each for each in alike if each.first.severity is not Severity.ERROR]
    year = f" {period} 年" if period else ""
    file = next((found.file.rpartition("/")[2] for found in findings if found.file), "")
    which = f"{year}《{form.title}》" + (f"({file})" if file else "")
    lines = [f"{unit}:", f"你单位报送的{which}已审核,{_verdict(errors, asked)}。"]
    if note:
        lines.append(note)
    if errors:
        lines += ["", f"一、请更正({_count(errors)} 处)", *_items(errors)]
    if asked:
        number = "二" if errors else "一"
        by_rule = any(each.first.rule for each in asked)
        confirm = f";数确实无误的,在“{RULES_SHEET}”表的“情况说明”里写明原因" if by_rule else ""
        lines += ["", f"{number}、请核对({_count(asked)} 处){confirm}", *_items(asked)]
    if errors or asked:
        lines += ["", *_how_to_return(deadline, copy_name)]
    return "\n".join(lines) + "\n"


def _count(listed: Sequence[Alike]) -> int:
    return sum(len(each.several) for each in listed)


def _verdict(errors: Sequence[Alike], asked: Sequence[Alike]) -> str:
    said = [
        f"{_count(errors)} 处错误需要更正" if errors else "",
        f"{_count(asked)} 处提示需要核对" if asked else "",
    ]
    return "有 " + ",".join(text for text in said if text) if errors or asked else "没有需要更正的"


def _items(listed: Sequence[Alike]) -> Iterator[str]:
    for number, each in enumerate(listed, 1):
        place = each.spot if each.first.cell else ""
        said = shortened(" ".join(each.first.message.split()), _LONGEST)
        yield f"{number}. {place + ' ' if place else ''}{said}"
        if "请" not in said:
            yield f"   怎么办:{advice_on(each.first)}"


def _how_to_return(deadline: str, copy_name: str) -> Iterator[str]:
    until = f",并于 {deadline} 前" if deadline else "后"
    if copy_name:
        yield (
            f"请打开随附的退回件“{copy_name}”:第一张表“{OPINION_SHEET}”列出了每一处,点“位置”可跳到那一格;"
            "有颜色的格上有批注。"
        )
        yield f"直接在退回件里改好、保存{until}把这个文件交回,不要另建新文件。"
    else:
        yield f"按上面的办法处理{until}重新报送。"
