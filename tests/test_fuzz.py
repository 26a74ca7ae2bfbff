"""Mutated returns: whatever is in a file, reading ends well, and no figure changes in silence. `make fuzz` has more."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import fuzzing
import pytest
from fuzzing import Case, our_files, tried
from mutations import mutated
from returnbooks import rewritten

from xltools.reading.reader import read_bytes_all
from xltools.returns import Source

SEEDED = range(45)


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    files = our_files()
    return [tried(files, number) for number in SEEDED]


def test_mutated_returns_raise_nothing_and_change_no_figure_in_silence(cases: list[Case]) -> None:
    assert [(case.name, case.problem) for case in cases if case.problem] == []


def test_enough_of_them_are_still_returns_to_say_so(cases: list[Case]) -> None:
    assert sum(case.accepted for case in cases) >= 12
    assert sum(case.compared for case in cases) >= 400


def test_a_number_tells_its_mutation() -> None:
    data = our_files()["重打.xlsx"]
    assert [mutated(data, number) for number in range(20)] == [mutated(data, number) for number in range(20)]
    assert len({mutated(data, number) for number in range(20)}) > 15


def test_a_figure_changed_in_silence_and_an_exception_would_be_seen(monkeypatch: pytest.MonkeyPatch) -> None:
    usual: Any = vars(fuzzing)["read_bytes_all"]
    unharmed = {"重打.xlsx": our_files()["重打.xlsx"]}
    monkeypatch.setattr(fuzzing, "mutated", lambda data, number: data)
    assert tried(unharmed, 0).problem == ""

    def one_more(*arguments: Any) -> Any:
        (ret,) = usual(*arguments)
        return (replace(ret, values={**ret.values, "工作会议数": 999_999_999}),)

    monkeypatch.setattr(fuzzing, "read_bytes_all", one_more)
    assert tried(unharmed, 0).problem.startswith("工作会议数")

    def failing(*_: Any) -> Any:
        raise KeyError("x")

    monkeypatch.setattr(fuzzing, "read_bytes_all", failing)
    assert tried(unharmed, 0).problem.startswith("raised KeyError")


# --- what it has found ---


def test_a_row_of_another_namespace_is_no_row() -> None:
    spot = fuzzing.FORM.page.spots["工作会议数"]
    row = b'<row r="%d"' % spot.row
    data = rewritten(our_files()["重打.xlsx"], lambda _, part: part.replace(row, row + b' xmlns="urn:other"'))
    (ret,) = read_bytes_all(data, fuzzing.FORM, Source("甲县.xlsx"))
    assert ret.values["工作会议数"] is None
    assert "工作会议数" in {found.indicator for found in ret.findings}
