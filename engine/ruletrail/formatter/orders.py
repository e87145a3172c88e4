"""In which order the keys of an entry stand, by the kind of document and the place in it.

Only keys of the language have an order of ours. Codes, `for_each`, the elements of a form and
whatever else the author orders stay as written.
"""

from collections.abc import Mapping, Sequence

Path = tuple[str, ...]
"""The keys that lead to a mapping; an item of a list counts as `*`."""

_RULEBOOK = (
    "language", "rulebook", "edition", "version", "status", "title", "report", "in_force", "locale", "note", "extends", "remove",
    "sources", "parameters", "groups", "rules", "decisions", "sections", "checks", "messages",
)  # fmt: skip
_ENTRY = (
    "for_each", "outcome", "part_of", "title", "kind", "url", "label", "policy", "when", "otherwise", "due", "expect", "value",
    "formula", "not_encoded", "text", "severity", "round", "display", "unit", "fields", "optional", "source", "evidence", "note", "cases",
    "message",
)  # fmt: skip
_SENTENCE = ("due", "not_due", "it", "en", "source", "evidence", "note")
_EXPECT = (
    "status", "values", "decisions", "sections", "checks", "declared", "errors", "missing", "not_encoded", "problems", "messages",
    "absent_messages", "reasons",
)  # fmt: skip
_SENTENCES = ("due", "not_due")
_CASE = ("cases", "*")
_LONGEST_ENTRY = 2

_ORDERS: Mapping[str, Mapping[Path, Sequence[str]]] = {
    "rulebook": {(): _RULEBOOK, ("in_force",): ("from", "to")},
    "test": {
        (): ("test", "rulebook", "note", "examples"),
        ("examples", "*"): ("name", "note", "like", "report", "change", "remove", "expect"),
        ("examples", "*", "report"): ("rulebook", "subject", "fields", "printed"),
        ("examples", "*", "expect"): _EXPECT,
    },
    "layout": {
        (): ("layout", "rulebook", "title", "numbers", "lookalikes", "booleans", "kinds", "form"),
        ("numbers",): ("thousands", "decimal", "negative"),
    },
}
_ENTRIES = frozenset(
    {"sources", "parameters", "rules", "decisions", "sections", "checks", "messages"}
)
_WITHIN: Mapping[Path, Sequence[str]] = {
    (): _ENTRY,
    _CASE: _ENTRY,
    ("round",): ("decimals", "mode"),
    ("display",): ("decimals", "grouping"),
    **{
        (*case, *sentence): _SENTENCE
        for case in ((), _CASE)
        for sentence in (("message",), ("text",))
    },
    **{("message", each): _SENTENCE for each in _SENTENCES},
}
_KINDS = {"language": "rulebook", "test": "test", "layout": "layout"}


def kind_of_document(keys: Sequence[str]) -> str:
    """Tell a rulebook, a layout and examples by the key each begins with; empty for others."""
    return next((kind for key, kind in _KINDS.items() if key in keys), "")


def order_of(kind: str, path: Path) -> Sequence[str]:
    """Return the order of keys of the mapping at a path; empty where the author's stays."""
    if kind == "rulebook" and len(path) >= _LONGEST_ENTRY and path[0] in _ENTRIES:
        return _WITHIN.get(path[_LONGEST_ENTRY:], ())
    return _ORDERS[kind].get(path, ())


def sort_keys(keys: Sequence[str], order: Sequence[str]) -> list[int]:
    """Return the positions of keys in their canonical order; unknown ones come last, as written."""
    ranks = {key: rank for rank, key in enumerate(order)}
    return sorted(range(len(keys)), key=lambda index: ranks.get(keys[index], len(ranks)))
