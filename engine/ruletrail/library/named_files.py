"""The one door to files whose names a document wrote, or that lie beside one.

A name is relative and written strictly; what it leads to, links followed, is an ordinary file in
the folder that it is looked for in. Nothing else is opened, nor waited for. What the user names on
the command line comes in by `documents.read_bytes`.
"""

from collections.abc import Iterable
from pathlib import Path

from ruletrail.documents import is_unsaved, read_bytes
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import is_there

_FORBIDDEN = frozenset("\\:\x7f").union(map(chr, range(0x20)))
"""`\\` and `:` lead elsewhere on some systems; control characters are of no name."""


@dataclass(frozen=True, slots=True)
class NamedFile:
    """A file that a document named, and the folder that no link may lead it out of."""

    path: Path
    root: Path

    @property
    def is_there(self) -> bool:
        """Whether anything bears the name, even what cannot be read, which is not left unsaid.

        A text that is not saved yet bears it too.
        """
        return is_there(self.path) or is_unsaved(self.path)

    def read(self, shown: str, limit: int) -> bytes:
        """Read the file, of at most `limit` bytes; whatever is wrong raises `ProblemsError`."""
        return read_bytes(self.path, shown, limit, self.root)


def split_name(text: str) -> tuple[str, ...] | None:
    """Split a file's name as documents write it into its steps; None if it may lead elsewhere."""
    steps = tuple(step for step in text.split("/") if step != ".")
    is_plain = not (_FORBIDDEN.intersection(text) or {"", ".."}.intersection(steps))
    return steps if steps and is_plain else None


def find_named(steps: tuple[str, ...], places: Iterable[NamedFile]) -> NamedFile | None:
    """Find a file below the first place that has one of this name; a place is a folder so far."""
    for place in places:
        found = NamedFile(place.path.joinpath(*steps), place.root)
        if found.is_there:
            return found
    return None
