"""Holes in dated entries: days between two of them, or of the form, on which none is in force."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from itertools import pairwise

from ruletrail.formulas.lookups import Days
from ruletrail.linking.days import Dated, list_dated
from ruletrail.lints.subjects import Subject
from ruletrail.problems import Mark, Problem, quote
from ruletrail.rulebooks import Parameter

_A_DAY = timedelta(days=1)


def find_holes(subject: Subject) -> Iterator[Problem]:
    """Find days between two entries, or of the form, on which none is in force."""
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
        yield from _find_uncovered(subject, dated, spans)


def _find_uncovered(
    subject: Subject, dated: Dated, spans: Sequence[tuple[Mark, Days]]
) -> Iterator[Problem]:
    """Find days that the form admits before the first entry begins, or after the last has ended."""
    day = dated.day.code if dated.day is not None else ""
    field = subject.linked.schema.fields.get(day)
    if field is None or not spans:
        return
    (first, begins), (last, ends) = spans[0], spans[-1]
    details = {"code": quote(dated.code), "day": quote(day)}
    if field.least is not None and field.least < begins.first:
        before = begins.first - _A_DAY
        until = before if field.most is None else min(before, field.most)
        shown = {**details, "from": str(field.least), "to": str(until)}
        yield Problem("dated-hole", first, shown, "", "dated-from-least")
    if field.most is not None and ends.last is not None and ends.last < field.most:
        since = ends.last + _A_DAY
        since = since if field.least is None else max(since, field.least)
        shown = {**details, "from": str(since), "to": str(field.most)}
        yield Problem("dated-hole", last, shown, "", "dated-to-most")
