"""The ribbon tab 统计表 as Office's customUI (namespace of 2006, which Excel 2007 and later read)."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import quoteattr

from xltools.excel.buttons import Button, Group

PART = "customUI/customUI.xml"
RELATIONSHIP = "http://schemas.microsoft.com/office/2006/relationships/ui/extensibility"
_NAMESPACE = "http://schemas.microsoft.com/office/2006/01/customui"


def ribbon_xml(groups: Iterable[Group]) -> bytes:
    """The part's content: one tab, its groups and their large buttons."""
    drawn = "".join(_group(number, group) for number, group in enumerate(groups, start=1))
    tab = f'<tab id="XltTab" label="统计表">{drawn}</tab>'
    xml = f'<customUI xmlns="{_NAMESPACE}"><ribbon><tabs>{tab}</tabs></ribbon></customUI>'
    return f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n{xml}'.encode()


def _group(number: int, group: Group) -> str:
    buttons = "".join(map(_button, group.buttons))
    return f'<group id="XltGroup{number}" label={quoteattr(group.label)}>{buttons}</group>'


def _button(button: Button) -> str:
    attributes = {
        "id": f"{button.sub}Button",
        "label": button.label,
        "imageMso": button.image,
        "size": "large",
        "onAction": button.sub,
        "screentip": button.label,
        "supertip": button.tip,
    }
    return f"<button {' '.join(f'{name}={quoteattr(value)}' for name, value in attributes.items())}/>"
