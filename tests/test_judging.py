"""What lints know is true: random conditions are judged, then evaluated over random reports.

A condition called always true is never false, one called never true never true, and every value
lies in the range that was given to its rule; so no lint that rests on this package can cry wolf.
"""

import json
import random
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ruletrail.analysis.condition_solver import assume, judge, learn_rulebook
from ruletrail.evaluations import evaluate_record
from ruletrail.examples import find_hits, list_points
from ruletrail.library import load_plan, source_of_path
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, ProblemsError
from ruletrail.references import Reference
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Check, Rule

FIELDS: dict[str, dict[str, Any]] = {
    "A": {"type": "number"},
    "B": {"type": "integer", "minimum": 0},
    "C": {"type": "number", "minimum": -3, "maximum": 5},
    "E": {"type": "number", "enum": [1, 2.5, 7]},
    "X": {"allOf": [{"type": "number"}, {"exclusiveMinimum": 0}]},
    "T": {"type": "string"},
    "S": {"type": "string", "enum": ["SI", "NO", "FORSE"]},
    "L": {"type": "boolean"},
}
MARK = Mark("report", 1, 1)
HEAD = (
    'language: 1\nrulebook: prova\nedition: "2024"\nversion: 1.0.0\nstatus: draft\n'
    "title: P\nreport: s.json\ngroups: {g: [A, B]}\n"
)
TEXTS = [
    "L",
    "L == true",
    'S == "SI"',
    'S != "NO"',
    'S in ["SI", "NO"]',
    'T == "x"',
    "is_missing(A)",
    "B in [1, 2]",
    "true",
    '"SI" == S',
]


def _number(dice: random.Random, depth: int) -> str:
    if depth <= 0:
        return dice.choice(["A", "B", "C", "E", "X", "0", "1", "2.50", "-3", "B", "C"])
    inner = depth - 1
    match dice.randrange(8):
        case 0 | 1 | 2:
            return f"({_number(dice, inner)} {dice.choice('+-*/%')} {_number(dice, inner)})"
        case 3:
            name = dice.choice(["min", "max", "sum"])
            return f"{name}({_number(dice, inner)}, {_number(dice, inner)}, g)"
        case 4:
            rounder = dice.choice(["floor", "ceil", "trunc", "round_half_up", "round_half_even"])
            return f"{rounder}({_number(dice, inner)}, {dice.randrange(3)})"
        case 5:
            return (
                f"({_number(dice, inner)} if {_condition(dice, inner)} else {_number(dice, inner)})"
            )
        case 6:
            return dice.choice(
                [
                    f"abs({_number(dice, inner)})",
                    f"if_missing({_number(dice, inner)}, 0)",
                    "length(T)",
                    "count(L, B > 1)",
                ]
            )
        case _:
            return f"-{_number(dice, inner)}"


def _condition(dice: random.Random, depth: int) -> str:
    if depth <= 0:
        return dice.choice(TEXTS)
    inner = depth - 1
    match dice.randrange(6):
        case 0 | 1 | 2:
            left, sign = _number(dice, inner), dice.choice(["<", "<=", "==", "!=", ">=", ">"])
            return f"({left} {sign} {_number(dice, dice.randrange(depth))})"
        case 3 | 4:
            left, word = _condition(dice, inner), dice.choice(["and", "or"])
            return f"({left} {word} {_condition(dice, inner)})"
        case _:
            return f"not {_condition(dice, inner)}"


def _plan(dice: random.Random, folder: Path) -> LinkedRulebook:
    lines = ["rules:"]
    for number in range(4):
        lines.append(f"  R{number}:\n    formula: '{_number(dice, dice.randrange(4))}'")
        lines += [f"    when: '{_condition(dice, 2)}'"] if dice.random() < 0.5 else []
        lines += ["    round: {decimals: 1, mode: half_up}"] if dice.random() < 0.3 else []
    lines.append("checks:")
    lines += [
        f"  K{number}: {{expect: '{_condition(dice, 1 + dice.randrange(3))}'}}"
        for number in range(8)
    ]
    (folder / "s.json").write_text(
        json.dumps({"properties": {"fields": {"properties": FIELDS}}}), encoding="utf-8"
    )
    (folder / "r.yaml").write_text(HEAD + "\n".join(lines) + "\n", encoding="utf-8")
    return load_plan(source_of_path(folder / "r.yaml"))


def _report(dice: random.Random, plan: LinkedRulebook) -> Report:
    near = [Fraction(n, d) for n in range(-6, 9) for d in (1, 2, 10)]
    values: dict[str, Any] = {
        "A": dice.choice(near),
        "B": Fraction(dice.randrange(5)),
        "C": dice.choice([n for n in near if -3 <= n <= 5]),
        "E": dice.choice([Fraction(1), Fraction(5, 2), Fraction(7)]),
        "X": dice.choice([n for n in near if n > 0]),
        "T": dice.choice(["", "x", "SI"]),
        "S": dice.choice(["SI", "NO", "FORSE"]),
        "L": dice.choice([True, False]),
    }
    kept = {
        code: Declared(value, str(value)) for code, value in values.items() if dice.random() > 0.03
    }
    return Report(Reference("prova", "2024", ""), {}, kept, (), MARK, MARK, plan.schema)


@pytest.mark.parametrize("seed", range(150))
def test_what_is_known_is_never_contradicted(seed: int, tmp_path: Path):
    """Verdicts, ranges, lessons and points of coverage agree with what evaluation gives."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable choice, no secret
    try:
        plan = _plan(dice, tmp_path)
    except ProblemsError as error:
        pytest.skip(f"a random formula that loading refuses: {error.problems[0].code}")
    known = learn_rulebook(plan)
    points = set(list_points(plan))
    checks = [entry for entry in plan.rulebook.entries.values() if isinstance(entry, Check)]
    verdicts = {check.code: judge(check.expect.content.tree, known) for check in checks}
    for _ in range(25):
        record = evaluate_record(plan, _report(dice, plan))
        for check in checks:
            truth = record.facts[check.code]
            assert not (truth == "failed" and verdicts[check.code] is True), (
                check.expect.content.text
            )
            assert not (truth == "passed" and verdicts[check.code] is False), (
                check.expect.content.text
            )
            if truth in ("passed", "failed"):
                _check_lessons(check, known, record.facts, truth == "passed")
        for code, entry in plan.rulebook.entries.items():
            if isinstance(entry, Rule) and isinstance(record.facts[code], Fraction):
                assert known.interval(code).holds(record.facts[code]), entry.formula.content.text
        assert find_hits(record) <= points


def _check_lessons(check: Check, known: Any, facts: Any, truth: bool) -> None:  # noqa: FBT001 - the truth of a condition
    """Hold what a condition teaches about codes against the facts under which it was so."""
    text = check.expect.content.text
    learnt = assume(check.expect.content.tree, known, truth=truth)
    assert learnt is not None, text
    for key, found in learnt.learnt.items():
        if key in facts and isinstance(facts[key], Fraction):
            assert found.holds(facts[key]), (text, key)
    for key, possible in learnt.said.items():
        if isinstance(facts.get(key), str):
            assert facts[key] in possible, (text, key)
