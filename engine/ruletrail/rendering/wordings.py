"""What a rulebook says that a trail does not hold: labels of outcomes, sentences not shown.

A trail stands alone and is rendered without them too. Where the rulebook is at hand, a page has its
author's words in place of codes, and tells printed sentences that say the opposite of the answer.
"""

from collections.abc import Iterator, Mapping

from ruletrail.evaluations.messages import match_texts, normalise, show_sentence
from ruletrail.fast_dataclasses import dataclass
from ruletrail.rulebooks import Check, Decision, Entry, Message, Section, Sentence
from ruletrail.trails import Record, outcome_word
from ruletrail.values import NotEncoded, is_non_value


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A printed sentence that is the one for an outcome which a step did not come to."""

    step: str
    text: str


@dataclass(frozen=True, slots=True)
class Wording:
    """Labels by decision and outcome; contradictions, and what is printed besides."""

    outcomes: Mapping[tuple[str, str], str]
    contradictions: tuple[Contradiction, ...] = ()
    undecided: tuple[Contradiction, ...] = ()
    """Printed sentences of which the rulebook does not know whether they belong here; `step` is the
    message that says why."""
    unmatched: tuple[str, ...] | None = None
    """What is printed that no sentence of the rulebook says; None where only the trail is known."""


NO_WORDING = Wording({})


def read_wording(record: Record) -> Wording:
    """Read from an evaluation's rulebook what its trail leaves out."""
    outcomes = {
        (entry.code, case.outcome): case.label
        for entry in record.linked.rulebook.entries.values()
        if isinstance(entry, Decision) and isinstance(entry.cases, tuple)
        for case in entry.cases
        if case.label
    }
    left, found = record.printed.unmatched, []
    # the longest first, so that one that stands inside another cannot break it
    for step, text in sorted(_opposites(record), key=lambda said: -len(said[1])):
        rest = _take_out(left, normalise(text))
        if rest is not None:
            found.append(Contradiction(step, text))
            left = rest
    places = {code: place for place, code in enumerate(record.linked.rulebook.entries)}
    found.sort(key=lambda contradiction: places[contradiction.step])
    mirrors = _find_mirrors(record, {each.step for each in found})
    contradictions = tuple(each for each in found if each.step not in mirrors)
    undecided = tuple(
        Contradiction(mirrors[each.step], each.text) for each in found if each.step in mirrors
    )
    return Wording(outcomes, contradictions, undecided, left)


def _take_out(pieces: tuple[str, ...], text: str) -> tuple[str, ...] | None:
    """Take a text out of the first piece that holds it; None where none does, or they only join."""
    for at, piece in enumerate(pieces):
        match = match_texts([piece], [text])
        if match.matched:
            return (*pieces[:at], *match.unmatched, *pieces[at + 1 :])
    return None


def _find_mirrors(record: Record, steps: set[str]) -> Mapping[str, str]:
    """Find, for messages that are not shown, the one that would say what stands in their place.

    It depends on the same codes, it applies, and what it says is not encoded: so nobody knows
    whether the sentence that is not shown is printed all the same.
    """
    unknown = {
        frozenset(record.linked.reads[each.entry.code]): each.entry.code
        for each in record.conclusions
        if isinstance(each.entry, Message) and isinstance(each.fact, NotEncoded)
    }
    entries, reads = record.linked.rulebook.entries, record.linked.reads
    found = {code: unknown.get(frozenset(reads[code]), "") for code in steps}
    return {
        code: mirror
        for code, mirror in found.items()
        if mirror and reads[code] and isinstance(entries[code], Message)
    }


def _opposites(record: Record) -> Iterator[tuple[str, str]]:
    """Yield the sentences for outcomes that settled steps did not come to, filled in."""
    if not record.printed.unmatched:
        return
    linked, report = record.linked, record.report
    for conclusion in record.conclusions:
        entry, fact = conclusion.entry, conclusion.fact
        if is_non_value(fact):
            continue
        reached = outcome_word(fact)
        for outcome, sentence in _sentences(entry):
            if outcome != reached:
                shown = show_sentence(linked, report, record.facts, entry.code, sentence)
                yield entry.code, shown.text


def _sentences(entry: Entry) -> Iterator[tuple[str, Sentence]]:
    """Yield each outcome of an entry that has a sentence, and the sentence."""
    found: list[tuple[str, object]] = []
    match entry:
        case Decision(cases=tuple() as cases):
            found = [(case.outcome, case.message) for case in cases]
        case Section():
            found = [("due", entry.when_due), ("not_due", entry.when_not_due)]
        case Check():
            found = [("failed", entry.message)]
        case Message():
            found = [("shown", entry.text)]
    yield from ((outcome, said) for outcome, said in found if isinstance(said, Sentence))
