"""What a change of an outcome comes down to: the comparison that decides, and its step.

Where a report's value changes, many comparisons may come out otherwise, and most of them change
nothing: a blank number settles every one that reads it. Named is one whose own change is enough,
or without which there is none; of several that of the case that holds now, then that of the case
that held before.
"""

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from fractions import Fraction

from ruletrail.evaluations.evaluating import choose_outcome, judge_section, weigh_cases
from ruletrail.evaluations.exceptions import choose_formula
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import (
    Call,
    Constant,
    Derivation,
    Expression,
    Formula,
    Name,
    Skipped,
    kleene,
    list_of,
)
from ruletrail.formulas.operations import COMPARE, Asks, Chooses, Fault, Kleene, Strict
from ruletrail.trails import (
    AllRowsConclusion,
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    Judgement,
    MessageConclusion,
    RowsConclusion,
    RuleConclusion,
    SectionConclusion,
    code_in_row,
)
from ruletrail.values import Fact, Missing, NotApplicable, is_non_value, worst

_MOST_WEIGHED = 300
"""So many changes of one step are looked at for whether they alone decide it."""

Facts = Mapping[str, Fact]


@dataclass(frozen=True, slots=True)
class Concluded:
    """A step as it was concluded, and the facts that it was concluded from."""

    conclusion: Conclusion
    facts: Facts

    def read(self, code: str) -> Fact:
        """Read a code as the step's formulas do."""
        here = code_in_row(code, getattr(self.conclusion, "row", 0)) if list_of(code) else code
        return self.facts.get(here, Missing((here,)))


@dataclass(frozen=True, slots=True)
class Decisive:
    """What a step came out otherwise by, as written: a part of one of its formulas.

    Or the answer of another `step`, which no formula reads: that of the section that a section is
    part of, or that of a check in each row.
    """

    text: str
    formula: Formula | None = None
    part: Expression | None = None
    step: str = ""


@dataclass(frozen=True, slots=True)
class _Change:
    """A part of a formula of a step that came out otherwise; `at` is the formula's place in it."""

    at: int
    formula: Formula
    part: Call | Name
    is_comparison: bool
    old: Fact | Skipped
    new: Fact | Skipped

    @property
    def text(self) -> str:
        """The part as written."""
        start, end = self.part.span
        return self.formula.text[start:end]

    @property
    def is_whole(self) -> bool:
        """Whether it joins or denies other truths, which say more."""
        return isinstance(self.part, Call) and self.part.operation.binding < COMPARE

    def is_at(self, here: Expression) -> bool:
        """Tell whether a part of the formula, perhaps as another rulebook has it, is this one."""
        if isinstance(here, Call) and isinstance(self.part, Call):
            return here.part == self.part.part
        if isinstance(here, Name) and isinstance(self.part, Name):
            return (here.span, here.code) == (self.part.span, self.part.code)
        return False


def first_changed(before: Concluded, after: Concluded) -> str:
    """Name the comparison of a step by which it came out otherwise, else what did."""
    return find_decisive(before, after).text


def find_decisive(before: Concluded, after: Concluded) -> Decisive:
    """Find what a step came out otherwise by: its comparison that decides, else what changed."""
    conclusion = after.conclusion
    if isinstance(conclusion, AllRowsConclusion):
        return Decisive("", step=conclusion.code)
    changes = list(_find_changes(before, after))
    chosen = _choose(changes, before, after) if changes else None
    whole = _changed_whole(before.conclusion, conclusion)
    # a rule has a value by one of its formulas: what decides nothing in it is no reason
    must_decide = bool(whole) or isinstance(conclusion, RuleConclusion)
    if must_decide and chosen is not None and not _decides(chosen, before, after):
        chosen = None
    if whole and chosen is None:
        return Decisive(whole, step=whole)
    if chosen is not None:
        return Decisive(chosen.text, chosen.formula, chosen.part)
    changed = _changed_formula(before.conclusion, conclusion)
    return Decisive(changed.text, changed, changed.tree) if changed is not None else Decisive("")


def _changed_whole(before: Conclusion, after: Conclusion) -> str:
    """Name the section that a section is part of, where that one is due or not as it was not."""
    if not isinstance(before, SectionConclusion) or not isinstance(after, SectionConclusion):
        return ""
    return (after.entry.part_of or "") if before.parent != after.parent else ""


def changed_part(old: Derivation, new: Derivation, before: Concluded, after: Concluded) -> str:
    """Name the part of one formula by which its own value is another: a comparison, if any.

    Its own change alone is enough, or without it there is none; else it is the whole formula. Two
    rulebooks may write the formula, which is no other one, each with its own spaces.
    """
    if old.formula.text != new.formula.text or len(old.parts) != len(new.parts):
        return new.formula.text

    def order(change: _Change) -> tuple[bool, bool]:
        is_waiting = not is_non_value(new.value) and isinstance(change.new, Missing)
        return is_waiting, not change.is_comparison

    changes = _changes_in(0, (old, before), (new, after))
    weighed = sorted((each for each in changes if not each.is_whole), key=order)[:_MOST_WEIGHED]
    sides = (old, before), (new, after)
    chosen = (each for each in weighed if _gives_otherwise(each, *sides))
    return next((each.text for each in chosen), new.formula.text)


def _gives_otherwise(
    change: _Change, before: tuple[Derivation, Concluded], after: tuple[Derivation, Concluded]
) -> bool:
    """Tell whether a formula gives another value by this change alone, or the same without it."""
    for fact, (derivation, answer) in ((change.new, before), (change.old, after)):
        if not isinstance(fact, Skipped):
            value = _value_with(change, derivation, answer, fact)
            if value is not None and not settle_alike(value, derivation.value):
                return True
    return False


# -- What came out otherwise -----------------------------------------------------------------------


def _find_changes(before: Concluded, after: Concluded) -> Iterator[_Change]:
    """Yield the parts of a step's formulas that came out otherwise, those of numbers left out."""
    pairs = zip(_derivations(before.conclusion), _derivations(after.conclusion), strict=False)
    for at, (old, new) in enumerate(pairs):
        if old is not None and new is not None and old.formula.text == new.formula.text:
            yield from _changes_in(at, (old, before), (new, after))


def _changes_in(
    at: int, before: tuple[Derivation, Concluded], after: tuple[Derivation, Concluded]
) -> Iterator[_Change]:
    """Yield the parts of one formula, written alike in both, that came out otherwise."""
    (old, was), (new, is_now) = before, after
    formula = new.formula
    for call, one, other in zip(formula.parts, old.parts, new.parts, strict=True):
        is_same = one.outcome == other.outcome and one.rows == other.rows
        if not is_same and not isinstance(other.outcome, Fraction):
            operation = call.operation
            is_comparison = operation.binding == COMPARE and not operation.is_function
            yield _Change(at, formula, call, is_comparison, one.outcome, other.outcome)
    for name in _truths_in(formula.tree):
        known, fact = was.read(name.code), is_now.read(name.code)
        if known != fact:
            yield _Change(at, formula, name, is_comparison=False, old=known, new=fact)


def _truths_in(tree: Expression) -> Iterator[Name]:
    """Yield the codes that stand where a truth does: the whole formula, or beside and, or, not."""
    waiting = [tree]
    while waiting:
        top = waiting.pop()
        if isinstance(top, Name):
            yield top
        elif isinstance(top, Call) and isinstance(top.operation.non_values, Chooses):
            waiting.append(top.operands[1])
        elif isinstance(top, Call) and top.operation.binding < COMPARE:
            waiting.extend(reversed(top.operands))


def _choose(changes: Sequence[_Change], before: Concluded, after: Concluded) -> _Change:
    """Choose the change that decides: a comparison before all else, and of those as above."""
    is_settled = not is_non_value(after.conclusion.fact)
    ranks = _rank_formulas(before.conclusion, after.conclusion)

    def order(change: _Change) -> tuple[bool, bool, bool, int]:
        # what waits for less than before did not settle the step, another one did
        is_waiting = is_settled and change.is_comparison and isinstance(change.new, Missing)
        rank = ranks.get(change.at, len(ranks))
        return change.is_whole, is_waiting, not change.is_comparison, rank

    ordered = sorted(changes, key=order)
    weighed = [each for each in ordered if not order(each)[0]][:_MOST_WEIGHED]
    chosen = next((each for each in weighed if _decides(each, before, after)), None)
    if chosen is None:
        return ordered[0]
    # where two cases compare the same two sides, it is named as the first of them has it
    same = [each for each in changes if _sides(each) == _sides(chosen)]
    return next(each for each in same if _decides(each, before, after))


def _sides(change: _Change) -> object:
    if not change.is_comparison or not isinstance(change.part, Call):
        return change.text
    spans = [each.span for each in change.part.operands]
    return tuple(change.formula.text[start:end] for start, end in spans)


def _rank_formulas(before: Conclusion, after: Conclusion) -> dict[int, int]:
    """Say in which order the formulas of a step are looked at, by their places.

    First those of what holds now, then those of what held before, then others that came out
    otherwise; what came out as before decides nothing.
    """
    old, new = _derivations(before), _derivations(after)
    held = [*_holding(after), *_holding(before)]
    changed = [
        at
        for at, (was, now) in enumerate(zip(old, new, strict=False))
        if was is None or now is None or was.value != now.value
    ]
    first = [at for at in held if at in changed]
    return {at: rank for rank, at in enumerate(dict.fromkeys([*first, *changed]))}


def _holding(conclusion: Conclusion) -> list[int]:
    """Find the places of the formulas that a step's answer is by; of other steps the first."""
    if isinstance(conclusion, DecisionConclusion):
        truths = [case.truth for case in conclusion.cases]
        open_cases = [at for at, truth in enumerate(truths) if truth is not False]
        if conclusion.entry.policy == "first":
            return open_cases[:1]
        return [at for at in open_cases if truths[at] is True] or open_cases
    if isinstance(conclusion, RuleConclusion) and conclusion.exceptions:
        at = _holding_exceptions(conclusion)
        return [0, *(2 * each + 1 for each in at), *(2 * each + 2 for each in at)]
    return []


def _holding_exceptions(conclusion: RuleConclusion) -> list[int]:
    return [at for at, each in enumerate(conclusion.exceptions) if each.truth is True]


# -- Whether a change decides ----------------------------------------------------------------------


def _decides(change: _Change, before: Concluded, after: Concluded) -> bool:
    """Tell whether a step comes out otherwise by this change alone, or would not without it."""
    sides = ((before, change.new), (after, change.old))
    is_waiting = isinstance(before.conclusion.fact, Missing) and isinstance(
        after.conclusion.fact, Missing
    )
    same = operator.eq if is_waiting else settle_alike
    return any(
        not isinstance(fact, Skipped) and _comes_otherwise(change, answer, fact, same)
        for answer, fact in sides
    )


def settle_alike(one: Fact, other: Fact) -> bool:
    """Tell whether two facts settle the same: what waits for less still waits."""
    return one == other or (isinstance(one, Missing) and isinstance(other, Missing))


def _comes_otherwise(
    change: _Change, answer: Concluded, fact: Fact, same: Callable[[Fact, Fact], bool]
) -> bool:
    """Tell whether a step would come to something else, were one part of it to come to `fact`."""
    derivation = _derivations(answer.conclusion)[change.at]
    if derivation is None:
        return False
    value, conclusion = _value_with(change, derivation, answer, fact), answer.conclusion
    if value is None or same(value, derivation.value):
        return False
    if isinstance(conclusion, DecisionConclusion):
        return not same(_outcome_with(conclusion, change.at, value), conclusion.fact)
    if isinstance(conclusion, SectionConclusion):
        return not same(judge_section(value, conclusion.parent), conclusion.fact)
    if isinstance(conclusion, RuleConclusion) and change.at:
        if change.at in _conditions_at(conclusion):
            return _is_chosen_otherwise(conclusion, change.at, value)
        return change.at == _chosen_at(conclusion)
    return True


def _outcome_with(conclusion: DecisionConclusion, at: int, value: Fact) -> Fact:
    """Say what a decision comes to where the condition of one case does."""
    judgements = [case.judgement for case in conclusion.cases]
    judgements[at] = Judgement(value, None)
    return choose_outcome(conclusion.entry, weigh_cases(conclusion.entry, judgements))


def _conditions_at(conclusion: RuleConclusion) -> range:
    """Give the places of the conditions of a rule's exceptions among its formulas."""
    return range(1, 2 * len(conclusion.exceptions), 2)


def _chosen_at(conclusion: RuleConclusion) -> int:
    """Give the place of the formula that a rule's value is of; 0 where there is none."""
    if conclusion.when is not None and conclusion.when.value is not True:
        return 0
    truths = [each.truth for each in conclusion.exceptions]
    at = choose_formula(conclusion.code, [each for each in truths if each is not None])
    if not isinstance(at, int):
        return 0
    return 2 * at + 2 if at < len(truths) else 2 * at + 1


def _is_chosen_otherwise(conclusion: RuleConclusion, at: int, value: Fact) -> bool:
    """Tell whether a rule goes by another formula where the condition of an exception changes."""
    truths = [each.truth for each in conclusion.exceptions]
    known = [each for each in truths if each is not None]
    if len(known) < len(truths):
        return False
    code, others = conclusion.code, [*known]
    others[at // 2] = value
    return choose_formula(code, others) != choose_formula(code, known)


def _value_with(
    change: _Change, derivation: Derivation, answer: Concluded, fact: Fact
) -> Fact | None:
    """Work out a formula where one part of it comes to `fact`; None where that is not known."""
    path: list[Call] = []
    here: Expression = derivation.formula.tree
    start, end = change.part.span
    while not change.is_at(here):
        if not isinstance(here, Call) or here.over:
            return None
        path.append(here)
        around = [each for each in here.operands if each.span[0] <= start and end <= each.span[1]]
        if not around:
            return None
        here = around[0]
    known: Fact | None = fact
    for call in reversed(path):
        if known is None:
            return None
        known, here = _call_with(call, (here, known), derivation, answer), call
    return known


def _call_with(
    call: Call, put: tuple[Expression, Fact] | None, derivation: Derivation, answer: Concluded
) -> Fact | None:
    """Work out an operation where one of its operands comes to a fact that is put there."""

    def work_out(operand: Expression) -> Fact | None:
        is_put = put is not None and operand is put[0]
        return put[1] if put is not None and is_put else _known(operand, derivation, answer)

    if isinstance(call.operation.non_values, Chooses):
        body, test, other = call.operands
        truth = work_out(test)
        if truth is None or is_non_value(truth):
            return truth
        return work_out(body if truth else other)
    facts = [work_out(each) for each in call.operands]
    known = [each for each in facts if each is not None]
    if len(known) < len(facts):
        return None
    match call.operation.non_values:
        case Kleene(decides):
            return kleene(known, decides=decides)
        case Strict() if call.operation.exact is not None:
            non_value = worst(known)
            value = call.operation.evaluate(known) if non_value is None else non_value
            return None if isinstance(value, Fault) else value
        case Asks("not_applicable", answers):
            return isinstance(known[0], NotApplicable) is answers
        case _:
            return None


def _known(expression: Expression, derivation: Derivation, answer: Concluded) -> Fact | None:
    match expression:
        case Constant():
            return expression.value
        case Name():
            return answer.read(expression.code)
        case Call():
            outcome = derivation.parts[expression.part].outcome
            if not isinstance(outcome, Skipped):
                return outcome
            # a branch that was not taken is worked out where the other test takes it
            return None if expression.over else _call_with(expression, None, derivation, answer)


# -- Formulas of steps -----------------------------------------------------------------------------


def _changed_formula(before: Conclusion, after: Conclusion) -> Formula | None:
    """Find the first formula of a step that came out otherwise, one that its value is of first.

    A rule's exceptions are all looked at, and what one would give that does not hold is no reason.
    """
    old, new = _derivations(before), _derivations(after)
    changed = {
        at: each.formula
        for at, (was, each) in enumerate(zip(old, new, strict=False))
        if each is not None and (was is None or was.value != each.value)
    }
    if not isinstance(after, RuleConclusion) or not isinstance(before, RuleConclusion):
        return next(iter(changed.values()), None)
    ways = _chosen_at(after), _chosen_at(before)
    held = [2 * at + 1 for each in (after, before) for at in _holding_exceptions(each)]
    # the same formula gave both values; else it was chosen by what holds now, or did before
    order = [0, *ways[:1]] if ways[0] == ways[1] else [0, *held, *_conditions_at(after)]
    return next((changed[at] for at in order if at in changed), None)


def _derivations(conclusion: Conclusion) -> list[Derivation | None]:
    """List what a step was derived by, each in its place: None for what it did not come to."""
    judgements: list[Judgement | None]
    match conclusion:
        case RuleConclusion():
            exceptions = [
                part for each in conclusion.exceptions for part in (each.when, each.formula)
            ]
            judgements = [conclusion.when, *exceptions, conclusion.formula]
        case DecisionConclusion():
            judgements = [case.judgement for case in conclusion.cases]
        case SectionConclusion():
            judgements = [conclusion.due]
        case CheckConclusion():
            judgements = [conclusion.expect]
        case MessageConclusion():
            judgements = [conclusion.when]
        case RowsConclusion() | AllRowsConclusion():
            judgements = []
    return [each.derivation if each is not None else None for each in judgements]
