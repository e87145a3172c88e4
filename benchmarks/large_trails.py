"""Time `ruletrail verify` on large trails: seconds of the processor for each MB.

`python -m benchmarks.large_trails`. The trails are of chains of rules, evaluated by the public call
and checked by the command, three times each; the least time counts. A trail's limit is 64 MB.
"""

import resource
import subprocess
import sys
import tempfile
from pathlib import Path

import ruletrail
from benchmarks.scaling import write_rulebook

RULES = (1_000, 4_000, 16_000)
ROUNDS = 3


def _write_trail(folder: Path, rules: int) -> Path:
    plan = ruletrail.load(write_rulebook(folder, rules, chained=True))
    evaluation = plan.evaluate({"rulebook": "prova/2024", "fields": {"A": 7, "B": 3}})
    path = folder / "trail.json"
    path.write_text(evaluation.trail.to_json() + "\n", encoding="utf-8")
    return path


def _verify(trail: Path) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    command = [sys.executable, "-m", "ruletrail", "verify", str(trail)]
    subprocess.run(command, check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> None:
    """Print a line for each size."""
    for rules in RULES:
        with tempfile.TemporaryDirectory() as folder:
            trail = _write_trail(Path(folder), rules)
            size = trail.stat().st_size / 2**20
            least = min(_verify(trail) for _ in range(ROUNDS))
        print(f"{rules:6} rules  {size:5.1f} MB  {least:5.2f} s  {least / size:4.2f} s a MB")


if __name__ == "__main__":
    main()
