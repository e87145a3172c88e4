"""What examples should show of a rulebook, and what they did show.

Counted: each rule with a value, and not applying where it has a `when`; each exception, and the
formula beside exceptions, where it is the one chosen; each case true and false; each section due
and not due; each check passed and failed; each comparison of numbers seen below, at and above (each
other one seen both ways); of each scale that is called its bands and its thresholds, of each table
its rows. What the schema's bounds make impossible is not counted, nor `otherwise` as false where
the first case decides; entries of `for_each` count one by one.
"""

from bisect import bisect_left
from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import islice, takewhile
from typing import cast

from ruletrail.analysis.condition_solver import (
    Surroundings,
    is_comparison,
    judge,
    learn_rulebook,
    relation_of,
)
from ruletrail.analysis.knowledge import Knowledge
from ruletrail.examples.expectations import OTHERWISE, name_exception
from ruletrail.examples.reading import Marks, Point
from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import (
    Call,
    Constant,
    Derivation,
    Expression,
    Formula,
    Name,
    Skipped,
    list_of,
    write_expression,
)
from ruletrail.formulas.lookups import (
    Band,
    BandScale,
    DatedLookup,
    Days,
    KeyedTable,
    Stretch,
    find_in_force,
)
from ruletrail.formulas.operations import IN, NOT_IN
from ruletrail.linking import LinkedRulebook, formulas_of
from ruletrail.linking.days import list_dated
from ruletrail.lints.subjects import formulas_in
from ruletrail.problems import Mark
from ruletrail.rulebooks import Case, Check, Clause, Decision, Entry, Parameter, Rule, Section
from ruletrail.rulebooks.clauses import mark_at
from ruletrail.trails import (
    CheckConclusion,
    Conclusion,
    DecisionConclusion,
    Record,
    RuleConclusion,
    SectionConclusion,
    code_in_row,
)
from ruletrail.trails.conclusions import derivations_of
from ruletrail.values import Fact, NotEncoded, Value, is_non_value, type_of, write_number

KINDS = ("rule", "case", "section", "check", "threshold")
"""The kinds of points that are always counted; `band` and `row` come with scales and tables.

`dated` comes with what changes with a day.
"""
MOST_ROWS = 200
"""Rows of a table that are counted one by one; of a longer one only whether any answered."""
_KEYS_SHOWN = 4
_SIDES = {"<": "below", "=": "at", ">": "above"}


def list_points(linked: LinkedRulebook) -> Marks:
    """List every point of a rulebook that examples can show, in the order written."""
    known = learn_rulebook(linked)
    marks: dict[Point, Mark] = {}
    for entry in linked.rulebook.entries.values():
        surroundings = Surroundings(entry, known) if isinstance(entry, Rule) else None
        marks |= dict(_entry_points(entry, known, surroundings))
        here: Knowledge = known
        for clause, formula in formulas_in(entry):
            compared = [part for part in formula.parts if is_comparison(part)]
            # what holds around a clause takes long to learn where there are many exceptions
            if compared and surroundings is not None and clause is not surroundings.rule.when:
                here = surroundings.around(clause) or known
            for part in compared:
                what = write_expression(part)
                mark = mark_at(clause.node, formula.origins[part.span[0]])
                for side in _sides(part, here, linked):
                    marks[Point("threshold", entry.code, what, side)] = mark
    return marks | dict(_lookup_points(linked))


def _lookup_points(linked: LinkedRulebook) -> Iterator[tuple[Point, Mark]]:
    """List what can be seen of each scale and table that something calls."""
    entries = linked.rulebook.entries.values()
    called = {name for entry in entries for each in formulas_of(entry) for name in each.names}
    for code, scale in linked.rulebook.scales.items():
        lookup = linked.lookups[code]
        if code in called and isinstance(lookup, BandScale):
            for written, band in zip(scale.contents[0].bands, lookup.bands, strict=True):
                for point in _band_points(lookup, band):
                    yield point, written.mark
        elif code in called and isinstance(lookup, DatedLookup):
            yield from _stretch_points(lookup, scale.mark)
    for code, table in linked.rulebook.tables.items():
        if code in called:
            lookup = linked.lookups[code]
            if isinstance(lookup, DatedLookup):
                yield from _stretch_points(lookup, table.mark)
            else:
                for point in _row_points(table.contents[0]):
                    yield point, table.mark
    yield from _dated_points(linked)


def _stretch_points(lookup: DatedLookup, mark: Mark) -> Iterator[tuple[Point, Mark]]:
    """List what can be seen of a scale or table on each stretch of days."""
    for stretch in lookup.stretches:
        since = _since(stretch.days)
        match stretch.content:
            case BandScale() as scale:
                for band in scale.bands:
                    yield from ((point, mark) for point in _band_points(scale, band, since))
            case KeyedTable() as table:
                yield from ((point, mark) for point in _row_points(table, since))
            case _:
                pass


def _since(days: Days) -> str:
    return f" since {days.first.isoformat()}"


def _dated_points(linked: LinkedRulebook) -> Iterator[tuple[Point, Mark]]:
    """List the dated entries that something reads, each as in force, and on its first day."""
    read = {code for codes in linked.reads.values() for code in codes}
    for parameter in linked.rulebook.parameters.values():
        if parameter.code in read:
            for value in parameter.values:
                for point in _days_points(parameter.code, value.days):
                    yield point, value.mark
    entries = linked.rulebook.entries.values()
    called = {name for entry in entries for each in formulas_of(entry) for name in each.names}
    for code, dated in linked.rulebook.lookups.items():
        for version in dated.versions if code in called else ():
            for point in _days_points(code, version.days):
                yield point, version.mark


def _days_points(code: str, days: Days) -> Iterator[Point]:
    what = f"from {days.first.isoformat()}"
    yield Point("dated", code, what, "in_force")
    yield Point("dated", code, what, "on_first_day")


def _dated_hits(record: Record) -> Iterator[Point]:
    """Name the dated entries that are in force in an evaluation."""
    for dated in list_dated(record.linked.rulebook):
        day = record.facts.get(dated.day.code) if dated.day is not None else None
        spans = [each.days for each in
                 (dated.values if isinstance(dated, Parameter) else dated.versions)]  # fmt: skip
        at = find_in_force(spans, day) if isinstance(day, date) else -1
        if at >= 0:
            in_force, on_first = _days_points(dated.code, spans[at])
            yield in_force
            if day == spans[at].first:
                yield on_first


def _band_points(scale: BandScale, band: Band, since: str = "") -> Iterator[Point]:
    """Ask for each threshold from both sides: the band before, and its own.

    Below the first one a scale has no case, or is 0: that is not asked for.
    """
    what = f"{'above' if band.is_past else 'from'} {write_number(band.threshold)}{since}"
    yield Point("band", scale.code, what, "reached")
    if band is not scale.bands[0]:
        yield Point("band", scale.code, what, "on_threshold")


def _row_points(table: KeyedTable, since: str = "") -> Iterator[Point]:
    counted = len(table.rows) if len(table.rows) <= MOST_ROWS else 1
    yield from (_row_point(table, at, since) for at in range(counted))
    if table.otherwise is not None:
        yield _rest_point(table, since)


def _row_point(table: KeyedTable, at: int, since: str) -> Point:
    """Ask for one row; of a long table for any."""
    if len(table.rows) > MOST_ROWS:
        return Point("row", table.code, since.strip(), "reached")
    cells = zip(table.columns, table.rows[at].cells, strict=True)
    keys = ", ".join(f"{name}: {_shown_keys(cell)}" for name, cell in cells)
    return Point("row", table.code, f"{at + 1} {keys}{since}", "reached")


def _rest_point(table: KeyedTable, since: str) -> Point:
    return Point("row", table.code, f"otherwise{since}", "reached")


def _shown_keys(cell: Sequence[Value]) -> str:
    """Show the values of a row's cell; of a long list the first ones."""
    shown = "|".join(map(_shown_key, cell[:_KEYS_SHOWN]))
    return f"{shown}|…" if len(cell) > _KEYS_SHOWN else shown


def _shown_key(value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):
        return value.isoformat()
    return value if isinstance(value, str) else write_number(value)


def _entry_points(
    entry: Entry, known: Knowledge, surroundings: Surroundings | None
) -> Iterator[tuple[Point, Mark]]:
    match entry:
        case Rule():
            if any(isinstance(clause.content, Formula) for clause in entry.formulas):
                yield Point("rule", entry.code, "", "value"), entry.mark
            if surroundings is not None:
                yield from _exception_points(entry, surroundings)
            if entry.when is not None:
                for side in _truths(entry.when, known, "", "not_applicable"):
                    if side:
                        yield Point("rule", entry.code, "", side), entry.mark
        case Decision(cases=tuple() as cases):
            for number, case in enumerate(cases, start=1):
                sides = (
                    _truths(case.when, known, "true", "false")
                    if case.when is not None
                    else _otherwise_sides(entry.policy, cases, known)
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


def _exception_points(rule: Rule, surroundings: Surroundings) -> Iterator[tuple[Point, Mark]]:
    """Yield each exception as true, and the rule's own formula, as far as some report shows it."""
    encoded = all(isinstance(each.when.content, Formula) for each in rule.exceptions)
    if not rule.exceptions or not encoded:
        return
    for number, each in enumerate(rule.exceptions, start=1):
        if surroundings.around(each.formula) is not None:
            yield _exception_point(rule.code, number, name_exception(each)), each.mark
    if surroundings.around(rule.formula) is not None:
        yield _exception_point(rule.code, len(rule.exceptions) + 1, OTHERWISE), rule.formula.mark


def _exception_point(code: str, number: int, name: str) -> Point:
    return Point("case", code, f"{number} {name}", "true")


def _truths(clause: Clause, known: Knowledge, when_true: str, when_false: str) -> tuple[str, ...]:
    """Name the outcomes that a condition can have; none when it is not encoded."""
    if isinstance(clause.content, NotEncoded):
        return ()
    verdict = judge(clause.content.tree, known)
    return (
        (when_true, when_false) if verdict is None else (when_true,) if verdict else (when_false,)
    )


def _otherwise_sides(policy: str, cases: Sequence[Case], known: Knowledge) -> tuple[str, ...]:
    """Name the truths that `otherwise` can have: under `first` it is true, whatever is before it.

    Under `exclusive` it is true where no other case is, and is not known where one is not encoded.
    """
    if policy == "first":
        return ("true",)
    others = [case.when for case in cases if case.when is not None]
    sides = [_truths(each, known, "true", "false") for each in others]
    can_be_true = all("false" in each for each in sides)
    can_be_false = any("true" in each for each in sides)
    return ("true",) * can_be_true + ("false",) * can_be_false


def _sides(call: Call, known: Knowledge, linked: LinkedRulebook) -> list[str]:
    """Name the sides of a comparison that some report can show."""
    if call.operation in (IN, NOT_IN):
        verdict = judge(call, known)
        if verdict is None:
            return ["inside", "outside"]
        return ["inside" if verdict is (call.operation is IN) else "outside"]
    left, right = call.operands
    possible = relation_of(left, right, known)
    # linking has shown that both sides are of one type
    if {"number", "date"} & {_type_of(left, linked), _type_of(right, linked)}:
        return [_SIDES[sign] for sign in "<=>" if sign in possible]
    equal = ["equal"] if "=" in possible else []
    return [*equal, *(["different"] if possible & {"<", ">"} else [])]


def _type_of(expression: Expression, linked: LinkedRulebook) -> str:
    match expression:
        case Constant(value=value):
            return type_of(value)
        case Name(code=code):
            signature = linked.signatures.get(code)
            return signature.type if signature is not None else "boolean"
        case Call(code=code) if code in linked.lookups:
            lookup = linked.lookups[code]
            contents = lookup.contents if isinstance(lookup, DatedLookup) else (lookup,)
            return next((each.value_type for each in contents if isinstance(each, KeyedTable)),
                        "number")  # fmt: skip
        case Call(operation=operation, operands=operands):
            return _type_of(operands[0], linked) if operation.gives == "alike" else operation.gives


# -- What a record shows ---------------------------------------------------------------------------


def find_hits(record: Record, asked: Container[str] | None = None) -> set[Point]:
    """Name the points that one evaluation shows, of all entries or of `asked` ones."""
    hits = set(_dated_hits(record))
    for conclusion in record.conclusions:
        if asked is not None and conclusion.entry.code not in asked:
            continue
        hits.update(_entry_hits(conclusion))
        for derivation in derivations_of(conclusion):
            hits.update(_comparison_hits(derivation, conclusion, record))
            hits.update(_lookup_hits(derivation, conclusion, record))
    return hits


def _entry_hits(conclusion: Conclusion) -> Iterator[Point]:
    code, fact = conclusion.entry.code, conclusion.fact
    match conclusion:
        case RuleConclusion(when=when, exceptions=exceptions, base=base):
            if not is_non_value(fact):
                yield Point("rule", code, "", "value")
            # an exception is seen where it is the one that is chosen
            truths = [each.truth for each in exceptions]
            is_chosen = truths.count(True) == 1 and all(isinstance(each, bool) for each in truths)
            for number, each in enumerate(exceptions if is_chosen else (), start=1):
                if each.truth is True:
                    yield _exception_point(code, number, name_exception(each.exception))
            if base is True:
                yield _exception_point(code, len(exceptions) + 1, OTHERWISE)
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


def row_of(conclusion: Conclusion) -> int:
    """Return the row that a conclusion is of; 0 for none."""
    return conclusion.row if isinstance(conclusion, RuleConclusion | CheckConclusion) else 0


def _comparison_hits(
    derivation: Derivation, conclusion: Conclusion, record: Record
) -> Iterator[Point]:
    for part, reached in zip(derivation.formula.parts, derivation.parts, strict=True):
        if not is_comparison(part):
            continue
        # in an aggregate a comparison came out in each row
        listed = list(enumerate(reached.rows or (), 1)) or [(row_of(conclusion), reached)]
        for row, each in listed:
            if not isinstance(each.outcome, bool):
                continue
            if part.operation in (IN, NOT_IN):
                side = "inside" if each.outcome is (part.operation is IN) else "outside"
            else:
                side = compare_facts(*side_values(part, derivation, record.facts, row))
            yield Point("threshold", conclusion.entry.code, write_expression(part), side)


def _lookup_hits(derivation: Derivation, conclusion: Conclusion, record: Record) -> Iterator[Point]:
    for asked in find_asked(derivation, conclusion, record.linked, record.facts):
        since = _since(asked.stretch.days) if asked.stretch is not None else ""
        if isinstance(asked.content, KeyedTable):
            yield from _row_hit(asked.content, asked.values, since)
        else:
            yield from _band_hits(asked.content, cast("Fraction", asked.values[0]), since)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question to a scale or table: what answered, of a dated one on which days, and by what.

    `values` are those of its keys, in their order, without a day that decides.
    """

    code: str
    content: BandScale | KeyedTable
    values: Sequence[Value]
    stretch: Stretch | None = None


def find_asked(
    derivation: Derivation,
    conclusion: Conclusion,
    linked: LinkedRulebook,
    facts: Mapping[str, Fact],
) -> Iterator[Asked]:
    """Yield what was looked up in a formula, in each row where it is of rows."""
    for part, reached in zip(derivation.formula.parts, derivation.parts, strict=True):
        lookup = linked.lookups.get(part.code)
        if lookup is None:
            continue
        for row, each in list(enumerate(reached.rows or (), 1)) or [(row_of(conclusion), reached)]:
            found = [value_of(operand, derivation, facts, row) for operand in part.operands]
            if isinstance(each.outcome, Skipped) or any(map(_is_no_value, found)):
                continue
            values = cast("Sequence[Value]", found)
            if not isinstance(lookup, DatedLookup):
                yield Asked(part.code, lookup, values)
                continue
            day = facts.get(lookup.day)
            stretch = lookup.find(day) if isinstance(day, date) else None
            if stretch is not None and stretch.content is not None:
                yield Asked(part.code, stretch.content, values, stretch)


def _is_no_value(value: object) -> bool:
    return value is None or is_non_value(value)  # type: ignore[arg-type]  # a fact otherwise


def _row_hit(table: KeyedTable, values: Sequence[Value], since: str) -> Iterator[Point]:
    """Name the row that answered, or `otherwise`; a table that has no such answer shows nothing."""
    at = table.find(values)
    if at >= 0:
        yield _row_point(table, at, since)
    elif table.otherwise is not None:
        yield _rest_point(table, since)


def _band_hits(scale: BandScale, number: Fraction, since: str) -> Iterator[Point]:
    """Name the band that answered, and the threshold that the number is on."""
    at = scale.find(number)
    if at >= 0:
        yield next(_band_points(scale, scale.bands[at], since))
    first = bisect_left(scale.bands, number, key=lambda band: band.threshold)
    for band in takewhile(lambda e: e.threshold == number, islice(scale.bands, first, None)):
        _, *on = _band_points(scale, band, since)
        yield from on


def side_values(
    call: Call, derivation: Derivation, facts: Mapping[str, Fact], row: int = 0
) -> tuple[object, object]:
    """Return what stood on both sides of a comparison, in a row if it is of one."""
    left, right = call.operands
    left_value = value_of(left, derivation, facts, row)
    return left_value, value_of(right, derivation, facts, row)


def compare_facts(one: object, other: object) -> str:
    """Name the side on which two values are seen."""
    are_numbers = isinstance(one, Fraction) and isinstance(other, Fraction)
    if are_numbers or (isinstance(one, date) and isinstance(other, date)):
        return "below" if one < other else "at" if one == other else "above"  # type: ignore[operator]  # of one type
    return "equal" if one == other else "different"


def value_of(
    expression: Expression, derivation: Derivation, facts: Mapping[str, Fact], row: int = 0
) -> object:
    """Return what an operand of a part that was evaluated came to, in a row if it is of one."""
    match expression:
        case Constant(value=value):
            return value
        case Name(code=code):
            return facts.get(code_in_row(code, row) if list_of(code) else code)
        case Call(part=at):
            part = derivation.parts[at]
            return part.outcome if part.rows is None else part.rows[row - 1].outcome


def count_kinds(points: Iterable[Point], hits: set[Point]) -> dict[str, tuple[int, int]]:
    """Count for each kind the points shown, and all."""
    counted = dict.fromkeys(KINDS, (0, 0))
    for point in points:
        shown, total = counted.get(point.kind, (0, 0))
        counted[point.kind] = shown + (point in hits), total + 1
    return counted
