"""退回通知: the words that go with an annotated copy, to be pasted into a message."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from xltools.annotating.numbering import (
    Section,
    by_when,
    demands_of,
    sections_of,
    to_be_filled_in_afresh,
    which_counts,
)
from xltools.annotating.opinions import advice_to_unit, message_to_unit
from xltools.findings import Finding
from xltools.form import Form
from xltools.sheetnames import OPINION_SHEET
from xltools.wording import shortened

ANYONE = "有关单位"
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

    ``unit`` is "" where nobody knows whose return it is; ``deadline`` as people write it ("7月5日"); ``copy_name`` the
    file name of the annotated copy, "" where there is none because the file as a whole could not be read; ``note`` what
    :class:`Annotated` says of a fresh copy, on which the places may be others: then ``findings`` have those.
    """
    sections = [section for section in sections_of(findings) if section.is_open]
    year = f" {period} 年" if period else ""
    file = next((found.file.rpartition("/")[2] for found in findings if found.file), "")
    which = f"{year}《{form.title}》" + (f"({file})" if file else "")
    lines = [f"{unit or ANYONE}:", f"你单位报送的{which}已审核,{_verdict(sections)}。"]
    if note:
        lines.append(note)
    for section in sections:
        has_place = [bool(found.explanation_key) for found in section.findings]
        where = "写在哪里" if all(has_place) else "哪几条可以写、写在哪里"
        confirm = f";确实无误的写情况说明({where},见退回件的“{OPINION_SHEET}”表)" if any(has_place) else ""
        lines += ["", section.heading + confirm, *_items(section)]
    if sections:
        lines += ["", *_how_to_return(sections, deadline, copy_name, note)]
    return "\n".join(lines) + "\n"


def _verdict(sections: Sequence[Section]) -> str:
    demands = demands_of(sections)
    return f"有 {demands}" if demands else "没有需要更正的"


def _items(section: Section) -> Iterator[str]:
    for number, each in section.items:
        place = f"{each.spot} " if each.first.cell else ""
        said = shortened(" ".join(message_to_unit(each.first).split()), _LONGEST)
        yield f"{number}. {place}{said}"
        if "请" not in said:
            yield f"   怎么办:{advice_to_unit(each.first)}"


def _how_to_return(sections: Sequence[Section], deadline: str, copy_name: str, note: str) -> Iterator[str]:
    until = f",并{by_when(deadline)}" if deadline else "后"
    if not copy_name:
        yield f"按上面的办法处理{until}重新报送。"
        return
    open_findings = [found for section in sections for found in section.findings]
    only, first = which_counts(sections, deadline)
    if only:
        yield only
        return
    if first:
        yield f"{first}再照下面的办法改。"
    # A fresh copy has a place of its own for every figure, whatever became of it in the unit's file.
    marked = any((found.sheet and found.cell) or (note and found.indicator) for found in open_findings)
    links = ",点“位置”可跳到那一格;有颜色的格上有批注" if marked else ""
    yield f"请打开随附的退回件“{copy_name}”:第一张表“{OPINION_SHEET}”列出了每一处{links}。"
    afresh = to_be_filled_in_afresh(sections, "退回件")
    if afresh and not note:  # with a note the copy is a fresh 空表 already
        yield f"{afresh};填好、保存{until}把这份空表交回。"
    else:
        yield f"直接在退回件里改好、保存{until}把这个文件交回,不要另建新文件。"
