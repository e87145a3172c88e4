"""What is known of each primitive's result from what is known of its operands.

One row a primitive: the kind of its value, its representation and size, and its interval. Sizes are
upper bounds in bits; where one passes 400 digits the expression is `watched`, and the limit is
checked when it runs. Intervals are over-approximations, for lints and readers: nothing wrong
follows from one that is too wide, and compiled code does not stand on them.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from functools import cache, lru_cache
from math import ceil

from ruletrail.analysis import intervals
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.ir import (
    LARGEST_SCALE,
    NO_NON_VALUES,
    Node,
    NonValueKinds,
    Size,
    constant_fraction,
)
from ruletrail.analysis.typed_inputs import Kind, TypedList
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas.day_arithmetic import count_months, count_years, make_day
from ruletrail.formulas.operations import Primitive
from ruletrail.values import (
    MOST_INTEGER_DIGITS,
    SAFE_BITS,
    Fact,
    RoundingMode,
    count_finite_decimals,
)

_LIMIT_BITS = SAFE_BITS + 1
_ERROR: NonValueKinds = frozenset({"error"})
_NOTHING = Size(0, 1, 0, 0)


@cache
def within_limit(size: Size) -> tuple[Size, bool]:
    """Cut a size at the digits that a value may have; tell whether it can have more."""
    if max(size.top, size.bottom) <= SAFE_BITS:
        return size, False
    top = _LIMIT_BITS + (power_bits(size.scale) if size.scale is not None else 0)
    return Size(size.scale, min(size.top, top), min(size.bottom, _LIMIT_BITS), size.most), True


def power_bits(exponent: int) -> int:
    """Count the bits of ten to a power."""
    return int(10**exponent).bit_length()


def size_of_field(scale: int) -> Size:
    """Size a field at its scale; documents hold at most 15 digits before the point."""
    return Size(scale, power_bits(MOST_INTEGER_DIGITS + scale), 0, 10**MOST_INTEGER_DIGITS)


def size_of_constant(value: Fraction) -> Size:
    """Size a constant; documents write only finite decimals."""
    scale = count_finite_decimals(value) or 0
    return Size(scale, (abs(value) * 10**scale).numerator.bit_length(), 0, ceil(abs(value)))


def bottom_of(size: Size) -> int:
    """Bound the bits of the denominator, whichever way the number is represented."""
    return size.bottom if size.scale is None else power_bits(size.scale)


def constant_node(value: Fact, text: str) -> Node:
    """Make the node of a constant."""
    return _constant_node(value, text, type(value).__name__)


@lru_cache(maxsize=1024)
def _constant_node(value: Fact, text: str, kind: str) -> Node:
    # literals recur; the type keeps `true` apart from 1, which is equal to it
    if isinstance(value, Fraction):
        size, range_ = size_of_constant(value), intervals.exactly(value)
        return Node("constant", "number", (), size, range_, text=text, key=text, fact=value)
    if isinstance(value, date):
        range_ = intervals.exactly(Fraction(value.toordinal()))
        return Node("constant", "date", (), None, range_, text=text, key=text, fact=value)
    named: Kind = "boolean" if kind == "bool" else "text"
    return Node("constant", named, text=text, key=text, fact=value)


def primitive_node(
    op: Primitive,
    args: tuple[Node, ...],
    decimals: int = 0,
    mode: RoundingMode = "half_up",
    *,
    text: str = "",
    key: str = "",
    sized: bool = True,
) -> Node:
    """Make the node of a primitive with all that is known of its result, without sizes if asked."""
    transfer = _TRANSFERS[op]
    kind = transfer.kind if transfer.kind is not None else _joined_kind(args)
    if op in ("add", "sub", "min", "max"):
        kind = _kind_of_days_too(op, args)
    non_values = _non_values(op, args)
    if op in _UNSURE_DAYS and not _is_sure_day(op, args):
        non_values |= _ERROR
    if kind != "number":
        range_ = transfer.range(args) if kind == "date" else ANY
        return Node(op, kind, args, None, range_, non_values, text=text, key=key)
    is_round = op == "round"
    known = (
        intervals.round_range(args[0].range, decimals, mode) if is_round else transfer.range(args)
    )
    if not sized:
        return Node(op, kind, args, None, known, non_values, -1, text, key, None, decimals, mode)
    sizes = [arg.size if arg.size is not None else _NOTHING for arg in args]
    if is_round:
        size = _rounded(sizes[0], decimals)
    else:
        size = transfer.size(sizes)
        size = _within(size, _most_of(op, args, [each.most for each in sizes], size.most))
    size, watched = within_limit(size)
    if watched or op == "mod" or (op == "div" and not _is_positive(args[1])):
        non_values |= _ERROR
    return Node(
        op, kind, args, size, known, non_values, -1, text, key, None, decimals, mode, watched
    )


def gathered_node(
    op: Primitive,
    argument: Node,
    over: TypedList,
    may_lack: NonValueKinds,
    *,
    text: str,
    sized: bool = True,
) -> Node:
    """Make the node of an aggregate over the rows of a list; `may_lack` is what the list may be.

    What does not apply in the argument is taken to leave its row out; see `Inference`.
    """
    made = primitive_node(op, (argument,), text=text, key=text, sized=sized)
    non_values = (made.non_values - {"not_applicable"}) | may_lack
    if op in ("min", "max"):
        return replace(made, non_values=non_values | {"not_applicable"}, over=over.code)
    if op not in ("sum", "count"):
        return replace(made, non_values=non_values, over=over.code)
    counted = Interval(intervals.ZERO, Fraction(over.most), whole=True)
    if op == "count":
        size, known = Size(0, over.most.bit_length() + 1, 0, over.most), counted
        return replace(made, size=size, range=known, non_values=non_values, over=over.code)
    known = intervals.multiply(argument.range, counted)
    if not sized:
        return replace(made, range=known, non_values=non_values, over=over.code)
    of_one = argument.size if argument.size is not None else _NOTHING
    most = None if of_one.most is None else of_one.most * over.most
    size, watched = within_limit(_within(_sum([of_one] * max(over.most, 1)), most))
    if watched:
        non_values |= _ERROR
    return replace(
        made, size=size, range=known, non_values=non_values, over=over.code, watched=watched
    )


_UNSURE_DAYS = frozenset({"make_day", "move_day", "add_months", "add_years"})
"""What gives no day where the calendar has none."""


def _is_sure_day(op: Primitive, args: tuple[Node, ...]) -> bool:
    """Tell a day that is made of constants and exists."""
    return op == "make_day" and _written_day(args) is not None


def _written_day(args: tuple[Node, ...]) -> date | None:
    """Return the day that constants are, if there is one."""
    numbers = [number for arg in args if (number := constant_fraction(arg)) is not None]
    return make_day(*numbers) if len(numbers) == len(args) else None


def _is_positive(node: Node) -> bool:
    """Tell a divisor that is written in the rulebook and more than zero: no error comes of it."""
    number = constant_fraction(node)
    return number is not None and number > 0


def _joined_kind(args: Sequence[Node]) -> Kind:
    """Find the kind of what is one of two; an operand that is never a value says nothing."""
    return next((arg.kind for arg in args[:2] if arg.kind != "none"), "none")


def _kind_of_days_too(op: Primitive, args: Sequence[Node]) -> Kind:
    """Find the kind of what takes days as well: what is never a value is of neither kind.

    Of a sum each operand must have a value, of the least one at least.
    """
    kinds = [arg.kind for arg in args]
    if op in ("min", "max") and "date" in kinds:
        return "date"
    never = any if op in ("add", "sub") else all
    return "none" if never(kind == "none" for kind in kinds) else "number"


def _non_values(op: Primitive, args: tuple[Node, ...]) -> NonValueKinds:
    """Find which non-values may come out."""
    # a question turns every non-value into an answer but an error, which it passes on
    if op in ("is_missing", "applies"):
        return args[0].non_values & _ERROR
    if op in ("default", "if_missing"):
        first, second = args[0].non_values, args[1].non_values
        replaced = "not_applicable" if op == "default" else "missing"
        return (first - {replaced}) | second if replaced in first else first
    return NO_NON_VALUES.union(*(arg.non_values for arg in args))


# -- Sizes -----------------------------------------------------------------------------------------


def common_scale(sizes: list[Size]) -> int | None:
    """Find the scale at which all are whole; None when one is a pair."""
    scales = [size.scale for size in sizes]
    return (
        None if None in scales else max((scale for scale in scales if scale is not None), default=0)
    )


def _shared(sizes: list[Size], grow: int) -> Size:
    """Size one of several, or their sum: at the common scale, or over the common denominator."""
    scale = common_scale(sizes)
    if scale is None:
        # pairs are brought over the product of their denominators, which nobody reduces on the way
        bottom = sum(bottom_of(size) for size in sizes)
        return Size(None, max(size.top + bottom - bottom_of(size) for size in sizes) + grow, bottom)
    return Size(
        scale,
        max((size.top + power_bits(scale - size.decimals) for size in sizes), default=1) + grow,
        0,
    )


def _add(sizes: list[Size]) -> Size:
    return _shared(sizes, 1)


def _one_of(sizes: list[Size]) -> Size:
    if common_scale(sizes) is not None:
        return _shared(sizes, 0)
    return Size(None, max(size.top for size in sizes), max(bottom_of(size) for size in sizes))


def _sum(sizes: list[Size]) -> Size:
    """Size a sum; one of pairs is reduced at every step, so it is as large as the limit admits."""
    size = _shared(sizes, len(sizes).bit_length())
    # `add_pairs` gives up as soon as a partial sum passes the limit, so twice its bits are enough
    return (
        size
        if size.scale is not None and size.top <= SAFE_BITS
        else Size(None, 2 * SAFE_BITS, 2 * SAFE_BITS)
    )


def _mul(sizes: list[Size]) -> Size:
    left, right = sizes
    top = left.top + right.top
    # scales add up along a chain of products: past this one a pair in lowest terms is smaller
    if (
        left.scale is not None
        and right.scale is not None
        and left.scale + right.scale <= LARGEST_SCALE
    ):
        return Size(left.scale + right.scale, top, 0)
    return Size(None, top, bottom_of(left) + bottom_of(right))


def _div(sizes: list[Size]) -> Size:
    left, right = sizes
    if left.scale is not None and right.scale is not None:
        # the quotient of whole numbers at one scale: only the side of the smaller scale is raised
        up, down = max(right.scale - left.scale, 0), max(left.scale - right.scale, 0)
        return Size(None, left.top + power_bits(up), right.top + power_bits(down))
    return Size(None, left.top + bottom_of(right), right.top + bottom_of(left))


def _mod(sizes: list[Size]) -> Size:
    left, right = sizes
    if common_scale(sizes) is not None:
        return _shared(sizes, 0)
    return Size(None, right.top + bottom_of(left), bottom_of(left) + bottom_of(right))


def _rounded(size: Size, decimals: int) -> Size:
    if size.scale is not None and size.scale <= decimals:
        rounded = size
    elif size.scale is not None:
        rounded = Size(decimals, size.top, 0)
    else:
        # the numerator is raised before it is divided, and rounding may add one
        rounded = Size(decimals, size.top + power_bits(decimals) + 1, 0)
    return _within(rounded, None if size.most is None else size.most + 1)


def _most_of(
    op: Primitive, args: tuple[Node, ...], mosts: list[int | None], of_itself: int | None
) -> int | None:
    """Bound the value of an expression by those of its operands; None where nothing is known."""
    if op == "choose":
        # the test is no number, and bounds nothing
        mosts = mosts[:2]
    known = [most for most in mosts if most is not None]
    if len(known) < len(mosts) or not known:
        return None
    match op:
        case "add" | "sub" | "sum":
            return sum(known)
        case "mul":
            return known[0] * known[1]
        case "div":
            divisor = constant_fraction(args[1])
            return ceil(known[0] / divisor) if divisor is not None and divisor > 0 else None
        case "mod":
            return known[1]
        case "count" | "length":
            return None
        case _ if args[0].kind == "date":
            return of_itself  # a count of days says nothing of the days as numbers
        case _:
            return max(known)


def _within(size: Size, most: int | None) -> Size:
    """Narrow a size by the largest value, as far as that is no larger than the limit."""
    if most is None or most.bit_length() > _LIMIT_BITS:
        return replace(size, most=None)
    bits = (
        most.bit_length() + size.bottom
        if size.scale is None
        else int(most * 10**size.scale).bit_length()
    )
    return replace(size, top=min(size.top, bits), most=most)


# -- The table -------------------------------------------------------------------------------------


_Args = tuple[Node, ...]


def _ranges(args: _Args) -> list[Interval]:
    return [arg.range for arg in args]


def _total(args: _Args) -> Interval:
    ranges = _ranges(args)
    return Interval(
        _sum_of([each.low for each in ranges]),
        _sum_of([each.high for each in ranges]),
        any(each.low_open for each in ranges),
        any(each.high_open for each in ranges),
        whole=all(each.whole for each in ranges),
    )


def _sum_of(ends: Iterable[Fraction | None]) -> Fraction | None:
    """Add ends, those of one denominator as whole numbers: a group has thousands of members."""
    tops: dict[int, int] = {}
    for end in ends:
        if end is None:
            return None
        top, bottom = end.as_integer_ratio()
        tops[bottom] = tops.get(bottom, 0) + top
    return sum((Fraction(top, bottom) for bottom, top in tops.items()), intervals.ZERO)


def _counted(args: _Args) -> Interval:
    return Interval(intervals.ZERO, Fraction(len(args)), whole=True)


def _either(args: _Args) -> Interval:
    return intervals.unite(_ranges(args)[:2])


@dataclass(frozen=True, slots=True)
class _Transfer:
    """What a primitive gives (None: what its operands are), how large, and between which ends."""

    kind: Kind | None
    size: Callable[[list[Size]], Size] = lambda sizes: sizes[0]
    range: Callable[[_Args], Interval] = lambda _: ANY


_LAST = date.max.toordinal()
_CALENDAR = Interval(Fraction(1), Fraction(_LAST), whole=True)


def _made(args: _Args) -> Interval:
    """Bound a day: by itself where it is written out."""
    day = _written_day(args)
    return _CALENDAR if day is None else intervals.exactly(Fraction(day.toordinal()))


def _moved(args: _Args) -> Interval:
    return intervals.intersect(_CALENDAR, intervals.add(*_ranges(args)))


def _stepped(longest: int) -> Callable[[_Args], Interval]:
    """Bound a day that is moved by months or years of at most so many days."""

    def bound(args: _Args) -> Interval:
        day, count = _ranges(args)
        reach = intervals.multiply(count, Interval(Fraction(-longest), Fraction(longest)))
        days = intervals.unite([intervals.exactly(intervals.ZERO), reach])
        if count.low is not None and count.low >= 0:
            days = intervals.intersect(days, Interval(intervals.ZERO))
        if count.high is not None and count.high <= 0:
            days = intervals.intersect(days, Interval(None, intervals.ZERO))
        return intervals.intersect(_CALENDAR, intervals.add(day, days))

    return bound


def _between(args: _Args) -> Interval:
    return intervals.subtract(args[1].range, args[0].range)


def _part(most: int) -> _Transfer:
    """Make the row of a part of a day, from 1 to so many."""
    return _Transfer(
        "number", lambda _: Size(0, most.bit_length(), 0, most),
        lambda _: Interval(Fraction(1), Fraction(most), whole=True),
    )  # fmt: skip


def _counted_between(most: int, bound: Callable[[_Args], Interval]) -> _Transfer:
    return _Transfer("number", lambda _: Size(0, most.bit_length(), 0, most), bound)


def _days_of(known: Interval) -> tuple[date, date]:
    """Give the first and the last day of the calendar that an interval of days holds."""
    ends = (1 if known.low is None else known.low, _LAST if known.high is None else known.high)
    first, last = (date.fromordinal(min(max(int(end), 1), _LAST)) for end in ends)
    return first, last


def _counted_by(count: Callable[[date, date], Fraction]) -> Callable[[_Args], Interval]:
    """Bound a count that grows with its second day, and shrinks as its first one grows."""

    def bound(args: _Args) -> Interval:
        (first, last), (from_day, to_day) = (_days_of(each.range) for each in args)
        return Interval(count(last, from_day), count(first, to_day), whole=True)

    return bound


def _years(args: _Args) -> Interval:
    first, last = _days_of(args[0].range)
    return Interval(Fraction(first.year), Fraction(last.year), whole=True)


def _within_month(args: _Args, down: int, up: int) -> Interval:
    days = Interval(Fraction(down), Fraction(up), whole=True)
    return intervals.intersect(_CALENDAR, intervals.add(args[0].range, days))


_TRUTH = _Transfer("boolean")
_TRANSFERS: Mapping[Primitive, _Transfer] = {
    "neg": _Transfer("number", range=lambda args: intervals.negate(args[0].range)),
    "pos": _Transfer("number", range=lambda args: args[0].range),
    "abs": _Transfer("number", range=lambda args: intervals.absolute(args[0].range)),
    "add": _Transfer("number", _add, lambda args: intervals.add(*_ranges(args))),
    "sub": _Transfer("number", _add, lambda args: intervals.subtract(*_ranges(args))),
    "mul": _Transfer("number", _mul, lambda args: intervals.multiply(*_ranges(args))),
    "div": _Transfer("number", _div, lambda args: intervals.divide(*_ranges(args))),
    "mod": _Transfer("number", _mod, lambda args: intervals.remainder(args[1].range)),
    "sum": _Transfer("number", _sum, _total),
    "min": _Transfer("number", _one_of, lambda args: intervals.least(_ranges(args))),
    "max": _Transfer("number", _one_of, lambda args: intervals.greatest(_ranges(args))),
    "count": _Transfer(
        "number", lambda sizes: Size(0, len(sizes).bit_length() + 1, 0), _counted
    ),
    "length": _Transfer(
        "number", lambda _: Size(0, 64, 0), lambda _: Interval(intervals.ZERO, whole=True)
    ),
    "round": _Transfer("number"),
    "choose": _Transfer(None, lambda sizes: _one_of(sizes[:2]), _either),
    "default": _Transfer(None, _one_of, _either),
    "if_missing": _Transfer(None, _one_of, _either),
    "lt": _TRUTH, "le": _TRUTH, "eq": _TRUTH, "ne": _TRUTH, "ge": _TRUTH, "gt": _TRUTH,
    "in": _TRUTH, "not_in": _TRUTH, "not": _TRUTH, "and": _TRUTH, "or": _TRUTH,
    "is_missing": _TRUTH, "applies": _TRUTH,
    "starts_with": _TRUTH, "ends_with": _TRUTH, "contains": _TRUTH,
    "make_day": _Transfer("date", range=_made),
    "move_day": _Transfer("date", range=_moved),
    "add_months": _Transfer("date", range=_stepped(31)),
    "add_years": _Transfer("date", range=_stepped(366)),
    "start_of_month": _Transfer("date", range=lambda args: _within_month(args, -30, 0)),
    "end_of_month": _Transfer("date", range=lambda args: _within_month(args, 0, 30)),
    "count_days": _counted_between(date.max.toordinal(), _between),
    "count_months": _counted_between(12 * date.max.year, _counted_by(count_months)),
    "count_years": _counted_between(date.max.year, _counted_by(count_years)),
    "year_of": _counted_between(date.max.year, _years), "month_of": _part(12), "day_of": _part(31),
    "weekday_of": _part(7),
}  # fmt: skip
