"""Exceptions that leave their rule without a value: one may not apply, or two hold together.

That two hold together wherever one does is found by reasoning; that they may, by a report.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import combinations

from ruletrail.analysis.condition_solver import assume, judge, under_when
from ruletrail.analysis.field_domains import read_fields, read_lists
from ruletrail.analysis.inference import Inference, infer_facts
from ruletrail.analysis.ir import Node, NonValueKind
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Call, Expression, Formula, Name, list_of, walk_of_row
from ruletrail.formulas.lookups import Lookup, says_not_applicable
from ruletrail.formulas.operations import CHOICE, DISJUNCTION, FUNCTIONS
from ruletrail.lints.budgets import Budget, weigh
from ruletrail.lints.case_search import is_settled, name_compared, search
from ruletrail.lints.cases import MOST_TRIALS, Quantities, holds, show_trial, show_values
from ruletrail.lints.subjects import Subject, note
from ruletrail.problems import Problem, quote_to_write
from ruletrail.rulebooks import Check, Clause, Entry, Rule, RuleException
from ruletrail.rulebooks.clauses import write_in_place

MOST_COMPARED = 50
"""The exceptions of a rule that are compared with each other."""

_IDLE: NonValueKind = "not_applicable"
_APPLIES = FUNCTIONS["applies"]


def find_exceptions(subject: Subject) -> Iterator[tuple[Entry, Problem]]:
    """Find exceptions whose condition may be not applicable, or implies another's."""
    rules = [each for each in subject.entries if isinstance(each, Rule) and each.exceptions]
    if not rules:
        return
    facts = {code: fact for code, fact in infer_facts(subject.linked).items() if fact is not None}
    for rule in rules:
        subject.judging.begin()
        subject.trying.begin()
        here = under_when(rule, subject.known)
        for exception in rule.exceptions if here is not None else ():
            found = _find_idle(rule, exception, here or subject.known, facts, subject)
            if found is not None:
                yield rule, found
        overlaps = list(_find_overlaps(rule, here, subject.judging)) if here is not None else []
        for problem in overlaps or _find_conflict(rule, here or subject.known, subject):
            yield rule, problem


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
    asked = _list_asked(condition)

    def lookup(code: str) -> Node:
        node = facts.get(code) or Node("read", subject.linked.signatures[code].type, text=code)  # type: ignore[arg-type]
        applies = code in asked or _surely_applies(code, here, subject)
        return replace(node, non_values=node.non_values - {_IDLE}) if applies else node

    groups = {code: group.members for code, group in subject.rulebook.groups.items()}
    lookups = subject.linked.lookups
    kept = subject.known.kept
    found = Inference(lookup, groups, sized=False, lookups=lookups, kept=kept).formula(condition)
    if _IDLE not in found.non_values:
        return None
    read = [member for name in condition.names for member in groups.get(name, (name,))]
    idle = [code for code in read if code not in lookups and _IDLE in lookup(code).non_values]
    # of rows that are gathered, those that do not apply are left out
    names = (each for each in walk_of_row(condition.tree) if isinstance(each, Name))
    direct = [each for each in names if each.code in idle]
    calls = _idle_calls(rule, condition, lookups)
    code = next(iter([each.code for each in direct] or calls or idle), None)
    if code is None:
        return None
    problem = note("exception-may-not-apply", condition.tree, exception.when, code=code)
    if calls or not direct:
        return replace(problem, advice="default-of-call")
    return _show_ways_out(problem, condition, exception.when, direct)


def _list_asked(condition: Formula) -> set[str]:
    """List the codes of which a condition asks whether they apply."""
    asked = (part for part in condition.parts if part.operation is _APPLIES)
    operands = (operand for part in asked for operand in part.operands)
    return {operand.code for operand in operands if isinstance(operand, Name)}


def _show_ways_out(
    problem: Problem, condition: Formula, clause: Clause, idle: Sequence[Name]
) -> Problem:
    """Write the condition out as it may be, where facts that it reads are what may not apply."""
    text, tree = condition.text, condition.tree
    other = text
    for name in sorted(idle, key=lambda each: each.span, reverse=True):
        begin, end = name.span
        other = f"{other[:begin]}default({text[begin:end]}, …){other[end:]}"
    asked = " and ".join(f"applies({code})" for code in dict.fromkeys(each.code for each in idle))
    is_loose = isinstance(tree, Call) and tree.operation in (DISJUNCTION, CHOICE)
    whole = f"{asked} and ({text})" if is_loose else f"{asked} and {text}"
    shown = {
        name: quote_to_write(write_in_place(written, clause.node))
        for name, written in (("instead", whole), ("other", other))
    }
    return replace(problem, details={**problem.details, **shown})


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


def _find_overlaps(rule: Rule, known: Knowledge, budget: Budget) -> Iterator[Problem]:
    """Find exceptions that hold only where another does, as long as there is work for it."""
    written = [
        (each.when, each.when.content.tree)
        for each in rule.exceptions[:MOST_COMPARED]
        if isinstance(each.when.content, Formula)
    ]
    weights = [weigh([tree], known.groups) for _, tree in written]
    if not budget.spend(sum(weights)):
        return
    learnt = [_learn(tree, known) for _, tree in written]
    for at, beside in combinations(range(len(written)), 2):
        if not budget.spend(weights[at] + weights[beside]):
            return
        for one, other in ((beside, at), (at, beside)):
            here, (clause, tree) = learnt[one], written[one]
            implied, held = written[other]
            if here is not None and judge(held, here) is True:
                text = implied.content.text if isinstance(implied.content, Formula) else ""
                yield note("exceptions-overlap", tree, clause, other=text)
                break


def _find_conflict(rule: Rule, here: Knowledge, subject: Subject) -> Iterator[Problem]:
    """Find two exceptions that some report makes true together, and show that report's values."""
    clauses = [each.when for each in rule.exceptions]
    conditions = [each.content.tree for each in clauses if isinstance(each.content, Formula)]
    if len(conditions) < len(clauses) or not 1 < len(clauses) <= MOST_COMPARED:
        return
    if is_settled(conditions, here, subject.judging, may_gap=True, may_meet=False):
        return
    found = _try_values(rule, conditions, subject)
    if found is None:
        compared = name_compared(conditions)
        trials = search(rule, subject)
        found = next(((t.true, show_trial(t, compared)) for t in trials if len(t.true) > 1), None)
    if found is not None and found[0]:
        first, second = (clauses[at] for at in found[0][:2])
        other = first.content.text if isinstance(first.content, Formula) else ""
        problem = note("exceptions-conflict", conditions[found[0][1]], second, other=other)
        yield replace(problem, details={**problem.details, "values": found[1]})


def _try_values(
    rule: Rule, conditions: Sequence[Expression], subject: Subject
) -> tuple[tuple[int, ...], str] | None:
    """Try values where all conditions compare fields with constants: which hold, and the values.

    None are found where nothing holds; where conditions are of anything else, nothing is known.
    """
    schema = subject.linked.schema
    rows = read_lists(schema).get(list_of(rule.code))
    # one row of these cells is a report, as the fields are
    cells = {each.code: each for each in rows.cells.values()} if rows is not None else {}
    fields = {**read_fields(schema), **cells}
    asked = [rule.when.content] if rule.when is not None else []
    needed = [each.tree for each in asked if isinstance(each, Formula)]
    quantities = Quantities(subject, fields)
    if len(needed) < len(asked) or not all(map(quantities.add, [*conditions, *needed])):
        return None
    needed += _refusals(quantities, subject)
    trials = quantities.trials()
    if not trials or len(trials) * len(conditions) > MOST_TRIALS:
        return None
    weight = weigh(conditions, subject.known.groups)
    for trial in trials:
        if not subject.trying.spend(weight):
            break
        true = tuple(at for at, each in enumerate(conditions) if holds(each, trial, subject))
        if len(true) > 1 and all(holds(each, trial, subject) for each in needed):
            return true, show_values(trial)
    return (), ""


def _refusals(quantities: Quantities, subject: Subject) -> list[Expression]:
    """List what checks of severity error ask of the same fields: no other report is answered."""
    known = quantities.thresholds.keys() | quantities.others.keys()
    trees = [
        entry.expect.content.tree
        for entry in subject.entries
        if isinstance(entry, Check) and entry.severity == "error"
        if isinstance(entry.expect.content, Formula)
        and known.issuperset(entry.expect.content.names)
    ]
    return [tree for tree in trees if quantities.add(tree)]


def _learn(condition: Expression, known: Knowledge) -> Knowledge | None:
    """Learn that a condition holds; None of one that always does, or never."""
    return assume(condition, known, truth=True) if judge(condition, known) is None else None
