"""What the columns of a CSV or Parquet table are: fields, the rulebook, the subject. Says what is wrong with them."""

from collections.abc import Iterator, Sequence

from ruletrail.plans import Plan
from ruletrail.problems import Mark, Problem, ProblemsError, nearest_name, quote

RULEBOOK = "rulebook"
SUBJECT = "subject."


def check_header(header: Sequence[str], name: str, plan: Plan, *, named: bool) -> None:
    """Refuse columns that are no field, no subject and not the rulebook, and repeated ones, with `ProblemsError`.

    `named` tells that the rulebook was named by the caller, so that the table need not.
    """
    problems = list(_find(header, name, plan))
    if not named and RULEBOOK not in header:
        problems.append(Problem("report-without-rulebook", Mark(name, 1, 1)))
    if problems:
        raise ProblemsError(problems)


def is_read(name: str, plan: Plan) -> bool:
    """Tell a column that a report is read from."""
    return name in plan.schema.fields or name == RULEBOOK or name.startswith(SUBJECT)


def _find(header: Sequence[str], name: str, plan: Plan) -> Iterator[Problem]:
    seen: set[str] = set()
    known = [*plan.schema.fields, RULEBOOK]
    for number, column in enumerate(header, 1):
        mark = Mark(name, 1, number)
        if column in seen:
            yield Problem("batch-column-repeated", mark, {"text": quote(column)})
        elif not is_read(column, plan):
            yield Problem("batch-column-unknown", mark, {"text": quote(column)}, nearest_name(column, known))
        elif column == SUBJECT:
            yield Problem("batch-column-unknown", mark, {"text": quote(column)})
        seen.add(column)
