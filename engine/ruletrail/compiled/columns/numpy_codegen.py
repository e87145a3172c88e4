"""The work over one block of reports: array operations written down, then printed as one function.

The first half is the intermediate form, in static single assignment: `column_arithmetic`, `block`
and `step_lowering` append to it what a rulebook does to whole columns, and nothing runs. What is
the same for all rows is computed at once; an operation that is there already is not appended again.
The second half prints it over numpy arrays: what nobody reads is left out, buffers are used again.
The printed code holds names made here and numpy's operations; constants stand in a table beside it.
"""

import operator
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ruletrail.fast_dataclasses import dataclass, field

Dtype = Literal["i8", "f8", "?", "u1", "i1", "i2", "i4"]
"""Element types, as numpy writes them: integers, floats, booleans, kind codes, indices."""


OF_REPORTS = ""
"""The domain of what has an element for each report."""

OF_NONE = "*"
"""The domain of arrays to look into, which have no element for each row of anything."""


@dataclass(frozen=True, slots=True, eq=False)
class ColumnValue:
    """An SSA value: an array with one element per row, defined by the operation at `index`.

    Its domain says of what: of reports, or of the rows of a list, by its code.
    """

    index: int
    dtype: Dtype
    domain: str = OF_REPORTS


Value = ColumnValue | int | bool
"""A column value, or one number or boolean for all rows."""


@dataclass(frozen=True, slots=True)
class Op:
    """One operation: its name, its operands, the type of its result; None where it has none."""

    name: str
    args: tuple[Value, ...]
    dtype: Dtype | None
    domain: str = OF_REPORTS


COMPARISONS = frozenset({"less", "less_equal", "equal", "not_equal", "greater_equal", "greater"})
_LOGIC = frozenset({"logical_and", "logical_or", "logical_not"})

_FOLDED: Mapping[str, Callable[..., int | bool]] = {
    "add": operator.add, "subtract": operator.sub, "multiply": operator.mul,
    "floor_divide": operator.floordiv, "remainder": operator.mod, "minimum": min, "maximum": max,
    "bitwise_and": operator.and_, "bitwise_xor": operator.xor, "negative": operator.neg,
    "absolute": abs, "less": operator.lt, "less_equal": operator.le, "equal": operator.eq,
    "not_equal": operator.ne, "greater_equal": operator.ge, "greater": operator.gt,
    "logical_not": operator.not_, "logical_and": lambda one, two: one and two,
    "logical_or": lambda one, two: one or two,
}  # fmt: skip
"""What an operation comes to where all operands are the same in all rows."""

_NEUTRAL: Mapping[str, tuple[int | bool, ...]] = {
    "add": (0,), "subtract": (0,), "multiply": (1,), "bitwise_xor": (0,), "logical_and": (True,),
    "logical_or": (False,),
}  # fmt: skip
"""The second operand that leaves the first as it is."""

_ABSORBING: Mapping[str, int | bool] = {"logical_and": False, "logical_or": True}
"""The operand that decides alone."""

_OPPOSITES: Mapping[str, str] = {
    "less": "greater_equal", "greater_equal": "less", "greater": "less_equal",
    "less_equal": "greater", "equal": "not_equal", "not_equal": "equal",
}  # fmt: skip
_COMMUTING = frozenset({
    "add", "multiply", "bitwise_and", "bitwise_xor", "logical_and", "logical_or", "maximum",
    "minimum",
})  # fmt: skip


@dataclass(slots=True)
class SsaBuilder:
    """Operations in the order in which they run; each operand is defined before it is used."""

    ops: list[Op] = field(default_factory=list)
    domain: str = OF_REPORTS
    """Of what the rows are for which code is made now."""
    tables: dict[tuple[tuple[int, ...], Dtype], int] = field(default_factory=dict)
    """The arrays of constants that operations look into, each with its type, and their numbers."""
    _known: dict[tuple[object, ...], ColumnValue] = field(default_factory=dict)

    def emit(self, name: str, *args: Value) -> Value:
        """Append an operation, unless its result is a constant, an operand or was made before.

        The operands are of one type, which is the result's, except for comparisons and logic (`?`)
        and `divide` (`f8`); a `TypeError` where they are not.
        """
        if not any(isinstance(arg, ColumnValue) for arg in args):
            return _FOLDED[name](*args)
        # one order for equal operations: a constant stands second, where `_simplify` looks for it
        if name in _COMMUTING and not isinstance(args[0], ColumnValue):
            args = (args[1], args[0])
        simple = self._simplify(name, args)
        return self._append(name, args, _dtype_of(name, args)) if simple is None else simple

    def cast(self, value: Value, dtype: Dtype) -> Value:
        """Convert elements to another type, which must hold them; nothing is checked."""
        if not isinstance(value, ColumnValue) or value.dtype == dtype:
            return value
        if value.dtype == "?":
            # numpy stores a boolean as the byte 0 or 1, so seeing it as a byte copies nothing
            byte: Dtype = dtype if dtype in ("u1", "i1") else "u1"
            value = self._append("view", (value,), byte)
        return value if value.dtype == dtype else self._append("cast", (value,), dtype)

    def where(self, mask: Value, one: Value, two: Value, dtype: Dtype) -> Value:
        """Select by rows: `one` where the mask is true, else `two`; all of one type.

        By bits, `two ^ ((one ^ two) & -mask)`, which runs at the speed of memory; numpy's own
        `where` and masked copies branch on every row and are several times slower.
        """
        if not isinstance(mask, ColumnValue):
            return one if mask else two
        if dtype == "?":
            first = self.emit("logical_and", mask, one)
            second = self.emit("logical_and", self.emit("logical_not", mask), two)
            return self.emit("logical_or", first, second)
        bits = self.emit("negative", self.cast(mask, dtype))  # 1 becomes all ones, 0 stays
        changed = self.emit("bitwise_and", self.emit("bitwise_xor", one, two), bits)
        return self.emit("bitwise_xor", two, changed)

    def take(self, table: ColumnValue, indices: Value) -> Value:
        """Look indices up in a table."""
        if isinstance(indices, ColumnValue) and self.ops[indices.index].name == "parameter":
            # a parameter with one index for all rows has one element, and a result needs all rows
            indices = self._append("spread", (indices,), indices.dtype)
        domain = indices.domain if isinstance(indices, ColumnValue) else self.domain
        return self._append("take", (table, indices), table.dtype, domain)

    def table(self, entries: Sequence[int], dtype: Dtype) -> ColumnValue:
        """Make an array of constants to look into; it has no element for each row."""
        at = self.tables.setdefault((tuple(entries), dtype), len(self.tables))
        return self._append("table", (at,), dtype, OF_NONE)

    def search(self, table: ColumnValue, values: ColumnValue) -> ColumnValue:
        """Count the entries of an ascending table that are not greater than each value."""
        return self._append("search", (table, values), "i8")

    def source(self, name: str, at: int, dtype: Dtype, domain: str = OF_REPORTS) -> ColumnValue:
        """Read the `input` or `parameter` at a position; a parameter is of no domain."""
        return self._append(name, (at,), dtype, OF_NONE if name == "parameter" else domain)

    def gather(
        self, name: str, value: ColumnValue, over: str, runs: int, nothing: int
    ) -> ColumnValue:
        """Reduce the rows of each report's list by an operation; `nothing` is for a list of none.

        The input at `runs` says which rows are of one list.
        """
        if value.domain not in (over, OF_NONE):
            raise TypeError(f"{name} of rows of `{value.domain}`, which are not those of `{over}`")
        if value.domain == OF_NONE:
            # one element for all rows, and of these some are to be gathered
            value = self._append("spread", (value,), value.dtype, over)
        place = self.source("input", runs, "i8", OF_NONE)
        return self._append(f"gather_{name}", (value, place, nothing), value.dtype, OF_REPORTS)

    def put(self, at: int, value: Value, dtype: Dtype) -> None:
        """Make a value the output at a position, an array of what code is made for now."""
        if isinstance(value, ColumnValue) and value.domain not in (self.domain, OF_NONE):
            raise TypeError(f"output {at} of rows of `{self.domain}` put from `{value.domain}`")
        self.ops.append(Op("put", (at, value), dtype, self.domain))

    def guard(self, value: ColumnValue, low: int, high: int) -> None:
        """Refuse the block unless every element lies between two bounds, both included."""
        self.ops.append(Op("guard", (value, low, high), None))

    def _append(
        self, name: str, args: tuple[Value, ...], dtype: Dtype, domain: str | None = None
    ) -> ColumnValue:
        domain = self._domain_of(args) if domain is None else domain
        key = self._key(name, args, dtype, domain)
        value = self._known.get(key)
        if value is None:
            value = self._known[key] = ColumnValue(len(self.ops), dtype, domain)
            self.ops.append(Op(name, args, dtype, domain))
        return value

    def _domain_of(self, args: tuple[Value, ...]) -> str:
        """Find of what the elements of a result are: of that which the operands' are."""
        domains = {arg.domain for arg in args if isinstance(arg, ColumnValue)} - {OF_NONE}
        if len(domains) > 1:
            raise TypeError(f"operands of different domains: {', '.join(sorted(domains))}")
        return domains.pop() if domains else self.domain

    @staticmethod
    def _key(name: str, args: tuple[Value, ...], dtype: Dtype, domain: str) -> tuple[object, ...]:
        # with the operands' types, because True == 1 and the two are of different element types
        return (name, dtype, domain, *((type(arg), arg) for arg in args))

    def _simplify(self, name: str, args: tuple[Value, ...]) -> Value | None:
        """Return what gives the same without a new operation, or by a cheaper one."""
        first = args[0]
        if len(args) == 2 and not isinstance(args[1], ColumnValue):  # noqa: PLR2004 - binary
            if args[1] in _NEUTRAL.get(name, ()):
                return first
            if name in _ABSORBING and args[1] is _ABSORBING[name]:
                return args[1]
        if name in _ABSORBING and first is args[1]:
            return first
        if name in _ABSORBING and self._is_opposite(first, args[1]):
            return _ABSORBING[name]
        # negating a mask of bytes is cheaper than comparing integers of 64 bits again
        opposite = _OPPOSITES.get(name)
        if opposite is not None:
            known = self._known.get(self._key(opposite, args, "?", self._domain_of(args)))
            if known is not None:
                return self.emit("logical_not", known)
        if name == "multiply" and not isinstance(args[1], ColumnValue):
            return self._fuse_factors(first, args[1])
        is_code = isinstance(first, ColumnValue) and first.dtype == "u1"
        if name == "maximum" and args[1] == 0 and is_code:
            return first
        return self._undo(name, args)

    def _is_opposite(self, one: Value, two: Value) -> bool:
        """Tell whether one is the other's negation: exactly one of them holds in each row."""
        return any(
            isinstance(a, ColumnValue)
            and self.ops[a.index].name == "logical_not"
            and self.ops[a.index].args[0] is b
            for a, b in ((one, two), (two, one))
        )

    def _fuse_factors(self, value: Value, factor: int) -> Value | None:
        """Multiply by two constants at once; the bound of the result is that of their product."""
        made = self.ops[value.index] if isinstance(value, ColumnValue) else None
        if made is None or made.name != "multiply" or isinstance(made.args[1], ColumnValue):
            return None
        return self.emit("multiply", made.args[0], made.args[1] * factor)

    def _undo(self, name: str, args: tuple[Value, ...]) -> Value | None:
        """Cancel a second negation, and a test of a boolean seen as a byte against 0."""
        made = self.ops[args[0].index] if isinstance(args[0], ColumnValue) else None
        if made is None:
            return None
        if name == made.name == "logical_not":
            return made.args[0]
        if made.name == "view" and args[1:] == (0,) and name in ("equal", "not_equal"):
            return made.args[0] if name == "not_equal" else self.emit("logical_not", made.args[0])
        return None


def _dtype_of(name: str, args: tuple[Value, ...]) -> Dtype:
    if name in COMPARISONS or name in _LOGIC:
        return "?"
    if name == "divide":
        return "f8"
    dtypes = {arg.dtype for arg in args if isinstance(arg, ColumnValue)}
    if len(dtypes) > 1:
        # numpy would widen in silence, into a temporary array that is allocated for each block
        raise TypeError(f"{name} of operands of different types: {', '.join(sorted(dtypes))}")
    return dtypes.pop() if dtypes else "i8"


# -- Printing --------------------------------------------------------------------------------------

BlockFunction = Callable[[Sequence[Any], Sequence[Any], Sequence[Any], Sequence[Any]], bool]
"""Takes inputs, parameters, outputs and buffers; false where a guard refuses the block."""

_ALIASES = frozenset({"input", "parameter", "table", "view"})
"""Operations whose result lies in memory that is there already."""

_APART = frozenset({"take"})
"""Operations that read at random, so their result must not lie where an operand does."""

FLAG_OUTPUTS = 3
"""So many outputs are arrays of booleans; the others hold numbers, and booleans as bytes."""


@dataclass(frozen=True, slots=True)
class CompiledBlock:
    """A loaded function, which inputs it reads, the buffers it needs (type, domain), its source."""

    run: BlockFunction
    inputs: tuple[bool, ...]
    buffers: tuple[tuple[Dtype, str], ...]
    source: str


def compile_block(ssa: SsaBuilder, inputs: int) -> CompiledBlock:
    """Print, compile and load the function of a program over so many inputs."""
    printer = _Printer(ssa)
    body = printer.print()
    tables = {f"t{at}": np.array(entries, dtype) for (entries, dtype), at in ssa.tables.items()}
    # local variables are read in a fraction of the time that indexing the list takes
    names = [f" b{at} = B[{at}]" for at in range(len(printer.buffers))]
    source = "\n".join(["def block(I, P, O, B):", *names, *body, " return True", ""])
    space: dict[str, Any] = {**_NAMES, **printer.constants, **tables}
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
    buffers: list[tuple[Dtype, str]] = field(default_factory=list)
    free: dict[tuple[Dtype, str], list[int]] = field(default_factory=dict)
    allocated: dict[int, int] = field(default_factory=dict)
    """The buffer of each value that is used again."""
    constants: dict[str, Any] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)

    def print(self) -> list[str]:
        live = find_live(self.ssa.ops)
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
        """Choose where a result is written: an output, a free buffer like it, or a new one."""
        output = pinned.get(index)
        if output is not None:
            as_bytes = dtype == "?" and output >= FLAG_OUTPUTS
            return f"O[{output}].view(as_bool)" if as_bytes else f"O[{output}]"
        kind = dtype, self.ssa.ops[index].domain
        free = self.free.setdefault(kind, [])
        if not free:
            self.buffers.append(kind)
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
            case "table":
                self.names[index] = f"t{op.args[0]}"
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
        elif op.name == "search":
            # numpy has no such function that writes into an array
            self.lines.append(f" copyto({name}, search({operands[0]}, {operands[1]}, 'right'))")
        elif op.name.startswith("gather_"):
            reduce = op.name.removeprefix("gather_")
            self.lines.append(f" gather({reduce}, {', '.join(operands)}, {name})")
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
        # a block has reports, but its lists may have no rows
        some = "" if value.domain == OF_REPORTS else f"len({name}) and "
        if low == 0:
            # one pass for both bounds: as unsigned, a negative number is larger than any bound
            unsigned = f"{name}.view(as_u{value.dtype[1:]})"
            self.lines.append(f" if {some}most({unsigned}) > {high}: return False")
        else:
            broken = f"most({name}) > {high} or least({name}) < {low}"
            self.lines.append(f" if {some}({broken}): return False")

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


def find_live(ops: Sequence[Op]) -> frozenset[int]:
    """Find the operations that an output depends on, and the guards of all inputs.

    Bounds may have decided a comparison, whose constant is all that is left of the input: another
    block for which they do not hold must be refused, though nothing reads the input any more.
    """
    live: set[int] = set()
    for index in range(len(ops) - 1, -1, -1):
        op = ops[index]
        if op.name in ("put", "guard") or index in live:
            live.add(index)
            live.update(arg.index for arg in op.args if isinstance(arg, ColumnValue))
    return frozenset(live)


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


def _gather(reduce: Any, values: Any, runs: "Runs", nothing: Any, out: Any) -> None:
    """Reduce the rows of each list; lists without rows are left out of what is reduced."""
    starts, places = runs
    if places is None:
        reduce.reduceat(values, starts, 0, None, out)
        return
    out.fill(nothing)
    if len(starts):
        out[places] = reduce.reduceat(values, starts, 0, values.dtype)


Runs = tuple[Any, Any]
"""Where the rows of each list begin that has some; and whose these are, None where all have."""

_UFUNCS = (
    "add", "subtract", "multiply", "divide", "floor_divide", "remainder", "minimum", "maximum",
    "bitwise_and", "bitwise_xor", "negative", "absolute", "floor", "logical_and", "logical_or",
    "logical_not", *sorted(COMPARISONS),
)  # fmt: skip
_NAMES: Mapping[str, Any] = {
    "__builtins__": {}, "copyto": np.copyto, "take": np.take, "search": np.searchsorted,
    "gather": _gather, "len": len,
    "most": np.maximum.reduce, "least": np.minimum.reduce,
    **{f"as_{dtype}": np.dtype(dtype) for dtype in ("u1", "u8", "i1", "bool")},
    **{name: getattr(np, name) for name in _UFUNCS},
}  # fmt: skip
"""Everything that printed code can call: no builtins, nothing that is not listed here."""
