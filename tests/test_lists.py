"""Lists of rows: the reference, the checker and tables agree on rulebooks made at random.

Rules of rows read fields, other rules of their row, constants and aggregates over the rows; rules
of no row read aggregates. What each form of output says of rows is tested here too.
"""

import copy
import json
import random
import re
from decimal import Decimal

import pyarrow as pa
import pytest

import ruletrail
from ruletrail.batches.streams import answer_batches
from ruletrail.compiled import CompiledRulebook
from ruletrail.formulas import parse_formula
from ruletrail.rendering import explain_step
from ruletrail.rendering.expressions import list_reads
from ruletrail.rendering.readings import read_trail
from ruletrail.verification import verify_trail
from support.evaluators import check_trail, compare_columns, compare_functions
from support.formula_writer import FormulaWriter
from support.rulebooks import REFERENCE, load_text, rows_of, rulebook_text, schema_of
from support.signing import sign

CELLS = {
    "x": "number",
    "y": "number",
    "t": {"type": "string", "enum": ["SI", "NO"]},
    "p": "boolean",
}
FIELDS = {"A": "number", "B": "number", "q": "boolean", "L": rows_of(CELLS), "M": rows_of(CELLS)}
AGGREGATES = {"number": ("sum", "min", "max"), "boolean": ("count", "any", "all")}
SEEDS = range(48)


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


def test_the_order_of_rows_decides_no_sum_at_the_limit_of_digits():
    """The limit is on partial sums, and rows have no order: they are added from the least."""
    factors = " * ".join(["L.x"] * 26)
    plan = load_text(
        rulebook_text(
            {"rules": {"L.b": {"formula": f"{factors} * L.y"}, "s": {"formula": "sum(L.b)"},
                       "t": {"formula": "sum(L.b / (L.x + 1))"}}},
            language=2,
        ),
        schema_of(FIELDS),
    )  # fmt: skip
    compiled, largest = CompiledRulebook(plan.linked), 10**15 - 1
    found = []
    for signs in ((1, 1, -1), (1, -1, 1), (-1, 1, 1)):
        report = plan.read(
            {"rulebook": REFERENCE,
             "fields": {"L": [{"x": largest, "y": sign * 9_999_999_999} for sign in signs]}}
        )  # fmt: skip
        record = compare_functions(compiled, report)
        check_trail(record)
        found.append([record.facts[code] for code in ("s", "t")])
    assert found[0] == found[1] == found[2]
    assert found[0][0] == largest**26 * 9_999_999_999


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
    rows_read = [
        code
        for code in list_reads(read_trail(trail.to_dict(), None), step)
        if code.startswith("L[")
    ]
    assert rows_read == [f"L[{row}].d" for row in range(1, 13)]


def _compare_stored(trail):
    document, stored = trail.to_dict(), json.loads(trail.to_json())
    # a table of rows has its columns as the form does, which no stored trail says
    for step in (step for step in document["steps"] if step["kind"] != "rows"):
        told, again = (explain_step(each, step["id"], "it") for each in (document, stored))
        assert told == again, step["id"]


# -- One household, looked at from all sides -------------------------------------------------------

HOUSEHOLD = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Household
report: schema.json
locale: en
lists:
  members: {label: Members of the household, row: "{members.name}"}
rules:
  members.minor: {label: Minor, formula: members.age < 18}
  members.share:
    formula: members.income / sum(members.income)
    when: not members.minor and sum(members.income) > 0
    round: {decimals: 2, mode: half_up}
  minors: {formula: count(members.minor)}
  income: {formula: "sum(members.income if not members.minor else 0)", unit: euro}
sections:
  who: {title: Who, due: "true", fields: [members, members.name, members.income]}
checks:
  members.sound:
    expect: members.income < 50000
    message: {en: "{members.name} has {members.income}"}
"""
MEMBER = {
    "name": {"type": "string"},
    "age": {"type": "integer"},
    "income": {"type": "number", "minimum": 0, "unit": "euro"},
    "share": {"type": "number"},
}
MEMBERS = [
    {"name": "Anna", "age": 40, "income": 60000, "share": 0.75},
    {"name": "Bruno", "age": 9, "income": 0},
    {"age": 50, "income": 20000},
]


@pytest.fixture(scope="module")
def plan():
    """Give the plan of a small household."""
    return load_text(HOUSEHOLD, schema_of({"members": rows_of(MEMBER, 500)}))


@pytest.fixture(scope="module")
def household(plan):
    """Give the evaluation of three members: one rich, one minor, one without a name."""
    return plan.evaluate({"fields": {"members": MEMBERS}})


def test_a_caller_reads_the_values_of_rows(plan, household):
    """Values of rows stand apart, by row and name; what has none is absent."""
    assert [set(row) for row in household.lists["members"]] == [
        {"minor", "share"}, {"minor"}, {"minor", "share"},
    ]  # fmt: skip
    assert household.lists["members"][0]["share"] == Decimal("0.75")
    assert set(household.values) == {"minors", "income"}
    assert household.checks == {"members.sound": "failed"}
    assert household.sentences == (("members[1].sound", "Anna has 60,000.00"),)
    assert household.missing == ("members[3].name",)
    assert plan.evaluate({"fields": {}}).lists == {}
    assert plan.evaluate({"fields": {"members": []}}).lists == {"members": ()}
    assert copy.deepcopy(household).lists == household.lists
    assert plan.blank()["fields"] == {"members": None}
    assert list(plan.fields) == [f"members.{name}" for name in MEMBER]


def test_what_is_wrong_in_a_row_names_its_field_and_place(plan):
    """Rows are counted from 1 in fields, from 0 in pointers."""
    rows = [{"age": 3}, {"name": 1, "age": "x", "shoe": 40}, 7]
    with pytest.raises(ruletrail.ProblemsError) as raised:
        plan.evaluate({"fields": {"members": rows}})
    found = {(each.code, each.field, each.pointer) for each in raised.value.problems}
    assert found == {
        ("wrong-type", "members[2].name", "/fields/members/1/name"),
        ("wrong-type", "members[2].age", "/fields/members/1/age"),
        ("unknown-key", "members[2].shoe", "/fields/members/1/shoe"),
        ("wrong-type", "members[3]", "/fields/members/2"),
    }


def test_pages_show_a_row_each_and_what_gathers_them(household):
    """A table has a row for each row, by its name, and the sums stand below it."""
    page = household.to_text("en")
    assert "Lists\n-----\nMembers of the household:" in page
    table = page.partition("Lists\n")[2].partition("\n\n")[0]
    assert re.search(r"1\. Anna +Anna +40 .* 0\.75", table)
    assert re.search(r"2\. Bruno .*not applicable", table)
    assert "income: 80,000.00 euro" in table
    assert "Anna has 60,000.00" in page
    assert "Bruno" in household.to_markdown("en")
    assert "2. Bruno" in household.to_html("en")


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("members[2].minor", "9 < 18"),
        ("members[1].share", "60,000.00 / 80,000"),
        ("members.share", "3 rows"),
        ("members.sound", "3 rows: 1 failed, 2 passed"),
        ("members[1].income", "60,000.00 euro"),
        ("members", "3 rows"),
        ("income", "60,000 + 0 + 20,000"),
    ],
)
def test_explain_knows_rows_cells_and_lists(household, code, said):
    """A row's value, a cell, the list and what gathers it can all be asked for."""
    assert said in household.explain(code, "en")
    assert json.loads(household.explain(code, form="json"))["explain"]


FORGERIES = {
    "a cell": lambda doc: doc["report"]["fields"]["members"][0].update(income="1"),
    "a row less": lambda doc: doc["report"]["fields"]["members"].pop(),
    "the value of a row": lambda doc: step(doc, "members[1].minor").update(value=True),
    "an aggregate that rows share": lambda doc: step(doc, "members[*].share")["parts"][0].update(
        value="1"
    ),
    "an aggregate in a row": lambda doc: step(doc, "members[1].share")["parts"][0].update(
        value="1"
    ),
    "a part in a row": lambda doc: step(doc, "income")["parts"][0]["rows"][1].update(value=True),
    "a part of a row less": lambda doc: step(doc, "income")["parts"][0]["rows"].pop(),
    "a step of a row less": lambda doc: doc["steps"].remove(step(doc, "members[2].sound")),
    "the outcome for all rows": lambda doc: step(doc, "members.sound").update(
        outcome="passed", value={"text": "passed"}
    ),
    "another formula in a row": lambda doc: step(doc, "members[2].minor").update(
        formula="members.age < 19"
    ),
    "another row": lambda doc: step(doc, "members[2].minor").update(row=1),
    "a value of the result": lambda doc: doc["result"]["lists"]["members"][0].update(share="1"),
    "an empty cell that is filled": lambda doc: step(doc, "who")["empty"].clear(),
    "a sentence of another row": lambda doc: step(doc, "members[1].sound")["message"].update(
        text="Bruno has 0.00"
    ),
}


def step(document, code):
    """Find a step of a trail."""
    return next(each for each in document["steps"] if each["id"] == code)


@pytest.mark.parametrize("forgery", FORGERIES)
def test_a_forged_row_is_found(household, forgery):
    """The checker derives each row anew: nothing of one can be changed, signed anew or not."""
    document = json.loads(household.trail.to_json())
    assert verify_trail(sign(document).encode(), "trail.json") == []
    FORGERIES[forgery](document)
    assert verify_trail(sign(document).encode(), "trail.json") != []


def test_rows_without_order_cost_no_more_than_their_number():
    """A sum that each of 500 rows reads is worked out once: no row goes through all others."""
    rules = {
        f"L.r{at}": {
            "formula": f"L.x / sum(L.y + 1) - min(L.x) + {f'L.r{at - 1}' if at else 'L.y'}"
        }
        for at in range(20)
    }
    plan = load_text(
        rulebook_text({"rules": rules}, language="2"),
        schema_of({"L": rows_of({"x": "number", "y": "number"}, 500)}),
    )
    sizes = []
    for count in (100, 200):
        rows = [{"x": at % 7, "y": at} for at in range(count)]
        sizes.append(len(plan.evaluate({"fields": {"L": rows}}).trail.to_json()))
    assert sizes[1] < 2.1 * sizes[0]


def test_rows_go_through_batches(plan):
    """JSON lines carry lists as they are, tables as JSON's text or lists of structs."""
    table = pa.table(
        {
            "members": pa.array(
                [MEMBERS, [], None, [None]],
                pa.list_(
                    pa.struct(
                        {"name": pa.string(), "age": pa.int64(), "income": pa.float64()}.items()
                    )
                ),
            )
        }
    )
    (batch,) = answer_batches(plan, table)
    rows = batch.to_pylist()
    assert [row["status"] for row in rows] == ["invalid", "complete", "incomplete", None]
    assert json.loads(rows[0]["lists.members"])[1] == {"minor": True}
    assert (rows[1]["lists.members"], rows[2]["lists.members"]) == ("[]", None)
    assert rows[2]["missing"] == "members"
    assert "null-value" in rows[3]["problems"]
