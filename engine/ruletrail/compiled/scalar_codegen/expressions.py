"""Print one expression of the typed form as Python statements over whole numbers: gaps, parts and branches.

What each operation does to values that are there is printed by `operators`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from ruletrail.analysis.ir import Form
from ruletrail.compiled.scalar_codegen.code_buffer import Held, Page
from ruletrail.compiled.scalar_codegen.operators import WRITERS, print_number
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.values import SAFE_BITS, ErrorValue

Lookup = Callable[[Form], Held]


@dataclass(slots=True)
class Expressions:
    """Prints the expressions of one function; `lookup` answers for codes, `parts` says where each part went."""

    page: Page
    lookup: Lookup
    parts: dict[int, Held] = field(default_factory=dict)
    replaced: dict[int, str] = field(default_factory=dict)

    def write(self, form: Form) -> Held:
        """Print an expression and all it stands on."""
        if form.op == "constant":
            return self._constant(form)
        if form.op == "read":
            return self.lookup(form)
        # what stands inside a block may not have been evaluated, and then its parts are skipped
        known = self.page.written.get(form.text) if self.page.depth == 1 else None
        if known is not None:
            for arg in form.args:
                self.write(arg)
        held = known or (
            self._choose(form)
            if form.op == "choose"
            else WRITERS.get(form.op, print_number)(self, form)
        )
        self.parts[form.part] = held
        if self.page.depth == 1 and self._is_whole(form):
            self.page.written[form.text] = held
        return held

    def _is_whole(self, form: Form) -> bool:
        """Tell whether all that an expression stands on is evaluated whenever it is."""
        inner = all(
            arg.op in ("constant", "read") or arg.text in self.page.written for arg in form.args
        )
        return inner and form.op not in ("choose", "default", "if_missing")

    def _constant(self, form: Form) -> Held:
        fact = form.fact
        if isinstance(fact, Fraction):
            scale = form.size.decimals if form.size is not None else 0
            return Held("number", str((fact * 10**scale).numerator), scale)
        return Held(form.kind, str(fact) if isinstance(fact, bool) else self.page.constant(fact))

    # -- Shared by all expressions -------------------------------------------------------------------------------

    def fresh(self, form: Form) -> Held:
        """Name the place of a new value."""
        scale = form.size.scale if form.size is not None else 0
        value = self.page.part()
        return Held(
            form.kind,
            value,
            scale,
            self.page.part() if scale is None else "",
            self.page.name("g") if form.gaps else "",
        )

    @contextmanager
    def guarded(self, to: Held, operands: Sequence[Held]) -> Iterator[None]:
        """Write what follows for operands that have values; where one has none, the worst gap is the value."""
        gaps = list(dict.fromkeys(held.gap for held in operands if held.gap))
        if not gaps:
            yield
        else:
            with self.page.block(f"if {' and '.join(f'{gap} is None' for gap in gaps)}:"):
                yield
            with self.page.block("else:"):
                self.put_gap(to, gaps[0] if len(gaps) == 1 else f"join_gaps(({', '.join(gaps)}))")

    def put_gap(self, to: Held, gap: str) -> None:
        """Write that a value is a gap."""
        self.page.put(f"{to.value} = {to.gap} = {gap}")
        if to.bottom:
            self.page.put(f"{to.bottom} = None")

    def put_error(self, to: Held, error: ErrorValue) -> None:
        """Write that a value is an error, or that the function gives up: it returns None, and another works it out."""
        if self.page.traps:
            self.page.put("return None")
        else:
            self.put_gap(to, self.page.constant(error))

    def put_value(self, to: Held, value: str, bottom: str = "") -> None:
        """Write that a value is there."""
        self.page.put(f"{to.value} = {value}")
        if to.bottom:
            self.page.put(f"{to.bottom} = {bottom}")
        if to.gap:
            self.page.put(f"{to.gap} = None")

    def put_watched(self, to: Held, form: Form, owner: str | None = None) -> None:
        """Write the count of digits after a value that may have too many."""
        if not form.watched:
            return
        bottom = to.denominator
        large = f"{to.value}.bit_length() > {SAFE_BITS}" + (
            f" or {bottom}.bit_length() > {SAFE_BITS}" if to.bottom else ""
        )
        with self.page.block(f"if {to.gap} is None and ({large}):" if to.gap else f"if {large}:"):
            pair = self.page.name("t")
            self.page.put(f"{pair} = within_limit({to.value}, {bottom})")
            with self.page.block(f"if {pair} is None:"):
                self.put_error(to, ErrorValue("limit", form.text if owner is None else owner))
            if to.bottom:
                with self.page.block("else:"):
                    self.page.put(f"{to.value}, {to.bottom} = {pair}")

    def unset(self, names: Sequence[str]) -> None:
        """Write that parts were not evaluated."""
        for start in range(0, len(names), 50):
            self.page.put(" = ".join([*names[start : start + 50], "None"]))

    def put_move(self, to: Held, source: Held) -> None:
        """Write that a value is another's, at its own scale."""
        if source.kind == "none":
            self.put_gap(to, source.gap)
            return
        value = source.value if to.kind != "number" or to.scale is None else source.at(to.scale)
        with self.guarded(to, [source]):
            self.put_value(to, value, source.denominator if to.kind == "number" else "")

    # -- Branches ------------------------------------------------------------------------------------------------

    def _choose(self, form: Form) -> Held:
        body, orelse, test_form = form.args
        test = self.write(test_form)
        to = self.fresh(form)
        if test.kind == "none":
            self.put_gap(to, test.gap)
            self._skipped([body, orelse])
            return to
        body_lines, body_made = self._branch(body, to)
        other_lines, other_made = self._branch(orelse, to)
        page = self.page
        self._lay(f"if {test.value} is True:", body_lines, other_made)
        self._lay(f"elif {test.gap} is None:" if test.gap else "else:", other_lines, body_made)
        if test.gap:
            with page.block("else:"):
                self.put_gap(to, test.gap)
                self.unset([*body_made, *other_made])
        return to

    def _branch(self, form: Form, to: Held) -> tuple[list[str], list[str]]:
        """Print a branch aside; returns its lines, one deeper, and the parts it made."""
        page, kept, made = self.page, self.page.lines, len(self.page.made)
        page.lines, page.depth = [], page.depth + 1
        self.put_move(to, self.write(form))
        lines, page.lines, page.depth = page.lines, kept, page.depth - 1
        return lines, page.made[made:]

    def _lay(self, head: str, lines: list[str], unset: list[str]) -> None:
        with self.page.block(head):
            self.page.lines.extend(lines)
            self.unset(unset)

    def _skipped(self, forms: Sequence[Form]) -> None:
        for form in forms:
            _, made = self._branch(
                form, Held("text", self.page.name("t"), 0, "", self.page.name("t"))
            )
            self.unset(made)
