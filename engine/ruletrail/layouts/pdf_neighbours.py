"""Texts of a page that stand apart, over each other or raised: pypdf would make one number of them.

It counts columns by the width of the page's usual letters, so that smaller ones run together; takes
a digit that is drawn twice, to look bold, for two; and sets a raised digit, a note's, behind the
number that it stands at. And it does not go on behind a text after which nothing moves. Only
`layouts/pdf_shown.py` uses this.
"""

from collections.abc import Callable, Iterator, Mapping
from math import ceil
from typing import Any

_MOVING = (b"Td", b"TD", b"Tm", b"T*", b"'", b'"', b"BT", b"q", b"Q", b"cm")
_SHOWING = (b"Tj", b"TJ", b"'", b'"')
_APART, _RAISED, _AGAIN, _OVER = 0.2, 0.15, 0.12, 0.3
"""Parts of a letter's height: a gap that is a blank, a digit that is raised, one drawn again.

The last is how far a text may reach back over another that it goes on.
"""
_OF_NUMBERS = (*"0123456789.,",)
_CELL = 2.0
"""The side of the squares by which texts are found that are drawn again, and the most between."""

Line = list[Mapping[str, Any]]


class Neighbours:
    """Follows the texts of a page in the order in which they are drawn."""

    def __init__(self, look: Callable[[Any], str]) -> None:
        """Begin with an empty page; `look` says what is seen of a text."""
        self._look = look
        self._drawn: dict[tuple[str, int, int], tuple[float, float]] = {}
        self._last: Any = None
        self._has_moved = self._begins = True
        self._raw = self._shift = self._end = 0.0
        self._begin: float | None = None

    def follow(self, operator: bytes) -> None:
        """Take note of a command before pypdf has it."""
        self._has_moved |= operator in _MOVING
        self._begins |= operator in _SHOWING

    def show(self, plain: Callable[..., Any], state: Any, *value: Any) -> Any:
        """Put a text where it stands; one that stands there already is nothing more to read."""
        made = plain(state, *value)
        if not value:
            self._begin = made.tx  # of texts with moves between them, of which one may come first
        if not value or made.rotated:
            return made
        self._put(made)
        made.text = self._look(made)
        if self._is_there(made):
            made.text = ""
        elif self._last is not None and _are_two(_place(self._last), _place(made)):
            made.text = " " + made.text
        self._last = made if made.text else self._last
        return made

    def _put(self, made: Any) -> None:
        """Move a text behind the one before it, if nothing else says where it stands."""
        goes_on = made.tx == self._raw if not self._begins else not self._has_moved
        begin = made.tx if self._begin is None else self._begin
        if goes_on and self._last is not None:
            self._shift = self._end - begin
        elif self._begins:
            self._shift = 0.0
        self._raw, self._begin, self._begins, self._has_moved = made.tx, None, False, False
        made.tx, made.displaced_tx = made.tx + self._shift, made.displaced_tx + self._shift
        self._end = made.displaced_tx

    def _is_there(self, made: Any) -> bool:
        """Tell whether each letter of a text is drawn there already, in whatever pieces."""
        wide = made.displaced_tx - made.tx
        if not made.text.strip() or wide <= 0:
            return False
        most = min(_AGAIN * made.font_height, wide / len(made.text) / 2, _CELL)
        edges = zip(made.text, edges_of(made), strict=True)
        letters = [(char, left, made.ty) for char, (left, _) in edges if not char.isspace()]
        if all(self._is_drawn(*letter, most) for letter in letters):
            return True
        for char, x, y in letters:
            self._drawn[char, int(x // _CELL), int(y // _CELL)] = x, y
        return False

    def _is_drawn(self, char: str, x: float, y: float, most: float) -> bool:
        across, along = int(x // _CELL), int(y // _CELL)
        for right in (across, across - 1, across + 1):
            for up in (along, along - 1, along + 1):
                found = self._drawn.get((char, right, up))
                if found and abs(found[0] - x) < most and abs(found[1] - y) < most:
                    return True
        return False


def edges_of(made: Any) -> Iterator[tuple[float, float]]:
    """Give for each letter of a text where it begins and ends, as far as its font says so."""
    raw = made._raw_chars  # noqa: SLF001 - the letters as the font counts them
    is_counted = isinstance(made.value, bytes) and len(raw) == len(made.text)
    widths = [made.font.get_text_width(char) if is_counted else 1 for char in raw or made.text]
    widths = widths if len(widths) == len(made.text) else [1] * len(made.text)
    each = (made.displaced_tx - made.tx) / (sum(widths) or 1)
    here = made.tx
    for width in widths:
        yield here, here + width * each
        here += width * each


def part_lines(groups: Mapping[int, Line], width: float) -> dict[int, Line]:
    """Put a blank between parts of lines that stand apart, where pypdf would put none."""
    return {y: list(_part(line, width)) for y, line in groups.items()}


def _part(line: Line, width: float) -> Iterator[Mapping[str, Any]]:
    length, before = 0, None
    for part in line:
        blanks, text = 0, part["text"]
        if before is not None:
            blanks = int(part["tx"] // width) - length if width else 0
            blanks = blanks if ceil(before["displaced_tx"]) < int(part["tx"]) else 0
            if blanks <= 0 and _stands_apart(before, part):
                text = " " + text
        else:
            blanks = int(part["tx"] // width) if width else 0
        yield part if text is part["text"] else {**part, "text": text}
        length += max(blanks, 0) + len(text)
        before = part


def _stands_apart(before: Mapping[str, Any], part: Mapping[str, Any]) -> bool:
    if before["text"].endswith(" ") or part["text"].startswith(" "):
        return False
    height = min(before["font_height"], part["font_height"])
    gap = part["tx"] - before["displaced_tx"]
    return bool(gap > _APART * height > 0) or _are_two(before, part)


def _place(made: Any) -> Mapping[str, Any]:
    return {
        "text": made.text,
        "tx": made.tx,
        "displaced_tx": made.displaced_tx,
        "ty": made.ty,
        "font_height": made.font_height,
    }


def _are_two(before: Mapping[str, Any], part: Mapping[str, Any]) -> bool:
    """Tell texts that make no number together, though one follows the other.

    That is a digit that stands higher, or lower, right behind another, and a text that is written
    over another.
    """
    if not (before["text"][-1:] in _OF_NUMBERS and part["text"][:1] in _OF_NUMBERS):
        return False
    height = max(before["font_height"], part["font_height"])
    gap = part["tx"] - before["displaced_tx"]
    raised = abs(part["ty"] - before["ty"])
    if raised >= height:
        return False
    is_raised = _RAISED * height < raised and abs(gap) < height
    is_over = gap < -_OVER * height and part["displaced_tx"] > before["tx"]
    are_digits = before["text"][-1:].isdigit() and part["text"][:1].isdigit()
    return bool(is_over or (is_raised and are_digits))
