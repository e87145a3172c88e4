"""Scales and keyed tables, for the solver: bands are lines, rows are compared one by one."""

from collections.abc import Sequence
from fractions import Fraction

from ruletrail.analysis.intervals import ANY
from ruletrail.analysis.lookup_bounds import lines_of
from ruletrail.documents import RULEBOOK_LIMITS
from ruletrail.fast_dataclasses import replace
from ruletrail.formulas.lookups import (
    BandScale,
    DatedLookup,
    Days,
    KeyedTable,
    Lookup,
    TableRow,
)
from ruletrail.proofs import logic, numbers
from ruletrail.proofs.logic import Truth, Whole, both, either, every, negate, some
from ruletrail.proofs.primitives import (
    Making,
    Terms,
    guarded,
    joined,
    same_value,
    watch,
    with_error,
)
from ruletrail.proofs.states import State, worst
from ruletrail.proofs.terms import Term, day_term, number_term, pick_term, truth_term
from ruletrail.proofs.texts import Vocabulary
from ruletrail.values import NotApplicable, Value

MOST_ROWS = 500
"""A table of more rows than this is not encoded."""


def constant_term(value: Value, vocabulary: Vocabulary) -> Term:
    """Make a term of a value that is written in the rulebook."""
    if isinstance(value, bool):
        term = truth_term(value)
    elif isinstance(value, Fraction):
        term = number_term(numbers.constant(value))
    elif isinstance(value, str):
        term = Term("text", State(), vocabulary.known(value))
    else:
        term = day_term(value)
    return replace(term, fact=value)


def look_up(lookup: Lookup, operands: Terms, making: Making, vocabulary: Vocabulary) -> Term:
    """Look up in a scale or table; of what changes with a day the last operand is the day."""
    if isinstance(lookup, DatedLookup):
        return _on_a_day(lookup, operands, making, vocabulary)
    if isinstance(lookup, BandScale):
        return watch(_in_scale(lookup, operands), making.space)
    if len(lookup.rows) > MOST_ROWS:
        return _anything(lookup, operands, making, vocabulary)
    return _in_table(lookup, operands, vocabulary)


def in_force(spans: Sequence[Days], day: Whole) -> list[Truth]:
    """Tell for each of some stretches of days whether it is the one that a day falls into."""
    found: list[Truth] = []
    for at, span in enumerate(spans):
        holds: Truth = day >= span.first.toordinal()
        if span.last is not None:
            holds = both(holds, _truth(day <= span.last.toordinal()))
        if at + 1 < len(spans):
            holds = both(holds, _truth(day < spans[at + 1].first.toordinal()))
        found.append(holds)
    return found


def _truth(found: Truth) -> Truth:
    return found


def on_a_day(spans: Sequence[Days], terms: Sequence[Term | None], day: Term) -> Term:
    """Choose what is in force on a day; where nothing is, that is the error `no_case`."""
    holds = in_force(spans, day.day)
    known = [(held, term) for held, term in zip(holds, terms, strict=True) if term is not None]
    state = with_error(day.state, negate(some(held for held, _ in known)))
    if not known:
        return Term("none", state)
    found = known[-1][1]
    for held, term in known[-2::-1]:
        found = pick_term(held, term, found)
    return guarded(state, found)


def _on_a_day(lookup: DatedLookup, operands: Terms, making: Making, vocabulary: Vocabulary) -> Term:
    *keys, day = operands
    terms = [
        None if each.content is None else look_up(each.content, keys, making, vocabulary)
        for each in lookup.stretches
    ]
    found = on_a_day([each.days for each in lookup.stretches], terms, day)
    # a key that is a non-value decides with the day, whichever is worse
    return guarded(joined(operands), found)


def _in_scale(scale: BandScale, operands: Terms) -> Term:
    number, state = operands[0].number, joined(operands)
    found = numbers.constant(Fraction(0))
    lines = lines_of(scale)
    for at, (band, line) in enumerate(zip(scale.bands, lines, strict=True)):
        slope, start = numbers.constant(line.slope), numbers.constant(line.start)
        value = numbers.add(numbers.multiply(slope, number), start)
        threshold = numbers.constant(band.threshold)
        is_past = band.is_past or scale.kind == "marginal"
        compare = numbers.less if is_past else numbers.at_most
        begins = compare(threshold, number)
        if at == 0 and scale.kind != "marginal":
            state, found = with_error(state, negate(begins)), value
        else:
            found = numbers.pick(begins, value, found)
    return number_term(found, state, ANY)


def _in_table(table: KeyedTable, operands: Terms, vocabulary: Vocabulary) -> Term:
    state = joined(operands)
    matches = [_matches(row, operands, vocabulary) for row in table.rows]
    none = negate(some(matches))
    term = constant_term(table.rows[0].value, vocabulary)
    for row, match in zip(table.rows[1:], matches[1:], strict=True):
        term = pick_term(match, constant_term(row.value, vocabulary), term)
    if table.otherwise is None:
        state = with_error(state, none)
    elif isinstance(table.otherwise, NotApplicable):
        applies_not = both(state.is_value, none)
        state = replace(state, not_applicable=either(state.not_applicable, applies_not))
    else:
        term = pick_term(none, constant_term(table.otherwise, vocabulary), term)
    return guarded(state, term)


def _matches(row: TableRow, operands: Terms, vocabulary: Vocabulary) -> Truth:
    return every(
        some(same_value(operand, constant_term(value, vocabulary)) for value in cell)
        if operand.kind != "none"
        else False
        for operand, cell in zip(operands, row.cells, strict=True)
    )


def _anything(table: KeyedTable, operands: Terms, making: Making, vocabulary: Vocabulary) -> Term:
    """Stand for an answer that is not told: any value, an error, or not applicable."""
    space = making.space
    space.give_up("table")
    state = joined(operands)
    state = with_error(state, space.truth("no_case"))
    unapplied = both(state.is_value, space.truth("unapplied"))
    state = worst([state, State(not_applicable=unapplied)])
    match table.value_type:
        case "number":
            values = [value for value in table.values() if isinstance(value, Fraction)]
            number = numbers.Number(space.real("cell"), digits=numbers.Digits(100, 10))
            least = min(values, default=Fraction(0))
            space.state(logic.at_most(least, number.top))
            space.state(logic.at_most(number.top, max(values, default=least)))
            return number_term(number, state)
        case "boolean":
            return truth_term(space.truth("cell"), state)
        case "date":
            return day_term(space.whole("cell"), state)
        case _:
            return Term("text", state, vocabulary.free(space, 0, RULEBOOK_LIMITS.scalar))
