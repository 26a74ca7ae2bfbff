"""What the buttons remember between two clicks: folders and files that the user chose."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from xltools.output import write_atomically

FILE_NAME = "remembered.json"


@dataclass(frozen=True, slots=True)
class Remembered:
    """Paths as text, "" where none: the folder of returns, its roster, last year's total, the last total made.

    ``form``: the empty form of a kind of return that does not ship with the program.
    """

    folder: str = ""
    roster: str = ""
    previous: str = ""
    total: str = ""
    form: str = ""


def recall(folder: Path) -> Remembered:
    """What was remembered in a settings folder; nothing where the file is absent or damaged."""
    try:
        stored = json.loads((folder / FILE_NAME).read_text(encoding="utf-8"))
        return Remembered(**{each.name: str(stored.get(each.name, "")) for each in fields(Remembered)})
    except (OSError, ValueError, AttributeError):
        return Remembered()


def remember(folder: Path, remembered: Remembered) -> None:
    """Keep it for the next click."""
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(asdict(remembered), ensure_ascii=False, indent=1)
    write_atomically(folder / FILE_NAME, text.encode("utf-8"))
