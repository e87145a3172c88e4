"""Time things side by side and compare medians and ratios.

Rounds run in turn, so that a slow moment of the machine falls on all.
"""

import time
from collections.abc import Callable, Mapping
from statistics import median

ROUNDS = 9


Times = Mapping[str, tuple[float, float]]
"""Median and least seconds of one call, by name."""


def time_all(
    calls: Mapping[str, Callable[[], object]], *, rounds: int = ROUNDS, least: float = 0.02
) -> Times:
    """Return the median and the least seconds of one call of each, timed in turn."""
    repeats = {name: _repeats(call, least) for name, call in calls.items()}
    found: dict[str, list[float]] = {name: [] for name in calls}
    for _ in range(rounds):
        for name, call in calls.items():
            start = time.perf_counter()
            for _ in range(repeats[name]):
                call()
            found[name].append((time.perf_counter() - start) / repeats[name])
    return {name: (median(times), min(times)) for name, times in found.items()}


def _repeats(call: Callable[[], object], least: float) -> int:
    call()
    start = time.perf_counter()
    call()
    return max(int(least / max(time.perf_counter() - start, 1e-7)), 1)


def table(title: str, times: Times, against: str, unit: float = 1e6, name: str = "µs") -> str:
    """Write times as a Markdown table with the ratios to one of them.

    On a busy machine the ratio of the least times is fairer to peers that wake other threads.
    """
    lines = [
        f"### {title}",
        "",
        (
            f"| what | median, {name} | least, {name} "
            f"| times faster than {against}, by median | by least |"
        ),
        "|---|--:|--:|--:|--:|",
    ]
    base = times.get(against)
    for what, (middle, least) in times.items():
        ratios = (f"{base[0] / middle:.2f}", f"{base[1] / least:.2f}") if base else ("–", "–")
        lines.append(
            f"| {what} | {middle * unit:,.1f} | {least * unit:,.1f} | {ratios[0]} | {ratios[1]} |"
        )
    return "\n".join(lines) + "\n"
