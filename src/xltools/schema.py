"""Validating data against the published JSON Schemas, in words a user understands."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from functools import cache
from importlib import resources
from typing import Any

_WORDS: Mapping[str, str] = {
    "required": "缺少必需的项",
    "additionalProperties": "有不认识的项(检查拼写)",
    "unevaluatedProperties": "有不认识的项(检查拼写)",
    "type": "类型不对",
    "enum": "不在允许的取值之内",
    "const": "取值不对",
    "pattern": "写法不合要求",
    "minLength": "不能为空",
    "minItems": "至少要有一项",
    "minimum": "太小",
    "maximum": "太大",
    "oneOf": "写法不合要求",
    "uniqueItems": "有重复",
}


@cache
def published_schema(name: str) -> Mapping[str, Any]:
    """A JSON Schema (draft 2020-12) that ships with the program, by file name."""
    text = resources.files("xltools").joinpath("schemas", name).read_text(encoding="utf-8")
    schema: Mapping[str, Any] = json.loads(text)
    return schema


def schema_problems(name: str, data: Any) -> tuple[str, ...]:
    """What keeps ``data`` from fitting the published schema: Chinese sentences with the place, () if it fits."""
    if _fits(name)(data):
        return ()
    from jsonschema import Draft202012Validator

    found = Draft202012Validator(published_schema(name)).iter_errors(data)
    errors = sorted(found, key=lambda error: list(map(str, error.path)))
    return tuple(_sentence(error) for error in errors)


@cache
def _fits(name: str) -> Callable[[Any], bool]:
    """Whether data fits: what nearly all do is known in a thirtieth of the time that importing jsonschema takes."""
    from jsonschema_rs import Draft202012Validator

    verdict: Callable[[Any], bool] = Draft202012Validator(dict(published_schema(name))).is_valid
    return verdict


def _sentence(error: Any) -> str:
    place = "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in error.absolute_path)
    shown = json.dumps(error.instance, ensure_ascii=False)
    if len(shown) > 60:
        shown = shown[:60] + "…"
    detail = {
        "required": lambda: "、".join(key for key in error.validator_value if key not in error.instance),
        "enum": lambda: f"{shown},可用:{'、'.join(map(str, error.validator_value))}",
        "additionalProperties": lambda: shown,
        "unevaluatedProperties": lambda: "、".join(re.findall(r"'([^']*)'", error.message)) or shown,
    }.get(error.validator, lambda: shown)()
    return f"{place.removeprefix('.') or '最外层'}:{_WORDS.get(error.validator, '不合要求')}:{detail}"
