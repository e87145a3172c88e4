"""The work over one block of reports, written down before it is done: a tape of array operations.

`cells`, `blocks` and `conclusions` write on it what a plan does to whole columns; nothing runs here. What is the
same for all rows is computed at once, and an operation that stands on the tape already is not written twice.
`weaving` turns the tape into a function.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Literal

from ruletrail.fast_dataclasses import dataclass, field

Kind = Literal["i8", "f8", "?", "u1", "i1", "i2", "i4"]
"""The type of the elements of a strip: whole numbers, floats under 2**53, booleans, states, positions of words."""


@dataclass(frozen=True, slots=True, eq=False)
class Strip:
    """One value of every row of the block, at its place on the tape."""

    place: int
    kind: Kind


Value = Strip | int | bool
"""A strip, or one number or boolean for all rows."""


@dataclass(frozen=True, slots=True)
class Op:
    """One operation: its name, what it works on, the type of what it makes; outputs make nothing."""

    name: str
    args: tuple[Value, ...]
    kind: Kind | None


COMPARISONS = frozenset({"less", "less_equal", "equal", "not_equal", "greater_equal", "greater"})
_LOGIC = frozenset({"logical_and", "logical_or", "logical_not"})

_FOLDED: Mapping[str, Callable[..., int | bool]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul, "floor_divide": operator.floordiv,
    "remainder": operator.mod, "minimum": min, "maximum": max, "bitwise_and": operator.and_,
    "negative": operator.neg, "absolute": abs, "less": operator.lt, "less_equal": operator.le, "equal": operator.eq,
    "not_equal": operator.ne, "greater_equal": operator.ge, "greater": operator.gt, "logical_not": operator.not_,
    "logical_and": lambda one, two: one and two, "logical_or": lambda one, two: one or two, "bitwise_xor": operator.xor,
}  # fmt: skip

_NEUTRAL: Mapping[str, tuple[int | bool, ...]] = {
    "add": (0,), "subtract": (0,), "multiply": (1,), "bitwise_xor": (0,), "logical_and": (True,), "logical_or": (False,),
}  # fmt: skip
"""The second operand that leaves the first as it is."""

_ABSORBING: Mapping[str, int | bool] = {"logical_and": False, "logical_or": True}
_OPPOSITES: Mapping[str, str] = {
    "less": "greater_equal", "greater_equal": "less", "greater": "less_equal", "less_equal": "greater",
    "equal": "not_equal", "not_equal": "equal",
}  # fmt: skip
_COMMUTING = frozenset(
    {
        "add",
        "multiply",
        "bitwise_and",
        "bitwise_xor",
        "logical_and",
        "logical_or",
        "maximum",
        "minimum",
    }
)


@dataclass(slots=True)
class Tape:
    """Operations in the order in which they are done."""

    ops: list[Op] = field(default_factory=list)
    _known: dict[tuple[object, ...], Strip] = field(default_factory=dict)

    def emit(self, name: str, *args: Value) -> Value:
        """Write an operation, unless its result is known: a constant, an operand, or a strip made before."""
        if not any(isinstance(arg, Strip) for arg in args):
            return _FOLDED[name](*args)
        if name in _COMMUTING and not isinstance(args[0], Strip):
            args = (args[1], args[0])
        simple = self._simplify(name, args)
        return self._write(name, args, _kind_of(name, args)) if simple is None else simple

    def cast(self, value: Value, kind: Kind) -> Value:
        """Write a change of type; the values must fit."""
        if not isinstance(value, Strip) or value.kind == kind:
            return value
        if value.kind == "?":
            byte: Kind = kind if kind in ("u1", "i1") else "u1"
            value = self._write("view", (value,), byte)
        return value if value.kind == kind else self._write("cast", (value,), kind)

    def where(self, mask: Value, one: Value, two: Value, kind: Kind) -> Value:
        """Write a choice by rows: by the bits of whole numbers, which is several times faster than copying by a mask."""
        if not isinstance(mask, Strip):
            return one if mask else two
        if kind == "?":
            first, second = (
                self.emit("logical_and", mask, one),
                self.emit("logical_and", self.emit("logical_not", mask), two),
            )
            return self.emit("logical_or", first, second)
        bits = self.emit(
            "negative", self.cast(mask, kind)
        )  # all bits where the mask is true, none elsewhere
        return self.emit(
            "bitwise_xor", two, self.emit("bitwise_and", self.emit("bitwise_xor", one, two), bits)
        )

    def take(self, table: Strip, places: Value) -> Value:
        """Write the reading of a table at positions."""
        if isinstance(places, Strip) and self.ops[places.place].name == "parameter":
            places = self._write(
                "spread", (places,), places.kind
            )  # one position for all rows is no strip of rows yet
        return self._write("take", (table, places), table.kind)

    def source(self, name: str, at: int, kind: Kind) -> Strip:
        """Write that an input or a parameter is read: a strip that no operation makes."""
        return self._write(name, (at,), kind)

    def put(self, at: int, value: Value, kind: Kind) -> None:
        """Write that a value is the output at a position, of a type."""
        self.ops.append(Op("put", (at, value), kind))

    def guard(self, strip: Strip, low: int, high: int) -> None:
        """Write that the block is refused unless every value lies between two bounds."""
        self.ops.append(Op("guard", (strip, low, high), None))

    def _write(self, name: str, args: tuple[Value, ...], kind: Kind) -> Strip:
        key = self._key(name, args, kind)
        strip = self._known.get(key)
        if strip is None:
            strip = self._known[key] = Strip(len(self.ops), kind)
            self.ops.append(Op(name, args, kind))
        return strip

    def _simplify(self, name: str, args: tuple[Value, ...]) -> Value | None:
        first = args[0]
        if len(args) == 2 and not isinstance(args[1], Strip):  # noqa: PLR2004 - an operation of two
            if args[1] in _NEUTRAL.get(name, ()):
                return first
            if name in _ABSORBING and args[1] is _ABSORBING[name]:
                return args[1]
        if name in _ABSORBING and first is args[1]:
            return first
        if name in _ABSORBING and self._is_opposite(first, args[1]):
            return _ABSORBING[name]
        opposite = (
            self._known.get(self._key(_OPPOSITES[name], args, "?")) if name in _OPPOSITES else None
        )
        if opposite is not None:
            return self.emit("logical_not", opposite)
        if name == "multiply" and not isinstance(args[1], Strip):
            return self._multiplied(first, args[1])
        if name == "maximum" and args[1] == 0 and isinstance(first, Strip) and first.kind == "u1":
            return first
        return self._undone(name, args)

    @staticmethod
    def _key(name: str, args: tuple[Value, ...], kind: Kind) -> tuple[object, ...]:
        return (name, kind, *((type(arg), arg) for arg in args))

    def _is_opposite(self, one: Value, two: Value) -> bool:
        """Tell whether one is the other's negation: both can not hold, and one does."""
        pairs = ((one, two), (two, one))
        return any(
            isinstance(a, Strip)
            and self.ops[a.place].name == "logical_not"
            and self.ops[a.place].args[0] is b
            for a, b in pairs
        )

    def _multiplied(self, value: Value, factor: int) -> Value | None:
        """Multiply by two constants at once; the result is the same, and what it may be is bounded."""
        made = self.ops[value.place] if isinstance(value, Strip) else None
        if made is None or made.name != "multiply" or isinstance(made.args[1], Strip):
            return None
        return self.emit("multiply", made.args[0], made.args[1] * factor)

    def _undone(self, name: str, args: tuple[Value, ...]) -> Value | None:
        """Find what a second negation, or a test of a boolean seen as a byte, comes back to."""
        made = self.ops[args[0].place] if isinstance(args[0], Strip) else None
        if made is not None and name == "logical_not" and made.name == "logical_not":
            return made.args[0]
        if (
            made is not None
            and made.name == "view"
            and args[1:] == (0,)
            and name in ("equal", "not_equal")
        ):
            return made.args[0] if name == "not_equal" else self.emit("logical_not", made.args[0])
        return None


def _kind_of(name: str, args: tuple[Value, ...]) -> Kind:
    if name in COMPARISONS or name in _LOGIC:
        return "?"
    if name == "divide":
        return "f8"
    kinds = {arg.kind for arg in args if isinstance(arg, Strip)}
    if len(kinds) > 1:
        raise TypeError(f"{name} of strips of different types: {', '.join(sorted(kinds))}")
    return kinds.pop() if kinds else "i8"
