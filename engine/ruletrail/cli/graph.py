"""`ruletrail graph REF [CODE…]`: what reads what, as Mermaid or DOT."""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path

from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import add_as_of, add_library, find_own_rulebook, refuse_inputs
from ruletrail.library import load_linked
from ruletrail.linking import LinkedRulebook
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
    codes = _find_codes(options.codes, plan)
    text = (write_dot if form == "dot" else write_mermaid)(plan, codes)
    if options.output:
        refuse_inputs(options.output, [], source)
        console.write_file(options.output, text.encode("utf-8"))
    else:
        console.write_machine(text)
    return 0


def _find_codes(asked: Sequence[str], plan: LinkedRulebook) -> list[str]:
    """Find the codes that are asked for by themselves, or by their titles, as `explain` does.

    Those that there are none of are told together.
    """
    known = {*plan.rulebook.entries, *plan.rulebook.parameters, *plan.schema.fields}
    titles = _list_titles(plan) if not known.issuperset(asked) else {}
    codes = [each if each in known else titles.get(_as_title(each), "") for each in asked]
    names = KnownNames(known)
    problems = [
        Problem(
            "unknown-step",
            Mark(each),
            {"text": quote(each), "rulebook": str(plan.rulebook.identity)},
            Nearest(each, names),
            "codes-of",
        )
        for each, code in zip(asked, codes, strict=True)
        if not code
    ]
    if problems:
        raise ProblemsError(problems)
    return codes


def _list_titles(plan: LinkedRulebook) -> dict[str, str]:
    """List codes by their titles, without those of two."""
    groups = (plan.rulebook.entries, plan.rulebook.parameters, plan.schema.fields)
    titles: dict[str, set[str]] = {}
    for code, each in (named for group in groups for named in group.items()):
        # sentences have none
        titles.setdefault(_as_title(getattr(each, "label", "")), set()).add(code)
    return {title: min(codes) for title, codes in titles.items() if title and len(codes) == 1}


def _as_title(text: str) -> str:
    return " ".join(text.casefold().split())


def _choose_form(options: argparse.Namespace) -> str:
    """Return the form asked for, else that of the output's name; a picture is made by others."""
    suffix = Path(options.output or "").suffix.lower()
    if options.format or not any(char.isalpha() for char in suffix):
        return options.format or "mermaid"
    if suffix not in ENDS:
        raise misuse(term("not-form"), advice="graph-forms", form=quote(suffix))
    return ENDS[suffix]
