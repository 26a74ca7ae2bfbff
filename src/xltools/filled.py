"""No empty form is ever written over a return that somebody has filled in."""

from __future__ import annotations

from pathlib import Path

from xltools.form import Form
from xltools.output import OutputError


def keep_filled_return(path: Path, form: Form) -> None:
    """OutputError where the file is a return of the form with something in it."""
    if not path.is_file():
        return
    from xltools.checking import is_blank
    from xltools.reading.reader import read

    ret = read(path, form)
    if not ret.rejected and not is_blank(ret, form):
        raise OutputError(path, "这是一份填了数的报表,空表不能盖掉它,请换一个名字")
