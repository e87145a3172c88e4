"""What is asked about: one step, or the whole report; when it is settled, and what it hangs on."""

from collections.abc import Iterable, Iterator, Mapping

from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking import LinkedRulebook
from ruletrail.needs.steps import Situation, StepWalk
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.rulebooks import (
    Check,
    Decision,
    Entry,
    Message,
    Section,
    Sentence,
)
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.values import Missing, Value

_MOST_READERS = 3
"""How many of the entries that read an input a problem names."""


@dataclass(frozen=True, slots=True)
class Target:
    """A step by its code, or None for the whole report; and the steps that have to be looked at.

    `steps` are those that a missing input reaches, in the rulebook's order; `roots` what is asked
    for itself.
    """

    code: str | None
    steps: tuple[Entry, ...]
    roots: tuple[Entry, ...]
    shown: tuple["Shown", ...] = ()
    """Of the whole report: what its answer shows of inputs beside the steps' own outcomes."""


@dataclass(frozen=True, slots=True)
class Shown:
    """Missing inputs that the answer speaks of where a step has one outcome.

    They are the empty fields of a section that is due, and those that a sentence names.
    """

    step: str
    outcome: Value
    inputs: int
    is_wanted: bool
    """Whether the report is incomplete without them."""


def find_target(situation: Situation, code: str | None) -> Target:
    """Find what is asked about; raises `ProblemsError` for a code that is no such step."""
    linked, reached = situation.linked, situation.reached
    if code is None:
        steps = tuple(entry for entry in linked.steps if entry.code in reached)
        facts = situation.record.facts
        roots = tuple(
            entry
            for entry in linked.steps
            if entry.code in reached or isinstance(facts[entry.code], Missing)
        )
        return Target(None, steps, roots, tuple(_list_shown(situation)))
    entry = linked.rulebook.entries.get(code)
    if entry is None or isinstance(entry, Message):
        raise ProblemsError([_tell_unknown(linked, code)])
    behind = _codes_behind(linked, code)
    steps = tuple(each for each in linked.steps if each.code in behind and each.code in reached)
    return Target(code, steps, (entry,))


def _tell_unknown(linked: LinkedRulebook, code: str) -> Problem:
    entries = linked.rulebook.entries.values()
    names = [each.code for each in entries if not isinstance(each, Message)]
    schema = linked.schema
    if code in schema.fields or code in schema.cells or code in schema.lists:
        return _tell_input(code, [name for name in names if code in linked.reads[name]])
    near = Nearest(code, KnownNames(names))
    return Problem("unknown-step", Mark(code), {"text": quote(code)}, near)


def _tell_input(code: str, readers: list[str]) -> Problem:
    """Say that a code is what a report supplies, and what is asked about that reads it."""
    listed = ", ".join(map(quote, readers[:_MOST_READERS]))
    details = {"text": quote(code), "names": listed}
    advice = "ask-of-readers" if readers else ""
    return Problem("unknown-step", Mark(code), details, advice=advice, wording="input-not-step")


def _codes_behind(linked: LinkedRulebook, code: str) -> frozenset[str]:
    found, waiting = {code}, [code]
    while waiting:
        for read in linked.reads[waiting.pop()]:
            if read not in found and read in linked.reads:
                found.add(read)
                waiting.append(read)
    return frozenset(found)


# -- What the answer shows -------------------------------------------------------------------------


def _list_shown(situation: Situation) -> Iterator[Shown]:
    bits = situation.bits
    for entry in situation.linked.steps:
        for outcome, sentence in _sentences(entry):
            names = (name for each in sentence.templates.values() for name in each.names)
            mask = _mask(names, bits)
            if mask:
                yield Shown(entry.code, outcome, mask, is_wanted=False)
        if isinstance(entry, Section) and entry.not_encoded is None:
            mask = _mask((code for code in entry.fields if code not in entry.optional), bits)
            if mask:
                yield Shown(entry.code, "due", mask, is_wanted=True)


def _mask(codes: Iterable[str], bits: Mapping[str, int]) -> int:
    mask = 0
    for code in codes:
        mask |= bits.get(code, 0)
    return mask


def _sentences(entry: Entry) -> Iterator[tuple[Value, Sentence]]:
    """Yield the sentences of an entry, each with the outcome that shows it."""
    match entry:
        case Decision(cases=tuple() as cases):
            yield from ((case.outcome, case.message) for case in cases if case.message is not None)
        case Section():
            named = (("due", entry.when_due), ("not_due", entry.when_not_due))
            yield from ((outcome, each) for outcome, each in named if each is not None)
        case Check(message=Sentence() as message):
            yield "failed", message
        case Message(text=Sentence() as text):
            yield "shown", text
        case _:
            pass


# -- What it hangs on ------------------------------------------------------------------------------


def open_inputs(target: Target, walk: StepWalk) -> int:
    """Find the inputs that a target can still hang on, once its steps were looked at; as bits.

    None are left exactly where it is settled.
    """
    mask = 0
    for root in target.roots:
        mask |= walk.read(root.code).inputs
    for shown in target.shown:
        if walk.read(shown.step).possible.may_be(shown.outcome):
            mask |= shown.inputs
    for code in walk.supplied:
        mask &= ~walk.situation.bits[code]
    return mask
