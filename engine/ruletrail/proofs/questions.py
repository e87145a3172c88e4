"""Which questions are asked of a rulebook, what answers each, and how an evaluation shows it."""

import sys
from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, MutableMapping, Sequence
from functools import cache
from typing import cast

from ruletrail.evaluations import conclude_steps
from ruletrail.evaluations.evaluating import conclude_all
from ruletrail.evaluations.reading import make_reading
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Formula, list_of
from ruletrail.linking import LinkedRulebook, values_by_day
from ruletrail.linking.rows import lists_read
from ruletrail.proofs.answers import QuestionKind
from ruletrail.proofs.encoding import Encoding, RowStep, Steps
from ruletrail.proofs.logic import Told, Truth, both, differ, either, negate, some
from ruletrail.proofs.primitives import same_value
from ruletrail.proofs.steps import StepTerm
from ruletrail.proofs.terms import Term
from ruletrail.proofs.witnesses import Judged, Shows
from ruletrail.rulebooks import Check, Decision, Entry, Message, Rule, RuleException, Section
from ruletrail.trails import (
    Conclusion,
    DecisionConclusion,
    RuleConclusion,
    code_in_row,
    outcome_word,
)
from ruletrail.values import ErrorValue, Fact, is_non_value

_SELECTED = (Decision, Section, Check)
_OWN = ("conflict", "no_case")


@dataclass(frozen=True, slots=True)
class Question:
    """A question: it is refuted by a report in which `counter` is true.

    `codes` are what the counter-example speaks of, `shows` tells it from an evaluation. `own` is
    the check that the question is about, by which no report is refused here.
    """

    about: str
    kind: QuestionKind
    counter: Truth
    codes: tuple[str, ...]
    shows: Shows
    own: str = ""
    easier: Truth = True
    """What is true wherever `counter` is, and easier to find; true where there is nothing such."""
    told: Told | None = None
    """What is said beside, for this question alone."""
    encoded: int = 0
    """The steps that were encoded for it alone, which takes its share of the work."""
    is_left_out: bool = False
    """Whether what it asks about was left out of the encoding, for which there was no work."""


def list_questions(
    encoding: Encoding, is_over: Callable[[], bool] = lambda: False
) -> Iterator[Question]:
    """List all questions of a rulebook, in the order of its entries, each when it is asked for.

    Once it `is_over` none is answered any more, and nothing is encoded for one.
    """
    for entry in encoding.linked.rulebook.entries.values():
        if entry.code in encoding.left_out:
            listed = _of_entry(entry, encoding, lambda: True)
            yield from (replace(question, is_left_out=True) for question in listed)
        else:
            yield from _of_entry(entry, encoding, is_over)


def _of_entry(entry: Entry, encoding: Encoding, is_over: Callable[[], bool]) -> Iterator[Question]:
    match entry:
        case Decision():
            yield from _of_decision(entry, encoding)
        case Rule():
            yield from _of_exceptions(entry, encoding)
    yield _error(entry, encoding)
    match entry:
        case Check():
            yield _never_fails(entry, encoding)
        case Section():
            yield from _of_section(entry, encoding)
        case Rule() if entry.rounding is not None:
            yield _rounding(entry, encoding, is_over)


# -- Decisions and exceptions ----------------------------------------------------------------------


def _is_error(code: str, cause: str) -> Shows:
    def shows(record: Judged) -> bool:
        return any(
            isinstance(fact, ErrorValue) and fact.cause == cause and fact.of in codes
            for codes, fact in _facts_of(code, record)
        )

    return shows


def _facts_of(code: str, record: Judged) -> Iterator[tuple[tuple[str, ...], Fact]]:
    """Yield the facts of a code, of each row where it is one of rows."""
    over = list_of(code)
    for row in range(1, len(record.report.lists.get(over, ())) + 1) if over else (0,):
        here = code_in_row(code, row)
        if here in record.facts:
            yield (here, code), record.facts[here]


def _of_decision(decision: Decision, encoding: Encoding) -> Iterator[Question]:
    if not isinstance(decision.cases, tuple):
        return
    code, step = decision.code, encoding.steps[decision.code]
    yield Question(code, "gap", step.gap, (code,), _is_error(code, "no_case"))
    if decision.policy == "exclusive":
        yield Question(code, "overlap", step.overlap, (code,), _is_error(code, "conflict"))
    seen: dict[str, int] = {}
    for at, case in enumerate(decision.cases):
        seen[case.outcome] = seen.get(case.outcome, 0) + 1
        about = _numbered(f"{code}/{case.outcome}", seen[case.outcome])
        held = step.held[at] if step.held else True
        shows = _decides(code, at)
        yield Question(about, "dead", step.chosen[at], (code,), shows, easier=held)


def _numbered(about: str, which: int) -> str:
    return about if which == 1 else f"{about}[{which}]"


def _decides(code: str, at: int) -> Shows:
    def shows(record: Judged) -> bool:
        for each in record.conclusions:
            if isinstance(each, DecisionConclusion) and each.code == code:
                truths = [case.truth for case in each.cases]
                is_first = each.entry.policy == "first"
                is_reached = not is_first or all(truth is False for truth in truths[:at])
                return truths[at] is True and is_reached and not is_non_value(each.fact)
        return False

    return shows


def _of_exceptions(rule: Rule, encoding: Encoding) -> Iterator[Question]:
    if not rule.exceptions:
        return
    code, steps = rule.code, _steps_of(rule.code, encoding)
    overlap = some(both(exists, step.overlap) for step, exists in steps)
    yield Question(code, "overlap", overlap, (code,), _is_error(code, "conflict"))
    seen: dict[str, int] = {}
    for at, exception in enumerate(rule.exceptions):
        name = name_of(exception)
        seen[name] = seen.get(name, 0) + 1
        chosen = some(both(exists, step.chosen[at]) for step, exists in steps)
        held = some(both(exists, step.held[at]) for step, exists in steps)
        about = _numbered(f"{code}/{name}", seen[name])
        yield Question(about, "dead", chosen, (code,), _is_chosen(code, at), easier=held)


def name_of(exception: RuleException) -> str:
    """Call an exception by its label, or its condition."""
    content = exception.when.content
    return exception.label or (content.text if isinstance(content, Formula) else content.why)


def _is_chosen(code: str, at: int) -> Shows:
    def shows(record: Judged) -> bool:
        for each in record.conclusions:
            if isinstance(each, RuleConclusion) and each.entry.code == code and each.exceptions:
                truths = [exception.truth for exception in each.exceptions]
                if (
                    truths[at] is True
                    and sum(truth is False for truth in truths) == len(truths) - 1
                ):
                    return True
        return False

    return shows


def _steps_of(
    code: str, encoding: Encoding, steps: Steps | None = None
) -> Sequence[tuple[StepTerm, Truth]]:
    if code in encoding.by_row:
        return encoding.by_row[code].rows
    return [((encoding.steps if steps is None else steps)[code], True)]


# -- Errors ----------------------------------------------------------------------------------------


def _error(entry: Entry, encoding: Encoding) -> Question:
    code = entry.code
    found = [
        both(exists, step.fact.state.error, negate(either(step.overlap, step.gap)))
        for step, exists in _steps_of(code, encoding)
    ]
    return Question(
        code, "error", some(found), (code,), _shows_error(entry, encoding.linked, encoding.days)
    )


_READ = ErrorValue("no_case", chr(sys.maxunicode))
"""Stands for an error that is read. Of two errors it is the other that decides (semantics.md 2.3),
so what is concluded is this one only where no other arose."""


def _shows_error(entry: Entry, linked: LinkedRulebook, days: frozenset[str]) -> Shows:
    code = entry.code

    def is_own(here: str, fact: Fact) -> bool:
        if not isinstance(fact, ErrorValue) or fact == _READ:
            return False
        return not (fact.cause in _OWN and fact.of in {here, code})

    def shows(record: Judged) -> bool:
        if isinstance(entry, Message):
            found = [(code, each.fact) for each in record.conclusions if each.code == code]
        else:
            found = [(here, fact) for (here, _), fact in _facts_of(code, record)]
        if not any(is_own(here, fact) for here, fact in found):
            return False
        read = _errors_read(entry, linked, record, days)
        return not read or any(
            is_own(each.code, each.fact) for each in _conclude_beside(read, entry, record)
        )

    return shows


def _errors_read(
    entry: Entry, linked: LinkedRulebook, record: Judged, days: frozenset[str]
) -> dict[str, Fact]:
    """Name the errors that an entry reads, each as `_READ`, and what is dated by a day that is one.

    A parameter that has no value on a day is no such error, but one of what reads it.
    """
    entries = linked.rulebook.entries
    found: dict[str, Fact] = {}
    for read in linked.reads[entry.code]:
        if read not in entries:
            continue
        facts = _facts_of(read, record)
        here: dict[str, Fact] = {
            at: _READ for (at, _), fact in facts if isinstance(fact, ErrorValue)
        }
        found |= here
        if here and read in days:
            found |= values_by_day(linked, read, here)
    return found


def _conclude_beside(read: dict[str, Fact], entry: Entry, record: Judged) -> Iterable[Conclusion]:
    """Draw the conclusions of an entry with other facts in the place of some."""
    # nothing is copied: thousands of steps may read one error
    known = ChainMap(read, cast("MutableMapping[str, Fact]", record.facts))
    return conclude_all(entry, make_reading(record.linked, record.report, known), record.report)


# -- Checks and sections ---------------------------------------------------------------------------


def _is_word(fact: Term, word: str, encoding: Encoding) -> Truth:
    return both(fact.state.is_value, fact.text.number == encoding.vocabulary.number(word))


def _never_fails(check: Check, encoding: Encoding) -> Question:
    code = check.code
    counter = _is_word(encoding.steps[code].fact, "failed", encoding)
    own = code if check.severity == "error" else ""
    return Question(
        code, "never_fails", counter, (code,), lambda record: record.facts[code] == "failed", own
    )


def _of_section(section: Section, encoding: Encoding) -> Iterator[Question]:
    code = section.code
    is_due = _is_word(encoding.steps[code].fact, "due", encoding)
    yield Question(
        code, "always_due", negate(is_due), (code,), lambda record: record.facts[code] != "due"
    )
    yield Question(code, "never_due", is_due, (code,), lambda record: record.facts[code] == "due")


# -- Roundings, properties -------------------------------------------------------------------------


def _rounding(rule: Rule, encoding: Encoding, is_over: Callable[[], bool]) -> Question:
    if is_over():
        return _without_answer(rule)
    linked, affected = encoding.linked, encoding.affected(rule.code)
    outcomes = [code for code in affected if isinstance(linked.rulebook.entries[code], _SELECTED)]
    if outcomes and not encoding.left_out.isdisjoint(affected):
        return replace(_without_answer(rule), is_left_out=True)
    with encoding.space.apart() as told:
        steps = encoding.unrounded(rule.code, affected) if outcomes else encoding.steps
        counter = some(
            are_different(encoding.steps[code].fact, steps[code].fact) for code in outcomes
        )

    @cache
    def other() -> tuple[LinkedRulebook, Sequence[Entry]]:
        # made when something is found: of most rules nothing is, and it is of the size of all
        unrounded = without_rounding(linked, rule.code)
        # what does not read the rule is as it was
        behind = encoding.cone(*outcomes).intersection(affected)
        return unrounded, [
            unrounded.rulebook.entries[step.code] for step in encoding.steps_of(behind)
        ]

    def shows(record: Judged) -> bool:
        linked, needed = other()
        unrounded, _ = conclude_steps(linked, record.report, needed, record.facts)
        return any(
            outcome_word(record.facts[code]) != outcome_word(unrounded[code]) for code in outcomes
        )

    codes = (rule.code, *outcomes)
    encoded = len(affected) if outcomes else 0
    return Question(rule.code, "rounding", counter, codes, shows, told=told, encoded=encoded)


def _without_answer(rule: Rule) -> Question:
    """Ask of a rounding what no work is left for."""
    return Question(rule.code, "rounding", True, (rule.code,), lambda _: False)


def without_rounding(linked: LinkedRulebook, code: str) -> LinkedRulebook:
    """Return a rulebook whose rule does not round."""
    entries = dict(linked.rulebook.entries)
    rule = entries[code]
    if isinstance(rule, Rule):
        entries[code] = replace(rule, rounding=None)
    steps = tuple(entries[step.code] for step in linked.steps)
    return replace(linked, rulebook=replace(linked.rulebook, entries=entries), steps=steps)


def are_different(one: Term, other: Term) -> Truth:
    """Tell whether two facts differ: in what they are instead of a value, or in their value."""
    pairs = [
        (one.state.is_error, other.state.is_error),
        (one.state.not_encoded, other.state.not_encoded),
        (one.state.missing, other.state.missing),
        (one.state.does_not_apply, other.state.does_not_apply),
    ]
    values = both(one.state.is_value, other.state.is_value)
    is_same: Truth = one.kind == other.kind
    if is_same and one.kind != "none":
        is_same = same_value(one, other)
    return either(*(differ(a, b) for a, b in pairs), both(values, negate(is_same)))


def property_question(about: str, formula: Formula, encoding: Encoding) -> Question:
    """Ask whether a sentence is ever false."""
    owner = f"property {about}"
    names = [code for name in formula.names for code in encoding.linked.rulebook.expand(name)]
    names += lists_read(formula)
    if encoding.leaves_out(names):
        return Question(about, "property", True, (owner,), lambda _: False, is_left_out=True)
    term = encoding.condition(formula, owner)

    def shows(record: Judged) -> bool:
        reading = make_reading(record.linked, record.report, record.facts)
        return reading.derive(formula).value is False

    return Question(about, "property", term.fails, (owner, *names), shows)


__all__ = [
    "Question", "RowStep", "are_different", "list_questions", "name_of", "property_question",
    "without_rounding",
]  # fmt: skip
