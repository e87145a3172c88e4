"""`ruletrail read FORM --rulebook REF`: a printed form, text or PDF, becomes a report.

The report goes to standard output, lines that were not understood to standard error.
"""

import argparse
from pathlib import Path

from ruletrail.api import check_day, find_source
from ruletrail.cli.consoles import Console, write_whole
from ruletrail.cli.layouts import examine_layout, layout_path
from ruletrail.documents import decode_text, read_bytes
from ruletrail.layouts import Layout, list_findings, read_form, text_of_pdf, write_report
from ruletrail.layouts.pdf import SIGNATURE
from ruletrail.library import Source, load_plan
from ruletrail.linking import LinkedRulebook
from ruletrail.problems import Mark, Problem, ProblemsError, quote, sort_problems

LARGEST_FORM = 16 * 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the command's own arguments."""
    parser.add_argument("form", metavar="FORM", help="text, PDF")
    parser.add_argument("--rulebook", metavar="REF|PATH", required=True)
    parser.add_argument("--as-of", metavar="DATE", default="", dest="as_of")
    parser.add_argument("-o", metavar="FILE", dest="output")
    parser.add_argument("--format", choices=("text", "json"), default="text", help="of problems")


def run(options: argparse.Namespace, console: Console) -> int:
    """Read the form; status 1 when a value was ambiguous or an expected one was not found."""
    source = find_source(options.rulebook, check_day(options.as_of))
    plan = load_plan(source)
    layout = load_layout(source, plan)
    data = (
        console.read_input(LARGEST_FORM)
        if options.form == "-"
        else read_bytes(Path(options.form), options.form, LARGEST_FORM)
    )
    text = (
        text_of_pdf(data, options.form)
        if data.startswith(SIGNATURE)
        else decode_text(data, options.form)
    )
    reading = read_form(text, layout, plan.schema, options.form)
    report = write_report(reading)
    if options.output:
        write_whole(Path(options.output), report.encode("utf-8"))
    else:
        console.write_machine(report)
    findings = list_findings(reading, options.form)
    if findings:
        console.show_remarks(findings)
    return 0 if reading.is_certain else 1


def load_layout(source: Source, plan: LinkedRulebook) -> Layout:
    """Load the layout that lies beside a rulebook; none, or one with errors, raises `ProblemsError`."""
    path = layout_path(source)
    if not path.is_file():
        raise ProblemsError(
            [Problem("layout-not-found", Mark(path.name, 1, 1), {"file": quote(path.name)})]
        )
    layout, problems = examine_layout(path, path.name, plan.schema, plan)
    if layout is None or problems:
        raise ProblemsError(sort_problems(problems))
    return layout
