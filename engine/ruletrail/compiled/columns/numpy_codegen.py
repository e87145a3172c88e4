"""The work over one block of reports: a list of array operations, then one function over arrays.

The first half is the intermediate form, in static single assignment: `column_arithmetic`, `block` and
`step_lowering` write on it what a plan does to whole columns, and nothing runs. What is the same for
all rows is computed at once, and an operation that is there already is not written twice. The second
half prints it: what nobody reads is left out, memory is used again. The printed code holds names made
here and numpy's operations; every constant stands in a table beside it.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

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


# -- Printing --------------------------------------------------------------------------------------

Woven = Callable[[Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]], bool]
"""Takes inputs, parameters, outputs, buffers; false when the block is not what the tape takes for granted."""

_ALIASES = frozenset({"input", "parameter", "view"})
_APART = frozenset({"take"})
"""Operations that must not write over what they read."""


@dataclass(frozen=True, slots=True)
class Weave:
    """A function over blocks, which inputs it reads, the types of the buffers it needs, and its source."""

    run: Woven
    inputs: tuple[bool, ...]
    buffers: tuple[Kind, ...]
    source: str


@dataclass(slots=True)
class _Loom:
    """Prints one tape: where each strip is, which buffers are free."""

    tape: Tape
    names: dict[int, str] = field(default_factory=dict)
    roots: dict[int, int] = field(default_factory=dict)
    """For each strip the place whose buffer it lives in."""
    buffers: list[Kind] = field(default_factory=list)
    free: dict[Kind, list[int]] = field(default_factory=dict)
    held: dict[int, int] = field(default_factory=dict)
    constants: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def print(self) -> str:
        needed = _needed(self.tape.ops)
        last = self._last_uses(needed)
        pinned = _pinned(self.tape.ops, needed)
        for place, op in enumerate(self.tape.ops):
            if place not in needed:
                continue
            dying = (
                []
                if op.name in _ALIASES
                else [root for root in self._roots(op) if last[root] == place]
            )
            if op.name not in _APART:
                self._release(dying)
            self._op(place, op, pinned)
            if op.name in _APART:
                self._release(dying)
        return "\n".join(["def weave(I, P, O, B):", *self.lines, " return True", ""])

    def _roots(self, op: Op) -> list[int]:
        return list(
            dict.fromkeys(self.roots[arg.place] for arg in op.args if isinstance(arg, Strip))
        )

    def _last_uses(self, needed: frozenset[int]) -> dict[int, int]:
        last: dict[int, int] = {}
        for place, op in enumerate(self.tape.ops):
            if place in needed:
                self.roots[place] = (
                    self.roots[op.args[0].place]
                    if op.name == "view" and isinstance(op.args[0], Strip)
                    else place
                )
                last.update(dict.fromkeys([*self._roots(op), self.roots[place]], place))
        return last

    def _release(self, roots: Sequence[int]) -> None:
        for root in roots:
            buffer = self.held.pop(root, None)
            if buffer is not None:
                self.free[self.buffers[buffer]].append(buffer)

    def _place(self, place: int, kind: Kind, pinned: Mapping[int, int]) -> str:
        """Find where a new strip is written: an output, a buffer that is free, a new one."""
        if place in pinned:
            return (
                f"O[{pinned[place]}].view(as_bool)"
                if kind == "?" and pinned[place] > 1
                else f"O[{pinned[place]}]"
            )
        waiting = self.free.setdefault(kind, [])
        if not waiting:
            self.buffers.append(kind)
            waiting.append(len(self.buffers) - 1)
        self.held[place] = waiting.pop()
        return f"b{self.held[place]}"

    def _name(self, value: Value, kind: Kind) -> str:
        if isinstance(value, Strip):
            return self.names[value.place]
        name = f"k{kind.replace('?', 'b')}_{str(int(value)).replace('-', 'm')}"
        self.constants[name] = np.array(value, kind)
        return name

    def _op(self, place: int, op: Op, pinned: Mapping[int, int]) -> None:
        match op.name:
            case "input" | "parameter":
                self.names[place] = f"i{op.args[0]}" if op.name == "input" else f"p{op.args[0]}"
                self.lines.append(
                    f" {self.names[place]} = {'I' if op.name == 'input' else 'P'}[{op.args[0]}]"
                )
            case "guard":
                self._guard(op)
            case "put":
                self._put(op, pinned)
            case _:
                self._make(place, op, pinned)

    def _make(self, place: int, op: Op, pinned: Mapping[int, int]) -> None:
        if op.kind is None:
            raise TypeError(f"{op.name} makes no strip")
        name = self.names[place] = f"v{place}"
        if op.name == "view":
            self.lines.append(f" {name} = {self._name(op.args[0], '?')}.view(as_{op.kind})")
            return
        to = self._place(place, op.kind, pinned)
        self.lines.append(f" {name} = {to}")
        kind = _operand_kind(op)
        if op.name in ("cast", "spread"):
            self.lines.append(f" copyto({name}, {self._name(op.args[0], kind)}, 'unsafe')")
        elif op.name == "take":
            table, places = (self._name(arg, kind) for arg in op.args)
            self.lines.append(f" take({table}, {places}, 0, {name}, 'clip')")
        else:
            out = (
                f"out={name}" if op.name in ("maximum", "minimum") else name
            )  # numpy means to read a third operand there
            self.lines.append(
                f" {op.name}({', '.join(self._name(arg, kind) for arg in op.args)}, {out})"
            )

    def _guard(self, op: Op) -> None:
        strip, low, high = op.args
        if not isinstance(strip, Strip):
            raise TypeError("a guard is about a strip")
        name = self.names[strip.place]
        if low == 0:  # a negative number seen without its sign is larger than any bound
            self.lines.append(f" if most({name}.view(as_u{strip.kind[1:]})) > {high}: return False")
        else:
            self.lines.append(f" if most({name}) > {high} or least({name}) < {low}: return False")

    def _put(self, op: Op, pinned: Mapping[int, int]) -> None:
        at, value = op.args
        if isinstance(value, Strip) and pinned.get(self.roots[value.place]) == at:
            return
        if isinstance(value, Strip):
            self.lines.append(f" copyto(O[{at}], {self.names[value.place]}, 'unsafe')")
        else:
            self.lines.append(f" O[{at}].fill({int(value)})")


def _operand_kind(op: Op) -> Kind:
    """Find the type of an operation's constants: that of the strip they meet."""
    kinds = [arg.kind for arg in op.args if isinstance(arg, Strip)]
    return kinds[0] if kinds else op.kind or "i8"


def _needed(ops: Sequence[Op]) -> frozenset[int]:
    """Find the operations that an output stands on; guards stand for what is read."""
    needed: set[int] = set()
    for place in range(len(ops) - 1, -1, -1):
        op = ops[place]
        if op.name == "put" or place in needed:
            needed.add(place)
            needed.update(arg.place for arg in op.args if isinstance(arg, Strip))
    guards = (
        place
        for place, op in enumerate(ops)
        if op.name == "guard" and isinstance(op.args[0], Strip) and op.args[0].place in needed
    )
    return frozenset(needed.union(guards))


def _pinned(ops: Sequence[Op], needed: frozenset[int]) -> dict[int, int]:
    """Choose the strips that are written straight into an output of their type."""
    pinned: dict[int, int] = {}
    for place in sorted(needed):
        op = ops[place]
        if op.name != "put" or not isinstance(op.args[1], Strip) or not isinstance(op.args[0], int):
            continue
        made: Value = op.args[1]
        if ops[op.args[1].place].kind != op.kind:
            continue
        if ops[op.args[1].place].name == "view":
            made = ops[op.args[1].place].args[0]  # booleans are written as the bytes that they are
        if isinstance(made, Strip) and ops[made.place].name not in _ALIASES:
            pinned.setdefault(made.place, op.args[0])
    return pinned


_UFUNCS = (
    "add", "subtract", "multiply", "divide", "floor_divide", "remainder", "minimum", "maximum", "bitwise_and", "bitwise_xor",
    "negative", "absolute", "floor", "logical_and", "logical_or", "logical_not", *sorted(COMPARISONS),
)  # fmt: skip
_NAMES: Mapping[str, Any] = {
    "__builtins__": {}, "copyto": np.copyto, "take": np.take, "most": np.maximum.reduce, "least": np.minimum.reduce,
    **{f"as_{kind}": np.dtype(kind) for kind in ("u1", "u8", "i1", "bool")},
    **{name: getattr(np, name) for name in _UFUNCS},
}  # fmt: skip


def weave(tape: Tape, inputs: int) -> Weave:
    """Print, compile and load the function of a tape over so many inputs."""
    loom = _Loom(tape)
    source = loom.print()
    head, rest = source.split("\n", 1)
    names = "".join(f" b{at} = B[{at}]\n" for at in range(len(loom.buffers)))
    source = f"{head}\n{names}{rest}"
    space: dict[str, Any] = {**_NAMES, **loom.constants}
    exec(compile(source, "<columns>", "exec"), space)  # noqa: S102 - the code is printed above
    read = {tape.ops[place].args[0] for place in loom.names if tape.ops[place].name == "input"}
    return Weave(
        space["weave"], tuple(at in read for at in range(inputs)), tuple(loom.buffers), source
    )
