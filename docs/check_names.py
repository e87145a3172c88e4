#!/usr/bin/env python3
"""Find the files, folders, modules and links that the documentation names and that do not exist.

Prints a line for each such name, and ends with status 1 if there is one.
"""

import importlib
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from ruletrail.editors.requests import COMMANDS

ROOT = Path(__file__).parent.parent
PLACES = tuple(ROOT / name for name in (".", "engine/ruletrail", "engine/ruletrail/compiled"))
"""Where a path in the documentation may begin."""

BARE = frozenset(path.name for path in (ROOT / "engine").rglob("*.py"))
"""Modules whose folder the sentence around them says."""

PAGES = (
    *(
        ROOT / name
        for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md", "benchmarks/README.md")
    ),
    *sorted((ROOT / "docs").rglob("*.md")),
)
ELSEWHERE = frozenset(
    {"ruletrail.toml", "ruletrail.libraries", "schemas/ruletrail/", "ruletrail.trail"}
)
"""What looks like a module or folder of ours: in a user's library or package, a media type."""
_PATH = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.(?:py|md)|(?:[\w-]+/)+)`")
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
_DOTTED = re.compile(r"\bruletrail(?:\.[A-Za-z_]+)+(?![\w.]*[-/])")


def list_missing(page: Path) -> Iterator[str]:
    """Yield what a page names that is not there."""
    text = page.read_text("utf-8")
    for path in _PATH.findall(text):
        if path not in BARE | ELSEWHERE and not any((place / path).exists() for place in PLACES):
            yield path
    yield from (link for link in _LINK.findall(text) if not (page.parent / link).exists())
    yield from (
        name for name in _DOTTED.findall(text) if not is_name(name) and name not in ELSEWHERE
    )


def list_editor_names() -> frozenset[str]:
    """Return what the language server and the VS Code extension call by dotted names."""
    manifest = json.loads((ROOT / "editors/vscode/package.json").read_text("utf-8"))
    settings = manifest["contributes"]["configuration"]["properties"]
    commands = (each["command"] for each in manifest["contributes"]["commands"])
    return frozenset({*settings, *commands, *COMMANDS})


def is_name(dotted: str) -> bool:
    """Tell whether a dotted name is a module, something in one, or known to an editor."""
    if dotted in EDITOR_NAMES:
        return True
    words = dotted.split(".")
    for end in range(len(words), 0, -1):
        try:
            found = importlib.import_module(".".join(words[:end]))
        except ModuleNotFoundError:
            continue
        for word in words[end:]:
            found = getattr(found, word, None)
        return found is not None
    return False


EDITOR_NAMES = list_editor_names()


if __name__ == "__main__":
    FOUND = [f"{page.relative_to(ROOT)}: {name}" for page in PAGES for name in list_missing(page)]
    sys.stdout.write("\n".join([*FOUND, ""]))
    sys.exit(bool(FOUND))
