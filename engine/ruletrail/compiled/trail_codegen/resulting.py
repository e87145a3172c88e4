"""The result in a trail, as bytes: what the steps wrote of it, put in order."""

from collections.abc import Callable, Sequence
from operator import itemgetter
from typing import TYPE_CHECKING

from ruletrail.compiled.slots import StepSlots
from ruletrail.compiled.trail_codegen.papers import match_texts
from ruletrail.compiled.trail_codegen.speeches import Shown
from ruletrail.compiled.trail_codegen.variants import Notice
from ruletrail.compiled.trail_codegen.wordings import join_members, quote_json, write_codes
from ruletrail.reports import Report
from ruletrail.rulebooks import Check, Decision, Rule, Section

if TYPE_CHECKING:
    from ruletrail.compiled.answers import Answer

_Take = Callable[[Sequence[bytes]], Sequence[bytes]]


class Resulter:
    """Writes the results of one compiled function; made once, safe to share."""

    def __init__(self, steps: Sequence[StepSlots]) -> None:
        """Find where each member comes from, in the order of codes."""
        self.checks, self.decisions, self.sections = (
            _taker(steps, kind) for kind in (Check, Decision, Section)
        )
        rules = [step for step in steps if isinstance(step.entry, Rule)]
        self.values = _taker(rules, Rule)
        self.declarable = [
            (step.function, step.agreement, step.entry.code)
            for step in steps
            if step.agreement >= 0
        ]

    def write(
        self,
        answer: "Answer",
        report: Report,
        written: tuple[Sequence[bytes], Sequence[bytes]],
        notices: "Notices",
    ) -> bytes:
        """Write the result from the members that the steps wrote, words and values, and what was noticed."""
        words, values = written
        shown = sorted(notices.shown)
        printed = match_texts(report.printed, [text for _, _, text in shown])
        unmatched = ",".join(map(quote_json, printed.unmatched))
        return b"".join([
            b'{"checks":{', b",".join(self.checks(words)), b'},"decisions":{', b",".join(self.decisions(words)),
            b'},"declared":{', self._agreements(answer), b'},"errors":[', ",".join(notices.errors).encode(),
            b'],"messages":[', b",".join([member for _, member, _ in shown]),
            b'],"missing":', write_codes(sorted(notices.missing)).encode(),
            b',"not_encoded":[', ",".join(notices.not_encoded).encode(),
            b'],"printed":{"matched":%d,"unmatched":[' % printed.matched, unmatched.encode(),
            b']},"sections":{', b",".join(self.sections(words)), b'},"status":"', answer.status.encode(),
            b'","values":{', join_members(self.values(values)), b"}}",
        ])  # fmt: skip

    def _agreements(self, answer: "Answer") -> bytes:
        found: dict[str, list[str]] = {}
        results = answer.results
        for chunk, at, code in self.declarable:
            agreement = results[chunk][at]
            if agreement is not None:
                found.setdefault(str(agreement), []).append(code)
        return ",".join(
            [f'"{agreement}":{write_codes(found[agreement])}' for agreement in sorted(found)]
        ).encode()


class Notices:
    """What the steps of one evaluation mean for the whole result, gathered."""

    def __init__(self, shown: list[Shown]) -> None:
        """Begin with the sentences that have values in them."""
        self.shown = shown
        self.missing: set[str] = set()
        self.not_encoded: list[str] = []
        self.errors: list[str] = []

    def add(self, notices: Sequence[Notice | None]) -> None:
        """Gather what some steps say, in their order."""
        for notice in notices:
            if notice is None:
                continue
            if notice.shown is not None:
                self.shown.append(notice.shown)
            if notice.missing:
                self.missing.update(notice.missing)
            if notice.not_encoded:
                self.not_encoded.append(notice.not_encoded)
            if notice.error:
                self.errors.append(notice.error)


def _taker(steps: Sequence[StepSlots], kind: type) -> _Take:
    """Make what takes the members of one kind of step, in the order of codes."""
    places = sorted(
        (step.entry.code, place) for place, step in enumerate(steps) if isinstance(step.entry, kind)
    )
    found = [place for _, place in places]
    if len(found) > 1:
        return itemgetter(*found)  # one call for all, where there are two at least
    return lambda members: [members[place] for place in found]
