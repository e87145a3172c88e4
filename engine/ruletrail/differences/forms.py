"""What two forms ask otherwise: fields that are new or gone, of another type, bound or choice.

What a schema says of a field in every case is compared keyword by keyword; the rest of it, which
may tie fields to each other, as a whole. Titles, notes and the place of a definition mean nothing.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ruletrail.analysis.field_domains import read_fragments
from ruletrail.differences.changes import Change
from ruletrail.digests import canonical_json
from ruletrail.linking import LinkedRulebook
from ruletrail.schemas import Schema
from ruletrail.schemas.places import always, follow, named

_NOTES = frozenset({
    "$anchor", "$comment", "$defs", "$id", "$schema", "default", "deprecated", "description",
    "examples", "readOnly", "writeOnly",
})  # fmt: skip
"""Keywords that say nothing of values."""
_READ_ELSEWHERE = frozenset({"$ref", "allOf"})
"""Keywords whose content was read in the place of them."""
_LEFT_OUT = _NOTES | _READ_ELSEWHERE
_CONDITIONAL = ("if", "then", "else")
_OF_NAMES = frozenset({
    "$defs", "definitions", "dependentRequired", "dependentSchemas", "patternProperties",
    "properties",
})  # fmt: skip
"""Keywords whose content has names of the author's own."""
_UNREAD = frozenset({"$comment", "description", "title"})
"""Keywords that mean nothing wherever they stand."""
_WORDS: Mapping[str, str] = {"title": "label", "unit": "unit"}
_PARTS: Mapping[str, str] = {
    "type": "type", "format": "type", "enum": "choices", "const": "choices", "oneOf": "choices",
}  # fmt: skip
"""What else than a bound a keyword says; the others bound a value."""

Fragment = Mapping[str, Any]


def compare_forms(old: LinkedRulebook, new: LinkedRulebook) -> Iterator[Change]:
    """List what two forms ask otherwise."""
    before, after = old.schema, new.schema
    if before is after or before.content == after.content:
        return
    codes = dict.fromkeys([*_codes(before), *_codes(after)])
    required = [_required(_fields_of(each)) for each in (before, after)]
    for code in codes:
        yield from _compare_field(code, before, after)
        if _declares(before, code) and _declares(after, code):
            yield from _compare_required(code, code, required)
    for code in (each for each in before.lists if each in after.lists):
        yield from _compare_rows(code, before, after)
    one, other = _rest(before), _rest(after)
    if not _alike(one, other):
        for key in sorted(one.keys() | other.keys()):
            if not _alike(one.get(key), other.get(key)):
                shown = _show(one.get(key)), _show(other.get(key))
                yield Change("form", "", "form", key, *shown, is_meaning=True)


def _codes(schema: Schema) -> list[str]:
    return [*schema.fields, *schema.lists]


def _declares(schema: Schema, code: str) -> bool:
    return code in schema.fields or code in schema.lists


def _compare_field(code: str, old: Schema, new: Schema) -> Iterator[Change]:
    there = [_declares(each, code) for each in (old, new)]
    if not all(there):
        known = old if there[0] else new
        type_ = known.fields[code].type if code in known.fields else "list"
        one, other = (type_ if each else None for each in there)
        yield Change("field", code, "entry", "", one, other, is_meaning=True)
        return
    both = [_keywords(read_fragments(each, code)) for each in (old, new)]
    yield from _compare_keywords(code, *both)


def _compare_rows(code: str, old: Schema, new: Schema) -> Iterator[Change]:
    cells = [each.lists[code].cells for each in (old, new)]
    required = [_required(_row_fragments(each, code)) for each in (old, new)]
    for name in dict.fromkeys([*cells[0], *cells[1]]):
        yield from _compare_cell(f"{code}.{name}", old, new)
        if all(name in each for each in cells):
            yield from _compare_required(f"{code}.{name}", name, required)
    yield from _compare_keywords(code, *(_of_rows(each, code) for each in (old, new)))


def _compare_required(code: str, name: str, required: Sequence[set[str]]) -> Iterator[Change]:
    if (name in required[0]) != (name in required[1]):
        was, now = (str(name in each).lower() for each in required)
        yield Change("field", code, "required", "required", was, now, is_meaning=True)


def _compare_cell(code: str, old: Schema, new: Schema) -> Iterator[Change]:
    there = [_cell_fragments(each, code) for each in (old, new)]
    if not there[0] or not there[1]:
        one, other = (_show(_keywords(each).get("type")) if each else None for each in there)
        yield Change("field", code, "entry", "", one, other, is_meaning=True)
        return
    yield from _compare_keywords(code, *map(_keywords, there))


def _row_fragments(schema: Schema, code: str) -> list[Fragment]:
    """List what a schema says of every row of a list."""
    items = [each["items"] for each in read_fragments(schema, code) if "items" in each]
    return list(always(items, schema.content))


def _cell_fragments(schema: Schema, code: str) -> list[Fragment]:
    over, _, name = code.partition(".")
    if code not in schema.cells:
        return []
    return list(always(named(_row_fragments(schema, over), name), schema.content))


def _of_rows(schema: Schema, code: str) -> dict[str, Any]:
    """Give what a schema says of the rows of a list beside their cells, each with its place."""
    rows = _row_fragments(schema, code)
    said = _gather(rows, {*_LEFT_OUT, *_WORDS, "properties", "required"})
    said |= _undeclared(rows, schema.lists[code].cells)
    return {f"items/{key}": value for key, value in said.items()}


def _compare_keywords(
    code: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> Iterator[Change]:
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if _alike(one, other):
            continue
        bare = [_without_notes(each, are_names=_has_names(key)) for each in (one, other)]
        is_meaning = key not in _WORDS and not _alike(*bare)
        # what choices are called is a label, as the field's own title is
        part = _PARTS.get(key, "range") if is_meaning else _WORDS.get(key, "label")
        yield Change("field", code, part, key, _show(one), _show(other), is_meaning)


def _keywords(fragments: Sequence[Fragment]) -> dict[str, Any]:
    """Gather the keywords of a field; what a list says of its rows is compared by itself."""
    found = _gather(fragments, _LEFT_OUT)
    if any("properties" in str(each.get("items")) for each in fragments):
        found.pop("items", None)
    return found


def _gather(fragments: Iterable[Fragment], left_out: Collection[str]) -> dict[str, Any]:
    """Gather keywords; one that stands several times keeps all that it says, in any order."""
    found: dict[str, list[Any]] = {}
    for fragment in fragments:
        for key, value in _said(fragment):
            said = found.setdefault(key, [])
            if key not in left_out and not any(_alike(value, each) for each in said):
                said.append(value)
    ordered = {key: sorted(said, key=_write) for key, said in found.items() if said}
    return {key: said[0] if len(said) == 1 else said for key, said in ordered.items()}


def _said(fragment: Fragment) -> Iterator[tuple[str, Any]]:
    """Yield what a fragment says; what holds under a condition says nothing without it."""
    for key, value in fragment.items():
        if key == "if":
            yield key, {each: fragment[each] for each in _CONDITIONAL if each in fragment}
        elif key not in _CONDITIONAL:
            yield key, value


def _fields_of(schema: Schema) -> list[Fragment]:
    """List what a schema says of the fields of a report."""
    root = schema.content
    return list(always(named(list(always([root], root)), "fields"), root))


def _required(fragments: Iterable[Fragment]) -> set[str]:
    return {code for fragment in fragments for code in fragment.get("required", ())}


def _undeclared(fragments: Iterable[Fragment], known: Collection[str]) -> dict[str, Any]:
    """Give which names are required and nowhere declared; nothing where none is."""
    names = sorted(_required(fragments).difference(known))
    return {"required": names} if names else {}


def _rest(schema: Schema) -> dict[str, Any]:
    """Give what a schema says beside its fields, each keyword with the place that it stands at."""
    root = schema.content
    whole = list(always([root], root))
    rest = _gather(whole, {*_LEFT_OUT, *_WORDS, "properties"})
    beside = _gather((each.get("properties", {}) for each in whole), {"fields"})
    rest |= {f"properties/{key}": each for key, each in beside.items()}
    left_out = {*_LEFT_OUT, *_WORDS, "properties", "required"}
    fields = _fields_of(schema)
    of_fields = _gather(fields, left_out) | _undeclared(fields, _codes(schema))
    rest |= {f"fields/{key}": each for key, each in of_fields.items()}
    told = [rest, *(_keywords(read_fragments(schema, code)) for code in schema.fields)]
    for code in schema.lists:
        told += [_keywords(read_fragments(schema, code)), _of_rows(schema, code)]
    told += [_keywords(_cell_fragments(schema, code)) for code in schema.cells]
    rest |= _find_referred(told, root)
    return {key: _without_notes(v, are_names=_has_names(key)) for key, v in rest.items()}


def _find_referred(said: Sequence[Any], root: Fragment) -> dict[str, Any]:
    """Find what is referred to in what schemas say, at any distance, by its place."""
    found: dict[str, Any] = {}
    waiting = list(said)
    while waiting:
        value = waiting.pop()
        if isinstance(value, Mapping):
            waiting += value.values()
            reference = value.get("$ref")
            if isinstance(reference, str) and reference not in found:
                found[reference] = follow(reference, root)
                waiting.append(found[reference])
        elif isinstance(value, list | tuple):
            waiting += value
    return {reference.removeprefix("#/"): value for reference, value in found.items()}


def _has_names(key: str) -> bool:
    """Tell whether what stands at a place has names of the author's own, not keywords."""
    return key.rpartition("/")[2] in _OF_NAMES


def _without_notes(value: Any, *, are_names: bool = False) -> Any:
    """Leave out what means nothing; a property may be called like that."""
    if isinstance(value, Mapping):
        kept = ((k, v) for k, v in value.items() if are_names or k not in _UNREAD)
        return {k: _without_notes(v, are_names=not are_names and k in _OF_NAMES) for k, v in kept}
    return [_without_notes(each) for each in value] if isinstance(value, list) else value


def _alike(one: Any, other: Any) -> bool:
    """Tell whether two pieces of schemas say the same: 1.0 is 1, and true is not."""
    if isinstance(one, Mapping) and isinstance(other, Mapping):
        return one.keys() == other.keys() and all(_alike(one[k], other[k]) for k in one)
    if isinstance(one, list | tuple) and isinstance(other, list | tuple):
        return len(one) == len(other) and all(map(_alike, one, other))
    return isinstance(one, bool) == isinstance(other, bool) and bool(one == other)


def _plain(value: Any) -> Any:
    """Make numbers texts, as canonical JSON has no others than finite decimals."""
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return format(value, "f") if isinstance(value, Decimal) else value


def _write(value: Any) -> str:
    """Write what a keyword says, to be put in one order."""
    return canonical_json(_plain(_without_notes(value)))


def _show(value: Any) -> str | None:
    """Write what a keyword says."""
    if value is None:
        return None
    return value if isinstance(value, str) else canonical_json(_plain(value))
