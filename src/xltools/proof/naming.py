"""What a formula over indicators is called in a sentence to people."""

from __future__ import annotations

from functools import cache

from xltools.rules import Binary, Expression, names, parse, summands

_LISTED = 4


@cache
def in_words(formula: str) -> str:
    """``“维持数”``; a sum as ``“维持数”加“纠错数”``, a rate as ``“办结数”占“申请数”的百分比``."""
    tree = parse(formula)
    added = summands(tree)
    match added:
        case ():
            return _not_a_sum(tree)
        case (name,):
            return f"“{name}”"
        case (first, second):
            return f"“{first}”加“{second}”"
    shown = "、".join(f"“{name}”" for name in added[:_LISTED])
    return f"{shown}之和" if len(added) <= _LISTED else f"{shown}等 {len(added)} 项之和"


def _not_a_sum(tree: Expression) -> str:
    if isinstance(tree, Binary) and tree.op == "*" and isinstance(tree.left, Binary) and tree.left.op == "/":
        part, whole = summands(tree.left.left), summands(tree.left.right)
        if len(part) == len(whole) == 1:
            return f"“{part[0]}”占“{whole[0]}”的百分比"
    return f"由{'、'.join(f'“{name}”' for name in names(tree))}算出的数"
