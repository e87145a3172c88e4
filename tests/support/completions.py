"""Every way in which a report can be completed, and what the answer is then: an oracle by counting.

It shares nothing with `ruletrail.needs`: the reference evaluator answers each completion.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from itertools import combinations, product
from math import prod
from typing import Any

from ruletrail.api import Plan
from ruletrail.evaluations import evaluate_record
from ruletrail.fast_dataclasses import replace as replace_own
from ruletrail.reports import Declared, Report
from ruletrail.trails import Record, SectionConclusion, cut_code
from ruletrail.values import Fact, is_non_value
from support.rulebook_generator import Case, dated, generate

ABSENT = None
NUMBERS = (0, 1, 2)
DAYS = (("2024-02-28", "2024-03-01"), ("2023-12-30", "2024-01-01"))
"""From which day to which the days of small cases are."""
MOST_ROWS = 2
Answer = Any


@dataclass(frozen=True, eq=False)
class SomeRows:
    """What a list can be."""

    rows: tuple[Mapping[str, Declared], ...]


def small_case(seed: int, language: int = 1) -> Case:
    """Make a generated rulebook of a few whole numbers and days, and a report that has all.

    In language 2 it has lists, and constants, scales and tables that change with a day.
    """
    case = generate(seed, numbers="near", gaps=(0,), language=language, lists=language > 1)
    case = dated(case, seed) if language > 1 else case
    chance = random.Random(seed)  # noqa: S311 - the same cases each time
    fields = dict(case.reports[0]["fields"])
    for code, declared in _fields(case.schema).items():
        if declared["type"] == "array":
            cells, rows = declared["items"]["properties"], fields.get(code, [])
            names = [name for name in cells if f"{code}.{name}" not in case.sections["rules"]]
            for name in names:
                _make_small(cells[name], seed)
            fields[code] = [
                {**row, **{name: _draw(cells[name], row.get(name), chance) for name in names}}
                for row in rows[:MOST_ROWS]
            ]
        elif code not in case.sections["rules"]:
            _make_small(declared, seed)
            fields[code] = _draw(declared, fields[code], chance)
    return replace(case, reports=[{**case.reports[0], "fields": fields}])


def _make_small(declared: dict[str, Any], seed: int) -> None:
    if declared["type"] in ("number", "integer"):
        for key in ("allOf", "enum"):
            declared.pop(key, None)
        declared |= {"type": "integer", "minimum": min(NUMBERS), "maximum": max(NUMBERS)}
    elif declared.get("format") == "date":
        first, last = DAYS[seed % len(DAYS)]
        declared |= {"formatMinimum": first, "formatMaximum": last}


def _draw(declared: Mapping[str, Any], before: Any, chance: random.Random) -> Any:
    if declared["type"] == "integer":
        return Decimal(chance.choice(NUMBERS))
    if "formatMinimum" in declared:
        return chance.choice(_values_of(declared)).isoformat()
    return before if before is not None else chance.choice(_values_of(declared) or ["x"])


def choices_of(case: Case, report: Report | None = None) -> dict[str, list[Any]]:
    """List what each input with few values can be; cells too, of the rows of a report."""
    found: dict[str, list[Any]] = {}
    for code, declared in _fields(case.schema).items():
        if declared["type"] == "array":
            rows = report.lists.get(code, ()) if report is not None else ()
            for name, cell in declared["items"]["properties"].items():
                is_free = f"{code}.{name}" not in case.sections["rules"]
                if is_free and name not in declared["items"].get("required", ()):
                    for row in range(1, len(rows) + 1):
                        found[f"{code}[{row}].{name}"] = _values_of(cell)
        elif code not in case.sections["rules"]:
            found[code] = _values_of(declared)
    return {code: values for code, values in found.items() if values}


def _values_of(declared: Mapping[str, Any]) -> list[Any]:
    """List the values, of those that have few."""
    if declared["type"] == "boolean":
        return [True, False]
    if declared["type"] == "integer":
        return list(NUMBERS)
    if "formatMinimum" in declared:
        first, last = declared["formatMinimum"], declared["formatMaximum"]
        ends = [date.fromisoformat(day).toordinal() for day in (first, last)]
        return [date.fromordinal(day) for day in range(ends[0], ends[1] + 1)]
    titled = [each["const"] for each in declared.get("oneOf", ())]
    return list(declared.get("enum", titled))


def _fields(schema: Mapping[str, Any]) -> Mapping[str, dict[str, Any]]:
    fields: Mapping[str, dict[str, Any]] = schema["properties"]["fields"]["properties"]
    return fields


def with_fields(report: Report, values: Mapping[str, Any]) -> Report:
    """Give a report other values, of fields, cells `L[1].c` and lists; `ABSENT` is taken out."""
    fields = {code: report.fields[code] for code in report.fields if code not in values}
    lists = {code: report.lists[code] for code in report.lists if code not in values}
    for code, value in values.items():
        over, row, name = cut_code(code)
        if row:
            rows = [dict(each) for each in lists[over]]
            rows[row - 1].pop(name, None)
            rows[row - 1] |= {} if value is ABSENT else {name: Declared(value, str(value))}
            lists[over] = tuple(rows)
        elif isinstance(value, SomeRows):
            lists[code] = value.rows
        elif value is not ABSENT:
            fields[code] = Declared(value, str(value))
    return replace_own(report, fields=fields, lists=lists)


# -- Answers ---------------------------------------------------------------------------------------


def word(fact: Fact) -> Answer:
    """Return a value, or which non-value it is."""
    return type(fact).__name__ if is_non_value(fact) else (type(fact).__name__, fact)


def answer_of(record: Record, target: str | None) -> Answer:
    """Return what somebody who asks about a target is told; of the whole report, all of it."""
    if target is not None:
        return word(record.facts[target])
    steps = [(each.code, word(each.fact)) for each in record.conclusions]
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


def draw_missing(
    case: Case, seed: int, most: int, report: Report | None = None
) -> dict[str, list[Any]]:
    """Draw inputs to take out of a report, so many that it can be completed in `most` ways.

    Where the report is given, cells of its rows and whole lists too, which can be many things: a
    list is then what it was, one row less, or none.
    """
    known = choices_of(case, report)
    for code, rows in report.lists.items() if report is not None else ():
        known[code] = list(dict.fromkeys([len(rows), max(len(rows) - 1, 0), 0]))
    chance = random.Random(seed)  # noqa: S311 - the same cases each time
    drawn: dict[str, list[Any]] = {}
    for code in chance.sample(sorted(known), len(known)):
        taken = {**drawn, code: known[code]}
        is_apart = not any(cut_code(each)[0] == code for each in drawn) and (
            cut_code(code)[0] not in drawn
        )
        if is_apart and prod(len(values) + 1 for values in taken.values()) <= most:
            drawn = taken
    if report is None:
        return drawn
    return {
        code: [SomeRows(report.lists[code][:many]) for many in values]
        if code in report.lists
        else values
        for code, values in drawn.items()
    }


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
