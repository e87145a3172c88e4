"""What the form prints and no sentence of the rulebook says, and which of its sentences it is like.

Nobody can tell by machine what such a text means, so it is for the reader to compare.
"""

from bisect import bisect_left
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
        first, last = bisect_left(ends, start), bisect_left(ends, start + len(piece))
        found += _cut(piece, [end - start for end in ends[first:last]] if start >= 0 else [])
        at = start + len(piece) if start >= 0 else at
    return tuple(found)


def _cut(piece: str, ends: list[int]) -> Iterator[str]:
    """Cut a text at some of its places; those outside of it are none."""
    begin = 0
    for end in [*(each for each in ends if 0 < each < len(piece)), len(piece)]:
        yield piece[begin:end].strip()
        begin = end


class Alike:
    """The sentences of an answer, in an order in which those that begin alike are neighbours."""

    def __init__(self, reading: Reading) -> None:
        """Read all sentences that the answer shows."""
        steps = [message["step"] for message in reading.document["result"]["messages"]]
        said = dict.fromkeys(say_sentence(reading, reading.steps[step]) for step in steps)
        self._sentences = sorted((normalise(sentence).split(), sentence) for sentence in said)

    def find(self, text: str) -> str:
        """Return, of the sentence that a text begins like, the words where they part.

        Empty where there is none; the text itself may only be found again in other typography.
        """
        words, most, found = normalise(text).split(), _FEWEST_ALIKE - 1, ""
        at = bisect_left(self._sentences, (words, ""))
        for others, sentence in self._sentences[max(at - 1, 0) : at + 2]:
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
