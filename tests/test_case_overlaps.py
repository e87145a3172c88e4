"""Cases that imply one another: what is told quickly is what comparing all pairs tells."""

import random
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import product

import pytest

from ruletrail.analysis.condition_solver import assume, judge, learn_rulebook
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.formulas import Expression, parse_formula
from ruletrail.lints import case_overlaps
from ruletrail.lints.case_overlaps import MOST_BEFORE, do_two_meet, find_implied
from ruletrail.lints.plain_conditions import read_plain_cases
from ruletrail.rulebooks import Decision
from ruletrail.trails import DecisionConclusion
from support.rulebooks import REFERENCE, Raw, load_text, rulebook_text, schema_of

FIELDS = {
    "A": {"type": "integer", "minimum": 0, "maximum": 9},
    "B": {"type": "number"},
    "P": {"type": "boolean"},
    "T": {"type": "string"},
    "U": {"type": "string", "enum": ["k0", "k1", "k2"]},
}
OPERATORS = ("<", "<=", ">", ">=", "==", "!=")
ENTRIES = {"rules": {"X": {"formula": "A * 2"}}}


@pytest.fixture(scope="module")
def known() -> Knowledge:
    """Know the fields above, and a rule that is computed of one."""
    plan = load_text(rulebook_text(ENTRIES, language="2"), schema_of(FIELDS))
    return learn_rulebook(plan.linked)


def trees(texts: Sequence[str]) -> list[Expression]:
    found = [parse_formula(text)[0] for text in texts]
    return [each.tree for each in found if each is not None]


def draw(chance: random.Random, numbers: int) -> str:
    """Write a condition: comparisons joined by `and`, sometimes something else beside them."""

    def compare() -> str:
        sides = [chance.choice("ABX"), str(chance.randrange(numbers))]
        if chance.random() < 0.2:
            sides.reverse()
        return f"{sides[0]} {chance.choice(OPERATORS)} {sides[1]}"

    parts = [compare() for _ in range(chance.randint(1, 3))]
    more = ["P", "not P", f"({compare()} or {compare()})", "A < B", "A in [1, 2]"]
    return " and ".join([*parts, *([chance.choice(more)] if chance.random() < 0.3 else [])])


def draw_texts(chance: random.Random, texts: int, *, joins: bool) -> str:
    """Write a condition of texts, sometimes beside a number; by `or` too where it `joins`."""

    def compare() -> str:
        code, text = chance.choice("TTU"), f"'k{chance.randrange(texts)}'"
        other = f"'k{chance.randrange(texts)}'"
        forms = [f"{code} == {text}", f"{text} == {code}", f"{code} in [{text}, {other}]"]
        rare = [f"{code} != {text}", f"{code} not in [{text}, {other}]", "T == U"]
        joined = [f"({code} == {text} or {code} in [{other}])"] if joins else []
        return chance.choice([*forms, *joined] * 3 + rare)

    parts = [compare() for _ in range(chance.randint(1, 3))]
    return " and ".join([*parts, *([f"A > {texts}"] if chance.random() < 0.2 else [])])


def implied_of_all(conditions: Sequence[Expression], known: Knowledge) -> set[int]:
    """Name the cases that imply an earlier one, by judging each pair."""
    found = set()
    for index, condition in enumerate(conditions):
        here = assume(condition, known, truth=True)
        before = conditions[max(0, index - MOST_BEFORE) : index]
        if here is not None and any(judge(other, here) is True for other in before):
            found.add(index)
    return found


def two_meet_of_all(conditions: Sequence[Expression], known: Knowledge) -> bool:
    return any(
        here is not None and assume(other, here, truth=True) is not None
        for at, condition in enumerate(conditions)
        for here in [assume(condition, known, truth=True)]
        for other in conditions[:at]
    )


@pytest.mark.parametrize("seed", range(40))
def test_cases_are_told_as_all_pairs_tell_them(seed: int, known: Knowledge):
    """Whatever conditions are made of, and whichever ends touch."""
    chance = random.Random(seed)  # noqa: S311 - documents are drawn, nothing is secret
    for size in (2, 3, 3, 12):
        conditions = trees([draw(chance, 4 + size) for _ in range(size)])
        found = find_implied(conditions, known)
        assert {at for at, is_implied in found if is_implied} == implied_of_all(conditions, known)
        assert do_two_meet(conditions, known) is two_meet_of_all(conditions, known)


@pytest.mark.parametrize("seed", range(40))
def test_cases_of_texts_are_told_as_all_pairs_tell_them(seed: int, known: Knowledge):
    """An open text, and one that the form lists: what is quick leaves out what cannot be."""
    chance = random.Random(seed)  # noqa: S311 - documents are drawn, nothing is secret
    for size in (2, 3, 3, 12, 24):
        conditions = trees([draw_texts(chance, size, joins=False) for _ in range(size)])
        found = find_implied(conditions, known)
        assert {at for at, is_implied in found if is_implied} == implied_of_all(conditions, known)
        assert do_two_meet(conditions, known) is two_meet_of_all(conditions, known)


@pytest.mark.parametrize("seed", range(20))
def test_texts_that_or_joins_are_told_apart_where_no_report_fits_two(seed: int):
    """Of them reasoning about one after the other learns nothing, and their texts tell all."""
    chance = random.Random(seed)  # noqa: S311 - documents are drawn, nothing is secret
    form = schema_of({**FIELDS, "U": {"type": "string"}})
    for size in (2, 3, 6):
        texts = [draw_texts(chance, size, joins=True) for _ in range(size)]
        checks = {f"C{at}": {"expect": text} for at, text in enumerate(texts)}
        plan = load_text(rulebook_text({"checks": checks}, language="2"), form)
        known, conditions = learn_rulebook(plan.linked), trees(texts)
        words = [*(f"k{at}" for at in range(size)), "other"]
        meet = False
        for one, other in product(words, words):
            fields = {"A": 9, "T": one, "U": other}
            answer = plan.evaluate({"rulebook": REFERENCE, "fields": fields})
            meet = meet or list(answer.checks.values()).count("passed") > 1
        assert do_two_meet(conditions, known) or not meet
        found = find_implied(conditions, known)
        assert {at for at, is_implied in found if is_implied} == implied_of_all(conditions, known)


@pytest.mark.parametrize(
    "write",
    [
        lambda at: f"T == 'k{at}'",
        lambda at: f"T in ['k{at}', 'm{at}']",
        lambda at: f"T == 'k{at}' or T == 'm{at}'",
        lambda at: f"U == 'k{at % 3}' and T == 'k{at // 3}'",
        lambda at: f"T == 'k{at}'" if at else "A > 12",
    ],
)
def test_of_texts_only_those_that_share_one_are_judged(
    write: Callable[[int], str], known: Knowledge, monkeypatch: pytest.MonkeyPatch
):
    """Of a thousand cases of one field's texts each pair was: twice as many took four times."""
    asked: list[Expression] = []
    for name, real in (("judge", judge), ("assume", assume)):

        def ask(condition: Expression, *rest: Knowledge, _real=real, **more: bool):
            asked.append(condition)
            return _real(condition, *rest, **more)

        monkeypatch.setattr(case_overlaps, name, ask)
    size = 60
    conditions = trees([write(at) for at in range(size)])
    assert list(find_implied(conditions, known)) == []
    assert len(asked) == size  # each is assumed, and none is judged
    asked.clear()
    assert not do_two_meet(conditions, known)
    assert len(asked) <= 2 * size


def test_only_neighbours_are_judged(known: Knowledge, monkeypatch: pytest.MonkeyPatch):
    """Of cases side by side each is asked about those that it touches, not about all."""
    asked: list[Expression] = []
    for name, real in (("judge", judge), ("assume", assume)):

        def ask(condition: Expression, *rest: Knowledge, _real=real, **more: bool):
            asked.append(condition)
            return _real(condition, *rest, **more)

        monkeypatch.setattr(case_overlaps, name, ask)
    size = 60
    conditions = trees([f"B >= {at} and B < {at + 1}" for at in range(size)])
    assert list(find_implied(conditions, known)) == []
    assert len(asked) == size  # each is assumed, and none is judged
    asked.clear()
    assert not do_two_meet(conditions, known)
    assert len(asked) <= 2 * size  # each pair of neighbours: one is assumed, then the other


def test_cases_that_meet_are_told_beside_those_that_are_implied(known: Knowledge):
    """The first of a case's two faults is told, and which of the two it is."""
    conditions = trees(["A <= B", "A >= B", "A >= 3", "A > 5", "B < 1 and A == 7"])
    assert list(find_implied(conditions, known)) == [(1, False), (3, True), (4, True)]


@pytest.mark.parametrize("policy", ["exclusive", "first"])
@pytest.mark.parametrize("has_otherwise", [False, True])
def test_plain_cases_come_out_as_the_reference_says(policy: str, *, has_otherwise: bool):
    """Each condition, `otherwise`, and the outcome: one, none or a conflict."""
    chance = random.Random(7)  # noqa: S311 - documents are drawn, nothing is secret
    for _ in range(12):
        whens = [
            " and ".join(
                f"{chance.choice('AX')} {chance.choice(OPERATORS)} {chance.randrange(12)}"
                if chance.random() < 0.6
                else chance.choice(("T == 'k1'", "T in ['k1', 'k2']", "(T == 'k3' or 'k1' == T)"))
                for _ in range(chance.randint(1, 2))
            )
            for _ in range(4)
        ]
        cases: list[dict[str, object]] = [
            {"outcome": f"o{at % 3}", "when": when} for at, when in enumerate(whens)
        ]
        cases += [{"outcome": "z", "otherwise": Raw("true")}] if has_otherwise else []
        entries = {**ENTRIES, "decisions": {"D": {"policy": policy, "cases": cases}}}
        plan = load_text(rulebook_text(entries, language="2"), schema_of(FIELDS))
        decision = plan.linked.rulebook.entries["D"]
        assert isinstance(decision, Decision)
        plain = read_plain_cases(decision)
        assert plain is not None
        assert plain.judge({"X": Fraction(1)}) is None
        for number in range(12):
            fields = {"A": number % 7, "T": f"k{number // 3}"}
            report = {"rulebook": REFERENCE, "fields": fields}
            record = plan.evaluate(report).record
            (found,) = (each for each in record.conclusions if each.code == "D")
            assert isinstance(found, DecisionConclusion)
            truths = [each.truth for each in found.cases]
            assert plain.judge(record.facts) == (truths, found.fact)


@pytest.mark.parametrize(
    "when",
    [
        "A > B",
        "P",
        "A < 3 or A > 5",
        "A in [1, 2]",
        "A + 1 > 2",
        "T == U",
        "T != 'a'",
        "T == 'a' or U == 'k1'",
        "T in ['a', U]",
    ],
)
def test_other_conditions_are_not_judged_plainly(when: str):
    """They are the reference's; a list of numbers is more than one comparison."""
    cases = [{"outcome": "a", "when": when}, {"outcome": "b", "when": "A < 3"}]
    entries = {"decisions": {"D": {"cases": cases}}}
    plan = load_text(rulebook_text(entries, language="2"), schema_of(FIELDS))
    decision = plan.linked.rulebook.entries["D"]
    assert isinstance(decision, Decision)
    assert read_plain_cases(decision) is None
