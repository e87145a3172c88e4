"""Values worth trying for a missing input, all of them admitted by the schema of the report.

They lie near what the rulebook compares with, likely ones first. What the schema asks of a value by
itself decides here which are left; what it asks of several together, `admitting` tells of each try.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from itertools import islice
from math import floor
from typing import Any, TypeVar

from ruletrail.analysis.field_domains import least_rows, read_fragments, read_lists
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.typed_inputs import TypedList
from ruletrail.formulas import Call, Constant, walk_expression, written_day
from ruletrail.formulas.lookups import BandScale, DatedLookup, KeyedTable, Lookup
from ruletrail.linking import formulas_of
from ruletrail.needs.admitting import plain_value
from ruletrail.needs.possible import Days, Possible, absent_field, number_of_day
from ruletrail.needs.steps import Rows, Situation
from ruletrail.rulebooks import Entry, Parameter
from ruletrail.schemas import Schema
from ruletrail.schemas.generated import Generator
from ruletrail.schemas.tables import UnsureError
from ruletrail.trails import entry_of
from ruletrail.values import Value

_Fragment = Mapping[str, Any]
_MOST_CONSTANTS = 24
_MOST_ROWS_TRIED = 8
_LONGEST_TEXT = 1_000
"""Letters of a text that is tried where a schema asks for so many at least."""
_STEPS = (Fraction(0), Fraction(1), Fraction(-1), Fraction(1, 100), Fraction(-1, 100))
_USUAL_DAYS = (date(2000, 1, 1), date(2024, 2, 29), date.min, date.max)


class Candidates:
    """What is tried for each missing input; made when an input is first asked for."""

    def __init__(self, situation: Situation, steps: Iterable[Entry], *, is_by_parts: bool) -> None:
        """Take the steps that are looked at again, and whether the schema asks part by part."""
        self._situation = situation
        self._constants = _list_constants(situation, steps)
        self._asking = _Asking(situation.linked.schema, is_by_parts=is_by_parts)
        schema = situation.linked.schema
        are_lists = any(over in situation.bits for over in schema.lists)
        self._lists = read_lists(schema) if are_lists else {}
        self._made: dict[str, tuple[Value | Rows, ...]] = {}
        self._values: dict[str, tuple[Value, ...]] = {}

    def of(self, code: str) -> tuple[Value | Rows, ...]:
        """List the values of a field or cell, or the rows of a list; none where none is known."""
        if code not in self._made:
            over = self._lists.get(code)
            domain = self._situation.domains[code]
            self._made[code] = tuple(self._rows(over)) if over else self._of_field(code, domain)
        return self._made[code]

    def _of_field(self, code: str, domain: Possible) -> tuple[Value, ...]:
        named = entry_of(code)
        if named not in self._values:
            fragments = self._asking.fragments(named)
            proposed = _candidates(domain, self._constants, fragments)
            admitted = (value for value in proposed if self._asking.admits(named, value))
            self._values[named] = tuple(dict.fromkeys(admitted))
        return self._values[named]

    def _rows(self, over: TypedList) -> Iterator[Rows]:
        """Yield a few ways to supply a list: rows of likely values, and no row at all."""
        situation = self._situation
        computed = situation.linked.rulebook.entries
        cells = {
            name: self._of_field(cell.code, absent_field(cell))
            for name, cell in over.cells.items()
            if cell.code not in computed
        }
        names = [name for name, values in cells.items() if values]
        choices = [cells[name] for name in names]
        least = least_rows(self._asking.fragments(over.code))
        needed = {name for name, cell in over.cells.items() if cell.required}
        for at in range(_MOST_ROWS_TRIED):
            if over.most > 0 and needed <= set(names):
                yield (dict(zip(names, choose(choices, at), strict=True)),) * max(1, least)
            if at == 0 and least == 0:
                yield ()


class _Asking:
    """What the schema asks of each value by itself, wherever else the report is."""

    def __init__(self, schema: Schema, *, is_by_parts: bool) -> None:
        self._schema, self._generator = schema, Generator(schema.content)
        self._is_by_parts = is_by_parts
        self._fragments: dict[str, Sequence[_Fragment]] = {}

    def fragments(self, code: str) -> Sequence[_Fragment]:
        """List what is said of a field, a list or a cell in every case."""
        if code not in self._fragments:
            self._fragments[code] = read_fragments(self._schema, code)
        return self._fragments[code]

    def admits(self, code: str, value: Value) -> bool:
        """Tell whether a value is admitted; one that is unsure, where the report decides later."""
        plain = plain_value(value)
        try:
            return all(
                self._generator.table(each)[type(plain)](plain) for each in self.fragments(code)
            )
        except (UnsureError, RecursionError):
            return not self._is_by_parts


_Choice = TypeVar("_Choice")


def choose(choices: Sequence[Sequence[_Choice]], at: int) -> list[_Choice]:
    """Choose one value for each input; another combination each time, the same for one count."""
    if at == 0:
        return [values[0] for values in choices]
    chosen, state = [], at
    for values in choices:
        # a plain linear congruence: enough to be uneven, and the same everywhere
        state = (state * 6_364_136_223_846_793_005 + 1_442_695_040_888_963_407) % 2**64
        chosen.append(values[(state >> 33) % len(values)])
    return chosen


def _list_constants(situation: Situation, steps: Iterable[Entry]) -> list[Value]:
    """List what conditions may compare with: literals, constants, values that are known."""
    found: dict[Value, None] = {}
    numbers: dict[Value, None] = {}
    linked = situation.linked
    lookups, parameters = linked.lookups, linked.rulebook.parameters
    seen: set[str] = set()
    for entry in steps:
        trees = [formula.tree for formula in formulas_of(entry)]
        parts = [part for tree in trees for part in walk_expression(tree)]
        called = {part.code for part in parts if isinstance(part, Call) and part.code} - seen
        seen |= called  # what a scale tells apart is listed once, whichever rules call it
        reads = linked.reads[entry.code]
        known = (situation.record.facts.get(code) for code in reads)
        for value in (
            *(part.value for part in parts if isinstance(part, Constant)),
            *(day for part in parts if (day := written_day(part)) is not None),
            *(fact for fact in known if isinstance(fact, Fraction | str | bool | date)),
            *(value for code in sorted(called) for value in _keys_of(lookups.get(code))),
            *(value for code in reads for value in _dated_values(parameters.get(code))),
        ):
            (numbers if isinstance(value, Fraction) else found)[value] = None
    return [*list(found)[:_MOST_CONSTANTS], *list(numbers)[:_MOST_CONSTANTS]]


def _keys_of(lookup: Lookup | None) -> Iterator[Value]:
    """Yield what a scale or table tells apart: days, thresholds, the keys of the first rows."""
    match lookup:
        case BandScale(bands=bands):
            yield from (band.threshold for band in bands)
        case KeyedTable():
            rows = lookup.rows[:_MOST_CONSTANTS]
            yield from (cell for row in rows for cells in row.cells for cell in cells)
        case DatedLookup(stretches=stretches):
            yield from (each.days.first for each in stretches[:_MOST_CONSTANTS])
            for each in stretches:
                yield from _keys_of(each.content)


def _dated_values(parameter: Parameter | None) -> Iterator[Value]:
    """Yield what a dated parameter is, and since when."""
    for each in parameter.values[:_MOST_CONSTANTS] if parameter is not None else ():
        yield from (each.days.first, each.value)


def _candidates(
    domain: Possible, constants: Sequence[Value], fragments: Sequence[_Fragment]
) -> Iterator[Value]:
    """Yield values that an input may have, likely ones first."""
    listed_numbers = _listed_numbers(fragments)
    if listed_numbers:
        yield from listed_numbers
        return
    match domain.values:
        case frozenset() as listed:
            yield from sorted(listed)
        case Interval() as inside:
            steps = [Fraction(each["multipleOf"]) for each in fragments if "multipleOf" in each]
            yield from _numbers(inside, constants, max(steps, default=None))
        case Days() as days:
            yield from _days(days, constants)
        case None:
            # where any value may stand there is no list and no interval: that is text
            texts = [value for value in constants if isinstance(value, str)]
            shortest = max((int(each.get("minLength", 0)) for each in fragments), default=0)
            yield from (*texts, "x", "", "x" * min(shortest, _LONGEST_TEXT))


def _listed_numbers(fragments: Sequence[_Fragment]) -> list[Value]:
    """Give the numbers that a schema lists, as many as are tried."""
    listed = next((each["enum"] for each in fragments if "enum" in each), ())
    numbers = (Fraction(each) for each in listed if type(each) in (int, Decimal))
    return list(islice(numbers, _MOST_CONSTANTS))


def _numbers(
    inside: Interval, constants: Sequence[Value], multiple: Fraction | None
) -> Iterator[Value]:
    """Yield numbers near those that are known; of some step, the multiples on both sides."""
    known = [value for value in constants if isinstance(value, Fraction)]
    ends = [end for end in (inside.low, inside.high) if end is not None]
    near: Sequence[Fraction] = (
        Fraction(1), *known, *ends, Fraction(0), Fraction(1000), Fraction(10**6),
    )  # fmt: skip
    steps: Sequence[Fraction] = _STEPS
    if multiple:
        near = tuple(floor(number / multiple) * multiple for number in near)
        steps = (Fraction(0), multiple, -multiple)
    for number in near:
        for step in steps:
            if inside.holds(number + step) and _is_short(number + step):
                yield number + step


def _days(days: Days, constants: Sequence[Value]) -> Iterator[Value]:
    """Yield days that an input can have: those that are known, its ends, and those beside them."""
    known = [number_of_day(value) for value in constants if isinstance(value, date)]
    ends = [end for end in (days.inside.low, days.inside.high) if end is not None]
    for number in (*known, *ends, *map(number_of_day, _USUAL_DAYS)):
        for step in (0, -1, 1):
            if days.inside.holds(number + step):
                yield date.fromordinal(int(number + step))


def _is_short(number: Fraction) -> bool:
    """Tell whether a document can write a number."""
    return 10**10 % number.denominator == 0
