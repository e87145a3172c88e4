"""Run everything side by side and print Markdown tables: `python -m benchmarks [rows] [--quick]`.

How to read it: all of a table runs in turn in the same moments of the same machine, so compare
ratios, never the times of two runs. Peers compute less than we do: no non-values, no exact numbers
(but Decimal by hand), no trail.
"""

import json
import sys
import tracemalloc
from collections.abc import Callable, Mapping
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
    linked = compiled.linked
    reference = evaluate_record(linked, report)
    runs = {
        "zen-engine": (peers.zen(linked, trace=False), floats),
        "zen-engine with trace": (peers.zen(linked, trace=True), floats),
        "simpleeval, parsed before": (peers.simpleeval_parsed(linked), floats),
        "json-logic": (peers.json_logic(linked), floats),
        "Python by hand, Decimal": (peers.by_hand(linked), decimals),
    }
    facts = {each.entry.code: each.fact for each in reference.conclusions}
    differing = sum(_differs(what, run(values), facts) for what, (run, values) in runs.items())
    theirs = {
        what: (lambda run=run, values=values: run(values)) for what, (run, values) in runs.items()
    }
    document, trail = json_bytes(report), Trail(reference).to_json()
    validated = peers.validated_and_dumped(linked)
    steps = json.loads(validated(document))["steps"]
    _differs(FROM_BYTES, {code: step["value"] for code, step in steps.items()}, facts)
    plan = ruletrail.load("sociale/2024")
    mapping = {"fields": exact, "subject": dict(report.subject)}
    given = {"a mapping": mapping, "JSON bytes": document, "a `Report`": report}
    differing += sum(
        plan.evaluate(each).values != plan.evaluate(report).values for each in given.values()
    )
    differing += int(plan.evaluate(document).trail.to_json() != trail)
    calls = {
        f"{what}, {last}": call for what, each in given.items() for last, call in _reads(plan, each)
    }
    calls["JSON bytes, the trail as JSON"] = lambda: plan.evaluate(document).trail.to_json()  # noqa: PLW0108 - each evaluates anew
    calls |= theirs | {FROM_BYTES: lambda: validated(document)}
    # many short rounds, so that on a busy machine each finds a quiet moment
    times = time_all(calls, rounds=41, least=0.004)
    print(table(f"One report, {name}: what a caller calls", times, "zen-engine"))
    for what, against in (
        ("JSON bytes, the trail as JSON", "zen-engine with trace"),
        ("JSON bytes, the trail as JSON", FROM_BYTES),
    ):
        ratio = times[against][1] / times[what][1]
        print(f"{what}: {ratio:.2f} times faster than {against}, by least")
    print()
    return differing + _time_internals(compiled, report, name, trail.encode())


def _reads(plan: ruletrail.Plan, given: Any) -> list[tuple[str, Callable[[], object]]]:
    """Give what a caller reads of an answer, each with all that is before it."""

    def read_status() -> object:
        return plan.evaluate(given).status

    def read_outcomes() -> object:
        found = plan.evaluate(given)
        return found.status, found.values, found.decisions, found.sections, found.checks

    def read_messages() -> object:
        found = plan.evaluate(given)
        outcomes = found.status, found.values, found.decisions, found.sections, found.checks
        return outcomes, found.messages

    return [
        ("to status", read_status),
        ("to values, decisions, sections, checks", read_outcomes),
        ("to these and messages", read_messages),
    ]


def _time_internals(compiled: CompiledRulebook, report: Report, name: str, trail: bytes) -> int:
    """Time the parts of which no caller has the call."""
    linked = compiled.linked
    inputs, answer = compiled.prepare(report), compiled.evaluate(report)
    if inputs is None or answer is None:
        raise TypeError("the examples fit the typed form")
    differing = int(compiled.write_trail(answer, report) != trail)
    calls = {
        "reference, to a record": lambda: evaluate_record(linked, report),
        "reference, trail as JSON": lambda: Trail(evaluate_record(linked, report)).to_json(),
        "compiled function, from prepared slots": lambda: compiled.run(inputs),
        "compiled, trail without digests": lambda: compiled.write_trail(
            compiled.run(inputs), report, "none"
        ),
        "compiled, trail": lambda: compiled.write_trail(compiled.run(inputs), report),
    }
    times = time_all(calls, rounds=21, least=0.004)
    first = "compiled function, from prepared slots"
    print(table(f"One report, {name}: internal parts, no call of a user's", times, first))
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
