"""xltools: fill in, check, consolidate and trace 政府信息公开情况统计表.

    form = xltools.Form.load("templates/统计表.xlsx")
    ret = xltools.read("吉首市.xlsx", form)
    for finding in xltools.check(ret, form): print(finding.place, finding.message)
    total = xltools.consolidate([ret], form)
    total.save("湘西州统计表.xlsx")

Names are imported when first used, so that ``import xltools`` costs nothing.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

__version__ = "0.1.0"

if TYPE_CHECKING:
    from xltools.checking import Expectation as Expectation
    from xltools.checking import check as check
    from xltools.consolidating import Options as Options
    from xltools.consolidating import consolidate as consolidate
    from xltools.consolidation import Consolidation as Consolidation
    from xltools.findings import Finding as Finding
    from xltools.findings import Severity as Severity
    from xltools.form import Form as Form
    from xltools.form import FormError as FormError
    from xltools.reading.reader import read as read
    from xltools.returns import Return as Return
    from xltools.roster import Roster as Roster
    from xltools.roster import load_roster as load_roster
    from xltools.template import build_template as build_template
    from xltools.tracing import trace as trace

_PLACES = {
    "Consolidation": "consolidation",
    "Expectation": "checking",
    "Finding": "findings",
    "Form": "form",
    "FormError": "form",
    "Options": "consolidating",
    "Return": "returns",
    "Roster": "roster",
    "Severity": "findings",
    "build_template": "template",
    "check": "checking",
    "consolidate": "consolidating",
    "load_roster": "roster",
    "read": "reading.reader",
    "trace": "tracing",
}
__all__ = [*_PLACES, "__version__"]


def __getattr__(name: str) -> Any:
    if name not in _PLACES:
        raise AttributeError(f"module 'xltools' has no attribute {name!r}")
    return getattr(import_module(f"xltools.{_PLACES[name]}"), name)
