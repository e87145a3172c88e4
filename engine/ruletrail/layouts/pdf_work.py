"""How much one PDF may make pypdf do: what its streams unfold to, its fonts hold, its pages draw.

A file of a few kilobytes can unfold to gigabytes, or name one large font ten thousand times. So
every stream has a limit of its own, and all that is looked into counts together, each time that it
is. Only `layouts/pdf.py`, which imports pypdf, uses this.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from threading import get_ident
from typing import Any

from ruletrail.layouts.pdf_drawing import counting_drawing

MOST_STREAM = 4 * 1024 * 1024
"""Bytes that one stream may unfold to, one filter after another together twice as many."""
MOST_WORK = 8 * 1024 * 1024
"""Bytes of streams that may be read in all, as often as they are; what fonts hold counts too."""
MOST_STEPS = 8_000_000
"""Steps in which the texts of all pages may be laid out, of about a microsecond each."""
MOST_REPAIRED = 256 * 1024
"""Bytes of a damaged stream, which is repaired byte by byte."""

_FONT, _WIDEST = 1_000, 65_536
"""What a font counts as, whatever it holds; the most characters of one range of widths."""
_OF_CHARACTER = 8
"""How many times a character counts that a font's map leads to: two numbers may name 100,000."""
_TABLES, _OF_TABLES = ("/ObjStm", "/XRef"), 4
"""Streams of which every few bytes become an object, and how many times they count."""


class PdfWorkError(Exception):
    """A PDF that asks for more work than reading a form takes."""


class Work:
    """Counts what the reading of one PDF took so far."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self._spent = self._drawn = 0

    @property
    def steps(self) -> int:
        """How many steps were taken to lay texts out."""
        return self._drawn

    @property
    def is_over(self) -> bool:
        """Whether it was too much, also where somebody in between took no notice."""
        return self._spent > MOST_WORK or self._drawn > MOST_STEPS

    def spend(self, amount: int) -> None:
        """Count so much more; too much raises `PdfWorkError`."""
        self._spent += amount
        if self.is_over:
            raise PdfWorkError

    def draw(self, steps: int) -> None:
        """Count so many steps more of laying out texts; too many raise `PdfWorkError`."""
        self._drawn += steps
        if self.is_over:
            raise PdfWorkError


@contextmanager
def counting(pypdf: Any, work: Work) -> Iterator[None]:
    """Limit what streams unfold to, and count all that this thread looks into meanwhile.

    pypdf limits single streams and fonts. It has no place where their sum is known but the method
    by which each of them is read or made, so these count meanwhile; it is the caller's to do so one
    at a time.
    """
    stream, font, reader = pypdf.generic.StreamObject, pypdf.generic._font.Font, get_ident()  # noqa: SLF001 - no other name
    plain, make = stream.get_data, font.__dict__["from_font_resource"]

    def get_data(self: Any) -> Any:
        data = plain(self)
        if get_ident() == reader:
            work.spend(len(data) * (_OF_TABLES if self.get("/Type") in _TABLES else 1))
        return data

    def from_font_resource(cls: Any, described: Any) -> Any:
        made = make.__get__(None, cls)(described)
        if get_ident() == reader:
            work.spend(_OF_CHARACTER * len(made.character_map))
        return made

    stream.get_data = get_data
    font.from_font_resource = classmethod(from_font_resource)
    try:
        with pypdf.apply_configuration(**_limits()), counting_drawing(work.draw):
            yield
    finally:
        stream.get_data = plain
        font.from_font_resource = make


def _limits() -> dict[str, int]:
    filters = ("array_based_stream", "brotli", "jbig2", "lzw", "run_length", "zlib")
    return {
        **{f"{name}_maximum_output_length": MOST_STREAM for name in filters},
        "stream_decoding_work_maximum_length": 2 * MOST_STREAM,
        "zlib_maximum_recovery_input_length": MOST_REPAIRED,
    }


def count_fonts(page: Any, work: Work) -> None:
    """Count the fonts that pypdf makes ready for a page: its own, and those of all above it."""
    node, seen = page, set()
    while isinstance(node, dict) and id(node) not in seen:
        seen.add(id(node))
        work.spend(1)
        fonts = _member(_member(node, "/Resources"), "/Font")
        for name in fonts if isinstance(fonts, dict) else ():
            count_font(fonts[name], work)
        node = _member(node, "/Parent")


def count_font(font: Any, work: Work) -> None:
    """Count a font that is made ready."""
    work.spend(_FONT + _count_entries(font))


def _member(node: Any, key: str) -> Any:
    """Return what stands under a key, followed to where it is; None if nothing does."""
    return node[key] if isinstance(node, dict) and key in node else None


def _count_entries(font: Any) -> int:
    """Count at least as many entries as pypdf makes of a font's names and widths."""
    names = _member(_member(font, "/Encoding"), "/Differences")
    below = _member(font, "/DescendantFonts")
    widths = _member(below[0].get_object(), "/W") if isinstance(below, list) and below else None
    entries = len(names) if isinstance(names, list) else 0
    if not isinstance(widths, list):
        return entries
    held = [each.get_object() for each in widths]
    entries += sum(len(each) if isinstance(each, list) else 1 for each in held)
    # a first and a last character stand side by side, and pypdf takes none further apart
    numbers = [each if isinstance(each, int | float) else None for each in held]
    spans = [last - first for first, last in pairwise(numbers) if first is not None and last]
    return entries + sum(int(min(span, _WIDEST)) for span in spans if span > 0)
