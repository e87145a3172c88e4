"""Small rulebooks and the JSON Schemas of their reports, written as text and loaded."""

import json
from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from ruletrail.api import Plan
from ruletrail.documents import RULEBOOK_LIMITS, SCHEMA_LIMITS, from_python, read_text
from ruletrail.library import rulebook_schema
from ruletrail.library.table_files import write_out_tables
from ruletrail.linking import link_rulebook
from ruletrail.problems import ProblemsError
from ruletrail.rulebooks import build_rulebook, expand_for_each
from ruletrail.schemas import build_schema
from ruletrail.schemas.places import type_document

if TYPE_CHECKING:
    from ruletrail.library.sources import Source

REFERENCE = "prova/2024"
"""How reports name the rulebooks that are written here."""

HEAD = {
    "language": "1",
    "rulebook": "prova",
    "edition": '"2024"',
    "version": "1.0.0",
    "status": "draft",
    "title": "Prova",
    "report": "schema.json",
    "locale": "it",
}
"""The head of a small rulebook, each value as YAML text."""

HEAD_TEXT = "".join(f"{key}: {value}\n" for key, value in HEAD.items())


class Raw(str):
    """A scalar that YAML gets as it is, without quotes."""

    __slots__ = ()


def flow(data: Any) -> str:
    """Write data as JSON, which is YAML too; `Raw` is not quoted, a `Decimal` keeps its text."""
    match data:
        case dict():
            members = (
                f"{json.dumps(key, ensure_ascii=False)}: {flow(value)}"
                for key, value in data.items()
            )
            return "{" + ", ".join(members) + "}"
        case list() | tuple():
            return "[" + ", ".join(map(flow, data)) + "]"
        case Raw():
            return str(data)
        case Decimal():
            return format(data, "f")
    return json.dumps(data, ensure_ascii=False)


def rulebook_text(sections: Mapping[str, Any], **head: str) -> str:
    """Write a rulebook: its head, then a line for each entry of each section."""
    lines = [f"{key}: {value}" for key, value in {**HEAD, **head}.items()]
    for section, entries in sections.items():
        if entries:
            lines.append(f"{section}:")
            lines += [f"  {json.dumps(code)}: {flow(entry)}" for code, entry in entries.items()]
    return "\n".join(lines) + "\n"


def schema_of(fields: Mapping[str, Any]) -> dict[str, Any]:
    """Make the JSON Schema of a report with these fields; a type alone stands for its schema."""
    declared = {
        code: {"type": field} if isinstance(field, str) else dict(field)
        for code, field in fields.items()
    }
    messages = {"type": "array", "items": {"type": "string"}}
    properties = {
        "rulebook": {"type": "string"},
        "subject": {"type": "object"},
        "fields": {"type": "object", "properties": declared, "additionalProperties": False},
        "printed": {"type": "object", "properties": {"messages": messages}},
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": "urn:prova",
        "type": "object",
        "properties": properties,
        "required": ["rulebook"],
        "additionalProperties": False,
    }


def rows_of(cells: Mapping[str, Any], most: int = 5) -> dict[str, Any]:
    """Make the schema of a field that is a list of rows with these cells."""
    declared = {
        name: {"type": cell} if isinstance(cell, str) else dict(cell)
        for name, cell in cells.items()
    }
    row = {"type": "object", "properties": declared, "additionalProperties": False}
    return {"type": "array", "maxItems": most, "items": row}


def write_rulebook(text: str, schema: Mapping[str, Any], folder: Path) -> Path:
    """Write rulebook and schema into a folder; gives the rulebook's path."""
    (folder / "schema.json").write_text(json.dumps(schema), encoding="utf-8")
    path = folder / "prova.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def load_text(text: str, schema: Mapping[str, Any]) -> Plan:
    """Compile a rulebook in memory into the plan that `ruletrail.load` gives.

    The JSON Schema of rulebooks, which takes most of the time of loading, is not asked.
    """
    node, problems = read_text(text, "prova.yaml", RULEBOOK_LIMITS)
    if node is None or problems:
        raise ProblemsError(problems)
    written, found = expand_for_each(node)
    written = write_out_tables(written, cast("Source", None), found)  # which has no rows in files
    rulebook, more = build_rulebook(written)
    tree, _ = from_python(schema, "schema.json", SCHEMA_LIMITS)
    checked, errors = build_schema(tree, of_report=True)
    problems = [*found, *more, *errors]
    if problems:
        raise ProblemsError(problems)
    content, _ = type_document(written, rulebook_schema().content)
    plan, problems = link_rulebook(rulebook, checked, content)
    if plan is None:
        raise ProblemsError(problems)
    return Plan(plan)
