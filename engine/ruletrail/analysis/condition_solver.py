"""What conditions come to before any report: always true, always false, or open; what they teach.

`judge` says which; `assume` learns that a condition holds, or does not. Both speak of values only:
where a fact is missing or an error, the condition is neither.
"""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from ruletrail.analysis import intervals
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.ir import Node
from ruletrail.analysis.knowledge import (
    Knowledge,
    Relation,
    declared_knowledge,
    range_of,
    text_of,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas import Call, Constant, Expression, Formula, Name
from ruletrail.formulas.operations import (
    COMPARE,
    CONJUNCTION,
    DISJUNCTION,
    EQUAL,
    FUNCTIONS,
    IN,
    NEGATION,
    RELATIONS,
)
from ruletrail.linking import LinkedRulebook
from ruletrail.rulebooks import Clause, Rule, RuleException

MOST_LEARNED = 50
"""The exceptions that another one's formula is known to stand apart from."""

MOST_NESTED = 4
"""Levels of `and` and `or` in an operand that teaches something of those beside it.

To learn of a junction its operands are judged, and to judge one those before are learnt of: with
each level the work would grow by more than half.
"""

_FEW = 64
"""Texts of a list that are compared anew each time."""
_MOST_KEPT = 16
"""Pairs of longer lists of which what they share is kept."""
_ALL: Relation = frozenset("<=>")
_LEAST, _GREATEST = FUNCTIONS["min"], FUNCTIONS["max"]
_TURNED = {"<": ">", "=": "=", ">": "<"}


# -- What is known of rules ------------------------------------------------------------------------


def learn_rulebook(linked: LinkedRulebook) -> Knowledge:
    """Learn what is known of every code, rules in the order in which they read each other."""
    known = declared_knowledge(linked)
    base = dict(known.base)
    known = replace(known, base=base)
    for entry in linked.steps:
        if isinstance(entry, Rule):
            found = rule_range(entry, known)
            base[entry.code] = Node("read", "number", range=found, text=entry.code)
    return known


def rule_range(rule: Rule, known: Knowledge) -> Interval:
    """Bound a rule's value, knowing that its `when` holds."""
    ranges, surroundings = [], Surroundings(rule, known)
    for clause in rule.formulas:
        if isinstance(clause.content, Formula):
            here = surroundings.around(clause)
            # without exceptions one that is never evaluated is bounded by nothing
            if here is not None or not rule.exceptions:
                ranges.append(ANY if here is None else range_of(clause.content.tree, here))
    found = intervals.unite(ranges) if ranges else ANY
    if rule.rounding is None:
        return found
    return intervals.round_range(found, rule.rounding.decimals, rule.rounding.mode)


class Surroundings:
    """What holds around the clauses of one rule, of which exceptions share what the first say."""

    def __init__(self, rule: Rule, known: Knowledge) -> None:
        """Take a rule, and what is known wherever it is evaluated."""
        self.rule, self.known = rule, known
        self._places = {id(each.formula): at for at, each in enumerate(rule.exceptions)}
        self._before: list[Knowledge | None] | None = None

    def around(self, clause: Clause) -> Knowledge | None:
        """Learn what holds where a clause of the rule is evaluated; None where it never is.

        For the rule's own formula all exceptions decide. For that of an exception the first of the
        others must do, and what is left out only leaves more open: with all, the cost would grow
        with the square.
        """
        if clause is self.rule.when:
            return self.known
        at = self._places.get(id(clause))
        exceptions = self.rule.exceptions
        if clause is self.rule.formula:
            return _assume_exceptions(exceptions[MOST_LEARNED:], self._after_the_first(-1))
        if at is None:
            return under_when(self.rule, self.known)
        here = _assume_exceptions((exceptions[at],), self._after_the_first(at), truth=True)
        return _assume_exceptions(exceptions[at + 1 : MOST_LEARNED], here)

    def _after_the_first(self, count: int) -> Knowledge | None:
        """Learn that none of the first exceptions holds: so many of those learned, or all."""
        if self._before is None:
            self._before = [under_when(self.rule, self.known)]
            for each in self.rule.exceptions[:MOST_LEARNED]:
                self._before.append(_assume_exceptions((each,), self._before[-1]))
        return self._before[count] if count < len(self._before) else self._before[-1]


def _assume_exceptions(
    exceptions: Sequence[RuleException], known: Knowledge | None, *, truth: bool = False
) -> Knowledge | None:
    """Learn that the conditions of exceptions are false, or true; of one not encoded nothing."""
    for exception in exceptions:
        condition = exception.when.content
        if known is not None and isinstance(condition, Formula):
            known = assume(condition.tree, known, truth=truth)
    return known


def under_when(rule: Rule, known: Knowledge) -> Knowledge | None:
    """Learn what a rule's `when` says; None when it can never hold."""
    when = rule.when.content if rule.when is not None else None
    return assume(when.tree, known, truth=True) if isinstance(when, Formula) else known


# -- Judging ---------------------------------------------------------------------------------------


def judge(condition: Expression, known: Knowledge) -> bool | None:
    """Return whether a condition is always true, always false, or open (None), if a value."""
    match condition:
        case Constant(value=bool() as value):
            return value
        case Name(code=code):
            return known.settled.get(code)
        case Call(operation=operation, operands=(operand,)) if operation is NEGATION:
            inner = judge(operand, known)
            return None if inner is None else not inner
        case Call(operation=operation, operands=operands) if is_junction(condition):
            return _judge_joined(operands, known, decides=operation is DISJUNCTION)
        case Call(operation=operation) if operation.binding == COMPARE:
            return _judge_comparison(condition, known)
        case _:
            return known.settled.get(text_of(condition))


def is_junction(expression: Expression) -> bool:
    """Tell `and` and `or`."""
    return isinstance(expression, Call) and expression.operation in (CONJUNCTION, DISJUNCTION)


def is_comparison(expression: Expression) -> bool:
    """Tell a comparison of two sides, or of one with a list."""
    return isinstance(expression, Call) and expression.operation.binding == COMPARE


def _judge_joined(
    operands: Sequence[Expression], known: Knowledge, *, decides: bool
) -> bool | None:
    """Judge each operand knowing that those before it did not decide."""
    here: Knowledge | None = known
    truths = []
    for operand in operands:
        # that the operands before cannot all fail to decide means that one of them does
        if here is None:
            return decides
        truth = judge(operand, here)
        if truth is decides:
            return decides
        truths.append(truth)
        if is_junction(operand):
            if _is_shallow(operand):
                here = assume(operand, here, truth=not decides)
        elif truth is None:
            here = _learn(operand, here, truth=not decides)
    if here is None:
        return decides
    return not decides if all(truth is (not decides) for truth in truths) else None


def _is_shallow(junction: Expression, levels: int = MOST_NESTED) -> bool:
    """Tell whether `and` and `or` stand at most so many times inside each other."""
    if not isinstance(junction, Call) or not (
        is_junction(junction) or junction.operation is NEGATION
    ):
        return True
    left = levels - is_junction(junction)
    return left >= 0 and all(_is_shallow(each, left) for each in junction.operands)


def _judge_comparison(call: Call, known: Knowledge) -> bool | None:
    wanted = RELATIONS.get(call.operation.name)
    left, *others = call.operands
    if wanted is not None:
        return _judge_pair(left, others[0], wanted, known)
    found = [_judge_pair(left, item, RELATIONS[EQUAL.name], known) for item in others]
    if True in found:
        inside: bool | None = True
    else:
        is_none = all(truth is False for truth in found)
        inside = False if is_none else _all_listed(left, others, known)
    return inside if call.operation is IN or inside is None else not inside


def _all_listed(left: Expression, items: Sequence[Expression], known: Knowledge) -> bool | None:
    possible = texts_of(left, known)
    listed = {item.value for item in items if isinstance(item, Constant)}
    return True if possible and possible <= listed else None


def _judge_pair(
    left: Expression, right: Expression, wanted: Relation, known: Knowledge
) -> bool | None:
    possible = relation_of(left, right, known)
    if possible <= wanted:
        return True
    return False if not possible & wanted else None


def relation_of(left: Expression, right: Expression, known: Knowledge) -> Relation:
    """Return how two expressions may compare: some of `<`, `=`, `>`; texts are `=` or not."""
    first, second = text_of(left), text_of(right)
    if first == second:
        return frozenset("=")
    # what a condition said of this very pair is more than what their intervals say apart
    stored = known.relations.get((first, second), _ALL) & _beside_rows(left, right)
    texts, others = texts_of(left, known), texts_of(right, known)
    if texts and others:
        if _are_apart(texts, others):
            return stored & frozenset("<>")
        return stored & frozenset("=") if len(texts) == 1 == len(others) else stored
    one, other = range_of(left, known), range_of(right, known)
    return stored & intervals.relate(one, other)


def _are_apart(texts: frozenset[str], others: frozenset[str]) -> bool:
    """Tell whether two lists of texts have none in common."""
    if len(texts) <= _FEW or len(others) <= _FEW:
        return texts.isdisjoint(others)
    return not _shared(texts, others)


@lru_cache(_MOST_KEPT)
def _shared(texts: frozenset[str], others: frozenset[str]) -> frozenset[str]:
    """List the texts that two long lists share: many conditions compare the same two fields."""
    return texts if texts <= others else texts & others


def _beside_rows(left: Expression, right: Expression) -> Relation:
    """Tell how a row's value is to the least or the greatest of all rows, this one among them."""
    for one, other, at_least, at_most in ((left, right, "=>", "<="), (right, left, "<=", "=>")):
        if isinstance(other, Call) and other.over and text_of(other.operands[0]) == text_of(one):
            if other.operation is _LEAST:
                return frozenset(at_least)
            if other.operation is _GREATEST:
                return frozenset(at_most)
    return _ALL


def texts_of(expression: Expression, known: Knowledge) -> frozenset[str]:
    """List the texts that an expression can be; empty when it may be any, or is no text."""
    if isinstance(expression, Constant) and isinstance(expression.value, str):
        return frozenset([expression.value])
    if isinstance(expression, Name):
        code = expression.code
        return known.said.get(code) or known.texts.get(code, frozenset())
    return frozenset()


# -- Learning --------------------------------------------------------------------------------------


def assume(condition: Expression, known: Knowledge, *, truth: bool) -> Knowledge | None:
    """Learn that a condition is true, or false; None when that cannot be."""
    # a junction is not judged here: its operands are, and judging it would assume them in turn
    verdict = None if is_junction(condition) else judge(condition, known)
    if verdict is not None:
        return known if verdict is truth else None
    return _learn(condition, known, truth=truth)


def _learn(condition: Expression, known: Knowledge, *, truth: bool) -> Knowledge | None:
    """Learn that a condition is true, or false, of which nothing is certain yet."""
    match condition:
        case Call(operation=operation, operands=(operand,)) if operation is NEGATION:
            return assume(operand, known, truth=not truth)
        case Call(operation=operation, operands=operands) if is_junction(condition):
            if (operation is CONJUNCTION) is truth:
                return assume_all(operands, known, truth=truth)
            # of "one of these is true" something follows only when a single one is left
            open_ones = [each for each in operands if judge(each, known) is not (not truth)]
            if len(open_ones) == 1:
                return assume(open_ones[0], known, truth=truth)
            return known if open_ones else None
        case Call() if is_comparison(condition):
            return _assume_comparison(condition, known, truth=truth)
        case _:
            return replace(known, settled={**known.settled, text_of(condition): truth})


def assume_all(
    conditions: Sequence[Expression], known: Knowledge, *, truth: bool
) -> Knowledge | None:
    """Learn that all conditions are true, or all false."""
    here: Knowledge | None = known
    for condition in conditions:
        here = assume(condition, here, truth=truth) if here is not None else None
    return here


def _assume_comparison(call: Call, known: Knowledge, *, truth: bool) -> Knowledge | None:
    wanted = RELATIONS.get(call.operation.name)
    left, *others = call.operands
    if wanted is None:
        values = [item.value for item in others if isinstance(item, Constant)]
        listed = frozenset(value for value in values if isinstance(value, str))
        inside = (call.operation is IN) is truth
        if inside and len(values) < len(others):
            return known  # it may be equal to an item that is no literal
        return _say(left, listed, known, inside=inside)
    (right,) = others
    possible = relation_of(left, right, known) & (wanted if truth else _ALL - wanted)
    if not possible:
        return None
    here: Knowledge | None = _relate(left, right, possible, known)
    # what one side can be says something of the other, whichever way round it was written
    for one, other in ((left, right), (right, left)):
        texts = texts_of(other, known)
        if here is None or not texts:
            continue
        if possible == {"="} or (len(texts) == 1 and "=" not in possible):
            here = _say(one, texts, here, inside=possible == {"="})
    return here


def _relate(
    left: Expression, right: Expression, possible: Relation, known: Knowledge
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


def _bounded(one: Interval, other: Interval, possible: Relation) -> Interval:
    """Bound a range that compares so with another."""
    found = one
    if ">" not in possible:
        found = intervals.intersect(
            found,
            Interval(
                high=other.high,
                high_open=other.high is not None and (other.high_open or "=" not in possible),
            ),
        )
    if "<" not in possible:
        found = intervals.intersect(
            found,
            Interval(
                low=other.low,
                low_open=other.low is not None and (other.low_open or "=" not in possible),
            ),
        )
    return (
        _without_end(found, other.only) if "=" not in possible and other.only is not None else found
    )


def _without_end(found: Interval, number: Fraction) -> Interval:
    """Leave one number out, where it is an end of the range."""
    if found.low == number:
        return intervals.intersect(found, Interval(low=number, low_open=True))
    return (
        intervals.intersect(found, Interval(high=number, high_open=True))
        if found.high == number
        else found
    )


def _say(
    expression: Expression, listed: frozenset[str], known: Knowledge, *, inside: bool
) -> Knowledge | None:
    """Learn that a code is one of some texts, or none of them."""
    possible = texts_of(expression, known)
    if not isinstance(expression, Name) or not listed:
        return known
    if not inside:
        left = possible - listed
    elif len(possible) > _FEW and len(listed) > _FEW:
        left = _shared(possible, listed)
    else:
        left = possible & listed if possible else listed
    if possible and not left:
        return None
    return replace(known, said={**known.said, expression.code: left}) if left else known
