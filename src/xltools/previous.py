"""Another period's total workbook (or return), as far as this period's figures are held against it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from xltools.comparing import Side
from xltools.consolidation import Previous
from xltools.errors import CouldNotRun
from xltools.findings import Figures, Severity, first_of
from xltools.form import Form
from xltools.ledger import contributions
from xltools.reading.heading import named_explanations
from xltools.reading.locating import named_areas
from xltools.reading.package import Unreadable, open_package
from xltools.reading.reader import read_all
from xltools.reading.workbook import open_workbook
from xltools.returns import Return
from xltools.sheetnames import OPINION_SHEET, RULES_SHEET


def load_previous(path: Path, form: Form) -> Previous:
    """Total and units' figures of a total workbook; a plain return gives its own unit's figures only."""
    ret = usable(path, form, f"上年汇总表“{path}”不能用")
    own: dict[str, Figures] = {ret.unit: ret.values} if ret.unit else {}
    return Previous(ret.values, {**own, **_units(path)[0]}, path.name, ret.unit, ret.period)


def explanations_on(path: Path) -> Mapping[str, str]:
    """The 情况说明 that somebody wrote on a workbook, by the id of their rule; none where it cannot be read."""
    try:
        book = open_workbook(open_package(path.read_bytes()))
        return named_explanations(book, named_areas(book.outline), (RULES_SHEET, OPINION_SHEET))
    except (OSError, Unreadable):
        return {}


def load_side(path: Path, form: Form) -> Side:
    """A return or total as one side of a comparison; CouldNotRun where it is neither."""
    ret, *others = _read_usable(path, form, f"“{path}”不能比较")
    units, caution = _units(path)
    cautions = [text for text in (caution, *_left_out(path, ret, others)) if text]
    return Side(str(path), ret.unit, ret.period, ret.values, units, ";".join(cautions))


def _left_out(path: Path, ret: Return, others: Sequence[Return]) -> Iterator[str]:
    """What of a file is not compared, or not as it is written."""
    if others:
        one = f"“{path.name}”里有 {len(others) + 1} 份报表,只比较了{ret.unit or ret.sheet}的"
        yield f"{one},没有比较{'、'.join(other.unit or other.sheet for other in others)}的"
    not_taken = [f.indicator for f in ret.findings if f.severity is Severity.ERROR and f.indicator]
    if not_taken:
        yield f"“{path.name}”里{first_of(list(dict.fromkeys(not_taken)), 3, '等 {} 项')}的数没有读出,按空白比较"
    if ret.adjusted:
        yield f"“{path.name}”里{first_of(sorted(ret.adjusted), 3, '等 {} 项')}的数是整理后读出的"


def usable(path: Path, form: Form, otherwise: str) -> Return:
    """A total or return that has been read; CouldNotRun, beginning with ``otherwise``, where it is neither."""
    return _read_usable(path, form, otherwise)[0]


def _read_usable(path: Path, form: Form, otherwise: str) -> tuple[Return, ...]:
    first, *others = read_all(path, form)
    if first.rejected and first.findings[0].code == "F103":
        raise CouldNotRun(f"{otherwise}:它是另一种表式的,不是“{form.title}”({form.id}):请换一份,或用 -f 给出它的表式")
    if first.rejected:
        raise CouldNotRun(f"{otherwise}:{first.findings[0].message}")
    return first, *others


def _units(path: Path) -> tuple[Mapping[str, Figures], str]:
    """The figures of every unit that contributes to a total; none for a plain return, or the reason why none."""
    entries, caution = contributions(path)
    return {entry.unit: entry.values for entry in entries if entry.counted}, caution
