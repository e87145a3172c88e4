"""A value that is read as if it were a function: `maggiorazione()`."""

from collections.abc import Sequence

from ruletrail.fast_dataclasses import replace
from ruletrail.linking.names import Names, collect_names
from ruletrail.problems import Fix, Problem, quote, quote_to_write
from ruletrail.rulebooks import Rulebook
from ruletrail.schemas import Schema

_EMPTY = "call-of-nothing"
"""The hint that parsing gives a call without arguments: it does not know which codes there are."""


def name_called_values(
    problems: Sequence[Problem], rulebook: Rulebook, schema: Schema
) -> list[Problem]:
    """Say of each code that is called without arguments what it is."""
    if not any(each.advice == _EMPTY for each in problems):
        return list(problems)
    names = collect_names(rulebook, schema)
    return [_named(each, names) if each.advice == _EMPTY else each for each in problems]


def _named(problem: Problem, names: Names) -> Problem:
    code = problem.details["text"].strip("`")
    keys = names.lookups[code].keys if code in names.lookups else None
    if keys:
        expected = f"{code}({', '.join(key.name for key in keys)})"
        details = {**problem.details, "expected": expected}
        return Problem("wrong-argument-count", problem.mark, details)
    return say_value_called(problem) if is_value(code, names) else problem


def is_value(code: str, names: Names) -> bool:
    """Tell a code that is one value: no list, no group, nothing that is looked up in."""
    found = names.signatures.get(code)
    return found is not None and found.type != "list" and not (found.is_group or found.keys)


def say_value_called(problem: Problem) -> Problem:
    """Say of a value that is written as a call that it is read without parentheses."""
    code = problem.details["text"].strip("`")
    written, old = problem.mark.text[problem.mark.column - 1 :], f"{code}()"
    fixes = (Fix(problem.mark, old, code),) if written.startswith(old) else ()
    advice = "without-call" if problem.advice == _EMPTY else "without-call-or-times"
    meant = {"instead": quote_to_write(code), "product": quote(f"{code} * (…)")}
    return replace(
        problem,
        details={**problem.details, **meant},
        suggestion="",
        advice=advice,
        fixes=fixes,
        wording="value-called",
    )
