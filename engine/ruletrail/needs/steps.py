"""What each step of a rulebook can still come to, given what a report says.

Steps that read no missing input are what the reference evaluator made of them; only the others are
looked at here, in the rulebook's order, so that nothing recurses over steps.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fractions import Fraction

from ruletrail.analysis.field_domains import read_fields, read_lists
from ruletrail.analysis.inference import LEAVES_OUT_SINCE
from ruletrail.evaluations.evaluating import choose_exclusive, choose_first
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import (
    FUNCTIONS,
    Call,
    Constant,
    Expression,
    Formula,
    aggregates_of,
    list_of,
    names_by_scope,
    walk_expression,
)
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.needs.dated import value_on
from ruletrail.needs.expressions import (
    ExpressionWalk,
    Seen,
    Sources,
    choose,
    gather,
    join,
    round_possible,
)
from ruletrail.needs.lookups import Answers
from ruletrail.needs.possible import (
    ALL_GAPS,
    ANYTHING,
    ERROR,
    LEFT_OUT,
    NO_GAPS,
    NOT_APPLICABLE,
    Possible,
    absent_field,
    anything_of,
    exactly,
    unite,
    worst_gaps,
)
from ruletrail.rulebooks import Case, Check, Clause, Decision, Entry, Message, Rule, Section
from ruletrail.trails import CaseConclusion, Record, code_in_row, cut_code, entry_of
from ruletrail.values import ErrorValue, Fact, Missing, NotEncoded, Value


@dataclass(frozen=True, slots=True)
class Situation:
    """A report as it stands: its missing inputs, each a bit, and which steps read any of them.

    An input is a field of the schema that no rule computes, a blank cell of a row, or a list that
    was not supplied; what a report declares of what is computed is compared, and read by nothing.
    """

    linked: LinkedRulebook
    record: Record
    inputs: tuple[str, ...]
    """The missing ones: fields in the order of the form, then lists, then cells row by row."""
    bits: Mapping[str, int]
    domains: Mapping[str, Possible]
    """What each missing input can become; of a list, how many rows it can have."""
    columns: Mapping[str, int]
    """By code of a row's field, the inputs that it reads in all rows together."""
    groups: Mapping[str, tuple[str, ...]]
    reached: Mapping[str, int]
    """By step, the missing inputs that it reads at all, by itself or through others; all steps that
    read some. What is written for each row stands here for all of them, and by row."""
    told: dict[str, Seen] = field(default_factory=dict)
    """What the report's own fields come to, filled in as they are read: every try reads them again,
    all members of a group among them."""
    answers: Answers = field(default_factory=Answers)

    @property
    def elsewhere(self) -> int:
        """The bit of whatever is missing and is none of the inputs."""
        return 1 << len(self.inputs)

    def count(self, over: str) -> int | None:
        """Count the rows of a list; None where it was not supplied."""
        rows = self.record.report.lists.get(over)
        return None if rows is None else len(rows)

    def reach(self, code: str) -> int:
        """Name the inputs that a code reads, at any distance; of a row, in all rows."""
        return _reach(code, self.reached, self.bits, self.columns)

    def reach_of(self, expression: Expression) -> int:
        """Name the inputs that an expression reads, at any distance, in whichever rows."""
        mask = 0
        for each in walk_expression(expression):
            if isinstance(each, Call) and each.over:
                mask |= self.bits.get(each.over, 0)
            if not isinstance(each, Constant) and each.code:
                for code in self.linked.rulebook.expand(each.code):
                    mask |= self.reach(code)
        return mask


def _reach(code: str, *known: Mapping[str, int]) -> int:
    mask = 0
    for masks in known:
        mask |= masks.get(code, 0)
    return mask


def find_situation(record: Record) -> Situation:
    """Find the missing inputs of an evaluated report, and what reads them."""
    linked = record.linked
    inputs = tuple(_list_missing(record))
    bits = {code: 1 << at for at, code in enumerate(inputs)}
    groups = {code: group.members for code, group in linked.rulebook.groups.items()}
    reached: dict[str, int] = {}
    domains, columns = _domains_of(linked, inputs), _columns_of(record, bits)
    situation = Situation(linked, record, inputs, bits, domains, columns, groups, reached)
    for entry in linked.steps if inputs else ():
        if list_of(entry.code):
            reached |= _reach_in_rows(entry, situation)
        else:
            mask = 0
            for code in linked.reads[entry.code]:
                mask |= situation.reach(code)
            reached |= {entry.code: mask} if mask else {}
    return situation


def _list_missing(record: Record) -> Iterator[str]:
    schema, computed = record.linked.schema, record.linked.rulebook.entries
    given, lists = record.report.fields, record.report.lists
    yield from (code for code in schema.fields if code not in computed and code not in given)
    yield from (over for over in schema.lists if over not in lists)
    for over, declared in schema.lists.items():
        names = [name for name in declared.cells if f"{over}.{name}" not in computed]
        for row, cells in enumerate(lists.get(over, ()), start=1):
            yield from (f"{over}[{row}].{name}" for name in names if name not in cells)


def _domains_of(linked: LinkedRulebook, inputs: Sequence[str]) -> Mapping[str, Possible]:
    if not inputs:
        return {}
    declared, lists = read_fields(linked.schema), read_lists(linked.schema)
    cells = {cell.code: cell for each in lists.values() for cell in each.cells.values()}
    counts = {code: each.count for code, each in lists.items()}
    known = {**declared, **cells, **counts}
    wanted = {entry_of(code) for code in inputs}
    domains = {
        code: absent_field(found) if found is not None else ANYTHING
        for code, found in ((code, known.get(code)) for code in wanted)
    }
    return {code: domains[entry_of(code)] for code in inputs}


def _columns_of(record: Record, bits: Mapping[str, int]) -> Mapping[str, int]:
    columns: dict[str, int] = {}
    for code, bit in bits.items():
        if cut_code(code)[1]:
            columns[entry_of(code)] = columns.get(entry_of(code), 0) | bit
    for code in record.linked.schema.cells:
        if list_of(code) in bits:
            columns[code] = bits[list_of(code)]
    return columns


def _reach_in_rows(entry: Entry, situation: Situation) -> Mapping[str, int]:
    """Name the inputs that an entry reads in each row, and in all of them together."""
    code, over = entry.code, list_of(entry.code)
    scopes = [names_by_scope(formula.tree) for formula in formulas_of(entry)]
    own = {name for direct, _ in scopes for name in direct if list_of(name)}
    gathered = {name for _, names in scopes for name in names}
    shared = situation.bits.get(over, 0)
    for name in (set(situation.linked.reads[code]) - own) | gathered:
        shared |= situation.reach(name)
    for formula in formulas_of(entry):
        for aggregate in aggregates_of(formula.tree):
            shared |= situation.reach_of(aggregate)
    found: dict[str, int] = {}
    together, count = shared, situation.count(over)
    for name in own if count is None else ():
        together |= situation.reach(name)
    for row in range(1, (count or 0) + 1):
        mask = shared
        for name in own:
            mask |= situation.reach(code_in_row(name, row))
        together |= mask
        if mask:
            found[code_in_row(code, row)] = mask
    if together and count != 0:
        found[code] = together
    return found


Rows = tuple[Mapping[str, Value], ...]
"""The cells of rows, for a list that was not supplied."""


@dataclass(frozen=True, slots=True)
class StepWalk:
    """What steps can come to in a situation, once some inputs were `supplied` with values.

    `known` are steps that were found to be settled without them. With `tells` it matters too which
    of its sentences a decision shows, and how a declared value agrees with a computed one.
    """

    situation: Situation
    supplied: Mapping[str, Value | Rows] = field(default_factory=dict)
    known: Mapping[str, Seen] = field(default_factory=dict)
    tells: bool = False
    seen: dict[str, Seen] = field(default_factory=dict)
    kept: dict[tuple[int, int], Seen] = field(default_factory=dict)

    def see(self, steps: Iterable[Entry]) -> None:
        """Look at steps, each after what it reads."""
        for entry in steps:
            if list_of(entry.code):
                self._see_rows(entry)
            elif entry.code not in self.known:
                self.seen[entry.code] = self._settle(entry, self._see_step(entry), 0)

    def read(self, code: str) -> Seen:
        """Tell of a code: a step that was looked at, an input, or what is known already."""
        found = self.seen.get(code) or self.known.get(code) or self.situation.told.get(code)
        if found is not None:
            return found
        situation = self.situation
        if code in self.supplied:
            value = self.supplied[code]
            return Seen(exactly(Fraction(len(value)) if isinstance(value, tuple) else value))
        if code in situation.bits:
            return Seen(situation.domains[code], situation.bits[code]).settled
        parameter = situation.linked.rulebook.parameters.get(code)
        if parameter is not None and parameter.day is not None:
            day = self.read(parameter.day.code)
            return Seen(value_on(parameter, day.possible), day.inputs).settled
        fact = self._fact(code)
        # what lacks something that is no input of ours is never settled
        seen = Seen(exactly(fact), situation.elsewhere if isinstance(fact, Missing) else 0)
        if code in situation.record.report.fields and code not in situation.reached:
            situation.told[code] = seen
        return seen

    def _fact(self, code: str) -> Fact:
        over, row, name = cut_code(code)
        rows = self.supplied.get(over) if row else None
        if isinstance(rows, tuple):
            return rows[row - 1].get(name, Missing((code,)))
        return self.situation.record.facts.get(code, Missing((code,)))

    def count(self, over: str) -> int | None:
        """Count the rows of a list; None where it was not supplied."""
        rows = self.supplied.get(over)
        return len(rows) if isinstance(rows, tuple) else self.situation.count(over)

    def parts_of(self, code: str) -> list[str]:
        """List the steps that a code stands for: of an entry of rows those of each row too."""
        count = self.count(list_of(code)) if list_of(code) else None
        if count is None or "[" in code:
            return [code]
        rows = [code_in_row(code, row) for row in range(1, count + 1)]
        is_check = isinstance(self.situation.linked.rulebook.entries.get(code), Check)
        return [*rows, code] if is_check else rows

    # -- Entries -----------------------------------------------------------------------------------

    def _see_rows(self, entry: Entry) -> None:
        """Look at an entry in each row; a check is then joined from what it is in them."""
        count = self.count(list_of(entry.code))
        if count is None:
            kind = "boolean" if isinstance(entry, Check) else ""
            unknown = self.situation.reached.get(entry.code, 0)
            seen = Seen(anything_of(kind, ALL_GAPS), unknown)
            is_check = isinstance(entry, Check)
            self.seen[entry.code] = _named(seen, "passed", "failed") if is_check else seen
            return
        is_new = list_of(entry.code) in self.supplied
        codes = [code_in_row(entry.code, row) for row in range(1, count + 1)]
        for row, code in enumerate(codes, start=1):
            if code not in self.known and (is_new or code in self.situation.reached):
                self.seen[code] = self._settle(entry, self._see_step(entry, row), row)
        if isinstance(entry, Check) and entry.code not in self.known:
            passed = [_as_truth(self.read(code), "passed") for code in codes]
            joined = gather(FUNCTIONS["all"], [], passed, LEFT_OUT)
            self.seen[entry.code] = _named(joined, "passed", "failed").settled

    def _settle(self, entry: Entry, seen: Seen, row: int) -> Seen:
        """Drop the inputs of what is settled, unless something else that is told hangs on them."""
        if self.tells and (_has_two_sentences(entry) or self._is_compared(entry, seen, row)):
            return seen
        return seen.settled

    def _is_compared(self, entry: Entry, seen: Seen, row: int) -> bool:
        """Tell whether a declared value may agree with what a rule comes to before its rounding."""
        if not isinstance(entry, Rule) or entry.rounding is None:
            return False
        report, (over, _, name) = self.situation.record.report, entry.code.partition(".")
        # rows that are only supposed declare nothing
        rows = report.lists.get(over, ())
        in_row = rows[row - 1].get(name) if 0 < row <= len(rows) else None
        declared = in_row if row else report.fields.get(entry.code)
        return declared is not None and not seen.possible.is_surely(declared.value)

    def _see_step(self, entry: Entry, row: int = 0) -> Seen:
        reached = self.situation.reached
        unknown = reached.get(code_in_row(entry.code, row), reached.get(entry.code, 0))
        walk = ExpressionWalk(self._sources(), unknown, self.kept, row)
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

    def _sources(self) -> Sources:
        situation = self.situation
        linked = situation.linked
        return Sources(
            self.read, self.count, situation.reach_of, situation.groups, linked.lookups,
            situation.answers, leaves_out=self.leaves_out,
        )  # fmt: skip

    @property
    def leaves_out(self) -> bool:
        """Tell whether members of groups that do not apply are left out."""
        return self.situation.linked.rulebook.language >= LEAVES_OUT_SINCE


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
    skipped = Seen(Possible(frozenset(), LEFT_OUT if walk.row else NOT_APPLICABLE))
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
