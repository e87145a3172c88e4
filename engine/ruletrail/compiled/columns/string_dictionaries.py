"""Lists of words, named before they are known: a tape is written once, and each table brings its own texts.

A column of texts holds positions in a list. What depends on the list itself (the position of a word in it, the
positions of one list in another, the lengths of its words) is a parameter of the tape, made for each table.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import numpy as np

from ruletrail.fast_dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """A list of words: written in the plan, that of a column, or two joined."""

    written: tuple[str | bool, ...] = ()
    column: str = ""
    joined: tuple["Words", ...] = ()


NO_WORDS = Words()


@dataclass(frozen=True, slots=True)
class Parameter:
    """What a tape needs of lists of words: the places of one list's words in another, or their lengths."""

    what: Literal["places", "lengths"]
    words: Words
    other: Words = NO_WORDS


def list_words(words: Words, columns: Mapping[str, Any]) -> tuple[str | bool, ...]:
    """Give a list's words, for the columns of a table."""
    if words.column:
        return tuple(columns[words.column].words)
    if words.joined:
        return tuple(
            dict.fromkeys(word for part in words.joined for word in list_words(part, columns))
        )
    return words.written


def make_parameter(parameter: Parameter, columns: Mapping[str, Any]) -> Any:
    """Make the table that a parameter stands for; a word that the other list lacks is at -1."""
    words = list_words(parameter.words, columns)
    if parameter.what == "lengths":
        return np.array(lengths_of(words) or [0], np.int64)
    places = {word: at for at, word in enumerate(list_words(parameter.other, columns))}
    return np.array([places.get(word, -1) for word in words] or [-1], np.int32)


def lengths_of(words: Sequence[str | bool]) -> list[int]:
    """Count the characters of each word."""
    return [len(str(word)) for word in words]
