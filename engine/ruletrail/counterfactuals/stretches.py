"""A stretch of values of one input, and the three ways in which following it can end early."""

from typing import NoReturn

from ruletrail.fast_dataclasses import dataclass


class SplitError(Exception):
    """Something changes within the stretch: go on apart, below `at` and from `at` on."""

    def __init__(self, at: int) -> None:
        """Cut before `at`."""
        super().__init__(at)
        self.at = at


class UnsettledError(Exception):
    """What happens cannot be followed; `reason` is one of the words of docs/what-if.md."""

    def __init__(self, reason: str) -> None:
        """Say why."""
        super().__init__(reason)
        self.reason = reason


class Allowance:
    """How much may still be worked out before the answer is `unsettled`, counted and not timed.

    A clock would make the answer depend on the machine.
    """

    __slots__ = ("left", "whole")

    def __init__(self, left: int, whole: "Allowance | None" = None) -> None:
        """Allow so much; it is taken from the `whole` too, of which this is a share."""
        self.left, self.whole = left, whole

    def spend(self, amount: int) -> None:
        """Take from what is left; `UnsettledError` where that was all."""
        if self.whole is not None:
            self.whole.left -= amount
        self.left -= amount
        if self.left < 0:
            raise UnsettledError("limit")

    def share(self, most: int) -> "Allowance":
        """Return an allowance of its own, of no more than is left."""
        return Allowance(min(most, self.left), self)


@dataclass(frozen=True, slots=True)
class Stretch:
    """Whole numbers of steps, both ends included, that an input may take."""

    low: int
    high: int

    @property
    def reach(self) -> int:
        """The greatest size of a number of steps."""
        return max(abs(self.low), abs(self.high))

    @property
    def is_point(self) -> bool:
        """Whether there is one value only."""
        return self.low == self.high

    def halve(self) -> NoReturn:
        """Go on with the two halves."""
        raise SplitError((self.low + self.high) // 2 + 1)
