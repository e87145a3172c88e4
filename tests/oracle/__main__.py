"""Compare the oracle with ruletrail: `python -m tests.oracle --reports N --columns M --seed S`."""

import argparse
import os
import signal
import sys
import tempfile
import time
from pathlib import Path


def main() -> int:
    """Compare as much as was asked for; status 1 where something differs."""
    parser = argparse.ArgumentParser(prog="python -m tests.oracle", description=__doc__)
    parser.add_argument("--reports", type=int, default=1000, help="at least so many reports")
    parser.add_argument(
        "--columns", type=int, default=10000, help="at least so many rows of tables"
    )
    parser.add_argument("--seed", type=int, default=0, help="the first seed")
    parser.add_argument("--each", type=int, default=40, help="reports of each rulebook")
    parser.add_argument("--tables", type=int, default=4, help="tables of each rulebook")
    parser.add_argument("--language", type=int, help="1 or 2; without it, both")
    parser.add_argument("--seconds", type=float, default=1e9, help="stop after so long")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        os.environ["RULETRAIL_CACHE"] = str(Path(name) / "cache")
        return _compare(asked, Path(name))


def _compare(asked: argparse.Namespace, path: Path) -> int:
    """Run one trial after the other."""
    from .engine import Folder  # noqa: PLC0415 - after the folder of plans is known
    from .trial import Trial  # noqa: PLC0415

    (path / "work").mkdir()
    trial, seed, begun, told = Trial(Folder(path / "work")), asked.seed, time.monotonic(), 0
    while trial.counts["reports"] < asked.reports or trial.counts["rows"] < asked.columns:
        if time.monotonic() - begun > asked.seconds:
            break
        signal.setitimer(signal.ITIMER_PROF, 120)  # of the processor: what hangs ends here
        sys.stdout.flush()
        trial.run(seed, asked.each, asked.tables, asked.language)
        signal.setitimer(signal.ITIMER_PROF, 0)
        seed += 1
        for disagreement in trial.found[told:]:
            sys.stdout.write(f"{disagreement}\n")
        told = len(trial.found)
        if seed % 20 == 0:
            _tidy(path / "cache")
            sys.stdout.write(f"{time.monotonic() - begun:.0f} s, seed {seed}: {_told(trial)}\n")
    sys.stdout.write(f"{time.monotonic() - begun:.0f} s, until seed {seed}: {_told(trial)}\n")
    return 1 if trial.found else 0


def _told(trial: object) -> str:
    """Write the counts."""
    return ", ".join(f"{name} {count}" for name, count in sorted(trial.counts.items()))


def _tidy(cache: Path) -> None:
    """Remove the plans that were kept."""
    for kept in cache.rglob("*"):
        if kept.is_file():
            kept.unlink()


if __name__ == "__main__":
    sys.exit(main())
