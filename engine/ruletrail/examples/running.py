"""Run examples: evaluate each report and compare what came out with what was expected. Pure."""

from collections.abc import Iterator

from ruletrail.documents import Node
from ruletrail.evaluations import evaluate_record
from ruletrail.examples.comparing import compare_record
from ruletrail.examples.model import Example, Failure, Outcome
from ruletrail.plans import Plan
from ruletrail.problems import Problem, quote, sort_problems
from ruletrail.reports import Report, build_report, read_reference
from ruletrail.schemas import check_schema


def run_example(example: Example, plan: Plan) -> Outcome:
    """Evaluate one example and list the expectations that were not met."""
    report, problems = check_report(example.report, plan)
    record = evaluate_record(plan, report) if report is not None else None
    failures = list(_compare_problems(example, problems))
    if record is not None:
        failures += compare_record(example.expect, record)
    return Outcome(example, record, tuple(problems), tuple(failures))


def check_report(node: Node, plan: Plan) -> tuple[Report | None, list[Problem]]:
    """Check a report as evaluation does: the rulebook it names, the schema, what the schema cannot say."""
    reference, mark, problems = read_reference(node)
    identity = plan.rulebook.identity
    if reference is not None and not problems:
        same = (reference.name, reference.edition) == (identity.name, identity.edition)
        if not same or reference.version not in ("", identity.version):
            problems = [Problem("report-of-another", mark, {"text": quote(str(reference)), "rulebook": quote(str(identity))})]
    if problems:
        return None, problems
    data, problems = check_schema(node, plan.schema)
    if problems:
        return None, sort_problems(problems)
    return build_report(node, data, plan.schema)


def _compare_problems(example: Example, problems: list[Problem]) -> Iterator[Failure]:
    written = example.expect.get("problems")
    expected = sorted(item.text for item in getattr(written, "items", ()))
    found = sorted({problem.code for problem in problems})
    if expected != found:
        mark = written.mark if written is not None else example.mark
        yield Failure("problems", mark, ", ".join(expected) or "-", ", ".join(found) or "-")
