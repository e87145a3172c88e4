"""Turn a tape into one function over arrays: what nobody reads is left out, memory is used again.

The printed code holds names made here and numpy's operations; every constant stands in a table beside it.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ruletrail.compiled.columns.ssa import COMPARISONS, Kind, Op, Strip, Tape, Value
from ruletrail.fast_dataclasses import dataclass, field

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
