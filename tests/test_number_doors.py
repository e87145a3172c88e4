"""One number is read alike through every door: Python, JSON, rows, columns, and the checker."""

import json
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

import ruletrail
from ruletrail.compiled.columns.columns import ColumnError
from ruletrail.documents import REPORT_LIMITS, from_python
from ruletrail.values import show_large
from ruletrail.verification.facts import read_written
from support.command_line import call
from support.rulebooks import HEAD_TEXT

LONGEST = 4
"""Characters of an exponent, its sign included."""

EXPONENTS = (0, 9, 10, 11, 14, 15, 98, 399, 400, 401, 999, 1_000, 9_999, 10_000, 999_999)
WRITTEN = [
    f"{mantissa}e{sign}{exponent}"
    for mantissa in ("0", "-0", "0.00", "1", "-1", "0.1", "12.50", "1000")
    for sign in ("", "-")
    for exponent in EXPONENTS
]


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("doors")
    schema = {"properties": {"fields": {"type": "object", "properties": {"A": {"type": "number"}}}}}
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    (folder / "r.yaml").write_text(HEAD_TEXT + "rules:\n  X: {formula: A}\n", encoding="utf-8")
    return folder / "r.yaml"


@pytest.fixture(scope="module")
def plan(book: Path) -> ruletrail.Plan:
    return ruletrail.load(book)


@pytest.fixture(scope="module")
def rows(book: Path) -> list[Decimal | None]:
    """Return what a batch says of each number, in a row of JSON."""
    lines = [f'{{"rulebook": "prova/2024", "fields": {{"A": {text}}}}}\n' for text in WRITTEN]
    path = book.with_name("in.jsonl")
    path.write_text("".join(lines), encoding="utf-8")
    _, out, _ = call("batch", path, "--rulebook", book, "-o", "-", "--to", "jsonl")
    found = [json.loads(line, parse_float=Decimal, parse_int=Decimal) for line in out.splitlines()]
    return [None if row.get("problems") else Decimal(row["values"]["X"]) for row in found]


def _refused(error: ruletrail.ProblemsError, code: str) -> None:
    assert [problem.code for problem in error.problems] == [code]


def told(plan: ruletrail.Plan, report: object) -> Decimal | None:
    """Return the value; None where the number is beyond the limits."""
    try:
        found = plan.evaluate(report).number("X")  # type: ignore[arg-type]  # bytes, or a mapping
    except ruletrail.ProblemsError as error:
        return _refused(error, "number-out-of-limits")
    assert isinstance(found, Decimal)
    return found


def in_columns(plan: ruletrail.Plan, number: Decimal) -> Decimal | None:
    try:
        return plan.evaluate_many({"A": [number]}).values["X"][0]
    except ruletrail.ProblemsError as error:
        return _refused(error, "table-value")


@pytest.mark.parametrize("at", range(len(WRITTEN)), ids=WRITTEN)
def test_every_door_reads_the_same(plan: ruletrail.Plan, rows: list[Decimal | None], at: int):
    pytest.importorskip("numpy")
    text = WRITTEN[at]
    wanted = told(plan, f'{{"rulebook": "prova/2024", "fields": {{"A": {text}}}}}'.encode())
    assert rows[at] == wanted
    exact = read_written(text)
    assert exact == wanted if wanted is not None else exact is None
    # a Decimal keeps no point, and moves its exponent: across the longest one it is another text
    number = Decimal(text)
    moved = len(str(number.as_tuple().exponent))
    if (moved > LONGEST) == (len(text.partition("e")[2]) > LONGEST):
        assert told(plan, {"fields": {"A": number}, "rulebook": "prova/2024"}) == wanted
        assert in_columns(plan, number) == wanted


@pytest.mark.parametrize("text", ["0E+9999", "-0E+9999", "0E+12"])
def test_what_python_writes_of_a_zero_is_verified(plan: ruletrail.Plan, text: str, tmp_path: Path):
    trail = tmp_path / "trail.json"
    report = {"rulebook": "prova/2024", "fields": {"A": Decimal(text)}}
    trail.write_text(f"{plan.evaluate(report).trail.to_json()}\n", encoding="utf-8")
    status, out, err = call("verify", trail)
    assert status == 0, out + err


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (10**5_000, "≈1E+5000"),
        (-(10**5_000), "≈-1E+5000"),
        (10**400, "≈1E+400"),
        (123_456_789 * 10**2_000_000, "≈1.23457E+2000008"),
        (Fraction(1, 10**5_000), "≈1E-5000"),
        (Fraction(-(7**9_000), 3), "≈-2.54237E+7605"),
    ],
    ids=["long", "negative", "401 digits", "millions of digits", "small", "a quotient"],
)
def test_numbers_too_long_to_be_written_say_how_large_they_are(number, shown):
    """One of 5,001 digits was shown as `9999…` once, also where it was negative, and as `…`."""
    assert show_large(number) == shown
    _, problems = from_python({"fields": {"a": number}}, "report", REPORT_LIMITS)
    [problem] = problems
    assert (problem.code, problem.details["text"]) == ("number-out-of-limits", f"`{shown}`")
    assert ColumnError("a", 0, number).shown == shown
