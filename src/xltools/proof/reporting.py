"""What ``xltools proof`` prints: what does not agree, with its place and reason; everything where asked."""

from __future__ import annotations

import re
from collections.abc import Iterator

from xltools.consolidation import GRAND_TOTAL
from xltools.detail import Detail
from xltools.proof.claims import Claim, Proof, Verdict
from xltools.proof.naming import in_words

_SHOWN = 46
_BREAK = re.compile(r"\s*[\n\t]\s*")  # within a number or what is quoted around it


def proof_lines(proof: Proof, detail: Detail) -> Iterator[str]:
    """Claims that differ, then those that are unclear; all claims and what was left alone where VERBOSE."""
    for line in _lines(proof, detail):
        yield _BREAK.sub(" ", line)


def _lines(proof: Proof, detail: Detail) -> Iterator[str]:
    if detail is not Detail.QUIET:
        for verdict in (Verdict.DIFFERS, Verdict.UNCLEAR):
            for claim in proof.claims:
                if claim.verdict is verdict:
                    yield from _told(claim)
    if detail is Detail.VERBOSE:
        for claim in proof.claims:
            if claim.verdict is Verdict.AGREES:
                whose = "" if claim.group == GRAND_TOTAL else f"{claim.group}的"
                subject = whose + in_words(claim.indicator)
                yield f"√ {claim.place} {claim.text}:{subject}{_in_brackets(claim.note)}"
        for other in proof.left_alone:
            yield f"· {other.place} {other.text}:未核对,{other.reason}"


def proof_summary(proof: Proof, detail: Detail) -> Iterator[str]:
    """The closing line, before it that no number at all was held against the table."""
    counts = proof.summary
    if not any(claim.indicator for claim in proof.claims):
        yield "! 一个数也没有核对:请确认给的是报告,用的是这张表的汇总表"
    told = f"核对了 {len(proof.claims)} 处:相符 {counts['agrees']},不符 {counts['differs']},待核 {counts['unclear']}"
    if proof.left_alone:
        told += f";另有 {len(proof.left_alone)} 个数说的不是表中的指标或没有认出,未核对"
        told += "" if detail is Detail.VERBOSE else "(--verbose 全部列出)"
    yield told


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
    return head + claim.sentence[start:end].strip() + tail


def _in_brackets(note: str) -> str:
    return f"({note})" if note else ""
