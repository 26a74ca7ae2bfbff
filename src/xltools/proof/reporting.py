"""What ``xltools proof`` prints: what does not agree, with its place and reason; everything where asked."""

from __future__ import annotations

from collections.abc import Iterator

from xltools.detail import Detail
from xltools.proof.claims import Claim, Proof, Verdict

_SHOWN = 46


def proof_lines(proof: Proof, detail: Detail) -> Iterator[str]:
    """Claims that differ, then those that are unclear; all claims and what was left alone where VERBOSE."""
    if detail is not Detail.QUIET:
        for verdict in (Verdict.DIFFERS, Verdict.UNCLEAR):
            for claim in proof.claims:
                if claim.verdict is verdict:
                    yield from _told(claim)
    if detail is Detail.VERBOSE:
        for claim in proof.claims:
            if claim.verdict is Verdict.AGREES:
                subject = claim.indicator if claim.group == "合计" else f"{claim.group}的{claim.indicator}"
                yield f"√ {claim.place} {claim.text}:{subject}{_in_brackets(claim.note)}"
        for other in proof.left_alone:
            yield f"· {other.place} {other.text}:未核对,{other.reason}"


def proof_summary(proof: Proof, detail: Detail) -> str:
    """The closing line."""
    counts = proof.summary
    told = f"核对了 {len(proof.claims)} 处:相符 {counts['agrees']},不符 {counts['differs']},待核 {counts['unclear']}"
    if not proof.left_alone:
        return told
    more = "" if detail is Detail.VERBOSE else "(--verbose 全部列出)"
    return f"{told};另有 {len(proof.left_alone)} 个数说的不是表中的指标或没有认出,未核对{more}"


def _told(claim: Claim) -> Iterator[str]:
    shown = claim.text if len(claim.text) <= _SHOWN else claim.text[:_SHOWN] + "…"
    yield f"{claim.verdict.mark} {claim.place} {shown}:{claim.note}"
    around = _around(claim)
    if around and around != claim.text:
        yield f"    {around}"


def _around(claim: Claim) -> str:
    """The part of the sentence in which the number stands."""
    at = claim.sentence.find(claim.text, claim.offset)
    if at < 0:
        return ""
    start, end = max(0, at - _SHOWN // 2), at + len(claim.text) + _SHOWN // 4
    head = "…" if start else ""
    tail = "…" if end < len(claim.sentence) else ""
    return head + claim.sentence[start:end].replace("\n", " ").strip() + tail


def _in_brackets(note: str) -> str:
    return f"({note})" if note else ""
