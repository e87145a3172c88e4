"""Measure what a cold start of each command costs, in bare starts of Python.

Processes run in turn, so that a slow moment falls on all. The least time is the one to believe on a
machine with other work. Time of the processor (user and system) stands beside the clock's.
"""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

REPORT = Path(__file__).parent.parent / "examples" / "jesi-2024.yaml"
ROUNDS = 40
_BARE = "bare Python"


def print_starts(rounds: int = ROUNDS) -> None:
    """Print the table of cold starts.

    Plans are cached in a folder of its own, by one run of each command beforehand.
    """
    module = [sys.executable, "-m", "ruletrail"]
    commands = {
        _BARE: [sys.executable, "-c", "pass"],
        "`ruletrail --help`": [*module, "--help"],
        "`ruletrail list`": [*module, "list"],
        "`ruletrail evaluate`, text": [*module, "evaluate", str(REPORT)],
        "`ruletrail evaluate --format json`": [
            *module,
            "evaluate",
            str(REPORT),
            "--format",
            "json",
        ],
    }
    with tempfile.TemporaryDirectory() as folder:
        # bytecode is kept, as that of an installed package is
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in ("PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED")
        }
        times = _time_all(
            commands, {**kept, "RULETRAIL_CACHE": folder, "LC_ALL": "C.UTF-8"}, rounds
        )
    print(
        "### Cold start\n\n| what | least, ms | median, ms | processor, least, ms "
        "| bare starts, by least | by median | by processor |"
    )
    print("|---|--:|--:|--:|--:|--:|--:|")
    bare = _figures(times[_BARE])
    for what, found in times.items():
        figures = _figures(found)
        ratios = [figure / least for figure, least in zip(figures, bare, strict=True)]
        shown = [f"{figure * 1e3:.1f}" for figure in figures]
        print(
            f"| {what} | {shown[0]} | {shown[1]} | {shown[2]} "
            f"| {ratios[0]:.2f} | {ratios[1]:.2f} | {ratios[2]:.2f} |"
        )
    print()


def _figures(found: Sequence[tuple[float, float]]) -> tuple[float, float, float]:
    """Give the least and the median seconds by the clock, and the least of the processor."""
    clock = [seconds for seconds, _ in found]
    return min(clock), median(clock), min(processor for _, processor in found)


def _time_all(
    commands: Mapping[str, Sequence[str]], environment: Mapping[str, str], rounds: int
) -> dict[str, list[tuple[float, float]]]:
    for command in commands.values():
        _time(command, environment)
    found: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
    for _ in range(rounds):
        for what, command in commands.items():
            found[what].append(_time(command, environment))
    return found


def _time(command: Sequence[str], environment: Mapping[str, str]) -> tuple[float, float]:
    """Run one process; returns its seconds by the clock and of the processor."""
    start = time.perf_counter()
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    clock = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return clock, used.ru_utime + used.ru_stime


if __name__ == "__main__":
    print_starts(int(sys.argv[1]) if len(sys.argv) > 1 else ROUNDS)
