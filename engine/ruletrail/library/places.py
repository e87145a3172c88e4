"""Where rulebooks are found: the libraries that a reference is looked up in, and their order.

First those that the caller names, then those of `RULETRAIL_PATH`, the nearest folder upwards from
the working folder, installed packages, and the library that comes with ruletrail. Of a package
nothing is imported, and no code of its runs: its metadata names a folder, and the folder holds
data.
"""

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ruletrail.documents import decode_text
from ruletrail.files import as_text, is_file, is_folder, is_there, may_be_planted, show_path
from ruletrail.library.named_files import NamedFile, refuse_name, split_name
from ruletrail.library.sources import (
    Libraries,
    Library,
    Source,
    distinct_libraries,
    quote_path,
    real_path,
    source_of_path,
    walk_rulebooks,
)
from ruletrail.problems import Mark, Problem, ProblemsError, quote, refusal, term

VARIABLE = "RULETRAIL_PATH"
"""Folders of libraries, separated as in `PATH`."""
GROUP = "ruletrail.libraries"
"""The group of entry points by which a package names its library."""
SETTINGS = "ruletrail.toml"
"""Makes a folder a library; may say where its rulebooks and schemas lie."""
_EQUALS = re.compile(r"[\"']?\s*=\s*")
FOLDERS = ("rulebooks", "schemas")
"""What a library holds, under these names unless its settings say others."""
_LARGEST_SETTINGS = 64 * 1024
_METADATA = (".dist-info", ".egg-info")
_LARGEST_LIST = 1024 * 1024


def find_libraries(
    given: Iterable[Path],
    shipped: Library,
    start: Path | None = None,
    nearest: Library | None = None,
) -> Libraries:
    """Find all libraries, in the order in which they are asked; each once.

    `given` are the folders that the caller names; `start` is where the nearest one is looked for
    upwards, without it the working folder; `nearest` is in its place where it is known. Raises
    `ProblemsError` where a folder is named that is no library, and where the nearest one may be
    planted, unless the caller says which libraries are meant.
    """
    given = tuple(given)
    listed = [Path(name) for name in os.environ.get(VARIABLE, "").split(os.pathsep) if name]
    if nearest is None:
        nearest = find_nearest(start, named=(*given, *listed), is_needed=not given)
    return distinct_libraries(
        [
            *(_open_named(folder, "given", "--library") for folder in given),
            *(_open_named(folder, "environment", VARIABLE) for folder in listed),
            *([nearest] if nearest is not None else ()),
            *_list_installed(),
            shipped,
        ]
    )


def find_nearest(
    start: Path | None = None, *, named: Iterable[Path] = (), is_needed: bool = True
) -> Library | None:
    """Find the nearest library upwards from a folder, without one from the working folder.

    Nobody named it, so one that somebody else may have put there raises `ProblemsError`. Where it
    is `named` all the same, or not needed, it is left out.
    """
    try:
        folder = Path.cwd() if start is None else start.absolute()
    except OSError:  # the working folder is gone
        return None
    for each in (folder, *folder.parents):
        try:
            library = _open_nearest(each)
        except _PlantedError:
            if is_needed and real_path(each) not in map(real_path, named):
                raise
            return None
        if library is not None:
            return library
    return None


class _PlantedError(ProblemsError):
    """A library that nobody named, and that anybody may have made."""


def _open_nearest(folder: Path, *, is_begun: bool = False) -> Library | None:
    """Take a folder that nobody named for a library, if it says so and nobody planted it."""
    if is_there(folder / SETTINGS):
        _refuse_planted(folder, (folder / SETTINGS,))
        library: Library | None = _read_settings(folder, "nearest", is_begun=is_begun)
    else:
        library = library_at(folder, "nearest")
    if library is not None:
        _refuse_planted(folder, (library.rulebooks, library.schemas))
    return library


def _refuse_planted(folder: Path, paths: Iterable[Path]) -> None:
    for path in paths:
        first = folder.joinpath(*path.relative_to(folder).parts[:1])
        if may_be_planted(first):
            whole = as_text(folder.as_posix())
            details = {"text": quote(whole, len(whole)), "name": quote(first.name)}
            raise _PlantedError([Problem("library-not-own", Mark(show_path(first)), details)])


def library_at(folder: Path, origin: str = "given") -> Library | None:
    """Take a folder for a library if it says so: by its settings, or by holding both folders."""
    if is_there(folder / SETTINGS):
        return _read_settings(folder, origin)
    rulebooks, schemas = (folder / name for name in FOLDERS)
    is_library = is_folder(rulebooks) and is_folder(schemas)
    return Library(rulebooks, schemas, origin) if is_library else None


def library_to_begin(folder: Path, start: Path | None = None) -> Library:
    """Name where a new rulebook goes: in the library of a folder, whether it is there yet or not.

    With a `start` it is the nearest library upwards from there, in which commands look for what the
    author writes; where there is none, that of `folder`.
    """
    for each in (start, *start.parents) if start is not None else ():
        library = _open_nearest(each, is_begun=True)
        if library is not None:
            return library
    if start is None and is_there(folder / SETTINGS):
        return _read_settings(folder, "nearest", is_begun=True)
    return Library(folder / FOLDERS[0], folder / FOLDERS[1], "nearest")


def _open_named(folder: Path, origin: str, asked: str) -> Library:
    """Take a folder that somebody names as a library, which may do without schemas of its own."""
    library = library_at(folder, origin)
    if library is not None:
        return library
    rulebooks, schemas = (folder / name for name in FOLDERS)
    if not is_folder(rulebooks):
        code = "library-not-folder" if is_file(folder) else "library-not-found"
        raise refusal(code, asked, text=quote_path(folder))
    return Library(rulebooks, schemas, origin)


# -- Settings --------------------------------------------------------------------------------------


def _read_settings(folder: Path, origin: str, *, is_begun: bool = False) -> Library:
    """Read where a library's folders lie; whatever is wrong raises `ProblemsError`.

    They need not be there where the library is only begun.
    """
    shown = show_path(folder / SETTINGS)
    data = NamedFile(folder / SETTINGS, folder).read(shown, _LARGEST_SETTINGS)
    text = decode_text(data, shown)
    settings = _parse(text, shown)
    problems = [
        problem
        for key, value in settings.items()
        for problem in _check_setting(key, value, folder, _find_setting(key, text, shown))
        if not is_begun or problem.code != "folder-not-found"
    ]
    if problems:
        raise ProblemsError(problems)
    rulebooks, schemas = (folder / str(settings.get(name, name)) for name in FOLDERS)
    if not is_begun and not is_folder(rulebooks):
        raise refusal("folder-not-found", Mark(shown), text=quote_path(rulebooks))
    return Library(rulebooks, schemas, origin)


def _parse(text: str, shown: str) -> Mapping[str, object]:
    import tomllib  # noqa: PLC0415 - most libraries have no settings

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        raise refusal("toml-syntax", _mark(text, shown, *_find_break(text, str(error)))) from error


def _find_break(text: str, sentence: str) -> tuple[int, int]:
    """Find where a text stops being TOML, which Python says in its sentence only.

    Of what ends too early it says that, and of what is too deep, or a number too long, nothing: the
    longest line stands for that.
    """
    place = re.search(r"line ([0-9]{1,9}), column ([0-9]{1,9})", sentence)
    if place is not None:
        return int(place[1]), int(place[2])
    lines = _lines(text)
    if "end of document" in sentence:
        return max(1, len(lines) - (not lines[-1])), 1
    return max(range(len(lines)), key=lambda at: len(lines[at])) + 1, 1


def _check_setting(key: str, value: object, folder: Path, mark: Mark) -> Iterator[Problem]:
    if key not in FOLDERS:
        details = {"key": quote(key), "known": ", ".join(map(quote, FOLDERS))}
        yield Problem("unknown-key", mark, details)
    elif not isinstance(value, str):
        details = {"text": quote(key), "found": term("other"), "expected": term("text")}
        yield Problem("wrong-type", mark, {**details, "key": key}, "", "toml-folder")
    elif split_name(value) is None:
        yield refuse_name(value, mark, "library-outside")
    elif not is_folder(folder / value):
        yield Problem("folder-not-found", mark, {"text": quote_path(folder / value)})


def _find_setting(key: str, text: str, shown: str) -> Mark:
    """Find the value of a setting that is wrong, or the key where that is not known.

    TOML's reader gives no places, so they are looked for in the lines; the first one otherwise.
    """
    for number, line in enumerate(_lines(text), start=1):
        if line.lstrip(" \t[\"'").startswith(key):
            begin = line.index(key) + 1
            value = _EQUALS.match(line, begin - 1 + len(key))
            if key in FOLDERS and value is not None:
                begin = value.end() + 1
            return _mark(text, shown, number, begin)
    return _mark(text, shown, 1, 1)


def _lines(text: str) -> list[str]:
    """Cut a text into lines as TOML ends them; a comment may hold what else ends one for Python."""
    return text.replace("\r\n", "\n").split("\n")


def _mark(text: str, shown: str, line: int, column: int) -> Mark:
    lines = _lines(text)
    return Mark(shown, line, column, lines[line - 1] if line <= len(lines) else "")


# -- Installed packages ----------------------------------------------------------------------------


def _list_installed() -> Iterator[Library]:
    """Yield the libraries of installed packages, by the name of their entry point.

    Python's reader of metadata takes longer to import than a report to evaluate, so it is asked
    only of packages that name a library, and only after these were found.
    """
    declaring = list(find_declaring(sys.path))
    if not declaring:
        return
    from ruletrail.library.packages import list_points  # noqa: PLC0415 - see above

    for package, value in list_points(declaring, GROUP, _LARGEST_LIST):
        yield _open_installed(package, value)


def find_declaring(places: Iterable[str]) -> Iterator[str]:
    """Yield the metadata of packages that may name a library: folders of them, or archives.

    A package that is there twice is the one that Python would import, which comes first.
    """
    known: set[str] = set()
    for place in dict.fromkeys(places):
        try:
            listed = os.listdir(place or ".")  # noqa: PTH208 - a path for each would cost more
        except FileNotFoundError:
            continue
        except OSError:  # an archive: Python's own reader looks into it
            yield place
            continue
        for name in sorted(listed):
            if not name.endswith(_METADATA):
                continue
            package = name.partition("-")[0].lower().replace(".", "_")
            path = f"{place or '.'}/{name}"
            if package not in known and _names_group(f"{path}/entry_points.txt"):
                yield path
            known.add(package)


def _names_group(path: str) -> bool:
    # by the system's own calls: at every start this is asked of every package
    try:
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    except OSError:
        return False
    try:
        # of a pipe nothing
        return GROUP.encode() in os.read(handle, min(os.fstat(handle).st_size, _LARGEST_LIST))
    except OSError:
        return False
    finally:
        os.close(handle)


def _open_installed(package: str, value: str) -> Library:
    """Find the folder that an entry point names, without importing anything of the package."""
    from importlib.util import find_spec  # noqa: PLC0415 - see above

    top, *steps = value.split(".")
    try:
        spec = find_spec(top) if all(map(str.isidentifier, (top, *steps))) else None
    except (ImportError, ValueError):
        spec = None
    places = list((spec.submodule_search_locations if spec is not None else None) or ())
    for place in places:
        library = library_at(Path(place, *steps), f"package {package}")
        if library is not None:
            return library
    for place in places:
        # Python's path may hold wheels and other archives: a place in one begins with its file
        archive = next(filter(is_file, (Path(place), *Path(place).parents)), None)
        if archive is not None:
            raise refusal("library-not-folder", package, text=quote_path(archive))
    raise refusal("library-not-found", package, text=quote(f"{GROUP}: {value}"))


# -- All rulebooks of a folder ---------------------------------------------------------------------


def list_in_folder(folder: Path, libraries: Libraries) -> list[Source]:
    """List the rulebooks of a library, or below any other folder, in order of name.

    In a library each file of `rulebooks/NAME/` is one; elsewhere, and where it lies otherwise, what
    says `language:`. Marks show their paths as the folder is written; no link may lead out of it.
    """
    library = library_at(folder) or _library_of(folder, libraries)
    root = library.rulebooks if library is not None else folder
    paths = (*library.files(), *library.strays()) if library is not None else walk_rulebooks(folder)
    found = [
        source_of_path(path, show_path(path), (*libraries, *([library] if library else ())), root)
        for path in paths
    ]
    if not found:
        raise refusal("rulebooks-not-found", show_path(folder), text=quote_path(folder))
    return found


def _library_of(folder: Path, libraries: Libraries) -> Library | None:
    """Find the library whose rulebooks a folder holds, and call these as the folder is written."""
    known = (each for each in libraries if real_path(each.rulebooks) == real_path(folder))
    found = next(known, None)
    return Library(folder, found.schemas, found.origin) if found is not None else None
