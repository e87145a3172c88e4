"""Lists of rows: the reference, the checker and tables agree on rulebooks made at random.

Rules of rows read fields, other rules of their row, constants and aggregates over the rows; rules
of no row read aggregates. What each form of output says of rows is tested here too.
"""

import json
import random

import pytest

from ruletrail.compiled import CompiledRulebook
from ruletrail.formulas import parse_formula
from ruletrail.rendering import explain_step
from ruletrail.rendering.expressions import list_reads
from support.evaluators import check_trail, compare_columns, compare_functions
from support.formula_writer import FormulaWriter
from support.rulebooks import REFERENCE, load_text, rows_of, rulebook_text, schema_of

CELLS = {
    "x": "number",
    "y": "number",
    "t": {"type": "string", "enum": ["SI", "NO"]},
    "p": "boolean",
}
FIELDS = {"A": "number", "B": "number", "q": "boolean", "L": rows_of(CELLS), "M": rows_of(CELLS)}
AGGREGATES = {"number": ("sum", "min", "max"), "boolean": ("count", "any", "all")}
SEEDS = range(120)


def _aggregate(rng, row):
    """Write an aggregate over an expression of a row; gives its text and its type."""
    kind = rng.choice(("number", "boolean"))
    name = rng.choice(AGGREGATES[kind])
    argument = row.fitting(kind, rng.randint(0, 2)).text
    return f"{name}({argument})", "number" if name == "count" or kind == "number" else "boolean"


def _writer(rng, over=""):
    """Make a writer of formulas over the fields of no row, and of a list's rows."""
    writer = FormulaWriter(rng)
    writer.groups = {"number": {}, "boolean": {}}
    writer.numbers |= {"A": None, "B": None}
    writer.booleans.append("q")
    if over:
        writer.numbers |= {f"{over}.x": None, f"{over}.y": None}
        writer.booleans.append(f"{over}.p")
        writer.texts[f"{over}.t"] = ("SI", "NO")
    else:
        writer.numbers |= {"size(L)": None}
        writer.booleans.append("is_missing(L)")
        writer.texts["s"] = ("si", "no")
    return writer


def _know(writer, code, kind):
    if kind == "number":
        writer.numbers[code] = None
    else:
        writer.booleans.append(code)


def _make(seed):
    """Make a rulebook with rules of rows, rules that gather them, and checks of rows."""
    rng = random.Random(seed)  # noqa: S311 - the same rulebooks each time
    rows, plain = {over: _writer(rng, over) for over in ("L", "M")}, _writer(rng)
    rules, checks = {}, {}
    for number in range(rng.randint(4, 9)):
        over = rng.choice(("L", "L", "M", ""))
        writer = rows[over] if over else plain
        for _ in range(rng.randint(0, 2)):
            text, kind = _aggregate(rng, rows[rng.choice(("L", "M"))])
            if parse_formula(text, 2)[0] is not None:
                _know(writer, text, kind)
        kind = rng.choice(("number", "boolean"))
        entry = {"formula": writer.fitting(kind, rng.randint(1, 3)).text}
        if rng.random() < 0.4:
            entry["when"] = writer.fitting("boolean", 1).text
        if kind == "number" and rng.random() < 0.3:
            entry["round"] = {"decimals": 1, "mode": "half_up"}
        code = f"{over}.r{number}" if over else f"r{number}"
        # an expression of a row may be of all rows: who reads it must not be read by it
        rules[code] = entry
        _know(writer, code, kind)
        if rng.random() < 0.3:
            text = rows["L"].fitting("boolean", 1).text
            checks[f"L.c{number}"] = {"expect": text, "message": {"it": "{L.t}, {L.x}, {A}"}}
    writer = plain
    decisions = {
        "s": {"cases": [{"outcome": "si", "when": "q"}, {"outcome": "no", "otherwise": True}]}
    }
    sections = {"z": {"due": "q", "fields": ["A", "L", "L.x", "M.t"], "optional": ["M.t"]}}
    text = rulebook_text(
        {"rules": rules, "decisions": decisions, "sections": sections, "checks": checks},
        language="2",
    )
    return text, [_report(rng) for _ in range(3)]


def _report(rng):
    fields = {"A": rng.choice((0, 1, -2.5)), "B": rng.choice((0, 3)), "q": rng.random() < 0.5}
    for over in ("L", "M"):
        if rng.random() < 0.8:
            fields[over] = [_row(rng) for _ in range(rng.choice((0, 1, 2, 3, 5)))]
    return {
        "rulebook": REFERENCE,
        "fields": {c: v for c, v in fields.items() if rng.random() < 0.9},
    }


def _row(rng):
    cells = {
        "x": rng.choice((0, 1, 2, -3, 0.5)),
        "y": rng.choice((0, 1, 10)),
        "t": rng.choice(("SI", "NO")),
        "p": rng.random() < 0.5,
    }
    return {name: value for name, value in cells.items() if rng.random() < 0.85}


@pytest.mark.parametrize("block", range(4))
def test_all_evaluators_agree_on_generated_rulebooks(block):
    """Reference, compiled functions, columns and the checker say the same of random rows."""
    outcomes = set()
    for seed in SEEDS[block::4]:
        text, reports = _make(seed)
        plan = load_text(text, schema_of(FIELDS))
        compiled, read = CompiledRulebook(plan.linked), [plan.read(each) for each in reports]
        for report in read:
            record = compare_functions(compiled, report)
            check_trail(record)
            outcomes |= {type(each.fact).__name__ for each in record.conclusions}
        compare_columns(compiled, read)
    assert {"Fraction", "bool", "Missing", "NotApplicable", "ErrorValue"} <= outcomes


def test_no_explanation_of_rows_depends_on_the_order_of_keys():
    """In a stored trail the keys are sorted, and the tenth row stands before the second."""
    for seed in SEEDS[:2]:
        text, reports = _make(seed)
        plan = load_text(text, schema_of(FIELDS))
        _compare_stored(plan.evaluate(reports[0]).trail)
    entries = {
        "rules": {"L.d": {"formula": "L.y - L.x"}, "total": {"formula": "sum(L.d) + A"}},
        "checks": {"L.c": {"expect": "L.d > 0", "message": {"it": "{L.x}"}}},
    }
    fields = {**FIELDS, "L": rows_of(CELLS, 12)}
    plan = load_text(rulebook_text(entries, language="2"), schema_of(fields))
    rows = [{"x": number, "y": 7} for number in range(12)]
    trail = plan.evaluate({"rulebook": REFERENCE, "fields": {"A": 1, "L": rows}}).trail
    _compare_stored(trail)
    step = next(each for each in json.loads(trail.to_json())["steps"] if each["id"] == "total")
    rows_read = [code for code in list_reads(step) if code.startswith("L[")]
    assert rows_read == [f"L[{row}].d" for row in range(1, 13)]


def _compare_stored(trail):
    document, stored = trail.to_dict(), json.loads(trail.to_json())
    # a table of rows has its columns as the form does, which no stored trail says
    for step in (step for step in document["steps"] if step["kind"] != "rows"):
        told, again = (explain_step(each, step["id"], "it") for each in (document, stored))
        assert told == again, step["id"]
