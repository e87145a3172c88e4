"""The ways to an answer, set side by side: reference, compiled functions, columns, checker."""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest

from ruletrail.answers import CompiledEvaluation, Evaluation
from ruletrail.api import Plan
from ruletrail.compiled import Answer, CompiledRulebook
from ruletrail.compiled.columns import evaluate_many
from ruletrail.evaluations import evaluate_record
from ruletrail.formats import kind_of
from ruletrail.problems import Problem, ProblemsError
from ruletrail.reports import Report
from ruletrail.rulebooks import Message, Rule
from ruletrail.trails import Record, RowsConclusion, Trail, outcome_word
from ruletrail.trails.document import lists_of_values
from ruletrail.values import is_non_value, to_decimal, to_json, write_number
from ruletrail.verification import verify_trail


def trail_bytes(record: Record) -> bytes:
    """Write a record's trail as a file holds it."""
    return (Trail(record).to_json() + "\n").encode()


def step_value(record: Record, code: str) -> Any:
    """Give the value of a step as the trail writes it."""
    steps = json.loads(Trail(record).to_json())["steps"]
    return next(step for step in steps if step["id"] == code)["value"]


PARTS = ("status", "values", "lists", "decisions", "sections", "checks", "messages", "missing")
"""What callers read of an evaluation, beside its trail."""


def read_parts(evaluation: Evaluation) -> dict[str, str]:
    """Give the parts of an evaluation as they are shown, so that `1.0` is not `1`."""
    return {part: repr(getattr(evaluation, part)) for part in PARTS}


def compare_call(plan: Plan, given: Any, slow: Report | Sequence[Problem]) -> None:
    """Assert that a call answers as the reference does for the report that was read slowly.

    Where that has problems, the call has the same.
    """
    if not isinstance(slow, Report):
        with pytest.raises(ProblemsError) as raised:
            plan.evaluate(given)
        assert list(raised.value.problems) == list(slow)
        return
    ours, theirs = plan.evaluate(given), Evaluation(plan.linked, evaluate_record(plan.linked, slow))
    assert read_parts(ours) == read_parts(theirs)
    assert ours.trail.to_json() == theirs.trail.to_json()
    assert ours.record == theirs.record


def compare_answer(compiled: CompiledRulebook, answer: Answer, report: Report) -> Record:
    """Assert that an answer is the reference's, in every part and byte; gives the reference's."""
    reference = evaluate_record(compiled.linked, report)
    record = answer.record(report)
    for ours, theirs in zip(record.conclusions, reference.conclusions, strict=True):
        assert ours == theirs, theirs.entry.code
    assert record == reference
    text = Trail(reference).to_json()
    assert Trail(record).to_json() == text
    assert compiled.write_trail(answer, report) == text.encode()
    ours, theirs = (
        CompiledEvaluation(compiled, answer, report),
        Evaluation(compiled.linked, reference),
    )
    assert read_parts(ours) == read_parts(theirs)
    facts = {c.code: c.fact for c in reference.conclusions if not isinstance(c, RowsConclusion)}
    assert dict(answer.facts) == facts
    return reference


def compare_functions(compiled: CompiledRulebook, report: Report) -> Record:
    """Assert that the function that answers for a report gives the reference's record and bytes.

    Where no function covers the rulebook, nothing may answer but the reference.
    """
    answer = compiled.evaluate(report)
    if not compiled.is_covered:
        assert answer is None
        return evaluate_record(compiled.linked, report)
    assert answer is not None, "the report fits the typed form"
    return compare_answer(compiled, answer, report)


def usual_answer(compiled: CompiledRulebook, report: Report) -> Answer | None:
    """Answer by the function for usual reports; None where it does not take the report."""
    inputs = compiled.usual_preparer.prepare(report)
    if inputs is None:
        return None
    results = compiled.usual.run(inputs.slots, inputs.decimals, inputs.absent)
    return None if results is None else Answer(compiled.usual, inputs, results)


def general_answer(compiled: CompiledRulebook, report: Report) -> Answer:
    """Answer by the function that takes any report."""
    function, preparer = compiled.general()
    inputs = preparer.prepare(report)
    assert inputs is not None, "the report fits the typed form"
    results = function.run(inputs.slots, inputs.decimals, inputs.absent)
    assert results is not None, "the function for any report works out every error"
    return Answer(function, inputs, results)


def cell_of(declared: Any) -> Any:
    """Give a field to columns as a caller would."""
    if declared is None:
        return None
    return Decimal(declared.text) if isinstance(declared.value, Fraction) else declared.value


def table_of(codes: Sequence[str], reports: Sequence[Report]) -> Mapping[str, list[Any]]:
    """Write reports as columns."""
    return {code: [cell_of(report.fields.get(code)) for report in reports] for code in codes}


def compare_columns(compiled: CompiledRulebook, reports: Sequence[Report], **options: Any) -> Any:
    """Assert that columns answer as the reference, cell by cell; gives what they answered."""
    table = dict(table_of(list(compiled.typed.fields), reports))
    table |= {
        code: [rows_of(report, code) for report in reports] for code in compiled.linked.schema.lists
    }
    outputs = evaluate_many(compiled, table, **options)
    worded = {**outputs.decisions, **outputs.sections, **outputs.checks}
    for row, report in enumerate(reports):
        reference = evaluate_record(compiled.linked, report)
        assert outputs.status[row] == reference.status, row
        for each in reference.conclusions:
            fact, code = each.fact, each.code
            if "[" in code:
                continue
            if isinstance(each.entry, Rule):
                found = (outputs.values[code].state(row), outputs.values[code][row])
                assert found == (kind_of(fact), _plain(fact)), (row, code)
            elif not isinstance(each.entry, Message):
                assert worded[code][row] == outcome_word(fact), (row, code)
        lists = lists_of_values(reference)
        for code, answered in outputs.lists.items():
            values = [
                {name: _plain(fact) for name, fact in cells.items()}
                for cells in lists.get(code, ())
            ]
            assert answered[row] == (values if code in lists else None), (row, code)
    compare_frame(outputs)
    return outputs


def compare_frame(outputs: Any) -> None:
    """Assert that an answer holds as a table of Arrow what it holds, numbers as texts too."""
    frame = outputs.to_arrow().to_pydict()
    for code, column in outputs.to_dict().items():
        for row, (value, cell) in enumerate(zip(column, frame.pop(code), strict=True)):
            if code.startswith("lists."):
                cells = None if cell is None else json.loads(cell, parse_float=Decimal)
                held = None if value is None else [_as_json(each) for each in value]
                assert cells == held, (row, code)
            elif isinstance(cell, str) and not isinstance(value, str):
                assert cell == write_number(Fraction(value)), (row, code)
            else:
                assert cell == value, (row, code)
    assert not frame


def _as_json(cells: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: to_json(Fraction(value) if isinstance(value, Decimal) else value)
        for name, value in cells.items()
    }


def rows_of(report: Report, code: str) -> list[dict[str, Any]] | None:
    """Give a list of rows to columns as a caller would."""
    if code not in report.lists:
        return None
    return [{name: cell_of(cell) for name, cell in cells.items()} for cells in report.lists[code]]


def _plain(fact: Any) -> Any:
    if is_non_value(fact):
        return None
    return to_decimal(fact) if isinstance(fact, Fraction) else fact


def check_trail(record: Record) -> None:
    """Assert that the checker derives a record's trail anew and finds nothing."""
    problems = verify_trail(trail_bytes(record), "trail.json")
    assert problems == [], problems[0].message("en")
