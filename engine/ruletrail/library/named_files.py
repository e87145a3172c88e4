"""The one door to files whose names a document wrote, or that lie beside one.

A name is relative and written strictly; what it leads to, links followed, is an ordinary file in
the folder that it is looked for in. Nothing else is opened, nor waited for. What the user names on
the command line comes in by `documents.read_bytes`.
"""

from collections.abc import Iterable
from pathlib import Path

from ruletrail.documents import is_unsaved, read_bytes
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import is_hidden, is_there
from ruletrail.problems import Mark, Problem, quote, quote_to_write
from ruletrail.suggestions import within_printed_quotes

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


def leads_elsewhere(text: str) -> bool:
    """Tell why a name was not split: it leads out of its folder, on some system or on all.

    Else it is written as no name is: empty, with an empty step, or with a forbidden character.
    """
    steps = text.replace("\\", "/").split("/")
    is_absolute = (len(steps) > 1 and not steps[0]) or ":" in steps[0]
    return is_absolute or ".." in steps


def blame_quotes(problem: Problem, text: str) -> Problem:
    """Say of a name that nothing has that its quotes are part of it, where it has printed ones."""
    name, signs = within_printed_quotes(text)
    if not name:
        return problem
    details = {**problem.details, "signs": quote(signs), "instead": quote_to_write(name)}
    return replace(problem, details=details, advice="straight-quotes")


def refuse_name(text: str, mark: Mark, outside: str) -> Problem:
    """Make the problem of a name that was not split: `outside`, or `path-form` and what is meant.

    A name that only steps too often, as `a//b`, means the plain one.
    """
    if leads_elsewhere(text):
        return Problem(outside, mark, {"text": quote(text)})
    meant = "/".join(filter(None, text.replace("\\", "/").split("/")))
    advice = "write-instead" if meant != text and split_name(meant) is not None else ""
    return Problem(
        "path-form", mark, {"text": quote(text), "instead": quote_to_write(meant)}, "", advice
    )


def find_named(steps: tuple[str, ...], places: Iterable[NamedFile]) -> NamedFile | None:
    """Find a file below the first place that has one of this name; a place is a folder so far.

    One into which the user may not look is the last that is looked at: what is in it is not known,
    and a file of the same name elsewhere must not be taken for it.
    """
    for place in places:
        found = NamedFile(place.path.joinpath(*steps), place.root)
        if found.is_there or is_hidden(found.path):
            return found
    return None
