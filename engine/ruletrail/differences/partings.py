"""What a step came out otherwise by in two rulebooks: the clause that gave one of its values.

Both conclusions are followed as they were drawn: whether the rule applies, which exception or case
holds, what the formula that was chosen gives, its rounding. What the two rulebooks write otherwise
and neither came to, as the formula of an exception that does not hold, is no reason.
"""

from collections.abc import Callable, Mapping, Sequence

from ruletrail.counterfactuals.deciding import Concluded, changed_part
from ruletrail.differences.pieces import case_places, clause_piece, exception_places
from ruletrail.evaluations.evaluating import (
    choose_outcome,
    judge_section,
    round_by_rule,
    weigh_cases,
)
from ruletrail.evaluations.exceptions import choose_formula
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Derivation
from ruletrail.rulebooks import Clause
from ruletrail.rulebooks.entries import Policy
from ruletrail.trails import (
    CheckConclusion,
    DecisionConclusion,
    Judgement,
    MessageConclusion,
    RuleConclusion,
    SectionConclusion,
)
from ruletrail.values import Fact, NotEncoded, is_non_value

_MOST_WEIGHED = 20
"""So many conditions of one step are looked at for whether they alone change it."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A clause of a step, and what it came to; a case that holds where no other does has none."""

    clause: Clause | None
    value: Fact
    judgement: Judgement | None

    @property
    def derivation(self) -> Derivation | None:
        """How it was worked out; None where it is not encoded."""
        return self.judgement.derivation if self.judgement is not None else None

    @property
    def text(self) -> str:
        """The clause as its rulebook has it."""
        return "otherwise" if self.clause is None else clause_piece("", self.clause).shown

    @property
    def key(self) -> object:
        """What it is the same by, however it is written."""
        return self.text if self.clause is None else clause_piece("", self.clause).key


def facts_alike(one: Fact, other: Fact) -> bool:
    """Tell whether two facts are the same for readers: of non-values the kind counts alone."""
    if is_non_value(one) or is_non_value(other):
        return type(one) is type(other)
    return type(one) is type(other) and one == other


def tell_parting(before: Concluded, after: Concluded) -> str:
    """Name what a step of two rulebooks came out otherwise by, as the new one writes it.

    What only the old one has is as that one writes it. Empty where no clause of the step is it.
    """
    match before.conclusion, after.conclusion:
        case RuleConclusion() as old, RuleConclusion() as new:
            return _of_rules(old, new, _Sides(before, after))
        case DecisionConclusion() as old, DecisionConclusion() as new:
            return _of_decisions(old, new, _Sides(before, after))
        case SectionConclusion() as old, SectionConclusion() as new:
            return _of_sections(old, new, _Sides(before, after))
        case CheckConclusion() as old, CheckConclusion() as new:
            both = _ask(old.entry.expect, old.expect), _ask(new.entry.expect, new.expect)
            return _Sides(before, after).tell(*both)
        case MessageConclusion() as old, MessageConclusion() as new:
            both = _ask(old.entry.when, old.when), _ask(new.entry.when, new.when)
            return _Sides(before, after).tell(*both)
        case _:
            return ""


@dataclass(frozen=True, slots=True)
class _Sides:
    """A step as both rulebooks concluded it."""

    before: Concluded
    after: Concluded

    def tell(self, old: _Asked | None, new: _Asked | None) -> str:
        """Name what a clause came out otherwise by: itself where it is written otherwise."""
        if old is None or new is None:
            known = new or old
            return known.text if known is not None else ""
        one, other = old.derivation, new.derivation
        if one is None or other is None or old.key != new.key:
            return new.text
        return changed_part(one, other, self.before, self.after)


def _ask(clause: Clause, judgement: Judgement) -> _Asked:
    return _Asked(clause, judgement.value, judgement)


# -- Rules -----------------------------------------------------------------------------------------


def _of_rules(old: RuleConclusion, new: RuleConclusion, sides: _Sides) -> str:
    whens = _when_of(old), _when_of(new)
    applies = [True if each is None else each.value for each in whens]
    if not facts_alike(applies[0], applies[1]):
        return sides.tell(*whens)
    choices = _exceptions_of(old), _exceptions_of(new)
    chosen = _chosen(old, choices[0]), _chosen(new, choices[1])
    (was, one), (is_now, other) = chosen
    if one is not None and other is not None and (was == is_now or one.key == other.key):
        is_rounding = _differs_by_rounding(old, new)
        return _show_rounding(old, new) if is_rounding else sides.tell(one, other)
    return _of_choices(*choices, sides)


def _when_of(conclusion: RuleConclusion) -> _Asked | None:
    clause, judgement = conclusion.entry.when, conclusion.when
    return _ask(clause, judgement) if clause is not None and judgement is not None else None


def _exceptions_of(conclusion: RuleConclusion) -> "_Choice":
    places = exception_places(conclusion.entry)
    asked = [_ask(each.exception.when, each.when) for each in conclusion.exceptions]

    def settle(truths: Sequence[Fact | None]) -> Fact:
        known = [each for each in truths if each is not None]
        chosen = choose_formula(conclusion.code, known)
        return [*places, ""][chosen] if isinstance(chosen, int) else chosen

    return _Choice(dict(zip(places, asked, strict=True)), settle)


def _chosen(conclusion: RuleConclusion, choice: "_Choice") -> tuple[str, _Asked | None]:
    """Give the place of the exception that holds, and the formula that a rule's value is of.

    The rule's own formula has an empty place; there is none where nothing was chosen.
    """
    entry = conclusion.entry
    at = choose_formula(conclusion.code, [each.value for each in choice.conditions.values()])
    if not isinstance(at, int):
        return "", None
    if at == len(conclusion.exceptions):
        return "", _ask(entry.formula, conclusion.formula)
    chosen = conclusion.exceptions[at]
    return list(choice.conditions)[at], _ask(chosen.exception.formula, chosen.formula)


def _differs_by_rounding(old: RuleConclusion, new: RuleConclusion) -> bool:
    """Tell whether a value is another by the rounding alone, and would not be without it."""
    if old.entry.rounding == new.entry.rounding:
        return False
    by_formula = round_by_rule(old.entry, new.unrounded, old.code)
    by_rounding = round_by_rule(new.entry, old.unrounded, old.code)
    return facts_alike(by_formula, old.fact) and not facts_alike(by_rounding, old.fact)


def _show_rounding(old: RuleConclusion, new: RuleConclusion) -> str:
    rounding = new.entry.rounding or old.entry.rounding
    return f"{rounding.decimals} {rounding.mode}" if rounding is not None else ""


# -- Decisions and sections ------------------------------------------------------------------------


def _of_decisions(old: DecisionConclusion, new: DecisionConclusion, sides: _Sides) -> str:
    one, other = old.entry, new.entry
    if isinstance(other.cases, NotEncoded):
        return f"not_encoded: {other.cases.why}"
    choices = _cases_of(old, one.policy), _cases_of(new, other.policy)
    if one.policy != other.policy:
        by_policy = _cases_of(old, other.policy).own, _cases_of(new, one.policy).own
        is_enough = facts_alike(by_policy[0], new.fact) or facts_alike(by_policy[1], old.fact)
        if is_enough and not _deciding(*choices, is_whole=True):
            return other.policy
    return _of_choices(*choices, sides) or ", ".join(choices[1].conditions)


def _cases_of(conclusion: DecisionConclusion, policy: Policy) -> "_Choice":
    """Give the cases of a decision, chosen among by a policy."""
    entry = replace(conclusion.entry, policy=policy)
    asked = [_Asked(each.case.when, each.truth, each.judgement) for each in conclusion.cases]

    def settle(truths: Sequence[Fact | None]) -> Fact:
        if isinstance(entry.cases, NotEncoded):
            return entry.cases
        judged = [None if each is None else Judgement(each, None) for each in truths]
        return choose_outcome(entry, weigh_cases(entry, judged))

    return _Choice(dict(zip(case_places(entry), asked, strict=False)), settle)


def _of_sections(old: SectionConclusion, new: SectionConclusion, sides: _Sides) -> str:
    whole = new.entry.part_of or old.entry.part_of or ""
    by_due = judge_section(new.due.value, old.parent)
    by_whole = judge_section(old.due.value, new.parent)
    if whole and facts_alike(by_due, old.fact) and not facts_alike(by_whole, old.fact):
        return whole
    return sides.tell(_ask(old.entry.due, old.due), _ask(new.entry.due, new.due))


# -- Conditions of exceptions and cases ------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Choice:
    """The conditions of a step by their places, in their order, and what they come to together.

    It is given the truth of each; None for a case that holds where no other does.
    """

    conditions: Mapping[str, _Asked]
    settle: Callable[[Sequence[Fact | None]], Fact]

    def truth(self, at: str) -> Fact:
        """Give what the condition at a place came to; one that is not there does not hold."""
        asked = self.conditions.get(at)
        return False if asked is None else asked.value

    @property
    def own(self) -> Fact:
        """What they come to together as they are."""
        return self.settle(list(self._truths().values()))

    def put(self, at: str, truth: Fact) -> Fact:
        """Say what they come to where the condition at a place does; as they are, if it is none."""
        truths = self._truths()
        return self.settle([truth if each == at else truths[each] for each in truths])

    def _truths(self) -> dict[str, Fact | None]:
        known = self.conditions.items()
        return {at: None if each.clause is None else each.value for at, each in known}


def _of_choices(old: _Choice, new: _Choice, sides: _Sides) -> str:
    """Name the condition by which something else was chosen, one that alone is enough, if any."""
    at = _deciding(old, new, is_whole=True) or _deciding(old, new, is_whole=False)
    at = at or next(iter(_parted(old, new)), "")
    return sides.tell(old.conditions.get(at), new.conditions.get(at))


def _deciding(old: _Choice, new: _Choice, *, is_whole: bool) -> str:
    """Find a condition by whose own change something else is chosen, or not without it.

    It is the whole difference where this is what the other rulebook chooses.
    """
    one, other = old.own, new.own
    for at in _parted(old, new)[:_MOST_WEIGHED]:
        put_in, put_back = old.put(at, new.truth(at)), new.put(at, old.truth(at))
        if is_whole and (facts_alike(put_in, other) or facts_alike(put_back, one)):
            return at
        if not is_whole and not (facts_alike(put_in, one) and facts_alike(put_back, other)):
            return at
    return ""


def _parted(old: _Choice, new: _Choice) -> list[str]:
    """Name the places whose condition came out otherwise, those that hold now or held first.

    One that only one rulebook has does not hold in the other. What holds because no other does
    follows from these.
    """

    def order(at: str) -> int:
        was, is_now = old.truth(at), new.truth(at)
        return 0 if is_now is True else 1 if was is True else 2 if is_now is not False else 3

    found = (
        at
        for at in dict.fromkeys([*new.conditions, *old.conditions])
        if not facts_alike(old.truth(at), new.truth(at)) and not _follows(at, old, new)
    )
    return sorted(found, key=order)


def _follows(at: str, old: _Choice, new: _Choice) -> bool:
    both = old.conditions.get(at), new.conditions.get(at)
    return all(each is not None and each.clause is None for each in both)
