"""The matrix of tables: each kind of field, each value, each form, each table, one oracle.

What a cell of a table says is what a report that says the same says, `plan.evaluate` of it: the
same status, values, decisions, sections and checks, or problems at the same field and in its row.
Each test is a kind in a form; what fails in it is named by value and table.
"""

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.problems import ProblemsError

np = pytest.importorskip("numpy")
pytest.importorskip("pyarrow")
pytest.importorskip("pandas")
pytest.importorskip("polars")

from support.matrix_forms import (  # noqa: E402 - needs the libraries
    FORMS,
    SLOW,
    families_of,
    family_of,
    is_missing,
    is_typed,
    make,
    meaning,
)
from support.matrix_kinds import GOOD, KINDS, LISTS, VALUES, list_plan_of, plan_of  # noqa: E402
from support.matrix_rows import ROW_FORMS, make_lists, row_meant  # noqa: E402 - the same

TAKEN_TO_HOLD = {"out-of-range", "not-a-multiple", "wrong-size", "not-allowed", "not-whole"}
"""Problems of a report that no table of a Python program has: what the schema asks of values beyond
their type is taken to hold (docs/python.md, Many reports); whole numbers are numbers."""

IN_PLACE_OF = {
    "wrong-type": "table-value",
    "wrong-format": "table-value",
    "not-finite": "table-value",
    "number-out-of-limits": "table-value",
    "no-value": "table-value",
    "field-not-scalar": "table-value",
    "lone-surrogate": "table-value",  # but of texts
}
"""What a column of single values calls the problems of a report (docs/python.md, Many reports)."""

ANSWERED_OTHERWISE = (
    # docs/parity.md, The form of columns: no date is a text, though a report takes it as one
    ("text", "moment"),
    ("choice", "moment"),
)
"""Kinds of fields whose columns refuse a family of values."""

PLAIN = ("list", "tuple", "numpy object", "pandas object", "polars Object")
"""The forms that are put every value; the others have those of their family."""

ALL = "RULETRAIL_SEEDS" in os.environ
"""Whether every form has every table, which takes a minute."""

FIRST = ("number", "text", "boolean", "date", "declared")
"""A kind for each way that columns are read."""

EVERY_TABLE = {
    *("list", "numpy object", "numpy float64", "pandas Int64", "pandas category"),
    *("polars Decimal", "polars String", "arrow decimal128", "arrow string in a dictionary"),
    *("arrow timestamp ns", "arrow date32", "arrow int64", "arrow boolean"),
}
"""The forms that are put into every table all the same."""

Answer = tuple[Any, ...]


# -- The oracle ------------------------------------------------------------------------------------


def answer_report(plan: Plan, fields: Mapping[str, Any], *, is_number: bool = False) -> Answer:
    """Answer a report by itself, what is null in it left out."""
    try:
        found = plan.evaluate({"fields": fields}, nulls="absent")
    except ProblemsError as error:
        found = {(each.field, each.code) for each in error.problems}
        # of a number only a field of whole numbers says that its type is wrong
        other = {"wrong-type": "not-whole"} if is_number else {}
        return "refused", {(field, other.get(code, code)) for field, code in found}
    except TypeError as error:
        mark = getattr(error, "mark", None)
        return "refused", {("" if mark is None else _field_at(mark.pointer), "no-value")}
    values = {code: found.values.get(code) for code in plan.rules if "." not in code}
    lists = {code: [dict(row) for row in rows] for code, rows in found.lists.items()}
    words = [dict(each) for each in (found.decisions, found.sections, found.checks)]
    return found.status, values, words, lists


def _field_at(pointer: str) -> str:
    steps = pointer.split("/")[2:]
    return (
        steps[0]
        if len(steps) < 2
        else f"{steps[0]}[{int(steps[1]) + 1}]" + "".join(f".{name}" for name in steps[2:])
    )


def answer_table(plan: Plan, table: Mapping[str, Any], rows: int) -> list[Answer] | Answer:
    """Answer a table; a list of answers, or the problems of all of it and their rows."""
    try:
        found = plan.evaluate_many(table)
    except ProblemsError as error:
        lines = {each.mark.line for each in error.problems}
        return "refused", {(each.field, each.code) for each in error.problems}, lines
    words = found.decisions, found.sections, found.checks
    return [
        (
            found.status[row],
            {code: column[row] for code, column in found.values.items()},
            [{code: column[row] for code, column in each.items()} for each in words],
            {code: each[row] for code, each in found.lists.items() if each[row] is not None},
        )
        for row in range(rows)
    ]


def tables_of(value: Any, good: tuple[Any, ...], *, every: bool) -> Iterator[tuple[str, list[Any]]]:
    """List the tables that a value is put into: all of them, or the one that is most mixed."""
    if every or not good:
        yield "alone", [value]
    if every:
        yield "in every row", [value, value]
    for each in good:
        yield "among good rows", [each, value, each]


def compare(plan: Plan, table: Mapping[str, Any], expected: Sequence[Answer], rename: Any) -> str:
    """Say how a table is answered otherwise than its reports are; empty where it is not."""
    found = answer_table(plan, table, len(expected))
    refused = [(row, each[1]) for row, each in enumerate(expected, 1) if each[0] == "refused"]
    if not refused:
        return "" if found == list(expected) else f"{found} and not {expected}"
    row, problems = refused[0]
    wanted = {(field, rename.get(code, code)) for field, code in problems}
    if problems and {code for _, code in problems} <= TAKEN_TO_HOLD:
        return ""  # whatever it answers, it answers
    return "" if found == ("refused", wanted, {row}) else f"{found} and not {wanted} in row {row}"


# -- Columns of single values ----------------------------------------------------------------------


_ANSWERS: dict[tuple[Any, ...], tuple[Any, Answer]] = {}


def once(answer: Callable[[str, Any, str], Answer], kind: str, value: Any, form: str) -> Answer:
    """Answer a value once for all forms in which it means the same; values are kept, and alike."""
    key = answer, kind, id(value), is_typed(form)
    if key not in _ANSWERS:
        _ANSWERS[key] = value, answer(kind, value, form)
    return _ANSWERS[key][1]


@cache
def good_of(kind: str, form: str) -> tuple[Any, ...]:
    """Give the first good value of a kind that a form holds, if any."""
    return next(((each,) for each in GOOD[kind] if make(FORMS[form], [each]) is not None), ())


def values_for(kind: str, form: str) -> Iterator[tuple[str, Any]]:
    """List the values that a form is put: all, or of its families, of a wrong one a few."""
    families = families_of(form) if form not in PLAIN else set()
    own = family_of(GOOD[kind][0])
    counts: dict[str, int] = {}
    for name, value in VALUES.items():
        family = family_of(value)
        if form not in PLAIN and name in SLOW:
            continue
        if families and family not in {*families, "nothing"}:
            continue
        counts[family] = counts.get(family, 0) + 1
        if form in PLAIN or family in (own, "nothing") or counts[family] <= 1:
            yield name, value


def answer_field(kind: str, value: Any, form: str) -> Answer:
    """Answer the report that a cell of single values means; a missing one is absent there."""
    if (kind, family_of(value)) in ANSWERED_OTHERWISE:
        return "refused", {("V", "no-value")}
    given = {} if is_missing(value) else {"V": meaning(value, form)}
    is_number = kind == "integer" and family_of(value) == "number"
    return answer_report(plan_of(kind), {"K": 10, **given}, is_number=is_number)


def pairs_of(forms: Mapping[str, Any]) -> list[tuple[str, str]]:
    """List the kinds with the forms that each is put to; some of the pairs, unless `ALL` are.

    A form of a family that is not the kind's own refuses it by its type alone, and kinds of one
    type share their columns: there every fifth form is enough.
    """
    chosen = []
    for first, kind in enumerate(KINDS):
        own = family_of(GOOD[kind][0])
        for at, form in enumerate(forms, first):
            families = families_of(form)
            is_own = kind in FIRST and (not families or own in families)
            if ALL or form in PLAIN or is_own or at % 5 == 0:
                chosen.append((kind, form))
    return chosen


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("kind", "form"), pairs_of(FORMS))
def test_a_cell_means_what_a_report_says(kind: str, form: str) -> None:
    wrong = []
    for name, value in values_for(kind, form):
        for table, values in tables_of(
            value, good_of(kind, form), every=ALL or form in EVERY_TABLE
        ):
            column = make(FORMS[form], values)
            if column is None:
                continue
            expected = [once(answer_field, kind, each, form) for each in values]
            given = {"K": [10] * len(values), "V": column}
            kept = {"lone-surrogate"} if kind in ("text", "choice") else set()
            rename = {code: name for code, name in IN_PLACE_OF.items() if code not in kept}
            told = compare(plan_of(kind), given, expected, rename)
            wrong += [f"{name}, {table}: {told}"] * bool(told)
    assert not wrong, "\n".join(wrong)


# -- Lists of rows ---------------------------------------------------------------------------------


def answer_list(kind: str, cell: Any, form: str) -> Answer:
    """Answer the report that a cell with a list means: what is null in it is not there."""
    given = {} if is_missing(cell) else {"L": cell}
    if isinstance(cell, list | tuple):
        given = {"L": [row_meant(row, form) for row in cell]}
    is_number = kind == "integer" and holds_number(given.get("L"))
    return answer_report(list_plan_of(kind), {"K": 10, **given}, is_number=is_number)


def holds_number(cell: Any) -> bool:
    """Tell a list whose one row has a number."""
    rows = cell if isinstance(cell, list) else []
    return [family_of(row.get("v")) for row in rows if isinstance(row, dict)] == ["number"]


ROWS_OF_ONE = {name: [{"v": value}] for name, value in VALUES.items()}


@cache
def good_list(kind: str, form: str) -> tuple[Any, ...]:
    """Give lists with the first good value of a kind that a form holds, if any."""
    rows = ([{"v": each}] for each in GOOD[kind])
    return next(((row,) for row in rows if make_lists(ROW_FORMS[form], [row]) is not None), ())


def cells_for(kind: str, form: str) -> Iterator[tuple[str, Any]]:
    """List the cells that a form is put: rows with each value, and of one kind what lists are."""
    for name, _ in values_for(kind, form):
        yield name, ROWS_OF_ONE[name]
    if kind == "number":
        yield from LISTS.items()


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("kind", "form"), pairs_of(ROW_FORMS))
def test_a_cell_of_a_row_means_what_a_report_says(kind: str, form: str) -> None:
    wrong = []
    for name, cell in cells_for(kind, form):
        for table, cells in tables_of(
            cell, good_list(kind, form), every=ALL or form in EVERY_TABLE
        ):
            column = make_lists(ROW_FORMS[form], cells)
            if column is None:
                continue
            expected = [once(answer_list, kind, each, form) for each in cells]
            given = {"K": [10] * len(cells), "L": column}
            told = compare(list_plan_of(kind), given, expected, {"no-value": "table-value"})
            wrong += [f"{name}, {table}: {told}"] * bool(told)
    assert not wrong, "\n".join(wrong)
