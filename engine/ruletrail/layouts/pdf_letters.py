"""Letters that a font of a PDF does not name: pypdf takes the number by which it draws them.

A viewer draws by that number what the font holds, which nobody can know from outside. As a letter
of its own it would be another one, and of a digit another amount: it is a sign that cannot be read.
Only `layouts/pdf.py` uses this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import get_ident
from typing import Any

from ruletrail.layouts.pdf_fields import member

UNNAMED = "\ufffd"

_NUMBERED = ("/Identity-H", "/Identity-V")
"""The ways of writing by which a text is the numbers of drawings, and no letters."""
_EMBEDDED = ("/FontFile", "/FontFile2", "/FontFile3")


@contextmanager
def marking_unnamed(pypdf: Any) -> Iterator[None]:
    """Let each font that this thread makes ready have a sign for what it does not name.

    It is the caller's to do so one at a time.
    """
    font, reader = pypdf.generic._font.Font, get_ident()  # noqa: SLF001 - no other name
    make = font.__dict__["from_font_resource"]

    def from_font_resource(cls: Any, described: Any) -> Any:
        made = make.__get__(None, cls)(described)
        if get_ident() == reader:
            _mark(made, described)
        return made

    font.from_font_resource = classmethod(from_font_resource)
    try:
        yield
    finally:
        font.from_font_resource = make


class _Named(dict[Any, Any]):
    """A font's letters, with a sign for each that it has no name of."""

    def get(self, key: Any, _default: Any = None) -> Any:
        """Return the letter, whatever else is offered."""
        return super().get(key, UNNAMED)


def _mark(made: Any, described: Any) -> None:
    if isinstance(made.encoding, str):
        if member(described, "/Encoding") in _NUMBERED:
            made.character_map = _Named(made.character_map)
        return
    if made.character_map and "/Encoding" not in described and _is_embedded(described):
        made.character_map = _Named(made.character_map)
    for number, letter in made.encoding.items():
        if len(letter) > 1 and letter.startswith("/"):
            made.encoding[number] = UNNAMED  # the font's own name for a drawing


def _is_embedded(described: Any) -> bool:
    """Tell whether a font brings its drawings: no standard says in which order."""
    descriptor = member(described, "/FontDescriptor")
    return any(member(descriptor, each) is not None for each in _EMBEDDED)
