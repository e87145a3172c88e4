"""Arrow batches of reports in, Arrow batches of answers out, for programs that have them from a library of their own."""

from collections.abc import Iterable, Iterator
from typing import Any

from ruletrail.api import Plan
from ruletrail.batches.answering import table_job
from ruletrail.batches.arrow_job import TableWork
from ruletrail.batches.parquet import Batches, check_types
from ruletrail.batches.rows import Stretch
from ruletrail.batches.writing import layout_of
from ruletrail.formats import Locale

NAME = "table"
"""What the marks of problems call the input."""


def answer_schema(plan: Plan) -> Any:
    """Know the columns of a plan's answers, as an Arrow schema (extra `[batch]`)."""
    return Batches(
        plan.compiled, layout_of(plan.compiled, "parquet", plan.compiled.rulebook.locale)
    ).schema


def answer_batches(
    plan: Plan, batches: Iterable[Any], *, language: Locale | None = None
) -> Iterator[Any]:
    """Answer Arrow record batches, one for one and row for row: what `ruletrail batch` makes of Parquet.

    Columns in are codes of fields, and if you like `rulebook` and `subject.…`; every batch has those of the first.
    Columns out are `answer_schema`: status, one for each rule, decision, section and check, and problems as JSON.
    Rows are checked: one that is no valid report is a row of problems and harms no other; rows are numbered from 1
    through all batches. `language` is that of problems (default: the rulebook's). Columns that are no fields, or
    whose type holds no values, raise `ProblemsError`, other columns than the first batch's `ValueError`.
    """
    work: TableWork | None = None
    first = 1
    for batch in batches:
        if work is None:
            check_types(batch.schema, NAME)
            work = TableWork(
                table_job(plan.compiled, batch.schema.names, NAME, language), plan.compile().lanes
            )
        if tuple(batch.schema.names) != work.job.form.header:
            raise ValueError("the columns are not those of the first batch")
        yield work.answer(Stretch(batch, first)).batch
        first += batch.num_rows
