"""A case of 问题件: what is wrong, in which files, and the command that shows it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from xltools.findings import CATALOGUE, Severity

UNIT, NEIGHBOUR, ROOT = "甲县", "乙县", "示例州"
REMARK = "示例:单位和数都是虚构的,这份报表里故意放了一处问题。"
CONSOLIDATE = "xltools consolidate 上报 --roster 单位名录.xlsx -o 汇总.xlsx"


@dataclass(frozen=True, slots=True)
class Case:
    """``code``: the finding it gives. ``files``: contents by path under 问题件. ``what``: one Chinese sentence."""

    code: str
    severity: Severity
    name: str
    what: str
    command: str
    files: Mapping[str, bytes]


def file_case(
    code: str,
    title: str,
    what: str,
    data: bytes,
    *,
    severity: Severity | None = None,
    command: str = "",
    folder: str = "",
) -> Case:
    """A case that is one file; without a severity the catalogue's, without a command ``xltools check`` of it."""
    name = f"{folder}{code}_{title}"
    name += "" if "." in title else ".xlsx"
    command = command or f"xltools check {name}"
    return Case(code, severity or CATALOGUE[code].severity, name, what, command, {name: data})


def folder_case(code: str, title: str, what: str, contents: Mapping[str, bytes], *, command: str = CONSOLIDATE) -> Case:
    """A case that takes several files; 说明.txt in its folder says what to run there."""
    name = f"{code}_{title}"
    text = f"{code} {title}\r\n{what}\r\n\r\n在这个文件夹里运行:\r\n{command}\r\n"
    inside = {"说明.txt": ("\ufeff" + text).encode("utf-8"), **contents}  # old Notepad needs the mark to read UTF-8
    files = {f"{name}/{path}": data for path, data in inside.items()}
    return Case(code, CATALOGUE[code].severity, f"{name}/", what, command, files)
