"""A model of the solver as the fields of a report, which others load and evaluate."""

from collections.abc import Collection
from datetime import date
from fractions import Fraction
from typing import Any

import z3

from ruletrail.analysis.simple_values import texts_of_patterns, to_grid
from ruletrail.proofs.encoding import Encoding
from ruletrail.proofs.inputs import Unknown, UnknownList
from ruletrail.proofs.logic import Truth
from ruletrail.proofs.texts import write_text
from ruletrail.proofs.witnesses import Fields
from ruletrail.values import Value


def read_fields(model: Any, encoding: Encoding, owners: Collection[str]) -> Fields:
    """Read the fields and lists of some owners as a model has them."""
    fields: Fields = {}
    inputs = encoding.inputs
    for at, (code, unknown) in enumerate(inputs.unknowns.items()):
        if code in owners and is_true(model, unknown.present):
            value = _value(model, encoding, unknown, at)
            if value is not None:
                fields[code] = value
    for code, rows in inputs.lists.items():
        if code in owners and is_true(model, rows.present):
            fields[code] = _rows(model, encoding, rows)
    return fields


def _rows(model: Any, encoding: Encoding, rows: UnknownList) -> list[dict[str, Value]]:
    size = model.eval(rows.size, model_completion=True).as_long()
    found = []
    for at, row in enumerate(rows.rows[:size]):
        cells = {
            name: _value(model, encoding, unknown, at)
            for name, unknown in row.items()
            if is_true(model, unknown.present)
        }
        found.append({name: value for name, value in cells.items() if value is not None})
    return found


def _value(model: Any, encoding: Encoding, unknown: Unknown, at: int) -> Value | None:
    term = unknown.term
    match term.kind:
        case "number":
            return to_grid(number_of(model, term.number.top), unknown.field)
        case "boolean":
            return is_true(model, term.truth)
        case "date":
            day = model.eval(term.day, model_completion=True).as_long()
            return date.fromordinal(day)
    return _text(model, encoding, unknown, at)


def _text(model: Any, encoding: Encoding, unknown: Unknown, at: int) -> str | None:
    text, vocabulary = unknown.term.text, encoding.vocabulary
    number = model.eval(text.number, model_completion=True).as_long()
    known = vocabulary.text_of(number)
    if known is not None:
        return known
    if unknown.choices:
        return unknown.choices[0]
    patterned = next(texts_of_patterns(unknown.fragments), None)
    if patterned is not None:
        return patterned
    tests = {feature: is_true(model, truth) for feature, truth in (text.tests or {}).items()}
    length = (
        None
        if isinstance(text.length, int)
        else model.eval(text.length, model_completion=True).as_long()
    )
    return write_text(tests, length, at, vocabulary.named)


def is_true(model: Any, truth: Truth) -> bool:
    """Tell whether a truth holds in a model."""
    return (
        truth if isinstance(truth, bool) else z3.is_true(model.eval(truth, model_completion=True))
    )


def number_of(model: Any, number: Any) -> Fraction:
    """Give a number as a model has it; one that is no fraction as one that is near."""
    value = model.eval(number, model_completion=True)
    if z3.is_algebraic_value(value):
        value = value.approx(20)
    return Fraction(value.numerator_as_long(), value.denominator_as_long())
