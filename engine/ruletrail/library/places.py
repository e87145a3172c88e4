"""Where rulebooks and schemas lie: the shipped library, a library of the user's own, or a folder.

A library has `rulebooks/NAME/EDITION.yaml` (or `EDITION@VERSION.yaml` for further versions) and `schemas/`.
"""

import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from ruletrail.fast_dataclasses import dataclass
from ruletrail.problems import Mark, problem_error, quote
from ruletrail.references import Reference

SUFFIX = ".yaml"
_COMPANIONS = (".layout.yaml", ".test.yaml")


@dataclass(frozen=True, slots=True)
class Library:
    """A folder of rulebooks and the folder of schemas that belongs to it."""

    rulebooks: Path
    schemas: Path

    def files(self) -> Iterator[Path]:
        """Yield the files of all rulebooks, in order of name."""
        for path in sorted(self.rulebooks.glob(f"*/*{SUFFIX}")):
            if is_rulebook_file(path):
                yield path

    def candidates(self, reference: Reference) -> list[Path]:
        """List the files that may hold an edition, or its one version when the reference is pinned."""
        folder = self.rulebooks / reference.name
        names = [f"{reference.edition}{SUFFIX}"]
        if reference.version:
            names.append(f"{reference.edition}@{reference.version}{SUFFIX}")
        found = [folder / name for name in names]
        if not reference.version and folder.is_dir():
            found += sorted(
                path for path in folder.iterdir() if path.name.startswith(f"{reference.edition}@")
            )
        return [path for path in found if path.is_file() and is_rulebook_file(path)]

    def shown(self, path: Path) -> str:
        """Name a file of the library as marks do: relative, with `/`."""
        return path.relative_to(self.rulebooks).as_posix()


def is_rulebook_file(path: Path) -> bool:
    """Tell rulebooks from the layouts and tests that lie beside them."""
    return path.name.endswith(SUFFIX) and not path.name.endswith(_COMPANIONS)


def real_path(path: Path) -> Path:
    """Follow links as far as they lead; a ring of links, which cannot be read later, raises nothing here."""
    return Path(os.path.realpath(path)) if "\x00" not in str(path) else path


def shipped_library() -> Library:
    """Find the library that comes with the package; in a checkout it lies at the top."""
    package = Path(__file__).resolve().parent.parent
    inside = package / "data"
    root = inside if inside.is_dir() else package.parent.parent
    return Library(root / "rulebooks", root / "schemas")


def library_around(path: Path) -> Library | None:
    """Return the library that a rulebook's file lies in, when its folders say so."""
    rulebooks = real_path(path).parent.parent
    return (
        Library(rulebooks, rulebooks.parent / "schemas") if rulebooks.name == "rulebooks" else None
    )


def find_schema(text: str, mark: Mark, folder: Path, schemas: list[Path]) -> Path:
    """Find a report's schema beside the rulebook, else under `schemas/`; it may not lie elsewhere."""
    written = PurePosixPath(text)
    parts = written.parts
    if (
        written.is_absolute()
        or ".." in parts
        or "\\" in text
        or ":" in text
        or "\x00" in text
        or not parts
    ):
        raise problem_error("path-outside", mark, text=quote(text))
    for root in [folder, *schemas]:
        path = root.joinpath(*parts)
        if path.is_file():
            if not real_path(path).is_relative_to(real_path(root)):
                raise problem_error("path-outside", mark, text=quote(text))
            return path
    raise problem_error("schema-not-found", mark, text=quote(text))
