"""What holds for all tests: LibreOffice where it is needed, and the same hypothesis examples in every run."""

from __future__ import annotations

import signal

import hypothesis
import pytest
from office import absent, available

hypothesis.settings.register_profile("steady", derandomize=True, deadline=None, database=None)
hypothesis.settings.load_profile("steady")

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # a shell's background job: the programs under test inherit it
    signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_runtest_setup(item: pytest.Item) -> None:
    """Tests marked `office` are skipped without LibreOffice; where CI=true its absence is a failure."""
    if item.get_closest_marker("office") is None or available():
        return
    absent("LibreOffice (soffice) is not installed")
