"""How much work proofs may take, counted in steps of the solver, so that no machine matters.

What is done beside the solver is counted too, as so many of its steps as it takes the time of: of
thousands of easy questions, of sums of thousands of members or of long lists that is nearly all.
It comes off the work for all questions alone, so that what an answer says of its work, and how far
the solver may go for one question, is the solver's. The seconds, many times more, are for what no
count foresees.
"""

import time

from ruletrail.proofs.answers import Limits

MILLION = 1_000_000
_FREE = 20 * MILLION
"""So much is done beside the solver before it counts: of most rulebooks, all that is."""


class Budget:
    """What is left of a proof's limits: for one question, and for all."""

    def __init__(self, limits: Limits) -> None:
        """Begin with everything."""
        self.limits = limits
        self._end = time.monotonic() + limits.seconds_in_all
        self._until = self._end
        self.spent_in_all = 0
        self.beside = 0
        """What was done beside the solver, as its steps."""
        self._work = 0

    def begin(self) -> None:
        """Begin a question."""
        self._until = min(time.monotonic() + self.limits.seconds, self._end)
        self._work = min(self.limits.work * MILLION, self._work_in_all)

    def spend(self, steps: int) -> None:
        """Count work that was done."""
        self._work -= steps
        self.spent_in_all += steps

    def spend_beside(self, steps: int) -> None:
        """Count work that was done beside the solver, of all questions together."""
        self.beside += steps

    def may_write(self, share: float) -> bool:
        """Tell whether what is written for the solver has taken less than a share of all work."""
        return self.beside < _FREE + int(self.limits.work_in_all * MILLION * share)

    @property
    def may_try(self) -> bool:
        """Tell whether there is work left to try other reports beside one that shows something."""
        return self.beside < _FREE + max(self.limits.work_in_all * MILLION - self.spent_in_all, 0)

    def share(self, share: float, most: int = 0) -> tuple[int, int]:
        """Give a share of the work and of the milliseconds that are left for the question."""
        if self._work_in_all <= 0:
            return 0, 0
        work = int(self._work * share)
        seconds = (self._until - time.monotonic()) * share
        return min(work, most) if most else work, int(seconds * 1000)

    @property
    def _work_in_all(self) -> int:
        return self.limits.work_in_all * MILLION - self.spent_in_all - max(self.beside - _FREE, 0)

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
