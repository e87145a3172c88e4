"""Two inputs that change a target together, and the outcome that somebody wants."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from fractions import Fraction
from itertools import combinations

from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.counterfactuals.answers import Flip, Goal, Joint, Unsettled
from ruletrail.counterfactuals.bindings import find_binding
from ruletrail.counterfactuals.changes import MOST_FOR_ONE, Fields, vary
from ruletrail.counterfactuals.domains import Calendar, Grid, Listed, distance, read_domain
from ruletrail.counterfactuals.following import follow
from ruletrail.counterfactuals.outcomes import refuse_outcome
from ruletrail.counterfactuals.questions import (
    DisagreementError,
    Question,
    missing_in,
)
from ruletrail.counterfactuals.searching import Found
from ruletrail.counterfactuals.stretches import (
    Allowance,
    SplitError,
    Stretch,
    UnsettledError,
)
from ruletrail.linking.unencoded import tell_unencoded
from ruletrail.problems import Mark, Problem, ProblemsError, quote, quote_to_write
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.trails import entry_of, outcome_word
from ruletrail.values import Value

_BETWEEN = re.compile(r"[\s;+&/]+")
"""What people write between codes, which a comma separates."""

Accepts = Callable[[str], bool]

_MOST_LANDMARKS = 12
"""So many values of the first input are tried, the nearest first."""


def find_pairs(
    question: Question, codes: tuple[str, ...], allowance: Allowance, fields: Fields,
    accepts: Accepts | None = None,
) -> tuple[Joint, ...]:  # fmt: skip
    """Find the pairs of inputs that change the target together, where none does it alone."""
    wanted = accepts or (lambda word: word != question.outcome)
    found: list[Joint] = []
    landmarks: dict[str, list[Value]] = {}
    for pair in combinations(codes, 2):
        if allowance.left <= 0:
            break
        first = pair[0]
        if first not in landmarks:
            landmarks[first] = _landmarks(question, first, allowance, fields)
        joint = _find_pair(question, pair, landmarks[first], allowance, fields, wanted)
        found += [joint] if joint is not None else []
    return tuple(found)


def _find_pair(  # noqa: PLR0917 - a question has these parts
    question: Question, pair: tuple[str, str], landmarks: Sequence[Value], allowance: Allowance,
    fields: Fields, accepts: Accepts,
) -> Joint | None:  # fmt: skip
    """Move the first input to a landmark, then the second as little as it takes.

    Then the first is brought back as near as the second lets it.
    """
    first, second = pair
    for value in landmarks:
        moved = _nearest(vary(question, second, allowance, fields, {first: value}, accepts))
        if moved is None:
            continue
        back = _nearest(vary(question, first, allowance, fields, {second: moved.to}, accepts))
        if back is not None:
            return _join(question, (back, moved), accepts)
    return None


def _nearest(found: Found) -> Flip | None:
    return min(found.flips, key=lambda flip: flip.margin or Fraction(0), default=None)


def _join(question: Question, moves: tuple[Flip, ...], accepts: Accepts) -> Joint:
    """Confirm what several moves do together, and say what it comes down to."""
    cone = question.cone([move.input for move in moves])
    values = {move.input: move.to for move in moves}
    before = question.conclude(cone, {}, values)
    after = question.conclude(cone, values)
    fact = after[question.target].fact
    outcome = outcome_word(fact)
    if not accepts(outcome):
        raise DisagreementError(f"{question.target} {[move.input for move in moves]}")
    step, because = find_binding(question, before, after, ({}, values))
    return Joint(moves, outcome, because, step, missing_in(fact))


def _landmarks(question: Question, code: str, allowance: Allowance, fields: Fields) -> list[Value]:
    """List values of an input where something on the way to the target changes, nearest first."""
    field, declared = fields.get(entry_of(code)), question.declared(code)
    if field is None or declared is None:
        return []
    here = declared.value
    found: list[Value] = []
    # what was found will do: this is no proof
    with suppress(UnsettledError):
        found += _all_landmarks(question, code, field, allowance)
    others = [value for value in dict.fromkeys(found) if value != here]
    others.sort(key=lambda value: distance(value, here) or 0)
    return others[:_MOST_LANDMARKS]


def _all_landmarks(
    question: Question, code: str, field: TypedField, allowance: Allowance
) -> list[Value]:
    declared = question.declared(code)
    domain = read_domain(question.linked, field, declared)
    if isinstance(domain, Listed):
        return list(domain.values)
    if not isinstance(domain, Grid | Calendar) or declared is None:
        return []
    here = domain.steps_of(declared.value)
    ends: list[int] = [domain.stretch.low, domain.stretch.high]
    share = allowance.share(MOST_FOR_ONE // 10)
    with suppress(UnsettledError):
        pieces = _pieces(question, code, domain, share)
        ends.extend(min(max(here, part.low), part.high) for part in pieces)
    return [domain.value(steps) for steps in ends]


def _pieces(
    question: Question, code: str, grid: Grid | Calendar, allowance: Allowance
) -> Iterator[Stretch]:
    """Yield the stretches on which no condition changes, also none that another one decides."""
    cone, waiting = question.cone([code]), [grid.stretch]
    while waiting:
        part = waiting.pop()
        varied = {code: grid.form(part)}
        try:
            follow(cone, varied, part, allowance, sets_aside=False)
        except SplitError as split:
            waiting += [Stretch(part.low, split.at - 1), Stretch(split.at, part.high)]
            continue
        yield part


def seek(
    question: Question, outcome: str, codes: tuple[str, ...], allowance: Allowance, fields: Fields
) -> Goal:
    """Find what brings about an outcome: each input alone, and where none does, two together."""
    if question.outcome == outcome:
        return Goal(outcome, codes, (), (), is_met=True)

    def accepts(word: str) -> bool:
        return word == outcome

    found: list[Joint] = []
    unsettled: list[Unsettled] = []
    for code in codes:
        alone = vary(question, code, allowance, fields, {}, accepts)
        # a flip alone says already what decides, as nowhere else than one step before it
        found += [
            Joint((flip,), flip.outcome, flip.because, flip.step, flip.missing)
            for flip in alone.flips
        ]
        unsettled += [Unsettled(code, alone.reason)] if alone.reason else []
    if not found:
        found += find_pairs(question, codes, allowance, fields, accepts)
    return Goal(outcome, codes, tuple(found), tuple(unsettled), is_met=False)


def check_goal(question: Question, outcome: str, codes: Sequence[str]) -> tuple[str, ...]:
    """Return the inputs to vary, by default all.

    `ProblemsError` for what the target does not read, and for what is no outcome of it.
    """
    problems = []
    if outcome not in question.outcomes:
        problems.append(refuse_outcome(question.linked, question.target, outcome))
    known = KnownNames(question.inputs)
    others = (code for code in codes if code not in question.inputs)
    problems += [_refuse_input(code, question, known) for code in others]
    if problems:
        raise ProblemsError(problems)
    return tuple(dict.fromkeys(codes)) or question.inputs


def _refuse_input(code: str, question: Question, known: KnownNames) -> Problem:
    """Return the problem of an input that is none of the target's: several, no field, or another.

    That a target does not depend on what the form does not have is true, and helps nobody.
    """
    schema, mark = question.linked.schema, Mark("--vary", 1, 1)
    details = {"text": quote(code), "code": quote(question.target)}
    parts = [part for part in _BETWEEN.split(code) if part]
    if len(parts) > 1:
        details["instead"] = quote_to_write(f"--vary {','.join(parts)}")
        return Problem("input-not-read", mark, details, "", "inputs-apart", wording="inputs-in-one")
    by_hand = tell_unencoded(question.linked, code, mark, "setting-by-hand")
    if by_hand is not None:
        return by_hand
    is_field = code.partition("[")[0] in {*schema.fields, *schema.lists} or code in schema.cells
    wording = "" if is_field else "input-no-field"
    return Problem("input-not-read", mark, details, Nearest(code, known), wording=wording)
