"""The rule language: a subset of Excel's formulas over names.

A rule is one Excel formula that must give TRUE. The sheet evaluates it where the clerk types, this package
evaluates the very same text in Python, with Excel's semantics. `docs/rules.md` is the manual.

    expression = parse("工作人员数=专职人员数+兼职人员数")
    verdict_of(expression)({"工作人员数": 776, "专职人员数": 42, "兼职人员数": 730})    # False
"""

from .evaluation import compile_rule
from .lint import fragile, is_logical
from .parsing import parse, rename
from .syntax import (
    FUNCTIONS,
    Binary,
    Boolean,
    Call,
    Expression,
    Name,
    Number,
    Percent,
    RuleError,
    Text,
    Unary,
    names,
    summands,
)
from .values import CellValue, ExcelError, Value, round15
from .verdict import verdict_of

__all__ = [
    "FUNCTIONS",
    "Binary",
    "Boolean",
    "Call",
    "CellValue",
    "ExcelError",
    "Expression",
    "Name",
    "Number",
    "Percent",
    "RuleError",
    "Text",
    "Unary",
    "Value",
    "compile_rule",
    "fragile",
    "is_logical",
    "names",
    "parse",
    "rename",
    "round15",
    "summands",
    "verdict_of",
]
