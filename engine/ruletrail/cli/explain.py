"""`ruletrail explain REPORT CODE`: the steps behind one value, decision, section or check."""

import argparse

from ruletrail.cli.consoles import Console
from ruletrail.cli.evaluations import add_evaluation_arguments, evaluate_report
from ruletrail.rendering import FORMS, explain_lines, explain_step, read_wording


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_evaluation_arguments(parser)
    parser.add_argument("code", metavar="CODE")
    parser.add_argument("--format", choices=FORMS, default="text")


def run(options: argparse.Namespace, console: Console) -> int:
    """Evaluate, find the code, follow it back."""
    evaluation = evaluate_report(options, console)
    language = console.language if console.chosen else None
    form, document = options.format, evaluation.trail.to_dict()
    wording = None if form == "json" else read_wording(evaluation.record)
    if form == "text" and console.is_terminal:
        width = console.width
        lines = explain_lines(document, options.code, language, wording, width=width)
        console.write_toned(lines)
        return 0
    text = explain_step(document, options.code, language, form, wording)
    console.write_form(text, form)
    return 0
