"""Keys of a table that are intervals in words, where a number is looked up: that is a scale.

A table never compares. What an author wrote as `0-10000` or `fino a 5000` is shown as bands.
"""

import re
from collections.abc import Sequence
from fractions import Fraction

from ruletrail.fast_dataclasses import dataclass
from ruletrail.formulas import Call, Formula
from ruletrail.formulas.expressions import walk_expression
from ruletrail.formulas.lookups import KeyedTable
from ruletrail.formulas.operations import LOOKUP
from ruletrail.rulebooks import Table
from ruletrail.values import read_number, write_number

_SHOWN = 2
"""How many bands a hint shows."""
_BOTH = 2
_MOST_KEYS = 12
"""Numbers between the ends of a key that is written out as a list of keys."""

_WRITTEN = re.compile(r"[0-9][0-9.,']*")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:[.'][0-9]{3})+(?:,[0-9]+)?")
_BETWEEN = frozenset({
    "-", "–", "—", "a", "ad", "al", "alla", "e", "ed", "to", "and", "fino", "..", "÷", "…",
})  # fmt: skip
_FROM = frozenset({
    "da", "dal", "dalla", "from", ">", ">=", "≥", "oltre", "sopra", "over", "above", "piu", "più",
    "maggiore",
})  # fmt: skip
_UP_TO = frozenset({
    "fino", "sotto", "entro", "<", "<=", "≤", "meno", "under", "below", "less", "most", "massimo",
    "up", "to",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Interval:
    """Its ends, where it says them."""

    low: Fraction | None
    high: Fraction | None


def find_call(offset: int, formula: Formula) -> tuple[str, int] | None:
    """Return the scale or table in whose call an argument begins at an offset, and which it is."""
    for part in walk_expression(formula.tree):
        if isinstance(part, Call) and part.operation is LOOKUP:
            for at, operand in enumerate(part.operands):
                if formula.origins[operand.span[0]] == offset:
                    return part.code, at
    return None


def write_as_scale(table: Table, column: int) -> str | None:
    """Write the first bands of a table whose keys are intervals; empty where it gives no numbers.

    None where the keys of the column are anything else.
    """
    content = table.contents[0]
    if column >= len(content.columns):
        return None
    read = [_read(str(row.cells[column][0])) for row in content.rows if len(row.cells[column]) == 1]
    known = [each for each in read if each is not None]
    if not known or len(known) < len(content.rows):
        return None
    values = [row.value for row in content.rows]
    numbers = [value for value in values if isinstance(value, Fraction)]
    if len(content.columns) > 1 or len(numbers) < len(values):
        return ""
    return _write_bands(content, known, numbers)


def write_as_keys(cell: str) -> list[str]:
    """List the whole numbers of a key that spans a few, `3-5`; nothing of any other."""
    found = _read(cell)
    if found is None or found.low is None or found.high is None:
        return []
    is_whole = found.low.denominator == 1 == found.high.denominator
    if not is_whole or found.high - found.low > _MOST_KEYS:
        return []
    return [str(number) for number in range(int(found.low), int(found.high) + 1)]


def is_open(cell: str) -> bool:
    """Tell a key for all numbers from one on: `5+`, `oltre 4`."""
    found = _read(cell)
    return found is not None and found.high is None


def _write_bands(
    content: KeyedTable, intervals: Sequence[_Interval], values: Sequence[Fraction]
) -> str:
    pairs = sorted(
        zip(intervals, values, strict=True),
        key=lambda each: (each[0].low or Fraction(0), each[0].high or Fraction(0)),
    )
    bands, before = [], None
    for interval, value in pairs[:_SHOWN]:
        begin = before if before is not None else interval.low or Fraction(0)
        key = "from" if before is None else "above"
        bands.append(f"{{{key}: {write_number(begin)}, value: {write_number(value)}}}")
        before = interval.high
    more = ", …" if len(pairs) > _SHOWN else ""
    return f"scales: {{{content.code}: {{kind: step, bands: [{', '.join(bands)}{more}]}}}}"


def _read(text: str) -> _Interval | None:
    """Read an interval of one end or two; None where a text is none."""
    numbers = [_plain(each.group()) for each in _WRITTEN.finditer(text)]
    words = _WRITTEN.sub(" | ", text.lower()).replace("€", " ").replace("euro", " ").split()
    before, *between = " ".join(words).split("|")
    names = set(before.split())
    if len(numbers) == _BOTH and None not in numbers and set(between[0].split()) & _BETWEEN:
        low, high = numbers
        return _Interval(low, high) if low is not None and high is not None and low < high else None
    if len(numbers) != 1 or numbers[0] is None:
        return None
    if names & _UP_TO:
        return _Interval(None, numbers[0])
    return _Interval(numbers[0], None) if names & _FROM or between[-1:] == [" +"] else None


def _plain(written: str) -> Fraction | None:
    """Read a number as people write it: points of thousands, a decimal comma."""
    if _THOUSANDS.fullmatch(written):
        written = written.replace(".", "").replace("'", "")
    return read_number(written.replace(",", "."))
