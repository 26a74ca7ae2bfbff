"""The text definition of a form: JSON in, :class:`Form` out, and back again.

A matrix is written compactly: attributes shared by a table, a column or a row stand there once, and a rule with
``"each": "column"`` (or ``"row"``) is one formula over the keys of the other axis. :func:`form_of` expands,
:func:`definition_of` compacts; each undoes the other.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from xltools import rules
from xltools.form import (
    Aggregate,
    Comparison,
    Entry,
    Form,
    FormError,
    Indicator,
    Layout,
    Level,
    Line,
    ListTable,
    Matrix,
    Rule,
    Section,
    Table,
)
from xltools.formphrases import phrase_definition, phrase_of
from xltools.schema import schema_problems

FORMAT = 1
_ATTRIBUTES = ("measure", "decimals", "aggregate", "required", "note")
_DEFAULTS: Mapping[str, Any] = {"measure": "", "decimals": 0, "aggregate": "sum", "required": False, "note": ""}


def form_of(definition: Any, source: str) -> Form:
    """The form a definition describes; :class:`FormError` when it breaks the published schema.

    Whether the rules make sense is the business of :mod:`xltools.formlint`.
    """
    problems = schema_problems("form.schema.json", definition)
    if problems:
        raise FormError(source, problems)
    tables = tuple(_table_of(table) for table in definition["tables"])
    matrices = {table.id: table for table in tables if isinstance(table, Matrix)}
    expanded = tuple(rule for entry in definition["rules"] for rule in _rules_of(entry, matrices, source))
    computed = set(_computed_names(definition["tables"], tables))
    stated = equations(expanded)
    return Form(
        id=definition["id"],
        version=definition["version"],
        title=definition["title"],
        period=definition.get("period", ""),
        layout=Layout(**{key: tuple(value) for key, value in definition["layout"].items()}),
        tables=tuple(_with_formulas(table, computed, stated) for table in tables),
        rules=expanded,
        comparison=Comparison(**definition.get("comparison", {})),
        phrases=tuple(map(phrase_of, definition.get("phrases", ()))),
    )


def definition_of(form: Form) -> dict[str, Any]:
    """The compact definition of a form: :func:`form_of` of it equals the form."""
    stated = equations(form.rules)
    return {
        "xltools": FORMAT,
        "id": form.id,
        "version": form.version,
        "title": form.title,
        **page_definition(form),
        "tables": [
            _list_definition(table, stated) if isinstance(table, ListTable) else _matrix_definition(table, stated)
            for table in form.tables
        ],
        "rules": list(_rule_definitions(form)),
        **({"phrases": list(map(phrase_definition, form.phrases))} if form.phrases else {}),
    }


def computed_names(definition: Mapping[str, Any], form: Form) -> tuple[str, ...]:
    """The indicators that the definition says are computed, whether or not it gives them something to compute."""
    return tuple(_computed_names(definition["tables"], form.tables))


def page_definition(form: Form) -> dict[str, Any]:
    """What a definition says of the page and the comparison, as the hidden sheet 表式 holds it too."""
    return {
        "period": form.period,
        "layout": {
            "grid": list(form.layout.grid),
            "unit_spans": list(form.layout.unit_spans),
            "signature_spans": list(form.layout.signature_spans),
        },
        "comparison": {"ratio": form.comparison.ratio, "floor": form.comparison.floor},
    }


def dumps(definition: Mapping[str, Any]) -> str:
    """The definition as text, one indicator, row, column or rule a line."""

    def flat(value: Any) -> str:
        return json.dumps(value, ensure_ascii=False)

    def block(values: Sequence[Any], indent: str) -> str:
        return "[\n" + ",\n".join(f"{indent}  {flat(value)}" for value in values) + f"\n{indent}]"

    def table_text(table: Mapping[str, Any]) -> str:
        parts = [
            f'      "{key}": ' + (block(value, "      ") if key in ("rows", "columns") else flat(value))
            for key, value in table.items()
        ]
        return "    {\n" + ",\n".join(parts) + "\n    }"

    lines = []
    for key, value in definition.items():
        if key == "tables":
            lines.append('  "tables": [\n' + ",\n".join(map(table_text, value)) + "\n  ]")
        else:
            lines.append(f'  "{key}": ' + (block(value, "  ") if key in ("rules", "phrases") else flat(value)))
    return "{\n" + ",\n".join(lines) + "\n}\n"


def equations(all_rules: Sequence[Rule]) -> dict[str, str]:
    """For each indicator that some rule equates with an expression: that expression (the first such rule's)."""
    found: dict[str, str] = {}
    for rule in all_rules:
        try:
            tree = rule.expression
        except rules.RuleError:
            continue  # reported by formlint, with the rule's id and the place in the formula
        if isinstance(tree, rules.Binary) and tree.op == "=" and isinstance(tree.left, rules.Name):
            right = rule.formula[tree.left.end :].strip().removeprefix("=").strip()
            found.setdefault(tree.left.name, right)
    return found


def _table_of(table: Mapping[str, Any]) -> Table:
    if table["kind"] == "list":
        return ListTable(
            id=table["id"],
            headings=tuple(table["headings"]),
            rows=tuple(_row_of(row) for row in table["rows"]),
            spans=tuple(table["spans"]),
        )
    lines = {
        axis: tuple(Line(entry["key"], tuple(entry["labels"])) for entry in table[axis]) for axis in ("rows", "columns")
    }
    shape = Matrix(
        id=table["id"],
        rows=lines["rows"],
        columns=lines["columns"],
        cells=(),
        join=table.get("join", "_"),
        section=table.get("section", ""),
        heading=table.get("heading", ""),
        corner=table.get("corner", ""),
        label_spans=tuple(table["label_spans"]),
        value_spans=tuple(table["value_spans"]),
    )
    cells = tuple(
        tuple(_cell_of(table, shape, r, c) for c in range(len(shape.columns))) for r in range(len(shape.rows))
    )
    return replace(shape, cells=cells)


def _row_of(row: Mapping[str, Any]) -> Section | Entry:
    if "section" in row:
        return Section(row["section"], row.get("level", 0))
    return Entry(row["label"], _indicator_of(row["name"], row), row.get("level", 0))


def _cell_of(table: Mapping[str, Any], shape: Matrix, r: int, c: int) -> Indicator:
    row, column = table["rows"][r], table["columns"][c]
    name = shape.cell_name(shape.rows[r], shape.columns[c])
    merged = {**_attributes(table), **_attributes(column), **_attributes(row)}
    if "carried_from" in row:
        merged["carried_from"] = shape.join.join(key for key in (row["carried_from"], column["key"]) if key)
    merged |= table.get("cells", {}).get(name, {})
    return _indicator_of(name, merged)


def _attributes(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {key: entry[key] for key in _ATTRIBUTES if key in entry}


def _indicator_of(name: str, entry: Mapping[str, Any]) -> Indicator:
    return Indicator(
        name=name,
        measure=entry.get("measure", ""),
        decimals=entry.get("decimals", 0),
        aggregate=Aggregate(entry.get("aggregate", "sum")),
        required=entry.get("required", False),
        formula=_without_sign(entry.get("formula", "")),
        carried_from=entry.get("carried_from", ""),
        note=entry.get("note", ""),
    )


def _without_sign(formula: str) -> str:
    """The formula without the ``=`` that comes along when it is copied from a cell."""
    return formula.strip().removeprefix("=").strip()


def _computed_names(entries: Sequence[Mapping[str, Any]], tables: Sequence[Table]) -> Iterator[str]:
    for entry, table in zip(entries, tables, strict=True):
        if isinstance(table, ListTable):
            yield from (row["name"] for row in entry["rows"] if row.get("computed") or "formula" in row)
            continue
        for r, row in enumerate(entry["rows"]):
            for c, column in enumerate(entry["columns"]):
                name = table.cells[r][c].name
                own = entry.get("cells", {}).get(name, {})
                if any(attributes.get("computed") for attributes in (row, column, own)) or "formula" in own:
                    yield name


def _with_formulas(table: Table, computed: set[str], stated: Mapping[str, str]) -> Table:
    """``computed: true`` means: the template's cell holds the right side of the equation that a rule states."""

    def filled(indicator: Indicator) -> Indicator:
        if indicator.formula or indicator.name not in computed:
            return indicator
        return replace(indicator, formula=stated.get(indicator.name, ""))

    if isinstance(table, ListTable):
        entries = (replace(r, indicator=filled(r.indicator)) if isinstance(r, Entry) else r for r in table.rows)
        return replace(table, rows=tuple(entries))
    return replace(table, cells=tuple(tuple(map(filled, row)) for row in table.cells))


def _rules_of(entry: Mapping[str, Any], matrices: Mapping[str, Matrix], source: str) -> Iterator[Rule]:
    formula = _without_sign(entry["formula"])
    first = Rule(entry["id"], Level(entry["level"]), entry["description"], formula, entry.get("message", ""))
    if "each" not in entry:
        yield first
    elif entry["table"] in matrices:
        yield from _expanded(first, matrices[entry["table"]], entry["each"])
    else:
        raise FormError(source, (f"规则 {entry['id']}:没有编号为 {entry['table']} 的矩阵表",))


def _expanded(first: Rule, matrix: Matrix, each: str) -> Iterator[Rule]:
    lines = matrix.columns if each == "column" else matrix.rows
    try:
        rules.parse(first.formula)
    except rules.RuleError:
        yield first  # as it stands, for formlint to report it once
        return
    for offset, line in enumerate(lines):
        yield Rule(
            id=f"R{int(first.id[1:]) + offset:04d}",
            level=first.level,
            description=first.description.replace("{行列}", line.key),
            formula=rules.rename(first.formula, _full_names(matrix, line, each)),
            message=first.message.replace("{行列}", line.key),
        )


def _full_names(matrix: Matrix, line: Line, each: str) -> dict[str, str]:
    """Key of the other axis → full name, along one line of a matrix."""
    if each == "column":
        return {row.key: matrix.cell_name(row, line) for row in matrix.rows}
    return {column.key: matrix.cell_name(line, column) for column in matrix.columns}


def _rule_definitions(form: Form) -> Iterator[dict[str, Any]]:
    position = 0
    while position < len(form.rules):
        family = _family_at(form, position)
        if family is None:
            yield _rule_definition(form.rules[position])
            position += 1
        else:
            length, definition = family
            yield definition
            position += length


def _rule_definition(rule: Rule, **extra: str) -> dict[str, Any]:
    entry: dict[str, Any] = {"id": rule.id, **extra, "level": str(rule.level), "formula": rule.formula}
    entry["description"] = rule.description
    if rule.message:
        entry["message"] = rule.message
    return entry


def _family_at(form: Form, position: int) -> tuple[int, dict[str, Any]] | None:
    """The rules from ``position`` on as one rule per row or column of a matrix, if expanding it gives just them."""
    first = form.rules[position]
    for matrix in (table for table in form.tables if isinstance(table, Matrix)):
        for each, lines in (("column", matrix.columns), ("row", matrix.rows)):
            full = _full_names(matrix, lines[0], each)
            keys = {name: key for key, name in full.items() if key}
            if len(lines) < 2 or not lines[0].key or not set(first.names) <= set(keys):
                continue
            pattern = Rule(
                first.id,
                first.level,
                first.description.replace(lines[0].key, "{行列}"),
                rules.rename(first.formula, keys),
                first.message.replace(lines[0].key, "{行列}"),
            )
            if tuple(_expanded(pattern, matrix, each)) == form.rules[position : position + len(lines)]:
                return len(lines), _rule_definition(pattern, table=matrix.id, each=each)
    return None


def _list_definition(table: ListTable, stated: Mapping[str, str]) -> dict[str, Any]:
    rows: list[dict[str, Any]] = []
    for row in table.rows:
        if isinstance(row, Section):
            rows.append({"section": row.label, "level": row.level})
        else:
            rows.append(
                {"name": row.indicator.name, "label": row.label, "level": row.level}
                | _indicator_definition(row.indicator, stated)
            )
    return {
        "kind": "list",
        "id": table.id,
        "headings": list(table.headings),
        "spans": list(table.spans),
        "rows": rows,
    }


def _indicator_definition(indicator: Indicator, stated: Mapping[str, str]) -> dict[str, Any]:
    entry = {key: value for key in _ATTRIBUTES if (value := getattr(indicator, key)) != _DEFAULTS[key]}
    if indicator.carried_from:
        entry["carried_from"] = indicator.carried_from
    return entry | _formula_definition(indicator, stated)


def _formula_definition(indicator: Indicator, stated: Mapping[str, str]) -> dict[str, Any]:
    if not indicator.formula:
        return {}
    if indicator.formula == stated.get(indicator.name):
        return {"computed": True}
    return {"formula": indicator.formula}


def _matrix_definition(table: Matrix, stated: Mapping[str, str]) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": "matrix", "id": table.id}
    entry |= {key: value for key in ("section", "heading", "corner") if (value := getattr(table, key))}
    entry |= {"join": table.join, "label_spans": list(table.label_spans), "value_spans": list(table.value_spans)}
    columns: list[dict[str, Any]] = [{"key": line.key, "labels": list(line.labels)} for line in table.columns]
    rows: list[dict[str, Any]] = [{"key": line.key, "labels": list(line.labels)} for line in table.rows]
    cells = {indicator.name: _indicator_definition(indicator, stated) for indicator in table.indicators()}
    by_column = list(zip(*table.cells, strict=True))
    for key in _ATTRIBUTES:
        _hoist(key, [entry], [list(table.indicators())], cells)
        _hoist(key, columns, by_column, cells)
        _hoist(key, rows, table.cells, cells)
    _hoist_carried(table, rows, cells)
    for lines, groups in ((columns, by_column), (rows, table.cells)):
        for line, group in zip(lines, groups, strict=True):
            if all(i.formula and i.formula == stated.get(i.name) for i in group):
                line["computed"] = True
                for i in group:
                    cells[i.name].pop("computed", None)
    entry |= {"columns": columns, "rows": rows}
    overrides = {name: attributes for name, attributes in cells.items() if attributes}
    return entry | ({"cells": overrides} if overrides else {})


def _hoist(
    key: str,
    entries: Sequence[dict[str, Any]],
    groups: Sequence[Sequence[Indicator]],
    cells: Mapping[str, dict[str, Any]],
) -> None:
    """Move an attribute from the cells to the entries, if the figures of each entry's group all share it."""
    shared = [{cells[i.name].get(key, _DEFAULTS[key]) for i in group} for group in groups]
    if not all(len(values) == 1 for values in shared):
        return
    for entry, values, group in zip(entries, shared, groups, strict=True):
        value = values.pop()
        if value != _DEFAULTS[key]:
            entry[key] = value
        for indicator in group:
            cells[indicator.name].pop(key, None)


def _hoist_carried(table: Matrix, rows: list[dict[str, Any]], cells: Mapping[str, dict[str, Any]]) -> None:
    for r, line in enumerate(rows):
        for source in table.rows:
            expected = [table.cell_name(source, column) for column in table.columns]
            if [i.carried_from for i in table.cells[r]] == expected:
                line["carried_from"] = source.key
                for indicator in table.cells[r]:
                    cells[indicator.name].pop("carried_from", None)
