"""Where a programmer's mistake is written down, so that the user sees one line and the maintainer the rest."""

from __future__ import annotations

import os
import sys
import tempfile
import traceback
from pathlib import Path

from xltools import __version__


def log_of_error() -> Path:
    """Write the exception being handled, the versions and the command to a file of its own; its place."""
    handle, name = tempfile.mkstemp(prefix="xltools-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.write(f"xltools {__version__}, Python {sys.version}\n{sys.argv}\n\n{traceback.format_exc()}")
    return Path(name)
