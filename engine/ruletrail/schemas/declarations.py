"""A JSON Schema as a value: its content, its identity and the fields that it declares.

Read like any other document, so that its bounds are exact. What could make checking slow or reach
outside (remote references, costly patterns) is refused here, when the schema is loaded.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Literal, cast

from ruletrail.documents import MappingNode, Node, SequenceNode
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import Mark, Problem, quote
from ruletrail.schemas.generated import GeneratedChecker
from ruletrail.schemas.places import (
    Fragment,
    Places,
    admitted_types,
    expand,
    in_place,
    property_fragments,
    type_document,
)

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FieldType = Literal["number", "text", "boolean"]
"""`number`, `text` or `boolean`, the types of values."""

_TYPES: Mapping[str, FieldType] = {
    "number": "number",
    "integer": "number",
    "string": "text",
    "boolean": "boolean",
}
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")
_ROOT_ONLY = ("$id", "$schema", "$anchor", "$dynamicAnchor", "$vocabulary")
FORMATS = ("date", "email", "idn-email", "ipv4", "ipv6", "uuid")
"""The formats that jsonschema checks by itself; another would be admitted unchecked."""


@dataclass(frozen=True, slots=True)
class FieldDeclaration:
    """One field of a form: what it is called, what it is measured in, what it may hold."""

    code: str
    label: str
    unit: str | None
    type: FieldType
    choices: tuple[str, ...]
    """The texts that the field may hold, when the schema lists them."""


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema that may be checked against."""

    content: Mapping[str, Any]
    id: str
    fields: Mapping[str, FieldDeclaration] = field(default_factory=dict)
    """Fields of the report, by code; empty for schemas that do not describe a report."""
    places: Places = field(init=False, repr=False, compare=False)
    checker: GeneratedChecker = field(init=False, repr=False, compare=False)
    types: Mapping[str, FieldType] = field(init=False, repr=False, compare=False)
    """The types of the fields, by code."""

    def __post_init__(self) -> None:
        """Make room for what is worked out of the content once, when it is first needed."""
        object.__setattr__(self, "places", Places(self.content))
        object.__setattr__(self, "checker", GeneratedChecker(self.content))
        object.__setattr__(
            self, "types", {code: declared.type for code, declared in self.fields.items()}
        )


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
    if of_report:
        problems += _check_meta(node, content)
    fields: dict[str, FieldDeclaration] = {}
    if of_report and not problems:
        fields, found = _read_fields(node, content)
        problems += found
    identity = content.get("$id")
    return (Schema(content, str(identity or ""), fields) if not problems else None), problems


def _check_draft(node: MappingNode, content: Mapping[str, Any]) -> list[Problem]:
    written = content.get("$schema", DRAFT)
    if isinstance(written, str) and written.rstrip("#") == DRAFT:
        return []
    return [
        Problem(
            "schema-draft", _mark(node.get("$schema"), node.mark), {"text": quote(str(written))}
        )
    ]


def _check_places(root: Node, content: Any) -> Iterator[Problem]:
    """Find references that leave the schema or go in a ring, and keywords that we cannot keep."""
    waiting: list[tuple[Node, Any]] = [(root, content)]
    while waiting:
        here, data = waiting.pop()
        if isinstance(here, SequenceNode):
            waiting.extend(zip(here.items, data, strict=True))
        if isinstance(here, MappingNode):
            waiting.extend((value, data[key]) for key, value in here.values.items())
            yield from _check_place(here, data, content, is_root=here is root)


def _check_place(
    here: MappingNode, data: Mapping[str, Any], root: Any, *, is_root: bool
) -> Iterator[Problem]:
    from ruletrail.schemas.patterns import is_linear  # noqa: PLC0415 - a schema from the cache was judged before

    texts = {key: value for key, value in data.items() if isinstance(value, str)}
    for keyword in _REFERENCES:
        if keyword in texts and (
            not _is_local(texts[keyword], root, keyword) or _is_ring(data, root)
        ):
            yield Problem(
                "schema-reference", here.values[keyword].mark, {"text": quote(texts[keyword])}
            )
    for keyword in () if is_root else _ROOT_ONLY:
        if keyword in texts:
            yield Problem(
                "schema-nested-identity", here.keys[keyword].mark, {"keyword": quote(keyword)}
            )
    if "format" in texts and texts["format"] not in FORMATS:
        yield Problem(
            "schema-format",
            here.values["format"].mark,
            {"text": quote(texts["format"]), "known": ", ".join(FORMATS)},
        )
    if "pattern" in texts and not is_linear(texts["pattern"]):
        yield Problem(
            "schema-pattern", here.values["pattern"].mark, {"text": quote(texts["pattern"])}
        )
    by_pattern = here.get("patternProperties")
    for text, key in by_pattern.keys.items() if isinstance(by_pattern, MappingNode) else ():
        if not is_linear(text):
            yield Problem("schema-pattern", key.mark, {"text": quote(text)})


def _is_ring(start: Mapping[str, Any], root: Any) -> bool:
    """Tell whether a schema, followed through references and applicators, comes back to itself."""
    waiting, seen = [start], {id(start)}
    while waiting:
        for following in in_place(waiting.pop(), root):
            if following is start:
                return True
            if isinstance(following, Mapping) and id(following) not in seen:
                seen.add(id(following))
                waiting.append(following)
    return False


def _is_local(reference: str, root: Mapping[str, Any], keyword: str) -> bool:
    """Tell a reference to the whole or to one of its `$defs`, the only places of schemas."""
    if keyword != "$ref":
        return False
    name = reference.removeprefix("#/$defs/").replace("~1", "/").replace("~0", "~")
    definitions = root.get("$defs")
    return reference == "#" or (
        reference.startswith("#/$defs/")
        and isinstance(definitions, Mapping)
        and name in definitions
    )


def _check_meta(node: MappingNode, content: Mapping[str, Any]) -> list[Problem]:
    from ruletrail.schemas.explaining import meta_errors  # noqa: PLC0415 - jsonschema is slow to import

    problems = []
    for path, text in meta_errors(content):
        place: Node = node
        for step in path:
            if isinstance(place, MappingNode) and str(step) in place.values:
                place = place.values[str(step)]
            elif isinstance(place, SequenceNode) and isinstance(step, int):
                place = place.items[step]
        problems.append(Problem("schema-invalid", place.mark, {"text": quote(text)}))
    return problems


def _read_fields(
    node: MappingNode, content: Mapping[str, Any]
) -> tuple[dict[str, FieldDeclaration], list[Problem]]:
    """Read `properties.fields.properties`, the slots of the form."""
    place = node.get("properties")
    place = place.get("fields") if isinstance(place, MappingNode) else None
    here = list(expand(property_fragments(expand([content], content), "fields"), content))
    names = sorted({name for fragment in here for name in fragment.get("properties", {})})
    if not names:
        return {}, [Problem("schema-without-fields", _mark(place, node.mark))]
    listed = place.get("properties") if isinstance(place, MappingNode) else None
    fields, problems = {}, []
    for name in sorted(names, key=_written_order(here)):
        mark = (
            listed.keys[name].mark
            if isinstance(listed, MappingNode) and name in listed.keys
            else node.mark
        )
        found = _read_field(name, list(expand(property_fragments(here, name), content)))
        if found is None:
            problems.append(Problem("schema-field-type", mark, {"code": quote(name)}))
        else:
            fields[name] = found
    return fields, problems


def _written_order(here: list[Mapping[str, Any]]) -> Any:
    order: dict[str, int] = {}
    for fragment in here:
        for name in fragment.get("properties", {}):
            order.setdefault(name, len(order))
    return order.__getitem__


def _read_field(code: str, fragments: list[Mapping[str, Any]]) -> FieldDeclaration | None:
    types = {_TYPES.get(name, "other") for name in admitted_types(fragments)}
    if len(types) != 1 or "other" in types:
        return None
    labels = [fragment["title"] for fragment in fragments if isinstance(fragment.get("title"), str)]
    units = [fragment["unit"] for fragment in fragments if isinstance(fragment.get("unit"), str)]
    choices = next((fragment["enum"] for fragment in fragments if "enum" in fragment), ())
    texts = tuple(choice for choice in choices if isinstance(choice, str))
    kind = cast("FieldType", types.pop())
    return FieldDeclaration(
        code, labels[0] if labels else code, units[0] if units else None, kind, texts
    )


def _mark(node: Node | None, otherwise: Mark) -> Mark:
    return node.mark if node is not None else otherwise


__all__ = ["DRAFT", "FieldDeclaration", "Fragment", "Schema", "build_schema"]
