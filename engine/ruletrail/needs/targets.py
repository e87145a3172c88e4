"""What is asked about: one step, or the whole report; when it is settled, and what it hangs on."""

from collections.abc import Iterable, Iterator

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import list_of
from ruletrail.linking import LinkedRulebook, label_of
from ruletrail.needs.steps import Situation, StepWalk
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.rulebooks import (
    Check,
    Decision,
    Entry,
    Message,
    Rule,
    Section,
    Sentence,
)
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.trails import code_in_row, entry_of
from ruletrail.values import Missing, Value

_MOST_READERS = 3
"""How many of the entries that read an input a problem names."""


@dataclass(frozen=True, slots=True)
class Target:
    """A step by its code, or None for the whole report; and the steps that have to be looked at.

    `steps` are those that a missing input reaches, in the rulebook's order; `roots` the codes that
    are asked for themselves, of the whole report what is written for each row by one code.
    """

    code: str | None
    steps: tuple[Entry, ...]
    roots: tuple[str, ...]
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


def find_target(situation: Situation, code: str | None) -> Target:
    """Find what is asked about; raises `ProblemsError` for a code that is no such step."""
    linked, reached = situation.linked, situation.reached
    if code is None:
        steps = tuple(entry for entry in linked.steps if entry.code in reached)
        roots = tuple(
            entry.code
            for entry in linked.steps
            if entry.code in reached or _lacks(entry.code, situation)
        )
        return Target(None, steps, roots, tuple(_list_shown(situation)))
    if code not in situation.record.facts or not _may_be_asked(code, linked):
        raise ProblemsError([_tell_unknown(situation, code)])
    behind = _codes_behind(linked, entry_of(code))
    steps = tuple(each for each in linked.steps if each.code in behind and each.code in reached)
    return Target(code, steps, (code,))


def _lacks(code: str, situation: Situation) -> bool:
    """Tell whether a step is missing, in some row where it is written for each."""
    facts, count = situation.record.facts, situation.count(list_of(code))
    rows = range(1, (count or 0) + 1)
    steps = [code, *(code_in_row(code, row) for row in rows)]
    return any(isinstance(facts.get(each), Missing) for each in steps)


def _tell_unknown(situation: Situation, code: str) -> Problem:
    linked = situation.linked
    names = [each for each in situation.record.facts if _may_be_asked(each, linked)]
    schema, here = linked.schema, entry_of(code)
    if isinstance(linked.rulebook.entries.get(here), Rule) and list_of(here):
        details = {"text": quote(code), "name": quote(code_in_row(here, 1))}
        wording, advice = "row-not-named", "ask-of-a-row"
        return Problem("unknown-step", Mark(code), details, wording=wording, advice=advice)
    if here in schema.fields or here in schema.cells or here in schema.lists:
        readers = [name for name in linked.reads if here in linked.reads[name]]
        return _tell_input(linked, code, [name for name in readers if name in names])
    near = Nearest(code, KnownNames(names))
    return Problem("unknown-step", Mark(code), {"text": quote(code)}, near)


def _may_be_asked(code: str, linked: LinkedRulebook) -> bool:
    entry = linked.rulebook.entries.get(entry_of(code))
    # what all rows share is no step that has an outcome
    return entry is not None and not isinstance(entry, Message) and "[*]" not in code


def _tell_input(linked: LinkedRulebook, code: str, readers: list[str]) -> Problem:
    """Say that a code is what a report supplies, which part asks for it, and what reads it."""
    listed = ", ".join(map(quote, readers[:_MOST_READERS]))
    details = {"text": quote(code), "names": listed}
    parts = [
        f"{quote(entry.code)} ({label_of(linked, entry.code)})"
        for entry in linked.rulebook.entries.values()
        if isinstance(entry, Section) and entry_of(code) in entry.fields
    ]
    advice = "ask-of-readers" if readers else ""
    if parts:
        details["parts"] = ", ".join(parts[:_MOST_READERS])
        advice = "asked-and-read" if readers else "asked-by-parts"
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
    for entry in situation.linked.steps:
        over = list_of(entry.code)
        for outcome, sentence in _sentences(entry):
            named = {name for each in sentence.templates.values() for name in each.names}
            names = {code for name in named for code in situation.linked.rulebook.expand(name)}
            for row in range(1, (situation.count(over) or 0) + 1) if over else (0,):
                mask = _mask((code_in_row(each, row) if list_of(each) else each for each in names),
                             situation)  # fmt: skip
                if mask:
                    yield Shown(code_in_row(entry.code, row), outcome, mask)
            if over and situation.count(over) is None:
                yield Shown(entry.code, outcome, _mask(names, situation))
        if isinstance(entry, Section) and entry.not_encoded is None:
            mask = _mask(_wanted(entry, situation), situation)
            if mask:
                yield Shown(entry.code, "due", mask)


def _wanted(section: Section, situation: Situation) -> Iterator[str]:
    """Yield the fields and cells that a section wants, and the lists of which it wants any."""
    for code in section.fields:
        over = list_of(code)
        is_there = not over or situation.count(over) is not None
        if code not in section.optional and (is_there or over not in section.optional):
            yield code


def _mask(codes: Iterable[str], situation: Situation) -> int:
    mask = 0
    for code in codes:
        mask |= situation.bits.get(code, 0) | situation.columns.get(code, 0)
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
    for code in parts_of(target, walk):
        mask |= walk.read(code).inputs
    for shown in target.shown:
        if walk.read(shown.step).possible.may_be(shown.outcome):
            mask |= shown.inputs
    for code in walk.supplied if mask else ():
        mask &= ~walk.situation.bits[code]
    return mask


def parts_of(target: Target, walk: StepWalk) -> list[str]:
    """List what is asked for itself; of the whole report all rows, of a check of rows it alone."""
    if target.code is not None:
        return [target.code]
    return [code for root in target.roots for code in walk.parts_of(root)]
