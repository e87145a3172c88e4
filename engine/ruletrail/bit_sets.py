"""Sets of places, each a whole number with a bit for each place, so that thousands go at once."""

from collections.abc import Iterable


def bits_of(places: Iterable[int]) -> int:
    """Write places as a number with a bit for each, in time for them and the last."""
    listed = list(places)
    held = bytearray(max(listed, default=-1) // 8 + 1)
    for at in listed:
        held[at >> 3] |= 1 << (at & 7)
    return int.from_bytes(held, "little")
