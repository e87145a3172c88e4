"""The worked examples in language 2: what they count, that nothing is said against them, why."""

import json

import pytest

import ruletrail
from ruletrail.examples import (
    find_hits,
    list_points,
    read_examples,
    run_example,
)
from ruletrail.intake import check_report
from ruletrail.library import load_linked, source_of_path
from ruletrail.verification import verify_trail
from support.command_line import call
from support.evaluators import compare_columns, compare_functions, trail_bytes
from support.places import EXAMPLES

BOOKS = {
    "property-tax/imu": "homes",
    "water-bonus/bonus": "household",
    "income-tax/irpef": "employee",
}
"""By rulebook, the report beside it that its page shows."""


@pytest.mark.parametrize("book", BOOKS)
def test_its_examples_pass_and_show_everything(book):
    source = source_of_path(EXAMPLES / f"{book}.yaml")
    linked = load_linked(source)
    outcomes = [run_example(each, linked) for each in read_examples(source, linked).examples]
    failures = [each for each in outcomes if each.problems or each.failures]
    assert failures == []
    hits = {hit for each in outcomes if each.record for hit in find_hits(each.record)}
    assert [point for point in list_points(linked) if point not in hits] == []


@pytest.mark.parametrize("book", BOOKS)
def test_every_evaluator_and_the_checker_agree_on_them(book):
    source = source_of_path(EXAMPLES / f"{book}.yaml")
    plan = ruletrail.load(EXAMPLES / f"{book}.yaml")
    reports = []
    for example in read_examples(source, plan.linked).examples:
        report, problems = check_report(example.report, plan.linked)
        if report is None:
            assert problems
            continue
        reports.append(report)
        record = compare_functions(plan.functions, report)
        assert verify_trail(trail_bytes(record), "trail.json") == []
    compare_columns(plan.functions, reports)


@pytest.mark.parametrize("book", BOOKS)
def test_nothing_is_said_against_it(book):
    """No error, no warning, no remark, on the rulebook, its schema and its examples."""
    status, out, err = call("check", EXAMPLES / f"{book}.yaml", "--format", "json", "--strict")
    assert (status, err, json.loads(out)) == (0, "", {"problems": []})
    files = [EXAMPLES / f"{book}{suffix}" for suffix in (".yaml", ".test.yaml")]
    assert call("fmt", "--check", *files) == (0, "", "")


def test_three_homes_take_a_third_of_the_lines():
    """Without lists the same tax took 122 lines of rulebook and 262 of schema, by fixed slots."""
    folder = EXAMPLES / "property-tax"
    rulebook, schema = (folder / name for name in ("imu.yaml", "imu.schema.json"))
    assert len(rulebook.read_text("utf-8").splitlines()) <= 40
    assert len(schema.read_text("utf-8").splitlines()) <= 87
    for path in (rulebook, schema):
        assert max(map(len, path.read_text("utf-8").splitlines())) <= 120


def test_a_home_says_its_own_multiplier_and_no_other():
    """The trail of a home has the row of the table that answered, not a chain of categories."""
    folder = EXAMPLES / "property-tax"
    words = ("--rulebook", folder / "imu.yaml", "--lang", "en")
    status, out, _ = call("explain", folder / "homes.yaml", "immobili[3].base", *words)
    assert status == 0
    assert 'moltiplicatore("A/4") → 160' in out
    assert "B/1" not in out
    assert "in comodato a genitori o figli (comodato)" in " ".join(out.split())


def test_pages_call_what_is_chosen_in_a_row_by_its_title():
    folder = EXAMPLES / "property-tax"
    words = ("--rulebook", folder / "imu.yaml", "--lang", "en", "--full")
    _, out, _ = call("evaluate", folder / "homes.yaml", *words)
    assert "Uso: abitazione principale (principale)" in out


def test_a_formula_that_is_a_number_is_written_once():
    folder = EXAMPLES / "property-tax"
    words = ("--rulebook", folder / "imu.yaml", "--lang", "en")
    _, out, _ = call("explain", folder / "homes.yaml", "immobili[3].parte", *words)
    assert "- immobili[3].parte = 0.5\n" in out


def test_what_several_exceptions_ask_for_is_said_once():
    folder = EXAMPLES / "property-tax"
    words = ("--rulebook", folder / "imu.yaml", "--lang", "en")
    _, out, _ = call("explain", folder / "homes.yaml", "immobili[2].aliquota", *words)
    told = " ".join(out.split()).split("no exception holds: ")[1]
    assert told.startswith('immobili.uso is "altro", not "abitazione principale (principale)"; ')
    assert told.split(" source:")[0].count("immobili.uso") == 1
