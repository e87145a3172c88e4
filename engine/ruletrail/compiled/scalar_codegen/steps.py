"""Printing steps: rules, decisions, sections, checks and messages.

Each step leaves its fact and what explains it in variables; `bad` and `open` gather the status.
"""

from collections.abc import Sequence
from fractions import Fraction

from ruletrail.analysis.inference import formula_node
from ruletrail.analysis.ir import NO_NON_VALUES, Node, NonValueKinds, TypedStep
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.compiled.scalar_codegen.code_buffer import (
    CodeBuffer,
    Location,
    all_none,
    list_non_values,
)
from ruletrail.compiled.scalar_codegen.exceptions import print_exceptions
from ruletrail.compiled.scalar_codegen.expressions import put_rounding
from ruletrail.compiled.scalar_codegen.functions import (
    EmittedFunction,
    print_clause,
    put_flags,
    put_outcome,
    text_location,
)
from ruletrail.compiled.slots import ClauseSlots, Slot, StepSlots
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import list_of
from ruletrail.linking import split_rule
from ruletrail.rulebooks import Check, Decision, Message, Rule, Section
from ruletrail.values import NotEncoded

_LONGEST_CHAIN = 50
_NO_VALUE = Location("none", "None")
_Clauses = tuple[ClauseSlots | None, ...]


def print_step(function: EmittedFunction, step: TypedStep) -> StepSlots:
    """Print one step; returns where its values are."""
    match step.entry:
        case Rule() as rule:
            return _RulePrinter(function, step, rule).print()
        case Decision() as decision:
            return _print_decision(function, step, decision)
        case Section() as section:
            return _print_section(function, step, section)
        case Check() as check:
            return _print_check(function, step, check)
        case Message() as message:
            return _print_message(function, step, message)


def _non_values_of(step: TypedStep) -> NonValueKinds:
    return step.fact.non_values if step.fact is not None else NO_NON_VALUES


# -- Rules -----------------------------------------------------------------------------------------


class _RulePrinter:
    """Prints one rule: its condition, its formula, its rounding, how a declared value agrees."""

    def __init__(self, function: EmittedFunction, step: TypedStep, rule: Rule) -> None:
        if step.fact is None:
            raise TypeError("a rule has a fact")
        self.function, self.buffer, self.step, self.rule = function, function.buffer, step, rule
        self.fact = step.fact
        self.unrounded = _NO_VALUE

    def print(self) -> StepSlots:
        function = self.function
        clauses: _Clauses
        if self.rule.when is None:
            fact, clauses = self._print_formula()
        else:
            when, when_slots = print_clause(function, self.step.clauses[0])
            fact, formulas = self._print_under(when)
            clauses = (when_slots, *formulas)
        function.known[self.rule.code] = fact
        put_flags(self.buffer, fact, self.fact.non_values)
        agreement = self._print_agreement(fact)
        has_more = bool(self.rule.exceptions)
        return StepSlots(
            self.rule,
            function.number,
            function.slot(fact),
            clauses,
            agreement=agreement,
            unrounded=function.slot(self.unrounded) if has_more else None,
        )

    def _print_chosen(self) -> tuple[Location, _Clauses]:
        """Print the formula, or the choice among those of the exceptions as well."""
        buffer, rule = self.buffer, self.rule
        _, clause, exceptions = split_rule(rule, self.step.clauses)
        if exceptions:
            node = formula_node(rule, self.step.clauses, traps=buffer.traps)
            if isinstance(node, NotEncoded):
                raise TypeError("what may be one of several formulas is a node")
            to = buffer.location(node)
            return to, print_exceptions(self.function, to, rule.code, clause, exceptions)
        value, slots = print_clause(self.function, clause)
        if isinstance(clause, Node) and clause.op == "constant":
            # a fact is read from the results, where a literal has no place
            literal, value = value, buffer.location(clause)
            buffer.put_copy(value, literal)
        return value, (slots,)

    def _print_formula(self) -> tuple[Location, _Clauses]:
        buffer = self.buffer
        value, slots = self._print_chosen()
        self.unrounded = value
        if value.kind != "number":
            return value, slots
        if self.rule.rounding is not None:
            to = buffer.location(self._rounded_node())
            with buffer.guarded(to, [value]):
                put_rounding(
                    buffer, to, value, self.rule.rounding.decimals, self.rule.rounding.mode
                )
                buffer.put_limit(to, self.fact, self.rule.code)
            return to, slots
        if value.scale is None and value.value in buffer.made:
            # once here, so that what reads the fact does not multiply what could have been reduced
            with buffer.block(f"if {value.non_value} is None:" if value.non_value else "if True:"):
                pair = f"{value.value}, {value.bottom}"
                buffer.put(f"{pair} = reduce_pair({pair})")
        return value, slots

    def _rounded_node(self) -> Node:
        """Return the fact's node without the non-values of the condition around the formula."""
        clause = formula_node(self.rule, self.step.clauses, traps=self.buffer.traps)
        if self.rule.when is None or not isinstance(clause, Node):
            return self.fact
        own = self.fact.non_values & {"error"} if self.fact.watched else NO_NON_VALUES
        return replace(self.fact, non_values=clause.non_values | own)

    def _print_under(self, when: Location) -> tuple[Location, _Clauses]:
        """Print the formula under the rule's condition."""
        buffer = self.buffer
        to = buffer.location(self.fact)
        before = len(buffer.made)
        is_open = bool(when.non_value)
        with buffer.block(f"if {when.value} is True:" if is_open else f"if {when.value}:"):
            buffer.positive = self._find_positive()
            value, slots = self._print_formula()
            buffer.positive = set()
            buffer.put_copy(to, value)
        made = buffer.made[before:]
        with buffer.block(f"elif {when.value} is False:" if is_open else "else:"):
            buffer.put_non_value(to, buffer.of_code("not_applicable", self.rule.code))
            buffer.put_skipped(made)
        if is_open:
            with buffer.block("else:"):
                buffer.put_non_value(to, when.non_value)
                buffer.put_skipped(made)
        return to, slots

    def _find_positive(self) -> set[str]:
        """Find the variable that the rule's condition says is more than 0: no divisor to test."""
        when = self.step.clauses[0]
        if not isinstance(when, Node) or when.op != "gt" or when.args[0].op != "read":
            return set()
        least = when.args[1].fact
        is_positive = isinstance(least, Fraction) and least >= 0
        return {self.function.lookup(when.args[0]).value} if is_positive else set()

    def _print_agreement(self, fact: Location) -> int:
        """Print how a declared value agrees; returns where that is, -1 where none is declared."""
        declared = self.function.fields.get(self.rule.code)
        if declared is None:
            return -1
        at, field = declared
        buffer, stated = self.buffer, self.function.load_declared(at)
        agreement = buffer.name("a")
        differs = f'if {agreement} == "differs": bad = True'
        with buffer.block(f"if {stated} is None:"):
            buffer.put(f"{agreement} = None")
        if fact.non_value:
            is_zero = f"{stated} == 0" if field.kind == "number" else "False"
            with buffer.block(f"elif {fact.non_value} is not None:"):
                compared = f"compare_non_value({fact.non_value}, is_zero={is_zero})"
                buffer.put(f"{agreement} = {compared}")
                buffer.put(differs)
        if fact.kind != "none":
            with buffer.block(f"elif {_equals(fact, stated, field)}:"):
                buffer.put(f'{agreement} = "equal"')
            with buffer.block("else:"):
                buffer.put(f"{agreement} = {self._compare_rounded(fact, stated, at, field)}")
                buffer.put(differs)
        return self.function.place(agreement)

    def _compare_rounded(self, fact: Location, stated: str, at: int, field: TypedField) -> str:
        if fact.kind != "number":
            return '"differs"'
        exact = self.unrounded
        numbers = f"{stated}, {10**field.scale}, {exact.value}, {exact.denominator}"
        return f"compare_number({self.function.decimals_at(at)}, {numbers})"


def _equals(fact: Location, stated: str, field: TypedField) -> str:
    if field.kind != "number" or fact.kind != "number":
        return f"{stated} == {fact.value}"
    declared = Location("number", stated, field.scale)
    if fact.scale is None:
        return f"{stated} * {fact.bottom} == {fact.value} * {declared.denominator}"
    shared = max(field.scale, fact.scale)
    return f"{declared.at(shared)} == {fact.at(shared)}"


# -- Decisions -------------------------------------------------------------------------------------


def _print_decision(function: EmittedFunction, step: TypedStep, decision: Decision) -> StepSlots:
    buffer = function.buffer
    to = text_location(buffer, _non_values_of(step))
    function.known[decision.code] = to
    if isinstance(decision.cases, NotEncoded):
        buffer.put_non_value(to, buffer.constant(decision.cases))
        buffer.put("open = True")
        return StepSlots(decision, function.number, function.slot(to), ())
    # all conditions before the choice: a trail shows every case, also those not chosen
    printed = iter([(*print_clause(function, clause), clause) for clause in step.clauses])
    others: list[Location] = []
    truths: list[Location] = []
    slots: list[Slot] = []
    clauses: list[ClauseSlots | None] = []
    for case in decision.cases:
        if case.when is None:
            truth = _print_otherwise(buffer, others, is_first=decision.policy == "first")
            slots.append(function.slot(truth))
        else:
            truth, clause_slots, clause = next(printed)
            others.append(truth)
            clauses.append(clause_slots)
            slots.append(function.slot(truth, clause if isinstance(clause, Node) else None))
        truths.append(truth)
    _print_choice(buffer, to, decision, truths)
    put_flags(buffer, to, _non_values_of(step))
    return StepSlots(decision, function.number, function.slot(to), tuple(clauses), tuple(slots))


def _print_otherwise(buffer: CodeBuffer, others: Sequence[Location], *, is_first: bool) -> Location:
    name = buffer.name()
    values = [other.value for other in others]
    if is_first:
        buffer.put(f"{name} = True")
        return Location("boolean", name)
    if not list_non_values(others):
        buffer.put(f"{name} = not ({' or '.join(values) or 'False'})")
        return Location("boolean", name)
    non_value = buffer.name("n")
    buffer.put(f"{name} = otherwise_truth(({', '.join(values)},))")
    buffer.put(f"{non_value} = None if {name}.__class__ is bool else {name}")
    return Location("boolean", name, 0, "", non_value)


def _print_choice(
    buffer: CodeBuffer, to: Location, decision: Decision, truths: Sequence[Location]
) -> None:
    """Print the choice: inline where all truths have values and one holds, else by a call."""
    cases = decision.cases if isinstance(decision.cases, tuple) else ()
    code = buffer.constant(decision.code)
    outcomes = [buffer.constant(case.outcome) for case in cases]
    values = [truth.value for truth in truths]
    tests = [f"{name} is None" for name in list_non_values(truths)]
    if decision.policy == "first":
        tests.append(" or ".join(values))
    elif len(values) <= _LONGEST_CHAIN:
        tests.append(f"{' + '.join(values)} == 1")
    else:
        # one flat call, as for long sums
        tests.append(f"sum(({', '.join(values)})) == 1")
    with buffer.block(f"if {' and '.join(f'({test})' for test in tests)}:"):
        if len(values) > _LONGEST_CHAIN:
            # every `elif` stands inside the one before it: Python compiles them by recursion
            at = f"({', '.join(values)}).index(True)"
            buffer.put(f"{to.value} = ({', '.join(outcomes)})[{at}]")
        else:
            for index, (value, outcome) in enumerate(zip(values, outcomes, strict=True)):
                buffer.put(f"{'if' if index == 0 else 'elif'} {value}: {to.value} = {outcome}")
        if to.non_value:
            buffer.put(f"{to.non_value} = None")
    with buffer.block("else:"):
        if not to.non_value:
            buffer.put("return None")
            return
        is_first = decision.policy == "first"
        listed = f"({', '.join(outcomes)},), ({', '.join(values)},)"
        buffer.put(f"{to.value} = choose_case({code}, {listed}, first={is_first})")
        if buffer.traps:
            buffer.put(f"if {to.value}.__class__ is ErrorValue: return None")
        buffer.put(f"{to.non_value} = None if {to.value}.__class__ is str else {to.value}")


# -- Sections, checks, messages --------------------------------------------------------------------


def _print_section(function: EmittedFunction, step: TypedStep, section: Section) -> StepSlots:
    buffer, non_values = function.buffer, _non_values_of(step)
    due, slots = print_clause(function, step.clauses[0])
    if section.part_of is None:
        to = put_outcome(buffer, due, ("due", "not_due"), non_values)
    else:
        parent = function.lookup(Node("read", "text", text=section.part_of))
        to = text_location(buffer, non_values)
        names = list_non_values((due, parent))
        # Kleene's `and`: one that is false decides before any non-value
        with buffer.block(f'if {due.value} is False or {parent.value} == "not_due":'):
            buffer.put_value(to, '"not_due"')
        with buffer.block(f"elif {all_none(names)}:" if names else "else:"):
            buffer.put_value(to, '"due"')
        if names:
            with buffer.block("else:"):
                buffer.put_non_value(to, f"worst_non_value(({', '.join(names)},))")
    function.known[section.code] = to
    required = frozenset(section.fields) - set(section.optional)
    # a list that is not there is empty itself, for all of its cells
    required |= {list_of(code) for code in required if list_of(code)} - {*section.optional}
    if section.not_encoded is not None:
        buffer.put(f'if {to.value} == "due": open = True')
    elif required:
        # `A` first: reports with every field skip the rest
        is_empty = f"not {buffer.constant(required)}.isdisjoint(A)"
        buffer.put(f'if A and {to.value} == "due" and {is_empty}: open = True')
    put_flags(buffer, to, non_values)
    return StepSlots(section, function.number, function.slot(to), (slots,))


def _print_check(function: EmittedFunction, step: TypedStep, check: Check) -> StepSlots:
    buffer = function.buffer
    expect, slots = print_clause(function, step.clauses[0])
    to = put_outcome(buffer, expect, ("passed", "failed"), _non_values_of(step))
    function.known[check.code] = to
    is_error = check.severity == "error"
    if is_error:
        buffer.put(f'if {to.value} == "failed": bad = True')
    put_flags(buffer, to, _non_values_of(step), leaves_open=is_error)
    return StepSlots(check, function.number, function.slot(to), (slots,))


def _print_message(function: EmittedFunction, step: TypedStep, message: Message) -> StepSlots:
    buffer, clause = function.buffer, step.clauses[0]
    when, slots = print_clause(function, clause)
    non_values: NonValueKinds = frozenset({"not_encoded"})
    if isinstance(clause, Node):
        non_values = clause.non_values
    to = put_outcome(buffer, when, ("shown", "not_shown"), non_values)
    if isinstance(message.text, NotEncoded):
        text = buffer.constant(message.text)
        buffer.put(f'if {to.value} == "shown": {to.value} = {text}')
    return StepSlots(message, function.number, function.slot(to), (slots,))
