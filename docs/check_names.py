#!/usr/bin/env python3
"""Find what the documentation names and the repository does not have: files, modules, names in modules.

Run it from anywhere; it prints one line for each such name and ends with 1 if there is one.
"""

import importlib
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
PLACES = (ROOT, ROOT / "engine/ruletrail", ROOT / "engine/ruletrail/compiled", ROOT / "docs")
"""Where a path that stands in the documentation may begin."""

PAGES = (
    *(ROOT / name for name in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md")),
    ROOT / "benchmarks/README.md",
    *sorted((ROOT / "docs").rglob("*.md")),
)
FOLDERS = tuple(
    sorted(path.name for path in (ROOT / "engine/ruletrail").iterdir() if path.is_dir())
)
_PATH = re.compile(r"`((?:[\w.-]+/)*[\w.-]+\.py|(?:[\w-]+/)+)(?::\d+)?`")
_LINK = re.compile(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)")
_DOTTED = re.compile(r"\bruletrail(?:\.\w+)+")


def missing(page: Path) -> Iterator[str]:
    """Yield what a page names that is not there."""
    text = page.read_text("utf-8")
    for path in _PATH.findall(text):
        if path.split("/")[0] in GENERIC:
            continue
        if not any((place / path).exists() for place in PLACES):
            yield path
    for link in _LINK.findall(text):
        if not (page.parent / link).exists():
            yield link
    for name in _DOTTED.findall(text):
        if not is_name(name):
            yield name


GENERIC = frozenset({"reports", "NAME"})


def is_name(dotted: str) -> bool:
    """Tell whether a dotted name is a module, or something in one."""
    parts = dotted.split(".")
    for end in range(len(parts), 0, -1):
        try:
            found = importlib.import_module(".".join(parts[:end]))
        except ModuleNotFoundError:
            continue
        for part in parts[end:]:
            found = getattr(found, part, None)
            if found is None:
                return False
        return True
    return False


if __name__ == "__main__":
    FOUND = [(page, name) for page in PAGES for name in missing(page)]
    for page, name in FOUND:
        print(f"{page.relative_to(ROOT)}: {name}")
    sys.exit(bool(FOUND))
