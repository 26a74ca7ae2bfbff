"""On a terminal long work says how far it is, how fast it goes and how long it will take; in a pipe it says nothing."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

_SIX_RETURNS = """
import time
from xltools.commands.streams import watched
def slowly():
    for number in range(6):
        time.sleep(0.25)
        yield number
assert list(watched(slowly(), 6)) == list(range(6))
"""


@pytest.mark.skipif(os.name == "nt", reason="needs a pseudo-terminal")
def test_a_terminal_shows_how_many_how_fast_and_how_long_still() -> None:
    terminal, end = os.openpty()  # type: ignore[attr-defined,unused-ignore]
    with subprocess.Popen([sys.executable, "-c", _SIX_RETURNS], stdout=end, stderr=end) as process:
        os.close(end)
        said = b""
        try:
            while data := os.read(terminal, 4096):
                said += data
        except OSError:  # how a pseudo-terminal ends on Linux
            pass
        os.close(terminal)
    text = said.decode("utf-8")
    assert process.returncode == 0, text
    assert "正在读取" in text and "4/6" in text and "6/6" in text
    assert "每秒" in text and "还要 1 秒" in text, text


def test_a_pipe_hears_nothing() -> None:
    run = subprocess.run([sys.executable, "-c", _SIX_RETURNS], capture_output=True, check=True)
    assert (run.stdout, run.stderr) == (b"", b"")
