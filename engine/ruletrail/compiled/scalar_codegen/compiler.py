"""Compiling a rulebook into functions over integers, which evaluate one report.

A rulebook becomes functions of a bounded number of steps: Python's compiler needs more than linear
time for long functions, so the work for a step stays the same up to the largest rulebook. The
functions see no builtins and no text of anybody's.
"""

from collections.abc import Mapping, Sequence
from types import CodeType

from ruletrail.analysis.field_domains import read_fields, read_lists
from ruletrail.analysis.inference import infer_rulebook, present_by_default
from ruletrail.analysis.ir import Node, TypedRulebook
from ruletrail.compiled.functions import Function, make_functions
from ruletrail.compiled.inputs import Preparer, list_inputs
from ruletrail.compiled.scalar_codegen.code_buffer import CodeBuffer, Kept
from ruletrail.compiled.scalar_codegen.functions import EmittedFunction
from ruletrail.compiled.scalar_codegen.rows import gather_all, print_rows
from ruletrail.compiled.scalar_codegen.schedule import Unit, schedule_steps
from ruletrail.compiled.scalar_codegen.steps import print_step
from ruletrail.compiled.slots import StepSlots
from ruletrail.linking import LinkedRulebook

STEPS_OF_A_FUNCTION = 100
USUAL_DECIMALS = 2
"""Most reports hold sums of money at most; integers at a small scale fit a machine word."""

_PLACES = 3
"""Positions that an exported fact takes: value, denominator, non-value."""


def infer_usual(linked: LinkedRulebook) -> TypedRulebook:
    """Type a rulebook for usual reports.

    Every number and day that is read is there, with two decimals at most, and nothing goes wrong;
    where something does, the function gives up.
    """
    read = {code for codes in linked.reads.values() for code in codes}
    present = present_by_default(read_fields(linked.schema))
    for code, list_ in read_lists(linked.schema).items():
        cells = present_by_default({cell.code: cell for cell in list_.cells.values()})
        present |= cells | {code}
    assumed = present & (read - set(linked.rulebook.entries))
    return infer_rulebook(linked, assumed, USUAL_DECIMALS, traps=True)


def compile_rulebook(linked: LinkedRulebook, *, is_usual: bool) -> tuple[Function, Preparer]:
    """Compile a rulebook for usual reports or for any; returns what prepares those as well."""
    typed = infer_usual(linked) if is_usual else infer_rulebook(linked, frozenset())
    preparer = Preparer(typed.fields, typed.assumed, typed.lists, is_usual=is_usual)
    return emit_functions(typed), preparer


def emit_functions(typed: TypedRulebook) -> Function:
    """Print, compile and load the functions of a rulebook."""
    inputs = list_inputs(typed.fields, typed.lists)
    fields = {code: (at, declared) for at, (code, declared) in enumerate(inputs.items())}
    parts = _split(schedule_steps(typed, STEPS_OF_A_FUNCTION))
    readers = _last_readers(typed, parts)
    exported: dict[str, tuple[int, Node]] = {}
    slots: list[StepSlots] = []
    constants, sources = [], []
    kept: Kept = {}
    for number, units in enumerate(parts):
        buffer = CodeBuffer(traps=typed.traps, kept=kept)
        function = EmittedFunction(number, buffer, fields, typed.assumed, dict(exported))
        for at, unit in enumerate(units):
            slots += _print_unit(function, unit, readers, (number, at))
            for step in unit.steps:
                code = step.entry.code
                # only what a later function reads: a list is slower than a local variable
                if step.fact is not None and readers.get(code, (0, 0))[0] > number:
                    exported[code] = (len(exported) * _PLACES, step.fact)
                    function.export(code, exported[code][0])
        sources.append(function.source())
        # beside the code and not in it: a text would be code, and a literal set is built anew each
        # time
        constants.append(buffer.constants)
    codes = tuple(map(_compile, sources))
    return Function(
        typed.linked,
        make_functions(tuple(inputs), codes, constants),
        _in_order(slots, typed),
        len(exported) * _PLACES,
        codes,
        tuple(constants),
        tuple(sources),
    )


_Place = tuple[int, int]
"""The number of a function, and of a unit in it."""


def _split(units: Sequence[Unit]) -> list[list[Unit]]:
    """Cut units into those of each function."""
    parts: list[list[Unit]] = []
    count = STEPS_OF_A_FUNCTION
    for unit in units:
        if count + len(unit.steps) > STEPS_OF_A_FUNCTION:
            parts.append([])
            count = 0
        parts[-1].append(unit)
        count += len(unit.steps)
    return parts


def _print_unit(
    function: EmittedFunction, unit: Unit, readers: Mapping[str, _Place], place: _Place
) -> list[StepSlots]:
    if unit.over:
        # what only the loop itself reads needs no list
        codes = [step.entry.code for step in unit.steps]
        read_later = {code for code in codes if readers.get(code, place) > place}
        return print_rows(function, unit.over, unit.steps, read_later)
    found = []
    for step in unit.steps:
        gather_all(function, step)
        found.append(print_step(function, step))
    return found


def _last_readers(typed: TypedRulebook, parts: Sequence[Sequence[Unit]]) -> dict[str, _Place]:
    """Find the last place that reads each code."""
    last: dict[str, _Place] = {}
    for number, units in enumerate(parts):
        for at, unit in enumerate(units):
            for step in unit.steps:
                last.update(dict.fromkeys(typed.linked.reads[step.entry.code], (number, at)))
    return last


def _in_order(slots: Sequence[StepSlots], typed: TypedRulebook) -> tuple[StepSlots, ...]:
    """Put steps in the order of the rulebook, whichever they are worked out in."""
    if not typed.lists:
        return tuple(slots)
    by_code = {each.entry.code: each for each in slots}
    return tuple(by_code[step.entry.code] for step in typed.steps)


def _compile(source: str) -> CodeType:
    """Compile a text of one `def`, and take the code of its function out of the module's."""
    module = compile(source, "<rulebook>", "exec")
    return next(constant for constant in module.co_consts if isinstance(constant, CodeType))
