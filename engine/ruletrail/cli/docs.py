"""`ruletrail docs REF`: a rulebook as a page that a person can read, Markdown or HTML."""

import argparse
from pathlib import Path

from ruletrail.api import check_day, find_source
from ruletrail.cli.consoles import Console, write_whole
from ruletrail.library import load_plan
from ruletrail.rulebook_docs import write_handbook


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("rulebook", metavar="REF|PATH")
    parser.add_argument("--as-of", metavar="DATE", default="", dest="as_of")
    parser.add_argument("--format", choices=("markdown", "html"), default="markdown")
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Write the page; a rulebook that does not load shows its problems."""
    plan = load_plan(find_source(options.rulebook, check_day(options.as_of)))
    text = write_handbook(plan, options.format, console.language if console.chosen else None)
    if options.output:
        write_whole(Path(options.output), text.encode("utf-8"))
    else:
        console.write_machine(text)
    return 0
