"""Measure the cost per rule as rulebooks grow.

Rules stand in a chain, each reading the one before, or side by side.
"""

import json
import sys
import tempfile
import time
from pathlib import Path

from ruletrail.caches.linked_rulebooks import decode_linked, encode_linked
from ruletrail.compiled import CompiledRulebook
from ruletrail.compiled.inputs import Inputs
from ruletrail.library import source_of_path
from ruletrail.library.loading import link_source

_SCHEMA = {
    "type": "object",
    "properties": {
        "rulebook": {"type": "string"},
        "fields": {
            "type": "object",
            "properties": {"A": {"type": "integer"}, "B": {"type": "integer"}},
        },
    },
}


def write_rulebook(folder: Path, count: int, *, chained: bool) -> Path:
    """Write a rulebook of so many rules.

    The steps of a chain alternate between their two branches, and no number passes `A + count`.
    """
    rules = {}
    for at in range(count):
        before = f"X{at - 1}" if chained and at else "A"
        rules[f"X{at}"] = {
            "formula": f"B - {before} / 2 if {before} > 1 else A + {at}",
            "round": {"decimals": 2, "mode": "half_up"},
        }
    book = {
        "rulebook": "prova", "edition": "2024", "version": "1.0.0", "status": "draft",
        "title": "Prova", "report": "prova.schema.json", "rules": rules,
    }  # fmt: skip
    (folder / "prova.schema.json").write_text(json.dumps(_SCHEMA), encoding="utf-8")
    path = folder / "prova.json"
    path.write_text('{"language": 1, ' + json.dumps(book)[1:], encoding="utf-8")
    return path


def print_costs(counts: list[int]) -> None:
    """Print what each step costs per rule, in time of the processor.

    Nothing is taken from a cache of plans but where it says so.
    """
    print(
        "### Cost per rule, µs\n\n"
        "| rules | shape | load and link | from the cache | compile | evaluate | bytes of code |"
    )
    print("|--:|---|--:|--:|--:|--:|--:|")
    with tempfile.TemporaryDirectory() as folder:
        _measure(
            write_rulebook(Path(folder), counts[0], chained=True)
        )  # what is imported or made once is made now
        for chained in (True, False):
            for count in counts:
                costs, size = _measure(write_rulebook(Path(folder), count, chained=chained))
                shown = [
                    f"{cost / count * 1e6:.{decimals}f}"
                    for cost, decimals in zip(costs, (0, 0, 0, 3), strict=True)
                ]
                shape = "chained" if chained else "side by side"
                print(f"| {count:,} | {shape} | {' | '.join(shown)} | {size / count:.0f} |")
    print()


def _measure(path: Path) -> tuple[tuple[float, ...], int]:
    """Return the seconds of each step, and the size of the code.

    The steps are reading and linking, taking the plan from the cache, compiling, and evaluating.
    """
    start = time.process_time()
    plan = link_source(source_of_path(path))
    loaded = time.process_time()
    content = encode_linked(plan)
    if content is None:
        raise TypeError("the cache takes every plan")
    encoded = time.process_time()
    decode_linked(content)
    decoded = time.process_time()
    compiled = CompiledRulebook(plan)
    made = time.process_time()
    inputs = compiled.prepare_values({"A": 7, "B": 3})
    if inputs is None:
        raise TypeError("two whole numbers fit")
    repeats = max(20_000 // len(plan.steps), 1)
    best = min(_time(compiled, inputs, repeats) for _ in range(9))
    return (loaded - start, decoded - encoded, made - decoded, best), sum(
        len(code.co_code) for code in compiled.usual.codes
    )


def _time(compiled: CompiledRulebook, inputs: Inputs, repeats: int) -> float:
    start = time.process_time()
    for _ in range(repeats):
        compiled.run(inputs)
    return (time.process_time() - start) / repeats


if __name__ == "__main__":
    print_costs([int(written) for written in sys.argv[1:]] or [100, 1000, 10_000])
