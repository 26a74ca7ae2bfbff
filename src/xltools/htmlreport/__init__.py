"""The HTML report (``--html``): one self-contained page of a consolidation, for people who have no spreadsheet open."""

from xltools.htmlreport.page import html_report as html_report

__all__ = ["html_report"]
