"""The elements of SpreadsheetML that hold content, one at a time: a cell, a shared text (ECMA-376-1 §18.3, §18.4)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from lxml import etree

from xltools.reading.doubles import stored_number
from xltools.reading.grid import Cell, CellValue, ErrorValue, Shown
from xltools.reading.numberformats import Kind, display
from xltools.reading.safe_xml import local_name, named


@dataclass(frozen=True, slots=True)
class Context:
    """What cells point into: shared texts, and how each format shows numbers; of a workbook without formats none."""

    shared: Sequence[str]
    kinds: Sequence[Kind]


BROKEN: Final = Cell(None)
_BOOLEANS: Final = {"1": True, "true": True, "0": False, "false": False}
_MAY_BE_EMPTY: Final = frozenset({"str", "inlineStr"})


def read_cell(element: etree._Element, namespace: str, context: Context) -> Cell | None:
    """The cell, None where it holds nothing, BROKEN where what it holds cannot be told."""
    kind = element.get("t", "n")
    text: str | None = None
    formula: str | None = None
    group = ""
    for child in element:
        local = str(child.tag).removeprefix(namespace)
        if local == "v":
            if len(child) or text is not None:
                return BROKEN
            text = child.text or ""
        elif local == "f":
            formula = _formula_text(child)
            group = child.get("si", "") if child.get("t") == "shared" else ""
        elif local == "is" and (text is None or kind == "inlineStr"):
            text, kind = rich_text(child), "inlineStr"
    # Excel stores the empty text a formula gives as t="str" with an empty v; openpyxl's empty v has no type.
    if text is None or (text == "" and kind not in _MAY_BE_EMPTY):
        return None if formula is None else Cell(None, formula, stored=False, group=group)
    if kind == "s":
        index = plain_index(text)
        return Cell(context.shared[index], formula, group=group) if 0 <= index < len(context.shared) else BROKEN
    if kind == "n":
        number = Cell(stored_number(text), formula, group=group)
        return with_display(number, plain_index(element.get("s", "0")), context)
    return Cell(_value(kind, text), formula, group=group)


def with_display(cell: Cell, style: int, context: Context) -> Cell:
    """The cell of a number with how its format shows it."""
    if not context.kinds:
        return cell
    kind = context.kinds[style] if 0 <= style < len(context.kinds) else Shown.LOST
    return cell if kind is Shown.PLAIN else replace(cell, shown=display(kind, cell))


def _formula_text(element: etree._Element) -> str | None:
    text = (element.text or "").removeprefix("=")
    # An empty <f/> of the ordinary kind is no formula; of the other kinds it points to a text kept elsewhere.
    return text if text or element.get("t", "normal") != "normal" else None


def _value(kind: str, text: str) -> CellValue:
    if kind == "e":
        return ErrorValue(text)
    if kind == "b":
        return _BOOLEANS.get(text.strip(), text)
    return unescape(text)


def plain_index(text: str) -> int:
    """A count written in plain digits, -1 where it is none."""
    return int(text) if len(text) < 10 and text.isascii() and text.isdigit() else -1


# --- texts ---

_DIGIT: Final = re.compile("[0-9]")
_STRUCK_DIGIT: Final = "\\g<0>\u0336"
_DIGITS_AT: Final = {
    "superscript": str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹"), "subscript": str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"),
}  # fmt: skip
_ESCAPES: Final = re.compile(r"(?:_x[0-9A-Fa-f]{4}_)+")


def rich_text(item: etree._Element) -> str:
    """The text of a `si` or `is`: its own `t` and those of its runs, not the phonetic ones; still escaped.

    Digits that are raised, lowered or struck out are so in the text as well: 10⁵ is not 105.
    """
    texts: list[str] = []
    for child in item:
        local = local_name(child)
        if local == "t":
            texts.append(child.text or "")
        elif local == "r":
            text = "".join(run.text or "" for run in child if local_name(run) == "t")
            texts.append(_as_shown(text, next(named(child, "rPr"), None)))
    return "".join(texts)


def _as_shown(text: str, properties: etree._Element | None) -> str:
    """The text of a run with what its digits look like."""
    for about in properties if properties is not None else ():
        kind, value = local_name(about), about.get("val", "")
        if kind == "vertAlign":
            text = digits_as_shown(text, value)
        elif kind == "strike" and value not in ("0", "false"):
            text = digits_as_shown(text, kind)
    return text


def digits_as_shown(text: str, look: str) -> str:
    """The text with its digits raised (superscript), lowered (subscript) or struck out (strike)."""
    return _DIGIT.sub(_STRUCK_DIGIT, text) if look == "strike" else text.translate(_DIGITS_AT.get(look, {}))


def unescape(text: str) -> str:
    return _ESCAPES.sub(_characters, text) if "_x" in text else text


def _characters(match: re.Match[str]) -> str:
    units = b"".join(int(unit, 16).to_bytes(2, "little") for unit in match[0][2:-1].split("__x"))
    try:
        return units.decode("utf-16-le")
    except UnicodeDecodeError:  # half a surrogate pair is no character: shown as it stands
        return match[0]
