"""Simple values: what a report may hold at a place, as its schema says, the simplest first.

That a value is admitted is not promised: a schema may say what is not looked at here. Whoever
makes a report of them asks the schema.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from math import ceil, floor
from typing import Any

from ruletrail.analysis.field_domains import listed_texts
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.documents import REPORT_LIMITS
from ruletrail.schemas.patterns import write_text
from ruletrail.schemas.places import always, named
from ruletrail.values import MOST_DECIMALS, Value

_ROUND = (0, 1, 2, 3, 5, 10, 20, 50, 100, 500, 1_000, 5_000, 10_000, 100_000, 1_000_000)


def sample(fragments: Sequence[Mapping[str, Any]], root: Any) -> Any:
    """Make the simplest value that a schema of something else than fields seems to ask for."""
    for key in ("const", "default"):
        for each in fragments:
            if key in each:
                return each[key]
    for key in ("enum", "examples"):
        for each in fragments:
            if each.get(key):
                return each[key][0]
    kind = next((each["type"] for each in fragments if "type" in each), "object")
    match kind:
        case "string":
            return next(texts_of_patterns(fragments), _shortest(fragments))
        case "integer" | "number":
            return max((each.get("minimum", 0) for each in fragments), default=0)
        case "boolean":
            return False
        case "array":
            return []
    required = {name for each in fragments for name in each.get("required", ())}
    return {
        name: sample(list(always(named(fragments, name), root)), root) for name in sorted(required)
    }


def simple_values(field: TypedField, fragments: tuple[Mapping[str, Any], ...]) -> Iterator[Value]:
    """List values that a field admits, the simplest first."""
    examples = [each for fragment in fragments for each in fragment.get("examples", ())]
    match field.kind:
        case "number":
            listed = listed_numbers(fragments)
            yield from listed or _round_numbers(field)
        case "boolean":
            yield from (False, True)
        case "date":
            yield from _simple_days(field)
        case _:
            choices = listed_texts(fragments)
            yield from choices
            yield from (str(example) for example in examples if not choices)
            if not choices:
                yield from texts_of_patterns(fragments)
                yield _shortest(fragments)


def _shortest(fragments: Sequence[Mapping[str, Any]]) -> str:
    """Write a text as short as may be; one that no report has room for is none of these."""
    least = max((int(each.get("minLength", 1)) for each in fragments), default=1)
    return "x" * min(least, REPORT_LIMITS.scalar)


def texts_of_patterns(fragments: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """Write a text for each pattern that a schema asks for."""
    texts = (write_text(each["pattern"]) for each in fragments if "pattern" in each)
    yield from (text for text in texts if text is not None)


def listed_numbers(fragments: tuple[Mapping[str, Any], ...]) -> tuple[Fraction, ...]:
    """List the numbers that a schema lists for a field; none where it lists none."""
    for each in fragments:
        if "enum" in each:
            found = [
                it for it in each["enum"] if not isinstance(it, str | bool | None | list | dict)
            ]
            return tuple(sorted({Fraction(it) for it in found}))
    return ()


def _round_numbers(field: TypedField) -> Iterator[Fraction]:
    step = field.step
    for number in (*_ROUND, *(-each for each in _ROUND[1:4])):
        value = Fraction(number)
        if field.range.holds(value) and (step is None or (value / step).denominator == 1):
            yield value
    low, high = field.range.low, field.range.high
    ends = [end for end in (low, high) if end is not None]
    # where an end is no number of the field itself, one beside it is
    beside = [(low + high) / 2] if low is not None and high is not None else []
    beside += [end + 1 if end is low else end - 1 for end in ends]
    moved = (to_grid(each, field) for each in (*ends, *beside))
    yield from filter(field.range.holds, moved)


def _simple_days(field: TypedField) -> Iterator[date]:
    low, high = (int(end or 1) for end in (field.range.low, field.range.high))
    for day in (date(2024, 1, 1), date(2000, 1, 1), date(1990, 1, 1)):
        if low <= day.toordinal() <= high:
            yield day
    yield date.fromordinal(low)


def to_grid(number: Fraction, field: TypedField) -> Fraction:
    """Move a number to the nearest that the schema's step, or ten decimals, admit."""
    step = field.step or Fraction(1, 10**MOST_DECIMALS)
    nearest = round(number / step) * step
    for moved in (nearest, floor(number / step) * step, ceil(number / step) * step):
        if field.range.holds(moved):
            return moved
    return nearest
