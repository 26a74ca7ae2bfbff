"""The phrases (用语) of a form spelt out: what words stand for which formulas over indicators."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from xltools.findings import Finding, Severity, finding
from xltools.form import Form, Matrix, Phrase
from xltools.rules import Name, RuleError, names, parse, rename


@dataclass(frozen=True, slots=True)
class Meaning:
    """What prose may mean: ``formulas`` over indicators, said with one alternative of each of ``words``.

    ``measures`` are those a number must be written in; () for the ``usual`` ones, the indicators' own and those that
    say the same. ``without`` is what must not stand beside it; ``weak``: may confirm a number, never contradict one.
    ``column``: of a matrix, those of the words that name the column.
    """

    formulas: tuple[str, ...]
    words: tuple[tuple[str, ...], ...]
    measures: tuple[str, ...]
    usual: tuple[str, ...]
    without: tuple[str, ...]
    weak: bool
    column: tuple[str, ...] = ()


def meanings_of(form: Form) -> tuple[Meaning, ...]:
    """Every meaning of a sound form: phrases over a matrix's rows combined with those over its columns."""
    found = [_meaning(form, phrase.of, (phrase,)) for phrase in form.phrases if not phrase.table]
    for matrix in (table for table in form.tables if isinstance(table, Matrix)):
        rows = [phrase for phrase in form.phrases if phrase.table == matrix.id and phrase.each == "column"]
        columns = [phrase for phrase in form.phrases if phrase.table == matrix.id and phrase.each == "row"]
        for row in rows:
            for column in columns:
                formulas = tuple(_crossed(matrix, r, c) for r in row.of for c in column.of)
                meaning = _meaning(form, formulas, (row, column))
                found.append(replace(meaning, column=tuple(w for word in column.words for w in word.split("|"))))
    return tuple(found)


def phrase_of(entry: Mapping[str, Any]) -> Phrase:
    """The phrase an entry of ``phrases`` stands for."""
    lists = {key: tuple(entry.get(key, ())) for key in ("of", "words", "measures", "without")}
    return Phrase(**lists, table=entry.get("table", ""), each=entry.get("each", ""), weak=entry.get("weak", False))


def phrase_definition(phrase: Phrase) -> dict[str, Any]:
    """The entry of ``phrases`` that :func:`phrase_of` gives the phrase for."""
    entry: dict[str, Any] = {"of": list(phrase.of), "words": list(phrase.words)}
    for key in ("table", "each", "measures", "without", "weak"):
        value = getattr(phrase, key)
        if value:
            entry[key] = list(value) if isinstance(value, tuple) else value
    return entry


def phrase_defects(form: Form) -> Iterator[Finding]:
    """What is wrong with the phrases: formulas over nothing, or over what the form does not have."""
    matrices = {table.id: table for table in form.tables if isinstance(table, Matrix)}
    for number, phrase in enumerate(form.phrases, start=1):
        place = f"第 {number} 条用语({'、'.join(phrase.words) or '不说也是'})"
        if phrase.table and phrase.table not in matrices:
            yield finding("L602", f"{place}:没有编号为 {phrase.table} 的矩阵表", Severity.WARNING)
            continue
        known = _known(form, phrase, matrices)
        for formula in phrase.of:
            try:
                unknown = [name for name in names(parse(formula)) if name not in known]
            except RuleError as error:
                yield finding("L603", f"{place}:{error.message}", Severity.WARNING)
                continue
            for name in unknown:
                message = f"{place}:没有“{name}”,核对报告时不用这一条:请改正或删去"
                yield finding("L602", message, Severity.WARNING, indicator=name)


def _known(form: Form, phrase: Phrase, matrices: Mapping[str, Matrix]) -> set[str]:
    if not phrase.table:
        return set(form.indicators)
    matrix = matrices[phrase.table]
    return {line.key for line in (matrix.rows if phrase.each == "column" else matrix.columns)}


def _meaning(form: Form, formulas: Sequence[str], phrases: Sequence[Phrase]) -> Meaning:
    sound = tuple(formula for formula in formulas if _is_sound(form, formula))
    measures = tuple(dict.fromkeys(measure for phrase in phrases for measure in phrase.measures))
    usual = tuple(dict.fromkeys(form.indicators[name].measure for formula in sound for name in names(parse(formula))))
    return Meaning(
        formulas=sound,
        words=tuple(tuple(word.split("|")) for phrase in phrases for word in phrase.words),
        measures=measures,
        usual=usual,
        without=tuple(part for phrase in phrases for word in phrase.without for part in word.split("|")),
        weak=any(phrase.weak for phrase in phrases),
    )


def _is_sound(form: Form, formula: str) -> bool:
    """Whether a formula can be worked out; :func:`phrase_defects` has told about those that cannot."""
    try:
        return all(name in form.indicators for name in names(parse(formula)))
    except RuleError:
        return False


def _crossed(matrix: Matrix, over_rows: str, over_columns: str) -> str:
    """The formula over indicators where a formula over row keys meets one over column keys."""
    try:
        columns, rows = parse(over_columns), parse(over_rows)
        is_lone = isinstance(columns, Name) or isinstance(rows, Name)
        cells = {}
        for row in matrix.rows:
            here = rename(over_columns, {line.key: matrix.cell_name(row, line) for line in matrix.columns})
            cells[row.key] = here if is_lone else f"({here})"
        return rename(over_rows, cells)
    except RuleError:
        return ""
