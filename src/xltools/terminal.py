"""What the commands print for people: a verdict line per return, the worst findings first."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from xltools.consolidation import Consolidation, FileResult, FileStatus, Outcome, UnitStatus, reported_words
from xltools.detail import Detail
from xltools.findings import Alike, Finding, Number, Severity, count_open, first_of, merge_alike
from xltools.form import Form
from xltools.sheetnames import FINDING_SHEET
from xltools.sheetstate import verdict_text
from xltools.wording import figure_text

if TYPE_CHECKING:
    from xltools.comparing import Change, Differences
    from xltools.returns import Return
    from xltools.reviewing import Review
    from xltools.tracing import Contribution, Trace

_MANY_LINES, _MANY_FINDINGS = 40, 20
_SLOW = 1  # second
_WORST_FIRST = "×!-√"
_WIDEST_UNIT, _WIDEST_VERDICT = 30, 34


def outcome_lines(outcome: Outcome, detail: Detail) -> Iterator[str]:
    """Verdict lines, then errors, open warnings, and the rest counted (all of it where detail is VERBOSE)."""
    if detail is Detail.QUIET:
        return
    yield from _verdicts(outcome, detail)
    errors = sorted((f for f in outcome.findings if f.severity is Severity.ERROR), key=_how_far)
    asked = [f for f in outcome.findings if f.severity is Severity.WARNING and f.is_open]
    asked.sort(key=lambda f: (not f.asks_unit, not f.file, f.is_against_last_year))
    confirmed = [f for f in outcome.findings if f.severity is Severity.WARNING and not f.is_open]
    notes = [f for f in outcome.findings if f.severity is Severity.INFO]
    yield from _listed("错误", errors, detail)
    yield from _listed("提示(请核对或说明)", asked, detail)
    if detail is Detail.VERBOSE:
        yield from _listed("已说明", confirmed, detail)
        yield from _listed("说明", notes, detail)
    elif confirmed or notes:
        counts = [f"单位已写情况说明的提示 {len(confirmed)} 处"] if confirmed else []
        counts += [f"供参考的说明 {len(notes)} 条"] if notes else []
        yield f"另有{'、'.join(counts)}(--verbose 全部列出)"


def _how_far(found: Finding) -> int:
    """What keeps a whole return out comes first, then what is wrong with a figure, last what is said of all."""
    return (1 if found.cell else 0) if found.file else 2


def slow_lines(returns: Iterable[Return]) -> Iterator[str]:
    """Which files took long to read, the slowest first; at least the slowest one, so that one sees how fast it goes."""
    seconds = {ret.source.path: ret.seconds for ret in returns}
    slowest = sorted(seconds, key=lambda path: -seconds[path])
    slow = [path for path in slowest if seconds[path] >= _SLOW]
    if slow:
        yield f"读了 {_SLOW} 秒以上的文件 {len(slow)} 个:"
        yield from (f"  {seconds[path]:.1f} 秒  {path}" for path in slow)
    elif slowest:
        yield f"最慢的文件读了 {seconds[slowest[0]]:.2f} 秒:{slowest[0]}"


def padded(text: str, width: int) -> str:
    """A text filled up with blanks to a width in half-width characters; a Chinese character takes two."""
    from rich.cells import cell_len

    return text + " " * max(0, width - cell_len(text))


def _verdicts(outcome: Outcome, detail: Detail) -> Iterator[str]:
    rows = list(_rows(outcome, detail))
    if detail is Detail.NORMAL and len(rows) > _MANY_LINES:
        fine = sum(1 for row in rows if row[0] == "√")
        rows = [row for row in rows if row[0] != "√"]
        rows.sort(key=lambda row: _WORST_FIRST.index(row[0]))
        if fine:
            yield f"√ {fine} 份报表可以上报(--verbose 逐份列出)"
        missing = [unit.name for unit in outcome.units if unit.status is UnitStatus.MISSING]
        if missing:
            rows = [row for row in rows if row[2] != UnitStatus.MISSING.chinese]
            yield f"× 未报 {len(missing)} 个单位:{first_of(missing, _MANY_LINES, '等')}"
    hidden = len(rows) - _MANY_LINES if detail is Detail.NORMAL else 0
    if hidden > 0:
        rows = rows[:_MANY_LINES]
    units = min(max((_width(row[1]) for row in rows), default=0), _WIDEST_UNIT)
    verdicts = min(max((_width(row[2]) for row in rows), default=0), _WIDEST_VERDICT)
    for mark, unit, verdict, file in rows:
        yield f"{mark} {padded(_cut(_one_line(unit), units), units)}  {padded(verdict, verdicts)}  {file}".rstrip()
    if hidden > 0:
        yield f"还有 {hidden} 行(--verbose 全部列出)"


def _cut(text: str, width: int) -> str:
    from rich.cells import set_cell_size

    return text if _width(text) <= width else set_cell_size(text, width - 1).rstrip() + "…"


def _rows(outcome: Outcome, detail: Detail) -> Iterator[tuple[str, str, str, str]]:
    """Mark, unit, verdict and file of every return, and of every unit that sent none."""
    about: Mapping[str, list[Finding]] = defaultdict(list)
    for found in outcome.findings:
        about[found.file].append(found)
    order = {unit.name: position for position, unit in enumerate(outcome.units)}
    files = sorted(outcome.files, key=lambda f: order.get(f.unit, len(order)))
    for file in files:
        if file.status is FileStatus.SKIPPED and detail is Detail.NORMAL and not file.unit:
            continue
        mark, verdict = _verdict(file, about[file.source.path])
        yield mark, file.unit or "-", verdict, file.source.path + file.aside_words
    for unit in outcome.units:
        if unit.status is UnitStatus.MISSING:
            yield "×", unit.name, unit.status.chinese, f"联系人:{unit.contact}" if unit.contact else ""


def _verdict(file: FileResult, findings: Sequence[Finding]) -> tuple[str, str]:
    if file.status is FileStatus.USED:
        errors, asked = count_open(found for found in findings if found.asks_unit)
        mark, _, words = verdict_text(errors, asked).partition(" ")
        return mark.replace("✗", "×"), words
    if file.status is FileStatus.SKIPPED:
        return "-", "不计入" if file.unit else "不读"
    if file.status is FileStatus.DUPLICATE:
        return ("×", file.chinese) if file.differs else ("-", f"{file.chinese},不计入")
    codes = [f.code for f in findings if f.severity is Severity.ERROR]
    if not codes:
        return "×", "未采用"
    reason = "读不出" if codes[0].startswith("F") else f"有 {len(codes)} 处错误"
    return "×", f"未采用:{_NOT_USED.get(codes[0], reason)}"


_NOT_USED = {
    "F102": "有密码", "F103": "不是本表式", "U403": "不在单位名录", "V309": "没有填", "S204": "年度不符",
    "S205": "填报单位未填",
}  # fmt: skip


def _listed(title: str, findings: Sequence[Finding], detail: Detail) -> Iterator[str]:
    if not findings:
        return
    alike = merge_alike(findings if detail is Detail.VERBOSE else _year_said_once(findings))
    shown = alike if detail is Detail.VERBOSE else alike[:_MANY_FINDINGS]
    yield ""
    yield f"{title} {len(findings)} 处:"
    for each in shown:
        yield f"  {_said(each)}"
    if len(alike) > len(shown):
        rest = sum(len(each.several) for each in alike[len(shown) :])
        yield f"  …… 还有 {rest} 处(--verbose 全部列出)"


def _year_said_once(findings: Sequence[Finding]) -> Iterator[Finding]:
    """The findings, those on a wrong year in the same words as one: the files are named in the verdicts."""
    wrong_year = Counter(found.message for found in findings if found.code == "S204")
    for found in findings:
        count = wrong_year[found.message] if found.code == "S204" else 1
        if count > 1:
            wrong_year[found.message] = 0
            yield replace(found, file=f"{found.file} 等 {count} 份", unit="", sheet="", cell="")
        elif count:
            yield found


def _said(each: Alike) -> str:
    found = each.first
    place = each.place if found.file else f"{found.unit} {each.place}".strip()
    words = f"{found.message}(情况说明:{found.explanation})" if found.explanation else found.message
    return f"{_MARKS[found.severity]} {place}{'  ' if place else ''}{_one_line(words)}  [{found.code}]"


def _one_line(text: str) -> str:
    """A text from a file must not begin a line of its own: that could look like a verdict."""
    return " ".join(text.split())


_MARKS = {Severity.ERROR: "×", Severity.WARNING: "!", Severity.INFO: "·"}


def _width(text: str) -> int:
    from rich.cells import cell_len

    return cell_len(text)


def review_summary(result: Review) -> str:
    """The closing line of ``check``."""
    summary = result.summary
    skipped = {file.source.path for file in result.files if file.status is FileStatus.SKIPPED}
    looked_at = sum(1 for ret in result.returns if ret.source.path not in skipped)
    out = [file for file in _by_status(result) if file.differs or file.status is FileStatus.REJECTED]
    said = "、".join(f"{status} {count} 份" for status, count in Counter(map(_brief, out)).items())
    refused = f"(其中{said})" if said else ""
    missing = f",未报 {summary.missing} 个单位" if summary.missing else ""
    return f"审核了 {looked_at} 份报表{refused}{missing};{summary.found_words}"


def consolidation_summary(result: Consolidation) -> str:
    """The closing line of ``consolidate``: every unit and file accounted for."""
    summary = result.summary
    counts = Counter(map(_brief, _by_status(result)))
    files = "、".join(f"{status} {count}" for status, count in counts.items())
    return (
        f"{result.unit}:{reported_words(result)};"
        f"文件 {summary.files} 个({files});{summary.found_words}"
    )


def _by_status(outcome: Outcome) -> list[FileResult]:
    return sorted(outcome.files, key=lambda file: list(FileStatus).index(file.status))


def _brief(file: FileResult) -> str:
    return file.chinese.partition(",")[0]


def trace_lines(answer: Trace) -> Iterator[str]:
    """The contributions to a figure, one unit a line, and whether they still make it."""
    names = max((_width(part.unit) for part in answer.contributions), default=0)
    figures = max((len(_figure(part.value)) for part in answer.contributions), default=0)
    for part in answer.contributions:
        no_cell = f"{part.file}(没有采用这一格或找不到它,见“{FINDING_SHEET}”)" if part.file else "没有文件"
        place = f"{part.file} {part.sheet}!{part.cell}" if part.file and part.cell else no_cell
        mark = _STATE_MARKS.get(part.state, "-") if part.value is not None else "-"
        which = "改动的那一份是" if part.state == "ambiguous" else "现在是"
        now = f",{which} {_figure(part.value_now)}" if part.value_now != part.value else ""
        digest = f"  SHA-256 {part.sha256[:12]}" if part.sha256 else ""
        yield (
            f"{mark} {padded(part.unit, names)}  {_figure(part.value):>{figures}}  {place}{digest}"
            f"  {part.state.chinese}{now}"
        )
    if answer.left_out:
        yield f"- 没有计入:{'、'.join(f'{unit}({status})' for unit, status in answer.left_out)}"
    yield ""
    yield _of_unit(answer, answer.contributions[0]) if answer.unit else _of_total(answer)
    if not answer.gone and any(part.state == "not_found" for part in answer.contributions):
        yield "! 报表一份也没找到,没有核对文件:请用 --files 指出报表在哪个文件夹"
    if answer.gone:
        yield f"× 有 {len(answer.gone)} 个文件在汇总以后不见了(删掉、改名或移走了):{'、'.join(answer.gone)}"
    if answer.changed_files:
        yield f"× 有 {len(answer.changed_files)} 个文件在汇总以后改动过:{'、'.join(answer.changed_files)}"


def _of_total(answer: Trace) -> str:
    mark, verdict = ("√", "相符") if answer.matches else ("×", "不符")
    return (
        f"{mark} {answer.indicator}:总表上是 {_figure(answer.stored)},重新相加是 {_figure(answer.recomputed)},{verdict}"
    )


def _of_unit(answer: Trace, part: Contribution) -> str:
    """A unit's own figure is held against its file: it is no sum."""
    recorded = f"{answer.indicator}({part.unit}):明细上是 {_figure(part.value)}"
    if part.state == "none":
        return f"- {answer.indicator}({part.unit}):总表里没有它的数"
    if part.state in ("not_found", "ambiguous"):
        return f"! {recorded},{part.state.chinese},没有核对"
    same = part.value == part.value_now
    return f"{'√' if same else '×'} {recorded},文件里现在是 {_figure(part.value_now)},{'相符' if same else '不符'}"


_STATE_MARKS = {"unchanged": "√", "changed": "×", "ambiguous": "!"}


def defect_lines(form: Form, defects: Sequence[Finding]) -> Iterator[str]:
    """What ``form lint`` says: a line per defect with its place and what to do, then the verdict."""
    for defect in defects:
        where = f"{defect.sheet}!{defect.cell}  " if defect.cell else f"{defect.sheet}  " if defect.sheet else ""
        yield f"{_MARKS[defect.severity]} {where}{defect.message}  [{defect.code}]"
    errors = sum(1 for defect in defects if defect.severity is Severity.ERROR)
    facts = f"{len(form.indicators)} 个指标,{len(form.rules)} 条审核公式"
    if errors:
        yield f"× “{form.title}”({form.id}):{errors} 处错误,改正后才能使用"
    elif defects:
        yield f"! “{form.title}”({form.id})可以使用({facts}),有 {len(defects)} 处请留意"
    else:
        yield f"√ “{form.title}”({form.id})可以使用:{facts}"


def _figure(value: Number | None) -> str:
    return "空白" if value is None else figure_text(value)


def difference_lines(answer: Differences, detail: Detail) -> Iterator[str]:
    """What ``diff`` says: units that came and went, then every figure that changed (with VERBOSE also unit by unit)."""
    if detail is Detail.QUIET:
        return
    for side, name in ((answer.before, "甲"), (answer.after, "乙")):
        facts = " ".join(part for part in (side.unit, f"{side.period} 年度" if side.period else "") if part)
        yield f"{name}:{side.file}  {facts}"
        if side.caution:
            yield f"! {side.caution}"
    if answer.appeared:
        yield f"! 乙多出 {len(answer.appeared)} 个单位:{'、'.join(answer.appeared)}"
    if answer.vanished:
        yield f"! 乙少了 {len(answer.vanished)} 个单位:{'、'.join(answer.vanished)}"
    yield from _changes("", answer.changes)
    if detail is Detail.VERBOSE:
        for unit, changes in answer.units.items():
            yield from _changes(unit, changes)
    yield ""


def difference_summary(answer: Differences) -> str:
    """The closing line of ``diff``."""
    counts = (
        (len(answer.changes), "{} 个指标不同"),
        (len(answer.units), "{} 个单位有变化"),
        (len(answer.appeared), "多出 {} 个单位"),
        (len(answer.vanished), "少了 {} 个单位"),
    )
    said = ",".join(words.format(count) for count, words in counts if count)
    unknown = ""
    if answer.before.caution or answer.after.caution:
        unknown = "(有一份没有各单位的数,没有比较单位)"
    elif bool(answer.before.units) != bool(answer.after.units):
        unknown = "(有一份不是总表,没有比较单位)"
    filled = sum(1 for figure in answer.after.figures.values() if figure is not None)
    same = f"√ 两份的数完全相同:{len(answer.form.indicators)} 个指标,其中 {filled} 个填了数"
    return f"{said or same}{unknown}"


def _changes(unit: str, changes: Sequence[Change]) -> Iterator[str]:
    if not changes:
        return
    yield ""
    if unit:
        yield f"{unit}:"
    names = max(_width(change.indicator) for change in changes)
    figures = max(_width(_figure(figure)) for change in changes for figure in (change.before, change.after))
    for change in changes:
        before, after = (" " * (figures - _width(text)) + text for text in map(_figure, (change.before, change.after)))
        ratio = f"({change.ratio:+.1%})" if change.ratio is not None else ""
        sign = "+" if change.amount > 0 else ""
        yield f"  {padded(change.indicator, names)}  {before} → {after}  {sign}{figure_text(change.amount)}{ratio}"
