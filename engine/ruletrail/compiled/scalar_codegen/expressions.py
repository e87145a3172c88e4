"""Print one expression of the typed form as Python statements over whole numbers: gaps, parts and branches.

What each operation does to values that are there is printed by `operators`.
"""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from fractions import Fraction

from ruletrail.analysis.ir import Node
from ruletrail.compiled.scalar_codegen.code_buffer import Held, Page, is_literal
from ruletrail.fast_dataclasses import dataclass, field, replace
from ruletrail.values import SAFE_BITS, ErrorValue, RoundingMode

_LONGEST_CHAIN = 50
_COMPARE = {"lt": "<", "le": "<=", "eq": "==", "ne": "!=", "ge": ">=", "gt": ">"}
Lookup = Callable[[Node], Held]


@dataclass(slots=True)
class Expressions:
    """Prints the expressions of one function; `lookup` answers for codes, `parts` says where each part went."""

    page: Page
    lookup: Lookup
    parts: dict[int, Held] = field(default_factory=dict)
    replaced: dict[int, str] = field(default_factory=dict)

    def write(self, form: Node) -> Held:
        """Print an expression and all it stands on."""
        if form.op == "constant":
            return self._constant(form)
        if form.op == "read":
            return self.lookup(form)
        # what stands inside a block may not have been evaluated, and then its parts are skipped
        known = self.page.written.get(form.key) if self.page.depth == 1 else None
        if known is not None:
            for arg in form.args:
                self.write(arg)
        held = known or (
            self._choose(form)
            if form.op == "choose"
            else _WRITERS.get(form.op, _write_number)(self, form)
        )
        if form.part >= 0:
            self.parts[form.part] = held
        if self.page.depth == 1 and self._is_whole(form):
            self.page.written[form.key] = held
        return held

    def _is_whole(self, form: Node) -> bool:
        """Tell whether all that an expression stands on is evaluated whenever it is."""
        inner = all(
            arg.op in ("constant", "read") or arg.key in self.page.written for arg in form.args
        )
        return inner and form.op not in ("choose", "default", "if_missing")

    def _constant(self, form: Node) -> Held:
        fact = form.fact
        if isinstance(fact, Fraction):
            scale = form.size.decimals if form.size is not None else 0
            return Held("number", str((fact * 10**scale).numerator), scale)
        return Held(form.kind, str(fact) if isinstance(fact, bool) else self.page.constant(fact))

    # -- Shared by all expressions -------------------------------------------------------------------------------

    def fresh(self, form: Node) -> Held:
        """Name the place of a new value."""
        scale = form.size.scale if form.size is not None else 0
        value = self.page.part()
        return Held(
            form.kind,
            value,
            scale,
            self.page.part() if scale is None else "",
            self.page.name("g") if form.non_values else "",
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

    def put_watched(self, to: Held, form: Node, owner: str | None = None) -> None:
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

    def _choose(self, form: Node) -> Held:
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

    def _branch(self, form: Node, to: Held) -> tuple[list[str], list[str]]:
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

    def _skipped(self, forms: Sequence[Node]) -> None:
        for form in forms:
            _, made = self._branch(
                form, Held("text", self.page.name("t"), 0, "", self.page.name("t"))
            )
            self.unset(made)


# -- What each primitive does to values that are there ---------------------------------------------


def _write_number(writer: Expressions, form: Node) -> Held:
    """Print an operation on numbers that are all there."""
    operands = [writer.write(arg) for arg in form.args]
    to = writer.fresh(form)
    with writer.guarded(to, operands):
        if not any(held.kind == "none" for held in operands):
            _ARITHMETIC[form.op](writer, form, to, operands)
            writer.put_watched(to, form)
    return to


def _neg(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    held = operands[0]
    code = {"neg": f"-{held.value}", "pos": held.value, "abs": f"abs({held.value})"}[form.op]
    writer.put_value(to, code, held.bottom)


def _add(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    left, right = operands
    sign = "+" if form.op == "add" else "-"
    if to.scale is not None:
        writer.put_value(to, f"{left.at(to.scale)} {sign} {right.at(to.scale)}")
        return
    top = f"{left.value} * {right.denominator} {sign} {right.value} * {left.denominator}"
    writer.put_value(to, top, f"{left.denominator} * {right.denominator}")


def _mul(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    left, right = operands
    del form
    writer.put_value(
        to, f"{left.value} * {right.value}", f"{left.denominator} * {right.denominator}"
    )


def _div(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    left, right = operands
    page = writer.page
    if left.scale is not None and right.scale is not None:
        shared = max(left.scale, right.scale)
        top, bottom = left.at(shared), right.at(shared)
    else:
        top, bottom = f"{left.value} * {right.denominator}", f"{right.value} * {left.denominator}"
    if right.value in page.positive or (is_literal(right.value) and int(right.value) > 0):
        writer.put_value(to, top, bottom)
        return
    with page.block(f"if {right.value} > 0:"):
        writer.put_value(to, top, bottom)
    with page.block(f"elif {right.value} == 0:"):
        writer.put_error(to, ErrorValue("division_by_zero", form.args[1].text))
    with page.block("else:"):
        writer.put_value(to, f"-({top})", f"-({bottom})")


def _mod(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    left, right = operands
    with writer.page.block(f"if {right.value} == 0:"):
        writer.put_error(to, ErrorValue("division_by_zero", form.args[1].text))
    with writer.page.block("else:"):
        if to.scale is not None:
            writer.put_value(to, f"({left.at(to.scale)}) % ({right.at(to.scale)})")
        else:
            top = f"({left.value} * {right.denominator}) % ({right.value} * {left.denominator})"
            writer.put_value(to, top, f"{left.denominator} * {right.denominator}")


def _several(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    if to.scale is not None:
        values = [held.at(to.scale) for held in operands]
        if form.op == "sum":
            # one flat call, because a long chain of `+` is a deep tree for the compiler
            writer.put_value(
                to,
                " + ".join(values)
                if 0 < len(values) <= _LONGEST_CHAIN
                else f"sum(({', '.join([*values, '0'])}))",
            )
        else:
            writer.put_value(
                to, values[0] if len(values) == 1 else f"{form.op}({', '.join(values)})"
            )
        return
    pairs = ", ".join(f"({held.value}, {held.denominator})" for held in operands)
    if form.op != "sum":
        writer.page.put(f"{to.value}, {to.bottom} = {form.op}_pair(({pairs},))")
        if to.gap:
            writer.page.put(f"{to.gap} = None")
        return
    pair = writer.page.name("t")
    writer.page.put(f"{pair} = add_pairs(({pairs},))")
    with writer.page.block(f"if {pair} is None:"):
        writer.put_error(to, ErrorValue("limit", form.text))
    with writer.page.block("else:"):
        writer.put_value(to, f"{pair}[0]", f"{pair}[1]")


def _count(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    del form
    writer.put_value(to, f"sum(({', '.join([*(held.value for held in operands), '0'])}))")


def _length(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    del form
    writer.put_value(to, f"len({operands[0].value})")


def put_rounding(
    writer: Expressions, to: Held, held: Held, decimals: int, mode: RoundingMode
) -> None:
    """Write the rounding of a number that is there."""
    if held.scale is not None and to.scale == held.scale and held.scale <= decimals:
        writer.put_value(to, held.value)
        return
    bottom = held.bottom if held.scale is None else str(10 ** (held.scale - decimals))
    top = f"{held.value} * {10**decimals}" if held.scale is None and decimals else held.value
    number = writer.page.name("t")
    writer.page.put(f"{number} = {top}")
    down, up = f"{number} // {bottom}", f"-(-{number} // {bottom})"
    near = f"(2 * {number} + {bottom}) // (2 * {bottom})"
    far = f"-((2 * -{number} + {bottom}) // (2 * {bottom}))"
    code = {
        "floor": down,
        "ceiling": up,
        "down": f"{down} if {number} >= 0 else {up}",
        "up": f"{up} if {number} >= 0 else {down}",
        "half_up": f"{near} if {number} >= 0 else {far}",
        "half_even": f"round_half_even({number}, {bottom})",
    }[mode]
    writer.put_value(to, code)


def _round(writer: Expressions, form: Node, to: Held, operands: Sequence[Held]) -> None:
    put_rounding(writer, to, operands[0], form.decimals, form.mode)


_ARITHMETIC: dict[str, Callable[[Expressions, Node, Held, Sequence[Held]], None]] = {
    "neg": _neg, "pos": _neg, "abs": _neg, "add": _add, "sub": _add, "mul": _mul, "div": _div, "mod": _mod,
    "sum": _several, "min": _several, "max": _several, "count": _count, "length": _length, "round": _round,
}  # fmt: skip


def _not(writer: Expressions, form: Node) -> Held:
    operand = writer.write(form.args[0])
    to = writer.fresh(form)
    with writer.guarded(to, [operand]):
        writer.put_value(to, f"not {operand.value}")
    return to


def _kleene(writer: Expressions, form: Node) -> Held:
    operands = [writer.write(arg) for arg in form.args]
    to = writer.fresh(form)
    join = f" {form.op} "
    gaps = [held.gap for held in operands if held.gap]
    if not gaps:
        writer.put_value(to, join.join(held.value for held in operands))
        return to
    decides = "True" if form.op == "or" else "False"
    with writer.page.block(f"if {' or '.join(f'{held.value} is {decides}' for held in operands)}:"):
        writer.put_value(to, decides)
    with writer.page.block(
        f"elif {' and '.join(f'{gap} is None' for gap in dict.fromkeys(gaps))}:"
    ):
        writer.put_value(to, "False" if form.op == "or" else "True")
    with writer.page.block("else:"):
        writer.put_gap(to, f"join_gaps(({', '.join(gaps)},))")
    return to


def _compare(writer: Expressions, form: Node) -> Held:
    operands = [writer.write(arg) for arg in form.args]
    to = writer.fresh(form)
    with writer.guarded(to, operands):
        if not any(held.kind == "none" for held in operands):
            left, *others = operands
            if form.op in _COMPARE:
                writer.put_value(to, _comparison(left, _COMPARE[form.op], others[0]))
            else:
                found = " or ".join(_comparison(left, "==", other) for other in others)
                writer.put_value(to, found if form.op == "in" else f"not ({found})")
    return to


def _comparison(left: Held, sign: str, right: Held) -> str:
    if left.kind != "number":
        return f"{left.value} {sign} {right.value}"
    if left.scale is not None and right.scale is not None:
        shared = max(left.scale, right.scale)
        return f"{left.at(shared)} {sign} {right.at(shared)}"
    return f"{left.value} * {right.denominator} {sign} {right.value} * {left.denominator}"


def _replace(writer: Expressions, form: Node) -> Held:
    first, second = (writer.write(arg) for arg in form.args)
    to, flag = writer.fresh(form), writer.page.part()
    replaceable = {"default": "not_applicable", "if_missing": "missing"}[form.op]
    writer.replaced[form.part] = flag
    if replaceable not in form.args[0].non_values:
        writer.page.put(f"{flag} = False")
        writer.put_move(to, first)
        return to
    with writer.page.block(
        f"if {first.gap}.__class__ is {'NotApplicable' if form.op == 'default' else 'Missing'}:"
    ):
        writer.page.put(f"{flag} = True")
        writer.put_move(to, second)
    with writer.page.block("else:"):
        writer.page.put(f"{flag} = False")
        others = form.args[0].non_values - {replaceable}
        writer.put_move(to, first if others or first.kind == "none" else replace(first, gap=""))
    return to


def _question(writer: Expressions, form: Node) -> Held:
    operand = writer.write(form.args[0])
    to = writer.fresh(form)
    wanted = "Missing" if form.op == "is_missing" else "NotApplicable"
    answer = "False" if not operand.gap else f"{operand.gap}.__class__ is {wanted}"
    if form.op == "applies":
        answer = f"not {answer}" if operand.gap else "True"
    if not to.gap:
        writer.put_value(to, answer)
        return to
    with writer.page.block(f"if {operand.gap}.__class__ is ErrorValue:"):
        writer.put_gap(to, operand.gap)
    with writer.page.block("else:"):
        writer.put_value(to, answer)
    return to


_WRITERS: dict[str, Callable[[Expressions, Node], Held]] = {
    "not": _not, "and": _kleene, "or": _kleene, "default": _replace, "if_missing": _replace,
    "is_missing": _question, "applies": _question,
    **dict.fromkeys([*_COMPARE, "in", "not_in"], _compare),
}  # fmt: skip
