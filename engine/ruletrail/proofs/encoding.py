"""A whole rulebook for the solver: every fact as a term over the fields of a report."""

from collections import ChainMap
from collections.abc import Callable, Iterable, Iterator, Mapping, MutableMapping, Sequence

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Formula, list_of
from ruletrail.linking import LinkedRulebook, days_of
from ruletrail.proofs.budgets import Budget
from ruletrail.proofs.costs import Costs
from ruletrail.proofs.formulas import FormulaWalk, Names, size_of
from ruletrail.proofs.inputs import Inputs, UnknownList
from ruletrail.proofs.logic import Space, Truth, both, either, negate
from ruletrail.proofs.lookups import constant_term, on_a_day
from ruletrail.proofs.primitives import kleene
from ruletrail.proofs.states import State, as_read, under, worst
from ruletrail.proofs.steps import StepTerm, encode_step, left_out_step, named
from ruletrail.proofs.terms import Term, truth_term
from ruletrail.proofs.texts import Vocabulary
from ruletrail.rulebooks import Check, Entry, Parameter

Steps = MutableMapping[str, StepTerm]
_SHARE_OF_WRITING = 0.5
"""Of all work, what may be spent to write entries out for the solver, before anything is asked."""


@dataclass(frozen=True, slots=True)
class RowStep:
    """An entry of rows, in each row: its step, and whether the row is there."""

    rows: tuple[tuple[StepTerm, Truth], ...]


@dataclass(frozen=True, slots=True)
class Related:
    """Checks of severity error that have something in common: what they read, that none fails."""

    codes: frozenset[str]
    passes: tuple[Truth, ...]


class Encoding:
    """The facts of a rulebook, by code, as terms over unknowns that `inputs` makes."""

    def __init__(  # noqa: PLR0917 - a rulebook, and what it is written with
        self,
        linked: LinkedRulebook,
        space: Space,
        inputs: Inputs,
        vocabulary: Vocabulary,
        budget: Budget | None = None,
        share: float = _SHARE_OF_WRITING,
    ) -> None:
        """Encode the steps, each after what it reads, as far as a share of the work goes."""
        self.linked, self.space, self.inputs, self.vocabulary = linked, space, inputs, vocabulary
        self.groups = {code: group.members for code, group in linked.rulebook.groups.items()}
        self.days = days_of(linked)
        self.steps: Steps = {}
        self.by_row: MutableMapping[str, RowStep] = {}
        self._order = {entry.code: at for at, entry in enumerate(linked.steps)}
        self._readers: dict[str, list[str]] = {}
        for entry in linked.steps:
            for read in linked.reads[entry.code]:
                self._readers.setdefault(read, []).append(entry.code)
        self.left_out: frozenset[str] = frozenset()
        """The steps that there was no work for: the last ones, which none before them reads."""
        self._encode_all(budget, share)

    def _encode_all(self, budget: Budget | None, share: float) -> None:
        costs, walk = Costs(self.linked, self.inputs.most_rows_of), self.walk()
        for at, entry in enumerate(self.linked.steps):
            if budget is not None:
                if not budget.may_write(share):
                    self._leave_out(self.linked.steps[at:])
                    return
                budget.spend_beside(costs.of_writing(entry))
            self._encode(entry, walk, self.steps, self.by_row)

    def _leave_out(self, entries: Sequence[Entry]) -> None:
        """Put something in the place of entries, by which their questions can be listed."""
        self.left_out = frozenset(entry.code for entry in entries)
        for entry in entries:
            if list_of(entry.code):
                self.by_row[entry.code] = RowStep(())
            self.steps[entry.code] = left_out_step(entry, self.vocabulary)

    def steps_of(self, codes: Iterable[str]) -> list[Entry]:
        """List the steps among some codes, in their order."""
        known = (code for code in codes if code in self._order)
        entries = self.linked.rulebook.entries
        return [entries[code] for code in sorted(known, key=self._order.__getitem__)]

    def walk(
        self, steps: Steps | None = None, by_row: MutableMapping[str, RowStep] | None = None
    ) -> FormulaWalk:
        """Make a walk over formulas that reads facts."""
        found = self.steps if steps is None else steps
        rows = self.by_row if by_row is None else by_row
        names = Names(
            lambda code: self._read(code, found),
            lambda code, row: self._read_row(code, row, rows),
            self.groups,
            self.inputs.rows_of,
            self.linked.lookups,
            self.linked.rulebook.language,
        )
        return FormulaWalk(names, self.space, self.vocabulary)

    def _read(self, code: str, steps: Steps) -> Term:
        if code in steps:
            return _as_read(steps[code].fact)
        parameter = self.linked.rulebook.parameters.get(code)
        if parameter is not None:
            return self._parameter(parameter, steps)
        if code in self.linked.schema.lists:
            return size_of(self.inputs.rows_of(code))
        return self.inputs.field(code).term

    def _parameter(self, parameter: Parameter, steps: Steps) -> Term:
        """Give a constant, or what one that changes with a day is on that day."""
        if parameter.value is not None:
            return constant_term(parameter.value, self.vocabulary)
        if parameter.day is None:
            raise TypeError(f"{parameter.code} has no value and no day")
        terms = [constant_term(each.value, self.vocabulary) for each in parameter.values]
        return on_a_day(parameter.spans, terms, self._read(parameter.day.code, steps))

    def _read_row(self, code: str, row: int, rows: Mapping[str, RowStep]) -> Term:
        if code in rows:
            return _as_read(rows[code].rows[row - 1][0].fact)
        over, _, name = code.partition(".")
        return self.inputs.rows_of(over).rows[row - 1][name].term

    def _encode(
        self,
        entry: Entry,
        walk: FormulaWalk,
        steps: Steps,
        by_row: MutableMapping[str, RowStep],
        *,
        rounds: bool = True,
    ) -> None:
        over = list_of(entry.code)
        self.space.owner = entry.code
        if not over:
            steps[entry.code] = encode_step(entry, walk, rounds=rounds)
            return
        rows = self.inputs.rows_of(over)
        found = []
        for at in range(1, rows.most + 1):
            exists = both(rows.present, _exists(rows, at))
            found.append((encode_step(entry, walk, (over, at), rounds=rounds), exists))
        by_row[entry.code] = RowStep(tuple(found))
        if isinstance(entry, Check):
            steps[entry.code] = StepTerm(self._for_all(rows, by_row[entry.code]))

    def _for_all(self, rows: UnknownList, step: RowStep) -> Term:
        """Conclude a check of rows for all of them, without those that it does not apply in."""
        passed = self.vocabulary.number("passed")
        terms = []
        for each, exists in step.rows:
            counts = both(exists, negate(each.fact.state.row))
            is_passed = each.fact.text.number == passed
            truth = either(negate(counts), is_passed)
            terms.append(truth_term(truth, under(counts, each.fact.state)))
        found = kleene(terms, decides=False)
        state = worst([State(missing=negate(rows.present)), under(rows.present, found.state)])
        return named(truth_term(found.truth, state), "passed", "failed", self.vocabulary)

    # -- What questions ask ------------------------------------------------------------------------

    def condition(self, formula: Formula, owner: str) -> Term:
        """Encode a formula that stands in no entry; what it needs is then its owner's."""
        self.space.owner = owner
        return self.walk().formula(formula)

    def affected(self, code: str) -> list[str]:
        """Name the steps that read a rule at any distance, itself included, in their order."""
        return sorted(self._reading((code,)), key=self._order.__getitem__)

    def _reading(self, codes: Iterable[str]) -> set[str]:
        return _reached(codes, lambda here: self._readers.get(here, ()))

    def cut_short(self) -> set[str]:
        """Name the lists of which not all rows are looked at, and all that reads them."""
        cut = {code for code, reasons in self.space.reasons.items() if "lists" in reasons}
        if not cut:
            return cut
        codes = [*self._order, *self._readers]
        return self._reading(cut.union(code for code in codes if list_of(code) in cut))

    def unrounded(self, code: str, affected: Iterable[str]) -> Steps:
        """Encode the steps that are affected by a rule as if it did not round."""
        steps: Steps = ChainMap({}, self.steps)
        by_row: MutableMapping[str, RowStep] = ChainMap({}, self.by_row)
        walk = self.walk(steps, by_row)
        for each in affected:
            entry = self.linked.rulebook.entries[each]
            self._encode(entry, walk, steps, by_row, rounds=each != code)
        return steps

    def leaves_out(self, codes: Iterable[str]) -> bool:
        """Tell whether any of some codes was left out, or reads one that was."""
        return bool(self.left_out) and not self.left_out.isdisjoint(self.cone(*codes))

    def cone(self, *codes: str) -> frozenset[str]:
        """Name all that codes read at any distance, themselves included."""
        return frozenset(_reached(codes, self._reads))

    def _reads(self, code: str) -> Iterator[str]:
        yield from self.linked.reads.get(code, ())
        over = list_of(code)
        if over:
            yield over

    def failed_checks(self) -> Mapping[str, Truth]:
        """Tell when each check of severity error fails, by which a report is not admitted."""
        failed = self.vocabulary.number("failed")
        found: dict[str, Truth] = {}
        for entry in self.linked.steps:
            if isinstance(entry, Check) and entry.severity == "error":
                if entry.code in self.left_out:
                    # what holds whatever it says holds with it; what is shown is evaluated
                    continue
                fact = self.steps[entry.code].fact
                found[entry.code] = both(fact.state.is_value, fact.text.number == failed)
        return found

    def related_checks(self) -> "list[Related]":
        """List the checks of severity error, those together that read anything in common.

        A report that one of them refuses may be one that another would have to judge, so a question
        that touches what one reads stands among all that its relatives read.
        """
        failed = self.failed_checks()
        cone = self.cone(*failed)
        beside: dict[str, list[str]] = {code: [] for code in cone}
        for code in cone:
            for read in self._reads(code):
                beside[code].append(read)
                beside[read].append(code)
        found, seen = [], set[str]()
        for check in failed:
            if check not in seen:
                codes = _reached((check,), beside.__getitem__)
                seen |= codes
                refusing = [truth for code, truth in failed.items() if code in codes]
                found.append(Related(frozenset(codes), tuple(map(negate, refusing))))
        return found


def _reached(codes: Iterable[str], leads_to: Callable[[str], Iterable[str]]) -> set[str]:
    """Find all that some codes lead to, themselves included."""
    found, waiting = set(codes), list(codes)
    while waiting:
        for code in leads_to(waiting.pop()):
            if code not in found:
                found.add(code)
                waiting.append(code)
    return found


def _as_read(fact: Term) -> Term:
    return replace(fact, state=as_read(fact.state))


def _exists(rows: UnknownList, at: int) -> Truth:
    exists: Truth = rows.size >= at
    return exists
