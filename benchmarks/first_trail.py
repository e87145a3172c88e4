"""Time the first trail of a plan, which the command line writes: by templates, or from the record.

`python -m benchmarks.first_trail`. Each round loads the plan anew, untimed, for templates are kept
with it; the second trail of the same plan is timed beside them. Milliseconds, least and median.
"""

import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

import ruletrail
from ruletrail.evaluations import evaluate_record
from ruletrail.trails import Trail

EXAMPLES = Path(__file__).parent.parent / "examples"
ROUNDS = 60


def _time(call: Callable[[], str], wanted: str) -> float:
    start = time.perf_counter()
    written = call()
    taken = time.perf_counter() - start
    assert written == wanted  # noqa: S101 - a time of another trail would say nothing
    return 1000 * taken


def main() -> None:
    """Print a line for each report."""
    for name in ("jesi-2024", "livorno-2024"):
        path = EXAMPLES / f"{name}.yaml"
        wanted = ruletrail.load("sociale/2024").evaluate(path).trail.to_json()
        times: dict[str, list[float]] = {}
        for _ in range(ROUNDS):
            plan = ruletrail.load("sociale/2024")
            report = plan.read(path)
            record = evaluate_record(plan.linked, report)
            calls = {
                "from the record": lambda record=record: Trail(record).to_json(),
                "first by templates": plan.evaluate(path).trail.to_json,
                "second by templates": plan.evaluate(path).trail.to_json,
            }
            for what, call in calls.items():
                times.setdefault(what, []).append(_time(call, wanted))
        shown = (f"{what} {min(all_):.1f} / {median(all_):.1f}" for what, all_ in times.items())
        print(f"{name}: {', '.join(shown)}")


if __name__ == "__main__":
    main()
