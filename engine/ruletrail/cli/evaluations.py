"""What `evaluate` and `explain` share: find the report, the rulebook, and evaluate."""

import argparse
from pathlib import Path

from ruletrail.api import Evaluation, Plan, check_day, find_source
from ruletrail.cli.consoles import Console
from ruletrail.documents import REPORT_LIMITS, Node, read_bytes, read_document
from ruletrail.evaluations import evaluate_record
from ruletrail.library import load_lanes, load_plan
from ruletrail.problems import Mark, Problem, ProblemsError, has_errors, sort_problems
from ruletrail.reports import Report, read_reference


def add_evaluation_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that name a report and the rulebook that answers."""
    parser.add_argument("report", metavar="REPORT", help="YAML, JSON, -")
    parser.add_argument("--rulebook", metavar="REF|PATH")
    parser.add_argument("--as-of", metavar="DATE", default="", dest="as_of")


def evaluate_report(options: argparse.Namespace, console: Console) -> Evaluation:
    """Read and evaluate the report that the arguments name."""
    node, problems = read_report(options.report, console)
    if node is None or has_errors(problems):
        raise ProblemsError(sort_problems(problems))
    reference, mark, found = read_reference(node)
    if reference is None or found:
        raise ProblemsError(found)
    asked = options.rulebook or str(reference)
    source = find_source(
        asked, check_day(options.as_of), mark if not options.rulebook else Mark(asked, 1, 1)
    )
    plan = Plan.of_functions(load_lanes(source))
    return evaluate_twice(plan, plan.check(node, problems))


class EvaluatorsDisagreeError(Exception):
    """The two evaluators came to different records of one report: a defect of ours, never an answer."""


def evaluate_twice(plan: Plan, report: Report) -> Evaluation:
    """Evaluate by the reference and by the compiled functions, and give the answer only if both are the same."""
    record = evaluate_record(plan.linked, report)
    if plan.functions.evaluate_record(report) != record:
        raise EvaluatorsDisagreeError(plan.reference)
    return Evaluation(plan.linked, record.status, lambda: record.facts, lambda: record)


def read_report(written: str, console: Console) -> tuple[Node | None, list[Problem]]:
    """Read a report's document from a file or, for `-`, from standard input."""
    if written == "-":
        return read_document(console.read_input(REPORT_LIMITS.size), "-", REPORT_LIMITS)
    path = Path(written)
    return read_document(read_bytes(path, written, REPORT_LIMITS.size), path.name, REPORT_LIMITS)


def load_plan_as_of(asked: str, as_of: str, mark: Mark | None) -> Plan:
    """Load the rulebook that answers a reference or path on a date."""
    return Plan(
        load_plan(
            find_source(asked, check_day(as_of), mark if mark is not None else Mark(asked, 1, 1))
        )
    )
