"""What each step of a rulebook can still come to, given what a report says.

Steps that read no missing input are what the reference evaluator made of them; only the others are
looked at here, in the rulebook's order, so that nothing recurses over steps.
"""

from collections.abc import Iterable, Mapping, Sequence

from ruletrail.analysis.field_domains import read_fields
from ruletrail.evaluations.evaluating import choose_exclusive, choose_first
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Formula
from ruletrail.linking import LinkedRulebook
from ruletrail.needs.expressions import ERROR, ExpressionWalk, Seen, choose, join, round_possible
from ruletrail.needs.possible import (
    ANYTHING,
    NO_GAPS,
    Possible,
    absent_field,
    exactly,
    unite,
    worst_gaps,
)
from ruletrail.rulebooks import Case, Check, Clause, Decision, Entry, Message, Rule, Section
from ruletrail.trails import CaseConclusion, Record
from ruletrail.values import ErrorValue, Missing, NotEncoded, Value


@dataclass(frozen=True, slots=True)
class Situation:
    """A report as it stands: its missing inputs, each a bit, and which steps read any of them.

    An input is a field of the schema that no rule computes; what a report declares of a computed
    one is compared, and read by nothing.
    """

    linked: LinkedRulebook
    record: Record
    inputs: tuple[str, ...]
    """The missing ones, in the order of the form."""
    bits: Mapping[str, int]
    domains: Mapping[str, Possible]
    """What each missing input can become."""
    groups: Mapping[str, tuple[str, ...]]
    reached: Mapping[str, int]
    """By step, the missing inputs that it reads at all, by itself or through others; all steps that
    read some."""

    @property
    def elsewhere(self) -> int:
        """The bit of whatever is missing and is none of the inputs."""
        return 1 << len(self.inputs)


def find_situation(record: Record) -> Situation:
    """Find the missing inputs of an evaluated report, and what reads them."""
    linked = record.linked
    computed, given = linked.rulebook.entries, record.report.fields
    inputs = tuple(
        code for code in linked.schema.fields if code not in computed and code not in given
    )
    bits = {code: 1 << at for at, code in enumerate(inputs)}
    declared = read_fields(linked.schema) if inputs else {}
    domains = {code: absent_field(declared.get(code)) for code in inputs}
    reached: dict[str, int] = {}
    for entry in linked.steps:
        mask = 0
        for code in linked.reads[entry.code]:
            mask |= reached.get(code, 0) if code in computed else bits.get(code, 0)
        if mask:
            reached[entry.code] = mask
    groups = {code: group.members for code, group in linked.rulebook.groups.items()}
    return Situation(linked, record, inputs, bits, domains, groups, reached)


@dataclass(frozen=True, slots=True)
class StepWalk:
    """What steps can come to in a situation, once some inputs were `supplied` with values.

    `known` are steps that were found to be settled without them. With `tells` it matters too which
    of its sentences a decision shows.
    """

    situation: Situation
    supplied: Mapping[str, Value] = field(default_factory=dict)
    known: Mapping[str, Seen] = field(default_factory=dict)
    tells: bool = False
    seen: dict[str, Seen] = field(default_factory=dict)
    kept: dict[int, Seen] = field(default_factory=dict)

    def see(self, steps: Iterable[Entry]) -> None:
        """Look at steps, each after what it reads."""
        for entry in steps:
            if entry.code not in self.known:
                seen = self._see_step(entry)
                keeps = self.tells and _has_two_sentences(entry)
                self.seen[entry.code] = seen if keeps else seen.settled

    def read(self, code: str) -> Seen:
        """Tell of a code: a step that was looked at, an input, or what is known already."""
        found = self.seen.get(code) or self.known.get(code)
        if found is not None:
            return found
        situation = self.situation
        if code in situation.bits:
            if code in self.supplied:
                return Seen(exactly(self.supplied[code]))
            return Seen(situation.domains[code], situation.bits[code]).settled
        fact = situation.record.facts.get(code, Missing((code,)))
        # what lacks something that is no input of ours is never settled
        return Seen(exactly(fact), situation.elsewhere if isinstance(fact, Missing) else 0)

    # -- Entries -----------------------------------------------------------------------------------

    def _see_step(self, entry: Entry) -> Seen:
        unknown = self.situation.reached.get(entry.code, 0)
        walk = ExpressionWalk(self.read, self.situation.groups, unknown, self.kept)
        match entry:
            case Rule():
                return _see_rule(entry, walk)
            case Decision():
                return _see_decision(entry, walk)
            case Section():
                due = _see_clause(entry.due, walk)
                if entry.part_of is not None:
                    due = join([_as_truth(self.read(entry.part_of), "due"), due], decides=False)
                return _named(due, "due", "not_due")
            case Check():
                return _named(_see_clause(entry.expect, walk), "passed", "failed")
            case Message():
                shown = _named(_see_clause(entry.when, walk), "shown", "not_shown")
                if isinstance(entry.text, NotEncoded):
                    return _say_not_encoded(shown)
                return shown
        # of a kind of entry that is not known here, everything is possible
        return Seen(ANYTHING, unknown)


def _has_two_sentences(entry: Entry) -> bool:
    """Tell whether one outcome of a decision is said in two ways, by which case it came about."""
    if not isinstance(entry, Decision) or not isinstance(entry.cases, tuple):
        return False
    said = {(case.outcome, id(case.message)) for case in entry.cases}
    return len(said) > len({outcome for outcome, _ in said})


def _see_clause(clause: Clause, walk: ExpressionWalk) -> Seen:
    content = clause.content
    return walk.see(content.tree) if isinstance(content, Formula) else Seen(exactly(content))


def _see_rule(rule: Rule, walk: ExpressionWalk) -> Seen:
    def formula() -> Seen:
        seen = _see_formulas(rule, walk)
        if rule.rounding is None:
            return seen
        rounding = rule.rounding
        rounded = round_possible(seen.possible, rounding.decimals, rounding.mode)
        return Seen(rounded, seen.inputs)

    if rule.when is None:
        return formula()
    skipped = Seen(Possible(frozenset(), frozenset({"not_applicable"})))
    return choose(_see_clause(rule.when, walk), formula, lambda: skipped)


def _see_formulas(rule: Rule, walk: ExpressionWalk) -> Seen:
    """Tell of the formula, or of whichever is chosen among it and those of the exceptions.

    As with decisions, that conditions speak of the same inputs is not used.
    """
    if not rule.exceptions:
        return _see_clause(rule.formula, walk)
    seen = [_see_clause(each.when, walk) for each in rule.exceptions]
    truths = [each.possible for each in seen]
    if sum(truth.is_surely(True) for truth in truths) > 1:
        return Seen(exactly(ErrorValue("conflict", rule.code)))
    gaps = worst_gaps(truths)
    gaps |= ERROR if sum(truth.may_be(True) for truth in truths) > 1 else NO_GAPS
    found = [Possible(frozenset(), gaps)]
    clauses = [*(each.formula for each in rule.exceptions), rule.formula]
    for at, clause in enumerate(clauses):
        others = (truth for place, truth in enumerate(truths) if place != at)
        may_hold = at == len(truths) or truths[at].may_be(True)
        if may_hold and all(truth.may_be(False) for truth in others):
            seen.append(_see_clause(clause, walk))
            found.append(seen[-1].possible)
    inputs = 0
    for each in seen:
        inputs |= each.inputs
    return Seen(unite(found), inputs)


def _as_truth(seen: Seen, true: str) -> Seen:
    possible = seen.possible
    values = frozenset(
        truth for truth in (True, False) if _may_be_named(possible, true, truth=truth)
    )
    return Seen(Possible(values, possible.gaps), seen.inputs)


def _may_be_named(possible: Possible, true: str, *, truth: bool) -> bool:
    if not isinstance(possible.values, frozenset):
        return True
    return any((value == true) is truth for value in possible.values)


def _named(truth: Seen, when_true: str, when_false: str) -> Seen:
    possible = truth.possible
    values = [when_true] * possible.may_be(True) + [when_false] * possible.may_be(False)
    return Seen(Possible(frozenset(values), possible.gaps), truth.inputs)


def _say_not_encoded(shown: Seen) -> Seen:
    possible = shown.possible
    if not possible.may_be("shown"):
        return shown
    values = frozenset({"not_shown"} if possible.may_be("not_shown") else ())
    return Seen(Possible(values, possible.gaps | {"not_encoded"}), shown.inputs)


# -- Decisions -------------------------------------------------------------------------------------


def _see_decision(decision: Decision, walk: ExpressionWalk) -> Seen:
    if isinstance(decision.cases, NotEncoded):
        return Seen(exactly(decision.cases))
    written = [_see_clause(case.when, walk) for case in decision.cases if case.when is not None]
    inputs = 0
    for each in written:
        inputs |= each.inputs
    truths = [each.possible for each in written]
    if len(truths) < len(decision.cases):
        truths.append(_otherwise(decision, written))
    cases = list(zip(decision.cases, truths, strict=True))
    if all(truth.is_settled for truth in truths):
        return Seen(_choose_surely(decision, cases), inputs)
    chosen = _choose_first(cases) if decision.policy == "first" else _choose_exclusive(cases)
    return Seen(chosen, inputs)


def _otherwise(decision: Decision, written: Sequence[Seen]) -> Possible:
    """Tell of the last case, which has no condition: the others' negation, where they exclude."""
    if decision.policy == "first":
        return exactly(True)
    others = join(written, decides=True).possible
    values = frozenset(not value for value in (True, False) if others.may_be(value))
    return Possible(values, others.gaps)


_Judged = tuple[Case, Possible]


def _choose_surely(decision: Decision, cases: Sequence[_Judged]) -> Possible:
    """Choose where nothing is open, as the reference does."""
    judged = tuple(CaseConclusion(case, truth.fact, None) for case, truth in cases)
    choose_one = choose_first if decision.policy == "first" else choose_exclusive
    return exactly(choose_one(decision.code, judged))


def _choose_exclusive(cases: Sequence[_Judged]) -> Possible:
    """Tell what comes out where one case alone may be true, each case taken by itself.

    That cases speak of the same inputs is not used: then they exclude each other better than is
    said here, and what is said is too much.
    """
    truths = [truth for _, truth in cases]
    blocking = [at for at, (_, truth) in enumerate(cases) if not truth.may_be(False)]
    outcomes: set[Value] = set()
    for at, (case, truth) in enumerate(cases):
        alone = all(
            other == at or (cases[other][0].outcome == case.outcome and truths[other].gaps)
            for other in blocking
        )
        if truth.may_be(True) and alone:
            outcomes.add(case.outcome)
    gaps = NO_GAPS if _one_outcome_is_sure(cases) else worst_gaps(truths)
    if sum(truth.may_be(True) for truth in truths) > 1 or not blocking:
        gaps |= ERROR
    return Possible(frozenset(outcomes), gaps)


def _one_outcome_is_sure(cases: Sequence[_Judged]) -> bool:
    """Tell whether a true case, and one outcome alone, stand against all that is open."""
    return any(truth.is_surely(True) for _, truth in cases) and (
        len({case.outcome for case, truth in cases if not truth.is_surely(False)}) == 1
    )


def _choose_first(cases: Sequence[_Judged]) -> Possible:
    """Tell what comes out where the first case that is not false decides."""
    open_cases = [(case, truth) for case, truth in cases if not truth.is_surely(False)]
    if open_cases and _one_outcome_is_sure(cases):
        return exactly(open_cases[0][0].outcome)
    found: list[Possible] = []
    for at, (case, truth) in enumerate(open_cases):
        later = any(
            other.may_be(True) and one.outcome == case.outcome for one, other in open_cases[at:]
        )
        found.append(Possible(frozenset({case.outcome} if later else ()), truth.gaps))
        if not truth.may_be(False):
            return unite(found)
    return unite([*found, Possible(frozenset(), ERROR)])
