"""The page's data block: what a click on a figure opens, as one compact JSON."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from xltools.consolidation import Consolidation, UnitResult
from xltools.htmlreport.shown import exact, shown
from xltools.htmlreport.totals import label_paths, scope_totals


def data_block(result: Consolidation) -> str:
    """JSON that may stand inside ``<script>``: figures by indicator and unit, with file, sheet, cell and SHA-256.

    ``indicators``: [name, labels, measure, aggregate, usual cell]. ``units`` (those that count): [name, scope, path,
    SHA-256, sheet, {position of an indicator: its cell where not the usual one}]. ``values[unit][indicator]``,
    ``totals[indicator][scope]``. ``scopes``: 合计, then the groups.
    """
    form, counted = result.form, result.counted
    names = list(form.indicators)
    usual = {name: _usual_cell(name, counted) for name in names}
    paths = label_paths(form)
    scopes = list(result.totals)
    data = {
        "scopes": [shown(scope) for scope in scopes],
        "indicators": [
            [shown(text) for text in (name, paths[name], i.measure, str(i.aggregate), usual[name])]
            for name, i in form.indicators.items()
        ],
        "units": [_unit(unit, names, usual, scopes) for unit in counted],
        "values": [[exact(unit.figures.get(name)) for name in names] for unit in counted],
        "totals": [[exact(value) for value in scope_totals(result, name)] for name in names],
    }
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # "<" could end the element or open a comment in it, "&" would be an entity where the page is saved as XHTML
    return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


def _usual_cell(name: str, units: Sequence[UnitResult]) -> str:
    cells = Counter(unit.ret.cells.get(name, "") for unit in units if unit.ret)
    return max(cells, key=lambda cell: (cells[cell], cell)) if cells else ""


def _unit(unit: UnitResult, names: Sequence[str], usual: Mapping[str, str], scopes: Sequence[str]) -> list[Any]:
    scope = scopes.index(unit.group) if unit.group in scopes[1:] else 0
    if unit.ret is None:
        return [shown(unit.name), scope, "", "", "", {}]
    cells, source = unit.ret.cells, unit.ret.source
    moved = {n: shown(cells.get(name, "")) for n, name in enumerate(names) if cells.get(name, "") != usual[name]}
    return [shown(unit.name), scope, shown(source.path), source.sha256, shown(unit.ret.sheet), moved]
