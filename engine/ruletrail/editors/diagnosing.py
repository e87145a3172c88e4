"""The problems of a rulebook and of what lies beside it, from unsaved texts, by file and range."""

import re
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path

from ruletrail.documents import reading_unsaved
from ruletrail.editors.names import Texts
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import is_file
from ruletrail.library import (
    Libraries,
    Source,
    find_libraries,
    shipped_library,
    source_of_path,
)
from ruletrail.library.sources import find_head, find_schema, is_rulebook_file, show_schema
from ruletrail.problems import Mark, Problem, ProblemsError, sort_problems
from ruletrail.references import SUFFIX

Check = Callable[[Source], Iterable[Problem]]
"""All problems of one rulebook, as `ruletrail check` finds them."""
_BESIDE = (".layout.yaml", ".test.yaml")
_WORD = re.compile(r"\w+|\S")


@dataclass(frozen=True, slots=True)
class Finding:
    """A problem with the range of text on its line that it is about, counted from 0."""

    problem: Problem
    line: int
    start: int
    end: int


def source_of_document(path: Path) -> Source | None:
    """Find the rulebook that a document is, or lies beside; None when it is neither."""
    for suffix in _BESIDE:
        if path.name.endswith(suffix):
            path = path.with_name(path.name.removesuffix(suffix) + SUFFIX)
    if not is_rulebook_file(path):
        return None
    try:
        libraries = _libraries_around(path)
    except ProblemsError:  # `diagnose` says what is wrong with them
        libraries = ()
    return source_of_path(path, path.as_posix(), libraries)


def _libraries_around(path: Path) -> Libraries:
    """Find the libraries that a rulebook sees; the nearest is that of its folder.

    An editor starts the server in a folder of its own choice.
    """
    return find_libraries((), shipped_library(), path.parent)


def diagnose(source: Source, texts: Texts, check: Check) -> Mapping[Path, list[Finding]]:
    """Find the problems of a rulebook, its schema, layout and examples, by the file they are in.

    The rulebook's own file is always among them. A problem of a file that cannot be named is shown
    at its top.
    """
    with reading_unsaved(texts):
        try:
            _libraries_around(source.path)
            problems = [each for each in check(source) if each.code != "examples-not-found"]
        except ProblemsError as error:
            problems = list(error.problems)
        return locate(source, problems)


def locate(source: Source, problems: Iterable[Problem]) -> dict[Path, list[Finding]]:
    """Give problems the file and the range of text that each is about; the rulebook's is there."""
    found: dict[Path, list[Finding]] = {source.path: []}
    paths = _name_files(source)
    for problem in sort_problems(problems):
        path = paths.get(problem.mark.file) or _named_in_full(problem.mark.file)
        finding = _locate(problem, problem.mark) if path is not None else Finding(problem, 0, 0, 0)
        found.setdefault(path or source.path, []).append(finding)
    return found


def _name_files(source: Source) -> dict[str, Path]:
    """Name the files that a problem's mark may show."""
    folder, shown = source.path.parent, Path(source.shown).parent
    stem = source.path.name.removesuffix(SUFFIX)
    paths = {source.shown: source.path}
    for name in (stem + ".test.yaml", stem.partition("@")[0] + ".layout.yaml"):
        paths[(shown / name).as_posix()] = folder / name
    head = find_head(source)
    if head is not None and head.report:
        with suppress(ProblemsError):
            file = find_schema(head.report, Mark(source.shown, 1, 1), source)
            paths[show_schema(file, source)] = file.path
    return paths


def _named_in_full(shown: str) -> Path | None:
    """Take a mark that shows a whole path, as those of schemas in a library do."""
    path = Path(shown)
    return path if path.is_absolute() and is_file(path) else None


def _locate(problem: Problem, mark: Mark) -> Finding:
    """Take the word at the mark, or the rest of the line where there is none."""
    # a file as a whole is shown at its beginning
    line, column = max(mark.line - 1, 0), max(mark.column - 1, 0)
    word = _WORD.match(mark.text, column) if column < len(mark.text) else None
    return Finding(problem, line, column, word.end() if word is not None else column)
