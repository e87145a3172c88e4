"""The cost per rule as rulebooks grow: rules in a chain, each reading the one before, and rules side by side."""

import json
import tempfile
import time
from pathlib import Path

import ruletrail
from ruletrail.lanes import CompiledPlan

_SCHEMA = {
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "fields": {"type": "object", "properties": {"A": {"type": "integer"}, "B": {"type": "integer"}}},
    },
}


def write_rulebook(folder: Path, count: int, *, chained: bool) -> Path:
    """Write a rulebook of so many rules; the steps of a chain alternate, so that its numbers stay small."""
    rules = {}
    for at in range(count):
        before = f"X{at - 1}" if chained and at else "A"
        rules[f"X{at}"] = {"formula": f"B - {before} / 2 if {before} > 1 else A + {at}", "round": {"decimals": 2, "mode": "half_up"}}
    book = {
        "rulebook": "prova", "edition": "2024", "version": "1.0.0", "status": "draft", "title": "Prova",
        "report": "prova.schema.json", "rules": rules,
    }  # fmt: skip
    (folder / "prova.schema.json").write_text(json.dumps(_SCHEMA), encoding="utf-8")
    path = folder / "prova.json"
    path.write_text('{"language": 1, ' + json.dumps(book)[1:], encoding="utf-8")
    return path


def print_costs(counts: list[int]) -> None:
    """Print what compiling and evaluating cost per rule."""
    print("### Cost per rule, µs\n\n| rules | shape | load and link | compile | evaluate |\n|--:|---|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        for chained in (True, False):
            for count in counts:
                path = write_rulebook(Path(folder), count, chained=chained)
                start = time.perf_counter()
                plan = ruletrail.load(path)
                loaded = time.perf_counter()
                compiled = CompiledPlan(plan.compiled)
                made = time.perf_counter()
                inputs = compiled.prepare_values({"A": 7, "B": 3})
                if inputs is None:
                    raise TypeError("two whole numbers fit")
                best = min(_time(compiled, inputs) for _ in range(5))
                costs = [(loaded - start) / count, (made - loaded) / count, best / count]
                shape = "chained" if chained else "side by side"
                print(f"| {count:,} | {shape} | {costs[0] * 1e6:.0f} | {costs[1] * 1e6:.0f} | {costs[2] * 1e6:.3f} |")
    print()


def _time(compiled: CompiledPlan, inputs: object) -> float:
    start = time.perf_counter()
    for _ in range(5):
        compiled.run(inputs)  # type: ignore[arg-type]  # prepared above
    return (time.perf_counter() - start) / 5
