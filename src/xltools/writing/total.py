"""The total workbook (汇总表): itself a valid return, every figure a live formula over 明细."""

from __future__ import annotations

from xltools.consolidation import GRAND_TOTAL, Consolidation
from xltools.form import PERIOD, UNIT, Aggregate, Indicator
from xltools.writing.comparisonsheet import write_unit_sheet
from xltools.writing.content import Content
from xltools.writing.detailsheet import detail_range, write_detail_sheet, write_provenance_sheet
from xltools.writing.findingsheet import write_finding_sheet
from xltools.writing.formsheet import bad_count_reference, write_form_sheet
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
    write_unit_sheet(book, result)
    write_detail_sheet(book, result)
    write_finding_sheet(book, result)
    write_status_sheet(book, result)
    write_rule_sheet(book, form, content, state, bad_count_reference(form))
    write_guide_sheet(book, form)
    write_structure_sheet(book, form)
    write_provenance_sheet(book, result)
    define_names(book, form)
    return book.finish()


def total_formula(result: Consolidation, indicator: Indicator) -> str:
    """How 统计表 gets a total from 明细, rounded to the form's decimals so that every program shows the same."""
    function = "MAX" if indicator.aggregate is Aggregate.MAX else "SUM"
    return f"ROUND({function}({detail_range(result, indicator.name)}),{indicator.decimals})"


def _content(result: Consolidation) -> Content:
    totals = result.totals[GRAND_TOTAL]
    formulas = {
        name: total_formula(result, indicator)
        for name, indicator in result.form.indicators.items()
        if totals.get(name) is not None
    }
    period: str | int = int(result.period) if result.period else ""
    return Content({UNIT: result.unit, PERIOD: period}, totals, formulas)
