"""The total workbook (汇总表): itself a valid return, every figure a live formula over 明细."""

from __future__ import annotations

from xltools.consolidation import GRAND_TOTAL, Consolidation, reservation
from xltools.form import PERIOD, UNIT, Aggregate, Form, Indicator
from xltools.sheetnames import MAIN_SHEET, UNIT_SHEET
from xltools.sheetstate import rows_of
from xltools.writing.chartsheet import write_chart_sheet
from xltools.writing.comparisonsheet import indicator_rows, write_unit_sheet
from xltools.writing.content import Content
from xltools.writing.detailsheet import grand_total, write_detail_sheet, write_provenance_sheet
from xltools.writing.findingsheet import write_finding_sheet
from xltools.writing.formsheet import audit_column, bad_count_reference, write_form_sheet
from xltools.writing.guidesheet import write_guide_sheet
from xltools.writing.names import define_names
from xltools.writing.rulesheet import write_rule_sheet
from xltools.writing.statussheet import write_status_sheet
from xltools.writing.structuresheet import write_structure_sheet
from xltools.writing.styles import Book


def build_total(result: Consolidation) -> bytes:
    """The workbook as .xlsx bytes; the same consolidation always gives the same bytes."""
    form = result.form
    content = _content(result)
    state = content.state(form)
    book = Book(f"{result.unit}{form.title}")
    write_form_sheet(book, form, content, state, locked=True)
    _link_to_parts(book, form)
    write_unit_sheet(book, result)
    write_detail_sheet(book, result)
    write_finding_sheet(book, result)
    write_status_sheet(book, result)
    write_rule_sheet(book, form, content, state, bad_count_reference(form))
    write_guide_sheet(book, form)
    write_structure_sheet(book, form)
    write_provenance_sheet(book, result)
    write_chart_sheet(book, result)
    define_names(book, form)
    return book.finish()


def total_formula(result: Consolidation, indicator: Indicator) -> str:
    """How 统计表 gets a total: from 明细; a rate is computed from the totals of its parts."""
    if indicator.aggregate is Aggregate.NONE:
        return f"ROUND({indicator.formula},{indicator.decimals})"
    return grand_total(result, indicator)


def _link_to_parts(book: Book, form: Form) -> None:
    """Beside every row of figures, off the printed page, an arrow to the same row of 分单位.

    In the gap before the audit column, since LibreOffice drops links from formula cells and the labels are what a
    return is recognised by.
    """
    sheet = book.workbook.get_worksheet_by_name(MAIN_SHEET)
    arrow, rows = book.style("arrow"), indicator_rows(form)
    for row, indicators in rows_of(form).items():
        target = f"internal:{UNIT_SHEET}!A{rows[indicators[0].name]}"
        sheet.write_url(row - 1, audit_column(form) - 2, target, arrow, "»", "看各单位的数")


def _content(result: Consolidation) -> Content:
    totals = result.totals[GRAND_TOTAL]
    formulas = {
        name: total_formula(result, indicator)
        for name, indicator in result.form.indicators.items()
        if totals.get(name) is not None
    }
    period: str | int = int(result.period) if result.period else ""
    return Content({UNIT: result.unit, PERIOD: period}, totals, formulas, reservation=reservation(result))
