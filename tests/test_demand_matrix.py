"""The matrix of demands: what a schema asks of a report, in every form of rows, by columns and not.

A row of a batch is refused for what the report by itself is refused for: the same problems, at the
same places, in the same order, whoever answers it. What a demand is put to stands in
`support.matrix_demands`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from random import Random
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.batches.lines import BlockSize
from ruletrail.problems import Problem, ProblemsError

pytest.importorskip("pyarrow")
pytest.importorskip("pandas")
pytest.importorskip("polars")
pytest.importorskip("openpyxl")

from support.batch_runs import answer
from support.matrix_cells import json_of
from support.matrix_demands import (
    DAY,
    DEMANDS,
    FIELDS,
    LISTS,
    NUMBER,
    SUBJECTS,
    TEXT,
    TOGETHER,
    TRUTH,
    TYPES,
    Demand,
    Row,
    cells_of_list,
    list_schema,
    report_of,
    rows_of_subjects,
    rows_together,
    said_in,
    write_rows,
)
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of

SHARED = {"small": {"maximum": 9}}
"""What schemas of the fields refer to."""

FORMS = ("jsonl", "csv", "parquet", "xlsx")


def plan_of(
    fields: Mapping[str, Any],
    together: Mapping[str, Any] = {},
    subject: Mapping[str, Any] = {},
    root: Mapping[str, Any] = {},
) -> Plan:
    """Load a rulebook whose reports have these fields, of which something is asked."""
    schema = schema_of(fields)
    schema["$defs"] = SHARED
    asked = schema["properties"]
    asked["fields"] = {**asked["fields"], **together}
    asked["subject"] = {**asked["subject"], **subject}
    rules = {"absent": {"formula": f"is_missing({list(fields)[-1]})"}}
    return load_text(rulebook_text({"rules": rules}, language="2"), {**schema, **root})


Said = tuple[str, str | None, str | None, int]
"""A problem: its code, pointer and field, and its column in a line of JSON."""


def say(plan: Plan, row: Row, columns: Sequence[str], form: str) -> Any:
    """Answer the report that a row says by itself, as a row of a batch would be."""
    report = report_of(row, columns, form)
    try:
        found = plan.evaluate(json_of(report).encode() if form == "jsonl" else report)
    except ProblemsError as error:
        told = [_say_problem(each, form) for each in error.problems]
        # what is wrong with a row of a table stands where its cell does, first what is not there
        return told if form == "jsonl" else sorted(told, key=lambda each: _find_cell(each, columns))
    return json.loads(found.trail.to_json())["result"]["values"]


def _say_problem(problem: Problem, form: str) -> Said:
    pointer = problem.pointer or ""
    if form == "jsonl":
        return problem.code, pointer, problem.field, problem.mark.column
    is_column = pointer.startswith("/subject/")
    named = pointer[1:].replace("/", ".") if is_column else problem.field
    return problem.code, pointer, named, 0


def _find_cell(said: Said, columns: Sequence[str]) -> int:
    _, pointer, field, _ = said
    is_there = pointer is not None and pointer.count("/") > 1
    return columns.index((field or "").partition("[")[0]) if is_there else -1


def say_rows(plan: Plan, path: Path, least: int) -> tuple[bytes, list[Any]]:
    """Answer a file, from so many rows on by columns."""
    data, _ = answer(plan.linked, path, "jsonl", least, BlockSize(1000, 1 << 22))
    written = b"".join(data)
    with_column = path.suffix == ".jsonl"
    return written, [
        [
            (each["code"], each["pointer"], each.get("field"), each["column"] * with_column)
            for each in row["problems"]
        ]
        if "problems" in row
        else row["values"]
        for row in map(json.loads, written.splitlines())
    ]


def compare(plan: Plan, columns: Sequence[str], rows: Sequence[Row], folder: Path) -> None:
    """Assert that rows of every form are answered as their reports, by columns and one by one."""
    wrong = []
    for form in FORMS:
        path = folder / f"t.{form}"
        held = [said_in(form, row) for row in rows]
        write_rows(path, columns, held)
        by_columns, found = say_rows(plan, path, 1)
        assert by_columns == say_rows(plan, path, 10**9)[0], form
        wanted = [say(plan, row, columns, form) for row in held]
        wrong += [
            f"{form}, {row}: {one} and not {other}"
            for row, one, other in zip(held, found, wanted, strict=True)
            if one != other
        ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("name", DEMANDS)
def test_what_is_asked_of_a_field(name: str, tmp_path: Path) -> None:
    demand: Demand = DEMANDS[name]
    plan = plan_of({"V": demand.schema, "K": "number"})
    rows = [{"K": 1, "V": value} for value in demand.values]
    compare(plan, ("K", "V"), [*rows, {"K": 1}], tmp_path)


@pytest.mark.parametrize("name", DEMANDS)
def test_what_is_asked_of_a_cell(name: str, tmp_path: Path) -> None:
    demand = DEMANDS[name]
    good, cell = demand.values[0], "n" if demand.kind == NUMBER else "t"
    plan = plan_of({"K": "number", "L": rows_of({cell: demand.schema, "w": "number"}, 3)})
    lists = [[{cell: value}] for value in demand.values]
    lists += [[{cell: good}, {cell: value}, {}] for value in demand.values]
    compare(plan, ("K", "L"), [{"K": 1, "L": each} for each in lists], tmp_path)


@pytest.mark.parametrize("name", LISTS)
def test_what_is_asked_of_a_list(name: str, tmp_path: Path) -> None:
    plan = plan_of({"K": "number", "L": list_schema(*LISTS[name])})
    rows = [{"K": 1, "L": cell} for cell in cells_of_list()]
    compare(plan, ("K", "L"), [{"K": 1}, *rows], tmp_path)


@pytest.mark.parametrize("name", TOGETHER)
def test_what_is_asked_of_all_fields(name: str, tmp_path: Path) -> None:
    plan = plan_of(FIELDS, TOGETHER[name])
    compare(plan, tuple(FIELDS), list(rows_together()), tmp_path)


@pytest.mark.parametrize("root", [{}, {"required": ["rulebook", "subject"]}])
@pytest.mark.parametrize("name", SUBJECTS)
def test_what_is_asked_of_a_subject(name: str, root: Any, tmp_path: Path) -> None:
    plan = plan_of(FIELDS, {}, SUBJECTS[name], root)
    columns = ("subject.comune", "subject.prov", "N")
    compare(plan, columns, list(rows_of_subjects()), tmp_path)


# -- Several at once -------------------------------------------------------------------------------


def draw(chance: Random) -> tuple[Plan, tuple[str, ...], list[Row]]:
    """Draw a form of which much is asked, its columns in some order, and rows."""
    fields = {f"F{at}": DEMANDS[chance.choice(list(DEMANDS))] for at in range(4)}
    cells = {
        name: chance.choice([each for each in DEMANDS.values() if each.kind == kind])
        for name, kind in (("n", NUMBER), ("t", chance.choice((TEXT, DAY))))
    }
    rows_asked = list_schema(*chance.choice(list(LISTS.values())))
    rows_asked["items"]["properties"] = {name: each.schema for name, each in cells.items()}
    schemas = {code: each.schema for code, each in fields.items()} | {"L": rows_asked}
    together: Row = {}
    if chance.random() < 0.5:
        together["required"] = chance.sample(list(schemas), chance.randint(1, 3))
    if chance.random() < 0.3:
        together["dependentRequired"] = {"F0": ["F1", "L"]}
    if chance.random() < 0.3:
        together |= {"if": {"required": ["F2"]}, "then": {"required": ["F3"]}}
    subject = chance.choice(list(SUBJECTS.values())) if chance.random() < 0.5 else {}
    columns = [*schemas, "subject.comune"]
    chance.shuffle(columns)
    rows = [draw_row(chance, fields, cells) for _ in range(30)]
    return plan_of({**schemas, "K": "number"}, together, subject), ("K", *columns), rows


def draw_row(chance: Random, fields: Mapping[str, Demand], cells: Mapping[str, Demand]) -> Row:
    """Draw a row: mostly what is asked, here and there something else or nothing."""

    def fill(asked: Mapping[str, Demand]) -> Row:
        values = ((name, each.values) for name, each in asked.items() if chance.random() < 0.9)
        return {
            name: held[0] if chance.random() < 0.6 else chance.choice(held) for name, held in values
        }

    row = {"K": 1, **fill(fields)}
    if chance.random() < 0.9:
        row["L"] = [fill(cells) for _ in range(chance.randint(0, 4))]
    if chance.random() < 0.9:
        row["subject.comune"] = chance.choice(("Jesi", "jesi", "12"))
    return row


SEEDS = int(os.environ.get("RULETRAIL_SEEDS", "12"))


@pytest.mark.parametrize("part", range(4))
def test_what_is_asked_of_several(part: int, tmp_path: Path) -> None:
    for seed in range(part, SEEDS, 4):
        compare(*draw(Random(seed)), tmp_path)  # noqa: S311 - not for secrets


# -- Tables of programs ----------------------------------------------------------------------------

FORMULAS = {
    NUMBER: ("V * 2 + 1", "V > 5", "V / 3"),
    TEXT: ('if_missing(V, "none")', 'V == "ab"', "length(V)"),
    TRUTH: ("not V", "V", "is_missing(V)"),
    DAY: ("add_months(V, 1)", "V < date(2024, 6, 1)", "year(V)"),
}


def load_field(kind: str, schema: Mapping[str, Any]) -> Plan:
    """Load a rulebook that reads a field in several ways."""
    rules = {f"r{at}": {"formula": each} for at, each in enumerate(FORMULAS[kind])}
    made = {**schema_of({"V": schema}), "$defs": SHARED}
    return load_text(rulebook_text({"rules": rules}, language="2"), made)


@pytest.mark.parametrize("name", DEMANDS)
def test_a_table_answers_what_its_form_does_not_ask_of_types(name: str) -> None:
    """What the schema asks beyond types is taken to hold, and what does not hold changes nothing.

    So it is answered as by a form that asks only for the type (docs/python.md, Many reports).
    """
    demand = DEMANDS[name]
    plan, bare = load_field(demand.kind, demand.schema), load_field(demand.kind, TYPES[demand.kind])
    for value in demand.values:
        expected = answer_one(bare, value)
        for column in ([value], [demand.values[0], value]):
            assert answer_last(plan, column) == expected, value


def answer_one(plan: Plan, value: Any) -> Any:
    """Answer a report with a value; what is no day is said as tables say it."""
    try:
        return dict(plan.evaluate({"fields": {"V": value}}).values)
    except ProblemsError as error:
        return [each.code.replace("wrong-format", "table-value") for each in error.problems]


def answer_last(plan: Plan, column: list[Any]) -> Any:
    """Answer a column of a program, and give what the last row comes to."""
    try:
        found = plan.evaluate_many({"V": column}).values
    except ProblemsError as error:
        return [each.code for each in error.problems]
    return {code: each[len(column) - 1] for code, each in found.items()}
