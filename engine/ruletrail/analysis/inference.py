"""Building the intermediate representation: every expression as primitives, from the schema up.

Linear in the size of the rulebook; the only recursion is into one formula, whose depth is at most
30. Which primitives an operation is made of stands in the table of operations.
"""

from collections.abc import Callable, Mapping

from ruletrail.analysis.bounds import constant_node, primitive_node, size_of_field
from ruletrail.analysis.field_domains import read_fields
from ruletrail.analysis.ir import (
    NO_NON_VALUES,
    Node,
    NonValueKinds,
    TypedField,
    TypedRulebook,
    TypedStep,
)
from ruletrail.analysis.lookup_bounds import lookup_node
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Call, Constant, Expression, Formula, Name
from ruletrail.formulas.lookups import Lookup
from ruletrail.formulas.operations import LOOKUP, Primitive
from ruletrail.linking import LinkedRulebook, clauses_of
from ruletrail.rulebooks import Check, Decision, Entry, Message, Rule, Section
from ruletrail.values import MOST_DECIMALS, NotEncoded, RoundingMode

_ERROR: NonValueKinds = frozenset({"error"})


def infer_rulebook(
    linked: LinkedRulebook,
    assumed: frozenset[str] | None = None,
    most_decimals: int = MOST_DECIMALS,
    *,
    traps: bool = False,
) -> TypedRulebook:
    """Type a rulebook; `assumed` fields are taken to be present.

    By default those are the required ones and all numbers. `most_decimals` caps the scales of the
    fields that are read below what the schema admits, for reports that have no more; a field that a
    rule computes is only compared, at its full scale. With `traps` errors are left out.
    """
    declared, computed = read_fields(linked.schema), linked.rulebook.entries
    fields = {
        code: field if code in computed else replace(field, scale=min(field.scale, most_decimals))
        for code, field in declared.items()
    }
    if assumed is None:
        assumed = present_by_default(fields)
    facts = {code: field_node(field, present=code in assumed) for code, field in fields.items()}
    for code, parameter in linked.rulebook.parameters.items():
        facts[code] = constant_node(parameter.value, code)
    groups = {code: group.members for code, group in linked.rulebook.groups.items()}
    steps: list[TypedStep] = []
    for entry in linked.steps:
        step = _infer_step(entry, facts, groups, linked.lookups, traps=traps)
        steps.append(step)
        if step.fact is not None:
            facts[entry.code] = step.fact
    return TypedRulebook(linked, fields, tuple(steps), assumed, traps)


def present_by_default(fields: Mapping[str, TypedField]) -> frozenset[str]:
    """Name the fields that most reports have: the required ones and all numbers."""
    return frozenset(
        code for code, field in fields.items() if field.required or field.kind == "number"
    )


def field_node(field: TypedField, *, present: bool) -> Node:
    """Make the node that reads a field."""
    non_values: NonValueKinds = NO_NON_VALUES if present else frozenset({"missing"})
    size = size_of_field(field.scale) if field.kind == "number" else None
    code = field.code
    return Node("read", field.kind, (), size, field.range, non_values, text=code, key=code)


# -- Steps -----------------------------------------------------------------------------------------


def _infer_step(
    entry: Entry,
    facts: Mapping[str, Node],
    groups: Mapping[str, tuple[str, ...]],
    lookups: Mapping[str, Lookup],
    *,
    traps: bool,
) -> TypedStep:
    inference = Inference(facts.__getitem__, groups, traps=traps, lookups=lookups)
    clauses = tuple(
        inference.formula(clause.content) if isinstance(clause.content, Formula) else clause.content
        for clause in clauses_of(entry)
    )
    non_values = NO_NON_VALUES.union(*map(_non_values, clauses))
    match entry:
        case Rule():
            fact = _rule_fact(entry, clauses, non_values)
            return TypedStep(entry, clauses, _without_errors(fact) if traps else fact)
        case Decision(cases=NotEncoded()):
            non_values |= {"not_encoded"}
        case Decision():
            non_values |= NO_NON_VALUES if traps else _ERROR
        case Section(part_of=str() as parent):
            non_values |= facts[parent].non_values
        case Section() | Check():
            pass
        case Message():
            return TypedStep(entry, clauses, None)
    return TypedStep(entry, clauses, _read("text", entry.code, non_values))


def _read(kind: str, code: str, non_values: NonValueKinds) -> Node:
    return Node("read", kind, non_values=non_values, text=code, key=code)  # type: ignore[arg-type]


def _non_values(clause: Node | NotEncoded) -> NonValueKinds:
    return clause.non_values if isinstance(clause, Node) else frozenset({"not_encoded"})


def _rule_fact(
    rule: Rule, clauses: tuple[Node | NotEncoded, ...], non_values: NonValueKinds
) -> Node:
    """Make the node that others read of a rule: its formula's, rounded, under its condition."""
    formula = clauses[-1]
    if rule.when is not None:
        non_values |= {"not_applicable"}
    if isinstance(formula, NotEncoded):
        return _read("none", rule.code, non_values)
    fact = replace(formula, non_values=non_values)
    if rule.rounding is not None and formula.kind == "number":
        fact = primitive_node("round", (fact,), rule.rounding.decimals, rule.rounding.mode)
    return replace(fact, op="read", args=(), text=rule.code, key=rule.code, part=-1, fact=None)


def _without_errors(node: Node) -> Node:
    return (
        replace(node, non_values=node.non_values - _ERROR) if "error" in node.non_values else node
    )


# -- Expressions -----------------------------------------------------------------------------------


class Inference:
    """Types expressions; `lookup` answers for codes, `refine` may narrow a node."""

    def __init__(
        self,
        lookup: Callable[[str], Node],
        groups: Mapping[str, tuple[str, ...]],
        refine: Callable[[Expression, Node], Node] | None = None,
        *,
        traps: bool = False,
        sized: bool = True,
        lookups: Mapping[str, Lookup] | None = None,
    ) -> None:
        """Take what is known of codes and groups; with `traps` errors are left out."""
        self.lookup, self.groups, self.refine = lookup, groups, refine
        self.lookups = lookups if lookups is not None else {}
        self.traps, self.sized = traps, sized
        self.text = ""

    def formula(self, formula: Formula) -> Node:
        """Type a whole formula."""
        self.text = formula.text
        return self.node(formula.tree)

    def node(self, expression: Expression) -> Node:
        """Type an expression and its operands."""
        match expression:
            case Constant(value=value, span=(start, end)):
                return constant_node(value, self.text[start:end])
            case Name(code=code):
                node = self.lookup(code)
            case Call():
                node = self._call(expression)
        return node if self.refine is None else self.refine(expression, node)

    def _call(self, call: Call) -> Node:
        operands = [node for operand in call.operands for node in self._operand(call, operand)]
        start, end = call.span
        text = self.text[start:end]
        if call.operation is LOOKUP:
            return self._look_up(call, operands, text)
        made = 0

        def build(
            primitive: Primitive,
            *args: Node,
            decimals: int = 0,
            mode: RoundingMode = "half_up",
        ) -> Node:
            nonlocal made
            made += 1
            # an inner primitive has no part of its own; its key must be no expression's text
            key = f"{text} ({made})"
            node = primitive_node(
                primitive, args, decimals, mode, text=text, key=key, sized=self.sized
            )
            return _without_errors(node) if self.traps else node

        node: Node = call.operation.lower(build, operands)
        return replace(node, part=call.part, key=text)

    def _look_up(self, call: Call, operands: list[Node], text: str) -> Node:
        node = lookup_node(
            self.lookups.get(call.code), tuple(operands), text=text, sized=self.sized
        )
        return replace(_without_errors(node) if self.traps else node, part=call.part, key=text)

    def _operand(self, call: Call, operand: Expression) -> list[Node]:
        """Type an operand; a group stands for its members."""
        if call.operation.takes_groups and isinstance(operand, Name):
            members = self.groups.get(operand.code)
            if members is not None:
                return [self.lookup(member) for member in members]
        return [self.node(operand)]
