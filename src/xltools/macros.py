"""What Excel's buttons do: each function acts on the workbook it was called from and shows its result there.

The functions take nothing and return nothing; :mod:`xltools.excel.buttons` says which button calls which. They call the
very functions that the commands call. What the user caused becomes a message in Chinese, what we caused a message that
names the log file; neither ends in VBA's error box.
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from xltools.crashlog import log_of_error
from xltools.errors import CouldNotRun
from xltools.excel import host, marking
from xltools.excel.answers import can_be_opened, conclusion, conclusion_of_one, write_answer, write_lines
from xltools.excel.memory import Remembered, recall, remember
from xltools.excel.opening import file_name, folder_of, is_file_of, namesake, opened, refuse_open
from xltools.excel.places import this_profile
from xltools.findings import count_open
from xltools.reading.package import Unreadable

if TYPE_CHECKING:
    from xlwings import App, Book

    from xltools.consolidation import Consolidation
    from xltools.returns import Return
    from xltools.reviewing import Review

TITLE = "统计表"
_Action = Callable[["Book"], None]


def _button(action: _Action) -> Callable[[], None]:
    """The function behind a button: finds the calling workbook and turns every failure into a message."""

    @functools.wraps(action)
    def run() -> None:
        import xlwings

        book: Book | None = None
        try:
            _refuse_unusable_names(sys.argv)
            book = xlwings.Book.caller()
            action(book)
        except (CouldNotRun, Unreadable) as reason:
            _tell(book, reason.message, "critical")
        except Exception:
            words = f"程序出错了,不是您的操作问题。详情记在:\n{log_of_error()}\n请把这个文件发给维护人。"
            _tell(book, words, "critical")
        finally:
            if book is not None:
                book.app.status_bar = False

    return run


@_button
def check(book: Book) -> None:
    """校验: mark what is wrong with this return, list it, and say what to do next."""
    result, problems = _checked(book)
    marks = marking.marks(book)
    if marks:
        _go_to(book, marks[0].sheet, (marks[0].row, marks[0].column))
    _tell(book, "\n".join([_verdict(result), *problems, _next_step(result, bool(marks))]))


@_button
def next_problem(book: Book) -> None:
    """下一个问题: check again, so that nothing mended is still shown, and go to the next marked cell."""
    here = book.app.selection
    at = (here.sheet.index, here.row, here.column) if here is not None else (0, 0, 0)
    result, problems = _checked(book, _previous_of_marks(book))
    marks = marking.marks(book)
    if not marks:
        step = "问题都不在某一格上,或那一格不能涂色:请看“审核结果”。" if result.findings else "没有问题格了。"
        _tell(book, "\n".join([_verdict(result), *problems, step]))
        return
    order = {sheet.name: sheet.index for sheet in book.sheets}
    later = [mark for mark in marks if (order[mark.sheet], mark.row, mark.column) > at]
    mark = (later or marks)[0]
    _go_to(book, mark.sheet, (mark.row, mark.column))


@_button
def clear_marks(book: Book) -> None:
    """清除标记: take every mark of 校验 off again."""
    had = marking.clear(book)
    _tell(book, "校验的标记已经全部去掉。" if had else "这个工作簿里没有校验的标记。")


@_button
def export_return(book: Book) -> None:
    """导出上报件: a clean .xlsx of the canonical form with exactly the figures of this document."""
    from xltools.excel.exporting import exported
    from xltools.output import ensure_writable, write_atomically

    result, _ = _checked(book, _previous_of_marks(book))
    ret = result.returns[0]
    data = exported(ret, result.form)
    verdict = _verdict(result)
    if count_open(result.findings)[0] and not _agreed(book, f"{verdict}。\n有错误的报表会被退回,仍要导出吗?"):
        return
    folder = host.choose_folder(book.app, "上报件放在哪个文件夹", folder_of(book))
    if folder is None:
        return
    target = folder / f"{file_name(ret.unit or ret.source.stem)}.xlsx"
    if is_file_of(book, target):  # it cannot be replaced by what is made of it
        target = target.with_stem(f"{target.stem}(上报件)")
    other = namesake(book.app, target)
    if other is not None and is_file_of(other, target):
        refuse_open(book.app, target)
    if target.exists() and not _agreed(book, f"“{target.name}”已经有了,要换成新的吗?"):
        return
    ensure_writable(target)
    write_atomically(target, data)
    _tell(book, f"上报件已写到:\n{target}\n{verdict}。把这个文件交上去即可。")


@_button
def consolidate_folder(book: Book) -> None:
    """选择文件夹汇总: the total of a folder of returns, opened as a new workbook."""
    app = book.app
    before = _recalled()
    folder = host.choose_folder(app, "选择放报表的文件夹", before.folder)
    if folder is None:
        return
    target = folder.parent / f"{file_name(folder.name) or '报表'}-汇总表.xlsx"
    refuse_open(app, target)
    if target.exists() and not _agreed(book, f"“{target.name}”已经有了,要换成新的吗?"):
        return
    roster_path = _roster_for(app, folder, before)
    result = _consolidated(app, folder, roster_path, target)
    _remember(folder=str(folder), roster=str(roster_path or ""), total=str(target))
    host.open_book(app, target)
    from xltools.terminal import consolidation_summary

    step = "问题列在“审核结果”,谁没有报在“报送情况”。选中一个合计数点“查看出处”,可以看到它来自哪里。"
    _tell(book, f"{consolidation_summary(result)}\n总表:{target}\n{step}")


@_button
def show_status(book: Book) -> None:
    """报送情况: that sheet of this total, or of the last total made."""
    from xltools.sheetnames import STATUS_SHEET

    total = book
    if STATUS_SHEET not in [sheet.name for sheet in book.sheets]:
        path = Path(_recalled().total)
        if not path.is_file():
            raise CouldNotRun("打开的不是总表,也还没有汇总过。请先点“选择文件夹汇总…”。")
        total = opened(book.app, path)
    total.activate()
    total.sheets[STATUS_SHEET].activate()


@_button
def trace_selected(book: Book) -> None:
    """查看出处: unit, file and cell behind the selected figure of a total; a single unit's is opened at its cell."""
    from xltools.excel.choosing import form_of_document
    from xltools.excel.selecting import question_at
    from xltools.tracing import trace

    book.app.status_bar = "正在查出处……"
    with host.saved_copy(book) as path:
        form = form_of_document(book.app, path, _settings())
        question = question_at(book.app.selection, path, form)
        if not (folder := folder_of(book)):
            raise CouldNotRun("总表还没有保存在这台电脑上:请先保存到放报表的文件夹旁边,再点“查看出处”。")
        answer = trace(path, question.indicator, form, question.unit, Path(folder))
    part = answer.contributions[0] if question.unit else None
    if part is not None and part.path is not None and can_be_opened(part):
        source = opened(book.app, part.path)
        if part.sheet in [sheet.name for sheet in source.sheets]:
            _go_to(source, part.sheet, part.cell)
            _tell(book, conclusion_of_one(part))
            return
    write_answer(book.app, answer)
    _tell(book, conclusion(answer))


@_button
def compare_with_previous(book: Book) -> None:
    """与上年比较: check again with last year's total beside it."""
    before = _recalled()
    path = host.choose_file(book.app, "选择上年的总表(或上年的报表)", before.previous)
    if path is None:
        return
    result, problems = _checked(book, path)
    _remember(previous=str(path))
    compared = [found for found in result.findings if found.code.startswith("Y")]
    said = "与上年相比没有要核对的。"
    if compared:
        said = f"与上年相比有 {len(compared)} 处要核对,已在格中标出,“审核结果”逐条列出。"
    _tell(book, "\n".join([said, _verdict(result), *problems]))


@_button
def new_template(book: Book) -> None:
    """新建空表: an unfilled form of the same kind as the open workbook, written and opened."""
    from xltools.excel.choosing import form_of_document
    from xltools.output import write_atomically
    from xltools.template import build_template

    folder = host.choose_folder(book.app, "空表放在哪个文件夹", folder_of(book))
    if folder is None:
        return
    with host.saved_copy(book) as path:
        form = form_of_document(book.app, path, _settings())
    names = (f"统计表{f' {number}' if number else ''}.xlsx" for number in range(1000))
    places = (folder / name for name in names)
    target = next(path for path in places if not path.exists() and namesake(book.app, path) is None)
    write_atomically(target, build_template(form))
    host.open_book(book.app, target)
    _tell(book, f"空表“{form.title}”已写到:\n{target}\n填黄色的格即可。")


@_button
def lint_form(book: Book) -> None:
    """检查表式: what is wrong with a form that was edited in Excel, cell by cell."""
    from xltools.form import FormError
    from xltools.formsource import load_with_defects
    from xltools.terminal import defect_lines

    marking.clear(book)
    with host.saved_copy(book) as path:
        if path.read_bytes()[:2] != b"PK":
            raise CouldNotRun(f"“{book.name}”不是 .xlsx 工作簿:请先另存为 .xlsx,再点“检查表式”。")
        try:
            form, defects = load_with_defects(path)
        except FormError as reason:
            raise CouldNotRun(f"“{book.name}”不能当表式用:{';'.join(reason.problems)}") from reason
    *_, verdict = defect_lines(form, defects)
    problems = marking.show(book, [replace(defect, file=book.name) for defect in defects], verdict)
    _tell(book, "\n".join([verdict, *problems]))


@_button
def manual(book: Book) -> None:
    """使用手册: what each button does, as a new workbook."""
    from xltools.excel.manual import manual_lines

    write_lines(book.app, "使用手册", manual_lines())


@_button
def diagnose(book: Book) -> None:
    """环境诊断: what ``xltools addin doctor`` says."""
    from xltools.excel.doctor import diagnosis

    _tell(book, "\n".join(check.line for check in diagnosis()))


# --- the same calls as the commands' ---


def _checked(book: Book, previous_path: Path | None = None) -> tuple[Review, list[str]]:
    """What ``xltools check`` says of the document as it stands, marked in it; and what could not be marked, and why.

    CouldNotRun, and no marks, where it is no return at all.
    """
    from xltools.excel.choosing import form_of_document
    from xltools.previous import load_previous
    from xltools.reading.batch import read_many
    from xltools.reviewing import review

    book.app.status_bar = "正在核对……"
    with host.saved_copy(book) as path:  # nothing is taken off before it is sure that the rest is there
        form = form_of_document(book.app, path, _settings())
        previous = load_previous(previous_path, form) if previous_path else None
    marking.clear(book)
    with host.saved_copy(book) as path:
        result = review(list(read_many([(path, path.name)], form)), form, previous=previous)
    if result.returns[0].rejected:  # somebody's other workbook: nothing is put into it
        raise CouldNotRun(result.returns[0].findings[0].message)
    return result, marking.show(book, result.findings, _verdict(result), compared=previous is not None)


def _previous_of_marks(book: Book) -> Path | None:
    """The other year that the marks on a document come from, so that going through them does not lose them."""
    path = Path(_recalled().previous)
    return path if marking.was_compared(book) and path.is_file() else None


def _consolidated(app: App, folder: Path, roster_path: Path | None, target: Path) -> Consolidation:
    from xltools.excel.choosing import own_form_file
    from xltools.form import FormError
    from xltools.running import Order, carry_out

    app.status_bar = "正在找报表……"
    # in this process: further ones are what security software on office machines objects to
    order = Order(folder, target, roster=roster_path, jobs=1)

    def watched(returns: Iterator[Return], count: int) -> Iterator[Return]:
        return _watched(app, returns, count)

    try:
        return carry_out(order, watched).result
    except FormError as reason:  # the returns say they are of a form that we do not ship
        form = own_form_file(app, reason.source, _settings(), str(folder.parent))
        return carry_out(replace(order, form=str(form)), watched).result


def _watched(app: App, returns: Iterator[Return], count: int) -> Iterator[Return]:
    step = max(1, count // 50)
    for number, ret in enumerate(returns, start=1):
        if number % step == 0 or number == count:
            app.status_bar = f"正在读取 {number}/{count}:{ret.source.path}"
        yield ret
    app.status_bar = "正在写总表……"


def _roster_for(app: App, folder: Path, before: Remembered) -> Path | None:
    """The roster of the last time for the same folder, else one that lies in or beside it, else the user's choice."""
    if before.roster and before.folder == str(folder) and Path(before.roster).is_file():
        return Path(before.roster)
    for place in (folder, folder.parent):
        for name in ("单位名录.xlsx", "单位名录.csv"):
            if (place / name).is_file():
                return place / name
    return host.choose_file(app, "选择单位名录(没有就点取消)", str(folder.parent))


# --- what the user sees ---


def _tell(book: Book | None, words: str, mode: str = "info") -> None:
    if book is not None:
        book.app.status_bar = False
        book.app.alert(words, TITLE, mode=mode)
    else:
        sys.stderr.write(words)  # no workbook to show it in: xlwings shows what stands here
        sys.exit(1)


def _agreed(book: Book, question: str) -> bool:
    return book.app.alert(question, TITLE, buttons="yes_no") == "yes"


def _verdict(result: Review) -> str:
    from xltools.sheetstate import verdict_text

    return verdict_text(*count_open(result.findings))


def _next_step(result: Review, marked: bool) -> str:
    if marked:
        return "有问题的格已涂色并加批注,“审核结果”逐条列出。改好以后点“下一个问题”,会重新核对。"
    return "问题列在“审核结果”。" if count_open(result.findings) != (0, 0) else "可以点“导出上报件”了。"


def _go_to(book: Book, sheet_name: str, cell: str | tuple[int, int]) -> None:
    sheet = book.sheets[sheet_name]
    sheet.activate()
    sheet.range(cell).select()


# --- places ---


def _settings() -> Path:
    return this_profile().settings_folder


def _recalled() -> Remembered:
    return recall(_settings())


def _remember(**paths: str) -> None:
    remember(_settings(), replace(_recalled(), **paths))


def _refuse_unusable_names(arguments: Sequence[str]) -> None:
    """xlwings takes the workbook's name from the command line up to the first "="."""
    for argument in arguments:
        if argument.startswith("--wb=") and "=" in argument.removeprefix("--wb="):
            raise CouldNotRun("文件名里有“=”,按钮认不出它:请另存为不带“=”的文件名再点。")
