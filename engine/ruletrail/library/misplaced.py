"""A rulebook's file that says another name, edition or version than its place: what to do about it.

A library has `NAME/EDITION.yaml`, or `EDITION@VERSION.yaml`; a file that lies otherwise answers no
reference, however right it is. Nothing here finds files.
"""

from collections.abc import Callable, Iterator
from pathlib import Path

from ruletrail.documents import RULEBOOK_LIMITS, MappingNode, ScalarNode, read_document
from ruletrail.fast_dataclasses import dataclass, replace
from ruletrail.files import is_there, show_path
from ruletrail.problems import Mark, Problem, quote
from ruletrail.references import SUFFIX, Reference, list_places, parse_reference


@dataclass(frozen=True, slots=True)
class Place:
    """Where a rulebook's file lies: the library's folder of rulebooks, and the way from there."""

    rulebooks: Path
    steps: tuple[str, ...]
    shown: str
    """How marks name the file."""

    def path(self) -> str:
        """Write the path of the file."""
        return show_path(self.rulebooks.joinpath(*self.steps))


FindTwin = Callable[[Reference], Path | None]
"""What finds another file in its place that is the very version which a reference names."""


def tell_misplaced(place: Place, said: Reference, data: bytes, find_twin: FindTwin) -> Problem:
    """Return the problem of a file that says it is another: what to write, or where it belongs.

    What is advised is possible: nothing is moved onto another file, and no place is named as a
    rulebook that could not be called so. Nor does it make a second place of one version.
    """
    wanted = _reference_of(place)
    free = (place.rulebooks.joinpath(*steps) for steps in list_places(said))
    twin = find_twin(said)
    target = next((show_path(path) for path in free if not is_there(path) and twin is None), "")
    keys = list(_list_keys(said, wanted)) if wanted is not None else []
    if wanted is not None and find_twin(replace(wanted, version=wanted.version or said.version)):
        keys = []
    is_pinned = wanted is not None and bool(wanted.version)
    details = {
        "text": quote(str(said if is_pinned else said.edition_only)),
        "place": quote(place.path()),
        "instead": ", ".join(f"`{written}`" for _, written in keys),
        "target": quote(target),
        "version": quote(str(said)),
        "twin": quote(show_path(twin)) if twin is not None else "",
    }
    advice = _choose_advice(can_write=bool(keys), can_move=bool(target), has_twin=twin is not None)
    mark = _find_mark(place, data, keys[0][0] if keys else "rulebook")
    return Problem("rulebook-misplaced", mark, details, "", advice)


def _choose_advice(*, can_write: bool, can_move: bool, has_twin: bool) -> str:
    """Name the hint of what may be done with a misplaced file."""
    if has_twin:
        return "write-or-remove" if can_write else "raise-or-remove"
    if can_write:
        return "write-or-move" if can_move else "write-instead"
    return "move-file" if can_move else ""


def _reference_of(place: Place) -> Reference | None:
    """Read which rulebook a place is for; None where no rulebook is looked for there."""
    written = "/".join(place.steps)
    return parse_reference(written.removesuffix(SUFFIX)) if written.endswith(SUFFIX) else None


def _list_keys(said: Reference, wanted: Reference) -> Iterator[tuple[str, str]]:
    """Yield each key that says otherwise than the place, as it would have to be written."""
    if said.name != wanted.name:
        yield "rulebook", f"rulebook: {wanted.name}"
    if said.edition != wanted.edition:
        yield "edition", f'edition: "{wanted.edition}"'
    if wanted.version and said.version != wanted.version:
        yield "version", f"version: {wanted.version}"


def _find_mark(place: Place, data: bytes, key: str) -> Mark:
    node, _ = read_document(data, place.shown, RULEBOOK_LIMITS)
    value = node.get(key) if isinstance(node, MappingNode) else None
    return value.mark if isinstance(value, ScalarNode) else Mark(place.shown, 1, 1)
