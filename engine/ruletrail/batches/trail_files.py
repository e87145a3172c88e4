"""The trails of rows: what their files are called, and the folder that holds them.

A trail grows under a name that nobody can guess, and that says which run made it: what a run that
was ended left half written is removed, by itself or by the next one that writes the same output.
"""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

from ruletrail.files import make_folder, remove_folders, remove_growing, write_whole
from ruletrail.problems import unwritable

_TRAIL_NAME = re.compile(r"row-[0-9]{9,}\.json")


def is_trail_name(name: str) -> bool:
    """Tell whether the trail of a row may be called so."""
    return _TRAIL_NAME.fullmatch(name) is not None


def write_trail(folder: Path, row: int, trail: bytes, run: str) -> None:
    """Store a trail, whole or not at all; what cannot be written raises `ProblemsError`."""
    path = folder / f"row-{row:09d}.json"
    try:
        write_whole(path, trail + b"\n", is_durable=True, run=run)
    except OSError as error:
        raise unwritable(str(path), error) from error


def name_run(output: str) -> str:
    """Name the runs that write an output, of which there is one at a time; without one, only this.

    A name that no file can have is refused where the output is opened.
    """
    if not output:
        return os.urandom(8).hex()
    return sha256(os.path.realpath(output).encode("utf-8", "surrogateescape")).hexdigest()[:16]


@contextmanager
def made_folder(folder: str) -> Iterator[None]:
    """Make the folder for trails; one that is refused, or ended before its first, leaves none."""
    if not folder:
        yield
        return
    try:
        made = make_folder(Path(folder))
    except (OSError, ValueError) as error:
        raise unwritable(folder, error) from error
    try:
        yield
    except BaseException:  # also when interrupted
        remove_folders(made)
        raise


@contextmanager
def without_halves(folder: str, run: str) -> Iterator[None]:
    """Remove what stands half written of a run: what was killed left some, or is ended now."""
    if not folder:
        yield
        return
    remove_growing(Path(folder), run)
    try:
        yield
    finally:
        remove_growing(Path(folder), run)
