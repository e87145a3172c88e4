"""One printer for both: `python -m benchmarks.shared_codegen`, the measurement behind decision 020.

The operations of columns (static single assignment over arrays) are printed as Python over the
values of one report, and timed in turn with the functions that are printed for one report. Both
run from prepared inputs. The shared form is given what it needs to stand in the other's place only
as far as it has it: the value and the kind of every sub-expression; it knows neither which codes a
missing value misses nor how a declared value agrees, which the other works out too.
"""

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import ruletrail
from ruletrail.compiled.columns.assumptions import list_arrays, make_assumptions, measure, widen
from ruletrail.compiled.columns.block import Block
from ruletrail.compiled.columns.columns import make_parameter
from ruletrail.compiled.columns.encoding import encode_columns
from ruletrail.compiled.columns.numpy_codegen import ColumnValue, SsaBuilder, find_live
from ruletrail.compiled.columns.step_lowering import StepLowering

ROOT = Path(__file__).parent.parent
_INFIX = {
    "add": "+", "subtract": "-", "multiply": "*", "floor_divide": "//", "remainder": "%",
    "divide": "/", "bitwise_and": "&", "bitwise_xor": "^", "less": "<", "less_equal": "<=",
    "equal": "==", "not_equal": "!=", "greater_equal": ">=", "greater": ">", "logical_and": "and",
    "logical_or": "or",
}  # fmt: skip
_PREFIX = {"negative": "-{}", "absolute": "abs({})", "logical_not": "not {}", "floor": "{} // 1"}
_ROUNDS, _REPEATS = 300, 50


def lower(compiled: Any, table: Any, *, traps: bool) -> tuple[SsaBuilder, list[Any], list[Any]]:
    """Write the operations for a table of one row, with every sub-expression among the outputs."""
    rows, columns = encode_columns(compiled.typed.fields, table)
    read = {code for codes in compiled.linked.reads.values() for code in codes}
    present = [code for code, column in columns.items() if column.missing is None and code in read]
    extremes = widen(measure(columns, slice(0, rows)))
    assumed = frozenset(present if traps else ())
    block = Block(make_assumptions(columns, extremes, assumed, traps=traps))
    lowering = StepLowering(block)
    for step in compiled.typed.steps:
        lowering.conclude(step)
    outputs = [lowering.trap, lowering.leftover, lowering.status()]
    for fact in [*block.facts.values(), *block.computed.values()]:
        outputs += [
            fact.values,
            fact.non_values.codes,
            *([fact.bottom] if fact.scale is None else []),
        ]
    for at, value in enumerate(outputs):
        block.ssa.put(at, value, "i8")
    inputs = [array[0].item() for array in list_arrays(columns)]
    return block.ssa, inputs, [make_parameter(each, columns).tolist() for each in block.parameters]


def print_python(ssa: SsaBuilder) -> Callable[[Sequence[Any], Sequence[Any]], Any]:
    """Print the operations as one function over the values of one report."""
    live, names, lines, outputs = find_live(ssa.ops), {}, [], {}

    def name(value: Any) -> str:
        return names[value.index] if isinstance(value, ColumnValue) else repr(value)

    for index, op in enumerate(ssa.ops):
        if index not in live:
            continue
        args = [name(arg) for arg in op.args]
        if op.name == "put":
            outputs[op.args[0]] = args[1]
            continue
        if op.name == "guard":
            lines.append(f" if not {args[1]} <= {args[0]} <= {args[2]}: return None")
            continue
        is_float = op.name == "cast" and getattr(op.args[0], "dtype", "") == "f8"
        if op.name in ("view", "spread") or (op.name == "cast" and not is_float):
            names[index] = args[0]
            continue
        if op.name in _INFIX:
            code = f"{args[0]} {_INFIX[op.name]} {args[1]}"
        elif op.name in _PREFIX:
            code = _PREFIX[op.name].format(args[0])
        elif op.name in ("minimum", "maximum"):
            code = f"{op.name[:3]}({args[0]}, {args[1]})"
        else:
            code = {
                "input": "I[{0}]", "parameter": "P[{0}]", "take": "{0}[{1}]", "cast": "int({0})",
            }[op.name].format(*args)  # fmt: skip
        names[index] = f"v{index}"
        lines.append(f" v{index} = {code}")
    row = ", ".join(outputs[at] for at in sorted(outputs))
    space: dict[str, Any] = {}
    exec("\n".join(["def run(I, P):", *lines, f" return ({row},)"]), space)  # noqa: S102 - printed here
    run: Callable[[Sequence[Any], Sequence[Any]], Any] = space["run"]
    return run


def compare(name: str) -> None:
    """Time one report both ways, in turn, and print the ratios."""
    plan = ruletrail.load("sociale/2024")
    compiled = plan.functions
    report = plan.read(ROOT / "examples" / f"{name}.yaml")
    inputs = compiled.usual_preparer.prepare(report)
    table = {code: [declared.value] for code, declared in report.fields.items()}
    for kind, traps in (("errors and gaps left to others", True), ("all worked out", False)):
        ssa, values, parameters = lower(compiled, table, traps=traps)
        shared = print_python(ssa)
        calls = {
            "shared": lambda f=shared, i=values, p=parameters: f(i, p),
            "own": lambda: compiled.usual.run(inputs.slots, inputs.decimals, inputs.absent),
        }
        times: dict[str, list[float]] = {"shared": [], "own": []}
        for _ in range(_ROUNDS):
            for key, call in calls.items():
                start = time.perf_counter()
                for _ in range(_REPEATS):
                    call()
                times[key].append((time.perf_counter() - start) / _REPEATS * 1e6)
        pairs = zip(times["shared"], times["own"], strict=True)
        ratio = statistics.median(one / other for one, other in pairs)
        shown = {key: round(min(found), 1) for key, found in times.items()}
        print(f"{name}, {kind}: least µs {shown}, ratio by the median of pairs {ratio:.2f}")


def main() -> int:
    """Compare both example reports."""
    for name in ("jesi-2024", "livorno-2024"):
        compare(name)
    return 0


if __name__ == "__main__":
    sys.exit(main())
