"""Asking the solver: first without grids, then with them; what it shows is evaluated."""

import gc
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction
from math import ceil, floor
from typing import Any, Literal

import z3

from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.proofs import costs
from ruletrail.proofs.answers import Answer, Verdict
from ruletrail.proofs.budgets import MILLION, Budget
from ruletrail.proofs.encoding import Encoding
from ruletrail.proofs.inputs import Unknown
from ruletrail.proofs.logic import Space, Told, Truth, negate
from ruletrail.proofs.models import is_true, number_of, read_fields
from ruletrail.proofs.questions import Question
from ruletrail.proofs.witnesses import (
    Fields,
    Judged,
    Witnesses,
    fields_of,
    largest,
)
from ruletrail.reports import Report
from ruletrail.rulebooks import Entry
from ruletrail.values import MOST_DECIMALS

Judgement = tuple[Verdict, Mapping[str, Any] | None, str | None]
"""The answer, with a witness or a reason."""
Found = Literal["yes", "no", "unknown"]
_SMALL = 1_000
_FEW = (0, 1, 2, 3, 7, 10)
"""Whole numbers that are tried as divisors and factors: some have endless decimals."""
_LITTLE, _MORE = 8 * MILLION, 20 * MILLION
"""Steps of the solver: small numbers are found soon or not at all."""
_COST_OF_ENCODING, _COST_OF_SAYING, _COST_OF_CLAUSE = 15_000, 150, 1_000
"""What it takes to encode a step once more, to say one thing to the solver, or to evaluate a clause
of what it shows, in its steps."""
_FREE_CLAUSES = 300_000
"""So many are evaluated before they count: of most rulebooks, all that are."""
_MANY_GRIDS = 12
"""So many numbers on grids are too many to be tried together, unless one field decides them all."""
_MOST_VALUES = 400
"""So many values of that field are evaluated one by one."""
_CENT = Fraction(1, 100)
"""The steps in which a number is tried whose decimals the schema leaves open."""
_MOST_DRAWN = 1_000
"""So many reports of one number are kept with what they came to."""
_SHARE_OF_CHAIN = 0.1
"""Of what is left for the question, where such values show nothing."""
_FIRST_STRIDE = 16
"""So far from a value, in steps of the field, the end of those that matter is sought first."""
_SHARE_OF_NARROWING = 0.05
"""Of what is left for the question, for each time that such an end is asked for."""
_MOST_MEMORY = 2_000
"""Megabytes of the solver for one question."""
LEFT_OUT = "work (in all)"
"""Why what was not written out for the solver is not settled."""
_INTERRUPTED = "interrupted from keyboard"
_CENTS = 2


@dataclass(frozen=True, slots=True)
class Scope:
    """What a question stands in: its unknowns, what is said of them, and how finely."""

    sides: tuple[Any, ...]
    grids: tuple[Any, ...]
    free: tuple[Any, ...]
    """Numbers whose decimals the schema leaves open."""
    wholes: tuple[Any, ...]
    """Those that it does not."""
    owners: frozenset[str]


@dataclass(frozen=True, slots=True)
class Stage:
    """One way of asking: what is said beside, and what an answer is worth.

    `proves`: "no" is a proof. `is_exact`: nothing is left out, so that what is found is a report.
    `is_small`: only small numbers are looked for.
    """

    extra: tuple[Any, ...]
    proves: bool = False
    is_exact: bool = False
    is_first: bool = False
    is_small: bool = False
    share: float = 1.0
    """Of what is left for the question."""
    work: int = 0
    """The solver's steps at most, 0 for as many as are left."""


@dataclass(frozen=True, slots=True)
class _Drawn:
    """What reports of one number came to that were tried, of the steps of some owners."""

    owners: frozenset[str]
    by_value: dict[tuple[str, Fraction], Judged] = field(default_factory=dict)


class Prover:
    """Answers questions about one rulebook, or two that share their unknowns."""

    def __init__(
        self,
        encoding: Encoding,
        witnesses: Witnesses,
        budget: Budget,
        reports: Iterable[Report] = (),
    ) -> None:
        """Take what is encoded, who writes reports, the work there may be, and known reports."""
        self.encoding, self.witnesses, self.budget = encoding, witnesses, budget
        self.space: Space = encoding.space
        self._related = encoding.related_checks()
        self._cut_short = encoding.cut_short()
        self._counted = 0
        """The solver's steps so far, of which it keeps count for a place as a whole."""
        self._weight = 1
        """What a step of the solver is counted as, in the question that is asked."""
        self._drawn = _Drawn(frozenset())
        self._known = [witnesses.judge(each, encoding.linked.steps) for each in reports]

    def answer(self, question: Question) -> Answer:
        """Answer one question."""
        before, began = self.budget.spent_in_all, time.monotonic_ns()
        verdict, witness, reason = self._judge(question)
        work = self.budget.spent_in_all - before
        ms = (time.monotonic_ns() - began) // 1_000_000
        return Answer(question.about, question.kind, verdict, witness, reason, work, ms)

    def _judge(self, question: Question) -> Judgement:
        if question.is_left_out:
            return "unsettled", None, LEFT_OUT
        if question.counter is False:
            return self._proved(question)
        self.budget.begin()
        self.budget.spend(question.encoded * _COST_OF_ENCODING)
        scope = self._scope(question)
        looked_through = len(scope.owners) * costs.OF_OWNER + len(self.encoding.inputs.unknowns)
        self.budget.spend_beside(costs.OF_ANSWERING + looked_through)
        self._weight = self._weigh(scope)
        shown = self._find_known(question, scope)
        if shown is not None:
            return "refuted", shown, None
        if self.budget.is_over:
            return "unsettled", None, self.budget.spent()
        verdict = self._try_easier(question, scope) or self._try(question, scope)
        if verdict[2] in ("unconfirmed", "texts"):
            # a check that reads nothing of what is asked may refuse all reports
            return self._try(question, self._scope(question, is_whole=True))
        return verdict

    def _find_known(self, question: Question, scope: Scope) -> Mapping[str, Any] | None:
        """Look for what is asked among the reports that are known, which takes the solver no work.

        Whether a rounding changes something would be evaluated anew for each.
        """
        for judged in self._known if question.kind != "rounding" else ():
            if self.witnesses.admits(judged, question.own) and question.shows(judged):
                shown = self._confirm(question, fields_of(judged.report), scope)
                if shown is not None:
                    return shown
        return None

    def _try_easier(self, question: Question, scope: Scope) -> Judgement | None:
        """Ask what is easier, which may prove it, or find a report all the same."""
        if question.easier is True:
            return None
        found, model = self._ask([question.easier], scope, Stage((), share=0.2))
        if found == "no":
            return self._proved(question, scope)
        # what else is asked may hold too: to see that in the model is less than to evaluate it
        if model is not None and is_true(model, question.counter):
            shown = self._confirm(question, self._read(model, scope), scope)
            if shown is not None:
                return "refuted", shown, None
        return None

    def _try(self, question: Question, scope: Scope) -> Judgement:
        seen, waiting = False, None
        for stage in self._stages(scope):
            if self.budget.is_over:
                break
            if waiting is not None and not stage.is_small:
                shown = self._confirm(question, waiting, scope)
                if shown is not None:
                    return "refuted", shown, None
                waiting = None
            found, model = self._ask([question.counter], scope, stage)
            if found == "no" and stage.proves:
                return self._proved(question, scope)
            if model is not None and stage.is_first and not stage.is_exact:
                tried = self._try_each(question, scope, model)
                if tried is not None:
                    return tried
            if found != "yes" or model is None:
                continue
            fields = self._read(model, scope)
            if stage.is_first and not stage.is_exact:
                # a smaller one is looked for before
                waiting = fields
                continue
            seen = stage.is_exact
            shown = self._confirm(question, fields, scope)
            if shown is not None:
                return "refuted", shown, None
        shown = self._try_largest(question, scope)
        if shown is not None:
            return "refuted", shown, None
        return "unsettled", None, self._reason(scope, seen=seen)

    def _proved(self, question: Question, scope: Scope | None = None) -> Judgement:
        """Say that it is proved, unless not all rows were looked at."""
        if self.is_cut_short(question.codes if scope is None else scope.owners):
            return "unsettled", None, "lists"
        return "proved", None, None

    def is_cut_short(self, codes: Iterable[str]) -> bool:
        """Tell whether any of some codes rests on rows of which not all are looked at."""
        return not self._cut_short.isdisjoint(codes)

    def _reasons(self, owners: Iterable[str]) -> set[str]:
        found: set[str] = set()
        for owner in owners:
            found |= self.space.reasons.get(owner, set())
        return found

    def _reason(self, scope: Scope, *, seen: bool) -> str:
        reasons = self._reasons(scope.owners)
        for reason in ("lists", "table", "limit"):
            if reason in reasons:
                return reason
        if seen:
            is_of_texts = self.encoding.vocabulary.features or "texts" in reasons
            return "texts" if is_of_texts else "unconfirmed"
        return self.budget.spent() or f"work ({self.budget.limits.work} M)"

    def scope(self, question: Question, *, is_whole: bool = False) -> Scope:
        """Tell what a question stands in."""
        return self._scope(question, is_whole=is_whole)

    def reasons(self, owners: Iterable[str]) -> set[str]:
        """Name what is not told exactly of some steps and fields."""
        return self._reasons(owners)

    # -- The scope ---------------------------------------------------------------------------------

    def _owners(self, question: Question) -> frozenset[str]:
        return self.encoding.cone(*question.codes) | {""}

    def _scope(self, question: Question, *, is_whole: bool = False) -> Scope:
        """Find what a question stands in; with `is_whole` all checks, whatever they read."""
        owners = set(self._owners(question))
        asked = owners - {""}
        passes: list[Truth] = []
        for related in () if question.own else self._related:
            if is_whole or not related.codes.isdisjoint(asked):
                owners |= related.codes
                passes += related.passes
        spaces: list[Space | Told] = [self.space]
        spaces += [] if question.told is None else [question.told]
        named = sorted(owners)
        sides = [side for each in spaces for owner in named for side in each.sides.get(owner, ())]
        sides += [truth for truth in passes if truth is not True]
        grids = [grid for each in spaces for owner in named for grid in each.grids.get(owner, ())]
        free, wholes = self.encoding.inputs.numbers(owners)
        return Scope(tuple(sides), tuple(grids), free, wholes, frozenset(owners))

    def _stages(self, scope: Scope) -> Iterator[Stage]:
        """List how to ask: without grids, then for small numbers, then ever more exactly."""
        is_plain = not (scope.grids or scope.free)
        share = 1.0 if is_plain else 0.4
        yield Stage((), proves=True, is_exact=is_plain, is_first=True, share=share)
        if is_plain:
            return
        grids = scope.grids
        small = [_is_small(number) for number in (*scope.wholes, *scope.free)]
        whole = map(_is_whole, scope.free)
        yield Stage((*grids, *small, *whole), is_small=True, share=0.3, work=_LITTLE)
        if not scope.free:
            yield Stage(grids, proves=True, is_exact=True)
            return
        # of a few whole numbers products are sums, one case after the other
        few = [z3.Or(*(number == each for each in _FEW)) for number in scope.wholes]
        near = map(_is_small, scope.free)
        yield Stage((*grids, *few, *near), is_small=True, share=0.6, work=_MORE)
        if grids:
            yield Stage(grids, proves=True, share=0.5, work=_MORE)
        for decimals in (_CENTS, MOST_DECIMALS):
            is_last = decimals == MOST_DECIMALS
            fine = [_is_whole(number * 10**decimals) for number in scope.free]
            share, work = (1.0, 0) if is_last else (0.5, _MORE)
            yield Stage((*grids, *fine), is_last, is_last, share=share, work=work)

    # -- The solver --------------------------------------------------------------------------------

    def _ask(self, asked: Sequence[Truth], scope: Scope, stage: Stage) -> tuple[Found, Any]:
        said = [*scope.sides, *stage.extra, *asked]
        self.budget.spend(len(said) * _COST_OF_SAYING)
        self.budget.spend_beside(costs.OF_ASKING + (len(said) + len(stage.extra)) * costs.OF_SAYING)
        work, ms = self.budget.share(stage.share, stage.work)
        if work <= 0 or ms <= 0:
            return "unknown", None
        place = self.space.place
        solver = z3.Solver(ctx=place)
        solver.set("timeout", ms)
        solver.set("rlimit", max(work // self._weight, 1))
        solver.set("max_memory", _MOST_MEMORY)
        solver.add(*(z3.BoolVal(each, place) if isinstance(each, bool) else each for each in said))
        found = self._check(solver)
        if found == z3.sat:
            return "yes", solver.model()
        return ("no" if found == z3.unsat else "unknown"), None

    def _check(self, solver: Any) -> Any:
        # the collector may run in any thread, and what it frees is the solver's, which is at work
        was_enabled = gc.isenabled()
        gc.disable()
        try:
            found = solver.check()
        except z3.Z3Exception:
            return z3.unknown
        finally:
            if was_enabled:
                gc.enable()
        if found == z3.unknown and solver.reason_unknown() == _INTERRUPTED:
            # the solver has taken the signal for itself
            raise KeyboardInterrupt
        counted = solver.statistics().get_key_value("rlimit count")
        self.budget.spend((counted - self._counted) * self._weight)
        self._counted = counted
        return found

    # -- Few values --------------------------------------------------------------------------------

    def _try_each(self, question: Question, scope: Scope, model: Any) -> Judgement | None:
        """Evaluate each value of the one field that decides a long chain of roundings.

        Without grids the solver tells between which values a counter-example must lie; where few
        are on the field's grid, that none of them shows one is a proof. None where this tells
        nothing.
        """
        unknown = self._lone_number(scope)
        if unknown is None:
            return None
        ends = self._narrow(question, scope, unknown, model)
        if ends is None:
            return None
        step = unknown.field.step or _CENT
        first, last = ceil(ends[0] / step), floor(ends[1] / step)
        if last - first >= _MOST_VALUES:
            return None
        steps = self.encoding.steps_of(scope.owners)
        self.budget.spend((last - first + 1) * len(steps) * _COST_OF_CLAUSE)
        for at in range(first, last + 1):
            fields: Fields = {unknown.code: at * step}
            if question.shows(self._judge_value(unknown.code, at * step, scope.owners, steps)):
                # one that a check refuses is no counter-example, and tells nothing of the others
                shown = self._confirm(question, fields, scope)
                return None if shown is None else ("refuted", shown, None)
        if unknown.field.step is None:
            return self._prove_between(question, scope, unknown, ends)
        return self._proved(question, scope)

    def _judge_value(
        self, code: str, value: Fraction, owners: frozenset[str], steps: Sequence[Entry]
    ) -> Judged:
        """Draw the conclusions of a report that has one number; once for all questions in a row.

        Of a chain each rounding is asked about, and each with nearly the same values. The work is
        counted as if each drew them anew, so that no answer rests on what was asked before.
        """
        if self._drawn.owners != owners:
            self._drawn = _Drawn(owners)
        judged = self._drawn.by_value.get((code, value))
        if judged is None:
            judged = self.witnesses.judge(self.witnesses.draft({code: value}), steps)
            if len(self._drawn.by_value) < _MOST_DRAWN:
                self._drawn.by_value[code, value] = judged
        else:
            self.witnesses.count(steps)
        return judged

    def _prove_between(
        self, question: Question, scope: Scope, unknown: Unknown, ends: tuple[Fraction, Fraction]
    ) -> Judgement | None:
        """Ask the solver whether there is a counter-example between two ends, of any decimals."""
        number = unknown.term.number.top
        between = (number >= ends[0], number <= ends[1])
        stage = Stage((*scope.grids, *between), proves=True, share=_SHARE_OF_CHAIN)
        found, model = self._ask([question.counter], scope, stage)
        if found == "no":
            return self._proved(question, scope)
        if model is not None:
            # of more decimals than were tried
            shown = self._confirm(question, self._read(model, scope), scope)
            return None if shown is None else ("refuted", shown, None)
        return "unsettled", None, self._reason(scope, seen=False)

    def _lone_number(self, scope: Scope) -> Unknown | None:
        """Give the one field that all rests on, where that is a number with a step."""
        inputs = self.encoding.inputs
        found = [each for code, each in inputs.unknowns.items() if code in scope.owners]
        if len(scope.grids) <= _MANY_GRIDS or len(found) != 1:
            return None
        if not scope.owners.isdisjoint(inputs.lists):
            return None
        is_on_grid = found[0].field.kind == "number" and not found[0].listed
        return found[0] if is_on_grid else None

    def _weigh(self, scope: Scope) -> int:
        """Say how much a step of the solver takes: of a chain its numbers get ever longer.

        Measured, a step of a chain of fifty roundings takes five times as long as one of ten.
        """
        return 1 if self._lone_number(scope) is None else max(len(scope.grids) // _MANY_GRIDS, 1)

    def _narrow(
        self, question: Question, scope: Scope, unknown: Unknown, model: Any
    ) -> tuple[Fraction, Fraction] | None:
        """Find the ends between which a counter-example's number must lie, without grids.

        What holds without grids holds with them. None where they are not near, or where there may
        be a counter-example without the number.
        """
        place, number = self.space.place, unknown.term.number.top
        solver = z3.Solver(ctx=place)
        solver.set("max_memory", _MOST_MEMORY)
        said = [*scope.sides, question.counter]
        solver.add(*(z3.BoolVal(each, place) if isinstance(each, bool) else each for each in said))
        self.budget.spend(len(said) * _COST_OF_SAYING)
        absent = negate(unknown.present)
        if absent is not False and self._ask_beside(solver, absent)[0] != "no":
            return None
        known, step = number_of(model, number), unknown.field.step or _CENT
        ends: list[Fraction] = []
        for sign in (-1, 1):
            end = self._find_end(solver, sign * number, sign * known, step)
            if end is None:
                return None
            ends.append(sign * end)
        return ends[0], ends[1]

    def _find_end(
        self, solver: Any, number: Any, known: Fraction, step: Fraction
    ) -> Fraction | None:
        """Find what a number does not reach, by ever longer strides from one that it may be."""
        stride = _FIRST_STRIDE
        while stride < _MOST_VALUES:
            end = known + stride * step
            found, model = self._ask_beside(solver, number >= end)
            if found == "no":
                return end
            if found == "unknown":
                return None
            known, stride = max(end, number_of(model, number)), 2 * stride
        return None

    def _ask_beside(self, solver: Any, truth: Any) -> tuple[Found, Any]:
        """Ask once more, with one thing more said."""
        work, ms = self.budget.share(_SHARE_OF_NARROWING)
        if work <= 0 or ms <= 0:
            return "unknown", None
        solver.set("timeout", ms)
        solver.set("rlimit", max(work // self._weight, 1))
        solver.push()
        solver.add(truth)
        found = self._check(solver)
        model = solver.model() if found == z3.sat else None
        solver.pop()
        return "yes" if found == z3.sat else "no" if found == z3.unsat else "unknown", model

    # -- What it shows -----------------------------------------------------------------------------

    def _read(self, model: Any, scope: Scope) -> Fields:
        """Read the fields of a report from what the solver found."""
        self.budget.spend_beside((len(scope.free) + len(scope.wholes)) * costs.OF_READING)
        return read_fields(model, self.encoding, scope.owners)

    def _try_largest(self, question: Question, scope: Scope) -> Mapping[str, Any] | None:
        """Try numbers of as many digits as there may be, where the limit of digits is in doubt."""
        if question.kind != "error" or "limit" not in self._reasons(scope.owners):
            return None
        fields: Fields = {}
        for code, unknown in self.encoding.inputs.unknowns.items():
            value = largest(unknown.field, unknown.fragments)
            if code in scope.owners and value is not None:
                fields[code] = value
        return self._confirm(question, fields, scope)

    def _confirm(
        self, question: Question, fields: Fields, scope: Scope
    ) -> Mapping[str, Any] | None:
        """Evaluate what was found; make it small and round where it shows what was asked."""
        steps = self.encoding.steps_of(scope.owners)
        before = max(self.witnesses.evaluated, _FREE_CLAUSES)
        found = self.witnesses.find(fields, question.shows, steps, question.own)
        self.budget.spend(max(self.witnesses.evaluated - before, 0) * _COST_OF_CLAUSE)
        return found


def _is_whole(number: Any) -> Any:
    return z3.IsInt(number)


def _is_small(number: Any) -> Any:
    return z3.And(number <= _SMALL, number >= -_SMALL)
