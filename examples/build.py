"""Write the examples: ``python examples/build.py [TARGET_DIR]`` (without it, beside this file).

The same sources always give the same bytes. Nothing is deleted.
"""

from __future__ import annotations

import sys
from pathlib import Path

from xiangxi import xiangxi_files

from xltools.form import Form


def build(target: Path) -> None:
    """Write every example under a folder."""
    form = Form.load("xxgk2017")
    for name, data in xiangxi_files(form).items():
        path = target / "湘西州2017" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parent)
