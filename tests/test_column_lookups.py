"""Scales and keyed tables in columns: the reference's answers, whatever the numbers and the table.

Rulebooks drawn from seeds call them too (`tests/test_compiled.py`); here every kind meets its
edges: thresholds to the digit, quotients, keys of several columns, numbers that pass 63 bits.
"""

import random
from decimal import Decimal

import pytest

from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import running
from support.evaluators import compare_columns
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

MANY = [(at * 10, at * 37 % 101) for at in range(60)]
"""So many bands that they are searched for."""

SCALES = {
    "step": {"kind": "step", "bands": [
        {"from": 0, "value": 0}, {"above": 7000, "value": 120.5},
        {"from": 15000.25, "value": 240}, {"above": 15000.25, "value": 7},
    ]},
    "taxed": {"kind": "marginal", "bands": [
        {"from": 0, "rate": 0.23}, {"above": 28000, "rate": 0.35}, {"above": 50000, "rate": 0.43},
    ]},
    "line": {"kind": "linear", "bands": [
        {"from": -10, "value": 5}, {"from": 20, "value": 15.5}, {"from": 23, "value": 7},
    ]},
    "steps": {"kind": "step", "bands": [{"above": t, "value": v} for t, v in MANY]},
    "lines": {"kind": "linear", "bands": [{"from": t, "value": v} for t, v in MANY]},
    "taxes": {"kind": "marginal", "bands": [{"from": t, "rate": v / 100} for t, v in MANY]},
}  # fmt: skip
TABLES = {
    "weight": {"by": ["n"], "otherwise": 2.46, "rows": [
        {"n": 1, "value": 1.0}, {"n": 2, "value": 1.57}, {"n": [3, 4], "value": 2.04},
    ]},
    "wide": {"by": ["n"], "rows": [{"n": 0.5, "value": "half"}, {"n": 28000, "value": "much"}]},
    "zone": {"by": ["z", "n", "b"], "rows": [
        {"z": "A", "n": 1.5, "b": True, "value": "one"},
        {"z": ["B", "C"], "n": 28000, "b": False, "value": "two"},
    ]},
    "member": {"by": ["z"], "otherwise": {"not_applicable": True}, "rows": [
        {"z": "A", "value": True}, {"z": "B", "value": False},
    ]},
}  # fmt: skip
RULES = {
    **{f"{name}_x": f"{name}(x)" for name in (*SCALES, "weight", "wide")},
    **{f"{name}_xy": f"{name}(x / y)" for name in (*SCALES, "weight", "wide")},
    "zone_x": "zone(z, x, b)",
    "zone_filled": 'zone(if_missing(z, "C"), if_missing(x, 28000), if_missing(b, false))',
    "member_z": "member(z)",
    "known": 'member("A")',
    "counted": "step(7000.01) + weight(3) + taxed(28000.5)",
    "joined": "default(weight(x), 1) * taxed(x) + line(y)",
}
EDGES = (
    *("0", "1", "2", "3", "4", "0.5", "1.5", "-5", "-10", "-10.5", "20", "22", "23", "590"),
    *("7000", "7000.01", "15000.25", "15000.26", "28000", "28000.5", "50000"),
)


@pytest.fixture(scope="module")
def compiled():
    """Load a rulebook that looks up in every way."""
    rules = {code: {"formula": formula} for code, formula in RULES.items()}
    rules["apart"] = {"formula": "step(x) / taxed(y)", "when": "x > 0 and y > 0"}
    text = rulebook_text({"scales": SCALES, "tables": TABLES, "rules": rules}, language="2")
    fields = {"x": "number", "y": "number", "z": "string", "b": "boolean"}
    plan = load_text(text, schema_of(fields))
    return plan, CompiledRulebook(plan.linked)


def draw(rng, plan):
    """Draw a report; one field of ten is left out."""
    fields = {
        "x": Decimal(rng.choice(EDGES)),
        "y": Decimal(rng.choice([*EDGES, "3", "-7"])),
        "z": rng.choice("ABCD"),
        "b": rng.random() < 0.5,
    }
    given = {code: value for code, value in fields.items() if rng.random() < 0.9}
    return plan.read({"rulebook": REFERENCE, "fields": given})


def test_columns_look_up_as_the_reference(compiled, monkeypatch):
    """Tables of every shape, each row by columns alone: at thresholds, below the first, by gaps."""
    plan, functions = compiled
    monkeypatch.setattr(running._Job, "run_row", None)
    rng = random.Random(7)  # noqa: S311 - the same cases each time
    for rows in (1, 1, 2, 3, 3, 120):
        compare_columns(functions, [draw(rng, plan) for _ in range(rows)])


@pytest.mark.parametrize("blocks", [2, 32_768])
def test_numbers_past_63_bits_are_handed_on(compiled, blocks, monkeypatch):
    """The row whose number is too large goes to the compiled function; the others stay."""
    plan, functions = compiled
    monkeypatch.setattr(running, "BLOCK_ROWS", blocks)
    numbers = ["999999999999999.9999999999", "7000", "-999999999999999", "0.0000000001", "3", "4"]
    reports = [
        plan.read({"rulebook": REFERENCE, "fields": {"x": Decimal(one), "y": Decimal(two)}})
        for one, two in zip(numbers, reversed(numbers), strict=True)
    ]
    compare_columns(functions, reports)


def test_keys_far_apart_and_many(monkeypatch):
    """Thousands of keys of two columns, by a search and by distance: one answer each."""
    monkeypatch.setattr(running._Job, "run_row", None)
    rows = [{"z": f"Z{at % 7}", "n": at * at * 1000, "value": at} for at in range(0, 3000, 3)]
    tables = {"far": {"by": ["z", "n"], "rows": rows, "otherwise": -1}}
    rules = {"r": {"formula": "far(z, n)"}, "q": {"formula": "far(z, n / 2)"}}
    text = rulebook_text({"tables": tables, "rules": rules}, language="2")
    plan = load_text(text, schema_of({"z": "string", "n": "number"}))
    asked = [*rows[::50], *({**row, "n": row["n"] + 1} for row in rows[::200])]
    asked += [{**row, "n": row["n"] * 2} for row in rows[::100]]
    reports = [
        plan.read({"rulebook": REFERENCE, "fields": {"z": row["z"], "n": row["n"]}})
        for row in asked
    ]
    compare_columns(CompiledRulebook(plan.linked), reports)


def test_days_as_keys_and_values(monkeypatch):
    """A table by days, of days: a key is the day itself, whatever is near it."""
    monkeypatch.setattr(running._Job, "run_row", None)
    tables = """
tables:
  k:
    by: [d]
    otherwise: 2000-01-01
    rows: [{d: 2024-05-31, value: 2025-01-01}, {d: 2024-06-30, value: 2026-01-01}]
rules: {r: {formula: k(d)}, s: {formula: "r < date(2025, 6, 1)"}}
"""
    day = {"type": "string", "format": "date"}
    plan = load_text(rulebook_text({}, language="2") + tables, schema_of({"d": day}))
    given = [{"d": "2024-05-31"}, {"d": "2024-06-30"}, {"d": "2024-06-29"}, {}]
    reports = [plan.read({"rulebook": REFERENCE, "fields": fields}) for fields in given]
    compare_columns(CompiledRulebook(plan.linked), reports)
