"""What a rulebook says that a trail does not hold: labels, sentences not shown, other languages.

A trail stands alone and is rendered without them too. Where the rulebook is at hand, a page has its
author's words in place of codes, and tells printed sentences that say the opposite of the answer.
"""

from collections.abc import Iterator, Mapping

from ruletrail.evaluations.messages import match_texts, normalise, show_sentence
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formats import Locale
from ruletrail.rulebooks import Check, Decision, Entry, Message, Section, Sentence
from ruletrail.trails import Record, ShownMessage, outcome_word
from ruletrail.values import is_non_value


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
    unmatched: tuple[str, ...] | None = None
    """What is printed that no sentence of the rulebook says; None where only the trail is known."""
    sentences: Mapping[str, ShownMessage] = field(default_factory=dict)
    """By step, what it says in the reader's language, where its author wrote that too."""


NO_WORDING = Wording({})


def read_wording(record: Record, language: Locale | None = None) -> Wording:
    """Read from an evaluation's rulebook what its trail leaves out, for a reader's language."""
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
        match = match_texts(left, [normalise(text)]) if left else None
        if match is not None and match.matched:
            found.append(Contradiction(step, text))
            left = match.unmatched
    places = {code: place for place, code in enumerate(record.linked.rulebook.entries)}
    found.sort(key=lambda contradiction: places[contradiction.step])
    return Wording(outcomes, tuple(found), left, _translate(record, language))


def _translate(record: Record, language: Locale | None) -> dict[str, ShownMessage]:
    """Fill in the sentences shown that the author wrote in the reader's language too."""
    linked = record.linked
    if language is None or language == linked.rulebook.locale:
        return {}
    return {
        shown.step: show_sentence(
            linked, record.report, record.facts, shown.step, shown.sentence, language=language
        )
        for shown in record.messages
        if language in shown.sentence.templates
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
