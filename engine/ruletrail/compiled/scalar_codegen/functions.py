"""One emitted function: the facts it knows, what it loads and returns, and what all steps print."""

from collections.abc import Sequence

from ruletrail.analysis.ir import Node, NonValueKinds
from ruletrail.analysis.typed_inputs import Kind, TypedField
from ruletrail.compiled.scalar_codegen.code_buffer import CodeBuffer, Location
from ruletrail.compiled.scalar_codegen.expressions import ExpressionPrinter
from ruletrail.compiled.slots import NOWHERE, ClauseSlots, GatherSlots, Slot
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.values import NotEncoded

_FLAGS = ("bad", "open")
"""The first results of a function: whether the report is invalid, and whether it is incomplete."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """An aggregate over rows that was worked out: where it is, and where its parts are."""

    location: Location
    slots: GatherSlots


@dataclass(slots=True)
class EmittedFunction:
    """One function of a compiled rulebook while it is printed.

    Its parameters: `S` the inputs, `F` the facts of earlier functions, `D` the written decimals of
    fields, `A` the codes of the fields that are not there. Among the inputs are, for each list, its
    number of rows and then a column of each cell.
    """

    number: int
    buffer: CodeBuffer
    fields: dict[str, tuple[int, TypedField]]
    """The fields by code, with their positions among the inputs."""
    assumed: frozenset[str]
    exported: dict[str, tuple[int, Node]]
    """The facts of earlier functions, with their positions in `F`."""
    known: dict[str, Location] = field(default_factory=dict)
    loads: dict[int, str] = field(default_factory=dict)
    """The inputs that it reads, by position, and the variables they are loaded into."""
    preamble: list[str] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)
    first: int = len(_FLAGS)
    """The position of the first value among the results."""
    columns: dict[str, Location] = field(default_factory=dict)
    """The facts of each row that later loops read: variables of lists, one item a row."""
    gathered: dict[str, Gathered] = field(default_factory=dict)
    """The aggregates over rows that were worked out, by key."""

    def lookup(self, node: Node) -> Location:
        """Find a fact; one from outside is loaded once, before anything else."""
        code = node.text
        if code not in self.known:
            self.known[code] = self._import(code) if code in self.exported else self._load(code)
        return self.known[code]

    def _load(self, code: str) -> Location:
        at, declared = self.fields[code]
        value = self.loads[at] = self.buffer.name("f")
        if code in self.assumed:
            return Location(declared.kind, value, declared.scale)
        name = self.buffer.name("n")
        # a missing field becomes its non-value once, before any step reads it
        self.preamble += [f" {name} = None", f" if {value} is None: {value} = {name} = m{at}"]
        return Location(declared.kind, value, declared.scale, "", name)

    def _import(self, code: str) -> Location:
        at, node = self.exported[code]
        value, bottom = self.buffer.name("f"), self.buffer.name("f")
        name = self.buffer.name("n")
        scale = node.size.scale if node.size is not None else 0
        self.preamble += [f" {value} = F[{at}]"]
        self.preamble += [f" {bottom} = F[{at + 1}]"] if scale is None else []
        self.preamble += [f" {name} = F[{at + 2}]"] if node.non_values else []
        bottom = bottom if scale is None else ""
        return Location(node.kind, value, scale, bottom, name if node.non_values else "")

    def load_declared(self, at: int) -> str:
        """Load the value that a report declares of a rule; returns its variable."""
        # under a name of its own: the code of the rule is its fact
        self.loads[at] = stated = self.buffer.name("q")
        return stated

    def decimals_at(self, at: int) -> str:
        """Write with how many decimals the number at a position was declared."""
        return f"D[{at}]"

    def column(self, code: str) -> Location | None:
        """Find the facts of each row of a rule; None for a code that is no rule."""
        if code not in self.columns and code in self.exported:
            self.columns[code] = self._import(code)
        return self.columns.get(code)

    def load_column(self, at: int) -> str:
        """Load the cells of each row at a position; returns the variable of the list."""
        if at not in self.loads:
            self.loads[at] = self.buffer.name("f")
        return self.loads[at]

    def export(self, code: str, at: int) -> None:
        """Keep a fact in `F` for later functions."""
        fact = self.columns.get(code) or self.known[code]
        for offset, name in enumerate((fact.value, fact.bottom, fact.non_value)):
            if name:
                self.buffer.put(f"F[{at + offset}] = {name}")

    def place(self, name: str) -> int:
        """Return a variable's position among the results."""
        return self.returned.setdefault(name, len(self.returned) + self.first)

    def slot(self, location: Location, node: Node | None = None) -> Slot:
        """Say where a value is found among the results; a constant needs no place there."""
        if node is not None and node.op == "constant":
            return Slot(-1, fact=node.fact)
        if not location.value.isidentifier() or location.value in ("True", "False"):
            raise ValueError("only constants are written in the code")
        is_whole = location.kind == "number" and location.scale is not None
        # read by whoever makes a fraction of the result
        power = int(location.denominator) if is_whole else 1
        bottom = self.place(location.bottom) if location.bottom else -1
        may_be_non_value = bool(location.non_value)
        return Slot(
            self.place(location.value),
            location.kind,
            power,
            bottom,
            may_be_non_value=may_be_non_value,
        )

    def source(self) -> str:
        """Write the whole function."""
        results = ", ".join([*_FLAGS, *self.returned])
        return "\n".join(
            [
                "def steps(S, F, D, A):",
                f" {' = '.join(_FLAGS)} = False",
                *self._write_loads(),
                *self.preamble,
                *self.buffer.lines,
                f" return ({results},)",
                "",
            ]
        )

    def _write_loads(self) -> Sequence[str]:
        # unpacking all inputs at once is several times faster than indexing each, if half are read
        if 2 * len(self.loads) < len(self.fields):
            return [f" {name} = S[{at}]" for at, name in self.loads.items()]
        return [f" {', '.join(self.loads.get(at, '_') for at in range(len(self.fields)))}, = S"]


def print_clause(
    function: EmittedFunction, clause: Node | NotEncoded
) -> tuple[Location, ClauseSlots | None]:
    """Print a formula or a condition; one that is not encoded is a constant non-value."""
    if isinstance(clause, NotEncoded):
        name = function.buffer.constant(clause)
        return Location("none", name, 0, "", name), None
    known = {key: each.location for key, each in function.gathered.items()}
    printer = ExpressionPrinter(function.buffer, function.lookup, gathered=known)
    location = printer.write(clause)
    # what stands in an aggregate is printed with it
    places = range(max(printer.parts, default=-1) + 1)
    parts = tuple(
        function.slot(printer.parts[at]) if at in printer.parts else NOWHERE for at in places
    )
    replaced = {index: function.place(flag) for index, flag in printer.replaced.items()}
    gathered = {each.part: function.gathered[each.key].slots for each in list_aggregates(clause)}
    return location, ClauseSlots(function.slot(location, clause), parts, replaced, gathered)


def list_aggregates(node: Node | NotEncoded) -> list[Node]:
    """List the aggregates over rows in a clause that stand in no other, in reading order."""
    if isinstance(node, NotEncoded):
        return []
    return [node] if node.over else [it for arg in node.args for it in list_aggregates(arg)]


def text_location(buffer: CodeBuffer, non_values: NonValueKinds) -> Location:
    """Name the variables of an outcome, which no trail reads as a part."""
    kind: Kind = "text"
    return Location(kind, buffer.name(), 0, "", buffer.name("n") if non_values else "")


def put_outcome(
    buffer: CodeBuffer, truth: Location, outcomes: tuple[str, str], non_values: NonValueKinds
) -> Location:
    """Print a condition as its outcome when true or when false; returns where it is."""
    to = text_location(buffer, non_values)
    if truth.kind == "none":
        buffer.put_non_value(to, truth.non_value)
        return to
    with buffer.guarded(to, [truth]):
        buffer.put_value(to, f'"{outcomes[0]}" if {truth.value} else "{outcomes[1]}"')
    return to


def put_flags(
    buffer: CodeBuffer, fact: Location, non_values: NonValueKinds, *, leaves_open: bool = True
) -> None:
    """Print what a non-value means for the status: an error is invalid, others are incomplete."""
    if not fact.non_value or not non_values - {"not_applicable"}:
        return
    has_error = "error" in non_values
    with buffer.block(f"if {fact.non_value} is not None:"):
        if has_error:
            with buffer.block(f"if {fact.non_value}.__class__ is ErrorValue:"):
                buffer.put("bad = True")
        if leaves_open and non_values & {"missing", "not_encoded"}:
            branch = "elif" if has_error else "if"
            with buffer.block(f"{branch} {fact.non_value}.__class__ is not NotApplicable:"):
                buffer.put("open = True")
