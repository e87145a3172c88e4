"""Random formulas of language 2: days, tests of texts, scales, tables, aggregates over rows."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .expressions import (
    ATOM,
    BOOLEAN,
    COMPARISON,
    NUMBER,
    ORDERS,
    PRODUCT,
    SUM,
    TEXT,
    Piece,
    Scope,
    Symbol,
    Writer,
)
from .formulas import rows_read
from .grammar import parse

DATE = "date"
COUNTS = ["0", "1", "12", "18", "30", "365", "-1", "0.5", "100000", "10000000000", "9999999999"]
LITERALS = ["SI", "a", "A/", " ", "é", "2024-", "x", "𝄞"]
EDGE_DAYS = [
    date(2024, 2, 29),
    date(2023, 2, 28),
    date(2024, 1, 31),
    date(2024, 12, 31),
    date(2025, 1, 1),
    date(2023, 12, 31),
    date(2000, 2, 29),
    date(1900, 2, 28),
    date(2006, 3, 1),
    date(2024, 6, 30),
    date.min,
    date.max,
    date(9999, 11, 30),
    date(1, 1, 31),
]


def some_day(rng: Random) -> date:
    """Choose a day, one at an edge more often than others."""
    day = rng.choice(EDGE_DAYS)
    if rng.random() < 0.4:
        return min(max(day, date(2, 1, 1)), date(9998, 1, 1)) + timedelta(rng.randint(-40, 40))
    return day


@dataclass(frozen=True)
class Lookup:
    """A scale or table that formulas may call: what it asks for, and what it gives."""

    name: str
    keys: tuple[tuple[str, frozenset[str] | None], ...]
    kind: str
    words: frozenset[str] | None = None


@dataclass
class LaterScope(Scope):
    """What formulas of language 2 may read."""

    lookups: list[Lookup] = field(default_factory=list)
    rows: dict[str, list[Symbol]] = field(default_factory=dict)
    inside: str | None = None

    def of(self, kind: str) -> list[Symbol]:
        """Return the symbols of a kind, those of the row first."""
        own = self.rows.get(self.inside, [])
        return [symbol for symbol in [*own, *own, *self.symbols] if symbol.kind == kind]


class LaterWriter(Writer):
    """Writes formulas of language 2 by chance."""

    scope: LaterScope

    def any(self, kind: str, depth: int) -> Piece:
        """Write an expression of a kind."""
        if kind == DATE:
            return self._day(depth)
        if depth > 0 and self.rng.random() < 0.35:
            pick = {
                NUMBER: self._later_number,
                BOOLEAN: self._later_boolean,
                TEXT: self._later_text,
            }
            piece = pick[kind](depth - 1)
            if piece is not None:
                return piece
        return super().any(kind, depth)

    def leaf(self, kind: str) -> Piece:
        """Write a code or a literal."""
        symbols = self.scope.of(kind)
        if kind == DATE:
            if symbols and self.rng.random() < 0.85:
                return Piece(self.rng.choice(symbols).code, ATOM)
            return self._literal_day()
        return super().leaf(kind)

    def of_rows(self, name: str, kind: str, depth: int) -> str | None:
        """Write an argument that reads the rows of a list, if there is one of its kind."""
        outer, self.scope.inside = self.scope.inside, name
        try:
            for _ in range(12):
                text = self.any(kind, self.rng.randint(0, max(depth, 1))).text
                if rows_read(parse(text.replace("{x}", "x")).tree) == {name}:
                    return text
        finally:
            self.scope.inside = outer
        return None

    def _gathered(self, kind: str, names: list[str], depth: int) -> Piece | None:
        """Write an aggregate over rows."""
        if not self.scope.rows:
            return None
        name = self.rng.choice(sorted(self.scope.rows))
        argument = self.of_rows(name, kind, min(depth, 2))
        if argument is None:
            return None
        return Piece(f"{self.rng.choice(names)}({argument})", ATOM)

    def _called(self, kind: str, depth: int) -> Piece | None:
        """Call a scale or a table."""
        found = [lookup for lookup in self.scope.lookups if lookup.kind == kind]
        if not found:
            return None
        lookup = self.rng.choice(found)
        keys = []
        for key, words in lookup.keys:
            piece = self.any(key, min(depth, 1))
            if words is not None and self.rng.random() < 0.4:
                piece = self._literal(self.rng.choice(sorted(words)))
            keys.append(piece.text)
        return Piece(f"{lookup.name}({', '.join(keys)})", ATOM, lookup.words)

    def _later_number(self, depth: int) -> Piece | None:
        """Write something of language 2 that gives a number."""
        chance = self.rng.random()
        if chance < 0.35:
            return self._gathered(NUMBER, ["sum", "sum", "min", "max"], depth)
        if chance < 0.42:
            return self._gathered(BOOLEAN, ["count"], depth)
        if chance < 0.66:
            return self._called(NUMBER, depth)
        if chance < 0.72 and self.scope.rows:
            return Piece(f"size({self.rng.choice(sorted(self.scope.rows))})", ATOM)
        first = self.any(DATE, depth)
        if chance < 0.84:
            name = self.rng.choice(["year", "month", "day", "weekday"])
            return Piece(f"{name}({first.text})", ATOM)
        second = self.any(DATE, depth)
        if chance < 0.95:
            name = self.rng.choice(["days_between", "months_between", "years_between"])
            return Piece(f"{name}({first.text}, {second.text})", ATOM)
        return Piece(f"{self.under(first, SUM)} - {self.under(second, PRODUCT)}", SUM)

    def _later_boolean(self, depth: int) -> Piece | None:
        """Write something of language 2 that gives a boolean."""
        chance = self.rng.random()
        if chance < 0.25:
            return self._gathered(BOOLEAN, ["any", "all"], depth)
        if chance < 0.35:
            name = self.rng.choice(["any", "all"])
            return Piece(f"{name}({self._arguments(BOOLEAN, depth)})", ATOM)
        if chance < 0.42:
            return self._called(BOOLEAN, depth)
        if chance < 0.47 and self.scope.rows:
            return Piece(f"is_missing({self.rng.choice(sorted(self.scope.rows))})", ATOM)
        if chance < 0.6:
            name = self.rng.choice(["starts_with", "ends_with", "contains"])
            text = self.any(TEXT, depth).text
            return Piece(f'{name}({text}, "{self.rng.choice(LITERALS)}")', ATOM)
        left = self.any(DATE, depth)
        if chance < 0.7:
            items = [self.leaf(DATE).text for _ in range(self.rng.randint(1, 3))]
            name = self.rng.choice(["in", "not in"])
            return Piece(f"{self.under(left, SUM)} {name} [{', '.join(items)}]", COMPARISON)
        if chance < 0.76:
            name = self.rng.choice(["is_missing", "applies"])
            return Piece(f"{name}({left.text})", ATOM)
        right, sign = self.any(DATE, depth), self.rng.choice(ORDERS)
        return Piece(f"{self.under(left, SUM)} {sign} {self.under(right, SUM)}", COMPARISON)

    def _later_text(self, depth: int) -> Piece | None:
        """Write something of language 2 that gives a text."""
        return self._called(TEXT, depth)

    def _literal_day(self) -> Piece:
        """Write a day with literals."""
        day = some_day(self.rng)
        return Piece(f"date({day.year}, {day.month}, {day.day})", ATOM)

    def _day(self, depth: int) -> Piece:
        """Write an expression of days."""
        chance = self.rng.random()
        if depth <= 0 or chance < 0.25:
            return self.leaf(DATE)
        if chance < 0.33:
            return self._choice(DATE, depth - 1)
        if chance < 0.40:
            return self._gathered(DATE, ["min", "max"], depth - 1) or self.leaf(DATE)
        if chance < 0.46:
            return self._called(DATE, depth - 1) or self.leaf(DATE)
        if chance < 0.52:
            numbers = [self.any(NUMBER, min(depth - 1, 1)).text for _ in range(2)]
            return Piece(f"date({numbers[0]}, {self.leaf(NUMBER).text}, {numbers[1]} + 0)", ATOM)
        if chance < 0.58:
            arguments = self._arguments(DATE, depth - 1)
            return Piece(f"{self.rng.choice(['min', 'max'])}({arguments})", ATOM)
        first = self.any(DATE, depth - 1)
        if chance < 0.68:
            name = self.rng.choice(["start_of_month", "end_of_month"])
            return Piece(f"{name}({first.text})", ATOM)
        count = self._count_of(depth - 1)
        if chance < 0.84:
            name = self.rng.choice(["add_months", "add_years"])
            return Piece(f"{name}({first.text}, {count.text})", ATOM)
        if chance < 0.88:
            return Piece(f"{self.under(count, SUM)} + {self.under(first, PRODUCT)}", SUM)
        sign = self.rng.choice("+-")
        return Piece(f"{self.under(first, SUM)} {sign} {self.under(count, PRODUCT)}", SUM)

    def _count_of(self, depth: int) -> Piece:
        """Write a number of days, months or years."""
        if self.rng.random() < 0.7:
            text = self.rng.choice(COUNTS)
            return Piece(text, SUM if text.startswith("-") else ATOM)
        return self.any(NUMBER, min(depth, 2))

    def row_formula(self, name: str | None, kind: str, depth: int = 3) -> Piece:
        """Write a formula of a row of a list, or of the report."""
        outer, self.scope.inside = self.scope.inside, name
        piece = self.formula(kind, depth)
        self.scope.inside = outer
        return piece
