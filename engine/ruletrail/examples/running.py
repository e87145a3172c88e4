"""Run many examples of one rulebook: what they show is gathered, and no record is kept.

Many are answered by compiled functions, and of each answer only what is asked of it is concluded:
what its example expects a reason of, and what may show something that no example before it did.
Failures that are shown are found, and explained, by the reference.
"""

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ruletrail.documents import MappingNode, members_of
from ruletrail.evaluations import evaluate_record
from ruletrail.examples.comparing import MOST_FAILURES, keep_steps, run_example
from ruletrail.examples.coverage import find_hits, list_points
from ruletrail.examples.reading import Example, Marks, Outcome, Point
from ruletrail.fast_dataclasses import replace
from ruletrail.linking import LinkedRulebook
from ruletrail.lints.subjects import formulas_in
from ruletrail.reports import Report
from ruletrail.rulebooks import Rule, Section
from ruletrail.trails import Record, entry_of
from ruletrail.values import is_non_value

if TYPE_CHECKING:
    from ruletrail.compiled import Answer, CompiledRulebook

MANY = 100
"""So many examples repay the making of functions."""

_BY_STEP = ("reasons", "declared", "errors")
"""Keys of `expect` that are compared with how the steps they name came out, beside facts."""


class RunsDifferError(Exception):
    """Functions and reference met other expectations of one example: a defect of ours."""


class Run:
    """The examples of one rulebook while they are run, one after the other."""

    def __init__(self, linked: LinkedRulebook, count: int) -> None:
        """Find what so many examples may show, and make functions where they are many."""
        self.points: Marks = list_points(linked)
        self.hits: set[Point] = set()
        self._linked = linked
        self._left = MOST_FAILURES
        self._functions = _make_functions(linked) if count >= MANY else None
        self._open = _Open(linked, self.points)
        self._speaking = {e.code for e in linked.steps if not isinstance(e, Rule)}
        self._sections = {e.code for e in linked.steps if isinstance(e, Section)}

    def run(self, example: Example) -> Outcome:
        """Run one example: it is told what failed, and how what is shown of that was reached."""
        is_quick = self._functions is not None
        outcome = run_example(
            example, self._linked, lambda _, report: self._evaluate(report, example.expect)
        )
        if outcome.record is None:
            return outcome
        hits = find_hits(outcome.record, self._open.entries)
        self.hits |= self._open.take(hits)
        count = len(outcome.failures)
        if is_quick and count and self._left > 0:
            outcome = self._run_again(outcome)
        kept = outcome.failures[:MOST_FAILURES]
        shown, record = kept[: max(self._left, 0)], outcome.record
        self._left -= count
        steps = {failure.step for failure in shown}
        record = keep_steps(record, steps) if shown and record is not None else None
        return replace(outcome, record=record, failures=kept, more=count - len(kept))

    def _run_again(self, quick: Outcome) -> Outcome:
        outcome = run_example(quick.example, self._linked)
        if [each.place for each in outcome.failures] != [each.place for each in quick.failures]:
            raise RunsDifferError(quick.example.name)
        return outcome

    def _evaluate(self, report: Report, expect: MappingNode) -> Record:
        answer = self._functions.evaluate(report) if self._functions is not None else None
        if answer is None:
            return evaluate_record(self._linked, report)
        return answer.record_of(report, set(self._list_asked(expect, answer)))

    def _list_asked(self, expect: MappingNode, answer: "Answer") -> Iterator[str]:
        """List the entries of which more is asked than their facts."""
        yield from self._open.entries
        for key in _BY_STEP:
            yield from map(entry_of, members_of(expect.get(key)))
        if expect.get("missing") is not None or expect.get("not_encoded") is not None:
            yield from (entry_of(code) for code, fact in answer.facts.items() if is_non_value(fact))
            yield from self._sections
        if expect.get("messages") is not None or expect.get("absent_messages") is not None:
            yield from self._speaking


def _make_functions(linked: LinkedRulebook) -> "CompiledRulebook":
    from ruletrail.compiled import CompiledRulebook  # noqa: PLC0415 - a few examples need none

    return CompiledRulebook(linked)


class _Open:
    """The points that no example showed yet, by the entries whose conclusions may show them."""

    def __init__(self, linked: LinkedRulebook, points: Marks) -> None:
        callers: dict[str, list[str]] = defaultdict(list)
        for entry in linked.rulebook.entries.values():
            for code in {name for _, each in formulas_in(entry) for name in each.names}:
                if code in linked.lookups:
                    callers[code].append(entry.code)
        self._shown_by = {point: callers.get(point.code, [point.code]) for point in points}
        self.entries: dict[str, int] = defaultdict(int)
        """How many points each entry may show still."""
        for codes in self._shown_by.values():
            for code in codes:
                self.entries[code] += 1

    def take(self, hits: set[Point]) -> set[Point]:
        """Take out the points that are shown; returns those that were open."""
        found = hits & self._shown_by.keys()
        for point in found:
            for code in self._shown_by.pop(point):
                self.entries[code] -= 1
                if not self.entries[code]:
                    del self.entries[code]
        return found
