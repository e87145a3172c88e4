"""Rulebooks, schemas and reports as data, and how they are written down."""

import itertools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal

from .values import Num, Plain

KINDS = ("rules", "decisions", "sections", "checks", "messages")
HEAD = {
    "rulebook": "prova",
    "edition": "2024",
    "version": "1.0.0",
    "status": "draft",
    "title": "Prova",
    "report": "prova.schema.json",
}
Cell = Num | str | bool | date
Report = dict[str, Cell | list[dict[str, Cell]]]


@dataclass
class Rulebook:
    """A rulebook's document without most of its head, its schema's fields, its tables' files."""

    content: dict[str, dict] = field(default_factory=dict)
    fields: dict[str, dict] = field(default_factory=dict)
    locale: str = "it"
    language: int = 1
    day: str | None = None
    files: dict[str, str] = field(default_factory=dict)

    @property
    def lists(self) -> dict[str, dict[str, dict]]:
        """Return the fields of the rows of each list (section 27.1)."""
        lists = {c: d for c, d in self.fields.items() if d["type"] == "array"}
        return {code: declared["items"]["properties"] for code, declared in lists.items()}

    def declared(self, code: str) -> dict:
        """Return what the schema says of a field, or of a field of rows."""
        name, _, cell = code.partition(".")
        fields = self.lists.get(name, {}) if cell else self.fields
        return fields.get(cell or name, {})

    def entries(self, kind: str) -> dict:
        """Return the entries of one kind, as written."""
        return self.content.get(kind, {})

    def text(self, head: Mapping[str, object] = HEAD) -> str:
        """Write the document."""
        head = {"language": self.language, **head, "locale": self.locale}
        if self.day:
            head["day"] = self.day
        lines = [f"{key}: {inline(value)}" for key, value in head.items()]
        for kind, entries in self.content.items():
            if entries:
                lines.append(f"{kind}:")
                lines.extend(f"  {inline(key)}: {inline(item)}" for key, item in entries.items())
        return "\n".join(lines) + "\n"

    def schema_text(self) -> str:
        """Write the schema of its reports."""
        fields = {"type": "object", "additionalProperties": False, "properties": self.fields}
        others = {"rulebook": {"type": "string"}, "subject": {"type": "object"}}
        others["printed"] = {"type": "object"}
        return inline(
            {
                "$schema": "https://json-schema.org/draft/2020-12/schema",
                "type": "object",
                "required": ["rulebook", "fields"],
                "additionalProperties": False,
                "properties": {**others, "fields": fields},
            }
        )


def inline(value: object) -> str:
    """Write a value on one line, as JSON, which is YAML too; numbers as they are."""
    if isinstance(value, Num):
        return value.text
    if isinstance(value, Plain):
        return str(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return (
            "{" + ", ".join(f"{inline(key)}: {inline(item)}" for key, item in value.items()) + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(inline(item) for item in value) + "]"
    if isinstance(value, Decimal):
        return str(value)
    return json.dumps(value, ensure_ascii=False)


def report_text(report: Report) -> str:
    """Write a report as JSON."""
    return inline({"rulebook": "prova/2024", "fields": as_json(report)})


def as_json(value: object) -> object:
    """Return a report, or a part of it, with its days as JSON has them: as texts."""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {key: as_json(item) for key, item in value.items()}
    return [as_json(item) for item in value] if isinstance(value, list) else value


def flat(report: Report) -> dict[str, Cell]:
    """Return the values of a report by their codes, those of rows too (section 27.1)."""
    found: dict[str, Cell] = {}
    for code, value in report.items():
        rows = value if isinstance(value, list) else []
        if not isinstance(value, list):
            found[code] = value
        for index, row in enumerate(rows, 1):
            found.update({f"{code}[{index}].{name}": cell for name, cell in row.items()})
    return found


def written_out(entries: Mapping[str, dict]) -> Iterator[tuple[str, dict]]:
    """Write entries once for each combination of their `for_each` (section 17.2)."""
    for key, entry in entries.items():
        variables = entry.get("for_each")
        if variables is None:
            yield key, entry
            continue
        rest = {name: item for name, item in entry.items() if name != "for_each"}
        for values in itertools.product(*variables.values()):
            chosen = dict(zip(variables, values, strict=True))
            yield _replaced(key, chosen), _replaced(rest, chosen)


def _replaced(value: object, chosen: Mapping[str, str]) -> object:
    """Put the variables' values into every text, keys aside."""
    if isinstance(value, str):
        return re.sub(
            r"\{([A-Za-z][A-Za-z0-9_]*)\}",
            lambda match: chosen.get(match[1], match[0]),
            value,
        )
    if isinstance(value, dict):
        return {key: _replaced(item, chosen) for key, item in value.items()}
    if isinstance(value, list):
        return [_replaced(item, chosen) for item in value]
    return value
