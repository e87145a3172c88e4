"""`ruletrail graph REF [CODE…]`: what reads what, as Mermaid or DOT."""

import argparse
from collections.abc import Mapping
from pathlib import Path

from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import add_as_of, add_library, find_own_rulebook, refuse_inputs
from ruletrail.library import load_linked
from ruletrail.problems import Mark, Problem, ProblemsError, misuse, quote, term
from ruletrail.rulebook_docs import write_dot, write_mermaid
from ruletrail.suggestions import KnownNames, Nearest

ENDS: Mapping[str, str] = {
    ".mmd": "mermaid", ".mermaid": "mermaid", ".md": "mermaid", ".dot": "dot", ".gv": "dot",
}  # fmt: skip
"""What an output's name says of its form."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebook", metavar="REF|PATH")
    parser.add_argument("codes", metavar="CODE", nargs="*")
    add_as_of(parser)
    add_library(parser)
    parser.add_argument("--format", choices=("mermaid", "dot"))
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the graph, of all or of some codes with what they rest on."""
    form, source = _choose_form(options), find_own_rulebook(options)
    plan = load_linked(source)
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
    text = (write_dot if form == "dot" else write_mermaid)(plan, options.codes)
    if options.output:
        refuse_inputs(options.output, [], source)
        console.write_file(options.output, text.encode("utf-8"))
    else:
        console.write_machine(text)
    return 0


def _choose_form(options: argparse.Namespace) -> str:
    """Return the form asked for, else that of the output's name; a picture is made by others."""
    suffix = Path(options.output or "").suffix.lower()
    if options.format or not any(char.isalpha() for char in suffix):
        return options.format or "mermaid"
    if suffix not in ENDS:
        raise misuse(term("not-form"), advice="graph-forms", form=quote(suffix))
    return ENDS[suffix]
