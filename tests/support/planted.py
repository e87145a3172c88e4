"""A slip planted in a library or a report that is right, and what is said of it."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from support.command_line import call


def copy_library(source: Path, places: Iterable[str], folder: Path) -> None:
    """Copy files of a library into a folder, each to its place."""
    for place in places:
        path = folder / place
        path.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(source / place, path)


def plant(path: Path, slip: Mapping[str, Any]) -> tuple[str, int]:
    """Write a file with `new` in the place of `old`; gives its text before, and the line."""
    right = path.read_text(encoding="utf-8")
    assert slip["old"] in right
    wrong = right.replace(slip["old"], slip["new"], 1)
    path.write_text(wrong, encoding="utf-8")
    pairs = zip(right.splitlines(), wrong.splitlines(), strict=False)
    return right, next(at for at, (old, new) in enumerate(pairs, start=1) if old != new)


def check_rulebooks(language: str = "it") -> list[dict[str, Any]]:
    """Check the rulebooks of the working folder; gives all problems."""
    _, out, _ = call("check", "rulebooks", "--lang", language, "--format", "json")
    found: list[dict[str, Any]] = json.loads(out)["problems"]
    return found


def find_errors(language: str = "it") -> list[dict[str, Any]]:
    """Check them; gives what is wrong."""
    return [each for each in check_rulebooks(language) if each["severity"] == "error"]


def told(text: str, language: str = "it") -> tuple[int, str]:
    """Evaluate a report of this text; gives the status, and what is said on standard error."""
    Path("jesi.yaml").write_text(text, encoding="utf-8")
    status, _, err = call("evaluate", "jesi.yaml", "--lang", language)
    return status, err
