"""The matrix of files of text and of sheets: each row of a batch says what its report says.

Every value that a form of file holds, and what people write into its cells besides, stands in one
file, answered by columns and row by row. What a cell means is in `support.matrix_cells`.
"""

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.batches.lines import BlockSize
from ruletrail.problems import ProblemsError

pytest.importorskip("numpy")
pytest.importorskip("pyarrow")
pytest.importorskip("pandas")
pytest.importorskip("polars")
pytest.importorskip("openpyxl")

from support.batch_runs import answer
from support.matrix_cells import (
    FILES,
    NOTHING,
    NUMBERS,
    STORED,
    CannotSayError,
    FileForm,
    Refused,
    is_told_by,
    json_of,
    meaning_of_cell,
    meaning_of_text,
    sheet_cell,
    tells_nothing,
    text_of,
    write_csv,
    write_lines,
    write_sheet,
)
from support.matrix_forms import SLOW
from support.matrix_kinds import KINDS, LISTS, VALUES, list_plan_of, plan_of

TEXTS = (
    *(
        "042",
        "-0",
        "-0.0",
        "-0,0",
        "1.50",
        "1,50",
        "+1",
        "1e3",
        "1E3",
        "1.5e-2",
        "1,5e3",
        ".5",
        "5.",
    ),
    *("1.234", "1,234", "1.234,50", "1,234.50", "1.234.567", "1,234,567", "12.34.567", "0.123,4"),
    *("1/3", "12 %", "€ 5", "1 234", "1'234", " 7", "7 ", "\t7", "٣", "１", "0x10", "1_000", "--1"),
    *("NaN", "inf", "null", "~", "none", "true", "TRUE", "True", "VERO", "vero", "FALSO", "yes"),
    *("31/12/2024", "31-12-2024", "1/2/2024", "31/12-2024", "31/02/2024", "12/31/2024", "31/12/24"),
    *("2024-12-31", "2024-12-31T00:00:00", "2024-1-1", "0000-01-01", "01/01/0000", "'a'", '"a"'),
    *(
        "a\nb",
        "a\tb",
        "a;b",
        "a,b",
        "=1+1",
        "[1]",
        "{}",
        "#N/A",
        "\ufeffa",
        "a\u200b",
        "1\n",
        "\n7",
    ),
    *("999999999999999.9999999999", "1000000000000000", "0,0000000001", "3,30", "3.30", "3,330"),
)
"""What people, and programs, write into cells of text besides."""

TOKENS = (
    *("1e2", "1E+2", "1.50e1", "-0", "-0.0", "0e5", "1e-10", "1e-11", "100e-2", "1e400", "3.30"),
    *("333e-2", "3.330", "1e15", "999999999999999.99999999990", '"e\\u0301"', '"\\u00e9"', '"\\/"'),
    *(
        "NaN",
        "Infinity",
        "01",
        "+1",
        ".5",
        "1.",
        "nul",
        "'a'",
        '"a',
        '"\\ud800"',
        '"\\ud83d\\ude00"',
    ),
    *("[]", "[1]", "{}", '{"a": 1, "a": 2}', '"\\u0000"', "true ", " 7", "1 2", "/**/1"),
)
"""What stands in JSON besides."""

FIRST = ("number", "text", "boolean", "date", "declared")
"""A kind for each way that cells are read."""


def say(plan: Plan, report: Any, nulls: Any = "refused") -> Any:
    """Answer a report by itself as a row of a batch says it."""
    try:
        found = plan.evaluate(report, nulls=nulls)
    except ProblemsError as error:
        return sorted({(each.field or "", each.code) for each in error.problems})
    result = json.loads(found.trail.to_json())["result"]
    return [result.get(part, {}) for part in ("status", "values", "lists", "sections")]


_SAID: dict[tuple[Any, ...], Any] = {}
"""What reports say, by kind and by what differs in them: many forms write one report."""


def say_cell(kind: str, meant: Any) -> Any:
    """Answer the report that a cell means."""
    if isinstance(meant, Refused):
        return [("V", meant.code)]
    key = kind, type(meant), repr(meant)
    if key not in _SAID:
        given: Mapping[str, Any] = {} if meant is NOTHING else {"V": meant}
        _SAID[key] = say(plan_of(kind), {"fields": {"K": 10, **given}})
    return _SAID[key]


def say_line(kind: str, code: str, text: str, nulls: str) -> Any:
    """Answer a report with the JSON of a field or of a list; without any, it is absent."""
    key = kind, code, text, nulls
    if key not in _SAID:
        plan = plan_of(kind) if code == "V" else list_plan_of(kind)
        given = f', "{code}": {text}' if text else ""
        rulebook = plan.linked.rulebook.identity.reference
        report = f'{{"rulebook": "{rulebook}", "fields": {{"K": 10{given}}}}}'
        _SAID[key] = say(plan, report.encode(), nulls)
    return _SAID[key]


def say_rows(plan: Plan, path: Path, least: int, form: FileForm, nulls: Any) -> list[Any]:
    """Answer a file, from so many rows on by columns."""
    size, decimal = BlockSize(1000, 1 << 22), form.decimal
    data, _ = answer(plan.linked, path, "jsonl", least, size, decimal=decimal, nulls=nulls)
    rows = [json.loads(line) for line in b"".join(data).splitlines()]
    return [
        sorted({(each.get("field", ""), each["code"]) for each in row["problems"]})
        if "problems" in row
        else [row.get(part, {}) for part in ("status", "values", "lists", "sections")]
        for row in rows
    ]


def compare(
    plan: Plan, path: Path, form: FileForm, expected: Sequence[tuple[str, Any]], nulls: Any
) -> None:
    """Assert that each row of a file is answered as its report, by columns and row by row."""
    wrong = []
    for least in (1, 10**9):
        found = say_rows(plan, path, least, form, nulls)
        pairs = zip(found, expected, strict=True)
        wrong += [
            f"{name}, by {'columns' if least == 1 else 'rows'}: {row} and not {wanted}"
            for row, (name, wanted) in pairs
            if row != wanted
        ]
    assert not wrong, "\n".join(wrong)


ALL = "RULETRAIL_SEEDS" in os.environ
"""Whether every kind is put to every form."""


def is_put(kind: str, form: str) -> bool:
    """Tell whether a kind is put to a form: kinds of one type share how their cells are read."""
    return ALL or kind in FIRST or form in ("csv with commas", "refused")


NAMED = {name: value for name, value in VALUES.items() if name not in SLOW}
VALUES_AND_TEXTS = {**NAMED, **{repr(text): text for text in TEXTS}}


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in KINDS
        for name in FILES
        if name.startswith("csv") and is_put(kind, name)
    ],
)
def test_a_cell_of_csv_means_what_a_report_says(kind: str, name: str, tmp_path: Path) -> None:
    form, plan = FILES[name], plan_of(kind)
    texts = {each: text_of(value, form) for each, value in VALUES_AND_TEXTS.items()}
    held = {each: text for each, text in texts.items() if text is not None}
    if kind in NUMBERS and tells_nothing(form):
        held = {each: text for each, text in held.items() if not is_told_by(text)}
    # numbers of a column are rewritten by what signs stand in any of its cells: each file has some
    for signs in ("", ",", ".", ",."):
        part = {each: text for each, text in held.items() if signs_in(text) == signs}
        if part:
            path = tmp_path / "t.csv"
            write_csv(path, "V", list(part.values()), form)
            meant = ((each, meaning_of_text(text, kind, form)) for each, text in part.items())
            expected = [(each, say_cell(kind, value)) for each, value in meant]
            compare(plan, path, form, expected, "refused")


def signs_in(text: str) -> str:
    """List the signs of numbers that a text has."""
    return "".join(sign for sign in ",." if sign in text)


@pytest.mark.parametrize(
    ("kind", "name"),
    [
        (kind, name)
        for kind in KINDS
        for name in FILES
        if FILES[name].suffix == "xlsx" and is_put(kind, name)
    ],
)
def test_a_cell_of_a_sheet_means_what_a_report_says(kind: str, name: str, tmp_path: Path) -> None:
    form, path = FILES[name], tmp_path / "t.xlsx"
    values = {**VALUES_AND_TEXTS, **{f"stored {each}": cell for each, cell in STORED.items()}}
    held = {each: value for each, value in values.items() if sheet_cell(value, "B2") is not None}
    write_sheet(path, "V", list(held.values()))
    meant = ((each, meaning_of_cell(value, kind, form)) for each, value in held.items())
    compare(plan_of(kind), path, form, [(each, say_cell(kind, v)) for each, v in meant], "refused")


def written(values: Mapping[str, Any]) -> dict[str, str]:
    """Write values as JSON, those that it holds."""
    found = {}
    for name, value in values.items():
        try:
            found[name] = json_of(value)
        except CannotSayError:
            continue
    return found


@pytest.mark.parametrize(
    ("kind", "nulls"),
    [(kind, nulls) for kind in KINDS for nulls in ("refused", "absent") if is_put(kind, nulls)],
)
def test_a_line_of_json_means_what_its_report_says(kind: str, nulls: str, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    rows = {f"row of {name}": [{"v": value}] for name, value in NAMED.items()}
    tokens = {token: token for token in TOKENS}
    in_rows = {f"row of {token}": f'[{{"v": {token}}}]' for token in TOKENS}
    fields = (plan_of(kind), "V", {**written(NAMED), **tokens})
    lists = (list_plan_of(kind), "L", {**written({**rows, **LISTS}), **in_rows})
    for plan, code, held in (fields, lists):
        rulebook = plan.linked.rulebook.identity.reference
        write_lines(path, code, list(held.values()), str(rulebook))
        expected = [(name, say_line(kind, code, text, nulls)) for name, text in held.items()]
        compare(plan, path, FileForm("jsonl"), expected, nulls)


@pytest.mark.parametrize(("name", "nulls"), [("csv with commas", "refused"), ("xlsx", "absent")])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if is_put(kind, "lists")])
def test_a_list_in_a_cell_means_what_a_report_says(
    kind: str, name: str, nulls: str, tmp_path: Path
) -> None:
    form, plan = FILES[name], list_plan_of(kind)
    path = tmp_path / f"t.{form.suffix}"
    rows = {f"row of {each}": [{"v": value}] for each, value in NAMED.items()}
    held = {**written({**rows, **LISTS}), "nothing": ""}
    held |= {token: f'[{{"v": {token}}}]' for token in TOKENS}
    if form.suffix == "csv":
        write_csv(path, "L", list(held.values()), form)
    else:
        write_sheet(path, "L", list(held.values()))
    expected = []
    for each, text in held.items():
        wanted = say_line(kind, "L", text, nulls)
        if isinstance(wanted[0], tuple):
            # what is no JSON is said of the cell that it stands in
            wanted = sorted({(field or "L", code) for field, code in wanted})
        expected.append((each, wanted))
    compare(plan, path, form, expected, nulls)
