"""Rows of a sheet as data: what :class:`xltools.writing.longsheet.LongSheet` writes, one at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from xltools.findings import Number


class Link(NamedTuple):
    """Where a cell leads: ``明细!C7``, and what is shown when the mouse rests on it."""

    target: str
    tip: str


class Formula(NamedTuple):
    """A formula without ``=``, and the figure that it comes to."""

    text: str
    value: Number


class Row(NamedTuple):
    """``cells``: (content, format) from column A on, the content None or "" where empty; ``height`` in points;
    ``links`` by column (from 0)."""

    cells: Sequence[tuple[str | Number | Formula | None, Any]]
    height: float
    links: Mapping[int, Link] = {}
