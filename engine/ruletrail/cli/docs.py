"""`ruletrail docs REF`: a rulebook as a page that a person can read: text, Markdown or HTML."""

import argparse

from ruletrail.cli import consoles
from ruletrail.cli.consoles import Console, choose_form
from ruletrail.cli.evaluations import add_as_of, add_library, find_own_rulebook, refuse_inputs
from ruletrail.library import load_linked
from ruletrail.rulebook_docs import handbook_lines, write_handbook

FORMS = ("markdown", "html")
ENDS = tuple(end for end, form in consoles.ENDS.items() if form in FORMS)
"""How an output's name ends."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebook", metavar="REF|PATH")
    add_as_of(parser)
    add_library(parser)
    parser.add_argument("--format", choices=FORMS)
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the page; a rulebook that does not load shows its problems."""
    language = console.language if console.chosen else None
    source = find_own_rulebook(options)
    is_shown = console.is_terminal and not options.output and not options.format
    form = choose_form(options, "markdown", FORMS)
    linked = load_linked(source)
    if is_shown:
        # the signs of Markdown are for what is made of it
        console.write_toned(handbook_lines(linked, language, width=console.width))
        return 0
    text = write_handbook(linked, form, language)
    if options.output:
        refuse_inputs(options.output, [], source)
        console.write_file(options.output, text.encode("utf-8"), form=form)
    else:
        console.write_machine(text)
    return 0
