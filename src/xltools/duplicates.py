"""Several returns of one unit: which of them counts (U402, U405)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from xltools.findings import Finding, Severity, finding
from xltools.returns import Return
from xltools.roster import normalise_name


@dataclass(frozen=True, slots=True)
class Choice:
    """``chosen`` is the return that counts, None where several differ; ``set_aside`` are the others."""

    chosen: Return | None
    set_aside: tuple[Return, ...]
    findings: tuple[Finding, ...]


def choose(unit: str, several: Sequence[Return], *, newest: bool) -> Choice:
    """Of returns with the same content the first counts; of different ones none, or the newest file where wanted."""
    distinct, copies, findings = _without_copies(unit, several)
    if len(distinct) == 1:
        return Choice(distinct[0], copies, findings)
    names = "、".join(_place(ret, several) for ret in distinct)
    changed = [max(ret.source.modified for ret in several if _same_content(ret, one)) for one in distinct]
    latest = distinct[changed.index(max(changed))]
    tied = changed.count(max(changed)) > 1
    if newest and not tied:
        message = f"交了 {len(distinct)} 份不同的报表({names}),取最新的 {_place(latest, several)}"
        note = finding("U402", message, Severity.WARNING, unit=unit, file=latest.source.path)
        others = tuple(ret for ret in distinct if ret is not latest)
        return Choice(latest, (*copies, *others), (*findings, note))
    differ = f"交了 {len(distinct)} 份不同的报表({names})"
    message = f"{differ},都不计入汇总:请与单位确认,只留一份"
    to_unit = f"{differ},不知道以哪一份为准,都没有采用:请告诉收表的人以哪一份为准"
    problem = finding("U402", message, unit=unit, file=distinct[0].source.path, to_unit=to_unit)
    return Choice(None, (*copies, *distinct), (*findings, problem))


def _place(ret: Return, several: Sequence[Return]) -> str:
    """The file, with the sheet where other returns of the unit are in the same file."""
    same_file = sum(1 for other in several if other.source.path == ret.source.path) > 1
    return f"{ret.source.path} 的“{ret.sheet}”" if same_file else ret.source.path


def _without_copies(
    unit: str, several: Sequence[Return]
) -> tuple[list[Return], tuple[Return, ...], tuple[Finding, ...]]:
    distinct: list[Return] = []
    copies: list[Return] = []
    findings: list[Finding] = []
    for ret in sorted(several, key=lambda ret: _doubts(unit, ret)):
        twin = next((known for known in distinct if _same_content(known, ret)), None)
        if twin is None:
            distinct.append(ret)
        else:
            copies.append(ret)
            message = f"与 {_place(twin, several)} 内容相同,只计一份"
            severity = Severity.INFO
            if _is_named_otherwise(unit, ret) and not _is_named_otherwise(unit, twin):
                message += f";文件名不像“{unit}”的,填报单位写的却是它:如果是别的单位的报表,请它重报"
                severity = Severity.WARNING
            findings.append(finding("U405", message, severity, unit=unit, file=ret.source.path))
    return distinct, tuple(copies), tuple(findings)


def _doubts(unit: str, ret: Return) -> tuple[bool, int, bool]:
    """Of copies the one with the least to doubt counts: with a period, read without findings, called like the unit."""
    return not ret.period, len(ret.findings), _is_named_otherwise(unit, ret)


def _is_named_otherwise(unit: str, ret: Return) -> bool:
    stem, name = normalise_name(ret.source.stem), normalise_name(unit)
    return bool(name) and name not in stem and stem not in name


def _same_content(one: Return, other: Return) -> bool:
    return (one.values, one.explanations, one.unreadable) == (other.values, other.explanations, other.unreadable)
