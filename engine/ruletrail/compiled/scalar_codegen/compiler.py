"""Compile a plan into functions over whole numbers, and run them: the lane for one report.

A rulebook becomes a row of functions of a bounded number of steps, so that the compiler's work and the cost of a
step stay the same up to the largest rulebook. The functions see no builtins and no text of anybody's.
"""

from collections.abc import Sequence
from types import CodeType

from ruletrail.analysis.inference import infer_rulebook
from ruletrail.analysis.ir import Node, TypedRulebook, TypedStep
from ruletrail.compiled.functions import Function, make_functions
from ruletrail.compiled.inputs import Preparer
from ruletrail.compiled.scalar_codegen.code_buffer import Page
from ruletrail.compiled.scalar_codegen.functions import Chunk
from ruletrail.compiled.scalar_codegen.steps import print_step
from ruletrail.compiled.slots import StepSlots
from ruletrail.linking import LinkedRulebook

STEPS_OF_A_FUNCTION = 100
USUAL_DECIMALS = 2
"""Most reports hold sums of money at most; numbers at a small scale are fast."""

_KEPT = 3
"""Places that a fact read by a later function takes: value, denominator, gap."""


def infer_usual(plan: LinkedRulebook) -> TypedRulebook:
    """Type a plan for usual reports: every number that is read is there, with two decimals at most, and nothing goes wrong."""
    read = {code for codes in plan.reads.values() for code in codes} - set(plan.rulebook.entries)
    return infer_rulebook(plan, infer_rulebook(plan).assumed & read, USUAL_DECIMALS, traps=True)


def compile_lane(plan: LinkedRulebook, *, is_usual: bool) -> tuple[Function, Preparer]:
    """Compile a plan for usual reports or for any, and what prepares those for the function."""
    form = infer_usual(plan) if is_usual else infer_rulebook(plan, frozenset())
    return compile_function(form), Preparer(form.fields, form.assumed, is_usual=is_usual)


def compile_function(form: TypedRulebook) -> Function:
    """Print, compile and load the functions of a plan."""
    fields = {code: (at, declared) for at, (code, declared) in enumerate(form.fields.items())}
    chunks = [
        form.steps[at : at + STEPS_OF_A_FUNCTION]
        for at in range(0, len(form.steps), STEPS_OF_A_FUNCTION)
    ]
    readers = _last_readers(form, chunks)
    exported: dict[str, tuple[int, Node]] = {}
    steps: list[StepSlots] = []
    constants, sources = [], []
    for number, chunk_steps in enumerate(chunks):
        chunk = Chunk(number, Page(traps=form.traps), fields, form.assumed, dict(exported))
        for step in chunk_steps:
            steps.append(print_step(chunk, step))
            if step.fact is not None and readers.get(step.entry.code, 0) > number:
                exported[step.entry.code] = (len(exported) * _KEPT, step.fact)
                _export(chunk, step, exported[step.entry.code][0])
        sources.append(_finish(chunk))
        constants.append(chunk.page.constants)
    codes = tuple(map(_code_of, sources))
    functions = make_functions(tuple(form.fields), codes, constants)
    return Function(
        form.linked,
        functions,
        tuple(steps),
        len(exported) * _KEPT,
        codes,
        tuple(constants),
        tuple(sources),
    )


def _last_readers(form: TypedRulebook, chunks: Sequence[Sequence[TypedStep]]) -> dict[str, int]:
    """Find the last function that reads each code."""
    last: dict[str, int] = {}
    for number, steps in enumerate(chunks):
        for step in steps:
            last.update(dict.fromkeys(form.linked.reads[step.entry.code], number))
    return last


def _export(chunk: Chunk, step: TypedStep, at: int) -> None:
    held = chunk.known[step.entry.code]
    chunk.page.put(f"F[{at}] = {held.value}")
    if held.bottom:
        chunk.page.put(f"F[{at + 1}] = {held.bottom}")
    if held.gap:
        chunk.page.put(f"F[{at + 2}] = {held.gap}")


def _finish(chunk: Chunk) -> str:
    lines = [
        "def plan(S, F, D, A):",
        " bad = open = False",
        *_load(chunk),
        *chunk.preamble,
        *chunk.page.lines,
    ]
    return "\n".join([*lines, f" return ({', '.join(['bad', 'open', *chunk.returned])},)", ""])


def _load(chunk: Chunk) -> list[str]:
    """Write the loading of inputs: all at once, which is several times faster, where it reads half of them at least."""
    if 2 * len(chunk.loads) < len(chunk.fields):
        return [f" {name} = S[{at}]" for at, name in chunk.loads.items()]
    return [f" {', '.join(chunk.loads.get(at, '_') for at in range(len(chunk.fields)))}, = S"]


def _code_of(source: str) -> CodeType:
    """Compile a text that holds one `def` and nothing else, and take the code of its function out of it."""
    module = compile(source, "<plan>", "exec")
    return next(constant for constant in module.co_consts if isinstance(constant, CodeType))
