"""How much work proofs may take, counted in steps of the solver, so that no machine matters.

The seconds, many times more, are for what no count foresees.
"""

import time

from ruletrail.proofs.answers import Limits

MILLION = 1_000_000


class Budget:
    """What is left of a proof's limits: for one question, and for all."""

    def __init__(self, limits: Limits) -> None:
        """Begin with everything."""
        self.limits = limits
        self._end = time.monotonic() + limits.seconds_in_all
        self._until = self._end
        self.spent_in_all = 0
        self._work = 0

    def begin(self) -> None:
        """Begin a question."""
        self._until = min(time.monotonic() + self.limits.seconds, self._end)
        self._work = min(self.limits.work * MILLION, self._work_in_all)

    def spend(self, steps: int) -> None:
        """Count work that was done."""
        self._work -= steps
        self.spent_in_all += steps

    def share(self, share: float, most: int = 0) -> tuple[int, int]:
        """Give a share of the work and of the milliseconds that are left for the question."""
        work = int(self._work * share)
        seconds = (self._until - time.monotonic()) * share
        return min(work, most) if most else work, int(seconds * 1000)

    @property
    def _work_in_all(self) -> int:
        return self.limits.work_in_all * MILLION - self.spent_in_all

    @property
    def is_over(self) -> bool:
        """Whether no further question can be answered."""
        return bool(self.spent(in_all=True))

    def spent(self, *, in_all: bool = False) -> str:
        """Name the limit that was reached, of the question or of all; nothing where none was."""
        now = time.monotonic()
        if self._work_in_all <= 0 or now >= self._end:
            return f"{'work' if self._work_in_all <= 0 else 'time'} (in all)"
        if in_all:
            return ""
        return f"time ({self.limits.seconds:g} s)" if now >= self._until else ""
