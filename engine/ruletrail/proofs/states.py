"""What a fact may be instead of a value, as truths of which at most one holds."""

from collections.abc import Sequence

from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.proofs.logic import Truth, both, either, negate, some


@dataclass(frozen=True, slots=True)
class State:
    """When a fact is a non-value of each kind; at most one of the truths holds, else it is a value.

    `error` is one that arose in the entry itself, `error_read` one that only what the entry reads
    has: where both meet it is its own, so that no error hides another that stands behind it. `row`
    is "not applicable by a rule of the row", which aggregates over rows leave out.
    """

    error: Truth = False
    error_read: Truth = False
    not_encoded: Truth = False
    missing: Truth = False
    not_applicable: Truth = False
    row: Truth = False

    @property
    def kinds(self) -> tuple[Truth, ...]:
        """The truths, the worst first."""
        return (
            self.error, self.error_read, self.not_encoded, self.missing, self.not_applicable,
            self.row,
        )  # fmt: skip

    @property
    def is_value(self) -> Truth:
        """When the fact is a value."""
        return negate(some(self.kinds))

    @property
    def is_error(self) -> Truth:
        """When the fact is an error, wherever it arose."""
        return either(self.error, self.error_read)

    @property
    def does_not_apply(self) -> Truth:
        """When the fact does not apply, by whichever code."""
        return either(self.not_applicable, self.row)


VALUE = State()
NOT_ENCODED = State(not_encoded=True)


def worst(states: Sequence[State], *, unless: Truth = False) -> State:
    """Let the worst non-value decide, unless something else has."""
    open_ = negate(unless)
    found: list[Truth] = []
    for at in range(len(VALUE.kinds)):
        here = some(state.kinds[at] for state in states)
        found.append(both(open_, here))
        open_ = both(open_, negate(here))
    return State(*found)


def under(test: Truth, state: State) -> State:
    """Keep a state where something holds; elsewhere it is a value."""
    return State(*(both(test, kind) for kind in state.kinds))


def as_read(state: State) -> State:
    """Give the state of a fact to an entry that reads it, in which its error did not arise."""
    return replace(state, error=False, error_read=state.is_error)


def pick_state(test: Truth, one: State, other: State) -> State:
    """Choose between states."""
    pairs = zip(one.kinds, other.kinds, strict=True)
    return State(*(either(both(test, a), both(negate(test), b)) for a, b in pairs))
