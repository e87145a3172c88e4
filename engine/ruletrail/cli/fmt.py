"""`ruletrail fmt FILE…`: rulebooks, layouts and examples in canonical form, comments kept."""

import argparse
from pathlib import Path

from ruletrail.api import search_libraries
from ruletrail.cli.consoles import Console, write_mended
from ruletrail.cli.evaluations import add_library, asked_libraries, source_as_written, take_file
from ruletrail.cli.progress import Progress
from ruletrail.cli.text_diffs import write_diff
from ruletrail.documents import (
    RULEBOOK_LIMITS,
    decode_text,
    explain_failure,
    read_bytes,
    unreadable,
)
from ruletrail.fast_dataclasses import dataclass
from ruletrail.files import NotRegularError, is_folder, is_special, is_there, names_descriptor
from ruletrail.formatter import format_document, lift_document
from ruletrail.library import Libraries
from ruletrail.library.sources import quote_path
from ruletrail.problems import Problem, ProblemsError, quote, refusal, sort_problems
from ruletrail.references import parse_reference

_FORMATTED = ("rulebook", "layout", "examples")
_OF_AUTHORS = ("given", "environment", "nearest")
"""Where libraries are found that an author writes in."""
_WOULD_CHANGE = {"it": "{} non è in forma canonica", "en": "{} is not in canonical form"}
_WOULD_LIFT = {"it": "{} non è ancora nel linguaggio {}", "en": "{} is not in language {} yet"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--language", choices=("2",))
    add_library(parser)
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Format each file, or show what would change; status 2 when a file cannot be formatted."""
    told: list[Problem] = []
    is_refused = differs = False
    lift = Lift(int(options.language), asked_libraries(options)) if options.language else None
    with Progress(console.err, len(options.files)) as progress:
        for name in options.files:
            try:
                changed, changes = _format_one(name, console, lift, only_check=options.check)
                differs = differs or changed
                told += changes
            except ProblemsError as error:
                told += error.problems
                is_refused = True
            progress.tick()
    if told:
        console.show_problems(sort_problems(told))
    if is_refused:
        return 2
    return 1 if differs and options.check else 0


@dataclass(frozen=True, slots=True)
class Lift:
    """The version of the language that rulebooks are lifted to, and where what they name is."""

    language: int
    libraries: Libraries


def _format_one(
    name: str, console: Console, lift: Lift | None, *, only_check: bool
) -> tuple[bool, list[Problem]]:
    """Format one file, unless its form is canonical; return whether it was not.

    Beside it stands what the rulebook means otherwise, where it is lifted.
    """
    path = Path(name)
    shown = path.as_posix()
    _refuse_reference(name, path)
    if not only_check and is_special(path) and not (is_folder(path) or names_descriptor(path)):
        # what is read from a pipe cannot be written back to it
        raise unreadable(shown, NotRegularError(shown))
    data = read_bytes(path, shown, RULEBOOK_LIMITS.size)
    try:
        before = decode_text(data, shown)
        lifted = lift_document(before, shown, lift.language) if lift is not None else None
        after = format_document(lifted if lifted is not None else before, shown)
    except ProblemsError as error:
        raise explain_failure(error, data, shown, but=_FORMATTED) from error
    changes: list[Problem] = []
    if lift is not None and lifted is not None:
        changes = _judge(path, lifted, lifted if only_check else after, lift)
    if after.encode() == data:
        return False, []
    if not only_check:
        _write(path, data, after)
        _tell([shown], console)
    else:
        _tell(list(write_diff(before, after, shown)), console)
        if lift is not None and lifted is not None:
            console.note(_WOULD_LIFT[console.language].format(shown, lift.language))
        else:
            console.note(_WOULD_CHANGE[console.language].format(shown))
    return True, changes


def _refuse_reference(name: str, path: Path) -> None:
    """Refuse the reference of a rulebook in the place of its file, which is named.

    One that comes with a package is nobody's to format.
    """
    if parse_reference(name) is None or is_there(path):
        return
    try:
        source = source_as_written(name, search_libraries())
    except ProblemsError:
        return
    if source.library is not None and source.library.origin in _OF_AUTHORS:
        details = {"file": quote(name), "instead": quote_path(source.path)}
        raise refusal("file-unreadable", name, advice="file-of-reference", **details)


def _judge(path: Path, lifted: str, kept: str, lift: Lift) -> list[Problem]:
    """Tell what a lifted rulebook means otherwise, by the lines of the text that is kept.

    What keeps it from being lifted is told by the lines that are there.
    """
    from ruletrail.lints import judge_lift  # noqa: PLC0415 - nothing else is judged

    source = take_file(path, lift.libraries)
    changes = judge_lift(source, lifted)
    return changes if kept == lifted else judge_lift(source, kept)


def _write(path: Path, data: bytes, text: str) -> None:
    if names_descriptor(path):
        # it would be written where the descriptor stands, over part of what is there
        shown = path.as_posix()
        raise refusal("output-is-input", shown, file=quote(shown), input=quote(shown))
    write_mended(path, data, text.encode("utf-8"))


def _tell(lines: list[str], console: Console) -> None:
    """Show what is done, or would be: as the result, or beside it where that is for programs."""
    if console.format == "text":
        console.write("".join(f"{line}\n" for line in lines))
    else:
        console.note("\n".join(lines))
