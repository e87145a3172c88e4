"""What an expression comes to, for the solver: when it is a value, and which."""

from collections.abc import Mapping
from datetime import date
from fractions import Fraction
from typing import TypeAlias

from ruletrail.analysis import intervals
from ruletrail.analysis.intervals import ANY, Interval
from ruletrail.analysis.ir import Node
from ruletrail.analysis.typed_inputs import Kind
from ruletrail.fast_dataclasses import dataclass
from ruletrail.proofs import logic, numbers
from ruletrail.proofs.logic import Truth, Whole, both, pick_truth, pick_whole
from ruletrail.proofs.numbers import Number
from ruletrail.proofs.states import NOT_ENCODED, VALUE, State, pick_state
from ruletrail.values import Value

Feature = tuple[str, str]
"""What formulas ask of a text beside which one it is: the test and its text; `length` of none."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text by its number, how long it is, and how the tests of texts in formulas come out."""

    number: Whole
    length: Whole = 0
    tests: Mapping[Feature, Truth] | None = None


Payload: TypeAlias = Number | Text | Truth | Whole | None
"""The value: a number, a text, a truth, or a day by its number."""


@dataclass(frozen=True, slots=True)
class Term:
    """An expression's kind, state, and value; the value is nonsense where the state is none.

    `fact` is the value itself where it is written in the rulebook, as `lower` asks.
    """

    kind: Kind
    state: State
    payload: Payload = None
    fact: Value | None = None

    @property
    def number(self) -> Number:
        """The value of a number; of what never has one, nothing in particular."""
        return self.payload if isinstance(self.payload, Number) else numbers.constant(Fraction(0))

    @property
    def text(self) -> Text:
        """The value of a text."""
        return self.payload if isinstance(self.payload, Text) else Text(-1)

    @property
    def truth(self) -> Truth:
        """The value of a boolean."""
        payload = self.payload
        is_other = payload is None or isinstance(payload, Number | Text | int)
        if is_other and not isinstance(payload, bool):
            return False
        return payload

    @property
    def day(self) -> Whole:
        """The value of a day."""
        payload = self.payload
        if payload is None or isinstance(payload, Number | Text | bool):
            return 1
        return payload

    @property
    def holds(self) -> Truth:
        """When it is the value true."""
        return both(self.state.is_value, self.truth)

    @property
    def fails(self) -> Truth:
        """When it is the value false."""
        return both(self.state.is_value, logic.negate(self.truth))

    @property
    def node(self) -> Node:
        """What `analysis` reads to bound what is made of this."""
        range_ = self.number.range if self.kind == "number" else ANY
        if self.kind == "date" and isinstance(self.day, int):
            range_ = intervals.exactly(Fraction(self.day))
        is_known = isinstance(self.fact, Fraction)
        return Node(
            "constant" if is_known else "read", self.kind, (), None, range_,
            fact=self.fact if is_known else None,
        )  # fmt: skip


NEVER = Term("none", NOT_ENCODED)


def truth_term(truth: Truth, state: State = VALUE) -> Term:
    """Make a term of a truth."""
    return Term("boolean", state, truth)


def number_term(number: Number, state: State = VALUE, range_: Interval | None = None) -> Term:
    """Make a term of a number, and keep what is known of it."""
    return Term("number", state, number if range_ is None else numbers.known(number, range_))


def day_term(day: Whole | date, state: State = VALUE) -> Term:
    """Make a term of a day."""
    return Term("date", state, day.toordinal() if isinstance(day, date) else day)


def pick_term(test: Truth, one: Term, other: Term) -> Term:
    """Choose between terms, of one kind unless one is never a value."""
    if isinstance(test, bool):
        return one if test else other
    kind = other.kind if one.kind == "none" else one.kind
    state = pick_state(test, one.state, other.state)
    return Term(kind, state, _pick_payload(kind, test, one, other))


def _pick_payload(kind: Kind, test: Truth, one: Term, other: Term) -> Payload:
    if "none" in (one.kind, other.kind):
        return other.payload if one.kind == "none" else one.payload
    match kind:
        case "number":
            found = numbers.pick(test, one.number, other.number)
            return numbers.known(found, intervals.unite([one.number.range, other.number.range]))
        case "boolean":
            return pick_truth(test, one.truth, other.truth)
        case "date":
            return pick_whole(test, one.day, other.day)
        case "text":
            return _pick_text(test, one.text, other.text)
    return None


def _pick_text(test: Truth, one: Text, other: Text) -> Text:
    tests = {
        feature: pick_truth(test, truth, (other.tests or {}).get(feature, False))
        for feature, truth in (one.tests or {}).items()
    }
    return Text(
        pick_whole(test, one.number, other.number),
        pick_whole(test, one.length, other.length),
        tests,
    )
