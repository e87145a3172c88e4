"""Check a document against a schema: valid ones fast, else each violation as a problem.

The generated checker may only say "valid"; whatever it does not accept, jsonschema judges, and is
imported then.
"""

from typing import Any

from ruletrail.documents import Node
from ruletrail.problems import Problem
from ruletrail.schemas.declarations import Schema


def check_schema(node: Node, schema: Schema) -> tuple[Any, list[Problem]]:
    """Type a document by its schema and check it; returns typed data and problems, as found.

    The data are plain mappings, lists, texts, booleans, ints and Decimals. Every problem carries
    the mark of the value, or of the key, that breaks the schema.
    """
    data, problems = schema.places.type_document(node)
    if not problems and not schema.checker.accepts(data):
        from ruletrail.schemas.explaining import find_violations  # noqa: PLC0415 - jsonschema is slow to import

        problems = find_violations(data, schema.content, node)
    return data, problems
