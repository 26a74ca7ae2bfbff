"""Finding a form by its id, its definition file or its canonical workbook."""

from __future__ import annotations

import json
from dataclasses import replace
from functools import cache
from importlib import resources
from pathlib import Path
from typing import Any

from xltools.definition import form_of
from xltools.errors import reason_of
from xltools.findings import Finding, Severity
from xltools.form import Form, FormError
from xltools.formlint import lint, lint_definition


def load_form(source: str | Path) -> Form:
    """A sound form, or :class:`FormError` with everything that is wrong with it in Chinese."""
    if str(source) in packaged_ids():
        return packaged_form(str(source))
    form, defects = load_with_defects(source)
    errors = tuple(_located(defect) for defect in defects if defect.severity is Severity.ERROR)
    if errors:
        raise FormError(str(source), errors)
    return form


def load_with_defects(source: str | Path) -> tuple[Form, list[Finding]]:
    """A form with what :mod:`xltools.formlint` says of it; :class:`FormError` where there is no form to speak of."""
    if str(source) in packaged_ids():
        form = packaged_form(str(source))
        return form, lint(form)
    path = Path(source)
    try:
        data = path.read_bytes()
    except FileNotFoundError as error:
        known = "、".join(packaged_ids())
        raise FormError(str(source), (f"没有这个文件,也不是自带的表式(自带:{known})",)) from error
    except OSError as error:
        raise FormError(str(source), (f"读不了这个文件:{reason_of(error)}",)) from error
    if data[:2] == b"PK":
        from xltools.formbook import form_of_workbook

        return form_of_workbook(data, str(source))
    definition = _parsed(data, str(source))
    form = form_of(definition, str(source))
    return form, [replace(defect, file=str(source)) for defect in (*lint_definition(definition, form), *lint(form))]


@cache
def packaged_ids() -> tuple[str, ...]:
    """The ids of the forms that ship with the program."""
    folder = resources.files("xltools").joinpath("forms")
    return tuple(sorted(entry.name.removesuffix(".json") for entry in folder.iterdir() if entry.name.endswith(".json")))


@cache
def packaged_form(form_id: str) -> Form:
    """A form that ships with the program; KeyError for an id that does not."""
    if form_id not in packaged_ids():
        raise KeyError(form_id)
    text = resources.files("xltools").joinpath("forms", f"{form_id}.json").read_text(encoding="utf-8")
    return form_of(json.loads(text), form_id)


def _parsed(data: bytes, source: str) -> Any:
    try:
        parsed = json.loads(data.decode("utf-8-sig"), parse_constant=_refuse_constant)
    except UnicodeDecodeError as error:
        raise FormError(source, ("不是 UTF-8 编码的 JSON,也不是 .xlsx 工作簿",)) from error
    except json.JSONDecodeError as error:
        mistake = _JSON_MISTAKES.get(error.msg, "写法不合 JSON")
        raise FormError(source, (f"JSON 第 {error.lineno} 行第 {error.colno} 列写错了:{mistake}",)) from error
    except RecursionError as error:
        raise FormError(source, (_TOO_DEEP,)) from error
    except ValueError as error:  # Python refuses to read whole numbers of several thousand digits
        raise FormError(source, ("JSON 里有过长的数,或不是数的 NaN、Infinity:请改成普通的数",)) from error
    if _is_deeper(parsed, _MOST_LEVELS):
        raise FormError(source, (_TOO_DEEP,))
    return parsed


_MOST_LEVELS = 50  # a definition needs fewer than ten; what walks through it afterwards is recursive
_TOO_DEEP = f"JSON 一层套一层超过了 {_MOST_LEVELS} 层,不是表式定义"
_JSON_MISTAKES = {
    "Expecting value": "这里缺一个值",
    "Expecting property name enclosed in double quotes": "这里应是英文双引号里的名称(最后一项后面不要逗号)",
    "Illegal trailing comma before end of object": "最后一项后面不要逗号",
    "Illegal trailing comma before end of array": "最后一项后面不要逗号",
    "Expecting ':' delimiter": "名称后面缺英文冒号",
    "Expecting ',' delimiter": "两项之间缺英文逗号,或括号没有配对",
    "Unterminated string starting at": "英文双引号没有配对",
    "Invalid control character at": "文字里有换行或制表符:请写成 \\n 或 \\t",
    "Invalid \\escape": "文字里的反斜杠要写成两个",
    "Invalid \\uXXXX escape": "文字里的反斜杠要写成两个",
    "Extra data": "结束以后还有多余的内容",
}


def _refuse_constant(word: str) -> float:
    raise ValueError(word)


def _is_deeper(value: Any, levels: int) -> bool:
    if not isinstance(value, dict | list):
        return False
    inner = value.values() if isinstance(value, dict) else value
    return levels == 0 or any(_is_deeper(part, levels - 1) for part in inner)


def _located(defect: Finding) -> str:
    """The defect with its place in the source, which :class:`FormError` names once for all of them."""
    place = replace(defect, file="").place
    return f"{place}:{defect.message}" if place else defect.message
