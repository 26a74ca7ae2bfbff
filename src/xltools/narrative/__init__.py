"""The annual report from the total: text from a Word template, figures, tables and charts from the workbook.

    template = starting_template(form)                 # or the office's own, edited in Word
    report = write_report(template, figures, earlier)  # earlier: the report written last time, for its free text

:mod:`outline` makes the first template, :mod:`templates` says what is wrong in one, :mod:`speaking` words the figures,
:mod:`blocks` and :mod:`charts` put in tables and charts, :mod:`keeping` carries the office's own text from one run to
the next, :mod:`sealing` tells what else somebody changed in between.
"""

from .outline import starting_template
from .writing import Report, write_report

__all__ = ["Report", "starting_template", "write_report"]
