"""The steps of a rulebook, for the solver: what each entry concludes (semantics.md 9 to 12)."""

from collections.abc import Sequence

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Formula
from ruletrail.proofs.formulas import FormulaWalk, Row
from ruletrail.proofs.logic import Truth, both, either, every, negate, one_beside, some, two_of
from ruletrail.proofs.primitives import Making, guarded, kleene, make
from ruletrail.proofs.states import VALUE, State, under, worst
from ruletrail.proofs.terms import NEVER, Term, pick_term, truth_term
from ruletrail.proofs.texts import Vocabulary
from ruletrail.rulebooks import Check, Clause, Decision, Entry, Message, Rule, Section
from ruletrail.values import NotEncoded


@dataclass(frozen=True, slots=True)
class StepTerm:
    """What a step concludes, and what questions ask beside: when which case decides."""

    fact: Term
    overlap: Truth = False
    gap: Truth = False
    chosen: tuple[Truth, ...] = ()
    """For each case, or exception, when it is the one that decides."""
    unrounded: Term | None = None
    held: tuple[Truth, ...] = ()
    """When the condition of each case is true, which is less than that it decides."""


def encode_clause(clause: Clause, walk: FormulaWalk, row: Row | None = None) -> Term:
    """Encode a formula or condition."""
    content = clause.content
    return walk.formula(content, row) if isinstance(content, Formula) else NEVER


def encode_step(
    entry: Entry, walk: FormulaWalk, row: Row | None = None, *, rounds: bool = True
) -> StepTerm:
    """Encode what an entry concludes, in a row or in none."""
    match entry:
        case Rule():
            return _rule(entry, walk, row, rounds=rounds)
        case Decision():
            return _decision(entry, walk)
        case Section():
            due = encode_clause(entry.due, walk)
            if entry.part_of is not None:
                whole = walk.names.read(entry.part_of)
                is_due = whole.text.number == walk.vocabulary.number("due")
                due = kleene([truth_term(is_due, whole.state), due], decides=False)
            return StepTerm(named(due, "due", "not_due", walk.vocabulary))
        case Check():
            expect = encode_clause(entry.expect, walk, row)
            return StepTerm(named(expect, "passed", "failed", walk.vocabulary))
        case Message():
            when = encode_clause(entry.when, walk)
            if isinstance(entry.text, NotEncoded):
                gap = State(not_encoded=when.holds)
                when = replace(when, state=worst([when.state, gap]))
            return StepTerm(named(when, "shown", "not_shown", walk.vocabulary))


def named(truth: Term, when_true: str, when_false: str, vocabulary: Vocabulary) -> Term:
    """Make a truth the word that stands for it."""
    words = [Term("text", VALUE, vocabulary.known(word)) for word in (when_true, when_false)]
    return replace(pick_term(truth.truth, *words), state=truth.state, fact=None)


def left_out_step(entry: Entry, vocabulary: Vocabulary) -> StepTerm:
    """Make what stands in the place of a step that is not encoded, of which nothing is known."""
    match entry:
        case Decision(cases=tuple() as cases):
            ways = len(cases)
        case Rule():
            ways = len(entry.exceptions)
        case _:
            ways = 0
    fact = named(truth_term(True), "due", "not_due", vocabulary)
    return StepTerm(fact, True, True, (True,) * ways, held=(True,) * ways)


# -- Rules -----------------------------------------------------------------------------------------


def _rule(rule: Rule, walk: FormulaWalk, row: Row | None, *, rounds: bool) -> StepTerm:
    chosen, overlap, truths, held = _formulas(rule, walk, row)
    when = truth_term(True) if rule.when is None else encode_clause(rule.when, walk, row)
    unrounded, fact = chosen, chosen
    if rounds and rule.rounding is not None and chosen.kind == "number":
        rounding = rule.rounding
        making = Making(walk.space, rounding.decimals, rounding.mode)
        fact = make("round", [chosen], making)
    applies = when.holds
    return StepTerm(
        _guard(when, fact, row),
        both(applies, overlap),
        False,
        tuple(both(applies, truth) for truth in truths),
        _guard(when, unrounded, row),
        tuple(both(applies, truth) for truth in held),
    )


def _guard(when: Term, fact: Term, row: Row | None) -> Term:
    """Give a fact where a rule's condition holds."""
    skipped = when.fails
    unapplied = State(row=skipped) if row is not None else State(not_applicable=skipped)
    return guarded(worst([when.state, unapplied]), fact)


def _formulas(
    rule: Rule, walk: FormulaWalk, row: Row | None
) -> tuple[Term, Truth, tuple[Truth, ...], Sequence[Truth]]:
    """Encode the formula that is chosen, when two are; when each exception is, and holds."""
    formula = encode_clause(rule.formula, walk, row)
    if not rule.exceptions:
        return formula, False, (), ()
    conditions = [encode_clause(each.when, walk, row) for each in rule.exceptions]
    holds = [condition.holds for condition in conditions]
    overlap = two_of(holds)
    state = worst([condition.state for condition in conditions], unless=overlap)
    for held, exception in zip(holds, rule.exceptions, strict=True):
        formula = pick_term(held, encode_clause(exception.formula, walk, row), formula)
    state = replace(state, error=either(state.error, overlap))
    chosen = tuple(both(held, state.is_value) for held in holds)
    return guarded(state, formula), overlap, chosen, holds


# -- Decisions -------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Cases:
    """The cases of a decision: their outcomes, and what their conditions come to."""

    outcomes: list[str]
    truths: list[Term]

    def is_alone(self) -> Truth:
        """Tell whether some case of one outcome holds, and none of another is open."""
        by_outcome: dict[str, list[Term]] = {}
        for outcome, truth in zip(self.outcomes, self.truths, strict=True):
            by_outcome.setdefault(outcome, []).append(truth)
        held = [some(each.holds for each in terms) for terms in by_outcome.values()]
        closed = [every(each.fails for each in terms) for terms in by_outcome.values()]
        return one_beside(held, closed)


def _decision(decision: Decision, walk: FormulaWalk) -> StepTerm:
    if isinstance(decision.cases, NotEncoded):
        return StepTerm(NEVER)
    truths = [encode_clause(case.when, walk) for case in decision.cases if case.when is not None]
    is_first = decision.policy == "first"
    if len(truths) < len(decision.cases):
        others = kleene(truths, decides=True)
        last = truth_term(True) if is_first else replace(others, payload=negate(others.truth))
        truths.append(last)
    cases = _Cases([case.outcome for case in decision.cases], truths)
    return _first(cases, walk) if is_first else _exclusive(cases, walk)


def _exclusive(cases: _Cases, walk: FormulaWalk) -> StepTerm:
    holds = [truth.holds for truth in cases.truths]
    overlap, gap = two_of(holds), every(truth.fails for truth in cases.truths)
    settled = either(overlap, gap, cases.is_alone())
    state = worst([truth.state for truth in cases.truths], unless=settled)
    state = replace(state, error=either(state.error, overlap, gap))
    fact = _outcome(cases.outcomes, holds, state, walk)
    decides = state.is_value
    chosen = tuple(both(held, decides) for held in holds)
    return StepTerm(fact, overlap, gap, chosen, held=tuple(holds))


def _first(cases: _Cases, walk: FormulaWalk) -> StepTerm:
    holds = [truth.holds for truth in cases.truths]
    reached: Truth = True
    chosen = []
    for truth, held in zip(cases.truths, holds, strict=True):
        chosen.append(both(reached, held))
        reached = both(reached, truth.fails)
    state = under(negate(cases.is_alone()), _first_open(cases.truths))
    state = replace(state, error=either(state.error, reached))
    fact = _outcome(cases.outcomes, holds, state, walk)
    return StepTerm(fact, False, reached, tuple(chosen))


def _first_open(truths: Sequence[Term]) -> State:
    """Give the state of the first condition that does not fail; in halves, as `two_of` does."""
    if len(truths) == 1:
        return truths[0].state
    half = len(truths) // 2
    one, other = _first_open(truths[:half]), _first_open(truths[half:])
    fails = every(truth.fails for truth in truths[:half])
    after = under(fails, other)
    return State(*(either(a, b) for a, b in zip(one.kinds, after.kinds, strict=True)))


def _outcome(
    outcomes: Sequence[str], when: Sequence[Truth], state: State, walk: FormulaWalk
) -> Term:
    """Choose an outcome: that of the first condition that holds, whatever is open beside it."""
    words = [Term("text", VALUE, walk.vocabulary.known(outcome)) for outcome in outcomes]
    term = words[-1]
    for word, truth in zip(words[-2::-1], when[-2::-1], strict=True):
        term = pick_term(truth, word, term)
    return replace(term, state=state, fact=None)
