"""What printed code is made of: operand locations, and the buffer of one function as it grows.

Every name in printed code is made here, and every constant that is not an integer stands in a table
beside it: no text of a rulebook or a report ever becomes code.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Literal, TypeVar, cast

from ruletrail.analysis.ir import Node
from ruletrail.analysis.typed_inputs import Kind
from ruletrail.compiled.row_facts import RowFactKind, RowFacts, fact_of_code
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.values import SAFE_BITS, ErrorValue

_NAMES_IN_A_LINE = 50

_Made = TypeVar("_Made")
Kept = dict[tuple[object, ...], tuple[object, object]]
"""By identity and form: what something was made of, and what was made."""


@dataclass(frozen=True, slots=True)
class Location:
    """Where printed code has a value: the variable or literal of a number's integer, or of a fact.

    `bottom` is the variable of a pair's denominator. `non_value` is empty where there is always a
    value; else it names a variable that is None or the non-value, and then `value` is that too.
    """

    kind: Kind
    value: str
    scale: int | None = 0
    bottom: str = ""
    non_value: str = ""

    @property
    def is_whole(self) -> bool:
        """Whether no denominator stands beside it: a number at a scale, or no number."""
        return self.scale is not None

    @property
    def denominator(self) -> str:
        """The denominator as code."""
        return self.bottom if self.scale is None else str(10**self.scale)

    def at(self, scale: int) -> str:
        """Return the integer at a larger scale as code; a `ValueError` for what has none."""
        if self.scale is None or scale < self.scale:
            raise ValueError("only a whole number has larger scales")
        if scale == self.scale:
            return self.value
        # a literal is raised now, so that the code multiplies nothing
        power = 10 ** (scale - self.scale)
        return str(int(self.value) * power) if is_literal(self.value) else f"{self.value} * {power}"


def is_literal(code: str) -> bool:
    """Tell an integer literal."""
    return code.lstrip("-").isdigit()


def list_non_values(operands: Sequence[Location]) -> list[str]:
    """List the variables of the non-values that operands may have, each once."""
    return list(dict.fromkeys(operand.non_value for operand in operands if operand.non_value))


def all_none(names: Sequence[str]) -> str:
    """Write the condition that all variables are None."""
    return " and ".join([f"{name} is None" for name in names])


@dataclass(slots=True)
class CodeBuffer:
    """The code of one function: its lines, its names, its constants."""

    lines: list[str] = field(default_factory=list)
    depth: int = 1
    count: int = 0
    constants: dict[str, object] = field(default_factory=dict)
    made: list[str] = field(default_factory=list)
    """The variables of parts, which a trail reads, in the order they were named."""
    traps: bool = False
    """Whether the function gives up where something is an error."""
    written: dict[str, Location] = field(default_factory=dict)
    """The expressions that every report has evaluated by here, by key; none is printed twice."""
    positive: set[str] = field(default_factory=set)
    """The variables that a condition around this place says are more than 0."""
    base: int = 1
    """The depth of what is evaluated whenever the function, or the loop over rows, is."""
    row: str = ""
    """The variable that counts the rows, inside a loop over them."""
    counts_rows: bool = False
    """Whether something in the loop asked for it."""
    kept: Kept = field(default_factory=dict)
    """What was made once for many calls, in the other functions too, by what it was made of."""

    def put(self, line: str) -> None:
        """Append a statement."""
        self.lines.append(" " * self.depth + line)

    def name(self, prefix: str = "v") -> str:
        """Name a new variable."""
        self.count += 1
        return f"{prefix}{self.count}"

    def part(self) -> str:
        """Name a variable that a trail reads."""
        name = self.name()
        self.made.append(name)
        return name

    def constant(self, value: object) -> str:
        """Add a constant to the table and name it."""
        name = self.name("k")
        self.constants[name] = value
        return name

    def keep(self, of: object, form: tuple[object, ...], make: Callable[[], _Made]) -> _Made:
        """Make something of a scale or table once, and give the same to all that ask alike."""
        key = (id(of), *form)
        if key not in self.kept:
            # with what it is of, so that nothing else ever gets that identity
            self.kept[key] = (of, make())
        return cast("_Made", self.kept[key][1])

    def of_code(self, kind: RowFactKind, code: str) -> str:
        """Write what belongs to a code; inside a loop over rows, to that of the row."""
        if not self.row:
            return self.constant(fact_of_code(kind, code))
        self.counts_rows = True
        return f"{self.constant(RowFacts(kind, code))}[{self.row}]"

    def location(self, node: Node) -> Location:
        """Name the variables of a new value."""
        scale = node.size.scale if node.size is not None else 0
        value = self.part()
        bottom = self.part() if scale is None else ""
        return Location(node.kind, value, scale, bottom, self.name("n") if node.non_values else "")

    @property
    def is_certain(self) -> bool:
        """Whether what is printed here is evaluated whenever the function, or the loop, is."""
        return self.depth == self.base

    @contextmanager
    def rows(self) -> Iterator[list[str]]:
        """Print the body of a loop over rows into a list of its own, which is yielded.

        What was evaluated before may be used in it; what it evaluates is of one row.
        """
        kept = self.lines, self.made, self.written, self.positive
        of_row = self.base, self.row, self.counts_rows
        self.lines, self.made, self.written, self.positive = [], [], dict(self.written), set()
        self.depth += 1
        self.base, self.row, self.counts_rows = self.depth, self.name("i"), False
        yield self.lines
        self.depth -= 1
        self.lines, self.made, self.written, self.positive = kept
        self.base, self.row, self.counts_rows = of_row

    # -- Statements --------------------------------------------------------------------------------

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """Put a compound statement around what is put inside."""
        self.put(head)
        self.depth += 1
        before = len(self.lines)
        yield
        if len(self.lines) == before:
            # Python has no empty block
            self.put("pass")
        self.depth -= 1

    @contextmanager
    def guarded(self, to: Location, operands: Sequence[Location]) -> Iterator[None]:
        """Put what follows for operands with values; else the worst non-value is the result."""
        names = list_non_values(operands)
        if not names:
            yield
            return
        with self.block(f"if {all_none(names)}:"):
            yield
        with self.block("else:"):
            worst = names[0] if len(names) == 1 else f"worst_non_value(({', '.join(names)}))"
            self.put_non_value(to, worst)

    def put_value(self, to: Location, value: str, bottom: str = "") -> None:
        """Set a location to a value."""
        self.put(f"{to.value} = {value}")
        if to.bottom:
            self.put(f"{to.bottom} = {bottom}")
        if to.non_value:
            self.put(f"{to.non_value} = None")

    def put_non_value(self, to: Location, non_value: str) -> None:
        """Set a location to a non-value; an empty one is that of an error whatever comes."""
        if not non_value:  # where it stands the function gave up
            self.put("return None")
            return
        # in both variables: what reads a value as a fact need not look at the other
        self.put(f"{to.value} = {to.non_value} = {non_value}")
        if to.bottom:
            self.put(f"{to.bottom} = None")

    def put_error(self, to: Location, error: ErrorValue) -> None:
        """Set a location to an error, or give up: None is returned, and other code works it out."""
        if self.traps:
            self.put("return None")
        else:
            self.put_non_value(to, self.constant(error))

    def put_error_of(self, to: Location, cause: Literal["conflict", "limit"], code: str) -> None:
        """Set a location to an error that names an entry, or give up."""
        if self.traps:
            self.put("return None")
        else:
            self.put_non_value(to, self.of_code(cause, code))

    def put_copy(self, to: Location, source: Location) -> None:
        """Set a location to what another has, at its own scale."""
        if source.kind == "none":
            self.put_non_value(to, source.non_value)
            return
        value = source.value if to.kind != "number" or to.scale is None else source.at(to.scale)
        with self.guarded(to, [source]):
            self.put_value(to, value, source.denominator if to.kind == "number" else "")

    def put_limit(self, to: Location, node: Node, owner: str | None = None) -> None:
        """Check the digits of a value that may pass the limit, in lowest terms as the reference.

        Only where its bits are so many that it may: most values never reach the call.
        """
        if not node.watched:
            return
        bottom = to.denominator
        large = f"{to.value}.bit_length() > {SAFE_BITS}"
        if to.bottom:
            large += f" or {bottom}.bit_length() > {SAFE_BITS}"
        with self.block(
            f"if {to.non_value} is None and ({large}):" if to.non_value else f"if {large}:"
        ):
            pair = self.name("t")
            self.put(f"{pair} = within_limit({to.value}, {bottom})")
            with self.block(f"if {pair} is None:"):
                if owner is None:
                    self.put_error(to, ErrorValue("limit", node.text))
                else:
                    self.put_error_of(to, "limit", owner)
            if to.bottom:
                with self.block("else:"):
                    self.put(f"{to.value}, {to.bottom} = {pair}")

    def put_skipped(self, names: Sequence[str]) -> None:
        """Set the variables of parts that were not evaluated to None."""
        # a chained assignment is one statement however long, and too long a one nests too deep
        for start in range(0, len(names), _NAMES_IN_A_LINE):
            self.put(" = ".join([*names[start : start + _NAMES_IN_A_LINE], "None"]))
