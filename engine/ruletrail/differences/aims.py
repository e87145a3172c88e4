"""What a change itself speaks of: the constants of its case, what a band or a row is looked up by.

Of an entry with hundreds of cases, bands or rows each change is met by what it says itself, and
hardly by what the others say: so that is tried first.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from itertools import islice

from ruletrail.differences.changes import Change
from ruletrail.differences.pieces import (
    clauses_by_place,
    constants_in,
    place_of_item,
    row_place,
    version_of,
)
from ruletrail.differences.reach import Graph, Pair
from ruletrail.formulas import (
    Call,
    Expression,
    Formula,
    Name,
    walk_expression,
    write_expression,
)
from ruletrail.formulas.lookups import Key
from ruletrail.linking import formulas_of
from ruletrail.rulebooks import Clause, Entry
from ruletrail.rulebooks.entries import Table
from ruletrail.values import Value

Aim = Mapping[str, Value]
"""Values of fields, or of fields of rows, that a report has to have to meet a change."""

MOST_CONSTANTS = 24
_MOST_CALLS = 3
_BESIDE = (Fraction(0), *(Fraction(sign, by) for by in (1, 100) for sign in (1, -1)))


class Aims:
    """What changes speak of; what an entry says at which place is found once for all of them."""

    def __init__(self, pair: Pair) -> None:
        """Find nothing yet."""
        self._pair = pair
        self._clauses: dict[str, tuple[Mapping[str, Sequence[Clause]], ...]] = {}
        self._keys: dict[tuple[str, str], Mapping[str, Key]] = {}
        self._calls: dict[str, tuple[tuple[Expression, ...], ...]] = {}

    # -- Of a case or an exception -----------------------------------------------------------------

    def constants(self, change: Change) -> list[Value]:
        """List the constants of the case or exception that changed, as both rulebooks write it."""
        name = place_of_item(change.at)
        found: dict[Value, None] = {}
        for places in self._places(change.code):
            contents = (each.content for each in places.get(name, ()))
            trees = [each.tree for each in contents if isinstance(each, Formula)]
            found |= dict.fromkeys(sorted(constants_in(trees), key=by_text))
        return list(found)[:MOST_CONSTANTS]

    def _places(self, code: str) -> tuple[Mapping[str, Sequence[Clause]], ...]:
        if code not in self._clauses:
            entries = (graph.linked.rulebook.entries.get(code) for graph in self._pair.graphs)
            # changes of one entry stand together
            self._clauses = {code: tuple(map(clauses_by_place, entries))}
        return self._clauses[code]

    # -- Of a band, a row, or a dated value --------------------------------------------------------

    def fields(self, change: Change) -> Iterator[Aim]:
        """Yield what fields have to be to meet a band, a row or a value that changed.

        That is known where a formula gives a field itself to the scale or table.
        """
        version, place = version_of(change.at)
        if change.kind == "parameter" and change.at.startswith("values["):
            version = change.at.removeprefix("values[").partition("]")[0]
        day = self._on_day(change.code, version) if version else {}
        met = [
            {**day, **aim}
            for key in self._looked_up(change, version, place)
            for operands in self._operands(change.code)
            if (aim := self._aim(operands, key))
        ]
        yield from met or ([day] if day else [])

    def _looked_up(self, change: Change, version: str, place: str) -> list[Key]:
        """List the keys by which a row, or a band, is looked up: on its threshold and beside it."""
        if change.kind == "table":
            key = self._key(change.code, version, place)
            return [] if key is None else [key]
        begins = self.thresholds(change)
        return [(begin + more,) for more in _BESIDE for begin in begins]

    def thresholds(self, change: Change) -> list[Fraction]:
        """List where a band begins that changed, in both rulebooks and in all their stretches."""
        version, place = version_of(change.at)
        if change.kind != "scale" or not place.startswith("bands["):
            return []
        found: dict[Fraction, None] = {}
        for graph, side in zip(self._pair.graphs, self._pair.bands, strict=True):
            if change.code in graph.linked.rulebook.scales:
                at = side.find(change.code, version, place)
                bands = side.of(change.code, version, None)
                found |= {bands[at].threshold: None} if 0 <= at < len(bands) else {}
        return list(found)

    def _on_day(self, code: str, begin: str) -> dict[str, Value]:
        """Set the field that decides the day, if it is one, to a day."""
        for graph in self._pair.graphs:
            rulebook = graph.linked.rulebook
            scale_or_table = rulebook.scales.get(code) or rulebook.tables.get(code)
            dated = rulebook.parameters.get(code) or scale_or_table
            if dated is not None and dated.day is not None and _is_field(graph, dated.day.code):
                return {dated.day.code: date.fromisoformat(begin)}
        return {}

    def _key(self, code: str, version: str, place: str) -> Key | None:
        """Find the key of a row, in whichever rulebook has it."""
        if (code, version) not in self._keys:
            tables = (graph.linked.rulebook.tables.get(code) for graph in self._pair.graphs)
            found = (_keys_of(each, version) for each in tables if each is not None)
            self._keys[code, version] = {name: key for keys in found for name, key in keys}
        return self._keys[code, version].get(place)

    def _operands(self, code: str) -> tuple[tuple[Expression, ...], ...]:
        """List what some formulas call a scale or a table with."""
        if code not in self._calls:
            self._calls[code] = tuple(islice(self._find_operands(code), _MOST_CALLS))
        return self._calls[code]

    def _find_operands(self, code: str) -> Iterator[tuple[Expression, ...]]:
        seen: set[tuple[str, ...]] = set()
        for graph in reversed(self._pair.graphs):
            entries = graph.linked.rulebook.entries
            for reader in graph.readers.get(code, ()):
                for call in _calls_in(entries[reader], code):
                    written = tuple(map(write_expression, call.operands))
                    if written not in seen:
                        seen.add(written)
                        yield call.operands

    def _aim(self, operands: Sequence[Expression], key: Key) -> Aim:
        """Give to each field that is an operand what the key has there; empty if none is one."""
        graphs = self._pair.graphs
        return {
            operand.code: value
            for operand, value in zip(operands, key, strict=True)
            if isinstance(operand, Name) and any(_is_field(each, operand.code) for each in graphs)
        }


def by_text(value: Value) -> tuple[str, str]:
    """Give an order of values; a text may be written as a number is."""
    return str(value), type(value).__name__


def _is_field(graph: Graph, code: str) -> bool:
    """Tell a field, or a field of rows, that no rule computes."""
    schema = graph.linked.schema
    return (code in schema.fields or code in schema.cells) and code not in graph.reads


def _keys_of(table: Table, version: str) -> Iterator[tuple[str, Key]]:
    """Yield the keys of the rows of one version, each with its place."""
    days = [str(each.days.first) for each in table.versions]
    content = table.contents[days.index(version) if version in days else 0]
    for row in content.rows:
        for key in row.keys():  # noqa: SIM118 - no mapping
            yield row_place(key), key


def _calls_in(entry: Entry, code: str) -> Iterator[Call]:
    for formula in formulas_of(entry):
        for each in walk_expression(formula.tree):
            if isinstance(each, Call) and each.code == code:
                yield each
