"""How much a command prints. A module of its own, so that showing help need not import what printing needs."""

from __future__ import annotations

from enum import IntEnum


class Detail(IntEnum):
    """How much is printed: the closing line only, what matters, everything."""

    QUIET = 1
    NORMAL = 2
    VERBOSE = 3
