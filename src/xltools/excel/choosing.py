"""Which form a button works with: a packaged one, or the empty form (空表) of one's own kind of return.

On the command line a form that is not packaged is named with ``-f``. Buttons have no options: a document brings its
form along, and where many returns or a total are concerned the user is asked for the empty form, once. Rules of a
total never come from the returns: a unit must not be able to weaken its own audit.
"""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xltools.errors import CouldNotRun
from xltools.excel import host
from xltools.excel.memory import recall, remember
from xltools.form import Form, FormError
from xltools.formchoice import choose_form
from xltools.formsource import packaged_ids
from xltools.ledger import is_total
from xltools.reading.reader import form_carried_by

if TYPE_CHECKING:
    from xlwings import App


def form_of_document(app: App, path: Path, settings: Path) -> Form:
    """The form of one document: packaged, else the user's own empty form of that kind, else the one it brings along.

    CouldNotRun where it brings along none that is sound and the user names none.
    """
    form_id = form_carried_by(path)
    if not form_id or form_id in packaged_ids():
        return choose_form("", [path])
    known = _remembered(form_id, settings)
    if is_total(path):  # its cells hold formulas of its own: it is no form
        return known or Form.load(own_form_file(app, form_id, settings))
    try:
        brought = Form.load(path)
    except FormError as reason:
        wrong = f"“{path.name}”带的表式有问题:{';'.join(reason.problems)}。请点“检查表式”,它指出是哪一格。"
        raise CouldNotRun(wrong) from reason
    return known if known is not None and known.version == brought.version else brought


def own_form_file(app: App, form_id: str, settings: Path, start: str = "") -> Path:
    """The file of the empty form of an id: the one of the last time, else the user's choice, which is remembered.

    CouldNotRun where the user chooses none or another form's.
    """
    before = recall(settings)
    if _remembered(form_id, settings) is not None:
        return Path(before.form)
    path = host.choose_file(app, f"选择“{form_id}”的空表(发给各单位的那一份)", start)
    if path is None:
        raise CouldNotRun(f"这些报表用的是自己的表式“{form_id}”,要有它的空表才能核对。请再点一次,选发给各单位的空表。")
    form = Form.load(path)
    if form.id != form_id:
        raise CouldNotRun(f"“{path.name}”是表式“{form.id}”,报表用的是“{form_id}”:请选它的空表。")
    remember(settings, replace(before, form=str(path)))
    return path


def _remembered(form_id: str, settings: Path) -> Form | None:
    path = recall(settings).form
    if not path or not Path(path).is_file():
        return None
    try:
        form = Form.load(path)
    except FormError:
        return None
    return form if form.id == form_id else None
