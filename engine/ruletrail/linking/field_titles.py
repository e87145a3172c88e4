"""Columns and codes that are words of a field's title: which fields they may be.

Nobody knows whether one is: it is asked, with what the form calls the field.
"""

import re
from collections.abc import Collection, Mapping
from functools import cached_property

from ruletrail.fast_dataclasses import dataclass
from ruletrail.linking.unknown_codes import FormRows, list_rows
from ruletrail.problems import quote
from ruletrail.suggestions import plain_word

_MOST_TITLES = 3
"""Fields that are named; words of more titles tell none."""
_MOST_OF_WORD = 60
"""Titles with one word; a word of more says nothing."""
_LEAST_LETTERS = 4
_LEAST_SHARE = 2
"""One of so many words of a title, at least, has to be in the column's name."""
_BRACKETED_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_TITLE_WORDS = re.compile(r"[a-z]+")


@dataclass(frozen=True)
class Titles:
    """What a form calls its fields, by code, ready to be searched for words of theirs."""

    labels: Mapping[str, str]

    @cached_property
    def rows(self) -> FormRows:
        """The codes of each row of the form, which tell what a row has not."""
        return list_rows(self.labels)

    @cached_property
    def _codes(self) -> Mapping[str, frozenset[str]]:
        found: dict[str, set[str]] = {}
        for code, words in self._words.items():
            for word in words:
                found.setdefault(word, set()).add(code)
        return {word: frozenset(codes) for word, codes in found.items()}

    @cached_property
    def _places(self) -> Mapping[str, int]:
        return {code: at for at, code in enumerate(self.labels)}

    @cached_property
    def _words(self) -> Mapping[str, frozenset[str]]:
        return {code: _list_words(title) for code, title in self.labels.items()}

    def find(self, column: str, header: Collection[str] = ()) -> list[str]:
        """Name the few fields whose titles hold all words of a column's name; none of many.

        Those that stand in the `header` already are not meant.
        """
        words = _list_words(column)
        if not words:
            return []
        found = [self._codes.get(word, frozenset()) for word in words]
        rarest = min(found, key=len)
        if len(rarest) > _MOST_OF_WORD:
            return []
        near = [
            code
            for code in sorted(rarest, key=self._places.__getitem__)
            if code not in header
            and all(code in codes for codes in found)
            and len(words) * _LEAST_SHARE >= len(self._words[code])
        ]
        named = [f"{quote(code)} ({self.labels[code]})" for code in near[: _MOST_TITLES + 1]]
        return named if len(named) <= _MOST_TITLES else []


def _list_words(title: str) -> frozenset[str]:
    """List the words of a title, what stands in brackets and short ones left out."""
    words = _TITLE_WORDS.findall(plain_word(_BRACKETED_ASIDE.sub(" ", title)))
    return frozenset(word for word in words if len(word) >= _LEAST_LETTERS)
