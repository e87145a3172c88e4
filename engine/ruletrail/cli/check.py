"""`ruletrail check RULEBOOK…`: what is wrong with rulebooks, all at once."""

import argparse

from ruletrail.api import find_source
from ruletrail.cli.consoles import Console
from ruletrail.library import load_plan
from ruletrail.problems import Problem, ProblemsError, has_errors


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebooks", metavar="RULEBOOK", nargs="+")
    parser.add_argument("--format", choices=("text", "json"), default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Load each rulebook and show every problem; status 2 when a file cannot be read at all."""
    problems: list[Problem] = []
    for written in options.rulebooks:
        try:
            load_plan(find_source(written))
        except ProblemsError as error:
            problems += error.problems
    if problems or options.format == "json":
        console.show_problems(problems)
    if any(problem.code in ("file-unreadable", "reference-form", "rulebook-unknown") for problem in problems):
        return 2
    return 1 if has_errors(problems) else 0
