"""How a rulebook is named: `sociale/2024`, or pinned to a version, `sociale/2024@1.0.0`.

Name and edition become names of files: they have no step that leads elsewhere, and at most 64
characters, as in the schema of rulebooks.
"""

import re

from ruletrail.fast_dataclasses import dataclass

NAME = r"[a-z][a-z0-9_-]{0,63}"
EDITION = r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}"
_NUMBER = r"(?:0|[1-9][0-9]{0,3})"
VERSION = rf"{_NUMBER}\.{_NUMBER}\.{_NUMBER}"
SUFFIX = ".yaml"
"""How the file of a rulebook ends."""
_OF_VERSION = re.compile(f"({EDITION}@{VERSION}){re.escape(SUFFIX)}")
_REFERENCE = re.compile(f"({NAME})/({EDITION})(?:@({VERSION}))?")


@dataclass(frozen=True, slots=True)
class Reference:
    """Name and edition of a rulebook, and its version when pinned (else empty)."""

    name: str
    edition: str
    version: str = ""

    @property
    def edition_only(self) -> "Reference":
        """The same edition, not pinned."""
        return Reference(self.name, self.edition)

    def __str__(self) -> str:
        """Write the reference as documents do."""
        return f"{self.name}/{self.edition}" + (f"@{self.version}" if self.version else "")


def parse_reference(text: str) -> Reference | None:
    """Read a reference; None when the text is not one."""
    match = _REFERENCE.fullmatch(text)
    return Reference(match[1], match[2], match[3] or "") if match else None


def list_places(reference: Reference) -> list[tuple[str, ...]]:
    """List where a rulebook is looked for: folder and file, below a library's rulebooks."""
    edition, version = reference.edition, reference.version
    names = [edition, *([f"{edition}@{version}"] if version else [])]
    return [(reference.name, f"{name}{SUFFIX}") for name in names]


def own_folder(file: str) -> str:
    """Name the folder beside a rulebook's file that is its own; `EDITION.yaml` has none, or "".

    >>> own_folder("2024@1.0.1.yaml")
    '2024@1.0.1'
    """
    match = _OF_VERSION.fullmatch(file)
    return match[1] if match else ""


def version_key(version: str) -> tuple[int, ...]:
    """Order versions by their numbers: 1.10.0 comes after 1.9.0."""
    return tuple(int(part) for part in version.split("."))
