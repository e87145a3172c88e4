"""A JSON Schema as a value: its content, its identity and the fields that it declares.

Read like any other document, so that its bounds are exact. What could make checking slow or reach outside
(remote references, costly patterns) is refused here, when the schema is loaded.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, cast

from ruletrail.documents import MappingNode, Node, SequenceNode
from ruletrail.problems import Mark, Problem, quote
from ruletrail.schemas.patterns import is_linear
from ruletrail.schemas.typing_scalars import Fragment, admitted_types, expand, property_fragments, type_document

DRAFT = "https://json-schema.org/draft/2020-12/schema"
FieldType = Literal["number", "text", "boolean"]
"""`number`, `text` or `boolean`, the types of values."""

_TYPES: Mapping[str, FieldType] = {"number": "number", "integer": "number", "string": "text", "boolean": "boolean"}
_REFERENCES = ("$ref", "$dynamicRef", "$recursiveRef")


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


def build_schema(node: Node, *, of_report: bool) -> tuple[Schema | None, list[Problem]]:
    """Make a schema from its document.

    With `of_report` it is somebody's schema of reports: it is checked against the metaschema, and the fields
    it declares are read. Without, it is one of ours, which the tests check.
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
    return [Problem("schema-draft", _mark(node.get("$schema"), node.mark), {"text": quote(str(written))})]


def _check_places(node: Node, content: Any) -> Iterator[Problem]:  # noqa: ANN401 - any JSON
    """Find remote or dangling references and costly patterns, wherever they stand."""
    root = content
    waiting: list[tuple[Node, Any]] = [(node, content)]
    while waiting:
        here, data = waiting.pop()
        if isinstance(here, SequenceNode):
            waiting.extend(zip(here.items, data, strict=True))
        if not isinstance(here, MappingNode):
            continue
        waiting.extend((value, data[key]) for key, value in here.values.items())
        for keyword in _REFERENCES:
            if isinstance(data.get(keyword), str) and not _is_local(data[keyword], root, keyword):
                yield Problem("schema-reference", here.values[keyword].mark, {"text": quote(data[keyword])})
        pattern = data.get("pattern")
        if isinstance(pattern, str) and not is_linear(pattern):
            yield Problem("schema-pattern", here.values["pattern"].mark, {"text": quote(pattern)})
        by_pattern = here.get("patternProperties")
        if isinstance(by_pattern, MappingNode):
            for text, key in by_pattern.keys.items():
                if not is_linear(text):
                    yield Problem("schema-pattern", key.mark, {"text": quote(text)})


def _is_local(reference: str, root: Any, keyword: str) -> bool:  # noqa: ANN401
    if keyword != "$ref" or not (reference == "#" or reference.startswith("#/")):
        return False
    target = root
    for part in reference.removeprefix("#").split("/")[1:]:
        name = part.replace("~1", "/").replace("~0", "~")
        if not isinstance(target, Mapping) or name not in target:
            return False
        target = target[name]
    return isinstance(target, Mapping | bool)


def _check_meta(node: MappingNode, content: Mapping[str, Any]) -> list[Problem]:
    from ruletrail.schemas.checking import meta_errors  # noqa: PLC0415 - jsonschema is slow to import

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


def _read_fields(node: MappingNode, content: Mapping[str, Any]) -> tuple[dict[str, FieldDeclaration], list[Problem]]:
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
        mark = listed.keys[name].mark if isinstance(listed, MappingNode) and name in listed.keys else node.mark
        found = _read_field(name, list(expand(property_fragments(here, name), content)))
        if found is None:
            problems.append(Problem("schema-field-type", mark, {"code": quote(name)}))
        else:
            fields[name] = found
    return fields, problems


def _written_order(here: list[Mapping[str, Any]]) -> Any:  # noqa: ANN401 - a sort key
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
    return FieldDeclaration(code, labels[0] if labels else code, units[0] if units else None, kind, texts)


def _mark(node: Node | None, otherwise: Mark) -> Mark:
    return node.mark if node is not None else otherwise


__all__ = ["DRAFT", "FieldDeclaration", "Fragment", "Schema", "build_schema"]
