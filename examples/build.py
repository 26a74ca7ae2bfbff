"""Write the examples: ``python examples/build.py [TARGET_DIR]`` (without it, beside this file).

The same sources always give the same bytes. Nothing is deleted.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from broken_rules import rule_cases
from cases import Case
from faulty_files import file_cases
from faulty_folders import folder_cases
from faulty_forms import form_cases
from xiangxi import xiangxi_files

from xltools.findings import CATALOGUE
from xltools.form import Form

XIANGXI, FAULTY, INDEX = "湘西州2017", "问题件", "目录.md"


def build(target: Path) -> None:
    """Write every example under a folder."""
    form = Form.load("xxgk2017")
    cases = faulty_cases(form)
    files = {f"{XIANGXI}/{name}": data for name, data in xiangxi_files(form).items()}
    files |= {f"{FAULTY}/{name}": data for case in cases for name, data in case.files.items()}
    files[f"{FAULTY}/{INDEX}"] = _index(cases).encode("utf-8")
    _write(target, files)


def faulty_cases(form: Form) -> list[Case]:
    """Every case of 问题件, in the order of the codes."""
    form_2021 = Form.load("xxgk2021")
    cases = [
        *file_cases(form, form_2021),
        *folder_cases(form, form_2021),
        *rule_cases(form, form_2021),
        *form_cases(),
    ]
    order = {code: position for position, code in enumerate(CATALOGUE)}
    return sorted(cases, key=lambda case: (order.get(case.code, order["R"]), case.name))


def _index(cases: Sequence[Case]) -> str:
    lines = [
        "# 问题件目录",
        "",
        "每个文件(或文件夹)只有一处问题,名称开头是审核代码。单位和数都是虚构的。本目录由 `examples/build.py` 生成。",
        "命令都在本文件夹里运行;文件夹类的先进入那个文件夹(里面的“说明.txt”写着同样的命令)。",
        "",
        "| 文件 | 级别 | 问题 | 怎么办 | 命令 |",
        "|---|---|---|---|---|",
    ]
    for case in cases:
        kind = CATALOGUE.get(case.code, CATALOGUE["R"])
        lines.append(f"| {case.name} | {case.severity.chinese} | {case.what} | {kind.advice} | `{case.command}` |")
    return "\n".join(lines) + "\n"


def _write(target: Path, files: Mapping[str, bytes]) -> None:
    for name, data in files.items():
        path = target / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
