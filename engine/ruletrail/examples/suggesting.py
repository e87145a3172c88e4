"""Suggest, for what no example shows, an input that would.

One field of one example is changed, or one cell of a row, or how many rows a list has, and tried by
evaluating. Every suggestion was evaluated and shows the point; where no single change is found,
none is made.
"""

import re
from collections import deque
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import chain
from typing import TypeVar, cast

from ruletrail.analysis.condition_solver import is_comparison
from ruletrail.analysis.field_domains import least_rows, read_fragments
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.knowledge import field_ranges
from ruletrail.evaluations import evaluate_record
from ruletrail.examples.costs import Work, work_of
from ruletrail.examples.coverage import find_hits, row_of, side_values, value_of
from ruletrail.examples.reading import Outcome, Point
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.formulas import (
    Call,
    Constant,
    Derivation,
    Name,
    list_of,
    walk_expression,
    write_expression,
)
from ruletrail.formulas.day_arithmetic import add_years, move_day
from ruletrail.formulas.lookups import BandScale, DatedLookup, KeyedTable
from ruletrail.formulas.operations import IN, NOT_IN
from ruletrail.intake import check_report
from ruletrail.linking import LinkedRulebook
from ruletrail.linking.days import list_dated
from ruletrail.lints.subjects import formulas_in
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Parameter
from ruletrail.trails import Conclusion, Record, code_in_row
from ruletrail.trails.conclusions import derivations_of
from ruletrail.values import Value, round_number, write_number

MOST_TRIALS = 600
"""How many evaluations one search may cost."""
_ROUNDS = 3
"""How often each point has some more of them, before one may have all that are left."""
MOST_WORK = 200_000
"""How much all of them may look at together, lest a large rulebook take minutes."""
MOST_DISTANCES = 100_000
"""How far calls are from thresholds, how often that is looked at: calls times bands are many."""
MOST_KEYS = 50
"""Keys of a table that are tried for one field."""
_MOST_ROWS = 4
"""Rows of a list of which a cell is tried; the others are most often like these."""
_MOST_SIZES = 12
"""Rows that a list is tried with, from none on."""
_DECIMALS = 10
_ONE = Fraction(1)
_MOST_DATED = 20
"""Entries that hold from a day on, of one parameter, scale or table: days to try."""
_SINCE = re.compile(r"(?:\A|\s)since (\S+)\Z")
"""The end of what a point is about that holds from a day on."""
_MOST_YEARS = 8
"""Numbers of conditions that are tried as years between two days."""


Key = TypeVar("Key", str, Fraction)
_Pair = tuple[Fraction | None, Fraction | None]
"""How far a comparison or a call is from its threshold, in two evaluations; None for no numbers."""


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Set one field of one example to a value, and the point is shown.

    The code of a cell has the number of its row, `LIST[2].NAME`; that of how many rows there are is
    `size(LIST)`: the last ones go, or the last one is there again.
    """

    example: str
    code: str
    value: str
    shows: int = field(default=0, compare=False)
    """How much of all that is missed it shows."""


@dataclass(frozen=True, slots=True)
class _Slot:
    """What a change is of: a field, a cell in a row, a list as a whole."""

    code: str
    row: int = 0


@dataclass(slots=True)
class _Search:
    """The state of one search: what it reads, what is wanted and found, and what it may cost."""

    linked: LinkedRulebook
    bounds: Mapping[str, Interval]
    wanted: set[Point]
    shown: dict[Suggestion, set[Point]]
    """What each change that was tried shows of all that is wanted."""
    found: dict[Point, Suggestion]
    """For each point the change that showed it first: the nearest ones are tried first."""
    left: int
    """How many evaluations it may still make; walks over what rests on what are bounded by them."""
    work: Work
    callers: Mapping[str, Sequence[str]]
    """Who calls each scale and table."""
    tried: set[tuple[str, _Slot, Value]] = field(default_factory=set)
    """The changes that were tried; whatever one shows of all that is wanted is found then."""
    until: int = 0
    """At how many that are left the point that is searched for is given up."""
    left_work: int = MOST_WORK
    left_distances: int = MOST_DISTANCES
    spent: set[str] = field(default_factory=set)
    """The codes of points for which nothing is left to try in any example."""
    keys: dict[tuple[str, type], Sequence[Value]] = field(default_factory=dict)
    """The keys of each table that are tried, of one type."""
    moved: dict[tuple[str, _Slot], Record] = field(default_factory=dict)
    """What comes of a number of an example that is one more."""
    numbers: dict[tuple[str, _Slot, str, str], Iterator[Fraction]] = field(default_factory=dict)
    """What is left of the numbers worth trying: those of all points of a scale are the same."""

    def is_new(self, name: str, slot: _Slot, value: Value) -> bool:
        """Tell whether a change was not tried yet, and note that it is."""
        change = name, slot, value
        is_new = change not in self.tried
        self.tried.add(change)
        return is_new

    def try_report(self, report: Report) -> Record:
        """Evaluate a report, and count it."""
        self.count(report)
        return evaluate_record(self.linked, report, silent=True)

    def count(self, report: Report) -> None:
        """Count a trial."""
        self.left -= 1
        self.left_work -= self.work.of_report(report)
        # of many rows one trial is as much as hundreds without
        self.left = self.left if self.left_work > 0 else 0


@dataclass(slots=True)
class _Bases:
    """The examples that were admitted, with the records of the first ones that are looked at.

    No more are kept than there are trials; that of any other is made again, and is a trial itself.
    """

    outcomes: Sequence[Outcome]
    most: int
    most_work: int = MOST_WORK
    kept: dict[int, Record] = field(default_factory=dict)
    stretches: dict[int, frozenset[tuple[str, str]]] = field(default_factory=dict)
    """What each of the kept ones looked up, and since when that held."""

    def read(self, point: Point, search: _Search) -> Iterator[tuple[str, Record]]:
        """Yield the names of the examples, each with how the facts of its report were reached.

        For what holds from a day on those come first in which it does.
        """
        places = list(range(len(self.outcomes)))
        since = _since(point)
        if since:
            places.sort(key=lambda at: (point.code, since) not in self._stretches(at, search))
        for at in places:
            record = self._read_one(at, search)
            if record is None:
                return
            yield self.outcomes[at].example.name, record

    def _stretches(self, at: int, search: _Search) -> frozenset[tuple[str, str]]:
        if at not in self.stretches:
            record = self._read_one(at, search)
            if record is None:
                return frozenset()
            found = ((each.code, _since(each)) for each in find_hits(record))
            self.stretches[at] = frozenset(found)
        return self.stretches[at]

    def _read_one(self, at: int, search: _Search) -> Record | None:
        """Read an example as it is; None where that would be one trial too many."""
        if at in self.kept:
            return self.kept[at]
        report, _ = check_report(self.outcomes[at].example.report, search.linked)
        if report is None:
            raise TypeError("an example that was admitted has a report")
        work = search.work.of_report(report)
        if len(self.kept) < self.most and work <= self.most_work:
            self.most_work -= work
            record = self.kept[at] = evaluate_record(search.linked, report, silent=True)
            return record
        return search.try_report(report) if search.left > search.until else None


def _since(point: Point) -> str:
    """Say since when what a point is about holds; empty where it holds always."""
    found = _SINCE.search(point.what) if point.kind in ("band", "row") else None
    return found[1] if found is not None else ""


def suggest(
    linked: LinkedRulebook, outcomes: Sequence[Outcome], missed: Iterable[Point]
) -> Mapping[Point, Suggestion]:
    """Search for single changes of the examples that show what was missed.

    They follow the order of what was missed, which is the rulebook's, and no names.
    """
    missed = list(missed)
    work = work_of(linked)
    most = min(MOST_TRIALS, MOST_WORK // work.always)
    callers = list_callers(linked)
    search = _Search(linked, field_ranges(linked), set(missed), {}, {}, most, work, callers)
    bases = _Bases([outcome for outcome in outcomes if outcome.is_admitted], most)
    # what rests on no field no change can show: it is not looked into, only told apart
    changeable = rest_on_fields(linked)
    points = [
        point
        for point in missed
        if not changeable.isdisjoint(callers.get(point.code, (point.code,)))
    ]
    # what is right on a threshold shows more beside it than what is anywhere else
    points.sort(key=lambda e: e.kind != "threshold")
    # a few trials for each, then some more: what no single change shows must leave the others some
    fair = _share_fairly(search, bases, len(points))
    for share in (*(fair * 3**at for at in range(_ROUNDS)), MOST_TRIALS):
        for point in points:
            search.until = max(search.left - share, 0)
            _search_point(point, bases, search)
    counted = {each: replace(each, shows=len(points)) for each, points in search.shown.items()}
    return {point: counted[search.found[point]] for point in missed if point in search.found}


def _share_fairly(search: _Search, bases: _Bases, points: int) -> int:
    """Share half of the trials that there can be among points; of many rows there are few."""
    works = [search.work.of_document(each.example.report) for each in bases.outcomes]
    trials = min(search.left, MOST_WORK * len(works) // sum(works)) if works else 0
    return max(trials // (2 * max(points, 1)), 1)


def rest_on_fields(linked: LinkedRulebook) -> set[str]:
    """Name the entries that some field can change, through whatever they read."""
    entries, schema = linked.rulebook.entries, linked.schema
    fields = {*schema.fields, *schema.lists, *schema.cells}
    found: set[str] = set()
    for entry in linked.steps:
        # each step comes after what it reads; a declared value is not the value of its rule
        if any(
            read in found or (read in fields and read not in entries)
            for read in linked.reads.get(entry.code, ())
        ):
            found.add(entry.code)
    return found


def _search_point(point: Point, bases: _Bases, search: _Search) -> None:
    if point in search.found or point.code in search.spent or search.left <= search.until:
        return
    left = search.left
    callers = search.callers.get(point.code, ())
    inputs = inputs_of(search.linked, point.code, callers)
    own = _inputs_asked(search.linked, point, callers)
    # of what a row comes to its own cells decide before what all rows share
    inputs.sort(key=lambda code: (code not in own, list_of(code) != list_of(point.code)))
    for name, record in bases.read(point, search):
        _try_example(point, inputs, name, record, search)
        if point in search.found or search.left <= search.until:
            return
    if search.left == left:
        # all that could be tried was: thousands of points may be of one decision
        search.spent.add(point.code)


def _inputs_asked(linked: LinkedRulebook, point: Point, callers: Sequence[str]) -> set[str]:
    """Name the fields that a comparison, or what is looked up, rests on, of all its entry does."""
    entries = linked.rulebook.entries
    parts = (
        part
        for code in callers or (point.code,)
        for _, formula in (formulas_in(entries[code]) if code in entries else ())
        for part in formula.parts
    )
    if point.kind == "threshold":
        asked = (part for part in parts if is_comparison(part) and _is_written(part, point))
    else:
        asked = (part for part in parts if part.code == point.code)
    part = next(asked, None)
    if part is None:
        return set()
    names = [each.code for each in walk_expression(part) if isinstance(each, Name)]
    beyond = [each for each in names if each in entries]
    return {*names, *(inputs_of(linked, point.code, beyond) if beyond else ())}


def _is_written(part: Call, point: Point) -> bool:
    return write_expression(part) == point.what


def _try_example(
    point: Point, inputs: Iterable[str], name: str, record: Record, search: _Search
) -> None:
    for slot in (slot for code in inputs for slot in _slots(code, record.report)):
        if search.left <= search.until:
            return
        candidates = _candidates(slot, point, name, record, search)
        # asked before the next one is taken: numbers that were taken are not yielded again
        while search.left > search.until:
            value = next(candidates, None)
            if value is None:
                break
            if search.is_new(name, slot, value):
                _try(_change(record.report, slot, value), name, slot, value, search)
            if point in search.found:
                return


def _slots(code: str, report: Report) -> list[_Slot]:
    """List what of a report may be changed for an input: for a cell that of the first rows."""
    over = list_of(code)
    if not over:
        return [_Slot(code)]
    rows = len(report.lists.get(over, ()))
    return [_Slot(code, row) for row in range(1, min(rows, _MOST_ROWS) + 1)]


def _try(report: Report, name: str, slot: _Slot, value: Value, search: _Search) -> None:
    shown = find_hits(search.try_report(report)) & search.wanted
    code = code_in_row(slot.code, slot.row)
    code = f"size({code})" if code in search.linked.schema.lists else code
    suggestion = Suggestion(name, code, _write(value))
    if shown:
        search.shown[suggestion] = shown
    for point in shown - search.found.keys():
        search.found[point] = suggestion


def list_callers(linked: LinkedRulebook) -> Mapping[str, Sequence[str]]:
    """List for each scale and table the entries that call it, and who reads what goes by a day.

    Of all at once: thousands of tables may be called by thousands of entries.
    """
    parameters = linked.rulebook.parameters
    found: dict[str, list[str]] = {}
    for reader, reads in linked.reads.items():
        for code in reads:
            if code in parameters and parameters[code].day is not None:
                found.setdefault(code, []).append(reader)
    for entry in linked.rulebook.entries.values():
        names = {name for _, formula in formulas_in(entry) for name in formula.names}
        for code in names & linked.lookups.keys():
            found.setdefault(code, []).append(entry.code)
    return found


def inputs_of(linked: LinkedRulebook, code: str, callers: Sequence[str] = ()) -> list[str]:
    """List the fields that an entry depends on, through whatever it reads, nearest first.

    Cells of rows and lists as a whole are among them. Of a scale or table they are those of its
    `callers`.
    """
    waiting, seen = deque(callers or [code]), {code}
    found: list[str] = []
    while waiting:
        for read in linked.reads.get(waiting.popleft(), ()):
            if read not in seen:
                seen.add(read)
                (waiting if read in linked.rulebook.entries else found).append(read)
    schema = linked.schema
    inputs = {*schema.fields, *schema.cells, *schema.lists}
    return [each for each in found if each in inputs]


def _change(report: Report, slot: _Slot, value: Value) -> Report:
    """Return the report with another value in a field or a cell, or with more or fewer rows."""
    declared, code = Declared(value, _write(value)), slot.code
    over = list_of(code)
    if not over and code not in report.schema.lists:
        return replace(report, fields={**report.fields, code: declared})
    rows = list(report.lists.get(over or code, ()))
    if over:
        rows[slot.row - 1] = {**rows[slot.row - 1], code.partition(".")[2]: declared}
    elif isinstance(value, Fraction):
        rows = rows[: int(value)] + rows[-1:] * (int(value) - len(rows))
    return replace(report, lists={**report.lists, over or code: tuple(rows)})


def _write(value: Value) -> str:
    if isinstance(value, Fraction):
        return write_number(value)
    return str(value).lower() if isinstance(value, bool) else str(value)


def _candidates(
    slot: _Slot, point: Point, name: str, record: Record, search: _Search
) -> Iterator[Value]:
    """Yield values worth trying: the texts of a field, or numbers on and beside thresholds."""
    code, schema = slot.code, search.linked.schema
    if code in schema.lists:
        return _sizes(code, point, record, search)
    declaration = schema.fields.get(code) or schema.cells[code]
    if declaration.type == "boolean":
        return iter((True, False))
    if declaration.type == "text":
        keys, words = _keys(point.code, str, search), frozenset(declaration.words)
        # a key of another column is no value of this field
        own = [key for key in keys if not words or key in words]
        return chain(own, declaration.words or ("", "x"))
    if declaration.type == "date":
        return iter(dict.fromkeys(day for day in _days(record) if declaration.admits(day)))
    return _fitting_numbers(slot, point, name, record, search)


def _fitting_numbers(
    slot: _Slot, point: Point, name: str, record: Record, search: _Search
) -> Iterator[Fraction]:
    """Yield what is left of the numbers worth trying that the schema admits.

    What an earlier point took was tried. Each point pays for the step, made anew or not.
    """
    now = _number_now(slot, record.report)
    other = _change(record.report, slot, now + _ONE)
    if (name, slot) in search.moved:
        search.count(other)
    else:
        search.moved[name, slot] = search.try_report(other)
    about = name, slot, point.code, point.what if point.kind == "threshold" else ""
    if about not in search.numbers:
        bounds = search.bounds.get(slot.code, ANY)
        pairs = _distances(point, record, search.moved[name, slot], search)
        search.numbers[about] = (
            number
            for each in chain(_keys(point.code, Fraction, search), _numbers(now, pairs))
            if (number := _fit(each, bounds)) is not None
        )
    return search.numbers[about]


def _sizes(code: str, point: Point, record: Record, search: _Search) -> Iterator[Fraction]:
    """Yield how many rows a list may have instead: as a table asks, then a few, near ones first."""
    schema = search.linked.schema
    rows, most = len(record.report.lists.get(code, ())), schema.lists[code].most
    least = least_rows(read_fragments(schema, code))
    last = least + min(most - least, _MOST_SIZES)
    few = sorted(map(Fraction, range(least, last + 1)), key=lambda e: abs(e - rows))
    for size in dict.fromkeys((*_keys(point.code, Fraction, search), *few)):
        is_size = size.denominator == 1 and least <= size <= most and size != rows
        if is_size and (rows or not size):
            yield size


def _contents(linked: LinkedRulebook, code: str) -> tuple[BandScale | KeyedTable, ...]:
    """List the scale or table of a code; what is another one on other days, all of these."""
    lookup = linked.lookups.get(code)
    if isinstance(lookup, DatedLookup):
        return lookup.contents
    return (lookup,) if lookup is not None else ()


def _thresholds(linked: LinkedRulebook, code: str) -> list[Fraction]:
    scales = (each for each in _contents(linked, code) if isinstance(each, BandScale))
    return list(dict.fromkeys(band.threshold for scale in scales for band in scale.bands))


def _keys(code: str, kind: type[Key], search: _Search) -> Sequence[Key]:
    """List the keys of a table, of one type: what is asked for is often the key itself."""
    if (code, kind) not in search.keys:
        contents = _contents(search.linked, code)
        rows = (row for each in contents if isinstance(each, KeyedTable) for row in each.rows)
        cells = (cell for row in rows for each in row.cells for cell in each)
        known: dict[Key, None] = {}
        for cell in cells:
            if isinstance(cell, kind):
                known[cell] = None
            if len(known) == MOST_KEYS:
                break
        search.keys[code, kind] = list(known)
    return cast("Sequence[Key]", search.keys[code, kind])


def _days(record: Record) -> Iterator[date]:
    """Yield the days that a report speaks of, those beside them, and their anniversaries.

    These are of as many years as conditions compare with.
    """
    known = [fact for fact in record.facts.values() if isinstance(fact, date)]
    for dated in list_dated(record.linked.rulebook):
        entries = dated.values if isinstance(dated, Parameter) else dated.versions
        yield from (each.days.first for each in entries[:_MOST_DATED])
    parts = [
        part
        for conclusion in record.conclusions
        for derivation in derivations_of(conclusion)
        for part in derivation.formula.parts
        if isinstance(part, Call)
    ]
    years = {number for part in parts for number in _compared_with(part, record)}
    for code in {part.code for part in parts} & record.linked.lookups.keys():
        years.update(_first_thresholds(record.linked, code))
    wanted = sorted(years)[:_MOST_YEARS]
    counts = [Fraction(0), *(sign * each for each in wanted for sign in (-1, 1))]
    for day in known:
        for count in counts:
            moved = add_years(day, count)
            beside = [moved and move_day(moved, Fraction(step)) for step in (0, -1, 1)]
            yield from [each for each in beside if each is not None]


def _first_thresholds(linked: LinkedRulebook, code: str) -> Iterator[Fraction]:
    """Yield the least thresholds of a scale, at each of which one band may begin and one go on."""
    for each in _contents(linked, code):
        if isinstance(each, BandScale):
            yield from (band.threshold for band in each.bands[: 2 * _MOST_YEARS])


def _compared_with(part: Call, record: Record) -> Iterator[Fraction]:
    """Yield the numbers that a rulebook compares something with: constants and parameters."""
    for operand in part.operands if is_comparison(part) else ():
        match operand:
            case Constant(value=Fraction() as number):
                yield number
            case Name(code=code) if code in record.linked.rulebook.parameters:
                value = record.facts.get(code)
                yield from [value] if isinstance(value, Fraction) else []
            case _:
                pass


def _fit(number: Fraction, bounds: Interval) -> Fraction | None:
    """Bring a number into the form that the schema admits; None when that cannot be."""
    fitted = round_number(number, 0 if bounds.whole else _DECIMALS, "half_up")
    return fitted if bounds.holds(fitted) and abs(fitted) < 10**15 else None


def _number_now(slot: _Slot, report: Report) -> Fraction:
    """Return the number that a report has where it would be changed; 0 where it has none."""
    over, _, cell = slot.code.partition(".")
    filled = report.lists[over][slot.row - 1] if slot.row else report.fields
    declared = filled.get(cell or slot.code)
    is_number = declared is not None and isinstance(declared.value, Fraction)
    return declared.value if is_number else Fraction(0)  # type: ignore[union-attr,return-value]  # shown above


def _numbers(now: Fraction, distances: Iterable[_Pair]) -> Iterator[Fraction]:
    """Yield the numbers at which something is on its threshold, those beside them, and a few."""
    for distance, distance_moved in distances:
        if distance is not None and distance_moved is not None and distance_moved != distance:
            root = now - distance / (distance_moved - distance)
            step = abs(_ONE / (distance_moved - distance))
            # through a rounding the root is only near; the round number beside it is often the one
            for decimals in (0, 2, _DECIMALS):
                near = round_number(root, decimals, "half_up")
                yield from (near, near - _ONE, near + _ONE)
            yield from (root - step, root + step)
    yield from (Fraction(0), _ONE, now + _ONE, now * 10, now / 10)


def _distances(point: Point, record: Record, moved: Record, search: _Search) -> Iterator[_Pair]:
    """Yield left minus right of the comparisons that a point is about, and that after a step.

    They are its own, or all that its entry rests on.
    """
    callers = search.callers.get(point.code, ())
    if callers:
        both = (_lookup_distances(point.code, each) for each in (record, moved))
        for pair in zip(*both, strict=False):
            if search.left_distances <= 0:
                break
            search.left_distances -= 1
            yield pair
    near = {point.code, *callers, *inputs_through(record.linked, point.code)}
    both = (_compared_distances(point, each, near) for each in (record, moved))
    yield from zip(*both, strict=False)


def _compared_distances(
    point: Point, record: Record, near: Container[str]
) -> Iterator[Fraction | None]:
    for conclusion in record.conclusions:
        if conclusion.entry.code not in near:
            continue
        for derivation in derivations_of(conclusion):
            for part in derivation.formula.parts:
                if not is_comparison(part) or part.operation in (IN, NOT_IN):
                    continue
                own = (conclusion.entry.code, write_expression(part))
                if point.kind == "threshold" and own != (point.code, point.what):
                    continue
                for row in _rows_of(derivation, part, conclusion):
                    one, other = side_values(part, derivation, record.facts, row)
                    are_numbers = isinstance(one, Fraction) and isinstance(other, Fraction)
                    yield one - other if are_numbers else None  # type: ignore[operator]  # numbers


def _rows_of(derivation: Derivation, part: Call, conclusion: Conclusion) -> Iterable[int]:
    """List the rows in which a part came out: all within an aggregate, else its entry's; 0 none."""
    rows = derivation.parts[part.part].rows
    return [row_of(conclusion)] if rows is None else range(1, len(rows) + 1)


def _lookup_distances(code: str, record: Record) -> Iterator[Fraction | None]:
    """Yield how far each call of a scale is from each of its thresholds."""
    thresholds = _thresholds(record.linked, code)
    for conclusion in record.conclusions:
        for derivation in derivations_of(conclusion):
            for part in derivation.formula.parts if thresholds else ():
                if part.code != code or not isinstance(part, Call):
                    continue
                for row in _rows_of(derivation, part, conclusion):
                    value = value_of(part.operands[0], derivation, record.facts, row)
                    for threshold in thresholds:
                        yield value - threshold if isinstance(value, Fraction) else None


def inputs_through(linked: LinkedRulebook, code: str) -> Iterator[str]:
    """Yield the entries that an entry rests on."""
    waiting, seen = deque([code]), {code}
    while waiting:
        for read in linked.reads.get(waiting.pop(), ()):
            if read not in seen and read in linked.rulebook.entries:
                seen.add(read)
                waiting.append(read)
                yield read
