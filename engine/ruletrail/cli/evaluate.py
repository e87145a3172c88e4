"""`ruletrail evaluate REPORT`: the answer to one report, with why."""

import argparse
from pathlib import Path

from ruletrail.cli.consoles import Console, write_whole
from ruletrail.cli.evaluations import add_evaluation_arguments, evaluate_report
from ruletrail.rendering import render_trail

STATUSES = {"complete": 0, "incomplete": 1, "invalid": 1}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_evaluation_arguments(parser)
    parser.add_argument("--format", choices=("text", "json", "markdown", "html"), default="text")
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Evaluate, render, write."""
    evaluation = evaluate_report(options, console)
    text = render_trail(evaluation.trail.to_dict(), options.format, console.language if console.chosen else None)
    if options.output:
        write_whole(Path(options.output), text.encode("utf-8"))
    elif options.format == "text":
        console.write(text)
    else:
        console.write_machine(text)
    return STATUSES[evaluation.status]
