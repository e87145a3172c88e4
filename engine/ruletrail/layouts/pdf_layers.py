"""The layers of a PDF that are switched off when it is opened: what they hold is not on paper.

A form in two languages may have both, one over the other, and show one.
"""

from typing import Any

from ruletrail.layouts.pdf_fields import member


class Layers:
    """Knows which layers of a page's document are off."""

    def __init__(self, page: Any) -> None:
        """Read the state in which the document is opened."""
        properties = member(page.pdf.root_object, "/OCProperties")
        usual = member(properties, "/D")
        groups = _identities(member(properties, "/OCGs"))
        is_off = member(usual, "/BaseState") == "/OFF"
        self._off = groups - _identities(member(usual, "/ON")) if is_off else frozenset[int]()
        self._off |= _identities(member(usual, "/OFF"))

    def is_hidden_mark(self, operands: list[Any], resources: Any) -> bool:
        """Tell whether a mark in the content begins what a layer that is off holds."""
        if len(operands) < 2 or operands[0] != "/OC":  # noqa: PLR2004 - a tag and a name
            return False
        return self.is_hidden(member(member(resources, "/Properties"), operands[1]))

    def is_hidden(self, layer: Any) -> bool:
        """Tell a layer that is off, or a membership in layers that hides as they are."""
        if not self._off or layer is None:
            return False
        if member(layer, "/Type") != "/OCMD":
            return id(layer) in self._off
        held = member(layer, "/OCGs")
        several = _identities(held) if isinstance(held, list) else frozenset({id(held)})
        off, policy = several & self._off, member(layer, "/P")
        if policy == "/AllOn":
            return bool(off)
        if policy in ("/AnyOff", "/AllOff"):
            return not off or (policy == "/AllOff" and off != several)
        return bool(several) and off == several


def _identities(objects: Any) -> frozenset[int]:
    """Return what tells objects apart; the reader of a file makes each of them once."""
    held = objects if isinstance(objects, list) else ()
    return frozenset(id(each.get_object()) for each in held)
