"""A return (报表): what one file says, with the place of every figure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from xltools.findings import Finding, Number


@dataclass(frozen=True, slots=True)
class Source:
    """A file: its path as findings name it, the SHA-256 of its bytes, and when it was last changed (seconds)."""

    path: str
    sha256: str = ""
    modified: float = 0.0

    @property
    def stem(self) -> str:
        """The file's name without folder and extension."""
        name = self.path.replace("\\", "/").rsplit("/", 1)[-1]
        return name.rsplit(".", 1)[0] if "." in name else name


@dataclass(frozen=True, slots=True)
class Return:
    """One return as read.

    ``unit`` and ``period`` are as written ("" where blank; the period is reduced to its year). ``values`` holds every
    indicator of the form, None for a blank; ``cells`` the place (like ``D12``) of those that were found on ``sheet``.
    ``unreadable`` indicators count as blank because what stands there could not be taken as a figure; ``adjusted``
    ones were read after normalising. ``explanations``: 情况说明 by :attr:`Finding.explanation_key`. ``rejected``: the
    file as a whole could not be read as a return. ``seconds``: how long reading its file took; it is no part of what
    the return says.
    """

    source: Source
    unit: str = ""
    period: str = ""
    sheet: str = ""
    values: Mapping[str, Number | None] = field(default_factory=dict)
    cells: Mapping[str, str] = field(default_factory=dict)
    header: Mapping[str, str] = field(default_factory=dict)
    header_cells: Mapping[str, str] = field(default_factory=dict)
    explanations: Mapping[str, str] = field(default_factory=dict)
    unreadable: frozenset[str] = frozenset()
    adjusted: frozenset[str] = frozenset()
    findings: tuple[Finding, ...] = ()
    rejected: bool = False
    seconds: float = field(default=0.0, compare=False)
