"""`ruletrail new NAME/EDITION`: the four files of a new rulebook, which pass `check` and `test` as they are."""

import argparse
from pathlib import Path

from ruletrail.cli.consoles import Console, write_whole
from ruletrail.cli.templates import write_beginning
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.references import parse_reference

_NEXT = {
    "it": "ora: ruletrail check {path} && ruletrail test {path}",
    "en": "now: ruletrail check {path} && ruletrail test {path}",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("reference", metavar="NAME/EDITION")
    parser.add_argument("--folder", default=".", help="rulebooks/, schemas/")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of problems")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the files; none is written when one of them is there already."""
    reference = parse_reference(options.reference)
    if reference is None or reference.version:
        raise ProblemsError(
            [
                Problem(
                    "reference-form",
                    Mark(options.reference, 1, 1),
                    {"text": quote(options.reference)},
                )
            ]
        )
    folder = Path(options.folder)
    files = {
        folder / path: text
        for path, text in write_beginning(
            reference.name, reference.edition, console.language
        ).items()
    }
    there = [path for path in files if path.exists()]
    if there:
        raise ProblemsError(
            [
                Problem(
                    "file-exists", Mark(path.as_posix(), 1, 1), {"file": quote(path.as_posix())}
                )
                for path in there
            ]
        )
    for path, text in files.items():
        _make_folder(path.parent)
        write_whole(path, text.encode("utf-8"))
        console.write(f"{path.as_posix()}\n")
    console.note(_NEXT[console.language].format(path=next(iter(files)).as_posix()))
    return 0


def _make_folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise ProblemsError(
            [Problem("output-unwritable", Mark(str(path), 1, 1), {"file": quote(str(path))})]
        ) from error
