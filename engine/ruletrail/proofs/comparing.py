"""Whether two rulebooks give one answer to all reports that both admit."""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from ruletrail.evaluations import conclude_steps
from ruletrail.formulas import list_of
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.proofs.answers import Answer, Limits
from ruletrail.proofs.budgets import Budget
from ruletrail.proofs.encoding import Encoding
from ruletrail.proofs.inputs import Inputs, UnknownList
from ruletrail.proofs.logic import Space, Truth, both, negate, some
from ruletrail.proofs.proving import rows_to_look_at
from ruletrail.proofs.questions import Question, are_different
from ruletrail.proofs.solving import LEFT_OUT, Prover, Scope
from ruletrail.proofs.texts import Vocabulary
from ruletrail.proofs.witnesses import Judged, Witnesses
from ruletrail.rulebooks import Entry
from ruletrail.values import ErrorValue, Fact, is_non_value

_SHARE_OF_FIRST, _SHARE_OF_BOTH = 0.3, 0.6
"""Of all work, what may be spent to write out the old rulebook, and both of them."""


class Comparing(Prover):
    """Two rulebooks over one report: what both schemas declare is one unknown.

    They are written out for the solver once, and all that is asked shares the limits.
    """

    def __init__(self, old: LinkedRulebook, new: LinkedRulebook, limits: Limits) -> None:
        """Write both out for the solver, as far as a share of the work goes."""
        vocabulary = Vocabulary()
        vocabulary.learn(old)
        vocabulary.learn(new)
        bounds = [rows_to_look_at(linked) for linked in (old, new)]
        few = min((bound for bound in bounds if bound is not None), default=None)
        space = Space()
        inputs = Inputs(old.schema, space, vocabulary, few)
        both_inputs = Inputs(new.schema, space, vocabulary, few, inputs)
        budget = Budget(limits)
        first = Encoding(old, space, inputs, vocabulary, budget, _SHARE_OF_FIRST)
        self.other = Encoding(new, space, both_inputs, vocabulary, budget, _SHARE_OF_BOTH)
        inputs.tie_texts()
        both_inputs.tie_texts()
        self.new_witnesses = Witnesses(new, self.other.inputs, budget)
        self.admitting = [step for step in new.steps if step.code in self.new_witnesses.admitting]
        """What decides whether the new rulebook's checks refuse a report."""
        super().__init__(first, Witnesses(old, first.inputs, budget, has_version=False), budget)
        self.new = Prover(self.other, self.new_witnesses, budget)
        self.links = list(self._links())

    def _links(self) -> Iterator[Truth]:
        """Say that a report of both has only what both schemas declare, of one type."""
        old, new = self.encoding.inputs, self.other.inputs
        for code in {**old.fields, **new.fields}:
            is_of_both = code in old.fields and code in new.fields
            if not is_of_both or old.fields[code].kind != new.fields[code].kind:
                yield from (
                    negate(inputs.field(code).present)
                    for inputs in (old, new)
                    if code in inputs.fields
                )
        for code in {**old.schema.lists, **new.schema.lists}:
            if code in old.schema.lists and code in new.schema.lists:
                yield from _one_list(old.rows_of(code), new.rows_of(code))
            else:
                yield from (
                    negate(inputs.rows_of(code).present)
                    for inputs in (old, new)
                    if code in inputs.schema.lists
                )

    @property
    def shares_reports(self) -> bool:
        """Whether there may be a report that both admit, as far as their fields are concerned."""
        return not any(link is False for link in self.links)

    def compare_all(self, codes: Iterable[str]) -> Iterator[Answer]:
        """Tell of several codes whether each is the same in both."""
        for code in codes:
            for linked in (self.encoding.linked, self.other.linked):
                if code not in linked.rulebook.entries:
                    details = {"text": quote(code), "rulebook": str(linked.rulebook.identity)}
                    raise ProblemsError([Problem("unknown-step", Mark(code), details)])
            yield self._compare(code)

    def _compare(self, code: str) -> Answer:
        if not self.shares_reports:
            return Answer(code, "same", "unsettled", reason="schema")
        if code in self.encoding.left_out or code in self.other.left_out:
            return Answer(code, "same", "unsettled", reason=LEFT_OUT)
        counter = self._counter(code)
        if counter is not False and self.budget.is_over:
            # what a code reads is not looked for either
            return Answer(code, "same", "unsettled", reason=self.budget.spent(in_all=True))
        own = self.other.steps_of(self.other.cone(code))
        question = Question(
            code, "same", counter, (code,), lambda judged: self._differs(judged, code, own)
        )
        return self.answer(question)

    def _counter(self, code: str) -> Truth:
        old, new = self.encoding, self.other
        if list_of(code) and code in old.by_row and code in new.by_row:
            pairs = zip(old.by_row[code].rows, new.by_row[code].rows, strict=False)
            return some(
                both(exists, are_different(one.fact, other.fact))
                for (one, exists), (other, _) in pairs
            )
        return are_different(old.steps[code].fact, new.steps[code].fact)

    def _scope(self, question: Question, *, is_whole: bool = False) -> Scope:
        old = super()._scope(question, is_whole=is_whole)
        new = self.new.scope(question, is_whole=is_whole)
        links = [link for link in self.links if link is not True]
        return Scope(
            (*old.sides, *new.sides, *links), (*old.grids, *new.grids), (*old.free, *new.free),
            (*old.wholes, *new.wholes), old.owners | new.owners,
        )  # fmt: skip

    def _reasons(self, owners: Any) -> set[str]:
        return super()._reasons(owners) | self.new.reasons(owners)

    def is_cut_short(self, codes: Any) -> bool:
        """Tell it of either rulebook."""
        return super().is_cut_short(codes) or self.new.is_cut_short(codes)

    def _differs(self, judged: Judged, code: str, own: Sequence[Entry]) -> bool:
        """Tell whether a report that both admit has the code otherwise; `own` is what it reads.

        Of a rulebook whose entries changed by hundreds each is asked about, so no step is concluded
        that the answer does not rest on: first the code's own, then those that may refuse.
        """
        linked, report = self.other.linked, judged.report
        if report.schema is not judged.linked.schema or not judged.facts:
            return False
        self.new_witnesses.count(own, len(report.fields))
        facts, _ = conclude_steps(linked, report, own)
        codes = [here for here in facts if here == code or _is_row_of(here, code)]
        is_same = all(
            tell_kind(judged.facts.get(here)) == tell_kind(facts.get(here)) for here in codes
        )
        if is_same:
            return False
        self.new_witnesses.count(self.admitting, len(report.fields))
        other = Judged(linked, report, *conclude_steps(linked, report, self.admitting))
        return self.new_witnesses.admits(other)


def _is_row_of(here: str, code: str) -> bool:
    over, _, name = code.partition(".")
    return bool(name) and here.startswith(f"{over}[") and here.endswith(f"].{name}")


def tell_kind(fact: Fact | None) -> object:
    """Give a value, or what a fact is instead of one."""
    if fact is None or not is_non_value(fact):
        return type(fact).__name__, fact
    return "error" if isinstance(fact, ErrorValue) else type(fact).__name__


def _one_list(old: UnknownList, new: UnknownList) -> Iterator[Truth]:
    """Say that the rows of both have only the cells that both schemas declare, of one type."""
    for one, other in zip(old.rows, new.rows, strict=False):
        for name in {**one, **other}:
            is_of_both = name in one and name in other
            if not is_of_both or one[name].term.kind != other[name].term.kind:
                yield from (negate(row[name].present) for row in (one, other) if name in row)
