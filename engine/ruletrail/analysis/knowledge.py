"""What is known of codes and expressions before any report, and under a condition.

Only values are spoken of: where a fact is missing or an error, nothing is said. `condition_solver`
says what conditions come to, and learns from them.
"""

from collections.abc import Mapping
from fractions import Fraction

from ruletrail.analysis import intervals
from ruletrail.analysis.bounds import constant_node
from ruletrail.analysis.field_domains import read_fields, read_lists
from ruletrail.analysis.inference import Inference, field_node, row_nodes
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.ir import Node
from ruletrail.analysis.lookup_bounds import Kept, dated_node
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import Call, Constant, Expression, Name, write_expression
from ruletrail.formulas.lookups import Lookup
from ruletrail.formulas.operations import NEGATE, PLUS
from ruletrail.linking import LinkedRulebook, constants_of

Relation = frozenset[str]
"""How two expressions may compare: some of `<`, `=`, `>`."""

_UNKNOWN = Node("read", "none")


@dataclass(frozen=True, slots=True)
class Knowledge:
    """Intervals of numbers, possible texts, settled booleans, and how pairs of expressions compare.

    `base` holds the nodes of codes, which is what is known of them always, and is shared; the rest
    was learnt from conditions and is small. Keys are expressions as `write_expression` writes them.
    """

    base: Mapping[str, Node]
    texts: Mapping[str, frozenset[str]]
    groups: Mapping[str, tuple[str, ...]]
    lookups: Mapping[str, Lookup] = field(default_factory=dict)
    kept: Kept = field(default_factory=dict)
    """What those come to; shared, and filled in as they are asked."""
    learnt: Mapping[str, Interval] = field(default_factory=dict)
    said: Mapping[str, frozenset[str]] = field(default_factory=dict)
    settled: Mapping[str, bool] = field(default_factory=dict)
    relations: Mapping[tuple[str, str], Relation] = field(default_factory=dict)
    language: int = 1
    """The version of the language that expressions are read by."""

    def interval(self, code: str) -> Interval:
        """Return the interval that is always known of a code."""
        return self.base[code].range if code in self.base else ANY


def text_of(expression: Expression) -> str:
    """Write an expression in one way, so that equal ones have equal texts."""
    return expression.code if isinstance(expression, Name) else write_expression(expression)


def number_of(expression: Expression) -> Fraction | None:
    """Read a number literal, with its sign."""
    match expression:
        case Constant(value=Fraction() as value):
            return value
        case Call(operation=operation, operands=(operand,)) if operation in (NEGATE, PLUS):
            inner = number_of(operand)
            return None if inner is None else -inner if operation is NEGATE else inner
        case _:
            return None


def range_of(expression: Expression, known: Knowledge) -> Interval:
    """Bound the numbers that an expression can give."""
    # lints ask this of names and constants a hundred times for each case of a decision
    match expression:
        case Constant(value=value):
            return constant_node(value, "").range
        case Name(code=code):
            # what was learnt lies inside what is always known: it was found by bounding that
            learnt = known.learnt.get(code)
            return known.base.get(code, _UNKNOWN).range if learnt is None else learnt
    return node_of(expression, known).range


def node_of(expression: Expression, known: Knowledge) -> Node:
    """Type an expression under what is known."""

    def lookup(code: str) -> Node:
        return known.base.get(code, _UNKNOWN)

    def refine(part: Expression, node: Node) -> Node:
        learnt = None if isinstance(part, Constant) else known.learnt.get(text_of(part))
        if learnt is None:
            return node
        return replace(node, range=intervals.intersect(node.range, learnt))

    refining = refine if known.learnt else None
    # sizes are for code; lints ask for intervals many times, under many conditions
    inference = Inference(
        lookup,
        known.groups,
        refining,
        language=known.language,
        sized=False,
        lookups=known.lookups,
        kept=known.kept,
    )
    return inference.node(expression)


def field_ranges(linked: LinkedRulebook) -> Mapping[str, Interval]:
    """Return the interval that the schema gives each number field, and each number of rows."""
    cells = (cell for each in read_lists(linked.schema).values() for cell in each.cells.values())
    fields = (*read_fields(linked.schema).values(), *cells)
    return {each.code: each.range for each in fields if each.kind == "number"}


def declared_knowledge(linked: LinkedRulebook) -> Knowledge:
    """Return what schema and parameters say; rules are not known yet."""
    base = {
        code: field_node(field, present=True)
        for code, field in read_fields(linked.schema).items()
        if code not in linked.rulebook.entries
    }
    base |= {code: constant_node(fact, code) for code, fact in constants_of(linked).items()}
    for code, parameter in linked.rulebook.parameters.items():
        if parameter.day is not None:
            # rules are not known yet; which day it is says nothing about what may be in force
            day = Node("read", "date", text=parameter.day.code, key=parameter.day.code)
            base[code] = dated_node(parameter, base.get(parameter.day.code, day))
    # one set for each list: rules that are what a field is have its list, which may be long
    lists = {id(each.choices): each.choices for each in linked.signatures.values() if each.choices}
    sets = {known: frozenset(listed) for known, listed in lists.items()}
    texts = {
        code: sets[id(each.choices)] for code, each in linked.signatures.items() if each.choices
    }
    groups = {code: group.members for code, group in linked.rulebook.groups.items()}
    of_rows = read_lists(linked.schema)
    present = frozenset(of_rows).union(linked.schema.cells)
    base |= {
        code: node
        for code, node in row_nodes(of_rows, present).items()
        if code not in linked.rulebook.entries
    }
    language = linked.rulebook.language
    return Knowledge(base, texts, groups, linked.lookups, language=language)
