"""Which keys stand where in our rulebooks and their examples: as much as tells a line's place.

The schemas say what a document must hold, and `tests/test_moved_lines.py` holds this to them. Here
is only what a reader needs that knows no schema, when a line stands where it does not belong; and
what a code looks like, and which keys hold formulas, for all who read what authors wrote.
"""

import re
from collections.abc import Iterator, Mapping

from ruletrail.documents.nodes import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
)
from ruletrail.fast_dataclasses import replace
from ruletrail.problems import Mark

CODE = re.compile(r"[A-Za-z][A-Za-z0-9_]*")
"""A code as authors write one; that of a row is two of them with a point between."""
VARIABLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_]*)\}")
"""A name of `for_each` where it stands in a text."""
OF_FORMULAS = ("formula", "when", "due", "expect")
"""Keys whose value is a formula."""

Shape = Mapping[str, "Shape"] | tuple["Shape"] | tuple[()] | None
"""The keys of a mapping, the shape of a list's items, or anything; `""` is any other key.

Empty, it is anything but a mapping; with the key `=` a mapping, or one value.
"""

_OF_MAPPINGS = frozenset({
    "for_each", "round", "display", "message", "text", "types",
    "otherwise", "in_force", "report", "change", "values", "decisions", "sections", "checks",
    "declared", "errors", "reasons",
})  # fmt: skip
"""Keys that may hold a mapping of any keys; in a case a label may, too."""


def _shape(keys: str, **below: Shape) -> Mapping[str, Shape]:
    return {**{key: _shape_of(key) for key in keys.split()}, **below}


def _shape_of(key: str) -> Shape:
    if key in ("when", "due", "expect"):
        return {"=": (), "not_encoded": ()}
    return None if key in _OF_MAPPINGS else ()


_SAID = _shape("label source evidence note")


_BANDS: Shape = (_shape("from above value rate"),)
_ROWS: Shape = ({"": ()},)
_PERIOD = "from until source evidence note"
_MADE = "for_each not_encoded"
ENTRIES: Mapping[str, Mapping[str, Shape]] = {
    "sources": _shape("title kind url note"),
    "parameters": _shape("value day unit display", **_SAID, values=(_shape(f"{_PERIOD} value"),)),
    "scales": _shape(
        "kind of unit times day", **_SAID, bands=_BANDS, versions=(_shape(_PERIOD, bands=_BANDS),)
    ),
    "tables": _shape(
        "by types file day otherwise unit", **_SAID, rows=_ROWS,
        versions=(_shape(f"{_PERIOD} file", rows=_ROWS),),
    ),
    "lists": _shape("label row note"),
    "rules": _shape(
        f"{_MADE} heading when formula unit round display", **_SAID,
        exceptions=(_shape("when formula not_encoded", **_SAID),),
    ),
    "decisions": _shape(
        f"{_MADE} policy", **_SAID,
        cases=(_shape("outcome when otherwise not_encoded message", **{**_SAID, "label": None}),),
    ),
    "sections": _shape(f"{_MADE} title due fields optional part_of message", **_SAID),
    "checks": _shape(f"{_MADE} expect severity message", **_SAID),
    "messages": _shape(f"{_MADE} when text", **_SAID),
    "properties": _shape("expect", **_SAID),
}  # fmt: skip
"""The parts of a rulebook in the order in which people write them, with the keys of entries."""
LISTS = ("cases", "exceptions", "values", "bands", "rows", "versions")
"""The keys of entries that hold lists of mappings."""


def parts_of_key(key: str) -> tuple[tuple[str, ...], str]:
    """Return the parts whose entries know a key, and the list of theirs whose items do, if any."""
    direct = tuple(part for part, keys in ENTRIES.items() if key in keys)
    if direct:
        return direct, ""
    for part, keys in ENTRIES.items():
        for name in LISTS:
            shape = keys.get(name)
            if isinstance(shape, tuple) and shape and key in (shape[0] or ()):
                return (part,), name
    return (), ""


RULEBOOK: Mapping[str, Shape] = {
    **_shape(
        "language rulebook edition version status title report in_force locale day note extends "
        "remove"
    ),
    "groups": {"": (None,)},
    **{part: {"": keys} for part, keys in ENTRIES.items()},
}
_REPORT: Shape = {"=": (), "rulebook": (), "subject": None, "fields": None, "printed": None}
_EXPECT = _shape(
    "status values decisions sections checks declared errors missing not_encoded problems "
    "messages absent_messages reasons"
)
EXAMPLES: Mapping[str, Shape] = {
    **_shape("test rulebook note"),
    "examples": (_shape("name note like change remove", report=_REPORT, expect=_EXPECT),),
}


_HEAD = {"language", "rulebook", "edition", "version", "status", "report"}
_ENOUGH = 2
"""Keys of its head that tell a document: one of them may be what stands elsewhere."""


_FORM = "subject heading id row free_text sentences ignore label kind under after from also"
_OF_FORM: Mapping[str, Shape] = {"cells": None, "inline": None, "numbers": None}
LAYOUT: Mapping[str, Shape] = {
    **_shape("layout rulebook title lookalikes"),
    "numbers": _shape("decimal thousands negative"),
    "booleans": _shape("true false"),
    "dates": None,
    "kinds": {"": {**_shape("under"), **_OF_FORM}},
    "form": ({**_shape(_FORM), **_OF_FORM},),
}


def _list_plain(shape: Shape) -> Iterator[str]:
    if isinstance(shape, Mapping):
        for key, below in shape.items():
            yield from [key] if below == () else _list_plain(below)
    elif shape:
        yield from _list_plain(shape[0])


OF_ONE_VALUE = (
    frozenset({*_list_plain(RULEBOOK), *_list_plain(EXAMPLES), "when", "due"})
    - {"", "="}
    - ENTRIES.keys()
)
"""Keys that hold a text, a number or a list of them: where they are empty, a value is missing."""


def choose_shape(keys: set[str]) -> Mapping[str, Shape] | None:
    """Return the shape of the document that has these keys at its margin; None for any other."""
    if len(EXAMPLES.keys() & keys - {"note"}) >= _ENOUGH and "language" not in keys:
        return EXAMPLES
    if len(LAYOUT.keys() & keys - {"rulebook", "title"}) >= _ENOUGH and "language" not in keys:
        return LAYOUT
    return RULEBOOK if len(_HEAD & keys) >= _ENOUGH else None


def find_misfits(node: Node, shape: Shape) -> Iterator[Mark]:
    """Yield where a tree does not have the shape: keys that are none, and values of other forms."""
    if isinstance(shape, tuple):
        is_list = isinstance(node, SequenceNode)
        if is_list if shape else not isinstance(node, MappingNode):
            for item in items_of(node):
                yield from _find_swallowed(item) if isinstance(item, ScalarNode) else ()
                yield from find_misfits(item, shape[0] if shape else ())
        else:
            yield node.mark
    elif shape is None:
        if isinstance(node, SequenceNode):
            yield from find_misfits(node, (None,))
    else:
        if not isinstance(node, MappingNode):
            yield from () if "=" in shape and isinstance(node, ScalarNode) else (node.mark,)
            return
        entry = shape.get("")
        for key, value in node.values.items():
            # what stands where entries do, and is called like a key of theirs, is one of these
            is_lost = isinstance(entry, Mapping) and key in entry
            if is_lost or (key not in shape and "" not in shape):
                yield node.keys[key].mark
            elif shape == _OF_GROUPS and _holds_list(value):
                continue  # the list stands within it, which is told where the form is checked
            else:
                yield from find_misfits(value, shape.get(key, shape.get("")))


_OF_GROUPS: Shape = {"": (None,)}


def _holds_list(value: Node | None) -> bool:
    """Tell a mapping with one list in it: a group with a label, as other entries have."""
    lists = [each for each in members_of(value).values() if isinstance(each, SequenceNode)]
    return len(lists) == 1


def _find_swallowed(item: ScalarNode) -> Iterator[Mark]:
    """Yield the lines of a text in a list that begin with a dash: they are items of it."""
    for at, written in enumerate(item.written.split("\n") if item.style == "plain" else ()):
        if at and written.lstrip().startswith("- "):
            yield replace(item.mark, line=item.mark.line + at)


def list_lines(node: Node) -> Iterator[int]:
    """Yield the lines, counted from 1, in which keys, items and values begin."""
    yield node.mark.line
    if isinstance(node, SequenceNode):
        for item in node.items:
            yield from list_lines(item)
    elif not isinstance(node, ScalarNode):
        yield from (key.mark.line for key in node.keys.values())
        for value in members_of(node).values():
            yield from list_lines(value)
