"""A matcher by backtracking that counts its steps, over the trees of Python's own parser.

It does as Python's does and nothing cleverer, for patterns whose repetitions leave one way: each
place of a pattern that is tried at a place of a text is a step, and so is each round of a
repetition, whether it reads anything or not.
"""

import importlib
import re
from collections.abc import Iterator, Sequence
from typing import Any

_parser: Any = importlib.import_module("re._parser")


def count_steps(pattern: str, text: str) -> int:
    """Count the steps of searching a text to its end, as if no match were good enough."""
    tree = list(_parser.parse(pattern))
    matcher = _Matcher(text)
    for start in range(len(text) + 1):
        for _ in matcher.follow(tree, 0, start):
            pass
    return matcher.steps


class _Matcher:
    def __init__(self, text: str) -> None:
        self.text = text
        self.steps = 0

    def follow(self, tree: Sequence[Any], at: int, place: int) -> Iterator[int]:
        """Yield each place where a sequence of operations, from one of them on, may end."""
        if at == len(tree):
            yield place
            return
        for end in self._one(*tree[at], place):
            yield from self.follow(tree, at + 1, end)

    def _one(self, name: Any, argument: Any, place: int) -> Iterator[int]:
        self.steps += 1
        match str(name):
            case "SUBPATTERN":
                yield from self.follow(argument[3], 0, place)
            case "BRANCH":
                for each in argument[1]:
                    yield from self.follow(each, 0, place)
            case "MAX_REPEAT" | "MIN_REPEAT" | "POSSESSIVE_REPEAT":
                yield from self._repeat(*argument, place)
            case "AT":
                if self._is_at(str(argument), place):
                    yield place
            case _:
                if place < len(self.text) and self._reads(str(name), argument, self.text[place]):
                    yield place + 1

    def _repeat(self, least: int, most: int, body: Sequence[Any], place: int) -> Iterator[int]:
        if most == 1:  # what is not repeated may leave several ways
            if not least:
                yield place
            yield from self.follow(body, 0, place)
            return
        ends = [place]
        while len(ends) <= most:
            self.steps += 1
            end = next(self.follow(body, 0, ends[-1]), None)
            if end is None or (end == ends[-1] and len(ends) > least):
                break
            ends.append(end)
        yield from reversed(ends[int(least) :])

    def _is_at(self, name: str, place: int) -> bool:
        written = {
            "AT_BEGINNING": r"\A", "AT_END_STRING": r"\Z", "AT_END": r"\Z",
            "AT_BOUNDARY": r"\b", "AT_NON_BOUNDARY": r"\B",
        }  # fmt: skip
        return re.compile(written[name]).match(self.text, place) is not None

    @staticmethod
    def _reads(name: str, argument: Any, sign: str) -> bool:
        if name == "ANY":
            return sign != "\n"
        if name == "IN":
            return any(_Matcher._reads(str(kind), each, sign) for kind, each in argument)
        if name == "RANGE":
            return argument[0] <= ord(sign) <= argument[1]
        return (ord(sign) == argument) == (name == "LITERAL")
