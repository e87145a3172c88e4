"""Lists of rows, as callers ask for them: `python -m benchmarks.households`.

A household of five (ages by birthday, minors, an equivalence scale, a tax by bands), and 500 rows
with twenty rules of a row each, which must cost about 500 times what one row does. The reference
answers the same beside the compiled function.
"""

import json
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import ruletrail
from benchmarks.timing import Times, table, time_all
from ruletrail.answers import Evaluation
from ruletrail.evaluations import evaluate_record

ROWS = (1, 5, 50, 500)
RULES = 20

HEAD = """language: 2
edition: "2024"
version: 1.0.0
status: draft
locale: en
title: Benchmark
"""
HOUSEHOLD = """rulebook: household
scales:
  tax:
    kind: marginal
    of: euro
    unit: euro
    bands:
      - {from: 0, rate: 23 %}
      - {above: 28000, rate: 35 %}
      - {above: 50000, rate: 43 %}
tables:
  equivalence:
    by: [members]
    rows:
      - {members: 1, value: 1.00}
      - {members: 2, value: 1.57}
      - {members: 3, value: 2.04}
      - {members: 4, value: 2.46}
    otherwise: 2.85
rules:
  members.age: {formula: "years_between(members.born, day_asked)"}
  members.minor: {formula: members.age < 18}
  members.tax: {formula: tax(members.income), when: not members.minor, unit: euro}
  minors: {formula: count(members.minor)}
  income: {formula: sum(members.income), unit: euro}
  taxes: {formula: sum(members.tax), unit: euro}
  youngest: {formula: min(members.age)}
  parameter: {formula: equivalence(size(members)) + 0.2 * minors}
  indicator: {formula: (income - taxes) / parameter, round: {decimals: 2, mode: half_up}}
decisions:
  help:
    cases:
      - {outcome: granted, when: indicator <= 20000}
      - {outcome: refused, otherwise: true}
checks:
  members.plausible: {expect: members.born <= day_asked, severity: error}
"""
MEMBER = {
    "name": {"type": "string"},
    "born": {"type": "string", "format": "date"},
    "income": {"type": "number", "minimum": 0, "unit": "euro"},
}
MEMBERS = [
    {"name": "Anna", "born": "1980-03-02", "income": 30000},
    {"name": "Bruno", "born": "2010-06-01", "income": 0},
    {"name": "Carla", "born": "1979-01-01", "income": 52000},
    {"name": "Dino", "born": "2015-02-03", "income": 0},
    {"name": "Eva", "born": "1950-11-30", "income": 12000},
]


REPORT: dict[str, Any] = {"fields": {"day_asked": "2024-05-31", "members": MEMBERS}}


def main() -> int:
    """Print the tables; 1 when an answer differs from the reference."""
    with tempfile.TemporaryDirectory() as folder:
        household, rows = load_household(Path(folder)), load_rows(Path(folder))
    wrong = print_household(household)
    return 1 if print_rows(rows) + wrong else 0


def load_household(folder: Path) -> ruletrail.Plan:
    """Load the rulebook of a household, with its functions."""
    fields = {"day_asked": {"type": "string", "format": "date"}}
    return _load(folder, "household", HOUSEHOLD, {**fields, "members": _rows(MEMBER, 20)})


def load_rows(folder: Path) -> ruletrail.Plan:
    """Load a rulebook of twenty rules of a row, each reading the one before, and what gathers."""
    rules = [
        f'  l.r{at}: {{formula: "l.{f"r{at - 1}" if at else "x"} + l.x / 2 if l.x > {at} else l.x",'
        " round: {decimals: 2, mode: half_up}}"
        for at in range(RULES)
    ]
    rules += [f"  s{at}: {{formula: sum(l.r{at})}}" for at in range(RULES)]
    rules.append("  l.share: {formula: l.r0 / sum(l.r0), when: sum(l.r0) > 0}")
    text = "rulebook: rows\nrules:\n" + "\n".join(rules) + "\n"
    return _load(folder, "rows", text, {"l": _rows({"x": {"type": "integer", "minimum": 0}}, 500)})


def _rows(cells: Mapping[str, Any], most: int) -> dict[str, Any]:
    row = {"type": "object", "properties": cells, "additionalProperties": False}
    return {"type": "array", "maxItems": most, "items": row}


def _load(folder: Path, name: str, text: str, fields: Mapping[str, Any]) -> ruletrail.Plan:
    properties = {
        "rulebook": {"type": "string"},
        "subject": {"type": "object"},
        "fields": {"type": "object", "properties": fields, "additionalProperties": False},
    }
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:{name}",
        "type": "object",
        "properties": properties,
    }
    (folder / f"{name}.schema.json").write_text(json.dumps(schema), encoding="utf-8")
    path = folder / f"{name}.yaml"
    path.write_text(HEAD + f"report: {name}.schema.json\n" + text, encoding="utf-8")
    return ruletrail.load(path).compile()


def print_household(plan: ruletrail.Plan) -> int:
    """Time a household from a mapping, and what callers read of its answer."""
    report = plan.read(REPORT)
    inputs = plan.functions.prepare(report)
    if inputs is None:
        raise TypeError("the household fits its function")
    calls: Mapping[str, Callable[[], object]] = {
        "a mapping, to status": lambda: plan.evaluate(REPORT).status,
        "a mapping, to all answers": lambda: _read(plan.evaluate(REPORT)),
        "a mapping, the trail as JSON": lambda: _read_trail(plan),
        "the function alone": lambda: plan.functions.run(inputs),
        _REFERENCE: lambda: evaluate_record(plan.linked, report),
    }
    print(table("A household of five", _time(calls), _REFERENCE))
    return _differs(plan, REPORT)


def print_rows(plan: ruletrail.Plan) -> int:
    """Time more and more rows; the cost of one must not grow with their number."""
    reports = {count: {"fields": {"l": [{"x": at % 40} for at in range(count)]}} for count in ROWS}
    calls = {
        f"{count} rows": lambda report=report: plan.evaluate(report).status
        for count, report in reports.items()
    }
    times = _time(calls)
    print(table(f"Rows with {RULES} rules each, from a mapping, to status", times, "500 rows"))
    each = (f"{count}: {times[f'{count} rows'][1] / count * 1e6:.1f} µs" for count in ROWS)
    print(f"For one row, by least: {', '.join(each)}")
    return sum(_differs(plan, report) for report in reports.values())


_REFERENCE = "reference, from a checked report"


def _time(calls: Mapping[str, Callable[[], object]]) -> Times:
    """Time calls in many short turns, so that some of them are disturbed by nothing."""
    return time_all(calls, rounds=299, least=0.0005)


def _read(evaluation: Evaluation) -> object:
    return (
        evaluation.status, evaluation.values, evaluation.lists, evaluation.decisions,
        evaluation.checks, evaluation.missing,
    )  # fmt: skip


def _read_trail(plan: ruletrail.Plan) -> str:
    return plan.evaluate(REPORT).trail.to_json()


def _differs(plan: ruletrail.Plan, report: dict[str, Any]) -> bool:
    """Tell whether the compiled answer is another than the reference's, which is said."""
    ours = plan.evaluate(report)
    theirs = Evaluation(plan.linked, evaluate_record(plan.linked, plan.read(report)))
    is_wrong = _read(ours) != _read(theirs) or ours.trail.to_json() != theirs.trail.to_json()
    if is_wrong:
        print("the compiled function and the reference differ", file=sys.stderr)
    return is_wrong


if __name__ == "__main__":
    sys.exit(main())
