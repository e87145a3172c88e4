"""Texts that no message must hold, where one that is nearly the same could be shown.

Such a text passes whatever is shown, and so does the slip in it. One that is like no message is
left alone: it may have been a message once, which must not come back.
"""

from collections import Counter
from collections.abc import Iterable, Iterator
from difflib import SequenceMatcher
from itertools import islice

from ruletrail.documents import MappingNode, ScalarNode, SequenceNode
from ruletrail.linking import LinkedRulebook, sentences_of
from ruletrail.problems import Problem, quote

_LEAST_ALIKE = 0.85
_LEAST_LETTERS, _MOST_LETTERS, _MOST_WORDS = 5, 500, 40
"""Of a text that is compared: a shorter one is like too many, a longer one is a page."""
_MOST_COMPARED = 64
"""Messages, and pieces of them, that one text is compared with."""
_MOST_PIECES = 256
_MOST_TEXTS = 500
"""Different texts of one file that are looked at."""
_BETWEEN = "\ud800"
"""Half a character, which no text holds."""

Pieces = tuple[str, ...]
"""What a message says between the values that it shows."""


class AbsentTexts:
    """The messages that a rulebook may show, and the texts that were compared with them."""

    def __init__(self, linked: LinkedRulebook) -> None:
        """Gather the sentences of a rulebook, in each of its languages."""
        self._messages: list[Pieces] = [
            template.literals
            for entry in linked.rulebook.entries.values()
            for sentence in sentences_of(entry)
            for template in sentence.templates.values()
        ]
        self._compared: dict[str, str] = {}
        self._by_word: dict[str, list[int]] = {}
        self._texts = list(dict.fromkeys(piece for each in self._messages for piece in each))
        for place, text in enumerate(self._texts):
            for word in dict.fromkeys(text.split()):
                places = self._by_word.setdefault(word, [])
                places += [place] if len(places) < _MOST_PIECES else []
        self._joined = _BETWEEN.join(self._texts)

    def check(self, expect: MappingNode) -> Iterator[Problem]:
        """Find texts below `absent_messages` that are nearly what a message says."""
        listed = expect.get("absent_messages")
        for written in listed.items if isinstance(listed, SequenceNode) else ():
            if isinstance(written, ScalarNode) and (near := self._find(written.text)):
                details = {"text": quote(written.text)}
                yield Problem("example-absent-text", written.mark, details, near)

    def _find(self, text: str) -> str:
        if text not in self._compared:
            if len(self._compared) >= _MOST_TEXTS:
                return ""
            self._compared[text] = self._compare(text)
        return self._compared[text]

    def _compare(self, text: str) -> str:
        """Return the piece of a message that a text is a slip of; empty where it may be shown."""
        words = text.split()
        is_compared = _LEAST_LETTERS <= len(text) <= _MOST_LETTERS and len(words) <= _MOST_WORDS
        if not is_compared or text in self._joined:
            return ""
        best, ratio = "", _LEAST_ALIKE
        for piece in islice(self._list_pieces(words), _MOST_PIECES):
            matcher = SequenceMatcher(None, text, piece)
            if _digits(piece) == _digits(text) and matcher.quick_ratio() >= ratio:
                found = matcher.ratio()
                best, ratio = (piece, found) if found >= ratio else (best, ratio)
        is_shown = best and any(_may_hold(message, text) for message in self._messages)
        return "" if is_shown else best

    def _list_pieces(self, words: list[str]) -> Iterable[str]:
        """List pieces of messages, of as many words, from those that share most words with it."""
        shared = Counter(
            place for word in dict.fromkeys(words) for place in self._by_word.get(word, ())
        )
        places = [place for place, _ in shared.most_common(_MOST_COMPARED)]
        # of one word none is shared where it is misspelt
        for place in places or range(min(len(self._texts), _MOST_COMPARED)):
            others = self._texts[place].split()
            for at in range(min(len(others) - len(words) + 1, _MOST_COMPARED)):
                yield " ".join(others[at : at + len(words)])


def _may_hold(message: Pieces, text: str) -> bool:
    """Tell whether a message may show a text, part of which is a value that it shows."""
    ends = (piece for piece in message[:-1] if piece.strip())
    begins = (piece for piece in message[1:] if piece.strip())
    return any(_overlaps(piece, text) for piece in ends) or any(
        _overlaps(text, piece) for piece in begins
    )


def _overlaps(first: str, then: str) -> bool:
    """Tell whether a whole word at the end of one text is the beginning of another."""
    for at in range(max(len(first) - len(then), 0), len(first)):
        is_word = at == 0 or not (first[at - 1].isalnum() and first[at].isalnum())
        if is_word and first[at:].strip() and then.startswith(first[at:]):
            return True
    return False


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())
