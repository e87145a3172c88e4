"""A whole command to copy where an argument lacks: with all that the user wrote, and what may fit.

It names nothing of others: a code is one of the user's own rulebook, and a second version is
another one of the rulebook that was named. Where none is found, the argument's name stands there.
"""

import argparse
import shlex
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from ruletrail.cli.evaluations import (
    asked_libraries,
    find_own_rulebook,
    load_asked,
    read_and_find,
    read_path,
    source_as_written,
)
from ruletrail.cli.help_texts import EXAMPLES, Parser, command_of, translate_metavar
from ruletrail.cli.leftover_words import write_reader
from ruletrail.counterfactuals import targets_near
from ruletrail.documents.recognising import as_argument
from ruletrail.files import is_file, is_folder
from ruletrail.formats import Locale
from ruletrail.library import Libraries, Listing, load_compiled
from ruletrail.library.listings import list_named, read_listing
from ruletrail.problems import ProblemsError
from ruletrail.references import parse_reference

_COMPLETED = ("explain", "diff")
"""The commands of which a second argument lacks that the first one tells something of."""


def write_command(parser: Parser, words: Sequence[str]) -> str:
    """Write a command that lacks an argument; as its example says where nothing was written."""
    command = command_of(parser)
    example = next(iter(EXAMPLES.get(command, ())), command)
    arguments, options = _take_apart(parser, words)
    if not arguments and not options:
        return example
    _, *shown = shlex.split(example)
    named, others = _take_apart(parser, shown)
    needed = [action for action in parser.actions if not action.option_strings]
    asked = arguments[0] if command == "explain" and arguments else ""
    other = write_reader(asked) if asked else []
    if other and other[0] in ("read", "batch"):
        return " ".join(other)  # of what is no report no code is of use
    if asked and parse_reference(asked) is not None and not is_file(Path(asked)):
        # the rulebook stands where the report does
        words = [named[0], "--rulebook", asked]
        arguments, options = words[:1], [*options, words[1:]]
        arguments = _complete(command, parser, arguments, words, needed)
    elif asked and not _is_report(asked):
        arguments = [named[0], *arguments]  # what was written is the code
    elif arguments:
        arguments = _complete(command, parser, [*arguments], words, needed)
    others = [each for each in others if each[0] not in {option[0] for option in options}]
    kept = [*(arguments or named), *(word for each in (*options, *others) for word in each)]
    return " ".join([command, *(each if each == "-" else as_argument(each) for each in kept)])


def _take_apart(parser: Parser, words: Sequence[str]) -> tuple[list[str], list[list[str]]]:
    """Tell the arguments among words from the options, each with its value."""
    valued = {
        option
        for action in parser.actions
        if action.nargs is None
        for option in action.option_strings
    }
    arguments, options, waiting = list[str](), list[list[str]](), iter(words)
    for word in waiting:
        name, sign, value = word.partition("=")
        if not word.startswith("-") or word == "-":
            arguments.append(word)
        elif sign:
            options.append([name, value])
        else:
            value = next(waiting, "") if word in valued else ""
            options.append([word, value] if value else [word])
    return arguments, [each for each in options if each[0] != "--lang"]


def _is_report(word: str) -> bool:
    """Tell what may be a file from a code."""
    return word == "-" or "." in word or "/" in word or is_file(Path(word))


def _complete(
    command: str,
    parser: Parser,
    arguments: list[str],
    words: Sequence[str],
    needed: Sequence[argparse.Action],
) -> list[str]:
    """Put what fits in the place of the arguments that lack, else their names."""
    lacking = [
        translate_metavar(str(action.metavar or action.dest), parser.language)
        for action in needed[len(arguments) :]
        if action.nargs is None
    ]
    whole = [*arguments, *lacking]
    if command not in _COMPLETED:
        return whole
    with suppress(ProblemsError):
        # with all arguments the words say which libraries are meant
        options, _ = parser.parse_known_args([*words, *lacking])
        if command == "explain":
            code = _name_code(options)
            return [*arguments, code] if code else whole
        return list(write_pair(arguments[0], asked_libraries(options)) or whole)
    return whole


def _name_code(options: argparse.Namespace) -> str:
    """Name a code that can be followed in a report: of its rulebook; empty where none is known."""
    if is_file(Path(options.report)):
        _, _, source = read_and_find(*read_path(options.report), options, options.nulls)
    elif options.rulebook:
        source = find_own_rulebook(options)
    else:
        return ""
    linked = load_asked(source, load_compiled).linked
    return next(iter([*targets_near(linked, ()), *linked.rulebook.entries]), "")


def write_two(written: Sequence[str], libraries: Libraries, language: Locale) -> str:
    """Write the two rulebooks of a comparison: those that were named, or another version of one."""
    named = [each for each in written if not is_folder(Path(each))]
    if not named:
        return EXAMPLES["diff"][0].partition(" ")[2]
    pair = write_pair(named[0], libraries) if len(named) == 1 else None
    two = pair or [*named, translate_metavar("NEW", language)][:2]
    return " ".join(map(as_argument, two))


def write_pair(written: str, libraries: Libraries) -> tuple[str, str] | None:
    """Write a rulebook and another version of it, the older first; None where there is none."""
    with suppress(ProblemsError):
        source = source_as_written(written, libraries)
        own = read_listing(source)
        if own is None:
            return None
        reference = own.reference
        found = [each for library in libraries for each in list_named(library, reference.name)]
        others = sorted(
            (each for each in found if each.reference != reference), key=lambda each: each.order
        )
        same = [each for each in others if each.reference.edition == reference.edition]
        return _in_order(written, own, (same or others)[-1]) if others else None
    return None


def _in_order(written: str, own: Listing, other: Listing) -> tuple[str, str]:
    named = str(other.reference)
    return (written, named) if own.order < other.order else (named, written)
