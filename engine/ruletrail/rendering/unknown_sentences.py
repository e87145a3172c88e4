"""What the form prints and no sentence of the rulebook says, and which of its sentences it is like.

Nobody can tell by machine what such a text means, so it is for the reader to compare. One that is a
sentence of this answer but for a negation most probably says the opposite.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from itertools import accumulate, groupby, takewhile

from ruletrail.evaluations.messages import normalise
from ruletrail.formats import Locale
from ruletrail.rendering.readings import Reading, say_sentence
from ruletrail.rendering.rooms import LONGEST_CUT
from ruletrail.rendering.texts import cut_at_word
from ruletrail.rendering.wordings import Contradiction

_FEWEST_ALIKE = 4
_AROUND = 6
_NEGATIONS: Mapping[Locale, frozenset[str]] = {
    "it": frozenset({"non", "mai"}),
    "en": frozenset({"not", "never"}),
}
"""The words that turn a sentence round by themselves, in each language."""
_JOINED: Mapping[str, tuple[str, str]] = {
    "cannot": ("can", "not"),
    "can't": ("can", "not"),
    "won't": ("will", "not"),
}
_SHORTENED = "n't"
_END = re.compile(r"(?<=[.;!?]) ")


def judge_unknown(reading: Reading) -> tuple[tuple[Contradiction, ...], tuple[str, ...]]:
    """List printed texts that no sentence accounts for: those that may deny one, then all others.

    A text that holds such a sentence beside others is cut, where it would else be told as a whole.
    """
    texts = _list_left(reading)
    if not texts:
        return (), ()
    said = _Negated(reading)
    denied: list[Contradiction] = []
    others: list[str] = []
    for text in texts:
        whole, pieces = said.find(text), _END.split(text)
        parts = [whole] if whole is not None else [said.find(piece) for piece in pieces]
        denied += filter(None, parts)
        if whole is None:
            others += _join_others(pieces, parts)
    return tuple(denied), tuple(others)


def _join_others(pieces: Sequence[str], parts: Sequence[Contradiction | None]) -> Iterator[str]:
    """Join what stands between the pieces that are told apart."""
    for is_denied, run in groupby(zip(parts, pieces, strict=True), key=lambda each: bool(each[0])):
        if not is_denied:
            yield " ".join(piece for _, piece in run)


class _Negated:
    """The sentences of an answer by their words without negations, as the form would print them."""

    def __init__(self, reading: Reading) -> None:
        """Read all sentences that the answer shows, in the language of the form."""
        self._negations = _NEGATIONS[reading.document["rulebook"]["locale"]]
        self._sentences: dict[tuple[str, ...], tuple[str, str]] = {}
        for message in reading.document["result"]["messages"]:
            words = self._split(message["text"])
            self._sentences.setdefault(self._without(words), (message["step"], message["text"]))

    def find(self, text: str) -> Contradiction | None:
        """Find the sentence that a text is but for where, and how often, it says no."""
        words = self._split(text)
        step, sentence = self._sentences.get(self._without(words), ("", ""))
        others = self._split(sentence)
        if not sentence or words == others:
            return None
        at = _count_alike(words, others)
        return Contradiction(step, text, _show_around(normalise(sentence).split(), at))

    def _split(self, text: str) -> list[str]:
        """Cut a text into words, whatever their capitals; a negation is a word of its own."""
        words: list[str] = []
        for word in normalise(text).casefold().split():
            if word.endswith(_SHORTENED) and word not in _JOINED:
                words += (word.removesuffix(_SHORTENED), "not")
            else:
                words += _JOINED.get(word, (word,))
        return words

    def _without(self, words: Sequence[str]) -> tuple[str, ...]:
        return tuple(word for word in words if word not in self._negations)


def _list_left(reading: Reading) -> tuple[str, ...]:
    """List what no sentence accounts for, cut where the form begins another one."""
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
        return self._find(text)[1]

    def cut(self, text: str) -> str:
        """Cut a long text: its beginning, and the words where it parts from one that it is like."""
        begin, words, (alike, _) = text, text.split(), self._find(text)
        if len(text) > LONGEST_CUT and alike > 2 * _AROUND:
            begin = f"{' '.join(words[:_AROUND])} {_show_around(words, alike)}"
        return cut_at_word(begin, LONGEST_CUT)

    def _find(self, text: str) -> tuple[int, str]:
        """Return how many words a text has in common with a sentence, and its words there."""
        words, most, found = normalise(text).split(), _FEWEST_ALIKE - 1, ""
        at = bisect_left(self._sentences, (words, ""))
        for others, sentence in self._sentences[max(at - 1, 0) : at + 2]:
            alike = _count_alike(words, others)
            if alike > most and words != others:
                most, found = alike, _show_around(sentence.split(), alike)
        return (most if found else 0), found


def _count_alike(words: list[str], others: list[str]) -> int:
    pairs = zip(words, others, strict=False)
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], pairs))


def _show_around(words: list[str], at: int) -> str:
    """Write the words around a place, with signs where others are left out."""
    begin, end = max(at - _AROUND, 0), at + _AROUND
    shown = " ".join(words[begin:end])
    return f"{'… ' if begin else ''}{shown}{' …' if end < len(words) else ''}"
