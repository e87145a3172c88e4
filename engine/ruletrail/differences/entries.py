"""Which entries of two rulebooks say something else: the list of changes, in the order written.

Both are resolved: `extends` merged, `for_each` written out. What a report may hold is compared in
`forms`.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping

from ruletrail.differences.changes import Change
from ruletrail.differences.constants import Said
from ruletrail.differences.forms import compare_forms
from ruletrail.differences.pieces import (
    Item,
    Piece,
    Pieces,
    is_threshold,
    take_apart,
)
from ruletrail.linking import LinkedRulebook, kind_of_entry
from ruletrail.rulebooks import Rulebook

Items = Mapping[str, Item]

_HEAD = {
    "title": "label", "status": "validity", "in_force.from": "validity",
    "in_force.to": "validity", "locale": "message", "note": "source",
}  # fmt: skip
"""What a rulebook says of itself, with the part that it counts as."""


def compare_rulebooks(old: LinkedRulebook, new: LinkedRulebook) -> list[Change]:
    """List all that one rulebook says otherwise than another."""
    found = [*_compare_heads(old, new), *compare_forms(old, new)]
    before, after = _kinds(old.rulebook), _kinds(new.rulebook)
    for kind, items in before.items():
        found += _compare_items(kind, items, after[kind])
    return found


def _kinds(rulebook: Rulebook) -> dict[str, Items]:
    """Give all that a rulebook holds, by kind and code."""
    kinds: dict[str, dict[str, Item]] = {
        "parameter": dict(rulebook.parameters),
        "scale": dict(rulebook.scales),
        "table": dict(rulebook.tables),
        "group": dict(rulebook.groups),
        "rule": {},
        "decision": {},
        "section": {},
        "check": {},
        "message": {},
        "list": dict(rulebook.lists),
        "property": dict(rulebook.properties),
        "source": dict(rulebook.sources),
    }
    for code, entry in rulebook.entries.items():
        kinds[kind_of_entry(entry)][code] = entry
    return {**kinds}


def _compare_heads(old: LinkedRulebook, new: LinkedRulebook) -> Iterator[Change]:
    before, after = _head(old), _head(new)
    for at, part in _HEAD.items():
        if before[at] != after[at]:
            one, other = before[at] or None, after[at] or None
            yield Change("rulebook", "", part, at, one, other, is_meaning=False)
    days = [each.rulebook.day for each in (old, new)]
    one, other = (each.code if each is not None else None for each in days)
    if one != other:
        yield Change("rulebook", "", "day", "day", one, other, is_meaning=True)
    was, now = old.rulebook.language, new.rulebook.language
    if was != now:
        yield Change("rulebook", "", "language", "language", str(was), str(now), is_meaning=True)


def _head(linked: LinkedRulebook) -> dict[str, str]:
    rulebook = linked.rulebook
    return {
        "note": str(linked.content.get("note", "")),
        "title": rulebook.title,
        "status": rulebook.status,
        "in_force.from": rulebook.in_force_from,
        "in_force.to": rulebook.in_force_to,
        "locale": rulebook.locale,
    }


_ONLY_READ = frozenset({"message", "list", "source", "property"})
"""Kinds of entries that no outcome rests on."""


def _compare_items(kind: str, old: Items, new: Items) -> Iterator[Change]:
    for code in dict.fromkeys([*old, *new]):
        before, after = old.get(code), new.get(code)
        if before is None or after is None:
            pieces = [None if each is None else _sketch(each) for each in (before, after)]
            one, other = (None if each is None else each.shown for each in pieces)
            said = (_said(pieces[0]), _said(pieces[1]))
            yield Change(kind, code, "entry", "", one, other, kind not in _ONLY_READ, said)
        elif before != after:
            yield from _compare_item(kind, code, take_apart(before), take_apart(after))


def _sketch(item: Item) -> Piece:
    """Say what an entry is in a line: the first thing that it says."""
    pieces = take_apart(item)
    meaning = [piece for piece in pieces.values() if piece.is_meaning]
    return next(iter(meaning or pieces.values()), Piece("entry", "", ""))


def _said(piece: Piece | None) -> Said | None:
    return None if piece is None else piece.said


def _compare_item(kind: str, code: str, old: Pieces, new: Pieces) -> Iterator[Change]:
    old, new = _match_bands(old, new)
    lone = old.keys() ^ new.keys()
    for at in dict.fromkeys([*old, *new]):
        before, after = old.get(at), new.get(at)
        if before is not None and after is not None and before.key == after.key:
            continue
        # what stands in a case that only one of them has is said with the case, and a list of cases
        # says nothing more than they do, unless their order alone changed
        if _parent(at) in lone or (at == "cases" and any(_is_case(each) for each in lone)):
            continue
        yield _change(kind, code, at, before, after)


def _parent(at: str) -> str:
    """Name the case or exception that a place is in; empty for none."""
    end = at.rfind("].")
    return at[: end + 1] if end >= 0 else ""


def _is_case(at: str) -> bool:
    return at.startswith("cases[") and not _parent(at)


def _match_bands(old: Pieces, new: Pieces) -> tuple[Pieces, Pieces]:
    """Compare bands by their number where there are as many, else by what they begin with.

    Of a scale in versions, those of each by themselves.
    """
    before, after = (Counter(filter(None, map(_list_of_bands, each))) for each in (old, new))
    unlike = {at for at in before.keys() | after.keys() if before[at] != after[at]}
    return (_by_begin(old, unlike), _by_begin(new, unlike)) if unlike else (old, new)


def _list_of_bands(at: str) -> str:
    """Name the list that a band stands in; empty of what is no band."""
    begin, _, number = at.rpartition("bands[")
    return f"{begin}bands[" if number.rstrip("]").isdigit() else ""


def _by_begin(pieces: Pieces, lists: Collection[str]) -> Pieces:
    return {
        f"{_list_of_bands(at)}{piece.shown.partition(':')[0]}]"
        if _list_of_bands(at) in lists
        else at: piece
        for at, piece in pieces.items()
    }


def _change(kind: str, code: str, at: str, old: Piece | None, new: Piece | None) -> Change:
    known = [piece for piece in (old, new) if piece is not None]
    part = known[0].part
    if old is not None and new is not None and old.tree is not None and new.tree is not None:
        part = "threshold" if is_threshold(old.tree, new.tree) else part
    is_meaning = any(piece.is_meaning for piece in known)
    was, now = (piece.shown if piece is not None else None for piece in (old, new))
    return Change(kind, code, part, at, was, now, is_meaning, (_said(old), _said(new)))
