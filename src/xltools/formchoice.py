"""Which form applies: the one named on the command line, else the one that the files carry."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from xltools.form import Form, FormError
from xltools.formsource import packaged_form, packaged_ids
from xltools.reading.sources import DEFAULT_OPTIONS, ReadOptions

DEFAULT_FORM = "xxgk2017"
_SAMPLE, _TRIED = 50, 6


class UnknownFormError(FormError):
    """A file carries a form that is not packaged and has to be named. ``source`` is the form's id."""

    def __init__(self, form_id: str, path: Path) -> None:
        known = "、".join(packaged_ids())
        where = "请用 -f 指出它的空表或定义文件,如 -f 空表.xlsx"
        problem = f"“{path.name}”用的是表式“{form_id}”,不是自带的({known}):{where}"
        super().__init__(form_id, (problem,))
        self.message = problem


def choose_form(named: str, files: Sequence[Path], options: ReadOptions = DEFAULT_OPTIONS) -> Form:
    """The form named, else the one most files say they are of, else the packaged one that reads them best.

    Looks at no more than 50 files, evenly spread. ``options``: how they will be read. UnknownFormError where the files
    carry a form that is not packaged.
    """
    if named:
        return Form.load(named)
    from xltools.reading.reader import form_carried_by
    sample = files[:: max(1, -(-len(files) // _SAMPLE))]
    carried = [(path, form_id) for path in sample if (form_id := form_carried_by(path, options))]
    if not carried:
        return _best_reading(sample[:_TRIED], options)
    counts = Counter(form_id for _, form_id in carried)
    form_id = max(counts, key=lambda each: (counts[each], each in packaged_ids(), each == DEFAULT_FORM))
    if form_id not in packaged_ids():
        raise UnknownFormError(form_id, next(path for path, each in carried if each == form_id))
    return packaged_form(form_id)


def _best_reading(sample: Sequence[Path], options: ReadOptions) -> Form:
    """Files without a form's identity (retyped, exported): the form whose labels they have."""
    from xltools.reading.reader import read

    forms = sorted((packaged_form(form_id) for form_id in packaged_ids()), key=lambda form: form.id != DEFAULT_FORM)
    return min(forms, key=lambda form: sum(read(path, form, options).rejected for path in sample))
