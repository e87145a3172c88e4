"""Random formulas, made from the table of operations: whatever stands there is written here.

An operation's operands follow from what it `takes`, their units from its `units`; groups stand
where it `takes_groups`, a literal number of decimals where it `takes_decimals`. A new function
needs nothing here. Brackets stand where the binding asks for them, now and then elsewhere.
"""

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

from ruletrail.formulas import parse_formula
from ruletrail.formulas.operations import (
    ATOM,
    CHOICE,
    COMPARE,
    FUNCTIONS,
    IF,
    IN,
    NOT_IN,
    OPERATORS,
    Operation,
)

Kind = Literal["number", "boolean", "text", "date"]
KINDS: tuple[Kind, ...] = ("number", "boolean", "text")
"""The types of values in language 1; language 2 has days too."""
DAYS = ("2024, 2, 29", "2023, 12, 31", "1, 1, 1", "9999, 12, 31", "2000, 1, 31")
UNITS = (None, None, "euro", "ore", "utenti")
LITERALS = ("0", "1", "2", "3", "7", "10", "100", "0.5", "1.25", "1.005")
HOSTILE_LITERALS = (*LITERALS, "12.3456789012", "999999999999999", "999999999999999.9999999999")
WORDS = ("", "x", "SI", "perché", "so and so")
OPERATIONS: Mapping[Kind, Sequence[Operation]] = {
    kind: [
        operation
        for operation in (*OPERATORS.values(), *FUNCTIONS.values())
        if "list" not in operation.takes
        and (
            operation.gives in (kind, "alike")
            or (kind == "date" and operation.gives == "number" and operation.dates != "never")
        )
    ]
    for kind in (*KINDS, "date")
}
"""The operations that may come to a value of each type."""


@dataclass(frozen=True)
class Written:
    """An expression: how tightly it binds, and the texts that it may be, none for any."""

    text: str
    binding: int = ATOM
    choices: tuple[str, ...] = ()


@dataclass(frozen=True)
class CodeOfLookup:
    """A scale or a table: its code, what its keys are, each with a unit, and what it gives."""

    code: str
    keys: tuple[tuple[Kind, str | None], ...]
    unit: str | None = None
    choices: tuple[str, ...] = ()


@dataclass
class FormulaWriter:
    """Writes formulas over the codes known so far; `rng` is the only source of chance."""

    rng: random.Random
    numbers: dict[str, str | None] = field(default_factory=dict)
    """The codes of numbers, with their units."""
    booleans: list[str] = field(default_factory=list)
    texts: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """The codes of texts, with what they may be; nothing where they may be anything."""
    groups: dict[Kind, dict[str, str | None]] = field(default_factory=dict)
    """The groups of each type, with their units."""
    lookups: dict[Kind, list[CodeOfLookup]] = field(default_factory=dict)
    """The scales and tables that give each type."""
    dates: list[str] = field(default_factory=list)
    """The codes of days."""
    aggregates: dict[Kind, dict[str, str | None]] = field(default_factory=dict)
    """Expressions over the rows of lists, of each type, with their units."""
    unencoded: list[str] = field(default_factory=list)
    """The codes of rules that are not encoded, which stand for a value of any type."""
    literals: Sequence[str] = LITERALS
    language: int = 2
    """The version of the language that is written."""

    def chance(self, share: float) -> bool:
        """Say yes in such a share of times."""
        return self.rng.random() < share

    def fitting(self, kind: Kind, depth: int, unit: str | None = None) -> Written:
        """Write a formula that the language's limits of length, depth and size admit."""
        for shallower in range(depth + 1):
            written = self.write(kind, depth - shallower, unit)
            if parse_formula(written.text, self.language)[0] is not None:
                return written
        simple = {"number": Written("1 / 3"), "boolean": Written("true")}
        return simple[kind] if kind in simple else self._leaf(kind, 0, None)

    def write(self, kind: Kind, depth: int, unit: str | None = None) -> Written:
        """Write an expression of a type; a number is of this unit or of none."""
        gathered = [
            text for text, found in self.aggregates.get(kind, {}).items() if found in (unit, None)
        ]
        if gathered and self.chance(0.2):
            return Written(self.rng.choice(gathered))
        if depth <= 0 or self.chance(0.12):
            return self._leaf(kind, depth, unit)
        callable_ = [each for each in self.lookups.get(kind, ()) if each.unit in (unit, None)]
        if callable_ and self.chance(0.08):
            return self._call(self.rng.choice(callable_), depth - 1)
        known = [each for each in OPERATIONS[kind] if each.since <= self.language]
        return self._operation(self.rng.choice(known), kind, depth - 1, unit)

    # -- Leaves ------------------------------------------------------------------------------------

    def _leaf(self, kind: Kind, depth: int, unit: str | None) -> Written:
        if self.unencoded and self.chance(0.1):
            return self._of_any_type()
        match kind:
            case "number":
                return self._number(unit)
            case "boolean":
                return self._boolean(depth)
            case "date":
                return self._day()
        return self._text()

    def _of_any_type(self) -> Written:
        """Write what has no value in any report; sums and least ones of it may be days as well."""
        code = self.rng.choice(self.unencoded)
        whole = (f"({code} + 1)", f"({code} - {code})", f"min({code}, {code})", f"max({code})")
        return Written(self.rng.choice((code, *whole) if self.language > 1 else (code,)))

    def _day(self) -> Written:
        if self.dates and self.chance(0.8):
            return Written(self.rng.choice(self.dates))
        return Written(f"date({self.rng.choice(DAYS)})")

    def _any_kind(self) -> Kind:
        return self.rng.choice(KINDS if self.language == 1 else (*KINDS, "date"))

    def _number(self, unit: str | None) -> Written:
        codes = [code for code, found in self.numbers.items() if found in (unit, None)]
        if not codes or self.chance(0.25):
            return Written(self.rng.choice(self.literals))
        return Written(self.rng.choice(codes))

    def _boolean(self, depth: int) -> Written:
        """Write a condition without conditions in it: a comparison more often than not."""
        if depth >= 0 and self.chance(0.6):
            comparisons = [each for each in OPERATIONS["boolean"] if each.binding == COMPARE]
            return self._operation(self.rng.choice(comparisons), "boolean", depth - 1, None)
        return Written(self.rng.choice([*self.booleans, *self.booleans, "true", "false"]))

    def _text(self) -> Written:
        if self.texts and self.chance(0.8):
            code = self.rng.choice(list(self.texts))
            return Written(code, ATOM, self.texts[code])
        listed = [word for choices in self.texts.values() for word in choices]
        return self._quoted(self.rng.choice([*listed, *WORDS]))

    def _quoted(self, word: str) -> Written:
        quote = self.rng.choice("\"'") if "'" not in word else '"'
        return Written(f"{quote}{word}{quote}", ATOM, (word,))

    def _call(self, lookup: CodeOfLookup, depth: int) -> Written:
        """Write the call of a scale or a table."""
        keys = [self.write(kind, depth, unit).text for kind, unit in lookup.keys]
        return Written(f"{lookup.code}({', '.join(keys)})", ATOM, lookup.choices)

    # -- Operations --------------------------------------------------------------------------------

    def _operation(self, operation: Operation, kind: Kind, depth: int, unit: str | None) -> Written:
        alike = kind if operation.gives == "alike" else self._any_kind()
        if operation.dates != "never" and self.language > 1:
            days = self._days_among(operation, kind, depth)
            if days:
                return days
        if operation.name == "date":
            return self._day_of_numbers(depth)
        if operation.gives != "number":
            unit = unit if operation.gives == "alike" else self.rng.choice(UNITS)
        operands: list[Written] = []
        for _ in range(self._count(operation)):
            operands.append(self._operand(operation, operands, alike=alike, depth=depth, unit=unit))
        text, binding = self._join(operation, operands)
        sources = operands[::2] if operation is CHOICE else operands
        is_text = operation.gives == "alike" and kind == "text"
        return Written(text, binding, _join_choices(sources) if is_text else ())

    def _day_of_numbers(self, depth: int) -> Written:
        """Write a day of computed numbers; one that is written out must exist."""
        if not self.numbers or self.chance(0.3):
            return Written(f"date({self.rng.choice(DAYS)})")
        numbers = self.rng.choice(DAYS).split(", ")
        at = self.rng.randrange(3)
        code, unit = self.rng.choice(list(self.numbers.items()))
        other = self.write("number", depth, unit)
        numbers[at] = self._join(OPERATORS["+"], [Written(code), other])[0]
        return Written(f"date({', '.join(numbers)})")

    def _days_among(self, operation: Operation, kind: Kind, depth: int) -> Written | None:
        """Write an operation of numbers over days instead, where it gives what is asked."""
        if kind != "date" and not self.chance(0.25):
            return None
        kinds: list[Kind] = ["date"] * self._count(operation)
        if operation.dates == "moved":
            if kind == "number" and operation.name == "+":
                return None
            if kind == "date":
                kinds[1 if operation.name == "-" else self.rng.randrange(2)] = "number"
        elif operation.gives == "number" and kind != "date":
            return None
        operands = [self.write(each, depth, None) for each in kinds]
        if operation.dates == "moved" and kind == "number" and self.unencoded:
            operands[1] = self._day()  # what is of any type would be taken for days to go back
        return Written(*self._join(operation, operands))

    def _count(self, operation: Operation) -> int:
        if operation.most is not None:
            return self.rng.randint(operation.least, operation.most)
        return operation.least + self.rng.choice((0, 0, 1, 2))

    def _operand(
        self,
        operation: Operation,
        before: Sequence[Written],
        *,
        alike: Kind,
        depth: int,
        unit: str | None,
    ) -> Written:
        at = len(before)
        takes = operation.taken(at)
        if operation.takes_decimals and at == 1:
            return Written(str(self.rng.choice((0, 1, 2, 3, 4, 10))))
        if operation.takes_literal and at == operation.least - 1:
            return self._quoted(self.rng.choice([word for word in WORDS if word]))
        kind: Kind = alike if takes == "alike" else self._any_kind()
        kind = takes if takes in (*KINDS, "date") else kind  # type: ignore[assignment]
        wanted = self.rng.choice(UNITS) if operation.units == "unknown" else unit
        groups = self.groups.get(kind, {}) if operation.takes_groups else {}
        named = [name for name, found in groups.items() if found in (wanted, None)]
        if named and self.chance(0.35):
            return Written(self.rng.choice(named))
        if operation in (IN, NOT_IN) and at:
            return self._item(kind, before[0], wanted)
        written = self.write(kind, depth, wanted)
        if kind == "text" and operation.binding == COMPARE and at:
            return self._comparable(written, before[0])
        return written

    def _item(self, kind: Kind, first: Written, unit: str | None) -> Written:
        """Write an item of a list: a code, a literal, or one of these with a sign."""
        item = self._boolean(-1) if kind == "boolean" else self._leaf(kind, 0, unit)
        if kind == "number" and self.chance(0.3):
            return Written(self.rng.choice("-+") + item.text)
        return self._comparable(item, first) if kind == "text" else item

    def _comparable(self, written: Written, first: Written) -> Written:
        """Give a text that another can equal; the language refuses what cannot hold."""
        is_open = not first.choices or not written.choices
        if is_open or set(first.choices) & set(written.choices):
            return written
        return self._quoted(self.rng.choice(first.choices))

    def _join(self, operation: Operation, operands: Sequence[Written]) -> tuple[str, int]:
        name, binding = operation.name, operation.binding
        if operation.is_function:
            return f"{name}({', '.join(each.text for each in operands)})", ATOM
        if operation in (IN, NOT_IN):
            first, *items = operands
            listed = ", ".join(each.text for each in items)
            return f"{self._within(first, binding + 1)} {name} [{listed}]", binding
        if operation is CHOICE:
            body, test, other = operands
            shown = [self._within(body, IF + 1), self._within(test, IF + 1)]
            return f"{shown[0]} if {shown[1]} else {self._within(other, IF)}", IF
        if len(operation.takes) == 1:
            inner = self._within(operands[0], binding)
            return f"{name} {inner}" if name.isalpha() else f"{name}{inner}", binding
        loosest = [binding + (binding <= COMPARE), *(binding + 1 for _ in operands[1:])]
        shown = [self._within(each, least) for each, least in zip(operands, loosest, strict=True)]
        return f" {name} ".join(shown), binding

    def _within(self, written: Written, least: int) -> str:
        """Put brackets around what binds less tightly than asked, and sometimes around the rest."""
        is_bare = written.binding >= least and not (written.binding < ATOM and self.chance(0.25))
        return written.text if is_bare else f"({written.text})"


def _join_choices(found: Sequence[Written]) -> tuple[str, ...]:
    """List what one of several texts may be; none where one of them may be anything."""
    if not all(each.choices for each in found):
        return ()
    return tuple(dict.fromkeys(word for each in found for word in each.choices))
