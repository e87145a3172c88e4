"""What lints compare and try is bounded for a rulebook, each entry has its share, and none lies."""

from pathlib import Path

import pytest

from ruletrail.analysis.condition_solver import learn_rulebook
from ruletrail.analysis.knowledge import range_of
from ruletrail.formulas import Name, parse_formula, write_expression
from ruletrail.lints import case_search, exceptions, gathering, guards
from ruletrail.lints.budgets import Budget, weigh
from support.command_line import call
from support.rulebooks import load_text, rulebook_text, schema_of, write_rulebook

ENTRIES = 3
FIELDS = {"A": "number", "B": "number"}


def write_many(folder: Path, count: int = ENTRIES) -> Path:
    """Write rules of which two exceptions may hold together, and decisions that leave a gap."""
    rules = {
        f"X{at}": {
            "formula": "0",
            "exceptions": [
                {"when": f"A * B > {at + 10}", "formula": "1"},
                {"when": f"A + B > {at + 9}", "formula": "2"},
            ],
        }
        for at in range(count)
    }
    cases = [{"outcome": "a", "when": "A * B > 4"}, {"outcome": "b", "when": "A * B < 2"}]
    decisions = {f"D{at}": {"cases": cases} for at in range(count)}
    text = rulebook_text({"rules": rules, "decisions": decisions}, language="2")
    return write_rulebook(text, schema_of(FIELDS), folder)


def count_told(path: Path) -> tuple[int, int]:
    """Count the conflicts and the gaps that `check` tells."""
    said = call("check", path, "--format=json")[1]
    return said.count('"exceptions-conflict"'), said.count('"cases-gap"')


def test_what_an_entry_leaves_of_its_share_is_for_those_after_it():
    budget = Budget(30, 3)
    budget.begin()
    assert [budget.spend(6) for _ in range(3)] == [True, True, False]  # the second goes over
    budget.begin()
    assert [budget.spend(6) for _ in range(2)] == [True, True]
    budget.begin()
    assert [budget.spend(1) for _ in range(7)] == [True] * 6 + [False]


def test_a_group_weighs_as_its_members():
    """Hundreds of cases over a group of hundreds took the work of as many nodes: a minute."""
    formula, _ = parse_formula("sum(g) > A + g2")
    assert formula is not None
    trees = [formula.tree]
    assert weigh(trees, {}) == 6
    assert weigh(trees, {"g": tuple("abcdefg"), "g2": ()}) == 12


def test_each_entry_has_its_share(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """The last is told as the first is; with no work nothing is said, and nothing refused."""
    path = write_many(tmp_path)
    assert count_told(path) == (ENTRIES, ENTRIES)
    monkeypatch.setattr(gathering, "MOST_TRIED", 0)
    assert count_told(path) == (0, 0)
    monkeypatch.setattr(gathering, "MOST_JUDGED", 0)
    assert call("check", path)[0] == 0


@pytest.mark.parametrize("count", [8, 32])
def test_what_is_tried_and_compared_does_not_grow_with_the_entries(
    count: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    """Four times the rules share the same work; what is begun may go over its share."""
    monkeypatch.setattr(gathering, "MOST_TRIED", 1_000)
    monkeypatch.setattr(gathering, "MOST_JUDGED", 200)
    tried, judged = [], []
    evaluate, judge = case_search.conclude_all, exceptions.judge
    monkeypatch.setattr(
        case_search, "conclude_all", lambda *given: tried.append(0) or evaluate(*given)
    )
    monkeypatch.setattr(exceptions, "judge", lambda *given: judged.append(0) or judge(*given))
    call("check", write_many(tmp_path, count))
    assert 0 < len(tried) <= 1_000 // 10 + 2 * count
    # each condition once by itself, then against others
    assert 0 < len(judged) <= 2 * count + 200 // 5 + 2 * count


@pytest.mark.parametrize("size", [8, 32])
def test_what_others_say_is_learnt_for_halves(size: int, monkeypatch: pytest.MonkeyPatch):
    """Each of many operands is seen where all others hold, by far fewer lessons than the square."""
    fields = {f"A{at}": {"type": "number", "minimum": 0} for at in range(size)}
    text = " and ".join(f"A{at} > {at % 10}" for at in range(size))
    rules = {"X": {"formula": f"1 if {text} else 0"}}
    linked = load_text(rulebook_text({"rules": rules}), schema_of(fields)).linked
    known, entry = learn_rulebook(linked), linked.rulebook.entries["X"]
    lessons: list[int] = []
    assume_all = guards.assume_all

    def count_and_assume(conditions, known, *, truth):
        lessons.append(len(conditions))
        return assume_all(conditions, known, truth=truth)

    monkeypatch.setattr(guards, "assume_all", count_and_assume)
    seen = {write_expression(part): here for _, part, here in guards.guarded_parts(entry, known)}
    last = f"A{size - 1} > {(size - 1) % 10}"
    for at in range(1, size - 1):
        assert range_of(Name(f"A{at}", (0, 0)), seen[last]).low == at % 10
    assert range_of(Name(f"A{size - 1}", (0, 0)), seen[last]).low == 0
    assert sum(lessons) <= size * (size.bit_length() - 1)
