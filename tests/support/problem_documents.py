"""The rulebook and the schema that stand beside the documents of `problems/` and of their pages."""

import json

from support.rulebooks import HEAD_TEXT

_FIELDS = {
    "A": {"type": "number"},
    "B": {"type": "number"},
    "T": {"type": "string"},
    "R16": {"type": "string", "enum": ["SI", "NO"]},
}
SCHEMA = json.dumps(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "rulebook": {"type": "string"},
            "subject": {"type": "object"},
            "fields": {"type": "object", "properties": _FIELDS, "additionalProperties": False},
            "printed": {},
        },
        "additionalProperties": False,
    }
)
"""The schema that a rulebook names and a case does not write."""


def rulebook_of(rules: str) -> str:
    """Write a rulebook with these rules."""
    return f"{HEAD_TEXT}rules:\n{rules}"


RULEBOOK = rulebook_of("  X: {formula: A + B}\n")
"""The rulebook of a case that writes none."""
