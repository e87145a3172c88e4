"""A whole rulebook for the solver: every fact as a term over the fields of a report."""

from collections import ChainMap
from collections.abc import Iterator, Mapping, MutableMapping

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Formula, list_of
from ruletrail.linking import LinkedRulebook
from ruletrail.proofs.formulas import FormulaWalk, Names, size_of
from ruletrail.proofs.inputs import Inputs, UnknownList
from ruletrail.proofs.logic import Space, Truth, both, either, negate
from ruletrail.proofs.lookups import constant_term, on_a_day
from ruletrail.proofs.primitives import kleene
from ruletrail.proofs.states import State, under, worst
from ruletrail.proofs.steps import StepTerm, encode_step, named
from ruletrail.proofs.terms import Term, truth_term
from ruletrail.proofs.texts import Vocabulary
from ruletrail.rulebooks import Check, Entry, Parameter, Rule

Steps = MutableMapping[str, StepTerm]


@dataclass(frozen=True, slots=True)
class RowStep:
    """An entry of rows, in each row: its step, and whether the row is there."""

    rows: tuple[tuple[StepTerm, Truth], ...]


class Encoding:
    """The facts of a rulebook, by code, as terms over unknowns that `inputs` makes."""

    def __init__(
        self, linked: LinkedRulebook, space: Space, inputs: Inputs, vocabulary: Vocabulary
    ) -> None:
        """Encode all steps, each after what it reads."""
        self.linked, self.space, self.inputs, self.vocabulary = linked, space, inputs, vocabulary
        self.groups = {code: group.members for code, group in linked.rulebook.groups.items()}
        self.steps: Steps = {}
        self.by_row: MutableMapping[str, RowStep] = {}
        self._cones: dict[str, frozenset[str]] = {}
        walk = self.walk()
        for entry in linked.steps:
            self._encode(entry, walk, self.steps, self.by_row)

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
            return steps[code].fact
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
            return rows[code].rows[row - 1][0].fact
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
        if not rows.is_whole:
            self.space.give_up("lists")
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

    def unrounded(self, code: str) -> "tuple[Steps, MutableMapping[str, RowStep]]":
        """Encode what reads a rule, at any distance, as if the rule did not round."""
        steps: Steps = ChainMap({}, self.steps)
        by_row: MutableMapping[str, RowStep] = ChainMap({}, self.by_row)
        walk = self.walk(steps, by_row)
        changed = {code}
        for entry in self.linked.steps:
            if entry.code == code or changed.intersection(self.linked.reads[entry.code]):
                changed.add(entry.code)
                self._encode(entry, walk, steps, by_row, rounds=entry.code != code)
        return steps, by_row

    def cone(self, code: str) -> frozenset[str]:
        """Name all that a code reads at any distance, itself included."""
        found, waiting = {code}, [code]
        while waiting:
            here = waiting.pop()
            over = list_of(here)
            reads = list(self.linked.reads.get(here, ()))
            reads += [over] if over else []
            for read in reads:
                if read not in found:
                    found.add(read)
                    waiting.append(read)
        return frozenset(found)

    def failed_checks(self, apart_from: str = "") -> dict[str, Truth]:
        """Tell when each check of severity error fails, by which a report is not admitted."""
        failed = self.vocabulary.number("failed")
        found: dict[str, Truth] = {}
        for entry in self.linked.steps:
            is_check = isinstance(entry, Check) and entry.severity == "error"
            if is_check and entry.code != apart_from:
                fact = self.steps[entry.code].fact
                found[entry.code] = both(fact.state.is_value, fact.text.number == failed)
        return found


def _exists(rows: UnknownList, at: int) -> Truth:
    exists: Truth = rows.size >= at
    return exists


def rounded_rules(linked: LinkedRulebook) -> Iterator[Rule]:
    """List the rules that round."""
    for entry in linked.steps:
        if isinstance(entry, Rule) and entry.rounding is not None:
            yield entry
