"""Cases of a decision that imply one before them, or meet one where their terms are equal.

A case is compared with many before it. Most are far apart: whether one may be implied at all is
told by whole numbers, the places of the constants that cases compare fields with, and by the texts
that fields have to be one of.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from ruletrail.analysis.condition_solver import assume, judge, texts_of
from ruletrail.analysis.knowledge import Knowledge, range_of, text_of
from ruletrail.formulas import Call, Expression, Name
from ruletrail.formulas.operations import AT_LEAST, AT_MOST, EQUAL, GREATER, LESS
from ruletrail.lints.budgets import Budget, weigh
from ruletrail.lints.plain_conditions import parts_of, take_apart, take_texts

MOST_BEFORE = 50
"""With how many of the cases before it a case is compared; the cost grows with the square."""

_FROM, _TO = (AT_LEAST, GREATER, EQUAL), (AT_MOST, LESS, EQUAL)
_Ends = tuple[Fraction | None, Fraction | None]
_Places = tuple[int, int]
_Texts = Mapping[str, frozenset[str]]


def find_implied(
    conditions: Sequence[Expression], known: Knowledge, budget: Budget | None = None
) -> Iterator[tuple[int, bool]]:
    """Yield the place of each case that implies an earlier one, True, or only meets one, False."""
    are_plain = [_is_plain(condition) for condition in conditions]
    pairs = list(zip(conditions, are_plain, strict=True))
    needs = [_bounds_of(each) if is_plain else {} for each, is_plain in pairs]
    texts = [_texts_of(each) if is_plain else {} for each, is_plain in pairs]
    ends = (end for need in needs for both in need.values() for end in both)
    scale = _Scale({end for end in ends if end is not None})
    placed = list(zip(map(scale.place_needs, needs), texts, strict=True))
    directed = [_directed(condition) for condition in conditions]
    for index, condition in enumerate(conditions):
        before = range(max(0, index - MOST_BEFORE), index)
        if budget is not None and not budget.spend(weigh([condition], known.groups)):
            return
        implied, own = assume(condition, known, truth=True), directed[index]
        if implied is not None and _is_one_implied(
            before, conditions, placed, scale, implied, budget=budget
        ):
            yield index, True
        elif own is not None and own[::-1] in directed[before.start : index]:
            yield index, False


def find_meeting(conditions: Sequence[Expression], index: int) -> int:
    """Find the place of the earlier case that one meets where the terms of both are equal."""
    own = _directed(conditions[index])
    if own is None:
        raise ValueError("no comparison that admits equal terms")
    before = range(max(0, index - MOST_BEFORE), index)
    return next(at for at in before if _directed(conditions[at]) == own[::-1])


def _directed(expression: Expression) -> tuple[str, str] | None:
    """Write `<=` and `>=` as lesser and greater term."""
    if not isinstance(expression, Call) or expression.operation not in (AT_LEAST, AT_MOST):
        return None
    left, right = map(text_of, expression.operands)
    return (right, left) if expression.operation is AT_LEAST else (left, right)


def _is_one_implied(
    before: range,
    conditions: Sequence[Expression],
    placed: Sequence[tuple[Mapping[str, _Places], _Texts]],
    scale: "_Scale",
    implied: Knowledge,
    *,
    budget: Budget | None,
) -> bool:
    """Tell whether one of some conditions is true wherever what is known holds."""
    ranges: dict[str, _Places] = {}
    said: dict[str, frozenset[str]] = {}

    def may_be(code: str, low: int, high: int) -> bool:
        if code not in ranges:
            ranges[code] = scale.place_range(code, implied)
        least, most = ranges[code]
        return low <= least and high >= most

    def is_one_of(code: str, texts: frozenset[str]) -> bool:
        if code not in said:
            said[code] = texts_of(Name(code, (0, 0)), implied)
        return bool(said[code]) and said[code] <= texts

    return any(
        all(is_one_of(code, texts) for code, texts in placed[at][1].items())
        and all(may_be(code, low, high) for code, (low, high) in placed[at][0].items())
        and (budget is None or budget.spend(weigh([conditions[at]], implied.groups)))
        and judge(conditions[at], implied) is True
        for at in before
    )


def do_two_meet(
    conditions: Sequence[Expression], known: Knowledge, budget: Budget | None = None
) -> bool:
    """Tell whether two conditions may hold together, as far as reasoning says, or is affordable."""
    assumed: dict[int, Knowledge | None] = {}
    for pair in _list_near(conditions):
        at, other = max(pair), min(pair)
        if budget is not None and not budget.spend(weigh([conditions[other]], known.groups)):
            return True
        if at not in assumed:
            assumed[at] = assume(conditions[at], known, truth=True)
        here = assumed[at]
        if here is not None and assume(conditions[other], here, truth=True) is not None:
            return True
    return False


def _list_near(conditions: Sequence[Expression]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of conditions of which no field's constants say that they lie apart."""
    needs = [(_bounds_of(each), _texts_of(each)) for each in conditions]
    for group in _groups_by_text(range(len(conditions)), [texts for _, texts in needs]):
        yield from _list_near_in(group, needs)


def _groups_by_text(
    group: Sequence[int], needs: Sequence[_Texts], done: frozenset[str] = frozenset()
) -> Iterator[Sequence[int]]:
    """Yield groups of conditions so that those which may meet are of one group.

    Each is in the groups of the texts that it admits of one field after another; of a field that
    more than a few say nothing of, nothing is told.
    """
    found: dict[str, dict[str, list[int]]] = {}
    for at in group:
        for code in needs[at].keys() - done:
            for text in needs[at][code]:
                found.setdefault(code, {}).setdefault(text, []).append(at)
    code = max(sorted(found), key=lambda each: len(found[each]), default="")
    free = [at for at in group if code not in needs[at]]
    if not code or len(free) > _MOST_FREE:
        yield group
        return
    for members in found[code].values():
        yield from _groups_by_text([*free, *members], needs, done | {code})


_MOST_FREE = 8
"""Conditions that are put into all groups, as they say nothing of a field's texts."""


def _list_near_in(
    group: Sequence[int], needs: Sequence[tuple[Mapping[str, _Ends], _Texts]]
) -> Iterator[tuple[int, int]]:
    """Yield the pairs of a group that may meet.

    In the order of what the field that most of them compare must at least be, each is near only
    those before it that do not end before it begins.
    """
    counted = Counter(code for at in group for code in needs[at][0])
    code = max(counted, key=lambda each: counted[each], default="")
    ends = {at: needs[at][0].get(code, (None, None)) for at in group}
    unbounded = [at for at, (low, _) in ends.items() if low is None]
    bounded = [(low, at) for at, (low, _) in ends.items() if low is not None]
    near: list[int] = []
    for at in (*unbounded, *(at for _, at in sorted(bounded))):
        low = ends[at][0]
        near = [each for each in near if not _is_before(ends[each][1], low)]
        yield from ((at, each) for each in near if not _are_apart(needs[at], needs[each]))
        near.append(at)


def _are_apart(
    one: tuple[Mapping[str, _Ends], _Texts], other: tuple[Mapping[str, _Ends], _Texts]
) -> bool:
    (ends, texts), (their_ends, their_texts) = one, other
    return any(
        texts[code].isdisjoint(their_texts[code]) for code in texts.keys() & their_texts.keys()
    ) or any(
        _is_before(ends[code][1], their_ends[code][0])
        or _is_before(their_ends[code][1], ends[code][0])
        for code in ends.keys() & their_ends.keys()
    )


def _is_before(high: Fraction | None, low: Fraction | None) -> bool:
    return high is not None and low is not None and high < low


# -- What a condition needs ------------------------------------------------------------------------


def _is_plain(condition: Expression) -> bool:
    """Tell a condition of plain comparisons alone, which are judged by what was known before.

    Then a name that may lie past the constant, or be another text, is no certain yes. Of any other
    condition nothing is told.
    """
    return all(take_apart(each) or take_texts(each) for each in parts_of(condition))


def _texts_of(condition: Expression) -> _Texts:
    """Tell of which texts each name is one wherever a condition holds."""
    found: dict[str, frozenset[str]] = {}
    for code, texts in filter(None, map(take_texts, parts_of(condition))):
        found[code] = found[code] & texts if code in found else texts
    return found


def _bounds_of(condition: Expression) -> Mapping[str, _Ends]:
    """Tell between which ends each name lies wherever a condition holds, as its constants say."""
    found: dict[str, _Ends] = {}
    for part in parts_of(condition):
        compared = take_apart(part)
        if compared is None:
            continue
        code, operation, number = compared
        low, high = found.get(code, (None, None))
        if operation in _FROM:
            low = number if low is None else max(low, number)
        if operation in _TO:
            high = number if high is None else min(high, number)
        found[code] = low, high
    return found


class _Scale:
    """The constants of all cases in order: an end is a place among them, which compares quickly."""

    def __init__(self, constants: set[Fraction]) -> None:
        """Put them in order."""
        self.constants = sorted(constants)
        self.places = {constant: at for at, constant in enumerate(self.constants)}

    def place_needs(self, needs: Mapping[str, _Ends]) -> Mapping[str, _Places]:
        """Write the ends that a condition needs as places; where there is none, one past them."""
        last = len(self.constants)
        return {
            code: (
                -1 if low is None else self.places[low],
                last if high is None else self.places[high],
            )
            for code, (low, high) in needs.items()
        }

    def place_range(self, code: str, known: Knowledge) -> _Places:
        """Tell the last constant that a name is never below, the first that it is never above."""
        found, last = range_of(Name(code, (0, 0)), known), len(self.constants)
        return (
            -1 if found.low is None else bisect_right(self.constants, found.low) - 1,
            last if found.high is None else bisect_left(self.constants, found.high),
        )
