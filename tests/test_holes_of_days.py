"""Days on which no dated value is in force: told where a valid report may ask on them."""

import json
from datetime import date
from itertools import product
from pathlib import Path
from typing import Any

import pytest

import ruletrail
from ruletrail.evaluations import evaluate_record
from ruletrail.rulebooks import Check
from ruletrail.values import ErrorValue
from support.command_line import call
from support.library_folders import write

FIRST, LAST = date(2020, 1, 1), date(2026, 12, 31)
FIELDS: dict[str, dict[str, Any]] = {
    "d": {
        "type": "string", "format": "date",
        "formatMinimum": str(FIRST), "formatMaximum": str(LAST),
    },
    "n": {"type": "number", "minimum": 0, "maximum": 9},
    "b": {"type": "boolean"},
}  # fmt: skip
HEAD = """\
language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: schema.json
locale: it
day: d
"""
BEFORE = "[{from: 2023-01-01, value: 1}, {from: 2024-01-01, value: 2}]"
BETWEEN = "[{from: 2020-01-01, until: 2022-12-31, value: 1}, {from: 2024-01-01, value: 2}]"
AFTER = "[{from: 2020-01-01, value: 1}, {from: 2024-01-01, until: 2024-12-31, value: 2}]"
READ = "rules: {r: {formula: n * p}}\n"


def check(expect: str, severity: str = "error") -> str:
    message = "message: {it: x}"
    return f'checks: {{c: {{expect: "{expect}", severity: {severity}, {message}}}}}\n{READ}'


def decide(*conditions: str, policy: str = "first") -> str:
    cases = [f'      - {{outcome: o{at}, when: "{each}"}}\n' for at, each in enumerate(conditions)]
    last = "      - {outcome: z, otherwise: true}\n"
    return f"decisions:\n  D:\n    policy: {policy}\n    cases:\n{''.join(cases)}{last}"


ASKED = {
    "read": (BEFORE, READ),
    "read between": (BETWEEN, READ),
    "warning": (BEFORE, check("year(d) >= 2023", "warning")),
    "check of either": (BEFORE, check("year(d) >= 2023 or b")),
    "check of some days": (BEFORE, check("year(d) >= 2022")),
    "a later case": (BEFORE, decide("n <= p", "year(d) < 2023")),
    "some days": (BEFORE, decide("year(d) < 2022", "n <= p")),
    "some reports": (BEFORE, decide("year(d) < 2023 and b", "n <= p")),
    "exclusive": (BEFORE, decide("year(d) < 2023", "n <= p", policy="exclusive")),
}
EARLY = "year(d) < 2023"
NOT_ASKED = {
    "check": (BEFORE, check("d >= date(2023, 1, 1)")),
    "check of more": (BEFORE, check("year(d) >= 2023 and b")),
    "check between": (BETWEEN, check("year(d) != 2023")),
    "check after": (AFTER, check("year(d) <= 2024")),
    "rule between": (BETWEEN, 'rules: {r: {formula: n * p, when: "year(d) != 2023"}}\n'),
    "an earlier case": (BEFORE, decide("d < date(2023, 1, 1)", "n <= p")),
    "two earlier cases": (BEFORE, decide(f"{EARLY} and b", f"{EARLY} and not b", "n <= p")),
    "a case that says so": (BEFORE, decide("year(d) >= 2023 and n <= p", "year(d) < 2023")),
}  # fmt: skip


def asks_on_a_day_without(folder: Path) -> bool:
    """Tell whether a report that no check refuses has an error for want of a value."""
    plan = ruletrail.load(folder / "r.yaml")
    days = [FIRST, LAST, *(date(year, 6, 1) for year in range(2020, 2027))]
    for day, number, truth in product(days, (0, 1, 2, 9), (True, False)):
        fields = {"d": str(day), "n": number, "b": truth}
        report = plan.read({"rulebook": "prova/2024", "fields": fields})
        concluded = evaluate_record(plan.linked, report).conclusions
        is_refused = any(
            isinstance(each.entry, Check)
            and each.entry.severity == "error"
            and each.fact == "failed"
            for each in concluded
        )
        if not is_refused and any(isinstance(each.fact, ErrorValue) for each in concluded):
            return True
    return False


@pytest.mark.parametrize("name", [*ASKED, *NOT_ASKED])
def test_a_hole_is_told_where_a_valid_report_may_ask_on_its_days(name: str, folder: Path):
    values, body = (ASKED | NOT_ASKED)[name]
    write(folder / "schema.json", json.dumps({"properties": {"fields": {"properties": FIELDS}}}))
    write(folder / "r.yaml", f"{HEAD}parameters: {{p: {{values: {values}}}}}\n{body}")
    out = call("check", "r.yaml", "--format", "json")[1]
    codes = [each["code"] for each in json.loads(out)["problems"]]
    assert "yaml-syntax" not in codes
    assert ("dated-hole" in codes) == (name in ASKED) == asks_on_a_day_without(folder)
