"""What stretches of a long row come to, in few steps: of bands, and of the keys of a table."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

T = TypeVar("T")


class Folded(Generic[T]):
    """A row of things of which any stretch is put together from a few that were joined before.

    `join` gives the same for two things whatever their order.
    """

    def __init__(self, things: Sequence[T], join: Callable[[T, T], T]) -> None:
        """Join two and two, and those two and two: what stands at `i` is of `2i` and `2i + 1`."""
        self._count, self._join = len(things), join
        joined: list[T] = [*things, *things]
        for at in range(self._count - 1, 0, -1):
            joined[at] = join(joined[2 * at], joined[2 * at + 1])
        self._joined = joined

    def over(self, first: int, end: int) -> T | None:
        """Join those from one place on, up to before another; None where there are none."""
        found: list[T] = []
        low, high = first + self._count, end + self._count
        while low < high:
            if low % 2:
                found.append(self._joined[low])
                low += 1
            if high % 2:
                high -= 1
                found.append(self._joined[high])
            low, high = low // 2, high // 2
        if not found:
            return None
        whole = found[0]
        for each in found[1:]:
            whole = self._join(whole, each)
        return whole
