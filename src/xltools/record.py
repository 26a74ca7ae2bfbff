"""A return's record and its JSON Schema: types, signs and required figures, judged by ``jsonschema``."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

from xltools.findings import Finding, finding
from xltools.form import PERIOD, Form, Indicator
from xltools.returns import Return
from xltools.wording import exact_text, figure_text

_YEAR = "^[0-9]{4}$"
_LONGEST_QUOTE = 40


def record_schema(form: Form) -> dict[str, Any]:
    """The JSON Schema (2020-12) of a return of this form; what :func:`record_of` gives must satisfy it."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:xltools:return:{form.id}:{form.version}",
        "title": form.title,
        "type": "object",
        "required": ["form", "unit", "period", "values"],
        "additionalProperties": False,
        "properties": {
            "form": {"const": form.id},
            "unit": {"type": "string", "minLength": 1, "title": "填报单位"},
            "period": {"type": "string", "pattern": _YEAR, "title": "年度"},
            "values": {
                "type": "object",
                "additionalProperties": False,
                "required": [name for name, indicator in form.indicators.items() if indicator.required],
                "properties": {name: _value_schema(indicator) for name, indicator in form.indicators.items()},
            },
        },
    }


def record_validator(schema: Mapping[str, Any]) -> Any:
    """The ``jsonschema`` validator of such a record: a decimal without fraction is an integer, as the standard says."""
    from jsonschema import Draft202012Validator
    from jsonschema.validators import extend

    plain = Draft202012Validator.TYPE_CHECKER

    def is_integer(_: object, value: object) -> bool:
        return plain.is_type(value, "integer") or (isinstance(value, Decimal) and value == value.to_integral_value())

    return extend(Draft202012Validator, type_checker=plain.redefine("integer", is_integer))(schema)  # type: ignore[no-untyped-call]


def record_of(ret: Return, form: Form, unit: str) -> dict[str, Any]:
    """A return as the schema sees it; figures that could not be read are left to their own findings."""
    return {
        "form": form.id,
        "unit": unit,
        "period": ret.period,
        "values": {name: ret.values.get(name) for name in form.indicators if name not in ret.unreadable},
    }


def record_findings(ret: Return, form: Form, unit: str) -> Iterator[Finding]:
    """What the schema finds wrong with a return, tied to its cells. ``unit`` is never blank here."""
    yield from _period_findings(ret)
    record = record_of(ret, form, unit)
    if form.fits(record):
        return
    for error in form.validator.iter_errors(record):
        path = list(error.absolute_path)
        if len(path) == 2 and path[0] == "values":
            yield _value_finding(ret, form.indicators[str(path[1])], error)


def _value_schema(indicator: Indicator) -> dict[str, Any]:
    kind = "number" if indicator.decimals else "integer"
    schema: dict[str, Any] = {"type": kind if indicator.required else [kind, "null"], "minimum": 0}
    if indicator.measure:
        schema["title"] = f"计量单位:{indicator.measure}"
    return schema


def _period_findings(ret: Return) -> Iterator[Finding]:
    """The year: blank, not to be made out, or made out although it is not written in Arabic digits."""
    place = {"cell": ret.header_cells.get(PERIOD, ""), "sheet": ret.sheet, "file": ret.source.path}
    written = ret.header.get(PERIOD, "") or ret.period
    is_year = re.search(_YEAR, ret.period) is not None
    shown = written if len(written) <= _LONGEST_QUOTE else written[:_LONGEST_QUOTE] + "…"
    if not written:
        yield finding("V305", "年度未填:请填四位年份,如 2017", **place)
    elif not is_year:
        yield finding("V305", f"年度填的是“{shown}”,认不出年份:请写四位数字,如 2017", **place, actual=shown)
    elif ret.period not in unicodedata.normalize("NFKC", written):
        message = f"年度填的是“{shown}”,读作 {ret.period}:请核对,以后写四位数字"
        yield finding("V302", message, **place, expected=int(ret.period), actual=shown)


def _value_finding(ret: Return, indicator: Indicator, error: Any) -> Finding:
    name, value = indicator.name, error.instance
    if value is None:
        code, message = "V305", f"“{name}”必须填写:没有就填 0"
    elif error.validator == "minimum":
        code, message = "V303", f"“{name}”是负数 {figure_text(value)}:请核对,这一项不应小于 0"
    else:
        code, message = "V304", f"“{name}”填的是 {exact_text(value)},应为整数:请核对(汇总数四舍五入到整数)"
    return finding(
        code,
        message,
        file=ret.source.path,
        sheet=ret.sheet,
        cell=ret.cells.get(name, ""),
        indicator=name,
        indicators=(name,),
        actual=value,
    )
