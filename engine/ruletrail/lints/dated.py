"""Holes in dated entries: days between two of them, or of the form, on which none is in force."""

from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction
from functools import cached_property
from itertools import pairwise

from ruletrail.analysis.condition_solver import assume, judge, rule_range
from ruletrail.analysis.intervals import Interval, intersect
from ruletrail.analysis.ir import Node
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Constant, Formula, list_of
from ruletrail.formulas.lookups import Days
from ruletrail.linking.days import Dated, list_dated
from ruletrail.lints.guards import guarded_parts
from ruletrail.lints.subjects import Subject, formulas_in
from ruletrail.problems import Mark, Problem, quote
from ruletrail.rulebooks import Check, Parameter, Rule

_A_DAY = timedelta(days=1)
_MOST_STRETCHES = 6
"""For how many stretches of days it is learnt what all rules are then."""

_Stretch = tuple[str, date, date]
"""The code of a day, and the first and the last on which nothing is in force."""


def find_holes(subject: Subject) -> Iterator[Problem]:
    """Find days between two entries, or of the form, on which none is in force."""
    reading = _Reading(subject)
    for dated in list_dated(subject.rulebook):
        entries = dated.values if isinstance(dated, Parameter) else dated.versions
        spans: list[tuple[Mark, Days]] = [(each.mark, each.days) for each in entries]
        for (mark, one), (_, two) in pairwise(spans):
            if one.last is not None and one.last + _A_DAY < two.first:
                hole = one.last + _A_DAY, two.first - _A_DAY
                if reading.may_matter(dated, hole):
                    yield Problem("dated-hole", mark, _details(dated, *hole))
        for advice, mark, (day, first, last) in _list_uncovered(subject, dated, spans):
            if reading.is_read(dated.code, (day, first, last)):
                details = {**_details(dated, first, last), "day": quote(day)}
                yield Problem("dated-hole", mark, details, "", advice)


def _details(dated: Dated, first: date, last: date) -> dict[str, str]:
    return {"code": quote(dated.code), "from": str(first), "to": str(last)}


def _list_uncovered(
    subject: Subject, dated: Dated, spans: list[tuple[Mark, Days]]
) -> Iterator[tuple[str, Mark, _Stretch]]:
    """Yield the days that the form admits before the first entry begins, or after the last ended.

    Each with the hint that says so, and the mark of the entry.
    """
    day = dated.day.code if dated.day is not None else ""
    field = subject.linked.schema.fields.get(day)
    if field is None or not spans:
        return
    (first, begins), (last, ends) = spans[0], spans[-1]
    if field.least is not None and field.least < begins.first:
        before = begins.first - _A_DAY
        until = before if field.most is None else min(before, field.most)
        yield "dated-from-least", first, (day, field.least, until)
    if field.most is not None and ends.last is not None and ends.last < field.most:
        since = ends.last + _A_DAY
        since = since if field.least is None else max(since, field.least)
        yield "dated-to-most", last, (day, since, field.most)


# -- Who reads it then -----------------------------------------------------------------------------


class _Reading:
    """What is read on which days: conditions may keep rules from what is not in force."""

    def __init__(self, subject: Subject) -> None:
        """Look nothing up yet: most rulebooks have no day that is left out."""
        self._subject = subject
        self._read: dict[_Stretch | None, frozenset[str]] = {}

    def is_read(self, code: str, stretch: _Stretch) -> bool:
        """Tell whether some report of a day of the stretch may ask for a dated entry."""
        is_new = stretch not in self._read
        asked = None if is_new and len(self._read) > _MOST_STRETCHES else stretch
        if asked not in self._read:
            known = self._subject.known if asked is None else _learn(self._subject, asked)
            read = _list_read(self._subject, known) if known is not None else ()
            self._read[asked] = frozenset(read)
        return code in self._read[asked]

    def may_matter(self, dated: Dated, hole: tuple[date, date]) -> bool:
        """Tell whether days between two entries are worth a word: not where nobody asks on them.

        What no formula reads at all is told as it stands.
        """
        day = dated.day.code if dated.day is not None else ""
        if day not in self._subject.linked.schema.fields or dated.code not in self._all:
            return True
        return self.is_read(dated.code, (day, *hole))

    @cached_property
    def _all(self) -> frozenset[str]:
        return frozenset(_list_read(self._subject, self._subject.known))


def _learn(subject: Subject, stretch: _Stretch) -> Knowledge | None:
    """Learn what is known of everything on the days of a stretch; None where no report has one.

    One that fails a check of severity error is no valid report.
    """
    day, first, last = stretch
    base = dict(subject.known.base)
    if day in base:
        ends = Interval(Fraction(first.toordinal()), Fraction(last.toordinal()))
        base[day] = replace(base[day], range=intersect(base[day].range, ends))
    known = _learn_rules(subject, replace(subject.known, base=base, kept={}), base, day)
    return _assume_checks(subject, known)


def _assume_checks(subject: Subject, known: Knowledge) -> Knowledge | None:
    here: Knowledge | None = known
    for entry in subject.entries:
        is_required = isinstance(entry, Check) and entry.severity == "error"
        if not is_required or not isinstance(entry, Check) or list_of(entry.code):
            continue
        content = entry.expect.content
        if here is not None and isinstance(content, Formula):
            here = assume(content.tree, here, truth=True)
    return here


def _learn_rules(subject: Subject, known: Knowledge, base: dict[str, Node], day: str) -> Knowledge:
    """Learn what the rules may be that read a day, in the order in which they read each other."""
    settled, moved = dict(known.settled), {day}
    known = replace(known, settled=settled)
    for entry in subject.linked.steps:
        if not isinstance(entry, Rule) or not _reads_one(entry, moved, subject):
            continue
        found = rule_range(entry, known)
        if entry.code not in base or found != base[entry.code].range:
            base[entry.code] = Node("read", "number", range=found, text=entry.code)
            moved.add(entry.code)
        content = entry.formula.content
        truth = judge(content.tree, known) if isinstance(content, Formula) else None
        if truth is not None and not entry.exceptions:
            settled[entry.code] = truth
            moved.add(entry.code)
    return known


def _reads_one(rule: Rule, moved: set[str], subject: Subject) -> bool:
    """Tell whether a rule names one of some codes, or a group that has one."""
    groups = subject.rulebook.groups
    names = (name for _, formula in formulas_in(rule) for name in formula.names)
    return any(
        name in moved or (name in groups and not moved.isdisjoint(groups[name].members))
        for name in names
    )


def _list_read(subject: Subject, known: Knowledge) -> Iterator[str]:
    """Yield what formulas read where some report may come to it, and what that is made of."""
    for entry in subject.entries:
        for _, part, _ in guarded_parts(entry, known):
            if not isinstance(part, Constant):
                yield from (part.code, *subject.rulebook.expand(part.code))
