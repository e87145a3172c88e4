"""An average as spreadsheets call it, `MEDIA(gruppo)`: the sum divided by how many values it has.

Parsing does not know which names are groups: where that is known, a group is summed up, and each
of its members is counted.
"""

from collections.abc import Sequence

from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.habits import AVERAGES
from ruletrail.problems import Problem, quote_to_write
from ruletrail.rulebooks import Rulebook


def settle_averages(problems: Sequence[Problem], rulebook: Rulebook) -> list[Problem]:
    """Write the sum and the number that an average of groups is."""
    if not rulebook.groups or not any(each.advice in AVERAGES for each in problems):
        return list(problems)
    return [_settle(each, rulebook) if each.advice in AVERAGES else each for each in problems]


def _settle(problem: Problem, rulebook: Rulebook) -> Problem:
    given = problem.details["found"].split("; ")
    groups = {code: len(rulebook.groups[code].members) for code in given if code in rulebook.groups}
    if not groups:
        return problem
    count = sum(groups.get(each, 1) for each in given)
    added = " + ".join(f"sum({each})" if each in groups else each for each in given)
    instead = f"{added} / {count}" if len(given) == 1 else f"({added}) / {count}"
    # within a formula it is one operand
    instead = f"({instead})" if problem.details["instead"].startswith("`((") else instead
    details = {**problem.details, "instead": quote_to_write(instead)}
    return replace(problem, details=details, advice=AVERAGES[0])
