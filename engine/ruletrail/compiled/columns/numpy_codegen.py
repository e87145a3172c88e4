"""Code generation for columns: one Python function of numpy calls over a block of rows.

Prints the operations that an output depends on. Each call writes into an array given to it, because
allocating results costs more than most operations; arrays are assigned as registers are, by the
last use of what they hold. The code names nothing but parameters, local variables, numpy's
functions and constants, which are zero-dimensional arrays: numpy would look up the type of a Python
number at each call.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np

from ruletrail.compiled.columns.ssa import COMPARISONS, ColumnValue, Dtype, Op, SsaBuilder, Value
from ruletrail.fast_dataclasses import dataclass, field

BlockFunction = Callable[[Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]], bool]
"""Takes inputs, parameters, outputs and buffers; false where a guard refuses the block."""

_ALIASES = frozenset({"input", "parameter", "view"})
"""Operations whose result lies in memory that is there already."""

_APART = frozenset({"take"})
"""Operations that read at random, so their result must not lie where an operand does."""

FLAG_OUTPUTS = 2
"""So many outputs are arrays of booleans; the others hold numbers, and booleans as bytes."""


@dataclass(frozen=True, slots=True)
class CompiledBlock:
    """A loaded function, which inputs it reads, the types of the buffers it needs, its source."""

    run: BlockFunction
    inputs: tuple[bool, ...]
    buffers: tuple[Dtype, ...]
    source: str


def compile_block(ssa: SsaBuilder, inputs: int) -> CompiledBlock:
    """Print, compile and load the function of a program over so many inputs."""
    printer = _Printer(ssa)
    body = printer.print()
    # local variables are read in a fraction of the time that indexing the list takes
    names = [f" b{at} = B[{at}]" for at in range(len(printer.buffers))]
    source = "\n".join(["def block(I, P, O, B):", *names, *body, " return True", ""])
    space: dict[str, Any] = {**_NAMES, **printer.constants}
    exec(compile(source, "<columns>", "exec"), space)  # noqa: S102 - the code is printed above
    read = {ssa.ops[index].args[0] for index in printer.names if ssa.ops[index].name == "input"}
    is_read = tuple(at in read for at in range(inputs))
    return CompiledBlock(space["block"], is_read, tuple(printer.buffers), source)


@dataclass(slots=True)
class _Printer:
    """Prints one program and assigns its values to buffers."""

    ssa: SsaBuilder
    names: dict[int, str] = field(default_factory=dict)
    """The variable of each value."""
    roots: dict[int, int] = field(default_factory=dict)
    """The value in whose memory each value lies: itself, or what it is a view of."""
    buffers: list[Dtype] = field(default_factory=list)
    free: dict[Dtype, list[int]] = field(default_factory=dict)
    allocated: dict[int, int] = field(default_factory=dict)
    """The buffer of each value that is used again."""
    constants: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def print(self) -> list[str]:
        live = _find_live(self.ssa.ops)
        last = self._last_uses(live)
        pinned = _pin_to_outputs(self.ssa.ops, live)
        for index, op in enumerate(self.ssa.ops):
            if index not in live:
                continue
            roots = [] if op.name in _ALIASES else self._roots(op)
            dying = [root for root in roots if last[root] == index]
            # numpy's element-wise functions may write over an operand: released before the result
            # is placed, its buffer is the next one taken, and it is in the cache
            if op.name not in _APART:
                self._release(dying)
            self._print_op(index, op, pinned)
            if op.name in _APART:
                self._release(dying)
        return self.lines

    def _roots(self, op: Op) -> list[int]:
        operands = [arg for arg in op.args if isinstance(arg, ColumnValue)]
        return list(dict.fromkeys(self.roots[operand.index] for operand in operands))

    def _last_uses(self, live: frozenset[int]) -> dict[int, int]:
        """Find the last operation that reads each root, itself or through a view."""
        last: dict[int, int] = {}
        for index, op in enumerate(self.ssa.ops):
            if index in live:
                viewed = op.args[0] if op.name == "view" else None
                is_view = isinstance(viewed, ColumnValue)
                self.roots[index] = self.roots[viewed.index] if is_view else index  # type: ignore[union-attr]
                last.update(dict.fromkeys([*self._roots(op), self.roots[index]], index))
        return last

    def _release(self, roots: Sequence[int]) -> None:
        for root in roots:
            buffer = self.allocated.pop(root, None)
            if buffer is not None:
                self.free[self.buffers[buffer]].append(buffer)

    def _allocate(self, index: int, dtype: Dtype, pinned: Mapping[int, int]) -> str:
        """Choose where a result is written: an output, a free buffer of its type, or a new one."""
        output = pinned.get(index)
        if output is not None:
            as_bytes = dtype == "?" and output >= FLAG_OUTPUTS
            return f"O[{output}].view(as_bool)" if as_bytes else f"O[{output}]"
        free = self.free.setdefault(dtype, [])
        if not free:
            self.buffers.append(dtype)
            free.append(len(self.buffers) - 1)
        self.allocated[index] = free.pop()
        return f"b{self.allocated[index]}"

    def _name(self, value: Value, dtype: Dtype) -> str:
        if isinstance(value, ColumnValue):
            return self.names[value.index]
        name = f"k{dtype.replace('?', 'b')}_{str(int(value)).replace('-', 'm')}"
        self.constants[name] = np.array(value, dtype)
        return name

    def _print_op(self, index: int, op: Op, pinned: Mapping[int, int]) -> None:
        match op.name:
            case "input" | "parameter":
                letter = "i" if op.name == "input" else "p"
                name = self.names[index] = f"{letter}{op.args[0]}"
                self.lines.append(f" {name} = {letter.upper()}[{op.args[0]}]")
            case "guard":
                self._print_guard(op)
            case "put":
                self._print_put(op, pinned)
            case _:
                self._print_call(index, op, pinned)

    def _print_call(self, index: int, op: Op, pinned: Mapping[int, int]) -> None:
        if op.dtype is None:
            raise TypeError(f"{op.name} has no result")
        name = self.names[index] = f"v{index}"
        if op.name == "view":
            self.lines.append(f" {name} = {self._name(op.args[0], '?')}.view(as_{op.dtype})")
            return
        self.lines.append(f" {name} = {self._allocate(index, op.dtype, pinned)}")
        dtype = _operand_dtype(op)
        operands = [self._name(arg, dtype) for arg in op.args]
        if op.name in ("cast", "spread"):
            self.lines.append(f" copyto({name}, {operands[0]}, 'unsafe')")
        elif op.name == "take":
            # clipped, because only then numpy writes into the result without a copy of it;
            # an index is -1 only in rows whose result means nothing
            self.lines.append(f" take({operands[0]}, {operands[1]}, 0, {name}, 'clip')")
        else:
            # numpy deprecates a third positional argument of these two
            out = f"out={name}" if op.name in ("maximum", "minimum") else name
            self.lines.append(f" {op.name}({', '.join(operands)}, {out})")

    def _print_guard(self, op: Op) -> None:
        value, low, high = op.args
        if not isinstance(value, ColumnValue):
            raise TypeError("a guard is about a column value")
        name = self.names[value.index]
        if low == 0:
            # one pass for both bounds: as unsigned, a negative number is larger than any bound
            unsigned = f"{name}.view(as_u{value.dtype[1:]})"
            self.lines.append(f" if most({unsigned}) > {high}: return False")
        else:
            self.lines.append(f" if most({name}) > {high} or least({name}) < {low}: return False")

    def _print_put(self, op: Op, pinned: Mapping[int, int]) -> None:
        at, value = op.args
        if not isinstance(value, ColumnValue):
            self.lines.append(f" O[{at}].fill({int(value)})")
        elif pinned.get(self.roots[value.index]) != at:
            self.lines.append(f" copyto(O[{at}], {self.names[value.index]}, 'unsafe')")


def _operand_dtype(op: Op) -> Dtype:
    """Find the type of an operation's constants: that of the column values beside them."""
    dtypes = [arg.dtype for arg in op.args if isinstance(arg, ColumnValue)]
    return dtypes[0] if dtypes else op.dtype or "i8"


def _find_live(ops: Sequence[Op]) -> frozenset[int]:
    """Find the operations that an output depends on, and the guards of the inputs among them."""
    live: set[int] = set()
    for index in range(len(ops) - 1, -1, -1):
        op = ops[index]
        if op.name == "put" or index in live:
            live.add(index)
            live.update(arg.index for arg in op.args if isinstance(arg, ColumnValue))
    # the bounds of an input that nothing reads are no reason to refuse a block
    guards = (
        index
        for index, op in enumerate(ops)
        if op.name == "guard" and isinstance(op.args[0], ColumnValue) and op.args[0].index in live
    )
    return frozenset(live.union(guards))


def _pin_to_outputs(ops: Sequence[Op], live: frozenset[int]) -> dict[int, int]:
    """Choose the values that are computed in an output's own array, so that nothing is copied."""
    pinned: dict[int, int] = {}
    for index in sorted(live):
        op = ops[index]
        if op.name != "put":
            continue
        at, value = op.args
        if isinstance(value, ColumnValue) and ops[value.index].dtype == op.dtype:
            if ops[value.index].name == "view":
                value = ops[value.index].args[0]  # booleans are written as the bytes they are
            if isinstance(value, ColumnValue) and ops[value.index].name not in _ALIASES:
                pinned.setdefault(value.index, int(at))  # type: ignore[arg-type]  # a position
    return pinned


_UFUNCS = (
    "add", "subtract", "multiply", "divide", "floor_divide", "remainder", "minimum", "maximum",
    "bitwise_and", "bitwise_xor", "negative", "absolute", "floor", "logical_and", "logical_or",
    "logical_not", *sorted(COMPARISONS),
)  # fmt: skip
_NAMES: Mapping[str, Any] = {
    "__builtins__": {}, "copyto": np.copyto, "take": np.take,
    "most": np.maximum.reduce, "least": np.minimum.reduce,
    **{f"as_{dtype}": np.dtype(dtype) for dtype in ("u1", "u8", "i1", "bool")},
    **{name: getattr(np, name) for name in _UFUNCS},
}  # fmt: skip
"""Everything that printed code can call: no builtins, nothing that is not listed here."""
