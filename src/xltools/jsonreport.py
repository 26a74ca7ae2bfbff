"""The JSON of ``--json``: the contract's keys, numbers as numbers, blanks as null."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from xltools import __version__
from xltools.consolidation import Consolidation, FileResult, Outcome, UnitResult
from xltools.findings import Finding, Number

Report = Mapping[str, Any]
"""What a report says, in the contract's order. Iterators in it are long lists, made as they are written, and once."""


def consolidation_report(result: Consolidation) -> Report:
    """Everything a consolidation says."""
    report = dict(check_report(result))
    end = {key: report.pop(key) for key in ("findings", "summary")}
    return {**report, "totals": {name: _values(values) for name, values in result.totals.items()}, **end}


def check_report(result: Outcome) -> Report:
    """What ``check`` says: the same without totals."""
    form, summary = result.form, result.summary
    return {
        "xltools": __version__,
        "form": {"id": form.id, "version": form.version, "title": form.title, "period": result.period},
        "files": map(_file, result.files),
        "units": map(_unit, result.units),
        "findings": map(finding_record, result.findings),
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


def json_lines(report: Report) -> Iterator[bytes]:
    """The report as UTF-8, Chinese as it is: one file, unit or finding a line, so that two reports can be compared."""
    opening = "{\n"
    for key, value in report.items():
        yield f"{opening}{_flat(key)}: ".encode()
        yield from _block(value)
        opening = ",\n"
    yield b"\n}\n"


def number(value: Number | str | None) -> int | float | str | None:
    """A figure as JSON holds it; decimals come out as written (0.6, never 0.6000000000000001)."""
    return value if value is None or isinstance(value, int | str) else float(value)


def _block(value: Any) -> Iterator[bytes]:
    if isinstance(value, dict) and any(isinstance(inner, dict | list) for inner in value.values()):
        yield from _listed("{}", (f"{_flat(key)}: {_flat(inner)}" for key, inner in value.items()))
    elif isinstance(value, Iterator | list):
        yield from _listed("[]", map(_flat, value))
    else:
        yield _flat(value).encode()


def _listed(brackets: str, items: Iterable[str]) -> Iterator[bytes]:
    opening = brackets[0] + "\n "
    for item in items:
        yield (opening + item).encode()
        opening = ",\n "
    yield f"\n{brackets[1]}".encode() if opening[0] == "," else brackets.encode()


def _flat(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


def _file(file: FileResult) -> dict[str, Any]:
    return {
        "path": file.source.path, "sha256": file.source.sha256, "status": str(file.status), "unit": file.unit or None,
    }  # fmt: skip


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
