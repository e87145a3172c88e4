"""What does not follow: the answer of the checker, and the comparison that finds it."""

import json
from typing import Any

from ruletrail.problems import quote


class Failure(Exception):  # noqa: N818 - it is no programming error, it is the answer
    """What does not follow: the problem's code and its details."""

    def __init__(self, code: str, /, **details: str) -> None:
        """Keep code and details; the details are somebody's text and get quoted here."""
        super().__init__(code)
        self.code = code
        self.step = ""
        self.details = {name: quote(text) for name, text in details.items()}

    def at_step(self, step: str) -> "Failure":
        """Say at which step it happened."""
        self.step = step
        return self


ABSENT = object()
"""Stands for a key or an item that is not there."""


def show(data: object) -> str:
    """Write a piece of a trail for a message."""
    return "–" if data is ABSENT else json.dumps(data, ensure_ascii=False)


def find_difference(written: Any, derived: Any, place: str = "") -> tuple[str, Any, Any] | None:
    """Find the first place where two JSON values differ, with what stands there on either side."""
    if isinstance(written, dict) and isinstance(derived, dict):
        keys, opening, closing = sorted({*written, *derived}), ".", ""
    elif isinstance(written, list) and isinstance(derived, list):
        keys, opening, closing = list(range(max(len(written), len(derived)))), "[", "]"
        written, derived = dict(enumerate(written)), dict(enumerate(derived))
    else:
        same = type(written) is type(derived) and written == derived
        return None if same else (place.removeprefix("."), written, derived)
    for key in keys:
        left, right = written.get(key, ABSENT), derived.get(key, ABSENT)
        found = find_difference(left, right, f"{place}{opening}{key}{closing}")
        if found is not None:
            return found
    return None


def compare(code: str, written: object, derived: object, place: str = "", **details: str) -> None:
    """Stop where what is written is not what was derived; the form has settled the types."""
    if written != derived:
        where, found, wanted = find_difference(written, derived, place) or (place, written, derived)
        raise Failure(code, place=where, found=show(found), derived=show(wanted), **details)
