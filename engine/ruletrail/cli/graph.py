"""`ruletrail graph REF [CODE…]`: what reads what, as Mermaid or DOT."""

import argparse

from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import add_as_of, add_library, find_own_rulebook
from ruletrail.library import load_linked
from ruletrail.problems import Mark, Problem, ProblemsError, quote
from ruletrail.rulebook_docs import write_dot, write_mermaid
from ruletrail.suggestions import KnownNames, Nearest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebook", metavar="REF|PATH")
    parser.add_argument("codes", metavar="CODE", nargs="*")
    add_as_of(parser)
    add_library(parser)
    parser.add_argument("--format", choices=("mermaid", "dot"), default="mermaid")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the graph, of all or of some codes with what they rest on."""
    plan = load_linked(find_own_rulebook(options))
    known = {*plan.rulebook.entries, *plan.rulebook.parameters, *plan.schema.fields}
    names = KnownNames(known)
    problems = [
        Problem(
            "unknown-step",
            Mark(code),
            {"text": quote(code), "rulebook": str(plan.rulebook.identity)},
            Nearest(code, names),
            "codes-of",
        )
        for code in options.codes
        if code not in known
    ]
    if problems:
        raise ProblemsError(problems)
    write = write_dot if options.format == "dot" else write_mermaid
    console.write_machine(write(plan, options.codes))
    return 0
