"""A library in a folder of a test, with one small rulebook."""

import json
import os
from pathlib import Path

import pytest

SCHEMA = json.dumps(
    {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "rulebook": {"type": "string"},
            "fields": {"type": "object", "properties": {"A": {"type": "number"}}},
        },
    }
)


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, "utf-8")
    return path


def make_library(folder: Path, name: str = "own", factor: int = 2, **head: str) -> Path:
    """Write a library with one rulebook, `NAME/2024`, whose rule X multiplies."""
    values = {
        "language": "1",
        "rulebook": name,
        "edition": '"2024"',
        "version": "1.0.0",
        "status": "published",
        "title": f"Times {factor}",
        "locale": "en",
        "report": "own.schema.json",
        "in_force": "{from: 2024-01-01}",
        "sources": "{s: {title: S}}",
        **head,
    }
    text = "".join(f"{key}: {value}\n" for key, value in values.items())
    rule = f"rules:\n  X: {{label: X, formula: A * {factor}, source: s, evidence: seed}}\n"
    rule += 'messages:\n  m: {when: "true", text: {en: "{X}"}, source: s, evidence: seed}\n'
    write(folder / f"rulebooks/{name}/2024.yaml", text + rule)
    write(folder / "schemas/own.schema.json", SCHEMA)
    return folder


def plant(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Give what bears a name to somebody else, and let all write into its folder."""
    path.parent.chmod(0o777)
    stranger = path.lstat().st_uid + 1_000
    try:
        os.lchown(path, stranger, -1)
    except PermissionError:  # then it is the user who becomes somebody else
        monkeypatch.setattr(os, "geteuid", lambda: stranger)
