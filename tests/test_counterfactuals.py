"""What would change an answer: every value of every input tried, against what was worked out."""

import json
import os
import random
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import ROUND_DOWN, Decimal
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import ruletrail
from ruletrail import counterfactuals
from ruletrail.api import Plan
from ruletrail.counterfactuals import (
    WhatIf,
    ask_what_if,
    changes,
    find_margins,
    following,
    gathering,
    primitives,
    trials,
)
from ruletrail.counterfactuals.admissions import Admission
from ruletrail.counterfactuals.cones import Cone
from ruletrail.counterfactuals.questions import Question, ask
from ruletrail.counterfactuals.stretches import UnsettledError
from ruletrail.evaluations import evaluate_record
from ruletrail.formulas import parse_formula
from ruletrail.formulas.operations import PRIMITIVES
from ruletrail.problems import ProblemsError
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Check, Decision, Section
from ruletrail.trails import Record, outcome_word
from ruletrail.values import Missing, Value
from support.command_line import call
from support.places import EXAMPLES
from support.rulebook_generator import Case, dated, generate
from support.rulebooks import REFERENCE, Raw, load_text, rows_of, rulebook_text, schema_of

JESI = EXAMPLES / "jesi-2024.yaml"

SEEDS = int(os.environ.get("RULETRAIL_SEEDS", "0")) or 20
DRAWN = (
    "number", "number", "boolean", "text", "length", "replaced", "gap", "constant", "power",
    "large", "rows", "declared", "decision", "section", "check",
)  # fmt: skip
TARGETS = ("decision", "section", "check")
DOMAINS: tuple[Mapping[str, Any], ...] = (
    {"type": "integer", "minimum": -4, "maximum": 8},
    {"type": "integer", "minimum": 0, "maximum": 12},
    {"type": "number", "multipleOf": Decimal("0.5"), "minimum": -2, "maximum": 3},
    {"type": "number", "minimum": 0, "exclusiveMaximum": Decimal("1.2")},
    {"type": "number", "enum": [1, Decimal("2.5"), 7]},
)
LATER = (*DRAWN, "day", "day", "day")
CALENDARS = (
    (date(2024, 2, 24), date(2024, 3, 4)),
    (date(2023, 12, 26), date(2024, 1, 5)),
    (date(9999, 12, 24), date.max),
)
UNSETTLED = {"error", "not_applicable", "not_encoded", "undetermined"}
TEXTS = ("", "x", "SI", "NO", "perché", "so and so", "abc", "y" * 12, "z" * 40)


def admitted(declaration: Mapping[str, Any]) -> list[Any]:
    """List every value that a field may take, as the documentation says which."""
    if "enum" in declaration:
        return list(declaration["enum"])
    if "oneOf" in declaration:
        return [each["const"] for each in declaration["oneOf"]]
    if declaration["type"] == "boolean":
        return [False, True]
    if declaration.get("format") == "date":
        low, high = (
            date.fromisoformat(declaration[f"format{end}"]) for end in ("Minimum", "Maximum")
        )
        return [low + timedelta(at) for at in range((high - low).days + 1)]
    if declaration["type"] == "string":
        return list(TEXTS)
    is_whole = declaration["type"] == "integer"
    printed = Decimal("0.01") if declaration.get("unit") == "euro" else Decimal("0.1")
    step = Decimal(1) if is_whole else declaration.get("multipleOf", printed)
    top = declaration.get("maximum", declaration.get("exclusiveMaximum"))
    count = int((top - declaration["minimum"]) / step)
    found = [declaration["minimum"] + step * at for at in range(count + 1)]
    return [value for value in found if value != declaration.get("exclusiveMaximum")]


def narrow(case: Case, seed: int) -> Case:
    """Give every number a small domain, and the report values of it."""
    rng = random.Random(seed)  # noqa: S311 - the same cases each time
    schema = case.schema
    declared = schema["properties"]["fields"]["properties"]
    report = {**case.reports[0], "fields": {}}
    report.pop("printed", None)
    for code, declaration in declared.items():
        if declaration["type"] in ("number", "integer"):
            kept = {key: declaration[key] for key in ("title", "unit") if key in declaration}
            declaration.clear()
            declaration |= {**kept, **rng.choice(DOMAINS)}
        if declaration.get("format") == "date":
            low, high = rng.choice(CALENDARS)
            declaration |= {"formatMinimum": f"{low}", "formatMaximum": f"{high}"}
        if rng.random() < 0.85 or "exclusiveMaximum" in declaration:
            value = rng.choice(admitted(declaration))
            report["fields"][code] = (
                Decimal(value).quantize(Decimal("0.1"), ROUND_DOWN)
                if "exclusiveMaximum" in declaration
                else value
            )
    return replace(case, reports=[report])


def fact(value: Any) -> Any:
    return value if isinstance(value, bool | str | date) else Fraction(value)


class Brute:
    """Evaluates a report with each value of each input, by the reference, as a whole."""

    def __init__(self, plan: Plan, case: Case) -> None:
        """Take the first report of a case."""
        self.plan, self.report = plan, case.reports[0]
        self.read = plan.read(self.report)
        self.declared = case.schema["properties"]["fields"]["properties"]
        self.evaluate = cache(self._evaluate)

    def _evaluate(self, code: str, value: Any) -> Record:
        fields = {**self.read.fields, code: Declared(fact(value), str(value))}
        return evaluate_record(self.plan.linked, replace(self.read, fields=fields))

    def words(self, target: str, code: str) -> dict[Any, str]:
        """Give the outcome at every value, in order."""
        values = admitted(self.declared[code])
        if values and not isinstance(values[0], str):
            values = sorted(values)
        return {
            fact(value): outcome_word(self.evaluate(code, value).facts[target]) for value in values
        }


def expected_of(words: Mapping[Any, str], present: Any, outcome: str) -> set[tuple[Any, str]]:
    """Find the nearest changes on each side of a number or a day."""
    found = set()
    for side in (1, -1):
        others = [v for v, w in words.items() if w != outcome and (v > present) is (side > 0)]
        if others:
            nearest = min(others, key=lambda value: abs(value - present))
            found.add((nearest, words[nearest]))
    return found


def compare(changes: WhatIf, brute: Brute, target: str, outcome: str) -> Iterator[str]:
    unsettled = {each.input for each in changes.unsettled}
    mentioned = {each.input for each in changes.flips} | set(changes.steady) | unsettled
    for code in brute.declared:
        if code not in mentioned:
            continue
        words = brute.words(target, code)
        flips = {(each.to, each.outcome) for each in changes.flips if each.input == code}
        changing = {value: word for value, word in words.items() if word != outcome}
        if code in changes.steady and changing:
            yield f"{target} {code} is said to be steady: {changing}"
        present = brute.report["fields"].get(code)
        is_listed = {"enum", "oneOf"} & brute.declared[code].keys()
        is_text = isinstance(next(iter(words)), str) and not is_listed
        if is_text:
            for to, word in flips:
                if outcome_word(brute.evaluate(code, to).facts[target]) != word or word == outcome:
                    yield f"{target} {code} {to!r} does not lead to {word}"
        elif isinstance(fact(present) if present is not None else None, Fraction | date):
            wanted = expected_of(words, fact(present), outcome)
            if not (flips <= wanted if code in unsettled else flips == wanted):
                yield f"{target} {code} {present}: {flips}, not {wanted}"
        else:
            if any(words.get(value) != word for value, word in flips):
                yield f"{target} {code}: {flips}, of {words}"
            # of a blank number the search ends where each outcome of the rulebook is reached
            unreached = set(changing.values()) - {word for _, word in flips} - UNSETTLED
            if code not in unsettled and unreached:
                yield f"{target} {code}: {unreached} is not reached"


@pytest.mark.parametrize("language", [1, 2])
@pytest.mark.parametrize("start", range(4))
def test_every_value_of_every_input_agrees(start: int, language: int):
    """Generated rulebooks with small domains: what was worked out is what trying all values gives.

    Nearest values on both sides, outcomes, and that what is called steady is.
    """
    wrong: list[str] = []
    for seed in range(start, SEEDS, 4):
        rng = random.Random(seed)  # noqa: S311 - the same cases each time
        drawn = DRAWN if language == 1 else LATER
        kinds = [*rng.choices(drawn, k=rng.randint(1, 3)), *rng.choices(TARGETS, k=2)]
        case = generate(seed, numbers="near", kinds=kinds, language=language)
        case = narrow(dated(case, seed) if language > 1 and seed % 2 else case, seed)
        plan = case.load()
        brute = Brute(plan, case)
        record = evaluate_record(plan.linked, brute.read)
        for entry in plan.linked.steps:
            if isinstance(entry, Decision | Section | Check):
                outcome = outcome_word(record.facts[entry.code])
                found = ask_what_if(record, entry.code)
                assert found.outcome == outcome
                told = compare(found, brute, entry.code, outcome)
                wrong += [f"seed {seed}: {line}" for line in told]
    assert not wrong


# -- The example reports ---------------------------------------------------------------------------


@dataclass(frozen=True)
class Example:
    """An example report, and what would change each of its outcomes."""

    plan: Plan
    report: Report
    record: Record
    answers: Mapping[str, WhatIf]

    def word(self, target: str, code: str, value: Any) -> str:
        """Evaluate the whole report with another value, by the compiled function."""
        fields = {**self.report.fields, code: Declared(value, str(value))}
        evaluation = self.plan.evaluate(replace(self.report, fields=fields))
        for outcomes in (evaluation.decisions, evaluation.sections, evaluation.checks):
            if target in outcomes:
                return outcomes[target]
        raise KeyError(target)


@pytest.fixture(scope="module", params=["jesi-2024", "livorno-2024"])
def example(request: pytest.FixtureRequest) -> Example:
    plan = ruletrail.load("sociale/2024")
    report = plan.read(EXAMPLES / f"{request.param}.yaml")
    record = evaluate_record(plan.linked, report)
    answers = find_margins(record, (Decision, Section, Check))
    return Example(plan, report, record, {answer.target: answer for answer in answers})


def step_of(plan: Plan, code: str, written: str) -> Fraction:
    """Say how far apart two neighbouring values of a field are, anew."""
    definition = plan.report_schema["properties"]["fields"]["properties"][code]
    if definition["$ref"].rpartition("/")[2] in ("utenti", "abitanti"):
        return Fraction(1)
    cents = 2 if definition["unit"] == "euro" else 0
    return Fraction(1, 10 ** max(len(written.partition(".")[2]), cents))


def test_every_margin_of_the_examples_is_right_to_the_unit(example: Example):
    """Each flip changes the outcome, and one step before it does not; nor anywhere between."""
    count = 0
    for target, answer in example.answers.items():
        assert not answer.unsettled
        for flip in answer.flips:
            count += 1
            assert example.word(target, flip.input, flip.to) == flip.outcome != answer.outcome
            if not isinstance(flip.value, Fraction):
                continue
            assert isinstance(flip.to, Fraction)
            assert flip.margin == abs(flip.to - flip.value)
            step = step_of(example.plan, flip.input, flip.written)
            assert (flip.margin / step).denominator == 1
            before = flip.to - step if flip.to > flip.value else flip.to + step
            for value in (before, flip.value + (before - flip.value) // (2 * step) * step):
                assert example.word(target, flip.input, value) == answer.outcome
    assert count > 70


def test_what_is_steady_in_the_examples_stays_so(example: Example):
    """No value that was drawn, and no end of a domain, changes a target by a steady field."""
    rng = random.Random(2024)  # noqa: S311 - the same values each time
    for target, answer in example.answers.items():
        for code in rng.sample(answer.steady, min(2, len(answer.steady))):
            value = example.report.fields[code].value
            tried = [Fraction(0), Fraction(10**15 - 1), Fraction(rng.randint(0, 10**6))]
            if not isinstance(value, Fraction):
                choices = example.plan.linked.schema.fields[code].choices
                tried = list(choices) or ["", "x", "SI", "a" * 7000]
            for other in tried:
                assert example.word(target, code, other) == answer.outcome, (target, code, other)


def test_every_input_is_told_once(example: Example):
    """All that a target reads, at any distance, is in one of the lists."""
    reads = example.plan.linked.reads
    for target, answer in example.answers.items():
        waiting, fields = [target], set()
        while waiting:
            for code in reads[waiting.pop()]:
                (waiting.append if code in reads else fields.add)(code)
        fields -= set(example.plan.linked.rulebook.parameters)
        assert {flip.input for flip in answer.flips} | set(answer.steady) == fields


def test_known_margins_of_jesi():
    """Worked out by hand from the printed form."""
    answer = ruletrail.load("sociale/2024").whatif(JESI, "livello").to_dict()
    assert list(answer) == ["target", "outcome", "flips", "steady", "unsettled"]
    found = {(flip["input"], flip["to"], flip["margin"], flip["unit"]) for flip in answer["flips"]}
    assert found == {
        ("M24", "664", "716", "utenti"),
        ("R03", "0", "39301", "abitanti"),
        ("R03", "47718", "8417", "abitanti"),
        ("R05", "10.33", "1.83", "%"),
    }
    assert {flip["because"] for flip in answer["flips"]} == {"R04 >= R05", "R0B / R03"}
    # 405600 / 47717 is 8.500115…, 405600 / 47718 is 8.499937…; 334000 / 39301 is 8.4985…
    spesa = ruletrail.load("sociale/2024").whatif(JESI, "quadro_3").to_dict()
    assert [(each["input"], each["to"]) for each in spesa["flips"]] == [("R06", "16686328.34")]
    assert spesa["flips"][0]["because"] == "R07_2021 >= R06"
    assert spesa["flips"][0]["step"] == "spesa"
    assert spesa["steady"] == ["R07_2017", "R07_2021"]


# -- Kinds of inputs -------------------------------------------------------------------------------


def whatif(sections: Mapping[str, Any], fields: Mapping[str, Any], values: Any, **more: Any) -> Any:
    """Ask of a small rulebook's check `C` or decision `D`."""
    plan = load_text(rulebook_text(sections), schema_of(fields))
    target = next(iter(sections.get("checks") or sections["decisions"]))
    return plan.whatif({"fields": values}, target, **more).to_dict()


def check(expect: str, **rules: Any) -> dict[str, Any]:
    checked = {"C": {"label": "C", "expect": expect, "severity": "error"}}
    return {"rules": {code: {"formula": text} for code, text in rules.items()}, "checks": checked}


NUMBER = {"type": "number", "minimum": 0}


@pytest.mark.parametrize(
    ("expect", "value", "flips"),
    [
        ("A < 10", "9.5", [("10.0", "failed")]),
        ("A != 3", "2", [("3", "failed")]),
        ("A < 5 or A > 7", "6", [("4", "passed"), ("8", "passed")]),
        ("A * A < 50", "7", [("8", "failed")]),
        ("A * A * A - 6 * A * A + 11 * A != 6", "7", [("3", "failed")]),
        ("A / (A + 5) < 0.5", "4.99", [("5.00", "failed")]),
        ("round_half_up(A / 3, 2) < 1.5", "4", [("5", "failed")]),
        ("round_half_up(A / 3) - floor(A / 7) < 4", "2", [("17", "failed")]),
        ("A % 7 != 3", "5", [("3", "failed"), ("10", "failed")]),
        ("10 / A < 5", "4", [("2", "failed")]),
        ("abs(A - 4) < 2", "4", [("2", "failed"), ("6", "failed")]),
        ("min(A, 8) < 8", "3", [("8", "failed")]),
        ("max(A, 8) >= 8", "3", []),
        ("A - A == 0", "3", []),
        ("A > 2 or not (A > 2)", "3", []),
        ("A / A == 1 if A > 0 else true", "3", []),
    ],
)
def test_what_is_done_with_a_number(expect: str, value: str, flips: list[tuple[str, str]]):
    """Over all numbers up to fifteen digits, where no table of values could be looked at."""
    answer = whatif(check(expect), {"A": NUMBER}, {"A": Decimal(value)})
    assert [(each["to"], each["outcome"]) for each in answer["flips"]] == flips
    assert answer["steady"] == ([] if flips else ["A"])
    assert answer["unsettled"] == []


def test_the_step_is_the_schemas_else_that_of_the_printed_decimals():
    """Cents at least for money; nothing finer than what is printed."""
    cases = [
        ({"type": "integer"}, 1, "2"),
        ({"type": "number", "multipleOf": Decimal("0.5")}, 1, "1.5"),
        ({"type": "number"}, Decimal("1.000"), "1.001"),
        ({"type": "number", "unit": "euro"}, 1, "1.01"),
        ({"type": "number", "unit": "euro"}, Decimal("1.000"), "1.001"),
        ({"type": "number", "enum": [1, Decimal("1.7"), 3]}, 1, "1.7"),
    ]
    for declared, value, to in cases:
        answer = whatif(check("A <= 1"), {"A": declared}, {"A": value})
        assert [each["to"] for each in answer["flips"]] == [to], declared


def test_a_value_that_the_schema_refuses_is_no_answer():
    """The next one that it admits is, where there is one; bounds end the domain."""
    fields = {"A": {"type": "integer", "not": {"enum": [4, 5]}}}
    assert [flip["to"] for flip in whatif(check("A < 4"), fields, {"A": 1})["flips"]] == ["6"]
    bounded = {"A": {"type": "integer", "maximum": 3}}
    assert whatif(check("A < 4"), bounded, {"A": 1})["steady"] == ["A"]
    hidden = {"A": {"type": "integer", "not": {"minimum": 4}}}
    answer = whatif(check("A < 4"), hidden, {"A": 1})
    assert answer["unsettled"] == [{"input": "A", "reason": "schema"}]
    assert answer["steady"] == answer["flips"] == []


def test_truths_and_words_are_tried_one_by_one():
    fields = {"A": {"type": "string", "enum": ["SI", "NO", "FORSE"]}, "B": "boolean"}
    answer = whatif(check('A == "SI" and B'), fields, {"A": "SI", "B": True})
    assert [(flip["input"], flip["value"], flip["to"]) for flip in answer["flips"]] == [
        ("A", "SI", "NO"),
        ("B", True, False),
    ]
    assert {flip["margin"] for flip in answer["flips"]} == {None}


def test_free_texts_are_compared_and_measured():
    """Those that formulas name are tried; all others are followed by their length."""
    fields = {"A": "string", "B": "string"}
    named = whatif(check('A != "x" and A != B'), fields, {"A": "q", "B": "yy"})
    flips = {(flip["input"], flip["to"]) for flip in named["flips"]}
    assert flips == {("A", "x"), ("B", "q")}
    length = whatif(check("length(A) <= 5"), {"A": "string"}, {"A": "abc"})["flips"]
    assert [(each["to"], each["margin"], each["unit"]) for each in length] == [
        ("abc...", "3", "characters")
    ]
    assert whatif(check("length(A) >= 0"), {"A": "string"}, {"A": "abc"})["steady"] == ["A"]


def test_what_the_report_leaves_blank():
    """Each other outcome is named with the value nearest to zero; without one it is steady."""
    answer = whatif(check("A >= 3"), {"A": {"type": "integer", "minimum": 0}}, {})
    assert answer["outcome"] == "undetermined"
    assert [(flip["value"], flip["to"], flip["outcome"]) for flip in answer["flips"]] == [
        (None, "0", "failed"),
        (None, "3", "passed"),
    ]
    cases = [
        {"outcome": "breve", "when": "length(A) < 3"},
        {"outcome": "giusto", "when": 'A == "abc"'},
        {"outcome": "lungo", "when": "length(A) > 9"},
        {"outcome": "altro", "otherwise": Raw("true")},
    ]
    decision = {"D": {"label": "D", "policy": "first", "cases": cases}}
    text = whatif({"decisions": decision}, {"A": "string"}, {})
    assert [(flip["to"], flip["outcome"]) for flip in text["flips"]] == [
        (".", "breve"),
        ("...", "altro"),
        ("." * 10, "lungo"),
        ("abc", "giusto"),
    ]
    settled = whatif(check("B or A > 1"), {"A": "integer", "B": "boolean"}, {"B": True})
    assert settled["steady"] == ["A"]


@pytest.mark.parametrize(
    ("asked", "expect", "flips"),
    [
        # an outcome that is reached above zero may be nearer below
        ({"type": "integer", "minimum": -9, "maximum": 9}, "A > 7 or A == -2",
         [("0", "failed"), ("-2", "passed")]),
        # of two as near that above; nothing below is nearer than 0
        ({"type": "number", "multipleOf": Decimal("0.5")}, "A >= 1 or A <= -1",
         [("0", "failed"), ("1", "passed")]),
        # a listed number too
        ({"type": "integer", "enum": [-5, 0, 3, 8]}, "A != 0", [("0", "failed"), ("3", "passed")]),
        ({"type": "integer", "minimum": -9, "maximum": -4}, "A < -6",
         [("-4", "failed"), ("-7", "passed")]),
    ],
)  # fmt: skip
def test_a_blank_number_is_the_one_nearest_to_zero(
    asked: dict[str, Any], expect: str, flips: list[tuple[str, str]]
):
    """On whichever side of zero it lies."""
    answer = whatif(check(expect), {"A": asked}, {})
    assert [(flip["to"], flip["outcome"]) for flip in answer["flips"]] == flips
    assert (answer["steady"], answer["unsettled"]) == ([], [])


def test_a_blank_number_may_lead_to_what_is_no_outcome_of_the_rulebook():
    """The only outcome is the report's already: any other word is looked for all the same."""
    rules = {"r": {"formula": "A", "when": "A > 5"}}
    cases = [{"outcome": "one", "when": "if_missing(r > 1, true)"}]
    decision = {"D": {"label": "D", "cases": cases}}
    answer = whatif({"rules": rules, "decisions": decision}, {"A": "integer"}, {})
    flips = [(flip["to"], flip["outcome"]) for flip in answer["flips"]]
    assert (answer["outcome"], flips) == ("one", [("0", "not_applicable")])


def test_a_blank_day_is_the_one_nearest_to_a_known_day():
    """Before it too: the search begins at the first day that the report has."""
    form = {"A": {"type": "string", "format": "date"}, "B": {"type": "string", "format": "date"}}
    expect = "A > B + 100 or A == B - 3"
    plan = load_text(rulebook_text(check(expect), language="2"), schema_of(form))
    answer = plan.whatif({"fields": {"B": "2024-03-01"}}, "C").to_dict()
    flips = [(flip["to"], flip["outcome"]) for flip in answer["flips"] if flip["input"] == "A"]
    assert flips == [("2024-03-01", "failed"), ("2024-02-27", "passed")]


def test_what_is_not_followed_is_unsettled(monkeypatch: pytest.MonkeyPatch):
    """An operation without a row, or an entry that says more than is known, is never guessed."""
    wide = {"A": {"type": "integer"}}
    monkeypatch.delitem(primitives._ROWS, "add")  # type: ignore[arg-type]
    answer = whatif(check("A + 1 < 5"), wide, {"A": 1})
    assert answer["unsettled"] == [{"input": "A", "reason": "formula"}]
    known = {**following.KNOWN_KEYS, Check: following.KNOWN_KEYS[Check] - {"severity"}}
    monkeypatch.setattr(following, "KNOWN_KEYS", known)
    answer = whatif(check("A < 5"), wide, {"A": 1})
    assert answer["unsettled"] == [{"input": "A", "reason": "entry"}]


def test_all_primitives_are_followed_or_known_not_to_be():
    """What has no row is followed apart, or is of free texts: `unsettled`."""
    apart = {
        "round", "and", "or", "choose", "default", "if_missing", "is_missing", "applies", "lookup",
    }  # fmt: skip
    texts = {"starts_with", "ends_with", "contains"}
    assert set(primitives._ROWS) | apart | texts == set(PRIMITIVES)


def test_how_a_free_text_begins_is_not_followed():
    """Of listed texts each is tried; of all others it is not known, and not guessed."""
    plan = load_text(
        rulebook_text(check('starts_with(A, "A/")'), language="2"), schema_of({"A": "string"})
    )
    answer = plan.whatif({"fields": {"A": "A/1"}}, "C").to_dict()
    assert answer["unsettled"] == [{"input": "A", "reason": "formula"}]
    listed = {"A": {"type": "string", "enum": ["A/1", "A/2", "B/1"]}}
    plan = load_text(rulebook_text(check('starts_with(A, "A/")'), language="2"), schema_of(listed))
    assert [flip.to for flip in plan.whatif({"fields": {"A": "A/1"}}, "C").flips] == ["B/1"]


DAY = {"type": "string", "format": "date"}


@pytest.mark.parametrize(
    ("expect", "flips"),
    [
        ("D + N > E", {"D": ["2024-01-28", "9999-12-29"], "E": ["2024-06-03"], "N": ["2913023"]}),
        ("D - N > E", {"D": ["2024-02-03"], "E": ["2024-05-28"], "N": ["121"]}),
        ("date(2020 + N, 1, 1) < D", {"D": ["2023-01-01"], "N": ["5"]}),
        ("D - E > N", {"D": ["2024-02-03"], "E": ["2024-05-28"], "N": ["121"]}),
        ("year(D) > 2000 + N", {"D": ["2003-12-31"], "N": ["24"]}),
        ("years_between(E, D) < 18", {"D": ["2042-01-31"], "E": ["2006-05-31"]}),
        ("months_between(E, D) < 6", {"D": ["2024-07-31"], "E": ["2023-11-30"]}),
        ("max(D, add_months(E, N)) == D", {"D": ["2024-04-29"], "E": ["2024-03-01"], "N": ["5"]}),
        ("add_years(D, N) > E", {
            "D": ["2021-01-31", "9997-01-01"], "E": ["2027-05-31"], "N": ["7976"]}),
        ("month(D) >= 5", {"D": ["2024-04-30", "2025-01-01"]}),
        ("weekday(D) <= 5", {"D": ["2024-05-26", "2024-06-01"]}),
        ("day(D) > 15 and month(D) == 5", {"D": ["2024-05-15", "2024-06-01"]}),
        ("end_of_month(D) == D", {"D": ["2024-05-30", "2024-06-01"]}),
        ("start_of_month(D) > E", {"D": ["2024-01-31"], "E": ["2024-05-01"]}),
        ("(D if N < 5 else E) == D", {"N": ["5"]}),
        ("D in [E, date(2024, 5, 31)]", {"D": ["2024-05-30", "2024-06-01"]}),
    ],
)  # fmt: skip
def test_days_are_followed_by_the_calendar(expect: str, flips: Mapping[str, list[str]]):
    """Over all days from 0001 to 9999: the nearest before and after, also the calendar's end."""
    fields = {"D": DAY, "E": DAY, "N": {"type": "integer", "minimum": 0}}
    plan = load_text(rulebook_text(check(expect), language="2"), schema_of(fields))
    report = {"fields": {"D": "2024-05-31", "E": "2024-01-31", "N": 3}}
    answer = plan.whatif(report, "C").to_dict()
    found: dict[str, list[str]] = {}
    for flip in answer["flips"]:
        found.setdefault(flip["input"], []).append(flip["to"])
        assert flip["unit"] == (None if flip["input"] == "N" else "days")
    assert found == flips
    assert not answer["unsettled"]


def test_what_of_days_is_looked_at_one_by_one_or_not_at_all():
    """The same day of any month is not followed; of few months each is looked at."""
    expect = "date(2024, N, 28) >= D"
    for most, unsettled in ((12, []), (9_000, [{"input": "N", "reason": "formula"}])):
        fields = {"D": DAY, "N": {"type": "integer", "minimum": 1, "maximum": most}}
        plan = load_text(rulebook_text(check(expect), language="2"), schema_of(fields))
        answer = plan.whatif({"fields": {"D": "2024-05-28", "N": 5}}, "C").to_dict()
        assert answer["unsettled"] == unsettled
        assert [flip["to"] for flip in answer["flips"] if flip["input"] == "N"] == ["4"]


def test_a_day_that_is_left_blank_is_looked_for_from_another():
    """For each other outcome the nearest day to one that the report has, else to one of 2000."""
    fields = {"D": DAY, "E": DAY}
    plan = load_text(rulebook_text(check("D >= date(2024, 2, 1)"), language="2"), schema_of(fields))
    known = plan.whatif({"fields": {"E": "2024-01-31"}}, "C").to_dict()
    assert [(f["to"], f["outcome"]) for f in known["flips"]] == [
        ("2024-01-31", "failed"), ("2024-02-01", "passed"),
    ]  # fmt: skip
    blank = plan.whatif({"fields": {}}, "C").to_dict()
    assert [(f["to"], f["value"], f["margin"]) for f in blank["flips"]] == [
        ("2000-01-01", None, None), ("2024-02-01", None, None),
    ]  # fmt: skip


SCALES = {
    "retta": {"kind": "step", "bands": [
        {"from": 0, "value": 0}, {"above": 7000, "value": 120}, {"from": 15000, "value": 240}]},
    "irpef": {"kind": "marginal", "bands": [
        {"from": 0, "rate": "23 %"}, {"above": 28000, "rate": "35 %"}]},
    "linea": {"kind": "linear", "bands": [{"from": 0, "value": 10}, {"from": 100, "value": 0}]},
}  # fmt: skip
TABLES = {
    "equivalenza": {"by": ["n"], "rows": [{"n": 1, "value": 1}, {"n": [3, 4], "value": 2}],
                    "otherwise": 5},
    "zona": {"by": ["z"], "rows": [{"z": "A", "value": 1}, {"z": "B", "value": 2}]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("expect", "values", "flips"),
    [
        ("retta(N) < 120", {"N": 7000}, [("N", "-1", "error"), ("N", "7001", "failed")]),
        ("retta(N) == 120", {"N": 8000}, [("N", "7000", "failed"), ("N", "15000", "failed")]),
        ("irpef(N) <= 6440", {"N": 100}, [("N", "28001", "failed")]),
        ("irpef(N) < 6440.35", {"N": 100}, [("N", "28001", "failed")]),
        ("linea(N) > 5", {"N": 20}, [("N", "-1", "error"), ("N", "50", "failed")]),
        ("linea(N) >= 0", {"N": 20}, [("N", "-1", "error")]),
        ("equivalenza(N) == 2", {"N": 3}, [("N", "2", "failed"), ("N", "5", "failed")]),
        ("equivalenza(N) == 5", {"N": 2}, [("N", "1", "failed"), ("N", "3", "failed")]),
        ("zona(T) == 1", {"T": "A"}, [("T", "a", "error"), ("T", "B", "failed")]),
    ],
)
def test_scales_and_tables_are_followed(
    expect: str, values: Mapping[str, Any], flips: list[tuple[str, str, str]]
):
    """To the unit at each threshold, past it where the band begins past it, and at each key."""
    sections = {**check(expect), "scales": SCALES, "tables": TABLES}
    schema = schema_of({"N": {"type": "integer"}, "T": {"type": "string", "minLength": 1}})
    plan = load_text(rulebook_text(sections, language="2"), schema)
    answer = plan.whatif({"fields": values}, "C").to_dict()
    assert not answer["unsettled"]
    assert [(f["input"], f["to"], f["outcome"]) for f in answer["flips"]] == flips


def test_members_that_may_not_apply_are_left_out_where_they_do_not():
    """In language 2 a sum over a group follows which members apply, as the evaluator does."""
    rules = {"A": {"formula": "N", "when": "N > 3"}, "B": {"formula": "5"}}
    sections = {
        "groups": {"G": ["A", "B"]}, "rules": rules,
        "checks": {"C": {"label": "C", "expect": "sum(G) < 10", "severity": "error"}},
    }  # fmt: skip
    fields = {"N": {"type": "integer", "minimum": 0, "maximum": 9}}
    plan = load_text(rulebook_text(sections, language="2"), schema_of(fields))
    answer = plan.whatif({"fields": {"N": 2}}, "C").to_dict()
    assert [(flip["to"], flip["outcome"]) for flip in answer["flips"]] == [("5", "failed")]


# -- Rows ------------------------------------------------------------------------------------------

ROWS: dict[str, dict[str, Any]] = {
    "rules": {
        "L.y": {"formula": "L.x / (N - 2)", "when": "L.x > 2"},
        "L.z": {"formula": "L.x - sum(L.x) / size(L)", "round": {"decimals": 0, "mode": "half_up"},
                "exceptions": [{"when": "L.b", "formula": "N"}]},
        "L.age": {"formula": "months_between(L.d, date(2024, 3, 2))"},
        "total": {"formula": "sum(L.y)"},
    },
    "decisions": {"D": {"label": "D", "cases": [
        {"outcome": "few", "when": "count(L.x > 2) < 2"},
        {"outcome": "many", "otherwise": Raw("true")}]}},
    "checks": {
        code: {"label": code, "expect": expect, "severity": "warning"}
        for code, expect in {
            "sum_of": "total > 3", "count_of": "count(L.b) >= 2", "any_of": "any(L.x > N)",
            "all_of": "all(L.y < 4)", "spread": "max(L.x) - min(L.x) < 4",
            "chosen": "size(L) > 1 and sum(L.x if L.b else 0) == 6", "L.own": "L.z < 2 or L.x == 5",
            "L.young": "L.age < 1", "latest": "max(L.d) > date(2024, 2, 28)",
            "shared": "sum(L.z) + N > 4", "nested": "sum(L.x * sum(L.x) - N) > 40",
            "least": "min(L.x + N if L.b else 9) < 4", "rounded": "sum(trunc(L.x / 2)) >= 5",
        }.items()
    },
}  # fmt: skip
CELLS = {
    "x": {"type": "integer", "minimum": 0, "maximum": 7},
    "b": {"type": "boolean"},
    "d": {**DAY, "formatMinimum": "2024-02-25", "formatMaximum": "2024-03-05"},
}


def test_every_value_of_every_cell_agrees():
    """Cells of rows, blank ones too: what was worked out is what trying all values gives."""
    small = {"type": "integer", "minimum": 0, "maximum": 5}
    schema = schema_of({"L": rows_of(CELLS), "N": small})
    plan = load_text(rulebook_text(ROWS, language="2"), schema)
    targets = [*ROWS["decisions"], *ROWS["checks"]]
    rng = random.Random(7)  # noqa: S311 - the same reports each time
    for few in range(8):
        # of more rows those that do not change are taken together
        count, share = (rng.randint(0, 3), 0.9) if few < 5 else (rng.randint(4, 5), 0.97)
        rows = [
            {
                name: rng.choice(admitted(cell))
                for name, cell in CELLS.items()
                if rng.random() < share
            }
            for _ in range(count)
        ]
        report = plan.read({"rulebook": REFERENCE, "fields": {"L": rows, "N": rng.randint(0, 5)}})
        record = evaluate_record(plan.linked, report)
        cells = [f"L[{row}].{name}" for row in range(1, len(rows) + 1) for name in CELLS]
        after = {
            code: {
                fact(value): evaluate_record(plan.linked, put(report, code, fact(value))).facts
                for value in admitted(small if code == "N" else CELLS[code.partition("].")[2]])
            }
            for code in ["N", *cells]
        }
        for target in targets:
            answer = ask_what_if(record, target)
            assert not answer.unsettled
            check_alone(answer, after, report)


MANY = 120
"""Rows of a list that is long for what is asked of it."""


def long_list(expect: str) -> Record:
    """Evaluate a check of a list of many rows."""
    sections = {"checks": {"C": {"label": "C", "expect": expect, "severity": "warning"}}}
    schema = schema_of({"L": rows_of(CELLS, most=500), "N": "integer"})
    plan = load_text(rulebook_text(sections, language="2"), schema)
    rows = [{"x": 1 + at % 3} for at in range(MANY)]
    return evaluate_record(
        plan.linked, plan.read({"rulebook": REFERENCE, "fields": {"N": 1, "L": rows}})
    )


@pytest.mark.parametrize(
    ("expect", "flips"),
    [
        ("sum(L.x) >= 2 * 120", [("L[1].x", "0"), ("L[2].x", "1"), ("L[3].x", "2")]),
        ("sum(round_half_up(L.x / 2)) >= 160 + N - 1", [("L[1].x", "0"), ("L[2].x", "0")]),
        ("max(L.x) < 4", [("L[1].x", "4"), ("L[2].x", "4"), ("L[3].x", "4")]),
        ("count(L.x > 2) == 40 or N > 9", [("L[1].x", "3"), ("L[2].x", "3"), ("L[3].x", "2")]),
        ("all(L.x < 4)", [("L[1].x", "4"), ("L[2].x", "4"), ("L[3].x", "4")]),
    ],
)
def test_rows_that_do_not_change_are_taken_together(
    monkeypatch: pytest.MonkeyPatch, expect: str, flips: list[tuple[str, str]]
):
    """A cell of a long list is followed beside what the other rows come to: each cell is told."""
    record = long_list(expect)
    walked: list[int] = []
    argument = following._Reader._argument

    def count(*given: Any) -> Any:
        walked.append(given[-1])
        return argument(*given)

    monkeypatch.setattr(following._Reader, "_argument", count)
    answer = ask_what_if(record, "C")
    assert not answer.unsettled
    found = {flip.input: str(flip.to) for flip in answer.flips}
    assert [(code, found[code]) for code, _ in flips] == flips
    # once all rows, then of each cell its own row; a cell may ask for some stretches
    in_other_rows = MANY * (10 if "N" in expect else 2)
    assert len(walked) <= in_other_rows + 12 * MANY


def test_numbers_near_the_limit_are_gathered_row_by_row():
    """Whether a sum is an error depends on its parts, which what is taken together has not."""
    small = [Fraction(1, 3), Fraction(5), None]
    call_of = parse_formula("sum(L.x)")[0].tree
    known = gathering.know_arguments(call_of, small)
    assert known is not None
    assert known.beside([1]) == [Fraction(5)]
    assert gathering.know_arguments(call_of, [*small, Fraction(10**300)]) is None
    assert gathering.know_arguments(call_of, [*small, Missing(("L[4].x",))]) is None
    assert gathering.is_far_from_limit(Fraction(10**9))
    assert not gathering.is_far_from_limit(Fraction(10**390))


def test_pairs_are_not_looked_for_where_the_work_is_done(monkeypatch: pytest.MonkeyPatch):
    """Thousands of pairs of cells: once no work is left, none is begun."""
    record = long_list("sum(round_half_up(L.x / 9)) < 2")
    begun: list[str] = []
    search = changes.Search

    def begin(*given: Any, **more: Any) -> Any:
        begun.append(given[1])
        return search(*given, **more)

    monkeypatch.setattr(counterfactuals, "MOST_WORK", 300_000)
    monkeypatch.setattr(changes, "Search", begin)
    assert ask_what_if(record, "C", pairs=True).pairs is not None
    assert MANY < len(begun) < MANY * MANY // 10


def put(report: Report, code: str, value: Any) -> Report:
    """Return a report with another value of a field or a cell."""
    declared = Declared(value, str(value))
    if code == "N":
        return replace(report, fields={**report.fields, code: declared})
    row, _, name = code.removeprefix("L[").partition("].")
    rows = [dict(each) for each in report.lists["L"]]
    rows[int(row) - 1][name] = declared
    return replace(report, lists={"L": tuple(rows)})


def check_alone(answer: WhatIf, after: Mapping[str, Any], report: Report) -> None:
    """Compare what was found of each input with the outcome at each of its values."""
    for code in {flip.input for flip in answer.flips} | set(answer.steady):
        words = {value: outcome_word(facts[answer.target]) for value, facts in after[code].items()}
        flips = {(flip.to, flip.outcome) for flip in answer.flips if flip.input == code}
        row, _, name = code.removeprefix("L[").partition("].")
        declared = report.lists["L"][int(row) - 1].get(name) if name else report.fields[code]
        if declared is None or isinstance(declared.value, bool):
            others = {word for word in words.values() if word != answer.outcome}
            assert {word for _, word in flips} >= others - UNSETTLED, (answer, words)
            assert all(words[value] == word for value, word in flips)
        else:
            assert flips == expected_of(words, declared.value, answer.outcome), (answer, words)


@pytest.mark.parametrize("applying", [(False, True), (True, False), (True, True), (False, False)])
def test_a_row_in_which_a_rule_does_not_apply_is_left_out_of_a_check(applying: tuple[bool, ...]):
    """Whichever row it is, whatever is varied: a field that all rows read, or a cell."""
    sections = {
        "rules": {"L.z": {"label": "Z", "when": "L.b", "formula": "L.x + N"}},
        "checks": {"L.c": {"label": "C", "expect": "L.z < 6", "severity": "warning"}},
    }
    small = {"type": "integer", "minimum": 0, "maximum": 5}
    schema = schema_of({"L": rows_of(CELLS), "N": small})
    plan = load_text(rulebook_text(sections, language="2"), schema)
    rows = [{"x": 3 + at, "b": b} for at, b in enumerate(applying)]
    report = plan.read({"rulebook": REFERENCE, "fields": {"L": rows, "N": 1}})
    answer = ask_what_if(evaluate_record(plan.linked, report), "L.c")
    cells = [f"L[{row}].{name}" for row in (1, 2) for name in ("x", "b")]
    after = {
        code: {
            fact(value): evaluate_record(plan.linked, put(report, code, fact(value))).facts
            for value in admitted(small if code == "N" else CELLS[code.partition("].")[2]])
        }
        for code in ["N", *cells]
    }
    assert {flip.input for flip in answer.flips} >= ({"N"} if any(applying) else set())
    check_alone(answer, after, report)


def test_a_list_that_is_absent_is_not_guessed():
    """Rows are not added: what would come of them is not known, and is not said."""
    schema = schema_of({"L": rows_of(CELLS), "N": "integer"})
    plan = load_text(rulebook_text(ROWS, language="2"), schema)
    answer = plan.whatif({"fields": {"N": 3}}, "sum_of").to_dict()
    assert answer["unsettled"] == [{"input": "L", "reason": "rows"}]
    empty = plan.whatif({"fields": {"N": 3, "L": []}}, "sum_of").to_dict()
    assert (empty["outcome"], empty["steady"], empty["unsettled"]) == ("failed", ["N"], [])


def test_other_cells_are_compared_step_by_step():
    """A cell in the place of another, or of none: each row's step is told by its number."""
    schema = schema_of({"L": rows_of(CELLS), "N": "integer"})
    plan = load_text(rulebook_text(ROWS, language="2"), schema)
    report = {"fields": {"N": 3, "L": [{"x": 3}, {"x": 4}]}}
    values = {"L[2].x": 5, "L[1].x": None}
    trial = plan.whatif(report, "sum_of", values=values).trial.to_dict()
    assert trial["values"] == {"L[2].x": "5", "L[1].x": None}
    steps = {each["step"]: each["after"] for each in trial["steps"]}
    assert steps["L[2].y"] == "5"
    assert steps["L[1].y"] == {"missing": ["L[1].x"]}


def test_numbers_that_may_grow_too_long_are_unsettled():
    """Where a number gets over 400 digits is not looked for."""
    power = {"B": " * ".join(["A"] * 12), "D": " * ".join(["B"] * 12)}
    answer = whatif(check("D > 5", **power), {"A": "integer"}, {"A": 3})
    assert [each["input"] for each in answer["unsettled"]] == ["A"]


def test_work_is_bounded_by_counting(monkeypatch: pytest.MonkeyPatch):
    """Two thousand rules, and a remainder of whose turns there are too many."""
    chain = {f"R{at}": f"R{at - 1} + 1" for at in range(1, 2_000)}
    found = check("R1999 > 4000", R0="A * 2", **chain)
    answer = whatif(found, {"A": {"type": "integer", "minimum": 0}}, {"A": 7})
    assert [flip["to"] for flip in answer["flips"]] == ["1001"]
    monkeypatch.setattr(changes, "MOST_FOR_ONE", 50_000)
    turning = check("(A % 1000003) * (A % 999983) != 7 or A == 1")
    answer = whatif(turning, {"A": {"type": "integer", "minimum": 1}}, {"A": 1})
    assert answer["unsettled"] == [{"input": "A", "reason": "limit"}]


def test_cases_count_as_work_though_all_read_one_field(monkeypatch: pytest.MonkeyPatch):
    """What asking costs grows with the cases, and each of their texts is asked, once."""
    asked: list[object] = []
    conclude = Question.conclude

    def count(question: Question, cone: Cone, values: Mapping[str, Value], *inputs: Any) -> Any:
        asked.append(dict(values))
        return conclude(question, cone, values, *inputs)

    monkeypatch.setattr(Question, "conclude", count)
    cases = [{"outcome": f"o{at}", "when": f"T == 'x{at}'"} for at in range(100)]
    listed = {"decisions": {"D": {"cases": cases}}}
    answer = whatif(listed, {"T": "string"}, {"T": "x5"})
    assert {flip["outcome"] for flip in answer["flips"]} >= {
        f"o{at}" for at in range(100) if at != 5
    }
    assert answer["unsettled"] == []
    assert len(asked) == len({str(each) for each in asked})
    monkeypatch.setattr(changes, "MOST_FOR_ONE", 10_000)
    answer = whatif(listed, {"T": "string"}, {"T": "x5"})
    assert answer["unsettled"] == [{"input": "T", "reason": "limit"}]
    assert len(answer["flips"]) < 50


# -- What may be asked beside ----------------------------------------------------------------------


def test_other_values_are_compared_step_by_step():
    """The first step where the trails part, and what each comes to."""
    found = ruletrail.load("sociale/2024").whatif(JESI, "livello", values={"R03": 80_000})
    trial = found.to_dict()["set"]
    assert (trial["values"], trial["outcome"]) == ({"R03": "80000"}, "inferiore")
    assert trial["first"] == {"step": "R01B", "because": "R03 / (R01 + R01A)"}
    steps = {each["step"]: (each["before"], each["after"]) for each in trial["steps"]}
    assert steps["livello"] == ("non_inferiore", "inferiore")
    assert steps["R04"] == ("10.320348", "5.07")
    blank = ruletrail.load("sociale/2024").whatif(JESI, "livello", values={"R03": None})
    assert blank.to_dict()["set"]["outcome"] == "undetermined"
    with pytest.raises(ProblemsError, match="wrong-type"):
        ruletrail.load("sociale/2024").whatif(JESI, "livello", values={"R03": "x"})


def test_an_outcome_is_sought_by_one_field_else_by_two():
    plan = ruletrail.load("sociale/2024")
    alone = plan.whatif(JESI, "quadro_3", want="due", vary=["R06", "R07_2017"]).to_dict()["want"]
    assert [each["changes"][0]["to"] for each in alone["found"]] == ["16686328.34"]
    two = plan.whatif(JESI, "quadro_3", want="due", vary=["R07_2017", "R07_2021"]).to_dict()
    (joint,) = two["want"]["found"]
    assert [each["to"] for each in joint["changes"]] == ["3580390.39", "3580390.39"]
    assert two["want"]["met"] is False
    assert plan.whatif(JESI, "quadro_3", want="not_due").to_dict()["want"]["met"] is True
    with pytest.raises(ProblemsError, match="input-not-read"):
        plan.whatif(JESI, "quadro_3", want="due", vary=["R03"])


def test_pairs_are_confirmed(example: Example):
    """Both together change the target, and neither does without the other."""
    found = ask_what_if(example.record, "spesa", pairs=True)
    assert found.pairs
    for joint in found.pairs:
        fields = dict(example.report.fields)
        for move in joint.moves:
            assert move.input in found.steady
            fields[move.input] = Declared(move.to, str(move.to))
        evaluation = example.plan.evaluate(replace(example.report, fields=fields))
        assert evaluation.decisions["spesa"] == joint.outcome != found.outcome


def test_printed_precision_and_roundings():
    """A number printed as 8.50 was between 8.495 and 8.505; a whole one is exact."""
    rounded = check("B >= 8.5", B="round_half_up(A)")
    answer = whatif(rounded, {"A": "number"}, {"A": Decimal("8.6")}, precision=True)["precision"]
    assert (answer["survives"], answer["unrounded"], answer["firm"]) == (True, "passed", ["A"])
    answer = whatif(rounded, {"A": "number"}, {"A": Decimal("8.5")}, precision=True)["precision"]
    assert (answer["survives"], answer["unrounded"]) == (False, "passed")
    # 8.5 may have been 8.45; of the numbers with ten decimals the nearest to it is told
    assert [each["to"] for each in answer["flips"]] == ["8.4999999999"]
    answer = whatif(rounded, {"A": "number"}, {"A": Decimal("8.4")}, precision=True)["precision"]
    assert answer["unrounded"] == "failed"
    whole = whatif(check("A > 4"), {"A": "integer"}, {"A": 5}, precision=True)["precision"]
    assert (whole["survives"], whole["firm"], whole["flips"]) == (True, [], [])


def rows_rounded(round_: Mapping[str, Any], expect: str) -> dict[str, Any]:
    """Write rules of rows that round each share, and what gathers them, a rule of theirs too."""
    return {
        "rules": {
            "L.share": {"formula": "L.x / 4", **round_},
            "L.twice": {"formula": "L.share * 2", "when": "L.share > 0", **round_},
            "total": {"formula": "sum(L.twice)"},
        },
        "checks": {
            "C": {"label": "C", "expect": expect, "severity": "warning"},
            "L.own": {"label": "O", "expect": "L.share * 4 == L.x", "severity": "warning"},
        },
    }


@pytest.mark.parametrize("target", ["C", "L.own"])
def test_without_roundings_those_of_rows_are_left_out_too(target: str):
    """What is said is what the rulebook says that is written without them."""
    halves = {"round": {"decimals": 0, "mode": "half_up"}}
    schema = schema_of({"L": rows_of({"x": {"type": "integer"}})})
    said = []
    for rows in ([1, 1], [2, 2, 3], [4, 4], [], [0]):
        report = {"fields": {"L": [{"x": each} for each in rows]}}
        rounded, exact = (
            load_text(rulebook_text(rows_rounded(more, "total >= 1"), language="2"), schema)
            for more in (halves, {})
        )
        answer = rounded.whatif(report, target, precision=True).to_dict()
        unrounded = exact.evaluate({"rulebook": REFERENCE, **report}).checks[target]
        assert answer["precision"]["unrounded"] == unrounded, rows
        assert answer["precision"]["survives"] is (answer["outcome"] == unrounded), rows
        said.append((answer["outcome"], unrounded))
    assert any(before != after for before, after in said), "the roundings decide of some report"


def test_cells_of_rows_are_moved_within_what_they_were_printed_with():
    """A cell is read as any number: 1.5 may have been 1.45, and a blank one is not looked for."""
    sections = rows_rounded({}, "sum(L.x) >= 3.5")
    schema = schema_of({"L": rows_of({"x": {"type": "number"}, "n": {"type": "integer"}})})
    plan = load_text(rulebook_text(sections, language="2"), schema)
    near = {"fields": {"L": [{"x": Decimal("1.5")}, {"x": Decimal("2.00"), "n": 1}]}}
    found = plan.whatif(near, "C", precision=True).to_dict()["precision"]
    moved = [(each["input"], each["to"]) for each in found["flips"]]
    assert moved == [("L[1].x", "1.4999999999"), ("L[2].x", "1.9999999999")]
    assert (found["survives"], found["unrounded"]) == (False, "passed")
    far = {"fields": {"L": [{"x": Decimal("1.6")}, {"x": Decimal("2.00")}]}}
    found = plan.whatif(far, "C", precision=True).to_dict()["precision"]
    assert (found["survives"], found["firm"]) == (True, ["L[1].x", "L[2].x"])


def test_what_is_not_known_without_roundings_does_not_survive(monkeypatch: pytest.MonkeyPatch):
    def refuse(*_: Any, **__: Any) -> Any:
        raise UnsettledError("limit")

    monkeypatch.setattr(trials, "follow", refuse)
    answer = whatif(check("A > 4"), {"A": "integer"}, {"A": 5}, precision=True)["precision"]
    assert (answer["survives"], answer["unrounded"]) == (False, None)


# -- At the command line and over HTTP -------------------------------------------------------------


def test_the_command_says_it_in_both_languages():
    status, out, err = call("whatif", str(JESI), "livello", "--lang", "it")
    assert (status, err) == (0, "")
    text = " ".join(out.split())
    assert "scende a 664 utenti (716 in meno)" in text
    assert "a decidere è R04 ≥ R05, in livello" in text
    assert "non possono cambiarlo da soli" in text
    out = " ".join(call("whatif", str(JESI), "livello", "--lang", "en")[1].split())
    assert "falls to 664 utenti (716 fewer)" in out
    assert "rises to 10.33 % (1.83 percentage points more)" in out


def test_addends_that_move_by_as_much_are_told_at_once(tmp_path: Path):
    """One line for the users of a form; two inputs, or one that moves otherwise, have their own."""
    report = tmp_path / "report.yaml"
    report.write_text(JESI.read_text("utf-8").replace("  R05: 8.50", "  R05: 12.50"), "utf-8")
    out = " ".join(call("whatif", str(report), "livello", "--lang", "it")[1].split())
    said = (
        "non inferiore, se sale di 857 utenti uno qualsiasi di questi: M12 (a 1.050), M15 (a 1.063)"
    )
    assert said in out
    assert "R0A (a 857) a decidere è R04 ≥ R05" in out
    assert "R03 (Numero di abitanti 2024) scende a 32.448 abitanti (6.853 in meno)" in out
    out = " ".join(call("whatif", str(report), "livello", "--lang", "en")[1].split())
    assert "if any one of these rises by 857 utenti: M12 (to 1,050), M15 (to 1,063)" in out
    found = ruletrail.load("sociale/2024").whatif(report, "livello").to_dict()["flips"]
    alike = [flip for flip in found if flip["margin"] == "857"]
    assert len(alike) == 21
    assert all(f"{flip['input']} (to" in out for flip in alike)


def test_a_number_that_is_missing_is_told_as_one_of_many(tmp_path: Path):
    report = tmp_path / "report.yaml"
    report.write_text(JESI.read_text("utf-8").replace("  R06: 3580390.40\n", ""), "utf-8")
    out = " ".join(call("whatif", str(report), "spesa", "--lang", "it")[1].split())
    assert "(Fabbisogno standard monetario sociale 2022-2024) è per esempio 0,00 euro" in out
    out = " ".join(call("whatif", str(report), "spesa", "--lang", "en")[1].split())
    assert "is for example 16,686,328.34 euro" in out


def test_the_command_gives_what_python_gives(tmp_path: Path):
    plan = ruletrail.load("sociale/2024")
    words = ("whatif", str(JESI), "--want", "quadro_3=due", "--vary", "R06", "--precision")
    status, out, _ = call(*words, "--set", "R06=20000000", "--format", "json")
    expected = plan.whatif(
        JESI, "quadro_3", want="due", vary=["R06"], precision=True, values={"R06": 20_000_000}
    )
    assert (status, json.loads(out)) == (0, json.loads(json.dumps(expected.to_dict())))
    page = tmp_path / "page.html"
    assert call("whatif", str(JESI), "spesa", "--pairs", "-o", str(page))[0] == 0
    assert "(5.933.650,00 in meno)" in page.read_text(encoding="utf-8").replace("\u00a0", " ")


def test_what_python_has_for_values_and_codes_is_understood():
    """Nothing is nothing, whoever's it is; a number may be numpy's, and one code a text."""
    plan = ruletrail.load(EXAMPLES / "garden/garden.yaml")
    report = EXAMPLES / "garden/application.yaml"
    for nothing in (None, pd.NA, pd.NaT):
        trial = plan.whatif(report, "outcome", values={"adults": nothing}).trial
        assert trial.to_dict()["values"] == {"adults": None}
        assert trial.status == ("complete", "incomplete")
    trial = plan.whatif(report, "outcome", values={"adults": np.int64(5)}).trial
    assert trial.to_dict()["values"] == {"adults": "5"}
    one, same = (
        plan.whatif(report, "outcome", want="waiting_list", vary=each)
        for each in ("waiting", ["waiting"])
    )
    assert one == same
    assert one.goal.vary == ("waiting",)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "`TARGET` is missing"),
        # what reads the code in the fewest steps, in the command as it was meant
        (
            ("--set", "R05=10"),
            "livello --set R05=10`; these have an outcome too: `quadro_4_motivi`",
        ),
        (("R05=10",), "livello --set R05=10`; these have an outcome too: `quadro_4_motivi`"),
        (
            ("--set", "R40=x"),
            "R22_motivato --set R40=x`; these have an outcome too: `R40_lunghezza`",
        ),
        (
            ("--want", "quadro_3=due", "--vary", "R06,,R08"),
            "`R06,,R08` has an empty name between commas",
        ),
        (("--want", "quadro_3=due", "--vary", "R06,,R08"), "write `--vary R06,R08`"),
        # a command line has no quotes to leave out
        (("livello", "--set", "R03=02"), "→ write `2`"),
        (("livello", "--set", "R05=-02.5"), "→ if the minus slipped in write `2.5`"),
        (("livello", "--set", "R03"), "takes `CODE=VALUE`"),
        (("livello", "--want", "spesa=inferiore"), "another target"),
        (
            ("quadro_3", "--want", "dovuto"),
            f"write `ruletrail whatif {JESI} --want quadro_3=dovuto`",
        ),
        # of the whole command nothing is lost
        (
            ("Quadro 3", "--want", "non dovuto", "--set", "R05=12", "--precision"),
            f'{JESI} --want "quadro_3=non dovuto" --set R05=12 --precision`',
        ),
        (("--want", "quadro", "3"), "write `--want quadro_3=OUTCOME`"),
        (("livello", "--set", "R05 12"), "not `R05 12` [usage]\n  → write `--set R05=12`"),
        (("livello", "--set", "R05:12"), "write `--set R05=12`"),
        (
            ("livello", "--set", "R05", "12"),
            f"write `ruletrail whatif {JESI} livello --set R05=12`",
        ),
        (("livello", "--set", "R03", "39", "301"), "livello --set R03=39301`"),
        (("--want", "quadro", "3", "dovuto"), '--want "quadro 3=dovuto"`'),
        (("--want", "dovuto"), "write `--want CODE=dovuto`"),
        # what is no outcome is not to be written again
        (
            ("livello", "--want", "superiore"),
            "write `--want livello=OUTCOME`; the outcome is one of these: `non_inferiore`, `inf",
        ),
        (
            ("quadro_3", "--want", "forse"),
            "the outcome is one of these: `due`, `not_due` (not due)",
        ),
        (("rispetto al fabbisogno", "--want", "inferiore"), f"{JESI} --want spesa=inferiore`"),
        (
            ("--want", "superiore"),
            "an outcome `superiore`: write `--want CODE=OUTCOME`, such as `--want livello=non_",
        ),
        (("livelo", "--want", "superiore"), "did you mean `livello`"),
        (
            ("--want", "livello"),
            "write `--want livello=OUTCOME`; the outcome is one of these: `non_inferiore`, `inf",
        ),
        (("--want", "livello="), "write `--want livello=OUTCOME`"),
        (("quadro_3", "--want", "livello"), "write `--want livello=OUTCOME`"),
        (
            ("--want", "quadro_3"),
            "`--want quadro_3=OUTCOME`; the outcome is one of these: `due`, `not_due` (not due)",
        ),
        # a shell cut it at its blank
        (
            ("--want", "livello=non", "inferiore"),
            "write `--want 'livello=non inferiore'` or `--want livello=non_inferiore`",
        ),
        # alike in its letters, and the opposite
        (("--want", "livello=superiore"), "→ write one of these: `non_inferiore`, `inferiore`"),
        (
            ("--want", "livello=inferiori"),
            "did you mean `inferiore`? One of these can be asked for: `non_inferiore`, `inf",
        ),
        (("livelo",), "did you mean `livello`"),
        (("livello", "--set", "R03=x"), "wrong-type"),
        (
            ("livello", "--set", "R03=4", "--set", "R03=5"),
            "`--set R03` is written twice, with `4` and with `5`",
        ),
    ],
)
def test_a_wrong_question_is_told(words: tuple[str, ...], said: str):
    status, out, err = call("whatif", str(JESI), *words, language="en")
    assert (status, out) == (2, "")
    assert said in err


@pytest.mark.parametrize(
    "named", ["quadro 3", "Quadro 3", "quadro3", "QUADRO_3", "obiettivi di servizio"]
)
@pytest.mark.parametrize("want", ["quadro_3=dovuto", "quadro 3=due"])
def test_a_target_that_is_named_twice_is_one(named: str, want: str):
    """By its code or by words of its title: nothing is at odds, once the name is put right."""
    status, out, err = call("whatif", str(JESI), named, "--want", want, language="it")
    assert (status, err) == (0, "")
    assert out.startswith("Che cosa cambierebbe quadro_3:")


def test_a_command_to_write_is_whole_however_long_its_path(tmp_path: Path):
    folder = tmp_path / ("relazioni_" * 12) / ("anno_2024_" * 12)
    folder.mkdir(parents=True)
    report = folder / "jesi.yaml"
    report.write_bytes(JESI.read_bytes())
    _, _, err = call("whatif", str(report), "--set", "R40=x", language="en")
    # cut at its end, it would ask of another field, or give another value
    assert f"`ruletrail whatif {report} R22_motivato --set R40=x`" in err


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--want", "livello"), "scrivi `--want livello=ESITO`; l'esito è uno di questi: `non_inf"),
        (("--want", "dovuto"), "scrivi `--want CODICE=dovuto`"),
        (("--want", "livello=inferiori"), "intendevi `inferiore`? Si può chiedere uno di questi:"),
        (("--want", "livello=non", "inferiore"), "o `--want livello=non_inferiore`: il terminale"),
    ],
)
def test_a_wrong_question_is_told_in_italian(words: tuple[str, ...], said: str):
    """The words to copy too: `CODE` stood in an Italian command."""
    assert said in call("whatif", str(JESI), *words, language="it")[2]


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (("R04",), "no-outcome"),
        (("--want", "quadro_3=forse"), "outcome-unknown"),
        (("livello", "--set", "R0x3=1"), "unknown-key"),
    ],
)
def test_what_no_report_makes_right_is_refused_before_the_work(
    words: tuple[str, ...], code: str, monkeypatch: pytest.MonkeyPatch
):
    """A target, an outcome and a code are known by the rulebook alone: nothing is evaluated."""

    def refuse(*_: object) -> None:
        raise AssertionError("evaluated")

    monkeypatch.setattr("ruletrail.cli.evaluations.evaluate_twice", refuse)
    status, out, err = call("whatif", str(JESI), *words, language="en")
    assert (status, out) == (2, "")
    assert f"[{code}]" in err


@pytest.mark.parametrize(
    ("language", "said"),
    [
        (
            "it",
            (
                "R04 lo calcola il rulebook da R0B, R03: qui cambia solo il valore dichiarato. Per "
                "averne un altro si cambiano i valori da cui viene. Il valore dichiarato ora è "
                "diverso da quello calcolato, 10,320348 %."
            ),
        ),
        (
            "en",
            (
                "R04 is computed by the rulebook from R0B, R03: only the declared value changes "
                "here. For another one the values that it comes from are changed. The declared "
                "value now differs from the one computed, 10.320348 %."
            ),
        ),
    ],
)
def test_another_value_of_what_is_computed_is_declared_alone(language: str, said: str):
    """The page said that nothing changes, and not why, nor what to change."""
    words = ("whatif", str(JESI), "livello", "--set", "R04=13")
    _, out, _ = call(*words, "--lang", language)
    assert said in " ".join(out.split())
    _, out, _ = call(*words, "--format", "json")
    asked = json.loads(out)["set"]
    assert asked["declared"] == {"R04": {"agreement": "differs", "computed": "10.320348"}}
    assert asked["first"] is None


def test_the_same_value_declared_or_none_does_not_differ():
    for value, agreement in (("10.320348", "equal"), ("", None)):
        words = ("whatif", str(JESI), "livello", "--set", f"R04={value}", "--format", "json")
        asked = json.loads(call(*words)[1])["set"]
        assert asked["declared"]["R04"]["agreement"] == agreement
    words = ("whatif", str(JESI), "livello", "--set", "R03=39300", "--format", "json")
    assert "declared" not in json.loads(call(*words)[1])["set"]


@pytest.mark.parametrize("vary", ["R03", ["no_field"]])
def test_fields_to_move_for_nothing_are_a_wrong_call(vary: str | list[str]):
    """They were left out without a word, whatever they named."""
    with pytest.raises(TypeError, match="`vary` goes with `want`"):
        ruletrail.load("sociale/2024").whatif(JESI, "livello", vary=vary)


def test_margins_stand_in_the_whole_answer(tmp_path: Path):
    """`evaluate --margins` says of each decision and section what would change it."""
    page = tmp_path / "page.html"
    words = ("evaluate", str(JESI), "--margins", "--lang", "it")
    assert call(*words, "-o", str(page))[0] == 0
    for text in (page.read_text(encoding="utf-8"), call(*words, "--full")[1]):
        joined = " ".join(text.split())
        assert "Che cosa cambierebbe gli esiti" in joined
        assert "664 utenti (716 in meno)" in joined


# -- What a schema asks of the report beside its fields --------------------------------------------

TRUTH = {"A": "boolean"}


def _subject(**keys: Any) -> dict[str, Any]:
    return {"properties": {"subject": {"properties": keys}}}


@pytest.mark.parametrize(
    ("asks", "holds"),
    [
        ({"required": ["subject", "fields"]}, {"subject": {}}),
        ({"properties": {"subject": {"minProperties": 1}}}, {}),
        (_subject(n={"type": "integer"}), {"subject": {"n": 5}}),
        (
            _subject(n={"type": "string"}, m={"type": "number"}),
            {"subject": {"n": "05", "m": Decimal("1.50")}},
        ),
        ({"required": ["printed"]}, {"printed": {"messages": []}}),
        (
            {"required": ["printed"], "properties": {"printed": {"maxProperties": 0}}},
            {"printed": {}},
        ),
        ({"required": ["subject", "printed"]}, {"subject": {}, "printed": {"messages": ["x"]}}),
    ],
)
def test_changes_are_tried_on_the_report_as_it_was(asks: dict[str, Any], holds: dict[str, Any]):
    """What a report keeps no trace of is there all the same; no flip is lost so silently."""
    schema = schema_of(TRUTH) | {"allOf": [asks]}
    plan = load_text(rulebook_text(check("A")), schema)
    answer = plan.whatif({"fields": {"A": True}, **holds}, "C", values={"A": False})
    assert [(flip.to, flip.outcome) for flip in answer.flips] == [(False, "failed")]
    assert answer.trial is not None
    assert answer.trial.outcome == "failed"


def test_what_the_report_was_is_not_guessed():
    """Where no document of it is known that the schema admits, nothing is called steady."""
    plan = load_text(rulebook_text(check("A")), schema_of(TRUTH))
    record = plan.evaluate({"fields": {"A": True}}).record
    unknown = Admission(plan.linked, record.report)
    unknown.shell = None
    with pytest.raises(UnsettledError, match="schema"):
        ask(record, "C", unknown).admission.admits({"A": False})


ROWS_OF_TWO = {
    "maxItems": 9,
    "items": {
        "type": "object",
        "additionalProperties": False,
        "required": ["x"],
        "properties": {"x": {"type": "integer", "maximum": 5}, "t": {"type": "string"}},
    },
}


@pytest.mark.parametrize("more", [{}, {"minItems": 2}, {"uniqueItems": True}])
def test_a_report_with_one_other_cell_is_admitted_as_a_whole_report_is(more: dict[str, Any]):
    """By that row alone where the schema asks nothing of several rows; else with all rows."""
    fields = {"L": {"type": "array", **ROWS_OF_TWO, **more}, "A": {"type": "integer"}}
    rules = {"S": {"formula": "sum(L.x)"}}
    book = {"rules": rules, "checks": {"C": {"expect": "S > A", "severity": "info"}}}
    plan = load_text(rulebook_text(book, language="2"), schema_of(fields))
    rows = [{"x": at, "t": "a"} for at in range(4)]
    record = plan.evaluate({"fields": {"A": 1, "L": rows}}).record
    admission = Admission(plan.linked, record.report)
    is_apart = "uniqueItems" not in more
    assert admission.count_rows({"L[4].x": Fraction(1)}) == (
        len(rows) if not is_apart else 1 + more.get("minItems", 0)
    )
    tried = [("x", 5, True), ("x", 6, False), ("x", Fraction(1, 2), False), ("t", "b", True)]
    for name, value, is_admitted in tried:
        other = value if isinstance(value, str) else Fraction(value)
        assert admission.admits({f"L[4].{name}": other}) is is_admitted
        whole = [*rows[:3], {**rows[3], name: value if name == "t" else float(value)}]
        assert plan_admits(plan, {"A": 1, "L": whole}) is is_admitted
    # the third row again: only a whole list tells that two rows are one
    assert admission.admits({"L[4].x": Fraction(2)}) is is_apart


def plan_admits(plan: Plan, fields: dict[str, Any]) -> bool:
    try:
        plan.evaluate({"fields": fields})
    except ProblemsError:
        return False
    return True


def test_values_that_the_schema_refuses_are_no_disagreement():
    """At the ends of the domain, just before the change, and more of them than can be counted."""
    ends = {"A": {"type": "integer", "minimum": 0, "maximum": 9, "not": {"maximum": 3}}}
    assert whatif(check("A > 3"), ends, {"A": 5})["steady"] == ["A"]
    cases = [("a", "A < 3"), ("b", "A == 3"), ("c", "A > 3")]
    decision = {"cases": [{"outcome": outcome, "when": when} for outcome, when in cases]}
    hole = {"A": {"type": "integer", "minimum": 0, "maximum": 9, "not": {"const": 3}}}
    answer = whatif({"decisions": {"D": decision}}, hole, {"A": 1})
    assert [(flip["to"], flip["outcome"]) for flip in answer["flips"]] == [("4", "c")]
    wide = {"A": {"type": "number", "not": {"exclusiveMinimum": 5}}}
    answer = whatif(check("A <= 5"), wide, {"A": Decimal("5.0000000000")})
    assert answer["unsettled"] == [{"input": "A", "reason": "schema"}]


def test_an_outcome_is_asked_for_by_words_of_its_title() -> None:
    """As `explain` finds it: one is answered, of several each is named, and no list of all."""
    _, out, _ = call("whatif", JESI, "rispetto al fabbisogno", "--lang", "it")
    assert out.startswith("Che cosa cambierebbe spesa: Jesi")
    _, out, _ = call("whatif", JESI, "livello di servizio", "--lang", "it")
    assert out.startswith("Che cosa cambierebbe livello: Jesi")
    status, _, err = call("whatif", JESI, "quadro 4, relazione", "--lang", "it")
    assert (status, "no-outcome" in err) == (2, True)
    assert "può essere più di una decisione, sezione o controllo" in err
    assert "→ intendevi uno di questi? `quadro_4` (Quadro 4, relazione" in err
    assert "`quadro_3`" not in err
    _, _, err = call("whatif", JESI, "zzz kkk", "--lang", "it")
    assert "hanno un esito `livello`" in err
    _, out, _ = call("whatif", JESI, "--want", "rispetto al fabbisogno=inferiore", "--lang", "it")
    assert out.startswith("Che cosa cambierebbe spesa: Jesi")


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("it", "Non legge alcun valore della relazione: è sempre dovuto."),
        ("en", "It reads no value of the report: it is always due."),
    ],
)
def test_what_reads_no_value_is_said_to_be_always_so(language: str, said: str) -> None:
    """That no value was found to change it would leave it open; others still say that."""
    out = call("whatif", JESI, "quadro_1", "--lang", language)[1]
    assert said in out
    assert "risulta cambiarlo" not in out
    assert "was found to change it" not in out
    assert said not in call("whatif", JESI, "quadro_3", "--lang", language)[1]


@pytest.mark.parametrize(
    "asked", ["quadro 4", "Quadro-4", "QUADRO_4", "relazione in formato strutturato"]
)
def test_three_commands_find_alike_what_is_asked_for(asked: str) -> None:
    """`whatif` refused as no section what `explain` and `needed` took for one."""
    begun = {"whatif": "What would change", "explain": "Why", "needed": "What is still needed:"}
    for command, words in begun.items():
        _, out, err = call(command, JESI, asked, "--lang", "en")
        assert (re.match(rf"{words} quadro_4[:,]", out) is not None, err) == (True, "")


def test_what_looks_like_the_code_of_a_field_is_that_field() -> None:
    """It has no outcome, and no title that has such a word in it is answered instead."""
    for asked in ("r 04", "r4", "R04"):
        status, _, err = call("whatif", JESI, asked, "--lang", "en")
        assert (status, "is no decision, section or check" in err) == (2, True)


@pytest.mark.parametrize("command", ["explain", "needed"])
def test_what_may_be_several_is_not_said_to_be_nothing(command: str) -> None:
    """It said that such a title is of no value and no section, and listed those of which it is."""
    status, _, err = call(command, JESI, "quadro 4, relazione", "--lang", "en")
    assert (status, "can be more than one value, decision, section or check" in err) == (2, True)
    assert "is neither a value" not in err
    assert "`quadro_4` (" in err


@pytest.mark.parametrize("language", ["it", "en"])
def test_beside_other_values_the_rest_is_headed_as_of_the_report(language: str) -> None:
    """All but the comparison is of the report as it is, which nobody sees between the two."""
    said = {"it": "(nella relazione così com'è)", "en": "(in the report as it is)"}[language]
    words = ("livello", "--want", "livello=inferiore", "--pairs", "--precision", "--lang", language)
    _, alone, _ = call("whatif", JESI, *words)
    _, beside, _ = call("whatif", JESI, *words, "--set", "M12=900")
    assert said not in alone
    lines = beside.split("\n")
    heads = [line for line, under in pairwise(lines) if set(under) == {"-"}]
    assert [head.endswith(said) for head in heads] == [False, *[True] * (len(heads) - 1)]
    assert len(heads) > 3
