"""What lints and coverage know of counts of days, of what is beside all rows, and of exceptions."""

import json
import random
from datetime import date
from fractions import Fraction

import pytest

from ruletrail.analysis.bounds import primitive_node
from ruletrail.analysis.condition_solver import judge, learn_rulebook
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.ir import Node
from ruletrail.examples import list_points
from ruletrail.formulas.day_arithmetic import count_months, count_years
from support.command_line import call
from support.rulebooks import load_text, rows_of, rulebook_text, schema_of

COUNTS = {
    "count_years": count_years,
    "count_months": count_months,
    "year_of": lambda first, _: Fraction(first.year),
}
LAST = date.max.toordinal()


def _node(known):
    return Node("read", "date", range=known, text="d", key="d")


@pytest.mark.parametrize("primitive", COUNTS)
def test_bounds_of_counts_are_met_and_never_passed(primitive):
    """Every day inside gives a number inside, and the ends are those of some days, leaps too."""
    rng = random.Random(7)  # noqa: S311 - the same days each time
    leaps = [date(year, 2, 29).toordinal() for year in (1904, 2000, 2004, 2024)]
    for _ in range(150):
        pool = [*leaps, rng.randint(690_000, 740_000), rng.choice(leaps) + rng.randint(-400, 400)]
        ends = [sorted(rng.choices(pool, k=2)) for _ in range(2)]
        nodes = [_node(Interval(Fraction(low), Fraction(high), whole=True)) for low, high in ends]
        args = tuple(nodes[:1] if primitive == "year_of" else nodes)
        known = primitive_node(primitive, args).range
        days = [[date.fromordinal(rng.randint(*each)) for each in ends] for _ in range(20)]
        corners = [[date.fromordinal(a), date.fromordinal(b)] for a in ends[0] for b in ends[1]]
        seen = [COUNTS[primitive](*pair) for pair in days + corners]
        assert all(known.holds(count) for count in seen)
        assert (min(seen), max(seen)) == (known.low, known.high)


@pytest.mark.parametrize("known", [Interval(), Interval(Fraction(-5), Fraction(LAST + 9))])
def test_days_without_ends_are_those_of_the_calendar(known):
    assert primitive_node("year_of", (_node(known),)).range == Interval(
        Fraction(1), Fraction(9999), whole=True
    )
    ages = primitive_node("count_years", (_node(known), _node(known))).range
    assert (ages.low, ages.high) == (-9998, 9998)


def test_what_no_day_of_the_form_can_show_is_not_asked_of_examples():
    day = {"type": "string", "format": "date"}
    fields = {
        "nascita": {**day, "formatMinimum": "1990-01-01", "formatMaximum": "2006-12-31"},
        "domanda": {**day, "formatMinimum": "2024-01-01", "formatMaximum": "2024-12-31"},
    }
    checks = {
        "anno": {"expect": "year(domanda) == 2024", "severity": "error"},
        "adulto": {"expect": "years_between(nascita, domanda) >= 17", "severity": "error"},
    }
    linked = load_text(rulebook_text({"checks": checks}, language="2"), schema_of(fields)).linked
    points = {
        (point.code, point.side) for point in list_points(linked) if point.kind == "threshold"
    }
    assert points == {("anno", "at"), ("adulto", "at"), ("adulto", "above")}


ROWS = {"righe": rows_of({"x": "number", "y": "number"}), "a": "number"}


def _judge(text):
    rules = {"righe.r": {"formula": text}}
    linked = load_text(rulebook_text({"rules": rules}, language="2"), schema_of(ROWS)).linked
    return judge(linked.rulebook.entries["righe.r"].formula.content.tree, learn_rulebook(linked))


@pytest.mark.parametrize(
    ("text", "verdict"),
    [
        ("righe.x >= min(righe.x)", True),
        ("max(righe.x) < righe.x", False),
        ("min(righe.x) <= righe.x", True),
        ("righe.x > max(righe.x)", False),
        ("righe.x == min(righe.x)", None),
        ("righe.x > min(righe.x)", None),
        ("righe.x >= min(righe.y)", None),
        ("righe.x >= sum(righe.x)", None),
        ("righe.x >= min(righe.x, a)", None),
    ],
)
def test_a_row_is_never_under_the_least_of_all_nor_over_the_greatest(text, verdict):
    assert _judge(text) is verdict


LOOKUPS = """tables:
  tariffa: {by: [zona], rows: [{zona: 1, value: 2}], otherwise: not_applicable}
"""
SCHEMA = schema_of({"a": "number", **ROWS})


@pytest.mark.parametrize(
    ("condition", "named"),
    [
        ("tariffa(a) > a", "tariffa"),
        ("a > min(righe.x)", "righe"),
        ("a > z", "z"),
        ("tariffa(a) > z", "z"),
        ("count(righe.x > a) > a", None),
    ],
)
def test_the_lint_names_what_may_not_apply(folder, condition, named):
    """A field, a rule, a table that says so, a list that may be empty."""
    rule = {"formula": "a", "exceptions": [{"label": "E", "when": condition, "formula": "2 * a"}]}
    rules = {"z": {"when": "a > 3", "formula": "a"}, "p": rule}
    text = rulebook_text({"rules": rules}, language="2") + LOOKUPS
    (folder / "r.yaml").write_text(text, "utf-8")
    (folder / "schema.json").write_text(json.dumps(SCHEMA), "utf-8")
    status, out, err = call("check", "r.yaml", "--format", "json")
    assert (status, err) == (0, "")
    found = [
        each for each in json.loads(out)["problems"] if each["code"] == "exception-may-not-apply"
    ]
    assert [f"`{named}`" in each["hint"] for each in found] == ([True] if named else [])


@pytest.mark.parametrize(
    ("language", "codes"), [("1", ["schema-word"] * 2), ("2", ["schema-limits-crossed"])]
)
def test_ends_of_days_say_something_in_language_2_alone(folder, language, codes):
    ends = {"formatMinimum": "2024-01-02", "formatMaximum": "2024-01-01"}
    schema = schema_of({"d": {"type": "string", "format": "date", "title": "D", **ends}})
    sections = {"sections": {"s": {"title": "S", "due": True, "fields": ["d"]}}}
    (folder / "r.yaml").write_text(rulebook_text(sections, language=language), "utf-8")
    (folder / "schema.json").write_text(json.dumps(schema), "utf-8")
    _, out, _ = call("check", "r.yaml", "--format", "json")
    assert [
        each["code"] for each in json.loads(out)["problems"] if "schema" in each["code"]
    ] == codes
