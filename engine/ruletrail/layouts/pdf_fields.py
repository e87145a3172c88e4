"""What is filled in on a page of a PDF: the looks of its fields and notes, and values without one.

A field has a value, and a look, which is what is seen and printed. A program that fills a form in
may write the one without the other: what each viewer then shows is its own affair.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from ruletrail.layouts.pdf_work import Work

_HIDDEN = 1 << 1 | 1 << 5
_NOT_ON_PAPER = ("/Popup", "/Link", "/Text", "/FileAttachment", "/Sound", "/Movie")
"""Annotations that are no part of what is printed, or only an icon."""
_WRITTEN = ("/Tx", "/Ch")
"""Fields whose value is a text: those that are written into, and those of choices."""
_SIGNS_OF_NUMBERS = str.maketrans("", "", ".,'’-−")
_OF_ANNOTATION, _OF_CHOICE = 128, 16
_MOST_PARENTS = 32


@dataclass(frozen=True, slots=True)
class Look:
    """What an annotation shows, and where: six numbers that transform its drawing."""

    drawing: Any
    place: tuple[float, ...]
    defaults: Any
    """The resources of all fields, for what the drawing does not have."""
    layer: Any
    """The layer that it belongs to, if any."""


def member(node: Any, key: Any) -> Any:
    """Return what stands under a key, followed to where it is; None if nothing does."""
    return node[key] if isinstance(node, dict) and isinstance(key, str) and key in node else None


def list_looks(page: Any, work: Work) -> list[Look]:
    """List the looks of what is filled in on a page, in their order."""
    defaults = member(_form_of(page), "/DR")
    found = ((each, _look_of(each)) for each in _list_shown(page, work))
    return [
        Look(look, _place_of(each, look), defaults, member(each, "/OC"))
        for each, look in found
        if look is not None
    ]


def find_undrawn(page: Any, text: str, work: Work) -> str:
    """Name the first field with a value that the page's text may lack; empty where there is none.

    That is one without a look, or with one that holds no text; where the form asks whoever opens it
    to make the looks anew, or a look only places another drawing, also one whose value is not found
    on the page.
    """
    is_stale = bool(member(_form_of(page), "/NeedAppearances"))
    squeezed = "".join(text.split())
    for each in _list_shown(page, work):
        value = _value_of(each)
        if not value:
            continue
        look = _look_of(each)
        drawn = look.get_data() if look is not None else b""
        is_certain = b"BT" in drawn and not is_stale
        is_possible = b"BT" in drawn or b"Do" in drawn
        if not is_certain and not (is_possible and _is_shown(each, value, squeezed, work)):
            return str(_inherit(each, "/T") or value)
    return ""


def _is_shown(annotation: Any, value: str, text: str, work: Work) -> bool:
    """Tell whether a text holds a value, as the field has it or as it may show it.

    A number is shown with other signs in it than are kept, a choice by its name.
    """
    if value in text:
        return True
    digits = value.translate(_SIGNS_OF_NUMBERS)
    if digits.isdecimal():
        # of 1000.00 a page may show 1000, but not any number with a 1 in it
        whole, _, part = value.replace(",", ".").rpartition(".")
        kept = f"{whole}{part.rstrip('0')}".translate(_SIGNS_OF_NUMBERS) if whole else digits
        return bool(kept) and kept in text.translate(_SIGNS_OF_NUMBERS)
    choices = _inherit(annotation, "/Opt")
    pairs = [each.get_object() for each in choices] if isinstance(choices, list) else []
    work.spend(_OF_CHOICE * len(pairs))
    return any(
        "".join(str(pair[0]).split()) == value and "".join(str(pair[1]).split()) in text
        for pair in pairs
        if isinstance(pair, list) and len(pair) == 2  # noqa: PLR2004 - what is kept, what is shown
    )


def _form_of(page: Any) -> Any:
    return member(page.pdf.root_object, "/AcroForm")


def _list_shown(page: Any, work: Work) -> Iterator[Any]:
    annotations = member(page, "/Annots")
    for each in annotations if isinstance(annotations, list) else ():
        work.spend(_OF_ANNOTATION)
        annotation = each.get_object()
        flags = member(annotation, "/F")
        is_hidden = isinstance(flags, int) and bool(flags & _HIDDEN)
        is_on_paper = member(annotation, "/Subtype") not in _NOT_ON_PAPER
        if isinstance(annotation, dict) and is_on_paper and not is_hidden:
            yield annotation


def _look_of(annotation: Any) -> Any:
    """Return the drawing that shows an annotation as it is now; None where it has none."""
    look = member(member(annotation, "/AP"), "/N")
    if isinstance(look, dict) and not hasattr(look, "get_data"):
        look = member(look, member(annotation, "/AS"))
    return look if hasattr(look, "get_data") else None


def _value_of(annotation: Any) -> str:
    """Return the text that somebody wrote in a field or on the page, without blanks."""
    if member(annotation, "/Subtype") == "/FreeText":
        written = member(annotation, "/Contents")
    elif _inherit(annotation, "/FT") in _WRITTEN:
        written = _inherit(annotation, "/V")
    else:
        return ""
    if hasattr(written, "get_data"):
        written = written.get_data().decode("utf-8", "replace")
    several = written if isinstance(written, list) else [written]
    return "".join("".join(str(each.get_object()).split()) for each in several if each is not None)


def _inherit(field: Any, key: str) -> Any:
    """Return what a field says, or the one that it is a part of."""
    for _ in range(_MOST_PARENTS):
        if not isinstance(field, dict) or key in field:
            break
        field = member(field, "/Parent")
    return member(field, key)


def _place_of(annotation: Any, look: Any) -> tuple[float, ...]:
    """Say how a look is transformed to fill the rectangle of its annotation."""
    left, bottom, right, top = corners_of(annotation, "/Rect")
    a, b, c, d, e, f = _numbers(look, "/Matrix", 6) or (1, 0, 0, 1, 0, 0)
    x0, y0, x1, y1 = corners_of(look, "/BBox")
    corners = [(a * x + c * y + e, b * x + d * y + f) for x in (x0, x1) for y in (y0, y1)]
    xs, ys = zip(*corners, strict=True)
    wide, high = max(xs) - min(xs), max(ys) - min(ys)
    across = (right - left) / wide if wide else 1
    along = (top - bottom) / high if high else 1
    return across, 0, 0, along, left - min(xs) * across, bottom - min(ys) * along


def _numbers(node: Any, key: str, count: int) -> Sequence[float]:
    found = member(node, key)
    return numbers_of(
        [each.get_object() for each in found] if isinstance(found, list) else (), count
    )


def numbers_of(found: Sequence[Any], count: int) -> Sequence[float]:
    """Return so many numbers of a page's geometry, or none: no value of a form is among them."""
    are_numbers = len(found) == count and all(isinstance(each, int | float) for each in found)
    return [float(each) for each in found] if are_numbers else ()


def corners_of(node: Any, key: str) -> tuple[float, float, float, float]:
    """Return left, bottom, right and top of a rectangle, whichever corners it names."""
    x0, y0, x1, y1 = _numbers(node, key, 4) or (0, 0, 0, 0)
    return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)
