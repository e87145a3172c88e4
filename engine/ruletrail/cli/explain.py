"""`ruletrail explain REPORT CODE`: the steps behind one value, decision, section or check."""

import argparse

from ruletrail.answers import Evaluation
from ruletrail.cli.consoles import Console, choose_form
from ruletrail.cli.evaluations import (
    add_evaluation_arguments,
    add_nulls,
    evaluate_report,
    name_to_ask_on,
    place_at_code,
    refuse_swapped,
)
from ruletrail.problems import ProblemsError
from ruletrail.rendering import FORMS, explain_lines, explain_step, read_wording


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_evaluation_arguments(parser)
    add_nulls(parser)
    parser.add_argument("code", metavar="CODE")
    parser.add_argument("--format", choices=FORMS)
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Evaluate, find the code, follow it back."""
    form = choose_form(options, "text")
    refuse_swapped(options)
    evaluation = evaluate_report(options, console, options.output)
    try:
        _write(evaluation, form, options, console)
    except ProblemsError as error:
        # a rulebook that was named by its path may answer to no reference
        reference = options.rulebook or evaluation.trail.to_dict()["report"]["rulebook"]
        raise ProblemsError(
            place_at_code(problem, options.code, reference) for problem in error.problems
        ) from error
    return 0


def _write(
    evaluation: Evaluation, form: str, options: argparse.Namespace, console: Console
) -> None:
    language = console.language if console.chosen else None
    document = evaluation.trail.to_dict()
    wording = (
        None
        if form == "json"
        else read_wording(evaluation.record, language, *name_to_ask_on(options))
    )
    if form == "text" and not options.output and console.is_terminal:
        width = console.width
        lines = explain_lines(document, options.code, language, wording, width=width)
        console.write_toned(lines)
        return
    text = explain_step(document, options.code, language, form, wording)
    if options.output:
        console.write_file(options.output, text.encode("utf-8"), form=form)
    else:
        console.write_form(text, form)
