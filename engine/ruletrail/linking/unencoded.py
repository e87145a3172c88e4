"""Codes that the form has and the rulebook does not encode, by the reasons that speak of them.

`not_encoded: the labels of rows R09-R15 are not known` says that R09 is on the form. To call it a
code that the form has not would be false.
"""

import re
from collections.abc import Iterator

from ruletrail.formulas import Constant, Formula
from ruletrail.linking.linked_rulebook import LinkedRulebook, clauses_of
from ruletrail.problems import Mark, Problem, cut, quote
from ruletrail.rulebooks import Decision, Entry, Message, Section
from ruletrail.values import NotEncoded

_NUMBERED = re.compile(r"(?P<stem>[A-Z]{1,9})(?P<number>[0-9]{1,9})")
_RANGE = re.compile(
    r"\b(?P<stem>[A-Z]{1,9})(?P<low>[0-9]{1,9})(?:[-‐‑–](?P<again>[A-Z]{0,9})(?P<high>[0-9]{1,9}))?\b"
)
"""A code in a sentence, `R24`, or a range of them, `R23-R39`."""


def speaks_of(why: str, code: str) -> bool:
    """Tell whether a reason speaks of a code, alone or within a range."""
    asked = _NUMBERED.fullmatch(code.upper())
    if asked is None:
        return False
    for found in _RANGE.finditer(why):
        stem, low, high = found["stem"], found["low"], found["high"] or found["low"]
        is_stem = asked["stem"] == stem == (found["again"] or stem)
        if is_stem and int(low) <= int(asked["number"]) <= int(high):
            return True
    return False


LONGEST_REASON = 200
"""How much of a reason is said of a code."""


def tell_unencoded(linked: LinkedRulebook, code: str, mark: Mark, advice: str) -> Problem | None:
    """Say of a code that it is on the form, and not encoded here; None of any other."""
    found = find_unencoded(linked, code)
    if found is None:
        return None
    step, why = found
    details = {"text": quote(code), "why": cut(why, LONGEST_REASON), "step": step}
    if advice and _is_due_at_times(linked, step):
        # nobody is to fill in what this report does not have to
        advice = f"{advice}-if-due"
    return Problem("code-not-encoded", mark, details, advice=advice, wording="code-on-form")


def _is_due_at_times(linked: LinkedRulebook, step: str | None) -> bool:
    """Tell a part of the form that is not always due: by its own condition, or by a part's above.

    What is no part has no condition that says whether it is filled in.
    """
    section = linked.rulebook.entries.get(step) if step is not None else None
    if not isinstance(section, Section):
        return False
    due = section.due.content
    is_always = (
        isinstance(due, Formula) and isinstance(due.tree, Constant) and due.tree.value is True
    )
    return not is_always or _is_due_at_times(linked, section.part_of)


def find_unencoded(linked: LinkedRulebook, code: str) -> tuple[str, str] | None:
    """Find the entry that does not encode a code, and why; None where none says so."""
    if code in linked.rulebook.entries or code in linked.schema.fields:
        return None
    for entry in linked.rulebook.entries.values():
        for why in _list_reasons(entry):
            if speaks_of(why, code):
                return entry.code, why
    return None


def _list_reasons(entry: Entry) -> Iterator[str]:
    found: list[object] = [clause.content for clause in clauses_of(entry)]
    match entry:
        case Decision():
            found.append(entry.cases)
        case Section():
            found.append(entry.not_encoded)
        case Message():
            found.append(entry.text)
        case _:
            pass
    for each in found:
        if isinstance(each, NotEncoded):
            yield from each.reasons
