"""The folder that an assistant may write into: which names it admits, and how they are written."""

import re
from pathlib import Path

from ruletrail.files import NotOwnError, is_folder, write_inside
from ruletrail.library import Library
from ruletrail.library.named_files import NamedFile
from ruletrail.library.places import FOLDERS, library_to_begin
from ruletrail.problems import Mark, quote, refusal, unwritable

RULEBOOKS, SCHEMAS = FOLDERS
_STEP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.@-]{0,99}")
_KINDS = (".yaml", ".json")
_MOST_STEPS = 6
_OF_RULEBOOK = 3
"""`rulebooks/NAME/FILE`: what lies higher is the library's own, as its record."""


def open_folder(folder: Path) -> Library:
    """Take a folder as a library to write into; its two folders are made where there are none."""
    if not is_folder(folder):
        raise refusal("folder-not-found", "--folder", text=quote(str(folder)))
    library = library_to_begin(folder)
    try:
        for each in (library.rulebooks, library.schemas):
            each.mkdir(exist_ok=True)
    except OSError as error:
        raise unwritable(str(folder), error) from error
    return library


def split_file(text: str, mark: Mark) -> tuple[str, ...]:
    """Split the name of a file that may be written or read; any other raises `ProblemsError`."""
    steps = tuple(text.split("/"))
    least = _OF_RULEBOOK if steps[0] == RULEBOOKS else 2
    is_known = steps[0] in FOLDERS and least <= len(steps) <= _MOST_STEPS
    if is_known and all(map(_STEP.fullmatch, steps)) and steps[-1].endswith(_KINDS):
        return steps
    raise refusal("file-not-writable", mark, text=quote(text))


def place_of(library: Library, steps: tuple[str, ...]) -> NamedFile:
    """Say where a file of the folder lies, and which folder no link may lead it out of."""
    root = library.rulebooks if steps[0] == RULEBOOKS else library.schemas
    return NamedFile(root.joinpath(*steps[1:]), root)


def write_file(library: Library, steps: tuple[str, ...], data: bytes) -> bool:
    """Write a file whole, through no link; returns whether there was one of the name before."""
    shown = "/".join(steps)
    try:
        return write_inside(place_of(library, steps).root, steps[1:], data)
    except NotOwnError as error:
        raise refusal("output-not-own", Mark(shown), file=quote(shown)) from error
    except OSError as error:
        raise unwritable(shown, error) from error
