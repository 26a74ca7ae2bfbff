"""The live document's return as a clean canonical workbook: the 上报件."""

from __future__ import annotations

from xltools.errors import CouldNotRun
from xltools.findings import first_of
from xltools.form import PERIOD, Form
from xltools.reading.reader import read_bytes
from xltools.returns import Return
from xltools.template import build_template
from xltools.writing.content import filled_content

_SHOWN = 5


def exported(ret: Return, form: Form) -> bytes:
    """A return that could be read in the form's own workbook, without macros and whatever else was in the file.

    CouldNotRun where anything that was filled in would not be in it: nothing is left out silently.
    """
    _refuse("这些格填的不是数,导出会丢失", [name for name in form.indicators if name in ret.unreadable], ret)
    header = {name: text for name, text in ret.header.items() if name != PERIOD}
    content = filled_content(
        form, ret.values, unit=ret.unit, year=ret.period, header=header, explanations=ret.explanations
    )
    data = build_template(form, content)
    again = read_bytes(data, form, ret.source)
    differing = [name for name in form.indicators if again.values[name] != ret.values.get(name)]
    _refuse("这些格填的数和按公式算出的不同,导出会改动它", differing, ret)
    if (again.header, again.explanations) != (ret.header, ret.explanations):
        raise CouldNotRun("表头或情况说明不能原样导出:请在空表里重新填写。")
    return data


def _refuse(reason: str, names: list[str], ret: Return) -> None:
    if names:
        places = [f"{ret.cells.get(name, '')} “{name}”".strip() for name in names]
        raise CouldNotRun(f"{reason}:{first_of(places, _SHOWN, '等 {} 格')}。请先改正。")
