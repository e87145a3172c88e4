"""One of two values in each row, in the form that both share.

The form follows from the operands alone: programs that write the rows of one output take different
ways to it.
"""

from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.column_arithmetic import (
    ALL_VALUES,
    NonValues,
    Vector,
    as_pair,
    cross,
    fit,
    mask_truth,
    scale_of,
)
from ruletrail.compiled.columns.columns import NO_DICTIONARY, Dictionary
from ruletrail.compiled.columns.numpy_codegen import SsaBuilder, Value
from ruletrail.fast_dataclasses import dataclass, replace


def pick(
    block: Block, mask: Value, first: Vector, second: Vector, kinds: tuple[str, str]
) -> Vector:
    """Take the first where the mask is true, else the second, in the form that both share."""
    ssa = block.ssa
    form = shared_form(first, second, kinds)
    non_values = pick_non_values(ssa, mask, first.non_values, second.non_values)
    if "none" in kinds:
        picked = second if kinds[0] == "none" else first
    elif form.kind == "number":
        picked = pick_number(ssa, mask, first, second)
    elif form.kind == "text":
        one, two = (
            ssa.cast(block.in_dictionary(text, form.dictionary), "i4") for text in (first, second)
        )
        # in one width, because the two may come from columns of different ones
        picked = Vector(ssa.where(mask, one, two, "i4"))
    else:
        picked = Vector(ssa.where(mask, first.values, second.values, "?"))
    trap = ssa.emit("logical_or", first.trap, second.trap)
    return written(ssa, picked, form, non_values, trap)


@dataclass(frozen=True, slots=True)
class Form:
    """How the values of one of two operands are written, whichever of them it is."""

    kind: str
    scale: int | None
    dictionary: Dictionary


def shared_form(first: Vector, second: Vector, kinds: tuple[str, str]) -> Form:
    """Find the form of a value that is one operand's in some rows and the other's in others.

    It follows from the operands alone and from nothing that is assumed of their rows: programs that
    write the rows of one output take different ways to it.
    """
    if "none" in kinds:
        only, kind = (second, kinds[1]) if kinds[0] == "none" else (first, kinds[0])
        return Form("number" if kind == "date" else kind, only.scale, only.dictionary)
    if kinds[0] in ("number", "date"):
        # a day is a whole number
        return Form("number", scale_of((first, second)), NO_DICTIONARY)
    if kinds[0] == "boolean":
        return Form("boolean", 0, NO_DICTIONARY)
    both = first.dictionary == second.dictionary
    return Form("text", 0, first.dictionary if both else _join(first, second))


def written(
    ssa: SsaBuilder, vector: Vector, form: Form, non_values: NonValues, trap: Value
) -> Vector:
    """Finish a vector whose values are in a form already."""
    values = vector.values
    if form.kind == "boolean":
        values = mask_truth(ssa, values, non_values)
    return replace(
        vector, values=values, scale=form.scale, dictionary=form.dictionary,
        non_values=non_values, trap=trap,
    )  # fmt: skip


def _join(first: Vector, second: Vector) -> Dictionary:
    """Join two dictionaries, as one flat list of parts: rules that read each other share them."""
    parts = dict.fromkeys(
        part for each in (first.dictionary, second.dictionary) for part in each.joined or (each,)
    )
    return Dictionary(joined=tuple(parts)) if len(parts) > 1 else first.dictionary


def pick_non_values(ssa: SsaBuilder, mask: Value, first: NonValues, second: NonValues) -> NonValues:
    """Take the kind codes of the first where the mask is true, else those of the second."""
    if first.is_empty and second.is_empty:
        return ALL_VALUES
    codes = ssa.where(mask, first.codes, second.codes, "u1")
    return NonValues(codes, first.possible | second.possible)


def pick_number(ssa: SsaBuilder, mask: Value, first: Vector, second: Vector) -> Vector:
    """Take the first number where the mask is true, else the second, at one scale or as pairs."""
    scale = scale_of((first, second))
    if scale is not None:
        one, two = cross(ssa, first, second)
        values = ssa.where(mask, one.values, two.values, "i8")
        return Vector(values, scale, min(one.low, two.low), max(one.high, two.high))
    (top1, bottom1), (top2, bottom2) = as_pair(first), as_pair(second)
    # a finite decimal beside a pair becomes one, with its power of ten as denominator
    _, high = fit(1, max(bottom1.high, bottom2.high))
    tops = ssa.where(mask, top1.values, top2.values, "i8")
    bottoms = ssa.where(mask, bottom1.values, bottom2.values, "i8")
    return Vector(tops, None, min(top1.low, top2.low), max(top1.high, top2.high), bottoms, high)
