"""A JSON Schema as a value: its content, its identity and the fields that it declares."""

from collections.abc import Mapping
from functools import cached_property
from typing import Any

from ruletrail.documents import Node
from ruletrail.fast_dataclasses import dataclass, field
from ruletrail.problems import Problem, without_consequences
from ruletrail.schemas.fields import FieldDeclaration, FieldType, ListDeclaration
from ruletrail.schemas.generated import GeneratedChecker
from ruletrail.schemas.places import Places
from ruletrail.suggestions import KnownNames


@dataclass(frozen=True, slots=True)
class Schema:
    """A JSON Schema that may be checked against."""

    content: Mapping[str, Any]
    id: str
    fields: Mapping[str, FieldDeclaration] = field(default_factory=dict)
    """Fields of the report, by code; empty for schemas that do not describe a report."""
    lists: Mapping[str, ListDeclaration] = field(default_factory=dict)
    """Fields of the report that are lists of rows, by code."""
    places: Places = field(init=False, repr=False, compare=False)
    checker: GeneratedChecker = field(init=False, repr=False, compare=False)
    types: Mapping[str, FieldType] = field(init=False, repr=False, compare=False)
    """The types of the fields, by code."""
    named: "Named" = field(init=False, repr=False, compare=False)
    """What fields, lists and cells of rows are called."""

    def __post_init__(self) -> None:
        """Prepare what is worked out of the content once, when it is first needed."""
        object.__setattr__(self, "places", Places(self.content))
        object.__setattr__(self, "checker", GeneratedChecker(self.content))
        types = {code: declared.type for code, declared in self.fields.items()}
        object.__setattr__(self, "types", types)
        object.__setattr__(self, "named", Named(self.fields, self.lists))

    @property
    def cells(self) -> Mapping[str, FieldDeclaration]:
        """The fields of rows, by code: `LIST.NAME`."""
        return self.named.cells

    @property
    def labels(self) -> Mapping[str, str]:
        """What the form calls fields, lists and cells of rows, by code; those that have a name."""
        return self.named.labels


class Named:
    """What a schema's fields are called: put together once, for every report that is wrong."""

    def __init__(
        self, fields: Mapping[str, FieldDeclaration], lists: Mapping[str, ListDeclaration]
    ) -> None:
        """Hold what is declared; the rest is made when first asked for."""
        self._fields, self._lists = fields, lists

    @cached_property
    def cells(self) -> Mapping[str, FieldDeclaration]:
        """The fields of rows, by code."""
        return {cell.code: cell for each in self._lists.values() for cell in each.cells.values()}

    @cached_property
    def labels(self) -> Mapping[str, str]:
        """The names of fields, lists and cells, by code."""
        declared = (*self._fields.values(), *self.cells.values())
        named = {each.code: each.label for each in declared}
        named |= {each.code: each.label for each in self._lists.values()}
        return {code: label for code, label in named.items() if label != code.rpartition(".")[2]}

    @cached_property
    def known(self) -> KnownNames:
        """The codes that stand among a report's fields."""
        return KnownNames(self._fields, self._lists)


def check_schema(node: Node, schema: Schema) -> tuple[Any, list[Problem]]:
    """Type a document by its schema and check it; returns typed data and problems, as found.

    The data are plain mappings, lists, texts, booleans, ints and Decimals. Every problem carries
    the mark of the value, or of the key, that breaks the schema. The generated checker may only say
    "valid"; whatever it does not accept, jsonschema judges.
    """
    data, problems = schema.places.type_document(node)
    if not schema.checker.accepts(data):
        # jsonschema is slow to import
        from ruletrail.schemas.explaining import find_violations  # noqa: PLC0415

        labels = schema.labels if schema.fields or schema.lists else None
        found = find_violations(data, schema.content, schema.checker, node, labels)
        problems += without_consequences(problems, found)
    return data, problems
