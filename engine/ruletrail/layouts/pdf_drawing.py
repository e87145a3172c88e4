"""How much the texts of a PDF's pages may make pypdf lay out, counted before it does.

A page of a few hundred bytes can draw thousands of texts far apart: pypdf puts up to ten thousand
blanks before each, copies the line that grows, and goes through all moves of a text once more for
each part of it. Only `layouts/pdf_work.py` uses this.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from importlib import import_module
from threading import get_ident
from typing import Any

_ENDED_TEXT = b"ET"
_OF_TEXT, _OF_LAID = 16, 2
"""Steps that a text takes when it is drawn, and when it is put into its line."""
_CHARACTERS, _COPIED, _SORTED, _KEPT = 2, 1024, 16, 64
"""How much one step makes: characters, those of a line copied, parts sorted, moves kept."""
_FOLDER = "pypdf._text_extraction._layout_mode"


@contextmanager
def counting_drawing(draw: Callable[[int], None]) -> Iterator[None]:
    """Count by `draw`, which raises for too much, the steps in which this thread lays pages out.

    pypdf has no limit for them but of a single gap, and no place where they are known in time but
    the functions that are replaced here meanwhile; it is the caller's to do so one at a time.
    """
    layout, lines = import_module(_FOLDER), import_module(f"{_FOLDER}._fixed_width_page")
    state = import_module(f"{_FOLDER}._text_state_manager").TextStateManager
    drawing = _Drawing(draw, lines)
    with ExitStack() as replaced:
        for owner, name, plain, counted in (
            (lines, "recurse_to_target_op", lines.recurse_to_target_op, drawing.recurse),
            (lines, "sorted", sorted, drawing.sort),
            (state, "text_state_params", state.text_state_params, drawing.show),
            (layout, "fixed_width_page", layout.fixed_width_page, drawing.write),
        ):
            replaced.enter_context(replacing(owner, name, plain, counted))
        yield


@contextmanager
def replacing(owner: Any, name: str, plain: Any, other: Any) -> Iterator[None]:
    """Let another function stand before one that this thread calls, and be handed it.

    What stands in for a builtin goes again.
    """
    reader, is_there = get_ident(), name in vars(owner)

    def replacement(*given: Any, **named: Any) -> Any:
        if get_ident() != reader:
            return plain(*given, **named)
        return other(plain, *given, **named)

    setattr(owner, name, replacement)
    try:
        yield
    finally:
        if is_there:
            setattr(owner, name, plain)
        else:
            delattr(owner, name)


class _Drawing:
    """Follows what pypdf does with the operators of a page; each method is handed its function."""

    def __init__(self, draw: Callable[[int], None], lines: Any) -> None:
        self._draw, self._lines = draw, lines
        self._levels: list[tuple[bytes, list[Any]]] = []
        """What ends each block that is open, and the texts drawn in it so far."""
        self._longest: dict[int, tuple[Any, int]] = {}

    def recurse(self, plain: Any, ops: Any, state: Any, end: bytes, *more: Any) -> Any:
        """Watch the operators of a block; those of blocks within come by the same way."""
        watched = ops if self._levels else self._watch(ops, state)
        self._levels.append((end, []))
        groups, texts = plain(watched, state, end, *more)
        self._levels.pop()
        if self._levels:
            self._levels[-1][1].extend(texts)  # pypdf lays them out in the outer block once more
        return groups, texts

    def _watch(self, ops: Iterator[tuple[Sequence[Any], bytes]], state: Any) -> Iterator[Any]:
        for operands, operator in ops:
            shown, moves, passed = _count_shown(operands, operator)
            depth = len(state.transform_stack.maps) + moves
            self._draw(shown * (_OF_TEXT + depth) + (1 + moves) * depth // _KEPT)
            self._draw(passed // _CHARACTERS)
            end, texts = self._levels[-1]
            if operator == end == _ENDED_TEXT:
                self._lay(texts)
            yield operands, operator

    def show(self, plain: Any, state: Any, *value: Any) -> Any:
        """Count the characters that a text may have; without a text only the place is asked."""
        if value:
            self._draw(len(value[0]) * self._find_longest(state.font) // _CHARACTERS)
        made = plain(state, *value)
        if value and self._levels:
            self._levels[-1][1].append(made)
        return made

    def _find_longest(self, font: Any) -> int:
        """Return how many characters one of a font may stand for."""
        if id(font) not in self._longest:
            held = [getattr(font, "character_map", None), getattr(font, "encoding", None)]
            maps = [each for each in held if isinstance(each, Mapping)]
            texts = (each for one in maps for each in one.values() if isinstance(each, str))
            self._longest[id(font)] = font, max(map(len, texts), default=1)
        return self._longest[id(font)][1]

    def _lay(self, texts: Sequence[Any]) -> None:
        """Count the blanks before each text, and its line that is copied with each."""
        widths, most = self._lines.LAYOUT_NEW_BT_GROUP_SPACE_WIDTHS, self._lines.WHITESPACE_LIMIT
        laid = (one for one in enumerate(texts) if not one[1].rotated)
        line, end, y = 0, texts[0].displaced_tx if texts else 0, texts[0].ty if texts else 0
        for at, text in laid:
            if not text.font.interpretable:
                continue
            goes_back = end - text.tx > text.space_tx * widths
            blanks = 0
            if goes_back or abs(text.ty - y) > text.font_height:
                line = 0
            elif at:
                gap, blank = round(text.tx - end, 3), text.space_tx * abs(text.transform[0])
                blanks = min(round(gap / blank), most) if gap > 0 and blank else 0
            added = blanks + len(text.text)
            line, end, y = line + added, text.displaced_tx, text.ty
            self._draw(_OF_LAID + added // _CHARACTERS + line // _COPIED)

    def sort(self, plain: Any, items: Any, **how: Any) -> list[Any]:
        """Count the parts of a line, which are sorted anew with each part that joins them."""
        parts = list(items)
        self._draw(len(parts) // _SORTED)
        return plain(parts, **how)  # type: ignore[no-any-return]

    def write(self, plain: Any, groups: Mapping[int, Any], width: float, *more: Any) -> Any:
        """Count the lines of a page and what stands in them, the empty ones too."""
        before: int | None = None
        for y, parts in groups.items():
            height = parts[0]["font_height"]
            if before is not None and height:
                blank = int(abs(y - before) / height) - 1
                self._draw(max(0, min(blank, self._lines.NEWLINE_LIMIT)))
            before = y
            self._draw(_count_line(parts, width, self._lines.WHITESPACE_LIMIT) // _CHARACTERS)
        return plain(groups, width, *more)


def _count_shown(operands: Sequence[Any], operator: bytes) -> tuple[int, int, int]:
    """Count the texts that an operator draws, its moves, and the characters that moves pass.

    A number between two texts is a move, for which pypdf measures the text before it once more.
    """
    if operator != b"TJ":
        return int(operator in (b"Tj", b"'", b'"')), int(operator == b"cm"), 0
    items = operands[0] if operands and isinstance(operands[0], list) else ()
    shown, moves, passed, last = 1, 0, 0, 0
    for item in items:
        if isinstance(item, bytes):
            shown, last = shown + 1, len(item)
        elif isinstance(item, int | float):
            moves, passed = moves + 1, passed + last
    return shown, moves, passed


def _count_line(parts: Sequence[Mapping[str, Any]], width: float, most: int) -> int:
    """Count the characters of a line whose parts stand where they were drawn."""
    length = 0
    for part in parts:
        blanks = int(part["tx"] // width) - length if width else 0
        length += max(0, min(blanks, most)) + len(part["text"])
    return length
