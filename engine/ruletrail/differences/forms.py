"""What two forms ask otherwise: fields that are new or gone, of another type, bound or choice.

What a schema says of a field in every case is compared keyword by keyword; the rest of it, which
may tie fields to each other, as a whole. Titles, notes and the place of a definition mean nothing.
"""

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ruletrail.analysis.field_domains import read_fragments
from ruletrail.differences.changes import Change
from ruletrail.digests import canonical_json
from ruletrail.linking import LinkedRulebook
from ruletrail.schemas import Schema
from ruletrail.schemas.places import always, named

_NOTES = frozenset({
    "$anchor", "$comment", "$defs", "$id", "$schema", "default", "deprecated", "description",
    "examples", "readOnly", "writeOnly",
})  # fmt: skip
"""Keywords that say nothing of values."""
_READ_ELSEWHERE = frozenset({"$ref", "allOf"})
"""Keywords whose content was read in the place of them."""
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
    for code in codes:
        yield from _compare_field(code, before, after)
    for code in (each for each in before.lists if each in after.lists):
        for name in dict.fromkeys([*before.lists[code].cells, *after.lists[code].cells]):
            yield from _compare_cell(f"{code}.{name}", before, after)
    one, other = _rest(before), _rest(after)
    if not _alike(one, other):
        for key in sorted(one.keys() | other.keys()):
            if not _alike(one.get(key), other.get(key)):
                shown = _show(one.get(key)), _show(other.get(key))
                yield Change("form", "", "form", key, *shown, is_meaning=True)


def _codes(schema: Schema) -> list[str]:
    return [*schema.fields, *schema.lists]


def _compare_field(code: str, old: Schema, new: Schema) -> Iterator[Change]:
    if code not in _codes(old) or code not in _codes(new):
        there = [code in _codes(each) for each in (old, new)]
        known = old if there[0] else new
        type_ = known.fields[code].type if code in known.fields else "list"
        one, other = (type_ if each else None for each in there)
        yield Change("field", code, "entry", "", one, other, is_meaning=True)
        return
    yield from _compare_keywords(code, read_fragments(old, code), read_fragments(new, code))
    required = [code in _required(each) for each in (old, new)]
    if required[0] != required[1]:
        was, now = (str(each).lower() for each in required)
        yield Change("field", code, "required", "required", was, now, is_meaning=True)


def _compare_cell(code: str, old: Schema, new: Schema) -> Iterator[Change]:
    there = [_cell_fragments(each, code) for each in (old, new)]
    if not there[0] or not there[1]:
        one, other = (_show(_keywords(each).get("type")) if each else None for each in there)
        yield Change("field", code, "entry", "", one, other, is_meaning=True)
        return
    yield from _compare_keywords(code, *there)


def _cell_fragments(schema: Schema, code: str) -> list[Fragment]:
    over, _, name = code.partition(".")
    if code not in schema.cells:
        return []
    items = [each["items"] for each in read_fragments(schema, over) if "items" in each]
    return list(always(named(list(always(items, schema.content)), name), schema.content))


def _compare_keywords(
    code: str, old: Sequence[Fragment], new: Sequence[Fragment]
) -> Iterator[Change]:
    before, after = _keywords(old), _keywords(new)
    for key in dict.fromkeys([*before, *after]):
        one, other = before.get(key), after.get(key)
        if _alike(one, other):
            continue
        is_meaning = key not in _WORDS and not _alike(_without_notes(one), _without_notes(other))
        # what choices are called is a label, as the field's own title is
        part = _PARTS.get(key, "range") if is_meaning else _WORDS.get(key, "label")
        yield Change("field", code, part, key, _show(one), _show(other), is_meaning)


def _keywords(fragments: Sequence[Fragment]) -> dict[str, Any]:
    """Gather the keywords of a field; one that stands several times keeps all that it says."""
    found: dict[str, list[Any]] = {}
    for fragment in fragments:
        for key, value in fragment.items():
            if key in _NOTES | _READ_ELSEWHERE or (key == "items" and "properties" in str(value)):
                continue
            said = found.setdefault(key, [])
            if not any(_alike(value, each) for each in said):
                said.append(value)
    return {key: said[0] if len(said) == 1 else said for key, said in found.items()}


def _required(schema: Schema) -> set[str]:
    root = schema.content
    here = always(named(list(always([root], root)), "fields"), root)
    return {code for fragment in here for code in fragment.get("required", ())}


def _rest(schema: Schema) -> dict[str, Any]:
    """Give what a schema says beside its fields, each keyword with the place that it stands at."""
    root = schema.content
    rest: dict[str, Any] = {}
    whole = list(always([root], root))
    for fragment in whole:
        rest |= {
            key: value
            for key, value in fragment.items()
            if key not in {*_NOTES, *_WORDS, *_READ_ELSEWHERE, "properties"}
        }
        for key, value in fragment.get("properties", {}).items():
            if key != "fields":
                rest[f"properties/{key}"] = _without_notes(value)
    for fragment in always(named(whole, "fields"), root):
        left_out = {*_NOTES, *_WORDS, *_READ_ELSEWHERE, "properties", "required"}
        rest |= {f"fields/{key}": each for key, each in fragment.items() if key not in left_out}
    if "$ref" in canonical_json(_plain(rest)):
        rest["$defs"] = root.get("$defs")
    return {key: _without_notes(value) for key, value in rest.items()}


def _without_notes(value: Any) -> Any:
    if isinstance(value, Mapping):
        left_out = {"$comment", "description", "title"}
        return {k: _without_notes(v) for k, v in value.items() if k not in left_out}
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


def _show(value: Any) -> str | None:
    """Write what a keyword says."""
    if value is None:
        return None
    return value if isinstance(value, str) else canonical_json(_plain(value))
