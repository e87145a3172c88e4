"""Compiling a rulebook into functions over integers, which evaluate one report.

A rulebook becomes functions of a bounded number of steps: Python's compiler needs more than linear
time for long functions, so the work for a step stays the same up to the largest rulebook. The
functions see no builtins and no text of anybody's.
"""

from collections.abc import Sequence
from types import CodeType

from ruletrail.analysis.field_domains import read_fields
from ruletrail.analysis.inference import infer_rulebook, present_by_default
from ruletrail.analysis.ir import Node, TypedRulebook, TypedStep
from ruletrail.compiled.functions import Function, make_functions
from ruletrail.compiled.inputs import Preparer
from ruletrail.compiled.scalar_codegen.code_buffer import CodeBuffer
from ruletrail.compiled.scalar_codegen.functions import EmittedFunction
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

    Every number that is read is there, with two decimals at most, and nothing goes wrong; where
    something does, the function gives up.
    """
    read = {code for codes in linked.reads.values() for code in codes}
    present = present_by_default(read_fields(linked.schema))
    assumed = present & (read - set(linked.rulebook.entries))
    return infer_rulebook(linked, assumed, USUAL_DECIMALS, traps=True)


def compile_rulebook(linked: LinkedRulebook, *, is_usual: bool) -> tuple[Function, Preparer]:
    """Compile a rulebook for usual reports or for any; returns what prepares those as well."""
    typed = infer_usual(linked) if is_usual else infer_rulebook(linked, frozenset())
    return emit_functions(typed), Preparer(typed.fields, typed.assumed, is_usual=is_usual)


def emit_functions(typed: TypedRulebook) -> Function:
    """Print, compile and load the functions of a rulebook."""
    fields = {code: (at, declared) for at, (code, declared) in enumerate(typed.fields.items())}
    parts = [
        typed.steps[at : at + STEPS_OF_A_FUNCTION]
        for at in range(0, len(typed.steps), STEPS_OF_A_FUNCTION)
    ]
    readers = _last_readers(typed, parts)
    exported: dict[str, tuple[int, Node]] = {}
    slots: list[StepSlots] = []
    constants, sources = [], []
    for number, steps in enumerate(parts):
        buffer = CodeBuffer(traps=typed.traps)
        function = EmittedFunction(number, buffer, fields, typed.assumed, dict(exported))
        for step in steps:
            code = step.entry.code
            slots.append(print_step(function, step))
            # only what a later function reads: a list is slower than a local variable
            if step.fact is not None and readers.get(code, 0) > number:
                exported[code] = (len(exported) * _PLACES, step.fact)
                function.export(code, exported[code][0])
        sources.append(function.source())
        # beside the code and not in it: a text would be code, and a literal set is built anew each
        # time
        constants.append(buffer.constants)
    codes = tuple(map(_compile, sources))
    return Function(
        typed.linked,
        make_functions(tuple(typed.fields), codes, constants),
        tuple(slots),
        len(exported) * _PLACES,
        codes,
        tuple(constants),
        tuple(sources),
    )


def _last_readers(typed: TypedRulebook, parts: Sequence[Sequence[TypedStep]]) -> dict[str, int]:
    """Find the number of the last function that reads each code."""
    last: dict[str, int] = {}
    for number, steps in enumerate(parts):
        for step in steps:
            last.update(dict.fromkeys(typed.linked.reads[step.entry.code], number))
    return last


def _compile(source: str) -> CodeType:
    """Compile a text of one `def`, and take the code of its function out of the module's."""
    module = compile(source, "<rulebook>", "exec")
    return next(constant for constant in module.co_consts if isinstance(constant, CodeType))
