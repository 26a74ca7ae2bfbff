"""docs/读得进什么.md promises something of every messy input; each row names tests that exist and codes that exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from xltools.findings import CATALOGUE

TESTS = Path(__file__).parent
PAGE = (TESTS.parent / "docs" / "读得进什么.md").read_text(encoding="utf-8")
ROWS = [
    line.strip("| ").split(" | ")
    for line in PAGE.splitlines()
    if line.startswith("| ") and not line.startswith(("| 来的是什么", "| 发生了什么"))
]


def test_the_page_has_its_rows() -> None:
    assert len(ROWS) > 50


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_each_row_names_its_tests_and_codes(row: list[str]) -> None:
    proofs = re.findall(r"`(test_\w+)::(test_\w+)`", row[-1])
    assert proofs, "no test stands behind this row"
    for module, name in proofs:
        assert re.search(rf"^def {name}\(", (TESTS / f"{module}.py").read_text(encoding="utf-8"), re.MULTILINE), name
    assert set(re.findall(r"\b[FSVU]\d{3}\b", " ".join(row[1:-1]))) <= CATALOGUE.keys()
