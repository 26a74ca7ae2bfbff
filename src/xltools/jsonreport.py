"""The JSON of ``--json``: the contract's keys, numbers as numbers, blanks as null."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from xltools import __version__
from xltools.consolidation import Consolidation, Outcome, UnitResult
from xltools.findings import Finding, Number


def consolidation_report(result: Consolidation) -> dict[str, Any]:
    """Everything a consolidation says."""
    report = check_report(result)
    totals = {name: _values(values) for name, values in result.totals.items()}
    return {key: value for key, value in report.items() if key not in ("findings", "summary")} | {
        "totals": totals,
        "findings": report["findings"],
        "summary": report["summary"],
    }


def check_report(result: Outcome) -> dict[str, Any]:
    """What ``check`` says: the same without totals."""
    form, summary = result.form, result.summary
    return {
        "xltools": __version__,
        "form": {"id": form.id, "version": form.version, "title": form.title, "period": result.period},
        "files": [
            {"path": f.source.path, "sha256": f.source.sha256, "status": str(f.status), "unit": f.unit or None}
            for f in result.files
        ],
        "units": [_unit(unit) for unit in result.units],
        "findings": [finding_record(finding) for finding in result.findings],
        "summary": {
            "files": summary.files,
            "units": summary.units,
            "received": summary.received,
            "missing": summary.missing,
            "errors": summary.errors,
            "warnings": summary.warnings,
        },
    }


def finding_record(finding: Finding) -> dict[str, Any]:
    """One finding in the contract's keys; what does not apply is null."""
    return {
        "code": finding.code,
        "severity": str(finding.severity),
        "unit": finding.unit or None,
        "file": finding.file or None,
        "sheet": finding.sheet or None,
        "cell": finding.cell or None,
        "indicator": finding.indicator or None,
        "indicators": list(finding.indicators),
        "rule": finding.rule or None,
        "message": finding.message,
        "expected": number(finding.expected),
        "actual": number(finding.actual),
        "explanation": finding.explanation or None,
    }


def dumps(report: Mapping[str, Any]) -> str:
    """The report as text, Chinese as it is: one file, unit or finding a line, so that two reports can be compared."""
    return "{\n" + ",\n".join(f"{_flat(key)}: {_block(value)}" for key, value in report.items()) + "\n}\n"


def number(value: Number | str | None) -> int | float | str | None:
    """A figure as JSON holds it; decimals come out as written (0.6, never 0.6000000000000001)."""
    return value if value is None or isinstance(value, int | str) else float(value)


def _block(value: Any) -> str:
    if isinstance(value, list) and value:
        return "[\n " + ",\n ".join(map(_flat, value)) + "\n]"
    if isinstance(value, dict) and any(isinstance(inner, dict | list) for inner in value.values()):
        return "{\n " + ",\n ".join(f"{_flat(key)}: {_flat(inner)}" for key, inner in value.items()) + "\n}"
    return _flat(value)


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _unit(unit: UnitResult) -> dict[str, Any]:
    return {
        "unit": unit.name,
        "code": unit.code or None,
        "group": unit.group or None,
        "status": str(unit.status),
        "file": unit.file or None,
        "values": _values(unit.figures),
    }


def _values(values: Mapping[str, Number | None]) -> dict[str, Any]:
    return {name: number(value) for name, value in values.items()}
