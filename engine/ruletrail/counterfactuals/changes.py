"""Which inputs of a report change a decision, a section or a check, each alone."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from ruletrail.analysis.field_domains import read_fields, read_lists
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.counterfactuals.answers import Flip, Unsettled, WhatIf
from ruletrail.counterfactuals.domains import read_domain
from ruletrail.counterfactuals.questions import Question
from ruletrail.counterfactuals.searching import Found, Search
from ruletrail.counterfactuals.stretches import Allowance, UnsettledError
from ruletrail.fast_dataclasses import replace
from ruletrail.linking import LinkedRulebook, label_of
from ruletrail.linking.unencoded import tell_unencoded
from ruletrail.problems import Mark, Problem, ProblemsError, cut, quote
from ruletrail.rulebooks import Check, Decision, Section
from ruletrail.schemas import Schema
from ruletrail.suggestions import (
    MOST_LISTED,
    KnownNames,
    Nearest,
    code_like,
    find_by_words,
    find_titled,
)
from ruletrail.trails import entry_of
from ruletrail.values import Value

MOST_WORK = 4_000_000
"""Operations that one answer may take, all inputs together; see `stretches.Allowance`."""
MOST_FOR_ONE = 1_200_000
"""Of these, those that one input may take."""


Fields = Mapping[str, TypedField]
"""What the schema says of each field, and of each cell of a row as `LIST.NAME`."""


def read_inputs(schema: Schema) -> Fields:
    """Type all that may be varied."""
    cells = {
        cell.code: cell for each in read_lists(schema).values() for cell in each.cells.values()
    }
    return {**read_fields(schema), **cells}


def find_changes(question: Question, allowance: Allowance, fields: Fields) -> WhatIf:
    """Find what would change a target."""
    flips: list[Flip] = []
    steady: list[str] = []
    unsettled: list[Unsettled] = []
    for code in question.inputs:
        found = vary(question, code, allowance, fields)
        flips += found.flips
        if found.reason:
            unsettled.append(Unsettled(code, found.reason))
        elif not found.flips:
            steady.append(code)
    outcome = question.outcome
    return WhatIf(question.target, outcome, tuple(flips), tuple(steady), tuple(unsettled))


def vary(  # noqa: PLR0917 - a question has these parts
    question: Question,
    code: str,
    allowance: Allowance,
    fields: Fields,
    fixed: Mapping[str, Value] | None = None,
    accepts: Callable[[str], bool] | None = None,
) -> Found:
    """Find the nearest values of one input that change a target, `fixed` others changed before."""
    field = fields.get(entry_of(code))
    if field is None:
        return Found((), "rows" if code in question.linked.schema.lists else "type")
    if allowance.left <= 0:
        return Found((), "limit")
    try:
        share = allowance.share(MOST_FOR_ONE)
        search = Search(question, code, share, fixed=fixed, accepts=accepts)
        domain = read_domain(question.linked, field, question.declared(code))
        return search.run(domain)
    except UnsettledError as error:
        return Found((), error.reason)


def is_target(linked: LinkedRulebook, code: str) -> bool:
    """Tell whether a code is that of a decision, a section or a check."""
    return isinstance(linked.rulebook.entries.get(code), Decision | Section | Check)


def check_target(linked: LinkedRulebook, target: str) -> str:
    """Return the code of a decision, a section or a check that a code or words of its title name.

    What is written is read as `explain` and `needed` read it, but names nothing that has no
    outcome. Raises `ProblemsError` for any other.
    """
    entries = linked.rulebook.entries
    if is_target(linked, target):
        return target
    known = [
        code for code, entry in entries.items() if isinstance(entry, Decision | Section | Check)
    ]
    found, partly = _find_meant(linked, target, known)
    if len(found) == 1:
        return found[0]
    if found or partly:
        listed = ", ".join(_called(linked, code) for code in (found or partly)[:MOST_LISTED])
        said, wording = {"text": quote(target), "known": listed}, "outcomes-several" * bool(found)
        raise ProblemsError(
            [Problem("no-outcome", Mark(target), said, advice="one-of-codes", wording=wording)]
        )
    unencoded = tell_unencoded(linked, target, Mark(target), "")
    if unencoded is not None:
        raise ProblemsError([unencoded])
    # checks are many, and few ask for them: they are listed where there is nothing else
    told = [code for code in known if not isinstance(entries[code], Check)] or known
    details = {"text": quote(target), "known": "; ".join(_called(linked, code) for code in told)}
    problem = Problem("no-outcome", Mark(target), details, advice="outcomes-of" if told else "")
    raise ProblemsError([replace(problem, suggestion=Nearest(target, KnownNames(known)))])


def _find_meant(
    linked: LinkedRulebook, target: str, known: Sequence[str]
) -> tuple[list[str], list[str]]:
    """List the targets that are meant by what looks like a code, or is said in words.

    Beside them those that most of the words speak of, which are only suggested.
    """
    written, schema = code_like(target), linked.schema
    others = {*linked.rulebook.entries, *schema.fields, *schema.lists, *linked.rulebook.parameters}
    if written in known:
        return [written], []
    if {target, written} & others:
        return [], []
    # what looks like a code that has no outcome is that code
    alike = KnownNames({*known, *others}).alike(target)
    if alike:
        return [code for code in alike if code in known], []
    titles = {code: [label_of(linked, code)] for code in known}
    found = find_titled(target, titles)
    is_said = len(target.split()) > 1
    if len(found) == 1 or not is_said:
        return found, []
    whole, partly = find_by_words(target, titles)
    return whole or found, partly


def targets_near(linked: LinkedRulebook, codes: Iterable[str]) -> list[str]:
    """List what has an outcome, that which reads any of some codes in the fewest steps first.

    Decisions and sections come before checks; where nothing reads the codes, all in their order.
    """
    readers: dict[str, list[str]] = {}
    for step, read in linked.reads.items():
        for code in read:
            readers.setdefault(code, []).append(step)
    reached = dict.fromkeys(code for code in codes)
    waiting = list(reached)
    for code in waiting:
        new = [step for step in readers.get(code, ()) if step not in reached]
        reached |= dict.fromkeys(new)
        waiting += new
    found = [code for code in reached if is_target(linked, code)]
    found = found or [code for code in linked.rulebook.entries if is_target(linked, code)]
    return sorted(found, key=lambda code: isinstance(linked.rulebook.entries[code], Check))


def _called(linked: LinkedRulebook, code: str) -> str:
    """Write a code and what it is called: by the code alone nobody knows which one to ask about."""
    label = label_of(linked, code)
    return quote(code) if label == code else f"{quote(code)} ({cut(label)})"
