"""One function of a compiled plan as it is printed: what it knows, reads and returns, and what all steps print alike."""

from ruletrail.analysis.ir import Node, TypedField
from ruletrail.compiled.scalar_codegen.code_buffer import Held, Page
from ruletrail.compiled.scalar_codegen.expressions import Expressions
from ruletrail.compiled.slots import ClauseSlots, Slot
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.values import NotEncoded


@dataclass(slots=True)
class Chunk:
    """One function as it is printed: the facts it knows, what it reads from outside, what it returns."""

    number: int
    page: Page
    fields: dict[str, tuple[int, TypedField]]
    """Field codes, with their positions among the inputs."""
    assumed: frozenset[str]
    exported: dict[str, tuple[int, Node]]
    """Facts of earlier functions, with where they are kept."""
    known: dict[str, Held] = field(default_factory=dict)
    loads: dict[int, str] = field(default_factory=dict)
    """The inputs that it reads, by position, and the variables that hold them."""
    preamble: list[str] = field(default_factory=list)
    returned: dict[str, int] = field(default_factory=dict)

    def lookup(self, form: Node) -> Held:
        """Find a fact; one from outside is loaded once, before anything else."""
        code = form.text
        if code not in self.known:
            self.known[code] = self._import(code) if code in self.exported else self._load(code)
        return self.known[code]

    def _load(self, code: str) -> Held:
        at, declared = self.fields[code]
        value = self.loads[at] = self.page.name("f")
        if code in self.assumed:
            return Held(declared.kind, value, declared.scale)
        gap, missing = self.page.name("g"), f"m{at}"
        self.preamble += [f" {gap} = None", f" if {value} is None: {value} = {gap} = {missing}"]
        return Held(declared.kind, value, declared.scale, "", gap)

    def _import(self, code: str) -> Held:
        at, form = self.exported[code]
        value, bottom, gap = self.page.name("f"), self.page.name("f"), self.page.name("g")
        scale = form.size.scale if form.size is not None else 0
        self.preamble += [f" {value} = F[{at}]"]
        self.preamble += [f" {bottom} = F[{at + 1}]"] if scale is None else []
        self.preamble += [f" {gap} = F[{at + 2}]"] if form.non_values else []
        return Held(
            form.kind, value, scale, bottom if scale is None else "", gap if form.non_values else ""
        )

    def place(self, name: str) -> int:
        """Give a variable its position among the results; two flags come first."""
        return self.returned.setdefault(name, len(self.returned) + 2)

    def slot(self, held: Held, form: Node | None = None) -> Slot:
        """Say where a value will be found."""
        if form is not None and form.op == "constant":
            return Slot(-1, fact=form.fact)
        if not held.value.isidentifier() or held.value in ("True", "False"):
            raise ValueError("only constants are written in the code")
        power = 10**held.scale if held.kind == "number" and held.scale is not None else 1
        bottom = self.place(held.bottom) if held.bottom else -1
        return Slot(self.place(held.value), held.kind, power, bottom, may_be_gap=bool(held.gap))


def print_clause(chunk: Chunk, clause: Node | NotEncoded) -> tuple[Held, ClauseSlots | None]:
    """Print a formula or a condition; one that is not encoded is a gap that is known now."""
    if isinstance(clause, NotEncoded):
        gap = chunk.page.constant(clause)
        return Held("none", gap, 0, "", gap), None
    writer = Expressions(chunk.page, chunk.lookup)
    held = writer.write(clause)
    parts = tuple(chunk.slot(writer.parts[index]) for index in sorted(writer.parts))
    replaced = {index: chunk.place(flag) for index, flag in writer.replaced.items()}
    return held, ClauseSlots(chunk.slot(held, clause), parts, replaced)


def put_flags(chunk: Chunk, held: Held, gaps: frozenset[str], *, leaves_open: bool = True) -> None:
    """Write what a gap means for the status: an error makes it invalid, others leave it open."""
    if not held.gap or not gaps - {"not_applicable"}:
        return
    page = chunk.page
    with page.block(f"if {held.gap} is not None:"):
        if "error" in gaps:
            with page.block(f"if {held.gap}.__class__ is ErrorValue:"):
                page.put("bad = True")
        if leaves_open and gaps & {"missing", "not_encoded"}:
            with page.block(
                f"{'elif' if 'error' in gaps else 'if'} {held.gap}.__class__ is not NotApplicable:"
            ):
                page.put("open = True")


def put_word(chunk: Chunk, form: Node, truth: Held, when_true: str, when_false: str) -> Held:
    """Write a condition's two words; a gap stays one."""
    writer = Expressions(chunk.page, chunk.lookup)
    to = Held("text", chunk.page.name(), 0, "", chunk.page.name("g") if form.non_values else "")
    if truth.kind == "none":
        writer.put_gap(to, truth.gap)
        return to
    with writer.guarded(to, [truth]):
        writer.put_value(to, f'"{when_true}" if {truth.value} else "{when_false}"')
    return to
