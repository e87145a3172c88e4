"""What conditions come to before any report: always true, always false, or open; and what they teach.

`judge` says which; `assume` learns that a condition holds, or does not. Both speak of values only: where a fact
is missing or an error, the condition is neither.
"""

import ast
from collections.abc import Mapping
from fractions import Fraction

from ruletrail.analysis import intervals as ranges
from ruletrail.analysis.intervals import Range
from ruletrail.analysis.knowledge import Knowledge, Relation, range_of, text_of
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import CONSTANTS

_RELATIONS: Mapping[type, Relation] = {
    ast.Lt: frozenset("<"), ast.LtE: frozenset("<="), ast.Eq: frozenset("="),
    ast.NotEq: frozenset("<>"), ast.GtE: frozenset(">="), ast.Gt: frozenset(">"),
}  # fmt: skip
_ALL: Relation = frozenset("<=>")
_TURNED = {"<": ">", "=": "=", ">": "<"}


def judge(node: ast.expr, known: Knowledge) -> bool | None:
    """Say whether a condition is always true, always false, or open (None), whenever it has a value."""
    match node:
        case ast.Name(id=code):
            return code == "true" if code in CONSTANTS else known.settled.get(code)
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            inner = judge(operand, known)
            return None if inner is None else not inner
        case ast.BoolOp(op=operator, values=values):
            return _judge_joined(values, known, decides=isinstance(operator, ast.Or))
        case ast.Compare():
            return _judge_comparison(node, known)
        case _:
            return known.settled.get(text_of(node))


def _judge_joined(values: list[ast.expr], known: Knowledge, *, decides: bool) -> bool | None:
    """Judge each operand knowing that those before it did not decide."""
    here: Knowledge | None = known
    truths = []
    for value in values:
        if here is None:
            return decides
        truths.append(judge(value, here))
        if truths[-1] is decides:
            return decides
        here = assume(value, here, truth=not decides)
    if here is None:
        return decides
    return not decides if all(truth is (not decides) for truth in truths) else None


def _judge_comparison(node: ast.Compare, known: Knowledge) -> bool | None:
    left, right, operator = node.left, node.comparators[0], node.ops[0]
    if isinstance(right, ast.List):
        found = [_judge_pair(left, item, _RELATIONS[ast.Eq], known) for item in right.elts]
        inside = (
            True
            if True in found
            else False
            if all(truth is False for truth in found)
            else _all_listed(left, right, known)
        )
        return inside if isinstance(operator, ast.In) or inside is None else not inside
    return _judge_pair(left, right, _RELATIONS[type(operator)], known)


def _all_listed(left: ast.expr, right: ast.List, known: Knowledge) -> bool | None:
    possible = texts_of(left, known)
    listed = {item.value for item in right.elts if isinstance(item, ast.Constant)}
    return True if possible and possible <= listed else None


def _judge_pair(left: ast.expr, right: ast.expr, wanted: Relation, known: Knowledge) -> bool | None:
    possible = relation_of(left, right, known)
    if possible <= wanted:
        return True
    return False if not possible & wanted else None


def relation_of(left: ast.expr, right: ast.expr, known: Knowledge) -> Relation:
    """Say how two expressions may compare: some of `<`, `=`, `>`; texts only know `=` and the other two."""
    first, second = text_of(left), text_of(right)
    if first == second:
        return frozenset("=")
    stored = known.relations.get((first, second), _ALL)
    texts, others = texts_of(left, known), texts_of(right, known)
    if texts and others:
        if not texts & others:
            return stored & frozenset("<>")
        return stored & frozenset("=") if len(texts | others) == 1 else stored
    one, other = range_of(left, known), range_of(right, known)
    return stored & _compare_ranges(one, other)


def _compare_ranges(one: Range, other: Range) -> Relation:
    possible = set()
    if one.low is None or other.high is None or one.low < other.high:
        possible.add("<")
    if one.high is None or other.low is None or one.high > other.low:
        possible.add(">")
    if not ranges.intersect(one, other).is_empty:
        possible.add("=")
    return frozenset(possible)


def texts_of(node: ast.expr, known: Knowledge) -> frozenset[str]:
    """List the texts that an expression can be; empty when it may be any, or is no text."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return frozenset([node.value])
    if isinstance(node, ast.Name):
        return known.said.get(node.id) or known.texts.get(node.id, frozenset())
    return frozenset()


# -- Learning ----------------------------------------------------------------------------------------------------


def assume(node: ast.expr, known: Knowledge, *, truth: bool) -> Knowledge | None:
    """Learn that a condition is true, or false; None when that cannot be."""
    verdict = judge(node, known) if not isinstance(node, ast.BoolOp) else None
    if verdict is not None:
        return known if verdict is truth else None
    match node:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return assume(operand, known, truth=not truth)
        case ast.BoolOp(op=operator, values=values):
            if isinstance(operator, ast.And) is truth:
                return assume_all(values, known, truth=truth)
            open_values = [value for value in values if judge(value, known) is not (not truth)]
            return (
                assume(open_values[0], known, truth=truth)
                if len(open_values) == 1
                else known
                if open_values
                else None
            )
        case ast.Compare():
            return _assume_comparison(node, known, truth=truth)
        case _:
            return replace(known, settled={**known.settled, text_of(node): truth})


def assume_all(nodes: list[ast.expr], known: Knowledge, *, truth: bool) -> Knowledge | None:
    """Learn that all conditions are true, or all false."""
    here: Knowledge | None = known
    for node in nodes:
        here = assume(node, here, truth=truth) if here is not None else None
    return here


def _assume_comparison(node: ast.Compare, known: Knowledge, *, truth: bool) -> Knowledge | None:
    left, right, operator = node.left, node.comparators[0], node.ops[0]
    if isinstance(right, ast.List):
        listed = frozenset(
            str(item.value)
            for item in right.elts
            if isinstance(item, ast.Constant) and isinstance(item.value, str)
        )
        return _say(left, listed, known, inside=isinstance(operator, ast.In) is truth)
    wanted = _RELATIONS[type(operator)]
    possible = relation_of(left, right, known) & (wanted if truth else _ALL - wanted)
    if not possible:
        return None
    here: Knowledge | None = _relate(left, right, possible, known)
    for one, other in ((left, right), (right, left)):
        texts = texts_of(other, known)
        if (
            here is not None
            and texts
            and (possible == {"="} or (len(texts) == 1 and "=" not in possible))
        ):
            here = _say(one, texts, here, inside=possible == {"="})
    return here


def _relate(
    left: ast.expr, right: ast.expr, possible: Relation, known: Knowledge
) -> Knowledge | None:
    first, second = text_of(left), text_of(right)
    turned = frozenset(_TURNED[sign] for sign in possible)
    one, other = range_of(left, known), range_of(right, known)
    one, other = _bounded(one, other, possible), _bounded(other, one, turned)
    if one.is_empty or other.is_empty:
        return None
    return replace(
        known,
        relations={**known.relations, (first, second): possible, (second, first): turned},
        learnt={**known.learnt, first: one, second: other},
    )


def _bounded(one: Range, other: Range, possible: Relation) -> Range:
    """Bound a range that compares so with another."""
    found = one
    if ">" not in possible:
        found = ranges.intersect(
            found,
            Range(
                high=other.high,
                high_open=other.high is not None and (other.high_open or "=" not in possible),
            ),
        )
    if "<" not in possible:
        found = ranges.intersect(
            found,
            Range(
                low=other.low,
                low_open=other.low is not None and (other.low_open or "=" not in possible),
            ),
        )
    return (
        _without_end(found, other.only) if "=" not in possible and other.only is not None else found
    )


def _without_end(found: Range, number: Fraction) -> Range:
    """Leave one number out, where it is an end of the range."""
    if found.low == number:
        return ranges.intersect(found, Range(low=number, low_open=True))
    return (
        ranges.intersect(found, Range(high=number, high_open=True))
        if found.high == number
        else found
    )


def _say(
    node: ast.expr, listed: frozenset[str], known: Knowledge, *, inside: bool
) -> Knowledge | None:
    possible = texts_of(node, known)
    if not isinstance(node, ast.Name) or not listed:
        return known
    left = (possible & listed if possible else listed) if inside else possible - listed
    if possible and not left:
        return None
    return replace(known, said={**known.said, node.id: left}) if left else known
