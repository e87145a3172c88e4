"""Run everything side by side and print Markdown tables: `python -m benchmarks [rows] [--quick]`.

How to read it: all of a table runs in turn in the same moments of the same machine, so compare
ratios, never the times of two runs. Peers compute less than we do: no non-values, no exact numbers
(but Decimal by hand), no trail.
"""

import json
import sys
import tracemalloc
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from platform import python_version
from typing import Any

import numpy as np

import ruletrail
from benchmarks import batches, many, peers, scaling, starts
from benchmarks.timing import table, time_all
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.columns import evaluate_many, make_report
from ruletrail.compiled.inputs import Inputs
from ruletrail.compiled.trail_codegen.writer import Digests
from ruletrail.evaluations import evaluate_record
from ruletrail.reports import Report
from ruletrail.trails import Trail

EXAMPLES = Path(__file__).parent.parent / "examples"
FROM_BYTES = "jsonschema, simpleeval, json.dumps, from bytes"
PACKAGES = (
    *("numpy", "zen-engine", "simpleeval", "jsonschema", "json-logic-qubit", "OpenFisca-Core"),
    "polars",
)


def main(arguments: list[str]) -> int:
    """Print the tables; 1 when an answer differs from the reference."""
    rows = int(next((argument for argument in arguments if argument.isdigit()), "1000000"))
    print(
        f"Python {python_version()}",
        *(f"{name} {_version(name)}" for name in PACKAGES),
        sep=", ",
        end="\n\n",
    )
    plan = ruletrail.load("sociale/2024")
    compiled = CompiledRulebook(plan.linked)
    wrong = 0
    for name in ("jesi-2024", "livorno-2024"):
        wrong += one_report(compiled, plan.read(EXAMPLES / f"{name}.yaml"), name)
    wrong += many_reports(compiled, rows, quick="--quick" in arguments)
    wrong += batches.print_batches(20_000 if "--quick" in arguments else batches.ROWS)
    starts.print_starts(10 if "--quick" in arguments else starts.ROUNDS)
    scaling.print_costs([100, 1000] if "--quick" in arguments else [100, 1000, 10_000])
    return 1 if wrong else 0


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "absent"


def exact_values(report: Report) -> dict[str, object]:
    """Give a report as a mapping of exact values: int, Decimal, text, boolean."""
    found: dict[str, object] = {}
    for code, declared in report.fields.items():
        value = declared.value
        whole = isinstance(value, Fraction) and value.denominator == 1 and "." not in declared.text
        found[code] = (
            int(value)
            if whole
            else Decimal(declared.text)
            if isinstance(value, Fraction)
            else value
        )
    return found


def one_report(compiled: CompiledRulebook, report: Report, name: str) -> int:
    """Time one report in every way, after comparing the answers."""
    exact = exact_values(report)
    floats = {
        code: float(value) if isinstance(value, Decimal) else value for code, value in exact.items()
    }
    decimals = {
        code: Decimal(value) if type(value) is int else value for code, value in exact.items()
    }
    inputs = compiled.prepare_values(exact)
    answer = compiled.evaluate(report)
    if inputs is None or answer is None:
        raise TypeError("the examples fit the typed form")
    stated = [
        inputs.decimals[at] if value is not None else 0 for at, value in enumerate(inputs.slots)
    ]
    prepared = Inputs(inputs.slots, stated, inputs.absent, is_usual=inputs.is_usual)
    plan = compiled.linked
    reference = evaluate_record(plan, report)
    runs = {
        "zen-engine": (peers.zen(plan, trace=False), floats),
        "zen-engine with trace": (peers.zen(plan, trace=True), floats),
        "simpleeval, parsed before": (peers.simpleeval_parsed(plan), floats),
        "json-logic": (peers.json_logic(plan), floats),
        "Python by hand, Decimal": (peers.by_hand(plan), decimals),
    }
    facts = {each.entry.code: each.fact for each in reference.conclusions}
    differing = sum(_differs(what, run(values), facts) for what, (run, values) in runs.items())
    trail = Trail(reference).to_json().encode()
    differing += int(trail != compiled.write_trail(answer, report))
    differing += int(dict(compiled.run(prepared).facts) != facts)

    def evaluated() -> Any:
        found = compiled.prepare_values(exact)
        return None if found is None else compiled.run(found)

    document = json_bytes(report)
    ours = ruletrail.Plan(plan).compile()
    theirs = peers.validated_and_dumped(plan)
    differing += int(ours.evaluate(document).trail.to_json().encode() != trail)
    steps = json.loads(theirs(document))["steps"]
    _differs(FROM_BYTES, {name: step["value"] for name, step in steps.items()}, facts)

    def explained(digests: Digests) -> bytes:
        read = ours.read(document)
        found = ours.functions.evaluate(read)
        return b"" if found is None else ours.functions.write_trail(found, read, digests)

    calls = {
        "reference, to a record": lambda: evaluate_record(plan, report),
        "reference, trail as JSON": lambda: Trail(evaluate_record(plan, report)).to_json(),
        "compiled, from prepared slots": lambda: compiled.run(prepared),
        "compiled, from a mapping": evaluated,
        "compiled, trail as JSON without digests": lambda: compiled.write_trail(
            compiled.run(prepared), report, "none"
        ),
        "compiled, trail as JSON": lambda: compiled.write_trail(compiled.run(prepared), report),
        **{
            what: (lambda run=run, values=values: run(values))
            for what, (run, values) in runs.items()
        },
        "bytes to explained JSON, the report's digest": lambda: explained("report"),
        "bytes to explained JSON, all digests": lambda: explained("all"),
        FROM_BYTES: lambda: theirs(document),
    }
    # many short rounds, so that on a busy machine each finds a quiet moment
    times = time_all(calls, rounds=41, least=0.004)
    print(table(f"One report, {name}", times, "zen-engine"))
    for what, against in (
        ("compiled, trail as JSON without digests", "zen-engine with trace"),
        ("bytes to explained JSON, the report's digest", FROM_BYTES),
    ):
        print(
            f"{what}: {times[against][1] / times[what][1]:.2f} times faster than "
            f"{against}, by least"
        )
    print()
    return differing


def json_bytes(report: Report) -> bytes:
    """Write a report as its JSON document, each number as it was written."""
    fields = ", ".join(
        f"{json.dumps(code)}: "
        + (
            declared.text
            if isinstance(declared.value, Fraction)
            else json.dumps(declared.value, ensure_ascii=False)
        )
        for code, declared in report.fields.items()
    )
    rest = {
        "rulebook": str(report.reference),
        "subject": dict(report.subject),
        "printed": {"messages": list(report.printed)},
    }
    return f'{json.dumps(rest, ensure_ascii=False)[:-1]}, "fields": {{{fields}}}}}'.encode()


def _differs(what: str, found: Mapping[str, Any], facts: Mapping[str, Any]) -> int:
    """Compare a peer's outcomes with the reference's and count those that differ.

    Numbers are compared nearly, because a peer's are floats.
    """
    wrong = []
    words = {
        "due": True,
        "not_due": False,
        "passed": True,
        "failed": False,
        "shown": True,
        "not_shown": False,
    }
    for code, fact in facts.items():
        value = found.get(code)
        if isinstance(fact, Fraction):
            if abs(float(value) - float(fact)) > 1e-3 * max(1, abs(float(fact))) + 0.5:
                wrong.append(code)
        elif isinstance(fact, str) and words.get(fact, fact) != value:
            wrong.append(code)
    if wrong:
        print(f"{what} answers differently: {', '.join(wrong)}\n")
    return 0


def many_reports(compiled: CompiledRulebook, rows: int, *, quick: bool) -> int:
    """Time many reports in columns, after comparing rows with the reference."""
    columns = many.make_columns(compiled, rows)
    outputs = evaluate_many(compiled, columns)
    compared = min(rows, 2_000 if quick else 100_000)
    wrong = many_wrong(compiled, columns, outputs, compared)
    arrays = many.arrays_of(columns)
    copies = [np.empty_like(array) for array in arrays]
    floats = many.floats_of(columns)
    by_hand = many.numpy_by_hand(compiled.linked)
    calls = {
        "columns, one core": lambda: evaluate_many(compiled, columns, into=outputs),
        "columns, two cores": lambda: evaluate_many(compiled, columns, workers=2, into=outputs),
        "columns, one core, new memory": lambda: evaluate_many(compiled, columns),
        "numpy float64 by hand": lambda: by_hand(floats),
        "memcpy of the input": lambda: [
            np.copyto(to, array) for to, array in zip(copies, arrays, strict=True)
        ],
    }
    if _version("OpenFisca-Core") != "absent":
        calls["OpenFisca-Core"] = many.openfisca(
            compiled.linked, many.floats_of(columns, np.float32)
        )
    times = time_all(calls, rounds=3, least=0.0)
    print(
        table(
            f"{rows:,} reports ({sum(array.nbytes for array in arrays) / 1e6:,.0f} MB)",
            times,
            "OpenFisca-Core",
            1e3,
            "ms",
        )
    )
    tracemalloc.start()
    evaluate_many(compiled, columns, into=outputs)
    print(
        f"peak memory of one run beside input and output: "
        f"{tracemalloc.get_traced_memory()[1] / 1e6:.1f} MB"
    )
    tracemalloc.stop()
    print(f"rows that differ from the compiled function, of {compared:,} compared: {wrong}\n")
    return wrong


def many_wrong(
    compiled: CompiledRulebook,
    columns: Mapping[str, Any],
    outputs: Any,
    rows: int,
) -> int:
    """Count the rows that differ from the compiled function's answer.

    `benchmarks.exact` compares with the reference.
    """
    wrong = 0
    for row in range(rows):
        answer = compiled.evaluate(make_report(compiled, columns, row))
        if answer is None:
            raise TypeError("made rows fit the typed form")
        wrong += many.count_wrong(outputs, row, answer.status, answer.facts)
    return wrong


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
