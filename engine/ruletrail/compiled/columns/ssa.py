"""The intermediate representation of columns: array operations in static single assignment.

`column_arithmetic`, `expression_lowering` and `step_lowering` append to an `SsaBuilder` what a
rulebook does to whole columns; nothing runs here, and `numpy_codegen` prints the result. Operations
whose result is known are folded, and none is recorded twice (value numbering).
"""

import operator
from collections.abc import Callable, Mapping
from typing import Literal

from ruletrail.fast_dataclasses import dataclass, field

Dtype = Literal["i8", "f8", "?", "u1", "i1", "i2", "i4"]
"""Element types, as numpy writes them: integers, floats, booleans, kind codes, indices."""


@dataclass(frozen=True, slots=True, eq=False)
class ColumnValue:
    """An SSA value: an array with one element per row, defined by the operation at `index`."""

    index: int
    dtype: Dtype


Value = ColumnValue | int | bool
"""A column value, or one number or boolean for all rows."""


@dataclass(frozen=True, slots=True)
class Op:
    """One operation: its name, its operands, the type of its result; None where it has none."""

    name: str
    args: tuple[Value, ...]
    dtype: Dtype | None


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
        return self._append("take", (table, indices), table.dtype)

    def source(self, name: str, at: int, dtype: Dtype) -> ColumnValue:
        """Read the `input` or `parameter` at a position."""
        return self._append(name, (at,), dtype)

    def put(self, at: int, value: Value, dtype: Dtype) -> None:
        """Make a value the output at a position."""
        self.ops.append(Op("put", (at, value), dtype))

    def guard(self, value: ColumnValue, low: int, high: int) -> None:
        """Refuse the block unless every element lies between two bounds, both included."""
        self.ops.append(Op("guard", (value, low, high), None))

    def _append(self, name: str, args: tuple[Value, ...], dtype: Dtype) -> ColumnValue:
        key = self._key(name, args, dtype)
        value = self._known.get(key)
        if value is None:
            value = self._known[key] = ColumnValue(len(self.ops), dtype)
            self.ops.append(Op(name, args, dtype))
        return value

    @staticmethod
    def _key(name: str, args: tuple[Value, ...], dtype: Dtype) -> tuple[object, ...]:
        # with the operands' types, because True == 1 and the two are of different element types
        return (name, dtype, *((type(arg), arg) for arg in args))

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
        known = self._known.get(self._key(opposite, args, "?")) if opposite is not None else None
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
