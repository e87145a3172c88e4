"""`ruletrail needed REPORT [TARGET]`: what is still to be asked, and what is not."""

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
from ruletrail.needs import Needs, find_needs
from ruletrail.problems import ProblemsError
from ruletrail.rendering import FORMS, find_code
from ruletrail.rendering.readings import ask_of
from ruletrail.trails import canonical_json


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    add_evaluation_arguments(parser)
    add_nulls(parser)
    parser.add_argument("code", metavar="TARGET", nargs="?")
    parser.add_argument("--format", choices=FORMS)
    parser.add_argument("--brief", action="store_true")
    parser.add_argument("-o", metavar="FILE", dest="output")


def run(options: argparse.Namespace, console: Console) -> int:
    """Evaluate, and find what supplying the rest can change."""
    form = choose_form(options, "text")
    refuse_swapped(options)
    evaluation = evaluate_report(options, console, options.output)
    # a rulebook that was named by its path may answer to no reference
    needs = _find(evaluation, options.code, options.rulebook or evaluation.reference)
    _write(needs, evaluation, form, options, console)
    return 0


def _find(evaluation: Evaluation, code: str | None, rulebook: str) -> Needs:
    entries = evaluation.record.linked.rulebook.entries
    try:
        is_known = code is None or code in entries
        asked = code if is_known else find_code(evaluation.trail.to_dict(), str(code))
        return find_needs(evaluation.record, asked)
    except ProblemsError as error:
        raise ProblemsError(
            place_at_code(problem, str(code), rulebook) for problem in error.problems
        ) from error


def _write(
    needs: Needs, evaluation: Evaluation, form: str, options: argparse.Namespace, console: Console
) -> None:
    # the form for programs is in no language
    from ruletrail.needs.pages import make_page, write_head, write_page  # noqa: PLC0415

    language, linked = console.language if console.chosen else None, evaluation.record.linked
    trail = write_head(evaluation.record) if form != "json" else None
    file = ask_of(*name_to_ask_on(options))
    if form == "text" and not options.output and console.is_terminal:
        from ruletrail.rendering.texts import write_lines  # noqa: PLC0415 - on a terminal alone

        page = make_page(needs, linked, language, trail, brief=options.brief, file=file)
        console.write_toned(write_lines(page, console.width))
        return
    is_json = form == "json"
    text = (
        canonical_json(needs.to_dict()) + "\n"
        if is_json
        else write_page(needs, linked, form, language, trail, brief=options.brief, file=file)
    )
    if options.output:
        console.write_file(options.output, text.encode("utf-8"), form=form)
    else:
        console.write_form(text, form)
