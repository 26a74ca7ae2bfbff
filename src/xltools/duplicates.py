"""Several returns of one unit: which of them counts (U402, U405)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xltools.findings import Finding, Severity, finding, first_of
from xltools.returns import Return
from xltools.roster import normalise_name

_NAMES_SHOWN = 3


@dataclass(frozen=True, slots=True)
class Choice:
    """``chosen`` is the return that counts, None where several differ; ``set_aside`` are the others."""

    chosen: Return | None
    set_aside: tuple[Return, ...]
    findings: tuple[Finding, ...]


def choose(unit: str, several: Sequence[Return], *, newest: bool) -> Choice:
    """Of returns with the same figures the one that explains most counts; of different ones none, or the newest file
    where wanted."""
    distinct, twins = _without_copies(unit, several)
    copies = tuple(copy for copy, _ in twins)
    if len(distinct) == 1:
        return Choice(distinct[0], copies, tuple(_counted_once(unit, *pair, several) for pair in twins))
    findings = tuple(_same_as(unit, *pair, several) for pair in twins)
    names = "、".join(_place(ret, several) for ret in distinct)
    differ = f"交了 {len(distinct)} 份不同的报表({names};{_what_differs(distinct)})"
    changed = [max(ret.source.modified for ret in several if _says_all_of(one, ret)) for one in distinct]
    latest = distinct[changed.index(max(changed))]
    tied = changed.count(max(changed)) > 1
    if newest and not tied:
        message = f"{differ},取最新的 {_place(latest, several)}"
        note = finding("U402", message, Severity.WARNING, unit=unit, file=latest.source.path)
        others = tuple(ret for ret in distinct if ret is not latest)
        return Choice(latest, (*copies, *others), (*findings, note))
    message = f"{differ},都不计入汇总:请与单位确认,只留一份"
    to_unit = f"{differ},不知道以哪一份为准,都没有采用:请告诉收表的人以哪一份为准"
    problem = finding("U402", message, unit=unit, file=distinct[0].source.path, to_unit=to_unit)
    return Choice(None, (*copies, *distinct), (*findings, problem))


def _what_differs(distinct: Sequence[Return]) -> str:
    names = [name for name in distinct[0].values if len({ret.values.get(name) for ret in distinct}) > 1]
    if names:
        return f"不同的是 {first_of([f'“{name}”' for name in names], _NAMES_SHOWN, ' 等 {} 项')}"
    same = len({ret.unreadable for ret in distinct}) == 1
    return "数相同,情况说明不同" if same else "数相同,有的格读不出"


def _place(ret: Return, several: Sequence[Return]) -> str:
    """The file, with the sheet where other returns of the unit are in the same file."""
    same_file = sum(1 for other in several if other.source.path == ret.source.path) > 1
    return f"{ret.source.path} 的“{ret.sheet}”" if same_file else ret.source.path


def _without_copies(unit: str, several: Sequence[Return]) -> tuple[list[Return], list[tuple[Return, Return]]]:
    """Those that differ, and each copy with the one that says the same."""
    distinct: list[Return] = []
    twins: list[tuple[Return, Return]] = []
    for ret in sorted(several, key=lambda ret: _doubts(unit, ret)):
        twin = next((known for known in distinct if _says_all_of(known, ret)), None)
        if twin is None:
            distinct.append(ret)
        else:
            twins.append((ret, twin))
    return distinct, twins


def _counted_once(unit: str, copy: Return, twin: Return, several: Sequence[Return]) -> Finding:
    if len(copy.explanations) < len(twin.explanations):
        message = f"与 {_place(twin, several)} 数相同,那一份还写了情况说明:只计那一份"
    else:
        message = f"与 {_place(twin, several)} 内容相同,只计一份"
    severity = Severity.INFO
    if _is_named_otherwise(unit, copy) and not _is_named_otherwise(unit, twin):
        message += f";文件名不像“{unit}”的,填报单位写的却是它:如果是别的单位的报表,请它重报"
        severity = Severity.WARNING
    return finding("U405", message, severity, unit=unit, file=copy.source.path)


def _same_as(unit: str, copy: Return, twin: Return, several: Sequence[Return]) -> Finding:
    return finding("U405", f"与 {_place(twin, several)} 内容相同", unit=unit, file=copy.source.path)


def _doubts(unit: str, ret: Return) -> tuple[int, bool, int, bool]:
    """Of copies the one counts that explains most, and with the least to doubt: with a period, read without findings,
    called like the unit."""
    return -len(ret.explanations), not ret.period, len(ret.findings), _is_named_otherwise(unit, ret)


def _is_named_otherwise(unit: str, ret: Return) -> bool:
    """Neither by the file's name nor by the sheet's, which tells the returns of one workbook apart."""
    name = normalise_name(unit)
    places = [normalise_name(place) for place in (ret.source.stem, ret.sheet)]
    return bool(name) and not any(name in place or (place and place in name) for place in places)


def _says_all_of(one: Return, other: Return) -> bool:
    """Whether the figures are the same, and whatever is explained on the other is on this one too."""
    same = (one.values, one.unreadable) == (other.values, other.unreadable)
    return same and one.explanations.items() >= other.explanations.items()
