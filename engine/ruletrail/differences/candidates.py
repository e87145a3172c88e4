"""Values worth trying for one field, where a change may show: on and beside thresholds.

A threshold is met where the two sides of a comparison are equal. How far apart they are is asked
of the report itself and of one a step further; between the two rulebooks' thresholds lie the values
that tell them apart.
"""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import Any

from ruletrail.analysis import intervals
from ruletrail.analysis.condition_solver import is_comparison
from ruletrail.analysis.field_domains import read_fields
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.differences.aims import MOST_CONSTANTS, by_text
from ruletrail.differences.pieces import constants_in
from ruletrail.differences.reach import Pair
from ruletrail.differences.trials import Answer, Document, Trial, conclude_with, facts_of
from ruletrail.examples.coverage import row_of, side_values, value_of
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.formulas import Formula, list_of
from ruletrail.formulas.day_arithmetic import add_years, move_day
from ruletrail.formulas.lookups import BandScale, KeyedTable
from ruletrail.formulas.operations import IN, NOT_IN
from ruletrail.linking import LinkedRulebook, clauses_of
from ruletrail.rulebooks import Parameter
from ruletrail.schemas import FieldDeclaration
from ruletrail.trails import Conclusion
from ruletrail.trails.conclusions import derivations_of
from ruletrail.values import (
    MOST_INTEGER_DIGITS,
    Fact,
    Value,
    is_plain_number,
    round_number,
    to_decimal,
    write_number,
)

_CENT = Fraction(1, 100)
_FINEST = 10
_LARGEST = Interval(Fraction(1 - 10**MOST_INTEGER_DIGITS), Fraction(10**MOST_INTEGER_DIGITS - 1))
_MOST_TEXTS = 12
_MOST_DISTANCES = 60
_MOST_YEARS = 6
_MOST_DAYS = 8
_LONGEST_LIFE = 130
_MOST_ROWS = 8

Plain = str | bool | Decimal | date


@dataclass(slots=True)
class Forms:
    """What both forms say of their fields, and the constants that each entry speaks of."""

    pair: Pair
    typed: tuple[Mapping[str, TypedField], ...] = ()
    lists: set[str] = field(default_factory=set)
    """The lists of rows of either."""
    _constants: dict[str, frozenset[Value]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Read both forms."""
        self.typed = tuple(read_fields(graph.linked.schema) for graph in self.pair.graphs)
        self.lists = {code for graph in self.pair.graphs for code in graph.linked.schema.lists}

    def field(self, code: str) -> TypedField | None:
        """Give what the new form says of a field, else the old one."""
        return self.typed[1].get(code) or self.typed[0].get(code)

    def way_on(self, code: str, number: Fraction) -> int:
        """Tell which number beside one both forms admit: the next one, else the one before."""
        ranges = [each[code].range for each in self.typed if code in each]
        return 1 if all(each.holds(number + 1) for each in ranges) else -1

    def cell(self, code: str) -> FieldDeclaration | None:
        """Give what a form says of a field of rows."""
        for graph in reversed(self.pair.graphs):
            if code in graph.linked.schema.cells:
                return graph.linked.schema.cells[code]
        return None

    def constants(self, codes: Iterable[str]) -> list[Value]:
        """List the constants that some entries of either rulebook compare or compute with."""
        found: dict[Value, None] = {}
        for code in codes:
            if code not in self._constants:
                self._constants[code] = frozenset(self._read_constants(code))
            found |= dict.fromkeys(sorted(self._constants[code], key=by_text))
        return list(found)[:MOST_CONSTANTS]

    def _read_constants(self, code: str) -> Iterator[Value]:
        for graph in self.pair.graphs:
            rulebook = graph.linked.rulebook
            names = [code, *graph.reads.get(code, ())]
            for name in names:
                if name in rulebook.parameters:
                    yield from _of_parameter(rulebook.parameters[name])
                yield from _of_lookup(graph.linked, name)
            if code in rulebook.entries:
                contents = (each.content for each in clauses_of(rulebook.entries[code]))
                yield from constants_in(e.tree for e in contents if isinstance(e, Formula))


def _of_parameter(parameter: Parameter) -> Iterator[Value]:
    """Yield a parameter's value, or its values and the days from which they hold."""
    if parameter.value is not None:
        yield parameter.value
    for each in parameter.values:
        yield from (each.value, each.days.first)


def _of_lookup(linked: LinkedRulebook, code: str) -> Iterator[Value]:
    """Yield what a scale or a table is looked up by."""
    lookup = linked.lookups.get(code)
    if isinstance(lookup, BandScale):
        yield from (band.threshold for band in lookup.bands)
    elif isinstance(lookup, KeyedTable):
        yield from (each for row in lookup.rows for cell in row.cells for each in cell)


# -- Values of a field -----------------------------------------------------------------------------


def list_values(
    known: TypedField,
    now: Plain | None,
    constants: Sequence[Value],
    roots: Sequence[Fraction],
    days: Sequence[date],
) -> list[Plain]:
    """List values to try for a field, the likeliest first; its present one is not among them.

    `days` are those that the report speaks of.
    """
    values: list[Plain]
    match known.kind:
        case "boolean":
            values = [True, False]
        case "text":
            texts = [each for each in constants if isinstance(each, str)]
            listed: Sequence[str] = known.choices or (*texts, "", "x")
            values = list[Plain](dict.fromkeys(listed))[:_MOST_TEXTS]
        case "date":
            ends = [
                date.fromordinal(int(end)) for end in (known.range.low, known.range.high) if end
            ]
            values = list(list_days(_admits(known), [*days, *ends], constants))
        case _:
            values = [_decimal(each) for each in _numbers(known, now, constants, roots)]
    return [value for value in values if type(value) is not type(now) or value != now]


def _admits(known: TypedField) -> Callable[[date], bool]:
    return lambda day: known.range.holds(Fraction(day.toordinal()))


def _decimal(number: Fraction) -> Decimal:
    return Decimal(write_number(number))


def list_days(
    admits: Callable[[date], bool], near: Iterable[date], constants: Sequence[Value]
) -> list[date]:
    """List days to try: those that are spoken of, beside them, and their anniversaries.

    Anniversaries are of as many years as conditions compare with.
    """
    days = [*near, *(each for each in constants if isinstance(each, date))]
    years = sorted(each for each in constants if isinstance(each, Fraction) and _are_years(each))
    counts = [Fraction(0), *(sign * each for each in years[:_MOST_YEARS] for sign in (-1, 1))]
    found: dict[date, None] = {}
    for day in days[:_MOST_DAYS]:
        for count in counts:
            moved = add_years(day, count)
            for step in (0, -1, 1):
                beside = move_day(moved, Fraction(step)) if moved is not None else None
                if beside is not None and admits(beside):
                    found[beside] = None
    return list(found)


def _are_years(number: Fraction) -> bool:
    return number.denominator == 1 and 0 < abs(number) <= _LONGEST_LIFE


def days_in(document: Document) -> list[date]:
    """List the days that a report speaks of, in its rows too."""
    found: dict[date, None] = {}
    waiting: list[Any] = [document.get("fields", {})]
    while waiting:
        top = waiting.pop()
        if isinstance(top, Mapping):
            waiting += top.values()
        elif isinstance(top, list):
            waiting += top
        elif isinstance(top, date):
            found[top] = None
    return list(found)


def _numbers(
    known: TypedField, now: Plain | None, constants: Sequence[Value], roots: Sequence[Fraction]
) -> list[Fraction]:
    step = known.step or _CENT
    allowed = intervals.intersect(known.range, _LARGEST)
    here = Fraction(now) if isinstance(now, Decimal | int) and now is not True else Fraction(0)
    met = sorted(set(roots))
    wanted = [(one + other) / 2 for one, other in pairwise(met)]
    for each in [*met, *(each for each in constants if isinstance(each, Fraction))]:
        wanted += [each, each - step, each + step, each - 1, each + 1]
    wanted += [Fraction(0), Fraction(1), here + 1, here - 1, here * 10, here / 10, here * 2]
    wanted += [end for end in (known.range.low, known.range.high) if end is not None]
    fitted = (fit(each, step, known) for each in wanted)
    found = {each: None for each in fitted if allowed.holds(each) and _is_short(each)}
    return list(found)


def fit(number: Fraction, step: Fraction, known: TypedField) -> Fraction:
    """Bring a number to a multiple of the field's step; without one, to few decimals."""
    if known.step is None:
        return round_number(number, min(known.scale, _FINEST), "half_up")
    return (number / step).__round__() * step


def admitted_value(value: Value, known: TypedField | None) -> Plain | None:
    """Write a value as a report has it, a number as the field may hold it; None if it may not."""
    if isinstance(value, Fraction):
        number = value if known is None else fit(value, known.step or _CENT, known)
        is_held = known is None or known.range.holds(number)
        return _decimal(number) if is_held and _is_short(number) else None
    if isinstance(value, date):
        return value if known is None or _admits(known)(value) else None
    is_listed = known is None or not known.choices or value in known.choices
    return value if is_listed else None


def _is_short(number: Fraction) -> bool:
    text = write_number(number)
    return "/" not in text and is_plain_number(text) and len(text.partition(".")[2]) <= _FINEST


# -- Where comparisons turn ------------------------------------------------------------------------


Roots = dict[Fraction | None, list[Fraction]]
"""Numbers at which comparisons turn; those of scales by the threshold that is met there."""


def distances(
    answer: Answer, near: Mapping[str, None]
) -> list[tuple[Fraction | None, Fraction | None]]:
    """List left minus right of the comparisons of some steps; of lookups, of each threshold.

    That threshold comes with it.
    """
    facts = facts_of(answer)
    found: list[tuple[Fraction | None, Fraction | None]] = []
    for conclusion in _conclusions(answer, near, facts):
        row = row_of(conclusion)
        for derivation in derivations_of(conclusion):
            for part in derivation.formula.parts:
                if len(found) >= _MOST_DISTANCES:
                    return found
                if derivation.parts[part.part].rows is not None:
                    continue
                lookup = answer.linked.lookups.get(part.code)
                if isinstance(lookup, BandScale):
                    value = value_of(part.operands[0], derivation, facts, row)
                    begins = [band.threshold for band in lookup.bands]
                    found += [(begin, _apart(value, begin)) for begin in begins]
                elif is_comparison(part) and part.operation not in (IN, NOT_IN):
                    found.append((None, _apart(*side_values(part, derivation, facts, row))))
    return found


def _conclusions(
    answer: Answer, near: Mapping[str, None], facts: Mapping[str, Fact]
) -> Iterator[Conclusion]:
    """Yield the conclusions of some steps: drawn anew, which costs less than a whole record."""
    entries = answer.linked.rulebook.entries
    if answer.evaluation is None:
        return
    if any(list_of(code) for code in near):
        yield from (each for each in answer.evaluation.record.conclusions
                    if each.entry.code in near)  # fmt: skip
        return
    for code in near:
        if code in entries:
            yield conclude_with(answer, entries[code], facts)


def _apart(one: object, other: object) -> Fraction | None:
    are_numbers = isinstance(one, Fraction) and isinstance(other, Fraction)
    return one - other if are_numbers else None  # type: ignore[operator]  # by their test


def find_roots(
    here: Trial, moved: Trial, now: Fraction, step: int, near: Mapping[str, None]
) -> Roots:
    """Find where comparisons turn along one number, that was moved by a step, if straight."""
    roots: Roots = {}
    for one, other in ((here.old, moved.old), (here.new, moved.new)):
        pairs = zip(distances(one, near), distances(other, near), strict=False)
        for (begin, before), (_, after) in pairs:
            if before is not None and after is not None and before != after:
                root = now - step * before / (after - before)
                roots.setdefault(begin, []).append(root)
    return roots


# -- Documents -------------------------------------------------------------------------------------


def value_in(document: Document, code: str) -> Plain | None:
    """Return the value of a field, or, of a field of rows, that of the first row."""
    over, _, name = code.partition(".")
    fields: Mapping[str, Any] = document.get("fields", {})
    found = _rows_in(fields, over)[0].get(name) if name else fields.get(code)
    if isinstance(found, int | Fraction) and not isinstance(found, bool):
        return Decimal(found) if isinstance(found, int) else Decimal(str(to_decimal(found)))
    return found if isinstance(found, str | bool | Decimal | date) else None


def with_value(
    document: Document, code: str, value: Plain | None, lists: Collection[str]
) -> Document:
    """Return a report with another value of a field, or of a cell of its first row; None for none.

    Of `lists`, a number is that of their rows, all like the first; one of an empty row is made.
    """
    over, _, name = code.partition(".")
    fields: dict[str, Any] = dict(document.get("fields", {}))
    first, *others = _rows_in(fields, over)
    if code in lists and isinstance(value, Decimal):
        fields[code] = [dict(first) for _ in range(int(value))]
    elif not name:
        fields.pop(code, None)
        fields |= {} if value is None else {code: value}
    else:
        cells = {key: cell for key, cell in first.items() if key != name}
        cells |= {} if value is None else {name: value}
        fields[over] = [cells, *others]
    return {**document, "fields": fields}


def _rows_in(fields: Mapping[str, Any], over: str) -> list[dict[str, Any]]:
    """Return the rows of a list, an empty one where it has none; another form may have a field."""
    rows = fields.get(over)
    return rows if rows and isinstance(rows, list) else [{}]


def list_sizes(constants: Sequence[Value], most: int) -> list[Plain]:
    """List numbers of rows to try, with those that something is compared with."""
    wanted = [int(each) for each in constants if isinstance(each, Fraction) and abs(each) <= most]
    sizes = dict.fromkeys(
        [*range(_MOST_ROWS), *(each + step for each in wanted for step in (0, 1))]
    )
    return [Decimal(size) for size in sizes if 0 <= size <= most]
