"""Print one rule: its condition, its formula, its rounding, and how a declared value agrees."""

from fractions import Fraction

from ruletrail.analysis.ir import NO_NON_VALUES, Node, TypedField, TypedStep
from ruletrail.compiled.scalar_codegen.code_buffer import Held
from ruletrail.compiled.scalar_codegen.expressions import Expressions, put_rounding
from ruletrail.compiled.scalar_codegen.functions import Chunk, print_clause, put_flags
from ruletrail.compiled.slots import ClauseSlots, StepSlots
from ruletrail.fast_dataclasses import replace
from ruletrail.rulebooks import Rule
from ruletrail.values import NotApplicable

_NO_VALUE = Held("none", "None")


class RulePrinter:
    """Prints one rule: its condition, its formula, its rounding, and how a declared value agrees."""

    def __init__(self, chunk: Chunk, step: TypedStep, rule: Rule) -> None:
        """Take the function that the rule is printed into."""
        if step.fact is None:
            raise TypeError("a rule has a fact")
        self.chunk, self.page, self.step, self.rule, self.form = (
            chunk,
            chunk.page,
            step,
            rule,
            step.fact,
        )
        self.writer = Expressions(chunk.page, chunk.lookup)
        self.unrounded = _NO_VALUE

    def write(self) -> StepSlots:
        """Print the rule."""
        clauses: tuple[ClauseSlots | None, ...]
        if self.rule.when is None:
            fact, formula = self._formula()
            clauses = (formula,)
        else:
            when, when_slots = print_clause(self.chunk, self.step.clauses[0])
            fact, formula = self._conditional(when)
            clauses = (when_slots, formula)
        self.chunk.known[self.rule.code] = fact
        put_flags(self.chunk, fact, frozenset(self.form.non_values))
        agreement = self._declared(fact)
        return StepSlots(
            self.rule, self.chunk.number, self.chunk.slot(fact), clauses, (), agreement
        )

    def _formula(self) -> tuple[Held, ClauseSlots | None]:
        held, slots = print_clause(self.chunk, self.step.clauses[-1])
        if isinstance(self.step.clauses[-1], Node) and self.step.clauses[-1].op == "constant":
            literal, held = held, self.writer.fresh(self.step.clauses[-1])
            self.writer.put_move(held, literal)
        self.unrounded = held
        if held.kind != "number":
            return held, slots
        if self.rule.rounding is not None:
            to = self.writer.fresh(self._inner_form())
            with self.writer.guarded(to, [held]):
                put_rounding(
                    self.writer, to, held, self.rule.rounding.decimals, self.rule.rounding.mode
                )
                self.writer.put_watched(to, self.form, self.rule.code)
            return to, slots
        if held.scale is None and held.value in self.page.made:
            with self.page.block(f"if {held.gap} is None:" if held.gap else "if True:"):
                self.page.put(
                    f"{held.value}, {held.bottom} = reduce_pair({held.value}, {held.bottom})"
                )
        return held, slots

    def _inner_form(self) -> Node:
        """Give the fact's form without the gaps of the rule's own condition, inside which the formula stands."""
        clause = self.step.clauses[-1]
        if self.rule.when is None or not isinstance(clause, Node):
            return self.form
        return replace(
            self.form,
            non_values=clause.non_values
            | (self.form.non_values & {"error"} if self.form.watched else NO_NON_VALUES),
        )

    def _conditional(self, when: Held) -> tuple[Held, ClauseSlots | None]:
        to, page = self.writer.fresh(self.form), self.page
        before = len(page.made)
        with page.block(f"if {when.value} is True:" if when.gap else f"if {when.value}:"):
            page.positive = self._positive()
            held, slots = self._formula()
            page.positive = set()
            self.writer.put_move(to, held)
        made = page.made[before:]
        with page.block(f"elif {when.value} is False:" if when.gap else "else:"):
            self.writer.put_gap(to, page.constant(NotApplicable(self.rule.code)))
            self.writer.unset(made)
        if when.gap:
            with page.block("else:"):
                self.writer.put_gap(to, when.gap)
                self.writer.unset(made)
        return to, slots

    def _positive(self) -> set[str]:
        """Find the variable that the rule's own condition tells to be more than 0; dividing by it is no error then."""
        when = self.step.clauses[0]
        if not isinstance(when, Node) or when.op != "gt" or when.args[0].op != "read":
            return set()
        least = when.args[1].fact
        return (
            {self.chunk.lookup(when.args[0]).value}
            if isinstance(least, Fraction) and least >= 0
            else set()
        )

    def _declared(self, fact: Held) -> int:
        """Write how the value that the report declares agrees with the fact."""
        declared = self.chunk.fields.get(self.rule.code)
        if declared is None:
            return -1
        at, field_form = declared
        page, stated, agreement = self.page, self.page.name("q"), self.page.name("a")
        self.chunk.loads[at] = stated
        with page.block(f"if {stated} is None:"):
            page.put(f"{agreement} = None")
        if fact.gap:
            is_zero = f"{stated} == 0" if field_form.kind == "number" else "False"
            with page.block(f"elif {fact.gap} is not None:"):
                page.put(f"{agreement} = compare_gap({fact.gap}, is_zero={is_zero})")
                page.put(f'if {agreement} == "differs": bad = True')
        if fact.kind != "none":
            with page.block(f"elif {self._equals(fact, stated, field_form)}:"):
                page.put(f'{agreement} = "equal"')
            with page.block("else:"):
                self._put_agreement(fact, stated, agreement, at, field_form)
                page.put(f'if {agreement} == "differs": bad = True')
        return self.chunk.place(agreement)

    def _equals(self, fact: Held, stated: str, field_form: TypedField) -> str:
        if field_form.kind != "number" or fact.kind != "number":
            return f"{stated} == {fact.value}"
        declared = Held("number", stated, field_form.scale)
        if fact.scale is None:
            return f"{stated} * {fact.bottom} == {fact.value} * {declared.denominator}"
        shared = max(field_form.scale, fact.scale)
        return f"{declared.at(shared)} == {fact.at(shared)}"

    def _put_agreement(
        self, fact: Held, stated: str, agreement: str, at: int, field_form: TypedField
    ) -> None:
        if fact.kind != "number":
            self.page.put(f'{agreement} = "differs"')
            return
        exact = self.unrounded
        numbers = f"{stated}, {10**field_form.scale}, {exact.value}, {exact.denominator}"
        self.page.put(f"{agreement} = compare_number(D[{at}], {numbers})")
