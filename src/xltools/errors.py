"""The one kind of exception that a user may cause: why something could not be done, in a sentence for the user."""

from __future__ import annotations


class CouldNotRun(Exception):  # noqa: N818 -- it says what the user sees
    """Nothing was done, and ``message`` says why and what to do, in Chinese. Commands end with exit code 2."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message
