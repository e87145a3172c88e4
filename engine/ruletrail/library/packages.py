"""The entry points by which installed packages name libraries, as Python's own reader has them.

Nothing of a package is imported. What one package says of itself and cannot be read is told of that
one, and of no other.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from importlib.metadata import Distribution, distributions
from pathlib import Path

from ruletrail.files import is_folder, is_special, read_begin
from ruletrail.library.sources import quote_path
from ruletrail.problems import refusal

_UNREADABLE = (AttributeError, KeyError, OSError, TypeError, ValueError)
"""What Python's reader raises of metadata that are none."""
_NAMING = ("METADATA", "PKG-INFO")
"""Where it looks for a package's name."""


def list_points(declaring: Iterable[str], group: str, most: int) -> list[tuple[str, str]]:
    """List each package's name and the folder that it names, by the name of the entry point.

    `declaring` are folders of metadata, and archives; of a list of entry points `most` bytes are
    looked through for what Python's reader passes over. Raises `ProblemsError` where those of a
    package cannot be read; of archives, whose libraries are not looked into, nothing is said.
    """
    found: list[tuple[str, str, str]] = []
    for place in map(Path, declaring):
        try:
            found += _read_points(place, group, most)
        except _UNREADABLE as error:
            if is_folder(place):
                package = place.name.partition("-")[0]
                raise refusal("library-metadata", package, text=quote_path(place)) from error
    return [(package, value) for _, value, package in sorted(found)]


def _read_points(place: Path, group: str, most: int) -> Iterator[tuple[str, str, str]]:
    packages = [Distribution.at(place)] if is_folder(place) else distributions(path=[str(place)])
    if is_folder(place):
        _check_brackets(place, group, most)
    for package in packages:
        for point in package.entry_points:
            if point.group == group:
                yield point.name, point.value, _name_of(package, place)


def _check_brackets(place: Path, group: str, most: int) -> None:
    """Raise where the group's head is not closed: Python's reader passes over what follows."""
    lines = read_begin(place / "entry_points.txt", most).splitlines()
    if f"[{group}".encode() in map(bytes.strip, lines):
        raise ValueError(group)


def _name_of(package: Distribution, place: Path) -> str:
    """Return what a package is called: by its metadata, else by their folder."""
    name = None
    if any(is_special(place / each) for each in _NAMING):
        return place.name.partition("-")[0]  # a pipe would be waited for
    with suppress(*_UNREADABLE):
        name = package.metadata["Name"]
    return name or place.name.partition("-")[0]
