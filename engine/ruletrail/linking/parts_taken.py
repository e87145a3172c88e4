"""A percentage taken off a sum of money, `retta - 30%`: what is meant is a product.

Parsing does not know what units there are: where they are known, only one of its hints is right.
"""

import re
from collections.abc import Sequence

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.lexer import PART_TAKEN
from ruletrail.linking.names import Names, collect_names
from ruletrail.problems import Problem, quote
from ruletrail.rulebooks import Rulebook
from ruletrail.schemas import Schema

_OF_CODE = re.compile(r"`([A-Za-z][A-Za-z0-9_.]*) \* \(1 ([+-]) [0-9.]+\)`")


def settle_parts_taken(
    problems: Sequence[Problem], rulebook: Rulebook, schema: Schema
) -> list[Problem]:
    """Give the one hint that is right where a percentage is taken off what is no percentage."""
    if not any(each.advice == PART_TAKEN for each in problems):
        return list(problems)
    names = collect_names(rulebook, schema)
    return [_settle(each, names) if each.advice == PART_TAKEN else each for each in problems]


def _settle(problem: Problem, names: Names) -> Problem:
    match = _OF_CODE.fullmatch(problem.details["instead"])
    found = names.signatures.get(match[1]) if match is not None else None
    if match is None or found is None or found.unit in (None, "", "%"):
        return problem
    whole = quote(f"{match[1]} {match[2]} {problem.details['text'].strip('`')}")
    details = {**problem.details, "whole": whole}
    return replace(problem, details=details, advice="part-of-amount")
