"""Suggest, for what no example shows, an input that would.

One field of one example is changed, and tried by evaluating. Every suggestion was evaluated and
shows the point; where no single change is found, none is made.
"""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import TypeVar

from ruletrail.analysis.condition_solver import is_comparison
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.knowledge import field_ranges
from ruletrail.evaluations import evaluate_record
from ruletrail.examples.comparing import derivations_of
from ruletrail.examples.coverage import find_hits, row_of, side_values, value_of
from ruletrail.examples.reading import Outcome, Point
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.formulas import Constant, write_expression
from ruletrail.formulas.day_arithmetic import add_years, move_day
from ruletrail.formulas.lookups import BandScale, KeyedTable
from ruletrail.formulas.operations import IN, NOT_IN
from ruletrail.linking import LinkedRulebook
from ruletrail.lints.subjects import formulas_in
from ruletrail.reports import Declared, Report
from ruletrail.rulebooks import Section
from ruletrail.trails import Record
from ruletrail.values import Value, round_number, write_number

MOST_TRIALS = 600
"""How many evaluations one search may cost."""
MOST_WORK = 200_000
"""How much all of them may look at together, lest a large rulebook take minutes.

Counted are steps, the parts of their formulas, what they read, and the fields of sections.
"""
MOST_KEYS = 50
"""Keys of a table that are tried for one field."""
_DECIMALS = 10
_ONE = Fraction(1)
_MOST_YEARS = 8
"""Numbers of conditions that are tried as years between two days."""


Key = TypeVar("Key", str, Fraction)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """Set one field of one example to a value, and the point is shown."""

    example: str
    code: str
    value: str


@dataclass(slots=True)
class _Search:
    """The state of one search: what it reads, what is wanted and found, and what it may cost."""

    linked: LinkedRulebook
    bounds: Mapping[str, Interval]
    wanted: set[Point]
    found: dict[Point, Suggestion]
    left: int
    """How many evaluations it may still make; walks over what rests on what are bounded by them."""


def suggest(
    linked: LinkedRulebook, outcomes: Sequence[Outcome], missed: Iterable[Point]
) -> Mapping[Point, Suggestion]:
    """Search for single changes of the examples that show what was missed."""
    search = _Search(
        linked,
        field_ranges(linked),
        set(missed),
        {},
        min(MOST_TRIALS, MOST_WORK // max(work_of(linked), 1)),
    )
    records = [
        (outcome.example.name, outcome.record) for outcome in outcomes if outcome.record is not None
    ]
    # what rests on no field no change can show: it is not looked into, only told apart
    changeable = rest_on_fields(linked)
    points = [
        point
        for point in search.wanted
        if not changeable.isdisjoint(callers_of(linked, point.code) or [point.code])
    ]
    for point in sorted(points, key=lambda e: (e.kind != "threshold", e.code, e.what, e.side)):
        if search.left <= 0:
            break
        _search_point(point, records, search)
    return search.found


def work_of(linked: LinkedRulebook) -> int:
    """Count what one evaluation looks at."""
    work = 0
    for entry in linked.steps:
        work += 1 + len(linked.reads.get(entry.code, ()))
        work += sum(len(formula.parts) for _, formula in formulas_in(entry))
        work += len(entry.fields) if isinstance(entry, Section) else 0
    return work


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


def _search_point(point: Point, records: Iterable[tuple[str, Record]], search: _Search) -> None:
    if point in search.found:
        return
    inputs = inputs_of(search.linked, point.code)
    for name, record in records:
        _try_example(point, inputs, name, record, search)
        if point in search.found or search.left <= 0:
            return


def _try_example(
    point: Point, inputs: Iterable[str], name: str, record: Record, search: _Search
) -> None:
    for code in inputs:
        if search.left <= 0:
            return
        for value in _candidates(code, point, record, search):
            if search.left <= 0:
                return
            changed = change_report(record.report, code, value)
            if _try(changed, name, code, search) and point in search.found:
                return


def _try(report: Report, name: str, code: str, search: _Search) -> bool:
    search.left -= 1
    shown = find_hits(evaluate_record(search.linked, report)) & search.wanted
    for point in shown - search.found.keys():
        search.found[point] = Suggestion(name, code, report.fields[code].text)
    return bool(shown)


def callers_of(linked: LinkedRulebook, code: str) -> list[str]:
    """List the entries that call a scale or a table; none for any other code."""
    if code not in linked.lookups:
        return []
    entries = linked.rulebook.entries.values()
    return [
        entry.code
        for entry in entries
        if any(code in formula.names for _, formula in formulas_in(entry))
    ]


def inputs_of(linked: LinkedRulebook, code: str) -> list[str]:
    """List the fields that an entry depends on, through whatever it reads, nearest first."""
    waiting, seen = deque(callers_of(linked, code) or [code]), {code}
    found: list[str] = []
    while waiting:
        for read in linked.reads.get(waiting.popleft(), ()):
            if read not in seen:
                seen.add(read)
                (waiting if read in linked.rulebook.entries else found).append(read)
    return [each for each in found if each in linked.schema.fields]


def change_report(report: Report, code: str, value: Value) -> Report:
    """Return the report with one field set to another value."""
    text = (
        write_number(value)
        if isinstance(value, Fraction)
        else str(value).lower()
        if isinstance(value, bool)
        else str(value)
    )
    return replace(report, fields={**report.fields, code: Declared(value, text)})


def _candidates(code: str, point: Point, record: Record, search: _Search) -> Iterator[Value]:
    """Yield values worth trying for a field: its texts, or numbers on and beside thresholds."""
    declaration = search.linked.schema.fields[code]
    if declaration.type == "boolean":
        yield from (True, False)
    elif declaration.type == "text":
        yield from (*_keys(point.code, str, search), *(declaration.choices or ("", "x")))
    elif declaration.type == "date":
        yield from dict.fromkeys(day for day in _days(record) if declaration.admits(day))
    else:
        bounds = search.bounds.get(code, ANY)
        yield from dict.fromkeys(
            number
            for each in (
                *_keys(point.code, Fraction, search),
                *_numbers(code, point, record, search),
            )
            if (number := _fit(each, bounds)) is not None
        )


def _keys(code: str, kind: type[Key], search: _Search) -> list[Key]:
    """List the keys of a table, of one type: what is asked for is often the key itself."""
    table = search.linked.lookups.get(code)
    if not isinstance(table, KeyedTable):
        return []
    cells = (each for row in table.rows for cell in row.cells for each in cell)
    return [each for each in dict.fromkeys(cells) if isinstance(each, kind)][:MOST_KEYS]


def _days(record: Record) -> Iterator[date]:
    """Yield the days that a report speaks of, those beside them, and their anniversaries.

    These are of as many years as conditions compare with.
    """
    known = [fact for fact in record.facts.values() if isinstance(fact, date)]
    years = {
        operand.value
        for conclusion in record.conclusions
        for derivation in derivations_of(conclusion)
        for part in derivation.formula.parts
        if is_comparison(part)
        for operand in part.operands
        if isinstance(operand, Constant) and isinstance(operand.value, Fraction)
    }
    wanted = sorted(years)[:_MOST_YEARS]
    counts = [Fraction(0), *(sign * each for each in wanted for sign in (-1, 1))]
    for day in known:
        for count in counts:
            moved = add_years(day, count)
            beside = [moved and move_day(moved, Fraction(step)) for step in (0, -1, 1)]
            yield from [each for each in beside if each is not None]


def _fit(number: Fraction, bounds: Interval) -> Fraction | None:
    """Bring a number into the form that the schema admits; None when that cannot be."""
    fitted = round_number(number, 0 if bounds.whole else _DECIMALS, "half_up")
    return fitted if bounds.holds(fitted) and abs(fitted) < 10**15 else None


def _numbers(code: str, point: Point, record: Record, search: _Search) -> Iterator[Fraction]:
    declared = record.report.fields.get(code)
    now = (
        declared.value
        if declared is not None and isinstance(declared.value, Fraction)
        else Fraction(0)
    )
    other = change_report(record.report, code, now + _ONE)
    search.left -= 1
    moved = evaluate_record(search.linked, other)
    for distance, distance_moved in zip(
        _distances(point, record), _distances(point, moved), strict=False
    ):
        if distance is not None and distance_moved is not None and distance_moved != distance:
            root = now - distance / (distance_moved - distance)
            step = abs(_ONE / (distance_moved - distance))
            # through a rounding the root is only near; the round number beside it is often the one
            for decimals in (0, 2, _DECIMALS):
                near = round_number(root, decimals, "half_up")
                yield from (near, near - _ONE, near + _ONE)
            yield from (root - step, root + step)
    yield from (Fraction(0), _ONE, now + _ONE, now * 10, now / 10)


def _distances(point: Point, record: Record) -> Iterator[Fraction | None]:
    """Yield left minus right of the comparisons that a point is about.

    They are its own, or all that its entry rests on.
    """
    callers = callers_of(record.linked, point.code)
    if callers:
        yield from _lookup_distances(point.code, record)
    near = {point.code, *callers, *inputs_through(record.linked, point.code)}
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
                if derivation.parts[part.part].rows is not None:
                    continue  # one field of the report moves no row
                one, other = side_values(part, derivation, record.facts, row_of(conclusion))
                are_numbers = isinstance(one, Fraction) and isinstance(other, Fraction)
                yield one - other if are_numbers else None  # type: ignore[operator]  # numbers


def _lookup_distances(code: str, record: Record) -> Iterator[Fraction | None]:
    """Yield how far each call of a scale is from each of its thresholds."""
    scale = record.linked.lookups[code]
    for conclusion in record.conclusions:
        for derivation in derivations_of(conclusion):
            for part in derivation.formula.parts if isinstance(scale, BandScale) else ():
                if part.code != code or not isinstance(scale, BandScale):
                    continue
                value = value_of(part.operands[0], derivation, record.facts, row_of(conclusion))
                for band in scale.bands:
                    yield value - band.threshold if isinstance(value, Fraction) else None


def inputs_through(linked: LinkedRulebook, code: str) -> Iterator[str]:
    """Yield the entries that an entry rests on."""
    waiting, seen = deque([code]), {code}
    while waiting:
        for read in linked.reads.get(waiting.pop(), ()):
            if read not in seen and read in linked.rulebook.entries:
                seen.add(read)
                waiting.append(read)
                yield read
