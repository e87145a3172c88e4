"""What the form prints and no sentence of the rulebook says, and which of its sentences it is like.

Nobody can tell by machine what such a text means, so it is for the reader to compare.
"""

from collections.abc import Iterator
from itertools import accumulate, takewhile

from ruletrail.evaluations.messages import normalise
from ruletrail.rendering.readings import Reading, say_sentence

_FEWEST_ALIKE = 4
_AROUND = 6


def list_unknown(reading: Reading) -> tuple[str, ...]:
    """List printed texts that no sentence accounts for, cut where the form begins another one."""
    left = reading.wording.unmatched
    left = reading.document["result"]["printed"]["unmatched"] if left is None else left
    written = reading.document["report"].get("printed", {}).get("messages", ())
    blocks = [block for block in map(normalise, written) if block]
    paper = " ".join(blocks)
    ends = list(accumulate(len(block) + 1 for block in blocks))
    found: list[str] = []
    at = 0
    for piece in left:
        start = paper.find(piece, at)
        found += _cut(piece, [end - start for end in ends] if start >= 0 else [])
        at = start + len(piece) if start >= 0 else at
    return tuple(found)


def _cut(piece: str, ends: list[int]) -> Iterator[str]:
    """Cut a text at some of its places; those outside of it are none."""
    begin = 0
    for end in [*(each for each in ends if 0 < each < len(piece)), len(piece)]:
        yield piece[begin:end].strip()
        begin = end


def find_alike(reading: Reading, text: str) -> str:
    """Return, of the sentence of this answer that a text begins like, the words where they part.

    Empty where there is none; it may only be found again in other typography.
    """
    words, most, found = normalise(text).split(), _FEWEST_ALIKE - 1, ""
    for message in reading.document["result"]["messages"]:
        sentence = say_sentence(reading, reading.steps[message["step"]])
        others = normalise(sentence).split()
        alike = _count_alike(words, others)
        if alike > most and words != others:
            most, found = alike, _show_around(sentence.split(), alike)
    return found


def _count_alike(words: list[str], others: list[str]) -> int:
    pairs = zip(words, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _show_around(words: list[str], at: int) -> str:
    """Write the words around a place, with signs where others are left out."""
    begin, end = max(at - _AROUND, 0), at + _AROUND
    shown = " ".join(words[begin:end])
    return f"{'… ' if begin else ''}{shown}{' …' if end < len(words) else ''}"
