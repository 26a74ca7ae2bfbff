"""Which form applies: the one named on the command line, else the one that the files carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from xltools.form import Form, FormError
from xltools.formsource import packaged_form, packaged_ids

if TYPE_CHECKING:
    from xltools.reading.sources import ReadOptions

DEFAULT_FORM = "xxgk2017"
_SAMPLE, _TRIED = 50, 6


def choose_form(named: str, files: Sequence[Path], options: ReadOptions | None = None) -> Form:
    """The form named, else the one most files say they are of, else the packaged one that reads them best.

    Looks at no more than 50 files, evenly spread. ``options``: how they will be read. FormError where the files carry
    a form that is not packaged.
    """
    if named:
        return Form.load(named)
    from xltools.reading.reader import form_carried_by
    from xltools.reading.sources import DEFAULT_OPTIONS

    reading = options or DEFAULT_OPTIONS
    sample = files[:: max(1, -(-len(files) // _SAMPLE))]
    carried = Counter(form_id for path in sample if (form_id := form_carried_by(path, reading)))
    if not carried:
        return _best_reading(sample[:_TRIED], reading)
    form_id = max(carried, key=lambda each: (carried[each], each in packaged_ids(), each == DEFAULT_FORM))
    if form_id not in packaged_ids():
        known = "、".join(packaged_ids())
        problem = f"文件用的是这个表式,但它不是自带的(自带:{known});请用 -f 给出它的空表或定义文件"
        raise FormError(form_id, (problem,))
    return packaged_form(form_id)


def _best_reading(sample: Sequence[Path], options: ReadOptions) -> Form:
    """Files without a form's identity (retyped, exported): the form whose labels they have."""
    from xltools.reading.reader import read

    forms = sorted((packaged_form(form_id) for form_id in packaged_ids()), key=lambda form: form.id != DEFAULT_FORM)
    return min(forms, key=lambda form: sum(read(path, form, options).rejected for path in sample))
