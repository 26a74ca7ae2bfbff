"""A file's bytes → a workbook, whatever format the content has: the one place that knows all formats."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import Final

from xltools.reading.confined import Allowance, run_confined
from xltools.reading.grid import Grid, Workbook, blank_by
from xltools.reading.package import DEFAULT_LIMITS, Package, Unreadable, open_archive, open_package

SPREADSHEET_SUFFIXES: Final = {
    ".xlsx": "xlsx", ".xlsm": "xlsx", ".xltx": "xlsx", ".xltm": "xlsx", ".xls": "xls", ".xlt": "xls", ".et": "xls",
    ".ett": "xls", ".xlsb": "xlsb", ".ods": "ods", ".csv": "csv",
}  # fmt: skip
_KINDS: Final = {
    "xlsx": "新版 Excel(.xlsx)", "xls": "旧版 Excel 或 WPS(.xls、.et)", "xlsb": "二进制 Excel(.xlsb)",
    "ods": "OpenDocument(.ods)", "csv": "纯文本",
}  # fmt: skip
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
LIGHT: Final = 10_000_000  # bytes of XML or text: half a second, 150 MB at most

_EACH_SHEET: Final = 100_000  # bytes that reading a sheet is worth beside its own: the styles are looked at again


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How to read: a password to try on locked files, and what one file may cost (seconds, bytes of memory)."""

    password: str = ""
    time_limit: float = 20.0
    memory_limit: int = 512_000_000

    @property
    def allowance(self) -> Allowance:
        return Allowance(self.time_limit, self.memory_limit)


DEFAULT_OPTIONS: Final = ReadOptions()


class TooHeavyError(Exception):
    """Reading the file could take long or much memory: it is to be done in the confined process."""


def open_source(
    data: bytes, suffix: str, options: ReadOptions = DEFAULT_OPTIONS, most_text: float = inf
) -> Workbook:
    """The workbook that a file's bytes are; text counts as one only where the suffix (".csv") says so.

    ``most_text``: the most bytes of XML or text that may be parsed here. Raises Unreadable (F101, F102, F105, F107),
    and TooHeavyError where there is more.
    """
    try:
        package = open_package(data)
    except Unreadable as problem:
        return _open_other(data, problem, suffix, options, most_text)
    from xltools.reading.workbook import open_workbook

    _refuse_heavy(_unpacked_size(package), most_text)
    book = open_workbook(package)
    _refuse_heavy(_unpacked_size(package) + _EACH_SHEET * len(book.outline.sheets), most_text)
    return book


def is_workbook(data: bytes) -> bool:
    """Whether bytes are a workbook of any format, whatever their file is called; it may be locked or damaged."""
    if data.startswith(_OLE):
        from xltools.reading.compound import top_names

        return not top_names(data).isdisjoint(("workbook", "book", "encryptedpackage"))
    try:
        return any(name.startswith("xl/") for name in open_package(data).members)
    except Unreadable as problem:
        return problem.kind in ("ods", "xlsb") or (not problem.kind and data.startswith(_ZIP) and b"xl/" in data)


def _unpacked_size(package: Package) -> int:
    """Of all parts, whatever they are called: a sheet may be in any of them."""
    return sum(member.size for member in package.members.values())


def _refuse_heavy(size: int, most_text: float) -> None:
    if size > most_text:
        raise TooHeavyError


def mismatch(kind: str, suffix: str) -> str:
    """What to say where a file's extension does not name the spreadsheet format that its content has; "" elsewhere."""
    if SPREADSHEET_SUFFIXES.get(suffix) == kind:
        return ""
    called = f"扩展名是 {suffix}" if suffix else "没有扩展名"
    return f"{called},内容却是{_KINDS[kind]};已按内容读出,请核对,以后另存为 .xlsx,不要只改扩展名"


def _open_other(
    data: bytes, problem: Unreadable, suffix: str, options: ReadOptions, most_text: float
) -> Workbook:
    if problem.kind == "text" and suffix == ".csv":
        from xltools.reading.delimited import open_csv

        _refuse_heavy(len(data), most_text)
        return open_csv(data, DEFAULT_LIMITS)
    if problem.kind == "ods":
        from xltools.reading.opendocument import open_ods

        package = open_archive(data)
        _refuse_heavy(_unpacked_size(package), most_text)
        return open_ods(package)
    if problem.kind in ("xls", "xlsb"):
        return _open_legacy(data, problem.kind, options)
    raise problem


def _open_legacy(data: bytes, kind: str, options: ReadOptions) -> Workbook:
    from xltools.reading.legacy import read_legacy

    contents = run_confined(read_legacy, data, kind, allowance=options.allowance)

    def grid(sheet_name: str) -> Grid:
        if sheet_name not in contents.grids:
            raise Unreadable("F101", f"文件中没有工作表“{sheet_name}”的内容,请用空表重新填报")
        return contents.grids[sheet_name]

    return Workbook(kind, contents.outline, grid, blank_by(grid))
