"""Writes the parts of the manual that follow from the program: 命令.md (every command's help) and 审核代码.md (every
finding code, with the message that the faulty example really gives). A test keeps the files in step.

    python docs/generate.py
"""

from __future__ import annotations

import json
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import chdir
from pathlib import Path
from typing import Any

import click
from click.testing import CliRunner

from xltools.cli import main, speak_chinese
from xltools.commands.help import WideContext
from xltools.findings import CATALOGUE, Severity
from xltools.form import Form
from xltools.formsource import packaged_ids

DOCS = Path(__file__).resolve().parent
FAULTY = DOCS.parent / "examples" / "问题件"
_KINDS = {
    "F": "F 文件", "S": "S 结构", "V": "V 数值", "R": "R 审核公式", "U": "U 单位", "Y": "Y 与上年比较", "L": "L 表式",
}  # fmt: skip
_NOWHERE = {"file": None, "sheet": None, "cell": None}
_MADE = "<!-- 本文由 docs/generate.py 生成,请勿手改。 -->"


def pages() -> dict[str, str]:
    """The generated pages by file name."""
    return {"命令.md": _commands_page(), "审核代码.md": _codes_page()}


def _commands_page() -> str:
    speak_chinese()
    lines = [
        "# 命令", "", _MADE, "",
        "退出码:0 没有错误(可以有提示);1 有错误,结果照样写出;2 没有运行,什么也没写。",
        "给人看的结果印在标准输出;用了 `--json -` 时标准输出只有 JSON,其余印在标准错误。", "",
    ]  # fmt: skip
    for path, command in _walk(main, ("xltools",)):
        settings = {**command.context_settings, "terminal_width": 100, "max_content_width": 100}
        context = WideContext(command, info_name=" ".join(path), **settings)
        lines += [f"## {' '.join(path)}", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return "\n".join(lines)


def _walk(command: click.Command, path: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name, child in command.commands.items():
            yield from _walk(child, (*path, name))


def _codes_page() -> str:
    examples = _examples()
    lines = [
        "# 审核代码", "", _MADE, "",
        "每条审核结果有一个代码。**错误**要改正;**提示**请核对,数无误的在“情况说明”里写明原因;**说明**只是告知。",
        "“例”是 `examples/问题件/` 里同名文件实际得到的话;怎样运行见那里的 `目录.md`。", "",
    ]  # fmt: skip
    for prefix, kind in _KINDS.items():
        lines += [f"## {kind}", ""]
        for code in (code for code in CATALOGUE if code.startswith(prefix)):
            entry = CATALOGUE[code]
            lines += [f"### {code} {entry.title}", "", f"级别:{entry.severity.chinese}。{entry.advice}", ""]
            lines += [f"例:{examples[code]}", ""] if code in examples else []
        if prefix == "R":
            lines += [line for form_id in packaged_ids() for line in _rules(Form.load(form_id), examples)]
    return "\n".join(lines)


def _rules(form: Form, examples: Mapping[str, str]) -> Iterator[str]:
    yield f"### {form.title}({form.id})"
    yield ""
    yield "| 编号 | 级别 | 要求 | 公式 |"
    yield "|---|---|---|---|"
    for rule in form.rules:
        formula = rule.formula.replace("|", "\\|")
        yield f"| {rule.id} | {rule.level} | {rule.description} | `={formula}` |"
    yield ""
    shown = [(rule.id, examples[key]) for rule in form.rules if (key := f"{form.id} {rule.id}") in examples]
    yield "例:"
    yield ""
    yield from (f"- {rule_id}:{example}" for rule_id, example in shown)
    yield ""


def _examples() -> dict[str, str]:
    """Code → place and message of the first finding with it, as its example gives it; a rule's key is preceded by its
    form's id."""
    found: dict[str, str] = {}
    for name, command in _index().items():
        code = name.rsplit("/", 1)[-1].split("_")[0]
        report = _report(name, command)
        for finding in report["findings"]:
            if finding["code"] == code:
                cell = f"{finding['sheet']}!{finding['cell']}" if finding["cell"] else finding["sheet"]
                place = " ".join(part for part in (finding["file"], cell) if part)
                key = code if code in CATALOGUE else f"{report['form']['id']} {code}"
                found.setdefault(key, f"{place} {Severity(finding['severity']).chinese}:{finding['message']}".strip())
    return found


def _index() -> dict[str, list[str]]:
    text = (FAULTY / "目录.md").read_text(encoding="utf-8")
    rows = re.finditer(r"^\| (\S+) \|.*\| `(.*)` \|$", text, re.MULTILINE)
    return {row[1].rstrip("/"): shlex.split(row[2]) for row in rows}


def _report(name: str, command: list[str]) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as temporary:
        place = Path(temporary) / "件"
        if (FAULTY / name).is_dir():
            shutil.copytree(FAULTY / name, place)
        else:
            (place / name).parent.mkdir(parents=True)
            shutil.copy2(FAULTY / name, place / name)
        with chdir(place):
            result = CliRunner().invoke(main, [*command[1:], "--json", "结果.json"])
            if name.startswith("表式/L611"):  # a workbook that is no form at all is refused outright
                refusal = {"code": "L611", "severity": "error", "message": result.stderr.strip(), **_NOWHERE}
                return {"findings": [refusal]}
            if result.exit_code not in (0, 1):
                raise RuntimeError(f"{name}: {result.output}")
            report: dict[str, Any] = json.loads(Path("结果.json").read_text(encoding="utf-8"))
    return report


if __name__ == "__main__":
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else DOCS
    for file_name, text in pages().items():
        (folder / file_name).write_text(text, encoding="utf-8", newline="\n")
