"""Exceptions that leave their rule without a value: one may not apply, or two hold together."""

from collections.abc import Iterator, Mapping
from itertools import combinations

from ruletrail.analysis.condition_solver import assume, judge, under_when
from ruletrail.analysis.inference import Inference, infer_rulebook
from ruletrail.analysis.ir import Node, NonValueKind, TypedRulebook
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Expression, Formula, Name, list_of
from ruletrail.formulas.lookups import Lookup, says_not_applicable
from ruletrail.formulas.operations import FUNCTIONS
from ruletrail.lints.subjects import Subject, note
from ruletrail.problems import Problem
from ruletrail.rulebooks import Entry, Rule, RuleException

MOST_COMPARED = 50
"""The exceptions of a rule that are compared with each other."""

_IDLE: NonValueKind = "not_applicable"
_APPLIES = FUNCTIONS["applies"]


def find_exceptions(subject: Subject) -> Iterator[tuple[Entry, Problem]]:
    """Find exceptions whose condition may be not applicable, or implies another's."""
    rules = [each for each in subject.entries if isinstance(each, Rule) and each.exceptions]
    if not rules:
        return
    facts = _read_facts(infer_rulebook(subject.linked, frozenset()))
    for rule in rules:
        here = under_when(rule, subject.known)
        for exception in rule.exceptions if here is not None else ():
            found = _find_idle(rule, exception, here or subject.known, facts, subject)
            if found is not None:
                yield rule, found
        for problem in _find_overlaps(rule, here) if here is not None else ():
            yield rule, problem


def _read_facts(typed: TypedRulebook) -> Mapping[str, Node]:
    """Give what is known of each rule, by its code."""
    return {step.entry.code: step.fact for step in typed.steps if step.fact is not None}


def _find_idle(
    rule: Rule,
    exception: RuleException,
    here: Knowledge,
    facts: Mapping[str, Node],
    subject: Subject,
) -> Problem | None:
    """Find a condition that reads what may not apply: where it does not, the rule does not."""
    condition = exception.when.content
    if not isinstance(condition, Formula):
        return None
    asked = {
        operand.code
        for part in condition.parts
        if part.operation is _APPLIES
        for operand in part.operands
        if isinstance(operand, Name)
    }

    def lookup(code: str) -> Node:
        node = facts.get(code) or Node("read", subject.linked.signatures[code].type, text=code)  # type: ignore[arg-type]
        applies = code in asked or _surely_applies(code, here, subject)
        return replace(node, non_values=node.non_values - {_IDLE}) if applies else node

    groups = {code: group.members for code, group in subject.rulebook.groups.items()}
    lookups = subject.linked.lookups
    found = Inference(lookup, groups, sized=False, lookups=lookups).formula(condition)
    if _IDLE not in found.non_values:
        return None
    read = [member for name in condition.names for member in groups.get(name, (name,))]
    idle = [code for code in read if code not in lookups and _IDLE in lookup(code).non_values]
    code = next(iter(idle or _idle_calls(rule, condition, lookups)), None)
    if code is None:
        return None
    return note("exception-may-not-apply", condition.tree, exception.when, code=code)


def _idle_calls(rule: Rule, condition: Formula, lookups: Mapping[str, Lookup]) -> list[str]:
    """Name the tables that say that they do not apply, and the lists that may be empty.

    The list of the rule's own row is not: it has this row.
    """
    called = [part.code for part in condition.parts if part.code]
    says_so = [code for code in called if says_not_applicable(lookups.get(code))]
    gathered = [part.over for part in condition.parts if part.operation.of_none is None]
    return says_so + [over for over in gathered if over and over != list_of(rule.code)]


def _surely_applies(code: str, here: Knowledge, subject: Subject) -> bool:
    """Tell whether a rule applies wherever the condition is asked, and all that it reads does."""
    rule = subject.rulebook.entries.get(code)
    if not isinstance(rule, Rule) or rule.when is None:
        return False
    when = rule.when.content
    reads = subject.linked.reads[code]
    others = (subject.rulebook.entries.get(read) for read in reads)
    if any(isinstance(other, Rule) and other.when is not None for other in others):
        return False
    return isinstance(when, Formula) and judge(when.tree, here) is True


def _find_overlaps(rule: Rule, known: Knowledge) -> Iterator[Problem]:
    """Find exceptions that hold only where another does."""
    written = [
        (each.when, each.when.content.tree)
        for each in rule.exceptions[:MOST_COMPARED]
        if isinstance(each.when.content, Formula)
    ]
    for (first, one), (second, other) in combinations(written, 2):
        for clause, tree, beside, implied in (
            (second, other, first, one),
            (first, one, second, other),
        ):
            if _implies(tree, implied, known):
                text = beside.content.text if isinstance(beside.content, Formula) else ""
                yield note("exceptions-overlap", tree, clause, other=text)
                break


def _implies(one: Expression, other: Expression, known: Knowledge) -> bool:
    here = assume(one, known, truth=True)
    return here is not None and judge(one, known) is None and judge(other, here) is True
