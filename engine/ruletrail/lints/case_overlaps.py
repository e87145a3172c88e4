"""Cases of a decision that imply one before them, or meet one where their terms are equal.

A case is compared with many before it. Most are far apart: whether one may be implied at all is
told by whole numbers, the places of the constants that cases compare fields with.
"""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction

from ruletrail.analysis.condition_solver import assume, judge
from ruletrail.analysis.knowledge import Knowledge, range_of, text_of
from ruletrail.formulas import Call, Expression, Name
from ruletrail.formulas.operations import AT_LEAST, AT_MOST, EQUAL, GREATER, LESS
from ruletrail.lints.plain_conditions import parts_of, take_apart

MOST_BEFORE = 50
"""With how many of the cases before it a case is compared; the cost grows with the square."""

_FROM, _TO = (AT_LEAST, GREATER, EQUAL), (AT_MOST, LESS, EQUAL)
_Ends = tuple[Fraction | None, Fraction | None]
_Places = tuple[int, int]


def find_implied(conditions: Sequence[Expression], known: Knowledge) -> Iterator[tuple[int, bool]]:
    """Yield the place of each case that implies an earlier one, True, or only meets one, False."""
    needs = [_needs_of(condition) for condition in conditions]
    ends = (end for need in needs for both in need.values() for end in both)
    scale = _Scale({end for end in ends if end is not None})
    placed = [scale.place_needs(need) for need in needs]
    directed = [_directed(condition) for condition in conditions]
    for index, condition in enumerate(conditions):
        before = range(max(0, index - MOST_BEFORE), index)
        implied, own = assume(condition, known, truth=True), directed[index]
        if implied is not None and _is_one_implied(before, conditions, placed, scale, implied):
            yield index, True
        elif own is not None and own[::-1] in directed[before.start : index]:
            yield index, False


def _directed(expression: Expression) -> tuple[str, str] | None:
    """Write `<=` and `>=` as lesser and greater term."""
    if not isinstance(expression, Call) or expression.operation not in (AT_LEAST, AT_MOST):
        return None
    left, right = map(text_of, expression.operands)
    return (right, left) if expression.operation is AT_LEAST else (left, right)


def _is_one_implied(
    before: range,
    conditions: Sequence[Expression],
    placed: Sequence[Mapping[str, _Places]],
    scale: "_Scale",
    implied: Knowledge,
) -> bool:
    """Tell whether one of some conditions is true wherever what is known holds."""
    ranges: dict[str, _Places] = {}
    for at in before:
        for code, (low, high) in placed[at].items():
            if code not in ranges:
                ranges[code] = scale.place_range(code, implied)
            least, most = ranges[code]
            if low > least or high < most:
                break
        else:
            if judge(conditions[at], implied) is True:
                return True
    return False


def do_two_meet(conditions: Sequence[Expression], known: Knowledge) -> bool:
    """Tell whether two conditions may hold together, as far as reasoning says."""
    assumed: dict[int, Knowledge | None] = {}
    for pair in _list_near(conditions):
        at, other = max(pair), min(pair)
        if at not in assumed:
            assumed[at] = assume(conditions[at], known, truth=True)
        here = assumed[at]
        if here is not None and assume(conditions[other], here, truth=True) is not None:
            return True
    return False


def _list_near(conditions: Sequence[Expression]) -> Iterator[tuple[int, int]]:
    """Yield the pairs of conditions of which no field's constants say that they lie apart.

    In the order of what the field that most of them compare must at least be, each is near only
    those before it that do not end before it begins.
    """
    needs = [_bounds_of(condition) for condition in conditions]
    counted = Counter(code for need in needs for code in need)
    code = max(counted, key=lambda each: counted[each], default="")
    ends = [need.get(code, (None, None)) for need in needs]
    unbounded = [at for at, (low, _) in enumerate(ends) if low is None]
    bounded = [(low, at) for at, (low, _) in enumerate(ends) if low is not None]
    near: list[int] = []
    for at in (*unbounded, *(at for _, at in sorted(bounded))):
        low = ends[at][0]
        near = [each for each in near if not _is_before(ends[each][1], low)]
        yield from ((at, each) for each in near if not _are_apart(needs[at], needs[each]))
        near.append(at)


def _are_apart(one: Mapping[str, _Ends], other: Mapping[str, _Ends]) -> bool:
    return any(
        _is_before(one[code][1], other[code][0]) or _is_before(other[code][1], one[code][0])
        for code in one.keys() & other.keys()
    )


def _is_before(high: Fraction | None, low: Fraction | None) -> bool:
    return high is not None and low is not None and high < low


# -- What a condition needs ------------------------------------------------------------------------


def _needs_of(condition: Expression) -> Mapping[str, _Ends]:
    """Tell between which ends each name must lie for a condition to be judged true.

    Nothing is told of one that is not made of plain comparisons alone: each of these is then judged
    by what was known before, and a name that may lie past the constant is no certain yes.
    """
    parts = parts_of(condition)
    return _bounds_of(condition) if all(map(take_apart, parts)) else {}


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
