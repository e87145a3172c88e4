"""What of a PDF's texts can be seen: not what is cut off, painted over, or of its ground's colour.

A text that was corrected with a white patch, or made unreadable with a bar, is still in the file,
as is what stands outside of the page and what a field has no room for. Read as printed it would be
a value that nobody sees. A word of which a part is seen is no word: each letter that is not seen
becomes a sign that no letter is known of. Only `layouts/pdf_shown.py` uses this.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

from ruletrail.layouts.pdf_neighbours import edges_of
from ruletrail.layouts.pdf_paint import BAND, Box, Drawn, Paint, follow_paints
from ruletrail.layouts.pdf_work import Work

LOST = "\ufffd"
_GONE, _BARRED, _SEEN = range(3)
_LOW, _HIGH, _SIDE = 0.1, 0.5, 0.25
"""The heart of a letter, in parts of its height and width: where that is hidden, the letter is."""
_LEAST_HEIGHT = 1.0
"""Points; what is written smaller leaves nothing to see."""
_ALIKE, _LIGHT = 0.03, 0.5
_CUT = 0.08
"""Parts of a letter's height that may be cut off at its side, where a field is just wide enough."""
_NEXT_TO = 0.15
"""Parts of a letter's height that may be between two parts of one word."""
_WHITE = (1.0, 1.0, 1.0)
_PER_STEP = 2
"""How many painted areas are passed over in one step."""
_OF_LETTER = 8
"""Steps that it takes to find out of a letter whether it is seen, and drawn once."""
_FILLED = (0, 4)
"""The ways of writing letters that have the colour of what is filled, and no other."""

Command = tuple[Any, bytes]


class _Part(NamedTuple):
    """Where a text ended, and on which line."""

    end: float
    line: float
    height: float


class Sight:
    """Knows of each text of a page, as it is drawn, what of it is seen in the end."""

    def __init__(self, commands: Iterable[Command], work: Work) -> None:
        """Go through all that is drawn: what comes later may cover what comes before."""
        self.at = 0
        self._work = work
        self._texts, paints = follow_paints(commands)
        self._bands: dict[int, list[Paint]] = {}
        for paint in paints:
            bands = range(int(paint.box.bottom // BAND), int(paint.box.top // BAND) + 1)
            work.draw(len(bands))
            for band in bands:
                self._bands.setdefault(band, []).append(paint)
        self._gone: _Part | None = None
        self._seen: _Part | None = None

    def look(self, made: Any) -> str:
        """Return what is seen of a text that pypdf is about to lay out."""
        self._work.draw(_OF_LETTER * len(made.text))
        drawn = self._texts.get(self.at)
        if drawn is None or not made.text.strip():
            return str(made.text)
        shown = self._look(made, drawn)
        here = _Part(made.displaced_tx, made.ty, made.font_height)
        if shown.strip():
            begins = _goes_on(self._gone, made) and not shown[0].isspace()
            self._gone, self._seen = None, here
            return LOST + shown if begins else shown
        ends = _goes_on(self._seen, made) and not made.text[0].isspace()
        self._gone, self._seen = here, None
        return LOST if ends else ""

    def _look(self, made: Any, drawn: Drawn) -> str:
        if abs(made.font_height) < _LEAST_HEIGHT or (drawn.is_clear and drawn.mode in _FILLED):
            return ""
        up = -made.font_height if made.flip_vertical else made.font_height
        low, high = sorted((made.ty + _LOW * up, made.ty + _HIGH * up))
        whole = Box(min(made.tx, made.displaced_tx), low, max(made.tx, made.displaced_tx), high)
        around = self._find_around(whole)
        is_plain = drawn.mode not in _FILLED or not _are_alike(drawn.colour, _WHITE)
        if not around and is_plain and drawn.clip.holds(whole):
            return str(made.text)
        fates = [
            self._fate(Box(left + aside, low, right - aside, high), drawn, around)
            for left, right in edges_of(made)
            for aside in (_SIDE * (right - left),)
        ]
        return "".join(_write_words(made.text, fates))

    def _find_around(self, whole: Box) -> Sequence[Paint]:
        """Find what is painted where a text stands, the latest first."""
        near = self._bands.get(int((whole.bottom + whole.top) / 2 // BAND), ())
        self._work.draw(len(near) // _PER_STEP)
        return [paint for paint in reversed(near) if paint.box.meets(whole)]

    def _fate(self, heart: Box, drawn: Drawn, around: Sequence[Paint]) -> int:
        """Say whether a letter is seen, gone, or made unreadable."""
        if not drawn.clip.meets(heart):
            return _GONE
        if _is_cut(drawn.clip, heart):
            return _BARRED
        self._work.draw(len(around))
        ground: Sequence[float] | None = _WHITE
        for paint in around:
            if paint.is_whole and paint.box.holds(heart):
                if paint.at > self.at:
                    return _BARRED if _is_bar(paint) else _GONE
                ground = paint.colour
                break
            if paint.at < self.at and paint.box.meets(heart):
                ground = None
                break
        if drawn.mode not in _FILLED or not _are_alike(drawn.colour, ground):
            return _SEEN
        return _GONE if _is_light(ground) else _BARRED


def _write_words(text: str, fates: Sequence[int]) -> Iterator[str]:
    """Write the words that are seen, blanks for those that are not, and signs for parts of one."""
    begin = 0
    for at in range(len(text) + 1):
        if at < len(text) and not text[at].isspace():
            continue
        word, found = text[begin:at], fates[begin:at]
        if all(fate == _GONE for fate in found):
            yield " " * len(word)
        else:
            yield "".join(
                char if fate == _SEEN else LOST for char, fate in zip(word, found, strict=True)
            )
        yield text[at : at + 1]
        begin = at + 1


def _is_cut(clip: Box, heart: Box) -> bool:
    """Tell whether a letter is cut off at a side: nobody knows how the word goes on there."""
    aside = (heart.right - heart.left) * _SIDE / (1 - 2 * _SIDE)
    most = (heart.top - heart.bottom) * _CUT / (_HIGH - _LOW)
    left, right = heart.left - aside, heart.right + aside
    return max(clip.left - left, right - clip.right) > most


def _goes_on(before: _Part | None, made: Any) -> bool:
    """Tell whether a text stands right behind one, as a part of the same word."""
    if before is None:
        return False
    height = min(before.height, made.font_height)
    is_near = abs(made.tx - before.end) < _NEXT_TO * height
    return bool(is_near and abs(made.ty - before.line) < _NEXT_TO * height)


def _are_alike(one: Sequence[float] | None, other: Sequence[float] | None) -> bool:
    if one is None or other is None:
        return False
    return all(abs(a - b) < _ALIKE for a, b in zip(one, other, strict=True))


def _is_light(colour: Sequence[float] | None) -> bool:
    return colour is not None and sum(colour) / len(colour) >= _LIGHT


def _is_bar(paint: Paint) -> bool:
    """Tell what makes a text unreadable, in sight of everybody, from a patch or a picture."""
    return not paint.is_picture and not _is_light(paint.colour)
