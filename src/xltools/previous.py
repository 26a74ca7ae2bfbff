"""The previous period's total workbook, as far as this period's returns are held against it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xltools.consolidation import Previous
from xltools.errors import CouldNotRun
from xltools.findings import Number
from xltools.form import Form
from xltools.ledger import LedgerError, read_ledger
from xltools.reading.package import Unreadable
from xltools.reading.reader import read


class PreviousError(CouldNotRun):
    """A file that cannot serve as the previous total."""


def load_previous(path: Path, form: Form) -> Previous:
    """Total and units' figures of a total workbook; a plain return gives its own unit's figures only."""
    ret = read(path, form)
    if ret.rejected:
        raise PreviousError(f"上年汇总表“{path}”不能用:{ret.findings[0].message}")
    units: dict[str, Mapping[str, Number | None]] = {ret.unit: ret.values} if ret.unit else {}
    try:
        ledger = read_ledger(path.read_bytes())
    except (LedgerError, Unreadable):
        return Previous(ret.values, units)
    return Previous(ret.values, units | {entry.unit: entry.values for entry in ledger.entries})
