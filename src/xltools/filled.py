"""No empty form is ever written over a return that somebody has filled in."""

from __future__ import annotations

from pathlib import Path

from xltools.form import Form
from xltools.output import OutputError


def keep_filled_return(path: Path, form: Form) -> None:
    """OutputError where there is a file that is not an unfilled form."""
    if not path.is_file():
        return
    from xltools.checking import is_blank
    from xltools.formsource import packaged_form, packaged_ids
    from xltools.reading.reader import form_carried_by, read

    carried = form_carried_by(path)
    of_file = packaged_form(carried) if carried != form.id and carried in packaged_ids() else form
    ret = read(path, of_file)
    if ret.rejected or not is_blank(ret, of_file):
        raise OutputError(path, "这里已有一份填了数的报表或别的文件,空表不能盖掉它,请换一个名字")
