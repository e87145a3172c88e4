"""Schemas from their documents, with what is wrong in them.

Read like any other document, so that its bounds are exact. What could make checking slow or reach
outside (remote references, costly patterns) is refused here, when the schema is loaded.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ruletrail.documents import (
    MappingNode,
    Node,
    ScalarNode,
    SequenceNode,
    items_of,
    members_of,
)
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.schemas.declarations import Schema
from ruletrail.schemas.fields import (
    OWN_WORDS,
    TYPES,
    FieldDeclaration,
    ListDeclaration,
    read_field,
)
from ruletrail.schemas.meant_numbers import advise_number
from ruletrail.schemas.places import (
    admitted_types,
    expand,
    property_fragments,
    type_document,
)
from ruletrail.schemas.thousands import is_parted
from ruletrail.suggestions import KnownNames, Nearest
from ruletrail.values import is_plain_number, read_date

if TYPE_CHECKING:
    from ruletrail.schemas.extents import Extent

DRAFT = "https://json-schema.org/draft/2020-12/schema"
_NUMBER = re.compile(r"-?[0-9]{1,20}(\.[0-9]{1,20})?")
_OF_VALUES = frozenset({"minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum", "multipleOf"})
_OF_NUMBERS = _OF_VALUES | {
    f"{most}{what}" for most in ("min", "max") for what in ("Length", "Items", "Properties")
}
_OF_TRUTHS = frozenset({"additionalProperties", "unevaluatedProperties", "uniqueItems", "items"})
_OF_LISTS = frozenset({"enum", "required", "examples"})
_OF_DATA = frozenset({"const", "default", "enum", "examples"})
"""Keywords below which stand values, and no schemas."""
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_ROOT_ONLY = ("$id", "$schema", "$anchor", "$dynamicAnchor", "$vocabulary")
MOST_CHOICES = 500_000
"""Values that all fields of a form may list, a shared list counted for each of its fields."""

MOST_LISTS = 20
"""Lists of rows that a form may have."""

FORMATS = ("date", "email", "idn-email", "ipv4", "ipv6", "uuid")
"""The formats that jsonschema checks by itself; another would be admitted unchecked."""


def build_schema(node: Node, *, of_report: bool) -> tuple[Schema | None, list[Problem]]:
    """Make a schema from its document.

    With `of_report` it is somebody's schema of reports: it is checked against the metaschema, and
    the fields it declares are read. Without, it is one of ours, which the tests check.
    """
    if not isinstance(node, MappingNode):
        return None, [Problem("schema-not-object", node.mark)]
    content, problems = type_document(node, True, bounded=False)
    problems += _check_draft(node, content)
    problems += list(_check_places(node, content))
    if problems:
        return None, problems
    extents: Mapping[int, Extent] = {}
    if of_report:
        problems += _check_meta(node, content)
    if of_report and not problems:
        # schemas that keep to the limits were judged before they were cached
        from ruletrail.schemas.extents import measure  # noqa: PLC0415

        extents = measure(content)
        problems += _check_extents(node, content, extents)
    fields: dict[str, FieldDeclaration] = {}
    lists: dict[str, ListDeclaration] = {}
    if of_report:
        problems += _find_repeated_choices(node)
    if of_report and not problems:
        fields, lists, found = _read_fields(node, content)
        problems += found or _check_costs(node, content, extents, has_lists=bool(lists))
    identity = str(content.get("$id") or "")
    return (Schema(content, identity, fields, lists) if not problems else None), problems


def _find_repeated_choices(node: Node) -> Iterator[Problem]:
    """Find the choices of a `oneOf` that stand there twice: a value of both is of no single one.

    In an `enum` a value may stand twice, and is admitted.
    """
    for item in items_of(node):
        yield from _find_repeated_choices(item)
    for key, value in members_of(node).items():
        choices = items_of(value) if key == "oneOf" else ()
        consts = [members_of(each).get("const") for each in choices]
        seen = set[tuple[object, bool]]()
        for const in consts:
            if not isinstance(const, ScalarNode):
                continue
            if (chosen := _value_of(const)) in seen:
                yield Problem("schema-choice-repeated", const.mark, {"text": quote(const.text)})
            seen.add(chosen)
        if key not in _OF_DATA:
            yield from _find_repeated_choices(value)


def _value_of(const: ScalarNode) -> tuple[object, bool]:
    """Write a scalar so that equal values are equal: 1 and 1.0 are, 1 and "1" are not."""
    is_text = const.style == "quoted"
    is_number = not is_text and is_plain_number(const.text)
    return (Fraction(const.text) if is_number else const.text), is_text


def _check_draft(node: MappingNode, content: Mapping[str, Any]) -> list[Problem]:
    written = content.get("$schema", DRAFT)
    if isinstance(written, str) and written.rstrip("#") == DRAFT:
        return []
    mark = _mark(node.get("$schema"), node.mark)
    return [Problem("schema-draft", mark, {"text": quote(str(written))})]


def _check_places(root: Node, content: Any) -> Iterator[Problem]:
    """Find references that leave the schema or go in a ring, and keywords that we cannot keep."""
    # schemas that keep to the limits were judged before they were cached
    from ruletrail.schemas.extents import find_rings  # noqa: PLC0415

    places = list(_mappings(root, content))
    rings = find_rings([data for _, data in places], content)
    for here, data in places:
        yield from _check_place(here, data, content, is_ring=id(data) in rings)


def _mappings(root: Node, content: Any) -> Iterator[tuple[MappingNode, Mapping[str, Any]]]:
    """Yield every mapping of a schema with its data, the whole first."""
    waiting: list[tuple[Node, Any]] = [(root, content)]
    while waiting:
        here, data = waiting.pop()
        if isinstance(here, SequenceNode):
            waiting.extend(zip(here.items, data, strict=True))
        if isinstance(here, MappingNode):
            waiting.extend((value, data[key]) for key, value in here.values.items())
            yield here, data


def _check_place(
    here: MappingNode, data: Mapping[str, Any], root: Any, *, is_ring: bool
) -> Iterator[Problem]:
    # a schema from the cache was judged before
    from ruletrail.schemas.patterns import is_linear  # noqa: PLC0415

    texts = {key: value for key, value in data.items() if isinstance(value, str)}

    def refuse(code: str, keyword: str) -> Problem:
        return Problem(code, here.values[keyword].mark, {"text": quote(texts[keyword])})

    for keyword in (keyword for keyword in _REFERENCES if keyword in texts):
        if not _is_local(texts[keyword], root, keyword) or is_ring:
            yield refuse("schema-reference", keyword)
    for keyword in () if data is root else _ROOT_ONLY:
        if keyword in texts:
            mark, details = here.keys[keyword].mark, {"keyword": quote(keyword)}
            yield Problem("schema-nested-identity", mark, details)
    if "format" in texts and texts["format"] not in FORMATS:
        details = {"text": quote(texts["format"]), "known": ", ".join(FORMATS)}
        near = Nearest(texts["format"], KnownNames(FORMATS))
        yield Problem("schema-format", here.values["format"].mark, details, near)
    if "pattern" in texts and not is_linear(texts["pattern"]):
        yield refuse("schema-pattern", "pattern")
    by_pattern = here.get("patternProperties")
    for text, key in by_pattern.keys.items() if isinstance(by_pattern, MappingNode) else ():
        if not is_linear(text):
            yield Problem("schema-pattern", key.mark, {"text": quote(text)})


def _check_extents(
    node: MappingNode, content: Mapping[str, Any], extents: Mapping[int, "Extent"]
) -> Iterator[Problem]:
    """Find the innermost parts that ask for more checking than a value may cost."""
    from ruletrail.schemas.extents import (  # noqa: PLC0415 - as above
        MOST_CHECKS,
        MOST_LEVELS,
        is_within,
        used,
    )

    if is_within(extents[id(content)]):
        return
    beyond = {known for known, extent in extents.items() if not is_within(extent)}
    limits = {"checks": str(MOST_CHECKS), "levels": str(MOST_LEVELS)}
    innermost = [
        here
        for here, data in _mappings(node, content)
        if id(data) in beyond and all(id(each) not in beyond for each in used(data, content))
    ]
    # a schema that leads back to itself has no innermost part
    yield from (Problem("schema-too-costly", here.mark, limits) for here in innermost or [node])


def _check_costs(
    node: MappingNode,
    content: Mapping[str, Any],
    extents: Mapping[int, "Extent"],
    *,
    has_lists: bool,
) -> Iterator[Problem]:
    """Find the part that asks most of a report, where all together ask too much of one."""
    from ruletrail.schemas.report_costs import MOST_CHECKS, find_costliest  # noqa: PLC0415 - as above

    costliest = find_costliest(content, extents, has_lists=has_lists)
    if costliest is not None:
        here = next(here for here, data in _mappings(node, content) if data is costliest)
        limits = {"limit": f"{MOST_CHECKS // 1_000_000}"}
        yield Problem(
            "schema-too-costly",
            here.mark,
            limits,
            advice="shorter-lists",
            wording="of-whole-report",
        )


def _is_local(reference: str, root: Mapping[str, Any], keyword: str) -> bool:
    """Tell a reference to the whole or to one of its `$defs`, the only places of schemas."""
    if keyword != "$ref":
        return False
    name = reference.removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
    definitions = root.get("$defs")
    is_defined = isinstance(definitions, Mapping) and name in definitions
    return reference == "#" or (reference.startswith("#/$defs/") and is_defined)


def _check_meta(node: MappingNode, content: Mapping[str, Any]) -> list[Problem]:
    # jsonschema is slow to import
    from ruletrail.schemas.validators import meta_errors  # noqa: PLC0415

    problems = []
    for path, text in meta_errors(content):
        place: Node = node
        for step in path:
            if isinstance(place, MappingNode) and str(step) in place.values:
                place = place.values[str(step)]
            elif isinstance(place, SequenceNode) and isinstance(step, int):
                place = place.items[step]
        details, advice = {"text": quote(text)}, _advise(path, place)
        if advice == "one-of-these":
            details["allowed"] = ", ".join(map(quote, TYPES))
        elif advice == "limit-of-day" and isinstance(place, ScalarNode):
            details["instead"] = quote_to_write(
                f'"{_LIMITS_OF_DAYS[str(path[-1])]}": "{place.text}"'
            )
        elif advice == "write-instead" and isinstance(place, ScalarNode):
            details["instead"] = quote_to_write(_as_list(place.text))
        elif advice == "text-of-word":
            details["key"] = quote(str(path[-1]))
        elif advice in ("choices-as-list", "choices-with-titles"):
            details |= _as_choices(members_of(place))
        elif not advice and isinstance(place, ScalarNode) and _is_limit(path):
            advice, numbers = _advise_limit(str(path[-1]), place)
            details |= numbers
        problems.append(Problem("schema-invalid", place.mark, details, advice=advice))
    return problems


_OF_DAYS = ("date", "data", "day", "giorno", "datetime", "date-time")
"""What people write for the type of a day, which is that of a text with a format."""

_OF_ROWS = ("list", "lista", "elenco", "tabella", "table", "righe", "rows", "vettore")
"""What people write for the type of a list of rows."""

_LIMITS_OF_DAYS = {
    "minimum": "formatMinimum", "exclusiveMinimum": "formatMinimum",
    "maximum": "formatMaximum", "exclusiveMaximum": "formatMaximum",
}  # fmt: skip
"""What the ends of a number are called, and those of a day."""


def _advise(path: Sequence[str | int], place: Node) -> str:
    """Name the hint for what is often wrong: a type that is none, a number or truth in quotes."""
    keyword = next((step for step in reversed(path) if isinstance(step, str)), "")
    if _is_name(path):
        return ""
    if keyword == "type" and isinstance(place, ScalarNode) and place.text in _OF_DAYS:
        return "type-of-days"
    if keyword == "type" and isinstance(place, ScalarNode) and place.text.lower() in _OF_ROWS:
        return "type-of-rows"
    if keyword == "type":
        return "one-of-these"
    is_truth = isinstance(place, ScalarNode) and place.text in ("true", "false")
    if keyword == "required" and is_truth:
        return "required-of-field"
    if keyword in _OF_LISTS and isinstance(place, ScalarNode):
        return "write-instead"
    named = members_of(place).values()
    if keyword in ("enum", "oneOf") and named and all(isinstance(e, ScalarNode) for e in named):
        return "choices-as-list" if keyword == "enum" else "choices-with-titles"
    if keyword in _LIMITS_OF_DAYS and isinstance(place, ScalarNode) and read_date(place.text):
        return "limit-of-day"
    is_number = (
        isinstance(place, ScalarNode)
        and place.style == "quoted"
        and not is_parted(place.text)
        and _NUMBER.fullmatch(place.text) is not None
    )
    if keyword in OWN_WORDS:
        return "text-of-word"
    unquoted = (keyword in _OF_NUMBERS and is_number) or (keyword in _OF_TRUTHS and is_truth)
    return "unquoted" if unquoted else ""


def _is_name(path: Sequence[str | int]) -> bool:
    """Tell a word below `properties`: it is the name of a field, whatever it says."""
    return len(path) > 1 and path[-2] in ("properties", "$defs")


def _is_limit(path: Sequence[str | int]) -> bool:
    """Tell the way to a keyword that holds a number."""
    return bool(path) and path[-1] in _OF_NUMBERS and not _is_name(path)


def _advise_limit(keyword: str, place: ScalarNode) -> tuple[str, dict[str, str]]:
    """Name the hint for a text in place of the number of a limit, and the number it means."""
    is_whole = keyword not in _OF_VALUES
    advice, numbers = advise_number(place, is_whole=is_whole)
    if advice.startswith("number-form"):
        advice = "digits-whole" if is_whole else "digits"
    return advice, {"example": "`100`", **numbers}


def _as_choices(named: Mapping[str, Node]) -> dict[str, str]:
    """Write the choices that a map stands for, each with what it is called."""
    texts = {key: each.text for key, each in named.items() if isinstance(each, ScalarNode)}
    titled = [{"const": key, "title": text} for key, text in texts.items()]
    shown = {"instead": list(texts), "titled": titled}
    written = {key: json.dumps(each, ensure_ascii=False) for key, each in shown.items()}
    return {
        "instead": quote_to_write(f'"enum": {written["instead"]}'),
        "titled": quote_to_write(f'"oneOf": {written["titled"]}'),
    }


def _as_list(text: str) -> str:
    """Write the list that a text stands for, in which commas part the items."""
    items = [item.strip() for item in text.replace(";", ",").split(",")]
    return f"[{', '.join(json.dumps(item, ensure_ascii=False) for item in items if item)}]"


def _read_fields(
    node: MappingNode, content: Mapping[str, Any]
) -> tuple[dict[str, FieldDeclaration], dict[str, ListDeclaration], list[Problem]]:
    """Read `properties.fields.properties`, the slots of the form."""
    place = members_of(node.get("properties")).get("fields")
    here = list(expand(property_fragments(expand([content], content), "fields"), content))
    names = sorted({name for fragment in here for name in fragment.get("properties", {})})
    if not names:
        return {}, {}, [Problem("schema-without-fields", _mark(place, node.mark))]
    listed = members_of(place).get("properties")
    keys = listed.keys if isinstance(listed, MappingNode) else {}
    fields: dict[str, FieldDeclaration] = {}
    lists: dict[str, ListDeclaration] = {}
    problems: list[Problem] = []
    count = 0
    for name in sorted(names, key=_written_order(here)):
        mark = _mark(keys.get(name), node.mark)
        fragments = list(expand(property_fragments(here, name), content))
        # before anything walks the lists
        count += sum(len(fragment.get("enum", ())) for fragment in fragments)
        if count > MOST_CHOICES:
            details = {"limit": str(MOST_CHOICES)}
            return {}, {}, [*problems, Problem("schema-too-many-choices", mark, details)]
        declared, wrong = _read_slot(name, fragments, content, mark, members_of(listed).get(name))
        problems += wrong
        if isinstance(declared, ListDeclaration):
            lists[name] = declared
        elif declared is not None:
            fields[name] = declared
    if len(lists) > MOST_LISTS:
        mark = _mark(keys.get(list(lists)[MOST_LISTS]), node.mark)
        problems.append(Problem("too-many-lists", mark, {"limit": str(MOST_LISTS)}))
    return fields, lists, problems


def _read_slot(
    name: str,
    fragments: list[Mapping[str, Any]],
    content: Mapping[str, Any],
    mark: Mark,
    node: Node | None,
) -> tuple[FieldDeclaration | ListDeclaration | None, list[Problem]]:
    """Read one slot of the form, a field or a list of rows."""
    if admitted_types(fragments) == {"array"}:
        # a schema without lists is read without them
        from ruletrail.schemas.lists import read_list  # noqa: PLC0415

        wrong, declared = read_list(name, fragments, content, mark, node)
        return declared, wrong
    found = read_field(name, fragments)
    if found is None:
        from ruletrail.schemas.field_types import explain_types  # noqa: PLC0415 - rare

        return None, [explain_types(name, fragments, mark)]
    return found, []


def _written_order(here: list[Mapping[str, Any]]) -> Any:
    order: dict[str, int] = {}
    for fragment in here:
        for name in fragment.get("properties", {}):
            order.setdefault(name, len(order))
    return order.__getitem__


def _mark(node: Node | None, otherwise: Mark) -> Mark:
    return node.mark if node is not None else otherwise
