"""Building the intermediate representation: every expression as primitives, from the schema up.

Linear in the size of the rulebook; the only recursion is into one formula, whose depth is at most
30. Which primitives an operation is made of stands in the table of operations.
"""

from collections.abc import Callable, Container, Iterator, Mapping, Sequence

from ruletrail.analysis.bounds import (
    constant_node,
    gathered_node,
    primitive_node,
    size_of_field,
)
from ruletrail.analysis.field_domains import read_fields, read_lists
from ruletrail.analysis.ir import NO_NON_VALUES, Node, NonValueKinds, TypedRulebook, TypedStep
from ruletrail.analysis.lookup_bounds import Kept, dated_node, lookup_node
from ruletrail.analysis.typed_inputs import TypedField, TypedList
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Call, Constant, Expression, Formula, Name, list_of
from ruletrail.formulas.lookups import Lookup, day_of, says_not_applicable
from ruletrail.formulas.operations import LOOKUP, Primitive
from ruletrail.linking import LinkedRulebook, clauses_of, constants_of, split_rule
from ruletrail.rulebooks import Check, Decision, Entry, Message, Rule, Section
from ruletrail.schemas.fields import MOST_ROWS
from ruletrail.values import MOST_DECIMALS, NotEncoded, RoundingMode

_ERROR: NonValueKinds = frozenset({"error"})
_USUALLY_THERE = ("number", "date")
LEAVES_OUT_SINCE = 2
"""The version of the language that leaves out members of groups, and rows, that do not apply."""
MOST_LEFT_OUT = 50_000
"""Members that sums may leave out, at each use, in code: each is some lines of it wherever read."""


def infer_rulebook(
    linked: LinkedRulebook,
    assumed: frozenset[str] | None = None,
    most_decimals: int = MOST_DECIMALS,
    *,
    traps: bool = False,
    only_covered: bool = False,
) -> TypedRulebook:
    """Type a rulebook; `assumed` fields are taken to be present.

    By default those are the required ones, all numbers and all days. `most_decimals` caps the
    scales of the fields that are read below what the schema admits, for reports that have no more;
    a field that a rule computes is only compared, at its full scale. With `traps` errors are left
    out. With `only_covered` it goes only as far as compiled code covers the steps.
    """
    fields, lists = _read_declared(linked, most_decimals)
    if assumed is None:
        assumed = present_by_default(fields)
    facts = {code: field_node(field, present=code in assumed) for code, field in fields.items()}
    facts |= row_nodes(lists, assumed)
    facts |= {code: constant_node(fact, code) for code, fact in constants_of(linked).items()}
    facts |= _dated_nodes(linked, facts, traps=traps)
    steps, is_covered = _infer_steps(linked, facts, lists, traps=traps, only_covered=only_covered)
    return TypedRulebook(linked, fields, steps, assumed, traps, is_covered, lists)


def infer_facts(linked: LinkedRulebook) -> dict[str, Node | None]:
    """Tell what is known of each entry's value, whatever a report holds, by code."""
    return {step.entry.code: step.fact for step in infer_rulebook(linked, frozenset()).steps}


def _read_declared(
    linked: LinkedRulebook, most_decimals: int
) -> tuple[Mapping[str, TypedField], Mapping[str, TypedList]]:
    """Read what the schema declares, its fields and lists, with scales no larger than is read."""
    declared, computed = read_fields(linked.schema), linked.rulebook.entries
    fields = {
        code: field if code in computed else replace(field, scale=min(field.scale, most_decimals))
        for code, field in declared.items()
    }
    lists = read_lists(linked.schema)
    if most_decimals < MOST_DECIMALS:
        lists = {code: _cap_cells(each, computed, most_decimals) for code, each in lists.items()}
    return fields, lists


def _infer_steps(
    linked: LinkedRulebook,
    facts: dict[str, Node],
    lists: Mapping[str, TypedList],
    *,
    traps: bool,
    only_covered: bool = False,
) -> tuple[tuple[TypedStep, ...], bool]:
    """Type all steps in their order, and add what each concludes to the facts.

    Tells besides whether compiled code covers them all; with `only_covered` it ends where not.
    """
    groups = {code: group.members for code, group in linked.rulebook.groups.items()}
    steps: list[TypedStep] = []
    of_row: set[str] = set()
    is_covered, left_out = True, 0
    kept: Kept = {}
    for entry in linked.steps:
        inference = Inference(
            facts.__getitem__,
            groups,
            language=linked.rulebook.language,
            traps=traps,
            lookups=linked.lookups,
            kept=kept,
            lists=lists,
            of_row=of_row,
        )
        step = _infer_step(entry, facts, inference, traps=traps)
        left_out += inference.left_out
        is_covered = is_covered and inference.is_covered and left_out <= MOST_LEFT_OUT
        steps.append(step)
        if only_covered and not is_covered:
            break
        if step.fact is not None:
            facts[entry.code] = step.fact
            facts |= _dated_nodes(linked, {entry.code: step.fact}, traps=traps)
        if list_of(entry.code) and not any(map(inference.is_from_outside, step.clauses)):
            of_row.add(entry.code)
    return tuple(steps), is_covered


def _cap_cells(list_: TypedList, computed: Container[str], most_decimals: int) -> TypedList:
    cells = {
        name: cell if cell.code in computed else replace(cell, scale=min(cell.scale, most_decimals))
        for name, cell in list_.cells.items()
    }
    return replace(list_, cells=cells)


def _dated_nodes(
    linked: LinkedRulebook, days: Mapping[str, Node], *, traps: bool
) -> dict[str, Node]:
    """Make the nodes that read the parameters which some codes decide."""
    found = {
        code: dated_node(parameter, days[parameter.day.code])
        for code, parameter in linked.rulebook.parameters.items()
        if parameter.day is not None and parameter.day.code in days
    }
    return {code: _without_errors(node) if traps else node for code, node in found.items()}


def is_covered(linked: LinkedRulebook) -> bool:
    """Tell whether compiled code can do all of a rulebook; else the reference answers all of it.

    It knows not the least or greatest of a group of which nothing may be left, and would be too
    long where sums may leave out very many members.
    """
    rulebook = linked.rulebook
    if rulebook.language < LEAVES_OUT_SINCE or not rulebook.groups:
        return True
    return infer_rulebook(linked, frozenset(), only_covered=True).is_covered


def present_by_default(fields: Mapping[str, TypedField]) -> frozenset[str]:
    """Name the fields that most reports have: the required ones, all numbers and all days."""
    return frozenset(
        code for code, field in fields.items() if field.required or field.kind in _USUALLY_THERE
    )


def field_node(field: TypedField, *, present: bool) -> Node:
    """Make the node that reads a field."""
    non_values: NonValueKinds = NO_NON_VALUES if present else frozenset({"missing"})
    size = size_of_field(field.scale) if field.kind == "number" else None
    code = field.code
    return Node("read", field.kind, (), size, field.range, non_values, text=code, key=code)


# -- Steps -----------------------------------------------------------------------------------------


def row_nodes(lists: Mapping[str, TypedList], assumed: frozenset[str]) -> dict[str, Node]:
    """Make the nodes of lists, which stand for their number of rows, and of the cells of a row."""
    nodes: dict[str, Node] = {}
    for code, list_ in lists.items():
        nodes[code] = field_node(list_.count, present=code in assumed)
        for cell in list_.cells.values():
            nodes[cell.code] = field_node(cell, present=cell.code in assumed)
    return nodes


def _infer_step(
    entry: Entry,
    facts: Mapping[str, Node],
    inference: "Inference",
    *,
    traps: bool,
) -> TypedStep:
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
    formula = formula_node(rule, clauses)
    if rule.when is not None:
        non_values |= {"not_applicable"}
    if isinstance(formula, NotEncoded):
        return _read("none", rule.code, non_values)
    fact = replace(formula, non_values=non_values | formula.non_values)
    if rule.rounding is not None and formula.kind == "number":
        fact = primitive_node("round", (fact,), rule.rounding.decimals, rule.rounding.mode)
    return replace(
        fact, op="read", args=(), text=rule.code, key=rule.code, part=-1, fact=None, over=""
    )


def formula_node(
    rule: Rule, clauses: Sequence[Node | NotEncoded], *, traps: bool = False
) -> Node | NotEncoded:
    """Return a rule's formula or, where it has exceptions, what any of its formulas may be."""
    _, formula, exceptions = split_rule(rule, clauses)
    if not exceptions:
        return formula
    node = _as_node(formula)
    for when, other in exceptions:
        node = primitive_node("choose", (_as_node(other), node, _as_node(when)))
    if len(exceptions) > 1:
        node = replace(node, non_values=node.non_values | _ERROR)  # two may hold
    return _without_errors(node) if traps else node


def _as_node(clause: Node | NotEncoded) -> Node:
    return clause if isinstance(clause, Node) else _read("none", "", _non_values(clause))


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
        language: int = 1,
        traps: bool = False,
        sized: bool = True,
        lookups: Mapping[str, Lookup] | None = None,
        kept: Kept | None = None,
        lists: Mapping[str, TypedList] | None = None,
        of_row: Container[str] = (),
    ) -> None:
        """Take what is known of codes and groups; with `traps` errors are left out.

        `of_row` are the rules of rows that do not apply because of their own row alone.
        `is_covered` tells afterwards whether compiled code can do what was typed.
        """
        self.lookup, self.groups, self.refine = lookup, groups, refine
        self.lookups = lookups if lookups is not None else {}
        self.kept = kept if kept is not None else {}
        self.lists, self.of_row = lists if lists is not None else {}, of_row
        self.language, self.traps, self.sized = language, traps, sized
        self.is_covered = True
        self.left_out = 0
        """How many members its sums may leave out."""
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
        start, end = call.span
        text = self.text[start:end]
        if call.over:
            return self._over_rows(call, text)
        operands = [node for operand in call.operands for node in self._operand(call, operand)]
        if call.operation is LOOKUP:
            return self._look_up(call, operands, text)
        if self.language >= LEAVES_OUT_SINCE and call.operation.takes_groups:
            operands = self._leave_out(call, text, operands)
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
        lookup = self.lookups.get(call.code)
        operands += [self.lookup(day) for day in day_of(lookup)]
        args = tuple(operands)
        node = lookup_node(lookup, args, text=text, sized=self.sized, kept=self.kept)
        return replace(_without_errors(node) if self.traps else node, part=call.part, key=text)

    def _leave_out(self, call: Call, text: str, operands: list[Node]) -> list[Node]:
        """Put in the place of members that do not apply what makes no difference."""
        # by place: the same code may stand beside its group, where it is no member
        left_out = {
            at
            for at, (node, is_member) in enumerate(
                zip(operands, self._tell_members(call), strict=True)
            )
            if is_member and "not_applicable" in node.non_values
        }
        self.left_out += len(left_out)
        none = call.operation.of_none
        others = [node for at, node in enumerate(operands) if at not in left_out]
        if not left_out:
            return operands
        if none is None and not others:
            self.is_covered = False
            return operands
        instead = others[0] if none is None else constant_node(none, text)
        return [
            self._instead(node, instead, f"{text} ({at}?)") if at in left_out else node
            for at, node in enumerate(operands)
        ]

    def _tell_members(self, call: Call) -> Iterator[bool]:
        """Tell for each operand, a group written out, whether it is a member of one."""
        for operand in call.operands:
            members = self._members(call, operand)
            yield from [False] if members is None else [True] * len(members)

    def _instead(self, node: Node, other: Node, key: str) -> Node:
        made = primitive_node("default", (node, other), text=node.text, key=key, sized=self.sized)
        return _without_errors(made) if self.traps else made

    def _over_rows(self, call: Call, text: str) -> Node:
        """Type an aggregate over the rows of a list."""
        # what was learnt of a code of a row is of one row, and these are all rows
        refine, self.refine = self.refine, None
        argument = self.node(call.operands[0])
        self.refine = refine
        over = self.lists.get(call.over, TypedList(call.over, MOST_ROWS, False, {}))
        may_lack = self.lookup(over.code).non_values if over.code in self.lists else NO_NON_VALUES

        def build(primitive: Primitive, *args: Node, **_: object) -> Node:
            return gathered_node(primitive, args[0], over, may_lack, text=text, sized=self.sized)

        node: Node = call.operation.lower(build, [argument])
        if self.is_from_outside(argument, over.code):
            node = replace(node, non_values=node.non_values | {"not_applicable"})
        return replace(_without_errors(node) if self.traps else node, part=call.part)

    def is_from_outside(self, node: Node | NotEncoded, over: str = "") -> bool:
        """Tell whether what is not applicable in a row may be so by a rule of no row.

        Then no row is left out by it. `over` is the list of the row, where it is known.
        """
        if isinstance(node, NotEncoded) or "not_applicable" not in node.non_values:
            return False
        if node.over:
            return True
        if node.op == "read":
            is_of_row = list_of(node.text) and (not over or list_of(node.text) == over)
            return not (is_of_row and node.text in self.of_row)
        if says_not_applicable(node.lookup):
            return True
        return any(self.is_from_outside(arg, over) for arg in node.args)

    def _operand(self, call: Call, operand: Expression) -> list[Node]:
        """Type an operand; a group stands for its members."""
        members = self._members(call, operand)
        if members is None:
            return [self.node(operand)]
        return [self.lookup(member) for member in members]

    def _members(self, call: Call, operand: Expression) -> tuple[str, ...] | None:
        """Find the members that an operand stands for; None where it is no group."""
        if call.operation.takes_groups and isinstance(operand, Name):
            return self.groups.get(operand.code)
        return None
