"""The unknowns of a proof: the fields of a report, and the cells of its rows, by the schema."""

from collections.abc import Collection, Iterator, Mapping
from fractions import Fraction
from typing import Any

from ruletrail.analysis import intervals
from ruletrail.analysis.field_domains import (
    least_rows,
    listed_texts,
    read_fields,
    read_fragments,
    read_lists,
)
from ruletrail.analysis.intervals import Interval
from ruletrail.analysis.simple_values import listed_numbers
from ruletrail.analysis.typed_inputs import TypedField
from ruletrail.documents import REPORT_LIMITS
from ruletrail.fast_dataclasses import dataclass
from ruletrail.proofs import logic, numbers
from ruletrail.proofs.logic import Space, Truth, Whole, negate
from ruletrail.proofs.numbers import Digits, Number
from ruletrail.proofs.states import State
from ruletrail.proofs.terms import Term, Text, day_term, truth_term
from ruletrail.proofs.texts import Vocabulary, tie
from ruletrail.schemas import Schema
from ruletrail.values import MOST_DECIMALS, MOST_INTEGER_DIGITS, count_finite_decimals

_LARGEST = Fraction(10**MOST_INTEGER_DIGITS)
_ADMITTED = Interval(-_LARGEST, _LARGEST, low_open=True, high_open=True)
_LONGEST = REPORT_LIMITS.scalar
MOST_CHOICES = 300
"""Of more values than this only the ends are told."""


@dataclass(frozen=True, slots=True)
class Unknown:
    """One field, or one cell: what stands for it, and what the schema says of it."""

    code: str
    """As trails write it: `LIST[2].NAME` for a cell."""
    field: TypedField
    term: Term
    present: Truth
    fragments: tuple[Mapping[str, Any], ...]
    number: Number | None = None

    @property
    def listed(self) -> tuple[Fraction, ...]:
        """The numbers that the schema lists."""
        return listed_numbers(self.fragments)

    @property
    def choices(self) -> tuple[str, ...]:
        """The texts that the schema lists."""
        return listed_texts(self.fragments)


@dataclass(frozen=True, slots=True)
class UnknownList:
    """A list of rows: how many it has, and their cells, row by row."""

    code: str
    most: int
    """The rows that are looked at."""
    size: Whole
    present: Truth
    rows: tuple[Mapping[str, Unknown], ...]


def step_of(field: TypedField) -> tuple[int | Fraction, bool]:
    """Say how many times a number of a field is whole, and whether its decimals are free."""
    if field.step is not None:
        return 1 / field.step, False
    return 10**MOST_DECIMALS, True


class Inputs:
    """Makes the unknowns of a schema when they are first asked for."""

    def __init__(
        self,
        schema: Schema,
        space: Space,
        vocabulary: Vocabulary,
        most_rows: int | None = None,
        shared: "Inputs | None" = None,
    ) -> None:
        """Take the schema; `most_rows` bounds the rows of each list that are looked at.

        Where another schema's unknowns are `shared`, a field of both is one unknown.
        """
        self.schema, self.space, self.vocabulary = schema, space, vocabulary
        self._shared = shared
        self.fields = read_fields(schema)
        self.typed_lists = read_lists(schema)
        self._most_rows = most_rows
        self.unknowns: dict[str, Unknown] = {}
        self.lists: dict[str, UnknownList] = {}
        self._free: set[str] = set()

    def field(self, code: str) -> Unknown:
        """Give the unknown of a field."""
        if code not in self.unknowns:
            field = self.fields[code]
            fragments = tuple(read_fragments(self.schema, code))
            shared = self._shared
            known = shared.field(code) if shared is not None and code in shared.fields else None
            self.unknowns[code] = self._make(code, field, fragments, known)
        return self.unknowns[code]

    def numbers(self, owners: Collection[str]) -> tuple[tuple[Any, ...], tuple[Any, ...]]:
        """List the numbers of some fields and lists: those whose decimals are free, the others."""
        free: list[Any] = []
        others: list[Any] = []
        for each in self._all():
            if each.number is not None and each.code.partition("[")[0] in owners:
                (free if each.code in self._free else others).append(each.number.top)
        return tuple(free), tuple(others)

    def tie_texts(self) -> None:
        """Say, once all are made, what holds between free texts."""
        texts = [
            each.term.text for each in self._all() if each.field.kind == "text" and not each.choices
        ]
        if self.vocabulary.measures or self.vocabulary.features:
            self.space.owner = ""
            tie(texts, self.space)

    def _all(self) -> Iterator[Unknown]:
        yield from self.unknowns.values()
        for each in self.lists.values():
            for row in each.rows:
                yield from row.values()

    def most_rows_of(self, code: str) -> int:
        """Say how many rows of a list are looked at, without making their unknowns."""
        most = self.schema.lists[code].most
        return most if self._most_rows is None else min(most, self._most_rows)

    def rows_of(self, code: str) -> UnknownList:
        """Give the unknowns of a list."""
        if code not in self.lists:
            self.lists[code] = self._make_list(code)
        return self.lists[code]

    def _make_list(self, code: str) -> UnknownList:
        owner, self.space.owner = self.space.owner, code
        declared, most = self.schema.lists[code], self.most_rows_of(code)
        fragments = read_fragments(self.schema, code)
        least = least_rows(fragments)
        is_shared = self._shared is not None and code in self._shared.schema.lists
        known = self._shared.rows_of(code) if self._shared is not None and is_shared else None
        self.space.owner = code
        size = self.space.whole("rows") if known is None else known.size
        if most < declared.most:
            self.space.give_up("lists")
        self.space.state(size >= least)
        self.space.state(size <= most)
        typed = self.typed_lists[code]
        present = self._present("given", None if known is None else known.present, typed.required)
        cells = []
        for at in range(1, most + 1):
            before = known.rows[at - 1] if known is not None and at <= known.most else {}
            cells.append(
                {
                    name: self._make(
                        f"{code}[{at}].{name}",
                        cell,
                        tuple(read_fragments(self.schema, cell.code)),
                        before.get(name),
                    )
                    for name, cell in typed.cells.items()
                }
            )
        self.space.owner = owner
        return UnknownList(code, most, size, present, tuple(cells))

    def _present(self, name: str, known: Truth | None, required: bool) -> Truth:  # noqa: FBT001
        """Tell whether something is there; what either schema requires is."""
        if required and known is not None:
            self.space.state(known)
        return True if required else self.space.truth(name) if known is None else known

    def _make(
        self,
        code: str,
        field: TypedField,
        fragments: tuple[Mapping[str, Any], ...],
        known: Unknown | None = None,
    ) -> Unknown:
        owner = self.space.owner
        if "[" not in code:
            self.space.owner = code
        present = self._present(
            f"{code} given", None if known is None else known.present, field.required
        )
        state = State(missing=negate(present))
        before = known.term if known is not None and known.term.kind == field.kind else None
        number: Number | None = None
        match field.kind:
            case "number":
                number = self._number(code, field, fragments, before)
                term = Term("number", state, number)
            case "boolean":
                truth = self.space.truth(code) if before is None else before.truth
                term = truth_term(truth, state)
            case "date":
                day = self.space.whole(code) if before is None else before.day
                self.space.state(day >= int(field.range.low or 1))
                self.space.state(day <= int(field.range.high or 1))
                term = day_term(day, state)
            case _:
                term = Term("text", state, self._text(fragments, before))
        self.space.owner = owner
        return Unknown(code, field, term, present, fragments, number)

    def _number(
        self,
        code: str,
        field: TypedField,
        fragments: tuple[Mapping[str, Any], ...],
        before: Term | None,
    ) -> Number:
        range_ = intervals.intersect(field.range, _ADMITTED)
        unknown = self.space.real(code) if before is None else before.number.top
        steps, is_free = step_of(field)
        decimals = count_finite_decimals(field.step) if field.step is not None else None
        scale = MOST_DECIMALS if decimals is None else decimals
        digits = Digits(int(10 ** (MOST_INTEGER_DIGITS + scale)).bit_length(), scale)
        number = numbers.known(Number(unknown, None, range_, digits), range_)
        self._bound(number, range_)
        listed = listed_numbers(fragments)
        if listed and len(listed) <= MOST_CHOICES:
            self.space.state(logic.some(logic.equal(unknown, each) for each in listed))
        elif is_free:
            self._free.add(code)
        else:
            self.space.put_on_grid(unknown, steps)
        return number

    def _bound(self, number: Number, range_: Interval) -> None:
        for end, is_open, is_low in (
            (range_.low, range_.low_open, True),
            (range_.high, range_.high_open, False),
        ):
            if end is not None:
                pair = (end, number.top) if is_low else (number.top, end)
                self.space.state((logic.less if is_open else logic.at_most)(*pair))

    def _text(self, fragments: tuple[Mapping[str, Any], ...], before: Term | None) -> Text:
        choices, vocabulary = listed_texts(fragments), self.vocabulary
        if not choices:
            lengths = [int(each.get("maxLength", _LONGEST)) for each in fragments]
            shortest = max((int(each.get("minLength", 0)) for each in fragments), default=0)
            longest, known = min([*lengths, _LONGEST]), None if before is None else before.text
            text = vocabulary.free(self.space, shortest, longest, known)
            for pattern in (each["pattern"] for each in fragments if "pattern" in each):
                for number in vocabulary.outside(pattern):
                    self.space.state(text.number != number)
            return text
        text = vocabulary.free(self.space, 0, _LONGEST) if before is None else before.text
        listed = sorted(vocabulary.number(choice) for choice in choices)
        if len(listed) > MOST_CHOICES:
            self.space.state(text.number >= listed[0])
            self.space.state(text.number <= listed[-1])
        else:
            self.space.state(logic.some(text.number == each for each in listed))
        return text
