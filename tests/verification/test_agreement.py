"""The checker and the evaluator agree.

On generated rulebooks, on formulas cut at random, on the conformance table.

RULETRAIL_ROUNDS multiplies the rounds; 10 makes thousands of rulebooks.
"""

import json
import os
import random
import sys
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import cache

import pytest

import ruletrail
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import parse_formula, reference_evaluator
from ruletrail.formulas.lexer import to_ascii
from ruletrail.formulas.operations import FUNCTIONS, OPERATORS, Asks, Replaces
from ruletrail.values import ErrorValue, Missing, NotApplicable, NotEncoded
from ruletrail.verification import verify_trail
from ruletrail.verification.calendar import Day
from ruletrail.verification.derivations import Facts, derive, parse
from ruletrail.verification.facts import NonValue, name_type, round_number, show_number, write_fact
from ruletrail.verification.failures import Failure
from ruletrail.verification.signatures import Signature, infer
from support.conformance import (
    ACCEPTED,
    REFUSED,
    facts_of,
    language_of,
    row_name,
    written_value,
)
from support.formula_writer import KINDS, FormulaWriter
from support.rulebook_generator import generate
from support.rulebooks import REFERENCE, load_text, rulebook_text, schema_of, write_rulebook

ROUNDS = int(os.environ.get("RULETRAIL_ROUNDS", "1"))


def evaluate(seed):
    case = generate(seed)
    return case.load().evaluate(case.reports[0])


@cache
def trail_of(seed):
    """Write the trail of a generated rulebook, once for all tests that look at it."""
    return evaluate(seed).trail.to_json()


@pytest.mark.parametrize("block", range(4 * ROUNDS))
def test_trails_of_generated_rulebooks_verify(block):
    for seed in range(block * 75, block * 75 + 75):
        problems = verify_trail((trail_of(seed) + "\n").encode(), "trail.json")
        assert problems == [], f"seed {seed}: {problems[0].message('en')}"


def test_generated_rulebooks_reach_the_whole_language():
    """A generator that misses a construct would make the tests above say less than they seem."""
    outcomes, formulas, keys, agreements = set(), [], set(), set()
    for seed in range(250):
        document = json.loads(trail_of(seed))
        for step in document["steps"]:
            outcomes.add(
                (step["kind"], step["outcome"] if step["kind"] != "decision" else _gap(step))
            )
            outcomes |= (
                {("cause", step["value"]["error"]["cause"])}
                if step["outcome"] == "error"
                else set()
            )
            keys |= (
                set(step)
                | {step.get("policy")}
                | {part.get("skipped") for part in step.get("parts", [])}
            )
            keys |= {key for case in step.get("cases", []) for key in case}
            formulas += [step[key] for key in ("formula", "condition") if key in step]
            agreements.add(step.get("declared", {}).get("agreement"))
        keys |= {"matched"} if document["result"]["printed"]["matched"] else set()
    gaps = ("not_encoded", "error")
    wanted = {("rule", word) for word in ("value", "missing", "not_applicable", *gaps)}
    wanted |= {("decision", word) for word in ("text", "undetermined", "not_applicable", *gaps)}
    wanted |= {("section", word) for word in ("due", "not_due", "undetermined", *gaps)}
    wanted |= {
        ("check", word) for word in ("passed", "failed", "undetermined", "not_applicable", *gaps)
    }
    wanted |= {("message", word) for word in ("shown", "not_shown", "undetermined", "not_encoded")}
    wanted |= {
        ("cause", cause)
        for cause in (
            "division_by_zero",
            "conflict",
            "no_case",
            "limit",
            "invalid_date",
        )
    }
    assert wanted - outcomes == set()
    assert {
        "first",
        "exclusive",
        "otherwise",
        "part_of",
        "groups",
        "rounding",
        "display",
        "when",
        "fields_not_encoded",
        "matched",
    } <= keys
    assert {
        "branch_not_taken",
        "when_false",
        "when_unsettled",
        "text_not_encoded",
        "not_encoded",
        "message",
    } <= keys
    assert {"equal", "rounded", "truncated", "blank", "unverified", "differs"} <= agreements
    text = " ".join(formulas)
    written = [name for name, each in FUNCTIONS.items() if "list" not in each.takes]
    assert [name for name in written if f"{name}(" not in text] == []
    signs = [name.removeprefix("unary ") for name in OPERATORS]
    spaced = text.replace("(not ", "( not ").replace("(-", "( -").replace("(+", "( +")
    assert [sign for sign in [*signs, "else"] if f" {sign}" not in spaced] == []


def _gap(step) -> str:
    return "text" if "text" in step["value"] else step["outcome"]


def test_generated_rulebooks_load_as_files_too(tmp_path):
    """The short way of `Case.load` gives what `ruletrail.load` gives."""
    for seed in range(12):
        case = generate(seed)
        (report,) = case.reports
        short = case.load().evaluate(report).trail
        yaml_path = write_rulebook(case.text, case.schema, tmp_path)
        json_path, (report_path,) = case.write(tmp_path)
        assert ruletrail.load(yaml_path).evaluate(report).trail.to_json() == short.to_json()
        trail = ruletrail.load(json_path).evaluate(report_path).trail
        assert trail.to_dict()["result"] == short.to_dict()["result"]


def test_one_seed_makes_one_case():
    assert generate(5) == generate(5)
    assert generate(5) != generate(6)


# -- A defect of the evaluator is found, because nothing of it is shared


def _are_numbers(values):
    return all(isinstance(value, Fraction) for value in values)


DEFECTS = {
    "subtraction": ("-", {"exact": lambda v: v[0] - v[1] - 1 if _are_numbers(v) else v[0]}),
    "a remainder with the sign of the dividend": (
        "%",
        {"exact": lambda v: v[0] - v[1] * int(v[0] / v[1]) if v[1] else Fraction(0)},
    ),
    "<= that means <": ("<=", {"exact": lambda v: v[0] < v[1]}),
    "is_missing of what does not apply": (
        "is_missing",
        {"non_values": Asks("not_applicable", answer=True)},
    ),
    "default of what is missing": ("default", {"non_values": Replaces("missing")}),
}


@pytest.mark.parametrize("name", DEFECTS)
def test_a_defect_of_the_reference_evaluator_is_found(name, monkeypatch):
    wrong, changes = DEFECTS[name]
    right = reference_evaluator.operation_of

    def operation_of(node):
        found = right(node)
        is_meant = found.name == wrong and len(found.takes) + found.is_function > 1
        return replace(found, **changes) if is_meant else found

    monkeypatch.setattr(reference_evaluator, "operation_of", operation_of)
    for seed in range(400):
        problems = verify_trail((evaluate(seed).trail.to_json() + "\n").encode(), "trail.json")
        if problems:
            assert problems[0].code in ("trail-step", "trail-result")
            return
    pytest.fail("the checker repeats the defect")


# -- The table of conformance, and formulas


def _fact(fact):
    """Give a fact of the table as the checker knows it."""
    match fact:
        case Missing(codes=codes):
            return NonValue("missing", codes)
        case NotApplicable(code=code):
            return NonValue("not_applicable", (code,))
        case NotEncoded(reasons=reasons):
            return NonValue("not_encoded", reasons)
        case ErrorValue(cause=cause, of=of):
            return NonValue("error", (cause, of))
        case date():
            return Day(fact.year, fact.month, fact.day)
    return fact


def _facts(row):
    return {code: _fact(fact) for code, fact in facts_of(row).items()}


@pytest.mark.parametrize("row", ACCEPTED, ids=row_name)
def test_the_checker_answers_the_conformance_table(row):
    facts = _facts(row)
    parsed = parse(to_ascii(row["formula"]), int(language_of(row)))
    infer(parsed, lambda code: _signature(facts.get(code)), {}, {})
    read = Facts(lambda code: facts.get(code, NonValue("missing", (code,))), {}, {})
    fact = derive(parsed, read, lambda _at, _part: None, lambda _at, _row: None)
    assert write_fact(fact) == written_value(row)


def _signature(fact):
    """Type a fact of the table; a non-value may be of any kind."""
    return Signature("any" if fact is None or isinstance(fact, NonValue) else name_type(fact))


@pytest.mark.parametrize("row", REFUSED, ids=row_name)
def test_the_checker_refuses_what_the_conformance_table_refuses(row):
    facts = _facts(row)
    with pytest.raises(Failure):
        infer(
            parse(row["formula"], int(language_of(row))),
            lambda code: _signature(facts.get(code, Fraction(1))),
            {},
            {},
        )


WORDS = [
    *(
        "a",
        "b",
        "R04",
        "true",
        "false",
        "1",
        "2.5",
        "0",
        '"x"',
        "'SI'",
        "(",
        ")",
        "(",
        ")",
        "[",
        "]",
        ",",
        "+",
        "-",
        "*",
        "/",
        "%",
    ),
    *(
        "<",
        "<=",
        "==",
        "!=",
        ">=",
        ">",
        "and",
        "or",
        "not",
        "in",
        "if",
        "else",
        "sum(",
        "min(",
        "floor(",
        "default(",
        "is_missing(",
        "abs(",
    ),
]


def test_both_parsers_admit_the_same_formulas_with_the_same_parts():
    """Random words, and generated formulas with a word changed: one language, read twice."""
    rng = random.Random(3)  # noqa: S311 - a test, not a secret
    admitted = 0
    for seed in range(6000 * ROUNDS):
        if seed % 2:
            text = " ".join(rng.choice(WORDS) for _ in range(rng.randint(1, 7)))
        else:
            dice = random.Random(seed)  # noqa: S311 - the same cases each time
            writer = FormulaWriter(dice, {"a": None, "b": None}, ["v"], {"t": ("SI", "NO")})
            written = writer.write(dice.choice(KINDS), 3).text
            words = written.replace("(", " ( ").replace(")", " ) ").split()
            if rng.random() < 0.6:
                words[rng.randrange(len(words))] = rng.choice(WORDS)
            text = " ".join(words)
        formula, _ = parse_formula(text)
        try:
            parsed = parse(to_ascii(text), 2)
        except Failure:
            parsed = None
        assert (formula is None) == (parsed is None), text
        if formula is not None and parsed is not None:
            admitted += 1
            assert [(part.start, part.end) for part in parsed.parts] == list(formula.spans), text
            assert set(parsed.names) == set(formula.names), text
    assert admitted > 1400


# -- Numbers


@pytest.mark.parametrize(
    ("mode", "rounded"),
    [
        ("half_up", ("3", "2", "-3", "-2", "3", "-3", "0")),
        ("half_even", ("2", "2", "-2", "-2", "3", "-3", "0")),
        ("down", ("2", "2", "-2", "-2", "2", "-2", "0")),
        ("up", ("3", "3", "-3", "-3", "3", "-3", "0")),
        ("floor", ("2", "2", "-3", "-3", "2", "-3", "0")),
        ("ceiling", ("3", "3", "-2", "-2", "3", "-2", "0")),
    ],
)
def test_rounding(mode, rounded):
    numbers = ("2.5", "2.1", "-2.5", "-2.1", "2.9", "-2.9", "0")
    assert tuple(str(round_number(Fraction(number), 0, mode)) for number in numbers) == rounded


@pytest.mark.parametrize(
    ("number", "display", "locale", "shown"),
    [
        ("3580390.4", {"decimals": 2, "grouping": True}, "it", "3.580.390,40"),
        ("1942", {"grouping": False}, "it", "1942"),
        ("-1234567.891", {"grouping": True}, "en", "-1,234,567.891"),
        ("2/3", {"grouping": True}, "it", "0,666667…"),
        ("-0.001", {"decimals": 2, "grouping": True}, "it", "0,00"),
        ("999.999", {"decimals": 2, "grouping": True}, "it", "1.000,00"),
        ("123456", {"decimals": 0, "grouping": True}, "en", "123,456"),
    ],
)
def test_numbers_are_shown_as_a_locale_writes_them(number, display, locale, shown):
    assert show_number(Fraction(number), display, locale) == shown


def test_a_trail_of_thousands_of_steps_in_a_chain_verifies():
    """Without recursion over the chain."""
    steps = 3_000
    assert steps > 2 * sys.getrecursionlimit()
    rules = {"R0": {"formula": "A"}}
    for at in range(1, steps):
        rules[f"R{at}"] = {"formula": f"R{at - 1} + A", "when": f"R{at - 1} >= 0"}
    plan = load_text(rulebook_text({"rules": rules}), schema_of({"A": "number"}))
    report = {"rulebook": REFERENCE, "fields": {"A": Decimal("0.5")}}
    trail = plan.evaluate(report).trail.to_json() + "\n"
    assert json.loads(trail)["result"]["values"]["R2999"] == "1500"
    assert verify_trail(trail.encode(), "trail.json") == []
