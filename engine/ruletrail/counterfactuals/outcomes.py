"""Which outcome of a target is asked for: by its code, or by what answers call it."""

from collections.abc import Iterator

from ruletrail.formats import LOCALES
from ruletrail.linking import LinkedRulebook, labels_of_outcomes
from ruletrail.problems import Mark, Problem, cut, quote, term
from ruletrail.rendering.phrases import say
from ruletrail.rulebooks import Check, Decision, Section
from ruletrail.suggestions import MOST_LISTED, plain_word, slip_of

_SAID = {
    "due": ("due", "to_fill_in", "due_and_to_fill_in", "due_and_to_complete", "due_and_filled_in"),
    "not_due": ("not_due",),
    "passed": ("passed",),
    "failed": ("failed",),
}
"""The phrases by which answers say the outcomes of a section and of a check."""


def outcomes_of(linked: LinkedRulebook, target: str) -> tuple[str, ...]:
    """List what a target may come to, where nothing is missing or wrong."""
    match linked.rulebook.entries[target]:
        case Decision(cases=tuple() as cases):
            return tuple(dict.fromkeys(case.outcome for case in cases))
        case Section():
            return ("due", "not_due")
        case Check():
            return ("passed", "failed")
    return ()


def mean_outcome(linked: LinkedRulebook, target: str, written: str) -> str:
    """Return the outcome that is called so in either language; what was written where none is.

    Of two outcomes with one label neither is meant.
    """
    if written in outcomes_of(linked, target):
        return written
    word = plain_word(written)
    meant = {outcome for outcome, name in _names(linked, target) if plain_word(name) == word}
    return meant.pop() if word and len(meant) == 1 else written


def _names(linked: LinkedRulebook, target: str) -> Iterator[tuple[str, str]]:
    """List each outcome with all that it is called: its code, and its labels as answers show it."""
    entry, outcomes = linked.rulebook.entries[target], outcomes_of(linked, target)
    for outcome in outcomes:
        yield outcome, outcome
    for language in LOCALES:
        if isinstance(entry, Decision):
            for outcome, label in labels_of_outcomes(entry, language).items():
                yield outcome, label
                yield outcome, f"{label} ({outcome})"
            continue
        for outcome in outcomes:
            for phrase in _SAID[outcome]:
                yield outcome, say(phrase, language)


def refuse_outcome(linked: LinkedRulebook, target: str, written: str) -> Problem:
    """Say that a target has no such outcome, and which ones can be asked for."""
    details = {
        "text": quote(written),
        "code": quote(target),
        "allowed": list_outcomes(linked, target),
    }
    near = _slipped(linked, target, written)
    if near:
        details["near"] = quote(near)
    advice = "outcome-slip" if near else "" if outcomes_of(linked, target) else "no-outcomes"
    return Problem("outcome-unknown", Mark("--want", 1, 1), details, advice=advice)


def _slipped(linked: LinkedRulebook, target: str, written: str) -> str:
    """Return the outcome that a slip of the pen was to be: one alike may be the opposite."""
    called: dict[str, str] = {name: outcome for outcome, name in _names(linked, target)}
    meant = {called[name] for name in called if slip_of(written, (name,))}
    return meant.pop() if len(meant) == 1 else ""


def list_outcomes(linked: LinkedRulebook, target: str) -> str:
    """Write the outcomes of a target, by their codes and by what answers call them."""
    entry, outcomes = linked.rulebook.entries[target], outcomes_of(linked, target)
    match entry:
        case Section():
            return term("outcomes-of-section")
        case Check():
            return term("outcomes-of-check")
        case Decision():
            labels = labels_of_outcomes(entry, linked.rulebook.locale)
            shown = [
                f"{quote(each)} ({cut(labels[each])})" if labels.get(each) else quote(each)
                for each in outcomes[:MOST_LISTED]
            ]
            return ", ".join([*shown, *("…" for _ in outcomes[MOST_LISTED:][:1])])
    return ""
