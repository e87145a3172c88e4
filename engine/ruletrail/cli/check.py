"""`ruletrail check RULEBOOK…`: all problems of rulebooks, their schemas, layouts and examples, in order of place."""

import argparse

from ruletrail.cli.consoles import Console, write_whole
from ruletrail.cli.progress import Progress
from ruletrail.cli.sarif import write_sarif
from ruletrail.cli.sidecar_files import check_companions
from ruletrail.cli.sources import source_as_written
from ruletrail.library import Source, load_plan
from ruletrail.library.manifests import record_published
from ruletrail.lints import count_lints, gather
from ruletrail.problems import Problem, ProblemsError, has_errors, sort_problems

_LOADING = 2
_NOTHING = {"it": "nessun problema\n", "en": "no problems\n"}
_UNREADABLE = frozenset(
    {
        "file-unreadable",
        "reference-form",
        "rulebook-unknown",
        "rulebook-draft",
        "rulebook-not-in-force",
    }
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebooks", metavar="RULEBOOK", nargs="+")
    parser.add_argument("--format", choices=("text", "json", "sarif"), default="text")
    parser.add_argument(
        "--record",
        action="store_true",
        help="add published versions without errors to the library's manifest",
    )
    parser.add_argument("--strict", action="store_true", help="warnings count as errors")


def run(options: argparse.Namespace, console: Console) -> int:
    """Check each rulebook and show every problem; status 2 when a rulebook cannot be read at all."""
    problems: list[Problem] = []
    unreadable = False
    with Progress(console.err, len(options.rulebooks) * (count_lints() + _LOADING)) as progress:
        for written in options.rulebooks:
            try:
                source = source_as_written(written)
                found = check_one(source, progress)
                problems += record_one(source, found) if options.record else found
            except ProblemsError as error:
                problems += error.problems
                unreadable = unreadable or any(
                    problem.code in _UNREADABLE for problem in error.problems
                )
    problems = sort_problems(problems)
    if options.format == "sarif":
        console.write_machine(write_sarif(problems, console.language))
    elif problems or options.format == "json":
        console.show_problems(problems)
    else:
        console.write(_NOTHING[console.language])
    unreadable = unreadable or any(problem.code in _UNREADABLE for problem in problems)
    counting = ("error", "warning") if options.strict else ("error",)
    return (
        2 if unreadable else 1 if any(problem.severity in counting for problem in problems) else 0
    )


def check_one(source: Source, progress: Progress) -> list[Problem]:
    """Check one rulebook and what lies beside it."""
    gathered = gather(source, progress.tick)
    progress.tick()
    return [*gathered.problems, *check_companions(source, gathered.schema, gathered.plan)]


def record_one(source: Source, problems: list[Problem]) -> list[Problem]:
    """Add a published version to its library's manifest, unless something is wrong with it; returns what is left to say."""
    made = record_published(load_plan(source), source) if not has_errors(problems) else None
    if made is None:
        return problems
    path, text = made
    write_whole(path, text.encode())
    return [problem for problem in problems if problem.code != "published-unrecorded"]
