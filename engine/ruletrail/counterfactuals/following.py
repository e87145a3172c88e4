"""Following one input through the steps between it and a target, over a stretch of its values.

Each step's fact is worked out as it depends on the input. Wherever a condition, a choice or an
error would change within the stretch, the stretch is cut (`SplitError`); what comes out at the end
is therefore one fact, which is that of every value in the stretch. The meaning is that of
`evaluations`, whose own functions choose among cases; what is not known here is `unsettled`.
"""

from collections.abc import Callable, Mapping, Sequence
from fractions import Fraction
from functools import partial
from typing import cast

from ruletrail.counterfactuals.cones import ChangedRows, Cone, is_left_out, passed_in_row
from ruletrail.counterfactuals.curves import Fixed
from ruletrail.counterfactuals.gathering import (
    KnownArguments,
    is_far_from_limit,
    know_arguments,
    reads_of,
)
from ruletrail.counterfactuals.lookups import look_up, value_on
from ruletrail.counterfactuals.primitives import Form, Forms
from ruletrail.counterfactuals.stretches import Allowance, SplitError, Stretch, UnsettledError
from ruletrail.evaluations.evaluating import choose_exclusive, choose_first
from ruletrail.evaluations.exceptions import choose_formula
from ruletrail.formulas import (
    Call,
    Constant,
    Expression,
    Formula,
    Name,
    kleene,
    list_of,
)
from ruletrail.formulas.lookups import day_of
from ruletrail.formulas.operations import (
    LOOKUP,
    Asks,
    Chooses,
    Fault,
    Kleene,
    Replaces,
    Strict,
)
from ruletrail.rulebooks import Check, Clause, Decision, Entry, Rule, Section
from ruletrail.trails import CaseConclusion, code_in_row
from ruletrail.values import (
    ErrorValue,
    Fact,
    Missing,
    NotApplicable,
    NotEncoded,
    Value,
    is_non_value,
    is_too_large,
    worst,
)

_KINDS: Mapping[str, type] = {"missing": Missing, "not_applicable": NotApplicable}
_COST_OF_CURVES = 6
"""What an operand of an operation on varying numbers costs more than one among facts."""

_BASIC = {"code", "mark", "label", "basis"}
KNOWN_KEYS: Mapping[type, frozenset[str]] = {
    Rule: frozenset(_BASIC | {
        "when", "formula", "unit", "rounding", "display", "exceptions", "heading",
    }),
    Decision: frozenset(_BASIC | {"policy", "cases"}),
    Section: frozenset(_BASIC | {
        "due", "part_of", "part_of_mark", "fields", "field_marks", "optional", "not_encoded",
        "when_due", "when_not_due",
    }),
    Check: frozenset(_BASIC | {"expect", "severity", "message"}),
}  # fmt: skip
"""What is known here of each kind of entry. One that says more is not followed."""


def is_known(entry: Entry) -> bool:
    """Tell whether all that an entry says is known here, so that it can be followed."""
    keys = KNOWN_KEYS.get(type(entry))
    if keys is None:
        return False
    return not any(getattr(entry, key) for key in set(type(entry).__slots__) - keys)


def follow(
    cone: Cone,
    varied: Mapping[str, Form],
    stretch: Stretch,
    allowance: Allowance,
    *,
    rounds: bool = True,
    sets_aside: bool = True,
) -> Fact:
    """Return the fact of the cone's last step, the same for all of the stretch.

    Without `rounds` nothing is rounded. Without `sets_aside` the stretch is also cut where a
    condition changes that another one decides.

    Raises `SplitError` where it is not the same, `UnsettledError` where that cannot be told.
    """
    reader = _Reader(cone, varied, stretch, allowance, rounds=rounds, sets_aside=sets_aside)
    for entry in cone.steps:
        if not is_known(entry):
            raise UnsettledError("entry")
        reader.take(entry)
    return _fact(reader.read(cone.steps[-1].code))


def _giving(fact: Fact) -> Callable[[], Fact]:
    return lambda: fact


def _holding(form: Form) -> Callable[[], Form]:
    return lambda: form


def _fact_of(ask: Callable[[], Form | None]) -> Fact | None:
    form = ask()
    return None if form is None else _fact(form)


def _fact(form: Form) -> Fact:
    """Return what a condition or an outcome is."""
    if isinstance(form, Fixed):
        return form.fact
    raise UnsettledError("formula")


class _Reader:
    """Draws the conclusions of entries over one stretch."""

    def __init__(
        self,
        cone: Cone,
        varied: Mapping[str, Form],
        stretch: Stretch,
        allowance: Allowance,
        *,
        rounds: bool,
        sets_aside: bool,
    ) -> None:
        self.cone, self.stretch = cone, stretch
        self.allowance, self.rounds, self.sets_aside = allowance, rounds, sets_aside
        self.text, self.row = "", 0
        self.forms: dict[str, Form] = dict(varied)
        self.changed = ChangedRows(cone, varied)
        self.of_rows: dict[int, Form] = {}
        """What was gathered from rows, once for all of them, by the place of its call."""

    def read(self, code: str) -> Form:
        form, dated = self.forms.get(code), self.cone.dated.get(code)
        if form is None and dated is not None and dated.day is not None:
            return value_on(dated, self.read(dated.day.code), self.stretch)
        return form if form is not None else Fixed(self.cone.facts.get(code, Missing((code,))))

    # -- Entries -----------------------------------------------------------------------------------

    def take(self, entry: Entry) -> None:
        """Follow an entry, or each of its rows that anything has changed for."""
        over = list_of(entry.code)
        reached = self.changed.take(entry) if over else ()
        if over and isinstance(entry, Rule):
            for row in reached:
                self.forms[code_in_row(entry.code, row)] = self._in_row(row, entry)
        elif isinstance(entry, Check) and over in self.cone.rows:
            asked = [partial(self._passed_in, entry, row) for row in reached]
            others = self.cone.rows_of(entry).beside(reached)
            passed = self._join([*asked, *map(_giving, others)], decides=False)
            self.forms[entry.code] = Fixed(_outcome(passed, "passed", "failed"))
        elif not over:
            self.forms[entry.code] = self.conclude(entry)

    def _in_row(self, row: int, entry: Entry) -> Form:
        self.row = row
        try:
            return self.conclude(entry)
        finally:
            self.row = 0

    def _passed_in(self, check: Check, row: int) -> Fact | None:
        return passed_in_row(check, row, _fact(self._in_row(row, check)))

    def conclude(self, entry: Entry) -> Form:
        self.allowance.spend(1)
        match entry:
            case Rule():
                return self._rule(entry)
            case Decision():
                return Fixed(self._decision(entry))
            case Section():
                return Fixed(self._section(entry))
            case Check():
                return Fixed(_outcome(self._truth(entry.expect), "passed", "failed"))
        raise UnsettledError("entry")

    def _judge(self, clause: Clause) -> Form:
        if not isinstance(clause.content, Formula):
            return Fixed(clause.content)
        self.text = clause.content.text
        return self.follow(clause.content.tree)

    def _truth(self, clause: Clause) -> Fact:
        return _fact(self._judge(clause))

    def _rule(self, rule: Rule) -> Form:
        code = code_in_row(rule.code, self.row)
        when = self._truth(rule.when) if rule.when is not None else True
        if when is not True:
            return Fixed(NotApplicable(code) if when is False else when)
        form = self._formula(rule)
        is_fixed = isinstance(form, Fixed) and not isinstance(form.fact, Fraction)
        if rule.rounding is None or is_fixed:
            return form
        forms = Forms(self.stretch, code, self.rounds)
        return forms("round", form, decimals=rule.rounding.decimals, mode=rule.rounding.mode)

    def _formula(self, rule: Rule) -> Form:
        """Follow the formula, or the one that the exceptions choose."""
        code = code_in_row(rule.code, self.row)
        chosen = choose_formula(code, [self._truth(each.when) for each in rule.exceptions])
        if not isinstance(chosen, int):
            return Fixed(chosen)
        return self._judge([*(each.formula for each in rule.exceptions), rule.formula][chosen])

    def _decision(self, decision: Decision) -> Fact:
        if isinstance(decision.cases, NotEncoded):
            return decision.cases
        truths = [
            (case, self._truth(case.when) if case.when is not None else None)
            for case in decision.cases
        ]
        others = [truth for _, truth in truths if truth is not None]
        otherwise: Fact = True
        if decision.policy == "exclusive":
            any_other = kleene(others, decides=True)
            otherwise = any_other if is_non_value(any_other) else any_other is False
        cases = tuple(
            CaseConclusion(case, otherwise if truth is None else truth, None)
            for case, truth in truths
        )
        choose = choose_first if decision.policy == "first" else choose_exclusive
        return choose(decision.code, cases)

    def _section(self, section: Section) -> Fact:
        asked: list[Callable[[], Fact]] = [lambda: self._truth(section.due)]
        if section.part_of is not None:
            parent = _fact(self.read(section.part_of))
            within: Fact = parent if is_non_value(parent) else parent == "due"
            asked.insert(0, lambda: within)
        return _outcome(self._join(asked, decides=False), "due", "not_due")

    # -- Expressions -------------------------------------------------------------------------------

    def follow(self, expression: Expression) -> Form:
        match expression:
            case Constant(value=value):
                return Fixed(value)
            case Name(code=code):
                return self.read(code_in_row(code, self.row) if list_of(code) else code)
            case Call():
                self.allowance.spend(1)
                return self._call(expression)
        raise UnsettledError("formula")

    def _call(self, call: Call) -> Form:
        if call.over:
            return self._over_rows(call)
        if self.cone.leaves_out and call.operation.takes_groups:
            return self._gather(call)
        match call.operation.non_values:
            case Chooses():
                body, test, other = call.operands
                truth = _fact(self.follow(test))
                if is_non_value(truth):
                    return Fixed(truth)
                return self.follow(body if truth else other)
            case Kleene(decides):
                asked = [self._asking(each) for each in self._written_out(call)]
                return Fixed(self._join(asked, decides=decides))
            case Replaces(kind):
                first, second = call.operands
                form = self.follow(first)
                is_replaced = isinstance(form, Fixed) and isinstance(form.fact, _KINDS[kind])
                return self.follow(second) if is_replaced else form
            case Asks(kind, answer):
                return self._ask(self.follow(call.operands[0]), kind, answer=answer)
            case Strict():
                operands = [self.follow(each) for each in self._written_out(call)]
                return self._apply(call, operands)
        raise UnsettledError("formula")

    def _written_out(self, call: Call) -> list[Expression]:
        """List the operands, with the members of groups in the place of these."""
        if not call.operation.takes_groups:
            return list(call.operands)
        found: list[Expression] = []
        for each in call.operands:
            members = self.cone.members.get(each.code) if isinstance(each, Name) else None
            found += [each] if members is None else [Name(code, each.span) for code in members]
        return found

    def _gather(self, call: Call) -> Form:
        """Follow a function of groups; members that do not apply are left out."""
        groups: list[str] = []
        asked: list[Callable[[], Form | None]] = []
        for each in call.operands:
            members = self.cone.members.get(each.code) if isinstance(each, Name) else None
            if members is None:
                asked.append(partial(self.follow, each))
            else:
                groups.append(cast("Name", each).code)
                asked += [partial(self._read_member, code) for code in members]
        return self._join_all(call, asked, groups)

    def _read_member(self, code: str) -> Form | None:
        """Read a member of a group; None where it does not apply."""
        form = self.read(code)
        is_out = isinstance(form, Fixed) and isinstance(form.fact, NotApplicable)
        return None if is_out else form

    def _over_rows(self, call: Call) -> Form:
        """Follow what gathers rows, once for all of them."""
        found = self.of_rows.get(id(call))
        if found is None:
            found = self.of_rows[id(call)] = self._gather_rows(call)
        return found

    def _gather_rows(self, call: Call) -> Form:
        """Follow a function of all rows; those in which a rule of the row does not apply are out.

        A list that was not supplied is missing.
        """
        over, (argument,) = call.over, call.operands
        if over not in self.cone.rows:
            absent: Form = Fixed(Missing((over,)))
            return self._join_all(call, [lambda: absent], [over])
        found = self._gather_changed(call, argument, over)
        if found is not None:
            return found
        rows = range(1, self.cone.rows[over] + 1)
        asked = [partial(self._argument, argument, over, row) for row in rows]
        return self._join_all(call, asked, [over])

    def _gather_changed(self, call: Call, argument: Expression, over: str) -> Form | None:
        """Follow the rows that anything has changed for, and take the others as they were.

        None where all rows may have changed, or the others are not known well enough.
        """
        kept = self.cone.gathered
        reads = (
            kept[id(call)][0]
            if id(call) in kept
            else reads_of(argument, over, self.cone.members, self.cone.lookups)
        )
        rows = self.changed.of(reads.own)
        is_shared = any(map(self._is_changed, reads.shared)) or self.changed.of(reads.shared)
        if is_shared or not self.rounds or 2 * len(rows) > self.cone.rows[over]:
            return None
        if id(call) not in kept:
            kept[id(call)] = reads, self._know_arguments(call, argument, over)
        known = kept[id(call)][1]
        if known is None:
            return None
        changed = [partial(self._argument, argument, over, row) for row in rows]
        others = [_holding(Fixed(value)) for value in known.beside(rows)]
        form = self._join_all(call, [*changed, *others], [over])
        return form if not isinstance(form, Fixed) or is_far_from_limit(form.fact) else None

    def _is_changed(self, code: str) -> bool:
        """Tell whether a code of no row, or the day that a parameter rests on, is followed."""
        dated = self.cone.dated.get(code)
        days = [dated.day.code] if dated is not None and dated.day is not None else []
        return any(each in self.forms for each in (code, *days))

    def _know_arguments(self, call: Call, argument: Expression, over: str) -> KnownArguments | None:
        """Work out what an argument comes to in each row of the report."""
        reader = _Reader(
            self.cone, {}, self.stretch, self.allowance, rounds=True, sets_aside=self.sets_aside
        )
        reader.text = self.text
        rows = range(1, self.cone.rows[over] + 1)
        try:
            facts = [_fact_of(partial(reader._argument, argument, over, row)) for row in rows]
        except UnsettledError as error:
            if error.reason == "limit":
                raise
            return None
        return know_arguments(call, facts)

    def _argument(self, argument: Expression, over: str, row: int) -> Form | None:
        before, self.row = self.row, row
        try:
            form = self.follow(argument)
        finally:
            self.row = before
        is_out = isinstance(form, Fixed) and is_left_out(form.fact, over, row)
        return None if is_out else form

    def _join_all(
        self, call: Call, asked: Sequence[Callable[[], Form | None]], names: Sequence[str]
    ) -> Form:
        """Apply a function to what is not left out, which is None; `names` are of the gathered."""
        operation = call.operation
        if isinstance(operation.non_values, Kleene):
            truths = [partial(_fact_of, each) for each in asked]
            return Fixed(self._join(truths, decides=operation.non_values.decides))
        left = [form for each in asked if (form := each()) is not None]
        if left:
            return self._apply(call, left)
        return Fixed(NotApplicable(min(names)) if operation.of_none is None else operation.of_none)

    def _asking(self, expression: Expression) -> Callable[[], Fact]:
        return lambda: _fact(self.follow(expression))

    def _join(self, asked: Sequence[Callable[[], Fact | None]], *, decides: bool) -> Fact:
        """Join conditions as Kleene does; one that decides sets aside those that would be cut.

        What is None is left out. Truths that are set aside vary over the stretch, or are not known,
        and it does not matter which they are.
        """
        facts: list[Fact] = []
        cut: SplitError | UnsettledError | None = None
        for ask in asked:
            try:
                fact = ask()
            except (SplitError, UnsettledError) as error:
                # a cut leads on; what is not known does not
                cut = error if cut is None or isinstance(error, SplitError) else cut
                continue
            if fact is decides and self.sets_aside:
                return decides
            facts += [] if fact is None else [fact]
        if cut is not None:
            raise cut
        return kleene(facts, decides=decides)

    def _ask(self, form: Form, kind: str, *, answer: bool) -> Form:
        if not isinstance(form, Fixed):
            return Fixed(not answer)
        if isinstance(form.fact, ErrorValue):
            return form
        return Fixed(isinstance(form.fact, _KINDS[kind]) is answer)

    def _apply(self, call: Call, operands: list[Form]) -> Form:
        start, end = call.span
        text = self.text[start:end]
        facts = [each.fact for each in operands if isinstance(each, Fixed)]
        self.allowance.spend(len(operands))
        if call.operation is LOOKUP:
            lookup = self.cone.lookups[call.code]
            operands = [*operands, *(self.read(day) for day in day_of(lookup))]
            non_value = worst([each.fact for each in operands if isinstance(each, Fixed)])
            if non_value is not None:
                return Fixed(non_value)
            return look_up(lookup, operands, self.stretch, text, self.allowance)
        if len(facts) == len(operands) and (self.rounds or not call.operation.takes_decimals):
            return Fixed(_compute(call, facts, text))
        self.allowance.spend(_COST_OF_CURVES * len(operands))
        form: Form = call.operation.lower(Forms(self.stretch, text, self.rounds), operands)
        return form


def _compute(call: Call, facts: Sequence[Fact], text: str) -> Fact:
    non_value = worst(facts)
    if non_value is not None:
        return non_value
    if call.operation.exact is None:
        raise UnsettledError("formula")
    value = call.operation.exact(cast("Sequence[Value]", facts))
    if isinstance(value, Fault):
        return ErrorValue(value.cause, text)
    if isinstance(value, Fraction) and is_too_large(value):
        return ErrorValue("limit", text)
    return value


def _outcome(truth: Fact, when_true: str, when_false: str) -> Fact:
    return truth if is_non_value(truth) else when_true if truth is True else when_false


__all__ = ["follow", "is_known"]
