"""Compile a plan into functions over whole numbers, and run them: the lane for one report.

A rulebook becomes a row of functions of a bounded number of steps, so that the compiler's work and the cost of a
step stay the same up to the largest rulebook. The functions see no builtins and no text of anybody's.
"""

from collections.abc import Callable, Mapping, Sequence
from types import CodeType

from ruletrail.lanes import runtimes
from ruletrail.lanes.forms import Form, PlanForm, StepForm
from ruletrail.lanes.printing import Page
from ruletrail.lanes.slots import Results, StepSlots
from ruletrail.lanes.stepping import Chunk, print_step
from ruletrail.structures import dataclass
from ruletrail.values import ErrorValue, Missing, NotApplicable

STEPS_OF_A_FUNCTION = 100
_KEPT = 3
"""Places that a fact read by a later function takes: value, denominator, gap."""

Chunked = Callable[[Sequence[object], list[object], object, object], Results]

_NAMES: Mapping[str, object] = {
    "__builtins__": {},
    "abs": abs, "len": len, "max": max, "min": min, "sum": sum, "bool": bool, "str": str,
    "ErrorValue": ErrorValue, "Missing": Missing, "NotApplicable": NotApplicable,
    "add_pairs": runtimes.add_pairs, "min_pair": runtimes.least_pair, "max_pair": runtimes.greatest_pair,
    "choose_case": runtimes.choose_case, "compare_gap": runtimes.compare_gap, "compare_number": runtimes.compare_number,
    "join_gaps": runtimes.join_gaps, "otherwise_truth": runtimes.otherwise_truth, "reduce_pair": runtimes.reduce_pair,
    "round_half_even": runtimes.round_half_even, "within_limit": runtimes.within_limit,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Function:
    """A compiled plan: its functions, where each step's values are, and the code they were made from."""

    form: PlanForm
    functions: tuple[Chunked, ...]
    steps: tuple[StepSlots, ...]
    kept: int
    source: tuple[str, ...]

    def run(self, inputs: Sequence[object], decimals: object, absent: object) -> tuple[Results, ...]:
        """Run over prepared inputs, in the order of the schema's fields; absent ones are None.

        `decimals[i]` answers with how many decimals the i-th field was written; `absent` is the set of the codes
        that are not there.
        """
        kept: list[object] = [None] * self.kept
        return tuple([function(inputs, kept, decimals, absent) for function in self.functions])


def compile_function(form: PlanForm) -> Function:
    """Print, compile and load the functions of a plan."""
    fields = {code: (at, declared) for at, (code, declared) in enumerate(form.fields.items())}
    chunks = [form.steps[at : at + STEPS_OF_A_FUNCTION] for at in range(0, len(form.steps), STEPS_OF_A_FUNCTION)]
    readers = _last_readers(form, chunks)
    missing = {f"m{at}": Missing((code,)) for code, (at, _) in fields.items()}
    exported: dict[str, tuple[int, Form]] = {}
    functions, steps, sources = [], [], []
    for number, chunk_steps in enumerate(chunks):
        chunk = Chunk(number, Page(), fields, form.assumed, dict(exported))
        for step in chunk_steps:
            steps.append(print_step(chunk, step))
            if step.fact is not None and readers.get(step.entry.code, 0) > number:
                exported[step.entry.code] = (len(exported) * _KEPT, step.fact)
                _export(chunk, step, exported[step.entry.code][0])
        source = _finish(chunk)
        sources.append(source)
        functions.append(_load(source, chunk.page.constants, missing))
    return Function(form, tuple(functions), tuple(steps), len(exported) * _KEPT, tuple(sources))


def _last_readers(form: PlanForm, chunks: Sequence[Sequence[StepForm]]) -> dict[str, int]:
    """Find the last function that reads each code."""
    last: dict[str, int] = {}
    for number, steps in enumerate(chunks):
        for step in steps:
            last.update(dict.fromkeys(form.plan.reads[step.entry.code], number))
    return last


def _export(chunk: Chunk, step: StepForm, at: int) -> None:
    held = chunk.known[step.entry.code]
    chunk.page.put(f"F[{at}] = {held.value}")
    if held.bottom:
        chunk.page.put(f"F[{at + 1}] = {held.bottom}")
    if held.gap:
        chunk.page.put(f"F[{at + 2}] = {held.gap}")


def _finish(chunk: Chunk) -> str:
    lines = ["def plan(S, F, D, A):", " bad = open = False", *chunk.preamble, *chunk.page.lines]
    return "\n".join([*lines, f" return ({', '.join(['bad', 'open', *chunk.returned])},)", ""])


def _load(source: str, constants: Mapping[str, object], missing: Mapping[str, object]) -> Chunked:
    code: CodeType = compile(source, "<plan>", "exec")
    names: dict[str, object] = {**_NAMES, **missing, **constants}
    exec(code, names)  # noqa: S102 - the code is printed by `printing` and `stepping` alone
    return names["plan"]  # type: ignore[return-value]  # what the printed `def` bound
