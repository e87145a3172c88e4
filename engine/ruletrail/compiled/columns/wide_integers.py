"""Integers of 128 and 256 bits, as Arrow stores decimals, whole columns at a time.

An array of shape (rows, words): 64-bit words, the lowest first, in two's complement. They are
divided by powers of ten 32 bits at a time, because numpy has no wider integers than 64 bits.
"""

from typing import Any

import numpy as np
from numpy.typing import NDArray

Words = NDArray[np.uint64]
_STEP = 9
"""Powers of ten up to this one fit 32 bits, so that a remainder and the next 32 bits fit 64."""


def read_words(buffer: Any, offset: int, rows: int, width: int) -> Words:
    """Copy the words of a decimal column, `width` bytes a number.

    What else the buffer holds is nobody's: Arrow lets one end behind its last number, at any byte,
    and one without rows hold anything, or not be there at all.
    """
    each = width // 8
    if not rows:
        return np.zeros((0, each), np.uint64)
    stored: Words = np.frombuffer(buffer, np.uint64, rows * each, offset * width)
    return stored.reshape(rows, each).copy()


def fits_one(words: Words) -> NDArray[np.bool_]:
    """Tell which numbers fit int64: all higher words repeat the sign of the lowest."""
    signs = (words[:, 0].view(np.int64) >> 63).view(np.uint64)
    found: NDArray[np.bool_] = (words[:, 1:] == signs[:, None]).all(axis=1)
    return found


def to_int(words: Words) -> int:
    """Return one number."""
    return int.from_bytes(words.tobytes(), "little", signed=True)


def lower_scale(words: Words, scale: int, most: int) -> tuple[Words, int, NDArray[np.bool_]]:
    """Divide by powers of ten until the scale is at most `most` and, if possible, all fit int64.

    Returns the numbers, their scale, and which of them have more decimals than `most`; those are 0.
    """
    negative = words[:, -1] >> np.uint64(63) == 1
    # little-endian words of 64 bits are pairs of 32 bits in the right order
    sizes = _negate(words, negative).view(np.uint32)
    broken = np.zeros(len(words), np.bool_)
    while scale > most:
        step = min(_STEP, scale - most)
        sizes, rest = _divide(sizes, 10**step)
        broken |= rest != 0
        scale -= step
    sizes[broken] = 0
    # large steps first, then as many single digits as all numbers can lose
    for step in (_STEP, 3, 1):
        while scale >= step and not fits_one(sizes.view(np.uint64)).all():
            smaller, rest = _divide(sizes, 10**step)
            if rest.any():
                break
            sizes, scale = smaller, scale - step
    return _negate(sizes.view(np.uint64), negative), scale, broken


def _divide(
    sizes: NDArray[np.uint32], divisor: int
) -> tuple[NDArray[np.uint32], NDArray[np.uint64]]:
    """Divide unsigned numbers, of shape (rows, 32-bit words); returns quotients and remainders."""
    quotients = np.empty_like(sizes)
    rest = np.zeros(len(sizes), np.uint64)
    by = np.uint64(divisor)
    for place in reversed(range(sizes.shape[1])):
        # long division, the highest 32 bits first: the remainder fits beside the next ones
        here = (rest << np.uint64(32)) | sizes[:, place]
        quotients[:, place] = here // by
        rest = here % by
    return quotients, rest


def _negate(words: Words, chosen: NDArray[np.bool_]) -> Words:
    """Change the sign of the chosen numbers; the others are copied."""
    turned = words.copy()
    carry = chosen.copy()
    for place in range(words.shape[1]):
        # two's complement: all bits turned, plus one, carried from word to word
        turned[:, place] = np.where(chosen, ~words[:, place], words[:, place]) + carry
        carry &= turned[:, place] == 0
    return turned
