"""Holes between dated entries: days on which nothing is in force, though something was before."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise

from ruletrail.formulas.lookups import Days
from ruletrail.linking.days import list_dated
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Mark, Problem, quote
from ruletrail.rulebooks import Parameter

_A_DAY = timedelta(days=1)


def find_holes(subject: Subject) -> Iterator[Problem]:
    """Find entries that end more than a day before the next one begins."""
    for dated in list_dated(subject.rulebook):
        entries = dated.values if isinstance(dated, Parameter) else dated.versions
        spans: list[tuple[Mark, Days]] = [(each.mark, each.days) for each in entries]
        for (mark, one), (_, two) in pairwise(spans):
            if one.last is not None and one.last + _A_DAY < two.first:
                details = {
                    "code": quote(dated.code),
                    "from": str(one.last + _A_DAY),
                    "to": str(two.first - _A_DAY),
                }
                yield Problem("dated-hole", mark, details)
