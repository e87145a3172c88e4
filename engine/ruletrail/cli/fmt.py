"""`ruletrail fmt FILE…`: rulebooks, layouts and examples in canonical form, comments kept."""

import argparse
import difflib
from pathlib import Path

from ruletrail.cli.consoles import Console, write_mended
from ruletrail.cli.progress import Progress
from ruletrail.documents import RULEBOOK_LIMITS, decode_text, explain_failure, read_bytes
from ruletrail.files import names_descriptor
from ruletrail.formatter import format_document
from ruletrail.problems import Problem, ProblemsError, make_inert, quote, refusal, sort_problems

_FORMATTED = ("rulebook", "layout", "examples")
_WOULD_CHANGE = {"it": "{} non è in forma canonica", "en": "{} is not in canonical form"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("files", metavar="FILE", nargs="+")
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Format each file, or show what would change; status 2 when a file cannot be formatted."""
    problems: list[Problem] = []
    differs = False
    with Progress(console.err, len(options.files)) as progress:
        for name in options.files:
            try:
                differs = _format_one(name, console, only_check=options.check) or differs
            except ProblemsError as error:
                problems += error.problems
            progress.tick()
    if problems:
        console.show_problems(sort_problems(problems))
        return 2
    return 1 if differs and options.check else 0


def _format_one(name: str, console: Console, *, only_check: bool) -> bool:
    """Format one file, unless its form is canonical; return whether it was not."""
    path = Path(name)
    shown = path.as_posix()
    data = read_bytes(path, shown, RULEBOOK_LIMITS.size)
    try:
        before = decode_text(data, shown)
        after = format_document(before, shown)
    except ProblemsError as error:
        raise explain_failure(error, data, shown, but=_FORMATTED) from error
    if after.encode() == data:
        return False
    if only_check:
        old, new = before.splitlines(), after.splitlines()
        lines = difflib.unified_diff(old, new, shown, shown, lineterm="")
        console.write("".join(f"{make_inert(line)}\n" for line in lines))
        console.note(_WOULD_CHANGE[console.language].format(shown))
    elif names_descriptor(path):
        # it would be written where the descriptor stands, over part of what is there
        raise refusal("output-is-input", shown, file=quote(shown), input=quote(shown))
    else:
        write_mended(path, data, after.encode("utf-8"))
        console.write(f"{shown}\n")
    return True
