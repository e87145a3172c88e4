"""A rulebook with one slip, written beside its schema, and what `check` tells its author of it."""

import json
from pathlib import Path
from typing import Any

import pytest

from support.command_line import call

HEAD = """language: 2
rulebook: prova
edition: "2024"
version: 1.0.0
status: draft
title: Prova
report: s.json
locale: it
"""
"""Whatever stands above the part of a rulebook that has the slip."""


def enter_with_schema(folder: Path, schema: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write the schema into a folder, and work there."""
    monkeypatch.chdir(folder)
    (folder / "s.json").write_text(schema, encoding="utf-8")
    return folder


def check_slip(folder: Path, body: str, severity: str = "error") -> list[dict[str, Any]]:
    """List the problems of one severity of a rulebook, in Italian."""
    (folder / "r.yaml").write_text(HEAD + body, encoding="utf-8")
    _, out, _ = call("check", "r.yaml", "--lang", "it", "--format", "json")
    return [each for each in json.loads(out)["problems"] if each["severity"] == severity]
