"""Why a field has no single type: what its schema says of it, in `type` and in its choices."""

import json
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from ruletrail.problems import Mark, Problem, quote, quote_to_write, term
from ruletrail.schemas.fields import TYPES
from ruletrail.schemas.keywords import type_name
from ruletrail.values import is_plain_number

_WIDEST_FIRST = ("string", "number", "integer", "boolean")
_Fragments = Sequence[Mapping[str, Any]]


def explain_types(code: str, fragments: _Fragments, mark: Mark) -> Problem:
    """Say of a field without one type what is wrong: there is none, or several, or another."""
    details = {"code": quote(code)}
    declared = _declared(fragments)
    kinds = {TYPES[name] for name in declared if name in TYPES}
    if len(kinds) == 1 and len(kinds) == len({TYPES.get(name) for name in declared}):
        every = list(_choices(fragments))
        odd = [each for each in every if TYPES.get(type_name(each)) not in kinds]
        if odd:
            return _of_choices(declared[0], odd, details, mark, are_all=len(odd) == len(every))
    if not declared and len({type_name(each) for each in _choices(fragments)}) > 1:
        return Problem("schema-field-type", mark, details, "", "choices-of-one-type")
    if len(declared) > 1 and len(kinds) == 1 and len(set(declared) - TYPES.keys()) > 0:
        # a value that may be left out needs no `null`
        instead = next(name for name in declared if name in TYPES)
        details["instead"] = quote_to_write(f'"type": "{instead}"')
        return Problem("schema-field-type", mark, details, "", "type-without-null")
    if declared:
        details["written"] = quote(", ".join(declared))
        wording = "type-of-no-value" if len(declared) == 1 else ""
        return Problem("schema-field-type", mark, details, "", "type-of-values", wording=wording)
    return Problem("schema-field-type", mark, details, wording="field-without-type")


def _declared(fragments: _Fragments) -> list[str]:
    """List the types that the keyword `type` names."""
    found: dict[str, None] = {}
    for fragment in fragments:
        declared = fragment.get("type", ())
        found.update(dict.fromkeys([declared] if isinstance(declared, str) else declared))
    return list(found)


def _choices(fragments: _Fragments) -> Iterator[Any]:
    """Yield the values that a field is said to have, by `enum` or `const`."""
    for fragment in fragments:
        yield from fragment.get("enum", ())
        if "const" in fragment:
            yield fragment["const"]


def _of_choices(
    declared: str, odd: Sequence[Any], details: Mapping[str, str], mark: Mark, *, are_all: bool
) -> Problem:
    """Say that the choices are of another type than `type` says, and how to write either."""
    other = {_name_type(each) for each in odd}
    if "object" in other:
        nothing = next(each for each in odd if _name_type(each) == "object")
        shown = {**details, "choice": quote(_write(nothing))}
        advice, wording = "remove-choice", "choice-of-no-value"
        return Problem("schema-field-type", mark, shown, "", advice, wording=wording)
    meant = [_as_declared(each, TYPES[declared]) for each in odd]
    shown = {
        **details,
        "type": quote(f'"type": "{declared}"'),
        "choice": quote(_write(odd[0])),
        "found": term(type_name(odd[0])),
        "instead": quote_to_write(str(meant[0])),
        "other": quote(f'"type": "{min(other, key=_WIDEST_FIRST.index)}"'),
    }
    if are_all:
        advice = "choices-or-type" if all(meant) else "type-of-choices"
    else:
        # the others are as `type` says
        advice = "write-instead" if meant[0] else "choices-of-one-type"
    return Problem("schema-field-type", mark, shown, "", advice, wording="choices-of-other-type")


def _name_type(choice: Any) -> str:
    """Name the type of a choice as `type` would; a whole number is an `integer`."""
    return "integer" if type(choice) is int else type_name(choice)


def _write(choice: Any) -> str:
    """Write a choice as JSON does."""
    return str(choice) if isinstance(choice, Decimal) else json.dumps(choice, ensure_ascii=False)


def _as_declared(choice: Any, kind: str) -> str:
    """Write a choice as a value of a type; empty where it can be none."""
    if kind == "text":
        return json.dumps(_write(choice), ensure_ascii=False)
    text = choice if isinstance(choice, str) else ""
    is_truth = kind == "boolean" and text in ("true", "false")
    return text if is_truth or (kind == "number" and is_plain_number(text)) else ""
