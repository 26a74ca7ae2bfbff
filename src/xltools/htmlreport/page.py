"""A consolidation → the HTML report: template, style, script and data put into one file."""

from __future__ import annotations

import base64
import hashlib
from importlib import resources
from typing import Any

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from xltools.consolidation import Consolidation
from xltools.htmlreport.entries import STATES, listing
from xltools.htmlreport.shown import figure, shown
from xltools.htmlreport.sources import data_block
from xltools.htmlreport.standing import file_rows, slices, unit_rows, verdict
from xltools.htmlreport.totals import grids

_PACKAGE = "xltools.htmlreport"
_SHORT_DIGEST = 12
_MOST_OPEN = 400  # more entries laid out at once make a slow page


def html_report(result: Consolidation) -> bytes:
    """The report as one UTF-8 file that needs no network; the same consolidation always gives the same bytes.

    Without JavaScript everything can be read; with it, each finding says in its place all there is to say of it,
    findings can be filtered, and every total opens its sources.

    Whatever comes from files is escaped, and the page forbids itself any script, style or connection but its own.
    """
    environment = Environment(
        loader=PackageLoader(_PACKAGE, ""), autoescape=True, trim_blocks=True, lstrip_blocks=True, finalize=_finalize
    )
    environment.filters["figure"] = figure
    style, script = _resource("report.css"), _resource("report.js")
    found = listing(result)
    files = file_rows(result)
    units = unit_rows(result, found.groups)
    text = environment.get_template("report.html.j2").render(
        result=result,
        policy=_policy(style, script),
        style=Markup(style),
        script=Markup(script),
        data=Markup(data_block(result)),
        verdict=verdict(result),
        slices=slices(result.units),
        units=units,
        missing=[row for unit, row in zip(result.units, units, strict=True) if unit.status == "missing"],
        files=files,
        left_out=[file for file in files if file.reasons or file.tone != "good"],
        groups=found.groups,
        kinds=found.kinds,
        open=sum(group.count for group in found.groups) <= _MOST_OPEN,
        codes=sorted({kind.code: kind.title for kind in found.kinds}.items()),
        states=STATES,
        grids=grids(result),
        short=_SHORT_DIGEST,
    )
    return text.encode("utf-8")


def _finalize(value: Any) -> Any:
    return shown(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _resource(name: str) -> str:
    return resources.files(_PACKAGE).joinpath(name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """A content security policy under which only this very style and script count, and nothing can be fetched."""
    return (
        "default-src 'none'; img-src data:; base-uri 'none'; form-action 'none'; "
        f"style-src '{_digest(style)}'; script-src '{_digest(script)}'"
    )


def _digest(text: str) -> str:
    return "sha256-" + base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
