"""What examples should show of a rulebook, and what they did show.

Counted: each rule with a value, and not applying where it has a `when`; each case true and false; each section
due and not due; each check passed and failed; each comparison of numbers seen below, at and above (each other one
seen both ways). What the schema's bounds make impossible is not counted; entries of `for_each` count one by one.
"""

import ast
from collections.abc import Iterable, Iterator
from fractions import Fraction

from ruletrail.analysis.condition_solver import judge, relation_of
from ruletrail.analysis.initial_ranges import learn_bases, under_when
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.examples.comparing import derivations_of
from ruletrail.examples.reading import Marks, Point
from ruletrail.formulas import Derivation, Formula
from ruletrail.formulas.parsing import span_of
from ruletrail.linking import LinkedRulebook
from ruletrail.lints.subjects import formulas_in
from ruletrail.problems import Mark
from ruletrail.rulebooks import Check, Clause, Decision, Entry, Rule, Section
from ruletrail.rulebooks.clauses import mark_at
from ruletrail.trails import (
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    Record,
    RuleConclusion,
    SectionConclusion,
)
from ruletrail.values import Fact, NotEncoded, is_non_value, read_number

KINDS = ("rule", "case", "section", "check", "threshold")
_SIDES = {"<": "below", "=": "at", ">": "above"}


def list_points(plan: LinkedRulebook) -> Marks:
    """List every point of a rulebook that examples can show, in the order written."""
    known = learn_bases(plan)
    marks: dict[Point, Mark] = {}
    for entry in plan.rulebook.entries.values():
        marks |= dict(_entry_points(entry, known))
        here: Knowledge = known
        for clause, formula in formulas_in(entry):
            if isinstance(entry, Rule) and clause is entry.formula:
                here = under_when(entry, known) or known
            for node in formula.parts:
                if isinstance(node, ast.Compare):
                    mark = _mark(node, clause, formula)
                    marks |= {
                        Point("threshold", entry.code, ast.unparse(node), side): mark
                        for side in _sides(node, here, plan)
                    }
    return marks


def _mark(node: ast.expr, clause: Clause, formula: Formula) -> Mark:
    start = formula.spans[next(index for index, part in enumerate(formula.parts) if part is node)][
        0
    ]
    return mark_at(clause.node, formula.origins[start])


def _entry_points(entry: Entry, known: Knowledge) -> Iterator[tuple[Point, Mark]]:
    match entry:
        case Rule():
            if isinstance(entry.formula.content, Formula):
                yield Point("rule", entry.code, "", "value"), entry.mark
            if entry.when is not None:
                for side in _truths(entry.when, known, "", "not_applicable"):
                    if side:
                        yield Point("rule", entry.code, "", side), entry.mark
        case Decision(cases=tuple() as cases):
            for number, case in enumerate(cases, start=1):
                sides = (
                    _truths(case.when, known, "true", "false")
                    if case.when is not None
                    else ("true", "false")
                )
                for side in sides:
                    yield Point("case", entry.code, f"{number} {case.outcome}", side), case.mark
        case Section():
            for side in _truths(entry.due, known, "due", "not_due"):
                yield Point("section", entry.code, "", side), entry.mark
        case Check():
            for side in _truths(entry.expect, known, "passed", "failed"):
                yield Point("check", entry.code, "", side), entry.mark
        case _:
            return


def _truths(clause: Clause, known: Knowledge, when_true: str, when_false: str) -> tuple[str, ...]:
    """Name the outcomes that a condition can have; none when it is not encoded."""
    if isinstance(clause.content, NotEncoded):
        return ()
    verdict = judge(clause.content.tree, known)
    return (
        (when_true, when_false) if verdict is None else (when_true,) if verdict else (when_false,)
    )


def _sides(node: ast.Compare, known: Knowledge, plan: LinkedRulebook) -> list[str]:
    right = node.comparators[0]
    if isinstance(right, ast.List):
        verdict = judge(node, known)
        inside = isinstance(node.ops[0], ast.In)
        return (
            ["inside", "outside"]
            if verdict is None
            else ["inside" if verdict is inside else "outside"]
        )
    possible = relation_of(node.left, right, known)
    if _is_order(node, plan):
        return [_SIDES[sign] for sign in "<=>" if sign in possible]
    return [
        *(["equal"] if "=" in possible else []),
        *(["different"] if possible & {"<", ">"} else []),
    ]


def _is_order(node: ast.Compare, plan: LinkedRulebook) -> bool:
    """Tell a comparison of numbers from one of texts or booleans; linking has shown that both sides are of one type."""
    return "number" in (_type_of(node.left, plan), _type_of(node.comparators[0], plan))


def _type_of(node: ast.expr, plan: LinkedRulebook) -> str:
    match node:
        case ast.Constant():
            return "text" if isinstance(node.value, str) else "number"
        case ast.Name(id=code):
            signature = plan.signatures.get(code)
            return signature.type if signature is not None else "boolean"
        case ast.IfExp(body=body):
            return _type_of(body, plan)
        case ast.Call(func=ast.Name(id="default" | "if_missing"), args=[first, *_]):
            return _type_of(first, plan)
        case (
            ast.Call(func=ast.Name(id="is_missing" | "applies"))
            | ast.BoolOp()
            | ast.Compare()
            | ast.UnaryOp(op=ast.Not())
        ):
            return "boolean"
        case _:
            return "number"


# -- What a record shows ---------------------------------------------------------------------------


def find_hits(record: Record) -> set[Point]:
    """Name the points that one evaluation shows."""
    hits: set[Point] = set()
    for conclusion in record.conclusions:
        hits.update(_entry_hits(conclusion))
        for derivation in derivations_of(conclusion):
            hits.update(_comparison_hits(derivation, conclusion.entry.code, record))
    return hits


def _entry_hits(conclusion: Conclusion) -> Iterator[Point]:
    code, fact = conclusion.entry.code, conclusion.fact
    match conclusion:
        case RuleConclusion(when=when):
            if not is_non_value(fact):
                yield Point("rule", code, "", "value")
            if when is not None and when.value is False:
                yield Point("rule", code, "", "not_applicable")
        case DecisionConclusion(cases=cases):
            for number, case in enumerate(cases, start=1):
                if isinstance(case.truth, bool):
                    yield Point(
                        "case",
                        code,
                        f"{number} {case.case.outcome}",
                        "true" if case.truth else "false",
                    )
        case SectionConclusion():
            if isinstance(fact, str):
                yield Point("section", code, "", fact)
        case CheckConclusion():
            if isinstance(fact, str):
                yield Point("check", code, "", fact)
        case _:
            return


def _comparison_hits(derivation: Derivation, code: str, record: Record) -> Iterator[Point]:
    known = {
        id(node): part.outcome
        for node, part in zip(derivation.formula.parts, derivation.parts, strict=True)
    }
    for node in derivation.formula.parts:
        if not isinstance(node, ast.Compare) or not isinstance(known[id(node)], bool):
            continue
        right = node.comparators[0]
        what = ast.unparse(node)
        if isinstance(right, ast.List):
            truth = known[id(node)] is True
            yield Point(
                "threshold",
                code,
                what,
                "inside" if truth is isinstance(node.ops[0], ast.In) else "outside",
            )
            continue
        one, other = side_values(node, derivation, record)
        yield Point("threshold", code, what, compare_facts(one, other))


def side_values(node: ast.Compare, derivation: Derivation, record: Record) -> tuple[object, object]:
    """Return what stood on both sides of a comparison."""
    known: dict[int, object] = {
        id(each): part.outcome
        for each, part in zip(derivation.formula.parts, derivation.parts, strict=True)
    }
    return _value(node.left, known, derivation, record), _value(
        node.comparators[0], known, derivation, record
    )


def compare_facts(one: object, other: object) -> str:
    """Name the side on which two values are seen."""
    if isinstance(one, Fraction) and isinstance(other, Fraction):
        return "below" if one < other else "at" if one == other else "above"
    return "equal" if one == other else "different"


def _value(
    node: ast.expr, known: dict[int, object], derivation: Derivation, record: Record
) -> object:
    if isinstance(node, ast.Name):
        return node.id == "true" if node.id in ("true", "false") else record.facts.get(node.id)
    if isinstance(node, ast.Constant):
        return (
            node.value if isinstance(node.value, str) else exact_literal(node, derivation.formula)
        )
    return known[id(node)]


def exact_literal(node: ast.Constant, formula: Formula) -> Fact:
    """Read a number literal from the formula's text, exactly."""
    start, end = span_of(node, formula.text)
    number = read_number(formula.text[start:end])
    return number if number is not None else Fraction(0)


def count_kinds(points: Iterable[Point], hits: set[Point]) -> dict[str, tuple[int, int]]:
    """Count for each kind the points shown, and all."""
    counted = dict.fromkeys(KINDS, (0, 0))
    for point in points:
        shown, total = counted[point.kind]
        counted[point.kind] = shown + (point in hits), total + 1
    return counted
