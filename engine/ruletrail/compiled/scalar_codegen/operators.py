"""Print what each operation of the typed form does: one function per kind of expression."""

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from ruletrail.analysis.ir import Form
from ruletrail.compiled.scalar_codegen.code_buffer import Held, is_literal
from ruletrail.fast_dataclasses import replace
from ruletrail.values import ErrorValue, RoundingMode

if TYPE_CHECKING:
    from ruletrail.compiled.scalar_codegen.expressions import Expressions

_LONGEST_CHAIN = 50
_COMPARE = {"lt": "<", "le": "<=", "eq": "==", "ne": "!=", "ge": ">=", "gt": ">"}


def print_number(writer: "Expressions", form: Form) -> Held:
    """Print an operation on numbers that are all there."""
    operands = [writer.write(arg) for arg in form.args]
    to = writer.fresh(form)
    with writer.guarded(to, operands):
        if not any(held.kind == "none" for held in operands):
            _ARITHMETIC[form.op](writer, form, to, operands)
            writer.put_watched(to, form)
    return to


def _neg(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
    held = operands[0]
    code = {"neg": f"-{held.value}", "pos": held.value, "abs": f"abs({held.value})"}[form.op]
    writer.put_value(to, code, held.bottom)


def _add(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
    left, right = operands
    sign = "+" if form.op == "add" else "-"
    if to.scale is not None:
        writer.put_value(to, f"{left.at(to.scale)} {sign} {right.at(to.scale)}")
        return
    top = f"{left.value} * {right.denominator} {sign} {right.value} * {left.denominator}"
    writer.put_value(to, top, f"{left.denominator} * {right.denominator}")


def _mul(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
    left, right = operands
    del form
    writer.put_value(
        to, f"{left.value} * {right.value}", f"{left.denominator} * {right.denominator}"
    )


def _div(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
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


def _mod(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
    left, right = operands
    with writer.page.block(f"if {right.value} == 0:"):
        writer.put_error(to, ErrorValue("division_by_zero", form.args[1].text))
    with writer.page.block("else:"):
        if to.scale is not None:
            writer.put_value(to, f"({left.at(to.scale)}) % ({right.at(to.scale)})")
        else:
            top = f"({left.value} * {right.denominator}) % ({right.value} * {left.denominator})"
            writer.put_value(to, top, f"{left.denominator} * {right.denominator}")


def _several(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
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


def _count(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
    del form
    writer.put_value(to, f"sum(({', '.join([*(held.value for held in operands), '0'])}))")


def _length(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
    del form
    writer.put_value(to, f"len({operands[0].value})")


def put_rounding(
    writer: "Expressions", to: Held, held: Held, decimals: int, mode: RoundingMode
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


def _round(writer: "Expressions", form: Form, to: Held, operands: Sequence[Held]) -> None:
    put_rounding(writer, to, operands[0], form.decimals, form.mode)


_ARITHMETIC: dict[str, Callable[["Expressions", Form, Held, Sequence[Held]], None]] = {
    "neg": _neg, "pos": _neg, "abs": _neg, "add": _add, "sub": _add, "mul": _mul, "div": _div, "mod": _mod,
    "sum": _several, "min": _several, "max": _several, "count": _count, "length": _length, "round": _round,
}  # fmt: skip


def _not(writer: "Expressions", form: Form) -> Held:
    operand = writer.write(form.args[0])
    to = writer.fresh(form)
    with writer.guarded(to, [operand]):
        writer.put_value(to, f"not {operand.value}")
    return to


def _kleene(writer: "Expressions", form: Form) -> Held:
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


def _compare(writer: "Expressions", form: Form) -> Held:
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


def _replace(writer: "Expressions", form: Form) -> Held:
    first, second = (writer.write(arg) for arg in form.args)
    to, flag = writer.fresh(form), writer.page.part()
    replaceable = {"default": "not_applicable", "if_missing": "missing"}[form.op]
    writer.replaced[form.part] = flag
    if replaceable not in form.args[0].gaps:
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
        others = form.args[0].gaps - {replaceable}
        writer.put_move(to, first if others or first.kind == "none" else replace(first, gap=""))
    return to


def _question(writer: "Expressions", form: Form) -> Held:
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


WRITERS: dict[str, Callable[["Expressions", Form], Held]] = {
    "not": _not, "and": _kleene, "or": _kleene, "default": _replace, "if_missing": _replace,
    "is_missing": _question, "applies": _question,
    **dict.fromkeys([*_COMPARE, "in", "not_in"], _compare),
}  # fmt: skip
