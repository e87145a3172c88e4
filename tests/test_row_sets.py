"""Which rows of a table may answer, by sets of rows: what a walk over all of them would find.

The walk is what this stands for; it took rows times calls.
"""

import random
from fractions import Fraction

import pytest

from ruletrail.analysis.intervals import Interval
from ruletrail.formulas.lookups import KeyedTable, TableRow
from ruletrail.needs import row_sets
from ruletrail.needs.lookups import Answers
from ruletrail.needs.possible import MOST_LISTED, NO_GAPS, Possible
from ruletrail.values import Value


def key(chance: random.Random, *, is_text: bool, most: int) -> Value:
    if is_text:
        return f"k{chance.randrange(most)}"
    return Fraction(chance.randrange(most), chance.choice((1, 1, 1, 2)))


def random_table(chance: random.Random) -> KeyedTable:
    """Make a table of two or three columns, some of texts, some cells of several keys."""
    kinds = [chance.random() < 0.3 for _ in range(chance.choice((2, 3)))]
    most, count = chance.choice((3, 40, 200)), chance.choice((1, 30, 300))
    drawn = [
        tuple(
            tuple({key(chance, is_text=kind, most=most) for _ in range(chance.choice((1, 1, 3)))})
            for kind in kinds
        )
        for _ in range(count)
    ]
    values = chance.choice((5, 1000))
    is_text = chance.random() < 0.3
    rows = tuple(TableRow(cells, key(chance, is_text=is_text, most=values)) for cells in drawn)
    types = tuple("string" if kind else "number" for kind in kinds)
    columns = tuple(f"c{at}" for at in range(len(kinds)))
    return KeyedTable("t", columns, types, "string" if is_text else "number", rows, None)


def operand(chance: random.Random, known: list[Value]) -> Possible:
    """Ask for any value, for some, or for those between two, maybe only whole ones."""
    drawn = chance.random()
    if drawn < 0.2 or not isinstance(known[0], Fraction):
        return Possible(frozenset(chance.sample(known, chance.randint(0, len(known)))), NO_GAPS)
    low, high = sorted(Fraction(chance.randrange(0, 400), 2) for _ in range(2))
    ends = (None if chance.random() < 0.2 else low, None if chance.random() < 0.2 else high)
    opened = chance.random() < 0.3, chance.random() < 0.3
    return Possible(Interval(*ends, *opened, whole=chance.random() < 0.4), NO_GAPS)


def is_asked(cell: tuple[Value, ...], asked: Possible) -> bool:
    """Tell whether one of the keys of a cell may be asked for."""
    if isinstance(asked.values, frozenset):
        return not asked.values.isdisjoint(cell)
    assert isinstance(asked.values, Interval)
    numbers = [each for each in cell if isinstance(each, Fraction)]
    return any(
        not (asked.values.whole and each.denominator != 1) and is_inside(each, asked.values)
        for each in numbers
    )


def is_inside(number: Fraction, inside: Interval) -> bool:
    above = inside.low is None or number > inside.low
    below = inside.high is None or number < inside.high
    at_low = number == inside.low and not inside.low_open
    return (above or at_low) and (below or (number == inside.high and not inside.high_open))


@pytest.mark.parametrize("seed", range(120))
def test_what_sets_of_rows_answer_is_what_stands_in_the_rows(seed: int):
    chance = random.Random(seed)  # noqa: S311 - of a test
    table = random_table(chance)
    answers = Answers().of_table(table)
    for _ in range(8):
        asked = [
            operand(chance, [each for row in table.rows for each in row.cells[at]])
            for at in range(len(table.columns))
        ]
        found = {row.value for row in table.rows if all(map(is_asked, row.cells, asked))}
        possible = answers.look_up(asked, NO_GAPS)
        if len(found) <= MOST_LISTED:
            assert possible.values == found
        elif isinstance(next(iter(found)), Fraction):
            assert isinstance(possible.values, Interval)
            assert (possible.values.low, possible.values.high) == (min(found), max(found))
        else:
            assert possible.values is None


@pytest.mark.parametrize("side", [20, 80])
def test_a_call_puts_down_few_rows_however_long_the_table(
    side: int, monkeypatch: pytest.MonkeyPatch
):
    """Calls of other stretches each: what is put down for one is bounded, of rows of a key too."""
    rows = tuple(
        TableRow(((Fraction(one),), (Fraction(two),)), Fraction(one * side + two))
        for one in range(side)
        for two in range(side)
    )
    answers = Answers().of_table(KeyedTable("t", ("a", "b"), ("number",) * 2, "number", rows, None))

    def ask(low: int, high: int) -> Possible:
        between = Possible(Interval(Fraction(low), Fraction(high)), NO_GAPS)
        return answers.look_up([between, between], NO_GAPS)

    ask(0, side)
    put_down: list[int] = []
    bits_of = row_sets.bits_of

    def count(places: object) -> int:
        listed = list(places)
        put_down.append(len(listed))
        return bits_of(listed)

    monkeypatch.setattr(row_sets, "bits_of", count)
    stretches = [(low, high) for low in range(10) for high in range(side - 9, side)]
    for low, high in stretches:
        ask(low, high)
    assert sum(put_down) <= 4 * 64 * len(stretches)
