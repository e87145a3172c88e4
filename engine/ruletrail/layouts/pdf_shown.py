"""What a page of a PDF shows: its content, the drawings that it places there, what is filled in.

pypdf lays out the content of a page alone, as it lies in the file. The values of a form that was
filled in on a screen stand elsewhere: in the looks of its fields, or, where it was flattened since,
in drawings of their own; without them every row would be blank. What is in the content and is not
shown, as the letters that a scanner guessed behind its picture, is not on the paper either. Only
`layouts/pdf.py` uses this.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from typing import Any

from ruletrail.layouts.pdf_drawing import replacing
from ruletrail.layouts.pdf_fields import Look, corners_of, list_looks, member
from ruletrail.layouts.pdf_layers import Layers
from ruletrail.layouts.pdf_neighbours import Neighbours, part_lines
from ruletrail.layouts.pdf_paint import PLACED
from ruletrail.layouts.pdf_sight import Sight
from ruletrail.layouts.pdf_work import PdfWorkError, Work, count_font

MOST_CONTENT = 1024 * 1024
"""Bytes of drawing commands of one page, or one drawing, unpacked."""

_FOLDER = "pypdf._text_extraction._layout_mode"
_MOST_DEPTH = 16
_OF_DRAWING, _OF_COMMAND = 1024, 16
"""What placing a drawing counts as, and each of its commands: bytes that are looked into."""
_MOST_OF_PATCH = 4096
"""Bytes of commands in which a drawing without a text may cover one."""
_UNSEEN = (3, 7)
"""The ways of writing letters that leave nothing to see."""
_SHOWING = (b"Tj", b"TJ", b"'", b'"')
_PAINTING = (
    b"f", b"F", b"f*", b"S", b"s", b"B", b"B*", b"b", b"b*", b"sh", b"Do", b"INLINE IMAGE",
)  # fmt: skip
_NAMING = {b"Do": "/XObject", b"gs": "/ExtGState", b"cs": "/ColorSpace"}
"""The commands that name what `pdf_paint` must look at, and where it is kept."""
_TEXT_STATE: Mapping[bytes, float] = {b"Tc": 0, b"Tw": 0, b"Tz": 100, b"TL": 0, b"Ts": 0}
"""What pypdf does not put back where a drawing ends, and how a page begins."""

Command = tuple[list[Any], bytes]


class TooMuchContentError(Exception):
    """A drawing of more commands than a page may have."""


def list_turns(page: Any) -> list[int]:
    """List how far a page may be turned for its text to stand upright: as it says, or not at all.

    Some printers turn a page and not its text, and nobody reads it so.
    """
    turn = member(page, "/Rotate")
    return list(dict.fromkeys((int(turn) % 360 if isinstance(turn, int | float) else 0, 0)))


@contextmanager
def showing(pypdf: Any, page: Any, work: Work, turn: int) -> Iterator[None]:
    """Let pypdf lay out, in this thread, all that the page shows when it is turned clockwise.

    Its way from the commands of a page to lines of text takes them one by one, and this stands
    before it: it is the caller's to do so one at a time.
    """
    layout = import_module(_FOLDER)
    looks = list_looks(page, work)
    shown = _Shown(pypdf, page, looks, work, _turned(page, turn))
    if looks and "/Contents" not in page:  # without any, pypdf looks no further
        page[pypdf.generic.NameObject("/Contents")] = pypdf.generic.DecodedStreamObject()

    def lay(plain: Any, commands: Any, fonts: dict[str, Any], *more: Any) -> Any:
        return plain(shown.draw(commands, fonts), fonts, *more)

    def write(plain: Any, groups: Any, width: float, *more: Any) -> Any:
        return plain(part_lines(groups, width), width, *more)

    state = import_module(f"{_FOLDER}._text_state_manager").TextStateManager
    with ExitStack() as replaced:
        for owner, name, other in (
            (layout, "text_show_operations", lay),
            (layout, "fixed_width_page", write),
            (state, "text_state_params", shown.neighbours.show),
        ):
            replaced.enter_context(replacing(owner, name, getattr(owner, name), other))
        yield


def _turned(page: Any, turn: int) -> tuple[float, ...]:
    """Say by six numbers how a page is turned; none for one that stands as it lies in the file."""
    left, bottom, right, top = corners_of(page, "/MediaBox")
    return {
        90: (0, -1, 1, 0, -bottom, right),
        180: (-1, 0, 0, -1, right, top),
        270: (0, 1, -1, 0, top, -left),
    }.get(turn, ())


class _Shown:
    """Follows the commands of one page, and puts those of what it places where that is placed."""

    def __init__(
        self,
        pypdf: Any,
        page: Any,
        looks: Sequence[Look],
        work: Work,
        turned: tuple[float, ...],
    ) -> None:
        self._pypdf, self._page, self._looks, self._work = pypdf, page, looks, work
        self._turned = turned
        self._sight: Sight | None = None
        self.neighbours = Neighbours(self._look)
        self._fonts: dict[str, Any] = {}
        self._named: dict[int, tuple[str, Any]] = {}
        self._read: dict[int, tuple[Any, list[Command]]] = {}
        self._layers = Layers(page)
        self._hidden = 0
        self._mode = 0
        self._text_state = dict(_TEXT_STATE)

    def draw(self, commands: Iterable[Command], fonts: dict[str, Any]) -> Iterator[Command]:
        """Give the commands of a page, of all that it places, and of the looks of its fields."""
        drawn = list(self._draw(commands, fonts))  # what comes last may cover what came first
        self._sight = Sight(drawn, self._work)
        is_left = has_text = False
        for at, (operands, operator) in enumerate(drawn):
            self._sight.at = at
            self.neighbours.follow(operator)
            yield operands, operator
            if operator == b"BT":
                # pypdf goes on where a block of moves without a text has led
                yield from [([1, 0, 0, 1, 0, 0], b"Tm")] * is_left
                has_text = False
            has_text |= operator in _SHOWING
            is_left = not has_text if operator == b"ET" else is_left

    def _look(self, made: Any) -> str:
        return str(made.text) if self._sight is None else self._sight.look(made)

    def _draw(self, commands: Iterable[Command], fonts: dict[str, Any]) -> Iterator[Command]:
        self._fonts = fonts
        own = member(self._page, "/Resources")
        # pypdf heeds a transformation within a block only
        yield [], b"q"
        yield from [([*self._turned], b"cm")] * bool(self._turned)
        yield from _cut_to(self._page, "/MediaBox")
        yield from _cut_to(self._page, "/CropBox")
        yield [], b"q"
        yield from self._walk(commands, own, 0)
        yield [], b"Q"
        yield from self._draw_looks()
        yield [], b"Q"

    def _draw_looks(self) -> Iterator[Command]:
        for look in self._looks:
            if self._layers.is_hidden(look.layer):
                continue
            self._mode = 0
            yield from self._set_text_state(_TEXT_STATE)
            yield [], b"q"
            yield [*look.place], b"cm"
            yield from self._place(look.drawing, look.defaults, 0)
            yield [], b"Q"

    def _walk(self, commands: Iterable[Command], resources: Any, depth: int) -> Iterator[Command]:
        """Give commands, closing what they leave open: what comes after is none of theirs."""
        modes: list[int] = []
        marks: list[bool] = []
        is_text = False
        for operands, operator in commands:
            if operator == b"Q" and not modes:
                continue
            if operator == b"q":
                modes.append(self._mode)
            elif operator == b"Q":
                self._mode = modes.pop()
            elif operator in (b"BT", b"ET"):
                is_text = operator == b"BT"
            elif operator in (b"BMC", b"BDC"):
                marks.append(self._layers.is_hidden_mark(operands, resources))
                self._hidden += marks[-1]
            elif operator == b"EMC" and marks:
                self._hidden -= marks.pop()
            yield from self._follow(operands, operator, resources, depth, is_text=is_text)
        self._hidden -= sum(marks)
        yield from [([], b"ET")] * is_text
        yield from [([], b"Q")] * len(modes)

    def _follow(
        self, operands: list[Any], operator: bytes, resources: Any, depth: int, *, is_text: bool
    ) -> Iterator[Command]:
        if depth:
            self._work.spend(_OF_COMMAND)
        first = operands[0] if isinstance(operands, list) and operands else None
        if operator == b"Do":
            drawing = member(member(resources, "/XObject"), first)
            if member(drawing, "/Subtype") == "/Form":
                # none stands within a text; pypdf would end that with the drawing's first
                yield from [([], b"ET")] * is_text
                yield from self._place(drawing, resources, depth)
                yield from [([], b"BT")] * is_text
        elif operator == b"Tf" and depth and operands:
            yield [self._name_font(first, resources), *operands[1:]], operator
        elif operator in _SHOWING and (self._hidden or self._mode in _UNSEEN):
            yield from _only_move(operands, operator)
        else:
            if operator == b"Tr" and isinstance(first, int | float):
                self._mode = int(first)
            if operator in _TEXT_STATE and isinstance(first, int | float):
                self._text_state[operator] = first
            if operator in _PAINTING and self._hidden:
                yield [], b"n"
            elif operator in _NAMING:
                yield [_follow_name(first, member(resources, _NAMING[operator]))], operator
            else:
                yield operands, operator

    def _place(self, drawing: Any, around: Any, depth: int) -> Iterator[Command]:
        """Give the commands of a drawing where it is placed, and put back what they change."""
        self._work.spend(_OF_DRAWING)
        if depth >= _MOST_DEPTH:
            raise PdfWorkError
        commands = self._read_drawing(drawing)
        if not commands or self._layers.is_hidden(member(drawing, "/OC")):
            return
        mode, before = self._mode, dict(self._text_state)
        own = member(drawing, "/Resources")
        matrix = member(drawing, "/Matrix")
        yield [], b"q"
        yield [*(matrix if isinstance(matrix, list) else (1, 0, 0, 1, 0, 0))], b"cm"
        yield from _cut_to(drawing, "/BBox")
        yield [], PLACED
        yield from self._walk(commands, around if own is None else own, depth + 1)
        yield [], b"Q"
        self._mode = mode
        yield from self._set_text_state(before)

    def _set_text_state(self, state: Mapping[bytes, float]) -> Iterator[Command]:
        for operator, value in state.items():
            self._text_state[operator] = value
            yield [value], operator

    def _read_drawing(self, drawing: Any) -> list[Command]:
        """Read a drawing's commands once; none of a long one without a text or another drawing."""
        if id(drawing) not in self._read:
            data = drawing.get_data()
            commands: list[Command] = []
            if b"BT" in data or b"Do" in data or len(data) < _MOST_OF_PATCH:
                if len(data) > MOST_CONTENT:
                    raise TooMuchContentError
                stream = self._pypdf.generic.ContentStream(drawing, self._page.pdf, "bytes")
                commands = stream.operations
            self._read[id(drawing)] = drawing, commands
        return self._read[id(drawing)][1]

    def _name_font(self, name: Any, resources: Any) -> Any:
        """Give a drawing's font a name that no other has; one that it lacks is the page's."""
        font = member(member(resources, "/Font"), name)
        if not isinstance(font, dict):
            return name
        if id(font) not in self._named:
            count_font(font, self._work)
            named = f"drawn {len(self._named)}"
            self._named[id(font)] = named, font
            self._fonts[named] = self._pypdf.generic._font.Font.from_font_resource(font)  # noqa: SLF001 - no other name
        return self._named[id(font)][0]


def _cut_to(node: Any, key: str) -> Iterator[Command]:
    """Give the commands that cut off what stands outside of a rectangle, if it is one."""
    left, bottom, right, top = corners_of(node, key)
    if left < right and bottom < top:
        yield from [([left, bottom, right - left, top - bottom], b"re"), ([], b"W"), ([], b"n")]


def _follow_name(name: Any, named: Any) -> Any:
    """Return what a name stands for: a picture, a state, a colour space; itself if nothing does."""
    found = member(named, name)
    return name if found is None else found


def _only_move(operands: list[Any], operator: bytes) -> Iterator[Command]:
    """Give what showing a text does beside it: two of its commands go to the next line."""
    if operator == b'"' and len(operands) > 1:
        yield [operands[0]], b"Tw"
        yield [operands[1]], b"Tc"
    if operator in (b"'", b'"'):
        yield [], b"T*"
