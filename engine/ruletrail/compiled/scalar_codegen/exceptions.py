"""Printing the choice among a rule's own formula and those of its exceptions.

All conditions come first, then a number that says which formula is chosen (-1: none), then each
formula under its number. So the code is flat however many there are.
"""

from collections.abc import Sequence

from ruletrail.analysis.ir import Node
from ruletrail.compiled.scalar_codegen.code_buffer import (
    CodeBuffer,
    Location,
    all_none,
    list_non_values,
)
from ruletrail.compiled.scalar_codegen.functions import EmittedFunction, print_clause
from ruletrail.compiled.slots import ClauseSlots
from ruletrail.values import NotEncoded

_NONE = -1
_LONGEST_SUM = 50
_Clause = Node | NotEncoded


def print_exceptions(
    function: EmittedFunction,
    to: Location,
    code: str,
    formula: _Clause,
    exceptions: Sequence[tuple[_Clause, _Clause]],
) -> tuple[ClauseSlots | None, ...]:
    """Set a location to the value of the formula that is chosen; returns where the clauses are."""
    conditions = [print_clause(function, when) for when, _ in exceptions]
    chosen = _print_choice(function.buffer, to, code, [truth for truth, _ in conditions])
    formulas = [
        _print_formula(function, to, f"{chosen} == {at}", clause)
        for at, clause in enumerate([*(other for _, other in exceptions), formula])
    ]
    pairs = zip([slots for _, slots in conditions], formulas[:-1], strict=True)
    return (formulas[-1], *(slots for pair in pairs for slots in pair))


def _print_choice(buffer: CodeBuffer, to: Location, code: str, truths: Sequence[Location]) -> str:
    """Print which formula is chosen, and the non-value where none is; returns the variable."""
    chosen = buffer.name("t")
    unknown = list_non_values(truths)
    values = ", ".join(truth.value for truth in truths)
    with buffer.block(f"if {all_none(unknown) or 'True'}:"):
        _print_settled(buffer, to, code, chosen, [truth.value for truth in truths])
    if unknown:
        with buffer.block("else:"):
            found, named = buffer.name("t"), buffer.of_code("code", code)
            buffer.put(f"{found} = find_unchosen({named}, ({values},))")
            if buffer.traps:
                buffer.put(f"if {found}.__class__ is ErrorValue: return None")
            buffer.put_non_value(to, found)
            buffer.put(f"{chosen} = {_NONE}")
    return chosen


def _print_settled(
    buffer: CodeBuffer, to: Location, code: str, chosen: str, values: Sequence[str]
) -> None:
    """Print the choice where all conditions have values."""
    if len(values) == 1:
        buffer.put(f"{chosen} = 0 if {values[0]} else 1")
        return
    count = buffer.name("t")
    # one flat call, as for long sums
    total = " + ".join(values) if len(values) <= _LONGEST_SUM else f"sum(({', '.join(values)}))"
    buffer.put(f"{count} = {total}")
    with buffer.block(f"if {count} == 0:"):
        buffer.put(f"{chosen} = {len(values)}")
    with buffer.block(f"elif {count} == 1:"):
        buffer.put(f"{chosen} = ({', '.join(values)}).index(True)")
    with buffer.block("else:"):
        buffer.put_error_of(to, "conflict", code)
        buffer.put(f"{chosen} = {_NONE}")


def _print_formula(
    function: EmittedFunction, to: Location, test: str, clause: _Clause
) -> ClauseSlots | None:
    """Print a formula under the test that it is chosen; its parts are unset where it is not."""
    buffer, before = function.buffer, len(function.buffer.made)
    with buffer.block(f"if {test}:"):
        value, slots = print_clause(function, clause)
        buffer.put_copy(to, value)
    made = buffer.made[before:]
    if made:
        with buffer.block("else:"):
            buffer.put_skipped(made)
    return slots
