"""What would change an answer: every value of every input tried, against what was worked out."""

import os
import random
from collections.abc import Iterator, Mapping
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from typing import Any

import pytest

from ruletrail.api import Plan
from ruletrail.counterfactuals.answers import Changes
from ruletrail.counterfactuals.changes import find_changes
from ruletrail.evaluations import evaluate_record
from ruletrail.reports import Declared
from ruletrail.rulebooks import Check, Decision, Section
from ruletrail.trails import Record, outcome_word
from support.rulebook_generator import Case, generate

SEEDS = int(os.environ.get("RULETRAIL_SEEDS", "0")) or 120
DRAWN = (
    "number", "number", "boolean", "text", "length", "replaced", "gap", "constant", "power",
    "large", "rows", "declared", "decision", "section", "check",
)  # fmt: skip
DOMAINS: tuple[Mapping[str, Any], ...] = (
    {"type": "integer", "minimum": -4, "maximum": 8},
    {"type": "integer", "minimum": 0, "maximum": 12},
    {"type": "number", "multipleOf": Decimal("0.5"), "minimum": -2, "maximum": 3},
    {"type": "number", "minimum": 0, "exclusiveMaximum": Decimal("1.2")},
    {"type": "number", "enum": [1, Decimal("2.5"), 7]},
)
TEXTS = ("", "x", "SI", "NO", "perché", "so and so", "abc", "y" * 12, "z" * 40)


def admitted(declaration: Mapping[str, Any], printed: Any) -> list[Any]:
    """List every value that a field may take, as the documentation says which."""
    if "enum" in declaration:
        return list(declaration["enum"])
    if declaration["type"] == "boolean":
        return [False, True]
    if declaration["type"] == "string":
        return list(TEXTS)
    is_whole = declaration["type"] == "integer"
    step = Decimal(1) if is_whole else declaration.get("multipleOf", Decimal("0.1"))
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
        if rng.random() < 0.85 or "exclusiveMaximum" in declaration:
            value = rng.choice(admitted(declaration, None))
            report["fields"][code] = (
                Decimal(value).quantize(Decimal("0.1"))
                if "exclusiveMaximum" in declaration
                else value
            )
    return replace(case, reports=[report])


def fact(value: Any) -> Any:
    return value if isinstance(value, bool | str) else Fraction(value)


class Brute:
    """Evaluates a report with each value of each input, by the reference, as a whole."""

    def __init__(self, plan: Plan, case: Case) -> None:
        self.plan, self.report = plan, case.reports[0]
        self.read = plan.read(self.report)
        self.declared = case.schema["properties"]["fields"]["properties"]
        self.evaluate = cache(self._evaluate)

    def _evaluate(self, code: str, value: Any) -> Record:
        fields = {**self.read.fields, code: Declared(fact(value), str(value))}
        return evaluate_record(self.plan.linked, replace(self.read, fields=fields))

    def words(self, target: str, code: str) -> dict[Any, str]:
        """Give the outcome at every value, in order."""
        printed = self.report["fields"].get(code)
        values = admitted(self.declared[code], printed)
        if self.declared[code]["type"] != "string":
            values = sorted(values)
        return {
            fact(value): outcome_word(self.evaluate(code, value).facts[target]) for value in values
        }


def expected_of(words: Mapping[Any, str], present: Any, outcome: str) -> set[tuple[Any, str]]:
    """Find the nearest changes on each side of a number."""
    found = set()
    for side in (1, -1):
        others = [v for v, word in words.items() if word != outcome and (v - present) * side > 0]
        if others:
            nearest = min(others, key=lambda value: abs(value - present))
            found.add((nearest, words[nearest]))
    return found


def compare(changes: Changes, brute: Brute, target: str, outcome: str) -> Iterator[str]:
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
        is_text = brute.declared[code]["type"] == "string" and "enum" not in brute.declared[code]
        if is_text:
            for to, word in flips:
                if outcome_word(brute.evaluate(code, to).facts[target]) != word or word == outcome:
                    yield f"{target} {code} {to!r} does not lead to {word}"
        elif isinstance(fact(present) if present is not None else None, Fraction):
            wanted = expected_of(words, fact(present), outcome)
            if not (flips <= wanted if code in unsettled else flips == wanted):
                yield f"{target} {code} {present}: {flips}, not {wanted}"
        else:
            if any(words.get(value) != word for value, word in flips):
                yield f"{target} {code}: {flips}, of {words}"
            if code not in unsettled and {word for _, word in flips} != set(changing.values()):
                proper = {word for _, word in flips}
                yield f"{target} {code}: only {proper} of {set(changing.values())}"
