"""What is painted on a page of a PDF, where, and with which state each of its texts is drawn.

Of shapes only upright rectangles are known whole; of all others, of what is seen through and of
lines it is known where they may be. Only `layouts/pdf_sight.py` uses this.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import combinations
from math import inf
from typing import Any, NamedTuple

from ruletrail.layouts.pdf_fields import member, numbers_of

BAND = 16.0
"""The height of the strips by which painted areas are found."""
PLACED = b"placed"
"""Stands before the commands of a drawing that is placed; a PDF has no such command."""
_FAR = 20_000.0
"""Beyond what a page of a PDF may measure, in points; what is painted there covers nothing."""
_MOST_SHAPES = 16
"""Shapes of one path that are held against each other; of more it is only known where they are."""
_CLOSE = 0.01
_OPAQUE, _CLEAR = 0.99, 0.01
_CORNERS = 4
_BLACK = (0.0, 0.0, 0.0)
_PATTERN = "pattern"
"""What is painted with one may have holes."""
_COUNTS: Mapping[str, int] = {"gray": 1, "rgb": 3, "cmyk": 4}
_SPACES: Mapping[str, str] = {
    "/DeviceGray": "gray", "/CalGray": "gray", "/G": "gray",
    "/DeviceRGB": "rgb", "/CalRGB": "rgb", "/RGB": "rgb",
    "/DeviceCMYK": "cmyk", "/CMYK": "cmyk",
    "/Pattern": _PATTERN,
}  # fmt: skip

Matrix = tuple[float, float, float, float, float, float]
Point = tuple[float, float]


class Box(NamedTuple):
    """An upright rectangle."""

    left: float
    bottom: float
    right: float
    top: float

    def meets(self, other: "Box") -> bool:
        """Tell whether two have a place in common."""
        across = self.left < other.right and other.left < self.right
        return across and self.bottom < other.top and other.bottom < self.top

    def holds(self, other: "Box") -> bool:
        """Tell whether another lies within this one."""
        across = self.left <= other.left and other.right <= self.right
        return across and self.bottom <= other.bottom and other.top <= self.top

    def cut(self, other: "Box") -> "Box":
        """Return what both have in common, which may be nothing."""
        return Box(
            max(self.left, other.left),
            max(self.bottom, other.bottom),
            min(self.right, other.right),
            min(self.top, other.top),
        )


_NEAR = Box(-_FAR, -_FAR, _FAR, _FAR)
_ALL = Box(-inf, -inf, inf, inf)


class Paint(NamedTuple):
    """One painted area, and the number of the command that paints it."""

    at: int
    box: Box
    is_whole: bool
    """Whether all of the box is painted, with nothing to be seen through it."""
    colour: tuple[float, ...] | None
    """Red, green and blue, if they are known and the same everywhere."""
    is_picture: bool = False


class Drawn(NamedTuple):
    """The state in which a text is drawn."""

    matrix: Matrix = (1, 0, 0, 1, 0, 0)
    clip: Box = _ALL
    colour: tuple[float, ...] | None = _BLACK
    space: str = "gray"
    mode: int = 0
    width: float = 1
    alpha: float = 1
    is_blended: bool = False
    is_masked: bool = False
    is_veiled: bool = False
    """Whether a drawing was placed so that it is seen through, whatever it says itself."""

    @property
    def is_opaque(self) -> bool:
        """Whether what is filled hides what is below; each of three things forbids it by itself."""
        return self.alpha > _OPAQUE and not self.is_blended and not self.is_masked

    @property
    def is_clear(self) -> bool:
        """Whether nothing is seen of what is filled."""
        return self.alpha < _CLEAR


def follow_paints(
    commands: Iterable[tuple[Any, bytes]],
) -> tuple[Mapping[int, Drawn], Sequence[Paint]]:
    """Go through the commands of a page; the states of its texts by number, and what is painted.

    Where a command names a graphics state, a colour space or a picture, that is its operand.
    """
    page = _Page()
    for at, (operands, operator) in enumerate(commands):
        page.at = at
        act = _ACTS.get(operator)
        if act is not None:
            act(page, operands if isinstance(operands, list) else [operands])
    return page.texts, page.paints


class _Page:
    """What was drawn so far, and the state in which the next command finds the page."""

    def __init__(self) -> None:
        self.at = 0
        self.texts: dict[int, Drawn] = {}
        self.paints: list[Paint] = []
        self.now = Drawn()
        self._kept: list[Drawn] = []
        self._shapes: list[list[Point]] = []
        self._is_straight = True
        self._clips = False

    def keep(self, _: Sequence[Any]) -> None:
        self._kept.append(self.now)

    def restore(self, _: Sequence[Any]) -> None:
        self.now = self._kept.pop() if self._kept else self.now

    def transform(self, operands: Sequence[Any]) -> None:
        given = numbers_of(operands, 6)
        if given:
            a, b, c, d, e, f = given
            p, q, r, s, t, u = self.now.matrix
            self.now = self.now._replace(
                matrix=(
                    a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
                    e * p + f * r + t, e * q + f * s + u,
                )
            )  # fmt: skip

    def _put(self, x: float, y: float) -> Point:
        a, b, c, d, e, f = self.now.matrix
        return a * x + c * y + e, b * x + d * y + f

    def rectangle(self, operands: Sequence[Any]) -> None:
        given = numbers_of(operands, 4)
        if given:
            x, y, wide, high = given
            corners = ((x, y), (x + wide, y), (x + wide, y + high), (x, y + high))
            self._shapes.append([self._put(*corner) for corner in corners])

    def move(self, operands: Sequence[Any]) -> None:
        given = numbers_of(operands, 2)
        self._shapes += [[self._put(*given)]] if given else []

    def line(self, operands: Sequence[Any]) -> None:
        given = numbers_of(operands, 2)
        if given and self._shapes:
            self._shapes[-1].append(self._put(*given))

    def curve(self, operands: Sequence[Any]) -> None:
        given = numbers_of(operands, len(operands))
        self._is_straight = False
        points = zip(given[::2], given[1::2], strict=False)
        if self._shapes:
            self._shapes[-1] += [self._put(*point) for point in points]

    def clip(self, _: Sequence[Any]) -> None:
        self._clips = True

    def end_path(self, _: Sequence[Any]) -> None:
        around = _around([point for shape in self._shapes for point in shape])
        if self._clips and around is not None:
            self.now = self.now._replace(clip=self.now.clip.cut(around))
        self._shapes, self._is_straight, self._clips = [], True, False

    def fill(self, operands: Sequence[Any]) -> None:
        boxes = [_upright(shape) for shape in self._shapes] if self._is_straight else [None]
        found = [box for box in boxes if box is not None]
        if len(found) == len(boxes) <= _MOST_SHAPES and not _any_meet(found):
            for box in found:
                self._paint(box, is_whole=self.now.space != _PATTERN, colour=self.now.colour)
        else:
            self._paint_somewhere(0)
        self.end_path(operands)

    def stroke(self, operands: Sequence[Any]) -> None:
        self._paint_somewhere(self.now.width)
        self.end_path(operands)

    def fill_and_stroke(self, operands: Sequence[Any]) -> None:
        self._paint_somewhere(self.now.width)
        self.fill(operands)

    def _paint_somewhere(self, width: float) -> None:
        around = _around([point for shape in self._shapes for point in shape])
        if around is not None:
            a, b, c, d, *_ = self.now.matrix
            more = width * max(abs(a), abs(b), abs(c), abs(d)) / 2
            left, bottom, right, top = around
            wider = Box(left - more, bottom - more, right + more, top + more)
            self._paint(wider, is_whole=False, colour=None)

    def _paint(
        self,
        box: Box,
        *,
        is_whole: bool,
        colour: tuple[float, ...] | None,
        is_picture: bool = False,
    ) -> None:
        seen = box.cut(self.now.clip).cut(_NEAR)
        if seen.left < seen.right and seen.bottom < seen.top:
            is_whole = is_whole and self.now.is_opaque and not self.now.is_veiled
            self.paints.append(Paint(self.at, seen, is_whole, colour, is_picture))

    def shade(self, _: Sequence[Any]) -> None:
        self._paint(_NEAR, is_whole=False, colour=None)

    def picture(self, operands: Sequence[Any]) -> None:
        image = operands[0] if operands else None
        image = image.get("settings", image) if isinstance(image, dict) else None
        names = ("/SMask", "/Mask", "/ImageMask", "/IM")
        # pypdf's `false` is an object, which is true
        is_whole = all(member(image, name) in (None, False) for name in names)
        corners = [self._put(x, y) for x, y in ((0, 0), (1, 0), (1, 1), (0, 1))]
        box, around = _upright(corners), _around(corners)
        if image is not None and around is not None:
            is_whole &= box is not None
            self._paint(box or around, is_whole=is_whole, colour=None, is_picture=True)

    def place(self, _: Sequence[Any]) -> None:
        self.now = self.now._replace(is_veiled=self.now.is_veiled or not self.now.is_opaque)

    def text(self, _: Sequence[Any]) -> None:
        self.texts[self.at] = self.now

    def text_mode(self, operands: Sequence[Any]) -> None:
        given = numbers_of(operands, 1)
        self.now = self.now._replace(mode=int(given[0])) if given else self.now

    def line_width(self, operands: Sequence[Any]) -> None:
        given = numbers_of(operands, 1)
        self.now = self.now._replace(width=given[0]) if given else self.now

    def state(self, operands: Sequence[Any]) -> None:
        named = operands[0] if operands else None
        alpha, blend, mask = member(named, "/ca"), member(named, "/BM"), member(named, "/SMask")
        # what a state does not speak of stays as it was
        if isinstance(alpha, int | float):
            self.now = self.now._replace(alpha=alpha)
        if blend is not None:
            first = blend[0] if isinstance(blend, list) and blend else blend
            self.now = self.now._replace(is_blended=first not in ("/Normal", "/Compatible"))
        if mask is not None:
            self.now = self.now._replace(is_masked=mask != "/None")

    def colour_space(self, operands: Sequence[Any]) -> None:
        space = space_of(operands[0]) if operands else ""
        self.now = self.now._replace(space=space, colour=_BLACK if space in _COUNTS else None)

    def colour(self, operands: Sequence[Any]) -> None:
        self._set_colour(self.now.space, operands)

    def _set_colour(self, space: str, operands: Sequence[Any]) -> None:
        given = numbers_of(operands, _COUNTS.get(space, 0))
        self.now = self.now._replace(space=space, colour=_to_rgb(space, given))

    def gray(self, operands: Sequence[Any]) -> None:
        self._set_colour("gray", operands)

    def rgb(self, operands: Sequence[Any]) -> None:
        self._set_colour("rgb", operands)

    def cmyk(self, operands: Sequence[Any]) -> None:
        self._set_colour("cmyk", operands)


_ACTS: Mapping[bytes, Callable[[_Page, Sequence[Any]], None]] = {
    PLACED: _Page.place, b"q": _Page.keep, b"Q": _Page.restore, b"cm": _Page.transform,
    b"re": _Page.rectangle, b"m": _Page.move, b"l": _Page.line,
    b"c": _Page.curve, b"v": _Page.curve, b"y": _Page.curve,
    b"W": _Page.clip, b"W*": _Page.clip, b"n": _Page.end_path,
    b"f": _Page.fill, b"F": _Page.fill, b"f*": _Page.fill,
    b"S": _Page.stroke, b"s": _Page.stroke,
    b"B": _Page.fill_and_stroke, b"B*": _Page.fill_and_stroke,
    b"b": _Page.fill_and_stroke, b"b*": _Page.fill_and_stroke,
    b"sh": _Page.shade, b"Do": _Page.picture, b"INLINE IMAGE": _Page.picture,
    b"Tj": _Page.text, b"TJ": _Page.text, b"'": _Page.text, b'"': _Page.text,
    b"Tr": _Page.text_mode, b"w": _Page.line_width, b"gs": _Page.state,
    b"cs": _Page.colour_space, b"sc": _Page.colour, b"scn": _Page.colour,
    b"g": _Page.gray, b"rg": _Page.rgb, b"k": _Page.cmyk,
}  # fmt: skip


def space_of(described: Any) -> str:
    """Name the kind of a colour space, by its name or what it is made of; empty if unknown."""
    if isinstance(described, str):
        return _SPACES.get(described, "")
    if not isinstance(described, list) or not described:
        return ""
    if described[0] == "/ICCBased" and len(described) > 1:
        count = member(described[1].get_object(), "/N")
        return next((name for name, of in _COUNTS.items() if of == count), "")
    return _SPACES.get(str(described[0]), "")


def _to_rgb(space: str, given: Sequence[float]) -> tuple[float, ...] | None:
    if not given:
        return None
    if space == "gray":
        return (given[0],) * 3
    if space == "rgb":
        return tuple(given)
    *colours, black = given
    return tuple(1 - min(1.0, colour + black) for colour in colours)


def _around(points: Sequence[Point]) -> Box | None:
    if not points:
        return None
    xs, ys = zip(*points, strict=True)
    return Box(min(xs), min(ys), max(xs), max(ys))


def _upright(shape: Sequence[Point]) -> Box | None:
    """Return the rectangle that a shape is; None for any other."""
    corners = shape[:-1] if len(shape) > _CORNERS and shape[0] == shape[-1] else shape
    box = _around(corners)
    if box is None or len(corners) != _CORNERS:
        return None
    sides = zip(corners, [*corners[1:], corners[0]], strict=True)
    is_upright = all(min(abs(x0 - x1), abs(y0 - y1)) < _CLOSE for (x0, y0), (x1, y1) in sides)
    return box if is_upright else None


def _any_meet(boxes: Sequence[Box]) -> bool:
    """Tell whether two shapes of one path meet: where they do there may be a hole."""
    return any(one.meets(other) for one, other in combinations(boxes, 2))
