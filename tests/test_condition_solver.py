"""What lints know is true: random conditions are judged, then evaluated over random reports.

A condition called always true is never false, one called never true never true, and every value
lies in the range that was given to its rule; so no lint that rests on this package can cry wolf.
"""

import os
from fractions import Fraction
from itertools import product
from typing import Any

import pytest

from ruletrail.analysis import condition_solver
from ruletrail.analysis.condition_solver import MOST_LEARNED, assume, judge, learn_rulebook
from ruletrail.analysis.intervals import Interval, intersect, relate
from ruletrail.analysis.knowledge import range_of
from ruletrail.evaluations import evaluate_record
from ruletrail.examples import find_hits, list_points
from ruletrail.formulas import Formula
from ruletrail.rulebooks import Check, Rule
from support.rulebook_generator import generate
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of

SEEDS = int(os.environ.get("RULETRAIL_SEEDS", "100"))
KINDS = (*("number",) * 4, "section", "decision", *("check",) * 8)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_what_is_known_is_never_contradicted(seed: int):
    """Verdicts, ranges, lessons and points of coverage agree with what evaluation gives."""
    case = generate(seed, reports=25, numbers="near", gaps=(0.03,), kinds=KINDS)
    loaded = case.load()
    plan = loaded.linked
    known = learn_rulebook(plan)
    points = set(list_points(plan))
    checks = [
        entry
        for entry in plan.rulebook.entries.values()
        if isinstance(entry, Check) and _condition(entry) is not None
    ]
    verdicts = {check.code: judge(_condition(check).tree, known) for check in checks}
    for report in case.read(loaded):
        record = evaluate_record(plan, report)
        for check in checks:
            truth, text = record.facts[check.code], _condition(check).text
            assert not (truth == "failed" and verdicts[check.code] is True), text
            assert not (truth == "passed" and verdicts[check.code] is False), text
            if truth in ("passed", "failed"):
                _check_lessons(check, known, record.facts, truth == "passed")
        for code, entry in plan.rulebook.entries.items():
            if isinstance(entry, Rule) and isinstance(record.facts[code], Fraction):
                assert known.interval(code).holds(record.facts[code]), code
        assert find_hits(record) <= points


def _condition(check: Check) -> Formula | None:
    """Give what a check expects; None where that is not encoded."""
    content = check.expect.content if check.expect is not None else None
    return content if isinstance(content, Formula) else None


def test_a_code_in_a_list_may_be_what_is_equal():
    """Of a list that holds a code nothing is learnt but what that code may be, too."""
    checks = {"c": {"expect": 't in ["x", u] and t == "y"'}}
    schema = schema_of({"t": "string", "u": "string"})
    plan = load_text(rulebook_text({"checks": checks}), schema)
    report = {"rulebook": REFERENCE, "fields": {"t": "y", "u": "y"}}
    assert plan.evaluate(report).checks == {"c": "passed"}
    tree = _condition(plan.linked.rulebook.entries["c"]).tree
    assert judge(tree, learn_rulebook(plan.linked)) is not False


def test_random_conditions_are_of_every_verdict():
    """Were none always or never true, the test above would say little of verdicts."""
    verdicts = set()
    for seed in range(20):
        plan = generate(seed, kinds=KINDS, numbers="near").load().linked
        known = learn_rulebook(plan)
        checks = [entry for entry in plan.rulebook.entries.values() if isinstance(entry, Check)]
        verdicts |= {judge(found.tree, known) for found in map(_condition, checks) if found}
    assert verdicts == {True, False, None}


def _check_lessons(check: Check, known: Any, facts: Any, truth: bool) -> None:  # noqa: FBT001 - the truth of a condition
    """Hold what a condition teaches about codes against the facts under which it was so."""
    text = _condition(check).text
    learnt = assume(_condition(check).tree, known, truth=truth)
    assert learnt is not None, text
    for key, found in learnt.learnt.items():
        if key in facts and isinstance(facts[key], Fraction):
            assert found.holds(facts[key]), (text, key)
    for key, possible in learnt.said.items():
        if isinstance(facts.get(key), str):
            assert facts[key] in possible, (text, key)


def test_many_exceptions_are_told_apart_in_time_that_grows_with_their_number(monkeypatch):
    """Each formula stands apart from its own condition and the first others, and is bounded so."""
    count = 800
    written = [{"label": f"e{at}", "when": f"A == {at}", "formula": "A"} for at in range(count)]
    rule = {"formula": "A", "when": "A >= 0", "exceptions": written}
    text = rulebook_text({"rules": {"X": rule}}, language="2")
    linked = load_text(text, schema_of({"A": "number"})).linked
    asked: list[bool] = []

    def count_and_assume(condition, known, *, truth):
        asked.append(truth)
        return assume(condition, known, truth=truth)

    monkeypatch.setattr(condition_solver, "assume", count_and_assume)
    known = learn_rulebook(linked)
    assert len(asked) <= MOST_LEARNED * MOST_LEARNED + 3 * count
    entry = linked.rulebook.entries["X"]
    last = condition_solver.Surroundings(entry, known).around(entry.exceptions[-1].formula)
    assert range_of(entry.formula.content.tree, last) == Interval(Fraction(799), Fraction(799))


def test_ranges_are_related_as_their_ends_and_numbers_are():
    """`<` and `>` are told by the ends, `=` by a number that both hold: of all small ranges.

    Ends are open, closed and none, numbers whole or any; where ends tell enough no more is asked.
    """
    ends = [None, Fraction(1), Fraction(3, 2), Fraction(2)]
    ranges = [
        Interval(low, high, low_open and low is not None, high_open and high is not None, whole)
        for low, high in product(ends, repeat=2)
        for low_open, high_open, whole in product([False, True], repeat=3)
    ]
    steps = [Fraction(at, 8) for at in range(-24, 50)]
    held = [{number for number in steps if each.holds(number)} for each in ranges]
    pairs = product(zip(ranges, held, strict=True), repeat=2)
    for (one, inside), (other, others) in pairs:
        found = relate(one, other)
        is_less = one.low is None or other.high is None or one.low < other.high
        is_more = one.high is None or other.low is None or one.high > other.low
        assert (("<" in found), (">" in found)) == (is_less, is_more)
        assert ("=" in found) is (not intersect(one, other).is_empty)
        assert ("=" in found) >= bool(inside & others)


def test_a_condition_as_deep_as_can_be_is_judged_without_learning_of_each_level_twice(monkeypatch):
    """To learn of a junction judges it, to judge one learns: each level took half more."""
    text, fields = "F0 > 0", {f"F{level}": "number" for level in range(27)}
    for level in range(1, 27):
        text = f"F{level} > 0 {'and' if level % 2 else 'or'} ({text})"
    rule = {"formula": f"1 if {text} else 0"}
    linked = load_text(rulebook_text({"rules": {"X": rule}}), schema_of(fields)).linked
    asked = []

    def count_and_judge(condition, known):
        asked.append(condition)
        assert len(asked) < 2_000  # without the bound a million and more
        return judge(condition, known)

    monkeypatch.setattr(condition_solver, "judge", count_and_judge)
    learn_rulebook(linked)
    condition_solver.judge(linked.rulebook.entries["X"].formula.content.tree.operands[1],
                           learn_rulebook(linked))  # fmt: skip
    assert len(asked) > 26
