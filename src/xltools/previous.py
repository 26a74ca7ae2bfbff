"""Another period's total workbook (or return), as far as this period's figures are held against it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from xltools.comparing import Side
from xltools.consolidation import Previous
from xltools.errors import CouldNotRun
from xltools.findings import Figures
from xltools.form import Form
from xltools.ledger import LedgerError, read_ledger
from xltools.reading.package import Unreadable
from xltools.reading.reader import read
from xltools.returns import Return


def load_previous(path: Path, form: Form) -> Previous:
    """Total and units' figures of a total workbook; a plain return gives its own unit's figures only."""
    ret = _usable(path, form, f"上年汇总表“{path}”不能用")
    own: dict[str, Figures] = {ret.unit: ret.values} if ret.unit else {}
    return Previous(ret.values, {**own, **_units(path)})


def load_side(path: Path, form: Form) -> Side:
    """A return or total as one side of a comparison; CouldNotRun where it is neither."""
    ret = _usable(path, form, f"“{path}”不能比较")
    return Side(str(path), ret.unit, ret.period, ret.values, _units(path))


def _usable(path: Path, form: Form, otherwise: str) -> Return:
    ret = read(path, form)
    if ret.rejected:
        raise CouldNotRun(f"{otherwise}:{ret.findings[0].message}")
    return ret


def _units(path: Path) -> Mapping[str, Figures]:
    """The figures of every unit that contributes to a total; none for a plain return."""
    try:
        return {entry.unit: entry.values for entry in read_ledger(path.read_bytes()).entries if entry.counted}
    except (LedgerError, Unreadable):
        return {}
