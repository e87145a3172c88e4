"""`batch --only CONDITION` means what the same condition means in the rulebook itself."""

from collections.abc import Iterator

import pytest

import ruletrail
from ruletrail.batches.trail_filter import parse_filter, picks
from ruletrail.compiled import CompiledRulebook
from ruletrail.evaluations import evaluate_record
from ruletrail.formulas import Formula
from ruletrail.linking import is_row_entry
from ruletrail.problems import ProblemsError
from ruletrail.rulebooks import Check, Rule
from ruletrail.values import Fact
from support.rulebook_generator import generate
from support.rulebooks import Raw, load_text, rows_of, rulebook_text, schema_of


def conditions(plan: ruletrail.Plan) -> Iterator[tuple[str, str, Fact]]:
    """Yield conditions of a rulebook's own: the code, the text, the fact where it is met."""
    for code, entry in plan.linked.rulebook.entries.items():
        if is_row_entry(entry):
            continue
        match entry:
            case Check(expect=clause):
                met: Fact = "passed"
            case Rule(formula=clause, when=None, exceptions=(), rounding=None):
                if plan.linked.signatures[code].type != "boolean":
                    continue
                met = True
            case _:
                continue
        if isinstance(clause.content, Formula):
            yield code, clause.content.text, met


@pytest.mark.parametrize("language", [1, 2])
@pytest.mark.parametrize("block", range(4))
def test_a_condition_picks_what_it_meets_in_the_rulebook(block: int, language: int):
    """Over lists, their aggregates, groups that leave out, scales, tables and dated values."""
    tried, picked = 0, 0
    for seed in range(block * 7, block * 7 + 7):
        case = generate(
            seed, reports=4, language=language, lists=language > 1, also=["check", "check"]
        )
        plan = case.load()
        filters = [
            (code, parse_filter(text, plan.linked), met) for code, text, met in conditions(plan)
        ]
        functions = CompiledRulebook(plan.linked)
        for report in case.read(plan):
            answer = functions.evaluate(report)
            record = evaluate_record(plan.linked, report)
            steps = {each.code: each.fact for each in record.conclusions}
            for code, condition, met in filters:
                for facts in (steps, answer.facts if answer is not None else steps):
                    found = picks(condition, plan.linked, report, facts, record.status)
                    assert found == (steps[code] == met and steps[code] is not False), (seed, code)
                    tried, picked = tried + 1, picked + found
    assert tried > picked > 0


SECTIONS = {
    "rules": {
        "m.twice": {"formula": Raw("m.x * 2")},
        "na": {"when": Raw("A > 1000"), "formula": 1},
    },
    "groups": {"g": ["A", "na"]},
}
SCHEMA = schema_of({"A": {"type": "number"}, "m": rows_of({"x": "number"})})
REPORTS = ({"m": [{"x": 1}, {"x": 2}]}, {"m": []}, {})
ASKED = {
    "is_missing(m)": (False, False, True),
    "size(m) == 2": (True, False, False),
    "size(m) == 0": (False, True, False),
    "sum(m.x) == 3": (True, False, False),
    "sum(m.twice) == 6 and status == 'complete'": (True, False, False),
    "sum(g) == 1": (True, True, True),
}


@pytest.fixture(scope="module")
def plan() -> ruletrail.Plan:
    """Load a rulebook with a list, and a group with a member that may not apply."""
    return load_text(rulebook_text(SECTIONS, language="2"), SCHEMA)


@pytest.mark.parametrize("condition", ASKED)
def test_lists_and_what_does_not_apply_are_read_as_rules_read_them(
    condition: str, plan: ruletrail.Plan
):
    """A list that is there, is empty, or is not; a member that is left out of its group."""
    chosen, linked = parse_filter(condition, plan.linked), plan.linked
    found = []
    for fields in REPORTS:
        record = plan.evaluate({"rulebook": "prova/2024", "fields": {"A": 1, **fields}}).record
        facts = {each.code: each.fact for each in record.conclusions}
        found.append(picks(chosen, linked, record.report, facts, record.status))
    assert tuple(found) == ASKED[condition]


def test_a_code_of_a_row_is_refused_before_any_row(plan: ruletrail.Plan):
    """It made every row of the output a defect."""
    with pytest.raises(ProblemsError) as caught:
        parse_filter("m.x > 0", plan.linked)
    assert [each.code for each in caught.value.problems] == ["row-outside-list"]


def test_a_code_called_status_is_the_rulebooks():
    """Only where it has none it is what the report came to."""
    sections = {"rules": {"status": {"formula": Raw("A + 1")}}}
    linked = load_text(rulebook_text(sections), schema_of({"A": {"type": "number"}})).linked
    assert parse_filter("status > 1", linked).names == ("status",)
    with pytest.raises(ProblemsError, match="type-mismatch"):
        parse_filter("status == 'complete'", linked)
