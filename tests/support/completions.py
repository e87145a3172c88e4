"""Every way in which a report can be completed, and what the answer is then: an oracle by counting.

It shares nothing with `ruletrail.needs`: the reference evaluator answers each completion.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import combinations, product
from math import prod
from typing import Any

from ruletrail.api import Plan
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import replace as replace_own
from ruletrail.reports import Declared, Report
from ruletrail.trails import Record, SectionConclusion
from ruletrail.values import Fact, is_non_value
from support.rulebook_generator import Case, generate

ABSENT = None
NUMBERS = (0, 1, 2)
Answer = Any


def small_case(seed: int) -> Case:
    """Make a generated rulebook whose numbers are a few whole ones, and a report that has all."""
    case = generate(seed, numbers="near", gaps=(0,), language=1)
    chance = random.Random(seed)  # noqa: S311 - the same cases each time
    fields = dict(case.reports[0]["fields"])
    for code, declared in _fields(case.schema).items():
        if declared["type"] in ("number", "integer") and code not in case.sections["rules"]:
            for key in ("allOf", "enum"):
                declared.pop(key, None)
            declared |= {"type": "integer", "minimum": min(NUMBERS), "maximum": max(NUMBERS)}
            fields[code] = Decimal(chance.choice(NUMBERS))
    return replace(case, reports=[{**case.reports[0], "fields": fields}])


def choices_of(case: Case) -> dict[str, list[Any]]:
    """List what each input with few values can be."""
    found: dict[str, list[Any]] = {}
    for code, declared in _fields(case.schema).items():
        if code in case.sections["rules"]:
            continue
        if declared["type"] == "boolean":
            found[code] = [True, False]
        elif declared["type"] == "integer":
            found[code] = list(NUMBERS)
        elif "enum" in declared:
            found[code] = list(declared["enum"])
    return found


def _fields(schema: Mapping[str, Any]) -> Mapping[str, dict[str, Any]]:
    fields: Mapping[str, dict[str, Any]] = schema["properties"]["fields"]["properties"]
    return fields


def with_fields(report: Report, values: Mapping[str, Any]) -> Report:
    """Give a report other values; what is `ABSENT` is taken out."""
    fields = {code: report.fields[code] for code in report.fields if code not in values}
    fields |= {
        code: Declared(value, str(value)) for code, value in values.items() if value is not ABSENT
    }
    return replace_own(report, fields=fields)


# -- Answers ---------------------------------------------------------------------------------------


def word(fact: Fact) -> Answer:
    """Return a value, or which non-value it is."""
    return type(fact).__name__ if is_non_value(fact) else (type(fact).__name__, fact)


def answer_of(record: Record, target: str | None) -> Answer:
    """Return what somebody who asks about a target is told; of the whole report, all of it."""
    if target is not None:
        return word(record.facts[target])
    steps = [(each.entry.code, word(each.fact)) for each in record.conclusions]
    empty = [
        each.empty
        for each in record.conclusions
        if isinstance(each, SectionConclusion)
        if each.fact == "due" and each.entry.not_encoded is None
    ]
    return steps, empty, record.status, [message.text for message in record.messages]


@dataclass(frozen=True)
class Completions:
    """The records of all completions: by what each missing input was given, or `ABSENT`."""

    codes: tuple[str, ...]
    choices: tuple[tuple[Any, ...], ...]
    """Of each code, the absent one last."""
    records: Mapping[tuple[Any, ...], Record]

    def answers(self, target: str | None) -> Mapping[tuple[Any, ...], Answer]:
        """Return each completion's answer."""
        return {given: answer_of(record, target) for given, record in self.records.items()}


def complete(plan: Plan, report: Report, choices: Mapping[str, Sequence[Any]]) -> Completions:
    """Evaluate a report with every choice of values for some of its fields."""
    lists = tuple((*values, ABSENT) for values in choices.values())
    records = {
        given: evaluate_record(
            plan.linked, with_fields(report, dict(zip(choices, given, strict=True)))
        )
        for given in product(*lists)
    }
    return Completions(tuple(choices), lists, records)


def draw_missing(case: Case, seed: int, most: int) -> dict[str, list[Any]]:
    """Draw inputs to take out of a report, so many that it can be completed in `most` ways."""
    known = choices_of(case)
    chance = random.Random(seed)  # noqa: S311 - the same cases each time
    drawn: dict[str, list[Any]] = {}
    for code in chance.sample(sorted(known), len(known)):
        taken = {**drawn, code: known[code]}
        if prod(len(values) + 1 for values in taken.values()) <= most:
            drawn = taken
    return drawn


# -- What must hold --------------------------------------------------------------------------------


def hangs_on(answers: Mapping[tuple[Any, ...], Answer], at: int) -> bool:
    """Tell whether the answer ever changes with one input, the others being the same."""
    by_others: dict[tuple[Any, ...], Answer] = {}
    return any(
        by_others.setdefault(given[:at] + given[at + 1 :], answer) != answer
        for given, answer in answers.items()
    )


def settles(
    found: Completions, answers: Mapping[tuple[Any, ...], Answer], codes: frozenset[str]
) -> bool:
    """Tell whether some values of these inputs leave one answer.

    It is none if it is an error, unless there is that error in every completion.
    """
    wrong = frozenset.intersection(*map(_errors, answers.values()))
    by_these: dict[tuple[Any, ...], list[Answer]] = {}
    for given, answer in answers.items():
        these = tuple(
            value for code, value in zip(found.codes, given, strict=True) if code in codes
        )
        by_these.setdefault(these, []).append(answer)
    return any(
        all(each == several[0] for each in several) and _errors(several[0]) <= wrong
        for these, several in by_these.items()
        if ABSENT not in these
    )


def _errors(answer: Answer) -> frozenset[str]:
    """Name the steps that are errors; of one step that is asked about, it alone."""
    if isinstance(answer, tuple) and isinstance(answer[0], list):
        return frozenset(code for code, each in answer[0] if each == "ErrorValue")
    return frozenset({""} if answer == "ErrorValue" else ())


def smallest_settling(
    found: Completions, answers: Mapping[tuple[Any, ...], Answer]
) -> set[frozenset[str]]:
    """Find all smallest sets of inputs of which some values settle the answer."""
    smallest: list[frozenset[str]] = []
    for size in range(1, len(found.codes) + 1):
        for chosen in map(frozenset, combinations(found.codes, size)):
            if not any(each <= chosen for each in smallest) and settles(found, answers, chosen):
                smallest.append(chosen)
    return set(smallest)
